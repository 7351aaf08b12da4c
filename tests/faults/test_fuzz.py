from faults.readers import READERS
from faults.run import TOPICS, short


def test_no_spoiled_text_ends_a_reader() -> None:
    """Errors are ours, nothing takes long, and a note that is opened and saved keeps each byte."""
    report = short("fuzz")
    assert report.failures == []
    assert set(report.counts) >= {*READERS}
    assert 0 < report.counts["refused in words"] < TOPICS["fuzz"].short / 2

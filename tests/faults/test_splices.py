from faults.run import short
from rounds.notes.document import Document


def test_edits_of_ugly_notes_change_their_own_bytes_only() -> None:
    """Setting, removing and adding properties and appending lines leave every other byte; refusals are rare and clear."""
    report = short("splices")
    assert report.failures == []
    assert report.runs == 2_000


def test_the_value_of_an_empty_block_is_set_without_its_line_end() -> None:
    """Found by the runs above: the CR after `|` is no part of the value."""
    document = Document.parse(b"---\r\na: |\r\nb: 1\r\n---\r\n")
    assert bytes(document.set("a", "x")) == b"---\r\na: x\r\nb: 1\r\n---\r\n"

from faults.run import short


def test_what_was_said_to_be_done_is_there_after_the_power_went_off() -> None:
    """And all else that holds after a kill; whatever of the rest the disk has kept, in whatever order."""
    report = short("power")
    assert report.failures == []
    assert report.counts["after it was said to be done"] > 20
    assert report.counts["not at all"] > 0

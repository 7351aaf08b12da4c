from faults.commands import WRITING
from faults.run import TOPICS, short


def test_a_command_that_is_killed_is_done_as_a_whole_or_not_at_all() -> None:
    """Also where the start after it is killed; and the next undo takes back the newest act that is done."""
    report = short("acts-killed")
    assert report.failures == []
    assert report.counts["killed"] > len(WRITING)
    assert TOPICS["acts-killed"].long >= report.counts["places"], "not every call is tried"


def test_a_command_in_which_a_call_fails_is_done_as_a_whole_or_not_at_all() -> None:
    """And what is said of it is true."""
    report = short("acts-failing")
    assert report.failures == []
    assert report.counts["as a whole"] > 0
    assert report.counts["not at all"] > 0
    assert TOPICS["acts-failing"].long >= report.counts["places"], "not every call is tried"

from faults.run import short


def test_an_act_that_is_killed_is_done_as_a_whole_or_not_at_all() -> None:
    """Also where the start after it is killed; and the next undo takes back the newest act that is done."""
    report = short("acts-killed")
    assert report.failures == []
    assert report.counts["killed"] > 20


def test_an_act_in_which_a_call_fails_is_done_as_a_whole_or_not_at_all() -> None:
    """And what is said of it is true."""
    report = short("acts-failing")
    assert report.failures == []
    assert report.counts["as a whole"] > 0
    assert report.counts["not at all"] > 0

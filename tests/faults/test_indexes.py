from faults.run import short


def test_a_killed_writer_leaves_an_index_that_the_next_one_completes() -> None:
    """And no note is touched by it."""
    report = short("index-killed")
    assert report.failures == []
    assert report.runs == 10


def test_a_damaged_index_is_replaced_without_an_error() -> None:
    """Cut off, overwritten or emptied: it can be thrown away at any time."""
    report = short("index-damaged")
    assert report.failures == []
    assert report.runs == 10


def test_a_feed_is_whole_whenever_it_is_read() -> None:
    """Calendars fetch it while it is being written."""
    report = short("feed-read")
    assert report.failures == []
    assert report.counts["different versions"] > 1


def test_a_vault_that_is_away_loses_nothing() -> None:
    """Index and feed keep what they had, and go on when it is back."""
    report = short("gone")
    assert report.failures == []
    assert report.runs == 2

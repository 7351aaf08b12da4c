from faults.run import short


def test_where_the_system_watches_too_few_folders_the_index_follows_all_the_same() -> None:
    """Watchdog says nothing of folders that it could not watch, at the start or later; we do, once, and look ourselves."""
    report = short("limits")
    assert report.failures == []
    assert report.runs == 3 or report.counts["no user namespaces here"]

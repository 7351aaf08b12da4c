from faults.splices import run


def test_edits_of_ugly_notes_change_their_own_bytes_only() -> None:
    """Setting, removing and adding properties and appending lines leave every other byte; refusals are rare and clear."""
    report = run("short", 20261123)
    assert report.failures == []
    assert report.runs == 2_000

from faults.devices import run


def test_two_devices_converge_and_no_edit_is_lost_unseen() -> None:
    """After random edits and syncs both devices hold the same bytes, with each edit live or in a conflict shown."""
    report = run("short", 20261123)
    assert report.failures == []
    assert report.runs == 5

from faults.run import short


def test_two_devices_converge_and_no_edit_is_lost_unseen() -> None:
    """After random edits and syncs both devices hold the same bytes, with each edit live or in a conflict shown."""
    report = short("devices")
    assert report.failures == []
    assert report.runs == 5

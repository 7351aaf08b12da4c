from faults.run import short


def test_no_edit_of_two_sides_is_lost_without_a_conflict() -> None:
    """What either side of a merge changed at random is in the merged note, or in a conflict that shows it."""
    report = short("merges")
    assert report.failures == []
    assert report.runs == 300
    assert report.counts["in conflict"] < report.counts["clean"]

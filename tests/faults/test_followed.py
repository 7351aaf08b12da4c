from conftest import tool
from faults.run import short


def test_a_note_that_editors_save_never_leaves_the_index() -> None:
    """In none of the ways in which they save; nor is it ever empty."""
    for program in ("vim", "nano", "git"):
        tool(program)
    report = short("editors")
    assert report.failures == []
    assert {"vim", "vim in place", "nano", "sed -i", "git", "replaced"} <= report.counts.keys()


def test_after_a_flood_of_changes_the_index_is_what_the_disk_is() -> None:
    """However few events the system's queue holds: whole folders are looked at, never what an event says."""
    tool("git")
    report = short("floods")
    assert report.failures == []
    assert report.runs >= 6

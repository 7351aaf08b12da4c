import pytest

from conftest import tool
from faults.run import short

pytestmark = pytest.mark.no_cover
"""Another program that writes every 4 ms is always quicker than a save whose lines are counted."""


def test_a_killed_save_leaves_the_old_bytes_or_the_new_ones() -> None:
    """Never anything else, and nothing beside the note after the sweep."""
    report = short("killed")
    assert report.failures == []
    assert report.runs == 60


def test_a_save_in_which_a_system_call_fails_leaves_the_old_bytes() -> None:
    """The error is clear, and the user's text is kept."""
    tool("strace")
    report = short("errors")
    assert report.failures == []
    assert report.runs == 60


def test_an_edit_from_outside_between_load_and_save_is_merged_or_shown() -> None:
    """No edit is lost, on either side."""
    report = short("outside")
    assert report.failures == []
    assert report.counts["merged"] > report.counts["refused, both shown"]


def test_a_hostile_writer_loses_next_to_nothing() -> None:
    """At most one edit in 200, and each of them is in the journal."""
    report = short("hostile")
    assert report.failures == []
    assert report.counts["merged"] > 0


def test_a_save_killed_while_another_program_writes_loses_neither_text() -> None:
    """Its text is in the note or in a conflict copy; ours is there or in the journal."""
    report = short("killed-meeting")
    assert report.failures == []
    assert report.runs == 40


def test_saving_without_a_change_writes_nothing() -> None:
    """For every golden file: no new time, no new inode, no journal."""
    report = short("unchanged")
    assert report.failures == []
    assert report.runs > 100

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from conftest import tool
from faults.run import short
from rounds.errors import RoundsError
from rounds.index.writer import Index
from rounds.vault.list_search import listed
from rounds.vault.vault import Vault


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


def test_a_command_does_its_work_whatever_call_on_the_index_fails() -> None:
    """Disk full, error, no permission, read-only, quota: the index is in memory then."""
    tool("strace")
    report = short("cache")
    assert report.failures == []
    assert report.runs == 6


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


def test_damage_that_a_reader_meets_is_mended_on_the_way(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that were looked up before are looked up again, since a new index has others; the next sync reports it all."""
    expected = [entry.path for entry in listed(vault, "")]
    real = Index.rows
    met: list[bool] = []

    def rows(self: Index, *args: Any) -> list[Any]:
        if not met:
            met.append(True)
            raise sqlite3.OperationalError("Could not decode to UTF-8 column 'title'")
        return real(self, *args)

    monkeypatch.setattr(Index, "rows", rows)
    old = vault.index.age
    assert [entry.path for entry in listed(vault, "")] == expected
    assert vault.index.age is not old
    assert set(expected) <= set(vault.sync().added)
    assert not vault.sync()


def test_an_error_that_an_index_in_memory_does_not_help_is_told(vault: Vault) -> None:
    """The file is left as it is: it is not damaged."""
    path = vault.index.path

    def full(_: object) -> None:
        other = sqlite3.connect(path, timeout=0, isolation_level=None)
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as first, closing(other):
            first.execute("BEGIN IMMEDIATE")
            other.execute("BEGIN IMMEDIATE")

    before = Path(path).stat().st_ino
    with pytest.raises(RoundsError, match="the index can't be read or written: database is locked"):
        vault.ask(full)
    assert Path(path).stat().st_ino == before


def test_what_is_stored_equals_what_an_index_from_nothing_has() -> None:
    """Reminders and problems, after edits, renames, deletions, other settings and other days."""
    report = short("index-derived")
    assert report.failures == []
    assert report.runs == 120

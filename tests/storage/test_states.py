"""What Rounds remembers outside the vault: files that say something odd are as good as none, and nothing is left beside."""

import os
import time
from pathlib import Path

import pytest

from rounds.calendar.feed_addresses_passwords import read_addresses
from rounds.errors import RoundsError
from rounds.storage.feed_state import FeedState, PublishedFeed, ServerState
from rounds.storage.locks_private_output_files import write_private
from rounds.storage.tui_state import FormDrafts

DEEP = "[" * 100_000
_TODAY = (
    '{{"root": "/x", "due": [{{"rank": 1, "time": null, "sets": {}, "due": null, "late_after": null, "since": null}}]}}'
)


@pytest.mark.parametrize(
    "text", [DEEP, '{"a":' + DEEP, "[]", "3", "null", "", "\0", '{"entries": 3}', '{"entries": [[]]}', '{"entries": [["u"]]}',
             '{"secrets": [], "revoked": 3}', '{"asked": [[]]}', '{"asked": 3}', '{"u": []}', '{"u": 3}', _TODAY.format('["stage"]'), _TODAY.format("3")],
)  # fmt: skip
def test_odd_files_are_as_good_as_none(tmp_path: Path, text: str) -> None:
    """Deep ones, short ones, other types."""
    for name in ("reminders.json", ".asked.json", "addresses.json", "x.jsonl"):
        (tmp_path / name).write_text(text)
    folder = str(tmp_path)
    assert FeedState(folder).read("reminders") == PublishedFeed()
    assert (ServerState(folder).read("reminders").items, ServerState(folder).asked()) == ({}, {})
    assert all(isinstance(form, dict) for _, form in FormDrafts(folder).left())
    with pytest.raises(RoundsError, match="can't be read"):
        read_addresses(str(tmp_path / "addresses.json"))


def test_what_a_killed_writer_left_beside_is_swept(tmp_path: Path) -> None:
    """Old enough to be nobody's, and of this very file."""
    path = tmp_path / "reminders.ics"
    names = {
        "reminders.ics.0123abcd.tmp": 100,
        "reminders.ics.0123abce.tmp": 1,
        "other.ics.0123abcd.tmp": 100,
        "reminders.ics.tmp": 100,
    }
    for name, age in names.items():
        (tmp_path / name).write_text("x")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    write_private(str(path), b"new")
    assert {each.name for each in tmp_path.iterdir()} == {*names, path.name} - {"reminders.ics.0123abcd.tmp"}

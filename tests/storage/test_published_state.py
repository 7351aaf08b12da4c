"""What is remembered of calendar servers."""

import datetime as dt
from pathlib import Path

import pytest

from rounds.domain.publish_diff import Put, Remote
from rounds.errors import RoundsError
from rounds.storage.published_state import RemoteState

PUTS = {
    "a@rounds": Put('"1"', "mark", Remote("Sam: call", dt.date(2026, 12, 1), dt.time(12, 30), done=True)),
    "b@rounds": Put("", "", Remote("Ünï", None), gone=True),
}
ASKED = {("note", "thanks", "cause"): dt.date(2026, 11, 23)}


def test_it_is_there_again(tmp_path: Path) -> None:
    """Readable by its owner alone."""
    state = RemoteState(str(tmp_path / "remote"))
    assert (state.puts("phone"), state.asked()) == ({}, {})
    state.keep_puts("phone", PUTS)
    state.keep_asked(ASKED)
    assert (state.puts("phone"), state.asked()) == (PUTS, ASKED)
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "remote").iterdir()} == {0o600}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 1}', '{"a": [1, 2]}', '{"asked": [[1]]}', '{"asked": 3}'])
def test_what_can_not_be_read_is_looked_at_anew(tmp_path: Path, text: str) -> None:
    """A server tells again what it has; nothing is deleted for want of a memory."""
    for name in ("phone.json", ".asked.json"):
        (tmp_path / name).write_text(text)
    state = RemoteState(str(tmp_path))
    assert (state.puts("phone"), state.asked()) == ({}, {})


def test_a_folder_that_can_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(RoundsError, match="can't be written"):
        RemoteState(str(tmp_path / "taken")).keep_asked(ASKED)

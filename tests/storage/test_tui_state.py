"""What Today showed last is there again at the next start."""

import json
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from rounds.domain.reminders.reminder import Rank, Reminder
from rounds.storage.tui_state import LastToday

PLAIN = Reminder("check-in", "p1", "Partners/Ana.md", "Ana", "Check in", date(2026, 11, 20), Rank.GENTLE, "2026-05-20")
FULL = Reminder(
    "follow-up", "p2", "Partners/Zoë.md", "Zoë 🌱", "Coffee", date(2026, 11, 21), Rank.WRITTEN, "b1",
    late_after=date(2026, 11, 23), time=time(9, 30), kind="coffee", why="you wrote it", line=12, since=date(2026, 11, 1),
    wanted=3, step="go", sets=("stage", "met"),
)  # fmt: skip


def test_what_was_shown_is_read_again(tmp_path: Path) -> None:
    """Every part of a reminder, in the order in which they were shown; only their owner may read the file."""
    path = tmp_path / "data" / "today.json"
    LastToday(str(path), "/vault").write([FULL, PLAIN])
    assert LastToday(str(path), "/vault").read() == (FULL, PLAIN)
    LastToday(str(path), "/vault").write([PLAIN] * 9000)
    assert LastToday(str(path), "/vault").read() == (PLAIN,) * 100  # the first moment shows a screenful
    assert path.stat().st_mode & 0o777 == 0o600


def test_no_client_code_is_written(tmp_path: Path) -> None:
    """The file lies outside the vault, where nobody looks for one."""
    path = tmp_path / "today.json"
    LastToday(str(path), "/vault").write([replace(PLAIN, title="call about R-7K3QXM")])
    assert "7K3QXM" not in path.read_text()
    assert [each.title for each in LastToday(str(path), "/vault").read()] == ["call about a client"]


def test_another_copy_of_the_vault_has_a_day_of_its_own(tmp_path: Path) -> None:
    """Two copies share an id; what one showed is not what the other has."""
    path = str(tmp_path / "today.json")
    LastToday(path, "/vault").write([PLAIN])
    assert LastToday(path, "/copy").read() == ()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"root": "/vault"}', '{"root": "/vault", "due": [{"rule": "x"}]}', "\udcff"]
)
def test_what_can_not_be_read_is_not_shown(tmp_path: Path, text: str) -> None:
    """A file that is missing, cut off or of another version is as none."""
    path = tmp_path / "today.json"
    assert LastToday(str(path), "/vault").read() == ()
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    assert LastToday(str(path), "/vault").read() == ()


def test_a_name_of_a_later_version_is_passed_over(tmp_path: Path) -> None:
    """Whoever goes back to an older version sees the list, without what that version doesn't know."""
    path = tmp_path / "today.json"
    LastToday(str(path), "/vault").write([PLAIN])
    found = json.loads(path.read_text())
    found["due"][0]["mood"] = "good"
    path.write_text(json.dumps(found))
    assert LastToday(str(path), "/vault").read() == (PLAIN,)

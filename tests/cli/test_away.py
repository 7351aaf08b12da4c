"""A folder that can't be listed: every command says so once, and goes on with what was known."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from cli.running import Runner, command, environment
from conftest import PATIENCE, started
from rounds.cli import watch_serve
from rounds.cli.session import Session
from rounds.errors import RoundsError, VanishedError
from unprivileged import unlistable

SAID = "Partners: this folder can't be read: Permission denied; its last known content is kept"


@pytest.mark.parametrize(
    "words",
    [
        ("list", "--json"), ("today",), ("show", "Annika Rowe"), ("search", "coffee"), ("gaps",), ("feed", "write"),
        ("log", "Annika Rowe", "call", "words"), ("plan", "Annika Rowe", "words"), ("conflicts",), ("inbox",), ("report",),
    ],
)  # fmt: skip
def test_every_command_says_it_once(rounds: Runner, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    """On stderr, with what to do."""
    rounds.good("list")
    with unlistable(monkeypatch, "Partners/"):
        result = rounds(*words)
    assert result.stderr.count(SAID) == 1
    assert "Check its permissions, and that its disk is there." in result.stderr
    assert SAID not in result.stdout
    assert result.exit_code == 0, result.stderr


@pytest.mark.parametrize("words", [("add", "Zed Quux", "--role", "cook"), ("rename", "Annika Rowe", "Annika Rower"),
                                   ("trash", "Annika Rowe", "--yes")])  # fmt: skip
def test_no_note_is_put_where_it_would_not_be_seen(
    rounds: Runner, demo: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """Nor taken from there: the folder may be written to all the same. What was typed is shown."""
    rounds.good("list")
    before = sorted(demo.rglob("*"))
    with unlistable(monkeypatch, "Partners/"):
        result = rounds(*words)
    assert result.exit_code == 1
    assert "was left as it is. Partners: this folder can't be read" in result.stderr
    assert sorted(demo.rglob("*")) == before
    assert ("role: cook" in result.stderr) == (words[0] == "add")


def test_check_lists_it_with_its_path(rounds: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an error, until the folder can be listed again."""
    before = rounds("check").stdout
    with unlistable(monkeypatch, "Partners/"):
        for _ in range(2):
            result = rounds("check")
            assert result.exit_code == 1
            assert result.stdout.count("Partners:1:1: error: this folder can't be read: Permission denied") == 1
    assert rounds("check").stdout == before


def test_who_is_sure_goes_on_without_it(rounds: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--yes-really`, as where most notes are gone."""
    assert "Annika Rowe" in rounds.good("list")
    with unlistable(monkeypatch, "Partners/"):
        rounds("--yes-really", "check")
        assert "Annika Rowe" not in rounds.good("list")
    assert "Annika Rowe" in rounds.good("list")


def test_words_for_a_note_that_is_out_of_sight_are_not_taken(rounds: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """The note can't be read, so nothing is written to it; the error says why."""
    rounds.good("list")
    real = os.open

    def refuse(path: str, *more: int, **named: int) -> int:
        if str(path).endswith("Annika Rowe.md"):
            raise PermissionError(13, "Permission denied", path)
        return real(path, *more, **named)

    monkeypatch.setattr(os, "open", refuse)
    result = rounds("log", "Annika Rowe", "call", "words")
    assert result.exit_code != 0
    assert "can't be read: Permission denied" in result.stderr


def test_what_is_in_the_way_of_the_feeds_is_said_until_it_is_over(
    demo: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`watch` writes them at every change: a trouble that lasts is one word, not one for each."""
    session = Session()
    session.named = str(demo)
    trouble: list[RoundsError] = []

    def write_feeds(_: object) -> None:
        if trouble:
            raise trouble[-1]

    monkeypatch.setattr("rounds.calendar.write_feeds.write_feeds", write_feeds)
    for now in ("one", "one", "two", "", "one"):
        trouble[:] = [RoundsError(now)] if now else []
        watch_serve.write(session)
    session.vault.vanished = VanishedError("it is away")
    trouble[:] = [session.vault.vanished]
    watch_serve.write(session)
    assert capsys.readouterr().err.split("\n") == ["rounds: one", "rounds: two", "rounds: one", ""]
    session.close()


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs links")
def test_watching_goes_on_around_it(rounds: Runner, demo: Path) -> None:
    """A folder gives way to a link round: it is said once, changes elsewhere are told, and its return is followed."""
    rounds.good("list")
    calendar = rounds.good("feed", "write")
    kept = Path(calendar.partition("  ")[0]).read_bytes()
    with started([*command("--vault", str(demo), "watch")], env=environment(), stdout=subprocess.PIPE,
                 stderr=subprocess.STDOUT, text=True) as program:  # fmt: skip
        assert program.stdout is not None
        assert program.stdout.readline().startswith("Watching")
        folder = demo / "Partners"
        folder.rename(demo.parent / "elsewhere")
        folder.symlink_to(folder)
        assert "Partners: this folder can't be read: it is a link" in program.stdout.readline()
        (demo / "New.md").write_text("x")
        assert "1 added" in program.stdout.readline()
        assert Path(calendar.partition("  ")[0]).read_bytes() == kept
        folder.unlink()
        (demo.parent / "elsewhere").rename(folder)
        note = folder / "Annika Rowe.md"
        note.write_text(note.read_text().replace("role: dietitian", "role: cook"))
        assert "1 changed" in program.stdout.readline()
        program.send_signal(signal.SIGINT)
        assert program.wait(PATIENCE) == 0
        assert program.stdout.read() == ""

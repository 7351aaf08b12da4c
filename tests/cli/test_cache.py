"""Where the folders outside the vault can't be written: reading and saving go on, and no word is lost."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path

import pytest
from click.testing import Result

from cli.conftest import Process
from cli.running import Runner, command, environment
from rounds.store import database
from rounds.vault.vault import Vault
from unprivileged import as_nobody, commons, give

SAID = "The index can't be kept on the disk: "
COMMANDS = (
    ("list", "--json"),
    ("show", "Annika Rowe"),
    ("today",),
    ("log", "Annika Rowe", "call", "words that were typed"),
    ("plan", "Annika Rowe", "send the one-pager by friday"),
    ("add", "Zed Quux", "--role", "psychiatrist"),
    ("rename", "Zed Quux", "Zoe Quux"),
    ("search", "words"),
    ("history",),
)


def index_of(folder: Path) -> Path:
    vault = Vault.open(folder)
    path = Path(vault.index.path)
    vault.close()
    return path


def cleared(path: Path) -> Path:
    """Nothing there, so that something else can be."""
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    return path


def a_file(home: Path, _: Path) -> None:
    cleared(home / "cache").write_text("a file")


def a_file_inside(home: Path, _: Path) -> None:
    cleared(home / "cache" / "rounds").write_text("a file")


def a_folder_for_the_index(_: Path, demo: Path) -> None:
    path = index_of(demo)
    cleared(path).mkdir()
    (path / "not ours").touch()


def a_pipe(_: Path, demo: Path) -> None:
    os.mkfifo(cleared(index_of(demo)))


def a_full_device(_: Path, demo: Path) -> None:
    cleared(index_of(demo)).symlink_to("/dev/full")


def a_link_round(_: Path, demo: Path) -> None:
    path = cleared(index_of(demo))
    path.symlink_to(path)


STATES: tuple[Callable[[Path, Path], None], ...] = (
    a_file, a_file_inside, a_folder_for_the_index, a_pipe, a_full_device, a_link_round,
)  # fmt: skip


def check_all(rounds: Runner) -> None:
    """Every command does its work, and says once what is in the way."""
    for words in COMMANDS:
        result = rounds(*words)
        assert result.exit_code == 0, (words, result.output)
        assert result.stderr.count(SAID) == 1, (words, result.stderr)
        assert SAID not in result.stdout
    assert "call: words that were typed" in rounds.note("Partners/Annika Rowe.md")
    assert "send the one-pager by friday" in rounds.note("Partners/Annika Rowe.md")
    assert "role: psychiatrist" in rounds.note("Partners/Zoe Quux.md")


@pytest.mark.skipif(os.name != "posix", reason="needs pipes and links")
@pytest.mark.parametrize("state", STATES)
def test_without_a_place_for_the_index_all_goes_on(
    rounds: Runner, demo: Path, home: Path, state: Callable[[Path, Path], None]
) -> None:
    """It is in memory then, and that is said once on stderr."""
    rounds.good("list")
    state(home, demo)
    check_all(rounds)
    assert rounds.good("undo").startswith("Undone: renamed Zed Quux to Zoe Quux")
    feed = rounds("feed", "write")
    assert (feed.exit_code, feed.stderr.count(SAID)) == (0, 1)
    assert "in memory: " in rounds("check").stderr


def test_a_foreign_file_in_its_place_gives_way(rounds: Runner, demo: Path) -> None:
    """The cache is ours: what is no index there is replaced by one."""
    rounds.good("list")
    index_of(demo).write_text("something else\n" * 1000)
    result = rounds("list", "--json")
    assert (result.exit_code, result.stderr) == (0, "")


@pytest.fixture
def common(monkeypatch: pytest.MonkeyPatch, demo: Path) -> Iterator[tuple[Path, Runner]]:
    """A sample vault and a home that a user without rights owns, and commands that were run there once."""
    with commons() as folder:
        shutil.copytree(demo, folder / "vault")
        for kind in ("cache", "data", "config"):
            (folder / kind).mkdir()
            monkeypatch.setenv(f"XDG_{kind.upper()}_HOME", str(folder / kind))
        monkeypatch.setenv("HOME", str(folder))
        rounds = Runner(folder / "vault")
        for words in COMMANDS:  # all is loaded
            rounds.good(*words)
        rounds.good("undo")
        rounds.good("undo")
        give(folder)
        yield folder, rounds


@pytest.mark.parametrize("empty", [False, True])
def test_a_cache_that_may_only_be_read_is_read(common: tuple[Path, Runner], *, empty: bool) -> None:
    """What the index knows is taken from it, so that nothing has to be read anew."""
    folder, rounds = common
    if empty:
        cleared(folder / "cache").mkdir()
    for each in (folder / "cache", *(folder / "cache").rglob("*")):
        each.chmod(0o555 if each.is_dir() else 0o444)
    with as_nobody():
        before = Vault.open(folder / "vault")
        assert bool(before.rows("SELECT 1 FROM notes")) is not empty
        before.close()
        check_all(rounds)


def test_a_state_that_can_not_be_written_either_stops_no_save(common: tuple[Path, Runner]) -> None:
    """Journal, drafts and addresses can't be kept; the note is saved, and it is said once that nothing undoes it."""
    folder, rounds = common
    for kind in ("cache", "data"):
        cleared(folder / kind).mkdir()
        (folder / kind).chmod(0o555)
    with as_nobody():
        check_all(rounds)
        result = rounds("rename", "Annika Rowe", "Annika Rower")  # and the links to her in other notes
        assert (result.exit_code, result.stderr.count("can't be undone")) == (0, 1)
        feed = rounds("feed", "write")
        assert feed.exit_code == 1
        assert "can't be written: Permission denied" in feed.stderr


@pytest.mark.parametrize("words", [("log", "Annika Rowe", "call", "words that were typed"),
                                   ("plan", "Annika Rowe", "words that were typed"),
                                   ("add", "Zed Quux", "--role", "words that were typed")])  # fmt: skip
def test_what_can_be_saved_nowhere_is_shown(common: tuple[Path, Runner], words: tuple[str, ...]) -> None:
    """With neither note nor journal, the words are on the screen."""
    folder, rounds = common
    for kind in ("cache", "data"):
        cleared(folder / kind).mkdir()
    before = rounds.note("Partners/Annika Rowe.md")
    for each in (folder / "cache", folder / "data", folder / "vault" / "Partners"):
        each.chmod(0o555)
    with as_nobody():
        result = rounds(*words)
    assert result.exit_code == 1
    assert "words that were typed" in result.stderr
    assert rounds.note("Partners/Annika Rowe.md") == before

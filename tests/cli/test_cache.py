"""Where the folders outside the vault can't be written: reading and saving go on, and no word is lost."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.conftest import Process
from cli.running import SOURCE, Runner, environment
from rounds.index import database
from rounds.index.parallel_parse import MANY
from rounds.index.scan import scan
from rounds.storage.locks_private_output_files import locked, make_folder
from rounds.vault.vault import Vault
from unprivileged import as_nobody, commons, give
from vault.notes import rows

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


@pytest.mark.usefixtures("two_cores")
def test_with_many_notes_and_no_place_for_the_helper_s_files(rounds: Runner, demo: Path, home: Path) -> None:
    """They are read without a helper then."""
    for number in range(MANY):
        (demo / "Partners" / f"Zoe {number}.md").write_text("---\ntype: partner\n---\n")
    a_file(home, demo)
    result = rounds("list", "--json")
    assert (result.exit_code, result.stderr.count(SAID)) == (0, 1)
    assert len(json.loads(result.stdout)["notes"]) == MANY + 41


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
        assert bool(rows(before, "SELECT 1 FROM notes")) is not empty
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


def test_addresses_that_are_complete_need_only_be_read(common: tuple[Path, Runner]) -> None:
    """A server goes on with the addresses that calendars have."""
    folder, rounds = common
    before = rounds.json("feed", "serve", "--show")
    give(folder)
    for each in (folder / "data", *(folder / "data").rglob("*")):
        each.chmod(0o555 if each.is_dir() else 0o444)
    with as_nobody():
        assert rounds.json("feed", "serve", "--show") == before


# A disk that fills up, a program that holds the index ---------------------------------------------------------------


def test_a_disk_that_is_full_in_the_middle_of_a_write(vault: Vault, demo: Path) -> None:
    """What is known is kept, in memory; the other programs' index stays what it was."""
    known = len(rows(vault, "SELECT 1 FROM notes"))
    pages = vault.index.connection.execute("PRAGMA page_count").fetchone()[0]
    vault.index.connection.execute(f"PRAGMA max_page_count = {pages}")
    for number in range(300):
        (demo / "Partners" / f"New {number}.md").write_text(f"---\ntype: partner\n---\n{number} " + "word " * 300)
    report = vault.sync()
    assert (len(report.added), len(report.changed), len(report.removed)) == (300, 0, 0)
    assert len(rows(vault, "SELECT 1 FROM notes")) == known + 300
    assert [words.partition(": ")[0] for words in vault.notices()] == [SAID.strip(": ")]
    assert vault.notices() == []
    other = Vault.open(demo)
    assert len(rows(other, "SELECT 1 FROM notes")) == known
    other.close()


def test_an_index_that_another_program_holds_for_long(
    rounds: Runner, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a minute we do without it."""
    rounds.good("list")
    monkeypatch.setattr(database, "PATIENCE", 0.05)
    other = sqlite3.connect(index_of(demo), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        (demo / "Partners" / "New.md").write_text("---\ntype: partner\n---\n")
        check_all(rounds)
    finally:
        other.close()
    assert rounds("list").stderr == ""


def test_a_first_index_that_another_program_makes_for_long(
    rounds: Runner, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing can be read then, nor waited for without end."""
    monkeypatch.setattr(database, "PATIENCE", 0.05)
    other = sqlite3.connect(index_of(demo), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        check_all(rounds)
    finally:
        other.close()


def test_a_damaged_index_that_another_program_is_replacing_for_long(
    rounds: Runner, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock of a program that hangs keeps nobody for ever."""
    monkeypatch.setattr(database, "PATIENCE", 0.05)
    path = index_of(demo)
    path.write_bytes(b"no database " * 1000)
    with locked(f"{path}.lock", 0):
        check_all(rounds)


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[None]:
    """A small disk of its own; the test is skipped where none can be mounted."""
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=False,
                          capture_output=True)  # fmt: skip
    if done.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="needs tmpfs")
@pytest.mark.parametrize("size", ["16k", "64k", "256k"])
def test_a_small_disk_for_the_cache(rounds: Runner, home: Path, size: str) -> None:
    """Full at once, or somewhere in the middle."""
    (home / "cache").mkdir()
    with mounted(home / "cache", size):
        check_all(rounds)


@pytest.mark.skipif(sys.platform != "linux", reason="needs prlimit")
@pytest.mark.parametrize("limit", [0, 4096, 100_000])
def test_a_quota_on_files(process: Process, demo: Path, limit: int) -> None:
    """No file may grow beyond so many bytes: reading goes on."""
    code = f"import resource as r; r.setrlimit(r.RLIMIT_FSIZE, ({limit},) * 2); from rounds.main import run; run()"
    words = [sys.executable, "-c", code, "--vault", str(demo), "list", "--json"]
    done = subprocess.run(words, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr.count(SAID)) == (0, 1)
    assert '"Annika Rowe"' in done.stdout
    assert process("list", "--vault", str(demo)).stderr == ""


# Where the folders are ------------------------------------------------------------------------------------------


_HOMELESS = "import os; os.environ.pop('HOME'); import pwd; pwd.getpwuid = {}.__getitem__; "


@pytest.mark.skipif(sys.platform != "linux", reason="other systems ask elsewhere")
@pytest.mark.parametrize("home", ["/dev/null/nobody", "relative", "."])
@pytest.mark.parametrize("before", ["", _HOMELESS])
def test_no_home(demo: Path, tmp_path: Path, home: str, before: str) -> None:
    """Nothing of ours is looked for, or left, in the folder where somebody happens to be."""
    here = tmp_path / "here"
    for folder in (here, here / "relative"):
        (folder / ".config" / "rounds").mkdir(parents=True)
        (folder / ".config" / "rounds" / "config.toml").write_text("not ours")
    there = sorted(here.rglob("*"))
    environ = {name: text for name, text in environment().items() if not name.startswith("XDG_")}
    environ |= {"HOME": home, "TMPDIR": "/dev/null", "PYTHONPATH": str(SOURCE)}
    for words in (("list",), ("log", "Annika Rowe", "call", "words"), ("today",)):
        program = [sys.executable, "-c", f"{before}from rounds.main import run; run()", *words, "--vault", str(demo)]
        done = subprocess.run(program, cwd=here, env=environ, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stderr.count(SAID)) == (0, 1), done.stderr
    assert sorted(here.rglob("*")) == there


@pytest.mark.parametrize("kind", ["CACHE", "DATA", "CONFIG", "STATE"])
@pytest.mark.parametrize("named", ["foo", ".", "../foo", "~/foo"])
def test_relative_folders_are_not_used(
    rounds: Runner, demo: Path, monkeypatch: pytest.MonkeyPatch, kind: str, named: str
) -> None:
    """As the XDG specification has it: the usual ones are."""
    monkeypatch.chdir(demo)
    monkeypatch.setenv(f"XDG_{kind}_HOME", named)
    before = sorted(demo.parent.rglob("*"))
    for words in (("list",), ("log", "Annika Rowe", "call", "words"), ("undo",)):
        result = rounds(*words)
        assert (result.exit_code, result.stderr) == (0, "")
    assert sorted(demo.parent.rglob("*")) == before


def test_folders_inside_of_the_vault_are_no_notes(rounds: Runner, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has put them there gets no more notes by it, nor fewer."""
    notes = set(scan(str(demo)).notes)
    for kind in ("CACHE", "DATA", "CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(demo / kind.lower()))
    for words in COMMANDS:
        assert rounds(*words).stderr == ""
    rounds.good("feed", "write")
    assert rounds.good("undo").startswith("Undone: renamed")
    assert rounds.good("undo").startswith("Undone: added")
    assert set(scan(str(demo)).notes) == notes


def test_a_vault_inside_of_the_cache(home: Path, demo: Path) -> None:
    """It is a folder like any other."""
    for place in (home / "cache" / "vault", home / "cache" / "rounds" / "vault", index_of(demo).parent / "vault"):
        shutil.copytree(demo, place)
        rounds = Runner(place)
        for words in COMMANDS:
            result = rounds(*words)
            assert (result.exit_code, result.stderr) == (0, "")


def test_a_drive_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has nothing above a drive: a folder on one that is gone is not looked for without end."""
    monkeypatch.setattr(os.path, "isdir", lambda _: False)
    monkeypatch.setattr(os.path, "dirname", lambda path: path[: max(path.rfind("\\"), 2) + 1].rstrip("\\") + "\\")
    monkeypatch.setattr(os, "mkdir", _refuse)
    with pytest.raises(FileNotFoundError):
        make_folder("Z:\\cache\\rounds")


def _refuse(path: str, _: int) -> None:
    raise FileNotFoundError(2, "No such file or directory", path)


@pytest.mark.parametrize("end", ["-journal", "-wal", "-shm"])
def test_a_pipe_beside_the_index_keeps_nobody_waiting(rounds: Runner, end: str) -> None:
    """SQLite would open it."""
    rounds.good("list")
    (index,) = Path(os.environ["XDG_CACHE_HOME"]).rglob("index*.sqlite")
    for each in index.parent.glob(f"{index.name}-*"):
        each.unlink()
    os.mkfifo(f"{index}{end}")
    result = rounds("list")
    assert result.exit_code == 0
    assert "index can't be kept on the disk" in result.stderr

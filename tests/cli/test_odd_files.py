"""Pipes, devices and endless files where notes and settings are expected: nothing waits for them, and they are told."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.running import Runner, command, environment
from rounds.storage.files import read
from rounds.storage.open_file import USUAL, content, limit, ordinary, read_all
from rounds.storage.user_config import cache_folder

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and devices have names on POSIX")

ANN = "---\ntype: partner\nrole: doula\n---\n"
NOTES = (
    "Inbox.md",
    "Practice.md",
    "Partners/Zoe.md",
    "Partners/Ann (conflicted copy 2026-11-01 101010).md",
    "Partners/Ann 2.md",
)
SETTINGS = (".obsidian/templates.json", "Views/Odd.base", "Attachments/Odd.canvas")
COMMANDS = (("list",), ("today",), ("check",), ("inbox",), ("conflicts",), ("ready",), ("rename", "ann", "Ann Lee"))


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def run(vault: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, which must end."""
    return subprocess.run(
        command("--vault", str(vault), *words),
        env=environment(), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("make", [pipe, device])
def test_no_command_waits_for_a_pipe_or_reads_a_device(nobody: Runner, make: object) -> None:
    """Whatever name it has; the notes are there, and the odd ones are problems."""
    for path in (*NOTES, *SETTINGS):
        place = nobody.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        make(place)  # type: ignore[operator]
    (nobody.folder / "Partners" / "Ann.md").write_text(ANN)
    script = "import sys\nfrom rounds.main import cli\nfor words in {}:\n try: cli.main(list(words))\n except SystemExit: pass"
    done = subprocess.run(
        [sys.executable, "-c", script.format(repr(COMMANDS)), "--vault", str(nobody.folder)],
        env={**environment(), "ROUNDS_VAULT": str(nobody.folder)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert [note["name"] for note in nobody.json("list")["notes"]] == ["Ann Lee"]
    said = nobody("check").stdout
    for path in ("Inbox.md", "Practice.md", "Partners/Zoe.md"):
        assert f"{path}:1:1: warning: it is not an ordinary file" in said


@pytest.mark.parametrize("make", [pipe, device])
def test_settings_that_are_a_pipe_are_no_vault(nobody: Runner, make: object) -> None:
    """The command ends with what it says of a folder without settings."""
    (nobody.folder / "rounds.toml").unlink()
    make(nobody.folder / "rounds.toml")  # type: ignore[operator]
    done = run(nobody.folder, "list")
    assert (done.returncode, "Traceback" in done.stderr) == (5, False)


@pytest.mark.parametrize("make", [pipe, device])
def test_a_config_that_is_a_pipe_is_told(nobody: Runner, home: Path, make: object) -> None:
    (home / "config" / "rounds").mkdir(parents=True)
    make(home / "config" / "rounds" / "config.toml")  # type: ignore[operator]
    done = run(nobody.folder, "list", "owner:me")
    assert "it is not an ordinary file" in done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize("make", [pipe, device])
def test_only_ordinary_files_are_read(tmp_path: Path, make: object) -> None:
    """By every way that reads by a name; a folder says that it is one."""
    make(tmp_path / "odd")  # type: ignore[operator]
    path = str(tmp_path / "odd")
    for way in (ordinary, content, read):
        with pytest.raises(OSError, match="it is not an ordinary file"):
            way(path)
        with pytest.raises(IsADirectoryError):
            way(str(tmp_path))


@pytest.fixture
def limited() -> Iterator[None]:
    """Files of up to one megabyte can be read; in the end, of the usual size."""
    limit(1)
    yield
    limit(USUAL)


@pytest.mark.usefixtures("limited")
def test_a_file_has_a_size_that_can_be_read(tmp_path: Path) -> None:
    """Larger ones are refused before they are read, and where the size is not known, on the way."""
    file = tmp_path / "large.md"
    file.write_bytes(b"x" * (1 << 20))
    assert len(content(str(file))) == 1 << 20
    file.write_bytes(b"x" * ((1 << 20) + 1))
    for way in (content, read):
        with pytest.raises(OSError, match="it is larger than 1 MB"):
            way(str(file))
    with (tmp_path / "large.md").open("rb") as grows, pytest.raises(OSError, match="it is larger than 1 MB"):
        read_all(grows.fileno(), 0)


def test_a_note_that_is_too_large_is_a_problem(nobody: Runner) -> None:
    """With its size, which is a hole: nothing of it is read."""
    folder = nobody.folder / "Partners"
    folder.mkdir()
    (folder / "Ann.md").write_text(ANN)
    with (folder / "Huge.md").open("wb") as file:
        file.truncate(10 << 30)
    assert [note["name"] for note in nobody.json("list")["notes"]] == ["Ann", "Huge"]
    assert "Partners/Huge.md:1:1: error: the file can't be read: it is larger than 128 MB" in nobody("check").stdout


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize("size", [1, 3])
def test_the_size_can_be_set(nobody: Runner, home: Path, size: int) -> None:
    """In config.toml of this machine, in megabytes; notes that can be read now are read again."""
    folder = nobody.folder / "Partners"
    folder.mkdir()
    (folder / "Ann.md").write_text(ANN + f"{'-' * 1023}\n" * (1 << 10))
    config = home / "config" / "rounds" / "config.toml"
    config.parent.mkdir(parents=True)
    for megabytes in (size, 4 - size, size):
        config.write_text(f"largest = {megabytes}\n")
        said = nobody("check").output
        assert ("Partners/Ann.md:1:1: error: the file can't be read: it is larger than 1 MB" in said) is (
            megabytes == 1
        )


@pytest.mark.parametrize("value", ["0", "-1", "4096", '"128"', "true", "1.5"])
def test_a_size_that_does_not_work_is_said(nobody: Runner, home: Path, value: str) -> None:
    """By what needs config.toml; everything else goes on with the usual size."""
    config = home / "config" / "rounds" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f"largest = {value}\n")
    assert nobody("list").exit_code == 0
    result = nobody("list", "owner:me")
    assert (result.exit_code, "largest" in result.stderr) == (1, True)


@pytest.mark.skipif(sys.platform != "linux", reason="the folders of the XDG specification")
@pytest.mark.parametrize("named", ["cache", "./cache", "", "  "])
def test_a_relative_folder_of_the_environment_is_ignored(
    monkeypatch: pytest.MonkeyPatch, home: Path, named: str
) -> None:
    """As the XDG specification says: it would be another one in every folder, the vault's own among them."""
    monkeypatch.setenv("XDG_CACHE_HOME", named)
    assert cache_folder("test") == str(home / ".cache" / "rounds" / "test")

"""Names of files that are no UTF-8, and words of a command line that are none: every command goes on, and says so."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from cli.running import Runner, command, environment
from conftest import tool
from rounds.cli import COMMANDS as COMMAND_NAMES
from rounds.main import cli

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes on Linux alone")

NOTE = "---\ntype: partner\nstage: met\nid: abc0\n---\n\n## Log\n\n- 2026-11-01 email: a\n"
ODD = (
    b"Partners/An\xff.md", b"Partners/D\xffr/In.md", b"Partners/Sam Lee\xff.md", b"Partners/Copy of Sam Lee\xff.md",
    b"Partners/Sam Lee (conflicted copy 2026-11-01 1010\xff).md", b"Partners/\xff.sync-conflict-20261101-120000-ABCDEFG.md",
    b"Partners/.Ann\xff.md.icloud", b"Templates/T\xff.md", b"Views/V\xff.base", b"C\xff.canvas", b"Inbox\xff.md", b"a\xff.txt",
    b".trash/Sam Lee\xff.md", b"Partners/D\xffr/.~0123abcd.tmp",
)  # fmt: skip
COMMANDS = (
    ("list",), ("today",), ("log", "sam lee", "call", "b"), ("rename", "sam lee", "Sam Leander"), ("undo",), ("tidy", "--apply"),
    ("conflicts",), ("conflicts", "--apply"), ("history",), ("inbox",), ("feed", "write"), ("trash", "sam lee", "--yes"),
    ("undo",), ("check",), ("report",), ("search", "email"),
)  # fmt: skip
WAIT = frozenset({"watch", "serve"})


@pytest.fixture
def odd(nobody: Runner) -> Runner:
    """A vault with every kind of file under a name that is no text."""
    for path in ODD:
        place = os.path.join(os.fsencode(nobody.folder), path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "wb") as file:
            file.write(NOTE.encode())
    os.utime(place, (0, 0))
    (nobody.folder / "Partners/Sam Lee.md").write_text(NOTE.replace("abc0", "sam0"))
    return nobody


def test_every_command_goes_on(odd: Runner) -> None:
    """As text and as JSON, which is valid UTF-8 without half characters; no odd file is touched."""
    for words in COMMANDS:
        done = subprocess.run(
            command("--vault", str(odd.folder), *words, "--json"),
            env=environment(), stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        assert b"Traceback" not in done.stderr, done.stderr.decode(errors="replace")
        assert done.returncode in {0, 1}
        assert "\\ud" not in done.stdout.decode("utf-8")
        assert json.loads(done.stdout) is not None
        assert "Traceback" not in odd(*words).output
    names = {os.path.join(os.fsencode(odd.folder), path) for path in ODD[:-1]}
    assert all(os.path.isfile(name) for name in names)
    assert [note["name"] for note in odd.json("list")["notes"]] == ["Sam Lee"]


def test_each_odd_name_is_a_problem_that_can_be_read(odd: Runner) -> None:
    """With U+FFFD for what is no text."""
    said = odd("check").stdout
    for name in ("Partners/An�.md", "Partners/D�r", "Partners/.Ann�.md.icloud", "C�.canvas", "Inbox�.md"):
        assert f"{name}:1:1: warning: the name of this file or folder is not UTF-8 text" in said
    assert "Templates/T�.md:4:5: warning: this template holds an id" in said
    assert "Partners/D�r/.~0123abcd.tmp:1:1: warning: this is left from a save that stopped halfway" in said


def test_what_a_died_save_left_in_such_a_folder_is_set_aside_there(odd: Runner) -> None:
    """Its text is kept under the name of a copy."""
    odd("conflicts")
    folder = os.path.join(os.fsencode(odd.folder), b"Partners/D\xffr")
    names = sorted(os.listdir(folder))
    assert len(names) == 2
    assert names[1].startswith(b"Recovered (conflicted copy ")


@pytest.mark.parametrize("name", sorted({*COMMAND_NAMES} - WAIT))
def test_words_that_are_no_text_are_answered(
    nobody: Runner, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that nothing can have is not found; it ends no command with a traceback."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")  # init makes a vault of that name
    found = cli.get_command(click.Context(cli), name)
    inner = sorted(found.commands) if isinstance(found, click.Group) else []
    (nobody.folder / "Partners").mkdir()
    (nobody.folder / "Partners/Ann.md").write_text(NOTE)
    for words in ([name], *([name, each] for each in inner)):
        for count in (1, 2, 3):
            done = nobody(*words, *["Zq\udcff"] * count)
            assert done.exit_code in {0, 1, 2, 3, 4, 5}, done.output
            done.output.encode()


def test_the_watcher_goes_on(odd: Runner) -> None:
    """What changes beside an odd name is followed, and an odd name that comes later as well."""
    from queue import SimpleQueue

    from rounds.vault.vault import Vault
    from rounds.vault.watch import Watch

    vault = Vault.open(odd.folder)
    vault.sync()
    news: SimpleQueue[object] = SimpleQueue()
    troubles: SimpleQueue[str] = SimpleQueue()
    with Watch(vault, news.put, troubles.put):
        with open(os.path.join(os.fsencode(odd.folder), b"Partners/New\xfe.md"), "wb") as file:
            file.write(NOTE.encode())
        (odd.folder / "Partners" / "New.md").write_text(NOTE)
        assert "Partners/New.md" in str(news.get(timeout=20))
        assert troubles.empty()
    vault.close()


def test_git_goes_on(odd: Runner) -> None:
    """With odd names in its commits, and notes in conflict beside them."""
    git = tool("git")

    def run(*words: str) -> None:
        subprocess.run(
            [git, "-c", "user.name=a", "-c", "user.email=a@b.c", *words],
            cwd=odd.folder, capture_output=True, check=True, timeout=60,
        )  # fmt: skip

    run("init", "-q", ".")
    run("add", "-A")
    run("commit", "-qm", "odd names")
    (odd.folder / "Partners/Sam Lee.md").write_text(NOTE + "- 2026-11-02 call: x\n")
    for words in (("history",), ("history", "sam lee"), ("conflicts",), ("check",), ("git", "setup"), ("git", "sync")):
        done = odd(*words, "--json")
        assert done.exit_code in {0, 1}, done.output
        done.stdout.encode()
    assert "odd names" in odd.good("history")


def test_json_for_another_encoding_loses_no_letter(nobody: Runner) -> None:
    """Windows gives a pipe one of 256 letters; JSON escapes what it has not."""
    name = "Zoë 你好 😀"
    folder = nobody.folder / "Partners"
    folder.mkdir()
    (folder / f"{name}.md").write_text(NOTE)
    done = subprocess.run(
        command("--vault", str(nobody.folder), "list", "--json"),
        env=environment(PYTHONIOENCODING="cp1252"), capture_output=True, timeout=60, check=True,
    )  # fmt: skip
    assert [note["name"] for note in json.loads(done.stdout.decode("ascii"))["notes"]] == [name]


def test_a_vault_in_a_folder_that_is_no_text_is_one(nobody: Runner) -> None:
    """Under whatever name its folder has."""
    folder = Path(os.fsdecode(os.fsencode(nobody.folder) + b"\xff"))
    nobody.folder.rename(folder)
    moved = Runner(folder)
    assert "Added Zoe Zed" in moved.good("add", "Zoe Zed")
    assert [note["name"] for note in moved.json("list")["notes"]] == ["Zoe Zed"]
    moved("check").output.encode()
    moved.good("undo")

"""Rounds under a Python that has and lacks what Windows' has: every command that reads or writes goes through."""

import ast
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

import other_systems
from cli.running import SOURCE, Runner, environment

NOTE = "---\ntype: partner\nstage: met\nid: abc0\n---\n\n## Log\n\n- 2026-11-01 email: a\n"
COPY = "Partners/Sam Lee (conflicted copy 2026-11-02 101010).md"
COMMANDS = (
    ("list",), ("today",), ("log", "sam lee", "coffee", "together"), ("set", "sam lee", "stage=active"),
    ("plan", "sam lee", "call", "friday"), ("add", "Zoe Zed"), ("rename", "zoe zed", "Zoe Zack"), ("undo",),
    ("refer", "out", "sam lee"), ("trash", "zoe", "--yes"), ("undo",), ("inbox", "--yes"), ("tidy", "--apply"),
    ("conflicts", "--apply"), ("feed", "write"), ("check",), ("history",), ("report",), ("agenda",), ("map", "zoe"),
)  # fmt: skip
PROGRAM = """
import json, sys
import other_systems
other_systems.LONGEST = int(sys.argv[3])
other_systems.install(sys.argv[2])
from rounds.main import cli
for words in json.loads(sys.argv[1]):
    print("$", *words, flush=True)
    try:
        cli.main(words)
    except SystemExit as end:
        print("=", end.code or 0, flush=True)
"""
SAFE = {
    ("storage/git_command.py", "resource"): "on Linux alone",
    ("storage/file_attributes.py", "geteuid"): "not on Windows",
    ("storage/file_attributes.py", "getegid"): "not on Windows",
    ("storage/file_attributes.py", "fchown"): "not on Windows",
    ("storage/file_attributes.py", "listxattr"): "on Linux alone",
    ("storage/file_attributes.py", "getxattr"): "on Linux alone",
    ("storage/file_attributes.py", "setxattr"): "on Linux alone",
    ("storage/git_command.py", "killpg"): "git alone is ended without",
    ("index/parallel_parse.py", "pread"): "no second process there",
    ("index/parallel_parse.py", "sched_getaffinity"): "on Linux alone",
    ("index/parallel_parse.py", "SIGBUS"): "no second process there",
    ("storage/locks_private_output_files.py", "fcntl"): "msvcrt instead",
    ("storage/durable.py", "fcntl"): "on a Mac alone",
    ("storage/atomic_rename.py", "fcntl"): "leases on Linux alone",
    ("storage/atomic_rename.py", "SIGURG"): "leases on Linux alone",
    ("storage/atomic_rename.py", "uname"): "Linux alone",
}
"""Uses of what Windows lacks, each seen to: the file, the name, and why it is safe there."""


def _environment(**more: str) -> dict[str, str]:
    """Of a process that installs a system by itself."""
    return environment(ROUNDS_SYSTEM="", **more)


@pytest.mark.parametrize("system", other_systems.SYSTEMS)
def test_every_command_goes_through_on_another_system(nobody: Runner, system: str) -> None:
    """Before 3.13 there is no `os.fchmod`, from then on there is; the notes say what they say elsewhere."""
    for path, text in {
        "Partners/Sam Lee.md": NOTE,
        COPY: NOTE + "- 2026-11-02 call: b\n",
        "Inbox.md": "Sam Lee called\n",
    }.items():
        place = nobody.folder / path
        place.parent.mkdir(exist_ok=True)
        place.write_text(text)
    done = _run(nobody.folder, COMMANDS, system)
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0), done.stderr
    ends = [line for line in done.stdout.split("\n") if line.startswith("= ")]
    assert ends == ["= 0"] * len(COMMANDS), done.stdout + done.stderr
    said = nobody.note("Partners/Sam Lee.md")
    for words in ("stage: active", "coffee: together", "call: b", "call: called", "- [ ] call"):
        assert words in said
    assert nobody.note("Partners/Zoe Zed.md")
    assert not list(nobody.folder.rglob(".~*"))


def _run(
    vault: Path, commands: Sequence[Sequence[str]], system: str, *, typed: str = "", longest: int = sys.maxsize
) -> subprocess.CompletedProcess[str]:
    """Commands in one process that sees another system; `longest` is the most characters of a path there."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(commands), system, str(longest)],
        env=_environment(ROUNDS_VAULT=str(vault)),
        input=typed, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_on_windows_a_draft_that_holds_a_text_is_closed_before_it_is_forgotten(nobody: Runner, home: Path) -> None:
    """No open file can be deleted or replaced there."""
    nobody.good("add", "Ana Lima")
    draft = home / "data/rounds/test/unsaved/a.jsonl"
    draft.parent.mkdir(parents=True)
    draft.write_text(json.dumps({"path": "Partners/Ana Lima.md", "holds": {"text": "purple car"}}) + "\n")
    done = _run(nobody.folder, [("forget", "--yes")], "windows-3.13", typed="purple car\n")
    assert done.stdout.endswith("= 0\n"), done.stdout + done.stderr
    assert json.loads(draft.read_text())["holds"] == {"text": "[client]"}


def test_a_path_that_is_too_long_for_windows_is_a_problem_and_not_a_lost_note(tmp_path: Path) -> None:
    """Windows lists such a note, and then says that there is none. A new one is refused with the reason."""
    vault = tmp_path / ("v" * 120)
    (vault / "Partners").mkdir(parents=True)
    (vault / "rounds.toml").write_text('vault = "test"\ntimezone = "America/Los_Angeles"\n')
    long = "Dana " + "x" * (256 - len(str(vault / "Partners")))
    (vault / f"Partners/{long}.md").write_text(NOTE)
    other = "Kim " + "y" * (256 - len(str(vault / "Partners")))
    done = _run(
        vault, [("add", "Sam Lee"), ("list",), ("check",), ("add", other), ("rename", "Sam Lee", other)],
        "windows-3.13", longest=259,
    )  # fmt: skip
    assert [line for line in done.stdout.splitlines() if line.startswith("= ")] == ["= 0", "= 0", "= 1", "= 1", "= 1"]
    reason = "its path has more than 259 characters, which this Windows doesn't allow"
    assert f"Partners/{long}.md:1:1: error: the note can't be read: {reason}" in done.stdout
    assert "Give it a shorter name, or move the vault to a folder with a shorter path." in done.stdout
    assert f"Partners/{other}.md could not be saved: {reason}" in done.stderr
    assert f"Partners/Sam Lee.md could not be moved: {reason}" in done.stderr
    assert sorted(path.name for path in (vault / "Partners").iterdir()) == [f"{long}.md", "Sam Lee.md"]


@pytest.mark.parametrize("length", [246, 250])
def test_a_folder_that_is_too_deep_for_windows_is_said(tmp_path: Path, length: int) -> None:
    """A new folder there can have 247 characters; in one of 246, no new file has room for its temporary name."""
    vault = tmp_path / ("v" * 100)
    vault.mkdir()
    deep = "d" * (length - len(f"{vault}/"))
    (vault / "rounds.toml").write_text(f'vault = "test"\n[folders]\npartners = "{deep}"\n')
    done = _run(vault, [("add", "Sam Lee")], "windows-3.13", longest=259)
    assert "is gone" not in done.stderr
    assert f"{deep}/Sam Lee.md could not be saved: the path of its folder is too long: " in done.stderr
    assert "Give it a shorter name, or move the vault to a folder with a shorter path." in done.stderr


SHELLS = r"""
import socket, sys
import other_systems
other_systems.install("windows-3.13")
from rounds.calendar.feed_addresses_passwords import password
from rounds.calendar.server import listening
from rounds.errors import RoundsError
print(password("u", "kim", sys.argv[1] + r'\show "a b"'))
with listening("127.0.0.1", 0) as first:
    first.listen()
    port = first.getsockname()[1]
    try:
        listening("127.0.0.1", port).listen()
        print("shared")
    except RoundsError as error:
        print(error.message.replace(str(port), "PORT"))
"""


def test_windows_has_backslashes_in_commands_and_gives_a_port_to_one_server(tmp_path: Path) -> None:
    """A password's command is read as the editor's is; a second feed server says that the port is in use."""
    program = tmp_path / "bin\\show"
    program.write_text('#!/bin/sh\necho "$1"\n')
    program.chmod(0o700)
    done = subprocess.run(
        [sys.executable, "-c", SHELLS, str(tmp_path / "bin")],
        env=_environment(),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "a b",
        "nothing can be served at 127.0.0.1, port PORT: Address already in use",
    ]


SAVE = """
import os, sys
import other_systems
other_systems.install("macos")
from rounds.storage import files
from rounds.storage.locks_private_output_files import write_private
root = sys.argv[1]
files.write(root, "A.md", b"new", base=files.digest(b"old"))
assert open(os.path.join(root, "A.md"), "rb").read() == b"new"
assert os.getxattr(os.path.join(root, "A.md"), "user.tags") == b"red", "a tag of the Finder is gone"
print(*other_systems.CALLS)
other_systems.CALLS.clear()
files.move(root, "A.md", "B.md")
print(*other_systems.CALLS)
other_systems.CALLS.clear()
write_private(os.path.join(root, "feed.ics"), b"x")
print(*other_systems.CALLS)
"""


def test_a_mac_exchanges_files_keeps_tags_and_writes_through_to_the_disk(tmp_path: Path) -> None:
    (tmp_path / "A.md").write_bytes(b"old")
    os.setxattr(tmp_path / "A.md", "user.tags", b"red")
    done = subprocess.run(
        [sys.executable, "-c", SAVE, str(tmp_path)],
        env=_environment(),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    saved, moved, private = done.stdout.splitlines()
    assert saved.split() == ["fcopyfile", "F_FULLFSYNC", "renamex_np", "F_FULLFSYNC"]
    assert moved.split()[0] == "renamex_np"
    assert private.split() == ["F_FULLFSYNC", "F_FULLFSYNC"]


MENDS = """
import errno, io, json, os, sys
import other_systems
system, root, answers = sys.argv[1:]
other_systems.install(system)
import click.core
from rounds.main import run
from rounds.storage.durable import sync_folder
from rounds.storage.locks_private_output_files import read_output, write_output
from rounds.storage.tui_state import FormDrafts

def ended(*words):
    sys.argv = ["rounds", *words]
    try:
        run()
    except SystemExit as end:
        return end.code


found = {}
drafts = FormDrafts(os.path.join(root, "drafts"))
for _ in range(2):
    drafts.keep({"text": "x" * 600_000})  # the second one begins a new file
found["drafts of an open form"] = len(os.listdir(drafts.folder))
drafts.clear()
found["drafts of a closed form"] = len(os.listdir(drafts.folder))

vault = os.environ["ROUNDS_VAULT"]
with open(os.path.join(vault, "Partners/Sam Lee.md")):
    found["an open note is renamed"] = ended("rename", "Sam Lee", "Sam Lima")
found["notes"] = sorted(os.listdir(os.path.join(vault, "Partners")))
other_systems.CALLS.clear()
found["a second look"] = [ended("list"), [each for each in other_systems.CALLS if each.endswith(".md")]]

feed = os.path.join(root, "feed.ics")
found["a feed is written"] = [write_output(feed, b"one", lambda _: True) for _ in range(2)]
found["a feed is read"] = read_output(feed).decode()
found["a folder is confirmed"] = sync_folder(root, "A.md")


class Closed(io.RawIOBase):
    def writable(self):
        return True

    def write(self, data):
        raise OSError(errno.EINVAL, "Invalid argument")


click.core.os = other_systems._Module(os, frozenset(), name="nt")  # click expands stars there, if it may
found["a star is logged"] = ended("log", "sam lee", "call", "*")
streams = sys.stdout, sys.stderr
sys.stdout, sys.stderr = io.TextIOWrapper(io.BufferedWriter(Closed())), io.StringIO()
sys.stderr.reconfigure = lambda **_: None
found["the reader of a pipe is gone"] = [ended("list"), sys.stderr.getvalue()]
sys.stdin = sys.stdout = sys.stderr = None
found["there are no streams"] = ended("list")
sys.stdout, sys.stderr = streams
with open(answers, "w") as file:
    json.dump(found, file)
os._exit(0)  # without the last words of a stream whose pipe is closed
"""


@pytest.mark.parametrize("system", [each for each in other_systems.SYSTEMS if each != "macos"])
def test_what_windows_does_otherwise_is_seen_to(nobody: Runner, tmp_path: Path, system: str) -> None:
    """Open files can't be deleted, folders can't be opened, files have no mode, and streams may be closed or missing."""
    (nobody.folder / "Partners").mkdir()
    (nobody.folder / "Partners/Sam Lee.md").write_text(NOTE)
    answers = tmp_path / "answers.json"
    done = subprocess.run(
        [sys.executable, "-c", MENDS, system, str(tmp_path), str(answers)],
        env=_environment(
            ROUNDS_VAULT=str(nobody.folder),
        ),
        cwd=nobody.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert answers.exists(), done.stderr
    assert json.loads(answers.read_text()) == {
        "drafts of an open form": 1,
        "drafts of a closed form": 0,
        "an open note is renamed": 1,
        "notes": ["Sam Lee.md"],
        "a second look": [0, []],
        "a feed is written": [True, False],
        "a feed is read": "one",
        "a folder is confirmed": [],
        "a star is logged": 0,
        "the reader of a pipe is gone": [0, ""],
        "there are no streams": 0,
    }
    assert nobody.note("Partners/Sam Lee.md").endswith("- 2026-11-23 call: *\n")


def test_on_windows_text_in_pipes_is_utf_8(nobody: Runner) -> None:
    """In both directions; Python there uses the letters of the country, which have no Greek ones in most."""
    nobody.good("add", "Zoë Ωmega")
    nobody.good("log", "zoë", "call", "about Ωlga")
    environ = environment(ROUNDS_VAULT=str(nobody.folder), ROUNDS_SYSTEM="windows-3.13", PYTHONIOENCODING="cp1252")
    program = [sys.executable, "-c", "import other_systems; from rounds.main import run; run()"]
    for words, typed in ((["list"], ""), (["forget", "--yes"], "about Ωlga\n")):
        done = subprocess.run(
            [*program, *words], env=environ, input=typed.encode(), capture_output=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        assert words != ["list"] or "Zoë Ωmega" in done.stdout.decode()
    assert "Ωlga" not in nobody.note("Partners/Zoë Ωmega.md")


def test_what_only_windows_needs_is_declared() -> None:
    """Also what another library used to bring: click did bring colorama, until 8.4."""
    project = tomllib.loads((SOURCE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    there = {each.partition(">")[0] for each in project["dependencies"] if "sys_platform == 'win32'" in each}
    assert there == {"colorama", "tzdata"}


def test_what_is_skipped_by_name_on_another_system_is_a_test_here() -> None:
    """With a reason, and only on systems that `make platforms` acts."""
    here = "".join(path.read_text(encoding="utf-8") for path in (SOURCE.parent / "tests").rglob("test_*.py"))
    for name, (reason, systems) in other_systems.NOT_THERE.items():
        assert f"def {name.partition('[')[0]}(" in here
        assert reason
        assert {*systems.split()} <= {"windows", *other_systems.SYSTEMS}


def test_nothing_that_windows_lacks_is_used_without_a_thought() -> None:
    """Every such name in the source is in the table of those that are seen to, with the reason."""
    found = set()
    for path in (SOURCE / "rounds").rglob("*.py"):
        where = path.relative_to(SOURCE / "rounds").as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found |= {(where, name) for name in _lacking(node)}
    assert found == set(SAFE)


def _lacking(node: ast.AST) -> set[str]:
    """Names of what Windows lacks that a node uses."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        gone = {"os": other_systems.GONE, "signal": other_systems.SIGNALS}.get(node.value.id, frozenset())
        return {node.attr} & gone
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names} & other_systems.MODULES
    if isinstance(node, ast.ImportFrom):
        gone = (
            other_systems.GONE
            if node.module == "os"
            else other_systems.SIGNALS
            if node.module == "signal"
            else frozenset()
        )
        return ({node.module or ""} & other_systems.MODULES) | ({alias.name for alias in node.names} & gone)
    if isinstance(node, ast.keyword):
        return {node.arg or ""} & {"dir_fd", "preexec_fn"}
    return set()

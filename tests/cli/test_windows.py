"""Rounds under a Python that has and lacks what Windows' has: every command that reads or writes goes through."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import windows
from cli.running import SOURCE, Runner, environment

NOTE = "---\ntype: partner\nstage: met\nid: abc0\n---\n\n## Log\n\n- 2026-11-01 email: a\n"
COPY = "Partners/Sam Lee (conflicted copy 2026-11-02 101010).md"
COMMANDS = (
    ("list",), ("today",), ("log", "sam lee", "coffee", "together"), ("set", "sam lee", "stage=active"),
    ("plan", "sam lee", "call", "friday"), ("add", "Zoe Zed"), ("rename", "zoe zed", "Zoe Zack"), ("undo",),
    ("refer", "out", "sam lee"), ("trash", "zoe", "--yes"), ("undo",), ("inbox", "--yes"), ("tidy", "--apply"),
    ("conflicts", "--apply"), ("feed", "write"), ("check",), ("history",), ("report",),
)  # fmt: skip
PROGRAM = """
import json, sys
import windows
windows.install()
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
    ("storage/files.py", "geteuid"): "not on Windows",
    ("storage/files.py", "getegid"): "not on Windows",
    ("storage/files.py", "fchown"): "not on Windows",
    ("storage/files.py", "listxattr"): "on Linux alone",
    ("storage/files.py", "getxattr"): "on Linux alone",
    ("storage/files.py", "setxattr"): "on Linux alone",
    ("storage/git_command.py", "killpg"): "git alone is ended without",
    ("index/parallel_parse.py", "pread"): "no second process there",
    ("index/parallel_parse.py", "sched_getaffinity"): "on Linux alone",
    ("index/parallel_parse.py", "SIGBUS"): "no second process there",
    ("storage/locks_private_output_files.py", "fcntl"): "msvcrt instead",
    ("storage/atomic_rename.py", "fcntl"): "leases on Linux alone",
    ("storage/atomic_rename.py", "SIGURG"): "leases on Linux alone",
    ("storage/atomic_rename.py", "uname"): "Linux alone",
}
"""Uses of what Windows lacks, each seen to: the file, the name, and why it is safe there."""


@pytest.mark.parametrize("python", ["312", "313"])
def test_every_command_goes_through_on_windows(nobody: Runner, python: str) -> None:
    """Before 3.13 there is no `os.fchmod`, from then on there is; the notes say what they say elsewhere."""
    for path, text in {
        "Partners/Sam Lee.md": NOTE,
        COPY: NOTE + "- 2026-11-02 call: b\n",
        "Inbox.md": "Sam Lee called\n",
    }.items():
        place = nobody.folder / path
        place.parent.mkdir(exist_ok=True)
        place.write_text(text)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(COMMANDS)],
        env=environment(
            ROUNDS_VAULT=str(nobody.folder), WINDOWS_PYTHON=python,
            PYTHONPATH=os.pathsep.join([str(SOURCE), str(Path(windows.__file__).parent)]),
        ),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0), done.stderr
    ends = [line for line in done.stdout.split("\n") if line.startswith("= ")]
    assert ends == ["= 0"] * len(COMMANDS), done.stdout + done.stderr
    said = nobody.note("Partners/Sam Lee.md")
    for words in ("stage: active", "coffee: together", "call: b", "call: called", "- [ ] call"):
        assert words in said
    assert nobody.note("Partners/Zoe Zed.md")
    assert not list(nobody.folder.rglob(".~*"))


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
        gone = {"os": windows.GONE, "signal": windows.SIGNALS}.get(node.value.id, frozenset())
        return {node.attr} & gone
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names} & windows.MODULES
    if isinstance(node, ast.ImportFrom):
        gone = windows.GONE if node.module == "os" else windows.SIGNALS if node.module == "signal" else frozenset()
        return ({node.module or ""} & windows.MODULES) | ({alias.name for alias in node.names} & gone)
    if isinstance(node, ast.keyword):
        return {node.arg or ""} & {"dir_fd", "preexec_fn"}
    return set()

"""A shell at a pseudo-terminal, into which lines are pasted."""

import os
import re
import select
import shutil
import sys
import termios
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from cli.running import SOURCE, TODAY

_PROMPT = "<<$?>>"
_SEEN = re.compile(r"<<(\d+)>>")
_SECONDS = 60.0


class Ran(NamedTuple):
    """What a command answered on the terminal, and its exit code."""

    command: str
    code: int
    text: str


def installed(folder: Path) -> Path:
    """A folder with a program `rounds`, for the PATH."""
    folder.mkdir(parents=True)
    program = folder / "rounds"
    start = "import sys; sys.argv[0] = sys.argv.pop(1); from rounds.main import run; run()"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{start}" "$0" "$@"\n')
    program.chmod(0o755)
    return folder


def pasted(lines: list[str], *, folder: Path, path: Path, home: Path) -> list[Ran]:
    """Paste lines into a shell all at once, and wait until it is ready for the next one.

    Args:
        folder: that the shell is in.
        path: put before the PATH.
        home: of the user; nothing of it has to be there.
    """
    pty = pytest.importorskip("pty", reason="pseudo-terminals")
    shell = shutil.which("bash") or "/bin/sh"
    words = [shell, *(["--norc", "--noediting"] if shell.endswith("bash") else []), "-i"]
    environ = {
        "PATH": f"{path}{os.pathsep}{os.environ['PATH']}", "HOME": str(home), "PS1": _PROMPT, "PYTHONPATH": str(SOURCE),
        "ROUNDS_TODAY": TODAY, "TERM": "xterm", "NO_COLOR": "1", "LANG": "C.UTF-8", "COLUMNS": "200", "HISTFILE": "",
    }  # fmt: skip
    pid, master = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execve(shell, words, environ)
    try:
        seen = _until(master, "", 1)
        settings = termios.tcgetattr(master)
        settings[3] &= ~termios.ECHO
        termios.tcsetattr(master, termios.TCSANOW, settings)
        os.write(master, "".join(f"{line}\n" for line in lines).encode())
        seen = _until(master, seen, len(lines) + 1)
    finally:
        os.write(master, b"\x03exit\n\x04")
        _until(master, "", 1000)
        os.close(master)
        os.waitpid(pid, 0)
    parts = _SEEN.split(seen.replace("\r\n", "\n"))
    texts, codes = parts[2::2], parts[3::2]
    return [Ran(line, int(code), text) for line, code, text in zip(lines, codes, texts, strict=False)]


def _until(master: int, seen: str, prompts: int) -> str:
    """Read until so many prompts were seen, or nothing more comes."""
    deadline = time.monotonic() + _SECONDS
    while len(_SEEN.findall(seen)) < prompts:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([master], [], [], left)[0]:
            break
        try:
            chunk = os.read(master, 65536)
        except OSError:  # the shell has gone
            break
        if not chunk:
            break
        seen += chunk.decode(errors="replace")
    return seen

"""TAB in real shells: a note's name, whatever it is, becomes one word of the command line, and nothing in it is run."""

import os
import select
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.conftest import Process
from cli.running import SOURCE, Runner, environment
from conftest import PATIENCE, tool
from rounds.cli.completion import is_offered, quoted_for_bash, quoted_for_powershell

pty = pytest.importorskip("pty", reason="pseudo-terminals")

NAMES = [
    "aa$(touch ran)", "ab`touch ran`", 'ac"; touch ran; "', "ad'; touch ran; '", "ae; touch ran", "af & touch ran &",
    "ag*", "ah!!", "ai\\", "aj, John", "ak > ran", "al #1 (old)", "am Zo\u00eb \U0001f9d1", "an${HOME}~", "ao{a,b}[c]?",
    "ap%s\\n", "aq  two", "ar<(touch ran)", "as|touch ran", "at^a^b",
]  # fmt: skip
SHELLS = {
    "bash": ["bash", "--noprofile", "--norc", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
SOURCES = {
    "bash": 'eval "$(_ROUNDS_COMPLETE=bash_source rounds)"',
    "zsh": 'autoload -U compinit; compinit -u -D; eval "$(_ROUNDS_COMPLETE=zsh_source rounds)"',
    "fish": "_ROUNDS_COMPLETE=fish_source rounds | source",
}


class Shell:
    """An interactive shell; `rounds` completes there, and otherwise writes down its words."""

    def __init__(self, master: int, folder: Path) -> None:
        self._master = master
        self.folder = folder

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def words(self, typed: str) -> list[str]:
        """The words of a command line after TAB and enter."""
        answered, ran = self.folder / "answered", self.folder / "words"
        self.type(f"{typed}\t")
        self.until(answered.exists)
        self.type("\r")
        self.until(ran.exists)
        found = ran.read_bytes().split(b"\0")[:-1]
        answered.unlink()
        ran.unlink()
        return [word.decode() for word in found]

    def until(self, done: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < end
            if select.select([self._master], [], [], 0.05)[0]:
                os.read(self._master, 1 << 16)


@contextmanager
def started(name: str, vault: Path, folder: Path) -> Iterator[Shell]:
    program = folder / "bin" / "rounds"
    program.parent.mkdir()
    python = (
        f"PYTHONPATH={shlex.quote(str(SOURCE))} {shlex.quote(sys.executable)} -c 'from rounds.main import run; run()'"
    )
    program.write_text(
        f'#!/bin/sh\nif [ -n "$_ROUNDS_COMPLETE" ]; then\n  {python}\n  touch {shlex.quote(str(folder))}/answered\n'
        f'else\n  printf "%s\\0" "$@" > {shlex.quote(str(folder))}/new\n'
        f"  mv {shlex.quote(str(folder))}/new {shlex.quote(str(folder))}/words\nfi\n"
    )
    program.chmod(0o755)
    (folder / "here").mkdir()
    found = tool(SHELLS[name][0])
    environ = environment(
        ROUNDS_VAULT=str(vault), PATH=f"{program.parent}{os.pathsep}{os.environ['PATH']}", TERM="dumb", HISTFILE="",
        LC_ALL="C.UTF-8", XDG_RUNTIME_DIR=str(folder),
    )  # fmt: skip
    process, master = pty.fork()
    if not process:
        os.chdir(folder / "here")
        os.execve(found, SHELLS[name], environ)
    try:
        shell = Shell(master, folder)
        shell.type(f"{SOURCES[name]}; rm -f ../answered; rounds ready\r")
        shell.until((folder / "words").exists)
        (folder / "words").unlink()
        yield shell
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(master)


@pytest.fixture
def named(nobody: Runner) -> Runner:
    """A vault with a note of each name."""
    folder = nobody.folder / "Partners"
    folder.mkdir()
    for name in NAMES:
        (folder / f"{name}.md").write_text("---\ntype: partner\n---\n", encoding="utf-8")
    nobody.good("list", "--count")
    return nobody


@pytest.mark.parametrize("name", SHELLS)
def test_a_name_is_one_word_in_a_real_shell(named: Runner, tmp_path: Path, name: str) -> None:
    """Whatever the name means to the shell: it comes to the command as it is, and runs nothing."""
    tool(SHELLS[name][0])
    with started(name, named.folder, tmp_path) as shell:
        for expected in NAMES:
            assert shell.words(f"rounds show {expected[:2]}") == ["show", expected]
    assert os.listdir(tmp_path / "here") == []


@pytest.mark.parametrize("quote", "'\"")
def test_after_an_open_quote_too(named: Runner, tmp_path: Path, quote: str) -> None:
    """Bash closes the quote, but for a name that ends with one."""
    with started("bash", named.folder, tmp_path) as shell:
        for expected in NAMES[:2] + NAMES[4:7] + NAMES[8:9]:
            assert shell.words(f"rounds show {quote}{expected[:2]}") == ["show", expected]
    assert os.listdir(tmp_path / "here") == []


@pytest.mark.parametrize(
    ("value", "typed", "expected"),
    [
        ("Dana Whitlock", "dan", "Dana\\ Whitlock"),
        ("zeta$(touch x)", "", "zeta\\$\\(touch\\ x\\)"),
        ("zeta$(touch x)", '"z', "zeta\\$(touch x)"),
        ("it's", "'i", "it'\\''s"),
        ("it's", "\\'i", "it\\'s"),
        ("wow!", '"w', "wow\"'!'\""),
        ("stage=not a fit", "stage=", "stage=not\\ a\\ fit"),
    ],
)
def test_quoting_for_bash(value: str, typed: str, expected: str) -> None:
    """As the word at the cursor needs it."""
    assert quoted_for_bash(value, typed) == expected


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1), max_size=50))
@settings(max_examples=5)
def test_bash_reads_back_what_was_quoted(values: list[str]) -> None:
    """Any text, after no quote and after either one."""
    bash = tool("bash")
    values += [
        f"{before}{mark}{after}"
        for mark in "'\"$`\\!~#*?[]{}()<>|&;=^% "
        for before in ("", "a")
        for after in ("", "b")
    ]
    kept = [value for value in values if value.isprintable()]
    words = [f"{quote}{quoted_for_bash(value, quote)}{quote}" for value in kept for quote in ("", "'", '"')]
    script = "\n".join(f"printf '%s\\0' {word}" for word in words)
    done = subprocess.run([bash, "-c", script], capture_output=True, check=True, timeout=PATIENCE, cwd="/")
    assert done.stdout.decode().split("\0")[:-1] == [value for value in kept for _ in range(3)]


def test_quoting_for_powershell() -> None:
    """In single quotes, which it has in five forms."""
    assert quoted_for_powershell("zeta$(ni x)") == "'zeta$(ni x)'"
    assert quoted_for_powershell("O'Neil \u2019; ni x") == "'O''Neil \u2019\u2019; ni x'"
    assert quoted_for_powershell("show") == "show"


@pytest.mark.parametrize(
    ("value", "typed", "offered"),
    [
        ("Dana", "", True), ("a\nplain,b", "", False), ("a\x1b[2J", "a", False), ("\u202eab", "", False), ("a\udc80", "", False),
        ("--json", "--", True), ("--vault=x", "", False), ("-rf", "", False),
    ],
)  # fmt: skip
def test_what_is_never_offered(value: str, typed: str, offered: bool) -> None:
    """Control characters, which are in no command line, and names that would be options."""
    assert is_offered(value, typed) is offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize("typed", ["", '"', "'", "\\", '"\\'])
def test_no_name_with_a_control_character_and_no_complaint(
    nobody: Runner, process: Process, shell: str, typed: str
) -> None:
    """Whatever notes there are, and however little is typed yet."""
    folder = nobody.folder / "Partners"
    folder.mkdir()
    for name in ("Ann\nplain,b", "Bea\x1b[2J", "\u202eCal", "-rf", os.fsdecode(b"Dan\xff"), "Eve"):
        (folder / f"{name}.md").write_text("---\ntype: partner\n---\n")
    nobody.good("list", "--count")
    environ = {
        "_ROUNDS_COMPLETE": f"{shell}_complete", "COMP_WORDS": f"rounds\nshow\n{typed}", "COMP_CWORD": "2",
        "ROUNDS_VAULT": str(nobody.folder),
    }  # fmt: skip
    if shell == "fish":
        environ |= {"COMP_WORDS": f"rounds show {typed}", "COMP_CWORD": typed}
    done = process(environ=environ)
    assert (done.returncode, done.stderr) == (0, "")
    assert not {"Ann", "Bea", "Cal", "rf", "Dan"} & {*done.stdout.replace(",", "\n").split("\n")}

"""The clipboard: the system's program, else the terminal, and never a wait without end."""

import base64
import io
from pathlib import Path

import pytest

from rounds.exports import editor_clipboard_mail_obsidian as desktop
from rounds.exports.editor_clipboard_mail_obsidian import copy


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs, the first of the path."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def test_the_systems_program_takes_it(programs: Path) -> None:
    """The text arrives as it is, on the program's stdin."""
    program(programs, "xclip", f'cat > "{programs}/got"')
    assert copy("Dear María,\n\nhi", environ={"DISPLAY": ":0"}) == "xclip"
    assert (programs / "got").read_text(encoding="utf-8") == "Dear María,\n\nhi"


def test_the_programs_of_macs_and_windows_get_the_letters_that_they_read(programs: Path) -> None:
    """clip.exe reads UTF-16. pbcopy reads what LC_CTYPE says, which is ASCII in a terminal that sets no language."""
    program(programs, "clip.exe", f'cat > "{programs}/got"')
    which = {"clip.exe": str(programs / "clip.exe")}
    assert copy("Dear María,\n\nhi ✓", environ={}, which=which.get) == "clip.exe"
    assert (programs / "got").read_bytes().decode("utf-16-le") == "Dear María,\n\nhi ✓"
    program(programs, "pbcopy", f'cat > "{programs}/got"; printf %s "$LC_CTYPE" > "{programs}/letters"')
    which = {"pbcopy": str(programs / "pbcopy"), **which}
    assert copy("hi ✓", environ={}, which=which.get) == "pbcopy"
    assert (programs / "got").read_text(encoding="utf-8") == "hi ✓"
    assert (programs / "letters").read_text() == "UTF-8"


def test_without_a_display_no_program_is_asked(programs: Path) -> None:
    """xclip and wl-copy would fail or hang there."""
    program(programs, "xclip", f'touch "{programs}/asked"')
    program(programs, "wl-copy", f'touch "{programs}/asked"')
    assert copy("hi", environ={}, terminal=io.StringIO()) == ""
    assert not (programs / "asked").exists()


def test_a_program_that_fails_or_hangs(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given a few seconds, then the terminal gets the text."""
    monkeypatch.setattr(desktop, "_TIMEOUT", 0.2)
    program(programs, "wl-copy", "exit 1")
    program(programs, "xclip", "exec sleep 60")
    screen = Terminal()
    environ = {"WAYLAND_DISPLAY": "w", "DISPLAY": ":0", "TERM": "xterm"}
    assert copy("hi", environ=environ, terminal=screen) == "terminal"


def test_a_terminal_takes_it() -> None:
    """OSC 52: the text in base64, which works over ssh too."""
    screen = Terminal()
    assert copy("hi ü", environ={"TERM": "xterm"}, which=lambda _: None, terminal=screen) == "terminal"
    assert screen.getvalue() == f"\x1b]52;c;{base64.b64encode('hi ü'.encode()).decode()}\x07"


@pytest.mark.parametrize(("term", "text"), [("dumb", "hi"), ("", "hi"), ("xterm", "x" * 60_000)])
def test_what_a_terminal_does_not_take(term: str, text: str) -> None:
    """A dumb one shows the sequence as text, and a long one is cut: nothing is written."""
    screen = Terminal()
    assert copy(text, environ={"TERM": term} if term else {}, which=lambda _: None, terminal=screen) == ""
    assert screen.getvalue() == ""


def test_no_control_characters_are_copied(programs: Path) -> None:
    """The text comes from notes, and may be put into a terminal; half a sign does no harm either."""
    program(programs, "xclip", f'cat > "{programs}/got"')
    assert copy("a\x1b[201~rm\r\n\tb\ud800", environ={"DISPLAY": ":0"}) == "xclip"
    assert (programs / "got").read_text(encoding="utf-8") == "a␛[201~rm\n\tb\ufffd"

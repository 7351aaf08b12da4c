"""The clipboard, through a system program or the terminal (OSC 52).

Never waits for a display.
"""

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import TextIO

from rounds.notes.plain_text import escape_controls

_PROGRAMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("WAYLAND_DISPLAY", ("wl-copy",)),
    ("DISPLAY", ("xclip", "-selection", "clipboard")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
    ("", ("pbcopy",)),
    ("", ("termux-clipboard-set",)),
    ("", ("clip.exe",)),
)
"""Programs that read the text from stdin, each with the variable it needs to find its display."""

_PATIENCE = 5.0
"""Seconds to wait for such a program."""

_MOST = 74_000
"""Maximum bytes that terminals take in one OSC 52 sequence."""


def copy(
    text: str,
    *,
    environ: Mapping[str, str] = os.environ,
    which: Callable[[str], str | None] = shutil.which,
    terminal: TextIO | None = None,
) -> str:
    """Put a text on the clipboard.

    Args:
        terminal: gets the sequence if there is no program; stderr by default.

    Returns:
        What took it: the program's name, `terminal`, or an empty text if nothing did.
    """
    text = escape_controls(text.replace("\r\n", "\n"))  # it may be pasted into a terminal
    for variable, command in _PROGRAMS:
        if (not variable or environ.get(variable)) and which(command[0]) and _given(command, text):
            return command[0]
    screen = terminal if terminal is not None else sys.stderr
    encoded = base64.b64encode(text.encode()).decode()
    if not screen.isatty() or environ.get("TERM", "dumb") == "dumb" or len(encoded) > _MOST:
        return ""
    screen.write(f"\x1b]52;c;{encoded}\x07")
    screen.flush()
    return "terminal"


def _given(command: tuple[str, ...], text: str) -> bool:
    """Whether a program took the text. Its output is discarded: xclip keeps running and would hold a pipe open."""
    encoding = "utf-16-le" if command[0] == "clip.exe" else "utf-8"
    try:
        done = subprocess.run(
            command, input=text.encode(encoding), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=_PATIENCE, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0

"""The text on the clipboard, read with the program that the system has for it."""

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping

_TIMEOUT = 5.0
"""Seconds to wait for a clipboard program."""

_PROGRAMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("WAYLAND_DISPLAY", ("wl-paste", "--no-newline")),
    ("DISPLAY", ("xclip", "-selection", "clipboard", "-out")),
    ("DISPLAY", ("xsel", "--clipboard", "--output")),
    ("", ("pbpaste",)),
    ("", ("termux-clipboard-get",)),
    ("", ("powershell.exe", "-NoProfile", "-Command", "Get-Clipboard -Raw")),
)
"""Programs that write the text to stdout, each with the variable it needs to find its display."""


def read_clipboard(
    *, environ: Mapping[str, str] = os.environ, which: Callable[[str], str | None] = shutil.which
) -> str:
    """The text on the clipboard; empty if it has none, or no program here reads it."""
    for variable, command in _PROGRAMS:
        if (variable and not environ.get(variable)) or not (program := which(command[0])):
            continue
        settings = {**environ, "LC_CTYPE": "UTF-8"} if command[0] == "pbpaste" else dict(environ)
        try:
            done = subprocess.run(
                [program, *command[1:]], stdin=subprocess.DEVNULL, capture_output=True, timeout=_TIMEOUT, check=False,
                env=settings,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0 and done.stdout:
            return done.stdout.decode("utf-8", "replace").replace("\r\n", "\n")
    return ""

"""The clipboard is read with the program that is there."""

import os
from pathlib import Path

import pytest

from rounds.exports.read_clipboard import read_clipboard


@pytest.mark.skipif(os.name != "posix", reason="a script as a program")
def test_the_first_program_with_a_text_is_used(tmp_path: Path) -> None:
    """One that needs a display isn't tried without one; one that fails gives way to the next."""
    for name, body in (("xsel", "exit 1"), ("pbpaste", "printf 'Yuki\\r\\nTanaka'"), ("wl-paste", "echo never")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)

    def which(name: str) -> str | None:
        return str(tmp_path / name) if (tmp_path / name).exists() else None

    assert read_clipboard(environ={"DISPLAY": ":0"}, which=which) == "Yuki\nTanaka"
    assert read_clipboard(environ={}, which=lambda _: None) == ""

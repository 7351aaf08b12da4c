"""A program named `rounds`, as an installation puts it on the path, for repositories of tests."""

import shlex
import sys
from pathlib import Path

_SOURCE = Path(__file__).parents[2] / "src"
_CODE = "from rounds.main import run; run()"


def write_driver(folder: Path) -> Path:
    """Write the program into a folder, and give its path."""
    program = folder / "rounds"
    python = shlex.quote(sys.executable)
    program.write_text(
        f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(_SOURCE))} exec {python} -c {shlex.quote(_CODE)} "$@"\n'
    )
    program.chmod(0o755)
    return program

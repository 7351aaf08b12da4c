"""The program's name as typed, for commands in messages."""

import os
import re
import sys
from typing import TYPE_CHECKING

import click

from rounds.cli import COMMANDS

if TYPE_CHECKING:
    from rounds.cli.session import Session

NAME = "rounds"

_COMMAND = re.compile(rf"(?<![\w./-])(?<!grand ){NAME}(?= (?:--?[a-z]|(?:{'|'.join(COMMANDS)})\b))")


def program(vault: str = "", *, whole: bool = False) -> str:
    """The text to type for `rounds`: the name if the shell finds this program by it, else its path.

    Args:
        vault: the folder given with --vault; follow-up commands repeat it.
        whole: with the full path, for commands typed in another folder.
    """
    import shlex

    named = _started()
    if whole and os.path.dirname(named):
        named = os.path.abspath(named)
    return shlex.join([named, *(["--vault", vault] if vault else [])])


def as_typed(text: str, session: "Session | None" = None) -> str:
    """Replace `rounds` in our messages so that the commands work as typed.

    If the shell finds the program by its name, the text stays as it is; else the path is inserted, and --vault if it
    was given.

    Args:
        text: with commands such as `rounds today`. It mustn't contain user text.
        session: the command's session; the current one by default.
    """
    from rounds.cli.session import Session

    if _started() == NAME:
        return text
    context = click.get_current_context(silent=True)
    current = session or (context.find_object(Session) if context is not None else None)
    words = program(current.named if current is not None else "")
    return _COMMAND.sub(lambda _: words, text)


def _started() -> str:
    """The program as the shell finds it; `rounds` if something else runs it, such as a test."""
    path = sys.argv[0]
    if os.path.splitext(os.path.basename(os.path.realpath(path)))[0] != NAME or not os.path.isfile(path):
        return NAME
    from shutil import which

    name = os.path.basename(path)
    found = which(name)
    if found is not None and os.path.samefile(found, path):
        return os.path.splitext(name)[0] if os.name == "nt" else name
    return path if os.path.dirname(path) else os.path.join(os.curdir, path)

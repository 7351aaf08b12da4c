"""How the program was started: commands that messages tell to type have to work as they are printed."""

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
    """What to type in place of `rounds`: the name where the shell finds this very program by it, else its path.

    Args:
        vault: the folder that --vault names; commands that go on with it name it too.
        whole: with the whole path, for commands that are typed in another folder.
    """
    import shlex

    named = _started()
    if whole and os.path.dirname(named):
        named = os.path.abspath(named)
    return shlex.join([named, *(["--vault", vault] if vault else [])])


def as_typed(text: str, session: "Session | None" = None) -> str:
    """A text of ours in which commands work when they are typed as they stand.

    Where the shell finds the program by its name, the text stays as it is; else the path is put in, and --vault if it
    was named.

    Args:
        text: with commands as `rounds today`. What users wrote doesn't belong into it.
        session: that of the command that runs, unless another is given.
    """
    from rounds.cli.session import Session

    if _started() == NAME:
        return text
    context = click.get_current_context(silent=True)
    current = session or (context.find_object(Session) if context is not None else None)
    words = program(current.named if current is not None else "")
    return _COMMAND.sub(lambda _: words, text)


def _started() -> str:
    """The program as the shell finds it; `rounds` where something else runs it, such as a test."""
    path = sys.argv[0]
    if os.path.splitext(os.path.basename(os.path.realpath(path)))[0] != NAME or not os.path.isfile(path):
        return NAME
    from shutil import which

    name = os.path.basename(path)
    found = which(name)
    if found is not None and os.path.samefile(found, path):
        return os.path.splitext(name)[0] if os.name == "nt" else name
    return path if os.path.dirname(path) else os.path.join(os.curdir, path)

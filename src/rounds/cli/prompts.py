"""Terminal prompts; without a user at the terminal, nothing is asked.

Pasted lines are commands, not answers: if some are waiting to be read, nothing is asked, and a question that receives
one is abandoned. Ctrl-C, the end of the input, and such a line raise click.Abort.
"""

import os
import re
import sys
from collections.abc import Sequence
from select import select
from typing import NoReturn

import click

from rounds.cli.output import NAME
from rounds.cli.session import Session
from rounds.notes.plain_text import escape_controls

_GLANCE = 0.2
"""Seconds between checks for Ctrl-C while waiting for an answer."""


def on_terminal() -> bool:
    """Whether the user can see and answer questions."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def can_ask(session: Session) -> bool:
    """Whether the user can answer: on a terminal, without --json, and with no pasted lines waiting."""
    return not session.json and on_terminal() and not _lines_wait()


def _lines_wait() -> bool:
    """Whether input is already waiting, typed before any question was shown."""
    try:
        return os.name == "posix" and sys.stdin.isatty() and bool(select([sys.stdin], [], [], 0)[0])
    except (OSError, ValueError):
        return False


def ask(question: str, default: str = "") -> str:
    """Ask for a text answer; Enter gives the default."""
    return _line(f"{question} [{default}]: " if default else f"{question}: ") or default


def agrees(question: str) -> bool:
    """Ask yes or no; Enter and any other word mean no."""
    return _line(f"{question} [y/N]: ").lower() in {"y", "yes"}


def ask_hidden(question: str) -> str:
    """Ask for an answer without echoing it."""
    if not sys.stdin.isatty():
        return _line(f"{question}: ")
    from getpass import getpass

    try:
        return getpass(f"{escape_controls(question)}: ", sys.stderr).strip()
    except (KeyboardInterrupt, EOFError):
        raise click.Abort from None


def _line(prompt: str) -> str:
    """Read a line after the prompt.

    Python handles a signal between two bytecode steps, so one that arrives just before a read would wait for a line. So
    the read starts only when a line is there.
    """
    try:
        click.echo(escape_controls(prompt), nl=False, err=True)
        while os.name == "posix" and sys.stdin.isatty() and not select([sys.stdin], [], [], _GLANCE)[0]:
            pass
        line = sys.stdin.readline()
    except KeyboardInterrupt:
        raise click.Abort from None
    if not line:
        raise click.Abort
    if re.match(rf"\s*(?:\S*/)?{NAME}(?:\s+[a-z+-]|\s*$)", line):
        _give_up(line.strip())
    return line.strip()


def _give_up(line: str) -> NoReturn:
    from rounds.cli.output import say

    say(f"\"{line}\" isn't an answer to this question. It wasn't run as a command; type it again.")
    raise click.Abort


def pick(question: str, count: int) -> int:
    """Ask for a number from 1 to `count`; 0 if the user presses Enter."""
    while True:
        text = ask(f"{question} (1-{count}, Enter for none)")
        if not text:
            return 0
        if text.isascii() and text.isdigit():
            if len(text) < 10 and 1 <= int(text) <= count:
                return int(text)
        elif len(text) > 1:
            _give_up(text)


def choose(question: str, choices: Sequence[str], default: str) -> str:
    """Ask for one of the choices, by its first letter or in full."""
    while True:
        text = ask(question, default).lower()
        found = [choice for choice in choices if text and choice.startswith(text)]
        if text in choices or len(found) == 1:
            return text if text in choices else found[0]
        if len(text.split()) > 1:
            _give_up(text)

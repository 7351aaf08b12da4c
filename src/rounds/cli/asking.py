"""Questions to whoever sits at the terminal. Where nobody does, nothing is asked."""

import os
import sys
from collections.abc import Sequence
from select import select

import click

from rounds.cli.session import Session
from rounds.formats.plain import shown

_GLANCE = 0.2
"""Seconds of waiting for an answer after which to see whether there was a Ctrl-C."""


def on_terminal() -> bool:
    """Whether questions can be seen and answered."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def can_ask(session: Session) -> bool:
    """Whether somebody can answer: there is a terminal, and no JSON was asked for."""
    return not session.json and on_terminal()


def ask(question: str, default: str = "") -> str:
    """An answer in words; Enter gives the default.

    Raises:
        click.Abort: Ctrl-C or the end of the input.
    """
    return _line(f"{shown(question)} [{default}]: " if default else f"{shown(question)}: ") or default


def agrees(question: str) -> bool:
    """Yes or no; Enter means no, and so does any other word.

    Raises:
        click.Abort: Ctrl-C or the end of the input.
    """
    return _line(f"{shown(question)} [y/N]: ").lower() in {"y", "yes"}


def ask_hidden(question: str) -> str:
    """An answer that is not shown while it is typed.

    Raises:
        click.Abort: Ctrl-C or the end of the input.
    """
    if not sys.stdin.isatty():
        return _line(f"{shown(question)}: ")
    from getpass import getpass

    try:
        return getpass(f"{shown(question)}: ", sys.stderr).strip()
    except (KeyboardInterrupt, EOFError):
        raise click.Abort from None


def _line(prompt: str) -> str:
    """What is typed after the prompt.

    Python answers a signal between two steps of a program, so one that comes just before it begins to read a line
    would wait for that line. Hence the read begins once there is one.
    """
    try:
        click.echo(prompt, nl=False, err=True)
        while os.name == "posix" and sys.stdin.isatty() and not select([sys.stdin], [], [], _GLANCE)[0]:
            pass
        line = sys.stdin.readline()
    except KeyboardInterrupt:
        raise click.Abort from None
    if not line:
        raise click.Abort
    return line.strip()


def pick(question: str, count: int) -> int:
    """A number from 1 to `count`; 0 where Enter declined."""
    while True:
        text = ask(f"{question} (1-{count}, Enter for none)")
        if not text:
            return 0
        if text.isascii() and text.isdigit() and 1 <= int(text) <= count:
            return int(text)


def choose(question: str, choices: Sequence[str], default: str) -> str:
    """One of the choices, by its first letter or in full."""
    while True:
        text = ask(question, default).lower()
        found = [choice for choice in choices if text and choice.startswith(text)]
        if text in choices or len(found) == 1:
            return text if text in choices else found[0]

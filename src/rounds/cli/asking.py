"""Questions to whoever sits at the terminal. Where nobody does, nothing is asked."""

import sys
from collections.abc import Sequence

import click

from rounds.cli.session import Session
from rounds.formats.plain import shown


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
    return str(click.prompt(shown(question), default=default, show_default=bool(default), err=True)).strip()


def agrees(question: str) -> bool:
    """Yes or no; Enter means no."""
    return click.confirm(shown(question), default=False, err=True)


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

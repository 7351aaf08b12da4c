"""Unknown people in a command: offer to add them, then rerun."""

import re
import shlex
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from rounds.cli.output import say
from rounds.cli.program_name import as_typed, program
from rounds.cli.prompts import agrees, can_ask
from rounds.cli.session import Session
from rounds.errors import NotFoundError, RoundsError

_NO_NAME = re.compile(r"[\d@/\\\[\]#^|<>=:*?\"]|^-|\.md$")
_LONGEST = 80


def welcome(session: Session, error: NotFoundError, again: Callable[[], Any], *, goes_on: bool) -> Any:
    """Offer to add the unknown people, then run the command again, as one change.

    Args:
        error: with the unknown names.
        again: runs the original command.
        goes_on: whether the command makes sense for a new partner.

    Raises:
        NotFoundError: nobody was added; the hint gives the command that adds them and does the rest.
    """
    names = [full_name(name) for name in error.unknown]
    meant = f"Did you mean {', '.join(error.suggestions[:3])}?" if error.suggestions else ""
    error.hint = "\n".join(filter(None, (meant, _how_to_add(session, error, names, goes_on=goes_on))))
    error.verbatim = True
    if not goes_on or not all(names) or not can_ask(session):
        raise error
    say(f"rounds: {error.message}")
    if meant:
        say(meant)
    for name in names:
        if not agrees(f'Add "{name}" as a new partner?'):
            error.message = "nobody was added, and nothing was written"
            raise error
    return _with(session, names, again)


def full_name(typed: str) -> str:
    """A typed name with capitals (`noor haddad`); empty if it can't be a name."""
    words = " ".join(typed.split())
    if len(words) > _LONGEST or _NO_NAME.search(words) or not any(map(str.isalpha, words)):
        return ""
    return re.sub(r"(?:^|(?<=[\s-]))\w", lambda first: first[0].upper(), words) if words == words.lower() else words


def _how_to_add(session: Session, error: NotFoundError, names: list[str], *, goes_on: bool) -> str:
    if not all(names):
        mail = next((name for name in error.unknown if "@" in name), "")
        return as_typed("Add them with: rounds add NAME", session) + (f" --email {shlex.quote(mail)}" if mail else "")
    adding = [f"{program(session.named)} add {shlex.quote(name)}" for name in names]
    if not goes_on:
        return f"To add them: {' && '.join(adding)}"
    return f"To add them and go on: {' && '.join([*adding, f'{program()} {shlex.join(session.words)}'])}"


def _with(session: Session, names: list[str], again: Callable[[], Any]) -> Any:
    """Add them and rerun the command; if it fails, undo the additions."""
    from rounds.vault.history import undo
    from rounds.vault.properties import add

    vault, change = session.vault, None
    try:
        with vault.change() as change:
            for name in names:
                say(f"Added {name}: {add(vault, name, [])}")
            vault.sync()
            return again()
    except BaseException:
        if change is not None and change.steps:
            with suppress(RoundsError):
                undo(vault, change.id)
            if not change.half:  # otherwise a notice reports it
                say(f"{', '.join(names)}: taken back.")
        raise

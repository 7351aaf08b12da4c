"""`rounds add --paste`: reads a mail signature, shows what it says, and asks."""

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from rounds.cli.output import say, wrapped
from rounds.cli.prompts import agrees, can_ask
from rounds.cli.session import Session
from rounds.errors import StoppedError, UsageError

if TYPE_CHECKING:
    from rounds.vault.set_properties import Setting

_MOST = 100_000
"""Characters that are read; a mail with its history is shorter."""


def pasted(
    session: Session,
    name: str,
    settings: "Sequence[Setting]",
    *,
    similar: "Callable[[str, Sequence[Setting]], Iterable[str]]",
    yes: bool,
) -> "tuple[str, list[Setting], str]":
    """The name, the properties and the text of a new partner from a signature; what was typed goes before it.

    Args:
        similar: existing people who may be the same, each in a sentence.

    Raises:
        UsageError: nothing was pasted, no name is in it, or nobody can be asked.
        StoppedError: the user says no.
    """
    from rounds.vault.paste_signature import from_signature

    found = from_signature(session.vault, _text())
    typed = {each.key for each in settings}
    settings = [*settings, *(each for each in found.settings() if each.key not in typed)]
    name = name or found.name
    if not settings and not found.about and not found.name:
        raise UsageError("no name, email or phone was found in what you pasted", hint="Copy the whole signature.")
    if not name:
        raise UsageError("no name was found in what you pasted", hint='Add it: rounds add "Robin Hale" --paste')
    rows = [f"name: {name}", *(f"{each.key}: {each.text}" for each in settings), *found.about.splitlines()]
    for row in (*rows, *similar(name, settings)):
        for line in wrapped(row, session.out.width):
            say(line)
    if not yes and not can_ask(session):
        raise UsageError("nothing was written yet", hint="If this is right, add --yes.")
    if not yes and not agrees("Add this partner?"):
        raise StoppedError("nothing was written")
    return name, settings, found.about


def _text() -> str:
    """The pasted text: of standard input, or of the clipboard on a terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.read(_MOST)
    from rounds.exports.read_clipboard import read_clipboard

    text = read_clipboard()
    if not text.strip():
        hint = "Copy the signature first, or give it as a file: rounds add --paste < signature.txt"
        raise UsageError("there is no text on the clipboard, or no program here reads it", hint=hint)
    return text[:_MOST]

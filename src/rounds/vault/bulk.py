"""The same change to several notes: first what it would do to each, then all of it as one change."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rounds.errors import RoundsError, UsageError
from rounds.vault.keeping import Setting, outcome, set_properties
from rounds.vault.vault import Vault

Step = Callable[[int], bool]
"""Told after each note how many are done; False stops there."""


class Planned(NamedTuple):
    """What would change in one note.

    Attributes:
        name: of the note, for people.
        before, after: by property.
        refused: why it can't be changed; empty where it can.
    """

    path: str
    name: str
    before: dict[str, object]
    after: dict[str, object]
    refused: str = ""


def planned(
    vault: Vault, notes: Sequence[tuple[str, str]], settings: Sequence[Setting], step: Step = lambda _: True
) -> list[Planned]:
    """What a change would do to each note; nothing is written. Notes that would stay as they are have no properties.

    Args:
        notes: path and name of each.

    Raises:
        UsageError: a value that no note can have.
    """
    found = []
    for number, (path, name) in enumerate(notes, 1):
        try:
            found.append(Planned(path, name, *outcome(vault, path, settings)))
        except UsageError:
            raise
        except RoundsError as error:
            found.append(Planned(path, name, {}, {}, error.message))
        if not step(number):
            break
    return found


def change_all(
    vault: Vault, plans: Sequence[Planned], settings: Sequence[Setting], step: Step = lambda _: True
) -> tuple[int, list[tuple[str, str]]]:
    """Do what was planned; one undo takes all of it back. A note that says something else by now is left alone.

    Returns:
        How many notes changed, and name and reason of each that could not be.
    """
    done, refused = 0, []
    with vault.change():
        for number, plan in enumerate((each for each in plans if each.after), 1):
            try:
                set_properties(vault, plan.path, settings, seen=plan.before)
                done += 1
            except RoundsError as error:
                refused.append((plan.name, error.message))
            if not step(number):
                break
    return done, refused

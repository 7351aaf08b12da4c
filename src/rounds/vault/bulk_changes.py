"""The same change to several notes: first what it would do to each, then all of it as one change."""

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from rounds.errors import RoundsError, StoppedError, UsageError
from rounds.vault.properties import Setting, preview_changes, set_properties
from rounds.vault.sync import Progress, no_progress
from rounds.vault.vault import Vault


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
    vault: Vault, notes: Sequence[tuple[str, str]], settings: Sequence[Setting], step: Progress = no_progress
) -> list[Planned]:
    """What a change would do to each note; nothing is written. Notes that would stay as they are have no properties.

    Args:
        notes: path and name of each.

    Raises:
        UsageError: a value that no note can have.
        StoppedError: by `step`.
    """
    found = []
    for number, (path, name) in enumerate(notes, 1):
        try:
            found.append(Planned(path, name, *preview_changes(vault, path, settings)))
        except UsageError:
            raise
        except RoundsError as error:
            found.append(Planned(path, name, {}, {}, error.message))
        step(number, len(notes))
    return found


def change_all(
    vault: Vault, plans: Sequence[Planned], settings: Sequence[Setting], step: Progress = no_progress
) -> tuple[int, list[tuple[str, str]]]:
    """Do what was planned, or as much as `step` lets pass; one undo takes all of it back.

    A note that says something else by now is left alone.

    Returns:
        How many notes changed, and name and reason of each that could not be.
    """
    done, refused = 0, []
    changing = [plan for plan in plans if plan.after]
    with vault.change(), suppress(StoppedError):
        for number, plan in enumerate(changing, 1):
            try:
                set_properties(vault, plan.path, settings, seen=plan.before)
                done += 1
            except RoundsError as error:
                refused.append((plan.name, error.message))
            step(number, len(changing))
    return done, refused

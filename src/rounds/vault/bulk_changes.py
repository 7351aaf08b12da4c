"""The same property change for several notes: preview, then write."""

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from rounds.errors import RoundsError, StoppedError, UsageError
from rounds.vault.properties import Setting, preview_changes, set_properties
from rounds.vault.sync import Progress, no_progress
from rounds.vault.vault import Vault


class Planned(NamedTuple):
    """The planned change of one note.

    Attributes:
        name: the note's display name.
        before, after: values by property.
        refused: why the note can't be changed; empty if it can.
    """

    path: str
    name: str
    before: dict[str, object]
    after: dict[str, object]
    refused: str = ""


def planned(
    vault: Vault, notes: Sequence[tuple[str, str]], settings: Sequence[Setting], step: Progress = no_progress
) -> list[Planned]:
    """Preview a change to each note; nothing is written. Notes that wouldn't change have no properties.

    Args:
        notes: path and name of each note.

    Raises:
        UsageError: the value isn't valid for any note.
        StoppedError: raised by `step`.
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
    """Write the planned changes until `step` stops them; one undo reverts them all.

    A note that has changed since the preview is skipped.

    Returns:
        How many notes changed, and the name and reason for each note that couldn't be changed.
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

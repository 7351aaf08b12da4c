"""Deep check: all that the index stores of the notes, compared with an index made from nothing."""

import os
from collections import defaultdict
from functools import cached_property
from tempfile import TemporaryDirectory

from rounds.errors import Level, Problem, RoundsError
from rounds.index import compare, queries
from rounds.index import queries_activity as activity
from rounds.index.database import index_path
from rounds.index.writer import Index
from rounds.vault.duplicates import duplicates
from rounds.vault.index_sync import Progress, no_progress
from rounds.vault.problems import all_problems
from rounds.vault.reminders import reminders
from rounds.vault.vault import Vault

_TRIES = 3
"""Comparisons, if other programs keep changing notes meanwhile."""

Parts = dict[str, set[str]]
"""What differs, by the path of the note."""


class _FromNothing(Vault):
    """The same vault, with an index of its own in a folder."""

    folder = ""

    @cached_property
    def index(self) -> Index:
        """The index, empty at first."""
        return Index(index_path(self.folder))


def deep_check(vault: Vault, step: Progress = no_progress) -> list[Problem]:
    """Compare what is stored with what follows from the notes, and put the index right.

    Args:
        vault: in sync.
        step: progress callback, counting notes read.

    Returns:
        An error for each note of which something else was stored.

    Raises:
        RoundsError: the second index can't be written; or some notes can't be read now, of which the index keeps the
            last good version.
    """
    if vault.vanished is not None:
        raise vault.vanished
    if kept := [path for _, path, _, is_new in vault.ask(activity.unreadable_notes) if not is_new]:
        hint = "The index keeps its last good version, which isn't in any file now. What is wrong with it: rounds check"
        raise RoundsError(f"nothing was compared, since {kept[0]} can't be read", hint=hint)
    cache = os.path.dirname(vault.index.path)
    with TemporaryDirectory(prefix="deep-", dir=cache if os.path.isdir(cache) else None) as folder:
        fresh = _FromNothing(vault.root, clock=vault.now)
        fresh.folder, fresh.sure = folder, True
        try:
            fresh.sync(step=step)
            different = _settled(vault, fresh)
            if different:
                _put_right(vault, fresh, different)
        finally:
            fresh.close()
    return [_problem(path, parts) for path, parts in sorted(different.items())]


def _settled(vault: Vault, fresh: Vault) -> Parts:
    """What differs, once no other program has changed a note while it was compared."""
    different: Parts = {}
    for _ in range(_TRIES):
        different = _differences(vault, fresh)
        if not different or not (bool(vault.sync()) | bool(fresh.sync())):
            break
    return different


def _differences(vault: Vault, fresh: Vault) -> Parts:
    """What differs between two indexes of one vault."""
    found: Parts = defaultdict(set)
    ours, theirs = _contents(vault), _contents(fresh)
    for path in ours.keys() | theirs.keys():
        one, other = ours.get(path, {}), theirs.get(path, {})
        if parts := {part for part in one.keys() | other.keys() if one.get(part) != other.get(part)}:
            found[path] = parts if path in ours and path in theirs else {"note"}
    for problem in {*all_problems(vault)} ^ {*all_problems(fresh)}:
        found[problem.path].add("problems")
    pairs = [{(pair.path, pair.other, *pair.why) for pair in duplicates(each)} for each in (vault, fresh)]
    for path, *_ in pairs[0] ^ pairs[1]:
        found[path].add("look-alikes")
    return dict(found)


def _contents(vault: Vault) -> dict[str, dict[str, int]]:
    reminders(vault)  # derives those that are out of date
    return vault.ask(compare.contents)


def _put_right(vault: Vault, fresh: Vault, different: Parts) -> None:
    """Read the notes again of which something else is stored; if that isn't enough, make the index anew."""
    gone = [path for path in different if fresh.ask(queries.note_at, path) is None]
    vault.ask(compare.read_again, [*different], gone)
    vault.sync()
    if _settled(vault, fresh):
        vault.index.replace()
        vault.sync()


def _problem(path: str, parts: set[str]) -> Problem:
    if parts == {"note"}:
        message = "the index had a note here that isn't on the disk, or lacked one that is"
    else:
        message = f"the index had something else for this note than its file: {', '.join(sorted(parts))}"
    hint = "The index was put right; your notes are as they were. If you can, please report this, with the line above."
    return Problem(message, 1, 1, hint, Level.ERROR, path)

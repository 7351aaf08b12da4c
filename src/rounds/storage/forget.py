"""Removes text from what Rounds saved: journal, drafts, lists, index files (`rounds forget`)."""

import json
import os
import re
import zlib
from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from rounds.domain.forget import SoughtText
from rounds.errors import RoundsError
from rounds.storage import journal_files
from rounds.storage.journal import Journal
from rounds.storage.journal_files import FORGOTTEN, StepLine
from rounds.storage.json_codec import DAMAGED, encode
from rounds.storage.locks_private_output_files import lock, write_private
from rounds.storage.open_file import content, private

_WORD = "(client)"
_JOURNAL, _FEEDS = "journal", frozenset({"published", "remote", "feeds"})
"""Folders with functions of their own: `JournalSearch`, and `calendar/forget.py` for calendars and their states."""

_DRAFTS = "unsaved"
_FOR_A_MOMENT = re.compile(
    r"last-error\.txt|today(-note)?\.(json|md)|.*\.damaged-\d+|.*\.[0-9a-f]{8}\.tmp|card[/\\].*", re.DOTALL
)
"""Files of the data folder that are temporary or can be made again."""

_LISTS = frozenset({"recent-filters", "columns", "sidebar", "log.md"})
_SECRETS = frozenset({"addresses.json"})
_CHUNK, _OVERLAP = 1 << 20, 1 << 10


class Unreachable(NamedTuple):
    """A file that can't be read or changed.

    Attributes:
        path: absolute, or relative to the vault.
        why: a phrase without its period.
    """

    path: str
    why: str


def reason(error: Exception) -> str:
    """Why something failed, as a phrase."""
    if isinstance(error, RoundsError):
        return error.message
    return getattr(error, "strerror", None) or str(error)


# The journal ----------------------------------------------------------------------------------------------------------


class JournalSearch:
    """The steps of a journal that hold a text.

    Args:
        paths: only steps of these notes; None for all.

    Attributes:
        changes: ids of the changes with such a step; an unreadable line counts as one.
        versions: paths of the files with such a version of a note.
        unread: what can't be read.
    """

    def __init__(self, journal: Journal, sought: SoughtText, paths: Collection[str] | None) -> None:
        self.journal, self.sought, self.paths = journal, sought, paths
        self.changes: set[str] = set()
        self.versions: set[str] = set()
        self.unread: list[Unreachable] = []
        self._seen: dict[str, bool] = {}
        for path in journal.parts():
            try:
                self._look(path)
            except FileNotFoundError:
                continue  # dropped by another program
            except OSError as error:
                self.unread.append(Unreachable(path, reason(error)))

    def _look(self, path: str) -> None:
        name = os.path.basename(path)
        if journal_files.VERSION_FILE.fullmatch(name):
            if self.paths is None and self._version(name):
                self.versions.add(path)
            return
        with open(path, "rb", opener=private) as file:
            lines = file.read().split(b"\n")
        for line in filter(None, lines):
            found = journal_files.read_line(line)
            if isinstance(found, StepLine) and self.holds(found):
                self.changes.add(found.change)
            elif found is None and not journal_files.is_end(line) and line != journal_files.GAP.strip():
                self.changes.add("")

    def holds(self, line: StepLine) -> bool:
        """Whether a step holds the text: in its names, or in the note before or after it."""
        if self.paths is not None and not {line.path, line.to} & {*self.paths}:
            return False
        return self.sought.is_in(line.what) or self._needs_it(line)

    def _needs_it(self, line: StepLine) -> bool:
        """Whether undoing a step would need the text."""
        names = any(map(self.sought.is_in, (line.path, line.to, line.note)))
        return any([names, self._side(line.before), self._side(line.after)])

    def _side(self, side: object) -> bool:
        if not isinstance(side, str):
            return False
        if side not in self._seen:
            self._seen[side] = self._version(side)
        if self._seen[side] and journal_files.VERSION_FILE.fullmatch(side):
            self.versions.add(os.path.join(self.journal.folder, side))
        return self._seen[side]

    def _version(self, side: str) -> bool:
        """Whether a version of a note holds it; a damaged one, which is of no use, may."""
        try:
            return self.sought.is_in((journal_files.unpack(self.journal.folder, side) or b"").decode(errors="replace"))
        except FileNotFoundError:
            return False
        except OSError as error:
            self.unread.append(Unreachable(os.path.join(self.journal.folder, side), reason(error)))
            return False
        except (zlib.error, *DAMAGED):
            return side != FORGOTTEN and bool(journal_files.VERSION_FILE.fullmatch(side))

    def without(self, line: StepLine) -> StepLine:
        """A step as the journal keeps it: one that held the text is known as forgotten, and can't be undone."""
        if not self.holds(line):
            return line
        path, to, what, note = (self.sought.without(each, _WORD) for each in (line.path, line.to, line.what, line.note))
        if not self._needs_it(line):
            return line._replace(what=what)
        return line._replace(path=path, to=to, what=what, note=note, before=FORGOTTEN, after=FORGOTTEN)

    def forget(self) -> Iterator[Unreachable]:
        """Remove the text from the journal; yields what can't be changed."""
        with self.journal.locked() as alone:
            if not alone:
                yield Unreachable(
                    self.journal.folder, "another program is saving a note, or the lock there can't be used"
                )
                return
            for path in [*self.journal.parts(), *_leftovers(self.journal.folder)]:
                try:
                    if path in self.versions or path.endswith(".tmp"):
                        os.unlink(path)
                    elif path.endswith(".jsonl"):
                        journal_files.rewrite(path, self.without)
                except FileNotFoundError:
                    continue
                except OSError as error:
                    yield Unreachable(path, reason(error))


def _leftovers(folder: str) -> list[str]:
    """Temporary files of killed writers."""
    return [os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".tmp")]


# Drafts and lists -----------------------------------------------------------------------------------------------------


def saved_files(folder: str, sought: SoughtText, about: Collection[str] | None) -> tuple[list[str], list[Unreachable]]:
    """The files of a vault's data folder that hold a text, except journal and feeds; and those that can't be read.

    Args:
        about: only drafts about a note with one of these paths or ids; None for all.
    """
    found, unread = [], []
    for above, folders, names in os.walk(folder):
        if above == folder:
            folders[:] = [name for name in folders if name != _JOURNAL]
        for name in sorted(names):
            path = os.path.join(above, name)
            if name in _SECRETS or (os.path.basename(above) in _FEEDS and name.endswith((".json", ".ics"))):
                continue
            try:
                if _holds(path, sought, about):
                    found.append(path)
            except FileNotFoundError:
                continue
            except OSError as error:
                unread.append(Unreachable(path, reason(error)))
    return sorted(found), unread


def _holds(path: str, sought: SoughtText, about: Collection[str] | None) -> bool:
    text = content(path).decode(errors="surrogateescape")
    if not sought.is_in(text):
        return False
    if about is None or os.path.basename(os.path.dirname(path)) != _DRAFTS:
        return True
    form = _last_form(text)
    return form is None or bool({form.get("path"), form.get("id")} & {*about})


def forget_saved(folder: str, paths: Collection[str], sought: SoughtText) -> Iterator[Unreachable]:
    """Remove text from files that `saved_files` found; yields what can't be changed.

    Drafts and lists keep the rest; what is temporary or can be made again is deleted.

    Args:
        folder: the data folder.
    """
    for path in paths:
        try:
            done = _forget_in(path, os.path.relpath(path, folder), sought)
        except FileNotFoundError:
            continue
        except (OSError, RoundsError) as error:
            yield Unreachable(path, reason(error))
        else:
            if not done:
                yield Unreachable(path, "Rounds doesn't make this file: change or delete it by hand")


def _forget_in(path: str, name: str, sought: SoughtText) -> bool:
    """Remove text from a file, by its name in the data folder; False if Rounds doesn't know it."""
    if _FOR_A_MOMENT.fullmatch(name):
        os.unlink(path)
    elif os.path.dirname(name) == _DRAFTS and name.endswith(".jsonl"):
        _forget_draft(path, sought)
    elif name in _LISTS:
        lines = content(path).decode(errors="surrogateescape").split("\n")
        kept = "\n".join(line for line in lines if not sought.is_in(line))
        write_private(path, kept.encode(errors="surrogateescape"))
    else:
        return False
    return True


def _forget_draft(path: str, sought: SoughtText) -> None:
    """Keep the last whole form of a draft, without the text.

    Raises:
        RoundsError: a program has the form open.
    """
    with open(path, "rb", opener=private) as file:
        if not lock(file.fileno()):
            raise RoundsError("a form that isn't saved yet is open in another window: save or close it")
        form = _last_form(file.read().decode(errors="replace"))
    if form is None:  # and closed, since Windows lets nobody delete or replace an open file
        os.unlink(path)
    else:
        write_private(path, encode(scrubbed(form, sought)) + b"\n")


def _last_form(text: str) -> dict[str, Any] | None:
    for line in reversed(text.split("\n")):
        with suppress(*DAMAGED):
            if isinstance(found := json.loads(line), dict):
                return found
    return None


def scrubbed(value: Any, sought: SoughtText) -> Any:
    """A JSON value without the text: in its texts, at any depth."""
    if isinstance(value, str):
        return sought.without(value, "[client]")
    if isinstance(value, dict):
        return {key: scrubbed(each, sought) for key, each in value.items()}
    return [scrubbed(each, sought) for each in value] if isinstance(value, list) else value


# Index files ----------------------------------------------------------------------------------------------------------


def index_files(folder: str, vault_id: str, sought: SoughtText) -> tuple[list[str], list[Unreachable]]:
    """The index files of a vault that hold a text, of all versions and copies of the vault; and the unreadable ones.

    Args:
        folder: the user's cache folder.
    """
    found, unread, pattern = [], [], sought.pattern()
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        if not re.fullmatch(rf"{re.escape(vault_id)}-[0-9a-f]{{8}}", name):
            continue
        for each in sorted(os.listdir(os.path.join(folder, name))):
            path = os.path.join(folder, name, each)
            try:
                if ".sqlite" in each and not each.endswith((".lock", "-shm")) and _has(path, pattern):
                    found.append(path)
            except FileNotFoundError:
                continue
            except OSError as error:
                unread.append(Unreachable(path, reason(error)))
    return found, unread


def _has(path: str, pattern: re.Pattern[bytes]) -> bool:
    with open(path, "rb", opener=private) as file:
        before = b""
        while part := file.read(_CHUNK):
            if pattern.search(before + part):
                return True
            before = part[-_OVERLAP:]
    return False


def delete_index(path: str) -> None:
    """Delete an index with its log.

    Raises:
        OSError: it can't be deleted.
    """
    for end in ("", "-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            os.unlink(path + end)

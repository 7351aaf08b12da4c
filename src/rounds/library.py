"""Library: the network for scripts, as `import rounds` gives it (docs/library.md)."""

import os
from collections.abc import Sequence
from datetime import date, datetime, time
from types import TracebackType
from typing import NamedTuple, Self

from rounds.domain.reminders.reminder import Reminder
from rounds.errors import EditRefusedError, UsageError
from rounds.notes.post import Post
from rounds.storage import files
from rounds.vault import log_actions
from rounds.vault.find_note import find
from rounds.vault.list_search import listed
from rounds.vault.organizations import inherited_by
from rounds.vault.reminders import reminders
from rounds.vault.vault import NoteRecord, Vault

__all__ = ["OpenVault", "Partner", "Post", "dump", "load", "open_vault"]


class Partner(NamedTuple):
    """A partner.

    Attributes:
        path: of the note, with `/`, in the vault's folder.
        id: stays the same if the note is renamed.
        last_contact: the last touch that is known.
        properties: as in the note, with what the partner has from the organization.
    """

    name: str
    path: str
    id: str
    last_contact: date | None
    properties: dict[str, object]


Who = str | Partner
"""A name as on the command line, the path of a note, or a partner."""


class OpenVault:
    """An open vault. Use it in a `with` statement, or close it.

    Every method first looks at the notes on the disk. What is written is checked as on the command line: client
    information raises an error, and `rounds undo` takes a write back.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the vault's index."""
        self._vault.close()

    def partners(self, query: str = "") -> list[Partner]:
        """The partners that a query finds, by name; all of them without one.

        Raises:
            RoundsError: the query isn't valid.
        """
        self._vault.sync()
        found = listed(self._vault, query)
        given = inherited_by(self._vault, found)
        return [_partner(entry, given.get(entry.key, {})) for entry in found]

    def reminders(self, day: date | None = None) -> list[Reminder]:
        """What is due by a day, the most urgent first.

        Args:
            day: today by default.
        """
        self._vault.sync()
        last = _day(day) or self._vault.today()
        return [each for each in reminders(self._vault) if each.due is not None and each.due <= last]

    def log(self, who: Who, kind: str, text: str = "", *, on: date | None = None) -> Sequence[str]:
        """Log a touch.

        Args:
            kind: such as `coffee` or `email`; `note` if it isn't a touch.
            on: today by default.

        Returns:
            The new lines of the note.

        Raises:
            RoundsError: nobody or several have that name, or the words look like client information.
        """
        written = log_actions.log_touch(self._vault, self._path(who), kind, text, on=_day(on))
        self._vault.sync()
        return written.lines

    def plan(
        self, who: Who, text: str, due: date | None = None, *, kind: str = "", at: time | None = None
    ) -> Sequence[str]:
        """Plan a follow-up.

        Args:
            due: none for some day.
            kind: kind of the touch that it makes, such as `call`.
            at: local time of the practice.

        Returns:
            The new lines of the note.

        Raises:
            RoundsError: as for `log`.
        """
        written = log_actions.plan(self._vault, self._path(who), text, due=_day(due), at=at, kind=kind)
        self._vault.sync()
        return written.lines

    def load(self, who: Who) -> Post:
        """The note of a partner or organization, to read or change; `save` writes it.

        Raises:
            RoundsError: nobody or several have that name, or the note can't be read.
        """
        path = self._path(who)
        return _post(bytes(self._vault.read(path).document), path)

    def save(self, who: Who, post: Post) -> bool:
        """Write a changed note of this vault. What other programs changed meanwhile is merged.

        Returns:
            False if there is no change.

        Raises:
            RoundsError: the changes of another program don't fit, or the note holds new client information.
        """
        path = self._path(who)
        opened = self._vault.editable(path)
        saved = self._vault.save(opened._replace(document=post.original), post.document)
        self._vault.sync()
        return saved

    def _path(self, who: Who) -> str:
        if isinstance(who, Partner):
            return who.path
        self._vault.sync()
        return find(self._vault, who).path


def _partner(entry: NoteRecord, inherited: dict[str, object]) -> Partner:
    return Partner(entry.name, entry.path, entry.id, entry.last_contact, {**entry.properties, **inherited})


def _day(value: object) -> date | None:
    """A day as it's given, without a time of the day; a text isn't a date.

    Raises:
        UsageError: it isn't a date.
    """
    if value is None or isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    raise UsageError(f'"{value}" is not a date', hint="For example: datetime.date(2026, 11, 20)")


def _post(data: bytes, path: str) -> Post:
    """A note's bytes as a post; an error says which note it is."""
    try:
        return Post(data)
    except EditRefusedError as error:
        raise EditRefusedError(f"{path}{error.message}", hint=error.hint) from error


def open_vault(path: str | os.PathLike[str], *, today: date | None = None) -> OpenVault:
    """Open the vault in a folder.

    Args:
        path: the folder with rounds.toml.
        today: for tests; by default today in the practice's time zone.

    Raises:
        RoundsError: it isn't a vault.
    """
    vault = Vault.open(os.path.expanduser(path), clock=(lambda: today) if today is not None else None)
    vault.sync()
    return OpenVault(vault)


def load(path: str | os.PathLike[str]) -> Post:
    """Read any Markdown note, in a vault or not.

    Raises:
        OSError: the file can't be read.
        RoundsError: its front matter can't be read.
    """
    return _post(files.read(os.path.expanduser(os.fspath(path)))[0], os.fspath(path))


def dump(post: Post, path: str | os.PathLike[str]) -> None:
    """Write a note that was loaded from that file, in one step. For notes of a vault, use `OpenVault.save`.

    Raises:
        RoundsError: the file was changed since it was loaded, or can't be written; it's as it was.
    """
    folder, name = os.path.split(os.path.abspath(os.path.expanduser(os.fspath(path))))
    data = bytes(post)
    if data != bytes(post.original):
        files.write(folder, name, data, base=files.digest(bytes(post.original)))

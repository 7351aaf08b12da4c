"""Messages between the parts of the interface. Typed, and named in the past tense."""

from dataclasses import dataclass

from textual.message import Message

from rounds.vault.sync import SyncReport


@dataclass
class VaultSynced(Message):
    """The index has caught up with the disk.

    Attributes:
        report: what changed.
        outside: the part not written by this program; the user is told about it.
    """

    report: SyncReport
    outside: SyncReport


@dataclass
class NotesChanged(Message):
    """The index is newer than the screens; reminders and problems follow with AgendaUpdated."""


@dataclass
class NotesMoved(Message):
    """Notes have moved, disappeared or come back."""


@dataclass
class AgendaUpdated(Message):
    """Reminders and problems were read again; screens show them from the session."""


@dataclass
class JobStarted(Message):
    """Work that may take a while has started."""


@dataclass
class WatchFailed(Message):
    """Following the vault failed or is limited.

    Attributes:
        words: the message.
    """

    words: str


@dataclass
class RowHighlighted(Message):
    """The cursor of a list moved to another row.

    Attributes:
        index: of the row; -1 in an empty list.
    """

    index: int


@dataclass
class RowSelected(Message):
    """A row was selected with the mouse or a key.

    Attributes:
        index: of the row.
    """

    index: int


@dataclass
class RowsRequested(Message):
    """A list is about to draw rows that it doesn't have yet.

    Attributes:
        keys: index keys of the rows.
    """

    keys: tuple[int, ...]


@dataclass
class HeaderSelected(Message):
    """A column's header was clicked.

    Attributes:
        column: its name.
    """

    column: str


@dataclass
class PartnerAdded(Message):
    """A partner was added.

    Attributes:
        path: of the new note.
    """

    path: str


@dataclass
class ShowPartners(Message):
    """A request to show partners.

    Attributes:
        query: the filter.
        path: of the partner to go to; empty for none.
    """

    query: str = ""
    path: str = ""


@dataclass
class OpenEditor(Message):
    """A request to edit a note in the editor.

    Attributes:
        path: of the note, relative to the vault.
        line, column: 1-based place; line 0 for none.
    """

    path: str
    line: int
    column: int

"""What happened, told between the parts of the terminal interface. Typed, and named in the past tense."""

from dataclasses import dataclass

from textual.message import Message

from rounds.vault.sync import SyncReport


@dataclass
class VaultSynced(Message):
    """The index caught up with the disk.

    Attributes:
        report: what changed.
        outside: paths of it that were not written by us; the user is told about these.
    """

    report: SyncReport
    outside: SyncReport


@dataclass
class NotesChanged(Message):
    """The index is newer than what screens show of it; reminders and problems follow with AgendaRead."""


@dataclass
class NotesMoved(Message):
    """Notes have other paths, are gone, or are there again."""


@dataclass
class AgendaUpdated(Message):
    """Reminders and problems were read anew; screens show them from the desk."""


@dataclass
class JobStarted(Message):
    """Something began that may take a while."""


@dataclass
class WatchFailed(Message):
    """Following the vault met a trouble, or is limited.

    Attributes:
        words: what to tell.
    """

    words: str


@dataclass
class RowHighlighted(Message):
    """The cursor of a list came to another row.

    Attributes:
        index: of the row; -1 in an empty list.
    """

    index: int


@dataclass
class RowSelected(Message):
    """A row was chosen with the mouse or a key.

    Attributes:
        index: of the row.
    """

    index: int


@dataclass
class RowsRequested(Message):
    """A list is about to draw rows that it does not have yet.

    Attributes:
        keys: of the index.
    """

    keys: tuple[int, ...]


@dataclass
class HeaderSelected(Message):
    """The head of a column was clicked.

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
    """Partners are to be shown.

    Attributes:
        query: that finds them.
        path: of the one to go to; empty for none.
    """

    query: str = ""
    path: str = ""


@dataclass
class OpenEditor(Message):
    """A note is to be edited outside.

    Attributes:
        path: of the note, relative to the vault.
        line, column: 1-based place; line 0 for none.
    """

    path: str
    line: int
    column: int

"""Messages between the parts of the interface. Typed, and named in the past tense."""

from dataclasses import dataclass
from datetime import date

from textual.message import Message

from rounds.vault.sync_report import SyncReport


@dataclass
class VaultSynced(Message):
    """The index has caught up with the disk.

    Attributes:
        report: what changed.
        outside: the part not written by this program, which the user is notified about.
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
    """Following the vault failed or is limited; with the words for the user."""

    words: str


@dataclass
class RowHighlighted(Message):
    """The cursor of a list moved to another row; index -1 in an empty list."""

    index: int


@dataclass
class RowSelected(Message):
    """A row was selected with the mouse or a key."""

    index: int


@dataclass
class RowsRequested(Message):
    """A list is about to draw rows that it doesn't have yet, by index key."""

    keys: tuple[int, ...]


@dataclass
class HeaderSelected(Message):
    """The header of a column was clicked."""

    column: str


@dataclass
class DayHighlighted(Message):
    """The cursor of a month or a strip of days moved to another day."""

    day: date


@dataclass
class DaySelected(Message):
    """A day of a month or a strip of days was selected with the mouse or a key."""

    day: date


@dataclass
class PartnerAdded(Message):
    """A partner was added; with the path of the new note."""

    path: str


@dataclass
class ShowPartners(Message):
    """A request to show the partners that a filter finds, or the partner at a path."""

    query: str = ""
    path: str = ""


@dataclass
class ShowNote(Message):
    """A request to read a note on the whole of a screen, one of SCREENS."""

    place: str
    path: str


@dataclass
class FindRequested(Message):
    """Words were typed to search for in a note (`step` is 0), or the next hit (1) or the one before (-1) is wanted."""

    words: str
    step: int


@dataclass
class LinkFollowed(Message):
    """A link in a note was chosen: the name or path of a note, or a web address."""

    target: str


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

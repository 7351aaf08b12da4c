"""Today's rows as the index has them at the start, before anything is read."""

import os
import sqlite3
from typing import TYPE_CHECKING

from rounds.domain.reminders.sections import Section, Sections, far_day, in_sections, next_sunday
from rounds.domain.reminders.thanks_meetings_releases import ahead
from rounds.index import reminder_rows
from rounds.index.database import stored
from rounds.index.writer import Index
from rounds.storage.feed_state import ServerState

if TYPE_CHECKING:
    from collections.abc import Callable

    from rounds.vault.vault import Vault


_SCREENFUL = 100
"""Rows of the first moment: the others follow once all is read."""


class _StoredIndex(Index):
    """The index as an earlier start left it, through a connection of its own."""

    def _open(self, opening: "Callable[..., tuple[sqlite3.Connection, int]]", *where: object) -> None:  # noqa: ARG002
        self.connection, self._inode = stored(self.path), 0


def stored_today(vault: "Vault") -> Sections:
    """What Today shows, as far as the index holds it; nothing is derived, and no other program or thread waited for.

    At most a hundred rows, without No hurry. Empty if there is no index, if it can't be read now, or if there are
    questions about a task app: they come first, and need more than the index.
    """
    server = ServerState(os.path.join(vault.data, "remote"))
    if server.asked() or server.questions():
        return {}
    today, cap = vault.today(), vault.settings.cap
    try:
        index = _StoredIndex(vault.index_file)
        try:
            soon, far = str(next_sunday(today)), str(far_day(today))
            found = reminder_rows.near(index, str(today), soon=soon, far=far, count=cap, most=_SCREENFUL)
        finally:
            index.close()
    except (OSError, sqlite3.Error, UnicodeDecodeError):
        return {}
    now = vault.now()
    sections = in_sections([ahead(each, now) for each in found], today, cap)
    sections.pop(Section.NO_HURRY, None)
    return sections

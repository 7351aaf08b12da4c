"""What people did on a calendar server, brought into the notes."""

from datetime import timedelta
from typing import TYPE_CHECKING

from rounds.calendar.feed_carryover import WRITTEN
from rounds.domain.feed import FeedEvent
from rounds.domain.publish_diff import Item, ServerChange
from rounds.errors import ClientInformationError, RoundsError, UsageError
from rounds.index import ids_last_contact as derived
from rounds.notes.links import plain
from rounds.vault.log_actions import day_done, done, note_typed, reopen, skip
from rounds.vault.reminders import reminders

_LONG = timedelta(days=366)
"""A tick that is said to be longer ago is one of a program that doesn't know the day."""

_LONGEST = 200
"""Maximum length of typed text in a message."""

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from datetime import date

    from rounds.calendar.publish_back import Report
    from rounds.vault.vault import Vault


class ServerChanges:
    """Applies changes.

    Args:
        report: told what was done.
        asked: reminders of rules that were ticked off there, and when; changed.
        held: uids of changes that couldn't be applied; added to.
    """

    def __init__(
        self, vault: "Vault", report: "Report", asked: "MutableMapping[tuple[str, str, str], date]", held: set[str]
    ) -> None:
        self.vault, self.report, self.asked, self.held = vault, report, asked, held

    def apply(self, uid: str, item: Item | None, change: ServerChange) -> bool:
        """Apply one change to the notes, as far as permitted; report the rest.

        Returns:
            Whether a note was written.
        """
        if change.what in {"gone", "changed"}:
            self.report.told.append(change.words)
            return False
        if item is None:
            if change.what == "typed":
                self.report.told.append(f"{change.words}: removed, and this was typed there: {_short(change.text)}")
            return False
        act = {"done": self._tick, "open": self._reopen, "cancelled": self._cancel, "typed": self._note}[change.what]
        try:
            return act(change, item.event)
        except ClientInformationError as error:
            self.report.told.append(f"{change.words}: what was typed there stays there. {error.message}.")
        except UsageError as error:
            self.report.told.append(f"{change.words}: {error.message}. Nothing was written.")
        except RoundsError as error:
            self.report.told.append(f"{change.words}: {error.message}. Rounds tries again next time.")
            self.held.add(uid)
        return False

    def _tick(self, change: ServerChange, event: FeedEvent) -> bool:
        found = [each for each in reminders(self.vault) if each.key == event.key]
        if not found:
            return False
        words = f"{plain(found[0].title)} · {found[0].name}"
        if len(found) > 1:
            self.report.told.append(f"{words}: ticked off there, but several notes have it. Nothing was written.")
        elif not found[0].line:
            self.asked[event.key] = self.vault.today()
            self.report.asked.append(words)
        else:
            today = self.vault.today()
            day = change.day if change.day is not None and abs(today - change.day) < _LONG else today
            done(self.vault, found[0], on=day_done(found[0], min(day, today)))
            self.report.ticked.append(words)
            return True
        return False

    def _reopen(self, change: ServerChange, event: FeedEvent) -> bool:
        if self.asked.pop(event.key, None) is not None or event.done is None:
            return False
        if event.rule not in WRITTEN:
            self.report.told.append(f"{change.words}: opened again there. Your log stays as it is.")
            return False
        path = self._path(event)
        if not path:
            self.report.told.append(
                f"{change.words}: opened again there, but its note can't be identified. Nothing was written."
            )
            return False
        reopen(self.vault, path, event.cause)
        self.report.reopened.append(change.words)
        return True

    def _cancel(self, change: ServerChange, event: FeedEvent) -> bool:
        found = [each for each in reminders(self.vault) if each.key == event.key]
        if len(found) != 1 or not found[0].line:
            self.report.told.append(f"{change.words}: cancelled there. Your notes keep it; to let it go: rounds skip")
            return False
        skip(self.vault, found[0])
        self.report.cancelled.append(f"{plain(found[0].title)} · {found[0].name}")
        return True

    def _note(self, change: ServerChange, event: FeedEvent) -> bool:
        """Write what was typed below its follow-up, or into the log if the reminder came from a rule."""
        path = self._path(event)
        if not path:
            self.report.told.append(f"{change.words}: typed there, for no note that is known: {_short(change.text)}")
            return False
        cause = event.cause if event.rule in WRITTEN else ""
        if note_typed(self.vault, path, cause, change.text) is None:
            return False
        self.report.noted.append(change.words)
        return True

    def _path(self, event: FeedEvent) -> str:
        """The note of an event's reminder; empty if it can't be identified."""
        paths = self.vault.ask(derived.paths_with_id, event.note) if event.note else ()
        return paths[0] if len(paths) == 1 else ""


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"

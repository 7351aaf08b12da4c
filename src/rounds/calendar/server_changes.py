"""What people did on a calendar server, brought into the notes."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from rounds.calendar.feed_carryover import WRITTEN
from rounds.domain.feed import FeedEvent
from rounds.domain.publish_diff import Item, Remembered, ServerChange
from rounds.domain.reminders.reminder import Reminder
from rounds.domain.server_questions import Key, Question
from rounds.errors import ClientInformationError, RoundsError, UsageError
from rounds.index import ids_last_contact as derived
from rounds.notes.links import plain
from rounds.vault.log_actions import day_done, done, later, reopen, skip
from rounds.vault.reminders import reminders, remote_state
from rounds.vault.task_app import note_typed

_LONG = timedelta(days=366)
"""A tick that is said to be longer ago is one of a program that doesn't know the day."""

_LONGEST = 200
"""Maximum length of typed text in a message."""

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from datetime import date, time

    from rounds.calendar.publish_back import Report
    from rounds.vault.vault import Vault


class ServerChanges:
    """Applies changes, or has Today ask about them.

    Args:
        report: told what was done.
        asked: reminders of rules that were ticked off there, and when; changed.
        held: uids of changes that couldn't be applied; added to.
        place: name of the saved state of the target.
        moves: whether dates that only they moved are changed in the notes without a question.
    """

    def __init__(
        self,
        vault: "Vault",
        report: "Report",
        asked: "MutableMapping[Key, date]",
        held: set[str],
        *,
        place: str,
        moves: bool,
    ) -> None:
        self.vault, self.report, self.asked, self.held, self._place = vault, report, asked, held, place
        self._moves = moves
        self._questions: dict[Key, Question] = {}

    def apply(self, uid: str, item: Item | None, change: ServerChange) -> bool:
        """Apply one change to the notes, as far as permitted; report the rest.

        Returns:
            Whether a note was written.
        """
        if change.what == "changed":
            self.report.told.append(change.words)
            return False
        if item is None:
            if change.what == "typed":
                self.report.told.append(f"{change.words}: removed, and this was typed there: {_short(change.text)}")
            return False
        act = {
            "done": self._tick, "open": self._reopen, "cancelled": self._cancel, "typed": self._note,
            "moved": self._move, "gone": self._delete,
        }[change.what]  # fmt: skip
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

    def _move(self, change: ServerChange, event: FeedEvent) -> bool:
        found = self._movable(event, change.day, change.time)
        if found is not None and found.line and change.day is not None and change.alone and self._moves:
            later(self.vault, found, change.day, at=change.time)
            self.report.moved.append(f"{plain(found.title)} · {found.name}: {change.day}")
            return True
        if found is None or not self._ask(event, found, "moved", change.day, change.time):
            self.report.told.append(change.words)
        return False

    def _delete(self, change: ServerChange, event: FeedEvent) -> bool:
        found = self._reminder(event)
        if found is None or not self._ask(event, found, "deleted"):
            self.report.told.append(change.words)
        return False

    def ask(self, item: Item, theirs: Remembered) -> None:
        """Ask about a difference that nothing was said about yet."""
        event, seen = item.event, theirs.seen
        if theirs.gone and (found := self._reminder(event)) is not None:
            self._ask(event, found, "deleted")
        elif not theirs.gone and (found := self._movable(event, seen.day, seen.time)) is not None:
            self._ask(event, found, "moved", seen.day, seen.time)

    def keep_questions(self, over: Iterable[Key] = ()) -> None:
        """Save the new questions, and remove those that are over."""
        if not self._questions and not over:
            return
        with remote_state(self.vault).changing_questions() as found:
            for key in over:
                found.pop(key, None)
            found.update(self._questions)
        self._questions = {}

    @property
    def is_asking(self) -> bool:
        """Whether there are new questions to save."""
        return bool(self._questions)

    def _ask(
        self, event: FeedEvent, about: Reminder, what: str, day: "date | None" = None, at: "time | None" = None
    ) -> bool:
        """Have Today ask about something; False if it asks about what another target has."""
        question = Question(what, self._place, event.day, event.time, day, at if about.line else None)
        before = remote_state(self.vault).questions().get(event.key)
        if before is not None and before.place != self._place:
            return False
        if before is None or before._replace(declined=False) != question:
            self._questions[event.key] = question
            words = "deleted there" if day is None else f"moved there to {day}{f' {at:%H:%M}' if at else ''}"
            self.report.proposed.append(f"{plain(about.title)} · {about.name}: {words}")
        return True

    def _reminder(self, event: FeedEvent) -> Reminder | None:
        """The open reminder of an event; None if there is none, or several notes have it."""
        found = [each for each in reminders(self.vault) if each.key == event.key]
        return found[0] if len(found) == 1 else None

    def _movable(self, event: FeedEvent, day: "date | None", at: "time | None") -> Reminder | None:
        """The open reminder of an event, if the notes can have it on that day.

        They can't take a day or a time away, and a rule has no time.
        """
        found = self._reminder(event)
        if found is None or day is None or (day == event.day and (at is None or not found.line)):
            return None
        return found

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

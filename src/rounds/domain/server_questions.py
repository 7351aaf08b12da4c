"""What Today asks about after a change in a task app: something was moved or deleted there.

Everything here is pure. A question stands as long as the difference does; only a "no" has to be remembered.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rounds.domain.publish_diff import Item, Remembered, is_same_time
from rounds.domain.reminders.reminder import Rank, Reminder, day_month

ASKING = frozenset({"moved", "deleted"})
"""Rule names of the reminders that ask."""

Key = tuple[str, str, str]
"""Identity of a reminder: note id, rule and cause."""


class Question(NamedTuple):
    """A question about one reminder.

    Attributes:
        what: one of ASKING.
        place: name of the saved state of the target where it was changed.
        our_day, our_time: of our version there, when it was asked.
        day, time: where it was moved to; a reminder of a rule has no time.
        declined: whether the answer was no: then our version goes back there.
    """

    what: str
    place: str
    our_day: dt.date | None
    our_time: dt.time | None
    day: dt.date | None = None
    time: dt.time | None = None
    declined: bool = False


Questions = Mapping[Key, Question]


def stands(question: Question, item: Item | None, before: Remembered | None) -> bool:
    """Whether a question is still about something: our date is the one it was asked about, and theirs differs.

    Not if another machine of ours has written theirs: it was answered there, and its notes are on their way.
    """
    if item is None or before is None or item.event.done is not None:
        return False
    ours = item.event.day, item.event.time
    if (question.our_day, question.our_time) != ours:
        return False
    if question.what == "deleted" or before.gone:
        return before.gone and question.what == "deleted"
    return not before.seen.ours and not is_same_time((before.seen.day, before.seen.time), ours)


def answered(
    questions: Questions, place: str, items: Mapping[str, Item], remembered: Mapping[str, Remembered]
) -> tuple[set[Key], set[str], set[str]]:
    """What becomes of the questions about a target.

    Returns:
        The keys of those that no longer stand, the uids to leave alone until there is an answer, and the uids of which
        our version goes back there.
    """
    over = {key for key, each in questions.items() if each.place == place}
    waiting, back = set[str](), set[str]()
    for uid, item in items.items() if over else ():
        question = questions.get(item.event.key)
        if question is not None and question.place == place and stands(question, item, remembered.get(uid)):
            over.discard(item.event.key)
            (back if question.declined else waiting).add(uid)
    return over, waiting, back


def unasked(questions: Questions, items: Mapping[str, Item], remembered: Mapping[str, Remembered]) -> Iterator[str]:
    """Uids of open items that differ there, without a change of ours and without a question.

    Another target's question about the same reminder comes first; and an older version of Rounds asked none.
    """
    for uid, item in items.items():
        before = remembered.get(uid)
        if before is None or before.sent is not None or before.mark != item.mark or item.event.key in questions:
            continue
        ours = item.event.day, item.event.time
        moved = not before.seen.ours and not is_same_time((before.seen.day, before.seen.time), ours)
        if item.event.done is None and (before.gone or moved):
            yield uid


def cause_of(key: Key) -> str:
    """The cause of a reminder that asks about another one of its note."""
    return f"{key[1]} {key[2]}"


def asking(question: Question, about: Reminder, today: dt.date) -> Reminder:
    """The reminder that asks, with the place and the title of the one that it's about."""
    if question.what == "deleted":
        title = f"Deleted: {about.title}"
        why = "you deleted it in your task app; in your notes it's still open"
        step = "To let it go here too, mark this as done. To keep it, skip this: then it's published there again."
    else:
        assert question.day is not None
        clock = "" if question.time is None else f" {question.time:%H:%M}"
        title = f"Moved to {day_month(question.day)}{clock}: {about.title}"
        ours = "without a day" if question.our_day is None else f"on {day_month(question.our_day)}"
        why = f"you moved it in your task app; in your notes it's {ours}"
        step = "To take the new day over, mark this as done. To keep yours, skip this: then it goes back there."
    return Reminder(
        question.what, about.note_id, about.path, about.name, title, today, Rank.PROPOSAL,
        cause_of(about.key), why=why, step=step, line=about.line,
    )  # fmt: skip

"""Phrases for days, reminders and numbers, in command line and TUI."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from rounds.domain.links import plain

if TYPE_CHECKING:
    from rounds.domain.log_followups import LogEntry
    from rounds.domain.reminders.reminder import Reminder


WHAT_BELONGS = (
    "Here: colleagues and their offices, and what you did and plan to do with them.",
    "In the chart: who a client is, how to reach them, their dates and numbers, and what they tell you.",
    "Here, a client is only a random code such as R-7K3QXM; the list of codes stays in the chart.",
    'Here, you can note what a client needs, but not who they are: "openings for a college student with panic?"',
)
"""What belongs in a vault, and what in the chart."""

SOME = 5
"""Names that a list shows before it counts the rest."""


def day_words(day: date, today: date, *, weekday: bool = False) -> str:
    """`today` or `20 Nov`, with the year if it differs; `weekday` gives `Thu 26 Nov` in the coming week."""
    ahead = (day - today).days
    if -1 <= ahead <= 1:
        return ("yesterday", "today", "tomorrow")[ahead + 1]
    if weekday and 1 < ahead < 7:
        return f"{day:%a} {day.day} {day:%b}"
    return f"{day.day} {day:%b}" if day.year == today.year else f"{day.day} {day:%b %Y}"


def full_day(day: date) -> str:
    """A full date: `Monday 23 November 2026`."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def due_words(reminder: "Reminder", today: date, *, weekday: bool = False) -> str:
    """When a reminder is due: `since 20 Nov`, `today 12:30`, `no date`; for overdue ones only since when."""
    if reminder.due is None:
        return "no date"
    words = day_words(reminder.due, today, weekday=weekday)
    if reminder.due < today:
        return f"since {words}"
    return f"{words} {reminder.time:%H:%M}" if reminder.time else words


def title_words(reminder: "Reminder") -> str:
    """The title with links as display text; for a follow-up, with its written kind in front."""
    title = plain(reminder.title)
    if reminder.line and reminder.kind and title.casefold() != reminder.kind:
        return f"{reminder.kind}: {title}"
    return title


_KINDS = {
    "thanks": "thank-you note", "intro": "introduction", "video": "video call", "zoom": "Zoom call", "vm": "voicemail",
    "chosen": "chosen for the month", "": "note",
}  # fmt: skip
"""Words for kinds of touches that aren't plain words themselves."""

_TOGETHER = frozenset({
    "coffee", "meeting", "breakfast", "lunch", "dinner", "tea", "visit", "walk", "video", "zoom",
})  # fmt: skip
"""Kinds of touches that one has *with* somebody; an event or a conference has more people."""

_RULES = {
    "thanks": "the thank-you", "meeting": "the meeting", "intro": "the introduction", "nudge": "the nudge",
    "month": "the first message", "check-in": "the check-in", "referral-in": "the thank-you for a referral",
    "feedback": "the word back about a referral", "referral-out": "the question about a referral",
    "release": "the reminder about a release", "accepting": "the question about openings",
    "article": "the article", "card": "the holiday card", "stage": "the new stage",
}  # fmt: skip
"""What each rule reminds of, for `skip` and `later` in the history."""

_DIRECTIONS = {"out": "by you", "in": "to you"}


def kind_words(kind: str) -> str:
    """A kind of touch in words: `thank-you note` for `thanks`, `note` for none; most kinds are words already."""
    return _KINDS.get(kind, kind)


def touch_words(entry: "LogEntry", today: date, name: str = "") -> tuple[str, str]:
    """What a log entry says, in words: the beginning, such as `coffee with Sam, by kim`, and the text, on one line.

    Either can be empty: a note without a kind is only its text.

    Args:
        name: first name of the partner; empty for an organization.
    """
    text = " ".join(plain(entry.text).split())
    if entry.kind in {"skip", "later"}:
        rule = _RULES.get(entry.rule, f"the reminder {entry.rule}")
        until = f" until {day_words(entry.until, today)}" if entry.until else ""
        head = f"skipped {rule}" if entry.kind == "skip" else f"put off {rule}{until}"
    elif entry.kind == "referral" and not entry.line and text in _DIRECTIONS:  # a note in Referrals, on its date
        way = "to" if text == "out" else "from"
        head, text = f"referral {way} {name}" if name else f"referred {_DIRECTIONS[text]}", ""
    elif entry.kind in {"", "note"}:
        head = "note" if entry.who or not text else ""
    else:
        head = kind_words(entry.kind) + (f" with {name}" if name and entry.kind in _TOGETHER else "")
    return head + (f", by {entry.who}" if entry.who else ""), text


def touch_sentence(entry: "LogEntry", today: date, name: str = "") -> str:
    """A log entry as a sentence: `thank-you note: for the ride`, `coffee with Sam: prefers fax`."""
    return ": ".join(filter(None, touch_words(entry, today, name)))


def direction_words(direction: str) -> str:
    """The direction of a referral: `by you` or `to you`."""
    return _DIRECTIONS.get(direction, direction)


def facts_in_words(properties: Mapping[str, object], kind: str = "") -> dict[str, str]:
    """Properties as labels and text for display, without empty ones; a referral's direction is `referred: by you`.

    Args:
        kind: the note's type.
    """
    facts = {key.replace("_", " "): format_value(value) for key, value in properties.items()}
    if kind == "referral":
        facts = {
            "referred" if key == "direction" else key: direction_words(text) if key == "direction" else text
            for key, text in facts.items()
        }
    return {key: text for key, text in facts.items() if text}


def format_value(value: object) -> str:
    """A property's value as display text: lists with commas, links as their text, yes and no; empty for none.

    Members that contain commas themselves are separated by semicolons.
    """
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        members = [*filter(None, map(format_value, value))]
        return ("; " if any("," in member for member in members) else ", ").join(members)
    return "" if value is None else str(value)


def some_of(names: Sequence[str], most: int = SOME) -> str:
    """`Clients, Projects and 3 more`: the first names of a list."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 note`, `2 notes`, `10,000 notes`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"

"""Phrases for days, reminders and numbers, in command line and TUI."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from rounds.domain.links import plain

if TYPE_CHECKING:
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
    """When a reminder is due: `since 20 Nov`, `today 12:30`; for overdue ones only since when."""
    if reminder.due is None:
        return "some time"
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

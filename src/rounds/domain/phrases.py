"""Phrases for days, reminders and numbers, in command line and TUI."""

from datetime import date

from rounds.domain.links import plain
from rounds.domain.reminders.reminder import Reminder


def day_words(day: date, today: date, *, weekday: bool = False) -> str:
    """`today` or `20 Nov`, with the year if it differs; `weekday` gives `Thu 26 Nov` in the coming week."""
    ahead = (day - today).days
    if -1 <= ahead <= 1:
        return ("yesterday", "today", "tomorrow")[ahead + 1]
    if weekday and 1 < ahead < 7:
        return f"{day:%a} {day.day} {day:%b}"
    return f"{day.day} {day:%b}" if day.year == today.year else f"{day.day} {day:%b %Y}"


def due_words(reminder: Reminder, today: date, *, weekday: bool = False) -> str:
    """When a reminder is due: `since 20 Nov`, `today 12:30`; for overdue ones only since when."""
    if reminder.due is None:
        return "some time"
    words = day_words(reminder.due, today, weekday=weekday)
    if reminder.due < today:
        return f"since {words}"
    return f"{words} {reminder.time:%H:%M}" if reminder.time else words


def title_words(reminder: Reminder) -> str:
    """The title with links as display text; for a follow-up, with its written kind in front."""
    title = plain(reminder.title)
    if reminder.line and reminder.kind and title.casefold() != reminder.kind:
        return f"{reminder.kind}: {title}"
    return title


def counted(number: int, one: str, many: str = "") -> str:
    """`1 note`, `2 notes`, `10,000 notes`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"

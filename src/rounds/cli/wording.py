"""How days and reminders are said."""

from datetime import date, timedelta

from rounds.cli.output import say
from rounds.domain.reminders import Reminder, State


def day_words(day: date, today: date) -> str:
    """`today`, `tomorrow`, `yesterday`, `20 Nov`, and with its year where that is another."""
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((day - today).days)
    year = "" if day.year == today.year else f" {day.year}"
    return near or f"{day.day} {day:%b}{year}"


def full_day(day: date) -> str:
    """`Monday, November 23, 2026`."""
    return f"{day:%A, %B} {day.day}, {day.year}"


def tell_if_past(day: date, today: date) -> None:
    """Say that what was planned is late from the start."""
    if day < today:
        say(f"Note: {day_words(day, today)} is past, so this is late at once. What has happened is for: rounds log")


def tell_if_ahead(day: date, today: date) -> None:
    """Say that what was logged is none until its day (vault format, Partner)."""
    if day > today:
        say(f"Note: {day_words(day, today)} is still to come; until then this counts as no touch.")
        say("What is planned is for: rounds meet, rounds plan")


def tell_of_code(code: str) -> None:
    """Say where a client code that was just made belongs."""
    say(f"Note in the chart whom {code} stands for; no name belongs into the vault.")


def due_words(reminder: Reminder, today: date) -> str:
    """When a reminder is due; what is late only says since when."""
    if reminder.due is None:
        return "some time"
    words = day_words(reminder.due, today)
    if reminder.state(today) is State.OVERDUE or reminder.due < today:
        return f"since {words}"
    return f"{words} {reminder.time:%H:%M}" if reminder.time else words


def title_words(reminder: Reminder) -> str:
    """What to do; a follow-up with the kind that was written before it."""
    if reminder.line and reminder.kind and reminder.title != reminder.kind:
        return f"{reminder.kind}: {reminder.title}"
    return reminder.title


def is_soon(reminder: Reminder, today: date) -> bool:
    """Within two weeks from today."""
    return reminder.due is not None and reminder.due <= today + timedelta(days=14)


def counted(number: int, one: str, many: str = "") -> str:
    """`1 note`, `2 notes`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"

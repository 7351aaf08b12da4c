"""What several commands say."""

from datetime import date, timedelta

from rounds.cli.output import say
from rounds.domain.reminders import Reminder
from rounds.domain.words import day_words


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


def is_soon(reminder: Reminder, today: date) -> bool:
    """Within two weeks from today."""
    return reminder.due is not None and reminder.due <= today + timedelta(days=14)

"""Reminders of some facts, in order, as the vault derives them note by note."""

from collections.abc import Iterable
from datetime import date

from rounds.domain.reminders.reminder import Facts, Reminder, WorkingDay, weekday
from rounds.domain.reminders.rules import reminders_of
from rounds.domain.settings import Settings


def derive(
    facts: Iterable[Facts], settings: Settings, today: date, is_working_day: WorkingDay = weekday
) -> list[Reminder]:
    found = [reminder for each in facts for reminder in reminders_of(each, settings, today, is_working_day)]
    return sorted(found, key=lambda reminder: reminder.order(today))

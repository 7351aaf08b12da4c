"""Sections of Today by day: Late, Today, Tomorrow, later.

What people wrote, promised or agreed on always stands on its day. What rules suggest doesn't: a few of it are enough.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from enum import Enum

from rounds.domain.reminders.reminder import Rank, Reminder, State
from rounds.domain.server_questions import ASKING, Key

FAR = 28
"""Days ahead up to which a promise or a written follow-up stands under Later; an appointment always does."""


class Section(Enum):
    """A section, in order; the value is its heading."""

    LATE = "Late"
    TODAY = "Today"
    TOMORROW = "Tomorrow"
    THIS_WEEK = "This week"
    NEXT_WEEK = "Next week"
    LATER = "Later"
    NO_HURRY = "No hurry"


Sections = dict[Section, list[Reminder]]
"""The reminders of each section that has any, in order."""

DUE = (Section.LATE, Section.TODAY)
"""Sections of what is due or overdue."""


def week_of(day: dt.date) -> dt.date:
    """The Monday that a day's week starts with."""
    return dt.date.fromordinal(max(1, day.toordinal() - day.weekday()))


def next_sunday(today: dt.date) -> dt.date:
    """The last day of next week."""
    return _ahead(week_of(today), 13)


def far_day(today: dt.date) -> dt.date:
    """The last day of Later, except for appointments."""
    return _ahead(today, FAR)


def _ahead(day: dt.date, days: int) -> dt.date:
    return dt.date.fromordinal(min(day.toordinal() + days, dt.date.max.toordinal()))


def is_suggested(reminder: Reminder) -> bool:
    """Whether only a rule wants it, so that it can wait: a check-in, a nudge, a new stage."""
    return reminder.rank >= Rank.GENTLE and reminder.rule not in ASKING


def section_of_day(day: dt.date, today: dt.date) -> Section:
    """The section of a day; the past belongs to Today."""
    ahead = day.toordinal() - today.toordinal()
    if ahead <= 1:
        return Section.TOMORROW if ahead == 1 else Section.TODAY
    weeks = (week_of(day).toordinal() - week_of(today).toordinal()) // 7
    return (Section.THIS_WEEK, Section.NEXT_WEEK, Section.LATER)[min(weeks, 2)]


def section_of(reminder: Reminder, today: dt.date) -> Section:
    """The section of a reminder, if there is room for it. A suggestion is never late, and never stands under Later."""
    if reminder.due is None:
        return Section.NO_HURRY
    if reminder.state(today) is State.OVERDUE and not is_suggested(reminder):
        return Section.LATE
    section = section_of_day(reminder.due, today)
    if section is not Section.LATER or reminder.is_appointment:
        return section
    return Section.NO_HURRY if is_suggested(reminder) or reminder.due > far_day(today) else section


def in_sections(
    reminders: Iterable[Reminder], today: dt.date, cap: int, ticked: Collection[Key] = frozenset()
) -> Sections:
    """Lay out reminders in sections.

    Late and Today begin with questions, then appointments, then the most worthwhile. The other sections are by day, and
    within a day appointments come first.

    Args:
        reminders: most worthwhile first.
        cap: maximum suggestions outside No hurry: those that are due, then the next ones.
        ticked: keys of those ticked off in a task app: they stand under Today, since only the user knows the answer.
    """
    found: Sections = {section: [] for section in Section}
    suggested = []
    for each in reminders:
        section = Section.TODAY if each.key in ticked else section_of(each, today)
        if section is Section.NO_HURRY or each.key in ticked or not is_suggested(each):
            found[section].append(each)
        else:
            suggested.append((max(each.due or today, today), each))
    suggested.sort(key=lambda one: one[0])  # stable: of one day, the most worthwhile first
    for place, (_, each) in enumerate(suggested):
        found[section_of(each, today) if place < cap else Section.NO_HURRY].append(each)
    for section, some in found.items():
        if section in DUE:
            some.sort(key=lambda each: _urgent(each, each.key in ticked))
        else:
            some.sort(key=Reminder.by_day)
    return {section: some for section, some in found.items() if some}


def on_days(reminders: Iterable[Reminder]) -> dict[dt.date, list[Reminder]]:
    """The reminders of each day that has any, appointments first."""
    found: dict[dt.date, list[Reminder]] = {}
    for each in sorted(reminders, key=Reminder.by_day):
        if each.due is not None:
            found.setdefault(each.due, []).append(each)
    return found


def _urgent(reminder: Reminder, ticked: bool) -> tuple[object, ...]:
    """Sort key in Late and Today; those without a place of their own stay in order."""
    if reminder.rule in ASKING or ticked:
        return (0,)
    return (1, reminder.due, reminder.time or dt.time.max) if reminder.is_appointment else (2,)

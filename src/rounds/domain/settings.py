"""Vault settings: the content of rounds.toml, with the guide's default values."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rounds.domain.periods import Interval


class RuleSettings(NamedTuple):
    """A `[reminders.NAME]` table. Not every rule uses every key.

    Attributes:
        on: whether the rule runs.
        days: days until the reminder.
        overdue: days until it's overdue.
        every: interval between reminders.
        times: maximum number of reminders.
        lapse: days after which it's no longer owed; 0 for never.
        day: of the year, as `12-10`; empty for never.
        roles: `every` by role.
    """

    on: bool = True
    days: int = 0
    overdue: int = 0
    every: Interval | None = None
    times: int = 0
    day: str = ""
    roles: Mapping[str, Interval] = {}
    lapse: int = 0


DEFAULT_RULES: Mapping[str, RuleSettings] = {
    "thanks": RuleSettings(days=1, overdue=2, lapse=14),
    "meeting": RuleSettings(),
    "intro": RuleSettings(days=7, lapse=14),
    "nudge": RuleSettings(days=10, times=2),
    "month": RuleSettings(days=7),
    "check-in": RuleSettings(every=Interval(months=6)),
    "referral-in": RuleSettings(days=2, lapse=14),
    "feedback": RuleSettings(days=7, lapse=30),
    "referral-out": RuleSettings(days=14),
    "release": RuleSettings(days=30),
    "accepting": RuleSettings(on=False, days=90),
    "article": RuleSettings(on=False, every=Interval(months=4)),
    "card": RuleSettings(every=Interval(months=6)),
    "stage": RuleSettings(),
}
"""Default values, all from the guide's table of reminders."""


LEVELS = ("full", "discreet", "busy")
"""Detail of an event: partner and task; initials and kind of task; or only that there is an event."""

LINKS = ("obsidian", "none")
"""Target of an event's URL: the note in Obsidian, or none."""


OTHER = "other"
"""Key of `alarms` for all kinds that it doesn't name."""


class FeedSettings(NamedTuple):
    """A `[feeds.NAME]` table.

    Attributes:
        query: the partners to include; empty means all.
        level: privacy level, one of LEVELS.
        name: calendar name in clients; empty for a default from the table's name.
        window: days to look ahead.
        gentle: maximum check-ins and nudges per day.
        waiting: summary of today's event about overdue items, `{n}` being their number; empty for none.
        done: days to keep done events.
        minutes: duration of an event with a time (guide, line 11).
        refresh: hours until a calendar should check again.
        alarm: time of the alarm on the day of an event or task without a time, such as `9:00`; empty for none.
        alarms: minutes from the alarm to the start of an event or task with a time, by kind of touch; OTHER for all
            other kinds. Without an entry there is no alarm.
        travel: minutes of travel before a meeting at a place, unless its words say otherwise.
        link: one of LINKS; only at the level `full`.
        color: a CSS color name (RFC 7986, 5.9); empty for none.
        tasks: whether a second file has the same reminders as tasks.
    """

    query: str = ""
    level: str = "full"
    name: str = ""
    window: int = 120
    gentle: int = 2
    waiting: str = "{n} waiting"
    done: int = 14
    minutes: int = 20
    refresh: int = 6
    alarm: str = ""
    alarms: Mapping[str, int] = {}
    travel: int = 0
    link: str = "obsidian"
    color: str = "teal"
    tasks: bool = False


class DraftSettings(NamedTuple):
    """Limits for drafts (guide, line 11).

    Attributes:
        words: maximum words in a mail.
        shortest, longest: minutes of the talk that a first message proposes.
    """

    words: int = 130
    shortest: int = 15
    longest: int = 20


class GuardSettings(NamedTuple):
    """The `[guard]` table.

    Attributes:
        known: people and numbers that are never a client's here.
        words: words that mean a client here.
    """

    known: Sequence[str] = ()
    words: Sequence[str] = ()


class Settings(NamedTuple):
    """The content of rounds.toml.

    Attributes:
        vault: random id of the vault; empty before `init` has written it.
        timezone: IANA name of the practice's time zone.
        folders: folder by kind of note; only those that differ from the default.
        rules: settings by rule name; complete.
        goal: new partners per month (guide, line 5).
        cap: maximum suggestions of rules, such as check-ins, that Today shows outside No hurry.
        free: times of the week to propose for a talk, such as `Fri 9:00-12:00`.
        niches: niches that count for every practice (guide, lines 2 and 3).
        suggest: number of partners to suggest at once.
        again: days until a partner who was tried may be suggested again.
        steps: maximum introductions in a chain.
        task_filter: text that a task line needs to be a follow-up, like the Tasks plugin's global filter; empty for
            none.
        task_folders: folders whose tasks are follow-ups, beyond Rounds' own; `/` stands for the whole vault.
    """

    vault: str = ""
    timezone: str = ""
    folders: Mapping[str, str] = {}
    rules: Mapping[str, RuleSettings] = DEFAULT_RULES
    goal: int = 3
    cap: int = 5
    free: Sequence[str] = ()
    niches: Sequence[str] = ("Every practice", "Allied")
    suggest: int = 3
    again: int = 180
    steps: int = 3
    country: str = ""
    subdivision: str = ""
    card: str = ""
    feeds: Mapping[str, FeedSettings] = {"reminders": FeedSettings()}
    drafts: DraftSettings = DraftSettings()
    task_filter: str = ""
    guard: GuardSettings = GuardSettings()
    task_folders: Sequence[str] = ()

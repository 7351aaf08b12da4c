"""The settings of a vault, as rounds.toml states them, with the defaults of the guide's table of reminders."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rounds.domain.interval import Interval


class RuleSettings(NamedTuple):
    """One `[reminders.NAME]` table. Not every rule uses every key.

    Attributes:
        on: whether the rule runs.
        days: after how many days it asks.
        overdue: after how many days it is late.
        every: how often it asks.
        times: how often at most.
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


DEFAULT_RULES: Mapping[str, RuleSettings] = {
    "thanks": RuleSettings(days=1, overdue=2),
    "meeting": RuleSettings(),
    "intro": RuleSettings(days=7),
    "nudge": RuleSettings(days=10, times=2),
    "month": RuleSettings(days=7),
    "check-in": RuleSettings(every=Interval(months=6)),
    "referral-in": RuleSettings(days=2),
    "referral-out": RuleSettings(days=14),
    "release": RuleSettings(days=30),
    "accepting": RuleSettings(on=False, days=90),
    "article": RuleSettings(on=False, every=Interval(months=4)),
    "card": RuleSettings(every=Interval(months=6)),
    "stage": RuleSettings(),
}
"""Guide, table of reminders: every number of it."""


LEVELS = ("full", "discreet", "busy")
"""How much an event tells: partner and task; initials and the kind of task; or that there is something."""

LINKS = ("obsidian", "none")
"""Where the URL of an event leads: to the note in Obsidian, or nowhere."""


class FeedSettings(NamedTuple):
    """One `[feeds.NAME]` table.

    Attributes:
        query: which partners it covers; empty means all.
        level: of privacy, one of LEVELS.
        name: of the calendar, as clients show it; empty for one made of the table's name.
        window: how many days ahead it looks.
        gentle: how many check-ins and nudges a day has at most.
        waiting: what an event on today says where something waits since before, `{n}` being how many; empty for none.
        done: for how many days what was done stays.
        minutes: how long an event with a time takes (guide, line 11).
        refresh: after how many hours a calendar should look again.
        alarm: when on its day it rings, such as `9:00`; empty for never.
        link: one of LINKS; only on the level `full`.
        color: a color of CSS (RFC 7986, 5.9); empty for none.
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
    link: str = "obsidian"
    color: str = "teal"
    tasks: bool = False


class DraftSettings(NamedTuple):
    """What a draft is held to (guide, line 11).

    Attributes:
        words: how long a mail may be.
        shortest, longest: minutes of the talk that a first message asks for.
    """

    words: int = 150
    shortest: int = 15
    longest: int = 20


class Settings(NamedTuple):
    """What rounds.toml says.

    Attributes:
        vault: random id of the vault; empty before `init` has written it.
        timezone: IANA name of the practice's zone.
        folders: folder by kind of note; only those that differ from the default.
        rules: settings by rule name; complete.
        goal: new partners a month (guide, line 5).
        cap: how many reminders Today shows.
        niches: those that count for every practice (guide, lines 2 and 3).
        suggest: how many partners are suggested at once.
        again: after how many days somebody who was tried may be suggested again.
        steps: over how many people an introduction may lead.
        task_filter: what a task line must hold to be a follow-up, as the global filter of the Tasks plugin; empty for
            nothing.
    """

    vault: str = ""
    timezone: str = ""
    folders: Mapping[str, str] = {}
    rules: Mapping[str, RuleSettings] = DEFAULT_RULES
    goal: int = 3
    cap: int = 5
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

"""Stage proposals: stage changes suggested by the log, never forced."""

import datetime as dt
from collections.abc import Iterator

from rounds.domain.partner import STAGES
from rounds.domain.reminders.reminder import Facts, Rank, Reminder, WorkingDay, about, in_words, put_off
from rounds.domain.settings import RuleSettings
from rounds.domain.touch import MEETINGS, OUTREACH, LogEntry

_MOVES = (
    ("active", frozenset({"referral"}), "the first referral was"),
    ("met", MEETINGS, "you met"),
    ("contacted", OUTREACH, "you wrote or called"),
)
"""Stages with the kinds of touches that lead there, farthest first."""


def leads_to(kind: str) -> str:
    """The stage that a touch of this kind leads to; empty for none."""
    return next((name for name, kinds, _ in _MOVES if kind in kinds), "")


def stage(facts: Facts, _: RuleSettings, __: WorkingDay) -> Iterator[Reminder]:
    """Propose the stage that a partner has reached: by an outreach, a meeting, the first referral.

    It has no date, so it never displaces due items on Today and stays out of calendars. A `skip stage: met` settles
    that stage and earlier ones for all touches up to then; without a stage name, all stages.
    """
    now = facts.partner.stage or STAGES[0]
    if now not in STAGES:
        return
    declined = [entry for entry in facts.log if entry.kind == "skip" and entry.rule == "stage"]
    for name, kinds, what in _MOVES:
        if STAGES.index(name) <= STAGES.index(now):
            return
        days = [e.date for e in facts.log if e.kind in kinds and not any(_settles(d, name, e.date) for d in declined)]
        if not days:
            continue
        first = min(days)
        yield facts.reminder(
            "stage",
            f"Stage: {now} → {name}?",
            put_off(about(facts, "stage", first)),
            rank=Rank.PROPOSAL,
            why=f"{what} on {in_words(first)} {first.year}",
            step="Take it over, or leave the stage as it is.",
            cause=f"{name}-{first}",
            sets=("stage", name),
        )
        return


def _settles(skip: LogEntry, name: str, day: dt.date) -> bool:
    """Whether a `skip stage` covers this stage and a touch on that day."""
    first = skip.text.replace(",", " ").split()[:1]
    named = [reached for reached, *_ in _MOVES if [reached] == first]
    return skip.date >= day and (not named or STAGES.index(named[0]) >= STAGES.index(name))

"""Shapes of JSON answers: stable keys, ISO dates; listed in docs/commands.md."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

from rounds.domain.log_followups import LogEntry
from rounds.domain.reminders.reminder import Reminder
from rounds.errors import Problem

if TYPE_CHECKING:
    from rounds.domain.draft_review import Draft, DraftIssue
    from rounds.domain.gaps_introductions_suggestions import Cell, Introduction, Suggestion
    from rounds.domain.import_plan import Planned
    from rounds.domain.match import Match
    from rounds.domain.report import Report
    from rounds.index.queries import NoteRecord
    from rounds.vault.history_undo import Event
    from rounds.vault.inbox_lines import InboxItem
    from rounds.vault.log_actions import WriteResult
    from rounds.vault.referrals import FiledReferral, FiledRelease

_NOTE = ("path", "type", "name", "id", "readable", "last_contact")
_SPAN = "an object: partners, median, shortest, longest in days; or null"

SHAPES: Mapping[str, Sequence[str]] = {
    "NOTE": (*_NOTE, "properties: an object, as in the front matter"),
    "LISTED": (*_NOTE, "properties", "inherited: an object: what a partner has from the organization"),
    "REMINDER": (
        "rule", "path", "name", "title", "kind", "due", "time", "state: overdue, due, planned, undated", "why", "step",
    ),
    "TOUCH": ("date", "kind", "text", "who", "rule", "until", "line"),
    "PROBLEM": ("path", "line", "column", "level: error, warning, advice", "message", "hint"),
    "THOUGHT": ("line", "text", "path", "name", "candidates", "kind", "date", "words", "to_do", "new", "filed"),
    "CHANGE": (
        "id", "at", "what", "by: rounds, or a commit's author", "state: saved, not saved, undone, forgotten, commit",
        "paths", "diff",
    ),
    "MONTH": ("goal", "contacted: new partners", "chosen: on this month and still to be contacted"),
    "SUGGESTION": (
        "path", "name", "channel", "reasons: texts", "introducer: a path, or null", "last_tried: a date, or null",
    ),
    "CELL": ("niche", "role", "stages: an object: how many partners in each", "where: texts: where to look"),
    "WAY": (
        "people: each with path and name, from the first contact to WHO",
        "ties: introduced_by, knows, organization, link: between each and the next",
        "last_contact: with the first",
    ),
    "REFERRAL": (
        "path", "partner", "direction", "date", "status", "open", "days", "client", "reason", "acknowledged", "closed",
        "release: the state of the one on file, or null",
    ),
    "RELEASE": (
        "path", "partner", "client", "signed", "expires", "expires_event", "revoked", "scope",
        "state: expiring, valid, incomplete, expired, revoked",
    ),
    "ROW": (
        "number", "file", "line", "name", "kind: partner, organization, picture",
        "state: new, update, same, look-alike, left out", "ticked", "why", "path",
        "adds: an object: texts by property that are written", "text: free text that is written", "stays",
        "left: values that can't be taken",
    ),
    "MATCH": (
        "path", "name", "role", "city", "referral_method", "accepting", "accepting_checked", "stale",
        "reasons: a list of objects with fit: yes, unknown or no, and words",
    ),
    "REPORT": (
        "year", "today", "goal", "months: twelve: month, out, in, contacted",
        "replies: written, answered, rate: from 0 to 1, or null", f"to_meeting: {_SPAN}", f"to_referral: {_SPAN}",
        "outcomes: in and out, each with open, completed, declined, lost, closed", "open_before: from earlier years",
        "undated", "gaps_closed: niche, role, date", "cells", "open_gaps", "resting: path, name, stage, until",
        "main_source: name, path (empty for an organization), number, total: more than half came from there; or null",
    ),
    "DRAFT": (
        "message", "kind", "channel", "to", "name", "subject", "body", "mailto",
        "remarks: an array of level and message",
    ),
    "WRITTEN": ("path", "name", "lines: those that are new in the note"),
}  # fmt: skip
"""The keys of each shape used in the commands' answers, in order; the text after a colon describes the value."""


def keys_of(shape: str) -> list[str]:
    """The keys of a shape, in order."""
    return [key.partition(":")[0] for key in SHAPES[shape]]


def encoded(value: object) -> object:
    """A value for JSON: ISO dates, `HH:MM`, lower-case names, arrays, and objects for named tuples."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return str(value) if value > date.min else None
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, Enum):
        return str(value) if isinstance(value, StrEnum) else value.name.lower()
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {key: encoded(each) for key, each in value._asdict().items()}
    if isinstance(value, tuple | list):
        return [encoded(each) for each in value]
    return value


def _shaped(shape: str, source: object, **values: object) -> dict[str, object]:
    """An object with the keys of a shape: each has the given value, or else the source's attribute of its name."""
    return {key: encoded(values[key] if key in values else getattr(source, key)) for key in keys_of(shape)}


def note_shape(entry: "NoteRecord") -> dict[str, object]:
    return _shaped("NOTE", entry)


def listed_shape(entry: "NoteRecord", inherited: Mapping[str, object]) -> dict[str, object]:
    return _shaped("LISTED", entry, inherited=inherited)


def reminder_shape(reminder: Reminder, today: date) -> dict[str, object]:
    return _shaped("REMINDER", reminder, state=reminder.state(today))


def touch_shape(entry: LogEntry) -> dict[str, object]:
    return _shaped("TOUCH", entry, date=str(entry.date))


def written_shape(written: "WriteResult", name: str) -> dict[str, object]:
    return _shaped("WRITTEN", written, name=name)


def problem_shape(problem: Problem) -> dict[str, object]:
    return _shaped("PROBLEM", problem)


def event_shape(event: "Event") -> dict[str, object]:
    return _shaped("CHANGE", event)


def thought_shape(thought: "InboxItem", *, filed: bool) -> dict[str, object]:
    return _shaped("THOUGHT", thought, date=str(thought.date), filed=filed)


def suggestion_shape(each: "Suggestion") -> dict[str, object]:
    introducer = each.introducer.path if each.introducer else None
    return _shaped("SUGGESTION", each, reasons=each.reasons(), introducer=introducer, last_tried=each.tried)


def cell_shape(cell: "Cell") -> dict[str, object]:
    return _shaped("CELL", cell, niche=cell.niche.name, role=cell.role.name, where=cell.role.where)


def way_shape(way: "Introduction") -> dict[str, object]:
    people = [{"path": person.path, "name": person.name} for person in way.people]
    return _shaped("WAY", way, people=people, last_contact=way.people[0].last)


def referral_shape(filed: "FiledReferral", today: date) -> dict[str, object]:
    referral = filed.referral
    return _shaped(
        "REFERRAL", referral, open=referral.is_open, days=referral.days(today), client=referral.client or None,
        reason=referral.reason or None, release=filed.release.state if filed.release else None,
    )  # fmt: skip


def release_shape(filed: "FiledRelease") -> dict[str, object]:
    release = filed.release
    return _shaped("RELEASE", release, expires_event=release.expires_event or None, state=filed.state)


def row_shape(planned: "Planned") -> dict[str, object]:
    return _shaped("ROW", planned)


def match_shape(found: "Match", properties: Mapping[str, object]) -> dict[str, object]:
    candidate = found.candidate
    return _shaped(
        "MATCH", candidate, role=candidate.role or None, city=candidate.city or None,
        referral_method=properties.get("referral_method"), accepting=candidate.accepting or None,
        accepting_checked=candidate.checked, stale=found.stale, reasons=found.said,
    )  # fmt: skip


def report_shape(found: "Report") -> dict[str, object]:
    months = [
        {"month": f"{found.year:04}-{n:02}", "out": m.outgoing, "in": m.incoming, "contacted": m.contacted}
        for n, m in enumerate(found.months, 1)
    ]
    gaps = [{"niche": gap.niche, "role": gap.role, "date": str(gap.day)} for gap in found.gaps]
    replies = {**found.replies._asdict(), "rate": found.replies.rate}
    return _shaped("REPORT", found, months=months, replies=replies, open_before=found.earlier, gaps_closed=gaps)


def draft_shape(draft: "Draft", remarks: "Sequence[DraftIssue]", link: str) -> dict[str, object]:
    message = draft.message
    return _shaped(
        "DRAFT", draft, message=message.name, kind=message.kind, channel=message.channel, mailto=link, remarks=remarks
    )

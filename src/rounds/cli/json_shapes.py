"""Shapes of JSON answers: stable keys, ISO dates; listed in docs/commands.md."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from rounds.domain.activity import LogEntry
from rounds.domain.problem import Problem
from rounds.domain.reminders.reminder import Reminder

if TYPE_CHECKING:
    from rounds.domain.match import Match
    from rounds.domain.network import Cell, Introduction, Suggestion
    from rounds.domain.outreach import Draft, DraftIssue
    from rounds.domain.report import Report
    from rounds.vault.history import Event
    from rounds.vault.inbox import InboxItem
    from rounds.vault.log_actions import WriteResult
    from rounds.vault.referrals import FiledReferral, FiledRelease
    from rounds.vault.vault import NoteRecord

SHAPES: Mapping[str, str] = {
    "NOTE": "path, type, name, id, readable, last_contact, properties (an object, as in the front matter)",
    "LISTED": "path, type, name, id, readable, last_contact, properties, inherited (an object: what a partner has from "
    "the organization)",
    "REMINDER": "rule, path, name, title, kind, due, time, state (overdue, due, planned, undated), why, step",
    "TOUCH": "date, kind, text, who, rule, until, line",
    "PROBLEM": "path, line, column, level (error, warning, advice), message, hint",
    "THOUGHT": "line, text, path, name, candidates, kind, date, words, filed",
    "CHANGE": "id, at, what, by (rounds, or a commit's author), state (saved, not saved, undone, commit), paths, diff",
    "MONTH": "goal, contacted (new partners), chosen (on this month and still to be contacted)",
    "SUGGESTION": "path, name, channel, reasons (texts), introducer (a path, or null), last_tried (a date, or null)",
    "CELL": "niche, role, stages (an object: how many partners in each), where (texts: where to look)",
    "WAY": "people (each with path and name: whom to ask first, WHO last), ties (introduced_by, knows, organization, "
    "link: between each and the next), last_contact (with the first)",
    "REFERRAL": "path, partner, direction, date, status, open, days, client, reason, acknowledged, closed, release "
    "(the state of the one on file, or null)",
    "RELEASE": "path, partner, client, signed, expires, expires_event, revoked, scope, state (expiring, valid, "
    "incomplete, expired, revoked)",
    "MATCH": "path, name, role, city, referral_method, accepting, accepting_checked, stale, reasons (a list of objects "
    "with fit: yes, unknown or no, and words)",
    "REPORT": "year, today, goal, months (twelve: month, out, in, contacted), replies (written, answered, rate: from 0 "
    "to 1, or null), to_meeting and to_referral (partners, median, shortest, longest in days; or null), outcomes (in "
    "and out, each with open, completed, declined, lost, closed), open_before (from earlier years), undated, "
    "gaps_closed (niche, role, date), cells, open_gaps, resting (path, name, stage, until)",
    "DRAFT": "message, kind, channel, to, name, subject, body, mailto, remarks (an array of level and message)",
    "WRITTEN": "path, name, lines (those that are new in the note)",
}
"""Keys of the shapes used in the commands' answers."""


def note_shape(entry: "NoteRecord") -> dict[str, object]:
    return {
        "path": entry.path,
        "type": entry.type,
        "name": entry.name,
        "id": entry.id,
        "readable": entry.readable,
        "last_contact": _day(entry.last_contact),
        "properties": entry.properties,
    }


def reminder_shape(reminder: Reminder, today: date) -> dict[str, object]:
    return {
        "rule": reminder.rule,
        "path": reminder.path,
        "name": reminder.name,
        "title": reminder.title,
        "kind": reminder.kind,
        "due": _day(reminder.due),
        "time": f"{reminder.time:%H:%M}" if reminder.time else None,
        "state": reminder.state(today).name.lower(),
        "why": reminder.why,
        "step": reminder.step,
    }


def touch_shape(entry: LogEntry) -> dict[str, object]:
    return {
        "date": str(entry.date),
        "kind": entry.kind,
        "text": entry.text,
        "who": entry.who,
        "rule": entry.rule,
        "until": _day(entry.until),
        "line": entry.line,
    }


def written_shape(written: "WriteResult", name: str) -> dict[str, object]:
    return {"path": written.path, "name": name, "lines": list(written.lines)}


def problem_shape(problem: Problem) -> dict[str, object]:
    return {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "level": str(problem.level),
        "message": problem.message,
        "hint": problem.hint,
    }


def event_shape(event: "Event") -> dict[str, object]:
    return {
        "id": event.id,
        "at": event.at.isoformat(timespec="seconds"),
        "what": event.what,
        "by": event.by,
        "state": event.state,
        "paths": list(event.paths),
        "diff": event.diff,
    }


def thought_shape(thought: "InboxItem", *, filed: bool = False) -> dict[str, object]:
    return {
        "line": thought.line,
        "text": thought.text,
        "path": thought.path,
        "name": thought.name,
        "candidates": list(thought.candidates),
        "kind": thought.kind,
        "date": str(thought.date),
        "words": thought.words,
        "filed": filed,
    }


def suggestion_shape(each: "Suggestion") -> dict[str, object]:
    return {
        "path": each.path,
        "name": each.name,
        "channel": each.channel,
        "reasons": each.reasons(),
        "introducer": each.introducer.path if each.introducer else None,
        "last_tried": _day(each.tried),
    }


def cell_shape(cell: "Cell") -> dict[str, object]:
    return {
        "niche": cell.niche.name,
        "role": cell.role.name,
        "stages": dict(cell.stages),
        "where": list(cell.role.where),
    }


def way_shape(way: "Introduction") -> dict[str, object]:
    return {
        "people": [{"path": person.path, "name": person.name} for person in way.people],
        "ties": list(way.ties),
        "last_contact": _day(way.people[0].last),
    }


def referral_shape(filed: "FiledReferral", today: date) -> dict[str, object]:
    referral = filed.referral
    return {
        "path": referral.path,
        "partner": referral.partner,
        "direction": referral.direction,
        "date": _day(referral.date),
        "status": referral.status,
        "open": referral.is_open,
        "days": referral.days(today),
        "client": referral.client or None,
        "reason": referral.reason or None,
        "acknowledged": _day(referral.acknowledged),
        "closed": _day(referral.closed),
        "release": str(filed.release.state) if filed.release else None,
    }


def release_shape(filed: "FiledRelease") -> dict[str, object]:
    release = filed.release
    return {
        "path": release.path,
        "partner": release.partner,
        "client": release.client,
        "signed": _day(release.signed),
        "expires": _day(release.expires),
        "expires_event": release.expires_event or None,
        "revoked": _day(release.revoked),
        "scope": list(release.scope),
        "state": str(filed.state),
    }


def match_shape(found: "Match", properties: Mapping[str, object]) -> dict[str, object]:
    candidate, reasons = found.candidate, (*found.reasons, found.taking)
    return {
        "path": candidate.path,
        "name": candidate.name,
        "role": candidate.role or None,
        "city": candidate.city or None,
        "referral_method": properties.get("referral_method"),
        "accepting": candidate.accepting or None,
        "accepting_checked": _day(candidate.checked),
        "stale": found.stale,
        "reasons": [{"fit": reason.fit.name.lower(), "words": reason.words} for reason in reasons],
    }


def report_shape(found: "Report") -> dict[str, object]:
    return {
        "year": found.year,
        "today": str(found.today),
        "goal": found.goal,
        "months": [
            {"month": f"{found.year:04}-{n:02}", "out": m.outgoing, "in": m.incoming, "contacted": m.contacted}
            for n, m in enumerate(found.months, 1)
        ],
        "replies": {**found.replies._asdict(), "rate": found.replies.rate},
        "to_meeting": found.to_meeting and found.to_meeting._asdict(),
        "to_referral": found.to_referral and found.to_referral._asdict(),
        "outcomes": found.outcomes,
        "open_before": found.earlier,
        "undated": found.undated,
        "gaps_closed": [{"niche": gap.niche, "role": gap.role, "date": str(gap.day)} for gap in found.gaps],
        "cells": found.cells,
        "open_gaps": found.open_gaps,
        "resting": [{**each._asdict(), "until": _day(each.until)} for each in found.resting],
    }


def draft_shape(draft: "Draft", remarks: "Sequence[DraftIssue]", link: str) -> dict[str, object]:
    return {
        "message": draft.message.name,
        "kind": draft.message.kind,
        "channel": draft.message.channel,
        "to": draft.to,
        "name": draft.name,
        "subject": draft.subject,
        "body": draft.body,
        "mailto": link,
        "remarks": [{"level": str(remark.level), "message": remark.message} for remark in remarks],
    }


def _day(day: date | None) -> str | None:
    return str(day) if day and day > date.min else None

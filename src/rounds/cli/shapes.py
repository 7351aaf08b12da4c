"""The shapes of JSON answers: stable keys, ISO dates. docs/commands.md lists them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from rounds.domain.problem import Problem
from rounds.domain.reminders import Reminder
from rounds.domain.touch import LogEntry

if TYPE_CHECKING:
    from rounds.domain.outreach import Draft, Remark
    from rounds.vault.inbox import Thought
    from rounds.vault.vault import Entry

SHAPES: Mapping[str, str] = {
    "NOTE": "path, type, name, id, readable, last_contact, properties (an object, as in the front matter)",
    "REMINDER": "rule, path, name, title, kind, due, time, state (overdue, due, planned, undated), why",
    "TOUCH": "date, kind, text, who, rule, until, line",
    "PROBLEM": "path, line, column, level (error, warning, advice), message, hint",
    "THOUGHT": "line, text, path, name, candidates, kind, date, words, filed",
    "DRAFT": "message, kind, channel, to, name, subject, body, mailto, remarks (an array of level and message)",
    "WRITTEN": "path, name, lines (those that are new in the note)",
}
"""Keys of the shapes that the answers of the commands are made of."""


def note_shape(entry: "Entry") -> dict[str, object]:
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


def problem_shape(problem: Problem) -> dict[str, object]:
    return {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "level": str(problem.level),
        "message": problem.message,
        "hint": problem.hint,
    }


def thought_shape(thought: "Thought", *, filed: bool = False) -> dict[str, object]:
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


def draft_shape(draft: "Draft", remarks: "Sequence[Remark]", link: str) -> dict[str, object]:
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
    return str(day) if day else None

"""Phrases for messages: days, sync results, reminders. Friendly and plain, never a reproach."""

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from rounds.domain.partner_referral_release import STAGES
from rounds.domain.phrases import counted, day_words, due_words, format_value, title_words
from rounds.domain.query.fields import fold
from rounds.domain.reminders.reminder import Reminder
from rounds.errors import AmbiguousError, ChangedMeanwhileError, RoundsError
from rounds.index.writer import Content
from rounds.notes.links import name_of, plain
from rounds.notes.plain_text import escape_controls
from rounds.vault.sync_report import SyncReport

count = counted

UNDONE = "Undone:"
REDONE = "Redone:"
AS_BEFORE = "Nothing to write: all is as it was before this:"
"""Start of an undo message when no file changes."""

_DERIVED = {"id", "last_contact"}
_PARTS = 3  # changes listed per note
_VALUE = 28  # cells of a listed value


def clean(text: object) -> str:
    """A note's text on one line of the screen: links by their text, no control characters."""
    return " ".join(escape_controls(plain(str(text))).split())


def no_stage(written: object) -> str:
    """An unknown stage in a note, as text; empty for a known one or none."""
    words = in_words(written)
    return "" if fold(words) in {"", *STAGES} else words


def day_name(day: dt.date, today: dt.date) -> str:
    """A day in words: `today`, `tomorrow`, `Thu 26 Nov`, `20 Oct`, `6 Apr 2027`."""
    return day_words(day, today, weekday=True)


def short_day(day: dt.date | None, today: dt.date) -> str:
    """A day in the past in at most eight cells: `19 Oct`, or in other years `Apr 2025`."""
    if day is None:
        return ""
    return f"{day.day} {day:%b}" if day.year == today.year else f"{day:%b %Y}"


def when(reminder: Reminder, today: dt.date) -> str:
    """When a reminder is due: `since 20 Nov`, `today 12:30`, `Thu 26 Nov`; empty without a day."""
    return due_words(reminder, today, weekday=True) if reminder.due else ""


def what(reminder: Reminder) -> str:
    """A reminder's task with its kind: `Coffee: at Heart`."""
    words = clean(title_words(reminder))
    return words[:1].upper() + words[1:]


def answers(reminder: Reminder) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """A reminder's question, and each answer with its key; None without a question."""
    if reminder.rule == "meeting" and reminder.happened:
        return "did it happen?", (("y", "yes"), ("t", "it moved"), ("x", "no"))
    if reminder.rule == "moved":
        return "in your task app: take it over?", (("y", "yes"), ("t", "another day"), ("x", "no"))
    if reminder.rule == "deleted":
        return "in your task app: let it go?", (("y", "yes"), ("t", "put it off"), ("x", "no"))
    if reminder.line and reminder.title.startswith(("sent?", "made?")):
        return "", (("y", f"{reminder.title[:4]}"), ("t", "not yet"), ("x", "skip it"))
    return None


def note_name(path: str) -> str:
    """A note's name, from its path."""
    return clean(name_of(path))


def _names(paths: Sequence[str]) -> str:
    names = sorted(note_name(path) for path in paths)
    if len(names) > 3:
        return f"{len(names)} notes"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def in_words(value: object) -> str:
    """A property's value on one line; empty for none."""
    return clean(format_value(value))


def news(report: SyncReport) -> str:
    """The result of a sync in a sentence; for a few notes, with the changes in each."""
    known = {path: report.versions[path] for path in report.changed if path in report.versions}
    if len(known) == len(report.changed):
        parts = [f"{note_name(path)}: {differences(*versions)}" for path, versions in known.items()]
    else:
        parts = [f"{_names(report.changed)} changed"]
    parts += [
        f"{_names(paths)} {verb}"
        for verb, paths in (
            ("came in", report.added),
            ("moved", tuple(report.moved)),
            ("went away", report.removed),
        )
        if paths
    ]
    return "; ".join(parts) + "." if parts else "Nothing has changed."


def differences(before: Content, now: Content) -> str:
    """A note's changes: `stage met → active, a log line more`."""
    if not now.readable:
        return "it can't be read just now"
    was, has = json.loads(before.properties), json.loads(now.properties)
    parts = property_changes(was, has)
    parts += _more_or_fewer("log line", before.log, now.log)
    old, new = dict(before.followups), dict(now.followups)
    parts += _more_or_fewer("follow-up", [*old], [*new])
    done = sum(new[text] == "done" != old[text] for text in old.keys() & new.keys())
    parts += [f"{count(done, 'follow-up')} done"] if done else []
    more = [f"{len(parts) - _PARTS} more changes"] if len(parts) > _PARTS + 1 else parts[_PARTS:]
    return ", ".join([*parts[:_PARTS], *more]) or "its text changed"


def property_changes(was: Mapping[str, object], has: Mapping[str, object]) -> list[str]:
    """The changed properties of a note, each as `stage met → active`."""
    keys = [key for key in {**has, **was} if key not in _DERIVED and was.get(key) != has.get(key)]
    return [f"{clean(key.replace('_', ' '))} {_short(was.get(key))} → {_short(has.get(key))}" for key in keys]


def _short(value: object) -> str:
    words = in_words(value) or "nothing"
    return words if len(words) <= _VALUE else f"{words[: _VALUE - 1]}…"


def _more_or_fewer(what: str, before: Sequence[object], now: Sequence[object]) -> list[str]:
    """The difference in number; pairs of an added and a removed item count as changed."""
    more, fewer = (Counter(now) - Counter(before)).total(), (Counter(before) - Counter(now)).total()
    changed, extra = min(more, fewer), abs(more - fewer)
    parts = [f"{count(changed, what)} changed"] if changed else []
    return [*parts, f"{count(extra, what)} {'more' if more > fewer else 'fewer'}"] if extra else parts


_HERE = (
    ("Add them with: rounds add NAME", "Add them in Partners first."),
    ("Where to look: rounds gaps", "Gaps says where to look."),
    ("To see it: rounds check", "To see it: Problems."),
    ("See: rounds release list", "Partners has the list of releases."),
    ("(rounds edit)", "in your editor"),
    ("Fix it with: rounds edit", "Fix it in the playbook's messages."),
    ('For example: rounds plan WHO "send the one-pager" --by friday', "For example: send the one-pager."),
    ("Say it with --client, for example: --client R-7K3QXM.", "Write its code, for example: R-7K3QXM."),
    (
        'For example: rounds set Practice name="Kim Doe"',
        "Write it into Practice.md, which is opened from what to have ready.",
    ),
    ("To see the changes: rounds history", ""),
    ("To see earlier changes: rounds history", "Earlier changes are in the list of changes."),
    (" To write it as typed: --keep-as-is", ""),
    ("Fix it with: rounds set NAME email=...", "Change the email of that partner in Partners."),
    ("make it with: rounds card", "make it with c."),
    ("Make both with: rounds card.", "c makes both."),
    ("with rounds undo;", "with undo;"),
    (", with the links to it: rounds tidy --apply", "; links to it change too."),
)
"""Command-line hints and their wording in this interface. Commands without a counterpart stay as they are.

Hints also appear in dialogs, where a key types its letter, and keys can be changed: so they name actions and screens.
"""


def here(hint: str) -> str:
    """A hint, reworded for this interface where it can do what the command does."""
    for command, key in _HERE:
        hint = hint.replace(command, key)
    return hint


def explained(error: RoundsError) -> str:
    """An error with its hint, and with both versions of a note that can't be merged."""
    both = "\n".join(
        f"{where}\nThere now: {theirs.strip() or '(nothing)'}\nYours: {ours.strip() or '(nothing)'}"
        for where, theirs, ours in (error.differences if isinstance(error, ChangedMeanwhileError) else ())
    )
    names = "\n".join(error.candidates if isinstance(error, AmbiguousError) else ())
    return escape_controls("\n".join(filter(None, (_sentence(error.message), here(error.hint), both or names))))


def _sentence(message: str) -> str:
    """A message with a capital letter, unless it starts with what may be a file, a property or a code."""
    return message[:1].upper() + message[1:] if re.match(r"[a-z]+('[a-z]+)?[,;?]?(\s|$)", message) else message

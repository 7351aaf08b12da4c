"""What is due: the facts of every note gathered from the index, and the reminders derived from them.

An open vault keeps what it derived; after a sync only the notes that were stirred are derived again.
"""

import gc
import json
import os
from bisect import insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, time
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from rounds.domain.followup import FollowUp, Status
from rounds.domain.reminders import Facts, Introduced, Reminder, State, in_words
from rounds.domain.rules import reminders_of
from rounds.domain.settings import Settings
from rounds.domain.touch import LogEntry
from rounds.formats.notes import partner_of, referral_of, release_of
from rounds.store.index import STANDS_IN, Index
from rounds.store.remotestate import RemoteState
from rounds.vault.vault import Entry, Vault
from rounds.vault.workdays import working_days

_T = TypeVar("_T")

# A partner's touches: its own log, an organization's entry that names it by link, a referral by link or else by id.
LOG = f"""
SELECT l.note, l.date, l.kind, {{text}}, l.line, l.who, l.rule, l.until FROM log l JOIN notes n ON n.key = l.note
  WHERE n.type = 'partner'
UNION ALL SELECT DISTINCT n.key, l.date, l.kind, {{text}}, 0, l.who, '', NULL FROM links k
  JOIN notes o ON o.key = k.note AND o.type IN ('organization', 'referral')
  JOIN log l ON l.note = k.note AND l.line = k.line AND l.touch
  JOIN notes n ON n.stem = k.target AND n.type = 'partner'
  WHERE (k.property = '' OR k.property = 'partner') AND (k.folder = '' OR n.path LIKE '%' || k.folder || '/%')
UNION ALL SELECT n.key, l.date, l.kind, {{text}}, 0, l.who, '', NULL FROM links k
  JOIN log l ON l.note = k.note AND l.line = 0 AND l.touch
  JOIN notes n ON n.id = k.target AND n.type = 'partner' WHERE {STANDS_IN}"""

# Done ones too, where a note has an open one: they count when equal lines are told apart. And meetings ticked late.
_FOLLOWUPS = """
SELECT note, line, text, status, due, time, kind, done, block FROM followups
  WHERE (note IN (SELECT note FROM followups WHERE status = 'open')
    OR (status = 'done' AND kind IN ('coffee', 'meeting') AND due < done))"""

_PROPERTIES = (
    "role", "organization", "stage", "check_in", "rest_until", "last_contact", "owner", "email", "accepting_checked",
)  # fmt: skip
_SUBJECTS = f"""
SELECT n.key, n.type, n.path, n.title, n.id,
  json_extract(d.properties, {", ".join(f"'$.{key}'" for key in _PROPERTIES)})
  FROM notes n JOIN details d ON d.key = n.key
  WHERE (n.type = 'partner' OR n.key IN (SELECT note FROM followups WHERE status = 'open'))"""

# By link, else by id: as two queries, since SQLite finds notes by stem with an index.
_REGISTER = f"""
SELECT note, type, path, id, properties FROM (
  SELECT n.key AS note, s.type, s.path, s.id, d.properties FROM notes s JOIN details d ON d.key = s.key
    JOIN links k ON k.note = s.key AND k.property = 'partner' JOIN notes n ON n.stem = k.target AND n.type = 'partner'
    WHERE s.type IN ('referral', 'release')
  UNION ALL SELECT n.key, s.type, s.path, s.id, d.properties FROM notes s JOIN details d ON d.key = s.key
    JOIN links k ON k.note = s.key JOIN notes n ON n.id = k.target AND n.type = 'partner'
    WHERE s.type IN ('referral', 'release') AND {STANDS_IN})"""

# Who introduced whom, where the log says that it was asked for: and the first answer, call or meeting since.
_INTRODUCED = """
SELECT p.key, t.id, t.title, min(l.date) FROM links k
  JOIN notes t ON t.key = k.note AND t.type = 'partner' JOIN notes p ON p.stem = k.target AND p.type = 'partner'
  JOIN (SELECT note, max(date) AS date FROM log WHERE kind = 'intro' GROUP BY note) a ON a.note = t.key
  JOIN log l ON l.note = t.key AND l.kind IN ('reply', 'call', 'coffee', 'meeting')
    AND l.date BETWEEN a.date AND :today
  WHERE k.property = 'introduced_by' {only} GROUP BY p.key, t.key"""


class Kept(NamedTuple):
    """What was derived for one day and one set of rules.

    Attributes:
        age, stirred: the index, and the newest change of it that it knows of.
        by_note: open reminders by key of their note, each with its place in the order of worth.
        ordered: all of them, the most worthwhile first.
    """

    day: date
    settings: Settings
    age: object
    stirred: int
    by_note: dict[int, list["Placed"]]
    ordered: list["Placed"]


Placed = tuple[tuple[object, ...], int, Reminder]
"""A reminder behind its sort key; the number between them is the note's, so that reminders need not be compared."""


def reminders(vault: Vault) -> list[Reminder]:
    """Every open reminder of the vault, the most worthwhile first."""
    return [reminder for *_, reminder in _kept(vault).ordered]


def _kept(vault: Vault) -> Kept:
    def work(index: Index) -> Kept:
        stirred = index.stirred()
        kept = vault.kept
        now = (vault.today(), vault.settings, index.age)
        if not isinstance(kept, Kept) or kept[:3] != now:
            by_note = _derived(vault, None)
            kept = Kept(*now, stirred, by_note, sorted(each for found in by_note.values() for each in found))
        elif kept.stirred != stirred:
            changed = {
                int(str(key)) for (key,) in vault.rows("SELECT key FROM notes WHERE stirred > ?", (kept.stirred,))
            }
            gone = kept.by_note.keys() - {int(str(key)) for (key,) in vault.rows("SELECT key FROM files")}
            kept = _renewed(kept, changed | gone, _derived(vault, changed))._replace(stirred=stirred)
        vault.kept = kept
        return kept

    return vault.ask(work)


def _renewed(kept: Kept, stale: Collection[int], fresh: dict[int, list[Placed]]) -> Kept:
    by_note = {key: found for key, found in kept.by_note.items() if key not in stale} | fresh
    if len(stale) > 100:
        return kept._replace(by_note=by_note, ordered=sorted(each for found in by_note.values() for each in found))
    ordered = [each for each in kept.ordered if each[1] not in stale]
    for found in fresh.values():
        for each in found:
            insort(ordered, each)
    return kept._replace(by_note=by_note, ordered=ordered)


def stages(vault: Vault, keys: Collection[int]) -> list[Reminder]:
    """The stages that are proposed for some partners, by the keys of their notes."""
    return [each for found in _derived(vault, keys).values() for *_, each in found if each.rule == "stage"]


def _derived(vault: Vault, keys: Collection[int] | None) -> dict[int, list[Placed]]:
    """The open reminders of some notes, or of all."""
    collecting = gc.isenabled()
    gc.disable()  # facts make no cycles, and looking for some takes a fifth of the time
    try:
        return _derive(vault, keys)
    finally:
        if collecting:
            gc.enable()


def _derive(vault: Vault, keys: Collection[int] | None) -> dict[int, list[Placed]]:
    today, settings = vault.today(), vault.settings
    is_working_day = working_days(settings)
    found: dict[int, list[Placed]] = {}
    for key, each in facts(vault, keys):
        if open_ones := reminders_of(each, settings, today, is_working_day):
            found[key] = [(reminder.order(today), key, reminder) for reminder in open_ones]
    return found


def facts(vault: Vault, keys: Collection[int] | None = None) -> Iterator[tuple[int, Facts]]:
    """What the rules need, of every partner and of every other note with a follow-up, by the note's key.

    Args:
        keys: only of these; None for all.
    """

    def only(column: str, word: str = "AND") -> str:
        return "" if keys is None else f" {word} {column} IN ({','.join(map(str, keys))})"

    followups = _by_note(
        (note, _followup(row)) for note, *row in vault.rows(f"{_FOLLOWUPS}{only('note')} ORDER BY line")
    )
    text = "iif(l.rule = 'stage', l.text, '')"  # no other rule reads the texts
    touches = "SELECT * FROM (" + LOG.format(text=text) + ")" + only("note", "WHERE")
    log = _by_note((row[0], _entry(row)) for row in vault.rows(touches))
    register = _by_note((note, row) for note, *row in vault.rows(f"{_REGISTER}{only('note', 'WHERE')}"))
    introduced = _by_note(
        (note, Introduced(str(id_), str(name), date.fromisoformat(str(worked))))
        for note, id_, name, worked in vault.rows(_INTRODUCED.format(only=only("p.key")), (str(vault.today()),))
    )
    for key, kind, path, name, id_, values in vault.rows(f"{_SUBJECTS}{only('n.key')}"):
        properties = dict(zip(_PROPERTIES, json.loads(str(values)), strict=True)) if kind == "partner" else {}
        books = [(t, str(p), str(i), json.loads(str(each))) for t, p, i, each in register.get(key, ())]
        yield (
            int(str(key)),
            Facts(
                partner=partner_of(str(path), str(name), str(id_), properties),
                log=tuple(log.get(key, ())),
                followups=tuple(followups.get(key, ())),
                ruled=kind == "partner",
                referrals=tuple(referral_of(p, i, each) for t, p, i, each in books if t == "referral"),
                releases=tuple(release_of(p, i, each) for t, p, i, each in books if t == "release"),
                introduced=tuple(introduced.get(key, ())),
            ),
        )


def _by_note(rows: Iterable[tuple[object, _T]]) -> dict[object, list[_T]]:
    found: dict[object, list[_T]] = defaultdict(list)
    for note, value in rows:
        found[note].append(value)
    return found


def _followup(row: list[object]) -> FollowUp:
    line, text, status, due, clock, kind, done, block = row
    return FollowUp(
        text=str(text),
        status=Status(str(status)),
        due=date.fromisoformat(str(due)) if due else None,
        time=time.fromisoformat(str(clock)) if clock else None,
        kind=str(kind),
        done=date.fromisoformat(str(done)) if done else None,
        block=str(block),
        line=int(str(line)),
    )


_day = lru_cache(maxsize=20_000)(date.fromisoformat)


def _entry(row: Sequence[Any]) -> LogEntry:
    _, day, kind, text, line, who, rule, until = row
    return LogEntry(_day(day), kind, text, line, who, rule, _day(until) if until else None)


def today_list(vault: Vault) -> tuple[list[Reminder], list[Reminder]]:
    """What Today shows, and what waits without hurry: both in order of worth.

    The first holds at most `[today] cap` reminders that are due or overdue; planned ones and undated ones wait. Those
    that were ticked off in a task app come first of all, since only their maker knows what was done.
    """
    today = vault.today()
    asked = remote_state(vault).asked()
    found = [_asked(each, asked.get(each.key)) for each in reminders(vault)] if asked else reminders(vault)
    due = [each for each in found if each.key in asked][: vault.settings.cap] if asked else []
    waiting: list[Reminder] = []
    for reminder in found:
        if asked and reminder.key in asked and reminder in due:
            continue
        near = reminder.state(today) in (State.DUE, State.OVERDUE)
        (due if near and len(due) < vault.settings.cap else waiting).append(reminder)
    return due, waiting


def _asked(reminder: Reminder, day: date | None) -> Reminder:
    """A reminder of a rule that was ticked off in a task app is asked about: only its maker knows what was done."""
    if day is None:
        return reminder
    return replace(
        reminder,
        why=f"you ticked it off in your task app on {in_words(day)}",
        step="If it was done, tick it off here too; if not, leave it or skip it.",
    )


def remote_state(vault: Vault) -> RemoteState:
    """What was put on calendar servers, and what somebody ticked off there."""
    return RemoteState(os.path.join(vault.data, "remote"))


def timeline(vault: Vault, entry: Entry) -> list[LogEntry]:
    """Everything that happened with a partner or organization, newest first."""
    rows = vault.rows(f"SELECT * FROM ({LOG.format(text='l.text')}) WHERE note = ?", (entry.key,))
    if entry.type != "partner":
        rows = vault.rows("SELECT note, date, kind, text, line, who, rule, until FROM log WHERE note = ?", (entry.key,))
    return sorted((_entry(row) for row in rows), key=lambda e: (e.date, e.line), reverse=True)

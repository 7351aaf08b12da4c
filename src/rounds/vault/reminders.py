"""Reminders: facts from the index, derived into due items.

An open vault caches its reminders; after a sync, only changed notes are derived again.
"""

import gc
import json
import os
from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, NamedTuple, TypeVar

from rounds.domain.activity import LogEntry
from rounds.domain.records import Referral, Release
from rounds.domain.reminders.reminder import WORKED, Facts, Introduced, Reminder, State, day_month
from rounds.domain.reminders.rules import reminders_of
from rounds.domain.settings import Settings
from rounds.index.writer import LEADS, STANDS_IN, Index
from rounds.notes.log import entry_of
from rounds.notes.properties import partner_of, referral_of, release_of
from rounds.notes.tasks import followup_of
from rounds.storage.published_state import RemoteState
from rounds.vault.sync import Progress, no_progress
from rounds.vault.vault import NoteRecord, Vault
from rounds.vault.workdays import working_days

_T = TypeVar("_T")

# A partner's touches, as rows of the table `log`: its own log, organizations' entries that link to it, and referrals by
# link or else by id.
LOG = f"""
SELECT l.note, l.line, l.date, l.kind, l.who, {{text}}, l.rule, l.until, l.touch FROM log l
  JOIN notes n ON n.key = l.note WHERE n.type = 'partner'
UNION ALL SELECT DISTINCT n.key, 0, l.date, l.kind, l.who, {{text}}, '', NULL, 1 FROM links k
  JOIN notes o ON o.key = k.note AND o.type IN ('organization', 'referral')
  JOIN log l ON l.note = k.note AND l.line = k.line AND l.touch
  JOIN notes n ON n.stem = k.target AND n.type = 'partner'
  WHERE (k.property = '' OR k.property = 'partner') AND {LEADS}
UNION ALL SELECT n.key, 0, l.date, l.kind, l.who, {{text}}, '', NULL, 1 FROM links k
  JOIN log l ON l.note = k.note AND l.line = 0 AND l.touch
  JOIN notes n ON n.id = k.target AND n.type = 'partner' WHERE {STANDS_IN}"""

# Includes done ones if the note has an open one: they count when equal lines are told apart.
_FOLLOWUPS = "SELECT * FROM followups WHERE note IN (SELECT note FROM followups WHERE status = 'open')"

_PROPERTIES = (
    "role", "organization", "stage", "check_in", "rest_until", "last_contact", "email", "accepting_checked",
)  # fmt: skip
_SUBJECT = "(n.type = 'partner' OR n.key IN (SELECT note FROM followups WHERE status = 'open'))"
_SUBJECTS = f"""
SELECT n.key, n.type, n.path, n.title, n.id,
  json_extract(d.properties, {", ".join(f"'$.{key}'" for key in _PROPERTIES)})
  FROM notes n JOIN details d ON d.key = n.key
  WHERE {_SUBJECT}"""

# By link, else by id: two queries, since SQLite then uses the index on stems.
_REGISTER = f"""
SELECT note, type, path, id, properties FROM (
  SELECT n.key AS note, s.type, s.path, s.id, d.properties FROM notes s JOIN details d ON d.key = s.key
    JOIN links k ON k.note = s.key AND k.property = 'partner' JOIN notes n ON n.stem = k.target AND n.type = 'partner'
    WHERE s.type IN ('referral', 'release') AND {LEADS}
  UNION ALL SELECT n.key, s.type, s.path, s.id, d.properties FROM notes s JOIN details d ON d.key = s.key
    JOIN links k ON k.note = s.key JOIN notes n ON n.id = k.target AND n.type = 'partner'
    WHERE s.type IN ('referral', 'release') AND {STANDS_IN})"""

# Introducer and partner, if the log has a request: with the first answer, call or meeting since.
_INTRODUCED = f"""
SELECT n.key, t.id, t.title, min(l.date) FROM links k
  JOIN notes t ON t.key = k.note AND t.type = 'partner' JOIN notes n ON n.stem = k.target AND n.type = 'partner'
  JOIN (SELECT note, max(date) AS date FROM log WHERE kind = 'intro' GROUP BY note) a ON a.note = t.key
  JOIN log l ON l.note = t.key AND l.kind IN ({", ".join(f"'{kind}'" for kind in sorted(WORKED))})
    AND l.date BETWEEN a.date AND :today
  WHERE k.property = 'introduced_by' AND {LEADS} {{only}} GROUP BY n.key, t.key"""


class ReminderCache(NamedTuple):
    """Reminders derived for one day and one set of rules.

    Attributes:
        age, revision: the index, and its latest change included here.
        by_note: open reminders by key of their note, each with its sort key.
        ordered: all of them, highest priority first.
    """

    day: date
    settings: Settings
    age: object
    revision: int
    by_note: dict[int, list["Placed"]]
    ordered: list["Placed"]


Placed = tuple[tuple[object, ...], int, Reminder]
"""A reminder after its sort key and its note's key, so that reminders are never compared."""


_STRIDE = 100
"""Notes between two progress calls."""


def reminders(vault: Vault, step: Progress = no_progress) -> list[Reminder]:
    """All open reminders of the vault, highest priority first.

    Args:
        step: progress callback, counting notes derived; not called for cached reminders.

    Raises:
        StoppedError: raised by `step`; no results are kept.
    """
    return [reminder for *_, reminder in _kept(vault, step).ordered]


def _kept(vault: Vault, step: Progress) -> ReminderCache:
    def work(index: Index) -> ReminderCache:
        revision = index.revision()
        kept = vault.kept
        now = (vault.today(), vault.settings, index.age)
        if not isinstance(kept, ReminderCache) or kept[:3] != now:
            by_note = _derived(vault, None, step)
            kept = ReminderCache(*now, revision, by_note, sorted(each for found in by_note.values() for each in found))
        elif kept.revision != revision:
            changed = {key for (key,) in vault.rows("SELECT key FROM notes WHERE stirred > ?", (kept.revision,))}
            gone = kept.by_note.keys() - {key for (key,) in vault.rows("SELECT key FROM files")}
            kept = _renewed(kept, changed | gone, _derived(vault, changed, step))._replace(revision=revision)
        vault.kept = kept
        return kept

    return vault.ask(work)


def _renewed(kept: ReminderCache, stale: Collection[int], fresh: dict[int, list[Placed]]) -> ReminderCache:
    by_note = {key: found for key, found in kept.by_note.items() if key not in stale} | fresh
    if len(stale) > 100:
        return kept._replace(by_note=by_note, ordered=sorted(each for found in by_note.values() for each in found))
    ordered = [each for each in kept.ordered if each[1] not in stale]
    for found in fresh.values():
        for each in found:
            insort(ordered, each)
    return kept._replace(by_note=by_note, ordered=ordered)


def stages(vault: Vault, keys: Collection[int]) -> list[Reminder]:
    """Stage proposals for some partners, by the keys of their notes."""
    return [each for found in _derived(vault, keys).values() for *_, each in found if each.rule == "stage"]


def _derived(vault: Vault, keys: Collection[int] | None, step: Progress = no_progress) -> dict[int, list[Placed]]:
    """The open reminders of some notes, or of all."""
    collecting = gc.isenabled()
    gc.disable()  # facts make no cycles, and a collection would take a fifth of the time
    try:
        return _derive(vault, keys, step)
    finally:
        if collecting:
            gc.enable()


def _derive(vault: Vault, keys: Collection[int] | None, step: Progress) -> dict[int, list[Placed]]:
    today, settings = vault.today(), vault.settings
    is_working_day = working_days(settings)
    found: dict[int, list[Placed]] = {}
    ((of,),) = [(len(keys),)] if keys is not None else vault.rows(f"SELECT count(*) FROM notes n WHERE {_SUBJECT}")
    for done, (key, each) in enumerate(facts(vault, keys, partial(step, 0, of))):
        if not done % _STRIDE:
            step(done, of)
        if open_ones := reminders_of(each, settings, today, is_working_day):
            found[key] = [(reminder.order(today), key, reminder) for reminder in open_ones]
    return found


def facts(
    vault: Vault, keys: Collection[int] | None = None, pause: Callable[[], object] = bool
) -> Iterator[tuple[int, Facts]]:
    """Facts for the rules, by note key: for every partner, and every other note with a follow-up.

    Args:
        keys: only these notes; None for all.
        pause: called after each query before the first result; may stop with an error.
    """

    def only(column: str, word: str = "AND") -> str:
        return "" if keys is None else f" {word} {column} IN ({','.join(map(str, keys))})"

    def by_note(rows: Iterable[Sequence[Any]], read: Callable[[Any], _T]) -> dict[object, list[_T]]:
        pause()
        return _by_note(rows, read)

    followups = by_note(vault.rows(f"{_FOLLOWUPS}{only('note')} ORDER BY line"), followup_of)
    text = "iif(l.rule = 'stage', l.text, '')"  # no other rule uses the text
    touches = LOG.format(text=text)
    if keys is not None:  # for all notes, the extra query would take a fifth longer
        touches = f"SELECT * FROM ({touches}){only('note', 'WHERE')}"
    log = by_note(vault.rows(touches), entry_of)
    register = by_note(vault.rows(f"{_REGISTER}{only('note', 'WHERE')}"), _filed)
    introduced = by_note(
        vault.rows(_INTRODUCED.format(only=only("n.key")), (str(vault.today()),)),
        lambda row: Introduced(row[0], row[1], date.fromisoformat(row[2])),
    )
    for key, kind, path, name, id_, values in vault.rows(f"{_SUBJECTS}{only('n.key')}"):
        properties = dict(zip(_PROPERTIES, json.loads(values), strict=True)) if kind == "partner" else {}
        filed = register.get(key, ())
        yield (
            key,
            Facts(
                partner=partner_of(path, name, id_, properties),
                log=tuple(log.get(key, ())),
                followups=tuple(followups.get(key, ())),
                ruled=kind == "partner",
                referrals=tuple(each for each in filed if isinstance(each, Referral)),
                releases=tuple(each for each in filed if isinstance(each, Release)),
                introduced=tuple(introduced.get(key, ())),
            ),
        )


def _by_note(rows: Iterable[Sequence[Any]], read: Callable[[Any], _T]) -> dict[object, list[_T]]:
    """Group index rows by the note key in their first column; `read` converts the other columns."""
    found: dict[object, list[_T]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(read(row[1:]))
    return found


def _filed(row: Sequence[Any]) -> Referral | Release:
    kind, path, id_, properties = row
    return (referral_of if kind == "referral" else release_of)(path, id_, json.loads(properties))


def today_list(vault: Vault, step: Progress = no_progress) -> tuple[list[Reminder], list[Reminder]]:
    """Today's reminders, and the ones that can wait: both in order of priority.

    The first list has at most `[today] cap` due or overdue reminders; planned and undated ones go to the second.
    Reminders ticked off in a task app come first, since only the user knows what was done.

    Args:
        step: as for `reminders`.
    """
    today = vault.today()
    asked = remote_state(vault).asked()
    found = reminders(vault, step)
    if asked:
        found = [_asked(each, asked.get(each.key)) for each in found]
    due = [each for each in found if each.key in asked][: vault.settings.cap] if asked else []
    waiting: list[Reminder] = []
    for reminder in found:
        if asked and reminder.key in asked and reminder in due:
            continue
        near = reminder.state(today) in (State.DUE, State.OVERDUE)
        (due if near and len(due) < vault.settings.cap else waiting).append(reminder)
    return due, waiting


def _asked(reminder: Reminder, day: date | None) -> Reminder:
    """Ask about a rule's reminder ticked off in a task app: only the user knows what was done."""
    if day is None:
        return reminder
    return replace(
        reminder,
        why=f"you ticked it off in your task app on {day_month(day)}",
        step="If it was done, tick it off here too; if not, leave it or skip it.",
    )


def remote_state(vault: Vault) -> RemoteState:
    """Items published to calendar servers, and those ticked off there."""
    return RemoteState(os.path.join(vault.data, "remote"))


def timeline(vault: Vault, entry: NoteRecord) -> list[LogEntry]:
    """All log entries of a partner or organization, newest first."""
    table = f"({LOG.format(text='l.text')})" if entry.type == "partner" else "log"
    rows = vault.rows(f"SELECT * FROM {table} WHERE note = ?", (entry.key,))
    return sorted((entry_of(row[1:]) for row in rows), key=lambda e: (e.date, e.line), reverse=True)

"""What is due: the facts of every note gathered from the index, and the reminders derived from them.

An open vault keeps what it derived; after a sync only the notes that were stirred are derived again.
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

from rounds.domain.referral import Referral
from rounds.domain.release import Release
from rounds.domain.reminders.reminder import WORKED, Facts, Introduced, Reminder, State, in_words
from rounds.domain.reminders.rules import reminders_of
from rounds.domain.settings import Settings
from rounds.domain.touch import LogEntry
from rounds.index.writer import LEADS, STANDS_IN, Index
from rounds.notes.log import entry_of
from rounds.notes.read_note import partner_of, referral_of, release_of
from rounds.notes.tasks import followup_of
from rounds.storage.published_state import RemoteState
from rounds.vault.sync import Progress, no_progress
from rounds.vault.vault import NoteRecord, Vault
from rounds.vault.workdays import working_days

_T = TypeVar("_T")

# A partner's touches, as rows of the table `log`: those of its own log, an organization's entry that names it by link,
# a referral by link or else by id.
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

# Done ones too, where a note has an open one: they count when equal lines are told apart.
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

# By link, else by id: as two queries, since SQLite finds notes by stem with an index.
_REGISTER = f"""
SELECT note, type, path, id, properties FROM (
  SELECT n.key AS note, s.type, s.path, s.id, d.properties FROM notes s JOIN details d ON d.key = s.key
    JOIN links k ON k.note = s.key AND k.property = 'partner' JOIN notes n ON n.stem = k.target AND n.type = 'partner'
    WHERE s.type IN ('referral', 'release') AND {LEADS}
  UNION ALL SELECT n.key, s.type, s.path, s.id, d.properties FROM notes s JOIN details d ON d.key = s.key
    JOIN links k ON k.note = s.key JOIN notes n ON n.id = k.target AND n.type = 'partner'
    WHERE s.type IN ('referral', 'release') AND {STANDS_IN})"""

# Who introduced whom, where the log says that it was asked for: and the first answer, call or meeting since.
_INTRODUCED = f"""
SELECT n.key, t.id, t.title, min(l.date) FROM links k
  JOIN notes t ON t.key = k.note AND t.type = 'partner' JOIN notes n ON n.stem = k.target AND n.type = 'partner'
  JOIN (SELECT note, max(date) AS date FROM log WHERE kind = 'intro' GROUP BY note) a ON a.note = t.key
  JOIN log l ON l.note = t.key AND l.kind IN ({", ".join(f"'{kind}'" for kind in sorted(WORKED))})
    AND l.date BETWEEN a.date AND :today
  WHERE k.property = 'introduced_by' AND {LEADS} {{only}} GROUP BY n.key, t.key"""


class ReminderCache(NamedTuple):
    """What was derived for one day and one set of rules.

    Attributes:
        age, stirred: the index, and the newest change of it that it knows of.
        by_note: open reminders by key of their note, each with its place in the order of worth.
        ordered: all of them, the most worthwhile first.
    """

    day: date
    settings: Settings
    age: object
    revision: int
    by_note: dict[int, list["Placed"]]
    ordered: list["Placed"]


Placed = tuple[tuple[object, ...], int, Reminder]
"""A reminder behind its sort key; the number between them is the note's, so that reminders need not be compared."""


_STRIDE = 100
"""Notes between two steps."""


def reminders(vault: Vault, step: Progress = no_progress) -> list[Reminder]:
    """Every open reminder of the vault, the most worthwhile first.

    Args:
        step: told of how many notes they are derived, where they are not known yet.

    Raises:
        StoppedError: by `step`; nothing of it is kept.
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
    """The stages that are proposed for some partners, by the keys of their notes."""
    return [each for found in _derived(vault, keys).values() for *_, each in found if each.rule == "stage"]


def _derived(vault: Vault, keys: Collection[int] | None, step: Progress = no_progress) -> dict[int, list[Placed]]:
    """The open reminders of some notes, or of all."""
    collecting = gc.isenabled()
    gc.disable()  # facts make no cycles, and looking for some takes a fifth of the time
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
    """What the rules need, of every partner and of every other note with a follow-up, by the note's key.

    Args:
        keys: only of these; None for all.
        pause: called after each part of what is gathered before the first; may end it with an error.
    """

    def only(column: str, word: str = "AND") -> str:
        return "" if keys is None else f" {word} {column} IN ({','.join(map(str, keys))})"

    def by_note(rows: Iterable[Sequence[Any]], read: Callable[[Any], _T]) -> dict[object, list[_T]]:
        pause()
        return _by_note(rows, read)

    followups = by_note(vault.rows(f"{_FOLLOWUPS}{only('note')} ORDER BY line"), followup_of)
    text = "iif(l.rule = 'stage', l.text, '')"  # no other rule reads the texts
    touches = LOG.format(text=text)
    if keys is not None:  # around all of them it would take a fifth of the time more
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
    """What rows of the index say, by the key of the note in their first column; `read` gets the others."""
    found: dict[object, list[_T]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(read(row[1:]))
    return found


def _filed(row: Sequence[Any]) -> Referral | Release:
    kind, path, id_, properties = row
    return (referral_of if kind == "referral" else release_of)(path, id_, json.loads(properties))


def today_list(vault: Vault, step: Progress = no_progress) -> tuple[list[Reminder], list[Reminder]]:
    """What Today shows, and what waits without hurry: both in order of worth.

    The first holds at most `[today] cap` reminders that are due or overdue; planned ones and undated ones wait. Those
    that were ticked off in a task app come first of all, since only their maker knows what was done.

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


def timeline(vault: Vault, entry: NoteRecord) -> list[LogEntry]:
    """Everything that happened with a partner or organization, newest first."""
    table = f"({LOG.format(text='l.text')})" if entry.type == "partner" else "log"
    rows = vault.rows(f"SELECT * FROM {table} WHERE note = ?", (entry.key,))
    return sorted((entry_of(row[1:]) for row in rows), key=lambda e: (e.date, e.line), reverse=True)

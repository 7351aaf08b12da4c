"""What is due: the facts of every note gathered from the index, and the reminders derived from them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, time
from typing import TYPE_CHECKING, TypeVar

from rounds.domain.followup import FollowUp, Status
from rounds.domain.reminders import Facts, Reminder, State, derive
from rounds.domain.touch import LogEntry
from rounds.formats.notes import partner_of
from rounds.store.index import STANDS_IN
from rounds.vault.vault import Entry

if TYPE_CHECKING:
    from rounds.vault.vault import Vault

_T = TypeVar("_T")

# A partner's touches: its own log, an organization's entry that names it by link, a referral by link or else by id.
_LOG = f"""
SELECT l.note, l.date, l.kind, l.text, l.line, l.who, l.rule, l.until FROM log l JOIN notes n ON n.key = l.note
  WHERE n.type = 'partner'
UNION ALL SELECT DISTINCT n.key, l.date, l.kind, l.text, 0, l.who, '', NULL FROM links k
  JOIN notes o ON o.key = k.note AND o.type IN ('organization', 'referral')
  JOIN log l ON l.note = k.note AND l.line = k.line AND l.touch
  JOIN notes n ON n.stem = k.target AND n.type = 'partner'
  WHERE (k.property = '' OR k.property = 'partner') AND (k.folder = '' OR n.path LIKE '%' || k.folder || '/%')
UNION ALL SELECT n.key, l.date, l.kind, l.text, 0, l.who, '', NULL FROM links k
  JOIN log l ON l.note = k.note AND l.line = 0 AND l.touch
  JOIN notes n ON n.id = k.target AND n.type = 'partner' WHERE {STANDS_IN}"""

# Done ones too, where a note has an open one: they count when equal lines are told apart. And meetings ticked late.
_FOLLOWUPS = """
SELECT note, line, text, status, due, time, kind, done, block FROM followups
  WHERE note IN (SELECT note FROM followups WHERE status = 'open')
    OR (status = 'done' AND kind IN ('coffee', 'meeting') AND due < done) ORDER BY line"""


def reminders(vault: "Vault") -> list[Reminder]:
    """Every open reminder of the vault, the most worthwhile first."""
    return derive(facts(vault), vault.settings, vault.today())


def facts(vault: "Vault") -> Iterator[Facts]:
    """What the rules need, of every partner and of every other note with a follow-up."""
    followups = _by_note((note, _followup(row)) for note, *row in vault.rows(_FOLLOWUPS))
    log = _by_note((note, _entry(row)) for note, *row in vault.rows(_LOG))
    for entry in vault.entries("n.type = 'partner' OR n.key IN (SELECT note FROM followups WHERE status = 'open')"):
        yield Facts(
            partner=partner_of(entry.path, entry.name, entry.id, entry.properties if entry.type == "partner" else {}),
            log=tuple(log.get(entry.key, ())),
            followups=tuple(followups.get(entry.key, ())),
            ruled=entry.type == "partner",
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


def _entry(row: list[object]) -> LogEntry:
    day, kind, text, line, who, rule, until = row
    return LogEntry(
        date=date.fromisoformat(str(day)),
        kind=str(kind),
        text=str(text),
        line=int(str(line)),
        who=str(who),
        rule=str(rule),
        until=date.fromisoformat(str(until)) if until else None,
    )


def today_list(vault: "Vault") -> tuple[list[Reminder], list[Reminder]]:
    """What Today shows, and what waits without hurry: both in order of worth.

    The first holds at most `[today] cap` reminders that are due or overdue; planned ones and undated ones wait.
    """
    today = vault.today()
    due: list[Reminder] = []
    waiting: list[Reminder] = []
    for reminder in reminders(vault):
        near = reminder.state(today) in (State.DUE, State.OVERDUE)
        (due if near and len(due) < vault.settings.cap else waiting).append(reminder)
    return due, waiting


def timeline(vault: "Vault", entry: Entry) -> list[LogEntry]:
    """Everything that happened with a partner or organization, newest first."""
    rows = vault.rows(f"SELECT * FROM ({_LOG}) WHERE note = ?", (entry.key,))
    if entry.type != "partner":
        rows = vault.rows("SELECT note, date, kind, text, line, who, rule, until FROM log WHERE note = ?", (entry.key,))
    return sorted((_entry(list(row[1:])) for row in rows), key=lambda e: (e.date, e.line), reverse=True)

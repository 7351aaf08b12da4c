"""Reminders that were derived from the notes, stored so that Today is a query.

A reminder's date doesn't depend on today. It's derived once for each version of its note, of the notes that its rules
read, and of the settings; only its order on Today depends on the day.
"""

import datetime as dt
import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from rounds.domain.reminders.reminder import Rank, Reminder
from rounds.index.ids_last_contact import AFFECTED, DUE_BETWEEN

if TYPE_CHECKING:
    from rounds.index.writer import Index

_STATE = "reminders"
"""Name in the table `meta` of the state that the stored reminders were derived from."""

_COLUMNS = (
    "rule", "title", "due", "late_after", "time", "rank", "cause", "kind", "why", "line", "since", "wanted", "step",
    "sets", "value", "happened", "lapses", "minutes", "travel",
)  # fmt: skip
_READ = f"SELECT n.id, n.path, n.title, r.{', r.'.join(_COLUMNS)} FROM reminders r JOIN notes n ON n.key = r.note"
_OWED = "ifnull(r.lapses, :today) >= :today"

# `Reminder.order`, in SQL.
_ORDERED = f"""ifnull(r.due > :today, 0), r.rank,
  iif(r.rank = {Rank.GENTLE:d} AND r.since IS NOT NULL,
      -((julianday(:today) - julianday(r.since)) - r.wanted) / r.wanted, 0.0),
  coalesce(iif(r.rank = {Rank.PROMISE:d}, r.late_after, NULL), r.due, '9999-12-31'), ifnull(r.due, '9999-12-31'),
  ifnull(r.time, '99'), n.title, r.cause, r.rule, r.note, r.place"""
_ORDER = f"ORDER BY {_ORDERED}"


class Derived(NamedTuple):
    """The state that the stored reminders were derived from.

    Attributes:
        revision: of the index.
        day: ISO date up to which log entries counted.
        mark: of the settings and rules.
    """

    revision: int = 0
    day: str = ""
    mark: str = ""


def derived(index: "Index") -> Derived:
    """The state of the stored reminders; an empty one if there are none yet."""
    return Derived(*(index.kept(_STATE) or ()))


def stale(index: "Index", since: Derived, today: str) -> set[int]:
    """Keys of the notes whose reminders must be derived again after a state: data changed, or the day of an entry came.

    Args:
        today: ISO date.
    """
    keys = {key for (key,) in index.rows("SELECT key FROM notes WHERE stirred > ?", (since.revision,))}
    if since.day != today:
        between = index.rows(DUE_BETWEEN, sorted((since.day, today)))
        keys |= {key for (key,) in index.rows(AFFECTED, (f"[{','.join(str(key) for (key,) in between)}]",))}
    return keys


def put(index: "Index", keys: Collection[int] | None, found: Mapping[int, Sequence[Reminder]], state: Derived) -> None:
    """Store the open reminders of some notes, or of all, and the state that they were derived from.

    Args:
        keys: the notes that were derived; None for all.
        found: reminders by note key; notes without any may be missing.
    """
    run = index.connection
    with index.writing():
        if keys is None:
            run.execute("DELETE FROM reminders")
        else:
            run.executemany("DELETE FROM reminders WHERE note = ?", [(key,) for key in keys])
        marks = ",".join("?" * (len(_COLUMNS) + 2))
        rows = [(key, place, *_row(each)) for key, some in found.items() for place, each in enumerate(some)]
        run.executemany(f"INSERT INTO reminders (note, place, {','.join(_COLUMNS)}) VALUES ({marks})", rows)
        index.keep(_STATE, state)


def _row(each: Reminder) -> tuple[object, ...]:
    property_, value = each.sets or (None, None)
    return (
        each.rule, each.title, _text(each.due), _text(each.late_after), _text(each.time), int(each.rank), each.cause,
        each.kind, each.why, each.line, _text(each.since), each.wanted, each.step, property_, value, each.happened,
        _text(each.lapses), each.minutes, each.travel,
    )  # fmt: skip


def _text(when: dt.date | dt.time | None) -> str | None:
    return None if when is None else when.isoformat()


def _reminder(row: tuple[Any, ...]) -> Reminder:
    (id_, path, name, rule, title, due, late, time, rank, cause, kind, why, line, since, wanted, step, sets, value,
     happened, lapses, minutes, travel) = row  # fmt: skip
    return Reminder(
        rule, id_, path, name, title, _day(due), _RANKS[rank], cause, _day(late),
        dt.time.fromisoformat(time) if time else None, kind, why, line, _day(since), wanted, step,
        (sets, value) if sets else None, bool(happened), _day(lapses), minutes, travel,
    )  # fmt: skip


_RANKS = tuple(Rank)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _read(index: "Index", where: str, today: str, **more: object) -> list[Reminder]:
    found = index.rows(f"{_READ} {where}", {"today": today, **more})
    try:
        return [*map(_reminder, found)]
    except (ValueError, TypeError, IndexError) as error:  # damage that SQLite doesn't notice
        raise sqlite3.OperationalError(f"a stored reminder is damaged: {error}") from error


def ordered(index: "Index", today: str) -> list[Reminder]:
    """All open reminders, highest priority first."""
    return _read(index, f"WHERE {_OWED} {_ORDER}", today)


def of_note(index: "Index", today: str, path: str) -> list[Reminder]:
    """The open reminders of one note, highest priority first."""
    return _read(index, f"WHERE n.path = :path AND {_OWED} {_ORDER}", today, path=path)


def near(index: "Index", today: str, *, soon: str, far: str, count: int, most: int = -1) -> list[Reminder]:
    """The reminders that stand on their day, as `domain.reminders.sections` lays them out, highest priority first.

    Args:
        soon, far: ISO dates of the last day for suggestions, and of the last for others; appointments have none.
        count: maximum suggestions: those that are due, then the next ones.
        most: maximum others; -1 for all.
    """
    stands = "(r.due <= :far OR r.due IS NOT NULL AND (r.time IS NOT NULL OR r.rule = 'meeting'))"
    fixed = f"WHERE r.rank < {Rank.GENTLE:d} AND {stands} AND {_OWED} {_ORDER} LIMIT :most"
    suggested = f"WHERE r.rank >= {Rank.GENTLE:d} AND r.due <= :soon AND {_OWED}"
    next_ones = f"{suggested} ORDER BY max(r.due, :today), {_ORDERED} LIMIT :count"
    return [*_read(index, fixed, today, far=far, most=most), *_read(index, next_ones, today, soon=soon, count=count)]


def with_keys(index: "Index", today: str, wanted: Iterable[tuple[str, str, str]]) -> list[Reminder]:
    """The reminders with some identities (`Reminder.key`), highest priority first."""
    keys = {*wanted}
    ids = json.dumps([id_ for id_, *_ in keys])
    found = (
        _read(index, f"WHERE n.id IN (SELECT value FROM json_each(:ids)) AND {_OWED} {_ORDER}", today, ids=ids)
        if keys
        else []
    )
    return [each for each in found if each.key in keys]


def lapsed(index: "Index", today: str, keys: Collection[int]) -> list[Reminder]:
    """The thanks of some notes that are no longer owed."""
    return _read(index, f"WHERE r.note IN ({','.join(map(str, keys))}) AND NOT {_OWED} {_ORDER}", today)


def counts(index: "Index", today: str) -> tuple[int, int]:
    """The number of open reminders, and how many of them propose a stage."""
    sql = f"SELECT count(*), count(*) FILTER (WHERE rule = 'stage') FROM reminders r WHERE {_OWED}"
    every, proposals = index.rows(sql, {"today": today})[0]
    return every, proposals

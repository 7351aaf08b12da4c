"""Reminders: facts from the index, derived into due items; workdays of the practice.

The index keeps what was derived; after a change, only the notes that it concerns are derived again.
"""

import gc
import json
import os
from collections import defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from importlib.util import find_spec
from typing import Any, TypeVar

from rounds.domain.log_followups import LogEntry
from rounds.domain.partner_referral_release import Referral, Release
from rounds.domain.reminders.reminder import Facts, Introduced, Reminder, WorkingDay, day_month, weekday
from rounds.domain.reminders.rules import reminders_of
from rounds.domain.reminders.sections import DUE, Section, Sections, far_day, in_sections, next_sunday
from rounds.domain.reminders.thanks_meetings_releases import ahead
from rounds.domain.server_questions import Key, asking
from rounds.domain.settings import Settings
from rounds.index import queries_activity as activity
from rounds.index import reminder_rows as rows
from rounds.index.writer import Index
from rounds.notes.log import entry_of
from rounds.notes.properties import partner_of, referral_of, release_of
from rounds.notes.schema import holds_followups
from rounds.notes.tasks import followup_of
from rounds.storage.feed_state import ServerState
from rounds.vault.index_sync import Progress, no_progress
from rounds.vault.vault import NoteRecord, Vault

_T = TypeVar("_T")


_STRIDE = 100
"""Notes between two progress calls."""


def reminders(vault: Vault, step: Progress = no_progress) -> list[Reminder]:
    """All open reminders of the vault, highest priority first.

    Args:
        step: progress callback, counting notes derived; not called if nothing has changed.

    Raises:
        StoppedError: raised by `step`; no results are kept.
    """
    return _now(vault, _ask(vault, rows.ordered, step))


def note_reminders(vault: Vault, path: str) -> list[Reminder]:
    """The open reminders of one note, highest priority first."""
    return _now(vault, _ask(vault, partial(rows.of_note, path=path)))


def _now(vault: Vault, found: Iterable[Reminder]) -> list[Reminder]:
    """Reminders as they stand now: a meeting is asked about after its time."""
    now = vault.now()
    return [ahead(reminder, now) for reminder in found]


def lapsed(vault: Vault, keys: Collection[int]) -> set[tuple[str, str, str]]:
    """Keys of the thanks of some notes that are no longer owed, although nobody gave them."""
    return {reminder.key for reminder in _ask(vault, partial(rows.lapsed, keys=keys))}


def _ask(vault: Vault, query: Callable[..., _T], step: Progress = no_progress) -> _T:
    """Ask for stored reminders, after deriving those that are out of date.

    Args:
        query: of `index/reminder_rows.py`; called with the index and today.
    """

    def work(index: Index) -> _T:
        settle(vault, index, step)
        return query(index, today=str(vault.today()))

    return vault.ask(work)


def settle(vault: Vault, index: Index, step: Progress = no_progress) -> None:
    """Derive the reminders that are missing from the index or out of date, and store them."""
    before, now = rows.derived(index), rows.Derived(index.revision(), str(vault.today()), _mark(vault))
    if before == now:
        return
    keys = rows.stale(index, before, now.day) if before.mark == now.mark else None
    found = _derived(vault, keys, step) if keys is None or keys else {}
    rows.put(index, keys, found, now)


def _mark(vault: Vault) -> str:
    """A mark of all that the rules read besides the notes: the settings, and the public holidays."""
    holidays = ""
    if vault.settings.country and (found := find_spec("holidays")) is not None and found.origin:
        holidays = str(os.stat(found.origin).st_mtime_ns)
    return f"{vault.rules_mark}{holidays}"


def stages(vault: Vault, keys: Collection[int]) -> list[Reminder]:
    """Stage proposals for some partners, by the keys of their notes."""
    return [each for found in _derived(vault, keys).values() for each in found if each.rule == "stage"]


def _derived(vault: Vault, keys: Collection[int] | None, step: Progress = no_progress) -> dict[int, list[Reminder]]:
    """The open reminders of some notes, or of all."""
    collecting = gc.isenabled()
    gc.disable()  # facts make no cycles, and a collection would take a fifth of the time
    try:
        return _derive(vault, keys, step)
    finally:
        if collecting:
            gc.enable()


def _derive(vault: Vault, keys: Collection[int] | None, step: Progress) -> dict[int, list[Reminder]]:
    today, settings = vault.today(), vault.settings
    is_working_day = working_days(settings)
    found: dict[int, list[Reminder]] = {}
    of = vault.ask(activity.subject_count) if keys is None else len(keys)
    for done, (key, each) in enumerate(facts(vault, keys, partial(step, 0, of))):
        if not done % _STRIDE:
            step(done, of)
        if open_ones := reminders_of(each, settings, today, is_working_day, lapsed=True):
            found[key] = open_ones
    return found


def facts(
    vault: Vault, keys: Collection[int] | None = None, pause: Callable[[], object] = bool
) -> Iterator[tuple[int, Facts]]:
    """Facts for the rules, by note key: for every partner, and every other note of ours with a follow-up.

    Args:
        keys: only these notes; None for all.
        pause: called after each query before the first result; may stop with an error.
    """

    def by_note(rows: Iterable[Sequence[Any]], read: Callable[[Any], _T]) -> dict[object, list[_T]]:
        pause()
        return _by_note(rows, read)

    followups = by_note(vault.ask(activity.followups, keys), followup_of)
    log = by_note(vault.ask(activity.touches, keys), entry_of)
    register = by_note(vault.ask(activity.filed_by_partner, keys), _filed)
    introduced = by_note(
        vault.ask(activity.introduced, str(vault.today()), keys),
        lambda row: Introduced(row[0], row[1], date.fromisoformat(row[2])),
    )
    for key, kind, path, name, id_, values in vault.ask(activity.subjects, keys):
        if not has_followups(vault, path, kind):
            continue
        written = zip(activity.SUBJECT_PROPERTIES, json.loads(values), strict=True)
        properties = dict(written) if kind == "partner" else {}
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


def has_followups(vault: Vault, path: str, kind: str) -> bool:
    """Whether the tasks of a note, by its type, are follow-ups (vault format, `[tasks] folders`)."""
    return holds_followups(path, kind, vault.reader.folders, vault.settings.task_folders)


def _by_note(rows: Iterable[Sequence[Any]], read: Callable[[Any], _T]) -> dict[object, list[_T]]:
    """Group index rows by the note key in their first column; `read` converts the other columns."""
    found: dict[object, list[_T]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(read(row[1:]))
    return found


def _filed(row: Sequence[Any]) -> Referral | Release:
    kind, path, id_, properties = row
    return (referral_of if kind == "referral" else release_of)(path, id_, json.loads(properties))


def today_sections(vault: Vault, step: Progress = no_progress, *, everything: bool = True) -> Sections:
    """The reminders of Today, laid out in sections, with at most `[today] cap` suggestions outside No hurry.

    Questions about changes in a task app come first, since only the user knows the answer.

    Args:
        step: as for `reminders`.
        everything: include No hurry; without it, only what the other sections show is read.
    """
    today, cap, asked = vault.today(), vault.settings.cap, remote_state(vault).asked()
    if everything:
        found = reminders(vault, step)
    else:
        ticked = _ask(vault, partial(rows.with_keys, wanted=asked), step)
        soon, far, count = str(next_sunday(today)), str(far_day(today)), cap + len(ticked)
        near = _ask(vault, partial(rows.near, soon=soon, far=far, count=count), step)
        found = _now(vault, [*ticked, *(each for each in near if each.key not in asked)])
    known = [*questions(vault), *(_asked(each, asked.get(each.key)) for each in found)]
    sections = in_sections(known, today, cap, asked)
    if not everything:
        sections.pop(Section.NO_HURRY, None)
    return sections


def today_list(vault: Vault, step: Progress = no_progress) -> tuple[list[Reminder], list[Reminder]]:
    """Late and Today as one list, and all others as the second.

    Args:
        step: as for `reminders`.
    """
    sections = today_sections(vault, step)
    due, waiting = [[each for section, some in sections.items() if (section in DUE) is now for each in some]
                    for now in (True, False)]  # fmt: skip
    return due, waiting


def reminder_counts(vault: Vault) -> tuple[int, int]:
    """The number of open reminders and questions, and how many of them propose a stage."""
    every, moves = _ask(vault, rows.counts)
    return every + len(questions(vault)), moves


def questions(vault: Vault) -> list[Reminder]:
    """What was moved or deleted in a task app, each as a reminder that asks about it.

    `done` takes it over, and `skip` declines it. What has changed in the notes meanwhile isn't asked about.
    """
    asked = {key: each for key, each in remote_state(vault).questions().items() if not each.declined}
    found: dict[Key, list[Reminder]] = {}
    for each in _ask(vault, partial(rows.with_keys, wanted=asked)):
        found.setdefault(each.key, []).append(each)
    return [
        asking(asked[key], about, vault.today())
        for key, (about, *others) in found.items()
        if not others and (not about.line or (about.due, about.time) == (asked[key].our_day, asked[key].our_time))
    ]


def _asked(reminder: Reminder, day: date | None) -> Reminder:
    """Ask about a rule's reminder ticked off in a task app: only the user knows what was done."""
    if day is None:
        return reminder
    return replace(
        reminder,
        why=f"you ticked it off in your task app on {day_month(day)}",
        step="If it was done, tick it off here too; if not, leave it or skip it.",
    )


def remote_state(vault: Vault) -> ServerState:
    """Items published to calendar servers, and those ticked off there."""
    return ServerState(os.path.join(vault.data, "remote"))


def timeline(vault: Vault, entry: NoteRecord) -> list[LogEntry]:
    """All log entries of a partner or organization, newest first."""
    rows = vault.ask(activity.log_of, entry.key, partner=entry.type == "partner")
    return sorted((entry_of(row[1:]) for row in rows), key=lambda e: (e.date, e.line), reverse=True)


def working_days(settings: Settings) -> WorkingDay:
    """The check for weekends and public holidays; weekends only if the country is unset or unknown."""
    try:
        closed = holidays_of(settings)
    except LookupError:
        return weekday
    return lambda day: weekday(day) and day not in closed


def holidays_of(settings: Settings) -> Container[date]:
    """The public holidays of the practice's country and region; none if no country is set.

    Raises:
        LookupError: the country or region is unknown; the message says which.
    """
    if not settings.country:
        return ()
    import holidays

    country, part = settings.country.upper(), settings.subdivision.upper()
    try:
        return holidays.country_holidays(country, part or None)
    except NotImplementedError:
        known = country in holidays.list_supported_countries()
        raise LookupError(f'subdivision "{part}"' if known else f'country "{country}"') from None

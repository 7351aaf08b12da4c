"""Compliance check: possible client information, payments, or gifts for referrals."""

import os
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import suppress

from rounds.domain.compliance_rules import gifts_of_concern, message_of_concern, words_of_concern
from rounds.domain.guard.reading import NOBODY
from rounds.domain.problem import Level, Problem
from rounds.errors import NotFoundError
from rounds.index import findings, queries
from rounds.index import queries_activity as activity
from rounds.index.findings import FindingRow, Unread
from rounds.notes.schema import type_of
from rounds.storage import files
from rounds.vault.client_guard import ACCEPTED, known_for
from rounds.vault.vault import Vault

_PEOPLE = ("partner", "organization", "clinician")
"""Types of notes that are named after people who aren't clients."""


def concerns(vault: Vault) -> Iterator[Problem]:
    """Yield findings by note and line."""
    for path, row in look(vault)[0]:
        yield Problem(row.message, max(1, row.line), row.column, row.hint, Level(row.level), path)
    yield from _gifts(vault)
    yield from _messages(vault)


def look(vault: Vault, paths: Collection[str] | None = None) -> tuple[list[tuple[str, FindingRow]], list[str]]:
    """Findings by path, in some notes or in all. Only notes that changed since the last look are read.

    Returns:
        Rows with line 0 for the name; also the paths of notes that can't be read now in the version that the index has.
    """
    fresh, found, others = [], [], []
    for note in vault.ask(findings.unread, paths):
        try:
            data, _ = files.read(os.path.join(vault.root, note.path))
        except OSError:
            others.append(note.path)
            continue
        rows = [*_found(vault, note, data.decode(errors="replace").replace("\r\n", "\n"))]
        found += [(note.path, row) for row in rows]
        if files.digest(data) == note.hash:
            fresh.append((note, rows))
        else:
            others.append(note.path)
    with suppress(sqlite3.OperationalError):  # another process writes, or the disk is full: they are read again
        if fresh:
            vault.ask(findings.keep, fresh)
    read = {note.path for note, _ in fresh}
    found += [(path, row) for path, row in vault.ask(findings.findings, paths) if path not in read]
    return found, others


def _found(vault: Vault, note: Unread, text: str) -> Iterator[FindingRow]:
    from rounds.domain.guard.notes import find_in_note
    from rounds.vault.client_guard import is_somebody

    for line, each in find_in_note(text, lambda: known_for(vault, note.path, note.properties)):
        if not is_somebody(vault, each):
            words = f': "{each.text}"' if each.neutral else ""
            hint = f"{each.how} To keep it: {ACCEPTED}"
            yield FindingRow(line, each.start + 1, str(each.level), each.kind, f"{each.why}{words}", hint)
    if type_of(note.path, note.properties, vault.reader.folders) not in _PEOPLE:
        for name in note.path.removesuffix(".md").split("/"):
            for _, each in find_in_note(f"- {name}", lambda: NOBODY):
                if not is_somebody(vault, each):
                    hint = "Rename it, for example by a date or a code."
                    yield FindingRow(0, 1, str(each.level), each.kind, f"in the name of the note, {each.why}", hint)
    for problem in words_of_concern(text, 1):
        yield FindingRow(problem.line, problem.column, str(problem.level), "payment", problem.message, problem.hint)


def _gifts(vault: Vault) -> Iterator[Problem]:
    from rounds.vault.reminders import facts

    keys = vault.ask(activity.notes_with_kind, "gift")
    for _, known in facts(vault, keys) if keys else ():
        if not known.ruled:
            continue
        days = [referral.date for referral in known.referrals if referral.date is not None]
        days += [each.date for each in known.log if each.kind == "referral"]
        with suppress(NotFoundError):
            opened = vault.read(known.partner.path)
            lines = opened.document.text.split("\n")
            # The mark that accepts a gift may be in a comment, which the entry's text leaves out.
            log = [each._replace(text=f"{each.text} {lines[each.line - 1]}") for each in opened.note.log]
            yield from (each._replace(path=known.partner.path) for each in gifts_of_concern(log, days))


def _messages(vault: Vault) -> Iterator[Problem]:
    for entry in vault.ask(queries.notes_of_type, "message"):
        about = entry.properties.get("about_client") is True
        with suppress(NotFoundError):  # the note or the whole folder has just been deleted
            document = vault.read(entry.path).document
            for problem in message_of_concern(document.body, document.body_line, about_client=about):
                yield problem._replace(path=entry.path)

"""Compliance check: possible client information, payments, or gifts for referrals."""

import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from rounds.domain.compliance_rules import accepted, gifts_of_concern, message_of_concern, words_of_concern
from rounds.domain.guard.reading import Known
from rounds.domain.guard.whole_notes import find_in_name, find_in_note
from rounds.errors import EditRefusedError, Level, NotFoundError, Problem
from rounds.index import findings, queries
from rounds.index import queries_activity as activity
from rounds.index.findings import FindingRow, Unread
from rounds.notes.schema import folder_type, holds_followups, type_of
from rounds.storage import files
from rounds.vault.client_guard import ACCEPTED
from rounds.vault.known_people import KnownPeople, may_name, somebody
from rounds.vault.text_findings import TextFindings, problem_of
from rounds.vault.vault import NoteRecord, Vault

if TYPE_CHECKING:
    from rounds.domain.guard.guard import Finding


_PEOPLE = ("partner", "organization", "clinician")
"""Types of notes that are named after people who aren't clients."""


def concerns(vault: Vault, texts: TextFindings) -> tuple[list[Problem], list[str]]:
    """Findings by note and line.

    Args:
        texts: what was read from the notes' texts the last time.

    Returns:
        Also the paths of notes that can't be read now, as `look` does.
    """
    rows, unread = look(vault)
    found = [
        Problem(row.message, max(1, row.line), row.column, row.hint, Level(row.level), path, row.kind != "payment")
        for path, row in rows
    ]
    return [*found, *_gifts(vault, texts), *_messages(vault, texts)], unread


def look(vault: Vault, paths: Collection[str] | None = None) -> tuple[list[tuple[str, FindingRow]], list[str]]:
    """Findings by path, in some of our notes or in all: Rounds' own folders and `[tasks] folders`.

    Only notes that changed since the last look, or whose people did, are read.

    Returns:
        Also the paths of notes that can't be read now in the version that the index has.
    """
    people = KnownPeople(vault)
    new = [
        note
        for note in vault.ask(findings.unsettled, people.anybody, paths)
        if _is_ours(vault, note.path, note.properties)
        and (not note.known or note.known != people.mark(note.path, note.properties))
    ]
    fresh, found, others = [], [], []
    for note in new:
        try:
            data, _ = files.read(os.path.join(vault.root, note.path))
        except OSError:
            others.append(note.path)
            continue
        read, rows = _read(vault, people, note, data)
        found += [(note.path, row) for row in rows]
        if files.digest(data) == note.hash:
            fresh.append((read, rows))
        else:
            others.append(note.path)
    with suppress(sqlite3.OperationalError):  # another process writes, or the disk is full: they are read again
        if fresh:
            vault.ask(findings.keep, fresh)
    seen = {note.path for note in new}
    kept = [each for each in vault.ask(findings.findings, paths) if each[0] not in seen]
    ours = {path for path in dict.fromkeys(path for path, _ in kept) if _is_ours(vault, path)}
    found += [each for each in kept if each[0] in ours]
    known = somebody(vault, {name for _, row in found for name in row.names})
    return [(path, row) for path, row in found if known.isdisjoint(row.names)], others


def _is_ours(vault: Vault, path: str, properties: dict[str, Any] | None = None) -> bool:
    """Whether a note is one of Rounds' own, in a folder of the settings, or in none: others may be about anything."""
    folders = vault.reader.folders
    if "/" not in path or folder_type(path, folders):
        return True
    if properties is None:
        note = vault.ask(queries.note_at, path)
        properties = note.properties if note else {}
    return holds_followups(path, type_of(path, properties, folders), folders, vault.settings.task_folders)


def _read(vault: Vault, people: KnownPeople, note: Unread, data: bytes) -> tuple[Unread, list[FindingRow]]:
    """What the guard finds in a note, and the note with the mark of who was known."""
    text = data.decode(errors="replace").replace("\r\n", "\n")
    asked: list[Known] = []

    def known() -> Known:
        asked.append(people.close_to(note.path, note.properties))
        return asked[0]

    rows = client_rows(text, find_in_note(text, known, people.client_words))
    rows += _name_rows(vault, note.path, note.properties, people.client_words)
    rows += [
        FindingRow(p.line, p.column, str(p.level), "payment", p.message, p.hint) for p in words_of_concern(text, 1)
    ]
    mark = people.mark(note.path, note.properties) if asked else people.anybody
    return note._replace(known=mark), rows


def _name_rows(vault: Vault, path: str, properties: dict[str, Any], words: tuple[str, ...]) -> Iterator[FindingRow]:
    """Findings in the name of a note and of its folders."""
    person = type_of(path, properties, vault.reader.folders) in _PEOPLE
    *folders, own = path.removesuffix(".md").split("/")
    found = [(each, find_in_name(each, words, person=False)) for each in folders]
    found.append((own, find_in_name(own, words, person=person)))
    for name, findings_there in found:
        for row in client_rows(name, ((1, each) for each in findings_there)):
            says = f"in the name of the note, {row.message}"
            hint = "Rename it, for example to a date or a code."
            yield row._replace(line=0, column=1, message=says, hint=hint, names=row.names[:1])


def client_rows(text: str, found: "Iterable[tuple[int, Finding]]") -> list[FindingRow]:
    """Findings in a note's text, each with the number of its line, as rows."""
    rows = []
    lines: list[str] = []
    for line, each in found:
        lines = lines or text.split("\n")
        words = f': "{each.text}"' if each.neutral else ""
        hint = f"{each.how} To keep it: {ACCEPTED}"
        names = may_name(lines[line - 1], each)
        rows.append(FindingRow(line, each.start + 1, str(each.level), each.kind, f"{each.why}{words}", hint, names))
    return rows


def staged_concerns(vault: Vault) -> Iterator[Problem]:
    """Yield client information in the notes that are staged for git's next commit, as they are staged.

    Raises:
        RoundsError: git fails, or the vault isn't in a repository.
    """
    from rounds.notes.read_note import parse_note
    from rounds.storage.git_hook import staged

    people = KnownPeople(vault)
    for path, data in staged(vault.root):
        text = data.decode(errors="replace").replace("\r\n", "\n")
        properties: dict[str, Any] = {}
        with suppress(EditRefusedError):
            properties = dict(parse_note(path, data, vault.reader.folders)[0].properties)
        if not _is_ours(vault, path, properties):
            continue
        known = cache(partial(people.close_to, path, properties))
        rows = client_rows(text, find_in_note(text, known, people.client_words))
        rows += _name_rows(vault, path, properties, people.client_words)
        somebody_here = somebody(vault, {name for row in rows for name in row.names})
        for row in rows:
            if somebody_here.isdisjoint(row.names):
                yield Problem(row.message, max(1, row.line), row.column, row.hint, Level(row.level), path)


class KeptLine(NamedTuple):
    """A line marked as an exception.

    Attributes:
        kind: what is accepted: phi, payment, gift or message.
        reason: as in the mark; empty for none.
        text: the line without the mark.
    """

    path: str
    line: int
    kind: str
    reason: str
    text: str


def kept_lines(vault: Vault) -> Iterator[KeptLine]:
    """Yield every line with a mark such as `%% rounds: ok phi: a colleague %%`, by note and line."""
    for path in sorted(vault.ask(queries.paths_of_other_types)):
        try:
            data, _ = files.read(os.path.join(vault.root, path))
        except OSError:
            continue
        for number, line in enumerate(data.decode(errors="replace").splitlines(), 1) if b"%%" in data else ():
            for kind, reason, text in accepted(line):
                yield KeptLine(path, number, kind, reason, text)


def _gifts(vault: Vault, texts: TextFindings) -> Iterator[Problem]:
    for key, path in vault.ask(activity.notes_with_gifts):
        with suppress(NotFoundError):
            yield from map(problem_of, texts.of(path, "gifts", partial(_gifts_of, vault, key)))


def _gifts_of(vault: Vault, key: int) -> list[Problem]:
    """What is wrong with the gifts in a note: of the partner alone, and of the referrals of the time."""
    from rounds.vault.reminders import facts

    found: list[Problem] = []
    for _, known in facts(vault, [key]):
        if not known.ruled:
            continue
        days = [referral.date for referral in known.referrals if referral.date is not None]
        days += [each.date for each in known.log if each.kind == "referral"]
        opened = vault.read(known.partner.path)
        lines = opened.document.text.split("\n")
        # The mark that accepts a gift may be in a comment, which the entry's text leaves out.
        log = [each._replace(text=f"{each.text} {lines[each.line - 1]}") for each in opened.note.log]
        found += (each._replace(path=known.partner.path) for each in gifts_of_concern(log, days))
    return found


def _messages(vault: Vault, texts: TextFindings) -> Iterator[Problem]:
    for entry in vault.ask(queries.notes_of_type, "message"):
        with suppress(NotFoundError):  # the note or the whole folder has just been deleted
            yield from map(problem_of, texts.of(entry.path, "message", partial(_message, vault, entry)))


def _message(vault: Vault, entry: NoteRecord) -> list[Problem]:
    """What is wrong with a message template."""
    document = vault.read(entry.path).document
    about = entry.properties.get("about_client") is True
    found = message_of_concern(document.body, document.body_line, about_client=about)
    return [each._replace(path=entry.path) for each in found]

"""Import: plan the rows of files against the vault, and write those that were ticked."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from rounds.domain.contact_rows import MANY, Row, has_client_word
from rounds.domain.folding import fold
from rounds.domain.import_plan import Planned, Planner, State, additions
from rounds.domain.same_person import BY_EMAIL, BY_PHONE, Evidence
from rounds.errors import ChangedMeanwhileError, ClientInformationError, Level, RoundsError, SettingsError, StoppedError
from rounds.imports import recognize
from rounds.imports.columns import Header, check_mapping
from rounds.imports.recognize import File, Mapped
from rounds.imports.tables import Chosen, first_sheet
from rounds.notes.dates import parse_day
from rounds.notes.document import Document
from rounds.notes.links import first_target
from rounds.notes.properties import LISTS, items_of
from rounds.notes.read_note import note_of
from rounds.storage import files
from rounds.storage.user_config import add_table, config_path, read_config
from rounds.vault.client_guard import findings_in
from rounds.vault.import_pictures import keep_picture, plan_picture
from rounds.vault.index_sync import Progress, no_progress
from rounds.vault.known_people import client_words
from rounds.vault.lookalikes import Lookalikes, contacts_of
from rounds.vault.note_files import add, file_name, free_path
from rounds.vault.role_names import roles_of
from rounds.vault.set_properties import Setting, set_properties, typed_value
from rounds.vault.vault import Vault

_GROUP = 500
"""Rows that are read before they are planned."""


_REMEMBERED = 2_000
"""Rows after which the guard forgets their lines."""


def opened(
    vault: Vault,
    path: str,
    *,
    kind: str = "",
    sheet: str = "",
    asked: Mapped | None = None,
    chosen: Chosen = first_sheet,
) -> File:
    """A file to import. What its columns mean is saved in config.toml, else asked, else guessed.

    Args:
        kind, sheet, chosen: as in `recognize.opened`.
        asked: asks what columns mean that aren't known yet.

    Raises:
        OSError: it can't be opened.
        RoundsError: it can't be imported, or what is saved about its columns is wrong.
    """

    def mapped(header: Header) -> Mapping[str, str]:
        for name, settings in vault.config.imports.items():
            if isinstance(settings, dict) and settings.get("header") == header.fingerprint:
                mapping = {key: field for key, field in settings.items() if key != "header"}
                if why := check_mapping(mapping, header.names):
                    hint = "Correct it, or remove the table."
                    raise SettingsError(f"{config_path()}: [imports.{name}] {why}", hint=hint)
                return mapping
        return asked(header) if asked is not None else header.guesses

    return recognize.opened(path, kind=kind, sheet=sheet, roles=roles_of(vault), mapped=mapped, chosen=chosen)


def save_columns(vault: Vault, path: str, header: Header, mapping: Mapping[str, str]) -> str:
    """Save in config.toml what the columns of a table mean: the name of its table there, after the file's."""
    stem = os.path.splitext(os.path.basename(path))[0].lower()
    wanted = re.sub(r"[^a-z0-9]+", "-", stem).strip("-") or "file"
    names = (wanted, *(f"{wanted}-{number}" for number in range(2, 1000)))
    name = next(each for each in names if each not in vault.config.imports)
    add_table(f"imports.{name}", {"header": header.fingerprint, **mapping})
    vault.config = read_config()
    return name


class Plan(NamedTuple):
    """The rows of some files, with what becomes of them.

    Attributes:
        refused: the rows that can't be imported, whole, for each file.
    """

    rows: list[Planned]
    refused: list[list[Row]]

    def counts(self) -> dict[str, int]:
        """Number of rows by state; states without one are left out."""
        every = [str(row.state) for row in self.rows]
        return {state: every.count(state) for state in State if state in every}


def plan(vault: Vault, files: Iterable[tuple[str, Iterable[Row]]], step: Progress = no_progress) -> Plan:
    """Plan the rows of files. Nothing is written.

    Args:
        files: name and rows of each.
        step: progress callback; the number of rows isn't known, so the total is 0 until the end.

    Raises:
        StoppedError: raised by `step`.
    """
    from rounds.domain.guard.whole_notes import forget_lines

    likes = Lookalikes(contacts_of(vault))
    planner = Planner(
        likes.people,
        lambda path: vault.entry(path).properties,
        lambda row, person: _like(vault, likes, row, person),
        lambda row: "" if vault.decisions.keep_all else _client_like(vault, row),
        lambda path, text: _says(vault, path, text),
    )
    refused: list[list[Row]] = []
    for name, rows in files:
        refused.append([])
        for row in _in_groups(rows, client_words(vault)):
            planned = planner.add(name, _with_day(vault, row))
            if row.kind == "picture":
                plan_picture(vault, planned)
            elif row.place and planned.is_possible and planned.state is not State.UPDATE:
                _plan_adoption(vault, planned)
            if row.refused:
                refused[-1].append(row)
            step(len(planner.planned), 0)
            if not len(planner.planned) % _REMEMBERED:
                forget_lines()
    step(len(planner.planned), len(planner.planned))
    return Plan(planner.planned, refused)


def _in_groups(rows: Iterable[Row], words: tuple[str, ...]) -> Iterator[Row]:
    """The rows, some hundreds read at once, and their texts guarded: reading, guarding and planning in turns takes more
    time, by the processor's caches.
    """
    from rounds.domain.guard.whole_notes import is_clean

    read = iter(rows)
    while group := [*islice(read, _GROUP)]:
        for row in group:
            for line in row.text.split("\n"):
                is_clean(line, words)
        yield from group


def _like(vault: Vault, likes: Lookalikes, row: Row, person: Evidence) -> tuple[str, str] | None:
    """A look-alike in words, with its path; a colleague with the same office phone, or another NPI, isn't one."""
    for found in likes.like(row.name, person):
        place, npi = (next(iter(row.values.get(key, ())), "") for key in ("organization", "npi"))
        place, there = fold(place), vault.entry(found.path).properties
        is_colleague = found.why in {BY_EMAIL, BY_PHONE} and (
            (place and place == fold(first_target(there.get("organization"))))
            or (npi and (others := items_of(there.get("npi"))) and npi not in others)
        )
        if not is_colleague:
            return f"{found.why} as {found.name}", found.path
    return None


def _client_like(vault: Vault, row: Row) -> str:
    """Why a row's free text, or a value in words, may be about a client, by the client guard; empty if it isn't."""
    said = [(key, f"{key}: {', '.join(texts)}") for key, texts in row.values.items() if key in _WORDY]
    if "connection" in row.values or has_client_word("\n".join(line for _, line in said)):
        lines = [each for each in said if each[0] == "connection" or has_client_word(each[1])]
    elif row.text:
        lines = []
    else:
        return ""
    lines += [("notes", line) for line in row.text.split("\n") if line]
    if not lines:
        return ""
    properties: dict[str, object] = {key: [*texts] for key, texts in row.values.items()}
    typed = ((number, line) for number, (_, line) in enumerate(lines))
    for number, _, findings in findings_in(vault, f"{row.name}.md", typed, properties):
        key = lines[number][0]
        return f"its {key} may be about a client: {findings[0].why}"
    return ""


_WORDY = frozenset({"connection", "organization", "specialties", "serves", "insurance", "city", "address"})
"""Properties that may say something about a client."""


def _says(vault: Vault, path: str, text: str) -> bool:
    """Whether a note has all lines of a file's text."""
    try:
        body = vault.read(path).document.body
    except RoundsError:  # it's gone meanwhile; writing will say so
        return True
    return all(line.strip() in body for line in harmless(text).split("\n"))


def _plan_adoption(vault: Vault, planned: Planned) -> None:
    """Say which of a note's own properties will be a problem, such as `stage: hot`; then it isn't ticked."""
    try:
        before, after = _adopted(vault, planned.row)
    except (OSError, RoundsError):  # writing it will say so
        return
    known = {problem.message for problem in note_of("", before, ()).problems}
    wrong = [each for each in note_of("", after, ()).problems if each.level in _WRONG and each.message not in known]
    if wrong:
        said = "; ".join(each.message for each in wrong)
        planned.why = "; ".join(filter(None, [planned.why, f"it keeps a problem: {said}"]))
        planned.ticked = False


_WRONG = (Level.ERROR, Level.WARNING)


def _with_day(vault: Vault, row: Row) -> Row:
    """The row with its date of last contact in ISO form; any other text than a past day is left out."""
    text = next(iter(row.values.get("last_contact", ())), "")
    if not text:
        return row
    values = {key: texts for key, texts in row.values.items() if key != "last_contact"}
    try:
        day = parse_day(_TIME.sub("", text), today=vault.today(), past=True)
    except RoundsError:
        day = None
    if day is None or day > vault.today():
        return row._replace(values=values, left=(*row.left, f'last_contact: "{text}" is not a day in the past'))
    return row._replace(values={**values, "last_contact": (str(day),)})


_TIME = re.compile(r"(?<=\d)[T ]\s*\d{1,2}:\d\d.*")
"""The time behind a date, which spreadsheets keep with it."""


class Written(NamedTuple):
    """What an import has written.

    Attributes:
        paths: of the notes.
        failed: row and reason for each that couldn't be written, and of each free text that was left out.
    """

    paths: list[str]
    failed: list[tuple[Planned, str]]


def write(vault: Vault, rows: Sequence[Planned], step: Progress = no_progress) -> Written:
    """Write planned rows as one change: all, or none if it's stopped or killed. One undo reverts them.

    A row that can't be written is skipped, with its reason.

    Raises:
        StoppedError: raised by `step`; nothing is written.
        SettingsError: rounds.toml can't be read.
    """
    vault.need_settings()
    done = Written([], [])
    with vault.change("imported"):
        for number, planned in enumerate(rows, 1):
            try:
                done.paths.append(_write(vault, planned, done))
            except StoppedError:
                raise
            except RoundsError as error:
                done.failed.append((planned, f"{error.message.rstrip('.')}. {error.hint}".strip()))
            step(number, len(rows))
    return done


def _write(vault: Vault, planned: Planned, done: Written) -> str:
    """Write one row: its path."""
    row = planned.row
    if row.kind == "picture":
        return keep_picture(vault, row)
    if planned.state is State.UPDATE:
        return _update(vault, planned)
    if row.place:
        return _adopt(vault, row)
    settings = _settings(row.values, fresh=True)
    try:
        return add(vault, row.name, settings, kind=row.kind, about=harmless(row.text))
    except ClientInformationError as error:
        if not row.text:
            raise
        path = add(vault, row.name, settings, kind=row.kind)
        done.failed.append((planned, f"added without its notes: {error.message.partition(': ')[2]}"))
        return path


def _update(vault: Vault, planned: Planned) -> str:
    """Fill in what a note lacks, and replace what the user chose to; not if the note says something else meanwhile."""
    whole = planned.row._replace(values=planned.adds)
    adds, differs = additions(whole, vault.editable(planned.path).document.properties)
    for each in differs:
        if each not in planned.differs:
            hint = "Import it again to choose."
            raise ChangedMeanwhileError(f"{each.key} is {each.here} now, and was something else", hint=hint)
    taken = {each.key: [each.given] for each in differs}
    set_properties(vault, planned.path, _settings({**adds, **taken}, fresh=False))
    return planned.path


def _adopt(vault: Vault, row: Row) -> str:
    """Make a note of another convention a partner: properties are added, and nothing else is touched.

    A note outside of the vault is copied first; it stays as it is.
    """
    root, place = os.path.realpath(vault.root), os.path.realpath(row.place)
    _, document = _adopted(vault, row)
    if os.path.commonpath((root, place)) == root:
        path = os.path.relpath(place, root).replace(os.sep, "/")
        vault.save(vault.read(path), document)
        return path
    path = free_path(vault, file_name(row.name), "partner", document.properties)
    vault.create(path, document)
    return path


def _adopted(vault: Vault, row: Row) -> tuple[Document, Document]:
    """A note of another convention, as it is and as a partner."""
    from rounds.notes.post import Post

    data, _ = files.read(os.path.realpath(row.place))
    post = Post(data)
    post["type"] = "partner"
    for key, texts in {**row.values, "stage": ("found",)}.items():
        if post.metadata.get(key) in (None, "", []):
            post[key] = typed_value(vault, "partner", key, ", ".join(texts), many=key in LISTS or len(texts) > 1)
    return Document.parse(data), post.document


def _settings(values: Mapping[str, Sequence[str]], *, fresh: bool) -> list[Setting]:
    """The values as settings; those of a note that has some are added to its own."""
    return [
        Setting(key, "=" if number == 0 and (fresh or key not in MANY) else "+=", text, whole=key in LISTS)
        for key, texts in values.items()
        for number, text in enumerate(texts)
    ]


_MARK = re.compile(r"(\s*)([#>|~-]|[*+](?=\s)|\d+(?=[.)])|===|\S+::)")
_INSIDE = (("%%", "% %"), ("<!--", "< !--"), ("```", "'''"), ("~~~", "- - -"), ("$$", "$ $"))


def harmless(text: str) -> str:
    """Text of a file as paragraphs of a note: no headings, tasks, log entries, comments or code in it."""
    lines = []
    for line in text.splitlines():
        plain = "".join(each for each in line if each.isprintable())
        for sign, instead in _INSIDE:
            plain = plain.replace(sign, instead)
        plain = plain.strip()
        if found := _MARK.match(plain):
            at = found.end() if found[2].isdigit() else found.start(2)
            plain = f"{plain[:at]}\\{plain[at:]}"
        lines.append(plain)
    return "\n".join(lines).strip("\n")

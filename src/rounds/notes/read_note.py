"""Note reader: a file's bytes as a typed note, by the tables of the vault format."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rounds.domain.activity import FollowUp, LogEntry
from rounds.domain.contact import CONTACTS, mistake
from rounds.domain.periods import parse_interval
from rounds.domain.problem import Level, Problem
from rounds.domain.query.fields import DATES as DATE_KINDS
from rounds.domain.query.fields import FIELDS, closest
from rounds.domain.records import (
    ACCEPTING,
    DIRECTIONS,
    NEVER,
    REASONS,
    SCOPES,
    STAGES,
    STATUSES,
    Partner,
    Referral,
    Release,
    refusal,
)
from rounds.errors import EditRefusedError
from rounds.notes.body import Body, Link, read_body
from rounds.notes.document import Document
from rounds.notes.links import first_target, name_of, targets
from rounds.notes.list_properties import as_lists, list_problems
from rounds.notes.log import LogRow, entry_of
from rounds.notes.note_types import article, type_of, type_problem
from rounds.notes.schema import KEYS
from rounds.notes.sections import section
from rounds.notes.tasks import TaskText, followup_of

NUMBERS = frozenset({"options_given"})
DATES = frozenset(field.column for field in FIELDS if field.kind in DATE_KINDS and field.name != "due")
LINKS = frozenset({"organization", "introduced_by", "knows", "partner", "release", "niches", "roles"})
_NUMBERLIKE = ("phone", "fax", "npi")
CHOICES: Mapping[tuple[str, str], Sequence[str]] = {
    ("partner", "stage"): STAGES,
    ("partner", "accepting"): ACCEPTING,
    ("referral", "direction"): DIRECTIONS,
    ("referral", "status"): STATUSES,
    ("referral", "reason"): REASONS,
    ("release", "scope"): SCOPES,
}


@dataclass(frozen=True, slots=True)
class Note:
    """A vault file after reading.

    Attributes:
        path: POSIX, relative to the vault.
        type: of the vault format; empty if unknown.
        title: `name` if present, else the file name without `.md`.
        properties: plain values by name; empty if the note is unreadable.
        entries, tasks: log and follow-ups in text form, as the index stores them.
        links: of properties and body, in that order.
        problems: with path, line and column.
        readable: whether the note may be written to.
        text: the body, for the search index.
        tags: those of the body, without `#`.
    """

    path: str
    type: str
    title: str
    properties: Mapping[str, object]
    entries: Sequence[LogRow]
    tasks: Sequence[TaskText]
    links: tuple[Link, ...]
    problems: tuple[Problem, ...]
    readable: bool
    text: str
    tags: Sequence[str] = ()

    @property
    def log(self) -> tuple[LogEntry, ...]:
        """The log's entries, in line order."""
        return tuple(map(entry_of, self.entries))

    @property
    def followups(self) -> tuple[FollowUp, ...]:
        """The follow-ups, in line order."""
        return tuple(map(followup_of, self.tasks))

    @property
    def id(self) -> str:
        """The stored id, or an empty string."""
        value = self.properties.get("id")
        return "" if value is None else str(value)


def read_note(path: str, data: bytes, folders: Sequence[tuple[str, str]], task_filter: str = "") -> Note:
    """Read a file's bytes. Never raises; errors become problems."""
    return note_of(path, Document.parse(data), folders, task_filter)


def taken_apart(
    path: str, data: bytes, folders: Sequence[tuple[str, str]], task_filter: str = ""
) -> tuple[Document, Note]:
    """A file's bytes as a document and as a note.

    Raises:
        EditRefusedError: reading fails unexpectedly; the message names the note.
    """
    try:
        document = Document.parse(data)
        return document, note_of(path, document, folders, task_filter)
    except Exception as error:
        what = f"{path} can't be read: {type(error).__name__}: {error}"
        raise EditRefusedError(what, hint="Nothing was written. Please report it, with the note if you can.") from error


def note_of(path: str, document: Document, folders: Sequence[tuple[str, str]], task_filter: str = "") -> Note:
    """A document as a note. `task_filter` is the text that a task line needs to be a follow-up; empty for none."""
    readable = document.readable
    properties: Mapping[str, object] = document.properties if readable else {}
    kind = type_of(path, properties, folders)
    text = document.body if readable else ""
    body = read_body(text, document.body_line, task_filter)
    problems = [*document.problems, *body.problems]
    if properties:
        problems += list_problems(properties, document)
        properties = as_lists(properties)
        problems += check_properties(kind, properties, document)
        problems += _check_type(path, properties, document, folders)
    if document.shadowed:
        problems += _shadowed(kind, document)
    if not properties and readable and kind and document.body_line == 1 and _says_nothing(kind, body, text):
        problems.append(_nothing(path, kind))
        kind = ""
    name = properties.get("name")
    return Note(
        path=path,
        type=kind,
        title=name.strip() if isinstance(name, str) and name.strip() else path.rsplit("/", 1)[-1][:-3],
        properties=properties,
        entries=body.entries,
        tasks=body.tasks,
        links=(*_property_links(properties), *body.links),
        problems=tuple([problem._replace(path=path) for problem in problems]),
        readable=readable,
        text=text,
        tags=body.tags,
    )


def _check_type(
    path: str, properties: Mapping[str, object], document: Document, folders: Sequence[tuple[str, str]]
) -> list[Problem]:
    named = properties.get("type")
    if named in KEYS if type(named) is str else not named:
        return []
    wrong = type_problem(path, named, folders)
    return [Problem(wrong[0], *place_of(document, "type"), *wrong[1:])] if wrong is not None else []


_TEXTS = frozenset({"niche", "role", "message"})
"""Types with meaningful text alone: a description, a template."""


def _says_nothing(kind: str, body: Body, text: str) -> bool:
    """Whether a note without front matter has nothing to read, like one that Obsidian creates for a clicked link."""
    if body.entries or body.tasks:
        return False
    if kind in _TEXTS:
        return not text.strip()
    if kind != "organization":
        return True
    people = section(text, 0, "People")
    return people is None or not text[slice(*people)].strip()


def _nothing(path: str, kind: str) -> Problem:
    name = name_of(path)
    other = " --type organization" if kind == "organization" else ""
    make = f'rounds add "{name}"{other}' if kind in ("partner", "organization") else f'rounds set "{name}" type={kind}'
    return Problem(
        f"this note has no property, log entry or follow-up yet, so it is not read as {article(kind)}",
        hint=f'To make it one: {make}. If it was made by accident: rounds trash "{name}"',
        level=Level.ADVICE,
    )


def _property_links(properties: Mapping[str, object]) -> list[Link]:
    links = []
    for key, value in properties.items():
        if type(value) is str:
            if "[[" in value or "](" in value:
                links += [Link(0, key, target) for target in targets(value)]
        elif type(value) is list:
            for item in value:
                if type(item) is str and ("[[" in item or "](" in item):
                    links += [Link(0, key, target) for target in targets(item)]
    return links


def is_link(kind: str, key: str) -> bool:
    """Whether a property of that note type is a link, where a bare note name counts as well."""
    return key in LINKS and key in KEYS.get(kind, ())


_CHECKED = DATES | CONTACTS | {key for _, key in CHOICES} | {"check_in", "client", *_NUMBERLIKE, *NUMBERS}


def check_properties(kind: str, properties: Mapping[str, object], document: Document) -> list[Problem]:
    """Problems of known properties: choices, dates, lengths of time, phones."""
    problems = []
    for key in [key for key in properties if key in _CHECKED]:
        wrong = _wrong(kind, key, properties[key])
        if wrong is not None:
            message, hint, level = wrong
            line, column = place_of(document, key)
            problems.append(Problem(message, line, column, hint, level))
    return problems


def _shadowed(kind: str, document: Document) -> list[Problem]:
    """Known properties in two spellings, only one of them effective."""
    problems = []
    for key in document.shadowed:
        name = document.written(key.lower())
        if key.lower() in KEYS.get(kind, ()):
            line, column = place_of(document, key)
            hint = f"Keep one of the two lines: only {name} is read."
            problems.append(
                Problem(f"{key} stands beside {name}, and {name} counts", line, column, hint, Level.WARNING)
            )
    return problems


def _wrong(kind: str, key: str, value: object) -> tuple[str, str, Level] | None:
    if value is None or value == "":
        return None
    allowed = CHOICES.get((kind, key))
    if allowed is not None:
        return _wrong_choice(key, value, allowed)
    if key in DATES and kind in KEYS and day_of(value) is None:
        return f'{key}: "{value}" is not a date', "Write it as YEAR-MONTH-DAY, such as 2026-12-01.", Level.ERROR
    if kind == "partner" and key == "check_in" and value != NEVER and parse_interval(str(value)) is None:
        return f'check_in: "{value}" is no length of time', "Write 3 months, 1 year or never.", Level.ERROR
    if key == "client" and kind in ("referral", "release") and (why := refusal(text_of(value).upper())):
        return f"client: {why}", "Make a code for it: rounds set NOTE client=new", Level.ERROR
    if key in NUMBERS and kind in KEYS and (isinstance(value, bool) or not isinstance(value, int)):
        return f'{key}: "{text_of(value)}" is not a number', "Write digits without quotes, such as 3.", Level.ERROR
    if key in _NUMBERLIKE and (numbers := _numbers(value)):
        return (
            f"{key} is read as the number {numbers[0]}, so a plus or zeros in front are lost",
            f'Put quotes around it: {key}: "..."',
            Level.WARNING,
        )
    if key in CONTACTS and kind in KEYS:
        return _wrong_contact(key, value)
    return None


def _numbers(value: object) -> list[int | float]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, int | float)]


def _wrong_contact(key: str, value: object) -> tuple[str, str, Level] | None:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and (wrong := mistake(key, item)):
            return *wrong, Level.WARNING
    return None


def _wrong_choice(key: str, value: object, allowed: Sequence[str]) -> tuple[str, str, Level] | None:
    if value in allowed:
        return None
    for item in value if isinstance(value, list) else [value]:
        if item in allowed or (key == "accepting" and isinstance(item, bool)):
            continue
        close = closest(str(item), allowed)
        hint = f'Did you mean "{close}"? ' if close else ""
        return f'{key}: "{item}" is not one of its values', f"{hint}Known: {', '.join(allowed)}.", Level.ERROR
    return None


def place_of(document: Document, key: str) -> tuple[int, int]:
    """1-based line and column of a property's value in the file; (1, 1) if not found."""
    key = document.written(key)
    pattern = re.compile(rf"^(?:\"{re.escape(key)}\"|'{re.escape(key)}'|{re.escape(key)})[ \t]*:[ \t]*", re.MULTILINE)
    match = pattern.search(document.text)
    if match is None:
        return 1, 1
    start = document.text.rfind("\n", 0, match.start()) + 1
    return document.text.count("\n", 0, match.start()) + 1, match.end() - start + 1


def day_of(value: object) -> date | None:
    """A date property as a date, ignoring a time after it; None if it has no date."""
    if not isinstance(value, str) or len(value) < 10:
        return None
    try:
        return date.fromisoformat(value[:10]) if value[10:11] in ("", "T", " ") else None
    except ValueError:
        return None


def items_of(value: object) -> list[str]:
    """A text or list property as a list of texts: a single text equals a list of one."""
    if isinstance(value, str) or value is None:
        return [value] if value else []
    return [str(item) for item in (value if isinstance(value, list) else [value]) if item not in (None, "")]


def text_of(value: object) -> str:
    """A property as one text; yes and no for a checkbox, a list joined by commas."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(items_of(value))


def partner_of(path: str, title: str, key: str, properties: Mapping[str, object]) -> Partner:
    """The partner in a note's properties; invalid values count as missing."""
    every = properties.get("check_in")
    return Partner(
        id=key,
        path=path,
        name=title,
        role=text_of(properties.get("role")),
        organization=first_target(properties.get("organization")),
        stage=text_of(properties.get("stage")),
        check_in=parse_interval(str(every)) if every else None,
        wants_check_in=every != NEVER,
        rest_until=day_of(properties.get("rest_until")),
        last_contact=day_of(properties.get("last_contact")),
        accepting_checked=day_of(properties.get("accepting_checked")),
        emails=tuple(items_of(properties.get("email"))),
    )


def referral_of(path: str, key: str, properties: Mapping[str, object]) -> Referral:
    """The referral in a note's properties; `key` is its id."""
    return Referral(
        path=path,
        id=key,
        partner=first_target(properties.get("partner")),
        direction=text_of(properties.get("direction")),
        date=day_of(properties.get("date")),
        status=text_of(properties.get("status")),
        client=text_of(properties.get("client")),
        reason=text_of(properties.get("reason")),
        closed=day_of(properties.get("closed")),
        acknowledged=day_of(properties.get("acknowledged")),
    )


def release_of(path: str, key: str, properties: Mapping[str, object]) -> Release:
    """The release in a note's properties; `key` is its id."""
    revoked = properties.get("revoked")
    return Release(
        path=path,
        id=key,
        partner=first_target(properties.get("partner")),
        client=text_of(properties.get("client")),
        signed=day_of(properties.get("signed")),
        expires=day_of(properties.get("expires")),
        expires_event=text_of(properties.get("expires_event")),
        revoked=day_of(revoked) or (date.min if revoked else None),  # an invalid revocation date counts as revoked
        scope=tuple(items_of(properties.get("scope"))),
    )

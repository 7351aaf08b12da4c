"""Note reader: a file's bytes as a typed note (vault format): properties, log, follow-ups, links, tags, problems."""

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from rounds.domain.links import has_link, targets
from rounds.domain.log_followups import FollowUp, LogEntry
from rounds.domain.windows_names import portable, why_no_path, why_not
from rounds.errors import EditRefusedError, Level, Problem
from rounds.notes.document import Document
from rounds.notes.links import name_of
from rounds.notes.log import LogRow, end_of_item, entry_of, scan_entry
from rounds.notes.markdown import (
    HIDDEN,
    MarkupKind,
    has_blocks,
    has_comments,
    hidden,
    inner_lines,
    markup,
    section,
    shown,
    unclosed,
    visible,
)
from rounds.notes.properties import as_lists, position_of
from rounds.notes.property_problems import check_properties, list_problems
from rounds.notes.schema import KEYS, type_of, type_problem, with_article
from rounds.notes.tasks import TASK, TaskText, followup_of, scan_task, task_mistakes, usual_task, without_filter

_TEXTS = frozenset({"niche", "role", "message"})
"""Types with meaningful text alone: a description, a template."""

_INDENT = frozenset(" \t")
_NO_LINES: Sequence[str] = ()
_BULLETS = frozenset("-*+")
_MARKS = frozenset(" \t>-*+0123456789")
_TAG = re.compile(r"#([\w/\-\u200d\ufe0f\u2600-\u27bf\U0001f300-\U0001faff]+)")
_BEFORE_TAG = " \t\r\n("
_LINKED = re.compile(r"\[\[[^\[\]\n]*\]\]|\]\([^()\n]*\)|<[^<>\s]+>")
_DAY_STARTS = frozenset("0123456789 \t")  # digits, and the blanks allowed before them
_IN_DATE_FIELD = "|".join(
    f"(?<={name}::)" for name in ("due", "scheduled", "start", "completion", "cancelled", "created")
)
_FORM = "Write it as YEAR-MONTH-DAY, such as 2026-12-01."


class Link(NamedTuple):
    """A link: line number (for a log entry the entry's line; 0 for a property), property name, decoded target."""

    line: int
    property: str
    target: str


class Body(NamedTuple):
    """All parts of a body that the index and the rules use.

    Attributes:
        entries: the log, in text form; `notes.log.entry_of` converts one to a log entry.
        tasks: the follow-ups, in text form; see `notes.tasks.followup_of`.
        tags: without `#`, as written, each once.
    """

    entries: list[LogRow]
    tasks: list[TaskText]
    links: list[Link]
    problems: list[Problem]
    tags: list[str]


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


def parse_note(
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
    title = name.strip() if isinstance(name, str) and name.strip() else path.rsplit("/", 1)[-1][:-3]
    if why := why_no_path(path):
        problems.append(_not_on_windows(path, title, why, known=bool(kind and readable)))
    return Note(
        path=path,
        type=kind,
        title=title,
        properties=properties,
        entries=body.entries,
        tasks=body.tasks,
        links=(*_property_links(properties), *body.links),
        problems=tuple([problem._replace(path=path) for problem in problems]),
        readable=readable,
        text=text,
        tags=body.tags,
    )


def _not_on_windows(path: str, title: str, why: str, *, known: bool) -> Problem:
    """Advice about a note that a PC can't have; `known` if `rounds tidy` looks at it."""
    hint = "If the vault is on a PC too, give the note or its folders shorter names."
    if why_not(path.rpartition("/")[2]):
        hint = "If the vault is on a PC too, give the note another name."
    if known and (name := portable(title)) and name != path.rpartition("/")[2][:-3]:
        hint = f"If the vault is on a PC too, rename the note to {name}, with the links to it: rounds tidy --apply"
    return Problem(f"a Windows PC can't have this note: {why}", hint=hint, level=Level.ADVICE)


def _check_type(
    path: str, properties: Mapping[str, object], document: Document, folders: Sequence[tuple[str, str]]
) -> list[Problem]:
    named = properties.get("type")
    if named in KEYS if type(named) is str else not named:
        return []
    wrong = type_problem(path, named, folders)
    return [Problem(wrong[0], *position_of(document, "type"), *wrong[1:])] if wrong is not None else []


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
        f"this note has no property, log entry or follow-up yet, so it is not read as {with_article(kind)}",
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


def _shadowed(kind: str, document: Document) -> list[Problem]:
    """Known properties in two spellings, only one of them effective."""
    problems = []
    for key in document.shadowed:
        name = document.written(key.lower())
        if key.lower() in KEYS.get(kind, ()):
            line, column = position_of(document, key)
            hint = f"Keep one of the two lines: only {name} is read."
            problems.append(
                Problem(f"{key} and {name} are the same property, and {name} counts", line, column, hint, Level.WARNING)
            )
    return problems


def read_body(text: str, first_line: int, task_filter: str = "") -> Body:
    """Read the body that starts at the 1-based line `first_line` of its file. Never raises.

    Runs over every line of the vault, so it tests characters before it uses a regular expression.

    Args:
        task_filter: text that a task line needs to be a follow-up (`[tasks] filter`); empty for none.
    """
    body = Body([], [], [], [], [])
    lines, code = _lines(text), None
    inner: Collection[int] = ()
    if has_comments(text) or has_blocks(text):
        found = markup(text)
        inner = inner_lines(text, MarkupKind.COMMENT, MarkupKind.BLOCK, found=found)
        lines, code = _lines(hidden(text, found, MarkupKind.COMMENT)), _lines(hidden(text, found, MarkupKind.BLOCK))
        body.problems.extend(unclosed(text, found, first_line))
    if "#" in text:
        body.tags.extend(_tags(text))
    wiki, markdown = "[[" in text, "](" in text
    entry = after = 0  # lines of the current log entry, and of the first one after it
    for number, line in enumerate(lines, first_line):
        if not line:
            continue
        first = line[0]
        if number >= after:
            entry = 0
        if code is not None and code[number - first_line][:1] == HIDDEN:
            continue
        if first in _MARKS and (end := _item(body, lines, number, number - first_line, task_filter, inner=inner)):
            entry, after = number, first_line + end
        if (wiki and "[[" in line) or (markdown and "](" in line):
            seen = visible(line) if "`" in line else line
            body.links.extend([Link(entry or number, "", target) for target in targets(seen)])
    return body


def _item(
    body: Body, lines: Sequence[str], number: int, index: int, task_filter: str, *, inner: Collection[int]
) -> int:
    """Add a line that may be a log entry or a task; return the index after the lines of an entry, 0 without one.

    Args:
        inner: indexes of lines that start inside a comment or code.
    """
    line = lines[index]
    if HIDDEN in line:
        line = shown(line) or " "
    try:
        if line[0] in _BULLETS and (line[2:3] in _DAY_STARTS or (line[2:3] == "[" and has_link(line))):
            end, below, more = index + 1, lines[index + 1], _NO_LINES
            if not below or below[0] in _INDENT:
                end = end_of_item(lines, index, inner)
                more = _continued(lines, index + 1, end, inner) if end > index + 1 else _NO_LINES
            if (found := scan_entry(line, number, more)) is not None:
                body.entries.append(found)
                return end
        if "[" in line and task_filter in line:
            own = without_filter(line, task_filter) if task_filter else line
            if (task := usual_task(own, number)) is None and (task := scan_task(own, number)) is not None:
                body.problems.extend(task_mistakes(lines[index], task))
            if task is not None:
                body.tasks.append(task)
    except ValueError:
        body.problems.append(_impossible(lines[index], number))
        line = without_filter(line, task_filter)
        if (task := scan_task(line, number, strict=False)) is not None:
            body.problems.extend(task_mistakes(lines[index], task))
            body.tasks.append(task)
    return 0


def _tags(text: str) -> dict[str, None]:
    """Tags of a body: `#word` or `#word/inner`, outside code, comments and links, and not only digits."""
    found: dict[str, None] = {}
    for match in _TAG.finditer(text):
        before = text[match.start() - 1 : match.start()]
        if before.strip(_BEFORE_TAG) == "" and not match[1].isdigit():
            found[match[1].rstrip("/")] = None
    if not found or not ("[[" in text or "](" in text or "`" in text or has_blocks(text) or has_comments(text)):
        return found
    plain = _LINKED.sub("", visible(text))
    return _tags(plain) if plain != text else found


def _lines(text: str) -> list[str]:
    """The lines without line endings, plus a final empty line."""
    lines = text.split("\n")
    if "\r" in text:
        lines = [line.rstrip("\r") for line in lines]
    lines.append("")
    return lines


def _continued(lines: Sequence[str], start: int, end: int, inner: Collection[int]) -> list[str]:
    """The lines of a log entry below its first, without the tasks among them: each is a follow-up and not text."""
    more: list[str] = []
    for index in range(start, end):
        line = lines[index]
        if "[" in line and TASK.match(line) is not None and index not in inner:
            continue
        if HIDDEN in line:
            line = shown(line)
            if not line.strip():
                continue
        more.append(line)
    return more


def _impossible(line: str, number: int) -> Problem:
    for match in re.finditer(rf"\d{{4}}([-/])\d\d?\1\d\d?(?!\d)|(?:{_IN_DATE_FIELD})[^\])]*", line):
        text = match[0].strip()
        with suppress(ValueError):
            date.fromisoformat(text)
            continue
        column = match.start() + 1
        with suppress(ValueError):  # only zeros or hyphens are missing
            meant = date(*map(int, re.split("[-/]", text)))
            return Problem(f'"{text}" is not read as a date', number, column, f"Write it as {meant}.")
        return Problem(f'"{text}" is not a date', number, column, _FORM)
    return Problem("a date is missing", number, hint=_FORM)

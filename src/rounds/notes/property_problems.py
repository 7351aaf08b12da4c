"""Problems in properties: values that aren't allowed, dates, contact details, lists as Obsidian reads them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rounds.domain.contact_checks import CONTACTS, contact_problem
from rounds.domain.partner_referral_release import NEVER, refusal
from rounds.domain.periods import parse_interval
from rounds.domain.query.fields import closest
from rounds.errors import Level, Problem
from rounds.notes.document import Document
from rounds.notes.frontmatter import fences_quoting as syntax
from rounds.notes.frontmatter.value_spans import Entry, Extent, entries, extent
from rounds.notes.properties import (
    CHOICES,
    DATES,
    LISTS,
    NUMBERS,
    OLD_NAMES,
    corrected_tag,
    day_of,
    position_of,
    split_text,
    text_of,
)
from rounds.notes.schema import KEYS

_NUMBERLIKE = ("phone", "fax", "npi")
_CHECKED = DATES | CONTACTS | {key for _, key in CHOICES} | {"check_in", "client", *_NUMBERLIKE, *NUMBERS}
_OBSIDIAN = ("tags", "aliases", "cssclasses")
_WATCHED = LISTS | {*OLD_NAMES, *_OBSIDIAN}
_DASH = re.compile(r"[ \t]*-[ \t\xa0]*")
_REMARK = re.compile(r"[ \t]#(\S.*)$")


def check_properties(kind: str, properties: Mapping[str, object], document: Document) -> list[Problem]:
    """Problems of known properties: choices, dates, lengths of time, phones."""
    problems = []
    for key in [key for key in properties if key in _CHECKED]:
        wrong = _mistake(kind, key, properties[key])
        if wrong is not None:
            message, hint, level = wrong
            line, column = position_of(document, key)
            problems.append(Problem(message, line, column, hint, level))
    return problems


def _mistake(kind: str, key: str, value: object) -> tuple[str, str, Level] | None:
    if value is None or value == "":
        return None
    allowed = CHOICES.get((kind, key))
    if allowed is not None:
        return _choice_mistake(key, value, allowed)
    if key in DATES and kind in KEYS and day_of(value) is None:
        return f'{key}: "{value}" is not a date', "Write it as YEAR-MONTH-DAY, such as 2026-12-01.", Level.ERROR
    if kind == "partner" and key == "check_in" and value != NEVER and parse_interval(str(value)) is None:
        return f'check_in: "{value}" is not a duration', "Write 3 months, 1 year or never.", Level.ERROR
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
        return _contact_mistake(key, value)
    return None


def _numbers(value: object) -> list[int | float]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, int | float)]


def _contact_mistake(key: str, value: object) -> tuple[str, str, Level] | None:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and (wrong := contact_problem(key, item)):
            return *wrong, Level.WARNING
    return None


def _choice_mistake(key: str, value: object, allowed: Sequence[str]) -> tuple[str, str, Level] | None:
    if value in allowed:
        return None
    for item in value if isinstance(value, list) else [value]:
        if item in allowed or (key == "accepting" and isinstance(item, bool)):
            continue
        close = closest(str(item), allowed)
        hint = f'Did you mean "{close}"? ' if close else ""
        return f'{key}: "{item}" is not one of its values', f"{hint}Known: {', '.join(allowed)}.", Level.ERROR
    return None


def list_problems(properties: Mapping[str, object], document: Document) -> list[Problem]:
    """List properties of a note that Obsidian would misread."""
    keys = [key for key in _WATCHED.intersection(properties) if _needs_check(key, properties[key])]
    if not keys:
        return []
    odd = {document.written(key): key for key in keys}
    found: list[Problem] = []
    for entry in entries(document.block):
        if entry.key in odd:
            found += _list_property_problems(odd[entry.key], entry, properties, document.block)
    return found


def _needs_check(key: str, value: object) -> bool:
    if key in OLD_NAMES or type(value) is str:
        return True
    if key == "tags":
        return value is None or (
            type(value) is list and any(type(tag) is not str or corrected_tag(tag) for tag in value)
        )
    return type(value) is list and bool([True for item in value if type(item) is str and " - " in item])


def _list_property_problems(key: str, entry: Entry, properties: Mapping[str, object], block: str) -> Iterator[Problem]:
    value = properties[key]
    found = extent(block, entry)
    line = block.count("\n", 0, entry.start) + 2
    value_line = block[entry.colon : found.lines[0].end]
    place = (line, entry.colon - entry.start + len(value_line) - len(value_line.lstrip(" ")) + 1)
    if key in OLD_NAMES:
        new = OLD_NAMES[key]
        items = _list_items(new, value)
        hint = f"Write {new} instead, as a list: {_yaml_lines(new, items)}." if items else f"Write {new} instead."
        if new in properties:
            hint = f"Move this value to {new}, and remove this line."
        message = f"{key} is not read by Obsidian since version 1.9"
        yield Problem(message, line, 1, hint, Level.ADVICE)
    elif isinstance(value, str):
        yield from _text_problems(key, value, block[entry.colon : found.lines[-1].end].splitlines(), place)
    elif isinstance(value, list):
        yield from _item_problems(key, value, found, block, line)
    elif key == "tags" and (remark := _REMARK.search(value_line.rstrip())):
        tags = [
            mended for tag in remark[1].replace(",", " ").split() if (mended := corrected_tag(tag) or tag.strip("#"))
        ]
        yield Problem(
            "Text after # is a comment here, so there are no tags", *place, _list_hint(key, tags), Level.WARNING
        )


def _list_items(key: str, value: object) -> list[str]:
    if isinstance(value, list):
        items = [str(item) for item in value if item not in (None, "")]
    else:
        items = split_text(key, value) if isinstance(value, str) else []
    return [corrected_tag(item) or item.lstrip("#") for item in items] if key == "tags" else items


def _text_problems(key: str, value: str, lines: list[str], place: tuple[int, int]) -> Iterator[Problem]:
    """Problem of a text in place of a list; dashes below it have become part of the text."""
    dashes = [_DASH.match(line) for line in lines[1:]]
    if dashes and all(dashes):
        items = [lines[0], *(line[dash.end() :] for line, dash in zip(lines[1:], dashes, strict=True) if dash)]
        hint = _list_hint(key, [item.strip() for item in items if item.strip()])
        yield Problem(f"{key}: the lines with dashes are read as one text, not as a list", *place, hint, Level.WARNING)
    elif value.strip() and (key in _OBSIDIAN or len(split_text(key, value)) > 1):
        why = "Obsidian reads only a list here" if key in _OBSIDIAN else "this should be a list, not a text with commas"
        yield Problem(f"{key}: {why}", *place, _list_hint(key, _list_items(key, value)), Level.ADVICE)


def _item_problems(key: str, items: list[object], found: Extent, block: str, line: int) -> Iterator[Problem]:
    counted, before = 2, 0
    for at, item in enumerate(items):
        spans = found.items[at] if at < len(found.items) else ()
        raw = "".join(block[span.start : span.end] for span in spans)
        if spans:
            counted += block.count("\n", before, spans[0].start)
            before = spans[0].start
        number = counted if spans else line
        column = spans[0].start - block.rfind("\n", 0, spans[0].start) if spans else 1
        dash = _DASH.match(raw)
        column += dash.end() if dash and found.kind == "list" else 0
        if isinstance(item, str) and " - " in item and re.search(r"\n[ \t]*- ", raw):
            first, *below = [part.strip() for part in re.split(r"\n[ \t]*- ", raw[dash.end() if dash else 0 :])]
            hint = f"Give all items the same indentation: {_yaml_lines('', [first, *below])}."
            yield Problem(f"{key}: an item is read as part of the one above", number, column, hint, Level.WARNING)
        elif key == "tags" and item is None and (remark := re.search(r"#(\S.*)", raw)):
            hint = f"Write it without #: `  - {remark[1].strip()}`."
            yield Problem("Text after # is a comment here, so there is no tag", number, column, hint, Level.WARNING)
        elif key == "tags" and item is not None and (mended := corrected_tag(str(item))):
            why = (
                "a tag can't be a number alone"
                if str(item).strip("#").isdecimal()
                else "Obsidian does not accept such a tag"
            )
            why = "a tag can't hold a blank" if re.search(r"\s", str(item).strip()) else why
            hint = f"Write {syntax.scalar(mended)}, or make it two tags."
            hint = hint if " " in str(item).strip() else f"Write {syntax.scalar(mended)}."
            yield Problem(f'tags: "{item}": {why}', number, column, hint, Level.WARNING)


def _list_hint(key: str, items: Iterable[str]) -> str:
    return f"Write each on a line of its own: {_yaml_lines(key, items)}."


def _yaml_lines(key: str, items: Iterable[str]) -> str:
    lines = ([f"{key}:"] if key else []) + [f"  - {syntax.scalar(item)}" for item in items]
    return ", then ".join(f"`{line}`" for line in lines)

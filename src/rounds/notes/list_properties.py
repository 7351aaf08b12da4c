"""List properties as in Obsidian: tags, aliases, classes, and lists written as a text.

Since version 1.9, Obsidian ignores the names `tag`, `alias` and `cssclass`, and a text in place of a list (changelogs
of 1.4.0 and 1.9.10). A tag has no blanks, and not only digits (help, "Tags").
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from rounds.domain.problem import Level, Problem
from rounds.notes.document import Document
from rounds.notes.frontmatter import quoting
from rounds.notes.frontmatter.value_spans import Entry, Extent, entries, extent

LISTS = frozenset({
    "specialties", "serves", "languages", "insurance", "tags", "aliases", "scope", "niches", "roles", "where_to_find",
    "knows", "needs",
})  # fmt: skip
"""The list properties of the vault format."""

OLD_NAMES: Mapping[str, str] = {"tag": "tags", "alias": "aliases", "cssclass": "cssclasses"}
"""Names that Obsidian read until 1.9, and their current form."""

_OBSIDIAN = ("tags", "aliases", "cssclasses")
_WATCHED = LISTS | {*OLD_NAMES, *_OBSIDIAN}
_NOT_IN_TAGS = re.compile("[\\s\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{|}~\\[\\]\\\\]+")
_TAG = re.compile("[^\\s\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{|}~\\[\\]\\\\]+")
_PARTS = re.compile(r"(?:\[\[[^\[\]]*+\]\]|[^,])++")
_DASH = re.compile(r"[ \t]*-[ \t\xa0]*")
_REMARK = re.compile(r"[ \t]#(\S.*)$")


def split_text(key: str, text: str) -> list[str]:
    """The items of a list written as comma-separated text; a blank also ends a tag."""
    parts = re.split(r"[\s,]+", text) if key == "tags" else _PARTS.findall(text)
    return [part.strip() for part in parts if part.strip()]


def as_lists(properties: Mapping[str, object]) -> Mapping[str, object]:
    """The properties, with comma-separated texts in list properties converted to lists."""
    texts = [
        key
        for key in LISTS.intersection(properties)
        if type(value := properties[key]) is str and ("," in value or (key == "tags" and " " in value))
    ]
    if not texts:
        return properties
    return {**properties, **{key: split_text(key, str(properties[key])) for key in texts}}


def wrong_tag(text: str) -> str:
    """The valid spelling of an invalid tag; empty for a valid one."""
    tag = text.removeprefix("#")
    if _TAG.fullmatch(tag) and not tag.isdecimal():
        return ""
    mended = _NOT_IN_TAGS.sub("-", tag).strip("-")
    return f"y{mended}" if mended.isdecimal() else mended


def list_problems(properties: Mapping[str, object], document: Document) -> list[Problem]:
    """List properties of a note that Obsidian would misread."""
    keys = [key for key in _WATCHED.intersection(properties) if _is_odd(key, properties[key])]
    if not keys:
        return []
    odd = {document.written(key): key for key in keys}
    found: list[Problem] = []
    for entry in entries(document.block):
        if entry.key in odd:
            found += _problems(odd[entry.key], entry, properties, document.block)
    return found


def _is_odd(key: str, value: object) -> bool:
    if key in OLD_NAMES or type(value) is str:
        return True
    if key == "tags":
        return value is None or (type(value) is list and any(type(tag) is not str or wrong_tag(tag) for tag in value))
    return type(value) is list and bool([True for item in value if type(item) is str and " - " in item])


def _problems(key: str, entry: Entry, properties: Mapping[str, object], block: str) -> Iterator[Problem]:
    value = properties[key]
    found = extent(block, entry)
    line = block.count("\n", 0, entry.start) + 2
    value_line = block[entry.colon : found.lines[0].end]
    place = (line, entry.colon - entry.start + len(value_line) - len(value_line.lstrip(" ")) + 1)
    if key in OLD_NAMES:
        new = OLD_NAMES[key]
        items = _items(new, value)
        hint = f"Write {new} instead, as a list: {_shown(new, items)}." if items else f"Write {new} instead."
        if new in properties:
            hint = f"Put what stands here under {new}, and remove this line."
        message = f"{key} is not read by Obsidian since version 1.9"
        yield Problem(message, line, 1, hint, Level.ADVICE)
    elif isinstance(value, str):
        yield from _text_for_a_list(key, value, block[entry.colon : found.lines[-1].end].splitlines(), place)
    elif isinstance(value, list):
        yield from _items_that_are_off(key, value, found, block, line)
    elif key == "tags" and (remark := _REMARK.search(value_line.rstrip())):
        tags = [mended for tag in remark[1].replace(",", " ").split() if (mended := wrong_tag(tag) or tag.strip("#"))]
        yield Problem(
            "What follows # is a remark here, so there are no tags", *place, _as_list(key, tags), Level.WARNING
        )


def _items(key: str, value: object) -> list[str]:
    if isinstance(value, list):
        items = [str(item) for item in value if item not in (None, "")]
    else:
        items = split_text(key, value) if isinstance(value, str) else []
    return [wrong_tag(item) or item.lstrip("#") for item in items] if key == "tags" else items


def _text_for_a_list(key: str, value: str, lines: list[str], place: tuple[int, int]) -> Iterator[Problem]:
    """Problem of a text in place of a list; dashes below it have become part of the text."""
    dashes = [_DASH.match(line) for line in lines[1:]]
    if dashes and all(dashes):
        items = [lines[0], *(line[dash.end() :] for line, dash in zip(lines[1:], dashes, strict=True) if dash)]
        hint = _as_list(key, [item.strip() for item in items if item.strip()])
        yield Problem(f"{key}: the lines with dashes are read as one text, not as a list", *place, hint, Level.WARNING)
    elif value.strip() and (key in _OBSIDIAN or len(split_text(key, value)) > 1):
        why = "Obsidian reads a list alone here" if key in _OBSIDIAN else "a list is meant here, not a text with commas"
        yield Problem(f"{key}: {why}", *place, _as_list(key, _items(key, value)), Level.ADVICE)


def _items_that_are_off(key: str, items: list[object], found: Extent, block: str, line: int) -> Iterator[Problem]:
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
            hint = f"Give all items the same indentation: {_shown('', [first, *below])}."
            yield Problem(f"{key}: an item is read as part of the one above", number, column, hint, Level.WARNING)
        elif key == "tags" and item is None and (remark := re.search(r"#(\S.*)", raw)):
            hint = f"Write it without #: `  - {remark[1].strip()}`."
            yield Problem("What follows # is a remark here, so there is no tag", number, column, hint, Level.WARNING)
        elif key == "tags" and item is not None and (mended := wrong_tag(str(item))):
            why = "a tag can't be a number alone" if str(item).strip("#").isdecimal() else "Obsidian takes no such tag"
            why = "a tag can't hold a blank" if re.search(r"\s", str(item).strip()) else why
            hint = f"Write {quoting.scalar(mended)}, or make it two tags."
            hint = hint if " " in str(item).strip() else f"Write {quoting.scalar(mended)}."
            yield Problem(f'tags: "{item}": {why}', number, column, hint, Level.WARNING)


def _as_list(key: str, items: Iterable[str]) -> str:
    return f"Write each on a line of its own: {_shown(key, items)}."


def _shown(key: str, items: Iterable[str]) -> str:
    lines = ([f"{key}:"] if key else []) + [f"  - {quoting.scalar(item)}" for item in items]
    return ", then ".join(f"`{line}`" for line in lines)

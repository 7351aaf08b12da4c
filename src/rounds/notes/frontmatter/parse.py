"""Front-matter parser: position, values and problems.

Own code splits off the block (including BOM, CRLF and `...`), py-yaml12 parses the values (YAML 1.2 core, as in
Obsidian), and a scan for keys at column 0 adds what that parser doesn't report: duplicate keys, and the start of each
entry. Measurements and decision: docs/decisions/0001-front-matter.md.
"""

import re
from typing import Any, NamedTuple, cast

from rounds.errors import Level, Problem
from rounds.notes.frontmatter.fences_quoting import KEY_LINE

# Lines at column 0 that start no key: blank, comment, list item, end of a flow value.
_OTHER_LINE = re.compile(r"^(?![ \t\r\n#\]}]|-(?:[ \t\r\n]|\Z)|\Z)", re.MULTILINE)
_CONTENT_LINE = re.compile(r"^[ \t]*[^\s#]", re.MULTILINE)
_DOCUMENT_MARK = re.compile(r"^(?:---|\.\.\.)(?=[ \t\r\n]|\Z)", re.MULTILINE)
_LONE_CR = re.compile(r"\r(?!\n)")
_PLAIN_KEY = re.compile(r"[A-Za-z][A-Za-z0-9]*[_ -][\w -]*\w|[b-eg-mo-su-z][a-z0-9]*")
_LOSSY_NUMBER = re.compile(r"^[^#\n]*?(?::|-)[ \t]+(\+\d+|0\d+)[ \t]*(?:#.*)?\r?$", re.MULTILINE)
_NUMBER_STARTS = (": +", "- +", ": 0", "- 0")
_BARE_LINK = re.compile(r"^[^#\n]*?[:-][ \t]+(\[\[[^\[\]\n]+\]\])[ \t]*(?:#.*)?\r?$", re.MULTILINE)
_LOST_SIGN = re.compile(
    r"^[^\s#][^:\n]*:[ \t]+(([&!])([^\s,\[\]{}]*)(?:[ \t]+[^\s#|>\[{][^\n]*?)?)[ \t]*(?:#.*)?\r?$", re.MULTILINE
)
_UNSEEN = re.compile("^[\xad\u200b-\u200f\u2060\ufeff]+", re.MULTILINE)
_ANCHOR = re.compile(r"(?:^|[ \t\[{,\n])&[^ \t\r\n,\[\]{}]")

_LONGEST = 1_000_000
"""Maximum characters of a block; a real one has a few thousand at most."""

_WIDE = 200
"""Maximum characters before a line's text, including list dashes: deeper nesting isn't parsed, because py-yaml12
recurses with the nesting and a stack overflow would end the process."""

_WIDE_LINE = re.compile(rf"^(?:[ \t]|[-?:](?=[ \t\r\n])){{{_WIDE}}}", re.MULTILINE)

_SCALARS = frozenset({str, int, float, bool, type(None)})


class Reading(NamedTuple):
    """A parsed block. `properties` is empty if a problem is an error."""

    properties: dict[str, object]
    problems: tuple[Problem, ...] = ()
    splittable: bool = True
    """Whether every key has its own line at column 0, so that edits can find its bytes."""


def read(block: str) -> Reading:
    """Read a front-matter block (the text between the fences). Never raises.

    Problems have line numbers of the file: the block's first line is line 2.
    """
    if problem := _too_much(block):
        return Reading({}, (problem,), splittable=False)
    anchored = "&" in block and _ANCHOR.search(block)
    from yaml12 import parse_yaml

    try:
        values = parse_yaml(block)
    except ValueError as error:
        from rounds.notes.frontmatter.yaml_errors import explain

        return Reading({}, explain(str(error), block), splittable=False)
    if type(values) is dict and not anchored and "\n---" not in block and list(values) == KEY_LINE.findall(block):
        kinds = set(map(type, values.values()))
        if list in kinds:
            kinds.discard(list)
            for value in values.values():
                if type(value) is list:
                    kinds.update(map(type, value))
        if kinds <= _SCALARS:
            return Reading(cast("dict[str, object]", values), _warnings(block))
    return _read_carefully(block, values)


def _too_much(block: str) -> Problem | None:
    """The problem of a block that is too long, too deep, or too large with aliases expanded to be parsed."""
    if len(block) > _WIDE:
        if len(block) > _LONGEST:
            return Problem(
                f"The properties are longer than {_LONGEST:,} characters.",
                1,
                hint="Move the text below the properties.",
            )
        if max(map(len, block.split("\n"))) >= _WIDE and (found := _WIDE_LINE.search(without_lone_cr(block))):
            return nested_too_deeply(*_position(block, found.start()))
    if "&" in block and _ANCHOR.search(block):
        from rounds.notes.frontmatter.yaml_structure import alias_problem

        return alias_problem(block)
    return None


def nested_too_deeply(line: int, column: int) -> Problem:
    """The problem of deeply nested values; Rounds never needs more than two levels."""
    hint = "Keep the properties flat: names with texts or lists."
    return Problem("The values are nested too deeply.", line, column, hint=hint)


def _warnings(block: str) -> tuple[Problem, ...]:
    """Values that YAML changes: `+4420...` loses its plus, `01234` its zero; and names with an invisible character
    in front.
    """
    unseen: tuple[Problem, ...] = ()
    if not block.isascii():
        unseen = tuple(
            Problem(
                "This line starts with an invisible character, so its name is not what it seems.",
                *_position(block, found.start()), "Remove it: type the line again.", Level.WARNING,
            )
            for found in _UNSEEN.finditer(block)
        )  # fmt: skip
    for start in _NUMBER_STARTS:
        if start in block:
            break
    else:
        return unseen
    return unseen + tuple(
        _needs_quotes(block, found, f"is read as a number, without its {'plus' if found[1][0] == '+' else 'zero'}")
        for found in _LOSSY_NUMBER.finditer(block)
        if found[1].strip("0")
    )


def _bare_links(block: str) -> tuple[Problem, ...]:
    said = "without quotes is read as a list in a list, not as a link"
    return tuple(_needs_quotes(block, found, said) for found in _BARE_LINK.finditer(block))


def _lost_signs(block: str) -> tuple[Problem, ...]:
    """Values that lose their first word: `&Sons` is a YAML anchor for `*Sons` elsewhere, `!x` a tag."""
    return tuple(
        _needs_quotes(block, found, f"without quotes loses {found[2]}{found[3]} when it is read")
        for found in _LOST_SIGN.finditer(block)
        if f"*{found[3]}" not in block
    )


def _needs_quotes(block: str, found: re.Match[str], said: str) -> Problem:
    place = _position(block, found.start(1))
    return Problem(f"{found[1]} {said}.", *place, f'Put it in quotes: "{found[1]}"', Level.WARNING)


def _position(block: str, offset: int) -> tuple[int, int]:
    """Line and column in the file, for an offset in the block."""
    return block.count("\n", 0, offset) + 2, offset - block.rfind("\n", 0, offset)


def _read_carefully(block: str, values: object) -> Reading:
    """Parse a block that needs extra checks: quoted keys, duplicates, nested maps, tags, JSON."""
    first = _CONTENT_LINE.search(without_lone_cr(block))
    if first is None:
        return Reading({})
    if not isinstance(values, dict) or first[0][0] in " \t" or _DOCUMENT_MARK.search(block):
        from rounds.notes.frontmatter.yaml_errors import wrong_at_the_top

        if problem := wrong_at_the_top(block, values):
            return Reading({}, (problem,), splittable=False)
    if not isinstance(values, dict):
        return Reading({})
    from rounds.notes.frontmatter.yaml_structure import DEEPEST, deep_place, is_deeper

    if is_deeper(values, DEEPEST):
        return Reading({}, (nested_too_deeply(*deep_place(block)),), splittable=False)
    try:
        plain = {_text_of(key): _without_tags(value) for key, value in values.items()}
        problems = _nested_problems(block, plain)
    except TypeError:
        from rounds.notes.frontmatter.yaml_errors import placeholder_problem

        problems = [placeholder_problem(block)]
    lines = key_lines(block)
    names = [key_name(line[1]) for line in lines]
    problems += _duplicates(block, lines, names)
    if problems:
        return Reading({}, tuple(problems), splittable=False)
    warnings = _warnings(block) + _bare_links(block) + _lost_signs(block)
    whole = None not in names and len(list(_OTHER_LINE.finditer(without_lone_cr(block)))) == len(lines)
    if not whole or first[0][0] in " \t":
        return Reading(plain, warnings, splittable=False)
    keys = [name for name in names if name is not None]
    if len(keys) == len(values):
        return Reading(dict(zip(keys, plain.values(), strict=True)), warnings)
    properties = _read_entries(block, lines, keys)
    return Reading(plain if properties is None else properties, warnings, splittable=properties is not None)


def _read_entries(block: str, lines: list[re.Match[str]], keys: list[str]) -> dict[str, object] | None:
    """Parse each entry separately, because Python treats keys such as `1` and `true` as equal."""
    starts = [line.start() for line in lines]
    properties: dict[str, object] = {}
    for key, start, end in zip(keys, starts, [*starts[1:], len(block)], strict=True):
        entry = _one_entry(block[start:end])
        if entry is None:
            return None
        properties[key] = _without_tags(entry[1])
    return properties


def _one_entry(text: str) -> tuple[Any, Any] | None:
    """Key and value of a text with a single entry; None if it can't be parsed as one."""
    from yaml12 import parse_yaml

    try:
        entries = parse_yaml(text)
    except ValueError:
        return None
    return next(iter(entries.items())) if isinstance(entries, dict) and len(entries) == 1 else None


def key_lines(block: str) -> list[re.Match[str]]:
    """The lines that start a key at column 0, in order; group 1 is the key as written."""
    return list(KEY_LINE.finditer(without_lone_cr(block)))


def without_lone_cr(block: str) -> str:
    """The block with each lone CR (a line break in YAML) replaced by LF; offsets stay."""
    return _LONE_CR.sub("\n", block) if "\r" in block else block


def key_name(raw: str) -> str | None:
    """The name of a written key (`"my key"` is my key); None if it can't be parsed alone.

    Keys that YAML parses as numbers, booleans or null keep their text.
    """
    if _PLAIN_KEY.fullmatch(raw):
        return raw
    entry = _one_entry(f"{raw}: 0\n")
    if entry is None:
        return None
    key = _without_tags(entry[0])
    return key if isinstance(key, str) else raw.strip()


def _text_of(key: Any) -> str:
    """A key as text.

    Raises:
        TypeError: it is a map or a list.
    """
    key = _without_tags(key)
    if isinstance(key, (dict, list)):
        raise TypeError
    if key is None or isinstance(key, bool):
        return {None: "null", True: "true", False: "false"}[key]
    return str(key)


def _without_tags(value: Any) -> Any:
    """The value without tags; keys of nested maps as text."""
    from yaml12 import Yaml

    if isinstance(value, Yaml):
        return _without_tags(value.value)
    if isinstance(value, list):
        return [_without_tags(item) for item in value]
    if isinstance(value, dict):
        return {_text_of(key): _without_tags(item) for key, item in value.items()}
    return value


def _nested_problems(block: str, values: dict[str, Any]) -> list[Problem]:
    """Duplicate keys in nested maps."""
    first = _CONTENT_LINE.search(block)
    if any(map(_has_map, values.values())) or (first and first[0].lstrip()[0] in "{?"):
        from rounds.notes.frontmatter.yaml_structure import nested_duplicates

        return nested_duplicates(block)
    return []


def _has_map(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(map(_has_map, value)))


def _duplicates(block: str, lines: list[re.Match[str]], names: list[str | None]) -> list[Problem]:
    seen: dict[str, int] = {}
    problems = []
    number, before, begin = 2, 0, -1
    for line, name in zip(lines, names, strict=True):
        at = line.start()
        number, begin, before = number + block.count("\n", before, at), max(begin, block.rfind("\n", before, at)), at
        if name in seen:
            from rounds.notes.frontmatter.yaml_structure import duplicate

            problems.append(duplicate(name, number, at - begin, first=seen[name]))
        elif name is not None:
            seen[name] = number
    return problems

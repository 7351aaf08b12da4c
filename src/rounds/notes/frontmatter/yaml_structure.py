"""YAML structure checks: alias expansion, nesting depth, duplicate keys in nested maps.

They use the events of PyYAML's parser, which expands nothing and builds no tree; only the few blocks with anchors or
nested maps need them.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from rounds.errors import Problem

MOST_NODES = 10_000
"""Maximum nodes of a block with aliases expanded; a real note has a few hundred."""

DEEPEST = 50
"""Maximum nesting of values; a real note has two levels."""

_FEW_ALIASES = 12
_SHORT_BLOCK = 20_000
_TEXT_PER_NODE = 64
_SOME_ALIAS = re.compile(r"(?:^|[ \t\[{,:\n-])\*[^ \t\r\n,\[\]{}]")
# Characters that PyYAML rejects or treats as a line break; any letter in their place gives the same structure.
_FOREIGN = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def alias_problem(block: str) -> Problem | None:
    """The problem of a block whose aliases expand beyond `MOST_NODES` or refer to themselves; else None.

    A dozen aliases can't multiply a short block by more than 81 (3 to the power of 12 / 3), so those pass.
    """
    aliases = sum(1 for _ in _SOME_ALIAS.finditer(block))
    if aliases <= _FEW_ALIASES and len(block) <= _SHORT_BLOCK:
        return None
    import yaml

    try:
        line = _expands_beyond(_events(block), MOST_NODES)
    except yaml.YAMLError:
        line = 0
    if line is None:
        return None
    return Problem(
        "The properties repeat themselves through & and * too many times.",
        line + 2,
        hint="Write the values out instead of referring to them with * and &.",
    )


def _events(block: str) -> Iterator[Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.parse(_FOREIGN.sub("x", block), Loader=loader)  # type: ignore[no-any-return]


def _readable_events(block: str) -> Iterator[Any]:
    """The events up to the first error."""
    import yaml

    with suppress(yaml.YAMLError):
        yield from _events(block)


def _expands_beyond(events: Iterator[Any], bound: int) -> int | None:
    """The 0-based line where the nodes, with aliases expanded, exceed the bound; None if they don't."""
    import yaml

    sizes: dict[str, int | None] = {}
    open_nodes: list[tuple[str | None, int]] = []
    total = 0
    for event in events:
        if isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_nodes.pop()
            if anchor:
                sizes[anchor] = total - before
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        if isinstance(event, yaml.AliasEvent):
            size = sizes.get(event.anchor)
            total += bound if size is None else size
        elif isinstance(event, yaml.ScalarEvent):
            size = 1 + len(event.value) // _TEXT_PER_NODE
            total += size
            if event.anchor:
                sizes[event.anchor] = size
        else:
            open_nodes.append((event.anchor, total))
            if event.anchor:
                sizes[event.anchor] = None
            total += 1
        if total > bound:
            return int(event.start_mark.line)
    return None


def is_deeper(value: object, levels: int) -> bool:
    """Whether lists and maps are nested deeper than `levels`; safe for any depth."""
    from yaml12 import Yaml

    layer = [value]
    for _ in range(levels):
        inner: list[object] = []
        for each in layer:
            plain = each.value if isinstance(each, Yaml) else each
            if isinstance(plain, dict):
                inner += [*plain, *plain.values()]
            elif isinstance(plain, list):
                inner += plain
        if not (layer := inner):
            return False
    return True


def deep_place(block: str) -> tuple[int, int]:
    """1-based line and column in the file where a block exceeds `DEEPEST`; the block's start if PyYAML fails."""
    import yaml

    depth = 0
    for event in _readable_events(block):
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                return event.start_mark.line + 2, event.start_mark.column + 1
    return 2, 1


def duplicate(name: str, line: int, column: int, *, first: int) -> Problem:
    """The problem of a duplicate key. Obsidian refuses such a note."""
    hint = f"Keep one of the two, and remove the other: line {first} has it already."
    return Problem(f"The property {name} appears twice.", line, column, hint=hint)


def nested_duplicates(block: str) -> list[Problem]:
    """Duplicate keys in one map below the top level, or in a block written as JSON.

    The key scan finds those at the top level; a block that PyYAML can't parse yields none.
    """
    import yaml

    problems: list[Problem] = []
    # Each open collection: the keys seen so far (None for a list) and whether the next node is a key.
    stack: list[tuple[dict[tuple[bool, str], int] | None, bool]] = []
    for event in _readable_events(block):
        if isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
        if not isinstance(event, yaml.NodeEvent):
            continue
        keys, is_key = stack[-1] if stack else (None, False)
        if keys is not None:
            stack[-1] = keys, not is_key
            if is_key and isinstance(event, yaml.ScalarEvent):
                name = (_is_text(event), event.value)
                mark = event.start_mark
                if name in keys and (len(stack) > 1 or mark.column > 0):
                    problems.append(duplicate(event.value, mark.line + 2, mark.column + 1, first=keys[name]))
                keys.setdefault(name, mark.line + 2)
        if isinstance(event, yaml.MappingStartEvent):
            stack.append(({}, True))
        elif isinstance(event, yaml.SequenceStartEvent):
            stack.append((None, False))
    return problems


def _is_text(event: Any) -> bool:
    """Whether a key is text in YAML 1.2: `1` and `"1"` are two keys."""
    from yaml12 import parse_yaml

    return not event.implicit[0] or isinstance(parse_yaml(event.value), str)

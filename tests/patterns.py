"""Every regular expression of the product, and texts that make each of them go back over what it has read.

The texts are made from the pattern itself: before each repetition that has no bound comes what the pattern wants there,
then what is repeated, many times, then something that fits nowhere.
"""

import ast
import builtins
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from itertools import islice
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any, NamedTuple

import rounds
from rounds.domain.patterns import Pattern

SOURCE = Path(rounds.__file__).parent
METHODS = frozenset({"match", "fullmatch", "search", "findall", "finditer", "sub", "subn", "split", "scanner"})
ENDLESS = 60
"""From how many repetitions on one counts as having no bound: lines and texts of notes have none."""

LETTERS = " \ta1-.Z_\"'#:/([\n\x00,@\u00e9\U0001f4c5"
VARIANTS = 3
MOST = 40
"""Texts of one pattern."""


class Use(NamedTuple):
    """A pattern as one place uses it.

    Attributes:
        place: module and name, or module and line.
        anchored: only tried at one place of a text, not at each.
        whole: what it matches has to be the whole text.
    """

    place: str
    pattern: re.Pattern[Any]
    anchored: bool
    whole: bool


def uses() -> Iterator[Use]:
    """Every pattern of the product with how it is used, each once."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))}
    everywhere = [*trees.values()]
    for path, tree in trees.items():
        if path.name == "__main__.py":
            continue
        module = import_module(".".join(("rounds", *path.relative_to(SOURCE).with_suffix("").parts)))
        for name, pattern in _named(module):
            yield from _each(
                f"{module.__name__}.{name}", pattern, _methods(name, [tree] if name[0] == "_" else everywhere)
            )
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and (method := _re_call(call)):
                yield from _each(f"{module.__name__}:{call.lineno}", _written(call, module), {method})


def _each(place: str, pattern: "re.Pattern[Any] | None", methods: set[str]) -> Iterator[Use]:
    if pattern is None:
        return
    if methods - {"match", "fullmatch"} or not methods:
        yield Use(place, pattern, anchored=False, whole=False)
    elif "match" in methods:
        yield Use(place, pattern, anchored=True, whole=False)
    if "fullmatch" in methods:
        yield Use(place, pattern, anchored=True, whole=True)


def _named(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any]]]:
    for name, value in vars(module).items():
        owners = [
            value,
            *(vars(value).values() if isinstance(value, type) and value.__module__ == module.__name__ else ()),
        ]
        for each in owners:
            yield from ((name, pattern) for pattern in _inside(each))


def _inside(value: object, depth: int = 3) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, Pattern):
        yield value.compiled
    elif isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, (tuple, list, set, frozenset, dict)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _inside(each, depth - 1)


def _methods(name: str, trees: Iterable[ast.AST]) -> set[str]:
    """How a pattern of that name is used anywhere; nothing where that can't be seen."""
    return {method for tree in trees for method in _used(tree).get(name, ())}


@cache
def _used(tree: ast.AST) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in METHODS:
            found.setdefault(_last(node.value), set()).add(node.attr)
        elif isinstance(node, ast.Call) and not _re_call(node):
            method = "match" if _last(node.func) in {"skip", "_skip"} else "search"  # the first: where the reader is
            for argument in node.args:
                found.setdefault(_last(argument), set()).add(method)
    return found


def _last(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _re_call(call: ast.Call) -> str:
    """The function of `re` that is called, if one is."""
    function = call.func
    ours = isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "re"
    return function.attr if ours and function.attr in METHODS else ""  # type: ignore[attr-defined]


def _written(call: ast.Call, module: ModuleType) -> "re.Pattern[Any] | None":
    """The pattern of a call such as `re.match("...", text)`; None where it is a compiled one, which has a name.

    Where it is made of what is only known while the program runs, that is some word.
    """
    names = {node.id for node in ast.walk(call.args[0]) if isinstance(node, ast.Name)}
    known = {**vars(builtins), **vars(module)}
    if isinstance(call.args[0], ast.Name) and call.args[0].id not in known:
        return None  # an argument: where it comes from, it is a constant
    space = {**vars(module), **dict.fromkeys(names - known.keys(), "teen")}
    pattern = eval(ast.unparse(call.args[0]), space)
    at = {"sub": 4, "subn": 4, "split": 3}.get(_re_call(call), 2)
    given = [*call.args[at : at + 1], *(word.value for word in call.keywords if word.arg == "flags")]
    flags = sum(eval(ast.unparse(each), space) for each in given)
    return None if isinstance(pattern, re.Pattern) else re.compile(pattern, flags)


# Texts ------------------------------------------------------------------------------------------------------------


class Pump(NamedTuple):
    """A text of any length: a beginning, something many times, an end."""

    start: str
    again: str
    end: str

    def of(self, length: int) -> str:
        return self.start + self.again * max(1, length // len(self.again)) + self.end


def pumps(pattern: re.Pattern[Any]) -> list[Pump]:
    """Texts that repeat what the pattern repeats."""
    source = pattern.pattern.decode("latin-1") if isinstance(pattern.pattern, bytes) else pattern.pattern
    tree = parser.parse(source, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags)
    found: dict[tuple[str, str], None] = {}
    for before, body in _repeats(tree, [""]):
        for piece in filter(None, body):
            for start in before:
                found |= dict.fromkeys([(start, piece), ("", start + piece), ("", piece)])
                if start:
                    found[start, start] = None
    return [Pump(start, again, end) for start, again in islice(found, MOST) for end in ("", "\x00")]


def _repeats(tree: Any, before: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Each repetition without a bound: what may stand before it, and what it repeats."""
    for op, value in tree:
        if op in {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}:
            if value[1] is sre.MAXREPEAT or value[1] >= ENDLESS:
                yield before, _samples(value[2])
            yield from _repeats(value[2], before)
        elif op is sre.BRANCH:
            for branch in value[1]:
                yield from _repeats(branch, before)
        elif op is sre.SUBPATTERN:
            yield from _repeats(value[-1], before)
        elif op is sre.ATOMIC_GROUP:
            yield from _repeats(value, before)
        elif op in {sre.ASSERT, sre.ASSERT_NOT}:
            yield from _repeats(value[1], before)
            continue
        before = _joined(before, _samples([(op, value)]))


def _samples(tree: Any) -> list[str]:
    """Some texts that a piece of a pattern matches."""
    found = [""]
    for op, value in tree:
        found = _joined(found, _sample(op, value))
    return found


def _joined(first: list[str], second: list[str]) -> list[str]:
    both = dict.fromkeys(a + b for a in first for b in second) if second else dict.fromkeys(first)
    return [*islice(both, VARIANTS)]


def _sample(op: Any, value: Any) -> list[str]:
    if op is sre.LITERAL:
        return [chr(value)]
    if op in {sre.IN, sre.NOT_LITERAL, sre.ANY, sre.CATEGORY}:
        return _letters(op, value)
    if op in {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}:
        body = _samples(value[2])
        least = [each * value[0] for each in body]
        return [*dict.fromkeys([*least, *(body if value[0] == 0 and value[1] else ())])][:VARIANTS]
    if op is sre.BRANCH:
        return [each for branch in value[1] for each in _samples(branch)[:2]][: VARIANTS * 2]
    if op is sre.SUBPATTERN:
        return _samples(value[-1])
    if op is sre.ATOMIC_GROUP:
        return _samples(value)
    return [""]


def _letters(op: Any, value: Any) -> list[str]:
    """Some letters that a set allows: of each kind that it may share with its neighbors."""
    if op is sre.ANY:
        return ["a", " ", "1", "-"]
    if op is sre.NOT_LITERAL:
        return [each for each in LETTERS if ord(each) != value][:VARIANTS]
    named = (
        [chr(item if what is sre.LITERAL else item[0]) for what, item in value if what in {sre.LITERAL, sre.RANGE}]
        if op is sre.IN
        else []
    )
    negated = op is sre.IN and value[0][0] is sre.NEGATE
    one = re.compile(_as_set(op, value))
    fitting = [each for each in ([] if negated else named) + [*LETTERS] if one.fullmatch(each)]
    return [*dict.fromkeys(fitting)][: VARIANTS * 2]


_CATEGORIES = {
    sre.CATEGORY_DIGIT: r"\d", sre.CATEGORY_NOT_DIGIT: r"\D", sre.CATEGORY_SPACE: r"\s", sre.CATEGORY_NOT_SPACE: r"\S",
    sre.CATEGORY_WORD: r"\w", sre.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def _as_set(op: Any, value: Any) -> str:
    if op is sre.CATEGORY:
        return _CATEGORIES[value]
    parts = []
    for what, item in value:
        if what is sre.NEGATE:
            parts.append("^")
        elif what is sre.LITERAL:
            parts.append(re.escape(chr(item)))
        elif what is sre.RANGE:
            parts.append(f"{re.escape(chr(item[0]))}-{re.escape(chr(item[1]))}")
        else:
            parts.append(_CATEGORIES[item])
    return f"[{''.join(parts)}]"

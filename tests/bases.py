"""What Obsidian's tables show: a reader of its Bases as its documentation describes them, strict where it is silent.

It knows only documented functions. A date or a method of nothing is an error, so that a missing guard fails a test.
Sources: Obsidian Help, "Bases syntax" and "Functions".
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import yaml12

from rounds.domain.links import name_of, targets, whole_link
from rounds.domain.periods import Interval
from rounds.notes.document import Document

Evaluated = Callable[["Row"], Any]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LENGTH = re.compile(r"(\d+) ?(y|years?|M|months?|w|weeks?|d|days?|h|hours?|m|minutes?|s|seconds?)")
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"]*"|'[^']*')|(?P<number>\d+)|(?P<name>[A-Za-z_]\w*)|(?P<sign>\|\||&&|[=!<>]=|[-+*!<>.,()\[\]/]))"""
)
_PATTERN = re.compile(r"/((?:[^/\\]|\\.)+)/([gi]*)")
_ORDER = (("||",), ("&&",), ("==", "!="), ("<=", ">=", "<", ">"), ("+", "-"))
_GLOBAL = frozenset({"if", "date", "duration", "today", "list"})


class BaseError(Exception):
    """What Obsidian would show as an error, or leave out."""


class Short(NamedTuple):
    """A length of time below a day."""


class Link(NamedTuple):
    """A wiki link, by its target as written and the path that it leads to."""

    target: str
    path: str


@dataclass(frozen=True)
class File:
    """A file of the vault: its path, properties, and the paths that its links lead to."""

    path: str
    properties: Mapping[str, Any] = field(default_factory=dict, hash=False)
    links: frozenset[str] = frozenset()


class Row(NamedTuple):
    """One file, as a filter or formula sees it."""

    file: File
    this: File
    today: date
    formulas: Mapping[str, Evaluated]


def files_of(root: Path) -> dict[str, File]:
    """Every Markdown file of a vault that Obsidian can read, by path; Templates are files like others."""
    texts = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.md"))}
    by_name = {Path(path).stem: path for path in texts}

    def value(raw: object) -> Any:
        if isinstance(raw, list):
            return [value(each) for each in raw]
        whole = whole_link(raw) if isinstance(raw, str) else None
        if whole is not None:
            return Link(whole.target, by_name.get(name_of(whole.target), ""))
        return date.fromisoformat(raw) if isinstance(raw, str) and _DAY.fullmatch(raw) else raw

    found = {}
    for path, data in texts.items():
        document = Document.parse(data)
        properties = document.properties if document.readable else {}
        names = map(name_of, targets(data.decode()))
        links = frozenset(by_name[name] for name in names if name in by_name)
        found[path] = File(path, {key: value(raw) for key, raw in properties.items()}, links)
    return found


def shown(base: Path, view: str, files: Mapping[str, File], today: date, this: str = "") -> list[str]:
    """The paths of what a view lists.

    Args:
        base: the .base file.
        this: path of the active note; the base itself where it is open in the main area.
    """
    read: Any = yaml12.parse_yaml(base.read_text(encoding="utf-8"))
    formulas = {name: expression(text) for name, text in read.get("formulas", {}).items()}
    own = next(each for each in read["views"] if each["name"] == view)
    wanted = [condition(each) for each in (read.get("filters"), own.get("filters")) if each is not None]
    active = files[this] if this else File(base.name)
    rows = (Row(file, active, today, formulas) for file in files.values())
    found = [row.file.path for row in rows if all(check(row) for check in wanted)]
    for column in (each for each in own["order"] if each.startswith("formula.")):  # no cell shows an error
        for path in found:
            formulas[column.removeprefix("formula.")](Row(files[path], active, today, formulas))
    return found


def condition(node: object) -> Callable[[Row], bool]:
    """A filter: an expression, or a group of filters."""
    if isinstance(node, str):
        evaluate = expression(node)
        return lambda row: _truthy(evaluate(row))
    assert isinstance(node, dict)
    ((word, inner),) = node.items()
    parts = [condition(each) for each in inner]
    every: dict[str, Callable[[Iterable[bool]], bool]] = {"and": all, "or": any, "not": lambda found: not any(found)}
    return lambda row: every[str(word)](part(row) for part in parts)


# Expressions --------------------------------------------------------------------------------------------------------


def expression(text: str) -> Evaluated:
    """An expression, ready to be evaluated."""
    reader = _Reader(text)
    found = reader.level(0)
    if reader.rest():
        raise BaseError(f"{text!r} goes on with {reader.rest()!r}")
    return found


class _Reader:
    """A cursor over an expression's text; each method reads one construct."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def rest(self) -> str:
        return self.text[self.at :].strip()

    def peek(self) -> re.Match[str] | None:
        return _TOKEN.match(self.text, self.at)

    def take(self, *signs: str) -> str:
        token = self.peek()
        if token is None or token["sign"] not in signs:
            return ""
        self.at = token.end()
        return token["sign"]

    def need(self, sign: str) -> None:
        if not self.take(sign):
            raise BaseError(f"{self.text!r} has no {sign} before {self.rest()!r}")

    def level(self, depth: int) -> Evaluated:
        if depth == len(_ORDER):
            return self.unary()
        left = self.level(depth + 1)
        while sign := self.take(*_ORDER[depth]):
            left = _joined(sign, left, self.level(depth + 1))
        return left

    def unary(self) -> Evaluated:
        if self.take("!"):
            inner = self.unary()
            return lambda row: not _truthy(inner(row))
        value = self.value()
        while self.take("."):
            value = self.member(value)
        return value

    def value(self) -> Evaluated:
        pattern = _PATTERN.match(self.text, self.at + len(self.text[self.at :]) - len(self.text[self.at :].lstrip()))
        if pattern is not None:
            self.at = pattern.end()
            flags = re.IGNORECASE if "i" in pattern[2] else re.NOFLAG
            compiled = re.compile(pattern[1], flags)
            return lambda _: compiled
        if self.take("("):
            inner = self.level(0)
            self.need(")")
            return inner
        token = self.peek()
        if token is None or token["sign"]:
            raise BaseError(f"{self.text!r} can't be read at {self.rest()!r}")
        self.at = token.end()
        if token["text"]:
            return lambda _: token["text"][1:-1]
        if token["number"]:
            return lambda _: int(token["number"])
        return self.named(token["name"])

    def named(self, name: str) -> Evaluated:
        if self.take("("):
            if name not in _GLOBAL:
                raise BaseError(f"{name}() is not a documented function")
            return _called(name, self.arguments())
        if name == "formula":
            self.need(".")
            token = self.peek()
            assert token is not None
            self.at = token.end()
            return lambda row: row.formulas[token["name"]](row)
        roots: dict[str, Evaluated] = {
            "file": lambda row: row.file,
            "this": lambda row: row.this,
            "note": lambda row: row.file.properties,
            "true": lambda _: True,
            "false": lambda _: False,
        }
        return roots.get(name, lambda row: row.file.properties.get(name))

    def arguments(self) -> list[Evaluated]:
        found: list[Evaluated] = []
        while not self.take(")"):
            if found:
                self.need(",")
            found.append(self.level(0))
        return found

    def member(self, owner: Evaluated) -> Evaluated:
        token = self.peek()
        assert token is not None
        self.at = token.end()
        name = token["name"]
        if not self.take("("):
            return lambda row: _field(owner(row), name)
        arguments = self.arguments()
        return lambda row: _method(owner(row), name, [each(row) for each in arguments])


def _joined(sign: str, left: Evaluated, right: Evaluated) -> Evaluated:
    if sign == "&&":
        return lambda row: _truthy(left(row)) and _truthy(right(row))
    if sign == "||":
        return lambda row: _truthy(left(row)) or _truthy(right(row))
    return lambda row: _binary(sign, left(row), right(row))


def _binary(sign: str, left: Any, right: Any) -> Any:
    if sign in ("==", "!="):
        return _same(left, right) == (sign == "==")
    if sign in ("+", "-"):
        length = _duration(right) if isinstance(right, str) and isinstance(left, date) else right
        if not isinstance(left, date) or not isinstance(length, Interval | Short):
            raise BaseError(f"{left!r} {sign} {right!r}")
        return left if isinstance(length, Short) else length.after(left, 1 if sign == "+" else -1)
    if type(left) is not type(right) or not isinstance(left, int | date):
        raise BaseError(f"{left!r} {sign} {right!r}")
    return {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[sign]


def _same(left: Any, right: Any) -> bool:
    """Links are the same as files, and as other links, that they lead to; else by their text."""
    paths = [each.path if isinstance(each, File | Link) else None for each in (left, right)]
    if all(paths):
        return paths[0] == paths[1]
    return type(left) is type(right) and bool(left == right)


def _truthy(value: Any) -> bool:
    return bool(value)


def _called(name: str, arguments: list[Evaluated]) -> Evaluated:
    def call(row: Row) -> Any:
        if name == "today":
            return row.today
        if name == "if":
            chosen = arguments[1] if _truthy(arguments[0](row)) else (*arguments, lambda _: None)[2]
            return chosen(row)
        value = arguments[0](row)
        if name == "list":
            return value if isinstance(value, list) else [value]
        return _duration(value) if name == "duration" else _date(value)

    return call


def _date(value: Any) -> date:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise BaseError(f"date({value!r})")
    return date.fromisoformat(value)


def _duration(value: Any) -> Interval | Short:
    length = _LENGTH.fullmatch(value) if isinstance(value, str) else None
    if length is None:
        raise BaseError(f"duration({value!r})")
    number, unit = int(length[1]), length[2]
    if unit == "M" or unit.startswith("month"):
        return Interval(months=number)
    if unit[0] in "ywd":
        return {"y": Interval(12 * number), "w": Interval(days=7 * number), "d": Interval(days=number)}[unit[0]]
    return Short()  # 6m are six minutes


def _field(owner: Any, name: str) -> Any:
    if isinstance(owner, File):
        known = {
            "path": owner.path,
            "folder": owner.path.rpartition("/")[0],
            "name": owner.path.rpartition("/")[2],
            "links": [Link(path, path) for path in owner.links],
            "file": owner,
        }
        return known[name] if name in known else owner.properties.get(name)
    if isinstance(owner, Mapping):
        return owner.get(name)
    raise BaseError(f"{owner!r}.{name}")


def _contains(owner: str, how: str, part: str) -> bool:
    if how == "contains":
        return part in owner
    return owner.startswith(part) if how == "startsWith" else owner.endswith(part)


def _method(owner: Any, name: str, arguments: list[Any]) -> Any:
    if name == "isEmpty":
        return not isinstance(owner, date) and owner in (None, "", [])
    if owner is not None and name == "toString":
        return str(owner)
    if isinstance(owner, str) and name in ("lower", "trim"):
        return owner.lower() if name == "lower" else owner.strip()
    if isinstance(owner, str) and name in ("contains", "endsWith", "startsWith"):
        return _contains(owner, name, *arguments)
    if isinstance(owner, re.Pattern) and name == "matches":
        return owner.search(arguments[0]) is not None
    if isinstance(owner, str) and name == "replace":
        return re.sub(arguments[0], re.sub(r"\$(\d)", r"\\\1", arguments[1]), owner, count=1)
    if isinstance(owner, date) and name == "format" and arguments == ["E"]:
        return str(owner.isoweekday())
    if isinstance(owner, list) and name == "contains":
        return any(_same(each, arguments[0]) for each in owner)
    if isinstance(owner, File) and name == "hasLink":
        return arguments[0].path in owner.links
    raise BaseError(f"{owner!r}.{name}()")

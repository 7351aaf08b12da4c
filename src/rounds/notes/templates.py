"""Message templates: sandboxed Jinja2, limited to placeholders and `if`, safe and fast for any note."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from jinja2 import StrictUndefined, TemplateError, UndefinedError, nodes
from jinja2.sandbox import SandboxedEnvironment

from rounds.domain.query.fields import closest
from rounds.errors import RoundsError

Values = Mapping[str, Mapping[str, str] | str]
"""Texts by name, or by name and property: `practice` -> `phone`. An empty text counts as missing."""

LONGEST = 100_000
"""Maximum characters of a template and of its result: some forty pages."""

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const, nodes.If, nodes.CondExpr,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter, nodes.Test, nodes.Concat,
)  # fmt: skip
_FILTERS = frozenset({"default", "d", "lower", "upper", "title", "capitalize", "trim"})
"""Filters that can't make a text much longer."""


_NUMBER = re.compile(r"(?<!\w)\d\w{4000}")
_NESTING = re.compile(r"[(\[{]|%|\bnot\b|\bif\b")


class Filled(NamedTuple):
    """A filled-in template.

    Attributes:
        missing: required texts that are missing, such as `partner.connection`, in order of use.
    """

    text: str
    missing: tuple[str, ...]


class _Missing(StrictUndefined):
    """A missing text: false in an `if`, and an error with its name when output."""

    def __bool__(self) -> bool:  # type: ignore[override]
        return False

    def __eq__(self, other: object) -> bool:  # type: ignore[override]
        return not other

    __hash__ = None  # type: ignore[assignment]

    @property
    def _undefined_message(self) -> str:
        return f"{self._undefined_obj.name_}.{self._undefined_name}"


class _Properties:
    """The texts of one note, and nothing else that a template could access."""

    def __init__(self, name: str, values: Mapping[str, str]) -> None:
        self.__dict__.update({key: text for key, text in values.items() if text})
        self.name_ = name


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    found = SandboxedEnvironment(undefined=_Missing, autoescape=False)
    found.globals.clear()
    return found


def fill(source: str, values: Values, *, where: str) -> Filled:
    """Fill in a template.

    Args:
        values: all names that a template may use.
        where: path of the note, for errors.

    Raises:
        RoundsError: a syntax error, more than braces and `if`, an unknown name, or a result that is too long.
    """
    if len(source) > LONGEST:
        raise RoundsError(f"{where}: a message can have {LONGEST:,} characters at most", hint="Make it shorter.")
    try:
        tree = _environment().parse(source)
        _check_allowed(tree, values, where)
        template = _environment().from_string(tree)
        missing: list[str] = []
        while True:
            try:
                return Filled(_rendered(template, values, missing, where), tuple(missing))
            except UndefinedError as error:
                if str(error.message) in missing:
                    raise
                missing.append(str(error.message))
    except TemplateError as error:
        raise _mistake(where, getattr(error, "lineno", None) or _line_of(error), str(error.message)) from error
    except (RecursionError, SyntaxError, MemoryError) as error:
        raise _mistake(where, _deepest(source), "its braces are nested too deep") from error
    except (ValueError, NameError, ArithmeticError) as error:  # Python rejects numbers of more than 4,300 digits
        number = _NUMBER.search(source)
        line = source.count("\n", 0, number.start()) + 1 if number else _line_of(error)
        raise _mistake(where, line, "a number here is too large") from error
    except TypeError as error:
        what = "the values here don't fit together: a text and a number, or more than a filter takes"
        raise _mistake(where, _line_of(error), what) from error


def _mistake(where: str, line: int, what: str) -> RoundsError:
    return RoundsError(f"{where}:{line} of the text: {what}", hint="Fix it with: rounds edit")


def _line_of(error: BaseException) -> int:
    """The template line of an error, from Jinja's traceback; the first line if unknown."""
    place, line = error.__traceback__, 1
    while place is not None:
        if place.tb_frame.f_code.co_filename in {"<template>", "<unknown>"}:
            line = place.tb_lineno
        place = place.tb_next
    return line


def _deepest(source: str) -> int:
    """The line with the most nesting characters."""
    lines = source.split("\n")
    return max(range(len(lines)), key=lambda at: len(_NESTING.findall(lines[at]))) + 1


def _rendered(template: Any, values: Values, missing: list[str], where: str) -> str:
    names: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, str):
            names[name] = value
            continue
        filled = {key: "…" for key in value if f"{name}.{key}" in missing}
        names[name] = _Properties(name, {**value, **filled})
    parts, length = [], 0
    for part in template.generate(names):
        parts.append(part)
        length += len(part)
        if length > LONGEST:
            raise RoundsError(f"{where}: it becomes too long", hint="Make it shorter.")
    return re.sub(r"\n{3,}", "\n\n", "".join(parts)).strip("\n")  # a false `if` leaves no gap


def _check_allowed(tree: nodes.Template, values: Values, where: str) -> None:
    """Reject anything that a message doesn't need, and unknown names.

    Raises:
        RoundsError: with the line.
    """
    inside = {id(node.node) for node in tree.find_all(nodes.Getattr)}
    waiting: list[nodes.Node] = [tree]
    while waiting:
        node = waiting.pop()
        waiting += node.iter_child_nodes()
        what = _disallowed(node, values, id(node) in inside)
        if what:
            raise RoundsError(
                f"{where}:{node.lineno} of the text: {what}",
                hint='A message fills in {{ names }} and asks {% if %}; see "About the messages" in the Playbook.',
            )


def _disallowed(node: nodes.Node, values: Values, inside: bool) -> str:
    if isinstance(node, nodes.Getattr):
        known = values.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        if known is None or isinstance(known, str):
            return f"there is no {node.attr} here"
        return "" if node.attr in known else _unknown(f"{node.node.name}.{node.attr}", known)  # type: ignore[attr-defined]
    if isinstance(node, nodes.Name):
        known = values.get(node.name)
        return "" if known is not None and isinstance(known, str) != inside else _unknown(node.name, values)
    if isinstance(node, nodes.CondExpr) and node.expr2 is None:
        return "an if inside braces needs an else"
    if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
        return f"|{node.name} can't be used in a message"
    if isinstance(node, nodes.Test) and node.name not in {"defined", "undefined"}:
        return f"is {node.name} can't be used in a message"
    return "" if isinstance(node, _ALLOWED) else f"{type(node).__name__.lower()} can't be used in a message"


def _unknown(name: str, known: Mapping[str, object]) -> str:
    before, _, last = name.rpartition(".")
    close = closest(last, list(known))
    return f"{name} is not known" + (f"; did you mean {f'{before}.{close}'.lstrip('.')}?" if close else "")

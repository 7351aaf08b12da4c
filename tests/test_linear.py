"""No function that reads text takes more than twice the time for a text of twice the length.

`test_patterns.py` says it of regular expressions; this one of the loops around them, found by walking the modules.
"""

import gc
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from functools import partial
from itertools import chain
from types import ModuleType
from typing import Any, NamedTuple

import pytest

import rounds.domain
import rounds.notes
from rounds.errors import RoundsError
from rounds.notes.markdown import MarkupKind, markup
from test_patterns import MOST, seconds

pytestmark = pytest.mark.no_cover  # it measures time

LENGTH = 4_000
SLOW = 0.001
"""Seconds that a text of these lengths hardly ever takes; what takes less is not worth a second look."""

FIRST = {"text", "line", "block", "body", "source", "card", "data", "query", "name", "word", "words", "written", "start",
         "masked", "phone", "typed", "path", "target", "raw", "key", "value", "folded", "reason", "plain", "niche"}  # fmt: skip
"""What functions call the text that they read."""

INNER = {
    "parse.key_name", "yaml_structure.alias_problem", "yaml_structure.deep_place", "yaml_structure.nested_duplicates",
}  # fmt: skip
"""They get what others have let pass: a block that is neither too long nor too deep."""

GIVEN: dict[str, Callable[[str], Any]] = {
    "today": lambda _: date(2026, 11, 23), "number": lambda _: 1, "line": lambda _: 1, "first_line": lambda _: 1,
    "first": lambda _: 1, "folders": lambda _: (), "where": lambda _: "x.md", "values": lambda _: {}, "past": lambda _: True,
    "found": markup, "operator": lambda _: "=", "title": lambda _: "x", "about_client": lambda _: True, "cursor": len,
    "at": len, "start": lambda _: 0, "body": lambda _: 0, "heading": lambda _: "Log", "lines": lambda _: ["x"],
    "zone": lambda _: "UTC", "task_filter": lambda _: "#task", "known": lambda _: ["ann"], "source": lambda _: "a.md",
    "names": lambda _: ["ann"], "key": lambda _: "phone", "kind": lambda _: "partner",
}  # fmt: skip
"""What else they want, by its name."""

PUMPS = (
    "<!-- ", "%% ", "a %% b\n", "a %%b%% c %%\n", "> %%a%%\n", "> <!-- a\n", "`", "` `` ``` ", "```\n", "> ```\n", "- [ ] a\n",
    "- ", "  - a\n", "- 2026-11-20 call: a\n", "- 2026-11-20 @a\n  b\n", "[[", "[[a]] ", "[a](b.md) ", "[a](", "![[a|b]]", "#a ",
    "# a\n", "## Log\n", "## Log\n- 2026-11-20 a\n", "a: b\n", "a:\n- b\n", "a: [", "a: {", "- a: b\n", "'", '"', "\\", "a: '\n",
    "a: |\n b\n", "\n", "\r\n", "\r", " ", "\t", "a", "a ", "1", "1 ", "a,", "a;", "a.", "a@", "a@b.c ", "@", "é", "e\u0301",
    "\u0301", "\u0628 ", "👍", "👍\u200d", "---\n", "...\n", "📅 2026-12-01 ", "🔁 every day ", "[due:: 2026-12-01] ", "by 2026-12-01 ",
    "^f-a ", "yesterday ", "every monday ", "31 feb ", "in 2 weeks ", "20 nov, ", "mon tue ", "until ", "12:30 ", "{{ a }} ",
    "{% if a %}", "{# ", "{{", "a:b ", "a:>1 ", "(", "((", "-a ", "or ", "BEGIN:VEVENT\r\n", "UID:a\r\n", " a\r\n", "&amp;",
    "<a>", "<", "ext 5 ", "+", "503-555-0100 ", "/", "../", "a/", "a.md", " (1)", " - Copy", "R-7K3QXM ", "<<<<<<< ", "=======\n",
    "a\n===\n", "| a ", "*", "*a ", "_", "~~~\n", "~", "$", "&a ", "*a\n", "!a ", "a: &b c\n", "? a\n", "\u2028", "\x00", "\ufeff",
)  # fmt: skip


class Case(NamedTuple):
    name: str
    call: Callable[[str], object]


def cases() -> Iterator[Case]:
    """Every public function whose first argument is a text, and whose others are known."""
    for module in chain(_modules(rounds.notes), _modules(rounds.domain)):
        for name, function in vars(module).items():
            inner = inspect.unwrap(function) if callable(function) else None
            place = f"{module.__name__.rpartition('.')[2]}.{name}"
            ours = inspect.isfunction(inner) and inner.__module__ == module.__name__ and place not in INNER
            if name[0] != "_" and ours and (call := _call(function)) is not None:
                yield Case(place, call)


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def _call(function: Callable[..., Any]) -> Callable[[str], object] | None:
    parameters = [*inspect.signature(function).parameters.values()]
    first = parameters[0] if parameters else None
    if first is None or first.name not in FIRST or first.annotation not in {str, "str", bytes, "bytes", object}:
        return None
    named = {"path": "x.md"} if first.name == "path" and len(parameters) > 1 and parameters[1].name == "data" else {}
    texts = [p for p in parameters if p.name == "data"] if named else [first]
    others = [p for p in parameters if p.default is p.empty and p not in texts and p.name not in named]
    others = [p for p in others if p.kind in {p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY}]
    if any(p.name not in GIVEN for p in others):
        return None
    bytes_wanted = texts[0].annotation in {bytes, "bytes"}
    kinds = (*MarkupKind,) if any(p.name == "kinds" for p in parameters) else ()

    def call(text: str) -> object:
        given = text.encode("utf-8", "surrogatepass") if bytes_wanted else text
        more = {p.name: GIVEN[p.name](text) for p in others}
        with suppress(RoundsError, ValueError, OverflowError):
            found = function(
                *named.values(), given, *(more.values() if kinds else ()), *kinds, **({} if kinds else more)
            )
            return [*found] if isinstance(found, Iterator) else found
        return None

    return call


def fault(case: Case, pump: str) -> str:
    """What a text has shown; empty for nothing."""
    wrong = ""
    for length in (LENGTH, 2 * LENGTH):  # a second look at what begins at some length is no growth
        once, twice = (partial(case.call, _text(pump, size)) for size in (length, 2 * length))
        longer = seconds(twice)
        if longer < SLOW:
            return ""
        for tries in (1, 2, 5, 9):  # other work on the machine makes single tries longer
            longer = min(longer, seconds(twice, tries - 1)) if tries > 1 else longer
            ratio = longer / seconds(once, tries)
            if ratio <= MOST:
                return ""
        wrong = f"{case.name}: {ratio:.1f} times the time for twice {length} characters of {pump!r}"
    return wrong


def _text(pump: str, length: int) -> str:
    return pump * max(1, length // len(pump))


@pytest.mark.timeout(600)
def test_no_function_goes_over_a_text_again_and_again() -> None:
    """Each public one of `notes` and `domain`."""
    gc.disable()
    try:
        found = [wrong for case in cases() for pump in PUMPS if (wrong := fault(case, pump))]
    finally:
        gc.enable()
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "text",
    ["<!-- ", "a %% b\n", "> %%a%%\n", "> <!-- a -->\n", "` `` ``` ```` ", "a `b\n"],
)
def test_a_body_of_comments_is_read_in_one_pass(text: str) -> None:
    """Many signs on one line took 3 times as long for twice as many, and so did the lines of a quotation."""
    assert fault(Case("markup", markup), text) == ""
    assert seconds(lambda: markup(text * 20_000)) < 2


def test_a_loop_in_a_loop_is_found() -> None:
    """The test of the test."""
    assert fault(Case("here", lambda text: [sum(map(ord, text[at:])) for at in range(0, len(text), 100)]), "a")

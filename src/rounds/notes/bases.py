"""Obsidian Bases as saved queries: view filters that the query language can express."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from rounds.domain.query.parser import query_word
from rounds.notes.document import Document
from rounds.notes.schema import KNOWN

_EQUAL = re.compile(r"""\s*(?:note\.)?([\w-]+)\s*(==|!=)\s*["']([^"']*)["']\s*""")
_EMPTY = re.compile(r"\s*+(!?)\s*+(?:note\.)?([\w-]++)\.isEmpty\(\)\s*")
_SINCE = re.compile(
    r"""\s*(?:date\()?(?:note\.)?([\w-]+)\)?\s*(<|>)\s*today\(\)\s*-\s*["'](\d+)\s*(d|day|w|week|m|month|y|year)s?["']\s*"""
)
# True of every note in the index, because it skips Templates (vault format, Layout).
_TEMPLATES = re.compile(
    r"""\s*(?:file\.(?:path|folder)\.(?:contains|startsWith|endsWith)|file\.inFolder)\(["'](?:[^"']*/)?Templates/?["']\)\s*"""
    r"""|\s*file\.folder\s*==\s*["'](?:[^"']*/)?Templates["']\s*"""
)


class View(NamedTuple):
    """A view of a base, as a query for partners."""

    name: str
    query: str


def views(text: str, title: str) -> list[View]:
    """The views of a base that can be expressed as partner queries; the others are left out.

    Args:
        text: of the .base file, YAML.
    """
    document = Document.parse(f"---\n{text}\n---\n".encode())
    if not document.readable:
        return []
    base = document.properties
    every, found = _query(base.get("filters")), []
    for view in _list(base.get("views")):
        if not isinstance(view, dict):
            continue
        own = _query(view.get("filters"))
        if every is None or own is None:
            continue
        parts = [part for part in f"{every}\n{own}".splitlines() if part and part != "type:partner"]
        if "type:partner" in f"{every}\n{own}".splitlines() and parts:
            found.append(View(f"{title}: {view.get('name') or title}", " ".join(dict.fromkeys(parts))))
    return found


def _query(node: object) -> str | None:
    """A filter as conditions joined by "and", one per line; None if it can't be expressed."""
    if node is None:
        return ""
    if isinstance(node, str):
        return _condition(node)
    if not isinstance(node, dict) or len(node) != 1:
        return None
    ((word, inner),) = node.items()
    if word == "not":
        return "" if all(isinstance(each, str) and _TEMPLATES.fullmatch(each) for each in _list(inner)) else None
    parts = [_query(each) for each in _list(inner)]
    if any(part is None for part in parts):
        return None
    said = [part for part in parts if part]
    if word == "and":
        return "\n".join(said)
    if word == "or":
        return f"({' or '.join(' '.join(part.splitlines()) for part in said)})" if said else ""
    return None


def _condition(text: str) -> str | None:
    if _is_no_template(text):
        return ""
    if equal := _EQUAL.fullmatch(text):
        name = equal[1].lower() if equal[1].lower() in KNOWN else equal[1]
        return f"{'-' if equal[2] == '!=' else ''}{name}:{query_word(equal[3])}"
    if empty := _EMPTY.fullmatch(text):
        return f"{'has' if empty[1] else 'no'}:{empty[2]}"
    if since := _SINCE.fullmatch(text):
        key = "last" if since[1].lower() == "last_contact" else since[1]
        return f"{key}:{'>' if since[2] == '<' else '<'}{since[3]}{since[4][0]}"
    return None


def _is_no_template(text: str) -> bool:
    positive = text.strip().removeprefix("!")
    if positive == text.strip():
        positive = positive.replace("file.folder !=", "file.folder ==")
    return positive != text.strip() and _TEMPLATES.fullmatch(positive) is not None


def _list(value: object) -> Iterator[object]:
    yield from value if isinstance(value, list) else ()

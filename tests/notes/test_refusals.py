"""Which edits of a property are refused: maps that would be replaced, and one list. Every other edit must be made."""

from collections.abc import Callable

import pytest

from notes.strategies import LISTS, MAPS, SCALARS
from rounds.errors import EditRefusedError
from rounds.notes.document import Document
from rounds.notes.frontmatter.edits import Splice, with_splices

COMMENT_WITHIN = "[\n  a, # one\n  b\n  ]"
"""Its lines can't be told apart from those of other items without losing the comment."""

EDITS: dict[str, Callable[[Document], Document]] = {
    "set": lambda document: document.set("k", "new"),
    "set a list": lambda document: document.set("k", ["n", "m"]),
    "add an item": lambda document: document.add_item("k", "new"),
    "remove": lambda document: document.remove("k"),
    "rename": lambda document: document.rename("k", "q"),
    "set the one below": lambda document: document.set("z", 3),
    "set a new one": lambda document: document.set("y", "v"),
}
NOT_FOR_MAPS = {"set", "set a list", "add an item"}


def note(value: str) -> Document:
    """A note with a property `k` between two others."""
    written = f"k:{value}" if value.startswith(("\n", " ")) else f"k: {value}"
    end = "" if written.endswith("\n") else "\n"
    return Document.parse(f"---\na: 1\n{written}{end}z: 2\n---\nbody\n".encode())


def is_refused(document: Document, edit: str) -> bool:
    """Whether an edit is refused, in words."""
    try:
        EDITS[edit](document)
    except EditRefusedError as error:
        assert error.hint  # noqa: PT017 - an edit that is made has none
        return True
    return False


@pytest.mark.parametrize("edit", EDITS)
def test_every_edit_of_a_text_or_a_list_is_made(edit: str) -> None:
    """Whatever its form; but for one list."""
    refused = [value for value in (*SCALARS, *LISTS) if is_refused(note(value), edit)]
    assert refused == ([COMMENT_WITHIN] if edit == "set a list" else [])


def test_splices_at_one_offset_keep_their_order() -> None:
    """Whatever their text."""
    assert with_splices("abc", [Splice(2, 3, "!"), Splice(1, 1, "z"), Splice(1, 1, "a")]) == "azab!"


@pytest.mark.parametrize("edit", EDITS)
def test_a_map_is_never_replaced(edit: str) -> None:
    """It may be renamed and removed. A list of maps counts as a list."""
    maps = [value for value in MAPS if isinstance(note(value).properties["k"], dict)]
    assert len(maps) == 5
    refused = [value for value in maps if is_refused(note(value), edit)]
    assert refused == (maps if edit in NOT_FOR_MAPS else [])


@pytest.mark.parametrize(
    ("before", "edit", "after"),
    [
        ("[a, b, c]", lambda d: d.remove_item("k", "c"), "[a, b]"),
        ("[a, b, c]", lambda d: d.remove_item("k", "a"), "[b, c]"),
        ("[a]", lambda d: d.remove_item("k", "a"), "[]"),
        ("[a, 'b, c']", lambda d: d.remove_item("k", "b, c"), "[a]"),
        ("[a, b,]", lambda d: d.remove_item("k", "b"), "[a,]"),
        ("[a, b] # why", lambda d: d.add_item("k", "c"), "[a, b, c] # why"),
        ("[http://x.example/z, b]", lambda d: d.remove_item("k", "http://x.example/z"), "[b]"),
        ("[b, http://x.example/z]", lambda d: d.remove_item("k", "b"), "[http://x.example/z]"),
        ("[]", lambda d: d.add_item("k", "c"), None),
        ("[a, b]", lambda d: d.set("k", ["a", "x", "b"]), "[a, x, b]"),
        ("[a, b]", lambda d: d.set("k", ["b", "a"]), "[b, a]"),
    ],
)
def test_a_list_in_brackets_stays_in_brackets(
    before: str, edit: Callable[[Document], Document], after: str | None
) -> None:
    """With its first, last and only item; an empty one gets lines of its own."""
    wanted = f"k: {after}\n" if after is not None else "k:\n  - c\n"
    assert edit(note(before)).block == f"a: 1\n{wanted}z: 2\n"

"""Front matter that both sides changed: each pair of changes with the text that must come out, or the conflict."""

import pytest

from rounds.notes.merge.merge_note import Conflict, merge


def note(*lines: str) -> bytes:
    """A note with these lines as its properties."""
    return "\n".join(["---", *lines, "---", "", "Text.", ""]).encode()


def both(base: bytes | None, theirs: bytes, ours: bytes) -> tuple[str, list[str]]:
    """The merged properties, and the names of those in conflict."""
    result = merge(base, theirs, ours)
    text = result.data.decode()
    assert text.startswith("---\n")
    assert text.endswith("---\n\nText.\n")
    return text.removeprefix("---\n").removesuffix("---\n\nText.\n"), [c.name for c in result.conflicts]


def conflict(base: bytes, theirs: bytes, ours: bytes) -> Conflict:
    """The one conflict of a merge."""
    (found,) = merge(base, theirs, ours).conflicts
    return found


LIST = note("type: partner", "tags: [a, b]")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(note("type: partner"), id="a removal"),
        pytest.param(note("type: partner", "tags: {a: 1}"), id="a map"),
    ],
)
def test_a_changed_list_against_a_removal_or_a_map_is_a_conflict(other: bytes) -> None:
    """Whichever side did which; both are shown."""
    longer = note("type: partner", "tags: [a, b, c]")
    kept = "type: partner\ntags: [a, b, c]\n"
    assert both(LIST, longer, other) == (kept, ["tags"])
    found = conflict(LIST, other, longer)
    assert (found.kind, found.name, found.ours) == ("property", "tags", "tags: [a, b, c]\n")


def test_a_list_against_one_text_is_merged_as_a_list() -> None:
    """One item may be written without a list."""
    assert both(note("tags: a"), note("tags: [a, b]"), note("tags: c")) == ("tags: [c, b]\n", [])


def test_an_item_removed_on_one_side_and_added_on_the_other() -> None:
    """Each is done once, in the order of theirs."""
    assert both(LIST, note("type: partner", "tags: [b, d]"), note("type: partner", "tags: [a, b, c]")) == (
        "type: partner\ntags: [b, c, d]\n",
        [],
    )
    assert both(LIST, note("type: partner", "tags: [a]"), note("type: partner", "tags: [b]"))[1] == []
    assert both(LIST, note("type: partner", "tags: [a]"), note("type: partner", "tags: [b]"))[0] == (
        "type: partner\ntags: []\n"
    )


def test_an_added_item_stands_behind_the_one_it_was_written_behind() -> None:
    """In our list it stands after `b`, so it does in theirs, which has grown as well."""
    assert both(note("tags: [a, b]"), note("tags: [a, b, x]"), note("tags: [a, b, c]"))[0] == "tags: [a, b, c, x]\n"
    assert both(note("tags: [a, b]"), note("tags: [x, a, b]"), note("tags: [a, c, b]"))[0] == "tags: [x, a, c, b]\n"


def test_comments_and_items_of_both_sides_in_one_list_are_all_kept() -> None:
    """Line by line, which alone keeps the comments of both in their places."""
    base = note("tags:", "  - a", "  - b", "  - c", "  - d")
    theirs = note("tags:", "  - new", "  - a # one", "  - b", "  - c", "  - d")
    ours = note("tags:", "  - a", "  - b", "  - c", "  - d # two", "  - newer")
    assert both(base, theirs, ours) == ("tags:\n  - new\n  - a # one\n  - b\n  - c\n  - d # two\n  - newer\n", [])


def test_the_same_item_added_on_both_sides_is_there_once() -> None:
    """Also where it was written in other quotes."""
    text, clashes = both(LIST, note("type: partner", "tags: [a, b, x, c]"), note("type: partner", "tags: [a, b, 'c']"))
    assert (text, clashes) == ("type: partner\ntags: [a, b, x, c]\n", [])


def test_the_same_key_added_in_different_places_is_there_once() -> None:
    """Same value: once. Two values: theirs stands, and ours is in the conflict."""
    base = note("type: partner", "stage: met")
    above, below = note("city: Bend", "type: partner", "stage: met"), note("type: partner", "stage: met", "city: Bend")
    for theirs, ours in ((above, below), (below, above)):
        text, clashes = both(base, theirs, ours)
        assert (text.count("city: Bend\n"), clashes) == (1, [])
    other = note("type: partner", "stage: met", "city: Salem")
    text, clashes = both(base, above, other)
    assert (text, clashes) == ("city: Bend\ntype: partner\nstage: met\n", ["city"])
    assert conflict(base, above, other).ours == "city: Salem\n"


def test_an_id_that_one_side_removed_and_the_other_changed_stays_as_changed() -> None:
    """A note without an id would get another one, and its events would be new ones."""
    base, gone, new = note("type: partner", "id: abc"), note("type: partner"), note("type: partner", "id: xyz")
    assert both(base, gone, new) == ("type: partner\nid: xyz\n", [])
    assert both(base, new, gone) == ("type: partner\nid: xyz\n", [])


@pytest.mark.parametrize("empty", ["id:", 'id: ""'])
def test_an_emptied_id_gives_way_to_a_changed_one(empty: str) -> None:
    """Whichever side emptied it."""
    base, emptied, new = note("id: abc", "a: 1"), note(empty, "a: 1"), note("id: xyz", "a: 1")
    assert both(base, emptied, new) == ("id: xyz\na: 1\n", [])
    assert both(base, new, emptied) == ("id: xyz\na: 1\n", [])


def test_the_same_value_in_other_quotes_is_one_value() -> None:
    """Theirs stands, as they wrote it."""
    base = note("city: Bend")
    assert both(base, note('city: "Salem"'), note("city: Salem")) == ('city: "Salem"\n', [])
    assert both(base, note("city: Salem"), note("city: 'Salem'")) == ("city: Salem\n", [])


def test_a_comment_here_and_a_value_there_are_both_kept() -> None:
    """Whichever side wrote which."""
    base = note("stage: met", "city: Bend")
    comment, value = note("stage: met  # ask Kim", "city: Bend"), note("stage: active", "city: Bend")
    assert both(base, comment, value) == ("stage: active  # ask Kim\ncity: Bend\n", [])
    assert both(base, value, comment) == ("stage: active  # ask Kim\ncity: Bend\n", [])


def test_empty_against_filled_is_filled() -> None:
    """Where it was empty or absent before; a value that one side emptied and the other changed is a conflict."""
    for blank in (note("city:", "a: 1"), note('city: ""', "a: 1"), note("a: 1")):
        for theirs, ours in ((note("city:", "a: 1"), note("city: Bend", "a: 1")),):
            assert both(blank, theirs, ours) == ("city: Bend\na: 1\n", [])
            assert both(blank, ours, theirs) == ("city: Bend\na: 1\n", [])
    base = note("city: Bend", "a: 1")
    assert both(base, note("city:", "a: 1"), note("city: Salem", "a: 1")) == ("city:\na: 1\n", ["city"])
    assert both(base, note("city: Salem", "a: 1"), note("city:", "a: 1")) == ("city: Salem\na: 1\n", ["city"])


def test_last_contact_is_the_later_day_even_where_one_side_removed_it_or_wrote_no_day() -> None:
    """It is derived: a day beats what is none."""
    base = note("last_contact: 2026-11-02")
    for other in (note("last_contact: soon"), note("a: 1"), note("last_contact:")):
        text, clashes = both(base, other, note("last_contact: 2026-11-12"))
        assert "last_contact: 2026-11-12\n" in text
        assert clashes == []


def test_both_removed_it() -> None:
    """Then it is gone."""
    assert both(note("a: 1", "b: 2", "c: 3"), note("a: 1", "c: 4"), note("a: 5", "c: 3")) == ("a: 5\nc: 4\n", [])


def test_removed_here_and_changed_there_is_a_conflict() -> None:
    """Neither is silently undone, whichever side it was."""
    base, gone, new = note("a: 1", "city: Bend"), note("a: 1"), note("a: 1", "city: Salem")
    assert conflict(base, gone, new).ours == "city: Salem\n"
    assert conflict(base, new, gone).theirs == "city: Salem\n"


def test_a_map_is_a_value_like_any_other() -> None:
    """A list beside it is merged by its items."""
    base, theirs, ours = (note("m: {a: 1}", f"tags: [a{more}]") for more in ("", ", x", ", c"))
    assert both(base, theirs, ours) == ("m: {a: 1}\ntags: [a, c, x]\n", [])

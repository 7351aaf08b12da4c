import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes.strategies import STEADY, notes
from rounds.notes.document import Document
from rounds.notes.merge.diff3 import common_lines, diff3
from rounds.notes.merge.merge_note import Conflict, merge

BASE = """---
type: partner
stage: met  # since the fair
insurance:
  - Aetna
  - Moda
last_contact: 2026-11-02
id: abc
---

## About

She sees children.

## Follow-ups

- [ ] Send the one-pager by 2026-12-05
- [ ] call: ask about groups 📅 2026-12-01 ^f-k3q9

## Log

- 2026-11-01 email: wrote to her
- 2026-11-02 call: prefers fax
  Waitlist for under-fives.
"""


def changed(*pairs: tuple[str, str], text: str = BASE) -> bytes:
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode()


def merged(theirs: bytes, ours: bytes, base: bytes | None = BASE.encode()) -> str:
    """A merge that must be clean."""
    result = merge(base, theirs, ours)
    assert result.conflicts == ()
    return result.data.decode()


def test_properties_merge_by_name() -> None:
    """Each side's properties go in, with their own bytes and comments."""
    theirs = changed(("stage: met", "stage: active"))
    ours = changed(("id: abc", "city: Portland # moved\nid: abc"))
    text = merged(theirs, ours)
    assert "stage: active  # since the fair\n" in text
    assert "city: Portland # moved\nid: abc\n" in text


def test_lists_merge_by_item() -> None:
    """Both sides' additions and removals stand, in a list of their form."""
    theirs = changed(("  - Aetna\n", "  - Aetna\n  - Cigna\n"))
    ours = changed(("  - Moda\n", "  - PacificSource\n"))
    assert "insurance:\n  - Aetna\n  - PacificSource\n  - Cigna\n" in merged(theirs, ours)


def test_last_contact_is_the_latest() -> None:
    """It is derived, so the later of two dates is right, whoever wrote it."""
    theirs = changed(("last_contact: 2026-11-02", "last_contact: 2026-11-20"))
    ours = changed(("last_contact: 2026-11-02", "last_contact: 2026-11-12"))
    assert "last_contact: 2026-11-20\n" in merged(theirs, ours)
    assert "last_contact: 2026-11-20\n" in merged(ours, theirs)


def test_an_id_is_never_in_conflict() -> None:
    """The stored id of the other side stays; one that it lacks is taken over."""
    without = changed(("id: abc\n", ""))
    both = merge(None, changed(("id: abc", "id: one")), changed(("id: abc", "id: two")))
    assert both.conflicts == ()
    assert Document.parse(both.data).properties["id"] == "one"
    assert "id: new\n" in merged(
        changed(("id: abc\n", ""), ("children", "adults")), changed(("id: abc", "id: new")), without
    )


def test_both_changed_a_property() -> None:
    """Theirs stands, and the conflict says what ours is."""
    result = merge(
        BASE.encode(), changed(("stage: met", "stage: active")), changed(("stage: met", "stage: resting")), path="P.md"
    )
    assert result.conflicts == (
        Conflict(
            "property", "stage", 3, "stage: met  # since the fair\n", "stage: active  # since the fair\n",
            "stage: resting  # since the fair\n", "P.md",
        ),
    )  # fmt: skip
    assert result.data == changed(("stage: met", "stage: active"))
    assert str(result.conflicts[0].problem) == "P.md:3:1: Two versions say different things: the property stage."


def test_marks_hold_both_versions() -> None:
    """For git, ours stands above theirs between its marks; the rest is merged."""
    ours = changed(("stage: met", "stage: resting"), ("children", "adults"))
    result = merge(BASE.encode(), changed(("stage: met", "stage: active")), ours, markers=7)
    text = result.data.decode()
    assert (
        "type: partner\n<<<<<<< ours\nstage: resting  # since the fair\n=======\nstage: active  # since the fair\n"
        ">>>>>>> theirs\ninsurance:\n"
    ) in text
    assert "She sees adults.\n" in text
    assert [conflict.line for conflict in result.conflicts] == [3]


def test_new_entries_go_where_the_log_has_them() -> None:
    """Entries of both sides, by date; equals in either order; an entry takes its indented lines along."""
    theirs = changed(("under-fives.\n", "under-fives.\n- 2026-11-20 coffee: met\n"))
    ours = changed(("under-fives.\n", "under-fives.\n- 2026-11-12 email: sent\n  the form\n"))
    assert merged(theirs, ours).endswith(
        "- 2026-11-02 call: prefers fax\n  Waitlist for under-fives.\n- 2026-11-12 email: sent\n  the form\n"
        "- 2026-11-20 coffee: met\n"
    )


def test_a_log_that_runs_newest_first_stays_so() -> None:
    """New entries go above the older ones."""
    base = "## Log\n\n- 2026-11-09 call: b\n- 2026-11-01 call: a\n"
    theirs = changed(("- 2026-11-09", "- 2026-11-20 call: c\n- 2026-11-09"), text=base)
    ours = changed(("- 2026-11-09", "- 2026-11-12 call: d\n- 2026-11-09"), text=base)
    assert merged(theirs, ours, base.encode()) == (
        "## Log\n\n- 2026-11-20 call: c\n- 2026-11-12 call: d\n- 2026-11-09 call: b\n- 2026-11-01 call: a\n"
    )


def test_a_follow_up_below_an_entry_stays_below_it() -> None:
    """Also where the entry came in on both sides, or is put between others by its date."""
    log = "## Log\n\n- 2026-11-01 email: a\n"
    theirs = f"{log}- 2026-11-20 coffee: b\n- 2026-11-22 call: c\n".encode()
    below = f"{log}- 2026-11-20 coffee: b\n  - [ ] send it\n".encode()
    other = f"{log}- 2026-11-21 coffee: d\n  - [ ] send it\n".encode()
    assert merged(theirs, below, log.encode()).endswith(
        "- 2026-11-20 coffee: b\n  - [ ] send it\n- 2026-11-22 call: c\n"
    )
    assert merged(theirs, other, log.encode()).endswith(
        "- 2026-11-20 coffee: b\n- 2026-11-21 coffee: d\n  - [ ] send it\n- 2026-11-22 call: c\n"
    )


def test_a_line_that_was_moved_to_another_section_is_there_once() -> None:
    """It stands where one side has put it, with what the other has made of it."""
    base = "## Follow-ups\n\n- [ ] a ^f-1111\n- [ ] b\n\n## Done\n\n- [x] c\n"
    moved = b"## Follow-ups\n\n- [ ] b\n\n## Done\n\n- [x] c\n- [ ] a ^f-1111\n"
    ticked = base.replace("- [ ] a ^f-1111", "- [x] a ✅ 2026-11-23 ^f-1111").encode()
    for theirs, ours in ((moved, ticked), (ticked, moved)):
        assert merged(theirs, ours, base.encode()) == moved.decode().replace(
            "- [ ] a ^f-1111", "- [x] a ✅ 2026-11-23 ^f-1111"
        )


def test_the_same_entry_on_both_sides_is_there_once() -> None:
    """Two devices that took over the same line don't double it."""
    both = changed(("under-fives.\n", "under-fives.\n- 2026-11-20 coffee: met\n"))
    theirs = changed(("Send the", "Mail the"), text=both.decode())
    assert merged(theirs, both).count("2026-11-20 coffee: met") == 1


def test_a_tick_stands() -> None:
    """Ticked on one side, unchanged on the other: done. Without a base too."""
    ticked = changed(
        ("- [ ] call: ask about groups 📅 2026-12-01", "- [x] call: ask about groups 📅 2026-12-01 ✅ 2026-11-23")
    )
    other = changed(("children", "adults"))
    for base in (BASE.encode(), None):
        result = merge(base, other, ticked)
        assert "- [x] call: ask about groups 📅 2026-12-01 ✅ 2026-11-23 ^f-k3q9\n" in result.data.decode()
        assert result.data.decode().count("ask about groups") == 1
    assert merge(None, ticked, other).data.decode().count("- [x] call: ask about groups") == 1
    assert [conflict.kind for conflict in merge(None, ticked, BASE.encode()).conflicts] == []


def test_a_follow_up_changed_in_two_ways_is_a_conflict() -> None:
    """Known by its block id, it is one line with two versions, and both are kept."""
    theirs = changed(("📅 2026-12-01 ^f", "📅 2026-12-09 ^f"))
    ours = changed(("ask about groups", "ask about her groups"))
    (conflict,) = merge(BASE.encode(), theirs, ours).conflicts
    assert (conflict.kind, conflict.name) == ("line", "Follow-ups")
    assert conflict.theirs == "- [ ] call: ask about groups 📅 2026-12-09 ^f-k3q9\n"
    assert conflict.ours == "- [ ] call: ask about her groups 📅 2026-12-01 ^f-k3q9\n"


def test_removed_there_and_changed_here_is_a_conflict() -> None:
    """Neither the removal nor the change is silently undone."""
    theirs = changed(("- 2026-11-01 email: wrote to her\n", ""))
    ours = changed(("wrote to her", "wrote to her at length"))
    for one, other in ((theirs, ours), (ours, theirs)):
        (conflict,) = merge(BASE.encode(), one, other).conflicts
        assert "- 2026-11-01 email: wrote to her at length\n" in (conflict.theirs, conflict.ours)


def test_removed_here_and_changed_there_beside_a_new_line_is_a_conflict() -> None:
    """In one stretch with something new: the changed line must not go with the removal."""
    log = "## Log\n\n- 2026-11-01 email: wrote to her\n"
    theirs = log.replace("to her\n", "to her at length\n- 2026-11-03 call: new\n").encode()
    (conflict,) = merge(log.encode(), theirs, b"## Log\n\n").conflicts
    assert conflict.theirs == "- 2026-11-01 email: wrote to her at length\n"
    assert merge(log.encode(), theirs, b"## Log\n\n").data == theirs


def test_a_line_below_a_follow_up_stays_below_it() -> None:
    """Both sides have written the follow-up, theirs another one after it, ours what belongs to it."""
    base = "## Follow-ups\n\n"
    ours = f"{base}- [ ] a\n  - [ ] first\n  - [ ] then\n".encode()
    for before in ("", "- [ ] y\n"):
        theirs = f"{base}{before}- [ ] a\n- [ ] z\n".encode()
        assert merged(theirs, ours, base.encode()) == (f"{base}{before}- [ ] a\n  - [ ] first\n  - [ ] then\n- [ ] z\n")


def test_a_log_of_two_entries_has_an_order_too() -> None:
    """Theirs runs newest first, so ours goes between its two."""
    base = "## Log\n\n- 2026-11-01 call: a\n"
    theirs, ours = (
        changed(("- 2026", f"{new}\n- 2026"), text=base) for new in ("- 2026-11-20 call: c", "- 2026-11-12 call: b")
    )
    assert merged(theirs, ours, base.encode()) == (
        "## Log\n\n- 2026-11-20 call: c\n- 2026-11-12 call: b\n- 2026-11-01 call: a\n"
    )


def test_new_sections_of_both_sides() -> None:
    """Each side's new section goes in whole."""
    base = "---\ntype: partner\n---\n\nText.\n"
    text = merged(
        f"{base}\n## Log\n\n- 2026-11-01 call: a\n".encode(),
        f"{base}\n## Follow-ups\n\n- [ ] b\n".encode(),
        base.encode(),
    )
    assert text == f"{base}\n## Follow-ups\n\n- [ ] b\n\n## Log\n\n- 2026-11-01 call: a\n"


def test_line_ends_mark_and_open_end_stay_as_theirs() -> None:
    """What comes from our side takes the form of theirs."""
    theirs = b"\xef\xbb\xbf" + changed(("met", "active")).replace(b"\n", b"\r\n").removesuffix(b"\r\n")
    ours = changed(("children", "adults"), ("under-fives.\n", "under-fives.\n- 2026-11-20 coffee: met\n"))
    text = merge(BASE.encode(), theirs, ours).data
    assert text.startswith(b"\xef\xbb\xbf---\r\n")
    assert text.count(b"\n") == text.count(b"\r\n")
    assert text.endswith(b"- 2026-11-20 coffee: met")
    assert b"She sees adults.\r\n" in text


def test_without_a_base_nothing_is_removed() -> None:
    """Two versions of unknown origin: entries, list items and lines of both; what differs is a conflict."""
    theirs = changed(("  - Moda\n", ""), ("- 2026-11-01 email: wrote to her\n", ""))
    ours = changed(("  - Aetna\n", ""), ("stage: met", "stage: active"))
    result = merge(None, theirs, ours)
    text = result.data.decode()
    assert "- Aetna" in text
    assert "- Moda" in text
    assert "- 2026-11-01 email: wrote to her\n" in text
    assert [(conflict.kind, conflict.name) for conflict in result.conflicts] == [("property", "stage")]


@pytest.mark.parametrize(
    "broken",
    [b"---\nstage: [\n---\nx\n", b"---\nnever closed\n", b"\xff\xfe\x00", b"a\n<<<<<<< x\nb\n=======\nc\n>>>>>>> y\n"],
)
def test_what_can_not_be_read_is_merged_as_text(broken: bytes) -> None:
    """Never an exception, and every line of both sides is in the note or in the conflict."""
    result = merge(BASE.encode(), BASE.encode() + b"more\n", broken)
    shown = b"".join(conflict.ours.encode(errors="surrogateescape") for conflict in result.conflicts)
    assert all(line in result.data + shown for line in broken.split(b"\n"))
    assert merge(None, broken, broken).data == broken


def test_front_matter_written_as_json_is_one_property() -> None:
    """Changed on one side it goes in, on both it is a conflict; the body is merged all the same."""
    base = '---\n{"stage": "met"}\n---\n\n## Log\n\n- 2026-11-01 call: a\n'
    theirs = base.replace("met", "active").replace("call: a\n", "call: a\n- 2026-11-02 call: b\n").encode()
    ours = base.replace("call: a\n", "call: a\n- 2026-11-03 call: c\n")
    log = "## Log\n\n- 2026-11-01 call: a\n- 2026-11-02 call: b\n- 2026-11-03 call: c\n"
    assert merged(theirs, ours.encode(), base.encode()) == '---\n{"stage": "active"}\n---\n\n' + log
    result = merge(base.encode(), theirs, ours.replace("met", "resting").encode())
    assert result.data.decode() == '---\n{"stage": "active"}\n---\n\n' + log
    assert [(c.kind, c.name, c.line, c.ours) for c in result.conflicts] == [
        ("text", "properties", 1, '---\n{"stage": "resting"}\n---\n')
    ]


def test_comments_among_properties_live() -> None:
    """A comment of one side is not lost when the other changes or removes the property beside it."""
    ours = changed(("stage: met  # since the fair\n", "stage: met  # since the fair\n# ask her\n"))
    assert "stage: active  # since the fair\n# ask her\n" in merged(changed(("stage: met", "stage: active")), ours)
    assert "type: partner\n# ask her\n" in merged(changed(("stage: met  # since the fair\n", "")), ours)


def test_a_property_that_one_side_removed_and_the_other_wrote_a_comment_to_is_a_conflict() -> None:
    """Its value is as it was, but the comment would be lost."""
    theirs = changed(("met  # since the fair", "met  # since the fair, ask Kim"))
    ours = changed(("stage: met  # since the fair\n", ""))
    for one, other in ((theirs, ours), (ours, theirs)):
        (conflict,) = merge(BASE.encode(), one, other).conflicts
        assert "stage: met  # since the fair, ask Kim\n" in (conflict.theirs, conflict.ours)


_LINES = st.lists(
    st.sampled_from(
        ("a", "b", "", "## Log", "- 2026-11-01 call: x", "- 2026-11-02 y", "- [ ] t ^f-1111", "- [x] t", "  z", "```")
    ),
    max_size=9,
)
_BODY = _LINES.map(lambda lines: "".join(f"{line}\n" for line in lines).encode())
_NOTE = _BODY | notes().map(str.encode) | st.binary(max_size=20)


@STEADY
@given(_NOTE, _NOTE)
def test_an_unchanged_side_gives_the_other(one: bytes, other: bytes) -> None:
    """merge(b, t, b) is t, merge(b, b, o) is o, merge(b, x, x) is x; byte for byte."""
    assert merge(one, other, one).data == other
    assert merge(one, one, other).data == other
    assert merge(other, one, one).data == one


@STEADY
@given(_NOTE | st.none(), _NOTE, _NOTE)
def test_a_merge_can_always_be_read(base: bytes | None, theirs: bytes, ours: bytes) -> None:
    """Whatever the versions: no exception, and readable where both sides are."""
    result = merge(base, theirs, ours)
    if Document.parse(theirs).readable and Document.parse(ours).readable:
        assert Document.parse(result.data).readable


@STEADY
@given(_BODY, _BODY, _BODY)
def test_no_new_line_is_lost(base: bytes, theirs: bytes, ours: bytes) -> None:
    """A line that only one side has is in the merged body or in a conflict."""
    result = merge(base, theirs, ours)
    shown = "".join(c.theirs + c.ours for c in result.conflicts).split("\n")
    there = {*result.data.decode().split("\n"), *shown}
    for side in (theirs, ours):
        assert set(side.decode().split("\n")) - set(base.decode().split("\n")) <= there


@STEADY
@given(*[st.lists(st.sampled_from("abc"), max_size=8)] * 3)
def test_diff3_cuts_every_line_once(base: list[str], theirs: list[str], ours: list[str]) -> None:
    """Its stretches follow each other without gap in all three versions; matches pair equal lines."""
    ends = (0, 0, 0)
    for chunk in diff3(base, theirs, ours):
        assert (chunk.base[0], chunk.theirs[0], chunk.ours[0]) == ends
        ends = (chunk.base[1], chunk.theirs[1], chunk.ours[1])
    assert ends == (len(base), len(theirs), len(ours))
    assert all(base[at] == theirs[there] for at, there in common_lines(base, theirs))


def test_a_long_log_merges_quickly() -> None:
    """Ten thousand entries and as many blank lines are no reason to wait: the cost grows with the length, not its square."""
    lines = "".join(f"- 2026-01-01 call: {number}\n\n" for number in range(10_000))
    base = f"## Log\n\n{lines}"
    theirs, ours = f"{base}- 2026-11-01 call: a\n", base.replace("call: 5000\n", "call: changed\n")
    text = merged(theirs.encode(), ours.encode(), base.encode())
    assert text.endswith("- 2026-11-01 call: a\n")
    assert "- 2026-01-01 call: changed\n" in text


def test_an_entry_for_a_section_that_the_other_side_has_empty_doubles_no_heading() -> None:
    """Without a base too, and whichever side is the text to start from."""
    head = b"---\nid: a\n---\n\n## Follow-ups\n\n"
    empty = head + b"\n## Log\n\n- 2026-11-06 note: hi\n- 2026-12-04 coffee: new\n"
    other = head + b"- [ ] Do it \xf0\x9f\x93\x85 2026-11-28\n\n\n## Log\n\n- 2026-11-06 note: hi\n"
    for theirs, ours in ((empty, other), (other, empty)):
        merged = merge(None, theirs, ours)
        assert merged.conflicts == ()
        for line in (b"## Log\n", b"## Follow-ups\n", b"- [ ] Do it", b"- 2026-12-04 coffee: new\n"):
            assert merged.data.count(line) == 1
        assert merged.data.index(b"- [ ] Do it") < merged.data.index(b"## Log")


def test_a_property_is_one_whatever_its_case() -> None:
    """One side spells it `Role`, the other gives it a value: it stands there once, with the value."""
    base = b"---\nrole: doula\nstage: met\n---\n"
    theirs, ours = base.replace(b"role", b"Role"), base.replace(b"doula", b"midwife").replace(b"met", b"active")
    assert merged(theirs, ours, base) == "---\nrole: midwife\nstage: active\n---\n"


def test_a_section_that_only_one_side_has_is_set_off_by_a_blank_line() -> None:
    """Where theirs has none before it, one is written; where there is one, no second."""
    log = "## Log\n\n- 2026-11-01 call: a\n"
    theirs, base = b"New.\n\nText.\n", b"Text.\n"
    for gap in ("", "\n"):
        assert merged(theirs, f"Text.\n{gap}{log}".encode(), base) == f"New.\n\nText.\n\n{log}"
    both = merged(b"Text.\n\n## Aims\n\nx\n", f"Text.\n\n{log}".encode(), base)
    assert both == f"Text.\n\n{log}\n## Aims\n\nx\n"


def test_a_log_that_ours_alone_has_in_an_order_keeps_it() -> None:
    """Theirs had one entry, which tells no order; ours has turned newest first, and new ones go above."""
    base = "## Log\n\n- 2026-11-05 call: a\n"
    theirs = f"{base}- 2026-11-05 email: same day\n"
    ours = "## Log\n\n- 2026-11-20 call: c\n- 2026-11-12 call: b\n- 2026-11-05 call: a\n"
    assert merged(theirs.encode(), ours.encode(), base.encode()) == (
        "## Log\n\n- 2026-11-20 call: c\n- 2026-11-12 call: b\n- 2026-11-05 call: a\n- 2026-11-05 email: same day\n"
    )


OPEN = "- [ ] call: ask about groups 📅 2026-12-01 ^f-k3q9\n"
NEW = "- [ ] call: ask about her groups 🔼 📅 2026-12-05 ^f-k3q9\n  at noon\n"


@pytest.mark.parametrize(
    "ticked",
    [
        NEW.replace("[ ]", "[x]"),
        NEW.replace("[ ]", "[x]").replace(" ^f", " ✅ 2026-11-23 ^f"),
        NEW.replace("[ ]", "[-]").replace(" ^f", " ❌ 2026-11-23 ^f"),
        NEW.replace("[ ]", "[x]").replace(" ^f", " [completion:: 2026-11-23] ^f"),
    ],
)
def test_a_follow_up_changed_alike_and_ticked_on_one_side_is_ticked(ticked: str) -> None:
    """Only the box and the day of the tick differ, so nothing is lost."""
    for theirs, ours in ((NEW, ticked), (ticked, NEW)):
        assert merged(theirs.encode(), ours.encode(), OPEN.encode()) == ticked
        assert merged(theirs.encode(), ours.encode(), None) == ticked


@pytest.mark.parametrize(
    "other",
    [
        NEW.replace("2026-12-05", "2026-12-06"),
        NEW.replace("at noon", "at one"),
        NEW.replace(" 🔼", ""),
        NEW.replace(" 📅", " ⏳ 2026-12-02 📅"),
        NEW.replace("her groups", "groups"),
        NEW.replace(" ^f", " ✅ 2026-11-20 ^f"),
    ],
)
def test_a_tick_takes_no_change_of_the_other_side_away(other: str) -> None:
    """A day, a word, a priority or a line below that only one side has: both versions are kept."""
    ticked = NEW.replace("[ ]", "[x]").replace(" ^f", " ✅ 2026-11-23 ^f")
    for base in (OPEN.encode(), None):
        (found,) = merge(base, other.encode(), ticked.encode()).conflicts
        assert (found.theirs, found.ours) == (other, ticked)


def test_done_there_and_canceled_here_is_a_conflict() -> None:
    """Neither was open, so neither is a tick of the other."""
    (found,) = merge(None, b"- [-] send it\n", b"- [x] send it\n").conflicts
    assert (found.kind, found.theirs, found.ours) == ("line", "- [-] send it\n", "- [x] send it\n")


def test_a_follow_up_that_one_side_opened_again_is_not_ticked_by_the_other() -> None:
    """It was done; theirs opened it for a day, ours wrote the same day to the done one."""
    base, new = "- [x] send it ^f-1111\n", "- [ ] send it 📅 2026-12-05 ^f-1111\n"
    ours = new.replace("[ ]", "[x]")
    for one, other in ((new, ours), (ours, new)):
        (found,) = merge(base.encode(), one.encode(), other.encode()).conflicts
        assert (found.theirs, found.ours) == (one, other)


def test_an_edited_entry_is_the_one_that_is_most_alike() -> None:
    """Ours edits the first and removes the second, which theirs edits: only the second is in conflict."""
    first, second = "- 2026-11-02 email: asked about groups\n", "- 2026-11-02 email: asked about hours\n"
    theirs, ours = second.replace("hours", "hours, twice"), first.replace("groups", "groups and fees")
    result = merge(f"{first}{second}".encode(), f"{first}{theirs}".encode(), ours.encode())
    assert result.data.decode() == f"{ours}{theirs}"
    assert [(each.base, each.theirs, each.ours) for each in result.conflicts] == [(second, theirs, "")]


def test_code_below_an_entry_is_text() -> None:
    """Far to the right too: one side changes the entry's words, the other a line of the code."""
    base = "- 2026-11-01 call: a\n    ```py\n    one\n    ```\n"
    theirs, ours = base.replace("call: a", "call: b"), base.replace("one", "two")
    assert merged(theirs.encode(), ours.encode(), base.encode()) == theirs.replace("one", "two")


def test_an_empty_note_takes_over_what_the_other_has() -> None:
    """To its last line break; an empty note doesn't lack one."""
    assert merge(None, b"", b"\n").data == b"\n"
    assert merge(None, b"", b"Text.\n").data == b"Text.\n"

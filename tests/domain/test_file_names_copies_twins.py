import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.file_names_copies import Shape, is_near, related, shape_of


@pytest.mark.parametrize(
    ("end", "shape"),
    [
        ("-DESKTOP-AB12CD3", Shape.MARKED),  # OneDrive, with the name that Windows gives a computer
        ("-LAPTOP-KIMSPC", Shape.MARKED),
        ("-DESKTOP-AB12CD3-2", Shape.MARKED),
        ("-KIMS-PC", Shape.WORDS),
        ("-Kims-iMac", Shape.WORDS),
        ("_DiskStation_Mar-01-1200-2026_Conflict", Shape.MARKED),  # Synology
        ("_KIM-PC_Mar-01-1200-2026_CaseConflict", Shape.MARKED),
        (" (Case Conflict)", Shape.MARKED),  # Dropbox
        (" (Unicode Encoding Conflict)", Shape.MARKED),
        (" (conflicting copy)", Shape.MARKED),
        (" (Kim's conflicted copy 2026-03-01)", Shape.MARKED),
        (" (Copie en conflit de Kim 2026-03-01)", Shape.MARKED),
        (" (In Konflikt stehende Kopie von Kim 2026-03-01)", Shape.MARKED),
        (" (Copia en conflicto de Kim 2026-03-01)", Shape.MARKED),
        (" (Kims konfliktkopia 2026-03-01)", Shape.MARKED),
        (" (конфликтующая копия Kim 2026-03-01)", Shape.MARKED),
        ("（Kim の競合コピー 2026-03-01）", Shape.MARKED),
        (" (Kim 的冲突副本 2026-03-01)", Shape.MARKED),
        (" [Conflict]", Shape.MARKED),  # Google
        (".conflict1", Shape.MARKED),  # rclone
        (".sync-conflict-20260301-120000-ABCDEFG (1)", Shape.MARKED),
        (" (Conflicted Copy kims-mac 202603011200)", Shape.MARKED),  # Obsidian Sync
        (" (Conflict Resolution Center)", Shape.WORDS),
        (" (Rose City Pediatrics)", Shape.WORDS),
        ("-Ann", Shape.WORDS),
        (", LCSW", Shape.WORDS),
        (" Lee", None),
        (" Copeland", None),
        (" too", None),
        (" notes", None),
        (" (1)", Shape.COPY),
        ("(1)", Shape.COPY),
        (" 2", Shape.COPY),
        ("_2", Shape.COPY),
        (" - Copy", Shape.COPY),  # Windows
        (" - Copy (2)", Shape.COPY),
        (" copy", Shape.COPY),  # Finder
        (" copy 2", Shape.COPY),
        (" - Kopie", Shape.COPY),
        (" のコピー", Shape.COPY),
        (" (slightly other text of 2026)", Shape.OTHER),
        ("_old", Shape.OTHER),
        ("", Shape.TWIN),
    ],
)  # fmt: skip
def test_what_stands_behind_a_name_has_a_shape(end: str, shape: Shape | None) -> None:
    """Of every service, in any language; nothing of it for what is as well another person's name."""
    path = f"Partners/Sam{end}.md"
    assert shape_of("Partners/Sam.md", path) is shape
    assert shape_of("Partners/Sam.md", unicodedata.normalize("NFD", path)) is shape
    if end:
        assert related(["Partners/Sam.md", path, "Partners/Zoë.md"]) == {path: ("Partners/Sam.md",)}


def test_a_name_needs_the_plain_one_beside_it() -> None:
    """In the same folder, whole, and followed by what is no letter or digit."""
    assert related(["Partners/Sam Lee-DESKTOP-AB12CD3.md", "Organizations/Sam Lee.md"]) == {}
    assert related(["Partners/Sam.md", "Partners/Samuel (1).md", "Partners/Sam2.md", "Partners/Sam (1)/Lee.md"]) == {}


def test_the_longest_plain_name_comes_first_and_plain_names_before_their_copies() -> None:
    """So a copy of a copy leads to the note."""
    assert list(related(["A/Sam Lee (1) 2.md", "A/Sam.md", "A/Sam Lee (1).md", "A/Sam Lee.md"]).items()) == [
        ("A/Sam Lee.md", ("A/Sam.md",)),
        ("A/Sam Lee (1).md", ("A/Sam Lee.md", "A/Sam.md")),
        ("A/Sam Lee (1) 2.md", ("A/Sam Lee (1).md", "A/Sam Lee.md", "A/Sam.md")),
    ]


def test_a_word_for_a_copy_may_stand_in_front() -> None:
    """As Google Drive has it, in the user's language."""
    paths = [
        "A/Copy of Sam Lee.md",
        "A/Kopie von Sam Lee.md",
        "A/Copia de Sam Lee.md",
        "A/Copeland Sam Lee.md",
        "A/Sam Lee.md",
    ]
    assert related(paths) == dict.fromkeys(paths[:3], ("A/Sam Lee.md",))
    assert shape_of("A/Sam Lee.md", paths[0]) is Shape.COPY


def test_of_two_forms_of_one_name_the_composed_one_is_plain() -> None:
    """NFC is what people type; of two cases the one with the capital is."""
    composed, parts = "A/José.md", "A/Jose\u0301.md"
    assert related([parts, composed]) == {parts: (composed,)}
    assert related(["A/sam.md", "A/Sam.md"]) == {"A/sam.md": ("A/Sam.md",)}


NAMES = st.lists(
    st.builds(
        "{}{}{}.md".format,
        st.sampled_from(["P/", "O/", ""]),
        st.sampled_from(["Sam", "sam lee", "Sam Lee", "José", "Jose\u0301", "김민", unicodedata.normalize("NFD", "김민"), "Copy of Sam"]),
        st.sampled_from(["", " (1)", " 2", "-Ann", " Lee", "-DESKTOP-AB12CD3", " (Case Conflict)", "_2 (1)", " copy"]),
    ),
    unique=True,
)  # fmt: skip


@given(NAMES, st.data())
def test_looking_near_what_has_changed_finds_what_looking_at_all_finds(paths: list[str], data: st.DataObject) -> None:
    """A sync after one edit and a new index agree on every name that has to do with it."""
    stirred = data.draw(st.sets(st.sampled_from(paths), max_size=3)) if paths else set()
    everything, near = related(paths), related(paths, stirred)
    for path, plain in everything.items():
        if path in stirred or not stirred.isdisjoint(plain):
            assert near[path] == plain
        if not stirred.isdisjoint(plain):
            assert is_near(path, stirred)
    assert near.items() <= everything.items()

"""Copies that sync services leave beside a note, and people whose names only look like one."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rounds.vault.conflicts import State, apply, proposals
from rounds.vault.list_search import listed
from rounds.vault.problems import all_problems
from rounds.vault.vault import Vault
from vault.notes import put, rows, text, write

SAM = "Partners/Sam Lee.md"
BARE = "---\ntype: partner\nrole:\nstage: found\nemail:\nphone:\n---\n\n## About\n\n\n## Log\n"
KNOWN = "---\ntype: partner\nrole: coach\nstage: active\n---\n\n- 2026-03-01 call: a\n"
OTHER = KNOWN.replace("01 call: a", "02 call: b")
MARKED = (
    "-DESKTOP-AB12CD3", "_DiskStation_Mar-01-1200-2026_Conflict", " (Copie en conflit de Kim 2026-03-01)",
    " (Case Conflict)", " (Unicode Encoding Conflict)", " (conflicting copy)",
)  # fmt: skip
SHAPES = (
    *MARKED,
    "-Kims-iMac",
    "-KIM-PC",
    " (Kim)",
    "_Kim",
    " (1)",
    " 2",
    " copy",
    " - Kopie",
    " のコピー",
    " (2026-03-01 Kim)",
)


def names(vault: Vault) -> list[str]:
    return [entry.path for entry in listed(vault, "")]


def copies(vault: Vault) -> dict[str, str]:
    return {
        problem.path: problem.message.removeprefix("this is a copy of ").removesuffix(", as sync tools make them")
        for problem in all_problems(vault)
        if problem.message.startswith("this is a copy of ")
    }


def test_copies_that_say_so_by_their_names_are_never_people(empty: Vault) -> None:
    """Of OneDrive, Synology and Dropbox, in whatever language: reported, shown by conflicts, and merged by it."""
    found = [f"Partners/Sam Lee{end}.md" for end in MARKED]
    put(empty, {SAM: KNOWN, **dict.fromkeys(found, OTHER)})
    assert names(empty) == [SAM]
    assert copies(empty) == dict.fromkeys(found, SAM)
    assert [(each.copy, each.note, each.state) for each in proposals(empty)] == [
        (path, SAM, State.MERGES) for path in sorted(found)
    ]
    apply(empty, proposals(empty)[0])
    assert text(empty).endswith("- 2026-03-01 call: a\n- 2026-03-02 call: b\n")


@pytest.mark.parametrize("end", SHAPES)
@pytest.mark.parametrize(
    ("note", "copy"),
    [
        (KNOWN.replace("role", "id: abc\nrole"), BARE.replace("role", "id: abc\nrole")),
        (BARE.replace("email:", "email: sam@example.org"), KNOWN.replace("role", "email: [Sam@example.org]\nrole")),
        (BARE.replace("phone:", 'phone: "503-555-0101"'), KNOWN.replace("role", 'phone: "+1 (503) 555 0101"\nrole')),
        (KNOWN + "- 2026-03-02 call: b\n", OTHER),
        (KNOWN.replace("role", "id: abc\nrole"), KNOWN),
    ],
    ids=["id", "email", "phone", "log", "log-id-in-one"],
)
def test_a_shape_is_a_copy_where_the_two_notes_have_something_of_their_own(
    empty: Vault, end: str, note: str, copy: str
) -> None:
    """The same id, else an email, a phone or a line of the log, whatever else differs."""
    path = f"Partners/Sam Lee{end}.md"
    put(empty, {SAM: note, path: copy})
    assert (names(empty), copies(empty)) == ([SAM], {path: SAM})
    assert [each.copy for each in proposals(empty)] == [path]


@pytest.mark.parametrize(
    ("plain", "other"),
    [
        ("Mary", "Mary-Ann"),
        ("Sam Lee", "Sam Lee (Rose City Pediatrics)"),
        ("Sam", "Sam Lee"),
        ("Sam Lee", "Sam Lee, LCSW"),
        ("Sam Lee", "Sam Lee-KIM-PC"),
        ("Sam Lee", "Sam Lee_Kim"),
        ("Sam Lee", "Sam Lee (Conflict Resolution Center)"),
        ("Team", "Team 2"),
        ("Sam Lee", "Sam Lee (2)"),
        ("Dr", "Dr. Copy"),
        ("Life", "Copy of Life"),
    ],
)
@pytest.mark.parametrize("note", [BARE, "---\ntype: partner\n---\n", "---\n---\n\n## Log\n"])
def test_what_a_template_holds_makes_nobody_a_copy(empty: Vault, plain: str, other: str, note: str) -> None:
    """Two people who were just added are two, though their notes are the same."""
    paths = [f"Partners/{name}.md" for name in (plain, other)]
    put(empty, dict.fromkeys(paths, note))
    assert sorted(names(empty)) == sorted(paths)
    assert proposals(empty) == []


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("Partners/Sam Lee-Ann.md", "email: ann@example.org\n"),
        ("Partners/Sam Lee (Rose City).md", 'organization: "[[Rose City]]"\nemail: front@example.org\n'),
        ("Partners/Sam Lee-DESKTOP-AB12CD3.md", "id: other\n"),
        ("Partners/Sam Lee 2.md", "id: other\n"),
        ("Partners/Sam Lee 2.md", "email: sam.two@example.org\n"),
    ],
)
def test_who_differs_is_somebody_else(empty: Vault, path: str, more: str) -> None:
    """Letters behind a name with another email, a namesake by the clinic, whatever has an id of its own; and the second
    of a name with the phone of the same clinic and another email.
    """
    note = KNOWN.replace("role", 'id: abc\nphone: "503-555-0101"\nemail: front@example.org\nrole')
    other = f'---\ntype: partner\nphone: "503-555-0101"\nrole: coach\n{more}---\n'
    put(empty, {SAM: note, path: other})
    assert sorted(names(empty)) == sorted([SAM, path])
    assert proposals(empty) == []


def test_an_emptied_note_beside_another_is_no_copy_of_it(empty: Vault) -> None:
    """Two empty files have nothing in common."""
    put(empty, {SAM: KNOWN, "Partners/Sam Lee 2.md": OTHER})
    put(empty, {SAM: "", "Partners/Sam Lee 2.md": ""})
    assert len(names(empty)) == 2


def test_other_notes_are_copies_only_by_what_they_say(empty: Vault) -> None:
    """A text of the user's own about a conflict stays what it is; the same text twice is a copy."""
    put(empty, {"Budget.md": "1\n", "Budget conflict.md": "Who pays?\n", "Budget (1).md": "1\n", SAM: KNOWN,
                "Partners/Sam Lee - conflict of interest.md": "# Sam\n\nWhat to ask\n"})  # fmt: skip
    assert copies(empty) == {"Budget (1).md": "Budget.md"}


def test_a_copy_follows_what_happens_to_its_note(empty: Vault) -> None:
    """The note comes, goes and comes back; the copy gets an id of its own, and another name."""
    copy = "Partners/Sam Lee-DESKTOP-AB12CD3.md"
    write(empty, OTHER, copy)
    assert names(empty) == [copy]
    write(empty, KNOWN)
    assert (names(empty), copies(empty)) == ([SAM], {copy: SAM})
    Path(empty.root, SAM).rename(Path(empty.root, "Partners/Samuel.md"))
    empty.sync()
    assert (names(empty), copies(empty)) == ([copy, "Partners/Samuel.md"], {})
    Path(empty.root, "Partners/Samuel.md").rename(Path(empty.root, SAM))
    empty.sync()
    assert names(empty) == [SAM]
    write(empty, OTHER.replace("role", "id: mine\nrole"), copy)
    assert (sorted(names(empty)), copies(empty)) == (sorted([SAM, copy]), {})
    write(empty, OTHER, copy)
    assert names(empty) == [SAM]
    Path(empty.root, copy).rename(Path(empty.root, "Partners/Kim Park.md"))
    empty.sync()
    assert names(empty) == ["Partners/Kim Park.md", SAM]


def test_a_copy_of_a_copy_belongs_to_the_note(empty: Vault) -> None:
    """And is merged into that."""
    paths = ["Partners/Sam Lee (1).md", "Partners/Sam Lee (1) (1).md"]
    put(empty, {SAM: KNOWN, **dict.fromkeys(paths, KNOWN)})
    assert copies(empty) == dict.fromkeys(paths, SAM)


def test_a_note_that_changes_reports_no_change_of_its_neighbor(empty: Vault) -> None:
    """Mary-Ann is looked at when Mary changes; nothing of hers is."""
    put(empty, {"Partners/Mary.md": KNOWN, "Partners/Mary-Ann.md": OTHER})
    Path(empty.root, "Partners/Mary.md").write_text(KNOWN + "more\n")
    assert empty.sync().changed == ("Partners/Mary.md",)


@pytest.mark.parametrize("copy", ["José Núñez", "jose\u0301 nu\u0301n\u0303ez", "JOSÉ NÚÑEZ"])
def test_a_conflict_copy_finds_its_note_in_any_form(empty: Vault, copy: str) -> None:
    """Services normalise names and change case: byte-equal names first, then NFC, then without case."""
    note = "Partners/Jose\u0301 Nu\u0301n\u0303ez.md"
    path = f"Partners/{copy}.sync-conflict-20260301-120000-ABCDEFG.md"
    put(empty, {note: KNOWN, path: KNOWN + "- 2026-03-02 email: b\n"})
    (proposal,) = proposals(empty)
    assert (proposal.copy, proposal.note, proposal.state) == (path, note, State.MERGES)
    apply(empty, proposal)
    assert "- 2026-03-02 email: b\n" in text(empty, note)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["Sam Lee", "sam lee", "José", "Jose\u0301"]),
        st.sampled_from(["", " (1)", "-Ann", "-DESKTOP-AB12CD3", " (Case Conflict)", " (1)-DESKTOP-AB12CD3"]),
        st.sampled_from([None, KNOWN, OTHER, BARE, KNOWN.replace("role", "id: abc\nrole")]),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_syncs_one_by_one_know_what_a_new_index_knows(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, str | None]]
) -> None:
    """Whatever comes, changes and goes in whatever order: the same people, copies and ids."""
    root = tmp_path_factory.mktemp("vault")
    (root / "rounds.toml").write_text('vault = "test"\n')
    (root / "Partners").mkdir()
    vault = Vault.open(root)
    vault.sync()
    for name, end, content in steps:
        path = root / f"Partners/{name}{end}.md"
        if content is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(content)
        vault.sure = True
        vault.sync()
    sql = "SELECT path, id, last_contact FROM notes ORDER BY path"
    before = rows(vault, sql), copies(vault)
    vault.index.replace()
    vault.sync()
    assert (rows(vault, sql), copies(vault)) == before
    ids = [row[1] for row in before[0] if row[1] != "abc"]
    assert len(ids) == len(set(ids))
    vault.close()


def test_a_copy_whose_mark_stands_in_front_stays_one_when_another_note_changes(empty: Vault) -> None:
    """`Copy of Sam Lee` became a person as soon as anything else in the folder was saved."""
    copy, mary = "Partners/Copy of Sam Lee.md", "Partners/Mary.md"
    put(empty, {SAM: KNOWN, copy: KNOWN, mary: BARE})
    assert copies(empty) == {copy: SAM}
    put(empty, {mary: KNOWN.replace("a\n", "b\n")})
    assert (sorted(names(empty)), copies(empty)) == (sorted([mary, SAM]), {copy: SAM})

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.query.fields import TYPES
from rounds.errors import Level
from rounds.notes.read_note import Note, read_note
from rounds.notes.schema import FOLDERS, folder_types

FOLDER = folder_types(FOLDERS)
HOME = {kind: prefix for prefix, kind in FOLDER}


def note(written: str, path: str = "Partners/Ana Ruiz.md") -> Note:
    return read_note(path, f"---\nrole: coach\ntype: {written}\n---\n".encode(), FOLDER)


def wrong(found: Note) -> list[tuple[int, int, str, str]]:
    return [(p.line, p.column, str(p.level), p.message) for p in found.problems]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Partner", '"Partner"'), ("PARTNER", '"PARTNER"'), ("partners", '"partners"'), ("Partners", '"Partners"'),
        ("parnter", '"parnter"'), ("partnr", '"partnr"'), ("Pardner", '"Pardner"'), ("' partner '", '" partner "'),
        ("'“partner”'", '"“partner”"'), ("'\"partner\"'", '""partner""'), ("'[[Partner]]'", '"[[Partner]]"'),
        ("[partner]", "partner"), ("[Partners]", "Partners"), ("[partner, person]", "partner, person"), ("5", "5"),
    ],
)  # fmt: skip
def test_a_near_miss_is_read_as_the_type_and_a_problem(written: str, said: str) -> None:
    """With its place and the mend; nobody vanishes for a slip, and nothing is written."""
    found = note(written)
    assert found.type == "partner"
    assert wrong(found) == [(3, 7, "warning", f"type: {said} should be partner")]
    assert 'rounds set "Ana Ruiz" type=partner' in found.problems[0].hint


@pytest.mark.parametrize("written", ["partner", '"partner"', "partner # the doctor", "", "~", "''", "' '", "[]"])
def test_a_type_that_is_right_or_not_there_is_no_problem(written: str) -> None:
    """Where none is written, the folder says it."""
    assert (note(written).type, note(written).problems) == ("partner", ())


@pytest.mark.parametrize("written", ["person", "contact", "meeting notes", "painter", "parent"])
def test_another_word_in_one_of_our_folders_is_advice(written: str) -> None:
    """It is not read as what the folder holds, and the hint says how it would be; elsewhere it is the user's own."""
    found = note(written)
    message = f'type: "{written}" is not a type that Rounds knows, so this note is not read as a partner'
    assert (found.type, wrong(found)) == ("", [(3, 7, "advice", message)])
    assert found.problems[0].hint.startswith('If it is one: rounds set "Ana Ruiz" type=partner.')
    assert (note(written, "Notes/A.md").type, note(written, "Notes/A.md").problems) == ("", ())


@pytest.mark.parametrize(
    ("path", "written", "kind", "level"),
    [
        ("Organizations/A.md", "organisation", "organization", Level.WARNING),
        ("Organizations/A.md", "Organizations", "organization", Level.WARNING),
        ("Referrals/2026/A.md", "refferal", "referral", Level.WARNING),
        ("Releases/A.md", "relase", "release", Level.WARNING),
        ("Team/A.md", "Clinican", "clinician", Level.WARNING),
        ("Practice.md", "Practice", "practice", Level.WARNING),
        ("Partners/A.md", "Organization", "organization", Level.WARNING),
        ("Partners/A.md", "organizaton", "", Level.WARNING),  # nearly a type, and not that of the folder
        ("Notes/A.md", "parnter", "", Level.WARNING),
        ("Notes/A.md", "rule", "", None),
        ("Notes/A.md", "book", "", None),
        ("Notes/A.md", "[book, film]", "", None),
        ("Team/A.md", "team", "", Level.ADVICE),
        ("Organizations/A.md", "clinic", "", Level.ADVICE),  # a word of its own, not a slip for clinician
        ("Notes/A.md", "clinic", "", None),
        ("Partners/A.md", "massage", "", Level.ADVICE),  # not a slip for message
    ],
)
def test_all_types_are_read_so(path: str, written: str, kind: str, level: Level | None) -> None:
    """A variation anywhere; a slip where the folder says the same, else it is only reported."""
    found = note(written, path)
    assert (found.type, [p.level for p in found.problems]) == (kind, [level] if level else [])


@given(st.sampled_from(TYPES), st.data())
def test_case_number_blanks_and_quotes_make_no_other_type(kind: str, data: st.DataObject) -> None:
    """In whatever folder."""
    forms: list[Callable[[str], str]] = [str.upper, str.title, str.capitalize, str.lower]
    form = data.draw(st.sampled_from(forms))
    around = data.draw(st.sampled_from(["{}", " {}", "{}s", "“{}”", "{} ", "[[{}]]", "#{}", "{}s,"]))
    written = around.format(form(kind))
    found = note(f"'{written}'", data.draw(st.sampled_from(["A.md", "Partners/A.md", "Referrals/A.md", "Notes/A.md"])))
    assert found.type == kind
    assert len([p for p in found.problems if p.message.startswith("type:")]) == (written != kind)


@pytest.mark.parametrize("text", ["", "\n", "# Ana\n\nSome thought, [[Sam Lee]]\n", "## About\n\n## Log\n"])
@pytest.mark.parametrize("kind", ["partner", "organization", "referral", "release", "clinician"])
def test_a_note_without_front_matter_counts_as_nothing_yet(kind: str, text: str) -> None:
    """What a click on a link in Obsidian makes, with or without some text in it."""
    found = read_note(f"{HOME[kind]}2026-11-12.md", text.encode(), FOLDER)
    assert (found.type, [(p.line, p.level) for p in found.problems]) == ("", [(1, Level.ADVICE)])
    assert found.problems[0].message.startswith(
        "this note has no property, log entry or follow-up yet, so it is not read"
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Partners/A.md", "---\nrole: coach\n---\n"),
        ("Partners/A.md", "---\n---\n"),
        ("Partners/A.md", "- 2026-11-12 call: a\n"),
        ("Partners/A.md", "- [ ] write to them\n"),
        ("Organizations/A.md", "## People\n\n- Front desk: Ana\n"),
        ("Playbook/Niches/A.md", "Panic, with exposure.\n"),
        ("Playbook/Messages/A.md", "Dear {{ partner.name }}\n"),
    ],
)
def test_a_note_that_says_something_counts(path: str, text: str) -> None:
    """A property, a log entry, a follow-up; a front desk; a text where the text is what matters."""
    found = read_note(path, text.encode(), FOLDER)
    assert (found.type, found.problems) == (next(kind for prefix, kind in FOLDER if path.startswith(prefix)), ())

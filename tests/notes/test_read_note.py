"""Notes: types, titles, and what is invalid in them."""

from datetime import date

import pytest

from rounds.errors import Level
from rounds.notes.links import first_target
from rounds.notes.properties import day_of, items_of, partner_of, referral_of, release_of, text_of
from rounds.notes.read_note import Note, read_note
from rounds.notes.schema import FOLDERS, KEYS, folder_types

TYPES = folder_types(FOLDERS)


def note(text: str, path: str = "Partners/Sam Lee.md") -> Note:
    return read_note(path, text.encode(), TYPES)


@pytest.mark.parametrize(
    ("path", "text", "kind"),
    [
        ("Partners/A.md", "---\n---\n", "partner"),
        ("Partners/Sub/A.md", "---\n---\n", "partner"),
        ("Playbook/Roles/A.md", "Text", "role"),
        ("Playbook/A.md", "", ""),
        ("A.md", "", ""),
        ("A.md", "---\ntype: release\n---\n", "release"),
        ("Partners/A.md", "---\ntype: organization\n---\n", "organization"),
        ("Partners/A.md", "---\ntype: recipe\n---\n", ""),
        ("Partners/A.md", "---\ntype:\n---\n", "partner"),
        ("Partners/A.md", "---\ntype: [\n---\n", "partner"),
    ],
)
def test_a_note_s_type_is_written_or_its_folder_s(path: str, text: str, kind: str) -> None:
    """`type:` counts first (vault format, Layout)."""
    assert note(text, path).type == kind


@pytest.mark.parametrize(
    ("text", "title"),
    [("", "Sam Lee"), ("---\nname: Dr. Lee\n---\n", "Dr. Lee"), ("---\nname: ' '\n---\n", "Sam Lee"), ("---\nname: 5\n---\n", "Sam Lee")],
)  # fmt: skip
def test_a_note_is_called_by_its_name_or_its_file(text: str, title: str) -> None:
    """`name` only where the file name can't hold it."""
    assert note(text).title == title


@pytest.mark.parametrize(
    ("path", "line", "column", "message"),
    [
        ("Partners/A.md", "stage: actve", 8, 'stage: "actve" is not one of its values'),
        ("Partners/A.md", "accepting: maybe", 12, 'accepting: "maybe" is not one of its values'),
        ("Partners/A.md", "rest_until: 2026-02-30", 13, 'rest_until: "2026-02-30" is not a date'),
        ("Partners/A.md", "check_in: often", 11, 'check_in: "often" is not a duration'),
        ("Partners/A.md", '"stage":   x', 12, 'stage: "x" is not one of its values'),
        ("Referrals/A.md", "status: sended", 9, 'status: "sended" is not one of its values'),
        ("Releases/A.md", "scope: [progress, all]", 8, 'scope: "all" is not one of its values'),
    ],
)
def test_an_invalid_value_is_a_problem_with_its_place(path: str, line: str, column: int, message: str) -> None:
    """The note stays readable, the text is kept (vault format, Never silently wrong)."""
    found = note(f"---\nid: a\n{line}\n---\n", path)
    assert [(p.path, p.line, p.column, p.message, p.level) for p in found.problems] == [
        (path, 3, column, message, Level.ERROR)
    ]
    assert found.readable


@pytest.mark.parametrize(
    "text",
    [
        "stage: not a fit", "stage:", "stage: ''", "accepting: true", "accepting: [open]", "check_in: never", "check_in: 3 months",
        "rest_until: 2026-12-01", "rest_until: 2026-12-01T10:00", 'phone: "+1 503"', "anything: at all",
    ],
)  # fmt: skip
def test_valid_values_are_no_problem(text: str) -> None:
    """Nothing is told that is right."""
    assert note(f"---\n{text}\n---\n").problems == ()


def test_a_phone_read_as_a_number_is_a_warning() -> None:
    """The plus is lost: quotes are needed (weird front matter)."""
    assert {p.level for p in note("---\nphone: 5035550142\n---\n").problems} == {Level.WARNING}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("email: foo", 'email: "foo" is not an email address'),
        ("email: [a@b.example, foo]", 'email: "foo" is not an email address'),
        ("phone: ask Dana", 'phone: "ask Dana" is not a phone number'),
        ("fax: none", 'fax: "none" is not a fax number'),
        ("website: soon", 'website: "soon" is not a web address'),
        ('npi: "12"', 'npi: "12" is not an NPI'),
    ],
)
def test_what_can_not_reach_anybody_is_a_warning(line: str, message: str) -> None:
    """Item by item; the note is as good as any. Notes of no known type may hold what they like."""
    found = note(f"---\n{line}\n---\n")
    assert [(p.line, p.message, p.level) for p in found.problems] == [(2, message, Level.WARNING)]
    assert found.readable
    assert note(f"---\n{line}\n---\n", "Journal/A.md").problems == ()


def test_an_unreadable_note_has_nothing_but_its_problem() -> None:
    """No properties, no body, not to be written."""
    found = note("---\nstage: [\n---\n- 2026-11-20 call: x\n")
    assert (found.readable, found.properties, found.log, found.followups, found.text) == (False, {}, (), (), "")
    assert len(found.problems) == 1


def test_links_of_properties_come_before_those_of_the_body() -> None:
    """With the property's name and line 0, or the line of the body."""
    found = note('---\norganization: "[[Clinic|x]]"\nknows: ["[[A]]", b, "[[C]]"]\n---\nsee [[D]]\n')
    assert [tuple(link) for link in found.links] == [
        (0, "organization", "Clinic"),
        (0, "knows", "A"),
        (0, "knows", "C"),
        (5, "", "D"),
    ]


def test_log_and_followups_are_read_from_the_body() -> None:
    """Their lines are those of the file."""
    found = note("---\nid: a\n---\n- 2026-11-20 call: x\n- [ ] ask\n")
    assert [(entry.date, entry.kind, entry.line) for entry in found.log] == [(date(2026, 11, 20), "call", 4)]
    assert [(followup.text, followup.line) for followup in found.followups] == [("ask", 5)]


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-11-20", date(2026, 11, 20)), ("2026-11-20T10:00", date(2026, 11, 20)), ("2026-11-20 10:00", date(2026, 11, 20)),
        ("2026-11-201", None), ("2026-11-2", None), ("2026-02-30", None), (20261120, None), (None, None), ("", None),
    ],
)  # fmt: skip
def test_a_day_is_a_date_or_none(value: object, day: date | None) -> None:
    """A time behind it is left out."""
    assert day_of(value) == day


@pytest.mark.parametrize(
    ("value", "items", "text"),
    [(None, [], ""), ("", [], ""), ("a", ["a"], "a"), (["a", None, "b"], ["a", "b"], "a, b"), (5, ["5"], "5"), (True, ["True"], "yes")],
)  # fmt: skip
def test_one_value_and_a_list_of_one_mean_the_same(value: object, items: list[str], text: str) -> None:
    """As Obsidian takes them."""
    assert (items_of(value), text_of(value)) == (items, text)


def test_a_partner_is_what_its_properties_say() -> None:
    """What is invalid counts as not written."""
    partner = partner_of(
        "Partners/Sam.md",
        "Sam",
        "p1",
        {"role": "midwife", "organization": "[[Orgs/Clinic|c]]", "stage": "met", "check_in": "never", "rest_until": "x", "email": ["a@b", "c@d"]},
    )  # fmt: skip
    assert (partner.role, partner.organization, partner.stage, partner.emails) == (
        "midwife",
        "Clinic",
        "met",
        ("a@b", "c@d"),
    )
    assert (partner.wants_check_in, partner.check_in, partner.rest_until) == (False, None, None)


def test_referrals_and_releases_are_what_their_properties_say() -> None:
    """Links by name, dates as dates."""
    referral = referral_of("R.md", "r1", {"partner": "[[Sam]]", "direction": "in", "date": "2026-11-20"})
    assert (referral.partner, referral.direction, referral.date) == ("Sam", "in", date(2026, 11, 20))
    release = release_of("R.md", "r1", {"partner": ["[[Sam]]"], "expires": "2026-11-20", "scope": "progress"})
    assert (release.partner, release.expires, release.scope) == ("Sam", date(2026, 11, 20), ("progress",))
    assert first_target("Sam") == "Sam"


def test_every_type_that_a_folder_gives_is_known() -> None:
    """No folder gives a type without properties."""
    assert {kind for _, kind in TYPES} <= set(KEYS)


def test_known_properties_count_whatever_their_case() -> None:
    """In type, title, id, dates, choices, links and their problems, which have the place of the value."""
    found = note("---\nType: Partner\n---\n", "A.md")
    assert found.properties == {"type": "Partner"}
    found = note(
        '---\nTYPE: partner\nName: Dr. Lee\nID: abc\nOrganization: "[[Heart]]"\nSTAGE: actve\nCheck_In: 3 months\n---\n',
        "A.md",
    )
    assert (found.type, found.title, found.id) == ("partner", "Dr. Lee", "abc")
    assert [(link.property, link.target) for link in found.links] == [("organization", "Heart")]
    assert [(p.line, p.column, p.message) for p in found.problems] == [
        (6, 8, 'stage: "actve" is not one of its values')
    ]
    assert partner_of("A.md", "A", "a", found.properties).check_in is not None


def test_two_spellings_of_a_property_are_a_problem_and_lower_case_counts() -> None:
    """The note stays writable; in a note of no known type they are the user's own."""
    found = note("---\nRole: doula\nrole: midwife\nmine: 1\nMine: 2\nSTAGE: met\nStage: found\n---\n")
    assert found.readable
    assert (found.properties["role"], found.properties["stage"]) == ("midwife", "met")
    assert [(p.line, p.column, p.level, p.message, p.hint) for p in found.problems] == [
        (
            2,
            7,
            Level.WARNING,
            "Role and role are the same property, and role counts",
            "Keep one of the two lines: only role is read.",
        ),
        (
            7,
            8,
            Level.WARNING,
            "Stage and STAGE are the same property, and STAGE counts",
            "Keep one of the two lines: only STAGE is read.",
        ),
    ]
    assert note("---\nRole: doula\nrole: midwife\n---\n", "Diary.md").problems == ()

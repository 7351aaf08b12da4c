"""The rules of the labeled set and its borderline decisions, each with lines of its own."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from rounds.domain.guard import lexicon
from rounds.domain.guard.guard import Certainty, find, without
from rounds.domain.guard.known import known_people
from rounds.domain.guard.reading import NOBODY, Known
from rounds.domain.guard.reading import line as read_line
from rounds.domain.guard.text import read
from rounds.domain.guard.whole_notes import find_in_note

GOLDEN = Path(__file__).parents[2] / "golden"
MORSE = known_people([{"name": "Dr. Adela Morse", "phone": "503-555-0144", "organization": "Harbor Pediatrics"}])


def level(typed: str, known: Known = NOBODY) -> str:
    levels = {each.level for each in find(typed, known)}
    return "error" if Certainty.ERROR in levels else "warning" if levels else "clean"


@pytest.mark.parametrize(
    "typed",
    [
        "Dr. Morse turned 60 on 2026-03-04, send a card",
        "her cell is 503-555-0144",
        "Adela had surgery on March 4, 2026 and is back in May",
        "his nurse Philippa Grange answers the phone, 503-555-0121",
        "Wendell Oakes, LCSW, covers for her in July",
        "the front desk is run by Dolores Pinkney",
        "her talk on Carl Rogers and Irvin Yalom was full",
        "our office: 455 Juniper Ave, Suite 3, 503-555-0140",
    ],
)
def test_rule_1_whose_is_it(typed: str) -> None:
    """What is the partner's, their office's, a colleague's, an author's or the user's own is clean."""
    assert level(typed, MORSE) == "clean"


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("name", "my client Tobias Renfield starts with her on Monday"),
        ("name", "pt Rosa L. is sleeping again"),
        ("name", "the mother of Jonas Whitby called me in tears"),
        ("dob", "client's date of birth is 3 March 1991"),
        ("date", "R-7K3QXM was admitted on 10/4/2026"),
        ("age", "my client is 94 and lives alone"),
        ("phone", "client's cell is (503) 555-0117"),
        ("email", "pt writes from tobias.r@example.org"),
        ("address", "my client lives at 44 Alder St, Apt 2"),
        ("ssn", "client's SSN is 900-55-1234"),
        ("mrn", "MRN 4471902 for our pt"),
        ("member_id", "my client's member ID is ZQX00918273"),
        ("account", "my client's case number is 26-CV-01187"),
        ("url", "R-7K3QXM's chart: https://portal.example.org/patients/44871"),
        ("ip", "my client's ex logs in from 203.0.113.41"),
        ("device", "pt's pump, serial no. MM-7741-2209"),
        ("plate", "my client's ex drives a van, plate 412 KFN"),
        ("photo", "picture of my client's rash ![[client_rash.jpg]]"),
    ],
)
def test_rule_2_an_identifier_is_an_error(kind: str, typed: str) -> None:
    """Each kind of identifier that belongs to a client, a relative or the household."""
    assert kind in {each.kind for each in find(typed) if each.level is Certainty.ERROR}


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("initials", "client T.K. had a panic attack in session"),
        ("firstname", "Marisol cried through the session, panic again"),
        (
            "quasi",
            "the only female fire chief in the county, 41, survived the mill explosion, in session with me for panic",
        ),
        ("confirmation", "her neighbor is a client of mine"),
        ("date", "sessions: 3/4, 3/11, 3/18, 3/25"),
    ],
)
def test_rule_3_what_may_show_a_person_is_a_warning(kind: str, typed: str) -> None:
    """Initials, a first name beside treatment, a rare story, a confirmation, dates of sessions."""
    assert {(each.kind.replace("dates", "date"), str(each.level)) for each in find(typed)} == {(kind, "warning")}


@pytest.mark.parametrize(
    "typed",
    [
        "most patients wait three weeks for a first visit",
        "looking for a therapist for a college student with panic",
        "by policy, no client names by email",
        "sees 20 clients a week, half of them teens",
        "in the trial 61 % of 212 patients improved",
    ],
)
def test_rule_4_all_else_is_clean(typed: str) -> None:
    """Patients in general, a need, a policy, a tally, a research figure."""
    assert level(typed) == "clean"


@pytest.mark.parametrize(
    "name", ["`Dana` Miller", "Dana `Miller`", "Da`na` Miller", "`Dana Miller`", "**Dana** Miller", "`Dana` M."]
)
def test_a_name_that_is_partly_marked_is_a_whole_name(name: str) -> None:
    """The signs of code and emphasis go away with the name."""
    typed = f"my client {name} sleeps badly"
    found = [each for each in find(typed) if each.kind == "name"]
    assert [str(each.level) for each in found] == ["error"]
    assert without(typed, found).replace("`", "") == "my client [client] sleeps badly"
    assert without(typed, found).count("`") in (0, 2)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("consent is in Attachments/ingrid-falkenrath-ROI.pdf", "error"),
        ("our mutual patient, Adeyemi, Folasade, wants to stop", "error"),
        ("read Corwin Ashgrove's workbook on panic before the session", "clean"),
        ("Corwin Ashgrove connected us at the mixer", "clean"),
        ("their forms: https://example.org/new-clients/intake", "clean"),
        ("pt's chart: https://example.org/patients/88213", "error"),
    ],
)
def test_a_path_a_surname_first_an_author_and_a_public_page(typed: str, expected: str) -> None:
    assert level(typed) == expected


def test_what_colleagues_share_is_not_a_client() -> None:
    words = lexicon.load()
    assert not read_line("we share a birthday month", NOBODY, words).near("shared")
    assert read_line("we share a teen with panic", NOBODY, words).near("shared")


def test_code_that_stands_alone_is_no_name() -> None:
    assert level("type `Enter` or `rounds add Sam Lee` for a new partner") == "clean"


def test_rule_5_the_worst_finding_counts() -> None:
    """Initials and a phone in one line: the line is an error."""
    assert level("client T.K., cell 503-555-0117, panic again") == "error"


def test_rule_6_an_empty_context_proves_nothing() -> None:
    """The same line with and without known people, about a client and about an office."""
    for known in (NOBODY, MORSE):
        assert level("my client Tobias Renfield was late", known) == "error"
        assert level("fax 503-555-0177, the front desk closes at four", known) == "clean"


DECISIONS = [
    (1, "clean", "R-7K3QXM: waiting for the first visit"),
    (1, "clean", "release R-7K3QXM signed 2026-03-02, expires 2027-03-02"),
    (1, "error", "R-7K3QXM was tested on 2026-03-02"),
    (2, "clean", "- 2026-03-02 call: she has two openings"),
    (2, "clean", "- [ ] ask about R-7K3QXM \U0001f4c5 2026-12-01"),
    (3, "clean", "openings for a 19 yo college student with panic?"),
    (4, "error", "Mrs. Petrosyan canceled with me again"),
    (4, "warning", "Petra cried through the session"),
    (5, "error", "last 4 of my client's social: 4471"),
    (5, "warning", "client J.D. was late"),
    (6, "error", "my client's zip is 97299"),
    (6, "clean", "many of her patients come from Gresham"),
    (7, "error", "recommended by Nadia Fairbanks, a client of mine"),
    (7, "clean", "source: a former client named the clinic"),
    (8, "clean", "Dr. Morse had knee surgery on 2026-03-04, patient herself for once"),
    (9, "warning", "her landlord is one of my clients, I told her so"),
    (9, "clean", "her neighbor is our landlord"),
    (9, "clean", "I can't say whether her neighbor is a client"),
    (10, "clean", "her lecture on Anna O. and H.M."),
    (10, "clean", 'sample report on the site: "Sample A. Student, DOB 1/1/2010"'),
]


@pytest.mark.parametrize(("decision", "expected", "typed"), DECISIONS)
def test_borderline_decisions(decision: int, expected: str, typed: str) -> None:
    """The ten borderline decisions of the labeled set."""
    assert level(typed, MORSE if decision == 8 else NOBODY) == expected


def _labeled(*names: str) -> list[list[str]]:
    rows = []
    for name in names:
        with (GOLDEN / name).open(encoding="utf-8", newline="") as file:
            rows += [row for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row[0] != "id"]
    return rows


def _count(rows: list[list[str]]) -> Counter[tuple[str, str]]:
    """Number of lines by label and level."""
    count: Counter[tuple[str, str]] = Counter()
    for _, label, _, context, text in rows:
        known = known_people([dict(part.split("=", 1) for part in context.split("; ") if "=" in part)])
        levels = {str(each.level) for _, each in find_in_note(text, lambda known=known: known)}  # type: ignore[misc]
        count[label, "error" if "error" in levels else "warning" if levels else "clean"] += 1
    return count


def _figures(count: Counter[tuple[str, str]], *levels: str) -> tuple[float, float]:
    """Precision and recall of some levels taken together."""
    right = sum(count[label, level] for label in levels for level in levels)
    said = sum(number for (_, level), number in count.items() if level in levels)
    return right / said, right / sum(number for (label, _), number in count.items() if label in levels)


def test_labeled_lines_as_they_stand_in_a_note() -> None:
    """The product itself, with the shortcuts of a whole note, keeps what the weights learned."""
    precision, recall = _figures(_count(_labeled("client_lines.tsv", "client_lines_more.tsv")), "error")
    assert precision >= 0.97
    assert recall >= 0.94


def test_lines_that_nothing_was_learned_from() -> None:
    """Somebody else wrote them, and no weight has ever seen them."""
    count = _count(_labeled("client_lines_held_out.tsv"))
    for levels, least in ((("error",), (0.97, 0.90)), (("error", "warning"), (0.93, 0.85))):
        figures = _figures(count, *levels)
        assert figures[0] >= least[0], levels
        assert figures[1] >= least[1], levels


ROOT = Path(__file__).parents[3]
PLANTED = (
    "her neighbor is a client of mine", "Safe Harbor, 45 CFR", "cell 503-555-0117", '"client Dana M."', "`client Dana M.`",
    "`client-dana-m`", "`organization: Dana Moore, my client`", "`**Da**na M.`",
)  # fmt: skip
"""What the docs and the sample network hold on purpose, to show what the guard finds."""


def _prose() -> list[tuple[str, Known]]:
    """Lines of the playbook, the sample network and the docs, and lines of our own, each with who is known."""
    sample = sorted((ROOT / "src" / "rounds" / "sample").rglob("*.md"))
    people = frozenset(read(path.stem).plain for path in sample)
    found = []
    for path in [
        *(ROOT / "vault-template").rglob("*.md"),
        *sample,
        *(ROOT / "docs").rglob("*.md"),
        GOLDEN / "innocent_lines.txt",
    ]:
        known = known_people([{"name": path.stem}])._replace(people=people)
        found += [(line, known) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return found


def test_innocent_prose_is_silent() -> None:
    """At most three false alarms in 1,000 lines."""
    lines = [(line, known) for line, known in _prose() if not any(planted in line for planted in PLANTED)]
    alarms = [line for line, known in lines if [*find_in_note(line, lambda known=known: known)]]  # type: ignore[misc]
    assert len(lines) > 1_500
    assert len(alarms) <= 0.003 * len(lines), "\n".join(alarms)


@pytest.mark.parametrize("typed", ["- 2026-11-30 note: ĸ B", "- 2026-11-30 note: é B"])
def test_single_letters_are_no_name(typed: str) -> None:
    """A letter with an accent was taken for a first name."""
    assert level(typed, NOBODY) != "error"

"""The client guard: rules of the labeled set, each with lines of its own."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.guard import text
from rounds.domain.guard.guard import Certainty, find, without
from rounds.domain.guard.known import known_people
from rounds.domain.guard.reading import NOBODY
from rounds.domain.guard.whole_notes import find_in_name, find_in_note

ALVAREZ = known_people([{"name": "Dr. Maria Alvarez", "phone": "+1 503-555-0142", "assistant": "Dana Kowalczyk", "organization": "Rose City Pediatrics"}])  # fmt: skip


def level(typed: str, known: object = NOBODY) -> str:
    found = find(typed, known)  # type: ignore[arg-type]
    return str(max((each.level for each in found), key=lambda each: each == Certainty.ERROR, default="clean"))


@pytest.mark.parametrize(
    "typed",
    [
        "- 2026-05-05 call: my client Rebecca Thornbury starts with us on Monday",
        "pt's cell is 503-555-0117, text only",
        "client was born 4/12/2009, wants an eval",
        "R-7K3QXM was admitted on 2026-09-02",
        "MRN 4471902 for the pt we share",
        "clt's SSN 900-55-1234 for the form",
        "my client lives at 44 Alder St, Larkmere",
        "send the diary to the pt at quiet.fox77@example.org",
        "mi paciente Lorena Quiroga empieza el lunes en terapia",
        "our client is 94 and lives alone",
        "Member ID ZQX00918273 for my client's auth",
        "the mother of Tobias Renner cried in session",
        "![[Dora Klein intake.pdf]] for my client's file",
    ],
)
def test_an_identifier_of_a_client_is_an_error(typed: str) -> None:
    assert level(typed) == "error"


@pytest.mark.parametrize(
    "typed",
    [
        "pt T.K. is sleeping better on the new dose",
        "Marlena cried through the session, panic again",
        "sessions: 3/4, 3/11, 3/18, 3/25",
        "her neighbor is a client of mine",
    ],
)
def test_what_may_show_a_person_is_a_warning(typed: str) -> None:
    assert level(typed) == "warning"


@pytest.mark.parametrize(
    "typed",
    [
        "- 2026-05-05 coffee: she takes Aetna and has openings for teens",
        "- 2026-05-06 event: her talk on panic in teens, 40 people",
        "fax 503-555-0177, front desk closes at four",
        "license LMFT 101774, NPI 1550000142",
        "release R-9XKD4T signed 2026-03-02, expires 2027-03-02",
        "- [ ] acknowledge R-GW2D5E 📅 2026-12-01",
        "client portal is down until Friday",
        "clients like the new waiting room",
        "any openings for a 19 yo college student with panic?",
        "npi: 1550000142",
        "",
    ],
)
def test_all_else_is_silent(typed: str) -> None:
    assert find(typed) == []


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("her number is 123-45-6789", "ssn"),
        ("DOB: 1984-03-02", "dob"),
        ("the mother, born 3/2/1984", "dob"),
        ("born May 2", "dob"),
        ("MRN 0045512", "mrn"),
        ("chart #A-12345", "mrn"),
        ("member ID: XQ12345678", "member_id"),
        ("client can be reached at 503-555-0199", "phone"),
        ("the patient writes from jo@example.org", "email"),
        ("saw client J.D. again", "initials"),
        ("patient JD was late", "initials"),
    ],
)
def test_a_question_at_least_with_few_words_beside(typed: str, kind: str) -> None:
    assert [each.kind for each in find(typed)] == [kind]


def test_the_people_of_the_note_are_no_clients() -> None:
    line = "Dr. Alvarez is on 503-555-0142, ask Dana Kowalczyk about her patients with anxiety"
    assert find(line, ALVAREZ) == []


def test_a_number_of_the_note_is_no_clients() -> None:
    """Whatever stands beside it."""
    for typed in ("503-555-0142 I hope to grow my caseload.", "my client's mom has her number, (503) 555 0142"):
        assert level(typed) == "error"
        assert level(typed, ALVAREZ) == "clean"


def test_anybody_of_the_vault_is_known_by_the_full_name() -> None:
    line = "our client should see Rebecca Thornbury for the meds"
    assert level(line) == "error"
    assert level(line, known_people([], [{"name": "Rebecca Thornbury"}])) == "clean"


def test_a_finding_says_why_and_what_to_do() -> None:
    (found,) = find("pt's cell is 503-555-0117, text only")
    assert (found.kind, found.text) == ("phone", "503-555-0117")
    assert "this looks like a client's phone number" in found.why
    assert found.how


def test_the_line_without_it_keeps_all_other_words() -> None:
    typed = "my client Rebecca Thornbury, cell 503-555-0117, wants a slot"
    assert without(typed, find(typed)) == "my client [client], cell [phone], wants a slot"


def test_odd_blanks_hyphens_and_accents_hide_nothing() -> None:
    typed = "pt’s cell is 503‑555‑0117"
    (found,) = find(typed)
    assert typed[found.start : found.end] == "503‑555‑0117"
    assert level("my client Zoe\u0308 Bru\u0308ning cried in session") == "error"


@pytest.mark.parametrize(
    "line",
    ["P.S. I owe you a call", "p.s. see you friday", "P. S. thanks again", "P.P.S. and one more", "> P.S. thanks"],
)
def test_an_afterthought_is_nobodys_initials(line: str) -> None:
    assert find(line) == []


@pytest.mark.parametrize(
    "line", ["P.S. canceled again", "P.S. was anxious", "P.S. and A.B. both canceled", "saw client P.S."]
)
def test_somebodys_initials_may_be_those_of_an_afterthought(line: str) -> None:
    assert "initials" in [each.kind for each in find(line)]


@pytest.mark.parametrize("blanks", ["  ", "\t ", " \u00a0", "     "])
def test_more_blanks_between_words_hide_nothing(blanks: str) -> None:
    typed = f"- 2026-11-30{blanks}call: our{blanks}client{blanks}Rebecca{blanks}Thornbury said hi"
    (found,) = [each for _, each in find_in_note(typed, lambda: NOBODY)]
    assert (found.level, found.text) == ("error", f"Rebecca{blanks}Thornbury")
    assert typed[found.start : found.end] == found.text


def test_the_day_of_a_log_entry_without_a_kind_is_its_own() -> None:
    typed = "- 2026-11-30 our client Rebecca Thornbury said hi"
    assert without(typed, find(typed)) == "- 2026-11-30 our client [client] said hi"


def test_a_blank_before_a_number_stays() -> None:
    typed = "her mom, 503-555-0199, client's mother"
    assert without(typed, find(typed)) == "her mom, [phone], client's mother"


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        ("  - client-Rebecca-Thornbury", "  - client"),
        ("tags: [cbt, client-dana-m]", "tags: [cbt, client]"),
        ("met today #client/dana-m at noon", "met today #client at noon"),
        ("#my-client-dana-m", "#my-client"),
        ("#clients/dana-m", "#clients/client"),
    ],
)
def test_a_tag_stays_a_tag(typed: str, instead: str) -> None:
    """Brackets and blanks would end it."""
    assert without(typed, find(typed)) == instead
    assert find(instead) == []


def test_a_marked_line_of_a_note_is_accepted() -> None:
    note = "---\ntype: partner\n---\n\npt's cell is 503-555-0117\npt's cell is 503-555-0118 %% rounds: ok phi %%\n"
    assert [(line, found.text) for line, found in find_in_note(note, lambda: NOBODY)] == [(5, "503-555-0117")]


@given(st.text(max_size=200))
def test_places_are_those_of_the_text_as_typed(typed: str) -> None:
    for found in find(typed):
        assert 0 <= found.start <= found.end <= len(typed)
        assert typed[found.start : found.end] == found.text


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "piece", ["a", "A", "1", " ", ".", "-", "é", "a.", "A. ", "1-", "pt ", "Ann ", "1/2 ", "@", "[["]
)
def test_time_grows_with_the_length(piece: str) -> None:
    find("pt")
    began = time.thread_time()
    find((piece * 100_000)[:100_000])
    assert time.thread_time() - began < 6


@pytest.mark.parametrize("line", ["  - client-dana-m", "met today #client/dana-m", "tags: [client-dana-m]"])
def test_the_words_of_a_tag_are_read_apart(line: str) -> None:
    """Offsets are those of the line as typed."""
    found = [each for _, each in find_in_note(line, lambda: NOBODY)]
    assert [(each.level, each.text, line[each.start : each.end]) for each in found] == [("error", "dana-m", "dana-m")]


@pytest.mark.parametrize("line", ["  - follow-up", "see [[Note#Heading-x]] #teen-anxiety", "tags: [peds-north, cbt]"])
def test_other_tags_are_silent(line: str) -> None:
    assert [*find_in_note(line, lambda: NOBODY)] == []


_PIECES = st.sampled_from([
    "my client ", "pt ", "Rebecca Thornbury", "T.K.", "503-555-0117", "born 3/4/1991", "MRN 4471902", "jo@example.org", "Zoë",
    "44 Alder St", "‑", "\u00a0", "ﬁ", "İ", "R-7K3QXM ", "cried in session ", "[[roi_447190.pdf]]", "Светлана", ", ", " ", "'s ", "94 yo",
])  # fmt: skip


@given(st.lists(_PIECES, max_size=12).map("".join))
def test_the_line_without_it_has_no_error_of_its_own(typed: str) -> None:
    """What is written instead isn't stopped again: neutral words are never findings."""
    found = find(typed)
    instead = without(typed, found)
    assert all(typed[each.start : each.end] == each.text for each in found)
    neutral = {each.neutral for each in found}
    assert not [each for each in find(instead) if each.text in neutral]


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "piece", ["aB ", "Ann Lee, ", "1.2-", "12/", "client T.K. ", "é\u0301", "\u200b", "::", "a@b.", "[](", "_", "#"]
)
def test_twice_the_text_takes_twice_the_time(piece: str) -> None:
    """10^5 characters of each class, and half of them."""

    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        best = 9.0
        for _ in range(2):
            began = time.thread_time()
            find(text)
            best = min(best, time.thread_time() - began)
        return best

    find("pt")
    once = seconds(50_000)
    assert seconds(100_000) < 3 * once + 0.05


@pytest.mark.parametrize("name", ["Dana M., client", "client Rebecca Thornbury", "Rebecca Thornbury (my client)"])
def test_a_name_beside_a_word_for_clients_is_an_error(name: str) -> None:
    found = find_in_name(name)
    assert [name[each.start : each.end] for each in found] == [each.text for each in found] != []


@pytest.mark.parametrize(
    "name",
    ["Dana M.", "Family Matters (Dana Moore)", "Dana Moore (mom of two)", "Patient First Clinic", "Sam Patient",
     "Jane Smith, patient advocate", "Rebecca Thornbury Client Services", "Teen Haven", "Sara Kidd"],
)  # fmt: skip
def test_names_of_colleagues_and_offices_are_silent(name: str) -> None:
    assert find_in_name(name) == []


def test_names_of_other_notes_are_read_as_lines() -> None:
    assert [each.text for each in find_in_name("Session with client Anna Lindgren", person=False)] == ["Anna Lindgren"]


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        ("our client **Da**na M. slept", "our client [client] slept"),
        ("our client _Dana_ M slept", "our client [client] slept"),
        ("our client **Dana Moore** slept", "our client **[client]** slept"),
        ("our client **R**ebecca *Thornbury* slept", "our client [client] slept"),
        ("our client ==Dana== ~~Moore~~ slept", "our client [client] slept"),
        ("our client <b>Da</b>na Moore slept", "our client [client] slept"),
        ("our client Dana&nbsp;Moore slept", "our client [client] slept"),
        ("our client Dana\\_Moore slept", "our client [client] slept"),
        ("our client Da\u200bna Mo\u00adore slept", "our client [client] slept"),
        ("our client\u00a0Dana\u2007Moore slept", "our client\u00a0[client] slept"),
        ("our client Ｄａｎａ Ｍｏｏｒｅ slept", "our client [client] slept"),
        ("our client DanaM. slept", "our client [client] slept"),
        ("our client RebeccaThornbury slept", "our client [client] slept"),
        ("pt's MRN **447**1902", "pt's MRN [number]"),
        ("pt's cell: 503\u200b-555-0117", "pt's cell: [phone]"),
    ],
)  # fmt: skip
def test_signs_that_a_reader_does_not_see_hide_nothing(typed: str, instead: str) -> None:
    """Markup, characters without a width, wide letters, missing blanks."""
    found = [each for _, each in find_in_note(typed, lambda: NOBODY)]
    assert without(typed, found) == instead
    assert any(each.level == "error" for each in found)


@pytest.mark.parametrize(
    "line", ["**Client-centered** talk by *Ann Lee*", "* PayPal, McKay and SimplePractice", "5 * 3 == 15"]
)
def test_markup_makes_no_finding(line: str) -> None:
    assert [*find_in_note(line, lambda: NOBODY)] == []


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        ("- 2026-11-30 client-rebecca-thornbury: hello", "- 2026-11-30 client: hello"),
        ("- 2026-11-30 call @client-rebecca-thornbury: hello", "- 2026-11-30 call @client: hello"),
        ("- [ ] client-rebecca-thornbury: at coffee", "- [ ] client: at coffee"),
        ("client_rebecca_thornbury: yes", "client: yes"),
    ],
)
def test_the_words_of_a_kind_a_handle_and_a_key_are_read_apart(typed: str, instead: str) -> None:
    found = [each for _, each in find_in_note(typed, lambda: NOBODY)]
    assert [each.level for each in found] == ["error"]
    assert without(typed, found) == instead


@pytest.mark.parametrize(
    "typed",
    [
        "our client group meets again #2026",
        "our client count in Q3 2026",
        "our client in room 2104 was early",
        "met our client's school team in suite 1200",
        "we share a client; see ticket #4412",
        "pt on 5mg since 2024, see #1187",
        "our client scored 1250 on the SAT",
        "our client walks 4500 steps a day",
        "client forms, version 2026.1",
        "pt's plan wants CPT 90791",
        "client asked for NPI 1234567893",
    ],
)
def test_numbers_of_things_are_nobodys(typed: str) -> None:
    """Years, rooms, issues, versions, codes of billing, scores, amounts."""
    assert [*find_in_note(typed, lambda: NOBODY)] == []


@pytest.mark.parametrize(
    "typed", ["pt #44719", "client #2026-118 opened", "chart #2026 for our client", "our client's case no. 48213"]
)
def test_numbers_of_people_are_theirs(typed: str) -> None:
    assert [each.level for _, each in find_in_note(typed, lambda: NOBODY)] == ["error"]


@given(st.text(max_size=40))
def test_signs_are_read_at_once_as_one_by_one(typed: str) -> None:
    """Most lines have only signs that stay one sign; the others go the longer way, to the same result."""
    at_once, one_by_one = text._same_signs(typed + "é"), text._sign_by_sign(typed + "é")
    assert (at_once.seen, at_once.plain, tuple(at_once.start)) == (
        one_by_one.seen,
        one_by_one.plain,
        tuple(one_by_one.start),
    )


@pytest.mark.parametrize(
    "typed",
    [
        "what allows them to act for the client, 45 CFR 164.508(c)(1)(vi)",
        "Harlow v. Renner, 2018, on therapist notes and privilege",
        "sample report for a client: “Sample A. Student, DOB 1/1/2010”",
        "- 2026-11-23 note: A´Ø",
    ],
)
def test_the_law_court_cases_samples_and_single_letters_are_about_nobody(typed: str) -> None:
    """Numbers of a regulation, names in a decision of a court, and a sample that says so."""
    assert level(typed) == "clean"


def test_pt_in_the_name_of_a_practice_is_not_a_patient() -> None:
    """`PT` is also physical therapy; before a name it still means a patient."""
    assert level("lunch with the owner of Bexton PT and Bruno Zimmer, he wants us all in a room") == "clean"
    assert level("saw PT Bruno Zimmer on Monday, panic again") == "error"

"""The plan of an import: who is new, the same, alike or left out, and what is written."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.domain import same_person
from rounds.domain.contact_rows import Row
from rounds.domain.import_filter import is_asked_for
from rounds.domain.import_plan import Planned, Planner, State, additions
from rounds.domain.query.parser import parse
from rounds.domain.same_person import Contact, People
from rounds.errors import QueryError

NOTE = "Partners/Sam Lee.md"
SAM: dict[str, object] = {
    "email": "sam@rose.example",
    "phone": ["503-555-0144"],
    "organization": "[[Rose City]]",
    "city": "Portland",
}


def planner(**more: object) -> Planner:
    """Sam Lee is known."""
    there = {**SAM, **more}
    known = Contact(NOTE, "Sam Lee", "partner", ["sam@rose.example"], ["503-555-0144"], ["1234567893"], "[[Rose City]]")
    return Planner(
        People([known]), lambda _: there, lambda *_: None, lambda row: "a client" if "client" in row.text else ""
    )


def row(name: str = "Sam Lee", text: str = "", **values: str) -> Row:
    return Row(1, name, "partner", {key: value.split("; ") for key, value in values.items()}, text)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (row("Anybody", npi="1234567893"), "the same NPI"),
        (row("Samuel Lee", email="SAM@rose.example"), "the same email"),
        (row("Lee, S.", phone="+1 (503) 555 0144"), "the same phone"),
        (row("sam  LEE", organization="Rose City"), "the same name and organization"),
    ],
)
def test_somebody_known_is_the_same(given: Row, why: str) -> None:
    """By NPI, email, phone digits, or name with organization."""
    planned = planner().add("x.csv", given)
    assert (planned.path, planned.why) == (NOTE, why)
    assert planned.state is not State.NEW


def test_a_colleague_with_the_phone_of_the_office_is_somebody_else() -> None:
    """Email and phone count only if the names can be one person's."""
    for name in ("Ana Cruz", "Ana Lee", "Sam Cruz"):
        assert planner().add("x.csv", row(name, phone="503-555-0144")).state is State.NEW


def test_an_npi_under_another_name_is_not_ticked() -> None:
    """It may be a mistake in either place."""
    assert not planner().add("x.csv", row("Ana Cruz", npi="1234567893", fax="503-555-0100")).ticked
    assert planner().add("x.csv", row("Sam J. Lee", npi="1234567893", fax="503-555-0100")).ticked


def test_namesakes_are_two_people() -> None:
    """With other NPIs, or if nothing but the name is the same."""
    plans = planner()
    one, two = (plans.add("npi.json", row("John Smith", npi=npi)) for npi in ("1234567893", "1245319599"))
    assert (one.state, one.path) == (State.UPDATE, NOTE)  # Sam's number
    assert (two.state, two.ticked) == (State.NEW, True)
    first, second = (plans.add("x.csv", row("Ann Fox", email=f"{box}@fox.example")) for box in "ab")
    assert (first.state, second.state, second.why) == (State.NEW, State.LOOKALIKE, "the same name as row 3")
    assert plans.add("x.csv", row("Ann Fox")).state is State.SAME


def test_an_update_adds_and_never_overwrites() -> None:
    """A list grows, an empty property is filled, and what differs stays and is said."""
    planned = planner().add("x.csv", row(email="sam@rose.example; s@lee.example", city="Salem", fax="503-555-0100"))
    assert planned.state is State.UPDATE
    assert planned.ticked
    assert planned.adds == {"email": ["s@lee.example"], "fax": ["503-555-0100"]}
    assert planned.stays == ["city stays Portland (the file has Salem)"]


def test_what_differs_can_be_taken_from_the_file() -> None:
    """Then it's written, and a row that had nothing else to write is an update; it can be left again."""
    planned = planner().add("x.csv", row(email="sam@rose.example", city="Salem", organization="Rose City Kids"))
    assert (planned.state, planned.is_possible) == (State.SAME, False)
    planned.take("city")
    assert (planned.state, planned.ticked, planned.adds) == (State.UPDATE, True, {"city": ["Salem"]})
    assert planned.stays == ["organization stays Rose City (the file has Rose City Kids)"]
    planned.take("city", given=False)
    assert (planned.state, planned.ticked, planned.adds) == (State.SAME, False, {})


def test_text_that_a_note_lacks_is_told() -> None:
    """It isn't added, and nothing is said if the note has it."""
    known = Contact(NOTE, "Sam Lee", "partner", ["sam@rose.example"])
    plans = Planner(People([known]), lambda _: SAM, lambda *_: None, lambda _: "", lambda _, text: text == "fair")
    told, new = (plans.add("x.csv", row(text=text, email="sam@rose.example")) for text in ("fair", "coffee"))
    assert [*told.left] == []
    assert [*new.left] == ["its text isn't added, since there is a note already"]


def test_what_is_written_is_told_in_short() -> None:
    """Values but for the source, and the beginning of the text."""
    planned = planner().add("x.csv", row("Ana Cruz", "met at\nthe fair", city="Salem", source="Google"))
    assert planned.facts == ["city Salem", 'text "met at the fair"']
    long = planner().add("x.csv", row("Ana Cruz", "word " * 100))
    assert long.facts[0].endswith(' ..."')
    assert len(long.facts[0]) < 320


def test_who_has_all_of_it_is_the_same() -> None:
    """Other spellings are no change, and the source isn't either."""
    planned = planner().add(
        "x.csv", row(email="Sam@Rose.example", phone="5035550144", city="portland", source="Google")
    )
    assert (planned.state, planned.ticked, planned.adds) == (State.SAME, False, {})


def test_rows_of_one_person_are_joined() -> None:
    """The first row gets what only the second one has."""
    plans = planner()
    first = plans.add("x.csv", row("Ana Cruz", "fair", email="ana@heart.example", city="Salem"))
    second = plans.add("x.csv", row("A. M. Cruz", "coffee", email="ana@heart.example; a@c.example", city="Bend"))
    third = plans.add("x.csv", row("Cruz", "", email="a@c.example", phone="503-555-0101"))
    assert [each.state for each in (first, second, third)] == [State.NEW, State.SAME, State.SAME]
    assert second.why == "the same email as row 1, joined with it"
    assert first.adds == {"email": ["ana@heart.example", "a@c.example"], "city": ["Salem"], "phone": ["503-555-0101"]}
    assert first.row.text == "fair\ncoffee\nOther city: Bend"
    assert [*second.left] == ["city Bend goes into the text"]


def test_rows_that_may_be_clients_are_not_ticked() -> None:
    """By the row itself, by its free text, and by that of a row joined with it."""
    plans = planner()
    private = plans.add("x.csv", row("Bo Ng")._replace(client_like="it has no organization"))
    told = plans.add("x.csv", row("Cy Doe", "her client Tim"))
    joined = plans.add("x.csv", row("Di Fox", email="di@fox.example"))
    assert joined.ticked
    plans.add("x.csv", row("Di Fox", "a client too", email="di@fox.example"))
    both = plans.add("x.csv", row("Eva Orr", "her client Tim")._replace(client_like="it has no organization"))
    assert both.why == "a client; it has no organization"
    assert [each.ticked for each in (private, told, joined)] == [False, False, False]
    assert (private.why, told.why, joined.why) == ("it has no organization", "a client", "a client")


def test_a_look_alike_is_not_ticked() -> None:
    """Its evidence and its note are told."""
    plans = Planner(People(), lambda _: {}, lambda *_: ("nearly the same name as Sam Lee", NOTE), lambda _: "")
    planned = plans.add("x.csv", row("Sam Leigh"))
    assert (planned.state, planned.ticked, planned.path) == (State.LOOKALIKE, False, NOTE)


def test_a_refused_row_is_left_out() -> None:
    """With its reason; the next one goes on."""
    plans = planner()
    planned = plans.add("x.csv", Row(7, refused="it has no name"))
    assert (planned.state, planned.why, planned.line, planned.is_possible) == (
        State.LEFT_OUT,
        "it has no name",
        7,
        False,
    )
    assert plans.add("x.csv", row("Ana Cruz")).number == 2


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("role:psychiatrist", True), ("role:psych", False), ("role:psych*", True), ("city:portland", True),
        ("organization:heart", True), ("ana", True), ("cru", True), ("-role:psychiatrist", False), ("has:email", True),
        ("no:phone", True), ("phone:5550142 or city:portland", True), ('name:"ana cruz"', True), ("fair", True),
        ("city:salem", False), ("role:psychiatrist city:salem", False), ("state:new", True), ("fox or (ana portland)", True),
    ],
)  # fmt: skip
def test_rows_can_be_chosen_by_a_query(query: str, fits: bool) -> None:
    """As notes are, by their values."""
    planned = planner().add(
        "x.csv",
        row(
            "Ana Cruz",
            "met at the fair",
            role="psychiatrist",
            city="Portland",
            organization="Heart Clinic",
            email="a@b.example",
        ),
    )
    assert is_asked_for(planned, parse(query)) is fits


@pytest.mark.parametrize("query", ["last:>90d", "city:>a", "is:open"])
def test_a_query_for_what_only_notes_have_is_an_error(query: str) -> None:
    """With the place."""
    with pytest.raises(QueryError):
        is_asked_for(planner().add("x.csv", row("Ana Cruz", city="Salem")), parse(query))


NAMES = st.sampled_from(["Ana Cruz", "Bo Ng", "Ana Ng", "Cy Doe"])
ONE = st.lists(st.sampled_from(["5035550101", "5035550102"]), min_size=1, max_size=1)
SEVERAL = st.lists(st.sampled_from(["5035550101", "5035550102"]), min_size=1, max_size=2, unique=True)
VALUES = st.fixed_dictionaries({}, optional={"email": SEVERAL, "phone": SEVERAL, "city": ONE, "npi": ONE})


def person(name: str, values: dict[str, list[str]]) -> Row:
    """A row; two namesakes have two NPIs, and nobody has another's."""
    own = {"npi": [f"{name} {values['npi'][0]}"]} if "npi" in values else {}
    return Row(1, name, "partner", {**values, **own})


def is_alike(row: Row, note: Planned) -> bool:
    """Whether a row has the name, an email or a phone of a note, as the vault compares them."""
    shared = any(not {*row.values.get(key, ())}.isdisjoint(note.adds.get(key, ())) for key in ("email", "phone"))
    return shared or row.name == note.name


@given(st.lists(st.tuples(NAMES, VALUES), max_size=8))
def test_what_was_imported_changes_nothing_when_it_comes_again(rows: list[tuple[str, dict[str, list[str]]]]) -> None:
    """All new rows are written as the plan says; then none is ticked."""
    first = Planner(People(), lambda _: {}, lambda *_: None, lambda _: "")
    for name, values in rows:
        first.add("x.csv", person(name, values))
    notes = {str(each.number): each for each in first.planned if each.state is State.NEW}
    contacts = [Contact.of(path, each.name, "partner", each.adds) for path, each in notes.items()]
    again = Planner(
        People(contacts),
        lambda path: {key: [*texts] for key, texts in notes[path].adds.items()},
        lambda row, _: ("alike", "x.md") if any(is_alike(row, each) for each in notes.values()) else None,
        lambda _: "",
    )
    for name, values in rows:
        again.add("x.csv", person(name, values))
    assert not any(planned.ticked for planned in again.planned)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (row("Ana Cruz", email="desk@a.example"), row("Bo Ng", email="desk@a.example"), "the same email as row 1"),
        (row("Robert Diaz", phone="5035550101"), row("Bob Diaz", email="bob@a.example"),
         "a short form of the same name as row 1"),
        (row("Cate Smyth", organization="A", email="a@a.example"), row("Cate Smith", organization="A", city="Salem"),
         "nearly the same name as row 1"),
    ],
)  # fmt: skip
def test_of_look_alikes_in_one_file_only_one_is_ticked(one: Row, other: Row, why: str) -> None:
    """The first, if both say the same; the other names the row that it looks like."""
    plans = planner()
    first, second = plans.add("x.csv", one), plans.add("x.csv", other)
    assert (first.state, first.ticked) == (State.NEW, True)
    assert (second.state, second.ticked, second.why) == (State.LOOKALIKE, False, why)


def linked(*phones: str, **more: str) -> Row:
    """Somebody who has a phone in common with each neighbor in a chain."""
    return row(
        f"{['Ana', 'Bo', 'Cy', 'Di', 'Eva', 'Flo'][int(phones[0])]} Roe",
        phone="; ".join(f"503555010{n}" for n in phones),
        **more,
    )


@pytest.mark.parametrize(
    ("chain", "ticked"),
    [
        ((linked("0", "1"), linked("1", "2"), linked("2", "3")), [True, False, True]),
        ((linked("0", "1"), linked("1", "2", city="Bend"), linked("2", "3")), [False, True, False]),
        (
            (linked("0", "1"), linked("1", "2", city="Bend"), linked("2", "3", city="Bend", fax="503")),
            [True, False, True],
        ),
        (
            (linked("2", "3", city="Bend", fax="503"), linked("1", "2", city="Bend"), linked("0", "1")),
            [True, False, True],
        ),
        ((linked("0", "1"), linked("1", "2"), linked("2", "3"), linked("3", "4")), [True, False, True, False]),
    ],
)
def test_in_a_chain_of_look_alikes_only_those_of_a_ticked_row_are_unticked(
    chain: tuple[Row, ...], ticked: list[bool]
) -> None:
    """Ana has a phone in common with Bo, and Bo with Cy: Bo says nothing about Ana and Cy."""
    plans = planner()
    planned = [plans.add("x.csv", each) for each in chain]
    assert [each.ticked for each in planned] == ticked
    assert [each.state for each in planned] == [State.NEW if each else State.LOOKALIKE for each in ticked]
    assert [bool(each.why) for each in planned] == [not each for each in ticked]


@given(st.lists(st.tuples(NAMES, VALUES), max_size=12))
def test_who_is_not_ticked_looks_like_somebody_who_is(rows: list[tuple[str, dict[str, list[str]]]]) -> None:
    """And names that row. Two that are ticked and have a phone or email in common are colleagues or namesakes."""
    plans = planner()
    for name, values in rows:
        plans.add("x.csv", person(name, values))
    for each in plans.planned:
        if each.state is State.LOOKALIKE:
            other = plans.planned[int(each.why.rpartition(" ")[2]) - 1]
            assert (each.ticked, other.ticked) == (False, True)
            assert other.size >= each.size


def test_a_row_that_a_client_like_one_looks_like_is_ticked() -> None:
    """The one that isn't ticked anyway holds nobody back, but the other names it."""
    plans = planner()
    plans.add("x.csv", row("Robert Diaz", phone="5035550101")._replace(client_like='its label is "Family"'))
    other = plans.add("x.csv", row("Bob Diaz", email="bob@a.example"))
    assert (other.state, other.ticked, other.why) == (State.NEW, True, "a short form of the same name as row 1")


def test_a_look_alike_that_turns_out_to_be_a_client_gives_the_tick_back() -> None:
    """What a later row says of the same person counts."""
    plans = planner()
    first = plans.add("x.csv", linked("0", "1"))
    richer = plans.add("x.csv", linked("1", "2", city="Bend", email="bo@a.example"))
    assert (first.ticked, richer.ticked) == (False, True)
    plans.add("x.csv", row("Bo Roe", "her client Tim", email="bo@a.example"))
    assert (first.ticked, first.state, richer.ticked) == (True, State.NEW, False)


def test_of_many_with_one_phone_one_is_ticked() -> None:
    """Also beyond the number that are compared with each other."""
    plans = planner()
    for number in range(60):
        plans.add("x.csv", row(f"{chr(65 + number % 26)}na {chr(97 + number // 26)}roe".title(), phone="5035550101"))
    assert [each.number for each in plans.planned if each.ticked] == [1]


def test_of_look_alikes_in_one_file_the_one_that_says_more_is_ticked() -> None:
    """Wherever it stands."""
    plans = planner()
    first = plans.add("x.csv", row("Robert Diaz", phone="5035550101"))
    second = plans.add("x.csv", row("Bob Diaz", email="bob@a.example", city="Salem"))
    assert (first.state, first.ticked, first.why) == (
        State.LOOKALIKE, False, "a short form of the same name as row 2",
    )  # fmt: skip
    assert (second.state, second.ticked) == (State.NEW, True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (row("Ana Cruz", phone="5035550101", organization="Rose"), row("Bo Ng", phone="5035550101", organization="rose")),
        (row("Ana Cruz", npi="1245319599"), row("Anna Cruz", npi="1003000126")),
    ],
)  # fmt: skip
def test_colleagues_in_one_file_are_both_ticked(one: Row, other: Row) -> None:
    """They share the front desk of one organization, or have two NPIs."""
    plans = planner()
    assert [plans.add("x.csv", each).ticked for each in (one, other)] == [True, True]


def test_additions_keep_the_order_of_the_file() -> None:
    """And a value in other letters isn't new."""
    assert additions(row(languages="Spanish; french"), {"languages": ["French"]}) == ({"languages": ["Spanish"]}, [])


def test_a_file_of_people_with_one_phone_takes_time_by_its_rows() -> None:
    """As the list of a hospital: twice the rows is twice the time, not four times."""
    words = ["".join(each) for each in product("bdfgk", "aeiou", "lmnrs", "aeo")]

    def looks(count: int) -> int:
        """How many names are compared."""
        plans, seen = planner(), 0
        fits = same_person.names_fit

        def counted(name: str, other: str) -> bool:
            nonlocal seen
            seen += 1
            return fits(name, other)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(same_person, "names_fit", counted)
            for number in range(count):
                name = f"{words[number % len(words)]} {words[(number * 7 + number // 100) % len(words)]}"
                plans.add("x.csv", row(name.title(), phone="5035550101", organization="Big Hospital"))
        return seen

    assert looks(400) < 2.5 * looks(200)

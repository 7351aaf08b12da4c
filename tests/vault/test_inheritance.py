"""One view of what a partner has from the organization, in queries, columns, orders and searches."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from rounds.index.queries import members, organizations
from rounds.vault import list_search as catalog
from rounds.vault.list_search import searched
from rounds.vault.month_suggestions_year_report import suggestions
from rounds.vault.organizations import inherited_by, properties_of
from rounds.vault.vault import Vault
from vault.notes import entries, put, write

ELM = "Organizations/Elm.md"
NOTES = {
    "Partners/Ana.md": '---\ntype: partner\norganization: "[[Elm|the Elm]]"\n---\n',
    "Partners/Bo.md": "---\ntype: partner\norganization: Elm\ncity: Salem\nphone: '-'\ninsurance: [Moda]\n---\n",
    "Partners/Cy.md": "---\ntype: partner\ncity: Bend\n---\nonce lived in Portland\n",
    ELM: (
        "---\ntype: organization\ncity: Portland\nphone: (503) 555-0144\nemail: elm@elm.example\ninsurance:\n  - Aetna\n"
        "  - Regence BlueCross\nrole: clinic\nspecialties: [sleep]\naliases: [ECG]\n---\n"
    ),
}


@pytest.fixture
def place(empty: Vault) -> Vault:
    put(empty, NOTES)
    return empty


def names(vault: Vault, query: str, order: str = "name") -> list[str]:
    found = [entry.name for entry in catalog.listed(vault, query, order=order)]
    assert len(found) == len(catalog.keys(vault, query, types=("partner",), order=order))
    return found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("insurance:aetna", ["Ana"]),
        ("insurance:=aetna", ["Ana"]),
        ("insurance:reg*", ["Ana"]),
        ('insurance:"regence bluecross"', ["Ana"]),
        ("insurance:aetna,moda", ["Ana", "Bo"]),
        ("-insurance:aetna", ["Bo", "Cy"]),
        ("city:portland", ["Ana"]),
        ("city:portland,salem", ["Ana", "Bo"]),
        ("not city:portland", ["Bo", "Cy"]),
        ("has:city", ["Ana", "Bo", "Cy"]),
        ("no:insurance", ["Cy"]),
        ("has:phone", ["Ana", "Bo"]),
        ("no:phone,email", ["Cy"]),
        ("phone:5550144", ["Ana", "Bo"]),
        ("email:elm", ["Ana", "Bo"]),
        ("portland", ["Ana", "Cy"]),
        ("portland aetna", ["Ana"]),
        ('"regence bluecross" bo', []),
        ("portland or bend", ["Ana", "Cy"]),
        ("-portland", ["Bo"]),
        ("5035550144", ["Ana", "Bo"]),
        ("no:role", ["Ana", "Bo", "Cy"]),
        ("specialties:sleep", []),
    ],
)
def test_queries_see_what_the_organization_gives(place: Vault, query: str, found: list[str]) -> None:
    """The own value replaces all of it, lists too; what is no contact detail is not given on."""
    assert names(place, query) == found


def test_an_organization_is_found_by_its_own(place: Vault) -> None:
    """It has what it gives, and members have no part in that."""
    found = catalog.listed(place, "insurance:aetna", types=())
    assert sorted(entry.path for entry in found) == [ELM, "Partners/Ana.md"]


def test_columns_and_orders_have_it_too(place: Vault) -> None:
    """Where the partner has a value of their own, that is the one."""
    rows = catalog.columns(place, "", ["name", "city", "phone", "insurance"], types=("partner",))
    assert rows == [
        ["Ana", "Portland", "(503) 555-0144", ["Aetna", "Regence BlueCross"]],
        ["Bo", "Salem", "(503) 555-0144", ["Moda"]],
        ["Cy", "Bend", None, None],
    ]
    assert names(place, "", order="city") == ["Cy", "Ana", "Bo"]
    assert names(place, "", order="-city") == ["Bo", "Ana", "Cy"]


def test_a_search_shows_where_it_is_from(place: Vault) -> None:
    """Who has the words only from the organization comes last, and the passage says so."""
    hits = searched(place, "aetna type:partner,organization")
    assert [(hit.entry.path, hit.passage) for hit in hits] == [
        (ELM, "insurance: \x02Aetna\x03, Regence BlueCross"),
        ("Partners/Ana.md", "insurance: \x02Aetna\x03, Regence BlueCross (organization)"),
    ]


def same(vault: Vault, query: str, found: Sequence[str]) -> None:
    """The query, and what one by one holds for them, agree."""
    assert names(vault, query) == found
    field, _, value = query.partition(":")
    records = [*entries(vault, "n.type = 'partner'", tail="ORDER BY n.name")]
    having = [e.name for e in records if value in json.dumps(properties_of(vault, e).get(field) or "").lower()]
    assert having == found


def test_it_follows_every_change(place: Vault) -> None:
    """The organization's note edited, renamed, broken, gone and back; the partner's link changed."""
    elm = Path(place.root, ELM)
    same(place, "city:portland", ["Ana"])
    write(place, "---\ntype: organization\ncity: Gresham\n---\n", ELM)
    same(place, "city:portland", [])
    same(place, "city:gresham", ["Ana"])
    assert names(place, "no:phone") == ["Ana", "Bo", "Cy"]
    write(place, "---\ntype: organization\ncity: [Gresham\n---\n", ELM)
    same(place, "city:gresham", ["Ana"])  # its last good row counts
    elm.rename(elm.with_name("Oak.md"))
    place.sync()
    same(place, "city:gresham", [])
    write(place, '---\ntype: partner\norganization: "[[Oak]]"\n---\n', "Partners/Ana.md")
    same(place, "city:gresham", ["Ana"])
    elm.with_name("Oak.md").unlink()
    place.sync()
    same(place, "city:gresham", [])
    write(place, "---\ntype: organization\ncity: Hood River\n---\n", "Organizations/North/Oak.md")
    same(place, "city:hood", ["Ana"])
    write(place, "---\ntype: partner\n---\n", "Partners/Ana.md")
    same(place, "city:hood", [])


@pytest.mark.parametrize(
    "written",
    [
        "Elm",
        "elm",
        '"[[Elm]]"',
        '"[[elm|where she works]]"',
        '"[[Organizations/Elm]]"',
        '"[[/Organizations/Elm.md]]"',
        '"[[../Organizations/Elm#People]]"',
        '"[the Elm](../Organizations/Elm.md)"',
        '["[[Elm]]", "[[Somewhere else]]"]',
        "ECG",
        '"[[ECG]]"',
    ],
)
def test_however_the_organization_is_named(place: Vault, written: str) -> None:
    """By link, with folder, heading or alias, by plain text, or by an alias of its own."""
    write(place, f"---\ntype: partner\norganization: {written}\n---\n", "Partners/Ana.md")
    same(place, "city:portland", ["Ana"])
    assert [each.name for each in place.ask(members, place.entry(ELM).key)] == ["Ana", "Bo"]
    assert [(entry.name, count) for entry, count in place.ask(organizations)] == [("Elm", 2)]


def test_two_of_one_name_are_neither(place: Vault) -> None:
    """Unless the link says in which folder; and a file's name counts before an alias."""
    write(place, "---\ntype: organization\ncity: Gresham\n---\n", "Organizations/East/Elm.md")
    same(place, "city:portland", [])
    same(place, "city:gresham", [])
    write(place, '---\ntype: partner\norganization: "[[East/Elm]]"\n---\n', "Partners/Ana.md")
    same(place, "city:gresham", ["Ana"])
    Path(place.root, "Organizations/East/Elm.md").unlink()
    write(place, "---\ntype: organization\naliases: [Elm]\ncity: Gresham\n---\n", "Organizations/Fir.md")
    write(place, NOTES["Partners/Ana.md"], "Partners/Ana.md")
    same(place, "city:portland", ["Ana"])


def test_names_that_differ_in_signs_alone_are_two(place: Vault) -> None:
    """As Obsidian resolves links."""
    write(place, "---\ntype: organization\ncity: Gresham\n---\n", "Organizations/Elm+.md")
    same(place, "city:portland", ["Ana"])
    write(place, '---\ntype: partner\norganization: "[[Elm+]]"\n---\n', "Partners/Ana.md")
    same(place, "city:gresham", ["Ana"])


def test_only_partners_have_something_from_there(place: Vault) -> None:
    """An organization within another, and any other note, have what they say."""
    write(place, "---\ntype: organization\norganization: '[[Elm]]'\n---\n", "Organizations/Ward.md")
    ward = place.entry("Organizations/Ward.md")
    assert properties_of(place, ward) == ward.properties
    assert inherited_by(place, [ward, place.entry(ELM)]) == {}
    assert catalog.columns(place, "name:ward", ["city"]) == [[None]]


def test_how_to_reach_somebody_new_counts_the_organization(place: Vault) -> None:
    """An email of the organization is a channel (guide, line 9)."""
    write(place, "---\ntype: partner\norganization: ECG\nstage: found\nconnection: [a, b]\n---\n", "Partners/Ana.md")
    (ana,) = [each for each in suggestions(place) if each.name == "Ana"]
    assert (ana.channel, ana.connection) == ("personal email", "a, b")

"""What was likely meant where a query finds nobody."""

import pytest

from rounds.domain.match import Need
from rounds.vault.did_you_mean import Correction, meant, meant_need, nearly_named
from rounds.vault.vault import Vault
from vault.notes import put

NOTES = {
    "Partners/Ana Alvarez.md": (
        "---\ntype: partner\nrole: doula\nowner: kim\ncity: Lake Oswego\nlanguages: [Spanish]\nspecialties: [school refusal]\n"
        "serves: [teens]\nsource: hospital directory\ntags: [perinatal]\norganization: '[[Rose City Pediatrics]]'\n"
        "favorite_cafe: Heart\n---\n\n## Log\n\n- 2026-11-01 coffee: at Heart\n"
    ),
    "Partners/김민수.md": "---\ntype: partner\ncity: 서울특별시\n---\n",
    "Organizations/Rose City Pediatrics.md": "---\ntype: organization\ninsurance: [Aetna]\n---\n",
    "Organizations/Elm.md": "---\ntype: organization\ninsurance: [Cigna]\n---\n",
}


@pytest.fixture
def place(empty: Vault) -> Vault:
    put(empty, NOTES)
    return empty


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("insurance:atena", "insurance:aetna"),
        ("language:spansh", "language:spanish"),
        ("specialty:refusl", "specialty:refusal"),
        ('specialty:"school refusl"', 'specialty:"school refusal"'),
        ("serves:tens", "serves:teens"),
        ("source:hosptal", "source:hospital"),
        ("tag:perinatl", "tag:perinatal"),
        ("owner:kmi", "owner:kim"),
        ('city:"lake osego"', 'city:"lake oswego"'),
        ("city:oswgo", "city:oswego"),
        ('org:"rose citty"', 'org:"rose city"'),
        ("name:alvares", "name:alvarez"),
        ("favorite_cafe:hart", "favorite_cafe:heart"),
        ("log:cofee", "log:coffee"),
        ("city:서울특별씨", "city:서울특별시"),
        ("role:doula insurance:atena", "insurance:aetna"),
        ("insurance:atena city:oswgo", "insurance:aetna city:oswego"),
        ("alvraez", "Ana Alvarez"),
        ("ana alvraez", "Ana Alvarez"),
        ("oswgo", "oswego"),
        ("perinatl doula", "perinatal"),
        ('"rose citty"', '"rose city"'),
        ("insurance:atena alvarzs", "insurance:aetna alvarez"),
    ],
)
def test_a_slip_in_a_free_value_is_told(place: Vault, query: str, hint: str) -> None:
    """From the values that somebody who was looked for has, also by the organization; whole ones, or words of them."""
    assert meant(place, query, types=("partner",)).hint == f"Did you mean {hint}?"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "insurance:aetna city:oswego name:nobody12",
        "-insurance:atena",
        "insurance:cigna",
        "city:x",
        "phone:9",
        "words",
    ],
)
def test_there_is_not_always_something_near(place: Vault, query: str) -> None:
    """What somebody has, what a minus excludes, and what nobody who was looked for has, are not proposed."""
    assert meant(place, query, types=("partner",)) == Correction()


def test_what_a_client_needs(place: Vault) -> None:
    """Its words may be the beginning of a word, as matching has it."""
    need = Need(insurance=("atena", "aet"), languages=("spenish",), city="oswego")
    assert meant_need(place, need) == "Did you mean aetna, spanish?"
    assert meant_need(place, Need(role="doula", specialties=("refusals",), languages=("english",))) == ""


@pytest.mark.parametrize(
    ("query", "fixed"),
    [
        ("alvraez", "alvarez"),
        ("role:doula insurance:atena", "role:doula insurance:aetna"),
        ('insurance:atena city:"lake osego"', 'insurance:aetna city:"lake oswego"'),
        ("insurance:aetna,atena alvraez", "insurance:aetna,aetna alvarez"),
        ("name:alvraez role:doula -city:portland", "name:alvarez role:doula -city:portland"),
        ("(alvraez or oswgo)", "(alvarez or oswego)"),
        ("alvraez city:portland", ""),
    ],
)
def test_the_query_is_corrected_where_that_finds_somebody(place: Vault, query: str, fixed: str) -> None:
    """All else in it stays as typed."""
    assert meant(place, query, types=("partner",)).query == fixed


@pytest.mark.parametrize(("typed", "names"), [
    ("alvraez", ["Ana Alvarez"]), ("an alvraez", ["Ana Alvarez"]), ("Alvarezz An", ["Ana Alvarez"]), ("zz", []),
    ("pottery", []), ("alvraez pottery", []), ("", []),
])  # fmt: skip
def test_names_are_found_with_a_typo(place: Vault, typed: str, names: list[str]) -> None:
    """Every word has to be near one of a name; two letters are near everything."""
    assert [name for _, name, _ in nearly_named(place, typed, 5)] == names

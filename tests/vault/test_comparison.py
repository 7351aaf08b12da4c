"""Names, words, paths and phones are compared alike wherever somebody types them."""

from pathlib import Path
from unicodedata import normalize

import pytest

from rounds.errors import NotFoundError
from rounds.vault import list_search as catalog
from rounds.vault.find_note import find
from rounds.vault.list_search import searched
from rounds.vault.lookalikes import lookalikes
from rounds.vault.vault import Vault
from vault.notes import put

NOTES = {
    "Partners/Łukasz Strauß.md": (
        "---\ntype: partner\nrole: children's coach\nphone: (503) 555-0144\nfax: '+44 20 7946 0958'\naliases: [Søren]\n---\n"
        "Søren O'Brien, Straße. 请搜索我的电话号码. Don’t call l'Hôpital.\n\n## Follow-ups\n\n- [ ] Ask Ægir about it\n"
    ),
    normalize("NFD", "Partners/김민수.md"): normalize(
        "NFD", "---\ntype: partner\nphone: '+15035550177'\n---\n서울소아과, グループ\n\n## Log\n\n- 2026-03-01 call: 소아과, the waiting list\n"
    ),
    "Partners/Linker.md": "---\ntype: partner\n---\nknows [[김민수]]\n",
    "Café Notes.md": "just words\n",
}  # fmt: skip
LUKASZ, MINSU, LINKER = "Łukasz Strauß", normalize("NFD", "김민수"), "Linker"


@pytest.fixture
def place(empty: Vault) -> Vault:
    put(empty, NOTES)
    return empty


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lukasz", [LUKASZ]),
        ("LUKASZ strauss", [LUKASZ]),
        ("soren", [LUKASZ]),
        ("søren", [LUKASZ]),
        ("strasse", [LUKASZ]),
        ("obrien", [LUKASZ]),
        ("o'brien", [LUKASZ]),
        ("o’brien", [LUKASZ]),
        ("brien", [LUKASZ]),
        ('"o brien"', [LUKASZ]),
        ("hopital", [LUKASZ]),
        ("dont", [LUKASZ]),
        ("电话", [LUKASZ]),
        ("话电", []),
        ("name:strauss", [LUKASZ]),
        ("name:łukasz", [LUKASZ]),
        ("name:soren", [LUKASZ]),
        ('role:"childrens coach"', [LUKASZ]),
        ('role:"children\'s coach"', [LUKASZ]),
        ("5035550144", [LUKASZ]),
        ("503-555-0144", [LUKASZ]),
        ("+15035550144", [LUKASZ]),
        ("5550144", [LUKASZ]),
        ("phone:5035550144", [LUKASZ]),
        ("phone:503-555", [LUKASZ, MINSU]),
        ('phone:"(503) 555-0144"', [LUKASZ]),
        ("phone:+1-503-555-0144", [LUKASZ]),
        ("phone:=5035550144", [LUKASZ]),
        ("phone:0144", [LUKASZ]),
        ("phone:503555*", [LUKASZ, MINSU]),
        ("phone:15035550177", [MINSU]),
        ('"503 555 0177"', [MINSU]),
        ("fax:02079460958", [LUKASZ]),
        ("fax:+442079460958", [LUKASZ]),
        ("fax:0044-20-7946-0958", [LUKASZ]),
        ("phone:2079460958", []),
        ("followup:aegir", [LUKASZ]),
        ("김민수", [LINKER, MINSU]),
        (normalize("NFD", "김민수"), [LINKER, MINSU]),
        ("민수", [LINKER, MINSU]),
        ("소아과", [MINSU]),
        ("グループ", [MINSU]),
        ("クループ", []),
        ("name:김민수", [MINSU]),
        ("name:민수", [MINSU]),
        ("name:수민", []),
        ("log:소아과", [MINSU]),
        ('log:"WAITING list"', [MINSU]),
        ("log:waiting-li", [MINSU]),
        ('log:"list waiting"', []),
        ("log:call", [MINSU]),
        ("path:김민수", [MINSU]),
        ("path:lukasz", [LUKASZ]),
        ("path:partners/*", [LINKER, LUKASZ, MINSU]),
        ("path:=partners/김민수.md", [MINSU]),
        ("link:김민수", [LINKER]),
        ("link:김*", [LINKER]),
    ],
)
def test_queries(place: Vault, query: str, found: list[str]) -> None:
    """Unicode form, case, letters that don't decompose, apostrophes, blanks of numbers: none makes a difference."""
    assert sorted(entry.name for entry in catalog.listed(place, query)) == sorted(found)


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("lukasz strauss", LUKASZ),
        ("soren", LUKASZ),
        ("김민수", MINSU),
        ("민수", MINSU),
        ("Partners/김민수.md", MINSU),
        ("Partners/김민수", MINSU),
        (normalize("NFD", "Partners/김민수.md"), MINSU),
        ("partners/łukasz strauß.md", LUKASZ),
    ],
)
def test_who_is_meant(place: Vault, who: str, name: str) -> None:
    """By name, alias or path, in either Unicode form."""
    assert find(place, who).name == name


def test_characters_in_another_order_are_another_name(place: Vault) -> None:
    with pytest.raises(NotFoundError):
        find(place, "수민김")


def test_of_two_paths_that_are_one_text_the_one_typed_is_meant(empty: Vault) -> None:
    """Linux keeps a file in NFC and one in NFD apart."""
    forms = [normalize(form, "Partners/Zoë.md") for form in ("NFC", "NFD")]
    put(empty, {form: f"---\ntype: partner\nid: {n}\n---\n" for n, form in enumerate(forms)})
    assert [find(empty, form).path for form in forms] == forms


@pytest.mark.parametrize(
    ("query", "passage"),
    [
        ("obrien", "Søren \x02O'Brien\x03, Straße. 请搜索我的电话号码. Don’t call l'Hôpital."),
        ("电话", "…O'Brien, Straße. 请搜索我的\x02电话\x03号码. Don’t call l'Hôpital."),
        ("소아과", "서울\x02소아과\x03, グループ"),
        ("soren strasse", "\x02Søren\x03 O'Brien, \x02Straße\x03. 请搜索我的电话号码. Don’t call l'Hôpital."),
        ('"strasse 请"', "Søren O'Brien, \x02Straße. 请\x03搜索我的电话号码. Don’t call l'Hôpital."),
        ("hopit", "…请搜索我的电话号码. Don’t call \x02l'Hôpital\x03."),
        ("childrens", "role: \x02children's\x03 coach"),
        ("5035550144", "phone: (\x02503) 555-0144\x03"),
    ],
)
def test_passages_show_the_text_as_it_is_written(place: Vault, query: str, passage: str) -> None:
    """Not as it is compared; what was found is marked."""
    assert passage in [hit.passage for hit in searched(place, query)]


def test_the_same_phone_and_email_make_a_lookalike(place: Vault) -> None:
    """However they are written."""
    found = lookalikes(place, "Somebody Else", phone="+1 503.555.0144 x3")
    assert [(each.name, each.why) for each in found] == [(LUKASZ, "the same phone")]


def test_words_of_the_title_of_a_note_without_properties(place: Vault) -> None:
    assert [entry.path for entry in catalog.listed(place, "cafe", types=())] == ["Café Notes.md"]


def test_a_long_text_of_chinese_is_found_within(empty: Vault) -> None:
    """As in sentences, where words stand without blanks."""
    put(empty, {"Partners/A.md": f"---\ntype: partner\n---\n{'心理治疗师在波特兰工作' * 500}儿童焦虑症\n"})
    for query in ("儿童焦虑", "波特兰", '"治疗师在"'):
        assert len(catalog.keys(empty, query)) == 1
    assert catalog.keys(empty, "兰波特") == []
    assert Path(empty.root, "Partners/A.md").exists()


@pytest.mark.parametrize(
    "query", ["221234567", "22 123 45 67", "phone:221234567", "+48221234567", "phone:48-22-123-45-67"]
)
def test_a_number_is_found_without_the_code_of_its_country(empty: Vault, query: str) -> None:
    """Also one that is shorter than those of North America."""
    put(
        empty,
        {
            "Partners/Ana.md": '---\ntype: partner\nphone: "+48 22 123 45 67"\n---\n',
            "Partners/Bo.md": "---\ntype: partner\n---\n",
        },
    )
    assert [row[0] for row in catalog.columns(empty, query, ["name"])] == ["Ana"]

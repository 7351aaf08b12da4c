from datetime import date
from pathlib import Path

import pytest

from rounds.domain.query.fields import fold
from rounds.errors import NotFoundError, QueryError, UsageError
from rounds.vault import list_search as catalog
from rounds.vault.list_search import searched
from rounds.vault.vault import Vault
from vault.notes import put

NOTES = {
    "Partners/Ávila.md": "---\nrole: doula\ncity: Salem\nmy dog: rex\nlast_contact: 2026-11-20\n---\nworks on sleep\n",
    "Partners/bo.md": "---\nrole: pediatrician\ncity: Portland\ncheck_in: 1 week\nlast_contact: 2026-11-12\n---\nsleep, sleep, sleep\n",
    "Partners/Carla.md": "---\nrole: doula\nstage: found\n---\n- [ ] call her 📅 2027-03-01\n",
    "Organizations/Dee.md": "---\n---\nsleep clinic\n- 2026-11-01 event: x\n",
    "Playbook/Roles/psychiatrist.md": "---\ntype: role\n---\n",
}


@pytest.fixture
def filled(empty: Vault) -> Vault:
    put(empty, NOTES)
    return empty


def names(vault: Vault, query: str = "", order: str = "name") -> list[str]:
    return [entry.name for entry in catalog.listed(vault, query, order=order)]


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        ("name", ["Ávila", "bo", "Carla"]),
        ("-name", ["Carla", "bo", "Ávila"]),
        ("last", ["Carla", "bo", "Ávila"]),
        ("-last", ["Ávila", "bo", "Carla"]),
        ("role", ["Ávila", "Carla", "bo"]),
        ("-role", ["bo", "Ávila", "Carla"]),
        ("-city", ["Ávila", "bo", "Carla"]),
    ],
)
def test_lists_have_an_order_and_a_minus_turns_it_around(filled: Vault, order: str, wanted: list[str]) -> None:
    """Diacritics and case make no difference; equals go by name."""
    assert names(filled, order=order) == wanted


def test_stages_come_in_their_own_order(empty: Vault) -> None:
    """From found to not a fit, as a relationship goes; a stage that is none, and none at all, come last both ways."""
    for stage in ("active", "contacted", "found", "met", "not a fit", "resting", "actve", ""):
        file = Path(empty.root, "Partners", f"{stage or 'zz none'}.md")
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"---\ntype: partner\nstage: {stage}\n---\n")
    empty.sync()
    last = ["actve", "zz none"]
    assert names(empty, order="stage") == ["found", "contacted", "met", "active", "resting", "not a fit", *last]
    assert names(empty, order="-stage") == ["not a fit", "resting", "active", "met", "contacted", "found", *last]


def test_an_order_that_is_not_known_is_refused(filled: Vault) -> None:
    """With those that are."""
    with pytest.raises(UsageError, match='ordered by "-age"') as caught:
        catalog.keys(filled, "", order="-age")
    assert "name, last, role" in caught.value.hint


def test_a_list_is_of_partners_unless_it_is_asked_otherwise(filled: Vault) -> None:
    """`types=()` leaves it to the query."""
    assert names(filled, "sleep") == ["Ávila", "bo"]
    assert [e.name for e in catalog.listed(filled, "sleep", types=())] == ["Ávila", "bo", "Dee"]
    assert [e.name for e in catalog.listed(filled, "type:organization", types=())] == ["Dee"]


def test_entries_come_in_the_order_of_their_keys_and_missing_ones_are_left_out(filled: Vault) -> None:
    """A list draws what is in sight, also when a note has just gone."""
    first, second, third = catalog.keys(filled, "", types=["partner"])
    assert [e.name for e in catalog.entries(filled, [third, 9999, first])] == ["Carla", "Ávila"]
    assert catalog.entries(filled, []) == []
    assert second not in (first, third)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("due:<7d", ["bo"]),
        ("due:<2026-11-20", ["bo"]),
        ("due:2027-03", ["Carla"]),
        ("-due:<1y", []),
        ("due:>2w", ["Ávila", "Carla"]),
    ],
)
def test_due_asks_for_reminders_derived_ones_too(filled: Vault, query: str, wanted: list[str]) -> None:
    """A check-in of one week after November 12 is due on the 19th."""
    assert names(filled, query) == wanted


def test_due_follows_the_day(empty: Vault, filled: Vault) -> None:
    """The table of reminders is laid anew for each question."""
    assert names(filled, "due:today") == []
    clocked = Vault.open(filled.root, clock=lambda: date(2026, 11, 19))
    assert names(clocked, "due:today") == ["bo"]
    clocked.close()


def test_a_search_gives_the_best_match_first_with_its_passage(filled: Vault) -> None:
    """Of notes of any type; matches stand between two control characters."""
    hits = searched(filled, "sleep")
    assert {hit.entry.name for hit in hits} == {"Ávila", "bo", "Dee"}
    assert hits[0].entry.name == "bo"
    assert "\x02sleep\x03" in hits[0].passage
    assert len(searched(filled, "sleep", limit=2)) == 2


def test_a_search_may_ask_for_properties_as_well(filled: Vault) -> None:
    """Also ones that have no column, and without a word there is no passage."""
    assert [hit.entry.name for hit in searched(filled, 'sleep "my dog":rex due:>2w')] == ["Ávila"]
    assert [(hit.entry.name, hit.passage) for hit in searched(filled, "role:pediatrician")] == [("bo", "")]


@pytest.mark.parametrize(
    "query", ['"', "sleep*", "sl'eep", "NEAR(sleep)", "sleep AND", "-", "^sleep", "{sleep}", "a:b:c"]
)
def test_no_sign_of_the_full_text_engine_reaches_the_user(filled: Vault, query: str) -> None:
    """A search is answered or refused as a query, never with an error of the database."""
    try:
        searched(filled, query)
    except QueryError as error:
        assert 0 <= error.position <= len(query)  # noqa: PT017 - either is right


def test_an_unknown_property_is_refused_with_its_place_and_a_suggestion(filled: Vault) -> None:
    """One that some note uses is known."""
    with pytest.raises(QueryError) as caught:
        names(filled, "role:doula ctiy:Salem")
    assert caught.value.position == 11
    assert "city" in caught.value.hint
    assert names(filled, '"my dog":rex') == ["Ávila"]


def test_a_role_of_the_playbook_is_known_before_anybody_has_it(filled: Vault) -> None:
    """Nobody is the answer, not an error."""
    assert names(filled, "role:psychiatrist") == []
    with pytest.raises(QueryError):
        names(filled, "role:psychiatrst")


def test_the_names_of_own_properties_and_roles(filled: Vault) -> None:
    """For completion: roles in use, and those of the playbook."""
    assert list(catalog.property_names(filled)) == ["my dog"]
    assert [role.strip() for role in catalog.roles(filled)] == ["doula", "pediatrician", "psychiatrist"]


@pytest.mark.parametrize("query", ["", "sleep", "due:<7d", "last:>90d", "has:email", "stage:met or sleep"])
def test_an_empty_vault_has_an_answer_to_everything(empty: Vault, query: str) -> None:
    """Nobody."""
    empty.sync()
    assert catalog.listed(empty, query) == []
    assert searched(empty, query) == []


def test_owner_me_is_who_works_at_this_machine(filled: Vault, home: Path) -> None:
    """As config.toml says, with or without the @; where it does not say, nobody is guessed."""
    Path(filled.root, "Partners/bo.md").write_text("---\nowner: kim\n---\n")
    Path(filled.root, "Partners/Carla.md").write_text("---\nowner: '@Kim'\n---\n")
    filled.sync()
    with pytest.raises(QueryError, match="isn't set"):
        names(filled, "-owner:me")
    (home / "config" / "rounds").mkdir(parents=True)
    (home / "config" / "rounds" / "config.toml").write_text('me = "@kim"\n')
    del filled.config
    assert names(filled, "owner:me") == ["bo", "Carla"]


def test_names_are_looked_up_once_and_again_after_a_sync(empty: Vault) -> None:
    """A filter asks for them with every key: the index is gone through once, and what a sync brings is there at once."""
    put(empty, {"Partners/Ana.md": "---\nrole: dietitian\nmood: good\n---\n"})
    assert catalog.names_for(empty, "role") == ["dietitian"]
    assert list(catalog.property_names(empty)) == ["mood"]
    asked: list[str] = []
    empty.index.connection.set_trace_callback(asked.append)
    assert catalog.names_for(empty, "role") == ["dietitian"]
    assert list(catalog.property_names(empty)) == ["mood"]
    assert not [sql for sql in asked if "details" in sql]
    empty.index.connection.set_trace_callback(None)
    put(empty, {"Partners/Ben.md": "---\nrole: coach\nrate: 5\n---\n"})
    assert catalog.names_for(empty, "role") == ["coach", "dietitian"]
    assert list(catalog.property_names(empty)) == ["mood", "rate"]


def test_a_name_that_many_write_is_told_once(empty: Vault) -> None:
    """A link or plain words, however written, or a list of one; what is no text is no name."""
    put(
        empty,
        {
            "Organizations/Elm.md": "---\ntype: organization\nname: Elm Clinic\n---\n",
            "Partners/Ana.md": "---\nrole: Dietitian\norganization: '[[Elm Clinic]]'\n---\n",
            "Partners/Ben.md": "---\nrole: dietitian\norganization: elm clinic\n---\n",
            "Partners/Cy.md": "---\nrole: [coach, doula]\norganization: Oak Practice\n---\n",
            "Partners/Di.md": "---\nrole: doula\n---\n",
            "Partners/Ed.md": "---\nrole: [zookeeper]\n---\n",
            "Partners/Flo.md": "---\nrole: zookeeper\n---\n",
        },
    )
    assert [fold(name) for name in catalog.names_for(empty, "role")] == ["dietitian", "doula", "zookeeper"]
    assert [fold(name) for name in catalog.names_for(empty, "organization")] == ["elm clinic", "oak practice"]


def test_a_note_is_where_its_id_is_and_not_where_it_was(empty: Vault) -> None:
    """Who is at the path by now is somebody else; of copies it is the one at the path, and one without an id goes by it."""
    note = "---\ntype: partner\nid: {}\n---\n"
    put(empty, {"Partners/A.md": note.format("bbbb"), "Partners/B.md": note.format("aaaa"), "Partners/C.md": "x\n"})

    def path(was: str, id_: str = "") -> str:
        found = catalog.resolve_note(empty, was, id_)
        return found.path if found else ""

    assert path("Partners/A.md", "aaaa") == "Partners/B.md"
    assert path("Partners/A.md") == "Partners/A.md"
    assert path("Partners/A.md", "gone") == ""
    assert path("Partners/C.md", "aaaaaa") == ""
    assert path("Partners/C.md", empty.entry("Partners/C.md").id) == "Partners/C.md"
    put(empty, {"Partners/D.md": note.format("aaaa")})
    assert path("Partners/D.md", "aaaa") == "Partners/D.md"
    assert path("Partners/A.md", "aaaa") == ""
    assert catalog.ids_of(empty, ["Partners/B.md", "Partners/C.md"]) == {"Partners/B.md": "aaaa"}
    catalog.ensure_same_note(empty, "Partners/B.md", "aaaa")
    catalog.ensure_same_note(empty, "Partners/Nobody.md", "")
    for there, id_ in (("Partners/A.md", "aaaa"), ("Partners/C.md", "aaaa"), ("Partners/Nobody.md", "aaaa")):
        with pytest.raises(NotFoundError):
            catalog.ensure_same_note(empty, there, id_)

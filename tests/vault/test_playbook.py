"""The playbook's roles under all their names, and new niches and roles."""

from pathlib import Path

import pytest

from rounds.domain.job_titles import Roles
from rounds.domain.match import Need
from rounds.domain.periods import Interval
from rounds.errors import Level, QueryError
from rounds.storage.rounds_toml import read_settings
from rounds.vault.find_contacts import is_new_role, search_for
from rounds.vault.gaps_introductions_match import known_role, matches
from rounds.vault.list_search import listed
from rounds.vault.note_files import add
from rounds.vault.problems import all_problems
from rounds.vault.set_properties import Setting, parse_setting, set_properties
from rounds.vault.vault import Vault
from vault.notes import put

SHORT = [
    ("OT", "occupational therapist"), ("PMHNP", "psychiatric nurse practitioner"), ("PCP", "family physician"),
    ("peds", "pediatrician"), ("SLP", "speech therapist"), ("MFT", "therapist"), ("pt", "physical therapist"),
    ("VA", "vet center"), ("GI", "gastroenterologist"), ("IOP", "intensive treatment program"),
]  # fmt: skip


@pytest.mark.parametrize(("short", "role"), SHORT)
def test_an_abbreviation_is_written_as_its_role(empty: Vault, short: str, role: str) -> None:
    """In a new partner and in a change; a role that is no abbreviation stays as typed."""
    path = add(empty, "Sam Lee", [Setting("role", "=", short)])
    assert empty.read(path).document.properties["role"] == role
    set_properties(empty, path, [parse_setting("role=child psychologist")])
    assert empty.read(path).document.properties["role"] == "child psychologist"
    set_properties(empty, path, [parse_setting(f"role={short.lower()}")])
    assert empty.read(path).document.properties["role"] == role


def test_each_abbreviation_leads_to_a_role_of_the_playbook(vault: Vault) -> None:
    """With its note, so that nobody ends up with a role that gaps doesn't know."""
    for short, role in SHORT:
        assert Roles().spelled_out(short) == role
        assert vault.entry(f"Playbook/Roles/{role}.md")


def test_a_query_finds_a_role_under_any_of_its_names(empty: Vault) -> None:
    """Whoever wrote OT by hand is found by the whole word, and the other way round; aliases of the note count."""
    put(empty, {
        "Playbook/Roles/occupational therapist.md": "---\ntype: role\naliases: [ergotherapist]\n---\n",
        "Partners/Ana.md": "---\nrole: OT\n---\n",
        "Partners/Bo.md": "---\nrole: occupational therapist\n---\n",
        "Partners/Cy.md": "---\nrole: ergotherapist\n---\n",
        "Partners/Di.md": "---\nrole: physical therapist\n---\n",
    })  # fmt: skip
    for words in ("ot", "OT", '"occupational therapist"', "ergotherapist"):
        assert [each.name for each in listed(empty, f"role:{words}")] == ["Ana", "Bo", "Cy"], words
    with pytest.raises(QueryError, match="Nobody has the role GI"):
        listed(empty, "role:GI")


def test_a_match_by_role_takes_any_of_its_names(empty: Vault) -> None:
    """The role is the same, whichever way either of the two was typed."""
    put(empty, {
        "Partners/Ana.md": "---\nrole: OT\n---\n", "Partners/Bo.md": "---\nrole: occupational therapist\n---\n",
        "Partners/Di.md": "---\nrole: physical therapist\n---\n",
    })  # fmt: skip
    for words in ("ot", "Occupational Therapist"):
        found = matches(empty, known_role(empty, Need(role=words)))
        assert [each.candidate.name for each, _ in found] == ["Ana", "Bo"]


def test_the_registry_is_asked_for_the_whole_role(vault: Vault) -> None:
    """An abbreviation means nothing there."""
    search = search_for(vault, "SLP", city="Portland", state="OR", name="", organization="")
    assert (search.role, search.words) == ("speech therapist", ("Speech-Language Pathologist",))
    assert not is_new_role(vault, "slp")
    assert is_new_role(vault, "zzyzx")


def test_nothing_in_the_playbook_stands_out(vault: Vault) -> None:
    """No client, no payment for referrals, no solicited testimonial: neither the guard nor the check has a word on it."""
    assert [each for each in all_problems(vault) if each.path.startswith("Playbook/")] == []


def test_a_link_to_a_niche_without_a_note_is_advice(empty: Vault) -> None:
    """In Obsidian it leads nowhere, and neither does a link to another name of a niche; plain words are fine."""
    put(empty, {
        "Practice.md": "---\ntype: practice\nniches:\n  - '[[Tics]]'\n  - '[[perinatal]]'\n  - panic in adults\n---\n",
        "Playbook/Niches/Perinatal mental health.md": "---\ntype: niche\naliases: [Perinatal]\nroles: ['[[doula]]']\n---\n",
    })  # fmt: skip
    found = all_problems(empty)
    assert {(each.path, each.line, each.level) for each in found} == {("Practice.md", 3, Level.ADVICE)}
    assert [(each.message, each.hint) for each in found] == [
        ("niches: Tics has no note in the playbook", 'To add one: rounds niche add "Tics" --roles ROLES'),
        (
            "niches: the link to perinatal leads nowhere in Obsidian; it's another name of Perinatal mental health",
            "Write [[Perinatal mental health|perinatal]].",
        ),
    ]


def test_an_abbreviation_is_understood_in_the_settings(tmp_path: Path) -> None:
    """`roles` of check-ins, by role."""
    (tmp_path / "rounds.toml").write_text('[reminders.check-in]\nroles = { OT = "3 months" }\n')
    settings, problems = read_settings(str(tmp_path))
    assert problems == ()
    assert dict(settings.rules["check-in"].roles) == {"occupational therapist": Interval(months=3)}

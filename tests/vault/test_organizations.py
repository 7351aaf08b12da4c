"""Organizations: what their members share, and who they are."""

import pytest

from rounds.domain.match import Need
from rounds.index.queries import members
from rounds.vault.gaps_introductions_match import matches
from rounds.vault.log_actions import log_touch
from rounds.vault.organizations import front_desk, properties_of
from rounds.vault.referrals import refer
from rounds.vault.reminders import timeline
from rounds.vault.set_properties import parse_setting, set_properties
from rounds.vault.vault import Vault
from vault.notes import put

NOTES = {
    "Partners/Ana.md": '---\nrole: doula\norganization: "[[Elm|the Elm]]"\nphone: "1"\ninsurance: []\n---\n',
    "Partners/Bo.md": "---\nrole: midwife\norganization: Elm\n---\n",
    "Partners/Cy.md": '---\nrole: midwife\norganization: "[[Elm Street]]"\n---\n',
    "Organizations/Elm.md": (
        '---\ntype: organization\nphone: "2"\nfax: "3"\ncity: Salem\nreferral_method: fax\ninsurance: [Moda]\n'
        "---\n## People\n\n- Lou at the [[Ana|front]] desk\n\n- Imani\n\n## Log\n\n"
        "- 2026-11-01 call: about the fax\n- 2026-11-02 meeting: with [[Bo]]\n"
    ),
    "Organizations/Elm Street.md": '---\ntype: organization\nfax: "9"\ninsurance: [Aetna]\n---\n',
}


@pytest.fixture
def place(empty: Vault) -> Vault:
    put(empty, NOTES)
    return empty


def holds(vault: Vault, name: str) -> dict[str, object]:
    return properties_of(vault, vault.entry(f"Partners/{name}.md"))


def test_what_a_member_has_from_the_organization(place: Vault) -> None:
    """Contact details, referral method and insurance, where the partner's own note leaves them out."""
    ana = holds(place, "Ana")
    assert (ana["phone"], ana["fax"], ana["city"], ana["referral_method"], ana["insurance"]) == (
        "1", "3", "Salem", "fax", ["Moda"],
    )  # fmt: skip
    assert ana["role"] == "doula"
    assert holds(place, "Bo")["phone"] == "2"


def test_who_changes_jobs_changes_one_property(place: Vault) -> None:
    """Membership, contact details and insurance follow."""
    set_properties(place, "Partners/Bo.md", [parse_setting("organization=Elm Street")])
    place.sync()
    bo = holds(place, "Bo")
    assert (bo.get("phone"), bo["fax"], bo["insurance"]) == (None, "9", ["Aetna"])
    assert [each.name for each in place.ask(members, place.entry("Organizations/Elm.md").key)] == ["Ana"]
    assert [each.name for each in place.ask(members, place.entry("Organizations/Elm Street.md").key)] == ["Bo", "Cy"]


def test_members_and_front_desk(place: Vault) -> None:
    """By link or by plain name; the lines of the section People."""
    elm = place.entry("Organizations/Elm.md")
    assert [each.name for each in place.ask(members, elm.key)] == ["Ana", "Bo"]
    assert front_desk(place, elm.path) == ["Lou at the front desk", "Imani"]
    assert front_desk(place, "Organizations/Elm Street.md") == []


def test_a_touch_there_counts_for_whom_it_names(place: Vault) -> None:
    """And for no other member (vault format, Organization)."""
    assert [e.kind for e in timeline(place, place.entry("Partners/Bo.md"))] == ["meeting"]
    assert timeline(place, place.entry("Partners/Ana.md")) == []
    assert [e.kind for e in timeline(place, place.entry("Organizations/Elm.md"))] == ["meeting", "call"]


def test_matching_by_what_the_organization_has(place: Vault) -> None:
    """Its insurance and its city are its members'."""
    found = matches(place, Need(insurance=("moda",), city="salem"))
    assert [(each.candidate.name, properties["referral_method"]) for each, properties in found] == [
        ("Bo", "fax"), ("Ana", "fax"),
    ]  # fmt: skip
    assert [each.candidate.met for each, _ in found] == [True, False]  # the organization's log names Bo


def test_matching_by_role(empty: Vault) -> None:
    """However it is written; whose role nobody wrote may have it, and who has another is not proposed."""
    roles = {
        "Ana": "role: OB-GYN", "Bo": "role: [ob gyn]", "Cy": "role: '[[ob-gyn]]'", "Di": "city: Salem", "Ed": "role: midwife",
    }  # fmt: skip
    for name, head in roles.items():
        put(empty, {f"{name}.md": f"---\ntype: partner\n{head}\nspecialties: [birth]\n---\n"})
    found = {each.candidate.name for each, _ in matches(empty, Need(role="Ob-Gyn", specialties=("birth",)))}
    assert found == {"Ana", "Bo", "Cy", "Di"}


def test_what_they_send_us_changes_no_match(vault: Vault) -> None:
    """Among those who have been met, referrals, touches and stages change nothing: by need alone (guide, line 26)."""
    need = Need(specialties=("adhd",), age=9)
    before = matches(vault, need)
    known = [each.candidate.path for each, _ in before if each.candidate.met]
    assert len(known) > 2
    last = vault.entry(known[-1])
    for _ in range(3):
        refer(vault, last, "in")
        log_touch(vault, last.path, "coffee", "with us")
    set_properties(vault, last.path, [parse_setting("stage=active")])
    set_properties(vault, known[0], [parse_setting("stage=resting")])
    vault.sync()
    assert vault.entry(last.path).last_contact == vault.today()
    assert [each for each, _ in matches(vault, need)] == [each for each, _ in before]


def test_a_role_s_note_says_whether_it_treats(vault: Vault) -> None:
    """Therapists come before a pediatrician, until `treats: true` in the role's note says otherwise."""
    put(vault, {
        "Partners/Ped.md": "---\ntype: partner\nrole: pediatrician\nspecialties: [tics]\nserves: [children]\nstage: met\n---\n",
        "Partners/Thea.md": "---\ntype: partner\nrole: child therapist\nspecialties: [tics]\n---\n",
    })  # fmt: skip

    def first() -> str:
        return matches(vault, Need(specialties=("tics",), age=9))[0][0].candidate.name

    assert first() == "Thea"
    set_properties(vault, "Playbook/Roles/pediatrician.md", [parse_setting("treats=yes")])
    vault.sync()
    assert first() == "Ped"


def test_who_is_not_a_fit_is_left_out(vault: Vault) -> None:
    """The user's own word for it."""
    need = Need(role="psychiatrist")
    first = matches(vault, need)[0][0].candidate.path
    set_properties(vault, first, [parse_setting("stage=not a fit")])
    vault.sync()
    assert first not in [each.candidate.path for each, _ in matches(vault, need)]


def test_words_that_stand_without_blanks_match(empty: Vault) -> None:
    """A specialty within a longer one, in Chinese."""
    put(empty, {"Partners/A.md": "---\ntype: partner\nspecialties: [儿童焦虑症]\n---\n"})
    assert [each.candidate.name for each, _ in matches(empty, Need(specialties=("焦虑",)))] == ["A"]

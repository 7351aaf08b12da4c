import pytest

from rounds.errors import AmbiguousError, NotFoundError
from rounds.vault.find_note import find
from rounds.vault.vault import Vault
from vault.notes import put

NOTES = {
    "Partners/Maria Alvarez.md": "---\naliases: [Mary Al]\nemail: maria.alvarez@example.org\nid: m1\n---\n",
    "Partners/Marianne Okafor.md": "---\nemail:\n  - m@example.org\n  - okafor@example.org\n---\n",
    "Partners/Sam Lee.md": "---\n---\n",
    "Partners/Sam Lee (Rose City).md": "---\nname: Sam Lee\n---\n",
    "Partners/Íñigo Núñez-O'Neil.md": "---\n---\n",
    "Partners/Keiko Marlowe.md": "---\n---\n",
    "Organizations/Rose City Pediatrics.md": "---\n---\n",
    "Playbook/Roles/doula.md": "---\ntype: role\n---\n",
}


@pytest.fixture
def people(empty: Vault) -> Vault:
    put(empty, NOTES)
    return empty


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("Maria Alvarez", "Partners/Maria Alvarez.md"),
        ("maria alvarez", "Partners/Maria Alvarez.md"),
        ("Mary Al", "Partners/Maria Alvarez.md"),
        ("MARIA.ALVAREZ@example.org", "Partners/Maria Alvarez.md"),
        ("okafor@example.org", "Partners/Marianne Okafor.md"),
        ("m1", "Partners/Maria Alvarez.md"),
        ("Partners/Sam Lee (Rose City).md", "Partners/Sam Lee (Rose City).md"),
        (" Partners/Sam Lee.md ", "Partners/Sam Lee.md"),
        ("Sam Lee (Rose City)", "Partners/Sam Lee (Rose City).md"),
        ("alv", "Partners/Maria Alvarez.md"),
        ("al mar", "Partners/Maria Alvarez.md"),
        ("inigo", "Partners/Íñigo Núñez-O'Neil.md"),
        ("nunez o'n", "Partners/Íñigo Núñez-O'Neil.md"),
        ("rose ped", "Organizations/Rose City Pediatrics.md"),
        ("Kieko", "Partners/Keiko Marlowe.md"),
        ("maria alvares", "Partners/Maria Alvarez.md"),
        ("keikomarlowe", "Partners/Keiko Marlowe.md"),
    ],
)
def test_somebody_is_found_by_what_people_type(people: Vault, who: str, path: str) -> None:
    """Name, alias, email, id, path, beginnings of words in any order, no diacritics, a slip of the fingers."""
    assert find(people, who).path == path


def test_an_organization_in_a_partners_place_is_said_to_be_one(people: Vault) -> None:
    """Rather than that nobody has the name, with advice to add them."""
    with pytest.raises(NotFoundError, match="Rose City Pediatrics is an organization, not a partner") as caught:
        find(people, "rose ped", ("partner",))
    assert caught.value.hint == "Name somebody who works there."
    with pytest.raises(NotFoundError, match='there is nobody named "xyzzy"'):
        find(people, "xyzzy", ("partner",))


@pytest.mark.parametrize(
    ("who", "candidates"),
    [
        ("maria", ["Maria Alvarez (Partners/Maria Alvarez.md)", "Marianne Okafor (Partners/Marianne Okafor.md)"]),
        ("sam lee", ["Sam Lee (Partners/Sam Lee (Rose City).md)", "Sam Lee (Partners/Sam Lee.md)"]),
    ],
)
def test_several_are_listed_and_never_guessed(people: Vault, who: str, candidates: list[str]) -> None:
    """With the paths that tell them apart."""
    with pytest.raises(AmbiguousError) as caught:
        find(people, who)
    assert sorted(caught.value.candidates) == candidates


def test_people_of_one_name_are_told_apart_by_path(people: Vault) -> None:
    """A longer name, where there is one, is asked for first."""
    with pytest.raises(AmbiguousError) as caught:
        find(people, "Sam Lee")
    assert caught.value.hint == "They have the same name, so write the path."
    with pytest.raises(AmbiguousError) as caught:
        find(people, "mari")
    assert caught.value.hint == "Write more of the name."


@pytest.mark.parametrize("who", ["Sam Leeson", "Zachary", "Mario Lopez", "ab", "Rose Marlowe"])
def test_nobody_is_not_taken_for_somebody(people: Vault, who: str) -> None:
    """Another family name is another person, however much the rest is alike."""
    with pytest.raises(NotFoundError):
        find(people, who)


def test_nobody_comes_with_names_that_are_close(people: Vault) -> None:
    """Or with how to add them."""
    with pytest.raises(NotFoundError) as caught:
        find(people, "Sam Leeson")
    assert "Sam Lee" in caught.value.suggestions
    assert caught.value.hint.startswith("Did you mean Sam Lee")


@pytest.mark.parametrize("who", ["", "  ", "...", "-- ?!", "|", "%"])
def test_a_name_without_a_letter_is_nobody(people: Vault, who: str) -> None:
    """Not everybody."""
    with pytest.raises(NotFoundError, match="contains no name"):
        find(people, who)


def test_only_notes_of_the_wanted_types_are_people(people: Vault) -> None:
    """A role of the playbook is nobody, unless it is asked for."""
    with pytest.raises(NotFoundError):
        find(people, "doula")
    assert find(people, "doula", types=("role",)).path == "Playbook/Roles/doula.md"


def test_an_empty_vault_holds_nobody(empty: Vault) -> None:
    """And says how to add them."""
    empty.sync()
    with pytest.raises(NotFoundError) as caught:
        find(empty, "Sam")
    assert caught.value.hint == "Add them with: rounds add NAME"


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("[[Maria Alvarez|Keiko]]", "Partners/Maria Alvarez.md"),
        ("[[sam lee (rose city)#Log|Sam Lee]]", "Partners/Sam Lee (Rose City).md"),
        ("[[Partners/Sam Lee.md]]", "Partners/Sam Lee.md"),
        ("![[/Partners/Sam Lee#^f-1]]", "Partners/Sam Lee.md"),
        ("[[../Partners/Sam Lee]]", "Partners/Sam Lee.md"),
        (" [Keiko](Partners/Sam%20Lee%20(Rose%20City).md) ", "Partners/Sam Lee (Rose City).md"),
        ("[x](<../Partners/Íñigo N%C3%BA%C3%B1ez-O'Neil.md#About>)", "Partners/Íñigo Núñez-O'Neil.md"),
        ("[[Mary Al]]", "Partners/Maria Alvarez.md"),
    ],
)
def test_a_link_means_its_target(people: Vault, who: str, path: str) -> None:
    """In every form; its alias is nobody's name. One that leads nowhere is read by its words."""
    assert find(people, who).path == path


def test_a_link_to_nobody_is_nobody(people: Vault) -> None:
    """Its alias is not asked."""
    with pytest.raises(NotFoundError, match='nobody named "Zzyzx"'):
        find(people, "[[Zzyzx|Sam Lee]]")


ROLES = {
    "Partners/Priya Rao.md": "---\nrole: psychiatrist\n---\n",
    "Partners/Mina Hart.md": "---\nrole: OB/GYN\n---\n",
    "Partners/Noor Haddad.md": "---\nrole: school counselor\n---\n",
    "Partners/Zoe Ito.md": "---\nrole: School Counselor\n---\n",
    "Partners/Mason Doula.md": "---\nrole: coach\n---\n",
    "Playbook/Roles/ob-gyn.md": "---\ntype: role\naliases: [obstetrician]\n---\n",
    "Playbook/Roles/midwife.md": "---\ntype: role\n---\n",
    "Playbook/Roles/doula.md": "---\ntype: role\n---\n",
}


@pytest.mark.parametrize(
    ("who", "name"),
    [("psychiatrist", "Priya Rao"), ("ob-gyn", "Mina Hart"), ("Ob Gyn", "Mina Hart"), ("obstetrician", "Mina Hart"),
     ("doula", "Mason Doula")],
)  # fmt: skip
def test_a_role_stands_for_the_only_one_who_has_it(empty: Vault, who: str, name: str) -> None:
    """By the role itself or another name of it in the playbook; somebody of that very name comes first."""
    put(empty, ROLES)
    assert find(empty, who).name == name
    assert find(empty, who, ("partner",)).name == name


def test_a_role_that_several_or_none_have(empty: Vault) -> None:
    """Several are listed, never guessed; that there is none is said; a misspelled role is suggested."""
    put(empty, ROLES)
    with pytest.raises(AmbiguousError) as several:
        find(empty, "school counselor")
    assert several.value.message == "2 partners have the role school counselor"
    assert several.value.candidates == ("Noor Haddad (Partners/Noor Haddad.md)", "Zoe Ito (Partners/Zoe Ito.md)")
    with pytest.raises(NotFoundError, match="nobody with the role midwife is here yet"):
        find(empty, "midwife")
    with pytest.raises(NotFoundError) as misspelled:
        find(empty, "psyciatrist")
    assert misspelled.value.hint.startswith("Did you mean psychiatrist")
    put(empty, {"Organizations/Lantern Psychiatry.md": "---\n---\n"})
    with pytest.raises(NotFoundError, match="psychiatris"):
        find(empty, "psychiatris")

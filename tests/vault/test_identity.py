"""Two notes are never one to Rounds: ids of twins, and of who takes the place of somebody who moved away."""

import unicodedata
from pathlib import Path

import pytest

from rounds.errors import AmbiguousError
from rounds.index.ids_last_contact import derived_id
from rounds.vault.conflicts import State, apply, proposals
from rounds.vault.find_note import find
from rounds.vault.list_search import listed
from rounds.vault.note_files import add
from rounds.vault.problems import all_problems
from rounds.vault.set_properties import Setting, set_properties
from rounds.vault.tidy import tidy, untidy
from rounds.vault.vault import Vault
from vault.notes import put, text, write

COMPOSED = "Partners/José Núñez.md"
PARTS = unicodedata.normalize("NFD", COMPOSED)
ONE = "---\ntype: partner\nrole: coach\nstage: active\n---\n\n## Log\n\n- 2026-03-01 call: one\n"
TWO = ONE.replace("01 call: one", "02 call: other")


def ids(vault: Vault) -> dict[str, str]:
    return {entry.path: entry.id for entry in listed(vault, "")}


@pytest.fixture
def twins(empty: Vault) -> Vault:
    put(empty, {PARTS: TWO, COMPOSED: ONE})
    return empty


def test_twins_are_a_problem_before_anything_is_written(twins: Vault) -> None:
    """Each is named with the other, and how they differ, which nobody can see."""
    assert [(p.path, p.message, str(p.level)) for p in all_problems(twins)] == [
        (PARTS, f"{COMPOSED} has the same name but for the way its accents are stored; here they are not composed (NFD)", "error"),
        (COMPOSED, f"{PARTS} has the same name but for the way its accents are stored; here they are composed (NFC)", "error"),
    ]  # fmt: skip


def test_names_that_differ_in_case_are_a_problem(empty: Vault) -> None:
    """A link leads to either of them, and other systems keep only one."""
    put(empty, {"Partners/Sam Lee.md": ONE, "Partners/Sam lee.md": TWO, "Team/Sam Lee.md": "---\nhandle: sam\n---\n"})
    assert [(p.path, p.message) for p in all_problems(empty)] == [
        ("Partners/Sam Lee.md", "Partners/Sam lee.md has the same name but for upper and lower case"),
        ("Partners/Sam lee.md", "Partners/Sam Lee.md has the same name but for upper and lower case"),
    ]
    with pytest.raises(AmbiguousError) as caught:
        find(empty, "sam lee")
    assert caught.value.hint == "Links can't tell them apart: see rounds check."
    assert find(empty, "Partners/Sam lee.md").path == "Partners/Sam lee.md"
    assert [(each.note, each.copy) for each in proposals(empty)] == [("Partners/Sam Lee.md", "Partners/Sam lee.md")]


@pytest.mark.parametrize("how", ["tidy", "save"])
def test_twins_get_an_id_each(twins: Vault, how: str) -> None:
    """By tidy, or by the first save of each, synced between or not: what the index had before is what is stored."""
    derived = derived_id(twins.vault_id, COMPOSED)
    assert ids(twins) == {COMPOSED: derived, PARTS: f"{derived}-2"}
    if how == "tidy":
        assert tidy(twins, untidy(twins)) == []
    for path in (PARTS, COMPOSED) if how == "save" else ():
        set_properties(twins, path, [Setting("city", "=", "Portland")])
    assert [twins.read(path).note.id for path in (COMPOSED, PARTS)] == [derived, f"{derived}-2"]
    twins.sync()
    assert ids(twins) == {COMPOSED: derived, PARTS: f"{derived}-2"}
    assert not [p for p in all_problems(twins) if "the id" in p.message]


@pytest.mark.parametrize("stored", [False, True])
def test_twins_of_one_person_merge(twins: Vault, stored: bool) -> None:
    """Also where each got its id: which of the two stands is nobody's question."""
    if stored:
        tidy(twins, untidy(twins))
        twins.sync()
    (proposal,) = proposals(twins)
    assert (proposal.note, proposal.copy, proposal.state) == (COMPOSED, PARTS, State.MERGES)
    apply(twins, proposal)
    twins.sync()
    assert list(ids(twins)) == [COMPOSED]
    assert text(twins, COMPOSED).endswith("- 2026-03-01 call: one\n- 2026-03-02 call: other\n")
    assert all_problems(twins) == []


def test_twins_that_people_gave_ids_are_two(empty: Vault) -> None:
    """Nothing is proposed; the problem stays until one is renamed."""
    put(empty, {PARTS: TWO.replace("role", "id: two\nrole"), COMPOSED: ONE.replace("role", "id: one\nrole")})
    assert proposals(empty) == []
    assert len(all_problems(empty)) == 2


def test_twins_with_the_same_log_are_one_person_and_a_copy(empty: Vault) -> None:
    """Or with the same id, as when a service wrote one note under both names."""
    put(empty, {PARTS: ONE + "- 2026-03-02 email: b\n", COMPOSED: ONE})
    assert list(ids(empty)) == [COMPOSED]
    assert [problem.path for problem in all_problems(empty)] == [PARTS]


def test_whoever_takes_the_place_of_somebody_gets_another_id(empty: Vault) -> None:
    """A note keeps its id when it is renamed outside; a new one at its old path would derive the same."""
    sam, samuel = "Partners/Sam Lee.md", "Partners/Robin Ott.md"
    derived = derived_id(empty.vault_id, sam)
    write(empty, ONE)
    tidy(empty, untidy(empty))
    Path(empty.root, sam).rename(Path(empty.root, samuel))
    write(empty, TWO)
    assert ids(empty) == {sam: f"{derived}-2", samuel: derived}
    set_properties(empty, sam, [Setting("city", "=", "Portland")])
    assert empty.read(sam).note.id == f"{derived}-2"
    empty.sync()
    assert all_problems(empty) == []


def test_a_new_note_in_the_place_of_somebody_gets_another_id(empty: Vault) -> None:
    """As above, made by us."""
    sam = "Partners/Sam Lee.md"
    write(empty, ONE)
    tidy(empty, untidy(empty))
    Path(empty.root, sam).rename(Path(empty.root, "Partners/Samuel.md"))
    empty.sync()
    add(empty, "Sam Lee", [])
    empty.sync()
    assert ids(empty)[sam] == f"{derived_id(empty.vault_id, sam)}-2"
    assert all_problems(empty) == []


def test_when_the_other_one_is_gone_a_note_has_the_id_of_its_path(twins: Vault) -> None:
    """As long as it stores none; so every machine derives the same."""
    Path(twins.root, COMPOSED).unlink()
    twins.sync()
    assert ids(twins) == {PARTS: derived_id(twins.vault_id, COMPOSED)}

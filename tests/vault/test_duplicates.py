"""Notes that may be about one person: which pairs are found, why, and how they are told apart."""

from pathlib import Path

import pytest

from rounds.errors import RoundsError, UsageError
from rounds.index.people_compared import last_change
from rounds.vault import history_undo as history
from rounds.vault.duplicates import advice, dismiss, duplicates
from rounds.vault.log_actions import log_touch
from rounds.vault.lookalikes import contacts_of, lookalikes
from rounds.vault.note_files import add, rename
from rounds.vault.set_properties import Setting
from rounds.vault.vault import Vault
from vault.notes import put


def person(**values: str) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in values.items())
    return f"---\ntype: partner\n{lines}---\n"


def found(vault: Vault) -> list[tuple[str, str, list[str]]]:
    return [(pair.name, pair.other_name, [*pair.why]) for pair in duplicates(vault)]


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (("Sam Lee", {}), ("Lee Sam", {}), ["the same name"]),
        (("Sam Lee", {"role": "midwife"}), ("Dr. Sam Lee", {}), ["the same name"]),
        (("Sam Lee", {"city": "Salem"}), ("S Lee", {"city": "Bend"}), ["the same name with an initial"]),
        (("Bob Ott", {}), ("Robert Ott", {}), ["a short form of the same name"]),
        (("Sanj Rao", {}), ("Sanjeev Rao", {}), ["a short form of the same name"]),
        (("Sam L", {}), ("Sam Lee", {}), ["the same name with an initial"]),
        (("Kim Park", {}), ("Kim Parker", {}), None),
        (("Ana Ng", {"npi": '"1234567893"'}), ("Zoe Quist", {"npi": '"1234567893"'}), ["the same NPI"]),
        (("Sam Lee", {"npi": '"1234567893"'}), ("Lee Sam", {"npi": '"1245319599"'}), None),
        (("Ana Ng", {"email": "desk@x.org"}), ("Zoe Quist", {"email": "desk@x.org"}), None),
        (("Ana Ng", {"phone": '"503-555-0144"'}), ("Zoe Quist", {"phone": '"5035550144"'}), None),
        (("Ana Ng", {"email": "ana@x.org"}), ("Ana Quist", {"email": "Ana@x.org"}), ["the same email"]),
        (
            ("Dana Whitlock", {"phone": '"503-555-0144"'}),
            ("Dana Whitlok", {"phone": '"+1 503 555 0144"'}),
            ["the same phone", "nearly the same name"],
        ),
        (("Dana Whitlock", {"role": "midwife"}), ("Dana Whitlok", {"role": "midwife"}), ["nearly the same name"]),
        (("Dana Whitlock", {}), ("Dana Whitlok", {}), None),
        (("Dana Whitlock", {"role": "x", "city": "Bend"}), ("Dana Whitlok", {"role": "x", "city": "Salem"}), None),
        (("Kim Ott", {"aliases": "[Kimberly Doe]"}), ("Kim Doe", {}), ["a short form of the same name"]),
        (
            ("Sam Lee", {"city": "Bend"}),
            ("Sam Lee (Salem)", {"name": "Sam Lee", "city": "Salem"}),
            None,
        ),
        (
            ("Sam Lee", {"role": "midwife"}),
            ("Sam Lee (midwife)", {"name": "Sam Lee", "role": "midwife"}),
            ["the same name"],
        ),
    ],
)
def test_pairs(
    empty: Vault,
    one: tuple[str, dict[str, str]],
    other: tuple[str, dict[str, str]],
    why: list[str] | None,
) -> None:
    """Each kind of evidence; what colleagues share is none, and neither is a name with another NPI."""
    put(empty, {f"Partners/{name}.md": person(**values) for name, values in (one, other)})
    assert [why for *_, why in found(empty)] == ([] if why is None else [why])


def test_the_note_that_says_more_comes_first(empty: Vault) -> None:
    put(empty, {"Partners/Ann Lee.md": person(), "Partners/Lee Ann.md": person(role="midwife", city="Bend")})
    assert found(empty)[0][:2] == ("Lee Ann", "Ann Lee")


def test_a_partner_and_an_organization_are_no_pair(empty: Vault) -> None:
    put(empty, {"Partners/Dana Moore.md": person(), "Organizations/Moore Dana.md": "---\ntype: organization\n---\n"})
    assert found(empty) == []
    assert {each.name for each in lookalikes(empty, "Dana Moore")} == {"Dana Moore", "Moore Dana"}


def test_a_name_that_an_organization_has_is_told(empty: Vault) -> None:
    """Before somebody is added; aliases and short forms too."""
    put(empty, {
        "Organizations/Rose City.md": "---\ntype: organization\naliases: [Rose City Pediatrics]\n---\n",
        "Partners/Robert Ott.md": person(),
    })  # fmt: skip
    assert [(each.name, each.why) for each in lookalikes(empty, "Rose City Pediatrics")] == [
        ("Rose City", "the same name")
    ]
    assert [each.why for each in lookalikes(empty, "Bob Ott")] == ["a short form of the same name"]


def test_two_that_are_not_the_same_are_not_listed_again(empty: Vault) -> None:
    """Each note gets a link to the other; one undo takes both back. A rename keeps it."""
    put(empty, {"Partners/Sam Lee.md": person(), "Partners/Lee Sam.md": person()})
    one, other = (empty.entry(f"Partners/{name}.md") for name in ("Sam Lee", "Lee Sam"))
    assert len(dismiss(empty, one, other)) == 2
    empty.sync()
    assert found(empty) == []
    assert empty.entry("Partners/Lee Sam.md").properties["not_same"] == ["[[Sam Lee]]"]
    assert dismiss(empty, one, other) == []
    rename(empty, empty.entry("Partners/Sam Lee.md"), "Sam J Lee")
    empty.sync()
    assert found(empty) == []
    history.undo(empty)
    history.undo(empty)
    empty.sync()
    assert len(found(empty)) == 1
    assert "not_same" not in Path(empty.root, "Partners/Sam Lee.md").read_text()


@pytest.mark.parametrize("value", ["[[Lee Sam]]", "Lee Sam", "[[Partners/Lee Sam|him]]"])
def test_a_dismissal_typed_by_hand(empty: Vault, value: str) -> None:
    """In one of the two notes, in any form of a link."""
    put(empty, {"Partners/Sam Lee.md": person(not_same=f'"{value}"'), "Partners/Lee Sam.md": person()})
    assert found(empty) == []


def test_one_that_cannot_be_written_stops_both(empty: Vault) -> None:
    put(
        empty,
        {
            "Partners/Sam Lee.md": person(),
            "Partners/Lee Sam.md": person(),
            "Organizations/O.md": "---\ntype: organization\n---\n",
        },
    )
    one, other = (empty.entry(f"Partners/{name}.md") for name in ("Sam Lee", "Lee Sam"))
    for wrong in (one, empty.entry("Organizations/O.md")):
        with pytest.raises(UsageError):
            dismiss(empty, one, wrong)
    Path(empty.root, "Partners/Lee Sam.md").write_text("---\ntype: partner\nemail: [\n---\n")
    with pytest.raises(RoundsError):
        dismiss(empty, one, other)
    assert "not_same" not in Path(empty.root, "Partners/Sam Lee.md").read_text()


def test_a_dismissal_is_no_tie(empty: Vault) -> None:
    """Nobody can introduce somebody because the two are not the same."""
    from rounds.vault.gaps_introductions_match import network

    put(empty, {"Partners/Sam Lee.md": person(not_same='"[[Lee Sam]]"'), "Partners/Lee Sam.md": person()})
    assert not any(network(empty).ties.values())


def test_pairs_are_advice_with_the_commands(empty: Vault) -> None:
    put(empty, {"Partners/Sam Lee.md": person(city="Bend"), "Partners/Lee Sam.md": person()})
    (problem,) = advice(empty)
    assert problem.path == "Partners/Sam Lee.md"
    assert problem.message == "Partners/Lee Sam.md may be about the same person: the same name"
    assert "rounds merge 'Sam Lee' 'Lee Sam'" in problem.hint


def test_what_was_found_is_not_kept_too_long(empty: Vault) -> None:
    put(empty, {"Partners/Sam Lee.md": person()})
    assert found(empty) == []
    add(empty, "Lee Sam", [Setting("role", "=", "midwife")])
    empty.sync()
    assert len(found(empty)) == 1


def test_many_alike_are_not_compared_each_with_each(empty: Vault) -> None:
    """Hundreds of one name, or with one office's phone: each is still listed, once."""
    put(empty, {f"Partners/{n}/Sam Lee.md": person(phone='"503-555-0144"') for n in range(300)})
    assert len(contacts_of(empty)) == 300
    assert len(found(empty)) == 299
    assert len([*advice(empty)]) == 21


def test_people_are_compared_again_only_when_what_is_compared_has_changed(vault: Vault) -> None:
    """A logged line isn't, nor the id and the date of last contact that are written with it."""
    put(vault, {"Partners/Sam Lee.md": person(city="Salem"), "Daily/a.md": "x\n"})
    before = vault.ask(last_change, "partner")

    log_touch(vault, "Partners/Sam Lee.md", "call", "about the group")
    put(vault, {"Daily/a.md": "y\n"})
    assert vault.ask(last_change, "partner") == before

    put(vault, {"Partners/Sam Lee.md": person(city="Bend")})
    assert vault.ask(last_change, "partner") > before
    before = vault.ask(last_change, "partner")
    put(vault, {"Organizations/Rose Clinic.md": "---\ntype: organization\nphone: 503-555-0142\n---\n"})
    assert vault.ask(last_change, "partner") == before
    Path(vault.root, "Partners/Sam Lee.md").unlink()
    vault.sync()
    assert vault.ask(last_change, "partner") > before

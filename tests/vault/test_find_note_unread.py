"""Notes that a click on a link made: nobody yet, found by name with what to do, filled by add."""

from pathlib import Path

import pytest

from rounds.errors import Level, NotFoundError, RoundsError
from rounds.vault.find_note import find
from rounds.vault.inbox import thoughts
from rounds.vault.list_search import listed
from rounds.vault.note_files import add
from rounds.vault.problems import all_problems, problems_of
from rounds.vault.set_properties import Setting, set_properties
from rounds.vault.tidy import untidy
from rounds.vault.vault import Vault
from vault.notes import put, text, write

DANA = "Partners/Dana Whitlock.md"


@pytest.fixture
def clicked(empty: Vault) -> Vault:
    put(empty, {DANA: "", "Partners/2026-11-12.md": "", "Partners/Sam Lee.md": "---\nrole: coach\n---\n[[Dana Whitlock]]\n",
                "Partners/Di Eng.md": "---\ntype: person\n---\n", "Organizations/Rose City.md": "# Rose City\n"})  # fmt: skip
    return empty


def test_they_are_advice_and_listed_nowhere(clicked: Vault) -> None:
    """No partner, no organization, nothing for tidy; what else is wrong stays to be seen."""
    assert [entry.path for entry in listed(clicked, "")] == ["Partners/Sam Lee.md"]
    assert listed(clicked, "is:organization", types=()) == []
    assert {(p.path, p.level) for p in all_problems(clicked)} == {
        (path, Level.ADVICE)
        for path in (DANA, "Partners/2026-11-12.md", "Partners/Di Eng.md", "Organizations/Rose City.md")
    }
    assert [each.path for each in untidy(clicked)] == ["Partners/Sam Lee.md"]


@pytest.mark.parametrize(
    ("who", "message", "hint"),
    [
        ("Dana Whitlock", f"Dana Whitlock is not a partner yet: {DANA} has no property, log entry or follow-up",
         'To make it one: rounds add "Dana Whitlock"'),
        ("dana", f"Dana Whitlock is not a partner yet: {DANA} has no property, log entry or follow-up",
         'To make it one: rounds add "Dana Whitlock"'),
        ("rose city", ("Rose City is not an organization yet: Organizations/Rose City.md has no property, log entry or "
         "follow-up"), 'To make it one: rounds add "Rose City" --type organization'),
        ("di eng", ('Di Eng (Partners/Di Eng.md) does not count: type: "person" is not a type that Rounds knows, so this '
         "note is not read as a partner"),
         'If it is one: rounds set "Di Eng" type=partner. If it is something else, it can stay, or move to another folder.'),
    ],
)  # fmt: skip
def test_who_asks_for_one_by_name_is_told_what_to_do(clicked: Vault, who: str, message: str, hint: str) -> None:
    """Rather than that nobody has that name."""
    with pytest.raises(NotFoundError) as caught:
        find(clicked, who)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_nobody_with_nearly_that_name_is_taken_for_them(clicked: Vault) -> None:
    """What is logged for Sam Leo never goes to Sam Lee."""
    write(clicked, "", "Partners/Sam Leo.md")
    with pytest.raises(NotFoundError, match="Sam Leo is not a partner yet"):
        find(clicked, "sam leo")


def test_they_count_with_the_first_thing_that_is_known(clicked: Vault) -> None:
    """A property, a log entry, a follow-up; and no longer without it."""
    for said in ("---\nrole: coach\n---\n", "- 2026-11-12 call: a\n", "- [ ] call them\n"):
        write(clicked, said, DANA)
        assert find(clicked, "dana").path == DANA
    write(clicked, "some thought\n", DANA)
    assert DANA not in [entry.path for entry in listed(clicked, "")]


def test_a_note_that_held_something_and_is_emptied_stays_a_problem(clicked: Vault) -> None:
    """What it held is kept."""
    write(clicked, "", "Partners/Sam Lee.md")
    assert find(clicked, "sam lee").properties == {"role": "coach"}
    assert [p.message for p in problems_of(clicked, "Partners/Sam Lee.md")] == [
        "the file is empty; its earlier content is shown"
    ]


@pytest.mark.parametrize("before", ["", "\n", "\ufeff", "Met her at *Heart*.\n", "# Dana\r\n\r\nMet her.\r\n"])
def test_add_fills_a_note_that_a_click_made(clicked: Vault, before: str) -> None:
    """Its text stays, byte for byte, below the properties; an empty one becomes what a new note is."""
    put(clicked, {DANA: before})
    assert add(clicked, "dana whitlock", [Setting("role", "=", "coach")]) == DANA
    clicked.sync()
    assert clicked.entry(DANA).properties["role"] == "coach"
    assert find(clicked, "Dana Whitlock").name == "Dana Whitlock"
    written = Path(clicked.root, DANA).read_bytes().decode()
    if before.strip("\n\ufeff"):
        assert written.endswith(before)
    else:
        assert written.endswith("---\n\n## About\n\n\n## Follow-ups\n\n\n## Log\n")
    with pytest.raises(RoundsError, match="is there already"):
        add(clicked, "Dana Whitlock", [])


def test_add_fills_an_organization_in_its_own_folder_alone(clicked: Vault) -> None:
    """A partner of that name is another note."""
    assert add(clicked, "Rose City", [], kind="organization") == "Organizations/Rose City.md"
    assert text(clicked, "Organizations/Rose City.md").endswith("---\n# Rose City\n")
    with pytest.raises(RoundsError, match="is there already"):
        add(clicked, "Rose City", [])


def test_set_makes_one_a_partner(clicked: Vault) -> None:
    """The first property is enough, and another type is mended so."""
    set_properties(clicked, DANA, [Setting("role", "=", "coach")])
    set_properties(clicked, "Partners/Di Eng.md", [Setting("type", "=", "partner")])
    clicked.sync()
    assert [entry.name for entry in listed(clicked, "")] == ["Dana Whitlock", "Di Eng", "Sam Lee"]


def test_the_inbox_files_nothing_into_them(clicked: Vault) -> None:
    """Nobody is meant by `2026-11-12`."""
    Path(clicked.root, "Inbox.md").write_text("2026-11-12 call the landlord\n")
    (thought,) = thoughts(clicked)
    assert thought.name == ""

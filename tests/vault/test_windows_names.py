"""Notes that Windows can't have: advice on every system, and new names, as one change."""

from pathlib import Path

from rounds.errors import Level
from rounds.vault.history_undo import undo
from rounds.vault.problems import all_problems
from rounds.vault.tidy import renaming_in, tidy, untidy
from rounds.vault.vault import Vault

from .notes import put, text

HEAD = "---\ntype: partner\nstage: met\nid: {0}\n---\n\n[[CON]] [[Who: what?|W]]\n"
NOTES = {
    "Partners/CON.md": HEAD.format("aaaa1"),
    "Partners/Who: what?.md": HEAD.format("aaaa2"),
    "Partners/???.md": HEAD.format("aaaa3"),
    "Partners/Ends here./Ana Lima.md": HEAD.format("aaaa4"),
    "Partners/Zoe Zed.md": HEAD.format("aaaa5"),
    "partners/Kim Yu.md": HEAD.format("aaaa6"),
    "Daily/a:b.md": "[[CON]]\n",
}


def test_what_windows_can_not_have_is_advice_and_can_be_renamed_at_once(empty: Vault) -> None:
    """What they're called stays, links follow, and one undo brings all names back."""
    put(empty, NOTES)
    found = {(each.path, each.message): each.hint for each in all_problems(empty) if "Windows PC" in each.message}
    on_pc, no_note = "If the vault is on a PC too", "a Windows PC can't have this note: its name"
    folder = "If the vault is there too, give the folder another name, in Obsidian if you use it."
    assert found == {
        ("Daily/a:b.md", f"{no_note} contains :"): f"{on_pc}, give the note another name.",
        ("Partners/???.md", f"{no_note} contains ?"): f"{on_pc}, give the note another name.",
        (
            "Partners/CON.md",
            f"{no_note} is CON, which Windows keeps for itself",
        ): f"{on_pc}, rename the note to CON_, with the links to it: rounds tidy --apply",
        (
            "Partners/Who: what?.md",
            f"{no_note} contains : and ?",
        ): f"{on_pc}, rename the note to Who what, with the links to it: rounds tidy --apply",
        (
            "Partners/Ends here./Ana Lima.md",
            "a Windows PC can't have the folder Partners/Ends here.: its name ends with a period or a space",
        ): folder,
        ("partners/Kim Yu.md", "the folders partners and Partners are one on a Windows PC or a Mac"): folder,
    }
    assert {each.level for each in all_problems(empty) if "Windows PC" in each.message} == {Level.ADVICE}
    before = {path: text(empty, path) for path in NOTES}
    wanted = untidy(empty)
    assert [(each.path, each.key, each.value) for each in wanted] == [
        ("Partners/CON.md", "file name", "CON_"),
        ("Partners/Who: what?.md", "file name", "Who what"),
    ]
    assert tidy(empty, wanted) == []
    empty.sync()
    assert [empty.entry(f"Partners/{name}.md").name for name in ("CON_", "Who what")] == ["CON", "Who: what?"]
    assert text(empty, "Partners/Zoe Zed.md").endswith("\n[[CON_]] [[Who what|W]]\n")
    assert text(empty, "Daily/a:b.md") == "[[CON_]]\n"
    assert untidy(empty) == []
    undo(empty)
    assert {path: text(empty, path) for path in NOTES} == before
    assert not Path(empty.root, "Partners/CON_.md").exists()


def test_a_new_name_that_is_taken_is_refused_and_the_others_are_given(empty: Vault) -> None:
    """Also one by one, from the problem that it solves."""
    put(empty, {"Partners/A: B.md": HEAD.format("aaaa1"), "Partners/A B.md": HEAD.format("aaaa2"), **NOTES})
    assert tidy(empty, untidy(empty)) == [("Partners/A: B.md", "A B is there already: Partners/A B.md")]
    empty.sync()
    left = {
        each.path: renaming_in(empty, each) for each in all_problems(empty) if "this note: its name" in each.message
    }
    assert sorted(left) == ["Daily/a:b.md", "Partners/???.md", "Partners/A: B.md"]
    assert [str(each.value) for each in left.values() if each] == ["A B"]


def test_of_two_notes_that_differ_in_case_each_says_how_to_rename_it(empty: Vault) -> None:
    """To what a namesake is called, if its properties say where it belongs."""
    put(empty, {
        "Partners/SAM LEE.md": "---\ntype: partner\ncity: Salem\nid: aaaa1\n---\n\n- 2026-01-01 call: a\n",
        "Partners/Sam Lee.md": "---\ntype: partner\nid: aaaa2\n---\n\n- 2026-01-02 call: b\n",
    })  # fmt: skip
    hints = {
        each.path: each.hint.partition("If not: ")[2] for each in all_problems(empty) if "same name" in each.message
    }
    assert hints == {
        "Partners/SAM LEE.md": "rounds rename 'Partners/SAM LEE.md' 'SAM LEE (Salem)'",
        "Partners/Sam Lee.md": "rounds rename 'Partners/Sam Lee.md' NAME",
    }

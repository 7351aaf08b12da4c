import os
import unicodedata
from pathlib import Path

import pytest

from rounds.errors import EditRefusedError, RoundsError, UsageError
from rounds.vault.naming import file_name, rename
from rounds.vault.vault import Vault
from vault.notes import SAM, text, write

HEAD = "---\ntype: partner\nrole: therapist\nid: abc\n---\n"


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("  Sam   Lee ", "Sam Lee"),
        ("Núñez-O'Neil", "Núñez-O'Neil"),
        (unicodedata.normalize("NFD", "Núñez"), "Núñez"),
        ('Dr: "Sam" <Lee>?', "Dr Sam Lee"),
        ("../../etc/passwd", "etcpasswd"),
        ("/../Sam", "Sam"),
        (".hidden.", "hidden"),
        ("con", "con_"),
        ("LPT1.x", "LPT1.x_"),
        ("Sam [[Lee]] #1|^", "Sam Lee 1"),
        ("Ana 👩‍⚕️", "Ana 👩‍⚕️"),
        ("a\x1b[31m\u202eb", "a31mb"),
        ("Ann\tLee\n", "Ann Lee"),
    ],
)
def test_file_names_are_portable_and_can_be_linked_to(name: str, file: str) -> None:
    """To Windows, to a Mac, to a wiki link; never out of the folder."""
    assert file_name(name) == file


@pytest.mark.parametrize("name", ["", "  ", "...", "///", "[[]]", "\udc80"])
def test_a_name_of_signs_alone_is_refused(name: str) -> None:
    """There is nothing to call the file by."""
    with pytest.raises(UsageError):
        file_name(name)


def renamed(vault: Vault, name: str, path: str = SAM) -> list[str]:
    _, found = rename(vault, vault.entry(path), name)
    vault.sync()
    return found


LINKING = (
    "---\nknows:\n  - '[[Sam Lee]]' # friend\norganization: \"[[Sam Lee|S]]\"\nlast_contact: 2026-11-23\nid: xyz\n---\n"
    "[[Sam Lee]] [[sam lee|her]] ![[Sam Lee#About|Sam Lee]] [[Partners/Sam Lee.md]] [[Sam Leeson]]\r\n"
    "[[Elsewhere/Sam Lee]] `[[Sam Lee]]`\n"
    "```\n[[Sam Lee]]\n```\n"
    "- 2026-11-20 coffee: with [[Sam Lee#^f-1|Sam]]\n"
)


def test_a_rename_rewrites_every_link_and_nothing_else(empty: Vault) -> None:
    """In front matter, body and log, with alias, heading, embed, folder; not in code, not to somebody else."""
    write(empty, HEAD)
    write(empty, LINKING, "Partners/Ana.md")
    assert renamed(empty, "Samantha Lee-Ruiz") == ["Partners/Ana.md"]
    assert text(empty, "Partners/Ana.md") == (
        "---\nknows:\n  - '[[Samantha Lee-Ruiz]]' # friend\norganization: \"[[Samantha Lee-Ruiz|S]]\"\nlast_contact: 2026-11-23\nid: xyz\n---\n"
        "[[Samantha Lee-Ruiz]] [[Samantha Lee-Ruiz|her]] ![[Samantha Lee-Ruiz#About|Sam Lee]] "
        "[[Partners/Samantha Lee-Ruiz.md]] [[Sam Leeson]]\r\n"
        "[[Elsewhere/Sam Lee]] `[[Sam Lee]]`\n"
        "```\n[[Sam Lee]]\n```\n"
        "- 2026-11-20 coffee: with [[Samantha Lee-Ruiz#^f-1|Sam]]\n"
    )
    assert not Path(empty.root, SAM).exists()
    assert empty.entry("Partners/Samantha Lee-Ruiz.md").id == "abc"


def test_a_note_without_id_keeps_its_identity_through_a_rename(empty: Vault) -> None:
    """The derived one is stored before the path changes."""
    write(empty, "---\ntype: partner\n---\nsee [[Sam Lee#Log]]\n")
    before = empty.entry(SAM).id
    renamed(empty, "Sam Ruiz")
    assert empty.entry("Partners/Sam Ruiz.md").id == before
    assert text(empty, "Partners/Sam Ruiz.md").endswith("see [[Sam Ruiz#Log]]\n")


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        ("O'Brien", "Brien", "a: '[[O''Brien]]' # x\n", "[[Brien]]"),
        ("Brien", "O'Brien", "a: '[[Brien]]' # x\n", "[[O'Brien]]"),
        ("Brien", "O'Brien: MD", 'a: "[[Brien]]"\n', "[[O'Brien MD]]"),
        ("Núñez", "Nunez", 'a: "[[N\\u00fa\\u00f1ez]]"\n', "[[Nunez]]"),
    ],
)
def test_quotes_in_names_stay_valid_in_front_matter(empty: Vault, old: str, new: str, before: str, after: str) -> None:
    """However the value is quoted, it reads as a link to the new name."""
    write(empty, HEAD, f"Partners/{old}.md")
    write(empty, f"---\n{before}b: 1\n---\n", "Partners/Ana.md")
    renamed(empty, new, f"Partners/{old}.md")
    properties = empty.read("Partners/Ana.md").document.properties
    assert (properties["a"], properties["b"]) == (after, 1)
    assert empty.problems() == []


@pytest.mark.parametrize("taken", ["Partners/Ana.md", "Organizations/ANA.md"])
def test_a_name_that_is_taken_changes_nothing(empty: Vault, taken: str) -> None:
    """Not the note, not its links, not its name."""
    write(empty, "---\ntype: partner\nname: Sammy\n---\n")
    write(empty, HEAD, taken)
    write(empty, LINKING, "Partners/Kim.md")
    with pytest.raises(RoundsError, match="Ana is there already"):
        rename(empty, empty.entry(SAM), "Ana")
    assert text(empty) == "---\ntype: partner\nname: Sammy\n---\n"
    assert text(empty, "Partners/Kim.md") == LINKING


def test_a_linking_note_that_can_t_be_edited_stops_the_rename_before_it_begins(empty: Vault) -> None:
    """Nothing is half done."""
    write(empty, HEAD)
    write(empty, LINKING, "Partners/Ana.md")
    write(empty, LINKING, "Partners/Kim.md")
    Path(empty.root, "Partners/Kim.md").write_text(LINKING.replace("id: xyz", "id: [xyz"))
    with pytest.raises(EditRefusedError, match=r"Partners/Kim\.md"):
        rename(empty, empty.entry(SAM), "Samantha")
    assert text(empty) == HEAD
    assert text(empty, "Partners/Ana.md") == LINKING


def test_links_that_could_mean_a_namesake_in_another_folder_stay(empty: Vault) -> None:
    """Those that name the folder follow."""
    write(empty, HEAD)
    write(empty, "---\ntype: organization\n---\n", "Organizations/Sam Lee.md")
    write(empty, "[[Sam Lee]] [[Partners/Sam Lee]] [[Organizations/Sam Lee]]\n", "Partners/Ana.md")
    renamed(empty, "Sam Ruiz")
    assert text(empty, "Partners/Ana.md").endswith("[[Sam Lee]] [[Partners/Sam Ruiz]] [[Organizations/Sam Lee]]\n")


def test_a_rename_to_another_case_is_one(empty: Vault) -> None:
    """The note itself does not stand in its way."""
    write(empty, HEAD)
    renamed(empty, "sam lee")
    assert os.listdir(Path(empty.root, "Partners")) == ["sam lee.md"]


def test_the_written_name_follows(empty: Vault) -> None:
    """It stays only where the file name can't hold the name."""
    write(empty, "---\ntype: partner\nname: Sammy\nid: abc\n---\n")
    renamed(empty, "Sam: Ruiz")
    assert empty.entry("Partners/Sam Ruiz.md").name == "Sam: Ruiz"
    renamed(empty, "Sam Ruiz", "Partners/Sam Ruiz.md")
    assert text(empty, "Partners/Sam Ruiz.md") == "---\ntype: partner\nid: abc\n---\n"

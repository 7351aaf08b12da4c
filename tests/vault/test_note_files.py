import os
import unicodedata
from pathlib import Path

import pytest

from disks import NotMountedError, mounted
from rounds.errors import RoundsError, UsageError
from rounds.index.queries import members
from rounds.vault.history_undo import undo
from rounds.vault.note_files import add, file_name, rename
from rounds.vault.problems import all_problems
from rounds.vault.tidy import untidy
from rounds.vault.vault import Vault
from vault.notes import SAM, put, rows, text, write

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
        ("LPT1.x", "LPT1_.x"),
        ("aux .old", "aux_ .old"),
        ("COM²", "COM²_"),
        ("Conrad", "Conrad"),
        ("Sam [[Lee]] #1|^", "Sam Lee 1"),
        ("Ana 👩‍⚕️", "Ana 👩‍⚕️"),
        ("a\x1b[31m\u202eb", "a31mb"),
        ("Ann\tLee\n", "Ann Lee"),
    ],
)
def test_file_names_are_portable_and_can_be_linked_to(name: str, file: str) -> None:
    """To Windows, to a Mac, to a wiki link; never out of the folder."""
    assert file_name(name) == file


def test_names_that_windows_refuses_become_notes_on_its_disk() -> None:
    """A real NTFS that refuses what Windows refuses: devices, signs, a dot or blank at the end."""
    names = (
        "CON",
        "aux",
        "COM¹",
        "lpt9.old",
        "nul.txt",
        "Dana.",
        "Dana Ruiz...",
        "Lee?",
        'A "B" <C>',
        "x:y|z*",
        "CONIN$",
    )
    try:
        with mounted("ntfs-3g") as place:
            (place / "rounds.toml").write_text('vault = "test"\ntimezone = "America/Los_Angeles"\n')
            with pytest.raises(OSError, match="Invalid argument"):
                (place / "aux.md").touch()
            vault = Vault.open(place)
            vault.sync()
            for name in names:
                path = add(vault, name, [])
                vault.sync()
                assert rename(vault, vault.entry(path), f"LPT1.{name}").path
                vault.sync()
            assert len(list((place / "Partners").iterdir())) == len(names)
            vault.close()
    except NotMountedError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("name", ["", "  ", "...", "///", "[[]]", "\udc80"])
def test_a_name_of_signs_alone_is_refused(name: str) -> None:
    """There is nothing to call the file by."""
    with pytest.raises(UsageError):
        file_name(name)


def renamed(vault: Vault, name: str, path: str = SAM) -> list[str]:
    found = rename(vault, vault.entry(path), name)
    vault.sync()
    return found.relinked


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
    assert all_problems(empty) == []


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


def test_a_note_whose_links_can_t_be_rewritten_is_named(empty: Vault) -> None:
    """One that can't be read, was ever or never read before, or leads out of the vault; the others follow."""
    outside = Path(empty.root).parent / "Outside.md"
    outside.write_text("[[Sam Lee]]\n")
    Path(empty.root, "Link.md").symlink_to(outside)
    broken = LINKING.replace("id: xyz", "id: [xyz")
    put(empty, {SAM: HEAD, "Partners/Ana.md": LINKING, "Partners/Kim.md": LINKING, "Partners/New.md": broken})
    put(empty, {"Partners/Kim.md": broken, "Partners/Else.md": "---\nid: [\n---\n[[Ana]]\n"})
    renamed = rename(empty, empty.entry(SAM), "Samantha")
    assert renamed.relinked == ["Partners/Ana.md"]
    assert renamed.left == [
        ("Link.md", "Link.md leads outside the vault"),
        ("Partners/Kim.md", "it can't be read, so its links stay"),
        ("Partners/New.md", "it can't be read, so its links stay"),
    ]
    assert text(empty, "Partners/Kim.md") == broken
    assert outside.read_text() == "[[Sam Lee]]\n"


def test_links_that_could_mean_a_namesake_in_another_folder_stay(empty: Vault) -> None:
    """Those that name the folder follow; the note with the others is named."""
    write(empty, HEAD)
    write(empty, "---\ntype: organization\n---\n", "Organizations/Sam Lee.md")
    write(empty, "[[Sam Lee]] [[Partners/Sam Lee]] [[Organizations/Sam Lee]]\n", "Partners/Ana.md")
    found = rename(empty, empty.entry(SAM), "Sam Ruiz")
    assert text(empty, "Partners/Ana.md").endswith("[[Sam Lee]] [[Partners/Sam Ruiz]] [[Organizations/Sam Lee]]\n")
    assert found.left == [("Partners/Ana.md", "a link there could mean Organizations/Sam Lee.md as well")]


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


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[[../Partners/Sam Lee#Log|Sam]]", "[[../Partners/Sam Ruiz#Log|Sam]]"),
        ("[[/Partners/sam lee.md#^f-1]]", "[[/Partners/Sam Ruiz.md#^f-1]]"),
        ("![[ Sam Lee ]]", "![[ Sam Ruiz ]]"),
        ("| [[Sam Lee\\|Sam Lee]] |", "| [[Sam Ruiz\\|Sam Lee]] |"),
        ("[Sam Lee](../Partners/Sam%20Lee.md#About 'her')", "[Sam Lee](../Partners/Sam%20Ruiz.md#About 'her')"),
        ("![S](Partners/Sam%20Lee)", "![S](Partners/Sam%20Ruiz)"),
        ("[S](<../Partners/Sam Lee.md>)", "[S](<../Partners/Sam Ruiz.md>)"),
        ("[S](<Sam%20Lee.md>) [[Sam Lee]]", "[S](<Sam%20Ruiz.md>) [[Sam Ruiz]]"),
    ],
)
def test_each_link_keeps_its_form(empty: Vault, before: str, after: str) -> None:
    """Wiki or Markdown, relative or not, encoded or not, with heading, block, alias, title and ending."""
    write(empty, HEAD)
    write(empty, f"---\ntype: organization\nid: x\n---\n{before}\r\n", "Organizations/Heart.md")
    assert rows(empty, "SELECT count(*) FROM links WHERE target = 'sam lee'")[0][0]
    assert renamed(empty, "Sam Ruiz") == ["Organizations/Heart.md"]
    assert text(empty, "Organizations/Heart.md") == f"---\ntype: organization\nid: x\n---\n{after}\r\n"


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("Sam Ruiz (Heart)", "[S](Sam%20Lee.md)", "[S](Sam%20Ruiz%20(Heart).md)"),
        ("Sam Ruiz (Heart)", "[S](%53am%20Lee.md)", "[S](Sam%20Ruiz%20(Heart).md)"),
        ("Sam 1) Ruiz", "[S](Sam%20Lee.md)", "[S](Sam%201%29%20Ruiz.md)"),
        ("Íñigo 100% Núñez", "[S](Sam%20Lee.md) [S](<Sam Lee.md>)", "[S](Íñigo%20100%25%20Núñez.md) [S](<Íñigo 100%25 Núñez.md>)"),
    ],
)  # fmt: skip
def test_a_markdown_link_is_encoded_where_it_has_to_be(empty: Vault, name: str, before: str, after: str) -> None:
    """And leads to the note after it."""
    write(empty, HEAD)
    write(empty, f"{before}\n", "Ana.md")
    renamed(empty, name)
    assert text(empty, "Ana.md") == f"{after}\n"
    assert rows(empty, "SELECT DISTINCT target FROM links") == [(name.casefold(),)]


def test_an_encoded_letter_stays_encoded(empty: Vault) -> None:
    """An editor that writes `%C3%BA` reads it too."""
    put(empty, {"Partners/Núñez.md": HEAD, "Ana.md": "[N](N%C3%BA%C3%B1ez.md) [N](Núñez.md)\n"})
    renamed(empty, "Çelik", "Partners/Núñez.md")
    assert text(empty, "Ana.md") == "[N](%C3%87elik.md) [N](Çelik.md)\n"


def test_a_name_on_disk_that_a_mac_took_apart_is_renamed_with_its_links(empty: Vault) -> None:
    """NFC and NFD are one name."""
    apart = unicodedata.normalize("NFD", "Núñez")
    put(empty, {f"Partners/{apart}.md": HEAD, "Ana.md": f"[[Núñez]] [[{apart}]]\n"})
    renamed(empty, "Nunez", f"Partners/{apart}.md")
    assert text(empty, "Ana.md") == "[[Nunez]] [[Nunez]]\n"


MEMBER = "---\ntype: partner\norganization: {}\nid: {}\n---\n"


def test_who_works_at_an_organization_still_does_after_its_rename(empty: Vault) -> None:
    """Whether by a link, in the form of Markdown, or by the bare name, which is no link to Obsidian."""
    values = [
        '"[[../Organizations/Rose City|RC]]"',
        '"[RC](../Organizations/Rose%20City.md)"',
        "rose city # RC",
        "Rose Citys",
    ]
    put(empty, {f"Partners/P{n}.md": MEMBER.format(value, n) for n, value in enumerate(values)})
    put(
        empty,
        {
            "Organizations/Rose City.md": "---\ntype: organization\nid: o\n---\n",
            "Ana.md": "---\norganization: Rose City\n---\n",
        },
    )
    assert renamed(empty, "Rose City Peds", "Organizations/Rose City.md") == [
        "Partners/P0.md",
        "Partners/P1.md",
        "Partners/P2.md",
    ]
    after = [
        '"[[../Organizations/Rose City Peds|RC]]"',
        '"[RC](../Organizations/Rose%20City%20Peds.md)"',
        "Rose City Peds # RC",
        "Rose Citys",
    ]
    assert [text(empty, f"Partners/P{n}.md") for n in range(4)] == [MEMBER.format(v, n) for n, v in enumerate(after)]
    assert [each.path for each in empty.ask(members, empty.entry("Organizations/Rose City Peds.md").key)] == [
        f"Partners/P{n}.md" for n in range(3)
    ]


CANVAS = """{
\t"nodes":[
\t\t{"id":"1","type":"file","file":"Partners/Sam Lee.md","subpath":"#About","x":0},
\t\t{"id":"2","type":"file","file":"Old/Sam Lee.md"},
\t\t{"id":"3","type":"text","text":"\\"call\\" [[Sam Lee|S]]\\n`[[Sam Lee]]`"},
\t\t{"id":"4","type":"link","url":"https://a.example/Partners/Sam Lee.md"}
\t]
}"""
BASE = """filters:
  and:
    - file.hasLink("Sam Lee")
    - 'organization == link("Partners/Sam Lee.md", "Sam Lee")'
    - knows.contains("[[Sam Lee]]") # Sam Lee
    - name != "Sam Lee"
views:
  - type: table
    name: Sam Lee
"""


def test_canvases_and_bases_follow(empty: Vault) -> None:
    """Cards of the note, links in cards of text, links and `link("...")` in filters; nothing else of them changes."""
    write(empty, HEAD)
    Path(empty.root, "Map.canvas").write_text(CANVAS)
    Path(empty.root, "Views").mkdir(exist_ok=True)
    Path(empty.root, "Views/V.base").write_text(BASE)
    assert renamed(empty, "Sam Ruiz") == ["Map.canvas", "Views/V.base"]
    assert text(empty, "Map.canvas") == CANVAS.replace('"Partners/Sam Lee', '"Partners/Sam Ruiz').replace(
        "[[Sam Lee|", "[[Sam Ruiz|"
    )
    assert text(empty, "Views/V.base") == (
        BASE.replace('hasLink("Sam Lee', 'hasLink("Sam Ruiz')
        .replace("/Sam Lee", "/Sam Ruiz")
        .replace("[[Sam Lee", "[[Sam Ruiz")
    )


def test_a_canvas_or_base_that_can_t_be_rewritten_is_named(empty: Vault) -> None:
    """One that can't be read, and one that the new name would break. Without a link it is not spoken of."""
    write(empty, HEAD)
    put(empty, {"A.canvas": "{", "B.base": "- '[[Sam Lee]]'\n", "C.base": "- [\n"})
    found = rename(empty, empty.entry(SAM), "Sam O'Lee")
    assert [path for path, _ in found.left] == ["A.canvas", "B.base"]
    assert text(empty, "B.base") == "- '[[Sam Lee]]'\n"


def test_a_canvas_that_can_not_be_read_is_named(empty: Vault) -> None:
    """It may have a link; one in another encoding is named where it has the name."""
    write(empty, HEAD)
    put(empty, {"D.canvas": "{}"})
    Path(empty.root, "Loop.canvas").symlink_to("Loop.canvas")
    for name, data in {"A.canvas": b"\xff Sam Lee", "B.canvas": b"\xff"}.items():
        Path(empty.root, name).write_bytes(data)
    found = rename(empty, empty.entry(SAM), "Sam Ruiz")
    assert found.left == [
        ("A.canvas", "it is not UTF-8 text, so links in it stay as they are"),
        ("Loop.canvas", "it can't be read, so links in it stay as they are: Too many levels of symbolic links"),
    ]


def test_a_base_that_has_the_old_name_as_text_is_named(empty: Vault) -> None:
    """Whether that is the note can't be known, so it stays."""
    write(empty, HEAD)
    base = 'filters:\n  and:\n    - list(knows).contains("Sam Lee")\n    - file.name != "Sam Leeds"\n'
    put(empty, {"V.base": base, "W.base": 'filters: name == "Sam Leeds"\n'})
    found = rename(empty, empty.entry(SAM), "Sam Ruiz")
    assert found.left == [("V.base", "it has the old name as text, which may be a link or not")]
    assert text(empty, "V.base") == base


def test_templates_follow_and_get_no_id(empty: Vault) -> None:
    """A note made from one would have the same id; placeholders of Obsidian stay as they are."""
    template = '---\ntype: partner\norganization: Sam Lee\nintroduced_by: "[[Sam Lee]]"\n---\n- {{date}} note: [S](../Partners/Sam%20Lee.md)\n'
    odd = "---\ndate: {{date}}\n---\n[[Sam Lee]]\n"
    put(
        empty,
        {
            SAM: HEAD,
            "Templates/New.md": template,
            "Meta/Templates/Odd.md": odd,
            "Templates/Other.md": "---\ntype: partner\n---\n",
        },
    )
    assert renamed(empty, "Sam Ruiz") == ["Meta/Templates/Odd.md", "Templates/New.md"]
    assert text(empty, "Templates/New.md") == template.replace("Sam Lee", "Sam Ruiz").replace("Sam%20Lee", "Sam%20Ruiz")
    assert text(empty, "Meta/Templates/Odd.md") == odd.replace("Sam Lee", "Sam Ruiz")
    assert text(empty, "Templates/Other.md") == "---\ntype: partner\n---\n"


def test_a_rename_is_taken_back_as_one_change(empty: Vault) -> None:
    """Notes, templates, canvases and bases."""
    files = {
        SAM: HEAD,
        "Ana.md": "[[Sam Lee]]\n",
        "Map.canvas": CANVAS,
        "V.base": BASE,
        "Templates/T.md": "[[Sam Lee]]\n",
    }
    put(empty, files)
    renamed(empty, "Sam Ruiz")
    undo(empty)
    assert {path: text(empty, path) for path in files} == files
    assert not Path(empty.root, "Partners/Sam Ruiz.md").exists()


def test_comments_and_code_are_left_without_a_word(empty: Vault) -> None:
    """To Obsidian there are no links in them."""
    hidden = (
        '%% [[Sam Lee]] %%\n<!--\n[[Sam Lee]]\n-->\n`[S](Sam%20Lee.md)`\n```base\nlink("Sam Lee") [[Sam Lee]]\n```\n'
    )
    put(empty, {SAM: HEAD, "Ana.md": f"{hidden}[[Sam Lee]]\n"})
    found = rename(empty, empty.entry(SAM), "Sam Ruiz")
    assert (text(empty, "Ana.md"), found.left) == (f"{hidden}[[Sam Ruiz]]\n", [])


def test_the_query_of_a_feed_that_has_the_old_name_is_named(empty: Vault) -> None:
    """Only people write into rounds.toml."""
    settings = Path(empty.root, "rounds.toml")
    settings.write_text(f"{settings.read_text()}\n[feeds.heart]\nquery = 'organization:\"sam lee\"'\n")
    write(empty, HEAD)
    assert rename(empty, empty.entry(SAM), "Sam Ruiz").left == [
        ("rounds.toml", "the query of the feed heart asks for Sam Lee")
    ]


def test_templates_are_where_obsidian_and_templater_have_them(empty: Vault) -> None:
    """They are not notes: not listed, not tidied, but their links follow. A setting that means our own folders is not believed."""
    put(empty, {
        ".obsidian/templates.json": '{"folder": "/Meta/Forms/"}',
        ".obsidian/plugins/templater-obsidian/data.json": '{"templates_folder": "Playbook"}',
        "Meta/Forms/New.md": "---\ntype: partner\n---\n[[Sam Lee]]\n",
        "templates/Old.md": "---\ntype: partner\n---\n[[Sam Lee]]\n",
        "Playbook/Roles/doula.md": "---\ntype: role\n---\n",
        SAM: HEAD,
    })  # fmt: skip
    assert [path for (path,) in rows(empty, "SELECT path FROM notes ORDER BY path")] == [
        SAM,
        "Playbook/Roles/doula.md",
    ]
    assert untidy(empty) == []
    assert renamed(empty, "Sam Ruiz") == ["Meta/Forms/New.md", "templates/Old.md"]
    assert text(empty, "Meta/Forms/New.md") == "---\ntype: partner\n---\n[[Sam Ruiz]]\n"


def test_an_id_in_a_template_is_a_problem(empty: Vault) -> None:
    """Every note made from it would have the same; an empty one is the format's own."""
    put(
        empty,
        {"Templates/A.md": "---\ntype: partner\nID: abc\n---\n", "Templates/B.md": "---\ntype: partner\nid:\n---\n"},
    )
    (problem,) = all_problems(empty)
    assert (problem.path, problem.line, problem.column) == ("Templates/A.md", 3, 5)
    assert problem.message == "this template holds an id, so all notes made from it have the same"

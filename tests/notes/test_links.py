import unicodedata

import pytest

from rounds.errors import EditRefusedError
from rounds.notes.links import first_target, folder_matches, folder_of, plain, stem, target_of, targets
from rounds.notes.read_note import read_body
from rounds.notes.rewrite_links import Renaming, relinked_canvas


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("see [[Sam Lee]]", ["Sam Lee"]),
        ("[[Sam Lee|Sam]] and ![[Partners/Ana.md#About|her]]", ["Sam Lee", "Partners/Ana.md"]),
        ("| [[Sam Lee\\|Sam]] |", ["Sam Lee"]),
        ("[[Sam Lee#^f-1234]]", ["Sam Lee"]),
        ("[[Sam Lee#About\\|Sam]]", ["Sam Lee"]),
        ("[[ Sam Lee ]]", ["Sam Lee"]),
        ("[[#About]] [[]] [Sam](#About) [[Sam\nLee]] \\[[Sam]]", []),
        ("[[Sam Lee|Sam [MD]]]", ["Sam Lee"]),
        ("[[../Partners/Sam Lee]] [[/Partners/Sam Lee]]", ["../Partners/Sam Lee", "/Partners/Sam Lee"]),
        ("[Sam](../Partners/Sam%20Lee.md#About)", ["../Partners/Sam Lee.md"]),
        ("![Sam](Sam%20Lee.md 'her note') [](<Sam Lee.md>)", ["Sam Lee.md", "Sam Lee.md"]),
        ("[S](Sam%20Lee%20(Heart).md) [S](Sam%20Lee%20%28Heart%29)", ["Sam Lee (Heart).md", "Sam Lee (Heart)"]),
        ("[N](N%C3%BA%C3%B1ez.md) [N](Núñez) [x](50%.md)", ["Núñez.md", "Núñez", "50%.md"]),
        ("[a [b] c](Sam.md) ([Ana](Ana.md))", ["Sam.md", "Ana.md"]),
        ("[x](https://a.example/b.md) [x](mailto:a@b.example) [x](//a/b.md) [x](card.pdf) ![x](Sam.png) [x]()", []),
        ("[x](obsidian://open?file=Sam) [x](Sam Lee.md) [x] (Sam.md) \\[x](Sam.md)", []),
    ],
)
def test_targets_are_what_obsidian_links_to(text: str, wanted: list[str]) -> None:
    """With alias, heading, block, folder, embedded, in a table, where the bar is escaped; and in the form of Markdown,
    but for addresses and attachments.
    """
    assert targets(text) == wanted


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("[[Sam Lee|Sam]] called", "Sam called"),
        ("[[Partners/Sam Lee.md]] called", "Sam Lee called"),
        ("[[Sam Lee#About]]", "Sam Lee"),
        ("[[Sam Lee|]]", "Sam Lee"),
        ("| [[Sam Lee\\|Sam]] |", "| Sam |"),
        ("no link [x]", "no link [x]"),
        ("[Dee](../Partners/Dana%20Whitlock.md) called", "Dee called"),
        (
            "[](<Dana Whitlock.md>) called [the form](https://a.example)",
            "Dana Whitlock called [the form](https://a.example)",
        ),
    ],
)
def test_plain_shows_a_link_as_readers_see_it(text: str, seen: str) -> None:
    """Alias, else the name without folder and file extension."""
    assert plain(text) == seen


def test_links_resolve_by_file_name_whatever_the_case_or_form() -> None:
    """Obsidian finds `[[núñez]]` in `Partners/Núñez.md`, also where a Mac has taken the letters apart."""
    assert stem("Partners/Núñez.md") == "núñez"
    assert stem("NÚÑEZ") == stem(unicodedata.normalize("NFD", "núñez.MD")) == "núñez"
    assert stem("Sam Lee.v2.md") == "sam lee.v2"


@pytest.mark.parametrize(
    ("value", "name"),
    [("[RC](../Organizations/Rose%20City.md#Log)", "Rose City"), ("[[../Organizations/Rose City]]", "Rose City"),
     ("[[Organizations/Rose City|RC]]", "Rose City"), (["[[Sam Lee.md]]", "[[Ana]]"], "Sam Lee"), ("Rose City", "Rose City"),
     ("St. John / East", "St. John / East"), ([], ""), (None, ""), (7, "")],
)  # fmt: skip
def test_a_link_property_names_its_first_target(value: object, name: str) -> None:
    """Text without a link counts as the name itself."""
    assert first_target(value) == name


@pytest.mark.parametrize(
    ("target", "source", "notes"),
    [
        ("Sam", "A.md", ["Sam.md", "Partners/Sam.md", "Old/Partners/Sam.md"]),
        ("Partners/Sam", "A.md", ["Partners/Sam.md", "Old/Partners/Sam.md"]),
        ("PARTNERS/sam.md", "A.md", ["Partners/Sam.md", "Old/Partners/Sam.md"]),
        ("/Partners/Sam", "A.md", ["Partners/Sam.md"]),
        ("/Sam", "Partners/A.md", ["Sam.md"]),
        ("../Sam", "Partners/A.md", ["Sam.md"]),
        ("./Sam", "Partners/A.md", ["Partners/Sam.md"]),
        ("../../Partners/Sam", "Referrals/2026/A.md", ["Partners/Sam.md"]),
        ("../Partners/./Sam", "Organizations/A.md", ["Partners/Sam.md"]),
        ("../../Sam", "Partners/A.md", []),
    ],
)
def test_a_link_with_folders_leads_where_obsidian_finds_it(target: str, source: str, notes: list[str]) -> None:
    """By the end of the path; from the note's own folder with `./` and `../`, from the vault's root with `/`."""
    its_stem, folder = target_of(target, source)
    assert its_stem == "sam"
    assert [
        n for n in ("Sam.md", "Partners/Sam.md", "Old/Partners/Sam.md") if folder_matches(folder, folder_of(n))
    ] == notes


def test_code_and_comments_hold_no_links() -> None:
    """Neither to the index nor to a rename."""
    body = read_body("`[[A]]` [[Sam]] %% [[B]] %%\n```\n[[C]]\n```\n<!--\n[D](D.md)\n-->\n[S](<Sam Lee.md>)\n", 1)
    assert [(link.line, link.target) for link in body.links] == [(1, "Sam"), (8, "Sam Lee.md")]


@pytest.mark.parametrize("text", ["[" * 100_000, '{"nodes":' * 50_000, "{", "\0"])
def test_a_canvas_that_can_not_be_read_is_refused(text: str) -> None:
    """However deep it is."""
    with pytest.raises(EditRefusedError, match="canvas can't be read"):
        relinked_canvas(text, Renaming("Partners/Ana.md", "Ana Two"), "x.canvas")

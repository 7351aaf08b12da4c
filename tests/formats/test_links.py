import unicodedata

import pytest

from rounds.formats.links import first_target, plain, stem, targets


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("see [[Sam Lee]]", ["Sam Lee"]),
        ("[[Sam Lee|Sam]] and ![[Partners/Ana.md#About|her]]", ["Sam Lee", "Partners/Ana.md"]),
        ("| [[Sam Lee\\|Sam]] |", ["Sam Lee"]),
        ("[[Sam Lee#^f-1234]]", ["Sam Lee"]),
        ("[[Sam Lee#About\\|Sam]]", ["Sam Lee"]),
        ("[[ Sam Lee ]]", ["Sam Lee"]),
        ("[[#About]] [[]] [Sam](Sam.md) [[Sam\nLee]]", []),
    ],
)
def test_targets_are_what_obsidian_links_to(text: str, wanted: list[str]) -> None:
    """With alias, heading, block, folder, embedded, and in a table, where the bar is escaped."""
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
    [("[[Organizations/Rose City|RC]]", "Rose City"), (["[[Sam Lee.md]]", "[[Ana]]"], "Sam Lee"), ("Rose City", "Rose City"),
     ("St. John / East", "St. John / East"), ([], ""), (None, ""), (7, "")],
)  # fmt: skip
def test_a_link_property_names_its_first_target(value: object, name: str) -> None:
    """Text without a link counts as the name itself."""
    assert first_target(value) == name

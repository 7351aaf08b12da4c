"""Which colors the interface starts with."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from rounds import tui
from rounds.tui.theme import DARK, LIGHT, theme_for

from .contrast import LEAST, MANY, Terminal


@pytest.mark.parametrize(
    ("configured", "environ", "few", "theme"),
    [
        ("", {}, False, "rounds-dark"),
        ("", {"COLORFGBG": "0;15"}, False, "rounds-light"),
        ("", {}, True, "ansi-dark"),
        ("light", {}, True, "ansi-light"),
        ("dark", {"COLORFGBG": "0;15"}, False, "rounds-dark"),
        ("nord", {}, True, "nord"),
    ],
)
def test_settings_count_first_then_the_terminal(
    configured: str, environ: dict[str, str], few: bool, theme: str
) -> None:
    """A terminal of sixteen colors keeps its own; a light one gets dark text."""
    assert theme_for(configured, environ, few=few) == theme


TEXTS = ("foreground", "foreground-muted", "accent", "text-accent", "text-success", "text-warning", "text-error")
"""Colors of words, which may stand anywhere."""
SIGNS = ("primary", "secondary", "success", "warning")
"""Those of the map of gaps and of the year, which is on the background alone."""
SHADES = (0, 10, 20)
"""Percent of the primary color behind a row: none, at the cursor without the focus, and with it."""


def _pairs() -> Iterator[tuple[str, str, int]]:
    """Color of the text, of the ground, and percent of the primary color above the ground."""
    for ground in ("background", "surface"):
        for shade in SHADES:
            yield from ((text, ground, shade) for text in (*TEXTS, *(SIGNS if ground == "background" else ())))
    yield from ((text, "panel", 0) for text in TEXTS)
    yield from (("foreground", ground, 30) for ground in ("surface", "panel"))  # what is selected in a field
    yield "text-warning", "warning-muted", 0  # the banner


@pytest.mark.parametrize("terminal", [Terminal(), Terminal(system=MANY)], ids=["all-colors", "256"])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_every_color_of_a_text_can_be_read_on_every_ground(theme: Theme, terminal: Terminal) -> None:
    """Also where a terminal has 256 colors, as that of macOS, and takes the nearest one of each."""
    colors = {**theme.to_color_system().generate(), **theme.variables}
    found = []
    for text, ground, shade in _pairs():
        behind = Color.parse(colors[ground]).blend(Color.parse(colors["primary"]), shade / 100, 1)
        contrast = terminal.contrast(Style(color=colors[text], bgcolor=behind.hex))
        if contrast < LEAST:
            found.append(f"{text} on {ground} with {shade}%: {contrast:.1f}")
    assert not found, "\n".join(found)


def test_the_shades_are_those_of_the_style_sheet() -> None:
    sheet = (Path(tui.__file__).parent / "app.tcss").read_text()
    assert {int(each) for each in re.findall(r"\$primary (\d+)%", sheet)} == {10, 20, 30}

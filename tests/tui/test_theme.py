"""Which colors the interface starts with."""

import pytest

from rounds.tui.theme import theme_for


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

"""Which colors the interface starts with."""

import pytest

from rounds.tui.theme import theme_for


@pytest.mark.parametrize(
    ("configured", "environ", "theme"),
    [
        ("", {"TERM": "xterm-256color"}, "rounds-dark"),
        ("", {"TERM": "xterm-256color", "COLORFGBG": "0;15"}, "rounds-light"),
        ("", {"TERM": "linux"}, "ansi-dark"),
        ("light", {"TERM": "linux"}, "ansi-light"),
        ("dark", {"TERM": "xterm", "COLORTERM": "truecolor", "COLORFGBG": "0;15"}, "rounds-dark"),
        ("nord", {"TERM": "linux"}, "nord"),
    ],
)
def test_settings_count_first_then_the_terminal(configured: str, environ: dict[str, str], theme: str) -> None:
    """A terminal of sixteen colors keeps its own; a light one gets dark text."""
    assert theme_for(configured, environ) == theme

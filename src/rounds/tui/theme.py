"""Two calm themes, and the choice between them and the terminal's own colors."""

from collections.abc import Mapping

from textual.theme import Theme

DARK = Theme(
    name="rounds-dark",
    primary="#7fb2a6",
    secondary="#8fa7c4",
    accent="#8cc5b8",
    foreground="#e2e4e1",
    background="#171b1c",
    surface="#1c2122",
    panel="#262d2e",
    success="#9cc78a",
    warning="#e3c07a",
    error="#e59a8c",
    dark=True,
)
LIGHT = Theme(
    name="rounds-light",
    primary="#2d6a5f",
    secondary="#3f5f86",
    accent="#1f6659",
    foreground="#23292a",
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e6e3db",
    success="#3f7a31",
    warning="#8a5a00",
    error="#a83a2c",
    dark=False,
)
OPPOSITE: Mapping[str, str] = {
    "rounds-dark": "rounds-light", "rounds-light": "rounds-dark", "ansi-dark": "ansi-light", "ansi-light": "ansi-dark",
}  # fmt: skip
"""For turning the colors light or dark."""


def theme_for(configured: str, environ: Mapping[str, str]) -> str:
    """The theme to start with.

    Args:
        configured: of config.toml: `light`, `dark` or the name of a theme; it counts first.
        environ: tells how many colors the terminal has, and in COLORFGBG of some terminals, whether it is light.
    """
    light = environ.get("COLORFGBG", "").rpartition(";")[2] in {"7", "15"}
    if configured in {"light", "dark"}:
        light = configured == "light"
    elif configured:
        return configured
    few = environ.get("TERM", "") in {"linux", "vt100", "ansi", "xterm", "screen"} and not environ.get("COLORTERM")
    return f"{'ansi' if few else 'rounds'}-{'light' if light else 'dark'}"

"""Two calm themes, the choice of a theme, and an app that starts with it."""

import os
from collections.abc import Mapping
from dataclasses import replace

from textual.app import App
from textual.theme import BUILTIN_THEMES, Theme

from rounds.tui.textual_compat import keep_terminal_colors


def _quiet(color: str) -> dict[str, str]:
    """One color for all muted text: Textual's own has too little contrast."""
    return dict.fromkeys(("foreground-muted", "text-muted", "text-disabled"), color)


def _own_sixteen(name: str, *, cool: str, accent: str, warning: str, error: str) -> Theme:
    """Textual's theme with those of the 16 colors that are readable on its background in every palette."""
    theme = BUILTIN_THEMES[name]
    return replace(
        theme, primary=accent, secondary=cool, accent=accent, success=accent, warning=warning, error=error,
        variables={**theme.variables, **_quiet("ansi_default")},
    )  # fmt: skip


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
    variables=_quiet("#b0b3b1"),
)
LIGHT = Theme(
    name="rounds-light",
    primary="#2d6a5f",
    secondary="#2f5f86",
    accent="#19574c",
    foreground="#23292a",
    background="#fbfaf7",
    surface="#f6f5f1",
    panel="#e6e3db",
    success="#2f6424",
    warning="#704a00",
    error="#962e1f",
    dark=False,
    variables={**_quiet("#525857"), "text-warning": "#5c2d00", "text-error": "#8a2016"},
)
"""Readable in 256 colors too, as in the Terminal of macOS, which takes the nearest ones (`tests/tui/test_theme.py`)."""
ANSI_DARK = _own_sixteen(
    "ansi-dark", cool="ansi_cyan", accent="ansi_green", warning="ansi_bright_yellow", error="ansi_bright_red"
)
ANSI_LIGHT = _own_sixteen("ansi-light", cool="ansi_magenta", accent="ansi_blue", warning="ansi_red", error="ansi_red")
THEMES = (DARK, LIGHT, ANSI_DARK, ANSI_LIGHT)
OPPOSITE: Mapping[str, str] = {
    "rounds-dark": "rounds-light", "rounds-light": "rounds-dark", "ansi-dark": "ansi-light", "ansi-light": "ansi-dark",
}  # fmt: skip
"""The theme to switch to for light or dark."""


def theme_for(configured: str, environ: Mapping[str, str], *, few: bool, known: str = "") -> str:
    """The theme to start with.

    Args:
        configured: from config.toml: `light`, `dark` or the name of a theme; takes precedence.
        environ: in some terminals, its COLORFGBG tells whether the background is light.
        few: whether the terminal has 16 colors or none.
        known: `light` or `dark`, as the terminal answered last; empty if it never did.
    """
    light = environ.get("COLORFGBG", "").rpartition(";")[2] in {"7", "15"}
    light = known == "light" if known else light
    if configured in {"light", "dark"}:
        light = configured == "light"
    elif configured:
        return configured
    return f"{'ansi' if few else 'rounds'}-{'light' if light else 'dark'}"


class ThemedApp(App[None]):
    """An app whose colors are set before its first widget."""

    def theme_of(self, configured: str, known: str = "") -> str:
        """The name of a theme that exists, as `theme_for`."""
        few = self.no_color or self.console.color_system in {None, "standard"}
        if self.no_color and configured not in {"light", "dark"}:
            configured = ""  # only the themes of the terminal's own colors can do without any
        wanted = theme_for(configured, os.environ, few=few, known=known)
        return wanted if wanted in self.available_themes else DARK.name

    def start_with(self, configured: str, known: str = "") -> None:
        """Choose the theme before the start, since Textual reads all style sheets again when a theme changes.

        Args:
            configured, known: as for `theme_for`.
        """
        for theme in THEMES:
            self.register_theme(theme)
        self.set_reactive(ThemedApp.theme, self.theme_of(configured, known))
        self.stylesheet.set_variables(self.get_css_variables())
        self.watch_theme()

    def on_load(self) -> None:
        """Set the app's colors before any widget exists: a widget keeps inherited styles, and isn't notified when an
        ancestor's change. Textual sets them after the first screen, which may already be painted.
        """
        self.stylesheet.apply(self)

    def watch_theme(self) -> None:
        keep_terminal_colors(self)

    def action_shade(self) -> None:
        """Switch between light and dark."""
        self.theme = OPPOSITE.get(self.theme, LIGHT.name if self.current_theme.dark else DARK.name)

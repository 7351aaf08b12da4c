"""Two calm themes, the choice between them and the terminal's own colors, and an app that begins with one."""

import os
from collections.abc import Mapping
from dataclasses import replace

from textual.app import App
from textual.filter import Monochrome, NoColor
from textual.theme import BUILTIN_THEMES, Theme


def _quiet(color: str) -> dict[str, str]:
    """One color for all that Textual shows as muted: its own is too near to the ground."""
    return dict.fromkeys(("foreground-muted", "text-muted", "text-disabled"), color)


def _own_sixteen(name: str, *, cool: str, accent: str, warning: str, error: str) -> Theme:
    """Textual's theme of that name, in those of the sixteen colors that can be read on its ground in every palette."""
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
    secondary="#3f5f86",
    accent="#19574c",
    foreground="#23292a",
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e6e3db",
    success="#2f6424",
    warning="#7a4f00",
    error="#96301f",
    dark=False,
    variables=_quiet("#525857"),
)
ANSI_DARK = _own_sixteen(
    "ansi-dark", cool="ansi_cyan", accent="ansi_green", warning="ansi_bright_yellow", error="ansi_bright_red"
)
ANSI_LIGHT = _own_sixteen("ansi-light", cool="ansi_magenta", accent="ansi_blue", warning="ansi_red", error="ansi_red")
THEMES = (DARK, LIGHT, ANSI_DARK, ANSI_LIGHT)
OPPOSITE: Mapping[str, str] = {
    "rounds-dark": "rounds-light", "rounds-light": "rounds-dark", "ansi-dark": "ansi-light", "ansi-light": "ansi-dark",
}  # fmt: skip
"""For turning the colors light or dark."""


def theme_for(configured: str, environ: Mapping[str, str], *, few: bool) -> str:
    """The theme to start with.

    Args:
        configured: of config.toml: `light`, `dark` or the name of a theme; it counts first.
        environ: tells in COLORFGBG of some terminals whether it is light.
        few: the terminal has sixteen colors, or none.
    """
    light = environ.get("COLORFGBG", "").rpartition(";")[2] in {"7", "15"}
    if configured in {"light", "dark"}:
        light = configured == "light"
    elif configured:
        return configured
    return f"{'ansi' if few else 'rounds'}-{'light' if light else 'dark'}"


class ThemedApp(App[None]):
    """An app whose colors are there before its first widget."""

    def start_with(self, configured: str) -> None:
        """Choose the theme. Before the start: Textual reads all its style sheets anew for a theme that changes.

        Args:
            configured: as for `theme_for`.
        """
        for theme in THEMES:
            self.register_theme(theme)
        wanted = theme_for(configured, os.environ, few=self.console.color_system in {None, "standard"})
        self.set_reactive(ThemedApp.theme, wanted if wanted in self.available_themes else DARK.name)
        self.stylesheet.set_variables(self.get_css_variables())
        self.watch_theme()

    def on_load(self) -> None:
        """Give the app its colors before there is any widget: each keeps the style that it inherits, and is not told
        when an ancestor gets another. Textual does this after the first screen, which may be painted by then.
        """
        self.stylesheet.apply(self)

    def watch_theme(self) -> None:
        """A terminal of sixteen colors keeps its own. Without colors they are left out: Textual would make gray of
        them, and black of those that the terminal has by itself, letters and ground alike.
        """
        self._refresh_truecolor_filter(self.ansi_theme)
        if self.no_color:
            others = [each for each in self._filters if not isinstance(each, NoColor | Monochrome)]
            self._filters = [*others, NoColor() if self.native_ansi_color else Monochrome()]

    def action_shade(self) -> None:
        """Light or dark."""
        self.theme = OPPOSITE.get(self.theme, LIGHT.name if self.current_theme.dark else DARK.name)

"""Whether every letter can be read: at every place and in every dialog, at every start, in every kind of terminal."""

import importlib
import pkgutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from rounds.tui import dialogs, screens
from rounds.tui.actions import ACTIONS, SCREENS
from rounds.tui.dialogs.add_partner import PartnerForm
from rounds.tui.dialogs.change import SeveralForm
from rounds.tui.dialogs.exports import ExportForm
from rounds.tui.dialogs.form import FormDialog
from rounds.tui.dialogs.log_touch import ReminderForm
from rounds.tui.dialogs.settings import PressKey
from rounds.tui.dialogs.text import MessageDialog, Mishap, NoteSheet, Offer, TextDialog
from rounds.tui.dialogs.tips import FirstTips
from rounds.tui.screens.gaps import FillGap
from rounds.vault.gaps_introductions_match import all_gaps
from rounds.vault.vault import Vault

from .conftest import NO_DELAYS, Start, User
from .contrast import CONSOLE, FEW, MANY, VGA_LIGHT, XTERM_DARK, XTERM_LIGHT, Terminal, unreadable

pytestmark = pytest.mark.no_cover
"""It looks at a hundred screens; counting lines would double its time."""

_ALL = [Terminal(), Terminal(system=MANY), Terminal(gray=True)]
_DARK_FEW = [Terminal(palette=each, system=FEW) for each in (CONSOLE, XTERM_DARK)]
_LIGHT_FEW = [Terminal(palette=each, system=FEW) for each in (VGA_LIGHT, XTERM_LIGHT)]
THEMES = {"rounds-dark": _ALL, "rounds-light": _ALL, "ansi-dark": _DARK_FEW, "ansi-light": _LIGHT_FEW}
"""What each has to be readable on."""

_LINUX = {"TERM": "linux", "COLORTERM": ""}
STARTS = {
    "dark": ({}, _ALL),
    "light": ({"COLORFGBG": "0;15"}, _ALL),
    "sixteen-dark": (_LINUX, _DARK_FEW),
    "sixteen-light": ({**_LINUX, "COLORFGBG": "0;15"}, _LIGHT_FEW),
    "no-color": ({"NO_COLOR": "1"}, [Terminal()]),
    "no-color-of-sixteen": ({**_LINUX, "NO_COLOR": "1"}, [*_DARK_FEW, *_LIGHT_FEW]),
}
"""What a terminal says about itself, and what it then has to be readable on."""

OTHERS = {"quit", "edit", "obsidian", "go", "mend", "shade", "undo", "command_palette"}
"""Actions that open nothing of ours, or what is opened below."""

FURTHER: Sequence[tuple[str, Sequence[str]]] = (
    ("today", ["home", "down", "l", "x", "y", "enter"]),  # a kind that is new
    ("today", ["f", "tab", "type tue", "ctrl+o"]),
    ("today", ["c", "type rest", "enter", "type febr", "enter"]),
    ("today", ["R", "c", "enter", "enter"]),
    ("today", ["m", "ctrl+s", "escape"]),
    ("today", ["m", "shift+tab", "ctrl+o"]),
    ("today", ["home", "enter", "down", "enter", "down", "down", "c"]),  # folded, and a line of the inbox
    ("today", ["home", *["down"] * 6, "y"]),
    ("today", ["plus", "type call Noor Haddad yesterday: x, follow up fri"]),
    ("today", ["ctrl+p", "type import contacts", "enter", "type people.csv", "enter"]),
    ("today", ["ctrl+p", "type import contacts", "enter", "type people.csv", "enter", "enter"]),
    ("calendar", ["enter"]),
    ("partners", ["f", "type our client Dana Ruiz starts, his brother A.B. too"]),
    ("partners", ["f", "type our client Dana Ruiz starts, his brother A.B. too", "ctrl+s"]),
    ("partners", ["f", "type our client Dana Ruiz starts, his brother A.B. too", "ctrl+s", "end", "enter"]),
    ("partners", ["slash", "type role:x (", "enter"]),
    ("partners", ["slash", "type ro"]),
    ("partners", ["a", "a", "c", "tab", "type me", "enter"]),
    ("partners", ["A", "M", "tab", "type x", "enter"]),
    ("partners", ["slash", "type esme", "enter", "I", "enter"]),
    ("partners", ["v", "slash", "type o", "enter"]),
    ("partners", ["C", "type next: call fri", "enter", "type # a", "enter", "type - b", "ctrl+t", "space"]),
    ("partners", ["slash", "type maria", "enter", "v", "tab"]),
    ("stages", ["greater_than_sign", "ctrl+z", "v"]),
    ("today", ["comma", "end", "enter"]),
    ("referrals", ["m", "type psychiatrist", "ctrl+s"]),
    ("referrals", ["L", "n", "enter"]),
    ("referrals", ["L", "x"]),
    ("referrals", ["L", "w"]),
)
"""What is opened from what an action opens: the place, and keys, after each of which it is looked at."""

ABOVE = {FormDialog, PartnerForm, ReminderForm, SeveralForm, TextDialog, MessageDialog, ExportForm}
"""Screens that are there for others to be made of."""


def modals() -> set[type[Screen[object]]]:
    """Every dialog that there is."""
    for package in (dialogs, screens):
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")
    found: set[type[Screen[object]]] = set()
    waiting: list[type[Screen[object]]] = [ModalScreen]
    while waiting:
        more = [each for each in waiting.pop().__subclasses__() if each.__module__.startswith("rounds.tui.")]
        found.update(more)
        waiting += more
    return found - ABOVE


class Reader:
    """Looks at one screen after the other."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.seen: set[type] = set()
        self.themes = list(THEMES)

    def look(self, where: str, terminals: Sequence[Terminal]) -> None:
        self.seen.add(type(self.user.app.screen))
        strips = self.user.strips()
        found = [f"{where}, {words}" for each in terminals for words in unreadable(strips, each)]
        assert not found, "\n".join(found)

    async def look_in_all_themes(self, where: str) -> None:
        """Begins with the theme that is shown, and ends with the next screen's first."""
        for theme in self.themes:
            self.user.app.theme = theme
            await self.user.pilot.pause()
            self.look(f"{theme}, {where}", THEMES[theme])
        self.themes.reverse()

    async def go(self, place: str) -> None:
        """To a place, whatever is open."""
        app = self.user.app
        while len(app.screen_stack) > 1:
            await self.user.press("escape")
        app.clear_notifications()
        await self.user.rounds.action_go(place)
        await self.user.settle()
        while app.screen.has_class("-reading") or isinstance(app.focused, Input):
            await self.user.press("escape")


@pytest.mark.parametrize("shown", STARTS.values(), ids=STARTS)
async def test_every_letter_of_every_place_can_be_read_at_every_start(
    vault: Vault,
    empty: Vault,
    start: Start,
    shown: tuple[dict[str, str], Sequence[Terminal]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first, the second, which paints what Today showed last before anything is read, and that of a new vault."""
    environ, terminals = shown
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    for which, opened in (("cold", vault), ("warm", vault), ("new", empty)):
        async with start(opened) as user:
            reader = Reader(user)
            reader.look(which, terminals)
            for number, place in enumerate(SCREENS if opened is vault else (), 1):
                await user.press(str(number))
                reader.look(f"{which}, {place}", terminals)
            await user.press("1", "right")
            reader.look(f"{which}, a day above Today", terminals)
            await user.press("ctrl+p", "a")
            reader.look(f"{which}, palette", terminals)


@pytest.mark.timeout(600)  # a hundred dialogs, four themes each
async def test_every_letter_of_every_dialog_can_be_read_in_every_theme(
    vault: Vault, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever an action opens or says, and whatever that leads to, also when the theme changes below it."""
    (tmp_path / "people.csv").write_text("Name,Organization,Shoe\nAna Cruz,Heart Clinic,38\nAunt May,,\n")
    monkeypatch.chdir(tmp_path)
    async with start(vault, (80, 24), toasts=True, delays=NO_DELAYS._replace(guard=0.01)) as user:
        reader = Reader(user)
        for action in ACTIONS:
            if action.name not in OTHERS:
                await reader.go(action.places[0])
                await user.app.screen.run_action(action.call)
                await user.settle()
                await reader.look_in_all_themes(action.name)
        for place, keys in FURTHER:
            await reader.go(place)
            for key in keys:
                typed = key.removeprefix("type ")
                await (user.press(key) if typed == key else user.type(typed))
            await reader.look_in_all_themes(f"{place} {' '.join(keys)}")
        await reader.go("today")
        told = "What happened", "In a few words."
        gap = FillGap(user.rounds.session, all_gaps(vault).map[0])
        for screen in (
            Mishap(*told),
            Offer(*told),
            PressKey(*told),
            FirstTips(),
            NoteSheet("Midwife", "# Why\n\n- a *word*"),
            gap,
        ):
            user.app.push_screen(screen)
            await user.settle()
            await reader.look_in_all_themes(type(screen).__name__)
        await reader.go("today")
        (Path(vault.root) / "Partners").rename(Path(vault.root) / ".away")
        await user.press("r")
        await reader.look_in_all_themes("the notes are away")
    assert modals() - reader.seen == set(), "dialogs that nothing above opens: name their keys in FURTHER"

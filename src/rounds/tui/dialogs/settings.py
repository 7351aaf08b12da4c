"""Settings: theme, Today, reader mode, motion and keys, each changed at once."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList

from rounds.errors import RoundsError
from rounds.tui.actions import ACTIONS, SCREENS, Action, actions_of, key_name
from rounds.tui.dialogs.list import CHOOSE, ChoiceList, choice
from rounds.tui.dialogs.text import MessageDialog
from rounds.tui.preferences import PreferencesApp

if TYPE_CHECKING:
    from rounds.tui.screens.note_screen import NoteScreen

_THEMES: Mapping[str, str] = {"": "as the terminal", "light": "light", "dark": "dark"}
_CAPS = (3, 5, 7, 10, 15, 25)
_KEPT = frozenset({"escape", "enter", "tab", "shift+tab", "up", "down", "ctrl+c", "ctrl+q", "ctrl+p"})
"""Keys that always mean the same."""


class SettingList(ChoiceList[str]):
    """A list whose cursor begins where it was."""

    def __init__(
        self, title: str, rows: Sequence[tuple[str, Content]], keys: Mapping[str, str] = CHOOSE, at: str = "", *,
        about: str = "",
    ) -> None:  # fmt: skip
        super().__init__(title, rows, keys, about=about)
        self._start = next((place for place, (name, _) in enumerate(rows) if name == at), 0)

    def on_mount(self) -> None:
        self.query_one(OptionList).highlighted = self._start


async def show_settings(screen: "NoteScreen") -> None:
    """Show the settings, and change the chosen one, until the list is left."""
    app = screen.app
    assert isinstance(app, PreferencesApp)
    at = ""
    while True:
        rows = [(name, choice(f"{label:<14}", value)) for name, label, value in _rows(app)]
        chosen = (await screen.choose(SettingList("Settings", rows, {"enter": "change"}, at)))[1]
        if chosen is None:
            return
        at = chosen
        try:
            await _change(screen, app, chosen)
        except RoundsError as error:
            screen.tell(error)


def _rows(app: PreferencesApp) -> list[tuple[str, str, str]]:
    """Each setting's name, its label, and its value in words."""
    config, cap = app.preferences, app.session.vault.settings.cap
    theme = config.theme or f"as the terminal: {'dark' if app.current_theme.dark else 'light'}"
    changed = len(config.keys)
    return [
        ("theme", "Theme", theme),
        ("today", "Today", f"at most {cap} suggestions"),
        ("reader", "Reader mode", f"{_switch(on=config.reader)}: one column, no boxes, for screen readers"),
        ("motion", "Motion", f"{_switch(on=config.motion)}: blinking cursors and smooth scrolling"),
        ("keys", "Keys", f"{changed} changed" if changed else "as they come"),
    ]


def _switch(*, on: bool) -> str:
    return "on" if on else "off"


async def _change(screen: "NoteScreen", app: PreferencesApp, name: str) -> None:
    if name == "theme":
        themes = dict.fromkeys([*_THEMES, app.preferences.theme])
        rows = [(each, choice(_THEMES.get(each, each))) for each in themes]
        theme = (await screen.choose(SettingList("Theme", rows, at=app.preferences.theme)))[1]
        if theme is not None:
            await app.prefer("", "theme", theme or None)
    elif name == "today":
        from rounds.vault.change_settings import change_setting

        rows = [(str(each), choice(f"at most {each} suggestions")) for each in _CAPS]
        about = "what you wrote down is always shown"
        cap = (await screen.choose(SettingList("Today", rows, at=str(app.session.vault.settings.cap), about=about)))[1]
        if cap is not None:
            await screen.session.write("", lambda vault: change_setting(vault, "today", "cap", int(cap)))
    elif name == "keys":
        await _change_keys(screen, app)
    else:
        await app.prefer("", name, not getattr(app.preferences, name))


# Keys -----------------------------------------------------------------------------------------------------------------


class PressKey(MessageDialog):
    """Waits for the new key of an action; the result is its name."""

    ANSWERS = (("escape", "leave", ""),)
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "answer('')", show=False)]

    def on_key(self, event: events.Key) -> None:
        if event.key != "escape":
            event.stop()
            self.dismiss(event.key)


async def _change_keys(screen: "NoteScreen", app: PreferencesApp) -> None:
    at = ""
    while True:
        actions = _with_keys(app.session.keys)
        rows = [(each.id, choice(f"{each.shown_keys:<14}", each.name_shown)) for each in actions]
        labels = {"enter": "press a new key", "delete": "as it comes"}
        answer = await screen.choose(SettingList("Keys", rows, labels, at))
        key, chosen = answer
        if chosen is None:
            return
        at, action = chosen, next(each for each in actions if each.id == chosen)
        try:
            if key == "delete":
                await app.prefer("keys", chosen, None)
            elif pressed := await screen.wait_for(PressKey(action.name_shown, "Press the new key for this.")):
                _check(action, pressed, app.session.keys)
                await app.prefer("keys", chosen, pressed)
        except RoundsError as error:
            screen.tell(error)


def _with_keys(keys: Mapping[str, str]) -> list[Action]:
    """Every action that has a key, with its current ones, in the order of the help."""
    found = {each.id: each for place in SCREENS for each in actions_of(place, keys)}
    return [found[each.id] for each in ACTIONS if each.keys]


def _check(action: Action, pressed: str, keys: Mapping[str, str]) -> None:
    """Check that a key is free wherever the action works.

    Raises:
        RoundsError: it isn't.
    """
    if pressed in _KEPT:
        raise RoundsError(f"{key_name(pressed)} always means the same", hint="Choose another key.")
    for each in _with_keys(keys):
        if pressed in each.keys and each.id != action.id and {*each.places} & {*action.places}:
            hint = "Choose another key, or give that action another one first."
            raise RoundsError(f'{key_name(pressed)} is the key for "{each.name_shown}"', hint=hint)

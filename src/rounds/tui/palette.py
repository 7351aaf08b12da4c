"""The command palette: the screen's own actions first, then all others, and every partner by any word of the name."""

import re
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual.command import Hit, Hits, Provider
from textual.content import Content
from textual.markup import escape

from rounds.tui.actions import SCREENS, Action, actions_elsewhere, actions_of
from rounds.tui.messages import ShowPartners
from rounds.tui.phrases import clean
from rounds.tui.screens.main_screen import MainScreen

if TYPE_CHECKING:
    from rounds.tui.app import RoundsApp
    from rounds.tui.session import VaultSession

_MOST = 12

_FARTHER = 0.8
"""Score factor for actions of other screens: of two equal matches, the screen's own comes first."""

_BY_DESCRIPTION = 0.1
"""Score of a match in the description only: lower than any match in the name."""


class _Command(NamedTuple):
    name: str
    about: str
    title: str
    run: Callable[[], Awaitable[object] | None]
    worth: float = 1.0


class ActionCommands(Provider):
    """Actions of this screen, actions of other screens, and the themes."""

    def _commands(self) -> Iterator[_Command]:
        app: RoundsApp = self.app  # type: ignore[assignment]
        screen, keys = self.screen, app.session.keys
        if isinstance(screen, MainScreen):
            for action in actions_of(screen.PLACE, keys):
                if action.name != "command_palette":
                    run = partial(screen.run_action, action.call)
                    yield _Command(action.name_shown, _about(action), action.title, run)
        yield _Command("Choose a theme", "Other colors", "Choose a theme: other colors", app.action_change_theme)
        if isinstance(screen, MainScreen):
            for action in actions_elsewhere(screen.PLACE, keys):
                where = f"in {SCREENS[action.places[0]]}"
                run = partial(_do_there, app, action)
                yield _Command(action.name_shown, _about(action, where), action.title, run, _FARTHER)

    async def discover(self) -> Hits:
        """All commands in table order; Textual itself would sort them by name."""
        for number, (name, about, _, run, _) in enumerate(self._commands(), 1):
            yield Hit(1 / number, escape(name), run, name, escape(about))

    async def search(self, query: str) -> Hits:
        """Commands whose name has the typed letters, then those whose description has the words."""
        for score, name, about, run in self.fitting(query):
            yield Hit(score, self.matcher(query).highlight(name), run, name, escape(about))

    def fitting(self, query: str) -> Iterator[tuple[float, str, str, Callable[[], Awaitable[object] | None]]]:
        """Score, name, description and function of each command that fits."""
        matcher = self.matcher(query)
        for name, about, title, run, worth in self._commands():
            score = matcher.match(name) or (_BY_DESCRIPTION if _has_words(title, query) else 0)
            if score > 0:
                yield score * worth, name, about, run


def _has_words(title: str, query: str) -> bool:
    """Whether each word of a query starts a word of a title. Any long sentence has the letters alone."""
    words = re.findall(r"[\w-]+", title.lower())
    return all(any(word.startswith(typed) for word in words) for typed in query.lower().split())


def _about(action: Action, where: str = "") -> str:
    more = action.title.partition(": ")[2]
    return " · ".join(filter(None, (more, where, f"key {action.shown_keys}" if action.keys else "")))


async def _do_there(app: "RoundsApp", action: Action) -> None:
    """Go to an action's screen. An action that needs a selection isn't run on whatever is under the cursor there: the
    message names its key.
    """
    await app.action_go(action.places[0])
    if action.alone:
        await app.screen.run_action(action.call)
    else:
        words = f"{action.name_shown}: choose first what it is about, then press {action.shown_keys}."
        app.notify(words, markup=False)


class PartnerCommands(Provider):
    """Queries the index on each key, rather than compare ten thousand names here."""

    async def search(self, query: str) -> Hits:
        """Partners with name words that start with the typed words; where nothing fits, those spelled like them."""
        from rounds.vault.find_note import named

        session: VaultSession = self.app.session  # type: ignore[attr-defined]
        matcher = self.matcher(query)
        found, ask = await session.read(lambda vault: named(vault, query, _MOST)), ""
        if not found and not any(ActionCommands(self.screen).fitting(query)):
            from rounds.vault.did_you_mean import nearly_named

            found, ask = await session.read(lambda vault: nearly_named(vault, query, _MOST)), "did you mean"
        for path, name, about in found:
            go = partial(self.app.post_message, ShowPartners(path=path))
            text, role = clean(name), escape(clean(about))
            face = Content(text) if "[" in text else matcher.highlight(text)  # which would read brackets as markup
            help_ = " · ".join(filter(None, (ask, role or "partner")))
            yield Hit(max(matcher.match(text), 0.5), face, go, text, help_)

"""The palette: every action, those of the place on the screen first, and every partner by any words of the name."""

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
"""What the score of an action of another place is worth: of two that match alike, the one at hand comes first."""

_TOLD = 0.1
"""The score of what has the words in its description only: less than any that matches by its name."""


class _Command(NamedTuple):
    name: str
    about: str
    title: str
    run: Callable[[], Awaitable[object] | None]
    worth: float = 1.0


class ActionCommands(Provider):
    """What can be done here, what can be done elsewhere, and the themes."""

    def _commands(self) -> Iterator[_Command]:
        app: RoundsApp = self.app  # type: ignore[assignment]
        screen, keys = self.screen, app.desk.keys
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
        """All of it, in the order of the table; Textual itself would sort it by name."""
        for number, (name, about, _, run, _) in enumerate(self._commands(), 1):
            yield Hit(1 / number, escape(name), run, name, escape(about))

    async def search(self, query: str) -> Hits:
        """What has the letters that are typed in its name, then what has the words in its description."""
        matcher = self.matcher(query)
        for name, about, title, run, worth in self._commands():
            score = matcher.match(name) or (_TOLD if _has_words(title, query) else 0)
            if score > 0:
                yield Hit(score * worth, matcher.highlight(name), run, name, escape(about))


def _has_words(title: str, query: str) -> bool:
    """Whether each word of a query begins a word of a title. Letters alone would be found in any long sentence."""
    words = re.findall(r"[\w-]+", title.lower())
    return all(any(word.startswith(typed) for word in words) for typed in query.lower().split())


def _about(action: Action, where: str = "") -> str:
    more = action.title.partition(": ")[2]
    return " · ".join(filter(None, (more, where, f"key {action.shown_keys}" if action.keys else "")))


async def _do_there(app: "RoundsApp", action: Action) -> None:
    """Go to where an action is. What is done to something chosen is not done to whatever the cursor stands on there:
    its key does it, once somebody has chosen.
    """
    await app.action_go(action.places[0])
    if action.alone:
        await app.screen.run_action(action.call)
    else:
        words = f"{action.name_shown}: choose first what it is about, then press {action.shown_keys}."
        app.notify(words, markup=False)


class PartnerCommands(Provider):
    """Asks the index for each key that is typed; ten thousand names are never compared here."""

    async def search(self, query: str) -> Hits:
        """Partners whose names have words that begin as typed."""
        from rounds.vault.lookup import named

        desk: VaultSession = self.app.desk  # type: ignore[attr-defined]
        matcher = self.matcher(query)
        for path, name, about in await desk.read(lambda vault: named(vault, query, _MOST)):
            go = partial(self.app.post_message, ShowPartners(path=path))
            text, role = clean(name), escape(clean(about))
            face = Content(text) if "[" in text else matcher.highlight(text)  # which would take brackets for markup
            yield Hit(max(matcher.match(text), 0.5), face, go, text, role or "partner")

"""The palette's partners: each is found by any words of the name, and opened in the list."""

from functools import partial
from typing import TYPE_CHECKING

from textual.command import Hit, Hits, Provider

from rounds.tui.messages import PartnersWanted
from rounds.tui.words import clean

if TYPE_CHECKING:
    from rounds.tui.desk import Desk

_MOST = 12


class PartnerCommands(Provider):
    """Asks the index for each key that is typed; ten thousand names are never compared here."""

    async def search(self, query: str) -> Hits:
        """Partners whose names have words that begin as typed."""
        from rounds.vault.people import named

        desk: Desk = self.app.desk  # type: ignore[attr-defined]
        matcher = self.matcher(query)
        for path, name, about in await desk.read(lambda vault: named(vault, query, _MOST)):
            go = partial(self.app.post_message, PartnersWanted(path=path))
            text = clean(name)
            yield Hit(max(matcher.match(text), 0.5), matcher.highlight(text), go, text, clean(about) or "partner")

"""Log a touch for any partner, from any screen."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from rounds.errors import UsageError
from rounds.tui.dialogs.form import labeled
from rounds.tui.dialogs.forms import LogTouch
from rounds.tui.dialogs.new_partner import NewcomerForm
from rounds.tui.note_selection import PartnerOption, partner_named, partner_names
from rounds.tui.phrases import clean
from rounds.tui.widgets.fields import Choice

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.vault.vault import Vault


class LogForAnybody(LogTouch, NewcomerForm):
    """Log a touch; the first field is the partner's name."""

    def __init__(self, desk: "VaultSession") -> None:
        super().__init__(desk, "", "")
        self._known: dict[str, PartnerOption] = {}  # options by name

    def fields(self) -> ComposeResult:
        yield labeled("Who", Choice((), listed=False, placeholder="such as Maria Alvarez", id="who"))
        yield from super().fields()

    @property
    def writes(self) -> Sequence[str]:
        known = [self._known[who].path] if (who := self.text("who")) in self._known else []
        return [*known, *super().writes]

    async def look_up(self) -> None:
        self._known = await self.desk.read(partner_names)
        field = self.query_one("#who", Choice)
        field.set_choices([*self._known], field.input.value)

    def act(self, vault: "Vault") -> str:
        who = self.text("who")
        if not who:
            raise UsageError("who was it?", hint="Or press escape to leave.")

        def chosen() -> tuple[str, str]:
            entry = self.known_or_new(
                vault, who, lambda: partner_named(self.desk, self._known, vault, who), self._known
            )
            return entry.path, clean(entry.name)

        return self.welcome(self.log_for(vault, chosen))

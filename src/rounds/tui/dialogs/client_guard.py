"""Question about client information in what is about to be saved."""

from typing import TYPE_CHECKING, Any

from textual.content import Content, Span
from textual.widgets import Input

from rounds.tui.dialogs.form import Fields, FormDialog
from rounds.tui.dialogs.list import ListDialog
from rounds.tui.phrases import clean

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.screen import Screen

    from rounds.tui.session import VaultSession
    from rounds.vault.client_guard import Added

KEEP = "(keep)"
"""The choice to keep the line as typed; no line reads so."""


class ClientInformation(ListDialog[str]):
    """A line with client information, and what to write instead: the result has the line, or `KEEP`."""

    LEAVE = "edit it"

    def __init__(self, added: "Added", codes: "Sequence[str]") -> None:
        from rounds.vault.client_guard import placeholder, without

        shorter, here = without(added), placeholder(added)
        rows = [(shorter, Content.assemble(("Write it without  ", "bold"), clean(shorter)))]
        if here in shorter:
            coded = [(shorter.replace(here, code), code) for code in codes]
            rows += [(line, Content.assemble((f"Write {code}  ", "bold"), clean(line))) for line, code in coded]
        rows.append((KEEP, Content.assemble(("Keep it as typed  ", "bold"), "with a reason, as an exception")))
        why = dict.fromkeys(f'{each.why}: "{clean(each.text.strip())}". {each.how}' for each in added.findings)
        super().__init__(
            "Client information belongs in the chart",
            rows,
            note="\n".join(f"{each[:1].upper()}{each[1:]}" for each in why),
        )
        self._heading = Content("\n").join([self._heading, Content(""), marked(added), Content("")])


class Reason(FormDialog):
    """Why a line may stay. Its result is the reason."""

    SAVE = "keep it"

    def __init__(self, session: "VaultSession") -> None:
        super().__init__(session, "Why may it stay?")

    def fields(self) -> Fields:
        yield "Reason", Input("not a client", id="reason")

    async def work(self) -> str:
        return self.query_one("#reason", Input).value.strip() or "not a client"


def marked(added: "Added") -> Content:
    """The line as typed, with what was found underlined."""
    spans = [Span(each.start, each.end, "underline bold") for each in added.findings]
    return Content(added.text.replace("\t", " "), spans=spans)


async def decide(ask: "Callable[[Screen[Any]], Awaitable[Any]]", session: "VaultSession", added: "Added") -> bool:
    """Ask about one line, in a worker; False if the user goes back to edit it."""
    from rounds.vault.client_codes import codes_of
    from rounds.vault.client_guard import kept

    codes = await session.read(lambda vault: codes_of(vault, added.path))
    _, line = await ask(ClientInformation(added, codes)) or ("", None)
    if line == KEEP:
        reason = await ask(Reason(session))
        line = kept(added, reason) if reason else None
    if line is None:
        return False
    session.vault.decisions.instead[added.text] = line
    return True

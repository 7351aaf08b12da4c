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

    from rounds.domain.guard.guard import Finding
    from rounds.tui.session import VaultSession
    from rounds.vault.client_guard import Added

KEEP, EDIT = "(keep)", "(edit)"
"""The choices to keep the line as typed, and to go back and edit it; no line reads so."""


class ClientInformation(ListDialog[str]):
    """A line with client information, and what to write instead: the result has the line, or `KEEP` or `EDIT`."""

    LEAVE = "back"

    def __init__(self, added: "Added", codes: "Sequence[str]") -> None:
        from rounds.vault.client_guard import placeholder, without

        shorter, here = without(added), placeholder(added)
        rows = []
        if shorter != added.text:
            rows += [(shorter, Content.assemble(("Write it without  ", "bold"), clean(shorter)))]
        if here in shorter:
            coded = [(shorter.replace(here, code, 1), code) for code in codes]
            rows += [(line, Content.assemble((f"Write {code}  ", "bold"), clean(line))) for line, code in coded]
        rows.append((EDIT, Content.assemble(("Edit it  ", "bold"), "with the words marked")))
        rows.append((KEEP, Content.assemble(("Keep it as typed  ", "bold"), "with a reason, as an exception")))
        why = dict.fromkeys(f"{each.why}{_quoted(each)}. {each.how}" for each in added.findings)
        super().__init__(
            "Client information belongs in the chart",
            rows,
            note="\n".join(f"{each[:1].upper()}{each[1:]}" for each in why),
        )
        self._heading = Content("\n").join([self._heading, Content(""), marked(added)])


class Reason(FormDialog):
    """Why a line may stay. Its result is the reason."""

    SAVE = "keep it"

    def __init__(self, session: "VaultSession") -> None:
        super().__init__(session, "Why may it stay?")

    def fields(self) -> Fields:
        yield "Reason", Input("not a client", id="reason")

    async def work(self) -> str:
        return self.query_one("#reason", Input).value.strip() or "not a client"


def _quoted(found: "Finding") -> str:
    return f': "{clean(found.text)}"' if found.neutral else ""


def marked(added: "Added") -> Content:
    """The line as typed, with what was found underlined as in a form; a whole line only if it has no other."""
    here = [each for each in added.findings if each.neutral] or added.findings
    styles = {"error": "bold underline $text-error", "warning": "underline $text-warning"}
    spans = [Span(each.start, each.end, styles[each.level]) for each in here]
    return Content(added.text.replace("\t", " "), spans=spans)


async def decide(ask: "Callable[[Screen[Any]], Awaitable[Any]]", session: "VaultSession", added: "Added") -> str:
    """Ask about one line, in a worker: what to write in its place, or `EDIT`; empty if the question was left."""
    from rounds.vault.client_codes import codes_of
    from rounds.vault.client_guard import kept

    codes = await session.read(lambda vault: codes_of(vault, added.path))
    while True:
        _, line = await ask(ClientInformation(added, codes)) or ("", "")
        if line != KEEP:
            return str(line)
        if reason := await ask(Reason(session)):
            return kept(added, reason)

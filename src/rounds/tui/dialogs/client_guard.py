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
"""The choices to keep the line as typed, and to go back and edit it; never the text of a line."""


class ClientInformation(ListDialog[str]):
    """A line or a name with client information, and what to write: the result has the line, or `KEEP` or `EDIT`."""

    LEAVE = "back"

    def __init__(self, added: "Added", proposed: "Sequence[tuple[str, Sequence[str]]]", shorter: str) -> None:
        """Create the question.

        Args:
            proposed: what can stand in place of neutral words, see `vault.client_guard.proposals`.
            shorter: the line with neutral words, some of them maybe replaced already.
        """
        from rounds.vault.client_guard import without

        rows = []
        if added.line and shorter != added.text:
            so = "Write it without  " if shorter == without(added) else "Write it so  "
            rows += [(shorter, Content.assemble((so, "bold"), clean(shorter)))]
        for word, texts in proposed:
            instead = f"in place of {word}"
            rows += [
                (shorter.replace(word, each, 1), Content.assemble((f"{each}  ", "bold"), instead)) for each in texts
            ]
        reason = "with a reason, as an exception" if added.line else ""
        rows.append((EDIT, Content.assemble(("Edit it  ", "bold"), "with the words marked")))
        rows.append((KEEP, Content.assemble(("Keep it as typed  ", "bold"), reason)))
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
    from rounds.vault.client_guard import kept, proposals, without

    proposed = await session.read(lambda vault: proposals(vault, added))
    shorter = without(added)
    while True:
        _, line = await ask(ClientInformation(added, proposed, shorter)) or ("", "")
        if line in {"", EDIT, shorter}:
            return str(line)
        if line != KEEP:  # one neutral word is replaced; the others may be too
            proposed = [(word, texts) for word, texts in proposed if word in line]
            if not proposed:
                return str(line)
            shorter = str(line)
            continue
        reason = await ask(Reason(session)) if added.line else ""
        if reason or not added.line:
            return kept(added, reason or "")

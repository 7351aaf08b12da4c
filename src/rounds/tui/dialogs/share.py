"""Share an article, one mail per partner; partners who already got it are listed (guide, line 21)."""

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from rounds.domain.draft_review import BLANK
from rounds.errors import UsageError
from rounds.index.queries import notes_at
from rounds.tui.dialogs.change import SeveralForm
from rounds.tui.dialogs.draft import draft_lines, unfilled
from rounds.tui.dialogs.exports import ExportForm
from rounds.tui.dialogs.form import Fields
from rounds.tui.phrases import clean, count, day_name
from rounds.tui.widgets.fields import Choice, preview_box

if TYPE_CHECKING:
    from datetime import date

    from rounds.domain.draft_review import Message
    from rounds.tui.session import VaultSession
    from rounds.vault.drafting import Composed
    from rounds.vault.vault import NoteRecord, Vault

MOST = 10
"""Above this number it's a mass mailing."""

_FEWER = "Press escape, then mark fewer with a, or narrow the filter."
_LOOKED_AT = 100
"""Partners checked to notice quickly that there are too many."""

_HAD = ("leave out", "send again")


class ShareArticle(SeveralForm, ExportForm):
    """Enter previews recipients, those left out, and the first mail; enter again writes the mails as files."""

    SAVE = "show the mails"
    WRITE = "write them"

    def __init__(self, session: "VaultSession", paths: Sequence[str]) -> None:
        super().__init__(session, "Share an article", f"with {count(len(paths), 'partner')}", paths)
        self.subject = "\n".join(paths)
        self._blanks: list[str] = []  # of the message; the same text goes to all
        self._made: list[tuple[NoteRecord, Composed]] = []

    def fields(self) -> Fields:
        yield "Article", Input(placeholder="such as Sleep and worry, J. Doe, https://example.com", id="article")
        yield "", Vertical(id="asked")
        yield "Had it", Choice(_HAD, _HAD[0], complete=True, id="again")
        yield "Folder", Input("~/Rounds mails", id="folder")
        yield "", preview_box()

    def keeps(self) -> dict[str, str]:
        return self.holds()

    async def look_up(self) -> None:
        def read(vault: "Vault") -> list[str]:
            from rounds.notes.markdown import without_comments
            from rounds.vault.sharing import article_message

            text = vault.read(article_message(vault).path).document.body
            return [*dict.fromkeys(BLANK.findall(without_comments(text)))]

        await super().look_up()
        many = await self.session.read(self._too_many)
        if many:
            words = f"{many:,} would get it. An article goes to {MOST} at most: to more at once it is a mailing."
            self.explain(f"{words}\n{_FEWER}")
        self._blanks = await self.session.read(read)
        asked = self.query_one("#asked", Vertical)
        for place, words in enumerate(self._blanks):
            await asked.mount(Static(clean(words), markup=False), Input(id=f"asked-{place}"))
        self.start = self.texts()

    def _too_many(self, vault: "Vault") -> int:
        """The number of recipients for any article if it's too high."""
        from rounds.vault.sharing import left_out

        paths = self.notes.paths
        found = self._chosen(vault, paths[:_LOOKED_AT])
        fitting = len(found) - len(left_out(vault, found, "", again=True))
        if fitting <= MOST:
            return 0
        return fitting if len(paths) <= _LOOKED_AT else len(paths)

    def _chosen(self, vault: "Vault", paths: Sequence[str]) -> "list[NoteRecord]":
        return vault.ask(notes_at, [*self.notes.places(vault, paths).values()])

    def action_leave(self) -> None:
        """Without typed text, leave without asking: the rest is quickly chosen again."""
        if any(text for name, text in self.holds().items() if name not in {"again", "folder"}):
            super().action_leave()
        else:
            self.dismiss("")

    async def preview(self, holds: dict[str, str]) -> Iterable[Content]:
        self._made, without = await self.session.read(lambda vault: self._mails(vault, holds))
        return _lines([each for _, each in self._made], without)

    def remark(self) -> str:
        blanks = self._made[0][1].draft.blanks
        return f"{unfilled(blanks)}.\nFill it in, or press enter to write the mails as they are." if blanks else ""

    def _mails(
        self, vault: "Vault", holds: dict[str, str]
    ) -> "tuple[list[tuple[NoteRecord, Composed]], list[tuple[str, str]]]":
        """The mails, and those left out with the reason."""
        from rounds.vault.sharing import article_message, left_out, receivers

        article = " ".join(holds["article"].split())
        if not article:
            raise UsageError("which article?", hint="Its title, author and link. Or press escape to leave.")
        again = holds["again"] == _HAD[1]
        found = self._chosen(vault, self.notes.paths)
        without = left_out(vault, found, article, again=again)
        entries = receivers(found, without, MOST, _FEWER)
        named = {entry.path: clean(entry.name) for entry in found}
        today = vault.today()
        others = [(named[path], _why(why, today)) for path, why in without.items()]
        if not entries:
            why = "\n".join(f"{name}: {words}" for name, words in others)
            raise UsageError("there is nobody to send it to", hint=why)
        answers = {blank: holds.get(f"asked-{place}", "") for place, blank in enumerate(self._blanks)}
        message = article_message(vault)
        return [(entry, _composed(vault, entry, message, article, answers)) for entry in entries], others

    def act(self, vault: "Vault") -> str:
        from rounds.vault.draft_followup import plan_sent
        from rounds.vault.note_files import file_name
        from rounds.vault.sharing import mail_files, short

        title = short(" ".join(self.text("article").split()))
        papers = mail_files(vault, [made.draft for _, made in self._made])
        self.notes.check(vault, [entry.path for entry, _ in self._made])
        for entry, _ in self._made:
            vault.editable(entry.path)
        folder = self.put(vault, os.path.join(self.text("folder"), file_name(title)), papers)
        with vault.change():
            for entry, made in self._made:
                plan_sent(vault, entry, made.draft.message, title)
        mails = count(len(papers), "mail")
        return f"{mails} in {clean(folder)}: each opens as an unsent mail. Today asks whether they were sent."

    @property
    def writes(self) -> Sequence[str]:
        return [entry.path for entry, _ in self._made]


def _composed(
    vault: "Vault", entry: "NoteRecord", message: "Message", article: str, answers: dict[str, str]
) -> "Composed":
    """One mail, filled in and checked.

    Raises:
        RoundsError: something is missing, or the mail isn't fit to send.
    """
    from rounds.domain.draft_review import refuse_unfit
    from rounds.vault.drafting import compose, remarks_of

    made = compose(vault, entry, message, article=article)
    if made.missing:
        raise UsageError(
            f"for {clean(entry.name)} something is written nowhere yet: {', '.join(made.missing)}",
            hint="With m on that partner it is asked for and saved.",
        )
    draft = made.draft.filled(answers)
    remarks = remarks_of(vault, entry, draft, [text for text in answers.values() if text], article=article)
    refuse_unfit(remarks, f"the mail to {clean(entry.name)}")
    return made._replace(draft=draft, remarks=remarks)


def _why(why: "tuple[str, date | None]", today: "date") -> str:
    words, day = why
    return f"{words} {day_name(day, today)}" if day else words


def _lines(made: "Sequence[Composed]", without: Iterable[tuple[str, str]]) -> Iterator[Content]:
    """Recipients, those left out, mails that say the same, and the first mail in full."""
    from rounds.domain.phrases import some_of
    from rounds.vault.sharing import alike

    names = ", ".join(clean(each.draft.name) for each in made)
    yield Content.assemble((f"{count(len(made), 'mail')}: ", "bold"), names)
    for name, why in without:
        yield Content.styled(f"! {name} is left out: {why}", "$text-warning")
    if same := alike([each.draft for each in made]):
        yield Content.styled(f"! These say the same: {some_of([clean(name) for name in same])}", "$text-warning")
    yield Content.assemble(("enter", "bold $accent"), " writes a file for each; nothing is sent")
    yield Content("")
    yield from draft_lines(made[0].draft, made[0].remarks)

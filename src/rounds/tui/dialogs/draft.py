"""Draft a message to a partner: filled in, edited, checked, copied or opened in the mail program. Nothing is sent."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static, TextArea

from rounds.domain.draft_review import IN_PERSON, question
from rounds.errors import Level, RoundsError, UsageError
from rounds.notes.plain_text import escape_controls
from rounds.tui.dialogs.form import Fields, FormDialog
from rounds.tui.open_links import copy_text
from rounds.tui.phrases import clean
from rounds.tui.widgets.bars import DialogBar
from rounds.tui.widgets.fields import Choice, Words, preview_box
from rounds.tui.widgets.prose import inline

if TYPE_CHECKING:
    from rounds.domain.draft_review import Draft, DraftIssue, Message
    from rounds.tui.session import VaultSession
    from rounds.vault.client_release import AboutClient
    from rounds.vault.drafting import Composed
    from rounds.vault.vault import NoteRecord, Vault

SAID = frozenset({"phone", IN_PERSON})
"""Channels of scripts, which are read and not sent."""

_CLIENT = "client"
_EDITED = "edited text"
"""Under this name, an edited text is kept with the answers."""


class DraftMessage(FormDialog):
    """The draft as it will be copied. Missing properties are asked for first and saved, then blanks of this draft only.

    Its text is edited in place. A script, which is read and not sent, is shown as formatted Markdown.
    """

    SAVE = "copy it"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+o", "mail", show=False, priority=True)]

    def __init__(self, session: "VaultSession", name: str, path: str, *, message: str = "") -> None:
        """Make the dialog.

        Args:
            message: name of the one shown first; by default the best fit.
        """
        super().__init__(session, "Draft a message", name, path)
        self._wanted = message
        self._messages: dict[str, Message] = {}
        self._current = ""  # of the message shown
        self._client = ""
        self._made: Composed | None = None
        self._asked: list[str] = []  # names of the fields below, in order
        self._body = ""  # the text with its blanks, as edited
        self._shown = ""  # the text last put into its field
        self._by_mail = False

    def fields(self) -> Fields:
        yield "Message", Choice((), complete=True, id="message")
        yield "", Vertical(id="asked")
        yield "", preview_box()
        yield "", Words(id="letter")
        yield "", Static(id="remarks", markup=False)

    def keys(self) -> list[tuple[str, str, str]]:
        save, *more, leave = super().keys()
        mail = [("ctrl+o", "mail", "mail")] if self._is_mail else []
        return [save, *mail, *(more or [("page down", "scroll", "")]), leave]

    @property
    def _is_mail(self) -> bool:
        return self._made is not None and not self._made.missing and self._made.draft.is_mail

    def entry(self, vault: "Vault") -> "NoteRecord":
        """The recipient, as the message sees them."""
        return vault.entry(self.path)

    def offered(self, vault: "Vault") -> tuple[list["Message"], str]:
        """The messages to choose from, and the name of the one shown first."""
        from rounds.vault.drafting import fitting, messages

        entry = vault.entry(self.path)
        if entry.type != "partner":
            raise UsageError(f"{entry.name} isn't a partner", hint="Drafts are for partners: choose one there.")
        known = messages(vault)
        try:
            return known, self._wanted or fitting(vault, entry).name
        except RoundsError:
            return known, ""

    def plan(self, vault: "Vault", message: "Message") -> None:
        """Add a reminder that asks whether it was sent."""
        from rounds.vault.draft_followup import plan_sent

        plan_sent(vault, self.entry(vault), message)

    async def look_up(self) -> None:
        known, name = await self.session.read(self.offered)
        self._messages = {each.name: each for each in known}
        self.query_one("#message", Choice).set_choices([*self._messages], name)
        await self._fill_in(name)
        if self._asked:
            self.set_focus(self._questions[0], scroll_visible=False)

    async def on_input_changed(self, event: Input.Changed) -> None:
        """The message or the text of a blank has changed."""
        if event.input.id is None:
            name = self.query_one("#message", Choice).value
            if name in self._messages and name != self._current:
                self.run_worker(self.explaining(lambda: self._fill_in(name)), group="compose", exclusive=True)
        else:
            self._show()

    async def _fill_in(self, name: str) -> None:
        """Fill in the message, and ask for what's missing."""
        message = self._messages.get(name)
        if message is None:
            return
        client = self._client if name == self._current else ""
        self._current, self._client, self._made, self._body = name, client, None, ""
        if message.about_client and not client:
            await self._ask(
                [_CLIENT], ["The client's code, such as R-7K3QXM; without a valid release, only the frame comes"]
            )
            return

        def compose_it(vault: "Vault") -> "Composed":
            from rounds.vault.drafting import compose

            return compose(vault, self.entry(vault), message, client=self._about_client(vault, message, client))

        try:
            made = await self.session.read(compose_it)
        except RoundsError:
            self._client = ""
            raise
        self._made, self._body = made, made.draft.body
        if made.missing:
            await self._ask(made.missing, [f"{question(each, self.about)}; it is saved" for each in made.missing])
        else:
            await self._ask(made.draft.blanks, made.draft.blanks)

    def _about_client(self, vault: "Vault", message: "Message", code: str) -> "AboutClient | None":
        from rounds.vault.client_release import about_client

        return about_client(vault, self.entry(vault), code) if message.about_client else None

    async def _ask(self, names: Iterable[str], questions: Iterable[str]) -> None:
        """Replace the fields with those for these questions."""
        self._asked = list(names)
        asked = self.query_one("#asked", Vertical)
        await asked.remove_children()
        for place, words in enumerate(questions):
            await asked.mount(Static(clean(words), markup=False), Input(id=f"asked-{place}"))
        self.query_one("#trouble").display = False
        self._show()
        self.start = self.texts()

    async def follow(self) -> None:
        """Fill in the message again; typed answers stay."""
        if self._made is not None:
            await self.restore({"message": self._current, **self._answers, **self._edited})

    async def moved(self) -> None:
        """The name may have changed."""
        await self.follow()

    def keeps(self) -> dict[str, str]:
        """Keep nothing of a message about a client: those answers are never stored."""
        message = self._messages.get(self._current)
        if message is None or message.about_client:
            return {}
        return {"message": self._current, **self._answers, **self._edited}

    @property
    def _edited(self) -> dict[str, str]:
        changed = self._made is not None and self._body != self._made.draft.body
        return {_EDITED: self._body} if changed else {}

    async def restore(self, holds: Mapping[str, str]) -> None:
        name = holds.get("message", self._current)
        await super().restore({"message": name})
        await self._fill_in(name)
        for asked, field in zip(self._asked, self._questions, strict=False):
            field.value = holds.get(asked, "")
        self._body = holds.get(_EDITED, self._body)
        self._show()

    def beginning(self, name: str) -> str:
        """A missing property, such as `practice.phone`, or a blank of this draft."""
        asked = name.removeprefix("asked-")
        if asked == name:
            return super().beginning(name)
        saved = self._made is None or self._made.missing
        return super().beginning(self._asked[int(asked)].rpartition(".")[2]) if saved else ""

    @property
    def _questions(self) -> list[Input]:
        return [*self.query("#asked Input").results(Input)]

    @property
    def _answers(self) -> dict[str, str]:
        return dict(zip(self._asked, (field.value.strip() for field in self._questions), strict=False))

    def _draft(self, answers: Mapping[str, str]) -> "Draft | None":
        """The draft as edited, with these answers; None while something is missing."""
        made = self._made
        return None if made is None or made.missing else made.draft._replace(body=self._body).filled(answers)

    def _show(self) -> None:
        draft, made, letter = self._draft(self._answers), self._made, self.query_one("#letter", Words)
        parts = self.query_one("#draft"), letter, self.query_one("#remarks", Static)
        for part in parts:
            part.display = draft is not None
        if draft is None or made is None:
            return
        said = draft.message.channel in SAID
        letter.display = not said
        lines = [*head_lines(draft), *(script_lines(draft) if said else [])]
        self.query_one("#draft Static", Static).update(Content("\n").join(lines))
        self.query_one("#remarks", Static).update(Content("\n").join(remark_lines(made.remarks)))
        text = "" if said else escape_controls(draft.body)
        if letter.text != text:
            self._shown = letter.text = text
        self.query_one(DialogBar).set_keys(self.keys())

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """The text was edited: what an answer filled in is a blank again, so that the answer can still change."""
        text = event.text_area.text
        if event.text_area.id != "letter" or text == self._shown:
            return
        self._shown = text
        for blank, answer in self._answers.items():
            if answer and text.count(answer) == 1:
                text = text.replace(answer, f"[{blank}]")
        self._body = text

    def action_save(self) -> None:
        """Copy a complete draft, one with blanks only the second time; otherwise save the answers first and show the
        result.
        """
        self._by_mail = False
        self._copy_or_open()

    def action_mail(self) -> None:
        """Open the draft in the mail program, as `save` copies it."""
        if self._is_mail:
            self._by_mail = True
            self._copy_or_open()
        else:
            self.explain("This isn't a mail for the mail program. Enter copies it.")

    def _copy_or_open(self) -> None:
        draft = self._draft(self._answers)
        if draft is not None:
            if draft.blanks in ([], self.confirmed.get("blanks")):
                super().action_save()
                return
            self.confirmed["blanks"] = draft.blanks
            self.set_focus(next((field for field in self._questions if not field.value.strip()), self.focused))
            again, verb = ("ctrl+o", "open") if self._by_mail else ("enter", "copy")
            self.explain(f"{unfilled(draft.blanks)}.\nFill it in, or press {again} again to {verb} it as it is.")
        elif self._asked:
            self.run_busy(self._save_answers)

    async def _save_answers(self) -> None:
        answers = self._answers
        if not all(answers.values()):
            raise UsageError("something is still missing", hint="Answer each question, or press escape to leave.")
        if self._asked == [_CLIENT]:
            self._client = answers[_CLIENT]
        else:
            await self.session.write(self.path, self.on_the_note(lambda vault: self._save_missing(vault, answers)))
        await self._fill_in(self._current)
        if self._asked:
            self.set_focus(self._questions[0], scroll_visible=False)
        else:
            self.set_focus(self.query_one("#message", Choice).input)

    def _save_missing(self, vault: "Vault", answers: dict[str, str]) -> None:
        from rounds.vault.drafting import save_missing

        with vault.change():
            for name, text in answers.items():
                save_missing(vault, vault.entry(self.path), name, text)

    def act(self, vault: "Vault") -> str:
        from rounds.domain.draft_review import another_way, refuse_unfit
        from rounds.vault.draft_values import partner_texts
        from rounds.vault.drafting import remarks_of

        answers = {name: self.text(f"asked-{place}") for place, name in enumerate(self._asked)}
        draft = self._draft(answers)
        assert self._made is not None
        assert draft is not None
        entry, message = self.entry(vault), draft.message
        client = self._about_client(vault, message, self._client)
        typed = [text for text in (*answers.values(), *self._typed_lines(draft, answers)) if text]
        remarks = remarks_of(vault, entry, draft, typed, client=client)
        refuse_unfit(remarks, "the draft")
        vault.editable(entry.path)
        if not self._made.frame:
            self.plan(vault, message)
        given = self._hand_over(draft)
        if message.channel == IN_PERSON:
            return f"{given}, to have at hand. Afterwards, l logs the people you met."
        if self._made.frame:
            return f"{given}, the frame alone: a valid release is missing."
        words = f"{given}. Today asks whether it was {'made' if message.channel == 'phone' else 'sent'}."
        if message.about_client:
            return f"{words} Send it by a secure channel only, and keep no copy here."
        if draft.to or message.channel != "email":
            return words
        texts = partner_texts(vault, entry) if draft.name == entry.name else {}
        return f"{words} {another_way(draft.name, texts)}."

    def _typed_lines(self, draft: "Draft", answers: Mapping[str, str]) -> list[str]:
        """The lines that the user wrote or changed."""
        assert self._made is not None
        ours = self._made.draft.filled(answers).body.split("\n")
        return [line for line in draft.body.split("\n") if line not in ours]

    def _hand_over(self, draft: "Draft") -> str:
        """Copy the text, or open the mail program with it; where its link is too short for the text, copy it too.

        Returns:
            What was done.
        """
        from rounds.exports.editor_clipboard_mail_obsidian import mailto, open_link

        link = mailto(draft.to, draft.subject, draft.body) if self._by_mail else ""
        if not link or "&body=" not in link:
            copy_text(self.app, draft.body)
        if not link:
            return "Copied"
        if self.app.is_web:
            self.app.call_from_thread(self.app.open_url, link)
        else:
            open_link(link)
        return "Opened in your mail program" + ("" if "&body=" in link else "; its text is copied, to paste there")


def unfilled(blanks: Sequence[str]) -> str:
    """A warning about unfilled blanks."""
    return f"Still to be filled in: {'; '.join(f'[{clean(blank)}]' for blank in blanks)}"


def draft_lines(draft: "Draft", remarks: "Iterable[DraftIssue]") -> Iterable[Content]:
    """A draft as readable lines, with remarks."""
    yield from head_lines(draft)
    yield from script_lines(draft) if draft.message.channel in SAID else map(Content, _plain_lines(draft))
    yield Content("")
    yield from remark_lines(remarks)


def head_lines(draft: "Draft") -> Iterable[Content]:
    """Address and subject, and a blank line."""
    address = f" <{draft.to}>" if draft.to else ""
    yield Content.assemble(("To       ", "$foreground-muted"), clean(f"{draft.name}{address}"))
    if draft.subject:
        yield Content.assemble(("Subject  ", "$foreground-muted"), clean(draft.subject))
    yield Content("")


def script_lines(draft: "Draft") -> Iterable[Content]:
    """The body of a script, which is read and not sent, as formatted Markdown."""
    return map(inline, draft.body.split("\n"))


def _plain_lines(draft: "Draft") -> Iterable[str]:
    """The body of a mail, which is sent character by character."""
    return map(escape_controls, draft.body.split("\n"))


def remark_lines(remarks: "Iterable[DraftIssue]") -> Iterable[Content]:
    """What to know about a draft; its blanks are asked for anyway."""
    for remark in remarks:
        kind = "Not ready to send: " if remark.level is Level.ERROR else "Note: "
        if not remark.message.startswith("still to be filled in"):
            yield Content.styled(f"{kind}{clean(remark.message)}.", "$text-warning")

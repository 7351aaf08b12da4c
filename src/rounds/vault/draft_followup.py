"""The follow-up of a draft: it asks whether it was sent, and ticking it logs the touch."""

from rounds.domain.draft_questions import replaced_by
from rounds.domain.draft_review import IN_PERSON, Message
from rounds.domain.log_followups import FollowUp
from rounds.notes.task_edits import render_task
from rounds.vault.draft_values import asked_instead, history_of, introducer_of
from rounds.vault.gaps_introductions_match import asked_text
from rounds.vault.log_actions import WriteResult, plan, written_as
from rounds.vault.vault import NoteRecord, Vault


def plan_sent(vault: Vault, entry: NoteRecord, message: Message, what: str = "") -> WriteResult | None:
    """Write the follow-up that asks whether a draft was sent. It takes the place of an earlier draft's.

    In-person messages plan nothing: those meetings are logged.

    Args:
        what: description of the message; its name by default. Ignored for messages about a client.

    Returns:
        None if the note already has this follow-up for today, or the message needs none.
    """
    if message.channel == IN_PERSON:
        return None
    text = _question(vault, entry, message, what)
    before = replaced_by(vault.read(entry.path).note.followups, message.kind, text)
    if before is None:
        return plan(vault, entry.path, text, due=vault.today(), kind=message.kind)
    if (before.kind, before.text) == (message.kind, text):
        return None
    return _replace(vault, entry.path, before, FollowUp(text, due=vault.today(), kind=message.kind, block=before.block))


def _replace(vault: Vault, path: str, before: FollowUp, after: FollowUp) -> WriteResult:
    opened = vault.editable(path)
    line = render_task(after, dataview="[due::" in opened.document.text, task_filter=vault.reader.task_filter)
    vault.save(opened, opened.document.replace_line(before.line, line), "drafted again for")
    return written_as(vault, path, [line])


def _question(vault: Vault, entry: NoteRecord, message: Message, what: str) -> str:
    """The follow-up's question. Once a request for an introduction is ticked, the log says who was asked."""
    asked = "made?" if message.channel == "phone" else "sent?"
    if message.about_client:
        return asked
    if message.kind == "intro":
        by = introducer_of(vault, asked_instead(entry, history_of(vault, entry)))
        if by is not None:
            return f"{asked_text(vault, by.path)}?"
    return f"{asked} {what or message.name}"

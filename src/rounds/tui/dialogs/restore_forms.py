"""Offer forms left unsaved when the program ended, and reopen them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rounds.tui.dialogs.add_partner import AddPartner
from rounds.tui.dialogs.composer import MeetingNote, write_meeting_note
from rounds.tui.dialogs.draft import DraftMessage
from rounds.tui.dialogs.facts import FactsSheet
from rounds.tui.dialogs.log_touch import AddFollowUp, FileThought, Later, LogForAnybody, LogTouch, Skip
from rounds.tui.dialogs.one_line import OneLine
from rounds.tui.dialogs.outreach import IntroductionRequest
from rounds.tui.dialogs.referrals import SetStatus
from rounds.tui.dialogs.share import ShareArticle
from rounds.tui.dialogs.text import Offer
from rounds.tui.messages import PartnerAdded
from rounds.tui.screens.gaps import FillGap
from rounds.tui.screens.main_screen import MainScreen
from rounds.tui.screens.organizations import AddOrganization
from rounds.vault.gaps_introductions_match import all_gaps
from rounds.vault.list_search import resolve_note
from rounds.vault.referrals import referrals

if TYPE_CHECKING:
    from rounds.storage.tui_state import Form
    from rounds.tui.app import RoundsApp
    from rounds.tui.dialogs.form import FormDialog
    from rounds.tui.session import VaultSession

_NEW = {each.__name__: each for each in (AddPartner, AddOrganization, LogForAnybody, OneLine)}
_ABOUT_NOTES = {each.__name__: each for each in (LogTouch, MeetingNote, AddFollowUp, FactsSheet, DraftMessage)}
_ABOUT_NOTES["ChangeProperty"] = FactsSheet  # its name until 2026-11
_ABOUT_REMINDERS = {each.__name__: each for each in (Later, Skip)}


async def offer(app: "RoundsApp", left: "Sequence[tuple[str, Form]]") -> None:
    """Offer unsaved forms, one after the other, until one is opened.

    Args:
        left: forms with their paths.
    """
    for path, form in left:
        words = "\n".join(filter(None, held(form).values()))
        name = " · ".join(filter(None, (str(form.get("title")), str(form.get("about")))))
        answer = await app.push_screen_wait(Offer("This was not saved yet when Rounds ended", name, words))
        if answer == "drop":
            app.session.unsaved.forget(path)
        if answer == "open" and isinstance(app.screen, MainScreen):
            app.screen.start(_reopen, app.screen, path, form, group="reopen")
            return


async def _reopen(screen: MainScreen, path: str, form: "Form") -> None:
    """Reopen a form, or at least show its text; the text stays kept until the form is saved or left."""
    dialog = await reopened(screen.session, form)
    if dialog is None:
        words = "\n".join(filter(None, held(form).values()))
        screen.app.notify(words, title="Its note or reminder is gone. You had typed", timeout=60, markup=False)
        return
    screen.session.unsaved.take_up(path)
    if isinstance(dialog, MeetingNote):
        await write_meeting_note(screen, dialog)
    elif await screen.ask(dialog) and isinstance(dialog, AddPartner):
        screen.post_message(PartnerAdded(dialog.added))


async def reopened(session: "VaultSession", form: "Form") -> "FormDialog | None":
    """The form with its text; None if its note or reminder is gone.

    Raises:
        RoundsError: the vault can't be read.
    """
    path, id_ = str(form.get("path") or ""), str(form.get("id") or "")
    found = await session.read(lambda vault: resolve_note(vault, path, id_))
    dialog = await _opened(session, {**form, "path": found.path} if found else form)
    if dialog is not None:
        dialog.restored, dialog.note.id = held(form), id_
    return dialog


async def _opened(session: "VaultSession", form: "Form") -> "FormDialog | None":
    kind, about, path, subject = (str(form.get(key) or "") for key in ("form", "about", "path", "subject"))
    reminders = [each for each in session.agenda.reminders if subject and each.uid == subject]
    if kind in _NEW:
        return _NEW[kind](session)
    if kind == LogTouch.__name__ and reminders:
        return LogTouch(session, about, path, reminder=reminders[0])
    if kind in _ABOUT_NOTES:
        return _ABOUT_NOTES[kind](session, about, path)
    if kind in _ABOUT_REMINDERS and reminders:
        return _ABOUT_REMINDERS[kind](session, reminders[0])
    if kind == IntroductionRequest.__name__:
        return IntroductionRequest(session, about, path, subject)
    if kind == ShareArticle.__name__:
        return ShareArticle(session, subject.splitlines())
    if kind == FileThought.__name__:
        return next((FileThought(session, each) for each in session.agenda.inbox if each.text == subject), None)
    if kind == SetStatus.__name__:
        filed = await session.read(referrals)
        return next((SetStatus(session, each) for each in filed if each.referral.path == path), None)
    if kind == FillGap.__name__:
        cells = (await session.read(all_gaps)).map
        return next((FillGap(session, cell) for cell in cells if FillGap.subject_of(cell) == subject), None)
    return None


def held(form: "Form") -> dict[str, str]:
    """The texts of a form, by field."""
    holds = form.get("holds")
    return {str(name): str(text) for name, text in holds.items()} if isinstance(holds, dict) else {}

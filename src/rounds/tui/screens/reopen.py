"""Open a form again that was left when the program ended."""

from typing import TYPE_CHECKING

from rounds.tui.screens.draft import DraftMessage
from rounds.tui.screens.forms import AddFollowUp, AddPartner, ChangeProperty, Later, LogTouch, Skip
from rounds.tui.screens.inbox import FileThought
from rounds.tui.screens.introducing import IntroductionRequest
from rounds.tui.screens.share import ShareArticle

if TYPE_CHECKING:
    from rounds.store.unsaved import Form
    from rounds.tui.desk import Desk
    from rounds.tui.screens.dialog import Dialog

_ABOUT_NOTES = {each.__name__: each for each in (LogTouch, AddFollowUp, ChangeProperty, DraftMessage)}
_ABOUT_REMINDERS = {each.__name__: each for each in (Later, Skip)}


def reopened(desk: "Desk", form: "Form") -> "Dialog | None":
    """The form with what it held; None where what it was about is no longer there."""
    kind, subject = str(form.get("form")), str(form.get("subject") or "")
    dialog: Dialog | None = None
    if kind in _ABOUT_NOTES:
        dialog = _ABOUT_NOTES[kind](desk, str(form.get("about")), str(form.get("path")))
    elif kind == IntroductionRequest.__name__:
        dialog = IntroductionRequest(desk, str(form.get("about")), str(form.get("path")), subject)
    elif kind == ShareArticle.__name__:
        dialog = ShareArticle(desk, subject.splitlines())
    elif kind == AddPartner.__name__:
        dialog = AddPartner(desk)
    elif kind == FileThought.__name__:
        dialog = next((FileThought(desk, each) for each in desk.agenda.inbox if each.text == subject), None)
    elif kind in _ABOUT_REMINDERS:
        reminders = (*desk.agenda.due, *desk.agenda.waiting)
        dialog = next((_ABOUT_REMINDERS[kind](desk, each) for each in reminders if each.uid == subject), None)
    if dialog is not None:
        dialog.restored = held(form)
    return dialog


def held(form: "Form") -> dict[str, str]:
    """What a form held, by field."""
    holds = form.get("holds")
    return {str(name): str(text) for name, text in holds.items()} if isinstance(holds, dict) else {}

"""The typed text of a form: read from its fields, kept on disk until it's saved or left, and put back."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, TextArea

from rounds.tui.widgets.fields import Choice, Words

if TYPE_CHECKING:
    from rounds.tui.dialogs.form import FormDialog


class Autosave:
    """Keeps the typed text of an open form, so that the end of the program doesn't lose it."""

    def __init__(self, form: "FormDialog") -> None:
        self._form = form
        self._timer: Timer | None = None

    def soon(self) -> None:
        """Keep the text after a pause."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._form.set_timer(self._form.session.delays.draft, self.now)

    def now(self) -> None:
        """Keep the text; once everything is erased, discard it."""
        form, holds = self._form, self._form.keeps()
        if not holds or not form.is_attached:
            return
        if form.changed:
            about = {"form": type(form).__name__, "title": form.heading, "about": form.about, "path": form.path}
            form.session.unsaved.keep({**about, "id": form.note.id, "subject": form.subject, "holds": holds})
        elif not form.restored:
            form.session.unsaved.clear()

    def end(self, *, keep: bool) -> None:
        """Close the draft when the form closes, or discard it."""
        if self._timer is not None:
            self._timer.stop()
        if keep:
            self.now()
            self._form.session.unsaved.close()
        else:
            self._form.session.unsaved.clear()


def texts(form: Widget) -> list[str]:
    """The texts of the fields, from top to bottom."""
    fields = form.query("Input, TextArea")
    return [
        each.value if isinstance(each, Input) else each.text for each in fields if isinstance(each, Input | TextArea)
    ]


def texts_by_field(form: Widget) -> dict[str, str]:
    """The texts of the fields that have an ID, from top to bottom, without blanks around them."""
    fields = [each for each in form.query("Words, Choice, Input") if isinstance(each, Words | Choice | Input)]
    return {each.id: (each.text if isinstance(each, Words) else each.value).strip() for each in fields if each.id}


def put_back(form: Widget, holds: Mapping[str, str]) -> None:
    """Put texts into fields, by ID."""
    for name, held in holds.items():
        for found in form.query(f"#{name}") if name.isidentifier() else ():
            if isinstance(found, Words):
                found.text = held
            elif isinstance(found, Choice):
                found.set_choices(found.input.choices, held)
            elif isinstance(found, Input):
                found.value = held

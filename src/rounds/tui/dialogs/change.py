"""Change a property of several partners, with a preview of what would be written."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.widgets import Static

from rounds.domain.partner_referral_release import NEVER, STAGES
from rounds.errors import NotFoundError, RoundsError, UsageError
from rounds.notes.properties import LISTS
from rounds.tui.dialogs.form import Fields, FormDialog
from rounds.tui.jobs import Job
from rounds.tui.note_refs import MOVED, FollowedNotes
from rounds.tui.phrases import clean, count, explained, in_words, note_name
from rounds.tui.widgets.bars import DialogBar
from rounds.tui.widgets.fields import Choice, Day, preview_box
from rounds.vault.list_search import names_for
from rounds.vault.set_properties import Setting

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.vault.set_properties import Planned
    from rounds.vault.vault import Vault

USUAL: Mapping[str, tuple[str, ...]] = {
    "check_in": ("3 months", "6 months", "1 year", NEVER),
    "telehealth": ("yes", "no"),
}
"""Common values; anything else is allowed too."""

_SHARED = (LISTS - {"aliases"}) | {"role", "organization", "introduced_by", "city", "source", "referral_method"}
"""Properties that partners often share: known values are offered."""

_UNTOUCHED = {"type", "id", "last_contact"}
"""Properties that the program maintains; to change them anyway, use the editor."""

_REST = ("next month", "in 3 months", "in 6 months")
_PROPERTIES = {"stage": "stage", "check-in": "check_in", "tags": "tags", "rest until": "rest_until"}


class SeveralForm(FormDialog):
    """A form about several notes: enter shows what would be written, enter again writes it."""

    WRITE: ClassVar[str] = "write it"

    def __init__(self, session: "VaultSession", title: str, about: str, paths: Sequence[str]) -> None:
        super().__init__(session, title, about)
        self.notes = FollowedNotes(session, paths)
        self._seen: dict[str, str] = {}  # the fields' texts when the preview was made; empty without one

    async def preview(self, holds: dict[str, str]) -> Iterable[Content]:
        """Read what would be written and return lines to show.

        Raises:
            RoundsError: a value can't be understood.
        """
        raise NotImplementedError

    async def look_up(self) -> None:
        await self.notes.look_up()
        await super().look_up()

    def keys(self) -> list[tuple[str, str, str]]:
        first, *others = super().keys()
        return [("enter", self.WRITE, "save") if self._seen else first, *others]

    def on_input_changed(self) -> None:
        """Changed text makes the preview outdated."""
        if self._seen and self._seen != self.holds():
            self._show_preview({})

    def _show_preview(self, seen: dict[str, str]) -> None:
        """Show the preview, or hide it; the key line says what enter does."""
        self._seen = seen
        self.query_one("#draft").display = bool(seen)
        self.query_one(DialogBar).set_keys(self.keys())

    def action_save(self) -> None:
        """Show what would be written; if already shown, write it."""
        if self._seen and self._seen == self.holds():
            super().action_save()
        else:
            self.run_busy(self._preview)

    async def _preview(self, words: str = "") -> None:
        """Make the preview; `words` go with it."""
        holds = self.holds()
        try:
            lines = await self.preview(holds)
        except RoundsError as error:
            self.explain(explained(error))
            return
        self.query_one("#trouble").display = False
        self._show_preview(holds)
        self.query_one("#draft Static", Static).update(Content("\n").join(lines))
        if words := words or self.remark():
            self.explain(words)

    def remark(self) -> str:
        """A message that goes with the preview; empty for none."""
        return ""

    async def save(self) -> None:
        try:
            await super().save()
        except NotFoundError:
            self._seen = {}
            await self.session.sync()
            await self._preview(MOVED)


class ChangeSeveral(SeveralForm):
    """Change a property of several partners as one change."""

    SAVE = "show what changes"

    def __init__(self, session: "VaultSession", notes: Sequence[tuple[str, str]]) -> None:
        self._names = dict(notes)
        super().__init__(session, "Change several", count(len(notes), "partner"), [*self._names])
        self._plans: list[Planned] = []
        self._tags: list[str] = []
        self.job = Job("Changing the notes")

    @property
    def writes(self) -> Sequence[str]:
        return [plan.path for plan in self._plans]

    def fields(self) -> Fields:
        yield "Property", Choice([*_PROPERTIES], "stage", complete=True, id="property")
        value = Day("", self.session.vault.today, choices=STAGES, id="value")
        value.dated = False
        yield "Value", value
        yield "", preview_box()

    def keeps(self) -> dict[str, str]:
        """Keep nothing: two words are quickly chosen again, while the marked partners may be thousands."""
        return {}

    async def look_up(self) -> None:
        await super().look_up()
        self._tags = await self.session.read(lambda vault: names_for(vault, "tags"))

    def on_input_changed(self) -> None:
        """Offer what the property may be."""
        key = _key(self.query_one("#property", Choice).value)
        value = self.query_one("#value", Day)
        choices = {"stage": STAGES, "check_in": USUAL["check_in"], "tags": self._tags, "rest_until": _REST}.get(key, ())
        if tuple(choices) != value.input.choices:
            value.dated = key == "rest_until"
            value.set_choices(choices, value.value, many=key == "tags")

    def beginning(self, name: str) -> str:
        return super().beginning(_key(self.query_one("#property", Choice).value) if name == "value" else name)

    def submitted(self) -> None:
        """Move on from the property to the value."""
        if self.query_one("#property", Choice).input.has_focus:
            self.query_one("#property", Choice).take_completion()
            self.set_focus(self.query_one("#value", Choice).input)
        else:
            super().submitted()

    async def preview(self, holds: dict[str, str]) -> Iterable[Content]:
        from rounds.vault.set_properties import planned

        key = _key(holds["property"])
        settings, job = settings_for(key, holds["value"]), Job("Looking what changes")
        self._plans = await self.session.read(lambda vault: planned(vault, self._notes(vault), settings, job.step), job)
        if not self._plans:
            raise UsageError("none of these partners is there any more", hint="Press escape to leave.")
        return _plan_lines(self._plans, key)

    def _notes(self, vault: "Vault") -> list[tuple[str, str]]:
        """Current path and name of each note; missing ones are left out."""
        places = self.notes.places(vault, self.notes.paths)
        return [(now, self._names[path] if now == path else note_name(now)) for path, now in places.items()]

    def act(self, vault: "Vault") -> str:
        from rounds.vault.set_properties import change_all

        self.notes.check(vault, [plan.path for plan in self._plans if plan.after])
        settings = settings_for(_key(self.text("property")), self.text("value"))
        done, refused = change_all(vault, self._plans, settings, self.job.step)
        wanted = sum(bool(plan.after) for plan in self._plans)
        stopped = f"Stopped after {done + len(refused):,} of {wanted:,}: c" if self.job.stopped else "C"
        words = f"{stopped}hanged {count(done, 'partner')}; u undoes it."
        if refused:
            names = ", ".join(clean(name) for name, _ in refused)
            words += f" {count(len(refused), 'note')} stayed as it was: {names}"
        return words


def _key(typed: str) -> str:
    """The property with a typed name."""
    return _PROPERTIES.get(typed, typed)


def settings_for(key: str, value: str) -> list[Setting]:
    """The typed change as properties.

    Raises:
        UsageError: it isn't a change that several partners can have.
    """
    if key not in _PROPERTIES.values():
        raise UsageError(
            f'"{key}" can\'t be changed for several partners at once', hint=f"Choose one of: {', '.join(_PROPERTIES)}."
        )
    if key != "tags":
        return [Setting(key, "=", value)]
    words = [word.strip().removeprefix("#") for word in value.split(",") if word.strip()]
    if not words:
        raise UsageError("which tags?", hint="For example: school, -old.")
    return [Setting(key, "-=" if word.startswith("-") else "+=", word.lstrip("-#")) for word in words]


def _plan_lines(plans: "Sequence[Planned]", key: str) -> Iterable[Content]:
    """Lines for what would change, what can't, and what stays."""
    changes = [plan for plan in plans if plan.after]
    same = sum(not plan.after and not plan.refused for plan in plans)
    for plan in changes:
        before, after = in_words(plan.before.get(key)) or "nothing", in_words(plan.after.get(key)) or "nothing"
        arrow = Content.assemble((f"  {before} ", "$foreground-muted"), ("→", "$accent"), f" {after}")
        yield Content.assemble(clean(plan.name), arrow)
    for plan in plans:
        if plan.refused:
            yield Content.styled(f"! {clean(plan.name)}: {clean(plan.refused)}", "$text-warning")
    if same:
        yield Content.styled(f"{count(same, 'partner')} as they are", "$foreground-muted")
    if changes:
        yield Content.assemble(("enter", "bold $accent"), f" writes this into {count(len(changes), 'note')}")

"""The same change to several partners, with a preview before anything is written."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from rounds.domain.records import STAGES
from rounds.errors import NotFoundError, UsageError
from rounds.tui.dialogs.form import Dialog, labeled
from rounds.tui.dialogs.forms import USUAL
from rounds.tui.jobs import Job
from rounds.tui.note_selection import MOVED, Several
from rounds.tui.phrases import clean, count, in_words, note_name
from rounds.tui.widgets.bars import DialogBar
from rounds.tui.widgets.fields import Choice, Day
from rounds.vault.properties import Setting
from rounds.vault.search import names_for

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.vault.properties import Planned
    from rounds.vault.vault import Vault

_REST = ("next month", "in 3 months", "in 6 months")
_PROPERTIES = {"stage": "stage", "check-in": "check_in", "tags": "tags", "rest until": "rest_until"}


class ChangeSeveral(Dialog):
    """Enter shows what would change; enter again writes it all as one change."""

    SAVE = "show what changes"
    HINTS: ClassVar[dict[str, str]] = {"tags": "with commas; -word takes one away", "rest_until": "a day, in words"}

    def __init__(self, desk: "VaultSession", notes: Sequence[tuple[str, str]]) -> None:
        super().__init__(desk, "Change several", count(len(notes), "partner"), "")
        self._names = dict(notes)
        self._several = Several(desk, [*self._names])
        self._plans: list[Planned] = []
        self._shown = False  # whether the plans are shown
        self._seen: tuple[str, str] = ("", "")  # property and value of the plans
        self._tags: list[str] = []
        self.job = Job("Changing the notes")

    @property
    def writes(self) -> Sequence[str]:
        return [plan.path for plan in self._plans]

    def fields(self) -> ComposeResult:
        yield labeled("Property", Choice([*_PROPERTIES], "stage", complete=True, id="property"))
        value = Day("", self.desk.vault.today, choices=STAGES, id="value")
        value.dated = False
        yield labeled("Value", value)
        with VerticalScroll(id="draft", can_focus=False):
            yield Static(markup=False)

    def keeps(self) -> dict[str, str]:
        """Keep nothing: two words are quickly chosen again, while the marked partners may be thousands."""
        return {}

    async def look_up(self) -> None:
        await self._several.look_up()
        self._tags = await self.desk.read(lambda vault: names_for(vault, "tags"))

    def on_input_changed(self) -> None:
        key = self._key
        value = self.query_one("#value", Day)
        choices = {"stage": STAGES, "check_in": USUAL["check_in"], "tags": self._tags, "rest_until": _REST}.get(key, ())
        if tuple(choices) != value.input.choices:
            value.dated = key == "rest_until"
            value.set_choices(choices, value.value, many=key == "tags")
        if self._seen != (key, value.value):
            self._show_plan(shown=False)

    def _show_plan(self, *, shown: bool) -> None:
        self._shown = self.query_one("#draft").display = shown
        self.query_one(DialogBar).set_keys(self.keys())

    @property
    def _key(self) -> str:
        typed = self.query_one("#property", Choice).value
        return _PROPERTIES.get(typed, typed)

    def keys(self) -> list[tuple[str, str, str]]:
        first, *others = super().keys()
        return [("enter", "write it", "save") if self._plans and self._shown else first, *others]

    def submitted(self) -> None:
        """Move on from the property to the value."""
        if self.query_one("#property", Choice).input.has_focus:
            self.query_one("#property", Choice).take_completion()
            self.set_focus(self.query_one("#value", Choice).input)
        else:
            super().submitted()

    def action_save(self) -> None:
        """Show what would change; if already shown, write it."""
        value = self.query_one("#value", Choice).value
        if self._plans and self._seen == (self._key, value):
            super().action_save()
        elif not self.busy:
            self.busy = True
            self.run_worker(self._plan(self._key, value))

    async def _plan(self, key: str, value: str) -> None:
        from rounds.errors import RoundsError
        from rounds.tui.phrases import explained
        from rounds.vault.properties import planned

        try:
            settings = settings_for(key, value)
            job = Job("Looking what changes")
            plans = await self.desk.read(lambda vault: planned(vault, self._notes(vault), settings, job.step), job)
        except RoundsError as error:
            self.explain(explained(error))
            return
        finally:
            self.busy = False
        self.query_one("#trouble").display = False
        self._plans, self._seen = plans, (key, value)
        self._show_plan(shown=True)
        self.query_one("#draft Static", Static).update(Content("\n").join(_lines(plans, key)))

    def _notes(self, vault: "Vault") -> list[tuple[str, str]]:
        """Current path and name of each note; missing ones are left out."""
        places = self._several.places(vault, self._several.paths)
        return [(now, self._names[path] if now == path else note_name(now)) for path, now in places.items()]

    async def _finish(self) -> None:
        try:
            await super()._finish()
        except NotFoundError:
            self._plans = []
            await self.desk.sync()
            await self._plan(*self._seen)
            if self._plans:
                self.explain(MOVED)

    def act(self, vault: "Vault") -> str:
        from rounds.vault.properties import change_all

        self._several.check(vault, [plan.path for plan in self._plans if plan.after])
        done, refused = change_all(vault, self._plans, settings_for(*self._seen), self.job.step)
        wanted = sum(bool(plan.after) for plan in self._plans)
        stopped = f"Stopped after {done + len(refused):,} of {wanted:,}: c" if self.job.stopped else "C"
        words = f"{stopped}hanged {count(done, 'partner')}; u undoes it."
        if refused:
            words += f" {count(len(refused), 'note')} stayed as it was: " + ", ".join(
                clean(name) for name, _ in refused
            )
        return words


def settings_for(key: str, value: str) -> list[Setting]:
    """The typed change as properties.

    Raises:
        UsageError: it isn't a change that several partners can have.
    """
    if key not in _PROPERTIES.values():
        raise UsageError(f'"{key}" can\'t be changed for several', hint=f"Choose one of: {', '.join(_PROPERTIES)}.")
    if key != "tags":
        return [Setting(key, "=", value)]
    words = [word.strip().removeprefix("#") for word in value.split(",") if word.strip()]
    if not words:
        raise UsageError("which tags?", hint="For example: school, -old.")
    return [Setting(key, "-=" if word.startswith("-") else "+=", word.lstrip("-#")) for word in words]


def _lines(plans: "Sequence[Planned]", key: str) -> Iterable[Content]:
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

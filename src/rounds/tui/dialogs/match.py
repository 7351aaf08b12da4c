"""Find partners for a client's needs (guide, line 26)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from rounds.domain.match import Need, split_criteria
from rounds.errors import UsageError
from rounds.tui.dialogs.form import Dialog, labeled
from rounds.tui.messages import RowSelected
from rounds.tui.phrases import in_words
from rounds.tui.textual_compat import ErrorGuard
from rounds.tui.widgets.bars import DialogBar
from rounds.tui.widgets.fields import Choice
from rounds.tui.widgets.referrallist import Fitting, MatchList, fits
from rounds.vault.network import known_role, matches
from rounds.vault.search import names_for, values_of
from rounds.vault.suggestions import meant_need

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.vault.vault import Vault

_FIELDS = {
    "role": ("Role", "psychiatrist"), "specialties": ("Specialty", "adhd"), "age": ("Age", "9"),
    "serves": ("Serves", "couples"), "insurance": ("Insurance", "moda"), "languages": ("Language", "spanish"),
    "city": ("City", "portland"), "telehealth": ("Telehealth", "yes"),
}  # fmt: skip
"""Label and example for each criterion."""


class NeedForm(Dialog):
    """A client's needs; the matching partners are then in `found`. Nothing of it is kept."""

    SAVE = "find"

    def __init__(self, desk: "VaultSession", before: Mapping[str, str]) -> None:
        """Create the form.

        Args:
            before: the previous criteria, by field.
        """
        super().__init__(desk, "Whom to refer a client to", "what the client needs", "")
        self.before = dict(before)
        self.found: Sequence[Fitting] = ()

    def fields(self) -> ComposeResult:
        for key, (label, example) in _FIELDS.items():
            value = self.before.get(key, "")
            if key == "age":
                yield labeled(label, Input(value, placeholder=f"such as {example}", id=key))
            else:
                choices = ("yes",) if key == "telehealth" else ()
                yield labeled(label, Choice(choices, value, placeholder=f"such as {example}", listed=False, id=key))

    async def look_up(self) -> None:
        def read(vault: "Vault") -> dict[str, list[str]]:
            lists = {key: values_of(vault, key) for key in _FIELDS if key not in {"role", "age", "telehealth"}}
            return {"role": names_for(vault, "role"), **lists}

        for key, known in (await self.desk.read(read)).items():
            field = self.query_one(f"#{key}", Choice)
            field.set_choices(known, field.input.value)

    def keeps(self) -> dict[str, str]:
        """Keep nothing: a client's needs are never stored."""
        return {}

    async def work(self) -> str:
        return await self.desk.read(self.act, self.job)

    def act(self, vault: "Vault") -> str:
        self.before = {key: self.text(key) for key in _FIELDS}
        need = _need(self.before)
        if need == Need():
            raise UsageError("what does the client need?", hint="For example a role, or a specialty.")
        found = matches(vault, known_role(vault, need))
        if not found:
            hint = meant_need(vault, need) or "With fewer wishes there may be somebody."
            raise UsageError("nobody fits", hint=hint)
        self.found = [Fitting(match, in_words(properties.get("referral_method"))) for match, properties in found]
        return "found"


def _need(given: Mapping[str, str]) -> Need:
    age = given["age"]
    if age and not (age.isdecimal() and len(age) <= 3 and int(age) <= 120):
        raise UsageError(f'"{age}" is no age in years', hint="For example: 9.")
    many = {key: split_criteria([given[key]]) for key in ("specialties", "serves", "insurance", "languages")}
    distance = given["telehealth"].casefold() not in {"", "no"}
    return Need(
        role=given["role"], age=int(age) if age else None, city=given["city"], telehealth=distance, **many
    )  # fmt: skip


class Matches(ErrorGuard, ModalScreen[tuple[str, str]]):
    """Matching partners, ranked, with reasons. The result is the action, `go` or `refer`, and the partner's path."""

    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]  # noqa: RUF012 - Textual's own way
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "end('')", show=False),
        Binding("enter", "end('go')", show=False),
        Binding("n", "end('refer')", show=False),
    ]

    def __init__(self, found: Sequence[Fitting]) -> None:
        super().__init__()
        self._found = found

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="-full"):
            yield Static(Content(fits(self._found)), id="title", markup=False)
            yield MatchList(self._found)
            yield DialogBar(
                [
                    ("enter", "partner", "end('go')"),
                    ("n", "new referral", "end('refer')"),
                    ("escape", "back", "end('')"),
                ]
            )

    def on_row_selected(self, event: RowSelected) -> None:
        event.stop()
        self.action_end("go")

    def action_end(self, what: str) -> None:
        """Close, and go on with the partner under the cursor."""
        match = self.query_one(MatchList).match
        self.dismiss((what, match.candidate.path) if match is not None else ("", ""))

"""Forms about referrals: add one, set its status, and find partners for a client's needs (guide, line 26)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Input

from rounds.domain.match import Match, Need, split_criteria
from rounds.domain.records import DIRECTIONS, REASONS, STATUSES
from rounds.errors import UsageError
from rounds.tui.dialogs.add_partner import PartnerForm
from rounds.tui.dialogs.form import Fields, FormDialog
from rounds.tui.dialogs.list import ListDialog
from rounds.tui.messages import RowSelected
from rounds.tui.phrases import clean, day_name, in_words
from rounds.tui.widgets.fields import Choice, Day
from rounds.tui.widgets.referrallist import Fitting, MatchList, fits
from rounds.vault.match import known_role, matches
from rounds.vault.queries import names_for, values_of
from rounds.vault.query_suggestions import meant_need
from rounds.vault.referral_edits import refer, set_status

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.vault.referral_lookup import FiledReferral
    from rounds.vault.vault import Vault

_FIELDS = {
    "role": ("Role", "psychiatrist"), "specialties": ("Specialty", "adhd"), "age": ("Age", "9"),
    "serves": ("Serves", "couples"), "insurance": ("Insurance", "moda"), "languages": ("Language", "spanish"),
    "city": ("City", "portland"), "telehealth": ("Telehealth", "yes"),
}  # fmt: skip
"""Label and example for each criterion."""


class SetStatus(FormDialog):
    """Set a referral's status."""

    def __init__(self, desk: "VaultSession", filed: "FiledReferral") -> None:
        referral = filed.referral
        super().__init__(desk, "How does it stand?", f"{referral.partner}, {referral.direction}", referral.path)
        self._was = referral.status

    def fields(self) -> Fields:
        yield "Status", Choice(STATUSES, self._was, complete=True, id="status")
        yield "Since", Day("today", self.desk.vault.today, past=True, id="since")

    def act(self, vault: "Vault") -> str:
        status, day = self.text("status").lower(), self.past_day(vault, "since")
        if status == self._was and day == vault.today():
            return f"{self.about}: {status}, as it was."
        set_status(vault, self.path, status, on=day)
        return f"{self.about}: {status}, {day_name(day, vault.today())}."


class AddReferral(PartnerForm):
    """A referral of a client to a partner, or from one."""

    SAVE = "add"

    def __init__(self, desk: "VaultSession", *, partner: str = "") -> None:
        """Create the dialog.

        Args:
            partner: path of the note, if known.
        """
        super().__init__(desk, "Add a referral", partner=partner)
        self.added = ""
        if partner:
            self.first = "#way Input"

    def fields(self) -> Fields:
        yield "Partner", self.who()
        yield "Way", Choice(DIRECTIONS[::-1], DIRECTIONS[1], complete=True, id="way")
        yield "Client", Input(placeholder='a code, "new" for one, or nothing', id="client")
        yield "Reason", Choice(REASONS, complete=True, id="reason")
        yield "When", Day("today", self.desk.vault.today, past=True, id="when")

    def keeps(self) -> dict[str, str]:
        """Keep nothing: a name may stand in the field for the code."""
        return {}

    def act(self, vault: "Vault") -> str:
        who, way, reason = self.text("who"), self.text("way").lower(), self.text("reason").lower()
        for given, known, what in ((way, DIRECTIONS, "way"), (reason, ("", *REASONS), "reason")):
            if given not in known:
                raise UsageError(f'there is no {what} "{given}"', hint=f"Known: {', '.join(filter(None, known))}.")
        if not who:
            raise UsageError("which partner?", hint="Or press escape to leave.")
        day, client = self.past_day(vault, "when"), self.text("client")
        with vault.change():
            partner = self.partner(vault)
            self.added = refer(
                vault, partner, way, on=day, client=client, reason=reason or None, clinician=vault.config.me
            )
        to = "to" if way == "out" else "from"
        words = f"Added: {to} {clean(partner.name)}, {day_name(day, vault.today())}."
        return self.welcome(words + new_code(vault, self.added, client))


def new_code(vault: "Vault", path: str, client: str) -> str:
    """A line about the client code that was made for a note, if `client` asked for one."""
    if client.casefold() != "new":
        return ""
    code = vault.read(path).document.properties["client"]
    return f"\nNote in the chart who {code} stands for; names don't belong in the vault."


class NeedForm(FormDialog):
    """A client's needs; the matching partners are then in `found`. Nothing of it is kept."""

    SAVE = "find"

    def __init__(self, desk: "VaultSession", before: Mapping[str, str]) -> None:
        """Create the form.

        Args:
            before: the previous criteria, by field.
        """
        super().__init__(desk, "Find partners for a client", "what the client needs")
        self.before = dict(before)
        self.found: Sequence[Fitting] = ()

    def fields(self) -> Fields:
        for key, (label, example) in _FIELDS.items():
            value, placeholder = self.before.get(key, ""), f"such as {example}"
            if key == "age":
                yield label, Input(value, placeholder=placeholder, id=key)
            else:
                choices = ("yes",) if key == "telehealth" else ()
                yield label, Choice(choices, value, placeholder=placeholder, listed=False, id=key)

    def offers(self, vault: "Vault") -> Mapping[str, Sequence[str]]:
        lists = {key: values_of(vault, key) for key in _FIELDS if key not in {"role", "age", "telehealth"}}
        return {"role": names_for(vault, "role"), **lists}

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
            hint = meant_need(vault, need) or "Try fewer criteria."
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


class Matches(ListDialog[Match]):
    """Matching partners, ranked, with reasons."""

    LEAVE = "back"

    def __init__(self, found: Sequence[Fitting]) -> None:
        rows = [(each.match, Content(clean(each.match.candidate.name))) for each in found]
        super().__init__(Content(fits(found)), rows, {"enter": "partner", "n": "new referral"})
        self._found = found

    def listing(self) -> MatchList:
        return MatchList(self._found)

    @property
    def item(self) -> Match | None:
        return self.query_one(MatchList).match

    def on_row_selected(self, event: RowSelected) -> None:
        event.stop()
        self.action_end("enter")

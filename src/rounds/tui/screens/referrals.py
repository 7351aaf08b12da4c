"""Referrals with age and release, open ones first; add one, and find a partner for a client."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.widgets import Input

from rounds.domain.records import DIRECTIONS, REASONS, STATUSES
from rounds.errors import UsageError
from rounds.notes.dates import parse_day
from rounds.tui.actions import REFERRALS, bindings
from rounds.tui.dialogs.form import Dialog, labeled
from rounds.tui.dialogs.match import Matches, NeedForm
from rounds.tui.dialogs.new_partner import NewcomerForm
from rounds.tui.messages import RowSelected, ShowPartners
from rounds.tui.note_selection import offered, partner_named, partner_names
from rounds.tui.phrases import clean, day_name, note_name
from rounds.tui.screens.main_screen import MainScreen
from rounds.tui.screens.note_screen import Selection, flow
from rounds.tui.widgets.fields import Choice, Day
from rounds.tui.widgets.referrallist import ReferralList
from rounds.vault.referrals import FiledReferral, refer, referrals, set_status

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.vault.vault import Vault

_NONE = """\
No referrals yet.

Press m to find whom a client could be referred to, by what the client needs.

Press n to write down a referral, out or in. No client is named: a random code \
at most, and what it stands for is in the chart."""


class SetStatus(Dialog):
    """Set a referral's status."""

    def __init__(self, desk: "VaultSession", filed: FiledReferral) -> None:
        referral = filed.referral
        super().__init__(desk, "How does it stand?", f"{referral.partner}, {referral.direction}", referral.path)
        self._was = referral.status

    def fields(self) -> ComposeResult:
        yield labeled("Status", Choice(STATUSES, self._was, complete=True, id="status"))
        yield labeled("Since", Day("today", self.desk.vault.today, past=True, id="since"))

    def act(self, vault: "Vault") -> str:
        status, since = self.text("status").lower(), self.text("since") or "today"
        day = parse_day(since, today=vault.today(), past=True)
        if status == self._was and day == vault.today():
            return f"{self.about}: {status}, as it was."
        set_status(vault, self.path, status, on=day)
        return f"{self.about}: {status}, {day_name(day, vault.today())}."


class AddReferral(NewcomerForm):
    """A referral of a client to a partner, or from one."""

    SAVE = "add"

    def __init__(self, desk: "VaultSession", *, partner: str = "") -> None:
        """Create the dialog.

        Args:
            partner: path of the note, if known.
        """
        super().__init__(desk, "Add a referral", "", "")
        self._known = offered(partner)
        self.added = ""
        if partner:
            self.first = "#way Input"

    def fields(self) -> ComposeResult:
        yield labeled(
            "Partner", Choice((), "".join(self._known), listed=False, placeholder="such as Maria Alvarez", id="who")
        )
        yield labeled("Way", Choice(DIRECTIONS[::-1], DIRECTIONS[1], complete=True, id="way"))
        yield labeled("Client", Input(placeholder='a code, "new" for one, or nothing', id="client"))
        yield labeled("Reason", Choice(REASONS, complete=True, id="reason"))
        yield labeled("When", Day("today", self.desk.vault.today, past=True, id="when"))

    def keeps(self) -> dict[str, str]:
        """Keep nothing: a name may stand in the field for the code."""
        return {}

    async def look_up(self) -> None:
        self._known = await self.desk.read(lambda vault: partner_names(vault, self._known))
        field = self.query_one("#who", Choice)
        field.set_choices([*self._known], field.input.value)

    def act(self, vault: "Vault") -> str:
        who, way, reason = self.text("who"), self.text("way").lower(), self.text("reason").lower()
        for given, known, what in ((way, DIRECTIONS, "way"), (reason, ("", *REASONS), "reason")):
            if given not in known:
                raise UsageError(f'there is no {what} "{given}"', hint=f"Known: {', '.join(filter(None, known))}.")
        if not who:
            raise UsageError("which partner?", hint="Or press escape to leave.")
        day = parse_day(self.text("when") or "today", today=vault.today(), past=True)
        client = self.text("client")
        with vault.change():
            partner = self.known_or_new(
                vault, who, lambda: partner_named(self.desk, self._known, vault, who), self._known
            )
            self.added = refer(
                vault, partner, way, on=day, client=client, reason=reason or None, clinician=vault.config.me
            )  # fmt: skip
        told = f"Added: {'to' if way == 'out' else 'from'} {clean(partner.name)}, {day_name(day, vault.today())}."
        if client.casefold() == "new":
            code = vault.read(self.added).document.properties["client"]
            told += f"\nNote in the chart whom {code} stands for; no name belongs into the vault."
        return self.welcome(told)


class ReferralsScreen(MainScreen):
    """The list of referrals; the note of the one under the cursor beside it if there is room."""

    PLACE = REFERRALS
    UNCHOSEN = "There is no referral yet."
    BINDINGS = [*bindings(REFERRALS), ("escape", "back")]  # noqa: RUF012 - Textual's own way

    def __init__(self, desk: "VaultSession") -> None:
        super().__init__(desk)
        self._added = ""  # to go to once it's in the list

    def content(self) -> ComposeResult:
        yield ReferralList(id="referrals")

    @property
    def listing(self) -> ReferralList:
        return self.query_one(ReferralList)

    @property
    def subject(self) -> Selection | None:
        filed = self.listing.filed
        return Selection(filed.referral.path, note_name(filed.referral.path)) if filed else None

    async def reload(self) -> None:
        found = await self.desk.read(referrals)
        self.explain_empty("" if found else _NONE)
        self.listing.follow(self.desk.place_of)
        self.listing.show(found, self.desk.agenda.today)
        if self._added and self.listing.go_to(self._added):
            self._added = ""
        self.show_preview()

    def on_row_selected(self, event: RowSelected) -> None:
        event.prevent_default()
        event.stop()
        self.action_partner()

    def action_partner(self) -> None:
        """Show the referral's partner in Partners."""
        filed = self.listing.filed
        if self.has_class("-reading"):
            self.action_read()
        elif filed is None:
            self.tell(self.UNCHOSEN)
        elif filed.partner:
            self.post_message(ShowPartners(path=filed.partner))
        else:
            self.tell(f"There is no note for {clean(filed.referral.partner)}.")

    @flow
    async def action_status(self) -> None:
        filed = self.listing.filed
        if filed is None:
            self.tell(self.UNCHOSEN)
        else:
            await self.ask(SetStatus(self.desk, filed))

    @flow
    async def action_refer(self) -> None:
        await self._add("")

    async def _add(self, partner: str) -> bool:
        form = AddReferral(self.desk, partner=partner)
        saved = await self.ask(form)
        if saved:
            self._added = form.added
        return saved

    @flow
    async def action_releases(self) -> None:
        """Show all releases; a new one starts with partner and client of the referral under the cursor."""
        from rounds.tui.dialogs.releases import show_releases

        filed = self.listing.filed
        partner, client = (filed.partner, filed.referral.client) if filed else ("", "")
        await show_releases(self, partner, client, everybody=True)

    @flow
    async def action_match(self) -> None:
        """Ask for a client's needs, show matches, and add a referral. The next search is for another client."""
        form = NeedForm(self.desk, {})
        while await self.wait_for(form):
            while True:
                what, path = await self.wait_for(Matches(form.found)) or ("", "")
                if what != "refer" or not await self._add(path):
                    break
            if what == "go":
                self.post_message(ShowPartners(path=path))
            if what:
                return
            form = NeedForm(self.desk, form.before)

"""Referrals with age and release, open ones first; add one, and find a partner for a client."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult

from rounds.tui.actions import REFERRALS, bindings
from rounds.tui.dialogs.referrals import AddReferral, Matches, NeedForm, SetStatus
from rounds.tui.messages import RowSelected, ShowPartners
from rounds.tui.phrases import clean, note_name
from rounds.tui.screens.main_screen import MainScreen
from rounds.tui.screens.note_screen import Selection, flow
from rounds.tui.widgets.lists import ReferralList
from rounds.vault.referrals import referrals

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession

_NONE = """\
No referrals yet.

Press m to find partners for a client, by what the client needs.

Press n to write down a referral, out or in. No client is named: a random code \
at most, whose key is in the chart."""


class ReferralsScreen(MainScreen):
    """The list of referrals; the note of the one under the cursor beside it if there is room."""

    PLACE = REFERRALS
    UNCHOSEN = "There is no referral yet."
    BINDINGS = [*bindings(REFERRALS), ("escape", "back")]  # noqa: RUF012 - Textual's own way

    def __init__(self, session: "VaultSession") -> None:
        super().__init__(session)
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
        found = await self.session.read(referrals)
        self.explain_empty("" if found else _NONE)
        self.listing.follow(self.session.place_of)
        self.listing.show(found, self.session.agenda.today)
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
            await self.ask(SetStatus(self.session, filed))

    @flow
    async def action_refer(self) -> None:
        await self._add("")

    async def _add(self, partner: str) -> bool:
        form = AddReferral(self.session, partner=partner)
        saved = await self.ask(form)
        if saved:
            self._added = form.added
        return saved

    @flow
    async def action_releases(self) -> None:
        """Show all releases; a new one starts with partner and client of the referral under the cursor."""
        from rounds.tui.dialogs.referrals import show_releases

        filed = self.listing.filed
        partner, client = (filed.partner, filed.referral.client) if filed else ("", "")
        await show_releases(self, partner, client, everybody=True)

    @flow
    async def action_match(self) -> None:
        """Ask for a client's needs, show matches, and add a referral. The next search is for another client."""
        form = NeedForm(self.session, {})
        while await self.wait_for(form):
            while True:
                answer = await self.choose(Matches(form.found))
                key, match = answer
                if key != "n" or match is None or not await self._add(match.candidate.path):
                    break
            if match is not None:
                if key == "enter":
                    self.post_message(ShowPartners(path=match.candidate.path))
                return
            form = NeedForm(self.session, form.before)

"""The register of releases: list, add, revoke (guide, lines 20, 25, 27)."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from rounds.domain.records import AUTHORIZATION, MORE, REGISTER, SCOPES, ReleaseState, scopes
from rounds.errors import UsageError
from rounds.notes.dates import parse_day
from rounds.tui.dialogs.form import Dialog, labeled
from rounds.tui.dialogs.list import ActionList
from rounds.tui.dialogs.new_partner import NewcomerForm
from rounds.tui.dialogs.text import TextDialog
from rounds.tui.messages import ShowPartners
from rounds.tui.note_selection import offered, partner_named, partner_names
from rounds.tui.phrases import clean, day_name, note_name
from rounds.tui.widgets.fields import Choice, Day
from rounds.tui.widgets.prose import prose
from rounds.vault.referrals import add_release, revoke

if TYPE_CHECKING:
    from rounds.tui.screens.note_screen import NoteScreen
    from rounds.tui.session import VaultSession
    from rounds.vault.referrals import FiledRelease
    from rounds.vault.vault import Vault

_KEYS = {"n": "new", "x": "revoked", "w": "words for the client", "enter": "partner"}
_WORDS = "coordinating care"
"""The playbook's note with what clients hear before information is shared (guide, line 27)."""

_NEEDED = {
    "who": ("which partner?", "Or press escape to leave."),
    "client": ("which client?", 'A code only, no name; "new" has one made for the chart.'),
    "signed": ("when was it signed?", "A day, such as today or 3 nov."),
    "scope": ("what may be shared?", f"Of: {', '.join(SCOPES)}; several with commas."),
}
"""Required fields of a release: the question, and how to answer it."""

_NONE = "No release is on file. n adds one that was signed."


async def show_releases(place: "NoteScreen", partner: str = "", client: str = "", *, everybody: bool = False) -> None:
    """Show the register.

    Args:
        partner: path of the note whose releases are shown, also used for a new one.
        client: code for a new one.
        everybody: show all releases.
    """
    from rounds.vault.referrals import releases

    def read(vault: "Vault") -> "list[FiledRelease]":
        if partner and vault.entry(partner).type != "partner":
            raise UsageError(f"{note_name(partner)} is no partner", hint="Releases are for partners: choose somebody.")
        return [each for each in releases(vault) if everybody or each.partner == partner]

    found = await place.desk.read(read)
    rows = [_row(each, named=everybody) for each in found]
    about = "" if everybody else note_name(partner)
    choices = ActionList("Releases", about, rows, _KEYS, empty=_NONE, alone="nw", note=REGISTER)
    key, filed = await place.wait_for(choices) or ("", None)
    if key == "n":
        await place.ask(AddRelease(place.desk, partner=partner, client=client))
    elif key == "x" and filed is not None:
        await place.ask(Revoke(place.desk, filed))
    elif key == "w":
        await _show_words(place)
    elif key == "enter" and filed is not None and filed.partner:
        place.post_message(ShowPartners(path=filed.partner))


class ClientWords(TextDialog):
    """What to tell a client: when care is coordinated, and why."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("w", "dismiss", show=False)]

    def __init__(self, body: str) -> None:
        super().__init__()
        self._body = body

    def lines(self, width: int) -> Iterator[Content]:
        yield Content.styled("escape closes this", "$foreground-muted")
        yield from prose(self._body, width)


async def _show_words(place: "NoteScreen") -> None:
    def read(vault: "Vault") -> str:
        from rounds.notes.markdown import without_comments

        found = next(iter(vault.entries("n.stem = ?", (_WORDS,), "ORDER BY n.path LIMIT 1")), None)
        return without_comments(vault.read(found.path).document.body) if found else ""

    body = await place.desk.read(read)
    if body.strip():
        await place.wait_for(ClientWords(body))
    else:
        place.tell("There is no note of the name Coordinating care in the playbook.")


def _row(filed: "FiledRelease", *, named: bool) -> "tuple[FiledRelease, str, str, list[str]]":
    release = filed.release
    code = clean(release.client) or "no code"
    name = clean(release.partner) or note_name(release.path)
    until = f"until {release.expires or clean(release.expires_event) or '(nowhere said)'}"
    if filed.state is ReleaseState.REVOKED:  # the value in the note may not be a date
        until = f"revoked {release.revoked}" if release.revoked and release.revoked > date.min else "revoked"
    signed = f"signed {release.signed}" if release.signed else "not signed"
    beside = f"{code} · {filed.state}" if named else str(filed.state)
    shared = ", ".join(map(clean, release.scope)) or "nothing is named"
    return filed, name if named else code, beside, [f"{signed}, {until}", f"may share: {shared}"]


class AddRelease(NewcomerForm):
    """A signed release; the elements of a valid one are listed below, to compare with the form in the chart."""

    SAVE = "add"

    def __init__(self, desk: "VaultSession", *, partner: str = "", client: str = "") -> None:
        """Create the dialog.

        Args:
            partner: path of the note, if known.
            client: the code, if known.
        """
        super().__init__(desk, "Add a release that was signed", "", "")
        self._known = offered(partner)
        self._client = client
        if partner:
            self.first = "#signed Input" if client else "#client"

    def fields(self) -> ComposeResult:
        today = self.desk.vault.today
        yield labeled(
            "Partner", Choice((), "".join(self._known), listed=False, placeholder="such as Maria Alvarez", id="who")
        )
        yield labeled("Client", Input(self._client, placeholder='a code, or "new" for one; no name', id="client"))
        yield labeled("Signed", Day("", today, past=True, placeholder="such as today, 3 nov", id="signed"))
        yield labeled("Ends", Day("", today, placeholder="such as in 1 year, 30 june 2027", id="expires"))
        yield labeled("or with", Input(placeholder="an event, such as end of treatment", id="event"))
        yield labeled("May share", Choice(SCOPES, placeholder="such as attendance, progress", id="scope"))

    def below(self) -> ComposeResult:
        words = [
            "A valid authorization has (45 CFR 164.508(c)):",
            *(f"• {line}" for line in AUTHORIZATION),
            MORE,
            REGISTER,
        ]
        yield Static("\n".join(words), classes="paragraph", markup=False)

    def keys(self) -> list[tuple[str, str, str]]:
        save, *others = super().keys()
        return [save, ("page down", "what it has to have", ""), *others]

    def keeps(self) -> dict[str, str]:
        """Keep nothing: a name may stand in the field for the code."""
        return {}

    async def look_up(self) -> None:
        self._known = await self.desk.read(lambda vault: partner_names(vault, self._known))
        field = self.query_one("#who", Choice)
        field.set_choices([*self._known], field.input.value)

    async def work(self) -> str:
        """Save; if something is missing, say so and focus its field."""
        for name, (what, hint) in _NEEDED.items():
            if not self.text(name).strip(" ,"):
                self.set_focus(self.query(f"#{name}, #{name} Input").last(Input))
                raise UsageError(what, hint=hint)
        return await super().work()

    def act(self, vault: "Vault") -> str:
        who, client, signed, expires = (self.text(key) for key in ("who", "client", "signed", "expires"))
        today, event, scope = vault.today(), " ".join(self.text("event").split()), scopes([self.text("scope")])
        first = parse_day(signed, today=today, past=True)
        last = parse_day(expires, today=today) if expires else None
        with vault.change():
            partner = self.known_or_new(
                vault, who, lambda: partner_named(self.desk, self._known, vault, who), self._known
            )
            path = add_release(vault, partner, client=client, signed=first, expires=last, event=event, scope=scope)
        told = f"On file: a release for {clean(partner.name)}."
        if client.casefold() == "new":
            code = vault.read(path).document.properties["client"]
            told += f"\nNote in the chart whom {code} stands for; no name belongs into the vault."
        return self.welcome(told)


class Revoke(Dialog):
    """Revoke a release: what was shared before stays shared, nothing more may be shared."""

    def __init__(self, desk: "VaultSession", filed: "FiledRelease") -> None:
        release = filed.release
        about = f"{clean(release.partner)}, {clean(release.client)}".strip(", ")
        super().__init__(desk, "A release was revoked", about, release.path)

    def fields(self) -> ComposeResult:
        yield labeled("Since", Day("today", self.desk.vault.today, past=True, id="since"))
        words = "Nothing more is shared from that day on. What was shared before stays shared."
        yield Static(words, classes="paragraph", markup=False)

    def keeps(self) -> dict[str, str]:
        """Keep nothing: it's one word, and the release is quickly chosen again."""
        return {}

    def act(self, vault: "Vault") -> str:
        day = parse_day(self.text("since") or "today", today=vault.today(), past=True)
        revoke(vault, self.path, on=day)
        return f"{self.about}: revoked, {day_name(day, vault.today())}."

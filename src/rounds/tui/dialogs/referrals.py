"""Referrals and releases: add, change, list; find partners for a client's needs (guide, lines 20, 25 to 27)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from rounds.domain.match import Match, Need, split_criteria
from rounds.domain.partner_referral_release import (
    AUTHORIZATION,
    DIRECTIONS,
    MORE,
    REASONS,
    REGISTER,
    SCOPES,
    STATUSES,
    ReleaseState,
    scopes,
)
from rounds.domain.phrases import direction_words
from rounds.errors import UsageError
from rounds.index.queries import notes_named
from rounds.notes.dates import parse_day
from rounds.tui.dialogs.add_partner import PartnerForm
from rounds.tui.dialogs.form import Fields, FormDialog
from rounds.tui.dialogs.list import ListDialog, block
from rounds.tui.dialogs.text import TextDialog
from rounds.tui.messages import RowSelected, ShowPartners
from rounds.tui.phrases import clean, day_name, in_words, note_name
from rounds.tui.widgets.fields import Choice, Day, paragraph
from rounds.tui.widgets.lists import Fitting, MatchList, fits
from rounds.tui.widgets.prose import prose
from rounds.vault.did_you_mean import meant_need
from rounds.vault.gaps_introductions_match import known_role, matches
from rounds.vault.list_search import names_for, values_of
from rounds.vault.referrals import add_release, refer, revoke, set_status

if TYPE_CHECKING:
    from rounds.tui.screens.note_screen import NoteScreen
    from rounds.tui.session import VaultSession
    from rounds.vault.referrals import FiledReferral, FiledRelease
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

_FIELDS = {
    "role": ("Role", "psychiatrist"), "specialties": ("Specialty", "adhd"), "age": ("Age", "9"),
    "serves": ("Serves", "couples"), "insurance": ("Insurance", "moda"), "languages": ("Language", "spanish"),
    "city": ("City", "portland"), "telehealth": ("Telehealth", "yes"),
}  # fmt: skip
"""Label and example for each criterion."""


class SetStatus(FormDialog):
    """Set a referral's status."""

    def __init__(self, session: "VaultSession", filed: "FiledReferral") -> None:
        referral = filed.referral
        super().__init__(
            session,
            "How does it stand?",
            f"{referral.partner}, referred {direction_words(referral.direction)}",
            referral.path,
        )
        self._was = referral.status

    def fields(self) -> Fields:
        yield "Status", Choice(STATUSES, self._was, complete=True, id="status")
        yield "Since", Day("today", self.session.vault.today, past=True, id="since")

    def act(self, vault: "Vault") -> str:
        status, day = self.text("status").lower(), self.past_day(vault, "since")
        if status == self._was and day == vault.today():
            return f"{self.about}: {status}, as it was."
        set_status(vault, self.path, status, on=day)
        return f"{self.about}: {status}, {day_name(day, vault.today())}."


class AddReferral(PartnerForm):
    """A referral of a client to a partner, or from one."""

    SAVE = "add"

    def __init__(self, session: "VaultSession", *, partner: str = "") -> None:
        """Create the dialog.

        Args:
            partner: path of the note, if known.
        """
        super().__init__(session, "Add a referral", partner=partner)
        self.added = ""
        if partner:
            self.first = "#way Input"

    def fields(self) -> Fields:
        yield "Partner", self.who()
        yield "Way", Choice(DIRECTIONS[::-1], DIRECTIONS[1], complete=True, id="way")
        yield "Client", Input(placeholder='a code, "new" for one, or nothing', id="client")
        yield "Reason", Choice(REASONS, complete=True, id="reason")
        yield "When", Day("today", self.session.vault.today, past=True, id="when")

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

    def __init__(self, session: "VaultSession", before: Mapping[str, str]) -> None:
        """Create the form.

        Args:
            before: the previous criteria, by field.
        """
        super().__init__(session, "Find partners for a client", "what the client needs")
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
        return await self.session.read(self.act, self.job)

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
        raise UsageError(f'"{age}" isn\'t an age in years', hint="For example: 9.")
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
        item = self.query_one(MatchList).item
        return item.match if item else None

    def on_row_selected(self, event: RowSelected) -> None:
        event.stop()
        self.action_end("enter")


async def show_releases(screen: "NoteScreen", partner: str = "", client: str = "", *, everybody: bool = False) -> None:
    """Show the register.

    Args:
        partner: path of the note whose releases are shown, also used for a new one.
        client: code for a new one.
        everybody: show all releases.
    """
    from rounds.vault.referrals import releases

    def read(vault: "Vault") -> "list[FiledRelease]":
        if partner and vault.entry(partner).type != "partner":
            raise UsageError(f"{note_name(partner)} isn't a partner", hint="Releases are for partners: choose one.")
        return [each for each in releases(vault) if everybody or each.partner == partner]

    found = await screen.session.read(read)
    rows = [_row(each, named=everybody) for each in found]
    about = "" if everybody else note_name(partner)
    key, filed = await screen.choose(
        ListDialog("Releases", rows, _KEYS, about=about, empty=_NONE, alone="nw", note=REGISTER)
    )
    if key == "n":
        await screen.ask(AddRelease(screen.session, partner=partner, client=client))
    elif key == "x" and filed is not None:
        await screen.ask(Revoke(screen.session, filed))
    elif key == "w":
        await _show_words(screen)
    elif key == "enter" and filed is not None and filed.partner:
        screen.post_message(ShowPartners(path=filed.partner))


class ClientWords(TextDialog):
    """What to tell a client: when care is coordinated, and why."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("w", "dismiss", show=False)]

    def __init__(self, body: str) -> None:
        super().__init__()
        self._body = body

    def lines(self, width: int) -> Iterator[Content]:
        yield Content.styled("escape closes this", "$foreground-muted")
        yield from prose(self._body, width)


async def _show_words(screen: "NoteScreen") -> None:
    def read(vault: "Vault") -> str:
        from rounds.notes.markdown import without_comments

        found = vault.ask(notes_named, _WORDS)
        return without_comments(vault.read(found[0].path).document.body) if found else ""

    body = await screen.session.read(read)
    if body.strip():
        await screen.wait_for(ClientWords(body))
    else:
        screen.tell("There is no note named Coordinating care in the playbook.")


def _row(filed: "FiledRelease", *, named: bool) -> "tuple[FiledRelease, Content]":
    release = filed.release
    code = clean(release.client) or "no code"
    name = clean(release.partner) or note_name(release.path)
    until = f"until {release.expires or clean(release.expires_event) or '(nowhere said)'}"
    if filed.state is ReleaseState.REVOKED:  # the value in the note may not be a date
        until = f"revoked {release.revoked}" if release.revoked and release.revoked > date.min else "revoked"
    signed = f"signed {release.signed}" if release.signed else "not signed"
    beside = f"{code} · {filed.state}" if named else str(filed.state)
    shared = ", ".join(map(clean, release.scope)) or "nothing is named"
    return filed, block(name if named else code, beside, [f"{signed}, {until}", f"may share: {shared}"])


class AddRelease(PartnerForm):
    """A signed release; the elements of a valid one are listed below, to compare with the form in the chart."""

    SAVE = "add"

    def __init__(self, session: "VaultSession", *, partner: str = "", client: str = "") -> None:
        """Create the dialog.

        Args:
            partner: path of the note, if known.
            client: the code, if known.
        """
        super().__init__(session, "Add a release that was signed", partner=partner)
        self._client = client
        if partner:
            self.first = "#signed Input" if client else "#client"

    def fields(self) -> Fields:
        today = self.session.vault.today
        yield "Partner", self.who()
        yield "Client", Input(self._client, placeholder='a code, or "new" for one; no name', id="client")
        yield "Signed", Day("", today, past=True, placeholder="such as today, 3 nov", id="signed")
        yield "Ends", Day("", today, placeholder="such as in 1 year, 30 june 2027", id="expires")
        yield "or with", Input(placeholder="an event, such as end of treatment", id="event")
        yield "May share", Choice(SCOPES, placeholder="such as attendance, progress", id="scope")

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
        return [save, ("page down", "required elements", ""), *others]

    def keeps(self) -> dict[str, str]:
        """Keep nothing: a name may stand in the field for the code."""
        return {}

    async def work(self) -> str:
        """Save; if something is missing, say so and focus its field."""
        for name, (what, hint) in _NEEDED.items():
            if not self.text(name).strip(" ,"):
                self.set_focus(self.query(f"#{name}, #{name} Input").last(Input))
                raise UsageError(what, hint=hint)
        return await super().work()

    def act(self, vault: "Vault") -> str:
        client, signed, expires = (self.text(key) for key in ("client", "signed", "expires"))
        today, event, scope = vault.today(), " ".join(self.text("event").split()), scopes([self.text("scope")])
        first = parse_day(signed, today=today, past=True)
        last = parse_day(expires, today=today) if expires else None
        with vault.change():
            partner = self.partner(vault)
            path = add_release(vault, partner, client=client, signed=first, expires=last, event=event, scope=scope)
        return self.welcome(f"On file: a release for {clean(partner.name)}.{new_code(vault, path, client)}")


class Revoke(FormDialog):
    """Revoke a release: what was shared before stays shared, nothing more may be shared."""

    def __init__(self, session: "VaultSession", filed: "FiledRelease") -> None:
        release = filed.release
        about = f"{clean(release.partner)}, {clean(release.client)}".strip(", ")
        super().__init__(session, "A release was revoked", about, release.path)

    def fields(self) -> Fields:
        yield "Since", Day("today", self.session.vault.today, past=True, id="since")
        yield paragraph("Nothing more is shared from that day on. What was shared before stays shared.")

    def keeps(self) -> dict[str, str]:
        """Keep nothing: it's one word, and the release is quickly chosen again."""
        return {}

    def act(self, vault: "Vault") -> str:
        day = self.past_day(vault, "since")
        revoke(vault, self.path, on=day)
        return f"{self.about}: revoked, {day_name(day, vault.today())}."

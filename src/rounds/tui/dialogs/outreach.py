"""The next contact: suggestions for the month, ways to an introduction, the sheet for a call or a coffee chat."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from rounds.domain.draft_review import IN_PERSON
from rounds.domain.partner_referral_release import first_name
from rounds.domain.phrases import touch_sentence
from rounds.errors import UsageError
from rounds.notes.properties import text_of
from rounds.tui.dialogs.draft import DraftMessage
from rounds.tui.dialogs.list import ListDialog, block, choice
from rounds.tui.dialogs.text import TextDialog
from rounds.tui.messages import ShowPartners
from rounds.tui.phrases import clean, day_name, note_name, what, when
from rounds.tui.widgets.prose import hanging

if TYPE_CHECKING:
    from rounds.domain.draft_review import Message
    from rounds.domain.gaps_introductions_suggestions import Introduction, Suggestion
    from rounds.tui.screens.note_screen import NoteScreen
    from rounds.tui.session import VaultSession
    from rounds.vault import prep_sheet as prep
    from rounds.vault.vault import NoteRecord, Vault

_SUGGESTED = {"enter": "this month", "m": "draft", "I": "introduction", "w": "go to"}
_NOBODY_NEW = "Nobody new is waiting. Gaps shows where to look, and n adds somebody."

_WAYS = {"enter": "draft the request", "a": "I asked", "i": "introduced us", "w": "go to"}
_NO_WAY = """\
Nobody you are in touch with seems to know them.

Who does can be noted: c on that partner, property knows."""

_SHEET_KEYS = [
    ("m", "bold $accent"),
    (" words for a call or an event   ", "$foreground-muted"),
    ("escape", "bold $accent"),
    (" closes this", "$foreground-muted"),
]
_SAID = {"phone": "for a call", IN_PERSON: "for an event"}
_FACTS = ("role", "organization", "stage", "connection", "introduced_by", "phone")


async def suggest(screen: "NoteScreen") -> None:
    """Show a few partners to contact next, with the reasons, the best way, and actions."""
    from rounds.vault.month_suggestions_year_report import month, suggestions

    found, progress = await screen.session.read(lambda vault: (suggestions(vault), month(vault)))
    rows = [(each, block(clean(each.name), f"by {each.channel}", [clean("; ".join(each.reasons()))])) for each in found]
    words = progress.summary(screen.session.agenda.today) + "." if progress.goal else ""
    key, who = await screen.choose(ListDialog("Contact next", rows, _SUGGESTED, empty=_NOBODY_NEW, note=words))
    if who is None:
        return
    if key == "enter":
        await _choose(screen, who)
    elif key == "m":
        await screen.ask(DraftMessage(screen.session, who.name, who.path))
    elif key == "I":
        await introduce(screen, who.name, who.path)
    else:
        screen.post_message(ShowPartners(path=who.path))


async def _choose(screen: "NoteScreen", who: "Suggestion") -> None:
    from rounds.vault.month_suggestions_year_report import choose

    written = await screen.session.write(who.path, lambda vault: choose(vault, vault.entry(who.path)))
    name = clean(who.name)
    screen.tell(f"{name} is on this month." if written else f"{name} is on this month already.")


class IntroductionRequest(DraftMessage):
    """The playbook's request for an introduction. Once it's sent, the log says who was asked."""

    def __init__(self, session: "VaultSession", name: str, path: str, by: str) -> None:
        """Make the dialog.

        Args:
            name, path: of the partner to meet.
            by: path of the introducer.
        """
        super().__init__(session, name, path)
        self.subject = by

    def entry(self, vault: "Vault") -> "NoteRecord":
        from rounds.vault.drafting import introduced

        return introduced(vault, super().entry(vault), self.session.place_of(self.subject))

    def offered(self, vault: "Vault") -> "tuple[list[Message], str]":
        from rounds.vault.drafting import request_message

        message = request_message(vault)
        return [message], message.name


async def introduce(screen: "NoteScreen", name: str, path: str) -> None:
    """Show the ways to be introduced to a partner, warmest first."""
    from rounds.domain.gaps_introductions_suggestions import MET, introductions

    def read(vault: "Vault") -> "tuple[list[Introduction], str]":
        entry = vault.entry(path)
        if entry.type != "partner":
            raise UsageError(f"{entry.name} isn't a partner", hint="Choose one there.")
        stage = text_of(entry.properties.get("stage")).lower()
        ways = introductions(screen.session.people(vault), entry.key, vault.today(), vault.settings.steps)
        return ways, f"You know {clean(entry.name)} yourself; the stage is {stage}." if stage in MET else ""

    ways, known = await screen.session.read(read)
    today = screen.session.agenda.today
    rows = []
    for way in ways:
        first = way.people[0]
        last = f"last contact {day_name(first.last, today)}" if first.last else ""
        rows.append((way, block(clean(first.name), last, [clean(words) for words in way.tie_phrases()])))
    key, picked = await screen.choose(
        ListDialog("Who could introduce you", rows, _WAYS, about=clean(name), empty=_NO_WAY, note=known)
    )
    if picked is None:
        return
    by, to = picked.people[:2]
    if key == "enter":
        await screen.ask(IntroductionRequest(screen.session, to.name, to.path, by.path))
    elif key == "a":
        await _asked(screen, to.path, by.path)
    elif key == "i":
        await _introduced(screen, to.path, by.path)
    else:
        screen.post_message(ShowPartners(path=by.path))


async def _asked(screen: "NoteScreen", who: str, by: str) -> None:
    from rounds.vault.gaps_introductions_match import ask

    await screen.session.write(who, lambda vault: ask(vault, vault.entry(who), vault.entry(by)))
    screen.tell(f"Noted for {note_name(who)}: you asked {note_name(by)} to introduce you.")


async def _introduced(screen: "NoteScreen", who: str, by: str) -> None:
    from rounds.vault.gaps_introductions_match import record_introduction

    await screen.session.write(who, lambda vault: record_introduction(vault, vault.entry(who), vault.entry(by)))
    screen.tell(f"Noted for {note_name(who)}: {note_name(by)} introduced you.")


class PrepSheet(TextDialog):
    """What's known, what isn't yet, and what to ask (guide, lines 6 and 14 to 17)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "dismiss", show=False), Binding("m", "dismiss('words')", show=False),
    ]  # fmt: skip

    def __init__(self, sheet: "prep.Sheet", today: date) -> None:
        super().__init__()
        self._sheet = sheet
        self._today = today

    def lines(self, width: int) -> Iterator[Content]:
        found = self._sheet
        yield Content.styled(clean(found.entry.name), "bold $accent")
        yield Content.assemble(*_SHEET_KEYS)
        for key in _FACTS:
            if found.known.get(key):
                head = Content.styled(key.replace("_", " ").ljust(15), "$foreground-muted")
                yield from hanging(head, Content(clean(found.known[key])), width)
        for heading, items in self._parts():
            if items:
                yield from (Content(""), Content.styled(clean(heading), "bold $accent"))
                for item in items:
                    yield from hanging(Content("• "), Content(clean(item)), width)

    def _parts(self) -> Iterator[tuple[str, list[str]]]:
        found, today = self._sheet, self._today
        name = first_name(found.entry.name)
        yield "Planned", [" · ".join(filter(None, (when(each, today), what(each)))) for each in found.reminders]
        yield (
            "What happened last",
            [f"{day_name(each.date, today)}, {touch_sentence(each, today, name)}" for each in found.touches],
        )
        yield "Still to be learned", [*found.unknown.values()]
        for heading, key in (("Why they need you", "why_they_need_us"), ("Why you need them", "why_we_need_them")):
            yield heading, [found.role[key]] if found.role[key] else []
        for each in found.questions:
            yield each.heading, list(each.items)
        yield "Your own words", [text for text in found.share.values() if text]


async def prepare(screen: "NoteScreen", name: str, path: str) -> None:
    """Show the sheet; from there, a key opens the words for a call or an event."""
    from rounds.vault.prep_sheet import sheet

    found = await screen.session.read(lambda vault: sheet(vault, vault.entry(path)))
    if await screen.wait_for(PrepSheet(found, screen.session.agenda.today)) == "words":
        await _offer_words(screen, name, path)


async def _offer_words(screen: "NoteScreen", name: str, path: str) -> None:
    """Choose a message of the playbook: scripts come before mails (guide, lines 12 and 13)."""

    def read(vault: "Vault") -> "list[Message]":
        from rounds.vault.drafting import messages

        return sorted(messages(vault), key=lambda each: each.channel not in _SAID)

    found = await screen.session.read(read)
    if not found:
        screen.tell("There are no messages in the playbook. Each is a note in Playbook/Messages.")
        return
    rows = [(each.name, choice(clean(each.name), clean(_SAID.get(each.channel, each.channel)))) for each in found]
    if message := await screen.pick("Words for", rows, about=clean(name)):
        await screen.ask(DraftMessage(screen.session, name, path, message=message))

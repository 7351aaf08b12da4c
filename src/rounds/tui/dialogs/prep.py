"""The sheet that prepares a call or a coffee chat."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from rounds.domain.outreach import IN_PERSON
from rounds.tui.dialogs.draft import DraftMessage
from rounds.tui.dialogs.list import Pick
from rounds.tui.dialogs.text import TextDialog
from rounds.tui.phrases import clean, day_name, what, when
from rounds.tui.widgets.prose import hanging

if TYPE_CHECKING:
    from rounds.domain.outreach import Message
    from rounds.tui.screens.note_screen import NoteScreen
    from rounds.vault import prep
    from rounds.vault.vault import Vault

KEYS = [("m", "bold $accent"), (" words for a call or an event   ", "$foreground-muted"), ("escape", "bold $accent"),
        (" closes this", "$foreground-muted")]  # fmt: skip
_SAID = {"phone": "for a call", IN_PERSON: "for an event"}
_FACTS = ("role", "organization", "stage", "connection", "introduced_by", "phone")


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
        yield Content.assemble(*KEYS)
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
        yield "Planned", [" · ".join(filter(None, (when(each, today), what(each)))) for each in found.reminders]
        yield (
            "What happened last",
            [
                f"{day_name(each.date, today)}, {each.kind}" + (f": {each.text}" if each.text else "")
                for each in found.touches
            ],
        )
        yield "Still to be learned", [*found.unknown.values()]
        for heading, key in (("Why they need you", "why_they_need_us"), ("Why you need them", "why_we_need_them")):
            yield heading, [found.role[key]] if found.role[key] else []
        for each in found.questions:
            yield each.heading, list(each.items)
        yield "Your own words", [text for text in found.share.values() if text]


async def prepare(place: "NoteScreen", name: str, path: str) -> None:
    """Show the sheet; from there, a key opens the words for a call or an event."""
    from rounds.vault.prep import sheet

    found = await place.desk.read(lambda vault: sheet(vault, vault.entry(path)))
    if await place.wait_for(PrepSheet(found, place.desk.agenda.today)) == "words":
        await _offer_words(place, name, path)


async def _offer_words(place: "NoteScreen", name: str, path: str) -> None:
    """Choose a message of the playbook: scripts come before mails (guide, lines 12 and 13)."""

    def read(vault: "Vault") -> "list[Message]":
        from rounds.vault.drafting import messages

        return sorted(messages(vault), key=lambda each: each.channel not in _SAID)

    found = await place.desk.read(read)
    if not found:
        place.tell("There are no messages in the playbook. Each is a note in Playbook/Messages.")
        return
    rows = [(each.name, clean(each.name), clean(_SAID.get(each.channel, each.channel))) for each in found]
    if message := await place.wait_for(Pick("Words for", rows, about=clean(name))):
        await place.ask(DraftMessage(place.desk, name, path, message=message))

"""Who could introduce you to a partner, the request, and a note that they were asked (guide, line 9)."""

from typing import TYPE_CHECKING

from rounds.errors import UsageError
from rounds.notes.properties import text_of
from rounds.tui.dialogs.draft import DraftMessage
from rounds.tui.dialogs.list import ActionList
from rounds.tui.messages import ShowPartners
from rounds.tui.phrases import clean, day_name, note_name

if TYPE_CHECKING:
    from rounds.domain.network import Introduction
    from rounds.domain.outreach import Message
    from rounds.tui.screens.note_screen import NoteScreen
    from rounds.tui.session import VaultSession
    from rounds.vault.vault import NoteRecord, Vault

_KEYS = {"enter": "draft the request", "a": "I asked", "w": "go to"}
_NOBODY = """\
Nobody you are in touch with seems to know them.

Who does can be noted: c on that partner, property knows."""


class IntroductionRequest(DraftMessage):
    """The playbook's request for an introduction. Copying it also stores the introducer."""

    def __init__(self, desk: "VaultSession", name: str, path: str, by: str) -> None:
        """Make the dialog.

        Args:
            name, path: of the partner to meet.
            by: path of the introducer.
        """
        super().__init__(desk, name, path)
        self.subject = by

    def entry(self, vault: "Vault") -> "NoteRecord":
        from rounds.vault.drafting import introduced

        return introduced(vault, super().entry(vault), self.desk.place_of(self.subject))

    def offered(self, vault: "Vault") -> "tuple[list[Message], str]":
        from rounds.vault.drafting import request_message

        message = request_message(vault)
        return [message], message.name

    def plan(self, vault: "Vault", message: "Message") -> None:
        from rounds.vault.network import name_introducer

        with vault.change():
            name_introducer(vault, vault.entry(self.path), vault.entry(self.desk.place_of(self.subject)))
            super().plan(vault, message)


async def introduce(place: "NoteScreen", name: str, path: str) -> None:
    """Show the ways to be introduced to a partner, warmest first."""
    from rounds.domain.network import MET, introductions

    def read(vault: "Vault") -> "tuple[list[Introduction], str]":
        entry = vault.entry(path)
        if entry.type != "partner":
            raise UsageError(f"{entry.name} is no partner", hint="Choose somebody there.")
        stage = text_of(entry.properties.get("stage")).lower()
        ways = introductions(place.desk.people(vault), entry.key, vault.today(), vault.settings.steps)
        return ways, f"You know {clean(entry.name)} yourself; the stage is {stage}." if stage in MET else ""

    ways, known = await place.desk.read(read)
    today = place.desk.agenda.today
    rows = []
    for way in ways:
        first = way.people[0]
        last = f"last contact {day_name(first.last, today)}" if first.last else ""
        rows.append((way, clean(first.name), last, [clean(words) for words in way.tie_phrases()]))
    choices = ActionList("Who could introduce you", clean(name), rows, _KEYS, empty=_NOBODY, note=known)
    key, picked = await place.wait_for(choices) or ("", None)
    if picked is None:
        return
    by, to = picked.people[:2]
    if key == "enter":
        await place.ask(IntroductionRequest(place.desk, to.name, to.path, by.path))
    elif key == "a":
        await _asked(place, to.path, by.path)
    else:
        place.post_message(ShowPartners(path=by.path))


async def _asked(place: "NoteScreen", who: str, by: str) -> None:
    from rounds.vault.network import ask

    await place.desk.write(who, lambda vault: ask(vault, vault.entry(who), vault.entry(by)))
    place.tell(f"Noted for {note_name(who)}: you asked {note_name(by)} to introduce you.")

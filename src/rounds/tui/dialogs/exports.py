"""Export files for the user: the card and the summary (guide, line 8), and the year as a page."""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from rounds.errors import UsageError
from rounds.tui.dialogs.form import Dialog, labeled
from rounds.tui.dialogs.text import TextDialog
from rounds.tui.phrases import clean
from rounds.tui.widgets.prose import hanging

if TYPE_CHECKING:
    from rounds.tui.screens.note_screen import NoteScreen
    from rounds.tui.session import VaultSession
    from rounds.vault.practice import Papers
    from rounds.vault.vault import Vault


class WritePapers(Dialog):
    """A form that writes files. It overwrites others only when asked a second time."""

    SAVE = "write"

    def __init__(self, desk: "VaultSession", title: str, about: str = "") -> None:
        super().__init__(desk, title, about, "")
        self._known: list[str] = []  # existing files that the user was warned about

    def keeps(self) -> dict[str, str]:
        """Keep nothing: it's quickly typed again."""
        return {}

    def put(self, vault: "Vault", typed: str, papers: Mapping[str, bytes]) -> str:
        """Write files into the typed folder; a relative one is in the vault.

        Returns:
            The folder.

        Raises:
            UsageError: other files are there; raised once.
        """
        from rounds.exports.write_files import taken, write_papers

        folder = placed(vault, typed)
        others = taken(folder, papers)
        if others and others != self._known:
            self._known = others
            raise UsageError(
                f"{others[0]} is there already and holds something else",
                hint="Press enter again to write over it, or name another place.",
            )
        write_papers(folder, papers, replace=True)
        return folder


def placed(vault: "Vault", typed: str) -> str:
    """The typed path, relative to the vault."""
    if not typed:
        raise UsageError("where to?", hint="Or press escape to leave.")
    return os.path.normpath(os.path.join(vault.root, os.path.expanduser(typed)))


class MakeCard(WritePapers):
    """The digital card, its QR code and the one-page summary; inside the vault, Practice.md links to them."""

    SAVE = "make them"

    def __init__(self, desk: "VaultSession") -> None:
        super().__init__(desk, "Make your card and a one-page summary")
        self.made: Papers | None = None
        self.folder = ""

    def fields(self) -> ComposeResult:
        words = "A card that phones read, its QR code, and a page for print, from Practice.md and nothing else."
        yield Static(words, classes="paragraph", markup=False)
        yield labeled("Folder", Input("Attachments", placeholder="~/Desktop", id="folder"))
        words = "Attachments is in your vault. Files there are named in Practice.md, where none are yet."
        yield Static(words, classes="paragraph", markup=False)

    def act(self, vault: "Vault") -> str:
        from rounds.exports.vcard import VERSIONS
        from rounds.vault.practice import papers

        made = papers(vault, VERSIONS[0])
        self.folder = self.put(vault, self.text("folder"), made.files)
        self.made = made
        noted = _name_in_practice(vault, [os.path.join(self.folder, name) for name in made.files])
        return "Card, QR code and summary are written" + (", and named in Practice.md." if noted else ".")


def _name_in_practice(vault: "Vault", paths: Sequence[str]) -> bool:
    """Link card and summary in Practice.md where it has no links yet, if they are in the vault."""
    from rounds.vault.practice import practice_of
    from rounds.vault.properties import Setting, set_properties

    practice = practice_of(vault)
    inside = {
        key: os.path.relpath(path, vault.root).replace(os.sep, "/")
        for key, path in (("card", paths[0]), ("summary", paths[-1]))
        if not practice.texts.get(key)
    }
    settings = [Setting(key, "=", path) for key, path in inside.items() if not path.startswith("..")]
    return bool(settings and set_properties(vault, practice.path, settings))


class CardSheet(TextDialog):
    """The QR code for a phone to scan, and the folder of the files."""

    BINDINGS: ClassVar = []

    def __init__(self, made: "Papers", folder: str) -> None:
        super().__init__()
        self._made = made
        self._folder = folder

    def lines(self, width: int) -> Iterator[Content]:
        yield Content.assemble(("Your card", "bold $accent"), ("  escape closes this", "$foreground-muted"))
        code = self._made.code.rstrip("\n").split("\n")
        if len(code[0]) <= width and len(code) <= self.size.height - 3:  # a phone has to see all of it
            yield from (Content.styled(line, "#ffffff on #000000") for line in code)
        else:
            yield from Content("The QR code needs a larger window than this; it is in the PNG file.").wrap(width)
        yield Content("")
        yield from hanging(Content.styled("In  ", "$foreground-muted"), Content(clean(self._folder)), width)
        for name in self._made.files:
            yield from hanging(Content("•   "), Content(clean(name)), width)


async def make_card(place: "NoteScreen") -> None:
    """Ask for a folder, write the files, and show them."""
    form = MakeCard(place.desk)
    if await place.ask(form) and form.made is not None:
        await place.wait_for(CardSheet(form.made, form.folder))


class WriteYear(WritePapers):
    """The year's report as one page with charts."""

    def __init__(self, desk: "VaultSession", year: int) -> None:
        super().__init__(desk, "Write the year as a page", str(year))
        self._year = year

    def fields(self) -> ComposeResult:
        words = "One page with charts, for the browser and for print. It adds up, and names no client."
        yield Static(words, classes="paragraph", markup=False)
        yield labeled("File", Input(f"~/Rounds {self._year}.html", id="file"))

    def act(self, vault: "Vault") -> str:
        from rounds.exports.report import page
        from rounds.vault.progress import year_report

        folder, name = os.path.split(placed(vault, self.text("file")))
        self.put(vault, folder, {name: page(year_report(vault, self._year)).encode()})
        return f"{clean(name)} is in {clean(folder)}."

"""What to have ready before a first contact (guide, line 8); the card and the summary, and the year as a page."""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input

from rounds.domain.readiness import Point
from rounds.errors import UsageError
from rounds.tui.dialogs.form import Fields, FormDialog
from rounds.tui.dialogs.text import TextDialog
from rounds.tui.messages import OpenEditor
from rounds.tui.phrases import clean, here
from rounds.tui.widgets.fields import paragraph
from rounds.tui.widgets.prose import hanging

if TYPE_CHECKING:
    from rounds.tui.screens.note_screen import NoteScreen
    from rounds.tui.session import VaultSession
    from rounds.vault.practice import Papers
    from rounds.vault.vault import Vault


class ExportForm(FormDialog):
    """A form that writes files. It overwrites others only when asked a second time."""

    SAVE = "write"

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
        if others:
            hint = "Press enter again to write over it, or name another place."
            self.confirm("files", others, f"{others[0]} is there already and holds something else", hint)
        write_papers(folder, papers, replace=True)
        return folder


def placed(vault: "Vault", typed: str) -> str:
    """The typed path, relative to the vault."""
    if not typed:
        raise UsageError("where to?", hint="Or press escape to leave.")
    return os.path.normpath(os.path.join(vault.root, os.path.expanduser(typed)))


class MakeCard(ExportForm):
    """The digital card, its QR code and the one-page summary; inside the vault, Practice.md links to them."""

    SAVE = "make them"

    def __init__(self, session: "VaultSession") -> None:
        super().__init__(session, "Make your card and a one-page summary")
        self.made: Papers | None = None
        self.folder = ""

    def fields(self) -> Fields:
        yield paragraph(
            "A card that phones read, its QR code, and a page for print, from Practice.md and nothing else."
        )
        yield "Folder", Input("Attachments", placeholder="such as ~/Desktop", id="folder")
        yield paragraph(
            "In Attachments, they are in your vault, and Practice.md links to them unless it already has links."
        )

    def act(self, vault: "Vault") -> str:
        from rounds.exports.card import VERSIONS
        from rounds.vault.practice import papers

        made = papers(vault, VERSIONS[0])
        self.folder = self.put(vault, self.text("folder"), made.files)
        self.made = made
        noted = _name_in_practice(vault, [os.path.join(self.folder, name) for name in made.files])
        return "Card, QR code and summary are written" + (", and named in Practice.md." if noted else ".")


def _name_in_practice(vault: "Vault", paths: Sequence[str]) -> bool:
    """Link card and summary in Practice.md where it has no links yet, if they are in the vault."""
    from rounds.vault.practice import practice_of
    from rounds.vault.set_properties import Setting, set_properties

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


async def make_card(screen: "NoteScreen") -> None:
    """Ask for a folder, write the files, and show them."""
    form = MakeCard(screen.session)
    if await screen.ask(form) and form.made is not None:
        await screen.wait_for(CardSheet(form.made, form.folder))


class WriteYear(ExportForm):
    """The year's report as one page with charts."""

    def __init__(self, session: "VaultSession", year: int) -> None:
        super().__init__(session, "Write the year as a page", str(year))
        self._year = year

    def fields(self) -> Fields:
        yield paragraph("One page with charts, for the browser and for print. It has totals only, and names no client.")
        yield "File", Input(f"~/Rounds {self._year}.html", id="file")

    def act(self, vault: "Vault") -> str:
        from rounds.exports.report import page
        from rounds.vault.month_suggestions_year_report import year_report

        folder, name = os.path.split(placed(vault, self.text("file")))
        self.put(vault, folder, {name: page(year_report(vault, self._year)).encode()})
        return f"{clean(name)} is in {clean(folder)}."


class Readiness(TextDialog):
    """What's ready, what isn't yet, and what would improve it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("R", "dismiss", show=False),
        Binding("e", "dismiss('edit')", show=False),
        Binding("f", "dismiss('facts')", show=False),
        Binding("c", "dismiss('card')", show=False),
    ]

    def __init__(self, points: Sequence[Point]) -> None:
        super().__init__()
        self._points = points

    def lines(self, width: int) -> Iterator[Content]:
        number = sum(point.ready for point in self._points)
        yield Content.styled(f"Ready: {number} of {len(self._points)}", "bold $accent")
        keys = {"f": "fill in", "c": "make your card", "e": "edit Practice.md", "escape": "close"}
        yield Content("   ").join(
            Content.assemble((key, "bold $accent"), (f" {words}", "$foreground-muted")) for key, words in keys.items()
        )
        for point in self._points:
            yield Content("")
            box = "☑ " if point.ready else "☐ "
            yield from hanging(Content(box), Content.styled(point.name, "bold"), width)
            if point.found:
                yield from hanging(Content("  "), Content.styled(clean(point.found), "$foreground-muted"), width)
            for advice in point.advice:
                yield from hanging(Content("  → "), Content(clean(here(advice))), width)


async def get_ready(screen: "NoteScreen") -> None:
    """Show the sheet; again after something was filled in."""
    from rounds.tui.dialogs.facts import FactsSheet
    from rounds.vault.practice import practice_of, ready

    answer = "facts"
    while answer == "facts":
        points, path = await screen.session.read(lambda vault: (ready(vault), practice_of(vault).path))
        answer = await screen.wait_for(Readiness(points)) or ""
        if answer == "facts":
            await screen.ask(FactsSheet(screen.session, "Practice", path))
    if answer == "edit":
        screen.post_message(OpenEditor(path, 0, 1))
    elif answer == "card":
        await make_card(screen)

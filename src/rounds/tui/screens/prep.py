"""The sheet for a call or a coffee chat, over the screen."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from rounds.tui.screens.sheet import Sheet
from rounds.tui.widgets.prose import hanging
from rounds.tui.words import clean, day_name, what, when

if TYPE_CHECKING:
    from rounds.vault import prep

_FACTS = ("role", "organization", "stage", "connection", "introduced_by", "phone")


class PrepSheet(Sheet):
    """What is known, what is not yet, and what to ask (guide, lines 6 and 14 to 17)."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("p", "dismiss", show=False)]

    def __init__(self, sheet: "prep.Sheet", today: date) -> None:
        super().__init__()
        self._sheet = sheet
        self._today = today

    def lines(self, width: int) -> Iterator[Content]:
        found = self._sheet
        yield Content.assemble((clean(found.entry.name), "bold $accent"), ("  escape closes this", "$foreground-muted"))
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

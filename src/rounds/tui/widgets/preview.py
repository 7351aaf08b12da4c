"""The preview of one note: facts, next reminders, history, and the text."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from rounds.domain.log_followups import LogEntry
from rounds.domain.partner_referral_release import STAGES, first_name
from rounds.domain.phrases import touch_words
from rounds.tui.open_links import linked, with_links
from rounds.tui.phrases import clean, day_name, in_words, no_stage, what, when
from rounds.tui.preview_data import Profile
from rounds.tui.widgets.prose import hanging, inline, prose, without_own_sections
from rounds.tui.widgets.scrolled_lines import ScrolledLines

_KEY, _SHORT_KEY = 17, 12
_ROOMY = 56  # from this width on, all left columns have the same width
_LINE = 76
"""Cells of a line of the full view: longer ones are hard to read."""

_RECENT = 12
"""Touches shown beside a list; the full view shows all."""


class Preview(ScrolledLines):
    """One note, laid out for the available width: a short form beside a list, or all of it on the whole screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "screen.find", show=False),
        Binding("J", "screen.neighbor(1)", show=False),
        Binding("K", "screen.neighbor(-1)", show=False),
    ]

    profile: Profile | None = None
    """The note shown."""

    full_key = ""
    """The key for the full view."""

    back_to: tuple[str, int] = "", 0
    """A note that is about to be shown again, by path, and the line that was at the top."""

    _empty = ""
    _laid_out: tuple[object, ...] = ()

    def show(self, profile: Profile | None, empty: str = "") -> None:
        """Show a note, or a sentence without one. The same note keeps its scroll position."""
        held = self.profile.entry.key if self.profile else None
        self.profile, self._empty = profile, empty
        self._lay_out()
        if profile is not None and self.back_to[0] == profile.entry.path:
            self.scroll_to_line(self.back_to[1])
            self.back_to = "", 0
        elif profile is None or profile.entry.key != held:
            self.scroll_home(animate=False)

    def on_resize(self) -> None:
        self._lay_out()
        super().on_resize()

    def _lay_out(self) -> None:
        self.follows = self.screen.has_class("-reading")
        room = max(self.scrollable_content_region.width - 1, 20)  # one cell stays free before the scrollbar
        width = min(room, _LINE) if self.follows else room
        wanted = self.profile, self._empty, width, self.follows
        if self._laid_out == wanted:
            return
        self._laid_out = wanted
        if self.profile is None:
            self.set_text(Content(self._empty).wrap(width))
        else:
            lines = _whole(self.profile, width) if self.follows else _short(self.profile, width, self.full_key)
            self.set_text(lines, (room - width) // 2)


def _short(profile: Profile, width: int, key: str) -> Iterator[Content]:
    """What matters beside a list; the key that shows all of it is named."""
    yield from _facts_and_plans(profile, width)
    yield from _titled("What happened", _recent(profile, width, key))
    yield from _text(profile, width)


def _whole(profile: Profile, width: int) -> Iterator[Content]:
    """All of a note, its history last, by year."""
    yield from _facts_and_plans(profile, width)
    yield from _text(profile, width)
    if profile.timeline:
        yield from (Content(""), Content.styled("What happened", "bold $accent"))
    for year, entries in groupby(profile.timeline, key=lambda entry: entry.date.year):
        yield from (Content(""), Content.styled(str(year), "bold underline"))
        for entry in entries:
            yield from _whole_entry(profile, entry, width)


def _facts_and_plans(profile: Profile, width: int) -> Iterator[Content]:
    yield from _head(profile, width)
    yield from _titled("What is next", _next(profile, width))
    yield from _titled("Front desk", (line for each in profile.people for line in Content(each).wrap(width)))
    members = [(name, f"  {about}" if about else "") for name, about in profile.members]
    ways = [(name, f", then {over}" if over else "") for name, over in profile.ways]
    yield from _titled("Members", _bullets(members, width))
    yield from _titled("Facts", _facts(profile, width))
    yield from _titled("Referrals", _pairs(profile.referrals, width))
    yield from _titled("Releases", _pairs(profile.releases, width))
    yield from _titled("Who could introduce you", _bullets(ways, width))


def _text(profile: Profile, width: int) -> Iterator[Content]:
    body = without_own_sections(profile.body, *(["people"] if profile.people else []))
    yield from _titled("" if body.startswith("#") else "Note", prose(body, width))


def _titled(title: str, lines: Iterable[Content]) -> list[Content]:
    found = list(lines)
    head = [Content(""), *([Content.styled(title, "bold $accent")] if title else [])]
    return [*head, *found] if found else []


def _head(profile: Profile, width: int) -> Iterator[Content]:
    entry = profile.entry
    given = entry.properties.get
    name = ", ".join(filter(None, (clean(entry.name), in_words(given("credentials")))))
    pronouns = in_words(given("pronouns"))
    title = linked(Content.styled(name, "bold"), profile.link)
    yield from Content.assemble(title, (f"  {pronouns}" if pronouns else "", "$foreground-muted")).wrap(width)
    about = [in_words(given(key)) for key in ("role", "organization", "stage")]
    yield from Content.styled(" · ".join(filter(None, about)) or entry.type, "$foreground-muted").wrap(width)
    if entry.type == "partner" and (strange := no_stage(given("stage"))):
        words = f'! "{strange}" isn\'t a stage, so this partner is shown under {STAGES[0]}; see Problems.'
        yield from Content.styled(words, "$text-warning").wrap(width)
    if not entry.readable:
        words = "! This note can't be read just now. What you see is its last good version; see Problems."
        yield from Content.styled(words, "$text-warning").wrap(width)


def _next(profile: Profile, width: int) -> Iterator[Content]:
    for reminder in profile.reminders:
        day = when(reminder, profile.today) or "no date"
        yield from hanging(_key(day, _KEY, width), Content(what(reminder)), width)


def _facts(profile: Profile, width: int) -> Iterator[Content]:
    for key, value in profile.facts:
        head, text = _key(clean(key), _KEY, width), with_links(value, key)
        if max(map(len, value.split())) <= width - head.cell_length:
            yield from hanging(head, text, width)
        else:  # a long email or address gets a line of its own so it isn't broken
            yield head
            yield from hanging(Content("  "), text, width)


def _pairs(pairs: Iterable[tuple[str, str]], width: int) -> Iterator[Content]:
    for key, value in pairs:
        yield from hanging(_key(key, _KEY, width), Content(value), width)


def _bullets(pairs: Iterable[tuple[str, str]], width: int) -> Iterator[Content]:
    for name, about in pairs:
        yield from hanging(Content("• "), Content.assemble(name, (about, "$foreground-muted")), width)


def _recent(profile: Profile, width: int, key: str) -> Iterator[Content]:
    """The latest entries, each as one paragraph."""
    name = _first_name(profile)
    for entry in profile.timeline[:_RECENT]:
        day = _key(day_name(entry.date, profile.today), _KEY if width >= _ROOMY else _SHORT_KEY, width)
        head, text = touch_words(entry, profile.today, name)
        start = Content.assemble((clean(head), "bold"), ": " if head and text else "")
        yield from hanging(day, start + inline(text), width)
    if len(profile.timeline) > _RECENT:
        more = [(": ", ""), (key, "bold $accent"), (" shows all", "$foreground-muted")] if key else []
        yield Content.assemble((f"and {len(profile.timeline) - _RECENT:,} before", "$foreground-muted"), *more)


def _whole_entry(profile: Profile, entry: LogEntry, width: int) -> Iterator[Content]:
    """An entry with its lines, lists and headings, beside its day."""
    from rounds.notes.log import begins_block

    day = _key(day_name(entry.date, profile.today), _KEY if width >= _ROOMY else _SHORT_KEY, width)
    head, text = touch_words(entry, profile.today, _first_name(profile))
    first, *more = entry.text.split("\n") if text else [""]
    if more and begins_block(first):
        first, more = "", [first, *more]
    start = Content.assemble((clean(head), "bold"), ": " if head and text else "")
    yield from hanging(day, start + inline(" ".join(first.split())), width)
    if more:
        indent = Content(" " * day.cell_length)
        lines = prose("\n".join(more), max(width - day.cell_length, 12))
        yield from (indent + line for line in ([] if more[0].strip() else [Content("")]) + lines)
        yield Content("")


def _first_name(profile: Profile) -> str:
    return first_name(clean(profile.entry.name)) if profile.entry.type == "partner" else ""


def _key(text: str, cells: int, width: int) -> Content:
    """The left column: narrower in a narrow preview."""
    cells = min(cells, max(10, width * 2 // 5))
    return Content.styled(text, "$foreground-muted").truncate(cells, ellipsis=True, pad=True) + Content("  ")

"""The preview of one note: facts, next reminders, history, and the text."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from rounds.domain.partner_referral_release import STAGES, first_name
from rounds.domain.phrases import touch_words
from rounds.tui.open_links import linked, with_links
from rounds.tui.phrases import clean, day_name, in_words, no_stage, what, when
from rounds.tui.preview_data import Profile
from rounds.tui.textual_compat import ErrorGuard
from rounds.tui.widgets.prose import hanging, inline, prose, without_own_sections

_KEY, _SHORT_KEY = 17, 12
_ROOMY = 56  # from this width on, all left columns have the same width
_RECENT = 12
"""Touches shown beside a list; the full view shows all."""


class Preview(ErrorGuard, VerticalScroll):
    """One note, laid out for the available width."""

    DEFAULT_CSS = """
    Preview { scrollbar-size-vertical: 1; }
    Preview > Static { width: 1fr; height: auto; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", show=False),
        Binding("k", "scroll_up", show=False),
        Binding("space", "read_on", show=False),
    ]

    profile: Profile | None = None
    """The note shown."""

    full_key = ""
    """The key for the full view."""

    _empty = ""
    _laid_out: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def action_read_on(self) -> None:
        """Scroll down a page; at the end, the key still doesn't go to the list, where it would tick off a reminder."""
        self.scroll_page_down(animate=False)

    def show(self, profile: Profile | None, empty: str = "") -> None:
        """Show a note, or a sentence without one. The same note keeps its scroll position."""
        held = self.profile.entry.key if self.profile else None
        self.profile, self._empty = profile, empty
        self._lay_out()
        if profile is None or profile.entry.key != held:
            self.scroll_home(animate=False)

    def on_resize(self) -> None:
        self._lay_out()

    @property
    def _full(self) -> bool:
        return self.screen.has_class("-reading")

    def _lay_out(self) -> None:
        width = max(self.scrollable_content_region.width - 1, 20)  # one cell stays free before the scrollbar
        wanted = self.profile, self._empty, width, self._full
        if self._laid_out == wanted:
            return
        self._laid_out = wanted
        lines = self._lines(self.profile, width) if self.profile else Content(self._empty).wrap(width)
        self.query_one(Static).update(Content("\n").join(lines))

    def _lines(self, profile: Profile, width: int) -> list[Content]:
        lines = list(_head(profile, width))
        lines += _titled("What is next", _next(profile, width))
        lines += _titled("Front desk", (line for each in profile.people for line in Content(each).wrap(width)))
        members = [(name, f"  {about}" if about else "") for name, about in profile.members]
        ways = [(name, f", then {over}" if over else "") for name, over in profile.ways]
        lines += _titled("Members", _bullets(members, width))
        lines += _titled("Facts", _facts(profile, width))
        lines += _titled("Referrals", _pairs(profile.referrals, width))
        lines += _titled("Releases", _pairs(profile.releases, width))
        lines += _titled("Who could introduce you", _bullets(ways, width))
        most = None if self._full else _RECENT
        lines += _titled("What happened", _timeline(profile, width, most, self.full_key))
        body = without_own_sections(profile.body, *(["people"] if profile.people else []))
        lines += _titled("" if body.startswith("#") else "Note", prose(body, width))
        return lines


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


def _timeline(profile: Profile, width: int, most: int | None, key: str) -> Iterator[Content]:
    name = first_name(clean(profile.entry.name)) if profile.entry.type == "partner" else ""
    for entry in profile.timeline[:most]:
        day = _key(day_name(entry.date, profile.today), _KEY if width >= _ROOMY else _SHORT_KEY, width)
        head, text = touch_words(entry, profile.today, name)
        start = Content.assemble((clean(head), "bold"), ": " if head and text else "")
        yield from hanging(day, start + inline(text), width)
    if most is not None and len(profile.timeline) > most:
        more = [(": ", ""), (key, "bold $accent"), (" shows all", "$foreground-muted")] if key else []
        yield Content.assemble((f"and {len(profile.timeline) - most:,} before", "$foreground-muted"), *more)


def _key(text: str, cells: int, width: int) -> Content:
    """The left column: narrower in a narrow preview."""
    cells = min(cells, max(10, width * 2 // 5))
    return Content.styled(text, "$foreground-muted").truncate(cells, ellipsis=True, pad=True) + Content("  ")

"""Agenda: a feed's coming weeks as a list of days, and as a page (agenda.html).

It holds what the feed holds, at the feed's privacy level or a stricter one. The page loads nothing and runs nothing.
"""

import datetime as dt
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from rounds.calendar.feeds import Feed, feed_state, feeds_of
from rounds.domain.feed import FeedEvent
from rounds.domain.reminders.sections import Section, week_of
from rounds.domain.settings import LEVELS
from rounds.errors import NotFoundError, RoundsError

if TYPE_CHECKING:
    from rounds.vault.vault import Vault

WEEKS = 4
NOTHING = "Nothing is planned."


class Agenda(NamedTuple):
    """The coming days of a feed.

    Attributes:
        name, title, level: of the feed; the level is that of the texts here.
        last: the last day, inclusive: no later than the feed's own.
        days: events of each day that has any, in order; within a day, those with a time come first.
    """

    name: str
    title: str
    level: str
    first: dt.date
    last: dt.date
    days: Mapping[dt.date, Sequence[FeedEvent]]

    def words(self, event: FeedEvent) -> str:
        """What an event is, and how long it takes, if its plan says so and its summary doesn't."""
        is_said = self.level == LEVELS[0] and event.note
        return f"{event.summary}, {event.minutes} min" if event.minutes and not is_said else event.summary

    def weeks(self) -> dict[dt.date, list[dt.date]]:
        """The days that have events, by the Monday of their week; a week without any is there too."""
        found: dict[dt.date, list[dt.date]] = {}
        for ahead in range((self.last - self.first).days + 1):
            day = self.first + dt.timedelta(days=ahead)
            week = found.setdefault(max(week_of(day), self.first), [])
            if day in self.days:
                week.append(day)
        return found


def agenda_of(vault: "Vault", name: str = "", level: str = LEVELS[0], weeks: int = WEEKS) -> Agenda:
    """The agenda of a feed, from the notes as they are now. Nothing is written.

    Args:
        vault: in sync.
        name: of the feed; empty for the first one of rounds.toml.
        level: one of LEVELS; the feed's own level counts if it's stricter.

    Raises:
        NotFoundError: there is no feed of that name.
    """
    from rounds.calendar.write_feeds import events_now

    vault.need_settings()
    feeds = feeds_of(vault)
    feed = next((each for each in feeds if name in ("", each.name)), None)
    if feed is None:
        known = ", ".join(each.name for each in feeds)
        raise NotFoundError(f"there is no feed {name}", hint=f"Feeds in rounds.toml: {known}.")
    feed = feed._replace(settings=feed.settings._replace(level=max(feed.level, level, key=LEVELS.index)))
    return _agenda(feed, events_now(vault, feed), vault.today(), weeks)


def pages(vault: "Vault", files: Mapping[str, str]) -> dict[str, bytes]:
    """The page of each served feed, with the events last written to its file.

    Args:
        files: paths of the feeds' files by name; a feed whose path is empty, or whose state can't be read, has no page.
    """
    found, today = {}, vault.today()
    for feed in feeds_of(vault):
        path = files.get(feed.name)
        if not path:
            continue
        with suppress(RoundsError):
            state = feed_state(vault).read(os.path.basename(path).removesuffix(".ics"))
            events = [each.event for each in state.entries.values() if each.gone is None]
            shown = feed._replace(settings=feed.settings._replace(level=state.level))
            found[feed.name] = page(vault, _agenda(shown, events, today)).encode()
    return found


def _agenda(feed: Feed, events: Iterable[FeedEvent], today: dt.date, weeks: int = WEEKS) -> Agenda:
    ahead = min(7 * weeks - 1, feed.settings.window, (dt.date.max - today).days)
    last = today + dt.timedelta(days=ahead)
    days: dict[dt.date, list[FeedEvent]] = {}
    found = [(each.day, each) for each in events if each.day is not None and today <= each.day <= last]
    for day, event in sorted(found, key=lambda one: (one[0], *_order(one[1]))):
        days.setdefault(day, []).append(event)
    return Agenda(feed.name, feed.title, feed.level, today, last, days)


def _order(event: FeedEvent) -> tuple[object, ...]:
    """Sort key within a day: by time, then those without; the number of those that wait, which has no note, is last."""
    return event.time is None, event.time or dt.time.max, not event.note, event.summary, event.uid


def heading(agenda: Agenda) -> str:
    """`23 November to 20 December 2026`."""
    first, last = agenda.first, agenda.last
    year = "" if first.year == last.year else f" {first.year}"
    return f"{first.day} {first:%B}{year} to {last.day} {last:%B} {last.year}"


def week_words(start: dt.date, first: dt.date) -> str:
    """Heading of a week; the first one is the week that it is now."""
    return Section.THIS_WEEK.value if start == first else f"Week of {start.day} {start:%B}"


def page(vault: "Vault", agenda: Agenda) -> str:
    """The agenda as HTML, for screen and print."""
    from rounds.exports.write_files import rendered
    from rounds.vault.outgoing import neutral

    return rendered(
        "agenda.html",
        title=neutral(vault, agenda.title),
        heading=heading(agenda),
        below=f"As the notes have it on {agenda.first.day} {agenda.first:%B} {agenda.first.year}.",
        weeks={week_words(start, agenda.first): days for start, days in agenda.weeks().items()},
        days=agenda.days,
        event_words=agenda.words,
        nothing=NOTHING,
    )

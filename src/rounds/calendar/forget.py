"""Removes text from the feeds: their files, their saved states, and those of servers (`rounds forget`)."""

import os
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from rounds.calendar.feeds import TASKS, Feed, feed_folder, feed_state, feeds_of
from rounds.calendar.write_feeds import put, written_feeds
from rounds.domain.feed import FeedEvent
from rounds.domain.forget import SoughtText
from rounds.domain.publish_diff import Remote
from rounds.domain.settings import FeedSettings
from rounds.errors import RoundsError, SettingsError
from rounds.storage.feed_state import PublishedFeed, ServerState
from rounds.storage.forget import Unreachable, reason
from rounds.storage.open_file import content
from rounds.vault.reminders import remote_state

if TYPE_CHECKING:
    from rounds.vault.vault import Vault

_WORD = "a client"
_MINE = "this vault no longer writes this calendar: delete the file, or remove the words by hand"


class FeedSearch:
    """The feeds that hold a text.

    Args:
        note: only events of the note with this id; empty for all.

    Attributes:
        paths: of the calendar files, saved states and states of servers that hold it.
        unread: those that can't be read.
    """

    def __init__(self, vault: "Vault", sought: SoughtText, note: str = "") -> None:
        self.vault, self.sought, self.note = vault, sought, note
        self.paths: list[str] = []
        self.unread: list[Unreachable] = []
        for path in [*_states(vault), *_calendars(vault)]:
            try:
                if self._holds(path):
                    self.paths.append(path)
            except FileNotFoundError:
                continue
            except (OSError, RoundsError) as error:
                self.unread.append(Unreachable(path, reason(error)))

    def _holds(self, path: str) -> bool:
        text = content(path).replace(b"\r\n ", b"").replace(b"\n ", b"").decode(errors="replace")
        if not self.sought.is_in(text):
            return False
        folder, name = os.path.split(path)
        if not self.note or not name.endswith(".json"):
            return not self.note
        if folder != feed_state(self.vault).folder:
            return True
        return any(map(self._concerns, _events(feed_state(self.vault).read(name.removesuffix(".json")))))

    def _concerns(self, event: FeedEvent) -> bool:
        return self.note in {"", event.note} and any(map(self.sought.is_in, _texts(event)))

    def _without(self, event: FeedEvent) -> FeedEvent:
        """An event without the text, and without its link or note id if these contain it."""
        if not self._concerns(event):
            return event
        link, note, cause = ("" if self.sought.is_in(each) else each for each in (event.url, event.note, event.cause))
        summary, place = (self.sought.without(words, _WORD) for words in (event.summary, event.place))
        return event._replace(summary=summary, url=link, note=note, cause=cause, place=place)

    def forget(self, kept: Collection[str]) -> Iterator[Unreachable]:
        """Remove the text, after the notes: feeds are written again, and old events lose the words.

        Yields what can't be changed.

        Args:
            kept: ids of the notes in which the user keeps the text; their events stay.
        """
        if not self.paths:
            return
        state = feed_state(self.vault)
        names = [os.path.basename(path).removesuffix(".json").removesuffix(".ics") for path in self.paths]
        errors: list[RoundsError] = []
        try:
            mine = [feed for feed in feeds_of(self.vault) if feed.name in names]
            _, errors = written_feeds(self.vault, mine)
        except SettingsError:
            pass  # their events lose the words below
        except RoundsError as error:
            errors = [error]
        yield from (Unreachable("feeds", error.message) for error in errors)
        for name in state.names():
            yield from self._try(os.path.join(state.folder, f"{name}.json"), partial(self._clean, name, kept))
        servers = remote_state(self.vault)
        for path in _jsons(servers.folder):
            yield from self._try(path, partial(self._clean_server, servers, path))
        for path in _calendars(self.vault):
            yield from self._try(path, partial(self._delete_unknown, path, kept))

    def _try(self, path: str, work: Callable[[], None]) -> Iterator[Unreachable]:
        try:
            work()
        except FileNotFoundError:
            return
        except (OSError, RoundsError) as error:
            yield Unreachable(path, reason(error))

    def _clean(self, name: str, kept: Collection[str]) -> None:
        """Remove the text from a feed's saved events, and write its file again if one that is shown had it."""
        state = feed_state(self.vault)
        with state.locked():
            before = state.read(name)
            events = [each.event for each in before.entries.values() if each.gone is None]
            new = [event if event.note in kept else self._without(event) for event in events]
            if new != events:
                put(self.vault, _feed(self.vault, name, before), state, before, new)
            now = state.read(name)
            entries = {
                uid: each if each.gone is None else each._replace(event=self._without(each.event))
                for uid, each in now.entries.items()
            }
            query, head = ("" if self.sought.is_in(each) else each for each in (now.query, now.head))
            clean = now._replace(entries=entries, query=query, head=head)
            if clean != now:
                state.write(name, clean)
            elif not now.entries and self._is_damaged(name):
                os.unlink(os.path.join(state.folder, f"{name}.json"))

    def _is_damaged(self, name: str) -> bool:
        path = os.path.join(feed_state(self.vault).folder, f"{name}.json")
        return self.sought.is_in(content(path).decode(errors="replace"))

    def _clean_server(self, servers: ServerState, path: str) -> None:
        """Remove the text from what was seen on a server. The next publishing puts the new words there."""
        if not self._holds(path):
            return
        name = os.path.basename(path).removesuffix(".json")
        if name == ".asked":
            asked = servers.asked()
            servers.keep_asked({key: day for key, day in asked.items() if not any(map(self.sought.is_in, key))})
            return
        if name == ".questions":
            questions = servers.questions()
            os.unlink(path)
            with servers.changing_questions() as kept:
                kept.update({key: each for key, each in questions.items() if not any(map(self.sought.is_in, key))})
            return
        there = servers.read(name)
        items = dict(there.items)
        for uid, item in there.items.items():
            sent = item.sent and item.sent._replace(seen=item.sent.seen and self._cleaned(item.sent.seen))
            items[uid] = item._replace(seen=self._cleaned(item.seen), sent=sent)
        servers.keep(name, there._replace(items=items))

    def _cleaned(self, seen: Remote) -> Remote:
        return seen._replace(summary=self.sought.without(seen.summary, _WORD))

    def _delete_unknown(self, path: str, kept: Collection[str]) -> None:
        """Delete a calendar file of ours that still holds the text, which none of our states describes.

        Raises:
            RoundsError: it isn't in our own folder.
        """
        if kept or not self._holds(path):
            return
        if not os.path.realpath(path).startswith(os.path.join(os.path.realpath(self.vault.data), "")):
            raise RoundsError(_MINE)
        os.unlink(path)


def _texts(event: FeedEvent) -> tuple[str, ...]:
    return event.summary, event.url, event.note, event.cause


def _events(feed: PublishedFeed) -> Iterator[FeedEvent]:
    return (each.event for each in feed.entries.values())


def _states(vault: "Vault") -> list[str]:
    return [*_jsons(feed_state(vault).folder), *_jsons(remote_state(vault).folder)]


def _jsons(folder: str) -> list[str]:
    return _named(folder, ".json")


def _named(folder: str, end: str) -> list[str]:
    try:
        return sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(end))
    except OSError:
        return []


def _calendars(vault: "Vault") -> list[str]:
    """The calendar files of a vault: of its feeds, retired ones too, and those made for other places."""
    own = feed_state(vault)
    there = {_feed(vault, name, PublishedFeed()).path for name in own.names()} | {each.path for each in feeds_of(vault)}
    return sorted(
        there | {path for name in ("feeds", "remote") for path in _named(os.path.join(vault.data, name), ".ics")}
    )


def _feed(vault: "Vault", name: str, before: PublishedFeed) -> Feed:
    """A feed by the name of its state: of rounds.toml, for another place, or retired."""
    with suppress(SettingsError):
        from rounds.calendar.publish_targets import target_of
        from rounds.storage.user_config import publish_settings

        place = name.removesuffix(TASKS).partition("@")[2]
        found = [feed for feed in feeds_of(vault) if feed.name == name]
        if place and place in (tables := publish_settings(vault.config)):
            found = [target_of(vault, place, tables[place]).feed]
        if found and found[0].name == name:
            return found[0]
    folder = os.path.join(vault.data, "remote") if "@" in name else feed_folder(vault)
    title = re.sub(r"@.*", "", name.removesuffix(TASKS))
    path = os.path.join(folder, f"{name}.ics")
    return Feed(name, f"Rounds: {title}", path, FeedSettings(level=before.level or "discreet"))

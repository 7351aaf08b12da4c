"""Publishing of feeds to files and servers, and sync back.

Each target of config.toml is a separate feed, with its own privacy level and its own published state.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from rounds.calendar.caldav_items import read_remote
from rounds.calendar.feed_places import feed_state, owner
from rounds.calendar.feeds import Feed, elsewhere, feeds_of, form_of, write_each
from rounds.calendar.ics import PRODID, is_ours, piece
from rounds.domain.feed import Published
from rounds.domain.publish_diff import Came, Put, Remote, came_back
from rounds.domain.reminders.reminder import FOLLOW_UP
from rounds.errors import ChangedMeanwhileError, RoundsError, SettingsError, UsageError
from rounds.index import derived
from rounds.notes.links import plain
from rounds.storage.feed_state import FeedState
from rounds.storage.files import digest
from rounds.storage.open_file import ordinary
from rounds.storage.user_config import PublishSettings, config_path, publish_settings
from rounds.vault.log_actions import day_done, done, reopen
from rounds.vault.reminders import reminders, remote_state

if TYPE_CHECKING:
    from rounds.calendar.caldav import Collection
    from rounds.vault.vault import Vault


class Target(NamedTuple):
    """A place to publish a feed to.

    Attributes:
        name: name of its table in config.toml.
        feed: feed to publish there.
    """

    name: str
    settings: PublishSettings
    feed: Feed

    @property
    def asks(self) -> bool:
        """Whether a password is needed."""
        return self.on_server and bool(self.settings.user)

    @property
    def on_server(self) -> bool:
        """Whether the target is a server, not a file."""
        return _is_web(self.settings.url)


@dataclass
class Report:
    """Result of publishing to a target.

    Attributes:
        put, removed, unchanged: numbers of events or tasks; for a file, `put` is the number of its events.
        ticked, reopened: follow-ups changed in the notes, as text.
        asked: reminders that Today asks about now, as text.
        told: messages about other changes there, which weren't applied.
    """

    name: str
    place: str
    put: int = 0
    removed: int = 0
    unchanged: int = 0
    ticked: list[str] = field(default_factory=list)
    reopened: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


class Item(NamedTuple):
    """An event or task to put on a server.

    Attributes:
        data: calendar file with one event or task.
        mark: hash of its text.
        done: whether it's marked as done; always False for an event.
    """

    published: Published
    data: bytes
    mark: str
    done: bool

    @property
    def seen(self) -> Remote:
        """The state that the server will have."""
        event = self.published.event
        return Remote(event.summary, event.day, event.time, done=self.done)


def targets(vault: "Vault", names: Sequence[str] = ()) -> list[Target]:
    """The targets of config.toml for this vault.

    Args:
        names: only these; empty for all.

    Raises:
        SettingsError: a table can't be used, a name has no table, or there are no targets.
    """
    tables = publish_settings(vault.config)
    for name in names:
        if name not in tables:
            raise SettingsError(
                f"{config_path()} has no [publish.{name}]", hint=f"There: {', '.join(tables) or 'none'}."
            )
    found = [
        target_of(vault, name, settings)
        for name, settings in tables.items()
        if settings.vault in ("", vault.vault_id) and (not names or name in names)
    ]
    if not found:
        raise SettingsError("nothing of this vault is published anywhere yet", hint="Set it up: rounds feed setup")
    return found


def target_of(vault: "Vault", name: str, settings: PublishSettings) -> Target:
    """A target with its feed of rounds.toml, at the stricter of both privacy levels."""
    wanted = settings.feed or next(iter(vault.settings.feeds), "")
    feed = next((each for each in feeds_of(vault) if each.name == wanted), None)
    if feed is None:
        known = ", ".join(vault.settings.feeds)
        raise SettingsError(f"[publish.{name}]: rounds.toml has no feed {wanted}", hint=f"Its feeds: {known}.")
    found = elsewhere(vault, feed, name, settings.level, tasks=settings.tasks)
    if not _is_web(settings.url):
        found = found._replace(path=_file(settings.url))
    return Target(name, settings, found)


def publish(vault: "Vault", target: Target, password: str = "") -> Report:
    """Update a target, and apply to the notes what was ticked off there.

    Args:
        vault: in sync.

    Raises:
        RoundsError: it failed; what was published before is unchanged.
    """
    if not target.on_server:
        (written,) = write_each(vault, [target.feed])
        return Report(target.name, written.path, put=written.events if written.changed else 0)
    from rounds.calendar.caldav import Collection

    settings = target.settings
    state = remote_state(vault)
    with FeedState(state.folder).locked():
        if settings.url.endswith(".ics"):
            folder, _, name = settings.url.rpartition("/")
            with Collection(folder, settings.user, password) as there:
                return _put_file(vault, target, there, name)
        with Collection(settings.url, settings.user, password) as there:
            return _Publishing(vault, target, there).run()


def _put_file(vault: "Vault", target: Target, there: "Collection", name: str) -> Report:
    """Put the whole feed on a server as one file."""
    (written,) = write_each(vault, [target.feed])
    with open(written.path, "rb", opener=ordinary) as file:
        data = file.read()
    report = Report(target.name, target.settings.url)
    for last in (False, True):
        found = there.get(name)
        if found is not None and found[1].replace(b"\r\n", b"\n") == data.replace(b"\r\n", b"\n"):
            return report
        if found is not None:
            _check_ours(vault, target.settings.url, found[1])
        try:
            there.put(name, data, found[0] if found is not None else None)
            break
        except ChangedMeanwhileError:
            if last:
                raise
    report.put = written.events
    return report


def _check_ours(vault: "Vault", url: str, there: bytes) -> None:
    """Check that a file on a server is one of this vault's feeds (decision 25)."""
    if there.strip() and not is_ours(there):
        what = "holds something else, which Rounds did not put there"
    elif other := owner(vault, there):
        what = f"holds the calendar of another vault, {other}"
    else:
        return
    raise RoundsError(f"{url} {what}", hint="It was left as it is. Choose another name for it in config.toml.")


class _Publishing:
    """One run of publishing to a collection."""

    def __init__(self, vault: "Vault", target: Target, there: "Collection") -> None:
        self.vault = vault
        self.target = target
        self.there = there
        self.state = remote_state(vault)
        self.memory = f"{target.name}-{digest(target.settings.url.encode()).hex()[:8]}"
        self.puts = self.state.items(self.memory)
        self.asked = self.state.asked()
        self.report = Report(target.name, target.settings.url)
        self.held: set[str] = set()
        """Uids of changes that couldn't be applied to the notes: left alone on the server, and retried next time."""

    def run(self) -> Report:
        """Fetch, merge, put; once more if another program changed something meanwhile."""
        try:
            if self._round() and (late := self._round()):
                names = ", ".join(self.puts[uid].seen.summary for uid in late if uid in self.puts)
                self.report.told.append(f"Changed there just now, so left for the next time: {names or len(late)}")
        finally:
            self.state.keep_items(self.memory, self.puts)
        return self.report

    def _round(self) -> list[str]:
        items = self._items()
        came = self._collect(items)
        if self._apply(came, items):
            self.vault.sync()
            items = self._items()
        return self._push(items)

    def _items(self) -> dict[str, Item]:
        write_each(self.vault, [self.target.feed])
        form = form_of(self.vault, self.target.feed)
        entries = feed_state(self.vault).read(self.target.feed.name).entries
        found = {}
        for uid, published in entries.items():
            if published.gone is None:
                text, done_there = piece(published, form), form.tasks and published.event.done is not None
                data = b"".join((*_HEAD, text, b"END:VCALENDAR\r\n"))
                found[uid] = Item(published, data, digest(text).hex(), done_there)
        return found

    def _collect(self, items: Mapping[str, Item]) -> list[Came]:
        """Changes on the server since the last run, found by ETag; updates `puts` to the server's state."""
        tags = self.there.tags()
        came: list[Came] = []
        if not tags and len([put for put in self.puts.values() if not put.gone]) >= _ALL:
            self.report.told.append("The calendar there is empty, as if it were a new one: all is put there again.")
            self.puts.clear()
        for uid in [*self.puts, *(uid for uid in items if uid not in self.puts)]:
            put, tag, item = self.puts.get(uid), tags.get(_name(uid)), items.get(uid)
            if (put is None and tag is None) or (put is not None and tag and tag == put.tag and not put.gone):
                continue
            ours = item.published.event if item is not None else None
            if put is None:  # from another machine, or our state is lost: assume it was open
                assert item is not None
                put = Put("", "", item.seen._replace(done=False))
            found = self.there.get(_name(uid)) if tag is not None else None
            try:
                theirs = read_remote(found[1], self.vault.settings.timezone) if found is not None else None
            except ValueError:
                came.append(Came(uid, "changed", f"{put.seen.summary}: what is there now can't be read."))
                theirs = put.seen
            came += came_back(uid, put, theirs, ours)
            if theirs is None or found is None:
                self.puts[uid] = put._replace(tag="", gone=True)
            else:
                self.puts[uid] = put._replace(tag=found[0] or tag or "", seen=theirs, gone=False)
        return came

    def _apply(self, came: Iterable[Came], items: Mapping[str, Item]) -> bool:
        """Apply permitted changes to the notes; report the rest.

        Returns:
            Whether a note was written.
        """
        wrote = False
        for each in came:
            if each.what not in ("done", "open"):
                self.report.told.append(each.words)
                continue
            item = items.get(each.uid)
            if item is None:
                continue
            try:
                wrote |= self._tick(each, item) if each.what == "done" else self._reopen(each, item)
            except UsageError as error:
                self.report.told.append(f"{each.words}: {error.message}. Nothing was written.")
            except RoundsError as error:
                self.report.told.append(f"{each.words}: {error.message}. It is tried again the next time.")
                self.held.add(each.uid)
                self.puts[each.uid] = self.puts[each.uid]._replace(tag="", seen=item.seen)
        self._forget_answered()
        return wrote

    def _tick(self, came: Came, item: Item) -> bool:
        event = item.published.event
        found = [each for each in reminders(self.vault) if each.key == event.key]
        if not found:
            return False
        words = f"{plain(found[0].title)} · {found[0].name}"
        if len(found) > 1:
            self.report.told.append(f"{words}: ticked off there, but several notes have it. Nothing was written.")
        elif not found[0].line:
            self.asked[event.key] = self.vault.today()
            self.report.asked.append(words)
        else:
            today = self.vault.today()
            done(self.vault, found[0], on=day_done(found[0], min(came.day or today, today)))
            self.report.ticked.append(words)
            return True
        return False

    def _reopen(self, came: Came, item: Item) -> bool:
        event = item.published.event
        if self.asked.pop(event.key, None) is not None or event.done is None:
            return False
        if event.rule not in {FOLLOW_UP, "meeting"}:
            self.report.told.append(f"{came.words}: opened again there. Your log keeps what was done.")
            return False
        paths = self.vault.ask(derived.paths_with_id, event.note)
        if len(paths) != 1:
            self.report.told.append(
                f"{came.words}: opened again there, but its note can't be told. Nothing was written."
            )
            return False
        reopen(self.vault, paths[0], event.cause)
        self.report.reopened.append(came.words)
        return True

    def _forget_answered(self) -> None:
        """Drop the questions that the notes have answered since."""
        there = {each.key for each in reminders(self.vault)} if self.asked else set()
        self.asked = {key: day for key, day in self.asked.items() if key in there}
        if self.asked != self.state.asked():
            self.state.keep_asked(self.asked)

    def _push(self, items: Mapping[str, Item]) -> list[str]:
        """Put new and changed items, delete old ones; return the uids that another program changed meanwhile."""
        late = []
        self.report.unchanged = 0
        for uid, item in items.items():
            put = self.puts.get(uid)
            if not self._wanted(uid, item, put):
                self.report.unchanged += 1
                continue
            try:
                tag = self.there.put(_name(uid), item.data, put.tag if put is not None and not put.gone else None)
            except ChangedMeanwhileError:
                late.append(uid)
                continue
            self.puts[uid] = Put(tag, item.mark, item.seen)
            self.report.put += 1
        for uid in [uid for uid in self.puts if uid not in items]:
            try:
                if not self.puts[uid].gone:
                    self.there.delete(_name(uid), self.puts[uid].tag)
                    self.report.removed += 1
                del self.puts[uid]
            except ChangedMeanwhileError:
                late.append(uid)
        return late

    def _wanted(self, uid: str, item: Item, put: Put | None) -> bool:
        """Whether an item must be put on the server."""
        if put is None:
            return True
        if put.mark == item.mark or uid in self.held:
            return False  # even if it was deleted or changed there, which the user may do
        if put.mark == "" and not put.gone and put.seen._replace(completed=None) == item.seen:
            self.puts[uid] = put._replace(mark=item.mark)
            return False
        # What was ticked off there stays so until the question is answered.
        return not (put.seen.done and item.published.event.done is None and item.published.event.key in self.asked)


def _file(url: str) -> str:
    """The path of a file, from a path or a file:// URL (RFC 8089)."""
    path = unquote(urlsplit(url).path) if url.startswith("file://") else os.path.expanduser(url)
    return os.path.abspath(path)


def _is_web(url: str) -> bool:
    return url.startswith(("http://", "https://"))


_ALL = 3
"""From this many items on, an empty calendar counts as a new one, not as items deleted one by one."""

_HEAD = (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:", PRODID.encode(), b"\r\n")
"""Above a single event or task (RFC 4791 4.1)."""


def _name(uid: str) -> str:
    """Name of an object on a server, safe in every URL."""
    return uid.replace("@", "-") + ".ics"

"""Publishing of feeds to files and servers, and sync back.

Each target of config.toml is a separate feed, with its own privacy level and its own published state.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rounds.calendar.caldav import RefusedError
from rounds.calendar.feeds import feed_state, form_of, owner
from rounds.calendar.ics import PRODID, is_ours, piece, pieces
from rounds.calendar.inbox_tasks import InboxTasks
from rounds.calendar.publish_targets import Target
from rounds.calendar.server_changes import ServerChanges
from rounds.calendar.server_objects import merged, read_remote, signed
from rounds.calendar.write_feeds import write_each
from rounds.domain import publish_diff, server_questions
from rounds.domain.publish_diff import Action, Delete, Item, Object, Put, Remember, Remembered, Remote
from rounds.errors import ChangedMeanwhileError, RoundsError
from rounds.storage.feed_state import FeedState, ServerObjects
from rounds.storage.files import digest
from rounds.storage.open_file import content
from rounds.vault.reminders import reminders, remote_state

if TYPE_CHECKING:
    from rounds.calendar.caldav import Collection
    from rounds.vault.vault import Vault


@dataclass
class Report:
    """Result of publishing to a target.

    Attributes:
        put, removed, unchanged: numbers of events or tasks; for a file, `put` is the number of its events.
        ticked, reopened, cancelled: follow-ups changed in the notes, as text.
        noted: reminders about which something was typed there that is in the notes now, as text.
        asked: reminders ticked off there that Today asks about now, as text.
        moved: follow-ups with a new date in the notes, as text.
        proposed: what was moved or deleted there, so that Today asks about it, as text.
        inbox: new lines of the inbox, made there as tasks.
        told: messages about other changes there, which weren't applied.
        refused: what the server didn't take or give, and why, as text.
        stopped: why the run ended early, after something of the above was done; empty if it didn't.
    """

    name: str
    place: str
    put: int = 0
    removed: int = 0
    unchanged: int = 0
    ticked: list[str] = field(default_factory=list)
    reopened: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    proposed: list[str] = field(default_factory=list)
    inbox: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    stopped: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing came in or went out."""
        came = self.ticked or self.reopened or self.cancelled or self.noted or self.asked
        came = came or self.moved or self.proposed or self.inbox
        return not (came or self.put or self.removed or self.refused)


def publish(vault: "Vault", target: Target, password: str = "") -> Report:
    """Update a target, and apply to the notes what was ticked off there.

    Args:
        vault: in sync.

    Raises:
        RoundsError: it failed; published items and notes are unchanged.
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
    data = content(written.path)
    for last in (False, True):
        tag, before = there.get(name) or (None, b"")
        if before.replace(b"\r\n", b"\n") == data.replace(b"\r\n", b"\n"):
            return Report(target.name, target.settings.url)
        if before:
            _check_ours(vault, target.settings.url, before)
        try:
            there.put(name, data, tag)
            break
        except ChangedMeanwhileError:
            if last:
                raise
    return Report(target.name, target.settings.url, put=written.events)


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
        self.file = f"{target.name}-{digest(target.settings.url.encode()).hex()[:8]}"
        known = self.state.read(self.file)
        self.remembered = dict(known.items)
        self.asked = self.state.asked()
        self.report = Report(target.name, target.settings.url)
        self.names = {**known.elsewhere, **{uid: item.name for uid, item in known.items.items() if item.name}}
        """Names of objects that aren't called there as we call them."""
        self.others = known.others
        self.held: set[str] = set()
        """Uids that couldn't be read, or whose changes couldn't be applied to the notes: left alone on the server, and
        retried next time."""
        moves = target.settings.moves == "apply"
        self.notes = ServerChanges(vault, self.report, self.asked, self.held, place=self.file, moves=moves)
        takes = target.settings.tasks and target.settings.inbox
        self.inbox = InboxTasks(vault, there, self.report, known.taken, self._keep) if takes else None
        self._foreign: dict[str, str] = {}
        self._texts: dict[str, bytes] = {}
        self._theirs: dict[str, bytes] = {}

    def run(self) -> Report:
        """Read, apply, put; once more if another program changed something meanwhile."""
        try:
            if self._round() and (late := self._round()):
                names = ", ".join(self.remembered[uid].seen.summary for uid in late if uid in self.remembered)
                words = f"Changed there just now, so left for the next time: {names or len(late)}"
                self.report.told.append(words)
        except RoundsError as error:
            if self.report.is_empty:
                raise
            self.report.stopped = error.message
        finally:
            self._keep()
        return self.report

    def _keep(self) -> None:
        for uid, item in self.remembered.items():
            if item.name != (name := self.names.get(uid, "")):
                self.remembered[uid] = item._replace(name=name)
        taken = self.inbox.seen if self.inbox is not None else None
        elsewhere = {uid: name for uid, name in self.names.items() if uid not in self.remembered}
        self.state.keep(self.file, ServerObjects(self.remembered, self.others, taken, elsewhere))

    def _round(self) -> list[str]:
        items = self._items()
        there = self._read(items)
        self._drop_questions(items)
        wrote = self._apply(items, there)
        if self.inbox is not None:
            wrote |= self.inbox.take(self._foreign)
        if wrote:
            self._keep()
            self.vault.sync()
            items = self._items()
        return self._push(items)

    def _items(self) -> dict[str, Item]:
        (written,) = write_each(self.vault, [self.target.feed])
        form, entries = form_of(self.vault, self.target.feed), written.entries
        if entries is None:
            entries = feed_state(self.vault).read(self.target.feed.name).entries
        texts = written.texts or pieces(content(self.target.feed.path))  # to generate them again takes too long
        found = {}
        for uid, published in entries.items():
            if published.gone is None:
                text = texts.get(uid) or piece(published, form)
                self._texts[uid] = text
                done = form.tasks and published.event.done is not None
                found[uid] = Item(published.event, digest(text).hex(), done)
        return found

    def _read(self, items: Mapping[str, Item]) -> dict[str, Object | None]:
        """The objects on the server that may have changed since the last run, by uid; None for a deleted one."""
        tags = self.there.tags()
        if publish_diff.is_new_calendar(tags, self.remembered):
            self.report.told.append("The calendar there is empty, like a new one: everything is published again.")
            self.remembered.clear()
        uids = {**self.remembered, **items}
        self._find(uids, tags)
        names = {self._name(uid): uid for uid in uids}
        self._foreign = {name: tag for name, tag in tags.items() if name not in names}
        by_uid = {names[name]: tag for name, tag in tags.items() if name in names}
        found = {}
        for uid in publish_diff.to_read(items, by_uid, self.remembered):
            try:
                found[uid] = self._object(uid, by_uid.get(uid))
            except RefusedError as error:
                self._refuse(uid, items, error)
        return found

    def _name(self, uid: str) -> str:
        return self.names.get(uid) or _name(uid)

    def _find(self, uids: Iterable[str], tags: Mapping[str, str]) -> None:
        """Find what has another name there than before, such as after moving it away and back: a uid is an identity.

        The server is only asked if something is missing and names are there that weren't there when it was asked last.
        What it then says of objects that aren't items is kept: another machine's note may be on its way.
        """
        own = {self._name(uid): uid for uid in uids}
        missing = [uid for name, uid in own.items() if name not in tags]
        others = tags.keys() - own.keys() - set(self.names.values())
        if missing and others and _hash(others) != self.others:
            found = self.there.find("VTODO" if self.target.settings.tasks else "VEVENT")
            self.names |= {uid: name for uid, name in found.items() if name in others}
            others -= set(self.names.values())
            self.others = _hash(others)

    def _refuse(self, uid: str, items: Mapping[str, Item], error: RefusedError) -> None:
        """Note that the server refused an object; the others go on."""
        item, before = items.get(uid), self.remembered.get(uid)
        name = item.event.summary if item is not None else before.seen.summary if before is not None else uid
        self.held.add(uid)
        self.report.refused.append(f"{name}: {error.why}")

    def _object(self, uid: str, tag: str | None) -> Object | None:
        """An object on the server, with the ETag of the list: that of a GET may be of its packed form."""
        found = self.there.get(self._name(uid)) if tag is not None else None
        if found is None:
            return None
        self._theirs[uid] = found[1]
        try:
            return Object(tag or found[0], read_remote(found[1], self.vault.settings.timezone))
        except ValueError:
            return Object(tag or found[0], None)

    def _still(self, uid: str, tag: str) -> str:
        """The ETag to write over. A weak one proves nothing, so then the object is read again.

        Raises:
            ChangedMeanwhileError: another program has changed it.
        """
        if publish_diff.is_strong(tag):
            return tag
        found, seen = self._object(uid, ""), self.remembered[uid].seen
        if found is None or found.remote is None or not publish_diff.is_same(found.remote, seen):
            raise ChangedMeanwhileError(f"{self.there.host} has another version meanwhile")
        return found.tag

    def _apply(self, items: Mapping[str, Item], there: Mapping[str, Object | None]) -> bool:
        """Apply what was changed on the server to the notes, as far as permitted; report the rest.

        Each object is remembered once its changes are applied, so that an error in between loses none.

        Returns:
            Whether a note was written.
        """
        wrote = False
        for uid, found in there.items():
            item = items.get(uid)
            state, changes = publish_diff.compare(item, found, self.remembered.get(uid))
            self.held.discard(uid)
            for change in changes:
                wrote |= self.notes.apply(uid, item, change)
            if item is not None and uid in self.held:
                before = self.remembered.get(uid)
                state = state._replace(tag="", seen=item.seen, known=before.known if before is not None else ())
            self.remembered[uid] = state
        self._forget_answered()
        if self.notes.is_asking:
            self._keep()  # before the questions: then what is asked about isn't taken for a new change the next time
            self.notes.keep_questions()
        return wrote

    def _forget_answered(self) -> None:
        """Drop the questions that the notes have answered since."""
        there = {each.key for each in reminders(self.vault)} if self.asked else set()
        for key in self.asked.keys() - there:
            del self.asked[key]
        if self.asked != self.state.asked():
            self.state.keep_asked(self.asked)

    def _push(self, items: Mapping[str, Item]) -> list[str]:
        """Bring the items to the server; return the uids that another program changed meanwhile."""
        late = []
        waiting, back = self._questions(items)
        plan = publish_diff.actions(
            items, self.remembered, held=self.held, asked=self.asked, waiting=waiting, back=back
        )
        self.report.unchanged = len(items) - sum(isinstance(each, Put) for each in plan)
        if sent := publish_diff.intents(plan, items, self.remembered):
            self.remembered |= sent
            self._keep()
        for action in plan:
            uid = action.uid
            try:
                self._act(action, items)
            except ChangedMeanwhileError:
                late.append(uid)
                self.remembered[uid] = self.remembered[uid]._replace(tag="", sent=None)
            except RefusedError as error:
                self._refuse(uid, items, error)
                self.remembered[uid] = self.remembered[uid]._replace(sent=None)
        return late

    def _questions(self, items: Mapping[str, Item]) -> tuple[set[str], set[str]]:
        """Uids of what Today asks about, and of what goes back there, as the answer was no."""
        for uid in server_questions.unasked(self.state.questions(), items, self.remembered):
            if uid not in self.held:
                self.notes.ask(items[uid], self.remembered[uid])
        self.notes.keep_questions()
        return self._drop_questions(items)

    def _drop_questions(self, items: Mapping[str, Item]) -> tuple[set[str], set[str]]:
        """Remove the questions that are over; returns the uids of the others, as `_questions` does."""
        over, waiting, back = server_questions.answered(self.state.questions(), self.file, items, self.remembered)
        self.notes.keep_questions(over)
        return waiting, back

    def _act(self, action: Action, items: Mapping[str, Item]) -> None:
        uid = action.uid
        if isinstance(action, Put):
            before = None if action.tag is None else self._still(uid, action.tag)
            state = self.remembered.get(uid)
            shared = state if state is not None and state.shared and before is not None else None
            seen = items[uid].seen._replace(ours=True)
            text = signed(b"".join((*_HEAD, self._texts[uid], b"END:VCALENDAR\r\n")), seen)
            if shared is not None:
                text, seen = self._in_theirs(uid, text, lasts=items[uid].event.minutes > 0)
            tag = before or ""
            if shared is None or text != self._theirs[uid]:
                tag = self.there.put(self._name(uid), text, before)
                self.report.put += 1
            known = shared.known if shared is not None else ()
            self.remembered[uid] = Remembered(tag, items[uid].mark, seen, known=known, shared=shared is not None)
        elif isinstance(action, Remember):
            self.remembered[uid] = action.state
        else:
            if isinstance(action, Delete):
                self.there.delete(self._name(uid), self._still(uid, action.tag))
                self.report.removed += 1
            del self.remembered[uid]

    def _in_theirs(self, uid: str, ours: bytes, *, lasts: bool) -> tuple[bytes, Remote]:
        """Our version in the object there, in which others may have written.

        Args:
            lasts: whether the plan says how long it takes.

        Raises:
            ChangedMeanwhileError: it's gone.
            RefusedError: it can't be read.
        """
        if uid not in self._theirs and self._object(uid, self.remembered[uid].tag) is None:
            raise ChangedMeanwhileError(f"{self.there.host} has another version meanwhile")
        zone = self.vault.settings.timezone
        try:
            new = merged(self._theirs[uid], ours, zone, lasts=lasts)
            return new, read_remote(new, zone)._replace(completed=None)
        except ValueError as error:
            why = "what is there can't be read, so it stays as it is"
            raise RefusedError(self.there.host, why) from error


def _hash(names: Iterable[str]) -> str:
    return digest("\n".join(sorted(names)).encode()).hex()


_HEAD = (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:", PRODID.encode(), b"\r\n")
"""Above a single event or task (RFC 4791 4.1)."""


def _name(uid: str) -> str:
    """Name of an object on a server, safe in every URL."""
    return uid.replace("@", "-") + ".ics"

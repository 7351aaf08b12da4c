"""The vault's reminders as calendar feeds: a file for each `[feeds.NAME]` of rounds.toml, and one of tasks if asked."""

import json
import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, time
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from rounds.calendar.feed_carryover import AMONG, WRITTEN, of_unreadable, on_last_good_day
from rounds.calendar.feed_places import check_place, feed_state, made_by
from rounds.calendar.ics import Form, Head, calendar, piece, pieces
from rounds.domain.feed import FeedEvent, Known, closed_events, feed_events, published, waiting_event
from rounds.domain.followup import FollowUp, Status
from rounds.domain.partner import RESTING
from rounds.domain.problem import Problem
from rounds.domain.reminders.reminder import Reminder, with_keys
from rounds.domain.settings import LEVELS, FeedSettings
from rounds.errors import QueryError, RoundsError, SettingsError, StoppedError, VanishedError
from rounds.exports.obsidian import link_from, link_into
from rounds.notes.links import plain
from rounds.storage.feed_state import FeedState, PublishedFeed
from rounds.storage.files import digest
from rounds.storage.output_file import read_feed, write_feed
from rounds.storage.settings import FILE
from rounds.vault.sync import Progress, no_progress
from rounds.vault.workdays import working_days

if TYPE_CHECKING:
    from rounds.vault.vault import Vault

TASKS = ".tasks"
"""At the end of the name of a feed that holds tasks; no table of rounds.toml can have a dot in its name."""

_STRIDE = 100
"""Events between two steps."""

_T = TypeVar("_T")


class Feed(NamedTuple):
    """A feed of a vault, as a file.

    Attributes:
        name: of its table in rounds.toml, with `.tasks` behind it where it holds tasks; also of its book.
        title: of the calendar, as clients show it.
        path: of the file on this machine.
    """

    name: str
    title: str
    path: str
    settings: FeedSettings

    @property
    def tasks(self) -> bool:
        """Whether it holds VTODOs."""
        return self.name.endswith(TASKS)

    @property
    def level(self) -> str:
        """How much it tells: one of LEVELS."""
        return self.settings.level


class WrittenFeed(NamedTuple):
    """A feed file.

    Attributes:
        events: how many it holds, those that are done included.
        changed: False where the file was up to date.
        faults: dates of follow-ups that can't be; their events stay on the day on which they stood.
        ended: whether rounds.toml has no such feed any more, and the file says so.
    """

    name: str
    path: str
    events: int
    changed: bool
    faults: tuple[Problem, ...] = ()
    ended: bool = False


def write_each(vault: "Vault", feeds: Iterable[Feed]) -> list[WrittenFeed]:
    """Write some feeds as `write_feeds` does; they need not be those of rounds.toml."""
    written, errors = written_feeds(vault, feeds)
    if errors:
        raise errors[0]
    return written


def written_feeds(
    vault: "Vault", feeds: Iterable[Feed], step: Progress = no_progress
) -> tuple[list[WrittenFeed], list[RoundsError]]:
    from rounds.vault.reminders import reminders

    vault.need_settings()
    if not os.path.isfile(os.path.join(vault.root, FILE)):
        raise VanishedError(
            f"{FILE} is gone from {vault.root}; the feeds are as they were", hint="Is the folder there and mounted?"
        )
    if not vault.rows("SELECT 1 FROM meta LIMIT 1"):
        vault.sync()  # an index that was never filled would give a calendar without a single event
    state = feed_state(vault)
    with state.locked():
        found = reminders(vault, step)
        return try_each(lambda feed: _write(vault, feed, state, found, step), feeds)


def try_each(write: Callable[[_T], WrittenFeed], each: Iterable[_T]) -> tuple[list[WrittenFeed], list[RoundsError]]:
    """Write all that can be written, and why the others can't."""
    written, errors = [], []
    for one in each:
        try:
            written.append(write(one))
        except StoppedError:
            raise
        except RoundsError as error:
            errors.append(error)
    return written, errors


def feeds_of(vault: "Vault", to: str = "") -> list[Feed]:
    """The feeds of rounds.toml, whether they were ever written or not.

    Args:
        vault: whose settings count.
        to: folder for the files, or a file name that ends in `.ics` where there is one feed; empty for the place
            that config.toml names, else the user's data folder.

    Raises:
        SettingsError: `to` is one file, and there are several feeds.
    """
    found: list[Feed] = []
    for name, settings in vault.settings.feeds.items():
        title = settings.name or ("Rounds" if name == "reminders" else f"Rounds: {name}")
        names = (name, f"{name}{TASKS}") if settings.tasks else (name,)
        found += [Feed(each, title, os.path.join(to or feed_folder(vault), f"{each}.ics"), settings) for each in names]
    if not to.endswith(".ics"):
        return found
    if len(found) != 1:
        raise SettingsError(f"{to} is one file, and rounds.toml has {len(found)} feeds", hint="Name a folder instead.")
    return [found[0]._replace(path=to)]


def elsewhere(vault: "Vault", feed: Feed, place: str, level: str, *, tasks: bool = False) -> Feed:
    """A feed as it leaves this machine: with a file and a book of its own, and telling no more than a level lets out.

    Args:
        place: a name for where it goes.
        level: one of LEVELS; that of the feed counts where it is stricter.
        tasks: whether it is one of tasks.
    """
    name = f"{feed.name.removesuffix(TASKS)}@{place}{TASKS if tasks else ''}"
    settings = feed.settings._replace(level=max(feed.level, level, key=LEVELS.index))
    return feed._replace(name=name, path=os.path.join(vault.data, "remote", f"{name}.ics"), settings=settings)


def feed_folder(vault: "Vault") -> str:
    """Where the feeds of this vault lie on this machine."""
    return os.path.expanduser(vault.config.feeds) if vault.config.feeds else os.path.join(vault.data, "feeds")


def form_of(vault: "Vault", feed: Feed) -> Form:
    """What the text of the feed's events depends on, beside themselves."""
    hours, _, minutes = feed.settings.alarm.partition(":")
    alarm = int(hours) * 60 + int(minutes) if minutes else None
    return Form(vault.settings.timezone, feed.settings.minutes, alarm, feed.tasks)


def _write(vault: "Vault", feed: Feed, state: FeedState, found: Sequence[Reminder], step: Progress) -> WrittenFeed:
    book = state.read(feed.name)
    events, faults = _events(vault, feed, book, found)
    if not events:
        _check_meant(vault, feed.path)
    return put(vault, feed, book, events, step)._replace(faults=faults)


def put(
    vault: "Vault", feed: Feed, book: PublishedFeed, events: Sequence[FeedEvent], step: Progress = no_progress
) -> WrittenFeed:
    """Write these events as the whole of a feed, with stamps by what was published last. The books have to be locked.

    Raises:
        StoppedError: by `step`; the file stays as it is.
        RoundsError: the file is another vault's, or can't be written; it stays as it is.
    """
    form, today = form_of(vault, feed), vault.today()
    begun = form.moment(today, time()).replace(tzinfo=UTC)
    anew = bool(book.form) and book.form != repr(form)
    entries = published(events, book.entries, today, begun, feed.settings.done, anew=anew)
    head = Head(feed.title, feed.settings.refresh, feed.settings.color)
    new = PublishedFeed(entries, feed.level, repr(form), repr(head), book.digest, feed.settings.query)
    there = read_feed(feed.path)
    written = WrittenFeed(feed.name, os.path.abspath(feed.path), len(events), changed=False)
    ours = digest(there).hex() == book.digest
    if new == book and ours:
        return written
    check_place(vault, feed.path, book)
    texts = pieces(there) if ours and not anew else {}
    data = calendar(head, _texts(entries, book.entries, texts, form, step))
    feed_state(vault).write(feed.name, new._replace(digest=digest(data).hex()))
    return written._replace(changed=write_feed(feed.path, data, made_by(vault, feed.path, book)))


def _texts(entries: Known, before: Known, texts: Mapping[str, bytes], form: Form, step: Progress) -> Iterator[bytes]:
    """The text of each event, by day and identity; that of an event which stands as it stood is taken from the file."""
    there = [each for each in entries.values() if each.gone is None]
    in_order = sorted(there, key=lambda each: (each.event.day or date.max, each.event.uid))
    for done, each in enumerate(in_order):
        if not done % _STRIDE:
            step(done, len(in_order))
        uid = each.event.uid
        old = before.get(uid)
        same = old is not None and old.gone is None and old.sequence == each.sequence
        yield (texts.get(uid) if same else None) or piece(each, form)


def _events(
    vault: "Vault", feed: Feed, book: PublishedFeed, found: Sequence[Reminder]
) -> tuple[list[FeedEvent], tuple[Problem, ...]]:
    """What the feed holds now: the open ones, one for those that wait, and those that were done of late.

    And what is wrong with dates of follow-ups whose events stay as they were.
    """
    today, settings = vault.today(), feed.settings
    paths = _paths(vault, feed)
    covered = [_readable(reminder) for reminder in found if paths is None or reminder.path in paths]
    covered, faults = on_last_good_day(vault, covered, book.entries)
    events = feed_events(
        covered,
        settings,
        today,
        known=book.entries,
        is_working_day=working_days(vault.settings),
        link=_link(vault),
        tasks=feed.tasks,
    )
    present = {event.uid for event in events}
    missing = [uid for uid, each in book.entries.items() if each.gone is None and uid not in present]
    if missing and book.level == feed.level:
        gone = [book.entries[uid].event for uid in missing]
        held = of_unreadable(vault, gone, paths, same=book.query == settings.query)
        ended = _Ended(vault, gone, found, paths)
        events += [*held, *closed_events(book.entries, present | {e.uid for e in held}, ended, settings, today)]
    if not feed.tasks:
        events += waiting_event(events, settings.waiting, today, f"{vault.vault_id}\0{feed.name}")
    return events, faults


def _paths(vault: "Vault", feed: Feed) -> Collection[str] | None:
    """The notes that a feed's query finds; None for all."""
    if not feed.settings.query:
        return None
    from rounds.vault.queries import listed

    try:
        return {entry.path for entry in listed(vault, feed.settings.query, types=())}
    except QueryError as error:
        what = f"{FILE}: [feeds.{feed.name}] query: {error.message}"
        raise QueryError(what, query=error.query, position=error.position, hint=error.hint) from error


def _readable(reminder: Reminder) -> Reminder:
    """A reminder with the links in its words as readers see them."""
    words = plain(reminder.title)
    return reminder if words == reminder.title else replace(reminder, title=words)


def _link(vault: "Vault") -> Callable[[str], str]:
    """What gives the obsidian:// link of a note; to nowhere where the vault is not one of Obsidian."""
    start = link_into(vault.root)
    return partial(link_from, start) if start else lambda _: ""


class _Ended:
    """Tells whether what an event was about was done, where it is not open any more."""

    def __init__(
        self,
        vault: "Vault",
        missing: Sequence[FeedEvent],
        found: Sequence[Reminder],
        paths: Collection[str] | None,
    ) -> None:
        notes = {event.note for event in missing}
        ids = (json.dumps(sorted(notes)),)
        about = [reminder for reminder in found if reminder.note_id in notes]
        self._today, self._rules = vault.today(), vault.settings.rules
        self._open = {(r.note_id, r.rule, r.cause) for r in about}
        self._again = {(r.note_id, r.rule) for r in about}
        self._stages = {
            entry.id: entry.properties.get("stage")
            for entry in vault.entries(f"n.id {AMONG}", ids)
            if paths is None or entry.path in paths
        }
        lines = defaultdict(list)
        sql = "SELECT f.note, n.id, f.text, f.status, f.block FROM followups f JOIN notes n ON n.key = f.note"
        for note, id_, text, status, block in vault.rows(f"{sql} WHERE n.id {AMONG} ORDER BY f.note, f.line", ids):
            lines[note, id_].append(FollowUp(str(text), Status(str(status)), block=str(block)))
        self._ticked = {
            (id_, cause)
            for (_, id_), followups in lines.items()
            for followup, cause in with_keys(followups)
            if followup.status is Status.DONE
        }

    def __call__(self, event: FeedEvent) -> bool:
        """A line that was taken out, or a partner who rests, is not done. Nor is what only moved to another day."""
        if event.note not in self._stages or event.key in self._open:
            return False
        if event.done:
            return True
        if event.rule in WRITTEN:
            return (event.note, event.cause) in self._ticked
        moved = event.day is not None and event.day > self._today and (event.note, event.rule) in self._again
        return not moved and self._rules[event.rule].on and self._stages[event.note] not in RESTING


def _check_meant(vault: "Vault", path: str) -> None:
    """A feed that had events is not emptied by a vault without people, such as one that is only half there.

    The index knows what it had before, but may itself be new.
    """
    if vault.sure or vault.rows("SELECT 1 FROM notes WHERE type IN ('partner', 'organization', 'release') LIMIT 1"):
        return
    if pieces(read_feed(path)):
        raise VanishedError(
            f"the vault has no partner any more; the feed {path} is left as it was",
            hint="Is the disk mounted, has the sync finished? If it was meant: rounds --yes-really feed write",
        )

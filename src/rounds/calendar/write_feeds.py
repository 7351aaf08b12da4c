"""Calendar feeds of the vault's reminders, written to files; and the end of those removed from rounds.toml."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, time
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from rounds.calendar import feed_unchanged
from rounds.calendar.feed_carryover import WRITTEN, neutral_events, of_unreadable, on_last_good_day, written
from rounds.calendar.feeds import TASKS, Feed, check_place, feed_folder, feed_state, feeds_of, form_of, made_by
from rounds.calendar.ics import Form, Head, calendar, piece, pieces
from rounds.domain.feed import (
    FeedEvent,
    Known,
    closed_events,
    event_uid,
    feed_events,
    published,
    travel_events,
    waiting_event,
)
from rounds.domain.log_followups import Status
from rounds.domain.partner_referral_release import RESTING
from rounds.domain.reminders.reminder import Reminder
from rounds.domain.settings import FeedSettings
from rounds.errors import Problem, QueryError, RoundsError, StoppedError, VanishedError
from rounds.exports.editor_clipboard_mail_obsidian import link_from, link_into
from rounds.index import queries
from rounds.index import queries_activity as activity
from rounds.notes.links import plain
from rounds.storage.feed_state import FeedState, PublishedFeed
from rounds.storage.files import digest
from rounds.storage.locks_private_output_files import read_output, write_output
from rounds.storage.rounds_toml import FILE
from rounds.vault.index_sync import Progress, no_progress
from rounds.vault.outgoing import concerns_of, neutral, neutral_reminders
from rounds.vault.reminders import has_followups, lapsed, working_days

if TYPE_CHECKING:
    from rounds.vault.vault import Vault

_STRIDE = 100
"""Events between two progress calls."""

_ENDED = "This calendar has ended"

_T = TypeVar("_T")


class WrittenFeed(NamedTuple):
    """Result of writing a feed file.

    Attributes:
        events: number of its events, including done ones.
        changed: False if the file was up to date.
        faults: impossible dates of follow-ups; their events stay on their last day.
        ended: whether the feed is gone from rounds.toml, and the file says so.
        entries: the published state, by uid, for publishing; None if it wasn't read, as nothing has changed.
        texts: the text of each event in the file, by uid, for publishing; None if it wasn't written.
    """

    name: str
    path: str
    events: int
    changed: bool
    faults: tuple[Problem, ...] = ()
    ended: bool = False
    entries: Known | None = None
    texts: Mapping[str, bytes] | None = None


def write_feeds(vault: "Vault", to: str = "", step: Progress = no_progress) -> list[WrittenFeed]:
    """Write every feed that has changed since it was last written; end feeds that rounds.toml no longer has.

    A feed that can't be written doesn't stop the others from being written or ended.

    Args:
        vault: in sync.
        to: as for `feeds_of`.
        step: progress callback, for each feed.

    Raises:
        StoppedError: by `step`; feeds not replaced by then stay as they were.
        SettingsError: a feed's settings can't be used, or none can be read; the last good feeds stay.
        VanishedError: the vault, or every note that a reminder could come from, is gone; the last good feed stays.
        RoundsError: a file can't be written; the last good feed stays.
    """
    vault.need_settings()
    written, errors = written_feeds(vault, feeds_of(vault, to), step)
    ended, more = end_others(vault)
    if errors or more:
        raise [*errors, *more][0]
    return [each._replace(entries=None, texts=None) for each in written + ended]


def write_each(vault: "Vault", feeds: Iterable[Feed]) -> list[WrittenFeed]:
    """Write some feeds as `write_feeds` does; they needn't be those of rounds.toml."""
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
    if not vault.ask(activity.is_filled):
        vault.sync()  # an index that was never filled would give a calendar without a single event
    state = feed_state(vault)
    with state.locked():
        found = cache(lambda: reminders(vault, step))
        return try_each(lambda feed: _write(vault, feed, state, found, step), feeds)


def events_now(vault: "Vault", feed: Feed) -> list[FeedEvent]:
    """The events that a feed would have if it were written now. Nothing is written."""
    from rounds.vault.reminders import reminders

    vault.need_settings()
    return _events(vault, feed, feed_state(vault).read(feed.name), reminders(vault))[0]


def try_each(write: Callable[[_T], WrittenFeed], each: Iterable[_T]) -> tuple[list[WrittenFeed], list[RoundsError]]:
    """Write all that can be written; also return the errors of the others."""
    written, errors = [], []
    for one in each:
        try:
            written.append(write(one))
        except StoppedError:
            raise
        except RoundsError as error:
            errors.append(error)
    return written, errors


def _write(
    vault: "Vault", feed: Feed, state: FeedState, found: Callable[[], Sequence[Reminder]], step: Progress
) -> WrittenFeed:
    made_from = feed_unchanged.sources(vault, feed)
    last = feed_unchanged.last_written(vault, feed, state, made_from)
    if last is not None:
        return WrittenFeed(feed.name, os.path.abspath(feed.path), last.events, changed=False, faults=(*last.faults,))
    before = state.read(feed.name)
    events, faults = _events(vault, feed, before, found())
    if not events:
        _check_has_people(vault, feed.path)
    result = put(vault, feed, state, before, events, step=step)._replace(faults=faults)
    if events:
        feed_unchanged.keep(vault, feed, state, made_from, feed_unchanged.LastWritten(len(events), faults))
    return result


def put(
    vault: "Vault",
    feed: Feed,
    state: FeedState,
    before: PublishedFeed,
    events: Sequence[FeedEvent],
    *,
    step: Progress = no_progress,
) -> WrittenFeed:
    """Write a feed that holds exactly these events, with stamps based on its last state. Lock the states first.

    Raises:
        StoppedError: by `step`; the file stays as it is.
        RoundsError: the file is another vault's, or can't be written; it stays as it is.
    """
    form, today = form_of(vault, feed), vault.today()
    begun = form.moment(today, time()).replace(tzinfo=UTC)
    anew = bool(before.form) and before.form != form.mark
    entries = published(events, before.entries, today, begun, feed.settings.done, anew=anew)
    head = Head(neutral(vault, feed.title), feed.settings.refresh, feed.settings.color)
    new = PublishedFeed(entries, feed.level, form.mark, repr(head), before.digest, feed.settings.query)
    there = read_output(feed.path)
    written = WrittenFeed(feed.name, os.path.abspath(feed.path), len(events), changed=False, entries=entries)
    ours = digest(there).hex() == before.digest
    if new == before and ours:
        return written
    check_place(vault, feed.path, before)
    texts = dict(_texts(entries, before.entries, pieces(there) if ours and not anew else {}, form, step))
    data = calendar(head, texts.values())
    state.write(feed.name, new._replace(digest=digest(data).hex()))
    return written._replace(changed=write_output(feed.path, data, made_by(vault, feed.path, before)), texts=texts)


def _texts(
    entries: Known, before: Known, texts: Mapping[str, bytes], form: Form, step: Progress
) -> Iterator[tuple[str, bytes]]:
    """Uid and text of each event, sorted by day and uid; taken from the old file if the event is unchanged."""
    there = [each for each in entries.values() if each.gone is None]
    in_order = sorted(there, key=lambda each: (each.event.day or date.max, each.event.uid))
    for done, each in enumerate(in_order):
        if not done % _STRIDE:
            step(done, len(in_order))
        uid = each.event.uid
        old = before.get(uid)
        same = old is not None and old.gone is None and old.sequence == each.sequence
        yield uid, (texts.get(uid) if same else None) or piece(each, form)


def _events(
    vault: "Vault", feed: Feed, before: PublishedFeed, found: Sequence[Reminder]
) -> tuple[list[FeedEvent], tuple[Problem, ...]]:
    """The feed's events now: open ones, one for those that wait, and recently done ones.

    Also the problems with dates of follow-ups whose events stay unchanged.
    """
    today, settings = vault.today(), feed.settings
    paths = _paths(vault, feed)
    covered = [reminder for reminder in found if paths is None or reminder.path in paths]
    concerns = concerns_of(vault, {reminder.path for reminder in covered})
    covered = [_readable(reminder) for reminder in neutral_reminders(vault, covered, concerns)]
    covered, faults = on_last_good_day(vault, covered, before.entries)
    start = link_into(vault.root)  # empty if the vault isn't in Obsidian
    events = feed_events(
        covered,
        settings,
        today,
        known=before.entries,
        is_working_day=working_days(vault.settings),
        link=lambda path: link_from(start, path) if start and 0 not in (concerns.get(path) or ()) else "",
        tasks=feed.tasks,
    )
    present = {event.uid for event in events}
    missing = [uid for uid, each in before.entries.items() if each.gone is None and uid not in present]
    if missing and before.level == feed.level:
        gone = [before.entries[uid].event for uid in missing]
        held = of_unreadable(vault, gone, paths, same=before.query == settings.query)
        ended = _Ended(vault, gone, found, paths)
        closed = closed_events(before.entries, present | {e.uid for e in held}, ended, settings, today)
        events += neutral_events(vault, [*held, *closed])
    if not feed.tasks:
        travel = [*travel_events(events)]
        events += waiting_event(events, neutral(vault, settings.waiting), today, f"{vault.vault_id}\0{feed.name}")
        events += travel
    return events, faults


def _paths(vault: "Vault", feed: Feed) -> Collection[str] | None:
    """The notes that a feed's query finds; None for all."""
    if not feed.settings.query:
        return None
    from rounds.vault.list_search import listed

    try:
        return {entry.path for entry in listed(vault, feed.settings.query, types=())}
    except QueryError as error:
        what = f"{FILE}: [feeds.{feed.name}] query: {error.message}"
        raise QueryError(what, query=error.query, position=error.position, hint=error.hint) from error


def _readable(reminder: Reminder) -> Reminder:
    """A reminder with the links in its title as plain text."""
    words = plain(reminder.title)
    return reminder if words == reminder.title else replace(reminder, title=words)


class _Ended:
    """Test whether an event that is no longer open was done."""

    def __init__(
        self,
        vault: "Vault",
        missing: Sequence[FeedEvent],
        found: Sequence[Reminder],
        paths: Collection[str] | None,
    ) -> None:
        notes = {event.note for event in missing}
        about = [reminder for reminder in found if reminder.note_id in notes]
        self._today, self._rules = vault.today(), vault.settings.rules
        self._open = {(r.note_id, r.rule, r.cause) for r in about}
        self._again = {(r.note_id, r.rule) for r in about}
        entries = [*vault.ask(queries.notes_with_id, *notes)]
        self._stages = {
            entry.id: entry.properties.get("stage")
            for entry in entries
            if (paths is None or entry.path in paths) and has_followups(vault, entry.path, entry.type)
        }
        self._lapsed = lapsed(vault, [entry.key for entry in entries])
        self._ticked = {key for key, (_, followup) in written(vault, notes).items() if followup.status is Status.DONE}

    def __call__(self, event: FeedEvent) -> bool:
        """A deleted line, a resting partner, a move to another day or thanks no longer owed don't count as done."""
        if event.note not in self._stages or event.key in self._open or event.key in self._lapsed:
            return False
        if event.done:
            return True
        if event.rule in WRITTEN:
            return (event.note, event.cause) in self._ticked
        moved = event.day is not None and event.day > self._today and (event.note, event.rule) in self._again
        return not moved and self._rules[event.rule].on and self._stages[event.note] not in RESTING


def _check_has_people(vault: "Vault", path: str) -> None:
    """Refuse to empty a feed because of a vault without people, such as one that is only half there.

    A new index doesn't know what the vault had before, so look at the feed file.
    """
    if vault.sure or vault.ask(queries.has_notes, "partner", "organization", "release"):
        return
    if pieces(read_output(path)):
        raise VanishedError(
            f"the vault has no partner any more; the feed {path} is left as it was",
            hint="Is the disk mounted, has the sync finished? If that was on purpose: rounds --yes-really feed write",
        )


# Retired feeds ------------------------------------------------------------------------------------------------------


def end_others(vault: "Vault") -> tuple[list[WrittenFeed], list[RoundsError]]:
    """Replace the events of each removed feed by one that says so, on the day the removal was found.

    Clients and vdirsyncer take an empty calendar for a broken one, and without the file they would show the old events
    forever. While rounds.toml has a problem, no feed ends, since a table may be missing by mistake. A feed that comes
    back continues where it was.

    Returns:
        Feeds that ended just now, and the errors of the others.
    """
    state = feed_state(vault)
    there = {feed.name for feed in feeds_of(vault)}
    others = [name for name in state.names() if name not in there and "@" not in name]
    if not others or vault.settings_problems:
        return [], []
    with state.locked():
        found, errors = try_each(lambda name: _end(vault, name), others)
    return [written for written in found if written.changed], errors


def _end(vault: "Vault", name: str) -> WrittenFeed:
    """End one feed, if its last written file is unchanged."""
    state = feed_state(vault)
    path, before = os.path.join(feed_folder(vault), f"{name}.ics"), state.read(name)
    if not before.digest or digest(read_output(path)).hex() != before.digest:
        return WrittenFeed(name, path, 0, changed=False, ended=True)
    feed = Feed(name, f"Rounds: {name.removesuffix(TASKS)}", path, FeedSettings(level=before.level))
    uid = event_uid(f"ended\0{vault.vault_id}\0{name}")
    known = before.entries.get(uid)
    day = known.event.day if known is not None and known.gone is None else vault.today()
    event = FeedEvent(uid, day, _ENDED, done=day if feed.tasks else None)
    return put(vault, feed, state, before, [event])._replace(ended=True)

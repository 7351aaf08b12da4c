"""`rounds feed publish`, by hand and by itself."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import click

from rounds.cli.options import command
from rounds.cli.output import say
from rounds.cli.session import Session
from rounds.domain.phrases import counted
from rounds.errors import RoundsError

if TYPE_CHECKING:
    from rounds.calendar.publish_back import Report
    from rounds.calendar.publish_targets import Target
    from rounds.storage.user_config import PublishSettings

_PUBLISH = (
    '{"published": [{"name", "place", "put", "removed", "unchanged", "ticked": [TEXT], "reopened": [TEXT], '
    '"cancelled": [TEXT], "noted": [TEXT], "asked": [TEXT], "moved": [TEXT], "proposed": [TEXT], '
    '"inbox": [TEXT], "told": [TEXT], "refused": [TEXT], "stopped": TEXT}]}'
)


@command("publish", _PUBLISH)
@click.argument("names", nargs=-1, metavar="[NAME]...")
def publish(session: Session, names: tuple[str, ...]) -> None:
    """Publish feeds to a calendar server or a file.

    Publishes to the `[publish.NAME]` tables in config.toml, all or those you name. Tasks ticked off, reopened or
    cancelled on the server are updated in your notes, and notes typed about them are added; new tasks made there go
    into Inbox.md. Today asks what you did if a reminder ticked off came from a rule, and whether to take over what was
    moved or deleted there. All other changes there are reported, and your notes stay unchanged.
    To create a table: `rounds feed setup`
    """
    from rounds.calendar.publish_targets import targets
    from rounds.vault.grace_period import sync_until_stable

    sync_until_stable(session.unsynced_vault.sync)
    vault = session.vault
    vault.need_settings()
    reports: list[Report] = []
    failed: list[RoundsError] = []
    for target in targets(vault, names):
        try:
            reports.append(published(session, target))
            failed += incomplete(reports[-1])
        except RoundsError as error:  # one unreachable server doesn't block the others
            failed.append(error)
    for each in failed[:-1]:
        say(f"rounds: {each.message}")
    if reports or not failed:
        session.out.show(
            lambda: {"published": [vars(report) for report in reports]},
            lambda: [line for report in reports for line in report_lines(report)],
        )
    if failed:
        raise failed[-1]


def published(session: Session, target: "Target", word: str = "", *, warn: bool = True) -> "Report":
    """Publish to one target.

    Args:
        word: its password; empty to read it from the keyring or the command in config.toml.
        warn: whether to tell that the password goes out unencrypted.
    """
    from rounds.calendar.feed_addresses_passwords import is_loopback, password
    from rounds.calendar.publish_back import publish as to

    settings = target.settings
    open_air = settings.url.startswith("http://") and not is_loopback(urlsplit(settings.url).hostname or "")
    if warn and target.asks and open_air:
        say(f"The password goes to {settings.url} unencrypted, so others could read it. Is there an https:// address?")
    if target.asks and not word:
        word = password(settings.url, settings.user, settings.password_command)
    return to(session.vault, target, word)


def incomplete(report: "Report") -> list[RoundsError]:
    """What kept a target from being up to date."""
    found = []
    if report.refused:
        words = counted(len(report.refused), "item was refused", "items were refused")
        hint = "The others are up to date. Rounds tries these again each time."
        found.append(RoundsError(f"{report.name}: {words} by the server", hint=hint))
    if report.stopped:
        hint = "What is listed above was done. Try again later for the rest."
        found.append(RoundsError(f"{report.name}: {report.stopped}", hint=hint))
    return found


_NEWS = {
    "ticked": "Ticked off there, now also in your notes: ",
    "reopened": "Reopened there, now also in your notes: ",
    "cancelled": "Cancelled there, now also in your notes: ",
    "moved": "Moved there, now also in your notes: ",
    "noted": "Typed there, now also in your notes: ",
    "inbox": "Made there, now also in Inbox.md: ",
    "told": "",
    "refused": "Refused: ",
    "proposed": "Today asks about it: ",
}
"""Lists of a report, with the words before each of their items."""


def report_lines(report: "Report") -> Iterator[str]:
    """The result of publishing, in words."""
    counts = [f"{report.put} written"] if report.put else []
    counts += [f"{report.removed} removed"] if report.removed else []
    yield f"{report.name}  {report.place}: {', '.join(counts) or 'unchanged'}"
    for name, before in _NEWS.items():
        yield from (f"  {before}{words}" for words in getattr(report, name))
    if report.asked:
        yield f"  Ticked off there; Today asks about it: {'; '.join(report.asked)}"


# By itself -----------------------------------------------------------------------------------------------------------

QUIET = 10.0
"""Seconds without a change in the notes, or since the machine woke up, before publishing."""

RETRY = 60.0
"""Seconds from a first failure to the next try, and between tries for the lock. The wait doubles with each failure."""

LONGEST = 3600.0
"""Maximum wait after failures, in seconds, unless `every` is longer."""

_ASLEEP = 60.0
"""Seconds without a turn after which the machine was asleep: usually there is one each second."""


@dataclass
class _Turn:
    """When a target's turn is next.

    Attributes:
        due: the time, in seconds since 1970.
        quiet: the time after a change at which it counts as complete; None if nothing has changed.
        failures: their number since the last success.
        told: troubles and refused items that were told and aren't over.
        tried: whether it was tried before.
    """

    settings: "PublishSettings"
    due: float
    quiet: float | None = None
    failures: int = 0
    told: set[str] = field(default_factory=set)
    tried: bool = False

    def wait(self) -> float:
        """Seconds until the next turn."""
        every = self.settings.every * 60.0
        if not self.failures:
            return every
        return min(RETRY * 2.0 ** min(self.failures - 1, 20), max(every, LONGEST))


def automatic(session: Session) -> dict[str, "PublishSettings"]:
    """The tables of config.toml that are published by itself for this vault, as the file is now.

    Raises:
        SettingsError: the file, or one of its tables, can't be used.
    """
    from rounds.storage.user_config import publish_settings, read_config

    vault_id = session.vault.vault_id
    tables = publish_settings(read_config()).items()
    return {name: each for name, each in tables if each.automatic and each.vault in ("", vault_id)}


class Automatic:
    """Publishing by itself to the targets with `automatic = true`, as a context manager.

    A long-running command calls `turn` about once a second. Only one process of this machine publishes a vault; another
    one takes over when it ends. Changes of config.toml are followed.

    Args:
        session: its vault is kept in sync by the caller.
        clock: returns seconds since 1970.
    """

    def __init__(self, session: Session, clock: Callable[[], float] = time.time) -> None:
        self._session = session
        self._clock = clock
        self._last = clock()
        self._stamp: object = ()
        self._turns: dict[str, _Turn] = {}
        self._lock = ExitStack()
        self._alone = False
        self._told = ""
        self._running = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.close()

    def stop(self) -> None:
        """Break off publishing, from a signal handler. The next run finds what is done, as after a kill.

        Raises:
            KeyboardInterrupt: it is publishing; `turn` catches it.
        """
        if self._running:
            raise KeyboardInterrupt

    def changed(self) -> None:
        """Note that reminders may have changed."""
        for each in self._turns.values():
            each.quiet = self._clock() + QUIET

    def turn(self) -> None:
        """Publish where it's time: after a change, or to look for changes there."""
        now = self._clock()
        self._follow_config(now)
        awoke = now - self._last > _ASLEEP
        for name, each in self._turns.items():
            if awoke:
                each.failures, each.due = 0, now + QUIET
            each.due = min(each.due, now + each.wait())  # the clock was set back
            if self._is_time(name, each, now) and self._session.vault.vanished is None:
                self._try(name, each)
        self._last = self._clock()

    def _follow_config(self, now: float) -> None:
        from rounds.storage.files import stamp_of
        from rounds.storage.user_config import config_path

        stamp: object = None
        with suppress(OSError):  # usually there is none
            stamp = stamp_of(config_path())
        if stamp == self._stamp:
            return
        self._stamp = stamp
        before, self._turns = self._turns, {}
        try:
            tables = automatic(self._session)
        except RoundsError as error:
            say(f"rounds: {error.message}. Nothing is published by itself until this is fixed.")
            return
        for name, settings in tables.items():
            had = before.get(name)
            self._turns[name] = had if had is not None and had.settings == settings else _Turn(settings, now)
        if self._turns.keys() - before.keys():
            say(f"Publishing by itself: {', '.join(self._turns)}.")
        if ended := before.keys() - self._turns.keys():
            say(f"No longer published by itself: {', '.join(sorted(ended))}.")

    def _is_time(self, name: str, each: _Turn, now: float) -> bool:
        """Whether to publish now. A change that leaves the feed as it was needs no request."""
        from rounds.calendar.publish_targets import target_of
        from rounds.calendar.write_feeds import write_each

        if now >= each.due:
            return self._is_alone(each, now)
        if each.quiet is None or now < each.quiet or each.failures or not self._alone:
            return False
        each.quiet = None
        try:
            target = target_of(self._session.vault, name, each.settings)
            return not target.on_server or write_each(self._session.vault, [target.feed])[0].changed
        except RoundsError:
            return True  # publishing meets the same error, and tells it

    def _is_alone(self, each: _Turn, now: float) -> bool:
        """Whether no other process of this machine publishes the vault by itself."""
        from rounds.storage.locks_private_output_files import locked, make_folder

        if self._alone:
            return True
        words = "Another program of this machine publishes this vault by itself. When it ends, this one takes over."
        try:
            make_folder(self._session.vault.data)
            with ExitStack() as lock:
                self._alone = lock.enter_context(locked(os.path.join(self._session.vault.data, "automatic.lock"), 0))
                if self._alone:
                    self._lock = lock.pop_all()
        except OSError as error:
            words = f"rounds: nothing can be published by itself: {error}"
        if self._alone:
            self._told = ""
            return True
        if words != self._told:
            self._told = words
            say(words)
        each.due = now + RETRY
        return False

    def _try(self, name: str, each: _Turn) -> None:
        from rounds.calendar.publish_targets import target_of
        from rounds.vault.watch import in_words

        each.quiet = None
        troubles: list[str] = []
        refused: list[str] = []
        failed = False
        try:
            self._running = True
            self._session.vault.need_settings()
            target = target_of(self._session.vault, name, each.settings)
            report = published(self._session, target, warn=not each.tried)
            self._running = False
            refused, failed = report.refused, bool(report.stopped)
            troubles += [error.message for error in incomplete(report)]
            self._tell(report, each)
        except KeyboardInterrupt:
            self._running = False
            return
        except Exception as error:  # noqa: BLE001 - reported; watching continues
            self._running = False
            failed = True
            troubles.append(f"{name}: {in_words(error, 'publishing failed')}")
        each.tried = True
        self._settle(name, each, troubles, refused, failed=failed)

    def _settle(self, name: str, each: _Turn, troubles: list[str], refused: list[str], *, failed: bool) -> None:
        """Tell what is new, and set the next turn. Refused items keep no others waiting, so they're no failure."""
        for words in troubles:
            if words not in each.told:
                say(f"rounds: {words}. It's tried again by itself.")
        if (each.failures and not failed) or (each.told and not troubles):
            say(f"{name}: publishing works again.")
        each.told = {*troubles, *refused, *(each.told if failed else ())}
        each.failures = each.failures + 1 if failed else 0
        each.due = self._clock() + each.wait()

    def _tell(self, report: "Report", each: _Turn) -> None:
        """Print a report with news, on one line."""
        report.refused = [words for words in report.refused if words not in each.told]
        if not report.is_empty or report.told:
            now = datetime.now().astimezone().replace(microsecond=0)
            words = "; ".join(line.strip() for line in report_lines(report))
            self._session.out.tell({"time": now.isoformat(), "published": vars(report)}, f"{now:%H:%M:%S}  {words}")

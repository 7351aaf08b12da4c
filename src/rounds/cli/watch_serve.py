"""`rounds watch`, `feed serve`, `feed revoke` and `feed service`: what keeps index and feeds up to date."""

import gc
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from rounds.cli.feed_publish import Automatic, automatic
from rounds.cli.options import command
from rounds.cli.output import as_typed, say
from rounds.cli.session import Session
from rounds.domain.settings import LEVELS
from rounds.errors import NotFoundError, RoundsError, UsageError

if TYPE_CHECKING:
    from rounds.calendar.server import FeedServer
    from rounds.storage.user_config import ServeSettings
    from rounds.vault.sync_report import SyncReport
    from rounds.vault.vault import Vault

ADDRESSES = "addresses.json"
"""File in the vault's data folder with the secrets of its feeds."""

OPEN = (
    "Anyone in the network who learns this address can read the feed, and the connection isn't encrypted. "
    "To revoke it: rounds feed revoke NAME"
)

ENCRYPTED = "On Android, use the https address: some programs there fetch webcal without encryption, address and all."
ALONE = "These addresses are for programs on this machine. For the phone: rounds feed setup"


@command("serve", '{"feeds": [{"name", "http", "webcal", "agenda"}]}')
@click.option("--host", metavar="ADDRESS", default="", help="The address to listen on; this machine only by default.")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="The port; 8642 by default, 0 for any.")
@click.option("--url", metavar="URL", default="", help="The start of the addresses, if there is a proxy in front.")
@click.option("--level", type=click.Choice(LEVELS), default=None,
              help="The maximum level of detail; beyond this machine, discreet by default.")  # fmt: skip
@click.option("--show", is_flag=True,
              help="Only show the addresses, for a server that is already running; use its options.")  # fmt: skip
def serve(session: Session, *, host: str, port: int | None, url: str, level: str | None, show: bool) -> None:
    """Serve the feeds to subscribed calendars.

    Each feed has a secret address, which stays the same until `rounds feed revoke`. The feeds are kept up to date, as
    by `rounds watch`, until Ctrl-C or SIGTERM. The address ending in .html shows the coming four weeks in a browser,
    as `rounds agenda --html` does. Defaults for the options come from `[serve]` in config.toml: `host`, `port`, `url`
    and `level`. Without those, only programs on this machine can reach it. Requests aren't logged.
    """
    from rounds.calendar.server import FeedServer, listening, serving
    from rounds.storage.user_config import serve_settings

    vault = session.vault
    vault.need_settings()
    configured = serve_settings(vault.config)
    place = configured._replace(
        host=host or configured.host,
        port=configured.port if port is None else port,
        url=_base(url or configured.url),
        level=level or configured.level,
    )
    if show:
        _show_addresses(session, place)
        return
    with listening(place.host, place.port) as bound:
        host, port = bound.getsockname()[:2]
        place = place._replace(host=host, port=port)
        write(session)
        server = FeedServer(os.path.join(vault.data, ADDRESSES), {}, place.url)
        _feed(server, vault, _level(place))
        with serving(server, bound):
            say(as_typed(OPEN if _reaches(place) else ALONE))
            if place.url.startswith("https:"):
                say(ENCRYPTED)
            _show_addresses(session, place)
            follow(session, lambda _: None, lambda: _feed(server, vault, _level(place)))


def _feed(server: "FeedServer", vault: "Vault", level: str) -> None:
    """Give the server the current feeds and their pages."""
    from rounds.calendar.agenda import pages

    server.feeds = served(vault, level)
    server.pages = pages(vault, server.feeds)


def _reaches(place: "ServeSettings") -> bool:
    """Whether the server can be reached from other machines."""
    from rounds.calendar.feed_addresses_passwords import is_loopback

    return bool(place.url) or not is_loopback(place.host)


def _level(place: "ServeSettings") -> str:
    """The maximum level of detail."""
    return place.level or ("discreet" if _reaches(place) else LEVELS[0])


def served(vault: "Vault", level: str) -> dict[str, str]:
    """The files to serve, by feed; a feed with more detail than the level allows is replaced by one at that level.

    A file from another vault, or not made by Rounds, isn't served: its address answers to try again later. The same
    goes for a feed that's missing while rounds.toml has a problem, perhaps by mistake.
    """
    from rounds.calendar.feeds import elsewhere, feed_state, feeds_of, may_serve
    from rounds.calendar.write_feeds import write_each

    plain = {feed.name: feed for feed in feeds_of(vault)}
    quiet = {
        name: elsewhere(vault, feed, "serve", level, tasks=feed.tasks)
        for name, feed in plain.items()
        if LEVELS.index(feed.level) < LEVELS.index(level)
    }
    try:
        write_each(vault, quiet.values())
    except RoundsError as error:
        say(f"rounds: {error.message}")
    lacking = dict.fromkeys(feed_state(vault).names(), "") if vault.settings_problems else {}
    paths = {name: feed.path for name, feed in (plain | quiet).items()}
    return lacking | {name: path if may_serve(vault, name, path) else "" for name, path in paths.items()}


def _base(url: str) -> str:
    """The start of the addresses behind a proxy, without a slash at its end; empty for none."""
    try:
        found = urlsplit(url)
        strange = found.query or found.fragment or "@" in found.netloc or not found.hostname or found.port == 0
    except ValueError:
        strange = True
    if url and (strange or not re.fullmatch("https?://[!-~]+", url)):
        raise UsageError(
            f"{url} isn't a server's address", hint="Write it as https://cal.example.org or https://example.org/cal"
        )
    return url.rstrip("/")


def _show_addresses(session: Session, place: "ServeSettings") -> None:
    """Print each feed's address, with a QR code if a phone can reach it."""
    from rounds.calendar.feed_addresses_passwords import addresses_for, base_url
    from rounds.calendar.feeds import feeds_of

    names = [feed.name for feed in feeds_of(session.vault)]
    secrets = addresses_for(os.path.join(session.vault.data, ADDRESSES), names).secrets
    base = place.url or base_url(place.host, place.port)
    starts = {name: f"{base}/{secrets[name]}" for name in names}
    feeds = [
        {"name": name, "http": f"{start}.ics", "webcal": webcal(f"{start}.ics"), "agenda": f"{start}.html"}
        for name, start in starts.items()
    ]

    def lines() -> Iterator[str]:
        for name, http, *others in map(dict.values, feeds):
            yield f"{name}  {http}"
            yield from (f"{' ' * len(name)}  {other}" for other in others)
            if _reaches(place):
                yield from code_lines(session, scanned(http))

    session.out.show(lambda: {"feeds": feeds}, lines)


def webcal(address: str) -> str:
    """The webcal: form of an address, which makes a phone offer to subscribe."""
    return f"webcal://{address.partition('://')[2]}"


def scanned(address: str) -> str:
    """What the code for a phone's camera holds: webcal:, unless the address is encrypted.

    Some Android programs fetch a webcal: address without encryption.
    """
    return address if address.startswith("https://") else webcal(address)


def code_lines(session: Session, text: str) -> list[str]:
    """A text as a QR code for the phone's camera; nothing if the output isn't a terminal."""
    from rounds.exports.card import codes

    return codes(text).terminal.rstrip("\n").split("\n") if session.out.width else []


@command("revoke", '{"revoked": NAME}')
@click.argument("name", metavar="FEED")
def revoke(session: Session, name: str) -> None:
    """Revoke the address of a feed.

    The feed gets a new address; `rounds feed serve --show` shows it. A running server applies this immediately: the old
    address answers that it's gone.
    """
    from rounds.calendar.feed_addresses_passwords import revoke as end

    vault = session.vault
    vault.need_settings()
    if name not in vault.settings.feeds:
        known = ", ".join(vault.settings.feeds)
        raise NotFoundError(f"there is no feed {name}", hint=f"Feeds in rounds.toml: {known}.")
    had = end(os.path.join(vault.data, ADDRESSES), name)
    words = f"The address of {name} is no longer in use." if had else f"{name} had no address yet."
    session.out.show(
        lambda: {"revoked": name}, lambda: [f"{words} {as_typed('To see the new one: rounds feed serve --show')}"]
    )


_SERVICES = {
    "systemd": ("~/.config/systemd/user/rounds.service", "systemctl --user enable --now rounds"),
    "launchd": ("~/Library/LaunchAgents/rounds.feed.plist", "launchctl bootstrap gui/$(id -u) {}"),
    "windows": (r"~\AppData\Roaming\Microsoft\Windows\Start Menu\Programs\Startup\rounds-feed.cmd", 'cmd /c "{}"'),
}
"""Location of the service file for each kind, and the command that starts it."""

_USUAL = {"darwin": "launchd", "win32": "windows"}


@command("service", '{"kind": systemd, launchd or windows, "path": PATH, "start": COMMAND, "text": TEXT}')
@click.option(
    "--kind", type=click.Choice(list(_SERVICES)), default=None, help="The service manager; by default, this system's."
)
def service(session: Session, *, kind: str | None) -> None:
    """Print a service file that runs the feed server from login on.

    A systemd user unit, a launchd agent on a Mac, or a script for the Startup folder of Windows, that runs `rounds feed
    serve`: it serves the feeds, and publishes where config.toml has `automatic = true`. Nothing is installed; the
    installation command is printed too.
    """
    from rounds.calendar.service_files import launchd_plist, program, startup_script, systemd_unit

    root = os.path.realpath(session.vault.root)
    kind = kind or _USUAL.get(sys.platform, "systemd")
    texts = {"systemd": systemd_unit, "launchd": launchd_plist, "windows": startup_script}
    text = texts[kind]([*program(windowless=kind == "windows"), "--vault", root, "feed", "serve"])
    path, start = _SERVICES[kind]
    start = start.format(os.path.expanduser(path) if kind == "windows" else path)
    session.out.show(
        lambda: {"kind": kind, "path": os.path.expanduser(path), "start": start, "text": text},
        lambda: text.rstrip("\r\n").splitlines(),
    )
    if names := automatic(session):
        say(f"It serves the feeds, and publishes by itself: {', '.join(names)}.")
    if _is_taken(os.path.expanduser(path), text):
        say(f"{path} already exists with different content. Check it first; this would replace it.")
        return
    make = f"mkdir -p {os.path.dirname(path)} && {as_typed('rounds feed service')} > {path}"
    if kind == "windows":
        say(f"To run it from login on, save this as {os.path.expanduser(path)}. To start it now: {start}")
        return
    say(f"To run it from login on: {make} && {start}")


def _is_taken(path: str, text: str) -> bool:
    """Whether the file exists with different content, or can't be read."""
    from rounds.storage.locks_private_output_files import check_ours

    try:
        check_ours(path, lambda there: there.decode(errors="replace").strip() == text.strip())
    except RoundsError:
        return True
    return False


_ANSWER = (
    '{"time": TIME, "added": [PATH], "changed": [PATH], "moved": {OLD: NEW}, "removed": [PATH], "problems": NUMBER}; '
    'after publishing by itself {"time": TIME, "published": as an entry of rounds feed publish}'
)
_EVERY = 1.0
"""Seconds between checks for a new day. Also lets Python notice a signal that came just before the wait, which it
wouldn't interrupt."""

News = SimpleQueue["SyncReport | str | None"]


@command("watch", _ANSWER)
def watch(session: Session) -> None:
    """Keep the index and the calendar feeds up to date.

    Watches the vault until Ctrl-C or SIGTERM and prints a line for each change; with --json, one document per line. It
    never writes to notes, unless a table `[publish.NAME]` in config.toml has `automatic = true`: then it also does what
    `rounds feed publish NAME` does, after changes and every 15 minutes.
    """
    follow(session, lambda report: _tell(session, report), lambda: None)


def follow(session: Session, on_sync: Callable[["SyncReport"], None], on_write: Callable[[], None]) -> None:
    """Keep index and feeds up to date until Ctrl-C or SIGTERM, and publish what is published by itself.

    Args:
        on_sync: called for each sync that changed something.
        on_write: called after each write of the feeds.
    """
    from rounds.vault.watch import Watch

    gc.enable()
    vault = session.vault
    news: News = SimpleQueue()
    day = vault.today()

    def refresh() -> None:
        write(session)
        on_write()
        by_itself.changed()

    with Automatic(session) as by_itself, _signals(news, by_itself.stop), Watch(vault, news.put, news.put):
        refresh()
        say(f"Watching {vault.root}. Press Ctrl-C to stop.")
        while True:
            by_itself.turn()
            try:
                item = news.get(timeout=_EVERY)
            except Empty:
                if vault.today() != day:
                    day = vault.today()
                    vault.sync()
                    refresh()
                continue
            if item is None:
                return
            if isinstance(item, str):
                say(item)
            else:
                on_sync(item)
                refresh()


@contextmanager
def _signals(news: News, stop: Callable[[], None]) -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM into a final item, and call `stop`; SimpleQueue is safe in a signal handler."""

    def end(*_: object) -> None:
        news.put(None)
        stop()

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, end) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def write(session: Session) -> None:
    """Write the feeds and, if configured, the note for the phone; each problem is printed once until it's over."""
    from rounds.calendar.write_feeds import write_feeds
    from rounds.vault.today_export import write_today

    trouble = ""
    try:
        write_feeds(session.vault)
        if session.vault.config.today_note:
            write_today(session.vault, waits=True)
    except RoundsError as error:
        trouble = error.message
        if trouble != session.trouble and error is not session.vault.vanished:  # already printed
            say(f"rounds: {trouble}")
    session.trouble = trouble


def _tell(session: Session, report: "SyncReport") -> None:
    now = datetime.now().astimezone().replace(microsecond=0)
    changes = {
        "added": list(report.added),
        "changed": list(report.changed),
        "moved": dict(report.moved),
        "removed": list(report.removed),
    }
    counts = [f"{len(paths)} {what}" for what, paths in changes.items() if paths]
    document = {"time": now.isoformat(), **changes, "problems": report.problems}
    session.out.tell(document, f"{now:%H:%M:%S}  {', '.join(counts) or 'changed'}; {report.problems} problems")

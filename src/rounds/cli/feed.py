"""`rounds feed`: calendar feeds. Here: `feed write` and `feed setup`."""

import os
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import click

from rounds.cli.feed_publish import incomplete, publish, published, report_lines
from rounds.cli.options import Group, command
from rounds.cli.output import as_typed, say
from rounds.cli.prompts import agrees, ask, ask_hidden, can_ask, choose, pick
from rounds.cli.session import Session
from rounds.cli.watch_serve import ADDRESSES, OPEN, code_lines, revoke, scanned, serve, service, webcal
from rounds.domain.phrases import counted
from rounds.domain.settings import LEVELS
from rounds.errors import NotFoundError, RoundsError, UsageError
from rounds.storage.open_file import ordinary

if TYPE_CHECKING:
    from rounds.calendar.caldav_account import ServerCalendar
    from rounds.calendar.publish_back import Report
    from rounds.storage.user_config import PublishSettings


@click.group("feed", cls=Group, no_args_is_help=False)
def feed() -> None:
    """Bring reminders into your calendar."""


@command("write", '{"feeds": [{"name", "path", "events", "changed"}]}')
@click.option("--to", "to", metavar="PATH", default="", help="The folder to write to; the data folder by default.")
def write(session: Session, to: str) -> None:
    """Write the calendar feeds.

    Each `[feeds.NAME]` in rounds.toml becomes a file NAME.ics for a calendar to subscribe to: one event per reminder,
    with a partner and a task and nothing about clients. Completed reminders stay for two weeks, with a check mark. With
    "tasks = true", NAME.tasks.ics has the same reminders as tasks. docs/calendar.md explains how to subscribe.
    """
    from rounds.calendar.write_feeds import write_feeds
    from rounds.vault.grace_period import sync_until_stable

    sync_until_stable(session.unsynced_vault.sync)
    found = write_feeds(session.vault, to=to)
    for problem in dict.fromkeys(problem for each in found for problem in each.faults):
        say(f"{problem}. If it's in the calendar, it stays unchanged there.")
    for each in found:
        if each.ended:
            say(f"rounds.toml no longer has a feed {each.name}: {each.path} says that it has ended.")
    found = [each for each in found if not each.ended]
    session.out.show(
        lambda: {
            "feeds": [{"name": f.name, "path": str(f.path), "events": f.events, "changed": f.changed} for f in found]
        },
        lambda: [f"{f.path}  {counted(f.events, 'event')}{'' if f.changed else ', unchanged'}" for f in found],
    )


SERVER, LINK, NETWORK = "server", "link", "network"


class Way(NamedTuple):
    """A way to connect a feed to a calendar.

    Attributes:
        words: the calendar, as shown in the question.
        name: name of the table in config.toml.
        how: by a CalDAV server, a file behind a link, or from this machine.
        address: the server's usual address.
    """

    words: str
    name: str
    how: str
    address: str = ""


WAYS = (
    Way("Apple iCloud", "icloud", SERVER, "https://caldav.icloud.com/"),
    Way("Fastmail", "fastmail", SERVER, "https://caldav.fastmail.com/"),
    Way("Nextcloud", "nextcloud", SERVER, "https://YOUR-SERVER/remote.php/dav/"),
    Way("another server with CalDAV, such as Radicale", "caldav", SERVER),
    Way("Google or Outlook, which fetch a link from time to time", "link", LINK),
    Way("a folder that Nextcloud, Dropbox or git publishes by a link", "folder", LINK),
    Way("none: the phone fetches from this computer, in this network", "network", NETWORK),
)
BY_HAND = (
    "If it only shows events: Settings, Apps, Calendar, Calendar Accounts, Add Account, Other, Add Subscribed Calendar."
)
PHONES: Mapping[tuple[str, str], str] = {
    ("icloud", "iphone"): "On the iPhone: look in Calendar. If it isn't there: Settings, your name, iCloud, Calendars.",
    (SERVER, "iphone"): "On the iPhone: Settings, Apps, Calendar, Calendar Accounts, Add Account, Other, CalDAV.",
    (SERVER, "android"): "On Android: DAVx5 with the same server and user; for tasks also Tasks.org or jtx Board.",
    (LINK, "iphone"): f"On the iPhone: point the camera at the code, then Subscribe. {BY_HAND}",
    (
        LINK,
        "android",
    ): "On Android: subscribe to the https address with ICSx5, or let Google Calendar do so by its website.",
    (NETWORK, "iphone"): f"On the iPhone, in this network: point the camera at the code, then Subscribe. {BY_HAND}",
    (NETWORK, "android"): "On Android, in this network: subscribe with ICSx5. Google Calendar can't reach the address.",
}


@command("setup", "none: it asks questions, so it needs a terminal")
def setup(session: Session) -> None:
    """Bring reminders to your calendar and phone.

    Asks which calendar and phone you use, sets up the connection, tests it and shows the address. Settings are saved in
    this machine's config.toml, and a password in its keyring; nothing is saved in the vault. Feeds show initials at
    most, unless you choose otherwise.
    """
    if not can_ask(session):
        raise UsageError(
            "setup asks questions, so it needs a terminal", hint="docs/calendar.md says what to write to config.toml."
        )
    vault = session.vault
    vault.need_settings()
    feeds = list(vault.settings.feeds)
    if not feeds:
        raise NotFoundError("rounds.toml has no usable feed", hint="See: rounds check")
    feed = feeds[_numbered("Which feed?", feeds) if len(feeds) > 1 else 0]
    way = WAYS[_numbered("Where is your calendar?", [each.words for each in WAYS])]
    phone = choose("Which phone? (iphone, android, none)", ("iphone", "android", "none"), "none")
    say("How much detail? discreet: initials and the kind of task; full: names and tasks; busy: none.")
    level = choose("How much? (discreet, full, busy)", LEVELS, "discreet")
    reached = {SERVER: _server, LINK: _link, NETWORK: _network}[way.how](session, way, feed, level)
    if reached and (words := on_phone(way, phone)):
        say(words)


def on_phone(way: Way, phone: str) -> str:
    """Instructions for a phone; empty for none."""
    return PHONES.get((way.name, phone)) or PHONES.get((way.how, phone), "")


def _numbered(question: str, choices: Sequence[str]) -> int:
    """List the choices and ask for one; returns its index."""
    for number, each in enumerate(choices, 1):
        say(f"  {number}. {each}")
    picked = pick(question, len(choices))
    if not picked:
        raise NotFoundError("nothing was chosen", hint="Nothing was changed.")
    return picked - 1


def _server(session: Session, way: Way, feed: str, level: str) -> bool:
    """Set up a calendar on a CalDAV server; True if a phone can reach it."""
    from rounds.calendar.caldav_account import new_calendar
    from rounds.calendar.feed_addresses_passwords import is_loopback
    from rounds.storage.user_config import PublishSettings

    address, user, word, found = _let_in(way)
    usual = "events" if way.name == "icloud" else "tasks"  # CalDAV no longer reaches iCloud Reminders
    tasks = choose("As tasks, which can be ticked off, or as events?", ("tasks", "events"), usual) == "tasks"
    chosen = _calendar(found, tasks=tasks)
    with nullcontext(chosen) if chosen else new_calendar(address, user, word, "Rounds", tasks=tasks) as url:
        settings = PublishSettings(url, session.vault.vault_id, feed, user, tasks=tasks, level=level)
        name = _name(session, way)
        report = _tried(session, name, settings, word)
        automatic = _by_itself()
        command = _keep(url, user, word)
        _write(f"publish.{name}", settings._replace(password_command=command, automatic=automatic))
    alone = is_loopback(urlsplit(url).hostname or "")
    lines = ["That server is on this machine, so phones can't reach it."] if alone else []
    _show(
        session,
        [*report_lines(report), *lines, _from_now_on(automatic=automatic)],
        code="" if alone else url,
    )
    return not alone


def _let_in(way: Way) -> tuple[str, str, str, list["ServerCalendar"]]:
    """Ask for a server's address, user and password until login works; also returns its calendars."""
    from rounds.calendar.caldav_account import calendars

    address, user = way.address, ""
    while True:
        address = ask("Address of the server", address)
        address = address if "://" in address else f"https://{address}"
        user = ask("User name", user)
        say("Most servers require an app password. Create one in the security settings of your account.")
        word = ask_hidden("Password for this app")
        try:
            return address, user, word, calendars(address, user, word)
        except RoundsError as error:
            say(f"{error.message}. Please try again. Press Ctrl-C to stop; nothing was changed.")


def _calendar(there: Sequence["ServerCalendar"], *, tasks: bool) -> str:
    """The address of the chosen calendar; empty for a new one."""
    kind = "VTODO" if tasks else "VEVENT"
    found = [each for each in there if kind in each.holds or not each.holds]
    if there and not found:
        say(f"None of your calendars there takes {'tasks' if tasks else 'events'}, so a new one is made.")
    for number, each in enumerate(found, 1):
        say(f"  {number}. {each.name}  {each.url}")
    if found:
        say("A separate calendar is best; if you choose none, one is created.")
    picked = pick("Into which calendar?", len(found)) if found else 0
    return found[picked - 1].url if picked else ""


def _keep(url: str, user: str, word: str) -> str:
    """Save the password; without a keyring, ask for the command that prints it."""
    from rounds.calendar.feed_addresses_passwords import keep

    try:
        keep(url, user, word)
    except RoundsError as error:
        say(f"{error.message}.")
        return ask("A command that prints the password, such as: pass show calendar (Enter for none yet)")
    return ""


def _link(session: Session, way: Way, feed: str, level: str) -> bool:
    """Set up a file in a folder that another program publishes; True if its link is known."""
    from rounds.storage.user_config import PublishSettings

    say("A folder on this machine that is published by a link, such as one of Nextcloud, Dropbox or a website in git.")
    path = _published_file(feed)
    settings = PublishSettings(path, session.vault.vault_id, feed, level=level)
    name = _name(session, way)
    report = _tried(session, name, settings)
    automatic = _by_itself()
    _write(f"publish.{name}", settings._replace(automatic=automatic))
    with open(report.place, "rb", opener=ordinary) as file:
        address = _link_to(file.read())
    lines = [*report_lines(report), *([address, webcal(address)] if address else [])]
    _show(session, [*lines, _from_now_on(automatic=automatic)], code=scanned(address) if address else "")
    if way.name == "link":
        say("Google: Other calendars, From URL; it looks every 8 to 24 hours. Outlook: Add calendar, From web.")
    return bool(address)


def _by_itself() -> bool:
    say(
        as_typed(
            "Rounds can publish by itself: after changes, and every 15 minutes, while rounds watch or the service runs."
        )
    )
    return agrees("Publish by itself?")


def _from_now_on(*, automatic: bool) -> str:
    """What keeps the calendar up to date."""
    if automatic:
        return as_typed("From now on: rounds watch, or rounds feed service to run it from login on.")
    return as_typed("From now on: rounds feed publish")


def _published_file(feed: str) -> str:
    """The file's path, in an existing folder, since a new one wouldn't be published."""
    while True:
        answer = ask("The folder, such as ~/Nextcloud/public")
        path = os.path.abspath(os.path.expanduser(answer))
        path = path if path.endswith(".ics") else os.path.join(path, f"{feed}.ics")
        if answer and os.path.isdir(os.path.dirname(path)):
            return path
        if answer:
            say(f"There is no folder {os.path.dirname(path)}.")


def _link_to(data: bytes) -> str:
    """The address where these bytes are published; empty if not known yet."""
    from rounds.calendar.feed_addresses_passwords import direct_address

    while link := ask("The link to that file, once it's published (Enter if you have none yet)"):
        try:
            address = direct_address(link, data)
        except UsageError as error:
            say(f"{error.message}. {error.hint}")
            continue
        if not address:
            say("The link doesn't lead to that file yet. That may take a while; after that, use this address.")
        return address or link
    return ""


def _network(session: Session, _: Way, feed: str, level: str) -> bool:
    """Set up the server on this machine, for its network; True if a test fetch worked."""
    from rounds.calendar.feed_addresses_passwords import addresses_for, base_url, direct_address, is_loopback
    from rounds.calendar.server import FeedServer, listening, serving
    from rounds.calendar.write_feeds import write_feeds
    from rounds.cli.watch_serve import served
    from rounds.storage.user_config import ServeSettings, serve_settings

    vault = session.vault
    before = serve_settings(vault.config)
    place = before if vault.config.serve else ServeSettings(host="0.0.0.0", level=level)  # noqa: S104 - requested
    write_feeds(vault)
    path = os.path.join(vault.data, ADDRESSES)
    with listening(place.host, place.port) as bound:
        files = served(vault, level)
        server = FeedServer(path, files, place.url)
        base = place.url or base_url(*bound.getsockname()[:2])
        address = f"{base.rstrip('/')}/{addresses_for(path, files).secrets[feed]}.ics"
        with serving(server, bound), open(files[feed], "rb", opener=ordinary) as file:
            reached = bool(direct_address(address, file.read()))
    if not vault.config.serve:
        _write("serve", place)
    say(
        "The test fetch from this machine worked."
        if reached
        else "The test fetch from this machine failed: a firewall?"
    )
    lines = [
        address,
        webcal(address),
        as_typed("From now on: rounds feed serve, or rounds feed service to run it from login on."),
    ]
    _show(session, lines, code=scanned(address))
    if not is_loopback(place.host):
        say(OPEN)
    return reached


def _name(session: Session, way: Way) -> str:
    """A name not yet used by a table in config.toml."""
    taken = session.vault.config.publish
    names = (way.name, *(f"{way.name}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _tried(session: Session, name: str, settings: "PublishSettings", word: str = "") -> "Report":
    """Publish for the first time, as a test."""
    from rounds.calendar.publish_targets import target_of

    report = published(session, target_of(session.vault, name, settings), word)
    for error in incomplete(report)[: 0 if report.put else 1]:
        raise RoundsError(f"{error.message}: {(report.refused or [report.stopped])[0]}", hint="Nothing was set up.")
    return report


def _write(name: str, settings: NamedTuple) -> None:
    """Write values that differ from the defaults into config.toml."""
    from rounds.storage.user_config import add_table, config_path

    usual = type(settings)._field_defaults
    add_table(name, {key: value for key, value in settings._asdict().items() if value != usual[key]})
    say(f"Written to {config_path()}: [{name}]")


def _show(session: Session, lines: list[str], *, code: str) -> None:
    shown = [*lines, *(code_lines(session, code) if code else [])]
    session.out.show(dict, lambda: shown)


for each in (setup, write, publish, serve, revoke, service):
    feed.add_command(each)

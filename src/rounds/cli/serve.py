"""`rounds feed serve`: the feeds over HTTP, under addresses that nobody can guess. `rounds feed revoke` ends one."""

import os
from collections.abc import Iterator, Mapping

import click

from rounds.cli.options import command
from rounds.cli.output import say
from rounds.cli.session import Session
from rounds.errors import NotFoundError, UsageError

ADDRESSES = "addresses.json"
"""In the data folder of a vault: the secrets of its feeds."""

OPEN = (
    "This address is open to everybody in the network who learns it, and what is read there isn't encrypted. "
    "To end it: rounds feed revoke NAME"
)


ALONE = "These addresses are for programs on this machine. For the phone: rounds feed setup"


@command("serve", '{"feeds": [{"name", "http", "webcal"}]}')
@click.option("--host", metavar="ADDRESS", default="", help="Where to listen; this machine alone by default.")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="The port; 8642 by default, 0 for any.")
@click.option("--url", metavar="URL", default="", help="What the addresses begin with, where a proxy stands before it.")
def serve(session: Session, *, host: str, port: int | None, url: str) -> None:
    """Serve the feeds to calendars that subscribe to them.

    Each feed has an address with a secret in it, which stays the same until `rounds feed revoke`. The feeds are kept
    fresh, as by `rounds watch`, until Ctrl-C or SIGTERM. Without --host, `[serve] host` and `port` of config.toml
    count, and else only programs on this machine reach it. No request is logged.
    """
    from rounds.cli.watch import follow, write
    from rounds.outlets.addresses import addresses_for
    from rounds.outlets.server import FeedServer, base_url, is_loopback, listening, serving
    from rounds.store.config import serve_settings
    from rounds.vault.feeds import feeds_of

    vault = session.vault
    vault.need_settings()
    place = serve_settings(vault.config)
    bound = listening(host or place.host, place.port if port is None else port)
    with bound:
        path = os.path.join(vault.data, ADDRESSES)
        write(session)
        server = FeedServer(path, {feed.name: feed.path for feed in feeds_of(vault)})
        addresses = addresses_for(path, server.feeds)
        base = _base(url or place.url) or base_url(bound)
        reaches = bool(url or place.url) or not is_loopback(bound.getsockname()[0])

        def fed() -> None:
            server.feeds = {feed.name: feed.path for feed in feeds_of(vault)}

        with serving(server, bound):
            say(OPEN if reaches else ALONE)
            _tell(session, {name: f"{base}/{addresses.secrets[name]}.ics" for name in server.feeds}, codes=reaches)
            follow(session, lambda _: None, fed)


def _base(url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise UsageError(f"{url} is no address of a server", hint="Begin it with https://")
    return url.rstrip("/")


def _tell(session: Session, addresses: Mapping[str, str], *, codes: bool) -> None:
    def lines() -> Iterator[str]:
        for name, address in addresses.items():
            yield f"{name}  {address}"
            yield f"{' ' * len(name)}  {webcal(address)}"
            if codes:
                yield from code_lines(session, webcal(address))

    feeds = [{"name": name, "http": http, "webcal": webcal(http)} for name, http in addresses.items()]
    session.out.show(lambda: {"feeds": feeds}, lines)


def webcal(address: str) -> str:
    """The address in the form that makes a phone offer to subscribe."""
    return f"webcal://{address.partition('://')[2]}"


def code_lines(session: Session, text: str) -> list[str]:
    """A text as a QR code for the phone's camera; nothing where the answer goes to no terminal."""
    from rounds.formats.vcard import codes

    return codes(text).terminal.rstrip("\n").split("\n") if session.out.width else []


@command("revoke", '{"revoked": NAME}')
@click.argument("name", metavar="FEED")
def revoke(session: Session, name: str) -> None:
    """End the address of a feed.

    The feed gets another one, which `rounds feed serve` shows. A server that runs knows it at once: whoever asks at
    the old address is told that it is gone.
    """
    from rounds.outlets.addresses import revoke as end

    vault = session.vault
    vault.need_settings()
    if name not in vault.settings.feeds:
        known = ", ".join(vault.settings.feeds)
        raise NotFoundError(f"there is no feed {name}", hint=f"Those of rounds.toml: {known}.")
    had = end(os.path.join(vault.data, ADDRESSES), name)
    words = f"The address of {name} is no longer in use." if had else f"{name} had no address yet."
    session.out.show(lambda: {"revoked": name}, lambda: [f"{words} To see the new one: rounds feed serve"])

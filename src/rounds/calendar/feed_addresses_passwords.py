"""Secret addresses of served feeds, share links of file services, and passwords of calendar servers."""

import os
import secrets
import socket
import subprocess
from base64 import b32encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from hmac import compare_digest
from ipaddress import ip_address
from types import ModuleType
from typing import NamedTuple
from urllib.parse import urlsplit

from rounds.errors import RoundsError, SettingsError, UsageError
from rounds.notes.plain_text import escape_controls
from rounds.storage.feed_state import FeedState
from rounds.storage.json_codec import DAMAGED, decode, encode, read_json
from rounds.storage.locks_private_output_files import write_output

LOOPBACK = "127.0.0.1"
BYTES = 20
"""Random bytes of a secret: 160 bits, 32 letters and digits."""


class Addresses(NamedTuple):
    """Current and revoked secrets of the served feeds.

    Attributes:
        secrets: secret of each feed, by name.
        revoked: SHA-256 of each secret that is no longer in use.
    """

    secrets: Mapping[str, str]
    revoked: tuple[str, ...]

    def feed(self, word: str) -> str:
        """Name of the feed that a secret opens; empty for none. Takes equally long for every word."""
        wanted, found = _hash(word), ""
        for name, secret in self.secrets.items():
            if compare_digest(_hash(secret), wanted):
                found = name
        return found

    def is_revoked(self, word: str) -> bool:
        """Whether a word was once the secret of a feed."""
        wanted = _hash(word)
        return sum([compare_digest(old, wanted) for old in self.revoked]) > 0


def _hash(word: str) -> str:
    return sha256(word.encode("utf-8", "surrogatepass")).hexdigest()


def read_addresses(path: str) -> Addresses:
    """Read the file; without it, nobody is let in.

    Raises:
        SettingsError: it can't be read.
    """
    try:
        return decode(Addresses, read_json(path))
    except FileNotFoundError:
        return Addresses({}, ())
    except (OSError, *DAMAGED) as error:
        raise SettingsError(
            f"{path} can't be read", hint="Fix or delete it. Without it, every feed gets a new address."
        ) from error


def addresses_for(path: str, names: Iterable[str]) -> Addresses:
    """The addresses, with a new secret for each feed without one; if none is missing, the file is only read."""
    known = read_addresses(path)
    if not set(names := [*names]) - set(known.secrets):
        return known
    with FeedState(os.path.dirname(path)).locked():
        before = read_addresses(path)
        missing = {name: _secret() for name in names if name not in before.secrets}
        return _written(path, before._replace(secrets={**before.secrets, **missing})) if missing else before


def revoke(path: str, name: str) -> bool:
    """Give a feed a new secret; the old one no longer opens anything.

    Returns:
        False if it had no secret before.
    """
    with FeedState(os.path.dirname(path)).locked():
        before = read_addresses(path)
        old = before.secrets.get(name)
        revoked = (*before.revoked, _hash(old)) if old else before.revoked
        _written(path, Addresses({**before.secrets, name: _secret()}, revoked))
    return old is not None


def _secret() -> str:
    return b32encode(secrets.token_bytes(BYTES)).decode().lower()


def _written(path: str, addresses: Addresses) -> Addresses:
    write_output(path, encode(addresses._asdict(), indent=2) + b"\n", lambda _: True)  # it was read
    return addresses


def is_loopback(host: str) -> bool:
    """Whether an address can only be reached from this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def base_url(host: str, port: int) -> str:
    """Base URL for a host and port; for all addresses, with this machine's address in its network."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - nothing is bound here
        host = network_address() or LOOPBACK
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def network_address() -> str:
    """The machine's address in its network, according to its routes; empty without one. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: a documentation address
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def direct_address(link: str, data: bytes) -> str:
    """The direct address of a file, from the share link that a service shows for it.

    Args:
        link: may lead to a page about the file: Nextcloud needs `/download` appended, Dropbox `dl=1`.

    Returns:
        The first address that gives these bytes; empty if none does yet.

    Raises:
        UsageError: it isn't a link.
    """
    if urlsplit(link).scheme not in {"http", "https"} or not urlsplit(link).hostname:
        raise UsageError(f"{link} isn't a link", hint="It begins with https://")
    tries = [link, link.replace("dl=0", "dl=1"), link.rstrip("/") + "/download"]
    return next((each for each in dict.fromkeys(tries) if _returns(each, data)), "")


def _returns(link: str, data: bytes) -> bool:
    from rounds.web_requests import session

    try:
        with session(link) as requests:
            answer = requests.get(link, headers={"User-Agent": "rounds"})
            return answer.status_code == 200 and answer.content == data
    except (OSError, ValueError):  # every error of niquests is one of them
        return False


SERVICE = "rounds"
_TIMEOUT = 60.0
"""Seconds to wait for a password command, which may ask for a passphrase."""


def password(url: str, user: str, command: str = "") -> str:
    """The password of a user at an address.

    Args:
        command: command that prints it on its first line; empty for the keyring.

    Raises:
        RoundsError: there is no password, or it can't be read.
    """
    if command:
        found = _printed(command)
    else:
        with _keyring() as keyring:
            found = keyring.get_password(SERVICE, f"{user} {url}")
    if not found:
        raise RoundsError(
            f"no password of {user} at {url} is in the keyring" if not command else f"{command} prints no password",
            hint="To enter it: rounds feed setup. Or name a command in config.toml: password_command",
        )
    return found


def keep(url: str, user: str, word: str) -> None:
    """Put a password into the keyring.

    Raises:
        RoundsError: there is no keyring, or it refuses.
    """
    with _keyring() as keyring:
        keyring.set_password(SERVICE, f"{user} {url}", word)


@contextmanager
def _keyring() -> Iterator[ModuleType]:
    import keyring

    try:
        yield keyring
    except Exception as error:
        # Each system's keyring raises errors of its own; those of Windows and D-Bus aren't errors of this library.
        raise RoundsError(
            f"this machine has no keyring that can be used{_reason(error)}",
            hint="Unlock it, or name a command that prints the password in config.toml: password_command",
        ) from error


def _reason(error: Exception) -> str:
    """What a keyring says about its error, as one line in parentheses; empty if it says nothing, or has no keyring."""
    from keyring.errors import NoKeyringError

    if isinstance(error, NoKeyringError):
        return ""
    said = " ".join(escape_controls(str(getattr(error, "strerror", None) or error)).split())
    return f" ({said})" if said else ""


def _printed(command: str) -> str:
    from rounds.exports.editor_clipboard_mail_obsidian import split_command

    try:
        words = split_command(command) or [command]
        done = subprocess.run(
            words, stdout=subprocess.PIPE, text=True, timeout=_TIMEOUT, check=True
        )  # its stderr, such as a question, is shown to the user
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise RoundsError(
            f"no password could be read from: {command}", hint="Try it in a terminal; see config.toml."
        ) from error
    return done.stdout.partition("\n")[0].rstrip("\r")

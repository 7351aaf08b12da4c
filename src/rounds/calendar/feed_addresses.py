"""Addresses to subscribe to: secret ones of served feeds, in a private file; and share links of file services."""

import os
import secrets
from base64 import b32encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from hmac import compare_digest
from typing import NamedTuple
from urllib.parse import urlsplit

from rounds.errors import SettingsError, UsageError
from rounds.storage.feed_state import FeedState
from rounds.storage.json_codec import DAMAGED, decode, encode, read_json
from rounds.storage.locks_private_files import write_feed

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
    write_feed(path, encode(addresses._asdict(), indent=2) + b"\n", lambda _: True)  # it was read
    return addresses


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
    from rounds.calendar.web_requests import session

    try:
        with session(link) as requests:
            answer = requests.get(link, headers={"User-Agent": "rounds"})
            return answer.status_code == 200 and answer.content == data
    except (OSError, ValueError):  # every error of niquests is one of them
        return False

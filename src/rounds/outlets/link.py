"""Links under which a service publishes a file: whether they lead to it."""

from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from rounds.errors import UsageError

_PATIENCE = 20
"""Seconds that a service is given."""


def leading_to(link: str, data: bytes) -> str:
    """The address under which a file can be fetched, given the link that a service shows for it.

    Args:
        link: may lead to a page about the file: Nextcloud wants `/download` behind it, Dropbox `dl=1`.

    Returns:
        The first that gives these bytes; empty where none does yet.

    Raises:
        UsageError: it is no link.
    """
    if urlsplit(link).scheme not in {"http", "https"} or not urlsplit(link).hostname:
        raise UsageError(f"{link} is no link", hint="It begins with https://")
    tries = [link, link.replace("dl=0", "dl=1"), link.rstrip("/") + "/download"]
    return next((each for each in dict.fromkeys(tries) if _gives(each, data)), "")


def _gives(link: str, data: bytes) -> bool:
    try:
        with urlopen(Request(link, headers={"User-Agent": "rounds"}), timeout=_PATIENCE) as answer:  # noqa: S310
            return bool(answer.read(len(data) + 1) == data)
    except (URLError, OSError, ValueError):
        return False

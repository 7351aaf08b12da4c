"""Share links of file services, and the direct addresses behind them."""

from urllib.parse import urlsplit

from rounds.errors import UsageError


def leading_to(link: str, data: bytes) -> str:
    """The direct address of a file, from the share link that a service shows for it.

    Args:
        link: may lead to a page about the file: Nextcloud needs `/download` appended, Dropbox `dl=1`.

    Returns:
        The first address that gives these bytes; empty if none does yet.

    Raises:
        UsageError: it isn't a link.
    """
    if urlsplit(link).scheme not in {"http", "https"} or not urlsplit(link).hostname:
        raise UsageError(f"{link} is no link", hint="It begins with https://")
    tries = [link, link.replace("dl=0", "dl=1"), link.rstrip("/") + "/download"]
    return next((each for each in dict.fromkeys(tries) if _gives(each, data)), "")


def _gives(link: str, data: bytes) -> bool:
    from rounds.calendar.web_requests import session

    try:
        with session(link) as asking:
            answer = asking.get(link, headers={"User-Agent": "rounds"})
            return answer.status_code == 200 and answer.content == data
    except (OSError, ValueError):  # every error of niquests is one of them
        return False

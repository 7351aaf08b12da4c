"""NPI registry: searches in its public API (version 2.1), page by page.

Import it only where the registry is asked: it loads niquests.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import zip_longest
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

from niquests import PreparedRequest, Response

from rounds.domain.feed import clean
from rounds.errors import RoundsError
from rounds.web_requests import session, trouble

MOST = 1200
"""The most results of one search: the API gives pages of 200, and skips 1,000 results at most."""

_PAGE, _LAST = 200, 1000
_PAUSES = (1.0, 2.0, 4.0)
"""Seconds to wait before each further try, unless the server says how long."""

_LONGEST = 30.0
"""The longest wait that a server can ask for, in seconds."""

_BUSY = frozenset({429, 500, 502, 503, 504})
_TEXT = 300
"""The longest text of an answer that is kept, in characters."""

_KEPT = "Nothing was written."

Result = Mapping[str, Any]
"""One provider, as in the registry's JSON."""


class Found(NamedTuple):
    """The results of a search.

    Attributes:
        more: whether the registry has more than these.
    """

    results: list[Result]
    more: bool


class RefusedError(RoundsError):
    """The registry refuses a search, such as a state alone."""


class Registry:
    """The NPI registry, as a context manager.

    Args:
        address: of its API.
        told: gets a line if there is a wait.
    """

    def __init__(self, address: str, told: Callable[[str], None], wait: Callable[[float], None] = time.sleep) -> None:
        self.host = urlsplit(address).hostname or address
        self._address = address
        self._told = told
        self._wait = wait
        self._session = session(address)
        self._session.headers["User-Agent"] = "rounds"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def search(
        self, words: Sequence[str], criteria: Mapping[str, str], most: int, fits: Callable[[Result], bool]
    ) -> Found:
        """Search for providers. Each of the words is a search of its own; their results come in turns, each once.

        Args:
            words: names of taxonomies; empty for any.
            criteria: parameters of the API.
            fits: whether a result counts.

        Raises:
            RoundsError: the registry can't be reached, refuses the search, or answers with something else.
        """
        named: list[Mapping[str, str]] = [{"taxonomy_description": word} for word in words] or [{}]
        skips = dict.fromkeys(range(len(named)), 0)
        found: dict[str, Result] = {}
        refused: list[RefusedError] = []
        while skips and len(found) <= most:
            pages = []
            for number, skip in [*skips.items()]:
                try:
                    page = self._page({**criteria, **named[number]}, skip)
                except RefusedError as error:
                    refused.append(error)
                    page = []
                pages.append(page)
                skips[number] += _PAGE
                if len(page) < _PAGE or skip >= _LAST:
                    del skips[number]
            for result in (each for row in zip_longest(*pages) for each in row if each is not None):
                if fits(result):
                    found.setdefault(str(result.get("number")), result)
        if refused and not found:
            raise refused[0]
        return Found([*found.values()][:most], bool(skips) or len(found) > most)

    def provider(self, npi: str) -> Result | None:
        """The provider with an NPI; None if the registry has none.

        Raises:
            RoundsError: as in `search`.
        """
        return next((each for each in self._page({"number": npi}, 0) if str(each.get("number")) == npi), None)

    def _page(self, criteria: Mapping[str, str], skip: int) -> list[Result]:
        asked = {"version": "2.1", **criteria, **({} if "number" in criteria else {"limit": str(_PAGE)})}
        return _results(self.host, self._answer({**asked, **({"skip": str(skip)} if skip else {})}))

    def _answer(self, parameters: dict[str, str]) -> Response:
        """The answer to one request, tried again while the server is busy."""
        for pause in (*_PAUSES, None):
            try:
                answer = self._session.get(self._address, params=parameters, allow_redirects=False, auth=_nothing)
            except OSError as error:  # every error of niquests is one
                hint = f"Is this machine online? {_KEPT}"
                raise RoundsError(f"{self.host} {trouble(error)}", hint=hint) from error
            except ValueError as error:  # the library looks into addresses that it's sent on to
                raise RoundsError(f"the answer of {self.host} can't be understood", hint=_KEPT) from error
            status = answer.status_code or 0
            if status not in _BUSY:
                break
            wait = _retry_after(answer.headers.get("Retry-After"), pause or 0.0)
            if pause is None or wait > _LONGEST:
                raise RoundsError(f"{self.host} is busy (status {status})", hint=f"Try again later. {_KEPT}")
            self._told(f"{self.host} is busy. Trying again in {wait:.0f} s")
            self._wait(wait)
        if status // 100 == 3:
            other = clean(str(answer.headers.get("Location") or "another address"))[:_TEXT]
            hint = f"Nothing was sent there. {_KEPT} If it has moved, set registry in config.toml."
            raise RoundsError(f"{self.host} sends on to {other}", hint=hint)
        if status != 200:
            raise RoundsError(f"{self.host} answers with status {status}", hint=f"Try again later. {_KEPT}")
        return answer


def _nothing(request: PreparedRequest) -> PreparedRequest:
    """Adds no password, also none of the user's .netrc."""
    return request


def _retry_after(header: object, usual: float) -> float:
    """Seconds that a Retry-After header asks for (RFC 9110 10.2.3): a number, or a date."""
    text = str(header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        day = parsedate_to_datetime(text)
        return max(0.0, (day - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):  # also a date without a time zone
        return usual


def _results(host: str, answer: Response) -> list[Result]:
    """The results in an answer, their texts on one line and bounded.

    Raises:
        RefusedError: it says what is wrong with the search.
        RoundsError: it isn't the registry's.
    """
    try:
        data = json.loads(answer.content or b"")
    except (ValueError, RecursionError):
        data = None
    errors = data.get("Errors") if isinstance(data, dict) else None
    if errors:
        said = [clean(text)[:_TEXT] for text in _descriptions(errors)]
        raise RefusedError(f"{host} refuses the search: {'; '.join(said) or 'no reason given'}", hint=_KEPT)
    results = data.get("results") if isinstance(data, dict) else None
    if not isinstance(results, list):
        raise RoundsError(
            f"the answer of {host} isn't the NPI registry's", hint=f"Is a sign-in page in between? {_KEPT}"
        )
    return [_tidy(each, 0) for each in results[:_PAGE] if isinstance(each, dict)]


def _descriptions(errors: object) -> Iterator[str]:
    for each in errors[:5] if isinstance(errors, list) else ():
        text = each.get("description") if isinstance(each, dict) else each
        if isinstance(text, str):
            yield text


def _tidy(value: Any, depth: int) -> Any:
    """A value without control characters; what lies deep in it, or at the end of a long list, is left out."""
    if isinstance(value, str):
        return clean(value[: _TEXT * 4])[:_TEXT]
    if isinstance(value, dict):
        return {key: _tidy(each, depth + 1) for key, each in value.items()} if depth < 4 else {}
    if isinstance(value, list):
        return [_tidy(each, depth + 1) for each in value[:50]] if depth < 4 else []
    return value if not isinstance(value, int) or abs(value) < 10**15 else None

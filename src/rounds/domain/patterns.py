"""Regular expressions that are compiled when they are first used."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property


class Pattern:
    """A regular expression that is compiled when it is first used: a command needs few of them (40 ms for all).

    Args:
        flags: `re.IGNORECASE`, or none.
        needs: parts of which each match has one, in lower case if case is ignored. A text without them isn't searched.
    """

    def __init__(self, pattern: str, flags: int = 0, *, needs: tuple[str, ...] = ()) -> None:
        self.pattern = pattern
        self.needs = needs
        self._flags = flags
        self._ignores_case = bool(flags)

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern of `re`."""
        return re.compile(self.pattern, self._flags)

    def may_match(self, text: str) -> bool:
        """Whether a text has a part that each match needs."""
        if not self.needs:
            return True
        text = text.lower() if self._ignores_case else text
        return any(map(text.__contains__, self.needs))

    def search(self, text: str, *at: int) -> re.Match[str] | None:
        """As in `re`; `at` is where to begin and to end."""
        return self.compiled.search(text, *at) if not self.needs or self.may_match(text) else None

    def match(self, text: str, *at: int) -> re.Match[str] | None:
        """As in `re`."""
        return self.compiled.match(text, *at) if not self.needs or self.may_match(text) else None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """As in `re`."""
        return self.compiled.fullmatch(text) if self.may_match(text) else None

    def finditer(self, text: str, *at: int) -> Iterator[re.Match[str]]:
        """As in `re`."""
        return self.compiled.finditer(text, *at) if self.may_match(text) else iter(())

    def findall(self, text: str) -> list[str]:
        """As in `re`, for a pattern without groups."""
        return self.compiled.findall(text) if self.may_match(text) else []

    def sub(self, instead: str | Callable[[re.Match[str]], str], text: str) -> str:
        """As in `re`."""
        return self.compiled.sub(instead, text) if self.may_match(text) else text

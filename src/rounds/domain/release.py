"""Releases of information in the register (45 CFR 164.508(c); the signed form stays in the chart)."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from rounds.errors import UsageError

SCOPES = ("attendance", "progress", "diagnosis", "treatment plan", "medication", "school", "other")

AUTHORIZATION = (
    "what information, described specifically",
    "who may share it",
    "who receives it",
    "each purpose",
    "a date or an event on which it ends",
    "signature and date",
    "statements: it can be revoked, whether anything depends on signing, and what is shared may be shared again",
)
"""Elements of a valid authorization (45 CFR 164.508(c)(1) and (2))."""

MORE = (
    "Psychotherapy notes need a release of their own. Substance-use records (42 CFR Part 2) and some states "
    "(Illinois: a calendar date and a witness) ask for more."
)
REGISTER = "This is a register of dates and no legal advice; the signed form stays in the chart."


def scopes(texts: Iterable[str]) -> list[str]:
    """The scopes in comma-separated texts.

    Raises:
        UsageError: one isn't in SCOPES.
    """
    found = [part.strip().lower() for text in texts for part in text.split(",") if part.strip()]
    for each in found:
        if each not in SCOPES:
            raise UsageError(f'there is no scope "{each}"', hint=f"Known: {', '.join(SCOPES)}.")
    return list(dict.fromkeys(found))


class ReleaseState(StrEnum):
    """State of a release on a day. Without a signature or an end, it covers nothing yet."""

    EXPIRING = "expiring"
    VALID = "valid"
    INCOMPLETE = "incomplete"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Release(NamedTuple):
    """A release's properties (vault format, Release)."""

    path: str
    partner: str
    client: str = ""
    signed: date | None = None
    expires: date | None = None
    expires_event: str = ""
    revoked: date | None = None
    scope: tuple[str, ...] = ()
    id: str = ""

    def state(self, today: date, soon: int) -> ReleaseState:
        """State on a day; the last day still counts (45 CFR 164.508(b)(2), (c)(1)(v)).

        Args:
            soon: days before the end from which it counts as expiring.
        """
        if self.revoked is not None and self.revoked <= today:
            return ReleaseState.REVOKED
        if self.expires is not None and self.expires < today:
            return ReleaseState.EXPIRED
        if self.signed is None or self.signed > today or not (self.expires or self.expires_event):
            return ReleaseState.INCOMPLETE
        if self.expires is not None and self.expires - today <= timedelta(days=soon):
            return ReleaseState.EXPIRING
        return ReleaseState.VALID

    def covers(self, today: date) -> bool:
        """Whether it permits sharing today, within its scope."""
        return self.state(today, 0) in {ReleaseState.VALID, ReleaseState.EXPIRING}

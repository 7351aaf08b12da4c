"""Records: partners, referrals and releases, as the rules see them (vault format)."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from rounds.domain.folding import fold_value
from rounds.domain.periods import Interval
from rounds.errors import UsageError

STAGES = ("found", "contacted", "met", "active", "resting", "not a fit")
RESTING = frozenset({"resting", "not a fit"})
"""Stages without reminders (guide, line 23)."""

ACCEPTING = ("open", "waitlist", "full")
NEVER = "never"

INHERITED = ("email", "phone", "fax", "website", "address", "city", "referral_method", "insurance")
"""Properties taken from the organization if the partner's note leaves them out (vault format, Partner)."""


def inherited(own: Mapping[str, object], organization: Mapping[str, object]) -> dict[str, object]:
    """Properties that a partner takes from the organization; an own value replaces the whole property.

    A value without letters and digits counts as left out, as for `no:` in a query.
    """
    given = {key: value for key, value in organization.items() if key in INHERITED and fold_value(value)}
    return {key: value for key, value in given.items() if not fold_value(own.get(key))}


class Partner(NamedTuple):
    """A partner's properties.

    Attributes:
        id: as stored, or derived from vault id and path (vault format, Partner).
        path: of the note, POSIX, relative to the vault.
        check_in: contact interval; None for the default; `never` is `wants_check_in=False`.
        rest_until: check-ins and nudges pause before this day.
        last_contact: as stated in the note; the derived value may be later.
    """

    id: str
    path: str
    name: str
    role: str = ""
    organization: str = ""
    stage: str = ""
    check_in: Interval | None = None
    wants_check_in: bool = True
    rest_until: date | None = None
    last_contact: date | None = None
    accepting_checked: date | None = None
    emails: tuple[str, ...] = ()

    @property
    def first_name(self) -> str:
        """The first word of the name, without titles."""
        return first_name(self.name)


def first_name(name: str) -> str:
    """The first word of a name, without titles; the whole name if it has no other word."""
    words = [word for word in name.split() if word.lower().rstrip(".") not in {"dr", "mr", "mrs", "ms", "prof"}]
    return words[0] if words else name


DIRECTIONS = ("in", "out")
STATUSES = ("sent", "received", "acknowledged", "scheduled", "started", "completed", "declined", "lost")
CLOSED = frozenset({"completed", "declined", "lost"})
ACKNOWLEDGED = "acknowledged"
FIRST_STATUS = {"out": "sent", "in": "received"}
"""The status of a new referral."""

REASONS = ("assessment", "therapy", "medication", "medical", "school", "legal", "other")

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Alphabet without letters that look like digits."""

CODE_LENGTH = 6
_CODE = re.compile(f"R-[{CROCKFORD}]{{4,8}}")
TYPED_CODE = re.compile(r"(?<![^\W_])R[-\u00ad\u2010-\u2015\u2212][0-9A-HJKMNP-TV-Z]{4,8}(?![^\W_])", re.IGNORECASE)
"""A client code as people may type it."""


def is_code(text: str) -> bool:
    """Whether a text is a valid client code: `R-` and 4 to 8 Crockford characters."""
    return _CODE.fullmatch(text) is not None


def refusal(text: str) -> str:
    """Why a text isn't a client code, without repeating the text; empty if it is one.

    Initials derive from a name, so they are identifiers (45 CFR 164.514(b)(2)).
    """
    if is_code(text):
        return ""
    bare = re.sub(r"[\s.]", "", text.removeprefix("R-"))
    if bare.isalpha() and len(bare) <= 3:
        return "initials derive from a client's name, so they are kept out of the vault"
    if len(bare) > 8:
        return "that is longer than a code; names and record numbers of clients are kept out of the vault"
    return "that is not a client code; a name, or anything else that derives from a client, is kept out of the vault"


class Referral(NamedTuple):
    """A referral's properties (vault format, Referral).

    Attributes:
        partner: name in the link, or name of the linked partner.
        direction: `in` or `out`.
        status: one of STATUSES; an unknown one as written.
        client: `R-` and a random code, or empty.
        id: as stored, or derived from vault id and path.
    """

    path: str
    partner: str
    direction: str
    date: dt.date | None
    status: str = ""
    client: str = ""
    reason: str = ""
    closed: dt.date | None = None
    acknowledged: dt.date | None = None
    id: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it hasn't been closed."""
        return self.closed is None and self.status not in CLOSED

    def days(self, today: dt.date) -> int | None:
        """Days it has been open, or was open before it was closed; None if a date is missing."""
        end = today if self.is_open else self.closed
        return None if self.date is None or end is None else max(0, (end - self.date).days)

    def how_long(self, today: dt.date) -> str:
        """The duration: `open 1 day`, `open since today`, `closed after 30 days`; empty if a date is missing."""
        days = self.days(today)
        if days is None:
            return ""
        if days == 0:
            return "open since today" if self.is_open else "closed the same day"
        return f"{'open' if self.is_open else 'closed after'} {days} day{'' if days == 1 else 's'}"

    def order(self, today: dt.date) -> tuple[object, ...]:
        """Sort key: open ones first, longest open first; then closed ones, last closed first."""
        day = (self.date or dt.date.min).toordinal()
        return (not self.is_open, day if self.is_open else -(self.closed or self.date or today).toordinal(), self.path)


def at_odds(referrals: Iterable[Referral]) -> Iterator[tuple[Referral, Referral]]:
    """Contradictory referrals of one client code: an incoming one, and the code's first.

    A known client may be referred on to anybody and sent back by any of them. But an incoming referral from a partner
    without an earlier referral of the code is about another person: one code stands for two people.
    """
    seen: list[Referral] = []
    for referral in sorted(referrals, key=lambda r: (r.date or dt.date.max, r.direction == "out", r.path)):
        if referral.direction == "in" and seen and all(r.partner != referral.partner for r in seen):
            yield referral, seen[0]
        seen.append(referral)


SCOPES = ("attendance", "progress", "diagnosis", "treatment plan", "medication", "school", "other")

AUTHORIZATION = (
    "what information, described specifically",
    "who may share it",
    "who receives it",
    "each purpose",
    "a date or an event on which it ends",
    "signature and date; if a representative signs, also what allows them to act for the client",
    "statements: it can be revoked, whether anything depends on signing, and what is shared may be shared again",
)
"""Elements of a valid authorization (45 CFR 164.508(c)(1) and (2))."""

MORE = (
    "Psychotherapy notes need a release of their own. For substance-use records, one consent can cover treatment, "
    "payment and operations from then on; the notice against passing them on, and the consent or its scope, go along "
    "with what is sent. Some states ask for more (Illinois: a calendar date and a witness)."
)
"""What else there is to know (42 CFR Part 2; docs/law.md)."""
REGISTER = "This is a register of dates, not legal advice; the signed form stays in the chart."


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

"""A professional in the network, as the rules see them."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from rounds.domain.folding import fold_value
from rounds.domain.interval import Interval

STAGES = ("found", "contacted", "met", "active", "resting", "not a fit")
RESTING = frozenset({"resting", "not a fit"})
"""Stages without reminders (guide, line 23)."""

ACCEPTING = ("open", "waitlist", "full")
NEVER = "never"

INHERITED = ("email", "phone", "fax", "website", "address", "city", "referral_method", "insurance")
"""What a partner has from the organization where the own note leaves it out (vault format, Partner)."""


def inherited(own: Mapping[str, object], organization: Mapping[str, object]) -> dict[str, object]:
    """The properties that a partner has from the organization alone: of each, the own value replaces all of it.

    What holds no letter and no digit counts as left out, as `no:` of a query has it.
    """
    given = {key: value for key, value in organization.items() if key in INHERITED and fold_value(value)}
    return {key: value for key, value in given.items() if not fold_value(own.get(key))}


class Partner(NamedTuple):
    """What a partner's properties say.

    Attributes:
        id: as stored, or derived from vault id and path (vault format, Partner).
        path: of the note, POSIX, relative to the vault.
        check_in: how often to be in touch; None means the default, `never` is `wants_check_in=False`.
        rest_until: check-ins and nudges pause before this day.
        last_contact: what the note says; the derived value may be later.
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
        """The name's first word, titles left out."""
        words = [w for w in self.name.split() if w.lower().rstrip(".") not in {"dr", "mr", "mrs", "ms", "prof"}]
        return words[0] if words else self.name

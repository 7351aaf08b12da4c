"""Partner: a professional in the network, as the rules see them."""

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
        words = [w for w in self.name.split() if w.lower().rstrip(".") not in {"dr", "mr", "mrs", "ms", "prof"}]
        return words[0] if words else self.name

"""The columns of the index that hold properties, and what reading a note needs besides its bytes."""

from collections.abc import Sequence
from typing import NamedTuple

FOLDED = (
    "role", "organization", "stage", "name", "city", "accepting", "insurance", "specialties", "serves", "languages",
    "tags", "email", "phone", "check_in", "referral_method", "credentials", "pronouns", "fax", "website", "address",
    "telehealth", "referral_includes", "referral_contact", "source", "introduced_by", "knows", "connection", "npi",
    "owner", "aliases", "partner", "direction", "status", "client", "reason", "scope",
)  # fmt: skip
"""Known properties that stand in folded columns of `notes`."""

DATED = (
    "accepting_checked", "rest_until", "date", "acknowledged", "closed", "signed", "expires", "revoked",
)  # fmt: skip
"""Known properties that stand in ISO date columns of `notes`; last_contact is derived."""


class Reader(NamedTuple):
    """What reading needs besides the bytes: the vault's id and the folders that give types."""

    vault: str
    folders: Sequence[tuple[str, str]]

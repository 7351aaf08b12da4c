"""Note schema: the properties of each type, and their spellings (vault format, the tables)."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

T = TypeVar("T")

KEYS: Mapping[str, tuple[str, ...]] = {
    "partner": (
        "type", "role", "organization", "stage", "check_in", "email", "phone", "referral_method", "name", "credentials",
        "pronouns", "fax", "website", "address", "city", "specialties", "serves", "languages", "insurance", "accepting",
        "accepting_checked", "telehealth", "referral_includes", "referral_contact", "source", "introduced_by", "knows",
        "connection", "npi", "owner", "rest_until", "last_contact", "id", "tags", "aliases",
    ),
    "organization": (
        "type", "role", "phone", "fax", "email", "address", "city", "website", "referral_method", "insurance", "id",
    ),
    "referral": (
        "type", "partner", "partner_id", "direction", "date", "status", "client", "reason", "acknowledged", "closed",
        "release", "options_given", "clinician", "id",
    ),
    "release": (
        "type", "partner", "partner_id", "client", "signed", "expires", "expires_event", "revoked", "scope", "id",
    ),
    "practice": (
        "type", "name", "credentials", "practice_name", "pronouns", "website", "email", "phone", "address", "city",
        "specialties", "serves", "niches", "ideal_client", "how_to_refer", "fees", "insurance", "telehealth", "card",
        "summary", "calendar_link",
    ),
    "clinician": (
        "type", "handle", "name", "credentials", "pronouns", "website", "email", "phone", "specialties", "serves",
        "niches", "ideal_client", "how_to_refer", "fees", "insurance", "telehealth", "card", "summary", "calendar_link",
    ),
    "niche": ("type", "roles"),
    "role": ("type", "why_they_need_us", "why_we_need_them", "where_to_find", "taxonomy"),
    "message": ("type", "kind", "channel", "stage", "subject", "needs", "about_client"),
}  # fmt: skip
"""The properties of each type, in the order for new ones (vault format, the tables)."""

KNOWN = frozenset(key for keys in KEYS.values() for key in keys)
"""The properties of all types."""


class Spelling(NamedTuple):
    """Spelling of a note's known keys.

    Attributes:
        written: key as written, by canonical name; only those that differ (`Role` for role).
        shadowed: known keys in a second spelling, which don't count; they keep their spelling.
    """

    written: Mapping[str, str]
    shadowed: tuple[str, ...]


AS_NAMED = Spelling({}, ())
"""All known keys are lower case, as in nearly every note."""


def spelling(keys: Iterable[str]) -> Spelling:
    """The known keys in another case. Of two spellings, lower case counts, else the first."""
    names = list(keys)
    if "".join(names).islower():
        return AS_NAMED
    present, written, shadowed = set(names), {}, []
    for key in names:
        name = key.lower()
        if name == key or name not in KNOWN:
            continue
        if name in present or name in written:
            shadowed.append(key)
        else:
            written[name] = key
    return Spelling(written, tuple(shadowed))


def as_named(values: Mapping[str, T], written: Mapping[str, str]) -> dict[str, T]:
    """Properties under their canonical names, in order."""
    names = {key: name for name, key in written.items()}
    return {names.get(key, key): value for key, value in values.items()}

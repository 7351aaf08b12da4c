"""A release of information, as the register keeps it (45 CFR 164.508(c); the signed form stays in the chart)."""

from datetime import date
from typing import NamedTuple

SCOPES = ("attendance", "progress", "diagnosis", "treatment plan", "medication", "school", "other")


class Release(NamedTuple):
    """What a release's properties say (vault format, Release)."""

    path: str
    partner: str
    client: str = ""
    signed: date | None = None
    expires: date | None = None
    expires_event: str = ""
    revoked: date | None = None
    scope: tuple[str, ...] = ()
    id: str = ""

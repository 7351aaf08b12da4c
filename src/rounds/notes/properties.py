"""Properties: their values, records made of them, and lists as Obsidian reads them.

Since version 1.9, Obsidian ignores the names `tag`, `alias` and `cssclass`, and a text in place of a list (changelogs
of 1.4.0 and 1.9.10). A tag has no blanks, and not only digits (help, "Tags").
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from rounds.domain.partner_referral_release import (
    ACCEPTING,
    DIRECTIONS,
    NEVER,
    REASONS,
    SCOPES,
    STAGES,
    STATUSES,
    Partner,
    Referral,
    Release,
)
from rounds.domain.periods import parse_interval
from rounds.domain.query.fields import DATES as DATE_KINDS
from rounds.domain.query.fields import FIELDS
from rounds.notes.links import first_target

if TYPE_CHECKING:
    from rounds.notes.document import Document

NUMBERS = frozenset({"options_given"})
DATES = frozenset(field.column for field in FIELDS if field.kind in DATE_KINDS and field.name != "due")
CHOICES: Mapping[tuple[str, str], Sequence[str]] = {
    ("partner", "stage"): STAGES,
    ("partner", "accepting"): ACCEPTING,
    ("referral", "direction"): DIRECTIONS,
    ("referral", "status"): STATUSES,
    ("referral", "reason"): REASONS,
    ("release", "scope"): SCOPES,
}
LISTS = frozenset({
    "specialties", "serves", "languages", "insurance", "tags", "aliases", "scope", "niches", "roles", "where_to_find",
    "knows", "needs", "not_same",
})  # fmt: skip
"""The list properties of the vault format."""

OLD_NAMES: Mapping[str, str] = {"tag": "tags", "alias": "aliases", "cssclass": "cssclasses"}
"""Names that Obsidian read until 1.9, and their current form."""

_NOT_IN_TAGS = re.compile("[\\s\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{|}~\\[\\]\\\\]+")
_TAG = re.compile("[^\\s\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{|}~\\[\\]\\\\]+")
_PARTS = re.compile(r"(?:\[\[[^\[\]]*+\]\]|[^,])++")


def day_of(value: object) -> date | None:
    """A date property as a date, ignoring a time after it; None if it has no date."""
    if not isinstance(value, str) or len(value) < 10:
        return None
    try:
        return date.fromisoformat(value[:10]) if value[10:11] in ("", "T", " ") else None
    except ValueError:
        return None


def items_of(value: object) -> list[str]:
    """A text or list property as a list of texts: a single text equals a list of one."""
    if isinstance(value, str) or value is None:
        return [value] if value else []
    return [str(item) for item in (value if isinstance(value, list) else [value]) if item not in (None, "")]


def text_of(value: object) -> str:
    """A property as one text; yes and no for a checkbox, a list joined by commas."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(items_of(value))


def position_of(document: "Document", key: str) -> tuple[int, int]:
    """1-based line and column of a property's value in the file; (1, 1) if not found."""
    key = document.written(key)
    pattern = re.compile(rf"^(?:\"{re.escape(key)}\"|'{re.escape(key)}'|{re.escape(key)})[ \t]*:[ \t]*", re.MULTILINE)
    match = pattern.search(document.text)
    if match is None:
        return 1, 1
    start = document.text.rfind("\n", 0, match.start()) + 1
    return document.text.count("\n", 0, match.start()) + 1, match.end() - start + 1


def partner_of(path: str, title: str, key: str, properties: Mapping[str, object]) -> Partner:
    """The partner in a note's properties; invalid values count as missing."""
    every = properties.get("check_in")
    return Partner(
        id=key,
        path=path,
        name=title,
        role=text_of(properties.get("role")),
        organization=first_target(properties.get("organization")),
        stage=text_of(properties.get("stage")),
        check_in=parse_interval(str(every)) if every else None,
        wants_check_in=every != NEVER,
        rest_until=day_of(properties.get("rest_until")),
        last_contact=day_of(properties.get("last_contact")),
        accepting_checked=day_of(properties.get("accepting_checked")),
        emails=tuple(items_of(properties.get("email"))),
    )


def referral_of(path: str, key: str, properties: Mapping[str, object]) -> Referral:
    """The referral in a note's properties; `key` is its id."""
    return Referral(
        path=path,
        id=key,
        partner=first_target(properties.get("partner")),
        direction=text_of(properties.get("direction")),
        date=day_of(properties.get("date")),
        status=text_of(properties.get("status")),
        client=text_of(properties.get("client")),
        reason=text_of(properties.get("reason")),
        closed=day_of(properties.get("closed")),
        acknowledged=day_of(properties.get("acknowledged")),
    )


def release_of(path: str, key: str, properties: Mapping[str, object]) -> Release:
    """The release in a note's properties; `key` is its id."""
    revoked = properties.get("revoked")
    return Release(
        path=path,
        id=key,
        partner=first_target(properties.get("partner")),
        client=text_of(properties.get("client")),
        signed=day_of(properties.get("signed")),
        expires=day_of(properties.get("expires")),
        expires_event=text_of(properties.get("expires_event")),
        revoked=day_of(revoked) or (date.min if revoked else None),  # an invalid revocation date counts as revoked
        scope=tuple(items_of(properties.get("scope"))),
    )


def split_text(key: str, text: str) -> list[str]:
    """The items of a list written as comma-separated text; a blank also ends a tag."""
    parts = re.split(r"[\s,]+", text) if key == "tags" else _PARTS.findall(text)
    return [part.strip() for part in parts if part.strip()]


def as_lists(properties: Mapping[str, object]) -> Mapping[str, object]:
    """The properties, with comma-separated texts in list properties converted to lists."""
    texts = [
        key
        for key in LISTS.intersection(properties)
        if type(value := properties[key]) is str and ("," in value or (key == "tags" and " " in value))
    ]
    if not texts:
        return properties
    return {**properties, **{key: split_text(key, str(properties[key])) for key in texts}}


def corrected_tag(text: str) -> str:
    """The valid spelling of an invalid tag; empty for a valid one."""
    tag = text.removeprefix("#")
    if _TAG.fullmatch(tag) and not tag.isdecimal():
        return ""
    mended = _NOT_IN_TAGS.sub("-", tag).strip("-")
    return f"y{mended}" if mended.isdecimal() else mended

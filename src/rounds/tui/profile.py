"""Everything that the preview shows about one note, read in one go."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from rounds.domain.reminders import Reminder
from rounds.domain.touch import LogEntry
from rounds.errors import NotFoundError
from rounds.formats.notes import KEYS
from rounds.tui.words import clean
from rounds.vault.vault import Entry

if TYPE_CHECKING:
    from rounds.tui.desk import Agenda
    from rounds.vault.vault import Vault

_TOP = frozenset(
    {"type", "partner_id", "role", "organization", "stage", "name", "credentials", "pronouns", "id", "last_contact"}
)
"""Properties that stand in the head of the preview, or that nobody needs to read."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One note as the preview shows it.

    Attributes:
        facts: property and value in words, in the format's order, empty ones left out.
        timeline: what happened, newest first.
        body: Markdown.
        members: of an organization: name, and role and stage in words.
        people: of an organization: the lines about its front desk.
    """

    entry: Entry
    today: date
    facts: tuple[tuple[str, str], ...]
    reminders: tuple[Reminder, ...]
    timeline: tuple[LogEntry, ...]
    body: str
    members: tuple[tuple[str, str], ...] = ()
    people: tuple[str, ...] = ()


def read_profile(vault: "Vault", path: str, agenda: "Agenda") -> Profile:
    """Read what the preview shows.

    Raises:
        NotFoundError: the index knows no note there.
    """
    from rounds.vault.agenda import timeline

    entry = vault.entry(path)
    try:
        body = vault.read(path).document.body
    except NotFoundError:
        body = ""
    happened = tuple(e for e in timeline(vault, entry) if e.kind not in {"skip", "later"})
    profile = Profile(entry, agenda.today, facts_of(entry), agenda.of(path), happened, body)
    return _of_organization(vault, profile) if entry.type == "organization" else profile


def _of_organization(vault: "Vault", profile: Profile) -> Profile:
    from rounds.vault.organizations import front_desk, members

    found = [(member.name, member.properties.get) for member in members(vault, profile.entry)]
    about = [" · ".join(filter(None, (in_words(has("role")), in_words(has("stage"))))) for _, has in found]
    names = [clean(name) for name, _ in found]
    people = tuple(map(clean, front_desk(vault, profile.entry)))
    return replace(profile, members=tuple(zip(names, about, strict=True)), people=people)


def facts_of(entry: Entry) -> tuple[tuple[str, str], ...]:
    """Properties with a value, in words, in the order of the format; the user's own last."""
    order = [*KEYS.get(entry.type, ()), *entry.properties]
    keys = [key for key in dict.fromkeys(order) if key in entry.properties and key not in _TOP]
    pairs = ((key.replace("_", " "), in_words(entry.properties[key])) for key in keys)
    return tuple((key, value) for key, value in pairs if value)


def in_words(value: object) -> str:
    """A property's value on one line; empty for none."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Sequence) and not isinstance(value, str):
        members = [*filter(None, map(in_words, value))]
        return ("; " if any("," in member for member in members) else ", ").join(members)
    return "" if value is None else clean(value)

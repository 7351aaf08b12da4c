"""The data of the preview of one note, read in one go."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from rounds.domain.log_followups import LogEntry
from rounds.domain.phrases import direction_words, facts_in_words
from rounds.domain.reminders.reminder import Reminder
from rounds.errors import NotFoundError
from rounds.tui.phrases import clean, day_name, in_words
from rounds.vault.vault import NoteRecord

if TYPE_CHECKING:
    from rounds.domain.gaps_introductions_suggestions import Introduction, Network
    from rounds.tui.agenda import Agenda
    from rounds.vault.referrals import FiledReferral, FiledRelease
    from rounds.vault.vault import Vault

_TOP = frozenset(
    {"type", "partner_id", "role", "organization", "stage", "name", "credentials", "pronouns", "id", "last_contact"}
)
"""Properties in the head of the preview, and internal ones."""


_WAYS = 3
"""Introductions shown."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One note for the preview.

    Attributes:
        facts: property and value as text, in format order, without empty ones.
        timeline: log entries, newest first.
        body: Markdown.
        referrals, releases: day or client code, and the status.
        ways: possible introducers and their ties.
        members: of an organization: name, with role and stage as text.
        people: of an organization: its front desk lines.
        link: opens the note in Obsidian.
    """

    entry: NoteRecord
    today: date
    facts: tuple[tuple[str, str], ...]
    reminders: tuple[Reminder, ...]
    timeline: tuple[LogEntry, ...]
    body: str
    referrals: tuple[tuple[str, str], ...] = ()
    releases: tuple[tuple[str, str], ...] = ()
    ways: tuple[tuple[str, str], ...] = ()
    members: tuple[tuple[str, str], ...] = ()
    people: tuple[str, ...] = ()
    link: str = ""


def read_profile(vault: "Vault", path: str, agenda: "Agenda") -> Profile:
    """Read the preview's data.

    Raises:
        NotFoundError: there is no such note in the index.
    """
    from rounds.exports.editor_clipboard_mail_obsidian import link_of
    from rounds.vault.reminders import timeline

    entry = vault.entry(path)
    try:
        body = vault.read(path).document.body
    except NotFoundError:
        body = ""
    happened = tuple(e for e in timeline(vault, entry) if e.kind not in {"skip", "later"})
    facts = (*facts_of(entry), *_shared(vault, entry))
    profile = Profile(entry, agenda.today, facts, agenda.of(path), happened, body, link=link_of(vault.root, path))
    return _of_organization(vault, profile) if entry.type == "organization" else profile


def _shared(vault: "Vault", entry: NoteRecord) -> Iterator[tuple[str, str]]:
    """Values inherited from the organization."""
    from rounds.notes.schema import KEYS
    from rounds.vault.organizations import properties_of

    held = properties_of(vault, entry)
    for key in KEYS.get(entry.type, ()):
        value = held.get(key)
        if value != entry.properties.get(key) and key not in _TOP and in_words(value):
            yield key.replace("_", " "), f"{in_words(value)} (organization)"


def with_ties(vault: "Vault", profile: Profile, people: "Callable[[Vault], Network]") -> Profile:
    """A partner's profile with slower data: referrals, releases, and possible introducers.

    Args:
        people: returns the whole network, if needed.
    """
    from rounds.domain.gaps_introductions_suggestions import MET, introductions
    from rounds.index.queries import has_notes
    from rounds.vault.referrals import referrals, releases

    entry, today = profile.entry, profile.today
    if entry.type != "partner":
        return profile
    filed = referrals(vault) if vault.ask(has_notes, "referral") else []
    signed = releases(vault) if vault.ask(has_notes, "release") else []
    met = clean(entry.properties.get("stage") or "") in MET
    ways = [] if met else introductions(people(vault), entry.key, vault.today(), vault.settings.steps)[:_WAYS]
    return replace(
        profile,
        referrals=tuple(_referral(each, today) for each in filed if each.partner == entry.path),
        releases=tuple(_release(each) for each in signed if each.partner == entry.path),
        ways=tuple(_way(each) for each in ways),
    )


def _referral(filed: "FiledReferral", today: date) -> tuple[str, str]:
    referral, release = filed.referral, filed.release
    state = f"release {release.state.value}" if release else ""
    about = filter(None, (direction_words(referral.direction), referral.status, referral.client, state))
    return day_name(referral.date, today) if referral.date else "no date", " · ".join(map(clean, about))


def _release(filed: "FiledRelease") -> tuple[str, str]:
    release = filed.release
    end = str(release.expires or clean(release.expires_event))
    return clean(release.client) or "no code", f"{filed.state.value}, until {end}" if end else filed.state.value


def _way(way: "Introduction") -> tuple[str, str]:
    first, *others = [clean(person.name) for person in way.people[:-1]]
    return first, ", then ".join(others)


def _of_organization(vault: "Vault", profile: Profile) -> Profile:
    from rounds.index.queries import members
    from rounds.vault.organizations import front_desk

    found = [(member.name, member.properties.get) for member in vault.ask(members, profile.entry.key)]
    about = [" · ".join(filter(None, (in_words(has("role")), in_words(has("stage"))))) for _, has in found]
    names = [clean(name) for name, _ in found]
    people = tuple(map(clean, front_desk(vault, profile.entry.path)))
    return replace(profile, members=tuple(zip(names, about, strict=True)), people=people)


def facts_of(entry: NoteRecord) -> tuple[tuple[str, str], ...]:
    """Properties with a value, as text, in format order; the user's own come last."""
    from rounds.notes.schema import KEYS

    order = [*KEYS.get(entry.type, ()), *entry.properties]
    keys = [key for key in dict.fromkeys(order) if key in entry.properties and key not in _TOP]
    facts = facts_in_words({key: entry.properties[key] for key in keys}, entry.type)
    return tuple((label, clean(text)) for label, text in facts.items())

"""Referrals and releases: create, update, revoke, look up. Clients are never named."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import NamedTuple, TypeVar

from rounds.domain.file_names_copies import cut
from rounds.domain.partner_referral_release import (
    ACKNOWLEDGED,
    CLOSED,
    FIRST_STATUS,
    STATUSES,
    Referral,
    Release,
    ReleaseState,
    at_odds,
    is_code,
)
from rounds.errors import AmbiguousError, NotFoundError, RoundsError, UsageError
from rounds.index import queries
from rounds.index import queries_activity as activity
from rounds.notes.document import Document
from rounds.notes.links import first_target, name_of, stem
from rounds.notes.properties import referral_of, release_of
from rounds.notes.schema import KEYS
from rounds.vault.client_codes import client_code
from rounds.vault.id_last_contact_on_save import with_derived_fields
from rounds.vault.note_files import existing_note, link_to
from rounds.vault.vault import NoteRecord, Vault


def refer(
    vault: Vault, partner: NoteRecord, direction: str, *, on: date | None = None, status: str | None = None,
    client: str = "", reason: str | None = None, release: str = "", options: int | None = None, clinician: str = "",
) -> str:  # fmt: skip
    """Create a referral note; only partner and direction are required.

    Args:
        on: date of the referral; today by default.
        status: one of STATUSES; `sent` or `received` by default.
        client: a code, `new` for a generated one, or empty.
        release: name or path of the covering release's note; the referral takes its client.
        options: number of names the client was given.
        clinician: the team member's handle.

    Returns:
        The path of the note.

    Raises:
        UsageError: the client code isn't valid, or the release is for another client or partner.
        NotFoundError: there is no such release.
    """
    day = on or vault.today()
    code = client_code(vault, client) if client else ""
    covering = _release(vault, release, partner, code) if release else None
    status = status or FIRST_STATUS[direction]
    values: dict[str, object] = {
        **_partner(vault, partner),
        "direction": direction,
        "date": day,
        "status": status,
        "client": code or (covering.client if covering else ""),
        "reason": reason,
        "release": link_to(vault, covering.path) if covering else "",
        "options_given": options,
        "clinician": clinician.removeprefix("@"),
        **_days(status, day),
    }
    folder = f"{vault.settings.folders['referrals'].strip('/')}/{day.year:04}"
    return _file(vault, "referral", f"{folder}/{day} {direction} {_name(partner)}", values, partner)


def _partner(vault: Vault, partner: NoteRecord) -> dict[str, object]:
    """The partner as a link, and as the id that survives a rename elsewhere (vault format, Referral)."""
    return {"partner": link_to(vault, partner.path), "partner_id": partner.id}


def _file(vault: Vault, kind: str, name: str, values: Mapping[str, object], partner: NoteRecord) -> str:
    """Write a note that names a partner by id; one undo reverts both saves."""
    with vault.change(of=1 if partner.properties.get("id") else 2):
        path = _create(vault, kind, name, values)
        _keep_id(vault, partner)
    return path


def _keep_id(vault: Vault, partner: NoteRecord) -> None:
    """Store the partner's id in the partner's own note: an id derived from the path wouldn't survive a rename."""
    if not partner.properties.get("id"):
        with suppress(RoundsError):  # a note that can't be written now is found by its link
            opened = vault.editable(partner.path)
            vault.save(opened, with_derived_fields(vault, partner.path, opened.document))


def _name(partner: NoteRecord) -> str:
    """The partner's file name, shortened to leave room for a date prefix."""
    return cut(name_of(partner.path), 200)


def _release(vault: Vault, name: str, partner: NoteRecord, code: str) -> Release:
    found = [filed for filed in releases(vault) if stem(filed.release.path) == stem(name)]
    if not found:
        raise NotFoundError(f'there is no release "{name}"', hint="See: rounds release list")
    if found[0].partner != partner.path or (code and found[0].release.client.upper() != code):
        raise UsageError(
            f"{found[0].release.path} is of another partner or client", hint="A release covers one of each."
        )
    return found[0].release


def _days(status: str, day: date) -> dict[str, date]:
    """The dates that a status sets."""
    if status == ACKNOWLEDGED:
        return {"acknowledged": day}
    return {"closed": day} if status in CLOSED else {}


def _create(vault: Vault, kind: str, name: str, values: Mapping[str, object]) -> str:
    """Write a flat note of the known values. A second one of that name gets a number."""
    document = Document.parse(b"---\n---\n")
    for key, value in {"type": kind, **values}.items():
        if value not in (None, "", []):
            document = document.set(key, value, order=KEYS[kind])
    path, number = f"{name}.md", 1
    while existing_note(vault, path):
        number += 1
        path = f"{name} {number}.md"
    vault.create(path, document)
    return path


def set_status(vault: Vault, who: str, status: str, *, on: date | None = None) -> str:
    """Set a referral's status, with the date that goes with it.

    Args:
        who: a client code, a partner's name (for their open referral) or the referral's note.
        on: the day; today by default.

    Returns:
        The path of the note.

    Raises:
        UsageError: there is no such status.
        NotFoundError, AmbiguousError: no matching referral, or several.
    """
    if status not in STATUSES:
        raise UsageError(f'there is no status "{status}"', hint=f"Known: {', '.join(STATUSES)}.")
    found = [(each.referral, each.partner) for each in referrals(vault)]
    path = resolve_filing(vault, who, found, lambda referral: referral.is_open).path
    opened = vault.editable(path)
    document = opened.document.set("status", status, order=KEYS["referral"])
    for key, day in _days(status, on or vault.today()).items():
        if on or not document.properties.get(key):
            document = document.set(key, day, order=KEYS["referral"])
    if status not in CLOSED and "closed" in document.properties:
        document = document.remove("closed")
    vault.save(opened, document)
    return path


def add_release(
    vault: Vault,
    partner: NoteRecord,
    *,
    client: str,
    signed: date,
    expires: date | None,
    event: str,
    scope: Sequence[str],
) -> str:
    """Register a signed release.

    Args:
        client: a code, or `new`.
        expires, event: when it ends; one of the two (45 CFR 164.508(c)(1)(v)).

    Returns:
        The path of the note.

    Raises:
        UsageError: it has no end, or ends before it was signed; or the client code isn't valid.
    """
    if expires is None and not event:
        raise UsageError("a release ends on a day or with an event", hint="Say on which day, or with which event.")
    if signed > vault.today() or (expires is not None and expires < signed):
        raise UsageError("a release is signed first and ends later", hint="Look at the two dates.")
    values: dict[str, object] = {
        **_partner(vault, partner),
        "client": client_code(vault, client),
        "signed": signed,
        "expires": expires,
        "expires_event": event,
        "scope": list(scope),
    }
    folder = vault.settings.folders["releases"].strip("/")
    return _file(vault, "release", f"{folder}/{signed} {_name(partner)}", values, partner)


def revoke(vault: Vault, who: str, *, on: date | None = None) -> str:
    """Revoke a release; it covers nothing from that day on.

    Args:
        who: a client code, a partner's name or the release's note.

    Returns:
        The path of the note.

    Raises:
        NotFoundError, AmbiguousError: no matching release, or several.
        RoundsError: it's already revoked.
    """
    found = [(each.release, each.partner) for each in releases(vault)]
    release = resolve_filing(vault, who, found, lambda each: each.revoked is None)
    if release.revoked is not None and release.revoked > date.min:
        raise RoundsError(f"{release.path} is revoked already, since {release.revoked}")
    opened = vault.editable(release.path)
    vault.save(opened, opened.document.set("revoked", on or vault.today(), order=KEYS["release"]))
    return release.path


_ORDER = [*ReleaseState]
_BEST = (
    ReleaseState.VALID, ReleaseState.EXPIRING, ReleaseState.INCOMPLETE, ReleaseState.EXPIRED, ReleaseState.REVOKED,
)  # fmt: skip

T = TypeVar("T", Referral, Release)


class FiledRelease(NamedTuple):
    """A release, the partner note's path (empty if there is none), and its state today."""

    release: Release
    partner: str
    state: ReleaseState


class FiledReferral(NamedTuple):
    """A referral, the partner's note, and the release on file for this partner and client, if any."""

    referral: Referral
    partner: str
    release: FiledRelease | None

    @property
    def release_words(self) -> str:
        """The release's state, in words; empty if the referral has no client code."""
        if not self.referral.client:
            return ""
        return f"release {self.release.state}" if self.release else "no release"

    def uncovered(self, today: date) -> bool:
        """Whether there is a client code but no release that allows sharing today."""
        return bool(self.referral.client) and (self.release is None or not self.release.release.covers(today))


def releases(vault: Vault, entries: Iterable[NoteRecord] | None = None) -> list[FiledRelease]:
    """Releases, all or those of some partners: those ending soon first, then by end date."""
    partners = vault.ask(activity.partners_of_filed)
    today, soon = vault.today(), vault.settings.rules["release"].days
    found = []
    for entry in vault.ask(queries.notes_of_type, "release") if entries is None else entries:
        path, name = partners.get(entry.key, ("", ""))
        release = release_of(entry.path, entry.id, entry.properties)
        found.append(FiledRelease(release._replace(partner=name or release.partner), path, release.state(today, soon)))
    return sorted(found, key=lambda f: (_ORDER.index(f.state), str(f.release.expires or "~"), f.release.path))


def referrals(vault: Vault, entries: Iterable[NoteRecord] | None = None) -> list[FiledReferral]:
    """Referrals, all or those of some partners: open ones first, oldest first."""
    partners = vault.ask(activity.partners_of_filed)
    known: dict[tuple[str, str], list[FiledRelease]] = {}
    for each in sorted(releases(vault), key=lambda filed: _BEST.index(filed.state)):
        known.setdefault((each.partner, each.release.client.upper()), []).append(each)
    found = []
    for entry in vault.ask(queries.notes_of_type, "referral") if entries is None else entries:
        path, name = partners.get(entry.key, ("", ""))
        referral = referral_of(entry.path, entry.id, entry.properties)
        fitting = known.get((path, referral.client.upper()), []) if path and referral.client else []
        linked = stem(first_target(entry.properties.get("release")))
        release = next((r for r in fitting if stem(r.release.path) == linked), next(iter(fitting), None))
        found.append(FiledReferral(referral._replace(partner=name or referral.partner), path, release))
    today = vault.today()
    return sorted(found, key=lambda f: f.referral.order(today))


def conflicting_client_codes(vault: Vault) -> list[tuple[Referral, Referral]]:
    """Pairs of referrals with the same client code that don't belong together (vault format)."""
    sharing = vault.ask(queries.referrals_sharing_codes)
    by_code: dict[str, list[Referral]] = {}
    for filed in referrals(vault, sharing) if sharing else ():
        referral = filed.referral._replace(partner=filed.partner or filed.referral.partner)
        by_code.setdefault(referral.client.upper(), []).append(referral)
    return [pair for group in by_code.values() for pair in at_odds(group)]


def resolve_filing(vault: Vault, who: str, found: Sequence[tuple[T, str]], first: Callable[[T], bool]) -> T:
    """Find a referral or release by the note's name or path, a client code, or a partner's name.

    Args:
        found: all referrals or releases, with the path of the partner's note.
        first: which matches to prefer; the others count only if none of these matches.

    Raises:
        NotFoundError, AmbiguousError: no match or several; for an unknown name, as for people.
    """
    from rounds.vault.find_note import find

    matches = [each for each, _ in found if stem(first_target(who)) == stem(each.path)]
    matches = matches or [each for each, _ in found if who.strip().upper() == each.client.upper()]
    if not matches and is_code(who.strip().upper()):
        raise NotFoundError(f"no note has the client code {who}", hint="See: rounds referrals, rounds release list")
    if not matches:
        path = find(vault, who, ("partner",)).path
        matches = [each for each, partner in found if partner == path]
    matches = [each for each in matches if first(each)] or matches
    if not matches:
        raise NotFoundError(f"nothing is filed for {who}", hint="See: rounds referrals, rounds release list")
    if len(matches) > 1:
        candidates = [f"{each.path.rpartition('/')[2].removesuffix('.md')} {each.client}".strip() for each in matches]
        raise AmbiguousError(
            f'"{who}" could be one of {len(matches)}',
            hint="Name the client code or the note.",
            candidates=candidates[:10],
        )
    return matches[0]

"""Referrals and releases on file, each with its partner."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from rounds.domain.records import Referral, Release, ReleaseState, at_odds, is_code
from rounds.errors import AmbiguousError, NotFoundError
from rounds.index import queries
from rounds.index import queries_activity as activity
from rounds.notes.links import first_target, stem
from rounds.notes.properties import referral_of, release_of
from rounds.vault.vault import NoteRecord, Vault

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
    from rounds.vault.lookup import find

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

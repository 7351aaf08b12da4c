"""The month's outreach and suggestions (guide, lines 5 and 9), and the year report."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rounds.domain.gaps_introductions_suggestions import (
    FIRST_CONTACT,
    Month,
    Network,
    Person,
    Suggestion,
    introductions,
    suggest,
)
from rounds.domain.query.fields import fold
from rounds.index import queries_activity as activity
from rounds.index.queries import members_of
from rounds.vault.vault import NoteRecord, Vault

if TYPE_CHECKING:
    from rounds.domain.report import Report
    from rounds.vault.log_actions import WriteResult


def month(vault: Vault) -> Month:
    """Progress in the current month."""
    today, first = str(vault.today()), _first(vault)
    recent = vault.ask(activity.contacted_since, first, FIRST_CONTACT)
    known = {key for key, _, day in vault.ask(activity.first_days, FIRST_CONTACT, today, recent) if day < first}
    return Month(vault.settings.goal, len({*recent} - known), len(vault.ask(activity.chosen, first, today)))


def _first(vault: Vault) -> str:
    """The first day of the month."""
    return str(vault.today().replace(day=1))


def suggestions(vault: Vault) -> list[Suggestion]:
    """Suggest partners to contact, with reasons: new ones not yet chosen, and those who didn't answer long ago."""
    return suggest(_candidates(vault), vault.settings.suggest)


def _candidates(vault: Vault) -> Iterator[Suggestion]:
    from rounds.notes.links import plain
    from rounds.notes.properties import text_of
    from rounds.vault.gaps_introductions_match import all_gaps, network

    people, today = network(vault), vault.today()
    open_ones = [cell for cell in all_gaps(vault).cells if cell.open]
    filling = {fold(name): cell for cell in reversed(open_ones) for name in (*cell.role.names, cell.role.name)}
    contact = vault.ask(activity.organization_contacts)
    again = today - timedelta(days=min(vault.settings.again, (today - date.min).days))
    found = vault.ask(activity.outreach_candidates, _first(vault), str(today), str(again))
    for key, name, path, role, email, phone, last, place, more in found:
        theirs = contact.get(place or "", (False, False))
        connection, _ = json.loads(more)  # as is, possibly a list
        yield Suggestion(
            key,
            name,
            path,
            gap=next((filling[each] for each in members_of(role) if each in filling), None),
            introducer=_introducer(people, key, today),
            has_email=bool(email) or theirs[0],
            has_phone=bool(phone) or theirs[1],
            connection=plain(text_of(connection)),
            tried=date.fromisoformat(last) if last else None,
        )


def _introducer(people: Network, key: int, today: date) -> Person | None:
    """The warmest of those who know the partner directly."""
    ways = introductions(people, key, today, 1)
    return ways[0].people[0] if ways else None


def choose(vault: Vault, entry: NoteRecord) -> "WriteResult | None":
    """Put a partner on this month's list, with the reasons; the rule `month` reminds of it.

    Returns:
        None if the partner is already on it.
    """
    if entry.key in vault.ask(activity.chosen, _first(vault), str(vault.today())):
        return None
    from rounds.vault.log_actions import log_touch

    reasons = next((each.reasons() for each in _candidates(vault) if each.key == entry.key), [])
    return log_touch(vault, entry.path, "chosen", "; ".join(reasons))


def year_report(vault: Vault, year: int) -> "Report":
    """The report for a year, from the notes as they are today."""
    from rounds.domain.feed import without_codes
    from rounds.domain.report import ANSWERS, KnownPartner, report
    from rounds.vault.gaps_introductions_match import all_gaps
    from rounds.vault.outgoing import concerns_of, neutral
    from rounds.vault.referrals import referrals

    today = vault.today()
    firsts: dict[object, dict[str, date]] = defaultdict(dict)
    for note, kind, day in vault.ask(activity.first_days, FIRST_CONTACT | ANSWERS, str(today)):
        firsts[note][kind] = date.fromisoformat(day)
    partners = []
    for key, path, name, role, stage, rest, place in vault.ask(activity.partners_reported):
        until = date.fromisoformat(rest) if rest else None
        partners.append(
            KnownPartner(
                path,
                name,
                (*members_of(role),),
                "".join(members_of(stage)[:1]),
                until,
                firsts.get(key, {}),
                place or "",
            )
        )
    # By path, since two partners may share a name.
    filed = [each.referral._replace(partner=each.partner or each.referral.partner) for each in referrals(vault)]
    found = report(year, partners, filed, all_gaps(vault).cells, goal=vault.settings.goal, today=today)
    gaps = [gap._replace(niche=neutral(vault, gap.niche), role=neutral(vault, gap.role)) for gap in found.gaps]
    concerns = concerns_of(vault, [each.path for each in found.resting])
    resting = [
        each._replace(name=neutral(vault, each.name)) if 0 in (concerns[each.path] or ()) else each
        for each in found.resting
    ]
    source = found.main_source
    if source is not None:
        source = source._replace(name=neutral(vault, without_codes(source.name), source.path))
    return found._replace(gaps=tuple(gaps), resting=tuple(resting), main_source=source)


def touches_by_week(vault: Vault, year: int) -> list[int]:
    """Touches in each week of a year up to today; the first week starts on January 1.

    A touch with an organization or with several partners counts once.
    """
    first = date(year, 1, 1)
    last = min(date(year, 12, 31), vault.today())
    counts = [0] * ((last - first).days // 7 + 1 if last >= first else 0)
    for day in vault.ask(activity.touch_days, str(first), str(last)):
        counts[(date.fromisoformat(day) - first).days // 7] += 1
    return counts

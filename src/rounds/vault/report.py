"""Year report, computed from the index."""

from collections import defaultdict
from datetime import date

from rounds.domain.network import FIRST_CONTACT
from rounds.domain.report import ANSWERS, KnownPartner, Report, report
from rounds.index import queries_activity as activity
from rounds.index.queries import members_of
from rounds.vault.network import all_gaps
from rounds.vault.referral_lookup import referrals
from rounds.vault.vault import Vault


def year_report(vault: Vault, year: int) -> Report:
    """The report for a year, from the notes as they are today."""
    today = vault.today()
    firsts: dict[object, dict[str, date]] = defaultdict(dict)
    for note, kind, day in vault.ask(activity.first_days, FIRST_CONTACT | ANSWERS, str(today)):
        firsts[note][kind] = date.fromisoformat(day)
    partners = []
    for key, path, name, role, stage, rest in vault.ask(activity.partners_reported):
        until = date.fromisoformat(rest) if rest else None
        partners.append(
            KnownPartner(path, name, (*members_of(role),), "".join(members_of(stage)[:1]), until, firsts.get(key, {}))
        )
    # By path, since two partners may share a name.
    filed = [each.referral._replace(partner=each.partner or each.referral.partner) for each in referrals(vault)]
    return report(year, partners, filed, all_gaps(vault).cells, goal=vault.settings.goal, today=today)


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

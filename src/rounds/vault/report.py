"""Year report, computed from the index."""

from collections import defaultdict
from datetime import date

from rounds.domain.network import FIRST_CONTACT
from rounds.domain.report import ANSWERS, KnownPartner, Report, report
from rounds.vault.network import all_gaps, members
from rounds.vault.referral_lookup import referrals
from rounds.vault.reminders import LOG
from rounds.vault.vault import Vault

_FIRSTS = f"""
SELECT note, kind, min(date) FROM ({LOG.format(text="''")})
  WHERE kind IN ({",".join(f"'{kind}'" for kind in sorted(FIRST_CONTACT | ANSWERS))}) AND date <= ?
  GROUP BY note, kind"""

_PARTNERS = "SELECT key, path, title, role, stage, rest_until FROM notes WHERE type = 'partner'"


def year_report(vault: Vault, year: int) -> Report:
    """The report for a year, from the notes as they are today."""
    today = vault.today()
    firsts: dict[object, dict[str, date]] = defaultdict(dict)
    for note, kind, day in vault.rows(_FIRSTS, (str(today),)):
        firsts[note][kind] = date.fromisoformat(day)
    partners = []
    for key, path, name, role, stage, rest in vault.rows(_PARTNERS):
        until = date.fromisoformat(rest) if rest else None
        partners.append(
            KnownPartner(path, name, (*members(role),), "".join(members(stage)[:1]), until, firsts.get(key, {}))
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
    rows = vault.rows("SELECT date FROM log WHERE touch AND date BETWEEN ? AND ?", (str(first), str(last)))
    for (day,) in rows:
        counts[(date.fromisoformat(day) - first).days // 7] += 1
    return counts

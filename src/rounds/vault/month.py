"""Monthly outreach: progress, suggestions, and choices (guide, lines 5 and 9)."""

import json
from collections.abc import Iterator
from datetime import date, timedelta

from rounds.domain.network import FIRST_CONTACT, HEARD, Month, Network, Person, Suggestion, introductions, suggest
from rounds.domain.query.fields import fold
from rounds.domain.reminders.rules import EARLY
from rounds.notes.links import plain
from rounds.notes.properties import text_of
from rounds.vault.log_actions import WriteResult, log_touch
from rounds.vault.network import all_gaps, members, network
from rounds.vault.reminders import LOG
from rounds.vault.vault import NoteRecord, Vault


def _quoted(words: frozenset[str]) -> str:
    return ",".join(f"'{word}'" for word in sorted(words))


_FIRST = f"""
SELECT min(date) FROM ({LOG.format(text="''")})
  WHERE kind IN ({_quoted(FIRST_CONTACT)}) AND date <= :today AND note IN ({{keys}}) GROUP BY note"""

# Still chosen for this month: not declined and no touch since.
_CHOSEN = """
SELECT DISTINCT n.key FROM log l JOIN notes n ON n.key = l.note AND n.type = 'partner'
WHERE l.kind = 'chosen' AND l.date BETWEEN :first AND :today AND ifnull(n.last_contact, '') < l.date
  AND NOT EXISTS (SELECT 1 FROM log s WHERE s.note = l.note AND s.kind = 'skip' AND s.rule = 'month'
    AND s.date >= l.date)"""

_CANDIDATES = f"""
SELECT n.key, n.title, n.path, n.role, n.email, n.phone, n.last_contact, n.works_at,
  json_extract(d.properties, '$.connection', '$.type') FROM notes n JOIN details d ON d.key = n.key
WHERE n.type = 'partner' AND n.readable AND trim(replace(ifnull(n.stage, ''), '|', '')) IN ({_quoted(EARLY)})
  AND ifnull(n.rest_until, '') <= :today AND ifnull(n.last_contact, '') <= :before
  AND n.key NOT IN (SELECT note FROM log WHERE kind IN ({_quoted(HEARD)}) AND date <= :today)
  AND n.key NOT IN ({_CHOSEN})"""


def month(vault: Vault) -> Month:
    """Progress in the current month."""
    days = _days(vault)
    # A first outreach this month requires a last contact this month or later.
    recent = vault.rows("SELECT key FROM notes WHERE type = 'partner' AND last_contact >= :first", days)
    first = vault.rows(_FIRST.format(keys=",".join(str(key) for (key,) in recent)), days)
    contacted = sum(day >= days["first"] for (day,) in first)
    return Month(vault.settings.goal, contacted, len(vault.rows(_CHOSEN, days)))


def _days(vault: Vault) -> dict[str, str]:
    today = vault.today()
    again = today - timedelta(days=min(vault.settings.again, (today - date.min).days))
    return {"today": str(today), "first": str(today.replace(day=1)), "before": str(again)}


def suggestions(vault: Vault) -> list[Suggestion]:
    """Suggest partners to contact, with reasons: new ones not yet chosen, and those who didn't answer long ago."""
    return suggest(_candidates(vault), vault.settings.suggest)


def _candidates(vault: Vault) -> Iterator[Suggestion]:
    people, today = network(vault), vault.today()
    open_ones = [cell for cell in all_gaps(vault).cells if cell.open]
    filling = {fold(name): cell for cell in reversed(open_ones) for name in (*cell.role.names, cell.role.name)}
    sql = "SELECT p.name, o.email, o.phone FROM place p JOIN notes o ON o.key = p.note"
    contact = {place: (bool(email), bool(phone)) for place, email, phone in vault.rows(sql)}
    for key, name, path, role, email, phone, last, place, more in vault.rows(_CANDIDATES, _days(vault)):
        theirs = contact.get(place, (False, False))
        connection, _ = json.loads(more)  # as is, possibly a list
        yield Suggestion(
            key,
            name,
            path,
            gap=next((filling[each] for each in members(role) if each in filling), None),
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


def choose(vault: Vault, entry: NoteRecord) -> WriteResult | None:
    """Put a partner on this month's list, with the reasons; the rule `month` reminds of it.

    Returns:
        None if the partner is already on it.
    """
    if (entry.key,) in vault.rows(_CHOSEN, _days(vault)):
        return None
    reasons = next((each.reasons() for each in _candidates(vault) if each.key == entry.key), [])
    return log_touch(vault, entry.path, "chosen", "; ".join(reasons))

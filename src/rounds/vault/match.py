"""Partner matches for a client's need, by requested properties only."""

from rounds.domain.folding import spaced
from rounds.domain.match import Candidate, Match, Need, match
from rounds.domain.query.fields import closest, fold
from rounds.errors import UsageError
from rounds.index import queries
from rounds.notes.properties import day_of, items_of, text_of
from rounds.vault.organizations import inherited_by
from rounds.vault.queries import roles
from rounds.vault.vault import NoteRecord, Vault

_YES = {"yes": True, "true": True, "no": False, "false": False}
_ACCEPTING = {"yes": "open", "true": "open", "no": "full", "false": "full"}


def matches(vault: Vault, need: Need) -> list[tuple[Match, dict[str, object]]]:
    """Partners for a client's need, best match first, each with own and inherited properties.

    Resting partners are included; those marked not a fit aren't.
    """
    from rapidfuzz import fuzz

    entries = vault.ask(queries.partners_for_role, spaced(fold(need.role)) if need.role else "")
    given = inherited_by(vault, entries)
    known = {entry.path: {**entry.properties, **given.get(entry.key, {})} for entry in entries}
    candidates = [_candidate(entry, known[entry.path]) for entry in entries]
    days = vault.settings.rules["accepting"].days
    found = match(need, candidates, today=vault.today(), days=days, alike=fuzz.ratio)
    return [(each, known[each.candidate.path]) for each in found]


def known_role(vault: Vault, need: Need) -> Need:
    """Check that the need's role is one a partner has or the playbook lists.

    Raises:
        UsageError: it's neither.
    """
    known = [*roles(vault)]
    if not need.role or spaced(fold(need.role)) in known:
        return need
    near = closest(need.role, known)
    raise UsageError(f'nobody has the role "{need.role}"', hint=f"Did you mean {near}?" if near else "")


def _candidate(entry: NoteRecord, properties: dict[str, object]) -> Candidate:
    accepting = text_of(properties.get("accepting")).lower()
    return Candidate(
        path=entry.path,
        name=entry.name,
        role=text_of(properties.get("role")),
        specialties=tuple(items_of(properties.get("specialties"))),
        serves=tuple(items_of(properties.get("serves"))),
        insurance=tuple(items_of(properties.get("insurance"))),
        languages=tuple(items_of(properties.get("languages"))),
        city=text_of(properties.get("city")),
        telehealth=_YES.get(text_of(properties.get("telehealth")).lower()),
        accepting=_ACCEPTING.get(accepting, accepting),
        checked=day_of(properties.get("accepting_checked")),
    )

"""Whom to refer a client to: what of the partners a need can ask for, and nothing else."""

from rounds.domain.folding import spaced
from rounds.domain.match import Candidate, Match, Need, match
from rounds.domain.query.fields import closest, fold
from rounds.errors import UsageError
from rounds.notes.read_note import day_of, items_of, text_of
from rounds.vault.organizations import inherited_by
from rounds.vault.queries import roles
from rounds.vault.vault import NoteRecord, Vault

# Who may fit: of the role that is needed, or of none that is known.
_SOME = """
n.type = 'partner' AND ifnull(n.stage, '') <> ' | not a fit | ' AND (ifnull(n.role, '') = '' OR instr(n.role, ?))"""
_YES = {"yes": True, "true": True, "no": False, "false": False}
_ACCEPTING = {"yes": "open", "true": "open", "no": "full", "false": "full"}


def matches(vault: Vault, need: Need) -> list[tuple[Match, dict[str, object]]]:
    """Partners for a client's need, the best fit first, each with the properties that hold for them.

    Partners who rest are among them; those who are not a fit are not.
    """
    from rapidfuzz import fuzz

    role = f"| {spaced(fold(need.role))} |" if need.role else ""
    entries = [*vault.entries(_SOME, (role,))]
    given = inherited_by(vault, entries)
    known = {entry.path: {**entry.properties, **given.get(entry.key, {})} for entry in entries}
    candidates = [_candidate(entry, known[entry.path]) for entry in entries]
    days = vault.settings.rules["accepting"].days
    found = match(need, candidates, today=vault.today(), days=days, alike=fuzz.ratio)
    return [(each, known[each.candidate.path]) for each in found]


def known_role(vault: Vault, need: Need) -> Need:
    """The need, its role one that somebody has or the playbook knows.

    Raises:
        UsageError: nobody has it.
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

"""Gaps: niches and roles without a known partner (guide, lines 1 to 4)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rounds.domain.partner import STAGES
from rounds.domain.query.fields import fold

MET = frozenset({"met", "active"})
"""Stages of partners who have been met, even without a meeting in the log."""


class Niche(NamedTuple):
    """A niche and its roles.

    Attributes:
        own: whether the practice lists it as its own; the others count for every practice.
    """

    name: str
    roles: tuple[str, ...]
    own: bool = True


class Role(NamedTuple):
    """A partner type.

    Attributes:
        names: other names for the same role.
        where: where to find such partners.
        path: of its note in the playbook; empty if there is none.
    """

    name: str
    names: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    path: str = ""


class Cell(NamedTuple):
    """A niche and role.

    Attributes:
        role: its name, and where to look.
        stages: number of partners in each stage, in stage order.
        met: number of known partners who have been met.
    """

    niche: Niche
    role: Role
    stages: Mapping[str, int]
    met: int = 0

    @property
    def known(self) -> int:
        """Number of known partners, without those who are not a fit."""
        return sum(number for stage, number in self.stages.items() if stage != STAGES[-1])

    @property
    def empty(self) -> bool:
        """Whether no partner is known."""
        return not self.known

    @property
    def open(self) -> bool:
        """Whether no partner has been met."""
        return not self.met

    def order(self) -> tuple[object, ...]:
        """Sort key: nobody known first, then nobody met; own niches before others."""
        return (not self.empty, not self.open, not self.niche.own)


def has_met(stage: str, *, logged: bool) -> bool:
    """Whether a partner counts as met: by stage, or while resting by a meeting in the log (guide, line 23).

    A partner who is not a fit never counts.
    """
    return stage in MET or (stage == "resting" and logged)


def gaps(
    niches: Sequence[Niche], roles: Iterable[Role], partners: Iterable[tuple[Iterable[str], str, bool, int]]
) -> list[Cell]:
    """A cell for every niche and role, in the given order.

    Args:
        niches: in display order.
        roles: of the playbook; a niche may name other roles too.
        partners: role names, stage (an unknown one counts as found), whether the log has a meeting, and number of
            partners.
    """
    known = {fold(name): role for role in roles for name in (*role.names, role.name)}
    for name in [name for niche in niches for name in niche.roles]:
        known.setdefault(fold(name), Role(name))
    counts: dict[str, dict[str, int]] = {role.name: dict.fromkeys(STAGES, 0) for role in known.values()}
    met = dict.fromkeys(counts, 0)
    for names, stage, logged, number in partners:
        for role_name in {known[name].name for name in map(fold, names) if name in known}:
            counts[role_name][stage if stage in STAGES else STAGES[0]] += number
            met[role_name] += number if has_met(stage, logged=logged) else 0
    return [Cell(niche, role, counts[role.name], met[role.name]) for niche in niches for role in _roles(niche, known)]


def _roles(niche: Niche, known: Mapping[str, Role]) -> Iterable[Role]:
    return dict.fromkeys(known[fold(name)] for name in niche.roles)

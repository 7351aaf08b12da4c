"""Gaps: niche x role, and where nobody is known (guide, lines 1 to 4)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rounds.domain.partner import STAGES
from rounds.domain.query.fields import fold

MET = frozenset({"met", "active"})
"""Stages of partners who have been met, whether the log says so or not."""


class Niche(NamedTuple):
    """A niche and the roles it needs.

    Attributes:
        own: whether the practice names it as its own; the others count for every practice.
    """

    name: str
    roles: tuple[str, ...]
    own: bool = True


class Role(NamedTuple):
    """A partner type.

    Attributes:
        names: other names that partners may be filed under.
        where: where such partners are found.
        path: of its note in the playbook; empty without one.
    """

    name: str
    names: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    path: str = ""


class Cell(NamedTuple):
    """One niche and role.

    Attributes:
        role: its name, and where to look.
        stages: how many partners are in each stage, in the order of the stages.
        met: how many of those who are known have been met.
    """

    niche: Niche
    role: Role
    stages: Mapping[str, int]
    met: int = 0

    @property
    def known(self) -> int:
        """How many partners are known; who is not a fit is nobody to count on."""
        return sum(number for stage, number in self.stages.items() if stage != STAGES[-1])

    @property
    def empty(self) -> bool:
        """Whether nobody is known."""
        return not self.known

    @property
    def open(self) -> bool:
        """Whether nobody has been met yet."""
        return not self.met

    def order(self) -> tuple[object, ...]:
        """Sort key: first where nobody is known, then where nobody has been met, own niches before the others."""
        return (not self.empty, not self.open, not self.niche.own)


def has_met(stage: str, *, logged: bool) -> bool:
    """Whether somebody counts as met: by stage; while they rest, by a meeting in the log (guide, line 23).

    Who is not a fit is nobody to count on.
    """
    return stage in MET or (stage == "resting" and logged)


def gaps(
    niches: Sequence[Niche], roles: Iterable[Role], partners: Iterable[tuple[Iterable[str], str, bool, int]]
) -> list[Cell]:
    """Every niche with each of its roles, in the order in which they are given.

    Args:
        niches: in the order in which they are shown.
        roles: of the playbook; a role that a niche names counts without one too.
        partners: their role names, their stage (one that is none counts as found), whether the log has a meeting, and
            how many they are.
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

"""Look-alikes within a file: which of the rows that may be one person are ticked."""

from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import Protocol


class Candidate(Protocol):
    """A row that may be ticked: a `Planned`.

    Attributes:
        size: number of properties; who has more says more.
        why: the evidence, or the reason why it isn't ticked.
    """

    number: int
    ticked: bool
    why: str

    @property
    def size(self) -> int: ...

    def decide(self, *, ticked: bool, why: str) -> None:
        """Make it somebody new who is ticked, or a look-alike who isn't."""


class RowLookalikes:
    """Rows that look like others, and which of them are ticked.

    A row isn't ticked if a ticked one looks like it that says more, or as much and comes first. So of two, one is
    ticked; of a chain in which the first and the last don't look alike, both may be.

    Args:
        planned: all rows; the one with number 1 comes first. Ticks, states and reasons are changed here.
    """

    def __init__(self, planned: Sequence[Candidate]) -> None:
        self._planned = planned
        self._alike: dict[int, dict[int, str]] = {}  # by number: rows that look like it, with the evidence
        self._unticked: dict[int, str] = {}  # rows that only a look-alike unticks: their reason without it

    def is_sure(self, number: int) -> bool:
        """Whether nothing but a look-alike in the file can untick a row."""
        return self._planned[number - 1].ticked or number in self._unticked

    def add(self, number: int, alike: Mapping[int, str]) -> None:
        """Note that rows look like this one, or that it says more than before."""
        if number not in self._alike:
            self._planned[number - 1].ticked = False  # nobody is unticked for it yet
        for other, why in alike.items():
            self._alike.setdefault(number, {}).setdefault(other, why)
            self._alike.setdefault(other, {}).setdefault(number, why)
        self._settle([number])

    def leave(self, number: int, lead: int = 0) -> None:
        """Note that a row is ticked no more, whatever the others are; `lead` is the row that it was joined with."""
        self._unticked.pop(number, None)
        self._planned[number - 1].ticked = False
        alike = self._alike.pop(number, {})
        for other in alike:
            del self._alike[other][number]
        alike.pop(lead, None)
        if lead and self.is_sure(lead):
            self.add(lead, alike)
        self._settle(alike)

    def _rank(self, number: int) -> tuple[int, int]:
        return -self._planned[number - 1].size, number

    def _settle(self, numbers: Iterable[int]) -> None:
        """Tick or untick these rows, and all that this changes, those that say most first.

        Only rows that may change are looked at.
        """
        queue = [self._rank(number) for number in numbers]
        heapify(queue)
        while queue:
            rank = heappop(queue)
            row, alike = self._planned[rank[1] - 1], self._alike.get(rank[1], {})
            ranks = [*map(self._rank, alike)]
            first = min((each for each in ranks if each < rank and self._is_ticked(each)), default=None)
            was_ticked = row.ticked
            self._mark(row, f"{alike[first[1]]} as row {first[1]}" if first else "")
            if row.ticked or was_ticked:
                for each in ranks:
                    if each > rank and self._is_ticked(each) is row.ticked:
                        heappush(queue, each)

    def _is_ticked(self, rank: tuple[int, int]) -> bool:
        return self._planned[rank[1] - 1].ticked

    def _mark(self, row: Candidate, why: str) -> None:
        """Tick a row, or untick it for a reason."""
        own = self._unticked.pop(row.number, row.why)
        row.decide(ticked=not why, why="; ".join(filter(None, [own, why])))
        if why:
            self._unticked[row.number] = own

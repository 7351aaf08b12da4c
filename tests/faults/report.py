"""What a run of a fault topic came to."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Report:
    """Counts of one topic's run, by what happened; and each failure in words.

    Attributes:
        runs: how many times the fault was made.
        failures: what must never happen; a good run has none.
    """

    topic: str
    runs: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counts = ", ".join(f"{name} {number}" for name, number in sorted(self.counts.items()))
        return f"{self.topic}: {self.runs} runs, {len(self.failures)} failures ({counts})"

"""`make faults`: every fault in its full number, with a table of counts; the tests run the same in short.

A topic is a function of how many times and a seed. The figures of the topics that ran go into docs/reliability.md.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from faults import (
    acts,
    cache,
    derived,
    devices,
    errors,
    fat,
    followed,
    fuzz,
    gitdriver,
    gitsync,
    indexes,
    limits,
    merges,
    power,
    saves,
    splices,
    two_way,
)  # fmt: skip
from faults.report import Report

SEED = 20261123
DOCUMENT = Path(__file__).parents[2] / "docs" / "reliability.md"


class Topic(NamedTuple):
    """A fault that is made many times.

    Attributes:
        run: makes it so many times, with a seed; a run that can't be made so often may round.
        long, short: how many times in `make faults`, and in `make test`.
    """

    run: Callable[[int, int], Report]
    long: int
    short: int


TOPICS = {
    "killed": Topic(saves.killed, 2_000, 60),
    "errors": Topic(errors.errors, 5_200, 15),  # fifty times at each system call of a save
    "outside": Topic(saves.outside, 1_000, 50),
    "hostile": Topic(saves.hostile, 1_500, 40),
    "acts-killed": Topic(acts.killed, 3_000, 48),
    "acts-failing": Topic(acts.failing, 7_000, 48),
    "fat": Topic(fat.fat, 4_000, 40),  # every call of every act on the shim, and four hundred on each real disk
    "fat-commands": Topic(fat.commands, 1_000, 6),
    "power": Topic(power.run, 1_500, 60),
    "killed-meeting": Topic(saves.killed_meeting, 1_000, 40),
    "fuzz": Topic(fuzz.run, 240_000, 400),
    "unchanged": Topic(saves.unchanged, 1, 1),
    "splices": Topic(splices.run, 150_000, 2_000),
    "merges": Topic(merges.run, 10_000, 300),
    "devices": Topic(devices.run, 500, 5),
    "git-sync-killed": Topic(gitsync.killed, 500, 1),
    "git-sync-failing": Topic(gitsync.failing, 500, 1),
    "git-sync-moving": Topic(gitsync.moving, 100, 1),
    "merge-note": Topic(gitdriver.run, 2_000, 30),
    "editors": Topic(followed.editors, 200, 5),
    "floods": Topic(followed.floods_of_ten_thousand, 20, 1),
    "limits": Topic(limits.limits, 1, 1),
    "index-killed": Topic(indexes.killed, 200, 10),
    "index-damaged": Topic(indexes.damaged, 500, 10),
    "index-derived": Topic(derived.derived, 5_000, 120),
    "cache": Topic(cache.failing, 150, 6),
    "feed-read": Topic(indexes.feed_read, 5_000, 200),
    "gone": Topic(indexes.gone, 20, 2),
    "two-way": Topic(two_way.run, 10_000, 600),
}


def short(name: str) -> Report:
    """A topic's short form, for its test."""
    topic = TOPICS[name]
    return topic.run(topic.short, SEED)


def row(name: str, report: Report, seconds: float) -> str:
    """A topic's line of the table."""
    counts = ", ".join(f"{what} {number:,}" for what, number in sorted(report.counts.items()))
    return f"| {name} | {report.runs:,} | {len(report.failures)} | {seconds:.0f} s | {counts} |"


def record(name: str, line: str, document: Path = DOCUMENT) -> None:
    """Put a topic's line into the table of the last long runs, in the place of the one before."""
    lines = document.read_text().split("\n")
    table = lines.index("| topic | runs | failures | time | what happened |") + 2
    end = next(at for at in range(table, len(lines)) if not lines[at].startswith("|"))
    rows = {each.split("|")[1].strip(): each for each in lines[table:end]} | {name: line}
    lines[table:end] = [rows[each] for each in TOPICS if each in rows]
    document.write_text("\n".join(lines))


def main() -> int:
    """Run the topics that are named, or all, and say what came of it."""
    parser = argparse.ArgumentParser(description="Make faults, many times each.")
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help=f"of {', '.join(TOPICS)}; all without one")
    parser.add_argument("--short", action="store_true", help="as often as in make test; the document stays as it is")
    parser.add_argument("--runs", type=int, default=0, help="so many times; the document stays as it is")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    if unknown := set(options.topics) - set(TOPICS):
        parser.error(f"no topic {min(unknown)}: there are {', '.join(TOPICS)}")
    failed = False
    for name in options.topics or TOPICS:
        topic = TOPICS[name]
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="faults-") as home:
            for kind in ("CACHE", "DATA", "CONFIG"):
                os.environ[f"XDG_{kind}_HOME"] = os.path.join(home, kind.lower())
            report = topic.run(options.runs or (topic.short if options.short else topic.long), options.seed)
        line = row(name, report, time.monotonic() - began)
        print(line, *report.failures[:20], sep="\n    ", flush=True)
        failed = failed or bool(report.failures)
        if not options.short and not options.runs:
            record(name, line)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Every reader, fed with spoiled texts: no error but one of ours, no text that takes long, no byte changed unasked.

The texts are made from a seed and a number, so each can be made again:
`PYTHONPATH=src:tests python -m faults.fuzz NUMBER` reads one alone, and shows what happens.
"""

import json
import mmap
import os
import resource
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random

from faults.readers import READERS, Place, made
from faults.report import Report
from faults.saves import child, ended
from rounds.errors import RoundsError

LIMIT = 2.0
"""Seconds of work that a text may take."""

_REFUSED = "refused in words"
_BATCH = 300
_DEADLOCK = 90
_MEMORY = 3 << 30


class HangError(BaseException):
    """A text takes too long; no `except Exception` swallows it."""


def run(runs: int, seed: int) -> Report:
    """Read so many spoiled texts, in processes of a batch each: one that ends its process is a failure as well."""
    report, done = Report("fuzz"), mmap.mmap(-1, 8)
    number = 0
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        while number < runs:
            end = min(number + _BATCH, runs)
            told = Path(folder, "told")
            told.write_text("")
            code = ended(child(partial(_batch, seed, range(number, end), told, done)))
            for line in told.read_text().splitlines():
                found, what = json.loads(line)
                if found == _REFUSED:
                    report.counts[_REFUSED] += what
                else:
                    report.failures.append(f"seed {seed} number {found}: {what}")
            last = int.from_bytes(done[:8], "little")
            if code:
                report.failures.append(f"seed {seed} number {last}, {_name(last)}: it ended the process with {code}")
                end = last + 1
            for each in range(number, end):
                report.counts[_name(each)] += 1
            report.runs += end - number
            number = end
    return report


def _name(number: int) -> str:
    return list(READERS)[number % len(READERS)]


def _batch(seed: int, numbers: range, told: Path, done: mmap.mmap) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    refused = 0
    with _place() as place, told.open("a", buffering=1) as file:
        for number in numbers:
            done[:8] = number.to_bytes(8, "little")
            what = read(place, seed, number)
            refused += what == _REFUSED
            if what not in ("", _REFUSED):
                file.write(json.dumps([number, what]) + "\n")
        file.write(json.dumps([_REFUSED, refused]) + "\n")


@contextmanager
def _place() -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        for kind in ("CACHE", "DATA", "CONFIG"):
            os.environ[f"XDG_{kind}_HOME"] = os.path.join(folder, kind.lower())
        with made(Path(folder)) as place:
            yield place


def read(place: Place, seed: int, number: int) -> str:
    """Read one text; what is wrong, nothing, or that it was refused."""
    name, random = _name(number), Random(f"{seed} {number}")
    signal.signal(signal.SIGPROF, _hang)
    signal.alarm(_DEADLOCK)
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    try:
        READERS[name](place, random)
    except RoundsError:
        return _REFUSED  # one of ours: it says what and where
    except HangError:
        return f"{name}: it takes more than {LIMIT} seconds: {_where(sys.exc_info()[2])}"
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        return f"{name}: {type(error).__name__}: {str(error)[:300]}, in {_where(error.__traceback__)}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
    return ""


def _hang(*_: object) -> None:
    raise HangError


def _where(found: object) -> str:
    frames = traceback.extract_tb(found)  # type: ignore[arg-type]
    return " < ".join(f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in reversed(frames[-4:]))


def main() -> None:
    """Read one text alone, by its number and perhaps a seed, with the error that it gives."""
    number, seed = int(sys.argv[1]), int((*sys.argv[2:], "20261123")[0])
    with _place() as place:
        READERS[_name(number)](place, Random(f"{seed} {number}"))
        print(f"{_name(number)}: nothing wrong")


if __name__ == "__main__":
    main()

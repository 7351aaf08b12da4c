"""The day, the clock and the memory of the measurements."""

import resource
import sys
import time
from collections.abc import Callable
from datetime import date

TODAY = date(2026, 11, 23)
MEGABYTE = 1024 if sys.platform != "darwin" else 1024 * 1024
"""What the system's figure for memory counts as one."""


def clocked(work: Callable[[], object]) -> float:
    """Milliseconds that something takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def spent(work: Callable[[], object]) -> float:
    """Milliseconds of processor time that something takes in this process."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def memory() -> float:
    """Peak of this process and of its largest child, in MB."""
    peaks = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(peaks) / MEGABYTE

"""No regular expression of the product takes more than twice the time for a text of twice the length."""

import gc
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from patterns import Pump, Use, pumps, uses
from rounds.notes.read_note import read_note
from rounds.storage.rounds_toml import place_of_key

pytestmark = pytest.mark.no_cover  # it measures time

SHORT = (20, 28)
"""Lengths at which what grows exponentially shows before it hangs."""

LENGTHS = (256, 4096)
NOTHING = 0.001
"""Seconds that 4,096 characters never take where the time is linear; what takes less is not worth a second look."""

MOST = 2.6
"""By how much a text of twice the length may take longer: twice, and the noise of a busy machine."""


def seconds(work: Callable[[], object], tries: int = 1) -> float:
    """The processor's time, the best of some tries."""
    best = float("inf")
    for _ in range(tries):
        began = time.thread_time()
        work()
        best = min(best, time.thread_time() - began)
    return best


def work(use: Use, text: str) -> Callable[[], object]:
    given: Any = text.encode("utf-8") if isinstance(use.pattern.pattern, bytes) else text
    if use.whole:
        return lambda: use.pattern.fullmatch(given)
    if use.anchored:
        return lambda: use.pattern.match(given)
    return lambda: sum(1 for _ in use.pattern.finditer(given))


def fault(use: Use, pump: Pump) -> str:
    """What a text has shown; empty for nothing."""
    for length in SHORT:
        if seconds(work(use, pump.of(length))) > 0.01 and seconds(work(use, pump.of(length)), 3) > 0.01:
            return f"exponential: {pump} takes long at {length} characters"
    for length in LENGTHS:
        if seconds(work(use, pump.of(length))) < NOTHING:
            continue
        once, twice = (work(use, pump.of(size)) for size in (length, 2 * length))
        for tries in (1, 2, 5, 10):  # other work on the machine makes single tries longer
            ratio = seconds(twice, tries) / seconds(once, tries)
            if ratio <= MOST:
                break
        if ratio > MOST:
            return f"{ratio:.1f} times the time for twice {length} characters: {pump}"
    return ""


@pytest.mark.timeout(300)
def test_no_pattern_goes_over_a_text_again_and_again() -> None:
    """Each pattern that a module has or a function uses, with texts made from it."""
    gc.disable()
    try:
        found = [f"{use.place} {use.pattern.pattern!r}: {wrong}" for use in uses() if (wrong := _first(use))]
    finally:
        gc.enable()
    assert not found, "\n".join(found)


def _first(use: Use) -> str:
    return next((wrong for pump in pumps(use.pattern) if (wrong := fault(use, pump))), "")


@pytest.mark.parametrize(
    "text",
    ["a" * 28, '"' * 28 + "a", "''" * 5_000, " ." * 5_000, "[" + "]" * 10_000 + "x", " " * 20_000 + "x"],
    ids=range(6),
)
def test_a_key_of_rounds_toml_is_found_at_once(text: str) -> None:
    """28 letters took 16 seconds."""
    assert seconds(lambda: place_of_key(f"{text}\nlast = 1\n", "", "last")) < 0.2
    assert place_of_key(f"{text}\nlast = 1\n", "", "last") == (2, 1)


@pytest.mark.parametrize(
    "text",
    [
        " #tag" * 10_000 + " 📅 2026-12-01", "📅 2026-12-01" + " #tag" * 10_000, "📅 2026-12-01 " * 3_000,
        "[due:: " * 6_000, "🔁 " + "every day " * 4_000, "🔁" + " " * 40_000 + "x", " " * 40_000 + "^", "by " * 13_000,
        "⛔ a" + " , a" * 10_000, "call" + " " * 40_000 + "by x",
    ],
    ids=range(10),
)  # fmt: skip
def test_a_task_of_forty_thousand_characters_is_read_at_once(text: str) -> None:
    """It took 12 seconds."""
    assert seconds(lambda: read_note("Partners/Ann.md", f"- [ ] call {text}\n".encode(), ())) < 0.5


def test_a_pattern_that_goes_back_is_found() -> None:
    """The test of the test: what grows with the square, and what doubles with each letter."""
    for pattern in (r"\s*x\s*$", r"(?:a+)+b", r"[ \t]+by", r"\([^)]*\)"):
        assert _first(Use("here", re.compile(pattern), anchored=False, whole=False))
    for pattern in (r"(?<!\s)\s++x\s*+$", r"(?<!a)(?:a++)++b", r"\([^()]*\)"):
        assert not _first(Use("here", re.compile(pattern), anchored=False, whole=False))

"""Charts as SVG, drawn by hand: they take their colors and letters from the page around them."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

WIDE, HIGH = 640, 190
_TOP, _BASE = 28, 162
"""Where the highest bar ends, and where all begin."""


class Series(NamedTuple):
    """Numbers of one kind.

    Attributes:
        color: a class of the page's style.
    """

    label: str
    color: str
    numbers: Sequence[int]


def bars(title: str, columns: Sequence[str], series: Sequence[Series], goal: int = 0) -> str:
    """Columns with a bar for each series, its number above it where there is one; and a line where the goal is.

    Args:
        title: what those who can't see it are told.
        columns: what stands below each.
        series: each with a number for each column; a shorter one ends early.
    """
    most = max([goal, 1, *(number for each in series for number in each.numbers)])
    step, group = WIDE / len(columns), 34 if len(series) == 1 else 46
    wide = group / len(series)
    parts = [f'<line class="base" x1="0" y1="{_BASE}" x2="{WIDE}" y2="{_BASE}"/>']
    if goal:
        y = _height(goal, most)
        parts.append(f'<line class="goal" x1="0" y1="{y:.1f}" x2="{WIDE}" y2="{y:.1f}"/>')
    for place, column in enumerate(columns):
        middle = step * (place + 0.5)
        parts.append(_text(middle, _BASE + 18, column, "soft"))
        for order, each in enumerate(series):
            number = each.numbers[place] if place < len(each.numbers) else 0
            if number:
                left, top = middle - group / 2 + wide * order, _height(number, most)
                shape = f'x="{left + 1:.1f}" y="{top:.1f}" width="{wide - 2:.1f}" height="{_BASE - top:.1f}"'
                parts.append(f'<rect class="{each.color}" {shape} rx="2"/>')
                parts.append(_text(left + wide / 2, top - 5, f"{number:,}"))
    return _svg(title, HIGH, parts)


def strip(title: str, series: Sequence[Series]) -> str:
    """One bar across the page, a part of it for the first number of each series."""
    total = sum(each.numbers[0] for each in series)
    parts, left = [], 0.0
    for each in series:
        wide = WIDE * each.numbers[0] / total if total else 0
        if wide:
            parts.append(
                f'<rect class="{each.color}" x="{left:.1f}" y="0" width="{max(1, wide - 2):.1f}" height="18"/>'
            )
        left += wide
    return _svg(title, 18, parts)


def _height(number: int, most: int) -> float:
    return _BASE - (_BASE - _TOP) * number / most


def _text(x: float, y: float, text: str, name: str = "") -> str:
    named = f' class="{name}"' if name else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{escape(text)}</text>'


def _svg(title: str, high: int, parts: Sequence[str]) -> str:
    box = f'viewBox="0 0 {WIDE} {high}" preserveAspectRatio="xMinYMid"'
    return f'<svg {box} role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>'

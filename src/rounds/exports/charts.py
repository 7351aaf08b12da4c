"""SVG charts, with colors and fonts of the surrounding page."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

WIDE, HIGH = 640, 190
_TOP, _BASE = 28, 162
"""Y positions of the highest bar's top, and of the base of all bars."""


class Series(NamedTuple):
    """A series of numbers.

    Attributes:
        color: CSS class of the page.
    """

    label: str
    color: str
    numbers: Sequence[int]


def bars(title: str, columns: Sequence[str], series: Sequence[Series], goal: int = 0) -> str:
    """Bar chart: columns with a bar per series, numbers above the bars, and a line at the goal.

    Args:
        title: description for screen readers.
        columns: labels below the columns.
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
    """One bar across the page, with a part for the first number of each series."""
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

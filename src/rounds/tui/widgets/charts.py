"""Bars of block characters for charts: readable without color, at any width."""

from collections.abc import Sequence

from textual.content import Content

_ACROSS = " ▏▎▍▌▋▊▉█"
_UP = " ▁▂▃▄▅▆▇█"


def bar(value: int, most: int, cells: int) -> str:
    """A horizontal bar in proportion to `most`; a positive value gets at least one eighth of a cell."""
    if value <= 0 or most <= 0:
        return ""
    eighths = max(1, min(value, most) * cells * 8 // most)
    return "█" * (eighths // 8) + _ACROSS[eighths % 8].strip()


def pillars(values: Sequence[int], height: int, style: str) -> list[Content]:
    """Vertical bars, one cell wide, the highest at full height, as lines from top to bottom."""
    most = max(values, default=0)
    eighths = [0 if not value else max(1, value * height * 8 // most) for value in values]
    lines = []
    for floor in range(height - 1, -1, -1):
        signs = [_UP[min(max(each - floor * 8, 0), 8)] for each in eighths]
        lines.append(Content.styled("".join(signs), style))
    return lines


def gathered(values: Sequence[int], share: int) -> list[int]:
    """Sums of `share` neighbors each."""
    return [sum(values[place : place + share]) for place in range(0, len(values), share)]

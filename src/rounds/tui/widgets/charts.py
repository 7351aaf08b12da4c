"""Bars of block characters, each with its number: readable without color, at any width."""

from collections.abc import Sequence

from textual.content import Content

_ACROSS = " ▏▎▍▌▋▊▉█"
_UP = " ▁▂▃▄▅▆▇█"


def bar(value: int, most: int, cells: int) -> str:
    """A bar to the right, as long as the value is of the most; something is never nothing."""
    if value <= 0 or most <= 0:
        return ""
    eighths = max(1, min(value, most) * cells * 8 // most)
    return "█" * (eighths // 8) + _ACROSS[eighths % 8].strip()


def pillars(values: Sequence[int], height: int, style: str) -> list[Content]:
    """Bars upwards, a cell each, the highest as high as there are lines: these from the top down."""
    most = max(values, default=0)
    eighths = [0 if not value else max(1, value * height * 8 // most) for value in values]
    lines = []
    for floor in range(height - 1, -1, -1):
        signs = [_UP[min(max(each - floor * 8, 0), 8)] for each in eighths]
        lines.append(Content.styled("".join(signs), style))
    return lines


def gathered(values: Sequence[int], share: int) -> list[int]:
    """Neighbors added up, so many to one."""
    return [sum(values[place : place + share]) for place in range(0, len(values), share)]

"""How well the letters of a screen can be read: contrast as WCAG 2.1 has it, of what the terminal really shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rich.color import Color, ColorSystem, blend_rgb
from rich.color_triplet import ColorTriplet
from rich.style import Style
from textual.filter import monochrome_style
from textual.strip import Strip

LEAST = 4.5
"""Of text that is not large (WCAG 2.1, 1.4.3)."""

_VGA = "000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa 555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff"
_XTERM = (
    "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff"
)


def _colors(text: str) -> list[ColorTriplet]:
    return [ColorTriplet(*bytes.fromhex(each)) for each in text.split()]


@dataclass(frozen=True)
class Palette:
    """The sixteen colors of a terminal, and what it writes with and on by itself."""

    sixteen: list[ColorTriplet]
    foreground: int
    background: int


CONSOLE = Palette(_colors(_VGA), 7, 0)  # Linux without a desktop
XTERM_DARK = Palette(_colors(_XTERM), 7, 0)
XTERM_LIGHT = Palette(_colors(_XTERM), 0, 15)
VGA_LIGHT = Palette(_colors(_VGA), 0, 15)


FEW, MANY = ColorSystem.STANDARD, ColorSystem.EIGHT_BIT


@dataclass(frozen=True)
class Terminal:
    """A terminal to be read on.

    Attributes:
        system: the colors that it can show; it takes the nearest.
        palette: its own sixteen.
        gray: what it gets has no colors.
    """

    system: ColorSystem = ColorSystem.TRUECOLOR
    palette: Palette = XTERM_DARK
    gray: bool = False
    _known: dict[Style, float] = field(default_factory=dict, compare=False)

    def contrast(self, style: Style) -> float:
        """That of a letter on what is behind it."""
        if style not in self._known:
            self._known[style] = self._measured(style)
        return self._known[style]

    def _measured(self, style: Style) -> float:
        style = monochrome_style(style) if self.gray else style
        text = self._shown(style.color, self.palette.foreground)
        ground = self._shown(style.bgcolor, self.palette.background)
        if style.reverse:
            text, ground = ground, text
        return _contrast(blend_rgb(ground, text, 0.5) if style.dim else text, ground)

    def _shown(self, color: Color | None, default: int) -> ColorTriplet:
        if color is None or color.is_default:
            return self.palette.sixteen[default]
        shown = color.downgrade(self.system)
        if shown.number is not None and shown.number < 16:
            return self.palette.sixteen[shown.number]
        return shown.get_truecolor()


def _contrast(one: ColorTriplet, other: ColorTriplet) -> float:
    """(L1 + 0.05) / (L2 + 0.05), the lighter first."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(color: ColorTriplet) -> float:
    parts = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in color.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def unreadable(strips: Sequence[Strip], terminal: Terminal) -> Iterator[str]:
    """Each stretch of text on the screen with a letter that is read badly: where it is, and how badly."""
    for y, strip in enumerate(strips):
        for text, style in ((text, style or Style()) for text, style, _ in strip):
            contrast = terminal.contrast(style) if any(map(str.isalnum, text)) else LEAST
            if contrast < LEAST:
                yield f"line {y}: {text.strip()!r} {style}: {contrast:.1f}"

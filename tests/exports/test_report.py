"""The page of a year's report: what is in it, and how it looks in a real browser."""

import re
import subprocess
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from browser import Browser, browser
from conftest import PATIENCE, tool
from rounds.domain.report import ClosedGap, Duration, MonthCount, Replies, Report, Resting, report
from rounds.exports.report import Series, bars, page

TODAY = date(2026, 11, 23)
NOTHING = report(2026, [], [], [], goal=3, today=TODAY)
YEAR = Report(
    2026, TODAY, 3,
    months=(*[MonthCount(number % 3, number % 4, number % 5) for number in range(11)], MonthCount()),
    replies=Replies(8, 6), to_meeting=Duration(3, 12.5, 2, 40), to_referral=None,
    outcomes={
        "in": {"open": 2, "completed": 1, "declined": 0, "lost": 7, "closed": 0},
        "out": {"open": 9, "completed": 5, "declined": 1, "lost": 0, "closed": 1},
    },
    earlier=1, undated=2, gaps=(ClosedGap("Kids & teens", "ob-gyn", date(2026, 2, 3)),), cells=2, open_gaps=1,
    resting=(Resting("Partners/x.md", "<b>Zoë</b>\x1b[2J", "resting", date(2027, 1, 2)),),
)  # fmt: skip


@pytest.fixture
def chromium(tmp_path: Path) -> Iterator[Browser]:
    tool("chromium")
    tool("pdftotext")
    with browser(tmp_path) as found:
        yield found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "year.html"
    path.write_text(page(YEAR), encoding="utf-8")
    return path


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.named: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.named += [name for name, _ in attrs]
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.named += [name for name, _ in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("found", [YEAR, NOTHING])
def test_the_page_needs_nothing_but_itself(found: Report) -> None:
    """No script, no address, every tag closed; what notes hold is text."""
    text = page(found)
    tags = _Tags()
    tags.feed(text)
    assert tags.open == []
    assert not {"src", "href", "onload", "style"} & {*tags.named}
    assert not re.search(r"https?:|url\(|@import|<script|<link|\x1b", text)
    assert "default-src 'none'" in text


def test_what_notes_hold_is_text() -> None:
    """A name with signs of HTML in it is shown as it is written."""
    assert "<li>&lt;b&gt;Zoë&lt;/b&gt;␛[2J, until 2 Jan 2027</li>" in page(YEAR)
    assert "<td>Kids &amp; teens</td>" in page(YEAR)


def test_a_year_without_anything_has_no_charts() -> None:
    """A word in their place."""
    assert "Nothing is recorded for this year." in page(NOTHING)
    assert "<svg" not in page(NOTHING)
    assert "Nothing is written" not in page(NOTHING._replace(to_meeting=Duration(1, 3, 3, 3)))


def test_bars_stand_to_scale() -> None:
    """Each as high as its number, none for nothing, none above the top; the goal is a line at its height."""
    chart = bars("New", ("Jan", "Feb", "Mar"), [Series("new", "one", [2, 0, 4])], goal=3)
    heights = [float(text) for text in re.findall(r'<rect[^>]* height="([\d.]+)"', chart)]
    assert heights == [67.0, 134.0]
    assert re.findall(r'class="goal" x1="0" y1="([\d.]+)"', chart) == ["61.5"]
    assert re.findall(r">(\d+)</text>", chart) == ["2", "4"]
    assert 'aria-label="New"' in chart


def test_the_tables_say_what_the_charts_show() -> None:
    """Who can't see the charts has every number as text."""
    text = re.sub(r"<[^>]+>", " ", page(YEAR))
    assert re.search(r"Jul\s+2\s+0\s+1\s", text)
    assert re.search(r"all\s+15\s+10\s+20\s", text)
    assert 'aria-label="referred by you: 9 open, 5 completed, 1 declined, 1 closed"' in page(YEAR)
    assert "6 of 8 partners that you first wrote to or called answered (75%)" in text
    assert "a median of 12.5 days, from 2 to 40, with 3 partners" in text


def test_no_request_leaves_the_page(chromium: Browser, file: Path) -> None:
    """A real browser asks nobody for anything; that it would be noticed is shown by a page that does."""
    chromium.run(file, "--dump-dom")
    assert chromium.asked == []
    file.write_text('<img src="http://somewhere.example/picture.png">')
    chromium.run(file, "--dump-dom")
    assert "somewhere.example" in chromium.asked


_COLORS = """[...new Set(["body", "h1", "td", "rect.one", "text"].map(name => {
  const style = window_.getComputedStyle(document_.querySelector(name))
  return name.startsWith("rect") || name === "text" ? style.fill : name === "body" ? style.backgroundColor : style.color }))]"""


def test_light_and_dark(chromium: Browser, file: Path) -> None:
    """As the reader's system has it; letters stand out in both by 4.5 to 1 at the least, bars by 3 to 1 (WCAG 2)."""
    for dark in (False, True):
        paper, ink, bar, soft = (_light(color) for color in chromium.look(file, _COLORS, dark=dark))
        assert (paper < 0.05) is dark
        assert _contrast(paper, ink) >= 7
        assert _contrast(paper, soft) >= 4.5
        assert _contrast(paper, bar) >= 3


def _light(color: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2)."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


@pytest.mark.parametrize("width", [320, 400, 1200])
def test_it_fits_the_screen(chromium: Browser, file: Path, width: int) -> None:
    """A phone needs no scrolling sideways, and the charts are seen."""
    look = "[document_.documentElement.scrollWidth, document_.querySelector('svg').getBoundingClientRect().height]"
    wide, high = chromium.look(file, look, width=width)
    assert wide <= width
    assert high > 60


def test_it_prints(chromium: Browser, file: Path) -> None:
    """On white paper, whatever the screen has; all of the text is on it, within two or three pages."""
    pages = chromium.pages(file, dark=True)
    assert len(pages) in {2, 3}
    text = " ".join(" ".join(pages).split())
    assert all(words in text for words in ("How 2026 is going", "Month by month", "Kids & teens", "until 2 Jan 2027"))
    command = [tool("pdftoppm"), "-r", "20", "-f", "1", "-l", "1", str(file.with_suffix(".pdf"))]
    picture = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True).stdout
    pixels = picture.split(b"\n", 3)[3]
    assert pixels[:3] == b"\xff\xff\xff"
    assert pixels.count(b"\xff") > len(pixels) * 0.6
    assert min(pixels) < 60

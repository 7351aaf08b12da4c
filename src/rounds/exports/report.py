"""Yearly report: its sentences, and its static page (report.html).

The page loads nothing and runs nothing.
"""

import datetime as dt
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from rounds.domain.partner_referral_release import DIRECTIONS
from rounds.domain.phrases import counted
from rounds.domain.report import OTHERWISE, OUTCOMES, Duration, Report, Resting

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WAYS = {"in": "to you", "out": "by you"}


class Series(NamedTuple):
    """A series of numbers.

    Attributes:
        color: CSS class of the page.
    """

    label: str
    color: str
    numbers: Sequence[int]


def heading(report: Report) -> str:
    """Heading such as `How 2026 went`, or how it's going so far."""
    if report.year == report.today.year:
        return f"How {report.year} is going"
    return f"How {report.year} went" if report.begun else f"{report.year} is still to come"


def is_empty(report: Report) -> bool:
    """Whether the notes have nothing for the year."""
    return not any((*report.total, report.replies.written, report.to_meeting, report.to_referral, report.gaps))


def month_rows(report: Report) -> list[tuple[str, ...]]:
    """Table rows of the months so far, with a header and a total."""
    rows = [
        (name, f"{month.outgoing:,}", f"{month.incoming:,}", f"{month.contacted:,}")
        for name, month in zip(MONTHS, report.months[: report.begun], strict=False)
    ]
    total = report.total
    return [
        ("", "referred by you", "referred to you", "new partners"),
        *rows,
        ("all", f"{total.outgoing:,}", f"{total.incoming:,}", f"{total.contacted:,}"),
    ]


def outcome_rows(report: Report) -> list[tuple[str, ...]]:
    """Table rows of referral outcomes, with a header; the column `closed` only if it has any."""
    used = [name for name in OUTCOMES if name != OTHERWISE or any(each[name] for each in report.outcomes.values())]
    return [
        ("", *used),
        *(
            (f"referred {_WAYS[way]}", *(f"{report.outcomes[way][name]:,}" for name in used))
            for way in DIRECTIONS[::-1]
        ),
    ]


def sentences(report: Report) -> list[tuple[str, str]]:
    """Sentences about the numbers beside the tables, each with its label."""
    replies = report.replies
    total = report.total.contacted
    found = [
        ("New partners", f"{total:,} in {counted(report.begun, 'month')}; the goal is {report.goal:,} a month"),
        (
            "Replies",
            f"{replies.answered:,} of {counted(replies.written, 'partner')} that you first wrote to or called answered"
            f" ({replies.rate:.0%})"
            if replies.rate is not None
            else "nobody was written to for the first time",
        ),
        ("From first contact to meeting", _span_words(report.to_meeting)),
        ("From meeting to first referral", _span_words(report.to_referral)),
    ]
    if source := report.main_source:
        one = f"one {'partner' if source.path else 'organization'}, {source.name}"
        found.append(
            (
                "Where they came from",
                f"{source.number:,} of {source.total:,} came from {one}; it's good to know others too",
            )
        )
    if report.earlier:
        found.append(("Open from earlier years", counted(report.earlier, "referral")))
    if report.undated:
        found.append(("Without a date, and so in no year", counted(report.undated, "referral")))
    return found


def gap_words(report: Report) -> str:
    """Sentence about the gaps that are left."""
    if not report.cells:
        return "No niche has roles yet (rounds gaps)."
    if not report.open_gaps:
        return "Of every role that your niches need, you have met somebody."
    kinds = counted(report.open_gaps, "role that your niches need", "roles that your niches need")
    return f"Still open: {kinds}, where you have met nobody yet (rounds gaps)."


def day_text(day: dt.date) -> str:
    """`3 Jan 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def rest_words(resting: Resting) -> str:
    """Who rests, and until when."""
    until = f", until {day_text(resting.until)}" if resting.until else ""
    return f"{resting.name}{' (not a fit)' if resting.stage == 'not a fit' else ''}{until}"


def _span_words(span: Duration | None) -> str:
    if span is None:
        return "nobody yet"
    days = f"{span.median:g} {'day' if span.median == 1 else 'days'}"
    if span.partners == 1:
        return f"{days}, with one partner"
    return f"a median of {days}, from {span.shortest:,} to {span.longest:,}, with {span.partners:,} partners"


def _outcomes(report: Report) -> dict[str, list[Series]]:
    return {
        f"referred {_WAYS[way]}": [
            Series(f"{number:,} {name}", name, [number]) for name, number in counts.items() if number
        ]
        for way in DIRECTIONS[::-1]
        if any((counts := report.outcomes[way]).values())
    }


def page(report: Report) -> str:
    """The report as HTML, with charts; light, dark and for print."""
    from markupsafe import Markup

    from rounds.exports.write_files import rendered

    below, total = f"As the notes have it on {day_text(report.today)}.", report.total
    months = report.months[: report.begun]
    figures = {
        "referred by you": total.outgoing, "referred to you": total.incoming,
        "still open": sum(each["open"] for each in report.outcomes.values()), "new partners": total.contacted,
    }  # fmt: skip
    return rendered(
        "report.html",
        report=report,
        title=heading(report),
        empty=is_empty(report),
        below=f"{below} Nothing is recorded for this year." if is_empty(report) else below,
        figures=figures,
        months=MONTHS,
        referred=[
            Series("referred by you", "one", [month.outgoing for month in months]),
            Series("referred to you", "two", [month.incoming for month in months]),
        ],
        outcomes=_outcomes(report) if any(total[:2]) else {},
        contacted=[Series("new partners", "one", [month.contacted for month in months])],
        month_rows=month_rows(report),
        sentences=sentences(report),
        gaps=[("niche", "role", "first met"), *((gap.niche, gap.role, day_text(gap.day)) for gap in report.gaps)],
        gap_words=gap_words(report),
        resting=[rest_words(each) for each in report.resting],
        bars=lambda *series: Markup(bars(*series)),  # noqa: S704  # made by us, its texts escaped
        strip=lambda *series: Markup(strip(*series)),  # noqa: S704
    )


# Charts: SVG, with colors and fonts of the page ---------------------------------------------------------------------

WIDE, HIGH = 640, 190
_TOP, _BASE = 28, 162
"""Y positions of the highest bar's top, and of the base of all bars."""


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

"""Yearly report: its sentences, and its static page (report.html).

The page loads nothing and runs nothing.
"""

import datetime as dt

from rounds.domain.phrases import counted
from rounds.domain.records import DIRECTIONS
from rounds.domain.report import OTHERWISE, OUTCOMES, Duration, Report, Resting
from rounds.exports.charts import Series, bars, strip

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WAYS = {"in": "to you", "out": "by you"}


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
            f"{replies.answered:,} of {counted(replies.written, 'partner')} whom you first wrote to or called answered"
            f" ({replies.rate:.0%})"
            if replies.rate is not None
            else "nobody was written to for the first time",
        ),
        ("From first contact to meeting", _span_words(report.to_meeting)),
        ("From meeting to first referral", _span_words(report.to_referral)),
    ]
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

    from rounds.exports.html_pages import rendered

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
        below=f"{below} Nothing is written down for this year." if is_empty(report) else below,
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

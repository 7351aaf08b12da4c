"""The report of a year: its sentences, and a page of its own, which loads nothing and runs nothing."""

import datetime as dt
from collections.abc import Sequence
from html import escape

from rounds.domain.referral import DIRECTIONS
from rounds.domain.report import OTHERWISE, OUTCOMES, Report, Resting, Span
from rounds.formats.charts import Series, bars, legend, strip
from rounds.formats.plain import shown

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WAYS = {"in": "to you", "out": "by you"}

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
:root {{ --paper: #fff; --ink: #1d2124; --soft: #5a6166; --line: #c9ced2; --one: #24718f; --two: #b8701a;
  --open: #3b8a67; --completed: #6a6f9c; --declined: #858d92; --lost: #4c5358 }}
@media screen and (prefers-color-scheme: dark) {{ :root {{ --paper: #15181a; --ink: #e6e7e4; --soft: #a6adb2;
  --line: #3d4449; --one: #66b3d0; --two: #e2a457; --open: #6fbf98; --completed: #a5a9dc; --declined: #7b8388;
  --lost: #c3cacf }} }}
@media print {{ :root {{ color-scheme: only light; --ink: #000; --soft: #444; --line: #999 }} }}
@page {{ margin: 16mm }}
body {{ font: 16px/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; color: var(--ink);
  background: var(--paper); max-width: 44rem; margin: 2rem auto; padding: 0 1rem }}
h1 {{ font-size: 1.75rem; line-height: 1.2; margin: 0 }}
h2 {{ font-size: 1.1rem; margin: 2.4rem 0 .5rem }}
p {{ margin: .4rem 0 }}
.soft, th, dt {{ color: var(--soft) }}
.figures {{ display: grid; grid-template-columns: repeat(4, 1fr); gap: .75rem; margin: 1.5rem 0 0 }}
.figures div {{ border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem;
  display: flex; flex-direction: column-reverse; justify-content: flex-end }}
.figures dt {{ font-size: .85rem; line-height: 1.3 }}
.figures dd {{ margin: 0; font-size: 1.6rem; line-height: 1.25; font-variant-numeric: tabular-nums }}
svg {{ display: block; width: 100%; height: auto }}
svg text {{ font-size: 13px; fill: var(--ink); stroke: var(--paper); stroke-width: 5px; paint-order: stroke }}
svg .soft {{ fill: var(--soft) }}
.one {{ fill: var(--one) }} .two {{ fill: var(--two) }} .open {{ fill: var(--open) }}
.completed, .closed {{ fill: var(--completed) }} .declined {{ fill: var(--declined) }} .lost {{ fill: var(--lost) }}
.base {{ stroke: var(--line) }}
.goal {{ stroke: var(--soft); stroke-dasharray: 4 4 }}
.legend {{ display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin-top: .35rem; font-size: .85rem;
  color: var(--soft) }}
.legend span {{ display: inline-flex; align-items: center; gap: .4rem }}
.swatch {{ width: .7rem; height: .7rem; flex: none }}
table {{ border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums }}
th, td {{ text-align: left; font-weight: normal; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top }}
:is(th, td):last-child {{ padding-right: 0; white-space: nowrap }}
.number {{ text-align: right }}
tfoot td {{ font-weight: 600; border-bottom: 0 }}
dl.lines dt {{ margin-top: .6rem; font-size: .85rem }}
dl.lines dd {{ margin: 0 }}
ul {{ margin: .4rem 0; padding-left: 1.2rem; columns: 3 12rem }}
li {{ break-inside: avoid }}
@media (max-width: 30rem) {{
  .figures {{ grid-template-columns: repeat(2, 1fr) }}
  svg text {{ font-size: 17px }}
}}
@media print {{
  :root {{ font-size: 10.5pt }}
  body {{ font-size: 1rem; line-height: 1.4; margin: 0; max-width: none; padding: 0 1px }}
  h2 {{ margin-top: 1.1rem; break-after: avoid }}
  dl.lines dt {{ margin-top: .25rem }}
  section:has(svg), section:has(tfoot), tr {{ break-inside: avoid }}
  th, td {{ padding-top: .12rem; padding-bottom: .12rem }}
  main svg:not(.swatch) {{ max-height: 46mm }}
}}
</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p class="soft">{below}</p>
</header>
<main>
{main}
</main>
</body>
</html>
"""


def heading(report: Report) -> str:
    """`How 2026 went`, or how it goes so far."""
    if report.year == report.today.year:
        return f"How {report.year} is going"
    return f"How {report.year} went" if report.begun else f"{report.year} is still to come"


def is_empty(report: Report) -> bool:
    """Whether nothing of the year is written down."""
    return not any((*report.total, report.replies.written, report.to_meeting, report.to_referral, report.gaps))


def month_rows(report: Report) -> list[tuple[str, ...]]:
    """The months that have begun, with a head and a sum."""
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
    """What became of the referrals, with a head; the column `closed` only where it holds some."""
    used = [name for name in OUTCOMES if name != OTHERWISE or any(each[name] for each in report.outcomes.values())]
    return [
        ("", *used),
        *(
            (f"referred {_WAYS[way]}", *(f"{report.outcomes[way][name]:,}" for name in used))
            for way in DIRECTIONS[::-1]
        ),
    ]


def sentences(report: Report) -> list[tuple[str, str]]:
    """What the numbers say beside the tables, each with its label."""
    replies = report.replies
    total = report.total.contacted
    found = [
        ("New partners", f"{total:,} in {_counted(report.begun, 'month')}; the goal is {report.goal:,} a month"),
        (
            "Replies",
            f"{replies.answered:,} of {_counted(replies.written, 'partner')} whom you first wrote to or called answered"
            f" ({replies.rate:.0%})"
            if replies.rate is not None
            else "nobody was written to for the first time",
        ),
        ("From first contact to meeting", _span_words(report.to_meeting)),
        ("From meeting to first referral", _span_words(report.to_referral)),
    ]
    if report.earlier:
        found.append(("Open from earlier years", _counted(report.earlier, "referral")))
    if report.undated:
        found.append(("Without a date, and so in no year", _counted(report.undated, "referral")))
    return found


def gap_words(report: Report) -> str:
    """How many gaps are left."""
    if not report.cells:
        return "No niche has roles yet (rounds gaps)."
    if not report.open_gaps:
        return "Of every role that your niches need, you have met somebody."
    kinds = _counted(report.open_gaps, "role that your niches need", "roles that your niches need")
    return f"Still open: {kinds}, where you have met nobody yet (rounds gaps)."


def day_text(day: dt.date) -> str:
    """`3 Jan 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def rest_words(resting: Resting) -> str:
    """Who rests, and until when."""
    until = f", until {day_text(resting.until)}" if resting.until else ""
    return f"{resting.name}{' (not a fit)' if resting.stage == 'not a fit' else ''}{until}"


def _span_words(span: Span | None) -> str:
    if span is None:
        return "nobody yet"
    days = f"{span.median:g} {'day' if span.median == 1 else 'days'}"
    if span.partners == 1:
        return f"{days}, with one partner"
    return f"a median of {days}, from {span.shortest:,} to {span.longest:,}, with {span.partners:,} partners"


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def page(report: Report) -> str:
    """The report as HTML, with charts; light, dark and for print."""
    below = f"As the notes have it on {day_text(report.today)}."
    if is_empty(report):
        below = f"{below} Nothing is written down for this year."
    parts = [] if is_empty(report) else [_figures(report), _referrals(report), _new(report), _along(report)]
    parts += [_gaps(report), _resting(report)]
    return _PAGE.format(title=escape(heading(report)), below=escape(below), main="\n".join(parts))


def _figures(report: Report) -> str:
    total = report.total
    still = sum(each["open"] for each in report.outcomes.values())
    figures = {
        "referred by you": total.outgoing, "referred to you": total.incoming, "still open": still,
        "new partners": total.contacted,
    }  # fmt: skip
    cells = "".join(f"<div><dt>{label}</dt><dd>{number:,}</dd></div>" for label, number in figures.items())
    return f'<dl class="figures">{cells}</dl>'


def _referrals(report: Report) -> str:
    months = report.months[: report.begun]
    series = [
        Series("referred by you", "one", [month.outgoing for month in months]),
        Series("referred to you", "two", [month.incoming for month in months]),
    ]
    if not any(report.total[:2]):
        return _section("Referrals", _paragraph("None."))
    became = [
        _became(f"referred {_WAYS[way]}", [Series(name, name, [number]) for name, number in counts.items() if number])
        for way in DIRECTIONS[::-1]
        if any((counts := report.outcomes[way]).values())
    ]
    return _section("Referrals", bars("Referrals by month", MONTHS, series), _legend(series)) + _section(
        "What became of them", *became
    )


def _became(title: str, counts: Sequence[Series]) -> str:
    numbered = [each._replace(label=f"{each.numbers[0]:,} {each.label}") for each in counts]
    said = f"{title}: {', '.join(each.label for each in numbered)}"
    return f'<p class="soft">{title}</p>{strip(said, counts)}{_legend(numbered)}'


def _new(report: Report) -> str:
    series = [Series("new partners", "one", [month.contacted for month in report.months[: report.begun]])]
    goal = f"<span>dashed: the goal of {report.goal:,} a month</span>" if report.goal else ""
    return _section(
        "New partners",
        bars("New partners by month", MONTHS, series, report.goal),
        f'<div class="legend">{legend(series)}{goal}</div>',
    ) + _section("Month by month", _table(month_rows(report), foot=True))


def _along(report: Report) -> str:
    lines = "".join(f"<dt>{_safe(one)}</dt><dd>{_safe(text)}</dd>" for one, text in sentences(report))
    return _section("On the way", f'<dl class="lines">{lines}</dl>')


def _gaps(report: Report) -> str:
    rows = [("niche", "role", "first met"), *((gap.niche, gap.role, day_text(gap.day)) for gap in report.gaps)]
    return _section("Gaps closed", _table(rows, numbers=False) if report.gaps else "", _paragraph(gap_words(report)))


def _resting(report: Report) -> str:
    names = "".join(f"<li>{_safe(rest_words(each))}</li>" for each in report.resting)
    return _section("Who is resting", f"<ul>{names}</ul>" if names else _paragraph("Nobody."))


def _section(title: str, *parts: str) -> str:
    return "\n".join((f"<section>\n<h2>{escape(title)}</h2>", *filter(None, parts), "</section>"))


def _paragraph(text: str) -> str:
    return f"<p>{_safe(text)}</p>"


def _legend(series: Sequence[Series]) -> str:
    return f'<div class="legend">{legend(series)}</div>'


def _table(rows: Sequence[Sequence[str]], *, numbers: bool = True, foot: bool = False) -> str:
    """Rows with a head, and a foot where the last one is a sum; numbers stand to the right."""

    def row(cells: Sequence[str], tag: str = "td") -> str:
        return f"<tr>{''.join(_cell(text, tag, right=numbers and place > 0) for place, text in enumerate(cells))}</tr>"

    body = rows[1:-1] if foot else rows[1:]
    last = f"<tfoot>{row(rows[-1])}</tfoot>" if foot else ""
    return f"<table><thead>{row(rows[0], 'th')}</thead><tbody>{''.join(map(row, body))}</tbody>{last}</table>"


def _cell(text: str, tag: str, *, right: bool) -> str:
    named = ' class="number"' if right else ""
    return f"<{tag}{named}>{_safe(text)}</{tag}>"


def _safe(text: str) -> str:
    return escape(shown(text))

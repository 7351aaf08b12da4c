"""`rounds report`: year report."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import report_shape
from rounds.cli.options import command
from rounds.cli.output import BOLD, PLAIN, section, table, wrapped
from rounds.cli.session import Session

if TYPE_CHECKING:
    from rounds.domain.report import Report


@command("report", '{"report": REPORT, "file": PATH or null}')
@click.option("--year", type=click.IntRange(1, 9999), metavar="YEAR", help="The year; this year by default.")
@click.option("--html", metavar="FILE", default="", help="Write it as a page with charts, for screen and print.")
@click.option("--replace", is_flag=True, help="Replace an existing page.")
def report(session: Session, *, year: int | None, html: str, replace: bool) -> None:
    """Show a year in review.

    Referrals out and in by month, new partners against the goal, replies, the time to first meetings and referrals,
    outcomes of referrals, closed gaps, and resting partners. All numbers are for the whole network: partners are never
    ranked by what they send, and nothing about clients is included.
    """
    from rounds.vault.month_report import year_report

    vault = session.vault
    found = year_report(vault, year or vault.today().year)
    path = _write(found, html, replace=replace) if html else None
    session.out.show(
        lambda: {"report": report_shape(found), "file": path},
        lambda: [path] if path else _lines(found, session.out.width),
    )


def _write(found: "Report", html: str, *, replace: bool) -> str:
    from rounds.exports.report import page
    from rounds.exports.write_files import write_papers

    path = os.path.abspath(os.path.expanduser(html))
    folder, name = os.path.split(path)
    write_papers(folder, {name: page(found).encode()}, replace=replace)
    return path


def _lines(found: "Report", width: int) -> Iterator[str]:
    from rounds.exports import report as words

    yield f"{BOLD}{words.heading(found)}{PLAIN}"
    if words.is_empty(found):
        yield "Nothing is recorded for this year."
    else:
        yield from ("", *table(words.month_rows(found), width), "", *table(words.outcome_rows(found), width), "")
        for label, text in words.sentences(found):
            yield from wrapped(f"{label}: {text}.", width)
    closed = table([(gap.niche, gap.role, words.day_text(gap.day)) for gap in found.gaps], width)
    yield from section("Gaps closed", [*closed, *wrapped(words.gap_words(found), width)])
    yield from section("Who is resting", map(words.rest_words, found.resting) if found.resting else ["Nobody."])

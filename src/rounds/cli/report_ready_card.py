"""`rounds report` (a year in review), `ready` (first contact) and `card` (card, summary, referral form)."""

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import report_shape
from rounds.cli.notices_unknown_words import tell_of_unread
from rounds.cli.options import command, who_completion
from rounds.cli.output import BOLD, PLAIN, as_typed, say, section, table, wrapped
from rounds.cli.session import Session
from rounds.domain.phrases import WHAT_BELONGS
from rounds.errors import UsageError
from rounds.exports.card import VERSIONS

if TYPE_CHECKING:
    from rounds.domain.readiness import Point
    from rounds.domain.report import Report
    from rounds.vault.practice import Papers
    from rounds.vault.vault import Vault


@command("ready", '{"ready": BOOLEAN, "points": [{"name", "ready", "found", "advice"}], "belongs": [TEXT]}')
def ready(session: Session) -> None:
    """Check your readiness for a first contact.

    Checks six things in Practice.md: who you are, a specific niche, the ideal client, how to refer, a website, and a
    digital card or a one-page summary. Lists what is missing or too general, with advice.
    """
    from rounds.vault.practice import ready as points_of

    points = points_of(session.vault)
    session.out.show(
        lambda: {
            "ready": all(point.ready for point in points),
            "points": [{**point._asdict(), "advice": list(point.advice)} for point in points],
            "belongs": list(WHAT_BELONGS),
        },
        lambda: _point_lines(points, session.out.width),
    )


def _point_lines(points: "list[Point]", width: int) -> Iterator[str]:
    for number, point in enumerate(points, 1):
        yield f"{number}. {BOLD}{point.name}{PLAIN}: {'ready' if point.ready else 'not yet'}"
        for text in (point.found, *point.advice):
            yield from wrapped(text, width, "   ") if text else ()
    missing = sum(not point.ready for point in points)
    yield ""
    yield "All six are ready." if not missing else f"{6 - missing} of 6 are ready."
    yield ""
    yield "What belongs where:"
    for text in WHAT_BELONGS:
        yield from wrapped(text, width, "  ")


@command("card", '{"folder": PATH, "files": [PATH], "written": [PATH]}')
@click.argument("who", nargs=-1, metavar="[WHO]", shell_complete=who_completion)
@click.option("--to", "to", metavar="FOLDER", default="",
              help="The folder to write to, by default outside the vault; with WHO, or a .vcf file.")  # fmt: skip
@click.option("--vcard", "version", type=click.Choice(VERSIONS), default=VERSIONS[0], show_default=True,
              help="The vCard version; every address book reads 3.0.")  # fmt: skip
@click.option("--referral-form", "form", metavar="FILE", default="",
              help="Write only a blank form for referrals to you, as a page for print.")  # fmt: skip
@click.option("--replace", is_flag=True, help="Replace files with different content.")
def card(session: Session, *, who: tuple[str, ...], to: str, version: str, form: str, replace: bool) -> None:
    """Make your digital card, or a partner's.

    Yours are made from Practice.md only: a vCard, its QR code as SVG and PNG, and a page for print. With WHO, it's the
    vCard and QR code of a partner or organization, without the log. On a terminal, the QR code is also shown, so that a
    phone can scan it. Existing files are replaced only with --replace.
    """
    from rounds.exports.write_files import write_papers
    from rounds.vault.practice import papers

    if form:
        _write_form(session, form, who, replace=replace)
        return
    vault = session.vault
    place = os.path.abspath(os.path.expanduser(to)) if to else os.path.join(vault.data, "card")
    folder, made = _partner_card(vault, who, place, version) if who else (place, papers(vault, version))
    written = write_papers(folder, made.files, replace=replace)
    paths = [os.path.join(folder, name) for name in made.files]
    session.out.show(
        lambda: {"folder": folder, "files": paths, "written": written},
        lambda: [
            *_code_lines(made.code, session.out.width),
            *(f"{path}{'' if path in written else ' (unchanged)'}" for path in paths),
        ],
    )
    if not who:
        _tell_how_to_keep(vault, paths)


def _code_lines(code: str, width: int) -> list[str]:
    """The QR code, if there is a terminal and it fits in."""
    lines = code.rstrip("\n").split("\n") if width else []
    if lines and len(lines[0]) > width:
        say(f"The QR code needs {len(lines[0])} columns, and the terminal has {width}.")
        return []
    return lines


def _partner_card(vault: "Vault", who: Sequence[str], place: str, version: str) -> "tuple[str, Papers]":
    """The folder and the files of a partner's card; a place that ends in .vcf is the card itself, without pictures."""
    from rounds.exports.write_files import file_place
    from rounds.vault.export_contacts import partner_papers
    from rounds.vault.find_note import find

    entry = find(vault, " ".join(who))
    tell_of_unread([entry])
    made = partner_papers(vault, entry, version)
    if not place.lower().endswith(".vcf"):
        return place, made
    folder, name = file_place(place)
    return folder, made._replace(files={name: next(iter(made.files.values()))})


def _write_form(session: Session, path: str, who: Sequence[str], *, replace: bool) -> None:
    """Write the blank form for referrals to the practice."""
    from rounds.exports.write_files import write_page
    from rounds.vault.practice import form

    if who:
        raise UsageError("the referral form is for referrals to you, so it takes no name", hint="Leave out WHO.")
    path = write_page(path, form(session.vault), replace=replace)
    session.out.show(lambda: {"folder": os.path.dirname(path), "files": [path], "written": [path]}, lambda: [path])


def _tell_how_to_keep(vault: "Vault", paths: list[str]) -> None:
    """Say how to add the files to Practice.md, if it names none."""
    from rounds.vault.practice import practice_of

    texts = practice_of(vault).texts
    lacking = {key: path for key, path in (("card", paths[0]), ("summary", paths[-1])) if not texts.get(key)}
    inside = {key: os.path.relpath(path, vault.root).replace(os.sep, "/") for key, path in lacking.items()}
    if any(path.startswith("..") for path in inside.values()):
        say(as_typed("To keep them in the vault, name a folder in it, such as: rounds card --to Attachments"))
    elif inside:
        settings = " ".join(f'{key}="{path}"' for key, path in inside.items())
        say(f"{as_typed('To add it to Practice.md: rounds set Practice')} {settings}")


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
    from rounds.vault.month_suggestions_year_report import year_report

    vault = session.vault
    found = year_report(vault, year or vault.today().year)
    path = _write(found, html, replace=replace) if html else None
    session.out.show(
        lambda: {"report": report_shape(found), "file": path},
        lambda: [path] if path else _lines(found, session.out.width),
    )


def _write(found: "Report", html: str, *, replace: bool) -> str:
    from rounds.exports.report import page
    from rounds.exports.write_files import write_page

    return write_page(html, page(found), replace=replace)


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

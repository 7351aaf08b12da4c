"""`rounds suggest` (partners to contact next), `gaps` (niches by role) and `intro` (possible introductions)."""

import shlex
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import cell_shape, draft_shape, suggestion_shape, way_shape, written_shape
from rounds.cli.options import command, who_completion
from rounds.cli.output import GAP, as_typed, program, say, section, table, wrapped
from rounds.cli.output import cells as columns
from rounds.cli.prompts import agrees, ask, can_ask
from rounds.cli.resolve import tell_if_known, unmistakable
from rounds.cli.session import Session
from rounds.cli.today_inbox import month_words
from rounds.domain.phrases import day_words
from rounds.errors import RoundsError, UsageError

if TYPE_CHECKING:
    from rounds.domain.gaps_introductions_suggestions import Cell, Introduction, Suggestion
    from rounds.vault.drafting import Composed
    from rounds.vault.vault import NoteRecord, Vault


@command(
    "suggest", '{"suggestions": [SUGGESTION], "month": MONTH, "chosen": WRITTEN or null}', newcomers=True, guarded=True
)
@click.option("--choose", "who", metavar="WHO", default="", help="Add a partner to this month.",
              shell_complete=who_completion)  # fmt: skip
def suggest(session: Session, who: str) -> None:
    """Suggest partners to contact next.

    New partners who would fill a gap come first, then those with the best way to reach them: an introduction, a
    personal email, a short call if there is neither, or an event. Choosing one adds a reminder.
    """
    from rounds.vault.find_note import find
    from rounds.vault.month_suggestions_year_report import month, suggestions

    vault = session.vault
    if who:
        _choose(session, find(vault, who, ("partner",)))
        return
    found, progress = suggestions(vault), month(vault)
    session.out.show(
        lambda: {"suggestions": [*map(suggestion_shape, found)], "month": progress._asdict(), "chosen": None},
        lambda: [*_suggestion_lines(found, session.out.width), "", month_words(progress, vault.today())],
    )
    if found and not session.json:
        who = shlex.quote(unmistakable(vault, found[0].path, found[0].name))
        say(f"To add one to this month: {program(session.named)} suggest --choose {who}")


def _suggestion_lines(found: Sequence["Suggestion"], width: int) -> Iterator[str]:
    for number, each in enumerate(found, 1):
        head = f"{number:>2}. "
        yield f"{head}{each.name}{GAP}by {each.channel}"
        yield from wrapped("; ".join(each.reasons()), width, " " * len(head))
    if not found:
        yield as_typed("There is nobody new to contact. See where to look: rounds gaps. Add a partner: rounds add NAME")


def _choose(session: Session, entry: "NoteRecord") -> None:
    from rounds.vault.month_suggestions_year_report import choose, month

    vault = session.vault
    tell_if_known(entry)
    written = choose(vault, entry)
    vault.sync()
    chosen = written and written_shape(written, entry.name)
    lines = [f"{entry.name}: {line}" for line in written.lines] if written else []
    session.out.show(
        lambda: {"suggestions": [], "month": month(vault)._asdict(), "chosen": chosen},
        lambda: lines or [f"{entry.name} is already chosen for this month."],
    )


_ROOM = 20
"""Minimum width of the column with known names, in terminal columns."""


@command("gaps", '{"cells": [CELL], "empty": NUMBER, "missing": [NICHE]}')
def gaps(session: Session) -> None:
    """Show the niches and roles where you know nobody.

    The niches come from Practice.md, the team's notes, and what every practice needs; their roles are listed in
    Playbook/Niches, and where to look in Playbook/Roles. Roles where you know nobody come first.
    """
    from rounds.vault.gaps_introductions_match import all_gaps

    found = all_gaps(session.vault)
    session.out.show(
        lambda: {
            "cells": [cell_shape(cell) for cell in found.cells],
            "empty": sum(cell.empty for cell in found.cells),
            "missing": found.missing,
        },
        lambda: _gap_lines(found.cells, session.out.width),
    )
    for name in found.missing:
        _offer_note(session, name)
    if not any(cell.niche.own for cell in found.cells):
        say("You can name your own niches in Practice.md, under niches.")


def _offer_note(session: Session, name: str) -> None:
    """Offer to make the note of a niche that Practice.md names; in Obsidian, its link leads nowhere until then."""
    from rounds.vault.playbook import bundled

    say(f"The playbook has no note for the niche {name}, so its roles aren't here.")
    known = bundled("niche", name)
    roles = "" if known else " --roles ROLES"
    if not (can_ask(session) and agrees(f"Add a note for {name}?")):
        say(f"To add one: {program(session.named)} niche add {shlex.quote(name)}{roles}")
        return
    from rounds.cli.niche_role import write_niche

    typed = "" if known else ask("The roles it needs, with commas")
    if known or typed:
        write_niche(session, name, typed)


def _gap_lines(cells: Sequence["Cell"], width: int) -> Iterator[str]:
    if not cells:
        yield "No niche has roles yet. List them in notes in Playbook/Niches."
        return
    yield from _rows(cells, width)
    empty = {cell.role.name: cell.role for cell in cells if cell.empty and cell.role.where}
    places = [f"{role.name}: {'; '.join(role.where)}" for role in empty.values()]
    yield from section("Where to look", [line for place in places for line in wrapped(place, width)])


def _rows(cells: Sequence["Cell"], width: int) -> Iterator[str]:
    """Niche, role and known names; the names go below if there is little room beside, and nothing is cut."""
    names = table([("niche", "role"), *((cell.niche.name, cell.role.name) for cell in cells)])
    known = ["known", *map(_known, cells)]
    wide = max(map(columns, names)) + len(GAP)
    for name, words in zip(names, known, strict=True):
        if width and width - wide < _ROOM:
            yield from (*wrapped(name, width), *wrapped(words, width, GAP * 2))
        else:
            first, *more = wrapped(words, width, " " * wide)
            yield from (name + " " * (wide - columns(name)) + first.strip(), *more)


def _known(cell: "Cell") -> str:
    counts = [f"{number} {stage}" for stage, number in cell.stages.items() if number]
    return ", ".join(counts if not cell.empty else ["nobody yet", *counts])


_SHOWN = 5
"""Maximum paths shown; the JSON answer has all."""


@command(
    "intro",
    '{"name": TEXT, "path": PATH, "ways": [WAY], "draft": DRAFT or null, "asked": WRITTEN or null}',
    newcomers=True,
    guarded=True,
)
@click.argument("who", nargs=-1, required=True, metavar="WHO", shell_complete=who_completion)
@click.option("--asked", "by", metavar="BY", default="", help="Log that you asked BY for the introduction.",
              shell_complete=who_completion)  # fmt: skip
@click.option("--introduced", "made_by", metavar="BY", default="", help="Log that BY introduced you.",
              shell_complete=who_completion)  # fmt: skip
def intro(session: Session, who: tuple[str, ...], by: str, made_by: str) -> None:
    """Find who could introduce you to someone.

    Looks for connections from partners you are in touch with: introductions, acquaintances, a shared organization, and
    links in notes; the warmest first. The request to the first person uses the playbook's message of kind intro. With
    --asked, the request is logged, and a reminder follows after a week. With --introduced, the introduction is logged,
    and `introduced_by` says who made it. Whoever was asked or made it is to be thanked once it has worked.
    """
    from rounds.cli.draft_share import link_of
    from rounds.vault.find_note import find
    from rounds.vault.gaps_introductions_match import paths_to

    vault = session.vault
    entry = find(vault, " ".join(who), ("partner",))
    if by and made_by:
        raise UsageError("--asked and --introduced can't be used together", hint="Log one after the other.")
    if by or made_by:
        _log(session, entry, find(vault, by or made_by, ("partner",)), made=bool(made_by))
        return
    ways = paths_to(vault, entry)
    tell_if_known(entry)
    made = _request(vault, ways[0]) if ways else None
    session.out.show(
        lambda: {
            "name": entry.name,
            "path": entry.path,
            "ways": [way_shape(way) for way in ways],
            "draft": made and draft_shape(made.draft, made.remarks, link_of(made.draft)),
            "asked": None,
        },
        lambda: _way_lines(session, entry, ways, made),
    )


def _request(vault: "Vault", way: "Introduction") -> "Composed | None":
    """The request, or None, with a message, if it can't be made; missing details are printed too."""
    from rounds.cli.draft_share import tell_remarks
    from rounds.vault.drafting import request

    try:
        made = request(vault, way)
        if made.missing:
            say(f'Note: the request has "…" where details are missing: {", ".join(made.missing)}.')
        else:
            tell_remarks(made.remarks, made.draft.name)
    except RoundsError as error:
        say(f"No request was drafted: {error.message}. {as_typed(error.hint)}".rstrip())
        return None
    return made


def _way_lines(
    session: Session, entry: "NoteRecord", ways: Sequence["Introduction"], made: "Composed | None"
) -> Iterator[str]:
    from rounds.cli.draft_share import draft_lines

    width, today = session.out.width, session.vault.today()
    if not ways:
        yield f"Nobody you are in touch with seems to know {entry.name}."
        who = shlex.quote(entry.name)
        yield f"To note who does, for example: {program(session.named)} set NAME knows+={who}"
        return
    for number, way in enumerate(ways[:_SHOWN], 1):
        first = way.people[0]
        last = f" (last contact {day_words(first.last, today)})" if first.last else ""
        yield f"{number:>2}. {' -> '.join(person.name for person in way.people)}{last}"
        for words in way.tie_phrases():
            yield from wrapped(words, width, "    ")
    if len(ways) > _SHOWN:
        yield f"    and {len(ways) - _SHOWN:,} more"
    if made:
        yield from section(f"A request to {ways[0].people[0].name}", draft_lines(made.draft, linked=True))


def _log(session: Session, entry: "NoteRecord", by: "NoteRecord", *, made: bool) -> None:
    from rounds.vault.gaps_introductions_match import ask, record_introduction

    if entry.path == by.path:
        raise UsageError(f"{entry.name} can't introduce you to themselves", hint="Name someone else.")
    written = (record_introduction if made else ask)(session.vault, entry, by)
    session.vault.sync()
    asked = written_shape(written, entry.name)
    session.out.show(
        lambda: {"name": entry.name, "path": entry.path, "ways": [], "draft": None, "asked": asked},
        lambda: [f"{entry.name}: {line}" for line in written.lines],
    )

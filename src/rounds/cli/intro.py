"""`rounds intro`: possible introductions to a partner."""

import shlex
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import draft_shape, way_shape
from rounds.cli.options import command, who_completion
from rounds.cli.output import BOLD, PLAIN, say, wrapped
from rounds.cli.program_name import as_typed, program
from rounds.cli.resolve import tell_if_known
from rounds.cli.session import Session
from rounds.domain.phrases import day_words
from rounds.errors import RoundsError, UsageError

if TYPE_CHECKING:
    from rounds.domain.network import Introduction
    from rounds.vault.drafting import Composed
    from rounds.vault.vault import NoteRecord, Vault

SHOWN = 5
"""Maximum paths shown; the JSON answer has all."""


@command(
    "intro",
    '{"name": TEXT, "path": PATH, "ways": [WAY], "draft": DRAFT or null, "asked": WRITTEN or null}',
    newcomers=True,
)
@click.argument("who", nargs=-1, required=True, metavar="WHO", shell_complete=who_completion)
@click.option("--asked", "by", metavar="BY", default="", help="Write down that you asked BY for the introduction.",
              shell_complete=who_completion)  # fmt: skip
def intro(session: Session, who: tuple[str, ...], by: str) -> None:
    """Find who could introduce you to somebody.

    Looks for ways from partners you are in touch with: by introductions, acquaintance, a shared organization, and links
    in notes; the warmest first. The request to the first is the playbook's message of the kind intro. With --asked it
    is logged, and after a week you are reminded of it.
    """
    from rounds.cli.draft import link_of
    from rounds.vault.lookup import find
    from rounds.vault.network import paths_to

    vault = session.vault
    entry = find(vault, " ".join(who), ("partner",))
    if by:
        _asked(session, entry, find(vault, by, ("partner",)))
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
        lambda: _lines(session, entry, ways, made),
    )


def _request(vault: "Vault", way: "Introduction") -> "Composed | None":
    """The request, or None, with a message, if it can't be made; missing details are printed too."""
    from rounds.cli.draft import tell_remarks
    from rounds.vault.drafting import request

    try:
        made = request(vault, way)
        if made.missing:
            say(f'Note: the request says "…" for what is written nowhere yet: {", ".join(made.missing)}.')
        else:
            tell_remarks(made.remarks, made.draft.name)
    except RoundsError as error:
        say(f"There is no request: {error.message}. {as_typed(error.hint)}".rstrip())
        return None
    return made


def _lines(
    session: Session, entry: "NoteRecord", ways: Sequence["Introduction"], made: "Composed | None"
) -> Iterator[str]:
    from rounds.cli.draft import draft_lines

    width, today = session.out.width, session.vault.today()
    if not ways:
        yield f"Nobody you are in touch with seems to know {entry.name}."
        who = shlex.quote(entry.name)
        yield f"Who does can be noted, for example: {program(session.named)} set NAME knows+={who}"
        return
    for number, way in enumerate(ways[:SHOWN], 1):
        first = way.people[0]
        last = f" (last contact {day_words(first.last, today)})" if first.last else ""
        yield f"{number:>2}. {' -> '.join(person.name for person in way.people)}{last}"
        for words in way.tie_phrases():
            yield from wrapped(words, width, "    ")
    if len(ways) > SHOWN:
        yield f"    and {len(ways) - SHOWN:,} more"
    if made:
        yield from ("", f"{BOLD}A request to {ways[0].people[0].name}{PLAIN}", *draft_lines(made.draft, linked=True))


def _asked(session: Session, entry: "NoteRecord", by: "NoteRecord") -> None:
    from rounds.vault.network import ask

    if entry.path == by.path:
        raise UsageError(f"{entry.name} can't introduce you to themselves", hint="Name somebody else with --asked.")
    written = ask(session.vault, entry, by)
    session.vault.sync()
    lines = list(written.lines)
    session.out.show(
        lambda: {
            "name": entry.name,
            "path": entry.path,
            "ways": [],
            "draft": None,
            "asked": {"path": entry.path, "name": entry.name, "lines": lines},
        },
        lambda: [f"{entry.name}: {line}" for line in lines],
    )

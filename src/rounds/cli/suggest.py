"""`rounds suggest`: partners to contact next, why, and how."""

import shlex
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import suggestion_shape
from rounds.cli.options import command, who_completion
from rounds.cli.output import GAP, say, wrapped
from rounds.cli.program_name import as_typed, program
from rounds.cli.resolve import tell_if_known, unmistakable
from rounds.cli.session import Session
from rounds.cli.today import month_words

if TYPE_CHECKING:
    from rounds.domain.network import Suggestion
    from rounds.vault.vault import NoteRecord


@command("suggest", '{"suggestions": [SUGGESTION], "month": MONTH, "chosen": WRITTEN or null}', newcomers=True)
@click.option("--choose", "who", metavar="WHO", default="", help="Put somebody on this month.",
              shell_complete=who_completion)  # fmt: skip
def suggest(session: Session, who: str) -> None:
    """Suggest whom to contact next.

    New partners who would fill a gap come first, then those who can be reached in the best way: an introduction, a
    personal email, a short call where there is neither, an event. Choosing one makes it a reminder.
    """
    from rounds.vault.lookup import find
    from rounds.vault.month import month, suggestions

    vault = session.vault
    if who:
        _choose(session, find(vault, who, ("partner",)))
        return
    found, progress = suggestions(vault), month(vault)
    session.out.show(
        lambda: {
            "suggestions": [suggestion_shape(each) for each in found],
            "month": progress._asdict(),
            "chosen": None,
        },
        lambda: [*_lines(found, session.out.width), "", month_words(progress, vault.today())],
    )
    if found and not session.json:
        who = shlex.quote(unmistakable(vault, found[0].path, found[0].name))
        say(f"To put one on this month: {program(session.named)} suggest --choose {who}")


def _lines(found: Sequence["Suggestion"], width: int) -> Iterator[str]:
    for number, each in enumerate(found, 1):
        head = f"{number:>2}. "
        yield f"{head}{each.name}{GAP}by {each.channel}"
        yield from wrapped("; ".join(each.reasons()), width, " " * len(head))
    if not found:
        yield as_typed("Nobody new is waiting. rounds gaps shows where to look, rounds add adds somebody.")


def _choose(session: Session, entry: "NoteRecord") -> None:
    from rounds.vault.month import choose, month

    vault = session.vault
    tell_if_known(entry)
    written = choose(vault, entry)
    vault.sync()
    lines = list(written.lines) if written else []
    session.out.show(
        lambda: {
            "suggestions": [],
            "month": month(vault)._asdict(),
            "chosen": {"path": entry.path, "name": entry.name, "lines": lines} if written else None,
        },
        lambda: [f"{entry.name}: {line}" for line in lines] or [f"{entry.name} is on this month already."],
    )

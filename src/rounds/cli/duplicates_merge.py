"""`rounds duplicates`: pairs of notes that may be about one person."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from rounds.cli.options import command, who_completion
from rounds.cli.output import as_typed, wrapped
from rounds.cli.resolve import note
from rounds.cli.session import Session
from rounds.domain.phrases import counted

if TYPE_CHECKING:
    from rounds.vault.duplicates import Pair

_PAIRS = '{"pairs": [{"path", "other": PATH, "type", "why": [TEXT]}], "dismissed": [PATH]}'


@command("duplicates", _PAIRS)
@click.option("--dismiss", nargs=2, metavar="A B", shell_complete=who_completion,
              help="Write into both notes that they aren't about the same person.")  # fmt: skip
def duplicates(session: Session, dismiss: tuple[str, str] | None) -> None:
    """Find notes that may be about the same person.

    Compares NPI, email, phone and name, whatever the order of its words, with titles, initials, short forms such as Bob
    and typos. An email or phone that colleagues share counts only if the names fit. Nothing is changed.

    With --dismiss, two notes are no longer listed together: each gets a link to the other in the property not_same.
    """
    from rounds.vault.duplicates import dismiss as write
    from rounds.vault.duplicates import duplicates as find_all

    vault = session.vault
    written: list[str] = []
    if dismiss:
        written = write(vault, *(note(vault, who) for who in dismiss))
        vault.sync()
    pairs = [] if dismiss else find_all(vault)
    session.out.show(
        lambda: {
            "pairs": [
                {"path": pair.path, "other": pair.other, "type": pair.kind, "why": [*pair.why]} for pair in pairs
            ],
            "dismissed": written,
        },
        lambda: _dismissed(written) if dismiss else _lines(pairs, session.out.width),
    )


def _dismissed(paths: list[str]) -> Iterator[str]:
    yield "Noted as two." if paths else "This is noted already."
    yield from (f"  {path}" for path in paths)


def _lines(pairs: "list[Pair]", width: int) -> Iterator[str]:
    for pair in pairs:
        yield f"{pair.path}"
        yield f"{pair.other}"
        yield from wrapped(", ".join(pair.why), width, "    ")
        yield from wrapped(as_typed(f"rounds merge {pair.typed}"), width, "    ")
    if not pairs:
        yield "No two notes look alike."
        return
    yield f"{counted(len(pairs), 'pair')}."
    yield as_typed("If two aren't the same: rounds duplicates --dismiss A B")

"""`rounds duplicates` (notes that may be about one person) and `merge` (two notes into one)."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import note_shape
from rounds.cli.options import command, who_completion
from rounds.cli.output import as_typed, say, wrapped
from rounds.cli.prompts import agrees, can_ask, choose
from rounds.cli.resolve import note
from rounds.cli.session import Session
from rounds.domain.phrases import counted, format_value
from rounds.errors import UsageError

if TYPE_CHECKING:
    from rounds.domain.duplicate_pair import Pair
    from rounds.vault.merge_people import Merge, Merged
    from rounds.vault.vault import NoteRecord

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


_MERGED = (
    '{"note": NOTE, "other": PATH, "differing": [{"key", "kept", "other", "taken": BOOLEAN}], "diff", '
    '"relinked": [PATH], "left": [{"path", "reason"}], "merged": BOOLEAN, "trash": PATH or null}'
)


@command("merge", _MERGED)
@click.argument("who", shell_complete=who_completion)
@click.argument("other", shell_complete=who_completion)
@click.option("--yes", is_flag=True, help="Merge without asking.")
@click.option("--take", multiple=True, metavar="KEY", help="Take this property from OTHER where the two differ.")
def merge(session: Session, who: str, other: str, yes: bool, take: tuple[str, ...]) -> None:
    """Merge two notes about the same person.

    WHO stays and gets what only OTHER says: empty properties are filled, lists united, log entries and follow-ups put
    in their order, and text stays whole. OTHER's name becomes an alias. Links to OTHER, and its referrals and releases,
    lead to WHO. OTHER's note goes to the trash.

    Shows first what would change. Where both have a value, WHO's stays, and OTHER's is noted in the log; on a terminal
    you're asked about each. Without a terminal nothing is written unless you add --yes. One `rounds undo` reverts it.
    """
    from rounds.vault.merge_people import plan, write

    vault = session.vault
    kept, away = note(vault, who), note(vault, other)
    planned = plan(vault, kept, away, take)
    if unknown := {*take} - {each.key for each in planned.differing}:
        raise UsageError(
            f"the two notes don't differ in {min(unknown)}", hint="Leave out --take to see where they differ."
        )
    asking = can_ask(session) and not yes
    if asking and (taken := _asked(planned, take)) != {*take}:
        planned = plan(vault, kept, away, taken)
    if asking:
        session.out.show(dict, lambda: _changes(planned, kept, away, session.out.width))
    is_agreed = yes or (asking and agrees(f"Merge {away.name} into {kept.name}?"))
    done = write(vault, planned) if is_agreed else None
    vault.sync()
    now = vault.entry(kept.path)
    session.out.show(
        lambda: {"note": note_shape(now), **_shape(planned), "merged": done is not None, "trash": done and done.trash},
        lambda: [
            *(() if asking else _changes(planned, kept, away, session.out.width)),
            *_end(planned, done, asked=asking),
        ],
    )
    for path, reason in planned.links.left:
        say(f"{path}: {reason.rstrip('.')}")


def _asked(planned: "Merge", take: Sequence[str]) -> set[str]:
    """Ask about each property that differs; Enter keeps the value of the note that is kept."""
    taken = {*take}
    for each in planned.differing:
        if each.key not in taken:
            question = f"{each.key}: keep {format_value(each.kept) or '(empty)'}, or take {format_value(each.other)}?"
            taken |= {each.key} if choose(question, ("keep", "take"), "keep") == "take" else set()
    return taken


def _changes(planned: "Merge", kept: "NoteRecord", other: "NoteRecord", width: int) -> Iterator[str]:
    """What a merge would write: the change of the kept note, differing values, other files."""
    yield from wrapped(f"{other.path} goes into {kept.path}, and then to the trash.", width)
    yield from (f"    {line}" for line in planned.diff.split("\n") if line)
    for each in planned.differing:
        values = [format_value(value) or "(empty)" for value in (each.kept, each.other)]
        stays, gone = reversed(values) if each.key in planned.taken else values
        yield from wrapped(f"{each.key}: {stays}. Noted in the log: {gone}", width)
    if planned.relinked:
        yield f"Links or ids change in {counted(len(planned.relinked), 'more file')}:"
        yield from (f"  {path}" for path in planned.relinked)


def _end(planned: "Merge", done: "Merged | None", *, asked: bool) -> Iterator[str]:
    if done is not None:
        yield as_typed(f"Merged into {done.path}; the other note is now {done.trash}. To take it back: rounds undo")
        return
    yield "Nothing was written." if asked else "Nothing was written. To merge the two, add --yes"
    if planned.differing and not asked:
        yield "To take a value of the other note: --take KEY"


def _shape(planned: "Merge") -> dict[str, object]:
    return {
        "other": planned.other.path,
        "differing": [
            {"key": each.key, "kept": each.kept, "other": each.other, "taken": each.key in planned.taken}
            for each in planned.differing
        ],
        "diff": planned.diff,
        "relinked": planned.relinked,
        "left": [{"path": path, "reason": reason} for path, reason in planned.links.left],
    }

"""`rounds conflicts`: merge conflict copies from sync services."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, cast

import click

from rounds.cli.options import command
from rounds.cli.output import say
from rounds.cli.program_name import as_typed
from rounds.cli.session import Session
from rounds.domain.phrases import counted
from rounds.errors import ProblemsFound, RoundsError, UsageError

if TYPE_CHECKING:
    from rounds.vault.conflicts import Proposal

_ANSWER = (
    '{"copies": [{"copy": PATH, "note": PATH, "state", "ready": BOOLEAN, "based": BOOLEAN, "diff", '
    '"conflicts": [{"kind", "name", "line", "note", "copy"}], "now": PATH or null}]}'
)


@command("conflicts", _ANSWER, guarded=True)
@click.argument("copies", nargs=-1, metavar="[COPY]...")
@click.option("--apply", is_flag=True, help="Merge the copies that can be merged, and move them to the trash.")
@click.option("--keep", type=click.Choice(["note", "copy"]), help="The version to keep if the two can't be merged.")
def conflicts(session: Session, copies: tuple[str, ...], apply: bool, keep: str | None) -> None:
    """Merge conflict copies made by sync services.

    Shows how each copy would change its note, and merges only with --apply. Copies that can't be merged stay, unless
    --keep says which version to keep. All copies, or only those you name. The exit code is 1 if a copy that can't be
    merged is left.
    """
    from rounds.vault import conflicts as work
    from rounds.vault.history_undo import versions

    vault = session.vault
    work.recover(vault)
    found = work.proposals(vault, lambda path: versions(vault, path))
    missing = set(copies) - {each.copy for each in found}
    if missing:
        raise UsageError(f"{min(missing)} isn't a conflict copy in this vault", hint="To list them: rounds conflicts")
    wanted = [each for each in found if not copies or each.copy in copies]
    now: dict[str, str] = {}
    with vault.change():
        for each in wanted if apply else ():
            chosen = cast('Literal["", "note", "copy"]', keep or "") if not each.ready else ""
            if each.ready or chosen:
                try:
                    fresh = work.propose(vault, each.copy, each.note, lambda path: versions(vault, path))
                    now[each.copy] = work.apply(vault, fresh, keep=chosen)
                except RoundsError as error:
                    say(f"{each.copy}: {error.message}")
    vault.sync()
    session.out.show(
        lambda: {"copies": [_shape(each, now.get(each.copy)) for each in wanted]}, lambda: _lines(wanted, now)
    )
    left = [each for each in wanted if each.copy not in now and (apply or not each.ready)]
    if left:
        raise ProblemsFound(counted(len(left), "copy", "copies"))


def _shape(proposal: "Proposal", now: str | None) -> dict[str, object]:
    return {
        "copy": proposal.copy,
        "note": proposal.note,
        "state": proposal.state.name.lower(),
        "ready": proposal.ready,
        "based": proposal.based,
        "diff": proposal.diff,
        "conflicts": [
            {"kind": each.kind, "name": each.name, "line": each.line, "note": each.theirs, "copy": each.ours}
            for each in proposal.conflicts
        ],
        "now": now,
    }


def _lines(proposals: "list[Proposal]", now: dict[str, str]) -> Iterator[str]:
    if not proposals:
        yield "No conflict copies."
    for each in proposals:
        yield f"{each.copy}: {each.state}."
        yield from (f"    {line}" for line in each.diff.split("\n") if line)
        for conflict in each.conflicts:
            yield f"    {conflict.problem.message}"
            yield from (f"        note: {line}" for line in conflict.theirs.split("\n") if line)
            yield from (f"        copy: {line}" for line in conflict.ours.split("\n") if line)
        if each.copy in now:
            yield f"    Done. The copy is now {now[each.copy]}"
    if any(each.ready and each.copy not in now for each in proposals):
        yield as_typed("To merge those that can be merged: rounds conflicts --apply")
    if any(not each.ready and each.copy not in now for each in proposals):
        yield as_typed("To choose a version: rounds conflicts --apply --keep note, or --keep copy")

"""`rounds check` (problems), `tidy` (ids, dates, links) and `conflicts` (copies made by sync services)."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, cast

import click

from rounds.cli.json_shapes import problem_shape
from rounds.cli.options import command
from rounds.cli.output import as_typed, say, table, version, wrapped
from rounds.cli.prompts import can_ask
from rounds.cli.session import Session
from rounds.domain.phrases import counted
from rounds.errors import ClientInformationError, Level, Problem, ProblemsFound, RoundsError, UsageError

if TYPE_CHECKING:
    from rounds.vault.conflicts import Proposal

_CHECK = (
    '{"problems": [PROBLEM], "errors": NUMBER, '
    '"installation": {"version", "vault", "index", "notes", "timezone", "watching"}}, '
    'with --exceptions {"exceptions": [{"path", "line": NUMBER, "kind", "reason", "text"}]}'
)


@command("check", _CHECK)
@click.option("--exceptions", is_flag=True, help="List the lines marked as exceptions, with their reasons.")
@click.option("--staged", is_flag=True, help="Only client information in notes staged for a git commit.")
@click.option("--deep", is_flag=True, help="Also compare the index with one made from nothing.")
def check(session: Session, *, exceptions: bool, staged: bool, deep: bool) -> None:
    """List all problems in the vault.

    One problem per line, as path:line:column: level: message, with a hint below. The exit code is 1 if at least one is
    an error. The state of the installation follows on stderr. Nothing is written.

    An exception is a line with a mark such as `%% rounds: ok phi: a colleague %%`. With --staged, which git's hook runs
    (`rounds git setup`), the exit code is 7 if there is an error.

    --deep reads all notes again and compares what Rounds has stored about them with what they say now. It takes some
    seconds. What differs is an error, and is put right; your notes stay as they are.
    """
    if (exceptions, staged, deep).count(True) > 1:
        raise UsageError("--exceptions, --staged and --deep can't be used together", hint="Choose one of them.")
    vault = session.unsynced_vault
    vault.sync()
    if exceptions:
        _show_exceptions(session)
    elif staged:
        _check_staged(session)
    else:
        _check_all(session, deep=deep)


def _check_all(session: Session, *, deep: bool) -> None:
    from rounds.vault.problems import all_problems

    different = _compared(session) if deep else []
    problems = [*different, *all_problems(session.unsynced_vault)]
    errors = sum(problem.level is Level.ERROR for problem in problems)
    state = _installation(session)
    session.out.show(
        lambda: {"problems": [problem_shape(p) for p in problems], "errors": errors, "installation": state},
        lambda: _problem_lines(problems, session.out.width),
    )
    if not session.json:
        say("")
        for line in table([(name, str(value)) for name, value in state.items()]):
            say(line)
    if errors:
        raise ProblemsFound(counted(errors, "error"))


def _compared(session: Session) -> list[Problem]:
    """What differs between the index and one made from nothing; says so if nothing does."""
    from rounds.index.queries import note_count
    from rounds.vault.deep_check import deep_check

    found = deep_check(session.unsynced_vault)
    if not found:
        count = counted(session.unsynced_vault.ask(note_count), "note")
        say(f"The index holds just what follows from {count}.")
    return found


def _show_exceptions(session: Session) -> None:
    from rounds.vault.compliance import kept_lines

    found = [*kept_lines(session.unsynced_vault)]

    def lines() -> Iterator[str]:
        for each in found:
            yield f"{each.path}:{each.line}: {each.kind}: {each.reason or '(no reason)'}"
            yield f"    {each.text}"
        yield f"{counted(len(found), 'exception')}."

    session.out.show(lambda: {"exceptions": [each._asdict() for each in found]}, lines)


def _check_staged(session: Session) -> None:
    from rounds.vault.compliance import staged_concerns

    problems = [*staged_concerns(session.unsynced_vault)]
    errors = sum(problem.level is Level.ERROR for problem in problems)
    session.out.show(
        lambda: {"problems": [problem_shape(p) for p in problems], "errors": errors},
        lambda: _problem_lines(problems, session.out.width) if problems else (),
    )
    if errors:
        say("Nothing was committed: what is in git's history is hard to remove. See docs/client-information.md.")
        say("To commit it anyway: git commit --no-verify")
        raise _ClientInformationFound(counted(errors, "error"))


class _ClientInformationFound(ProblemsFound):
    """What is staged, or a copy to merge, holds client information."""

    exit_code = ClientInformationError.exit_code  # git's hook tells it from a failure by that


def _problem_lines(problems: Sequence[Problem], width: int) -> Iterator[str]:
    if not problems:
        yield "No problems."
    for problem in problems:
        yield f"{problem.path}:{problem.line}:{problem.column}: {problem.level}: {problem.message}"
        if problem.hint:
            yield from wrapped(as_typed(problem.hint), width, "    ")


def _installation(session: Session) -> dict[str, object]:
    from importlib.util import find_spec

    from rounds.index import queries

    vault = session.unsynced_vault
    return {
        "version": version(),
        "vault": vault.root,
        "index": f"in memory: {vault.index.trouble}" if vault.index.trouble else vault.index.path,
        "notes": vault.ask(queries.note_count),
        "timezone": vault.settings.timezone or "that of this machine",
        "watching": "available" if find_spec("watchdog") else "not available: watchdog isn't installed",
    }


_TIDY = '{"changes": [{"path", "key", "value"}], "applied": BOOLEAN, "refused": [{"path", "reason"}]}'


@command("tidy", _TIDY, guarded=True)
@click.option("--apply", is_flag=True, help="Write the changes shown.")
def tidy(session: Session, apply: bool) -> None:
    """Write missing ids and dates of last contact, fix links.

    Shows what is missing, and writes it only with --apply. An id identifies a note even if another program renames it,
    and allows the link from a referral or release to its partner to be fixed; last_contact is for Obsidian's tables.
    Notes that a Windows PC can't have get another file name, and keep what they're called.
    """
    from rounds.vault.tidy import tidy as write_missing
    from rounds.vault.tidy import untidy

    vault = session.vault
    found = untidy(vault)
    refused = write_missing(vault, found) if apply else []
    vault.sync()
    end = f"{counted(len(found), 'line')} {'written' if apply else as_typed('would be written (rounds tidy --apply)')}."
    session.out.show(
        lambda: {
            "changes": [{"path": each.path, "key": each.key, "value": str(each.value)} for each in found],
            "applied": apply,
            "refused": [{"path": path, "reason": reason} for path, reason in refused],
        },
        lambda: [
            *(f"{each.path}: {each.key}: {each.value}" for each in found),
            end if found else "Nothing is missing.",
        ],
    )
    for path, reason in refused:
        say(f"{path}: {reason}")
    if refused:
        raise RoundsError(f"{counted(len(refused), 'note')} could not be written", hint="The others were written.")


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
    now, guarded = _merge(session, wanted, keep) if apply else ({}, False)
    vault.sync()
    session.out.show(
        lambda: {"copies": [_shape(each, now.get(each.copy)) for each in wanted]}, lambda: _lines(wanted, now)
    )
    left = [each for each in wanted if each.copy not in now and (apply or not each.ready)]
    if left:
        kind = _ClientInformationFound if guarded else ProblemsFound
        raise kind(counted(len(left), "copy", "copies"))


def _merge(session: Session, wanted: "list[Proposal]", keep: str | None) -> tuple[dict[str, str], bool]:
    """Merge what can be merged, or keep a version, as one change.

    Returns:
        The new path of each merged copy; and whether one was refused because it holds client information.
    """
    from rounds.vault import conflicts as work
    from rounds.vault.history_undo import versions

    vault, now, guarded = session.vault, {}, False
    with vault.change():
        for each in wanted:
            if not each.ready and not keep:
                continue
            chosen = cast('Literal["", "note", "copy"]', "" if each.ready else keep)
            try:
                fresh = work.propose(vault, each.copy, each.note, lambda path: versions(vault, path))
                now[each.copy] = work.apply(vault, fresh, keep=chosen)
            except ClientInformationError as error:
                if can_ask(session):
                    raise  # asked about, and run again
                guarded = True
                say(f"{each.copy}: {error.message}. To merge it as it is: --keep-as-is")
            except RoundsError as error:
                say(f"{each.copy}: {error.message}")
    return now, guarded


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

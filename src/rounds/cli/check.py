"""`rounds check`: problems in the vault, and the state of the installation."""

from collections.abc import Iterator, Sequence

from rounds.cli.json_shapes import problem_shape
from rounds.cli.options import command
from rounds.cli.output import say, table, version, wrapped
from rounds.cli.program_name import as_typed
from rounds.cli.session import Session
from rounds.domain.phrases import counted
from rounds.domain.problem import Level, Problem
from rounds.errors import ProblemsFound

_ANSWER = (
    '{"problems": [PROBLEM], "errors": NUMBER, '
    '"installation": {"version", "vault", "index", "notes", "timezone", "watching"}}'
)


@command("check", _ANSWER)
def check(session: Session) -> None:
    """List everything that is wrong in the vault.

    One problem a line, as path:line:column: level: message, with what to do about it below. The exit code is 1 when
    one of them is an error. The state of the installation follows on stderr. Nothing is written.
    """
    vault = session.opened
    vault.sync()
    from rounds.vault.problems import all_problems

    problems = all_problems(vault)
    errors = sum(problem.level is Level.ERROR for problem in problems)
    state = _installation(session)
    session.out.show(
        lambda: {"problems": [problem_shape(p) for p in problems], "errors": errors, "installation": state},
        lambda: _lines(problems, session.out.width),
    )
    if not session.json:
        say("")
        for line in table([(name, str(value)) for name, value in state.items()]):
            say(line)
    if errors:
        raise ProblemsFound(counted(errors, "error"))


def _lines(problems: Sequence[Problem], width: int) -> Iterator[str]:
    if not problems:
        yield "No problems."
    for problem in problems:
        yield f"{problem.path}:{problem.line}:{problem.column}: {problem.level}: {problem.message}"
        if problem.hint:
            yield from wrapped(as_typed(problem.hint), width, "    ")


def _installation(session: Session) -> dict[str, object]:
    from importlib.util import find_spec

    vault = session.opened
    return {
        "version": version(),
        "vault": vault.root,
        "index": f"in memory: {vault.index.trouble}" if vault.index.trouble else vault.index.path,
        "notes": int(str(vault.rows("SELECT count(*) FROM notes")[0][0])),
        "timezone": vault.settings.timezone or "that of this machine",
        "watching": "available" if find_spec("watchdog") else "not available: watchdog is not installed",
    }

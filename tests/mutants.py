"""`make mutants`: small faults put into the core, one at a time; each must make a test fail.

A fault that no test notices is printed with its line. Not all of these are gaps: those that change nothing that anybody
can see stand in `mutants_equal.py`, with the reason. Run it for one module with `python tests/mutants.py domain/feed`, for
all faults of it with `--all`.
"""

import argparse
import ast
import importlib.abc
import importlib.util
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from importlib.machinery import ModuleSpec
from pathlib import Path

from mutants_equal import EQUAL

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "rounds"
EACH = 26
"""Faults tried in each module; the same ones each time, where the code is the same."""

SECONDS = 120
"""Of the processor, after which a fault counts as noticed: it made something endless."""

LONGEST = 20 * SECONDS
"""By the clock, for what waits without end; so much that other work on the machine decides nothing."""

PROCESSES = multiprocessing.get_context("forkserver")
"""Each fault gets a process of its own, forked from one that has loaded what does not belong to us."""

CORE: dict[str, tuple[str, ...]] = {
    "domain/feed": ("domain/test_feed.py",),
    "domain/log_followups": (
        "domain/test_log_followups.py",
        "domain/test_reminders_thanks_meetings_releases.py",
        "domain/test_recurrence.py",
    ),
    "domain/reminders/thanks_meetings_releases": (
        "domain/test_reminders_thanks_meetings_releases.py",
        "domain/test_reminders_rules.py",
        "domain/test_reminders_reminder.py",
    ),
    "domain/partner_referral_release": (
        "domain/test_partner_referral_release_release.py",
        "domain/test_partner_referral_release_referral.py",
        "vault/test_referrals.py",
        "vault/test_compliance.py",
    ),
    "domain/reminders/reminder": (
        "domain/test_reminders_reminder.py",
        "domain/test_reminders_rules.py",
        "domain/test_reminders_thanks_meetings_releases.py",
    ),
    "domain/reminders/rules": (
        "domain/test_reminders_rules.py",
        "domain/test_reminders_stage.py",
        "domain/test_reminders_reminder.py",
        "domain/test_reminders_thanks_meetings_releases.py",
    ),
    "notes/frontmatter/value_spans": ("notes/test_refusals.py", "notes/test_document.py"),
    "notes/merge/pieces": ("notes/test_merge_note.py", "notes/test_merge_pieces.py"),
    "notes/merge/merge_note": ("notes/test_merge_note.py", "notes/test_merge_pieces.py"),
    "notes/frontmatter/edits": ("notes/test_refusals.py", "notes/test_document.py"),
    "notes/tasks": ("notes/test_tasks.py", "notes/test_read_note_body.py"),
    "notes/task_edits": ("notes/test_tasks.py", "notes/test_hidden_writes.py"),
    "storage/files": ("storage/test_files.py", "storage/test_leaks.py", "vault/test_note_writer.py"),
    "storage/journal_files": (
        "storage/test_journal.py",
        "storage/test_leaks.py",
        "storage/test_saved_before.py",
        "storage/test_forget.py",
    ),
    "storage/journal": (
        "storage/test_journal.py",
        "storage/test_leaks.py",
        "vault/test_history_undo.py",
        "vault/test_note_writer.py",
    ),
    "vault/history_undo": (
        "vault/test_history_undo.py",
        "vault/test_undo_by_id.py",
        "cli/test_undo.py",
        "cli/test_history.py",
    ),
    "vault/undo_plan": (
        "vault/test_history_undo.py",
        "vault/test_undo_by_id.py",
        "cli/test_undo.py",
        "cli/test_history.py",
    ),
    "vault/set_properties": (
        "vault/test_set_properties.py",
        "cli/test_set.py",
        "cli/test_add.py",
        "vault/test_create_vault.py",
    ),
    "vault/note_writer": ("vault/test_note_writer.py", "vault/test_history_undo.py"),
}
"""Each module with the tests that are to notice, the quick ones first: the first failure ends a run."""

_FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        line: 1-based line of the module.
        code: of that line, without its indentation.
        what: is done to it, in words.
        nth: of the faults with the same line of code and the same words, counted from 0.
        at: its number in the module; -1 for none at all.
    """

    module: str
    line: int
    code: str
    what: str
    nth: int
    at: int

    @property
    def key(self) -> tuple[str, str, int]:
        """Its identity, which lasts while its line of code does."""
        return self.code, self.what, self.nth

    @property
    def source(self) -> str:
        """The whole module with it."""
        tree = ast.parse(_text(self.module))
        for at, (_, __, change) in enumerate(_sites(tree)):
            if at == self.at:
                change()
                break
        return ast.unparse(tree)


def _text(module: str) -> str:
    return (SOURCE / f"{module}.py").read_text(encoding="utf-8")


def faults(module: str) -> list[Fault]:
    """Every fault that can be put into a module."""
    text = _text(module)
    lines = text.splitlines()
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for at, (line, what, _) in enumerate(_sites(ast.parse(text))):
        code = lines[line - 1].strip()
        found.append(Fault(module, line, code, what, seen[code, what], at))
        seen[code, what] += 1
    return found


def _sites(tree: ast.Module) -> Iterator[tuple[int, str, Callable[[], object]]]:
    """The places of a tree where a fault can be, in order: line, words, and what puts it there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for at, operator in enumerate(node.ops):
                if flipped := _FLIPPED.get(type(operator)):
                    yield node.lineno, f"comparison is {flipped.__name__}", _setter(node.ops, at, flipped())
        elif isinstance(node, ast.BoolOp):
            for at in range(len(node.values)):
                yield node.lineno, f"condition {at + 1} is dropped", partial(node.values.pop, at)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
            yield node.lineno, "+ and - are exchanged", partial(setattr, node, "op", other)
        elif isinstance(node, ast.Constant) and type(node.value) is int:
            yield node.lineno, f"{node.value} is one more", partial(setattr, node, "value", node.value + 1)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield node.lineno, "not is dropped", partial(setattr, node, "operand", ast.UnaryOp(ast.Not(), node.operand))
        yield from _statements(node)


def _statements(node: ast.AST) -> Iterator[tuple[int, str, Callable[[], object]]]:
    for body in (getattr(node, field, None) for field in ("body", "orelse", "finalbody")):
        if not isinstance(body, list) or isinstance(node, ast.Module | ast.ClassDef):
            continue
        for at, statement in enumerate(body):
            call = isinstance(statement, ast.Expr) and not isinstance(statement.value, ast.Constant)
            if call or isinstance(statement, ast.AugAssign | ast.Continue | ast.Break):
                yield statement.lineno, "statement is removed", _setter(body, at, ast.Pass())


def _setter(items: list[ast.AST] | list[ast.cmpop] | list[ast.stmt], at: int, value: object) -> Callable[[], object]:
    return lambda: items.__setitem__(at, value)  # type: ignore[call-overload]  # the lists are of one kind each


def chosen(module: str, most: int) -> list[Fault]:
    """The faults to try in a module: `most` at the most, spread over it by a hash of what they are."""
    ranked = sorted(faults(module), key=lambda fault: blake2b(repr(fault.key).encode()).digest())
    return sorted(ranked[:most], key=lambda fault: fault.line)


def is_noticed(fault: Fault) -> bool:
    """Whether a test fails, or nothing ends, with a fault."""
    run = PROCESSES.Process(target=run_tests, args=(fault.module, fault.source))
    run.start()
    run.join(LONGEST)
    if run.exitcode is None:
        run.kill()
        run.join()
    return run.exitcode != 0


def run_tests(module: str, source: str) -> None:
    """Run a module's tests with this source in its place, and end the process with pytest's exit code."""
    import pytest
    from hypothesis import HealthCheck, Phase, settings

    name = f"rounds.{module.replace('/', '.')}"
    path = str(SOURCE / f"{module}.py")

    class Loader(importlib.abc.SourceLoader):
        def get_filename(self, _: str) -> str:
            return path

        def get_data(self, _: str) -> bytes:
            return source.encode()

    class Finder(importlib.abc.MetaPathFinder):
        def find_spec(self, fullname: str, _: object, __: object = None) -> ModuleSpec | None:
            return importlib.util.spec_from_loader(name, Loader(), origin=path) if fullname == name else None

    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.meta_path.insert(0, Finder())
    sys.dont_write_bytecode = True
    os.chdir(ROOT)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    settings.register_profile(  # the same examples each time; a failing one need not be made smaller
        "mutants",
        phases=(Phase.explicit, Phase.generate),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    options = (
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        "-p",
        "no:xdist",
        "--no-header",
        "--timeout=0",
    )
    files = (f"tests/{file}" for file in CORE[module])
    os._exit(int(pytest.main([*options, "--hypothesis-profile=mutants", *files])))


def tried(module: str, most: int, pool: ThreadPoolExecutor) -> tuple[int, int]:
    """Try the faults of a module and print those that nobody noticed: how many matter, and how many of these are missed."""
    began = time.monotonic()
    if is_noticed(Fault(module, 0, "", "nothing is changed", 0, -1)):
        sys.exit(f"{module}: its tests fail without any fault")
    found = [fault for fault in chosen(module, most) if fault.key not in EQUAL]
    missed = [fault for fault, seen in zip(found, pool.map(is_noticed, found), strict=True) if not seen]
    for fault in missed:
        print(f"  {fault.module}.py:{fault.line}: {fault.what} ({fault.nth}): {fault.code}")
    seconds = time.monotonic() - began
    print(f"{module}: {len(found) - len(missed)} of {len(found)} faults noticed, in {seconds:.0f} s", flush=True)
    return len(found), len(missed)


def main(arguments: Sequence[str]) -> int:
    """Try the faults, module by module; 1 where one goes unnoticed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("modules", nargs="*", choices=[[], *CORE], help="such as domain/feed; all by default")
    parser.add_argument("--all", action="store_true", help="every fault, not a sample")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="tried at a time; by default, one a core")
    options = parser.parse_args(arguments)
    PROCESSES.set_forkserver_preload(["pytest", "hypothesis.strategies", "click", "dateutil.rrule", "ruamel.yaml"])
    began = time.monotonic()
    with ThreadPoolExecutor(options.jobs) as pool:
        counts = [tried(module, 10**6 if options.all else EACH, pool) for module in options.modules or CORE]
    every, missed = (sum(column) for column in zip(*counts, strict=True))
    print(f"{every - missed} of {every} faults noticed, in {time.monotonic() - began:.0f} s")
    for stale in sorted(EQUAL.keys() - {fault.key for module in CORE for fault in faults(module)}):
        print(f"no longer there, take it out of mutants_equal.py: {stale}")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`make mutants`: small faults put into the core, one at a time; each must make a test fail.

A fault that no test notices is printed with its line. Not all of these are gaps: some change nothing that anybody can
see. Run it for one module with `python tests/mutants.py domain/feed`, for all faults of it with `--all`.
"""

import argparse
import ast
import copy
import importlib.abc
import importlib.util
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.machinery import ModuleSpec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "rounds"
EACH = 26
"""Faults tried in each module; the same ones each time, while the module does not change."""

SECONDS = 120
"""After which a fault counts as noticed: it made something endless."""

CORE: dict[str, tuple[str, ...]] = {
    "domain/feed": ("domain/test_feed.py",),
    "domain/activity": ("domain/test_activity.py", "domain/test_reminders_commitments.py", "domain/test_recurrence.py"),
    "domain/reminders/commitments": (
        "domain/test_reminders_commitments.py",
        "domain/test_reminders_rules.py",
        "domain/test_reminders_reminder.py",
    ),
    "domain/records": (
        "domain/test_records_release.py",
        "domain/test_records_referral.py",
        "vault/test_referral_edits.py",
        "vault/test_compliance.py",
    ),
    "domain/reminders/reminder": (
        "domain/test_reminders_reminder.py",
        "domain/test_reminders_rules.py",
        "domain/test_reminders_commitments.py",
    ),
    "domain/reminders/rules": ("domain/test_reminders_rules.py", "domain/test_reminders_reminder.py"),
    "notes/frontmatter/value_spans": ("notes/test_document.py", "notes/test_refusals.py"),
    "notes/merge/pieces": ("notes/test_merge_notes.py", "notes/test_merge_pieces.py"),
    "notes/merge/notes": ("notes/test_merge_notes.py", "notes/test_merge_pieces.py"),
    "notes/frontmatter/edits": ("notes/test_document.py", "notes/test_refusals.py"),
    "notes/tasks": ("notes/test_tasks.py", "notes/test_read_note_body.py"),
    "storage/files": ("storage/test_files.py", "storage/test_leaks.py", "vault/test_writer.py"),
    "storage/journal": (
        "storage/test_journal.py",
        "storage/test_leaks.py",
        "vault/test_history.py",
        "vault/test_writer.py",
    ),
    "vault/history": ("vault/test_history.py", "cli/test_undo.py", "cli/test_history.py"),
    "vault/properties": (
        "vault/test_properties.py",
        "cli/test_set.py",
        "cli/test_add.py",
        "vault/test_create_vault.py",
    ),
    "vault/writer": ("vault/test_writer.py", "vault/test_history.py"),
}
"""Each module with the tests that are to notice."""

_FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        line: 1-based line of the module.
        what: was done to it, in words.
        source: of the whole module with it.
    """

    module: str
    line: int
    what: str
    source: str


def faults(module: str) -> list[Fault]:
    """Every fault that can be put into a module."""
    text = (SOURCE / f"{module}.py").read_text(encoding="utf-8")
    tree = ast.parse(text)
    count = sum(1 for _ in _sites(tree))
    found = []
    for number in range(count):
        mutant = copy.deepcopy(tree)
        line, what, change = next(site for at, site in enumerate(_sites(mutant)) if at == number)
        change()
        found.append(Fault(module, line, what, ast.unparse(mutant)))
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
    """The faults to try in a module: `most` at the most, spread over it by chance, each time the same."""
    every = faults(module)
    picked = random.Random(module).sample(every, min(most, len(every)))
    return sorted(picked, key=lambda fault: fault.line)


def is_noticed(fault: Fault) -> bool:
    """Whether a test fails, or nothing ends, with a fault."""
    run = subprocess.Popen(
        [sys.executable, __file__, "--one", fault.module],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    try:
        run.communicate(fault.source.encode(), timeout=SECONDS)
    except subprocess.TimeoutExpired:
        run.kill()
        run.communicate()
        return True
    return run.returncode != 0


def run_one(module: str) -> int:
    """Run a module's tests with the source on stdin in its place; pytest's exit code."""
    import pytest

    source = sys.stdin.read()
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

    sys.meta_path.insert(0, Finder())
    options = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist", "--no-header")
    return int(pytest.main([*options, *(f"tests/{file}" for file in CORE[module])]))


def main(arguments: Sequence[str]) -> int:
    """Try the faults and print those that nobody noticed; 1 where there are any."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("modules", nargs="*", choices=[[], *CORE], help="such as domain/feed; all by default")
    parser.add_argument("--all", action="store_true", help="every fault, not a sample")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        return run_one(options.one)
    began = time.monotonic()
    tried = [fault for module in options.modules or CORE for fault in chosen(module, 10**6 if options.all else EACH)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        noticed = list(pool.map(is_noticed, tried))
    missed = [fault for fault, seen in zip(tried, noticed, strict=True) if not seen]
    for fault in missed:
        print(f"{fault.module}.py:{fault.line}: {fault.what}")
    seconds = time.monotonic() - began
    print(f"{len(tried) - len(missed)} of {len(tried)} faults noticed, in {seconds:.0f} s")
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

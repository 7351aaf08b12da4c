"""Whatever one note does, the others go on, and the note is a problem that names it."""

import os
import signal
import subprocess
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest

from conftest import PATIENCE
from rounds.errors import EditRefusedError, RoundsError
from rounds.index import note_rows as rows
from rounds.index import parallel_parse as intake
from rounds.index.parallel_parse import MANY
from rounds.index.scan import scan
from rounds.vault.problems import all_problems, problems_of
from rounds.vault.sync_report import SyncReport
from rounds.vault.vault import Vault
from rounds.vault.watch import Watch
from vault.notes import entries, put

ANN = "---\ntype: partner\nrole: doula\n---\n"
SOON = 10.0
DEEP = {
    "dashes below": "x:\n" + "- " * 500,
    "dashes indented": "x:\n  " + "- " * 500,
    "tabs behind dashes": "x:\n" + "-\t" * 500,
    "question marks": "? " * 500,
    "colons": ": " * 500,
    "dashes of 30 KB": "x:\n" + "- " * 15_000,
    "open brackets": "x: " + "[" * 500,
    "brackets": "x: " + "[" * 200 + "]" * 200,
    "maps": "x: " + "{a: " * 500,
    "closed maps": "x: " + "{a: " * 100 + "1" + "}" * 100,
    "indentation": "".join(f"{' ' * depth}a:\n" for depth in range(500)),
    "indentation of 120 KB": "".join(f"{' ' * depth}a:\n" for depth in range(490)) + "  " * 490 + "- " * 200,
    "lone CR": "\r".join(f"{' ' * depth}a:" for depth in range(500)),
    "lists in maps": "".join(f"{' ' * depth}a:\n{' ' * depth}- \n" for depth in range(190)),
    "lists of brackets": "x:\n" + "- " * 90 + "[" * 250 + "]" * 250,
    "aliases": "a: &a\n" + "- " * 500,
    "length": "x: " + "a" * 2_000_000,
}


@pytest.mark.parametrize("block", DEEP.values(), ids=DEEP)
def test_deep_and_long_properties_are_a_problem_and_the_others_go_on(empty: Vault, block: str) -> None:
    """Never the end of a command, nor of the process in the parser's stack."""
    put(empty, {"Partners/Deep.md": f"---\n{block}\n---\nBody.\n", "Partners/Ann.md": ANN})
    assert empty.entry("Partners/Ann.md").properties["role"] == "doula"
    (problem,) = problems_of(empty, "Partners/Deep.md")
    assert (problem.level, problem.line >= 1, bool(problem.hint)) == ("error", True, True)
    with pytest.raises(EditRefusedError):
        empty.editable("Partners/Deep.md")


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("role: doula\nx:\n" + "- " * 500, 4),
        ("role: doula\nx:\n  " + "- " * 60, 4),
        ("role: doula\n" + "".join(f"{' ' * depth}a:\n" for depth in range(70)), 53),
        ("role: doula\n\nx: " + "[" * 70 + "]" * 70, 4),
    ],
)
def test_the_problem_says_on_which_line_it_is_too_deep(empty: Vault, block: str, line: int) -> None:
    put(empty, {"Partners/Deep.md": f"---\n{block}\n---\n"})
    (problem,) = problems_of(empty, "Partners/Deep.md")
    assert (problem.message, problem.line) == ("The values are nested too deeply.", line)


@pytest.mark.parametrize(
    "block",
    [
        "summary: " + "many words " * 5_000,
        "summary: |\n" + " " * 150 + "far to the right",
        "a: {b: {c: [1, [2, [3]]]}}",
        "tags:\n" + "  - tag\n" * 5_000,
        "line: " + "-" * 5_000,
        "summary: |\n  " + "-" * 5_000,
    ],
)
def test_what_people_write_is_neither_too_deep_nor_too_long(empty: Vault, block: str) -> None:
    put(empty, {"Partners/Ann.md": f"---\ntype: partner\n{block}\n---\n"})
    assert not problems_of(empty, "Partners/Ann.md")


class Panic(BaseException):
    """As a parser in Rust ends a call that it has no answer to."""


def breaking(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let the reading of one note fail, as it would through something that nobody has foreseen."""
    real = vars(rows)["read_note"]

    def read(path: str, data: bytes, *rest: object) -> object:
        if path.endswith("Odd.md") and b"odd" in data:
            raise error
        return real(path, data, *rest)

    monkeypatch.setattr(rows, "read_note", read)


@pytest.mark.parametrize(
    "error",
    [
        RecursionError("too deep"), MemoryError(), ValueError("odd"), KeyError("odd"), AssertionError(), OverflowError(),
        UnicodeEncodeError("utf-8", "\ud800", 0, 1, "odd"), Panic("odd"),
    ],
    ids=lambda error: type(error).__name__,
)  # fmt: skip
def test_what_nobody_has_foreseen_is_a_problem_of_its_note(
    empty: Vault, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    """With the note's name and the error's, never silently; mended, the note is a note again."""
    breaking(monkeypatch, error)
    put(empty, {"Partners/Odd.md": f"{ANN}odd\n", "Partners/Ann.md": ANN})
    assert empty.entry("Partners/Ann.md").properties["role"] == "doula"
    (problem,) = problems_of(empty, "Partners/Odd.md")
    assert problem.level == "error"
    assert problem.message.startswith(f"the note can't be read: {type(error).__name__}")
    put(empty, {"Partners/Odd.md": f"{ANN}even\n"})
    assert not problems_of(empty, "Partners/Odd.md")


def test_a_command_about_such_a_note_names_it(empty: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of ours, not of Python."""
    put(empty, {"Partners/Odd.md": f"{ANN}odd\n"})

    def fail(*_: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr("rounds.notes.read_note.note_of", fail)
    with pytest.raises(RoundsError, match=r"Partners/Odd\.md can't be read: RecursionError: too deep"):
        empty.read("Partners/Odd.md")


def test_who_follows_the_vault_goes_on_after_an_error(empty: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said once, and the next change is followed."""
    put(empty, {"Partners/Ann.md": ANN})
    news, troubles = SimpleQueue[SyncReport](), SimpleQueue[str]()
    failing = [True]
    real = empty.sync

    def sync(**options: object) -> SyncReport:
        if failing[0]:
            raise RecursionError("too deep")
        return real(**options)  # type: ignore[arg-type]

    monkeypatch.setattr(empty, "sync", sync)
    with Watch(empty, news.put, troubles.put) as watch:
        assert troubles.get(timeout=SOON) == "the changes could not be read: RecursionError: too deep"
        failing[0] = False
        Path(empty.root, "Partners", "Zoe.md").write_text(ANN)
        watch.check()
        assert news.get(timeout=SOON).added == ("Partners/Zoe.md",)
    with pytest.raises(Empty):
        troubles.get_nowait()


@pytest.mark.skipif(os.name != "posix", reason="the helper is for POSIX")
@pytest.mark.usefixtures("two_cores")
@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT])
def test_a_note_that_ends_the_second_process_is_found(
    empty: Vault, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    """This process never reads it; all others are read, also those beside it and two such notes at once."""
    deadly = f"""
import os, rounds.index.note_rows as rows
real = rows.read_note
def read(path, data, *rest):
    if b"deadly" in data:
        os.kill(os.getpid(), {int(number)})
    return real(path, data, *rest)
rows.read_note = read
from rounds.index.parallel_parse import serve
"""
    program = intake._PROGRAM.replace("from rounds.index.parallel_parse import serve\n", deadly)
    monkeypatch.setattr(intake, "_PROGRAM", program)
    real = vars(rows)["read_note"]

    def read(path: str, data: bytes, *rest: object) -> object:
        assert b"deadly" not in data, "this process would have ended"
        return real(path, data, *rest)

    monkeypatch.setattr(rows, "read_note", read)
    folder = Path(empty.root, "Partners")
    folder.mkdir(exist_ok=True)
    for count in range(MANY):
        (folder / f"{count}.md").write_text(ANN)
    deadly_paths = sorted([*scan(empty.root).notes][place] for place in (-1, -40))  # the helper begins at the end
    for path in deadly_paths:
        Path(empty.root, path).write_text(f"{ANN}deadly\n")
    empty.sync()
    assert len([*entries(empty)]) == MANY
    said = [(problem.path, problem.message) for problem in all_problems(empty)]
    assert sorted(said) == [(path, "the note can't be read: reading it ends the program") for path in deadly_paths]


def test_a_helper_that_hangs_up_is_waited_for_and_no_longer() -> None:
    """What ends by itself is no note's fault."""
    with subprocess.Popen(["true"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        helper = intake._Helper(process, ())
        assert helper.take(wait=True) is None
        assert not helper.killed()
        assert process.wait(PATIENCE) == 0

"""The tables of commands against the command line, and that what is said to write nothing writes nothing."""

import ast
from pathlib import Path

import pytest

import rounds
from faults.acts import a_copy, make
from faults.commands import ELSEWHERE, READING, WRITING, leaves

SOURCE = Path(rounds.__file__).parent

OTHER_WAYS = {
    "exports/editor_clipboard_mail_obsidian.py",  # programs of the user
    # files of git, tried by topics of their own
    "storage/git.py", "storage/git_state.py", "storage/git_history.py", "storage/git_hook.py", "cli/git_merge_note.py",
    "tui/error_log.py",  # a report of a crash
}  # fmt: skip
"""Modules that write in another way than by `os`, where the hook of the faults sees it."""


def test_each_command_is_tried_or_said_to_be_elsewhere() -> None:
    """A new one fails here until it has a place."""
    assert {*leaves()} == {*READING, *ELSEWHERE, *(name.partition(",")[0] for name in WRITING)}


def test_what_reads_writes_nothing(tmp_path: Path) -> None:
    """Neither into the vault nor for others; the index and what is remembered of it apart."""
    make(str(tmp_path))
    with a_copy(str(tmp_path)) as place:
        before = place.notes(), place.outputs()
        for name, words in READING.items():
            assert place.child((*name.split(), *words)) in {0, 1}, place.said
            assert (place.notes(), place.outputs()) == before, name


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_files_are_written_by_calls_that_the_faults_see(path: Path) -> None:
    """Python's own files write behind their back: `open(..., "w")`, `write_text`, `shutil`."""
    if path.relative_to(SOURCE).as_posix() in OTHER_WAYS:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        modes = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        writes = name == "open" and any(
            mode.strip("b+t") in {"w", "x"} or "+" in mode for mode in modes if len(mode) < 4
        )
        assert name not in {"write_text", "write_bytes", "copytree", "copyfile", "copy2"}, f"line {node.lineno}"
        assert not writes or "a+b" in modes, f"line {node.lineno}"

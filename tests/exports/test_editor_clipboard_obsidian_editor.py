"""Which editor is started how."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rounds.errors import RoundsError
from rounds.exports.editor_clipboard_mail_obsidian import editor_command, run_editor


@pytest.mark.parametrize(
    ("visual", "command"),
    [
        ("vi", ["vi", "+7", "/v/A b.md"]),
        ("vim", ["vim", "+normal! 7G3|", "/v/A b.md"]),
        ("/usr/bin/nano -w", ["/usr/bin/nano", "-w", "+7,3", "/v/A b.md"]),
        ("emacs -nw", ["emacs", "-nw", "+7:3", "/v/A b.md"]),
        ("hx", ["hx", "/v/A b.md:7:3"]),
        ("code", ["code", "--wait", "--goto", "/v/A b.md:7:3"]),
        ("code -w", ["code", "-w", "--goto", "/v/A b.md:7:3"]),
        ("'/opt/my editor/ed' -x", ["/opt/my editor/ed", "-x", "/v/A b.md"]),
    ],
)
def test_the_editor_opens_at_the_line_where_it_can(visual: str, command: list[str]) -> None:
    """Known editors get the place in their own way; of others nothing is assumed."""
    environ = {"VISUAL": visual, "EDITOR": "ed"}
    assert editor_command("/v/A b.md", line=7, column=3, environ=environ, system="linux") == command


def test_the_environment_counts_before_the_settings() -> None:
    """$VISUAL, then $EDITOR, then config.toml, as `rounds edit` has it; then what is installed."""

    def command(**environ: str) -> list[str]:
        return editor_command(
            "a", configured=environ.pop("configured", ""), environ=environ, which=which, system="linux"
        )

    def which(name: str) -> str | None:
        return f"/bin/{name}" if name == "vi" else None

    assert command(VISUAL="kak", EDITOR="ed", configured="joe") == ["kak", "a"]
    assert command(EDITOR="ed", configured="joe") == ["ed", "a"]
    assert command(configured="joe") == ["joe", "a"]
    assert command() == ["/bin/vi", "a"]


def test_without_an_editor_the_error_says_what_to_set() -> None:
    """No editor, or one that can't be read, is an error with a hint."""
    with pytest.raises(RoundsError, match="no editor") as caught:
        editor_command("a", environ={}, which=lambda _: None)
    assert "$VISUAL" in caught.value.hint
    with pytest.raises(RoundsError, match="can't be read"):
        editor_command("a", environ={"VISUAL": "'vim"})


def test_an_editor_that_fails_is_an_error() -> None:
    """It is not there, or it ended with an error."""
    with pytest.raises(RoundsError, match="can't be started"):
        run_editor(["/no/such/editor", "a"])
    with pytest.raises(RoundsError, match="code 3"):
        run_editor([sys.executable, "-c", "raise SystemExit(3)"])


def test_a_mac_has_a_text_editor() -> None:
    """TextEdit, which takes no place in the text."""
    which = {"open": "/usr/bin/open", "nano": "/usr/bin/nano"}.get
    command = editor_command("/v/A b.md", line=7, environ={}, which=which, system="darwin")
    assert command == ["/usr/bin/open", "-t", "/v/A b.md"]


def found(*names: str) -> Callable[[str], str | None]:
    """Programs of a machine, each with its ending."""
    return lambda name: next((f"C:\\bin\\{each}" for each in names if each.rpartition(".")[0] == name), None)


@pytest.mark.parametrize(
    ("editor", "command"),
    [
        ("", ["C:\\bin\\notepad.exe", "C:\\v\\A b.md"]),
        ("code", ["C:\\bin\\code.cmd", "--wait", "--goto", "C:\\v\\A b.md:7:3"]),
        ("code -r", ["C:\\bin\\code.cmd", "-r", "--wait", "--goto", "C:\\v\\A b.md:7:3"]),
        ('"C:\\Program Files\\Vim\\gvim.exe" -f', ["C:\\Program Files\\Vim\\gvim.exe", "-f", "+normal! 7G3|", "C:\\v\\A b.md"]),
    ],
)  # fmt: skip
def test_editors_of_windows(editor: str, command: list[str]) -> None:
    """A backslash belongs to a path, quotes hold it together, and a script is found by its name."""
    which = found("notepad.exe", "code.cmd")
    assert (
        editor_command("C:\\v\\A b.md", line=7, column=3, environ={"EDITOR": editor}, which=which, system="win32")
        == command
    )


def test_a_path_with_a_blank_needs_no_quotes_if_it_is_a_program(tmp_path: Path) -> None:
    program = tmp_path / "My Editor.exe"
    program.touch()
    environ = {"EDITOR": str(program)}
    assert editor_command("A.md", environ=environ, which=lambda _: None, system="win32") == [str(program), "A.md"]


@pytest.mark.parametrize("name", ["A & calc.md", "%PATH%.md", "A^B.md", 'A".md'])
def test_no_name_of_a_note_becomes_a_command_of_a_script(name: str) -> None:
    with pytest.raises(RoundsError, match="can't be given this name safely"):
        editor_command(name, environ={"EDITOR": "code"}, which=found("code.cmd"), system="win32")
    assert editor_command(name, environ={"EDITOR": "code"}, which=found("code.exe"), system="win32")[-1] == name


def test_a_mac_opens_its_text_editor() -> None:
    which = {"open": "/usr/bin/open"}.get
    assert editor_command("A.md", line=3, environ={}, which=which, system="darwin") == ["/usr/bin/open", "-t", "A.md"]

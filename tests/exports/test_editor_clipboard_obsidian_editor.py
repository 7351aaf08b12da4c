"""Which editor is started how."""

import sys

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
    assert editor_command("/v/A b.md", line=7, column=3, environ={"VISUAL": visual, "EDITOR": "ed"}) == command


def test_the_environment_counts_before_the_settings() -> None:
    """$VISUAL, then $EDITOR, then config.toml, as `rounds edit` has it; then what is installed."""
    environ = {"VISUAL": "kak", "EDITOR": "ed"}
    assert editor_command("a", configured="joe", environ=environ) == ["kak", "a"]
    assert editor_command("a", configured="joe", environ={"EDITOR": "ed"}) == ["ed", "a"]
    assert editor_command("a", configured="joe", environ={}) == ["joe", "a"]
    assert editor_command("a", environ={}, which=lambda name: f"/bin/{name}" if name == "vi" else None) == [
        "/bin/vi",
        "a",
    ]


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

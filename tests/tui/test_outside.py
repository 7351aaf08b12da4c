"""Programs beside: which editor is started how, and the link into Obsidian."""

import pytest

from rounds.errors import RoundsError
from rounds.tui.outside import editor_command, obsidian_link, open_link


@pytest.mark.parametrize(
    ("visual", "command"),
    [
        ("vim", ["vim", "+7", "/v/A b.md"]),
        ("/usr/bin/nano -w", ["/usr/bin/nano", "-w", "+7", "/v/A b.md"]),
        ("hx", ["hx", "/v/A b.md:7:3"]),
        ("code", ["code", "--wait", "--goto", "/v/A b.md:7:3"]),
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


def test_the_link_into_obsidian_names_the_file() -> None:
    """By path, so that the enclosing vault is found whatever it is called."""
    assert obsidian_link("/v/Ann O.md") == "obsidian://open?path=%2Fv%2FAnn%20O.md"


def test_without_a_desktop_the_link_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing opens links, the hint is the link itself."""
    monkeypatch.setattr("rounds.tui.outside.shutil.which", lambda _: None)
    with pytest.raises(RoundsError) as caught:
        open_link("obsidian://x")
    assert caught.value.hint == "obsidian://x"

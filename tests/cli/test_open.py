"""`rounds open` and `rounds edit`: the note elsewhere."""

import sys
from pathlib import Path

import pytest

from cli.running import Runner
from rounds.exports import editor_clipboard_mail_obsidian as desktop

DANA = "Partners/Dana Whitlock.md"


def editor(tmp_path: Path, code: str) -> str:
    """An editor command, with an argument of its own, that runs a line of Python on `path`."""
    script = tmp_path / "my editor.py"
    script.write_text(
        f"import sys, pathlib\npath = pathlib.Path(sys.argv[-1])\nassert sys.argv[1] == '--wait'\n{code}\n"
    )
    return f"'{sys.executable}' '{script}' --wait"


def test_the_link_of_the_enclosing_vault(rounds: Runner) -> None:
    """The link names the nearest folder upward that holds .obsidian, and the path in it."""
    assert rounds.good("open", "dana", "--print") == "obsidian://open?vault=demo&file=Partners%2FDana%20Whitlock\n"


def test_inside_another_obsidian_vault(nobody: Runner) -> None:
    """A vault inside an Obsidian vault is opened there; without one the whole path is the link."""
    nobody.good("add", "Zoë O'Neil & Co")
    assert nobody.good("open", "zoe", "--print").startswith("obsidian://open?path=")
    (nobody.folder.parent / ".obsidian").mkdir()
    outer = nobody.folder.parent.name
    assert nobody.good("open", "zoe", "--print") == (
        f"obsidian://open?vault={outer}&file=nobody%2FPartners%2FZo%C3%AB%20O%27Neil%20%26%20Co\n"
    )


def test_the_systems_opener(rounds: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --print the link is given to the desktop."""
    launched: list[str] = []
    monkeypatch.setattr(desktop, "open_link", launched.append)
    assert rounds.json("open", "dana") == {"path": DANA, "link": launched[0], "opened": True}


def test_faults(rounds: Runner, nobody: Runner) -> None:
    """Nobody of that name, and no editor, are errors with a way out."""
    assert rounds("open", "xyzzy", "--print").exit_code == 3
    assert nobody("edit", "dana").exit_code == 3
    rounds.environ = {"PATH": ""}
    result = rounds("edit", "dana")
    assert result.exit_code == 1
    assert "export EDITOR=" in result.stderr


def test_the_editor_may_hold_arguments(rounds: Runner, tmp_path: Path) -> None:
    """$VISUAL comes first and is split as a shell does; what changed is told."""
    rounds.environ = {"VISUAL": editor(tmp_path, "path.write_text(path.read_text() + 'more\\n')"), "EDITOR": "false"}
    assert rounds.good("edit", "dana") == f"{DANA} was changed.\n"
    assert rounds.note(DANA).endswith("more\n")
    rounds.environ = {"EDITOR": editor(tmp_path, "pass")}
    assert rounds.json("edit", "dana") == {"path": DANA, "changed": False, "problems": []}


def test_the_editor_of_config_toml(rounds: Runner, tmp_path: Path, home: Path) -> None:
    """Where the environment names none, config.toml does."""
    config = home / "config" / "rounds"
    config.mkdir(parents=True)
    command = editor(tmp_path, "path.write_text('from the config')")
    (config / "config.toml").write_text(f'editor = "{command}"\n')
    rounds.good("edit", "dana")
    assert rounds.note(DANA) == "from the config"


def test_a_broken_note_can_be_edited(rounds: Runner, tmp_path: Path) -> None:
    """The editor is the way out for a note that can't be read; what is still wrong is told on stderr."""
    rounds.environ = {"EDITOR": editor(tmp_path, "pass")}
    result = rounds("edit", "ines")
    assert result.exit_code == 0
    assert "Partners/Ines Calloway.md:6:37: " in result.stderr


def test_the_editor_opens_at_the_first_problem(rounds: Runner, tmp_path: Path) -> None:
    """Where the editor is known to take a place; a note without fault opens as it is."""
    vim = tmp_path / "vim"
    vim.write_text(f'#!/bin/sh\nfor word; do echo "$word"; done > "{tmp_path}/words"\n')
    vim.chmod(0o755)
    rounds.environ = {"EDITOR": str(vim)}
    rounds.good("edit", "ines")
    assert (tmp_path / "words").read_text() == f"+normal! 6G37|\n{rounds.folder}/Partners/Ines Calloway.md\n"
    rounds.good("edit", "dana")
    assert (tmp_path / "words").read_text() == f"{rounds.folder}/{DANA}\n"


def test_an_editor_that_fails(rounds: Runner, tmp_path: Path) -> None:
    """An editor that is not there, or that ends with an error, is an error."""
    for command in ("/no/such/editor", editor(tmp_path, "sys.exit(3)"), "'unclosed"):
        rounds.environ = {"EDITOR": command}
        assert rounds("edit", "dana").exit_code == 1

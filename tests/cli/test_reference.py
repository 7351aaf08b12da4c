"""docs/commands.md is generated from the commands and never drifts from them."""

import runpy
from pathlib import Path

import click
import pytest

from cli.running import Runner
from rounds.cli import COMMANDS
from rounds.cli.json_shapes import SHAPES, keys_of, note_shape
from rounds.cli.options import Command
from rounds.main import cli
from rounds.vault.vault import Vault

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_is_up_to_date() -> None:
    """To mend it: python docs/generate.py"""
    page = runpy.run_path(str(DOCS / "generate.py"))["page"]()
    assert (DOCS / "commands.md").read_text(encoding="utf-8") == page


@pytest.mark.parametrize("name", COMMANDS)
def test_every_answer_is_described(name: str) -> None:
    """Each command says the shape of its document, and the page shows it with every option."""
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    commands = found.commands.values() if isinstance(found, click.Group) else [found]
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    for command in commands:
        assert isinstance(command, Command)
        assert f"JSON: `{command.answer}`" in text
        assert all(option.opts[0] in text for option in command.params if isinstance(option, click.Option))


def test_the_shapes_are_those_of_the_answers(rounds: Runner, vault: Vault) -> None:
    """The table of shapes names the keys that the answers have."""
    keys = {name: keys_of(name) for name in SHAPES}
    assert keys["NOTE"] == list(note_shape(vault.entry("Partners/Dana Whitlock.md")))
    assert keys["LISTED"] == list(rounds.json("list")["notes"][0])
    assert keys["REMINDER"] == list(rounds.json("today")["due"][0])
    assert keys["TOUCH"] == list(rounds.json("show", "dana")["timeline"][0])
    assert keys["PROBLEM"] == list(rounds.json("show", "ines")["problems"][0])
    assert keys["THOUGHT"] == list(rounds.json("inbox")["thoughts"][0])
    assert keys["WRITTEN"] == list(rounds.json("log", "dana", "call", "hello")["logged"][0])

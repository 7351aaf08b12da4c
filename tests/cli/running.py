"""Runs command lines: in this process for most tests, as a process of its own for a few."""

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from rounds.main import cli

TODAY = "2026-11-23"
SOURCE = Path(__file__).parents[2] / "src"


@dataclass
class Runner:
    """Runs command lines over one vault.

    Attributes:
        folder: of the vault.
        input: what is typed at the prompts.
    """

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    def __call__(self, *words: str, typed: str = "") -> Result:
        environ = {"ROUNDS_VAULT": str(self.folder), "ROUNDS_TODAY": TODAY, **self.environ}
        return CliRunner().invoke(cli, words, input=typed, env=environ, catch_exceptions=False)

    def good(self, *words: str, typed: str = "") -> str:
        """The stdout of a command that must succeed."""
        result = self(*words, typed=typed)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *words: str) -> dict[str, Any]:
        """The JSON document of a command that must succeed."""
        found: dict[str, Any] = json.loads(self.good(*words, "--json"))
        return found

    def note(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")


def command(*words: str) -> list[str]:
    """The program as a command line for a process; it sees the same system as these tests do (`make platforms`)."""
    system = "import other_systems; " if os.environ.get("ROUNDS_SYSTEM") else ""
    return [sys.executable, "-c", f"{system}from rounds.main import run; run()", *words]


def environment(**more: str) -> dict[str, str]:
    """The environment of such a process."""
    path = os.pathsep.join([str(SOURCE), str(SOURCE.parent / "tests")])
    return {**os.environ, "PYTHONPATH": path, "ROUNDS_TODAY": TODAY, **more}

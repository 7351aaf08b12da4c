"""Completion in the shell: names, roles, stages and kinds; quick, and never loud."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cli.conftest import Process
from cli.running import Runner

Complete = Callable[..., list[str]]


@pytest.fixture
def completed(process: Process, rounds: Runner) -> Complete:
    """Completes the last of some words, as a shell asks for it."""
    rounds.good("list", "--count")

    def complete(*words: str, vault: Path = rounds.folder) -> list[str]:
        environ = {
            "_ROUNDS_COMPLETE": "fish_complete",
            "COMP_WORDS": " ".join(["rounds", *(f"'{word}'" for word in words[:-1])]),
            "COMP_CWORD": words[-1],
            "ROUNDS_VAULT": str(vault),
        }
        done = process(environ=environ)
        assert (done.returncode, done.stderr) == (0, "")
        return [line.partition(",")[2].partition("\t")[0] for line in done.stdout.splitlines() if line]

    return complete


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("la",), ["later"]),
        (("show", "dan"), ["Dana Whitlock"]),
        (("log", "dana", "cof"), ["coffee"]),
        (("add", "Noor", "--role", "psychiatrist"), ["psychiatrist"]),
        (("add", "Noor", "--stage", "not"), ["not a fit"]),
        (("add", "Noor", "--organization", "rose"), ["Rose City Pediatrics"]),
        (("set", "dana", "stage=a"), ["stage=active"]),
        (("set", "dan"), ["Dana Whitlock"]),
        (("list", "accepting:w"), ["accepting:waitlist"]),
        (("list", "--so"), ["--sort"]),
        (("feed", "w"), ["write"]),
        (("refer", "out", "dan"), ["Dana Whitlock"]),
        (("refer", "set", "R-7"), ["R-7K3QXM"]),
        (("refer", "set", "dana", "comp"), ["completed"]),
        (("refer", "out", "priya", "--release", "2026-11-03"), ["2026-11-03 Priya Natarajan"]),
        (("match", "--insurance", "mo"), ["Moda"]),
        (("release", "add", "priya", "--scope", "pro"), ["progress"]),
    ],
)
def test_completions(completed: Complete, words: tuple[str, ...], expected: list[str]) -> None:
    """Commands, people, kinds, roles, stages, organizations, properties and queries."""
    assert completed(*words) == expected


def test_without_a_vault_it_is_silent(completed: Complete, tmp_path: Path) -> None:
    """Where there is no vault, nothing is proposed and nothing is said."""
    assert completed("show", "dan", vault=tmp_path / "nowhere") == []
    assert completed("list", "ro", vault=tmp_path / "nowhere") == []

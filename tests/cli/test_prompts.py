"""Questions, as whoever is asked has them."""

import _thread
import os
import sys
from collections.abc import Iterator
from threading import Timer

import click
import pytest

from rounds.cli import prompts

SOON, LATE = 0.3, 10.0


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """What is written here was typed."""
    pty = pytest.importorskip("pty", reason="pseudo-terminals")
    master, slave = pty.openpty()
    with open(master, "wb", buffering=0), open(slave, encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        yield master


@pytest.mark.parametrize(
    ("typed", "yes"), [("y", True), ("Yes ", True), ("n", False), ("", False), ("yet", False), ("yesterday", False)]
)
def test_only_a_yes_is_a_yes(keyboard: int, typed: str, yes: bool) -> None:
    """Enter and whatever else is typed means no."""
    os.write(keyboard, f"{typed}\n".encode())
    assert prompts.agrees("Go on?") is yes


def test_an_answer_and_its_default(keyboard: int, capsys: pytest.CaptureFixture[str]) -> None:
    """The question stands on stderr, with the default that Enter gives; lines typed ahead answer the next questions."""
    os.write(keyboard, "\n  Zo\u00eb \n\n".encode())
    assert [prompts.ask("Who?", "Dana"), prompts.ask("Who?"), prompts.ask("Who?")] == ["Dana", "Zo\u00eb", ""]
    assert tuple(capsys.readouterr()) == ("", "Who? [Dana]: Who?: Who?: ")


def test_the_end_of_the_input_is_no_answer(keyboard: int) -> None:
    """Ctrl-D at a question leaves it, as Ctrl-C does."""
    os.write(keyboard, b"\x04")
    with pytest.raises(click.Abort):
        prompts.agrees("Go on?")


def test_no_ctrl_c_is_lost_just_before_the_read(keyboard: int) -> None:
    """A signal that Python has noted, but that wakes no system call, ends the question before anything is typed."""
    late = Timer(LATE, os.write, (keyboard, b"y\n"))
    late.start()
    Timer(SOON, _thread.interrupt_main).start()
    with pytest.raises(click.Abort):
        prompts.agrees("Go on?")
    waits = late.is_alive()
    late.cancel()
    assert waits

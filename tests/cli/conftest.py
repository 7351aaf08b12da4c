"""Fixtures for the command line: a runner over a fresh sample vault, with its clock at the sample's day."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from cli.running import Runner, command, environment
from radicale_server import server, shared_radicale
from rounds.cli import prompts

__all__ = ["server", "shared_radicale"]


@pytest.fixture
def rounds(demo: Path) -> Runner:
    """Commands over the sample vault."""
    return Runner(demo)


@pytest.fixture
def nobody(tmp_path: Path) -> Runner:
    """Commands over an empty vault."""
    folder = tmp_path / "nobody"
    folder.mkdir()
    (folder / "rounds.toml").write_text('vault = "test"\ntimezone = "America/Los_Angeles"\n')
    return Runner(folder)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sits at a terminal and answers."""
    monkeypatch.setattr(prompts, "on_terminal", lambda: True)


Process = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def process() -> Process:
    """Runs the program as a process of its own, without a terminal."""

    def run(*words: str, environ: dict[str, str] | None = None, cwd: Path | None = None) -> Any:
        return subprocess.run(
            command(*words),
            env=environment(**(environ or {})),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return run


class Keys(KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@contextmanager
def using_keyring(used: KeyringBackend) -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(used)
    yield
    keyring.set_keyring(before)


@pytest.fixture
def keys() -> Iterator[Keys]:
    """A keyring that is this test's own, and empty."""
    found = Keys()
    with using_keyring(found):
        yield found


@pytest.fixture
def no_keys() -> Iterator[None]:
    """A machine that has no keyring."""
    with using_keyring(NoKeyring()):  # type: ignore[no-untyped-call]
        yield

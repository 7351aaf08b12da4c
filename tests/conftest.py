"""Fixtures for all tests: folders of their own, a fixed day, the sample vault."""

import gc
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from rounds.vault.create_vault import copy_sample
from rounds.vault.vault import Vault

TODAY = date(2026, 11, 23)
"""A Monday; the sample network is dated around it."""

# Programs that tests start keep their byte code, as on anybody's machine; it's half of their start-up.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# In the background of a shell, Ctrl-C is ignored, also by the programs that tests start and stop with it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# While tests are read, all of it stays.
gc.disable()

# A busy machine is no fault of what is tested.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

PATIENCE = 60.0
"""Seconds that a program which a test starts may take."""


@contextmanager
def started(command: list[str], *, patience: float = PATIENCE, **options: Any) -> Iterator[subprocess.Popen[Any]]:
    """A program that runs beside a test. It is ended with the test, and after `patience`, which also ends reads of its pipes.

    Not `with subprocess.Popen(...)`: that waits for ever for a program that does not end by itself, also where the
    test has failed or was interrupted because of it.
    """
    program = subprocess.Popen(command, **options)
    alarm = threading.Timer(patience, program.kill)
    alarm.daemon = True
    alarm.start()
    with ExitStack() as pipes:
        for pipe in filter(None, (program.stdin, program.stdout, program.stderr)):
            pipes.enter_context(pipe)
        try:
            yield program
        finally:
            alarm.cancel()
            program.kill()
            program.wait(PATIENCE)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What may take longest begins first, so that no process is left alone with it in the end; all else as it is."""

    def patience(item: pytest.Item) -> float:
        marker = item.get_closest_marker("timeout")
        return float(marker.args[0]) if marker is not None and marker.args else 0.0

    items.sort(key=patience, reverse=True)


def pytest_collection_finish() -> None:
    """The garbage collector leaves alone what stays to the end: modules and tests, 400,000 objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(7_000, 10, 10)  # most of what tests make goes without it
    gc.enable()


def tool(name: str) -> str:
    """The path of a program that a test needs; without ROUNDS_REQUIRE_TOOLS the test is skipped by the tool's name."""
    found = shutil.which(name)
    if found is None:
        if os.environ.get("ROUNDS_REQUIRE_TOOLS"):
            pytest.fail(f"{name} is not installed, and ROUNDS_REQUIRE_TOOLS is set")
        pytest.skip(f"{name} is not installed")
    return found


def found_file(path: str, package: str) -> str:
    """A file of a package that a test needs; skipped by the package's name like a `tool`."""
    if not os.path.isfile(path):
        if os.environ.get("ROUNDS_REQUIRE_TOOLS"):
            pytest.fail(f"{package} is not installed, and ROUNDS_REQUIRE_TOOLS is set")
        pytest.skip(f"{package} is not installed")
    return path


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of the test's own: caches, data and settings of the user are never touched."""
    folder = tmp_path_factory.mktemp("home")
    for name in ("CACHE", "DATA", "CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(folder / name.lower()))
    monkeypatch.setenv("HOME", str(folder))
    for name in ("ROUNDS_VAULT", "ROUNDS_TODAY", "VISUAL", "EDITOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with two, so that many notes are read by two processes."""
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of the sample vault, dated around TODAY, by path."""
    folder = tmp_path_factory.mktemp("sample")
    return {path: (folder / path).read_bytes() for path in copy_sample(folder, TODAY)}


@pytest.fixture
def demo(tmp_path: Path, sample: dict[str, bytes]) -> Path:
    """A fresh sample vault, dated around TODAY."""
    folder = tmp_path / "demo"
    for parent in sorted({os.path.dirname(path) for path in sample}):
        os.makedirs(folder / parent, exist_ok=True)
    for path, data in sample.items():
        (folder / path).write_bytes(data)
    return folder


@pytest.fixture
def vault(demo: Path) -> Iterator[Vault]:
    """The sample vault, open and in sync, with its clock at TODAY."""
    opened = Vault.open(demo, clock=lambda: TODAY)
    opened.sync()
    yield opened
    opened.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Vault]:
    """A vault with nothing in it but rounds.toml."""
    folder = tmp_path / "empty"
    folder.mkdir()
    (folder / "rounds.toml").write_text('vault = "test"\ntimezone = "America/Los_Angeles"\n')
    opened = Vault.open(folder, clock=lambda: TODAY)
    yield opened
    opened.close()

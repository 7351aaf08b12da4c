"""Commands that messages tell to type, on a machine where `rounds` isn't on the PATH."""

import re
import shlex
import subprocess
from itertools import takewhile
from pathlib import Path

import pytest

from cli.running import Runner, environment
from cli.shell import installed
from rounds.cli import output


def run(words: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A command line in a shell, without a terminal."""
    return subprocess.run(
        ["/bin/sh", "-c", words], cwd=folder, env=environment(**more), stdin=subprocess.DEVNULL, capture_output=True,
        text=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip


def test_what_init_says_works_as_it_is_printed(tmp_path: Path) -> None:
    """Started by a path, the path is printed: what to type next is run as it stands, after the `cd`."""
    tool = installed(tmp_path / "a checkout" / "bin") / "rounds"
    made = run("bin/rounds init --demo demo-vault", tool.parents[1], PATH="/usr/bin:/bin")
    assert made.returncode == 0
    steps = made.stdout.partition("Next steps:\n")[2].splitlines()
    lines = [line.strip() for line in takewhile(lambda line: line.startswith("  "), steps)]
    commands = [re.split(r"\s{3,}", line)[0] for line in lines]
    assert commands[0] == f'cd "{tool.parents[1] / "demo-vault"}"'
    assert commands[1:] == [
        f"'{tool}' add \"NAME\" --role ROLE", f"'{tool}' import FILE", f"'{tool}' today", f"'{tool}'",
    ]  # fmt: skip
    Path(tool.parents[1], "demo-vault/FILE").write_text("Name,Job Title\nMia Rey,Pediatrician\n")
    for command in commands[1:]:
        assert run(f"{commands[0]} && {command}", tmp_path, PATH="/usr/bin:/bin").returncode == 0


def test_what_other_commands_say_names_the_vault_too(tmp_path: Path, demo: Path) -> None:
    """From outside of the vault, named by --vault: the hint is run as it stands, from where it was printed."""
    installed(tmp_path / "bin")
    said = run(f"bin/rounds --vault {shlex.quote(str(demo))} today", tmp_path, PATH="/usr/bin:/bin").stdout
    found = re.search(r"no hurry \((.+?)\)", said)
    assert found is not None
    assert found[1].startswith("bin/rounds --vault ")
    assert "Later" in run(found[1], tmp_path, PATH="/usr/bin:/bin").stdout
    wrong = run(f"bin/rounds log zzyzx call hi --vault {shlex.quote(str(demo))}", tmp_path, PATH="/usr/bin:/bin").stderr
    hint = wrong.splitlines()[-1].partition(": ")[2]
    assert run(hint, tmp_path, PATH="/usr/bin:/bin").returncode == 0
    assert (demo / "Partners/Zzyzx.md").exists()


def test_on_the_path_it_is_called_by_its_name(tmp_path: Path, demo: Path) -> None:
    """The short name where the shell finds this very program by it, and not another one."""
    ours, other = installed(tmp_path / "bin"), installed(tmp_path / "other")
    vault = {"ROUNDS_VAULT": str(demo)}
    assert "(rounds today --all)" in run("rounds today", tmp_path, PATH=f"{ours}:/usr/bin:/bin", **vault).stdout
    path = f"{other}:/usr/bin:/bin"
    assert f"({ours}/rounds today --all)" in run(f"{ours}/rounds today", tmp_path, PATH=path, **vault).stdout


def test_only_commands_are_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the name of the product, nor the rounds of a hospital."""
    monkeypatch.setattr(output, "_started", lambda: ".venv/bin/rounds")
    text = "See: rounds today --all, or rounds --help. Rounds today; grand rounds today; rounds at OHSU; a/rounds list"
    assert output.as_typed(text) == (
        "See: .venv/bin/rounds today --all, or .venv/bin/rounds --help. Rounds today; grand rounds today; rounds at OHSU; "
        "a/rounds list"
    )


def test_started_by_something_else_it_has_its_name(nobody: Runner) -> None:
    """As in these tests."""
    assert nobody.good("today").endswith('rounds add "NAME" --role ROLE\n')

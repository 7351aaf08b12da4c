"""What keeps a sync from starting or ending: it says what, where and what to do, and loses nothing."""

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import PATIENCE, started
from faults.driver import write_driver
from rounds.errors import RoundsError
from rounds.storage import git
from storage.clones import NOTE, ODD, commit, run

pytestmark = pytest.mark.usefixtures("identity")


def refused(root: Path) -> RoundsError:
    """The error of a sync that can't be; all files, and what git holds, are as before."""
    before = texts(root), run(root, "rev-parse", "HEAD", check=False)
    with pytest.raises(RoundsError) as error:
        git.sync(str(root))
    assert (texts(root), run(root, "rev-parse", "HEAD", check=False)) == before
    return error.value


def texts(root: Path) -> dict[str, bytes]:
    found = (path for path in root.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def conflict(devices: tuple[Path, Path], *, rebase: bool = False) -> Path:
    """The second device, in whose last sync a note did not merge."""
    one, two = devices
    run(two, "config", "pull.rebase", str(rebase).lower())
    commit(one, ODD, NOTE.replace("met", "active"))
    git.sync(str(one))
    commit(two, ODD, NOTE.replace("met", "resting"))
    assert git.sync(str(two)).conflicts
    return two


@pytest.mark.parametrize("rebase", [False, True])
def test_a_merge_that_was_left_open(devices: tuple[Path, Path], rebase: bool) -> None:
    """The next sync names the notes and the command that ends it; done so, it goes on."""
    two = conflict(devices, rebase=rebase)
    error = refused(two)
    assert "unfinished merge" in error.message
    assert ODD in error.message
    assert ("git rebase --continue" if rebase else "git commit") in error.hint
    (two / ODD).write_text(NOTE.replace("met", "resting"))
    run(two, "add", ".")
    run(two, *(("-c", "core.editor=true", "rebase", "--continue") if rebase else ("commit", "-q", "--no-edit")))
    assert git.sync(str(two)).conflicts == ()
    assert git.sync(str(devices[0])).pulled > 0
    assert "resting" in (devices[0] / ODD).read_text()


def test_a_rebase_that_git_can_not_continue(devices: tuple[Path, Path]) -> None:
    """Killed before it wrote the message of its commit, git refuses to continue; the hint leads out of it."""
    two = conflict(devices, rebase=True)
    (two / ".git/rebase-merge/message").unlink()
    (two / ODD).write_text(NOTE.replace("met", "resting"))
    run(two, "add", ".")
    error = refused(two)
    assert "a rebase was cut off in the middle here" in error.message
    run(two, "stash")
    run(two, "rebase", "--abort")
    assert git.sync(str(two)).conflicts


def test_a_merge_that_brought_nothing_in(devices: tuple[Path, Path]) -> None:
    """Git can open a merge and then fail to write its index: a commit now would leave their changes out for ever."""
    one, two = devices
    commit(one, ODD, NOTE.replace("met", "resting"))
    git.sync(str(one))
    commit(two, "Own.md", NOTE)
    run(two, "fetch", "-q")
    run(two, "merge", "-q", "-s", "ours", "--no-commit", "origin/main")
    error = refused(two)
    assert "nothing of the other side is in the notes" in error.message
    assert "git merge --abort, then rounds git sync" in error.hint
    run(two, "merge", "--abort")
    assert git.sync(str(two)).pulled == 1
    assert "resting" in (two / ODD).read_text()


def test_a_cherry_pick_that_is_left_open_and_already_in(devices: tuple[Path, Path]) -> None:
    """A rebase that could not remove its own file leaves a pick that git finds empty: the way out is named."""
    _, two = devices
    commit(two, ODD, NOTE.replace("met", "resting"))
    head = subprocess.run(["git", "-C", two, "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout
    (two / ".git/CHERRY_PICK_HEAD").write_text(head)
    error = refused(two)
    assert "--skip if git finds it empty" in error.hint
    run(two, "cherry-pick", "--skip")
    assert git.sync(str(two)).pushed == 1


def test_a_merge_that_is_given_up_does_not_touch_what_git_does_not_keep(devices: tuple[Path, Path]) -> None:
    """Git's own abort writes our versions back; the copies that we made stay."""
    one, two = devices
    commit(one, ".gitignore", ".trash/\n")
    git.sync(str(one))
    git.sync(str(two))
    (two / ".trash").mkdir()
    (two / ".trash/Sam.md").write_text("typed here\n")
    (one / ".trash").mkdir()
    (one / ".trash/Sam.md").write_text("theirs\n")
    run(one, "add", "-f", ".trash/Sam.md")
    conflict(devices)
    run(two, "merge", "--abort")
    assert b"typed here\n" in texts(two).values()


def test_a_lock_that_was_left(devices: tuple[Path, Path]) -> None:
    """The file is named, for the index, a branch and the settings; without it the sync goes on."""
    one, two = devices
    commit(one, ODD, NOTE + "more\n")
    git.sync(str(one))
    for lock in ("index", "HEAD", "refs/remotes/origin/main", "refs/heads/main", "packed-refs"):
        path = two / ".git" / f"{lock}.lock"
        path.touch()
        error = refused(two)
        assert f"{lock}.lock" in error.message, error.message
        assert "delete that file" in error.hint
        path.unlink()
    assert git.sync(str(two)).pulled == 1


def test_a_lock_of_the_settings(tmp_path: Path) -> None:
    run(tmp_path, "init", "-q")
    (tmp_path / ".git/config.lock").touch()
    with pytest.raises(RoundsError, match=r"config\.lock") as error:
        git.set_up(str(tmp_path), lambda *_: None)
    assert "delete that file" in error.value.hint


@pytest.mark.parametrize("size", [0, 4, 20])
def test_an_index_that_is_damaged(devices: tuple[Path, Path], size: int) -> None:
    """Cut off, as after a loss of power. It is made anew from what is committed."""
    _, two = devices
    data = (two / ".git/index").read_bytes()
    (two / ".git/index").write_bytes(data[:size])
    error = refused(two)
    assert ".git/index, is damaged" in error.message
    assert "git reset" in error.hint
    (two / ".git/index").unlink()
    run(two, "reset", "-q")
    git.sync(str(two))


def test_a_detached_head_and_what_was_committed_there(devices: tuple[Path, Path]) -> None:
    _, two = devices
    run(two, "switch", "-q", "--detach")
    commit(two, "New.md", NOTE)
    error = refused(two)
    assert "detached head" in error.message
    assert "git branch kept" in error.hint


def test_a_branch_without_a_commit(tmp_path: Path) -> None:
    run(tmp_path, "init", "-q")
    (tmp_path / "New.md").write_text(NOTE)
    error = refused(tmp_path)
    assert "nothing is committed here yet" in error.message
    assert "git commit" in error.hint


def test_another_history(devices: tuple[Path, Path], tmp_path: Path) -> None:
    """Of a vault that was made anew and has the same remote: by merge and by rebase nothing is mixed unasked."""
    one, _ = devices
    three = tmp_path / "three"
    run(tmp_path, "init", "-q", "-b", "main", str(three))
    commit(three, ODD, "another vault\n")
    run(three, "remote", "add", "origin", str(tmp_path / "remote.git"))
    run(three, "fetch", "-q")
    run(three, "branch", "-q", "-u", "origin/main")
    for rebase in ("true", "false"):
        run(three, "config", "pull.rebase", rebase)
        error = refused(three)
        assert "no commit in common" in error.message
        assert "--allow-unrelated-histories" in error.hint
    assert git.sync(str(one)).pulled == 0


def test_a_history_that_was_written_anew_at_the_remote(devices: tuple[Path, Path], tmp_path: Path) -> None:
    """What it dropped is still ours, and comes back, whatever way it is set up."""
    one, two = devices
    commit(one, "Kept.md", "words\n")
    git.sync(str(one))
    git.sync(str(two))
    run(two, "config", "pull.rebase", "true")
    run(one, "reset", "-q", "--hard", "HEAD~1")
    commit(one, "Other.md", NOTE + "anew\n")
    run(one, "push", "-qf")
    commit(two, "Own.md", "of two\n")
    git.sync(str(two))
    assert (two / "Kept.md").read_text() == "words\n"


def test_nobody_has_a_name(devices: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = devices
    commit(one, "New.md", "one\n")
    git.sync(str(one))
    commit(two, "Own.md", "two\n")
    for role in ("AUTHOR", "COMMITTER"):
        for what in ("NAME", "EMAIL"):
            monkeypatch.delenv(f"GIT_{role}_{what}")
    monkeypatch.setenv("HOME", str(two.parent))
    run(two, "config", "user.useConfigOnly", "true")
    error = refused(two)
    assert "does not know who you are" in error.message
    assert "git config user.name" in error.hint


def test_only_forward(devices: tuple[Path, Path]) -> None:
    """As the repository is set up: git's own words, and nothing is merged."""
    one, two = devices
    run(two, "config", "pull.ff", "only")
    commit(one, "New.md", "one\n")
    git.sync(str(one))
    commit(two, "Own.md", "two\n")
    assert "could not merge" in refused(two).message


SYNC = "import sys; from rounds.main import run; run()"


def slowly(devices: tuple[Path, Path]) -> tuple[list[str], dict[str, str], Path]:
    """A sync of the second device that stays in its merge driver until a file is there."""
    one, two = devices
    for root in devices:
        (root / "rounds.toml").write_text('vault = "git1"\ntimezone = "America/Los_Angeles"\n')
    run(one, "add", "-A")
    run(one, "commit", "-qm", "settings")
    git.sync(str(one))
    (two / "rounds.toml").unlink()
    git.sync(str(two))
    commit(one, ODD, NOTE + "- 2026-11-12 call: b\n")
    git.sync(str(one))
    commit(two, ODD, NOTE + "- 2026-11-13 call: c\n")
    go, program = two.parent / "go", two.parent / "bin/rounds"
    real = write_driver(two.parent)
    program.write_text(
        f'#!/bin/sh\ntouch {go}.began\nuntil test -e {go}; do sleep 0.05; done\nexec {shlex.quote(str(real))} "$@"\n'
    )
    command = [sys.executable, "-c", SYNC, "--vault", str(two), "git", "sync"]
    environment = {**os.environ, "PYTHONPATH": str(Path(git.__file__).parents[2])}
    return command, environment, go


def wait_for(path: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not path.exists():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_a_sync_that_is_stopped_lets_git_end_its_merge(devices: tuple[Path, Path], number: signal.Signals) -> None:
    """Ctrl-C waits for it; a killed Rounds leaves git to itself, which goes on. Then the next sync pushes."""
    command, environment, go = slowly(devices)
    two = devices[1]
    with started(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as program:
        wait_for(Path(f"{go}.began"))
        program.send_signal(number)
        time.sleep(0.2)
        go.touch()
        program.wait(PATIENCE)
    until = time.monotonic() + PATIENCE
    while (
        "call: b\n- 2026-11-13 call: c" not in texts(two).get(ODD, b"").decode() or (two / ".git/index.lock").exists()
    ):
        assert time.monotonic() < until
        time.sleep(0.05)
    while run(two, "status", "--porcelain"):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert git.sync(str(two)).pushed == 2


def test_a_second_ctrl_c_stops_git_and_leaves_no_lock(devices: tuple[Path, Path]) -> None:
    """The notes are as they were: git was still merging, and writes at the end."""
    command, environment, go = slowly(devices)
    two = devices[1]
    before = texts(two)
    with started(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as program:
        wait_for(Path(f"{go}.began"))
        for _ in range(2):
            program.send_signal(signal.SIGINT)
            time.sleep(0.7)
        program.wait(PATIENCE)
    assert not (two / ".git/index.lock").exists()
    left = {path: data for path, data in texts(two).items() if not path.startswith(".merge_file")}
    assert left == before
    go.touch()


def test_the_driver_is_that_of_this_installation(devices: tuple[Path, Path]) -> None:
    """Whatever line the repository has from before."""
    _, two = devices
    run(two, "config", "merge.rounds.driver", "false")
    one = devices[0]
    commit(one, ODD, NOTE + "- 2026-11-12 call: b\n")
    git.sync(str(one))
    commit(two, ODD, NOTE + "- 2026-11-13 call: c\n")
    assert git.sync(str(two)).conflicts == ()
    assert git.driver("rounds") not in run(two, "config", "merge.rounds.driver")

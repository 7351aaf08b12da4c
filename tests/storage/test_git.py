import os
import shlex
import subprocess
from pathlib import Path

import pytest

from faults.driver import write_driver
from rounds.errors import RoundsError
from rounds.storage import git, git_history
from rounds.vault.note_writer import NoteWriter
from storage.clones import NOTE, ODD, commit, run

pytestmark = pytest.mark.usefixtures("identity")


@pytest.mark.parametrize("rebase", ["true", "false"])
def test_two_devices_sync_one_note(devices: tuple[Path, Path], rebase: str) -> None:
    """What both changed merges by property and by line, whatever the file is called, by merge and by rebase."""
    one, two = devices
    run(two, "config", "pull.rebase", rebase)
    commit(one, ODD, NOTE.replace("met", "active") + "- 2026-11-20 coffee: b\n")
    assert git.sync(str(one)) == git.Synced("main", 0, 1)
    commit(two, ODD, NOTE.replace("pediatrician", "psychiatrist") + "- 2026-11-12 call: c\n")
    done = git.sync(str(two))
    assert (done.pulled, done.conflicts) == (1, ())
    assert git.sync(str(one)).conflicts == ()
    expected = (
        "---\ntype: partner\nstage: active\nrole: psychiatrist\n---\n\n## Log\n\n- 2026-11-01 email: a\n"
        "- 2026-11-12 call: c\n- 2026-11-20 coffee: b\n"
    )
    assert [(root / ODD).read_text() for root in devices] == [expected, expected]
    assert git.sync(str(one)) == git.Synced("main", 0, 0)


def test_a_conflict_has_both_versions_and_is_reported(devices: tuple[Path, Path]) -> None:
    """Nothing is pushed; the note has git's marks; the next sync says that a merge is open."""
    one, two = devices
    commit(one, ODD, NOTE.replace("met", "active"))
    git.sync(str(one))
    commit(two, ODD, NOTE.replace("met", "resting"))
    done = git.sync(str(two))
    assert [problem.path for problem in done.conflicts] == [ODD]
    assert done.pushed == 0
    assert "<<<<<<< ours\nstage: resting\n=======\nstage: active\n>>>>>>> theirs\n" in (two / ODD).read_text()
    with pytest.raises(RoundsError, match="unfinished merge"):
        git.sync(str(two))


@pytest.mark.parametrize("command", ["no-such-rounds", "false", "sh -c 'exit 137'", "'/no such folder/rounds'"])
def test_without_rounds_git_puts_its_own_marks(devices: tuple[Path, Path], command: str) -> None:
    """A missing or failing program never leaves one side alone: git's own merge takes over."""
    one, two = devices
    run(two, "config", "merge.rounds.driver", git.driver(command))
    commit(one, ODD, NOTE.replace("met", "active") + "- 2026-11-20 coffee: b\n")
    git.sync(str(one))
    commit(two, ODD, NOTE.replace("met", "resting"))
    assert [problem.path for problem in git.sync(str(two), trusted=True).conflicts] == [ODD]
    text = (two / ODD).read_text()
    assert "<<<<<<< ours\nstage: resting\n=======\nstage: active\n>>>>>>> theirs\n" in text
    assert "- 2026-11-20 coffee: b\n" in text


def test_without_a_driver_in_the_configuration_git_puts_its_own_marks(devices: tuple[Path, Path]) -> None:
    """A machine on which `rounds git setup` never ran merges as git always does."""
    one, two = devices
    run(two, "config", "--unset", "merge.rounds.driver")
    commit(one, ODD, NOTE.replace("met", "active"))
    git.sync(str(one))
    commit(two, ODD, NOTE.replace("met", "resting"))
    assert len(git.sync(str(two)).conflicts) == 1
    assert "stage: active\n" in (two / ODD).read_text()
    assert "stage: resting\n" in (two / ODD).read_text()


def test_set_up_writes_one_line_and_the_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line joins what .gitattributes says already; a second time nothing changes. The program is named in full."""
    run(tmp_path, "init", "-q")
    (tmp_path / ".gitattributes").write_text("* -text\n*.md diff=markdown")
    (tmp_path / "50% bin").mkdir()
    program = write_driver(tmp_path / "50% bin")
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    saving = NoteWriter(str(tmp_path), str(tmp_path / "journal"))
    done = git.set_up(str(tmp_path), saving.put)
    assert (tmp_path / ".gitattributes").read_text() == "* -text\n*.md diff=markdown\n*.md merge=rounds\n"
    assert shlex.quote(str(program)).replace("%", "%%") + " merge-note " in done.driver
    assert run(tmp_path, "config", "merge.rounds.driver").strip() == done.driver
    assert done.changed
    assert not git.set_up(str(tmp_path), saving.put).changed


def test_set_up_in_a_folder_of_the_repository(tmp_path: Path) -> None:
    """A vault may be one folder among others: only its own notes are merged by Rounds."""
    run(tmp_path, "init", "-q")
    (tmp_path / "vault").mkdir()
    git.set_up(str(tmp_path / "vault"), NoteWriter(str(tmp_path / "vault"), str(tmp_path / "journal")).put)
    assert (tmp_path / "vault/.gitattributes").read_text() == "*.md merge=rounds\n"
    assert run(tmp_path, "check-attr", "merge", "README.md").strip().endswith("unspecified")


def test_what_keeps_a_sync_from_starting(
    tmp_path: Path, devices: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each says what is the matter, and nothing is touched."""
    one, _ = devices
    with pytest.raises(RoundsError, match="in no git repository"):
        git.sync(str(tmp_path))
    (one / "New.md").write_text("x")
    with pytest.raises(RoundsError, match="1 file is not committed yet"):
        git.sync(str(one))
    (one / "New.md").unlink()
    run(one, "switch", "-q", "--detach")
    with pytest.raises(RoundsError, match="on no branch"):
        git.sync(str(one))
    run(one, "switch", "-q", "-c", "side")
    with pytest.raises(RoundsError, match="no counterpart at origin"):
        git.sync(str(one))
    run(one, "switch", "-q", "main")
    run(one, "remote", "set-url", "origin", str(tmp_path / "gone.git"))
    with pytest.raises(RoundsError, match="could not reach the remote"):
        git.sync(str(one))
    run(one, "remote", "remove", "origin")
    with pytest.raises(RoundsError, match="no remote"):
        git.sync(str(one))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RoundsError, match="not installed"):
        git.sync(str(one))


def test_a_push_that_the_remote_refuses(tmp_path: Path, devices: tuple[Path, Path]) -> None:
    """A hook that declines is no reason to lose anything: the commit stays for the next time."""
    one, _ = devices
    hook = tmp_path / "remote.git/hooks/update"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    commit(one, ODD, NOTE + "more\n")
    with pytest.raises(RoundsError, match="refused the push: hook declined"):
        git.sync(str(one), trusted=True)
    hook.write_text("#!/bin/sh\necho no pushes on Sundays\nexit 1\n")
    with pytest.raises(RoundsError, match="refused the push: no pushes on Sundays"):
        git.sync(str(one), trusted=True)
    hook.unlink()
    assert git.sync(str(one)).pushed == 1


def test_a_push_that_was_cut_off_in_the_remote(tmp_path: Path, devices: tuple[Path, Path]) -> None:
    """Trying again for ever would not help: the lock is named."""
    one, _ = devices
    commit(one, ODD, NOTE + "more\n")
    lock = tmp_path / "remote.git/refs/heads/main.lock"
    lock.write_bytes(b"")
    with pytest.raises(RoundsError, match=r"stopped there: .*remote\.git.*main\.lock$") as raised:
        git.sync(str(one))
    assert "delete that file where the remote is" in str(raised.value.hint)
    lock.unlink()
    assert git.sync(str(one)).pushed == 1


def test_earlier_versions_of_a_note(devices: tuple[Path, Path], tmp_path: Path) -> None:
    """The newest first; none outside of a repository."""
    one, _ = devices
    commit(one, ODD, NOTE + "more\n")
    assert list(git_history.versions(str(one), ODD)) == [(NOTE + "more\n").encode(), NOTE.encode()]
    assert list(git_history.versions(str(tmp_path), ODD)) == []


def test_both_added_the_note(tmp_path: Path) -> None:
    """Git then gives an empty base, which is none: what both have is there once."""
    for name, text in (("base", ""), ("ours", "a\nb\n"), ("theirs", "a\nb\nc\n")):
        (tmp_path / name).write_text(text)
    base, ours, theirs = (str(tmp_path / name) for name in ("base", "ours", "theirs"))
    assert git.merge_files(base, ours, theirs, "x.md") == (b"a\nb\nc\n", ())


def test_git_is_not_started_where_there_is_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Mac without git would offer to install it; a repository around the vault counts."""
    (tmp_path / "bin").mkdir()
    stub, vault = tmp_path / "bin/git", tmp_path / "around/vault"
    stub.write_text(f'#!/bin/sh\necho x >> "{tmp_path}/started"\nexit 1\n')
    stub.chmod(0o755)
    vault.mkdir(parents=True)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin{os.pathsep}{os.environ['PATH']}")
    for act in (git.sync, lambda root: git.set_up(root, lambda *_: None)):
        with pytest.raises(RoundsError, match="this vault is in no git repository"):
            act(str(vault))
    assert not (tmp_path / "started").exists()
    (tmp_path / "around/.git").mkdir()
    with pytest.raises(RoundsError):
        git.sync(str(vault))
    assert (tmp_path / "started").exists()


def test_an_empty_answer_of_git_is_an_error_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Git ends well even if what it says can't be written to a pipe."""
    monkeypatch.setattr(git, "run", lambda *_: subprocess.CompletedProcess((), 0, "", ""))
    with pytest.raises(RoundsError, match="git rev-list failed: it gave no answer") as caught:
        git._count(".", "a..b")
    assert caught.value.hint

"""A vault whose `.git` folder somebody else has made: no setting and no hook of it runs a program."""

import os
import subprocess
from pathlib import Path

import pytest

from cli.running import Runner
from conftest import tool

NOTE = "---\ntype: partner\nid: a1\nstage: met\n---\n\n## Log\n\n- 2026-05-04 email: first\n"
HOOKS = [
    "post-index-change", "reference-transaction", "pre-push", "post-merge", "post-checkout", "pre-merge-commit", "commit-msg",
    "prepare-commit-msg", "post-commit", "post-rewrite", "pre-rebase", "pre-auto-gc", "fsmonitor-watchman",
]  # fmt: skip
READING = [
    ("history",), ("history", "sam"), ("conflicts",), ("conflicts", "--apply"), ("git", "setup"), ("check",), ("list",), ("undo",),
]  # fmt: skip


@pytest.fixture
def ran(tmp_path: Path) -> Path:
    """Where each planted program leaves its name."""
    folder = tmp_path / "ran"
    folder.mkdir()
    return folder


@pytest.fixture
def vault(nobody: Runner, monkeypatch: pytest.MonkeyPatch, ran: Path) -> Runner:
    """A vault in a repository with two commits of a note, the second one signed, and a remote."""
    tool("git")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "x")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "x@example.com")
    folder = nobody.folder
    (folder / "Partners").mkdir()
    (folder / "Partners/Sam.md").write_text(NOTE)
    (folder / ".gitattributes").write_text("*.md diff=evil filter=evil merge=rounds\n")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    (folder / "Partners/Sam.md").write_text(NOTE + "- 2026-05-05 call: second\n")
    git(folder, "commit", "-qam", "second")
    signed = git(folder, "cat-file", "commit", "HEAD").replace(
        "\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ\n -----END PGP SIGNATURE-----\n\n", 1
    )
    made = subprocess.run(
        ["git", "-C", str(folder), "hash-object", "-t", "commit", "-w", "--stdin"],
        input=signed, text=True, capture_output=True, check=True,
    )  # fmt: skip
    git(folder, "reset", "-q", made.stdout.strip())
    subprocess.run(["git", "clone", "-q", "--bare", str(folder), f"{folder}.git"], check=True, timeout=60)
    git(folder, "remote", "add", "origin", f"{folder}.git")
    git(folder, "fetch", "-q")
    git(folder, "branch", "-q", "-u", "origin/main")
    return nobody


def git(folder: Path, *words: str) -> str:
    return subprocess.run(
        ["git", "-C", str(folder), *words], check=True, capture_output=True, text=True, timeout=60
    ).stdout


def program(ran: Path, name: str) -> str:
    path = ran.parent / f"program-{name}"
    path.write_text(f"#!/bin/sh\ntouch '{ran}/{name}'\nexit 1\n")
    path.chmod(0o755)
    return str(path)


def plant_hooks(git_folder: Path, ran: Path) -> None:
    for name in HOOKS:
        hook = git_folder / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch '{ran}/{name}'\n")
        hook.chmod(0o755)


def plant_reading(folder: Path, ran: Path) -> None:
    """All that runs while somebody only looks."""
    for key in (
        "core.fsmonitor", "core.pager", "pager.log", "pager.show", "gpg.program", "diff.external", "diff.evil.command",
        "diff.evil.textconv", "core.editor", "core.sshCommand", "core.askPass", "core.alternateRefsCommand", "credential.helper",
        "merge.rounds.driver", "remote.origin.uploadpack",
    ):  # fmt: skip
        git(folder, "config", key, program(ran, key.replace(".", "-").lower()))
    for key in ("alias.log", "alias.show"):
        git(folder, "config", key, f"!touch {ran}/alias")
    git(folder, "config", "log.showSignature", "true")
    plant_hooks(folder / ".git", ran)


def plant_filters(folder: Path, ran: Path) -> None:
    for key in ("clean", "smudge", "process"):
        git(folder, "config", f"filter.evil.{key}", program(ran, f"filter-{key}"))


def test_what_is_planted_would_run(vault: Runner, ran: Path) -> None:
    """What the other tests keep from running does run for plain git."""
    plant_reading(vault.folder, ran)
    for words in (("log",), ("diff", "HEAD~1", "HEAD"), ("diff", "--no-ext-diff", "HEAD~1", "HEAD"), ("status",)):
        if words == ("status",):
            plant_filters(vault.folder, ran)
            os.utime(vault.folder / "Partners/Sam.md", (1, 1))
        subprocess.run(["git", "-C", str(vault.folder), *words], capture_output=True, timeout=60, check=False)
    assert {"core-fsmonitor", "gpg-program", "diff-evil-command", "diff-evil-textconv", "filter-process"} <= {
        *os.listdir(ran)
    }


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_looking_runs_nothing(vault: Runner, ran: Path, words: tuple[str, ...]) -> None:
    """Neither signatures, pagers, monitors, filters, external diffs, aliases nor hooks; what git knows is shown."""
    plant_reading(vault.folder, ran)
    plant_filters(vault.folder, ran)
    for name in ("Sam.sync-conflict-20261101-120000-ABCDEFG.md", "Sam (conflicted copy 2026-11-01).md"):
        (vault.folder / "Partners" / name).write_text(NOTE + "- 2026-05-06 call: third\n")
    result = vault(*words)
    assert os.listdir(ran) == []
    if words[0] == "history":
        assert "second" in result.stdout


def test_a_missing_object_is_not_fetched_to_look(vault: Runner, ran: Path) -> None:
    """A partial clone would get it from its remote, by a command that its settings name."""
    folder = vault.folder
    tree = git(folder, "rev-parse", "HEAD~1:Partners/Sam.md").strip()
    (folder / ".git/objects" / tree[:2] / tree[2:]).unlink()
    git(folder, "config", "extensions.partialClone", "origin")
    git(folder, "config", "core.repositoryFormatVersion", "1")
    git(folder, "config", "remote.origin.promisor", "true")
    git(folder, "config", "remote.origin.url", f"ext::{program(ran, 'ext')} %S")
    git(folder, "config", "protocol.ext.allow", "always")
    git(folder, "config", "remote.origin.uploadpack", program(ran, "uploadpack"))
    (folder / "Partners/Sam (conflicted copy 2026-11-01).md").write_text(NOTE)
    for words in READING:
        vault(*words)
    assert os.listdir(ran) == []


def test_a_folder_that_is_a_repository_by_itself_is_none(nobody: Runner, ran: Path) -> None:
    """A bare one among the notes, with settings of its own."""
    tool("git")
    git(nobody.folder, "init", "-q", "--bare", ".")
    git(nobody.folder, "config", "core.fsmonitor", program(ran, "fsmonitor"))
    assert nobody("git", "setup").exit_code == 1
    assert nobody("history").exit_code == 0
    assert os.listdir(ran) == []


def test_sync_leaves_hooks_out_and_says_so(vault: Runner, ran: Path) -> None:
    """A pull and a push, without hooks, monitor, signature and the merge driver that somebody else has named."""
    other = vault.folder.parent / "other"
    git(vault.folder.parent, "clone", "-q", f"{vault.folder}.git", str(other))
    sam = other / "Partners/Sam.md"
    sam.write_text(sam.read_text().replace("stage: met", "stage: active"))
    git(other, "commit", "-qam", "theirs")
    git(other, "push", "-q")
    sam = vault.folder / "Partners/Sam.md"
    sam.write_text(sam.read_text() + "- 2026-05-06 call: ours\n")
    git(vault.folder, "commit", "-qam", "ours")
    for key in ("core.fsmonitor", "core.pager", "pager.pull", "merge.rounds.driver", "core.editor", "diff.external"):
        git(vault.folder, "config", key, program(ran, key.replace(".", "-").lower()))
    git(vault.folder, "config", "log.showSignature", "true")
    plant_hooks(vault.folder / ".git", ran)
    done = vault.json("git", "sync")
    assert (done["pulled"], done["pushed"], done["conflicts"]) == (1, 2, [])
    assert done["left_out"] == sorted(HOOKS)
    assert "stage: active" in sam.read_text()
    assert "ours" in sam.read_text()
    assert os.listdir(ran) == []
    assert "didn't run" in vault("git", "sync").stderr


@pytest.mark.parametrize(
    "key",
    [
        "core.sshCommand", "core.askPass", "credential.helper", "credential.https://example.com.helper", "filter.evil.smudge",
        "filter.evil.clean", "filter.evil.process", "merge.evil.driver", "gpg.program", "gpg.ssh.program", "remote.origin.uploadpack",
        "remote.origin.receivepack", "remote.origin.vcs", "core.gitProxy", "core.alternateRefsCommand",
        "branch.main.mergeOptions", "pull.twohead",
    ],
)  # fmt: skip
def test_sync_refuses_settings_that_name_a_program(vault: Runner, ran: Path, key: str) -> None:
    """The setting is named, nothing is run; with --trust it is git that decides."""
    git(vault.folder, "config", key, program(ran, "evil"))
    os.utime(vault.folder / "Partners/Sam.md", (1, 1))
    result = vault("git", "sync")
    assert result.exit_code == 1
    assert key.lower() in result.stderr.lower()
    assert "--trust" in result.stderr
    assert os.listdir(ran) == []


def test_settings_that_are_included_count_too(vault: Runner, ran: Path) -> None:
    (vault.folder / "more").write_text(f'[filter "evil"]\n\tsmudge = {program(ran, "evil")}\n')
    git(vault.folder, "config", "include.path", "../more")
    assert "filter.evil.smudge" in vault("git", "sync").stderr
    assert os.listdir(ran) == []


def test_with_trust_hooks_run(vault: Runner, ran: Path) -> None:
    """As in git pull and git push: for a repository whose hooks are the user's own."""
    plant_hooks(vault.folder / ".git", ran)
    sam = vault.folder / "Partners/Sam.md"
    sam.write_text(sam.read_text() + "- 2026-05-06 call: ours\n")
    git(vault.folder, "-c", f"core.hooksPath={os.devnull}", "commit", "-qam", "ours")
    assert vault.json("git", "sync", "--trust")["pushed"] == 2 - 1
    assert "pre-push" in os.listdir(ran)


@pytest.mark.parametrize(
    "url", ["ext::{program} %S", "{program}::x", "--upload-pack={program}", "-oProxyCommand={program}:x"]
)
def test_the_address_of_a_remote_is_no_command(vault: Runner, ran: Path, url: str) -> None:
    """Nor an option; whatever the repository allows."""
    git(vault.folder, "config", "protocol.allow", "always")
    git(vault.folder, "config", "protocol.ext.allow", "always")
    git(vault.folder, "config", "remote.origin.url", url.format(program=program(ran, "evil")))
    assert vault("git", "sync").exit_code == 1
    git(vault.folder, "config", "branch.main.remote", url.format(program=program(ran, "evil")))
    assert vault("git", "sync").exit_code == 1
    assert os.listdir(ran) == []


def test_the_hooks_of_a_remote_in_a_folder_do_not_run(vault: Runner, ran: Path) -> None:
    """Git would run them here, and no setting of ours reaches them: they are named."""
    hooks = Path(f"{vault.folder}.git/hooks")
    (hooks / "post-receive").write_text(f"#!/bin/sh\ntouch {ran}/post-receive\n")
    (hooks / "post-receive").chmod(0o755)
    result = vault("git", "sync")
    assert result.exit_code == 1
    assert "post-receive" in result.stderr
    git(vault.folder, "remote", "add", "elsewhere", f"file://{vault.folder}.git")
    git(vault.folder, "remote", "set-url", "origin", "https://127.0.0.1:9/x")
    git(vault.folder, "config", "remote.pushDefault", "elsewhere")
    assert "post-receive" in vault("git", "sync").stderr
    assert os.listdir(ran) == []


def test_files_are_written_around_the_git_folder_alone(vault: Runner, tmp_path: Path) -> None:
    """A repository may say that its files are elsewhere, such as in the home folder."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for place in (elsewhere, tmp_path):
        git(vault.folder, "config", "core.worktree", str(place))
        result = vault("git", "sync")
        assert result.exit_code == 1
        assert "core.worktree" in result.stderr
    assert os.listdir(elsewhere) == []


def test_a_repository_of_another_user_is_not_read(vault: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git's own safe.directory counts: no commits are shown, and setup says why."""
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert "second" not in vault.good("history")
    result = vault("git", "setup")
    assert result.exit_code == 1
    assert "safe.directory" in result.stderr

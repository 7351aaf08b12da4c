"""The pre-commit hook in real repositories: staged notes are looked at, and the commit stops."""

import os
import subprocess
from pathlib import Path

import pytest

from cli.running import environment
from cli.test_git import git, repositories, rounds  # noqa: F401 - a fixture

PLANTED = "---\ntype: partner\n---\n\n- 2026-05-04 call: our client Rebecca Thornbury, born 4/12/2009\n"
CLEAN = "---\ntype: partner\n---\n\n- 2026-05-04 call: prefers fax\n"


@pytest.fixture
def vault(repositories: tuple[Path, Path]) -> Path:  # noqa: F811
    """A vault in a repository, with the hook."""
    assert rounds(repositories[0], "git", "setup", "--hook").returncode == 0
    return repositories[0]


def commit(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["git", "-C", str(folder), "commit", "-qm", "x", *words], env=environment(),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def put(folder: Path, text: str, path: str = "Partners/New.md") -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text)


def hook(folder: Path) -> Path:
    return folder / ".git/hooks/pre-commit"


def test_a_commit_with_client_information_stops(vault: Path) -> None:
    """It names note and line, and says how to commit all the same, as git has it."""
    put(vault, PLANTED)
    git(vault, "add", ".")
    done = commit(vault)
    assert done.returncode == 1
    assert "Partners/New.md:5:" in done.stderr
    assert "Rebecca Thornbury" in done.stderr
    assert "--no-verify" in done.stderr
    assert commit(vault, "--no-verify").returncode == 0


def test_a_clean_commit_goes_through_in_silence(vault: Path) -> None:
    """So does a marked line."""
    put(vault, CLEAN + "- 2026-05-05 call: our client Rebecca Thornbury %% rounds: ok phi: made up %%\n")
    git(vault, "add", ".")
    done = commit(vault)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_what_counts_is_what_is_staged(vault: Path) -> None:
    """Not the file as it is now, in either direction."""
    put(vault, PLANTED)
    git(vault, "add", ".")
    put(vault, CLEAN)
    assert commit(vault).returncode == 1
    git(vault, "add", ".")
    put(vault, PLANTED)
    assert commit(vault).returncode == 0


def test_a_commit_of_one_file_is_looked_at_as_git_commits_it(vault: Path) -> None:
    """`git commit FILE` and `git commit -a` have an index of their own."""
    put(vault, CLEAN)
    git(vault, "add", ".")
    commit(vault)
    put(vault, PLANTED)
    assert commit(vault, "Partners/New.md").returncode == 1
    assert commit(vault, "-a").returncode == 1
    put(vault, CLEAN + "Fax.\n", "Partners/Sam.md")
    assert commit(vault, "Partners/Sam.md").returncode == 0


def test_the_first_commit_of_a_repository_and_odd_names(tmp_path: Path, repositories: tuple[Path, Path]) -> None:  # noqa: F811
    """Blanks, quotes and a line break in the names of folder and note; the vault is a folder of the repository."""
    top = tmp_path / 'it\'s a "top"'
    folder = top / "my vault\nof it"
    folder.mkdir(parents=True)
    git(top, "init", "-q")
    put(folder, 'vault = "git2"\n', "rounds.toml")
    put(folder, PLANTED, 'Partners/Né "w".md')
    put(folder, PLANTED, "Partners/two\nlines.md")
    put(top, PLANTED, "outside.md")
    assert rounds(folder, "git", "setup", "--hook").returncode == 0
    git(top, "add", ".")
    done = commit(top)
    assert done.returncode == 1
    assert 'Né "w".md:5' in done.stderr
    assert "lines.md:5" in done.stderr
    assert "outside.md" not in done.stderr


def test_in_a_linked_work_tree(vault: Path, tmp_path: Path) -> None:
    git(vault, "worktree", "add", "-q", "-b", "two", str(tmp_path / "linked"))
    put(tmp_path / "linked", PLANTED)
    git(tmp_path / "linked", "add", ".")
    assert commit(tmp_path / "linked").returncode == 1
    assert "on" in rounds(tmp_path / "linked", "git", "setup", "--json").stdout


def test_two_vaults_in_one_repository(tmp_path: Path, repositories: tuple[Path, Path]) -> None:  # noqa: F811
    """Each is looked at, and each can be taken out."""
    top = tmp_path / "both"
    for name in ("one", "two"):
        put(top / name, f'vault = "{name}0"\n', "rounds.toml")
    git(tmp_path, "init", "-q", str(top))
    for name in ("one", "two"):
        assert rounds(top / name, "git", "setup", "--hook").returncode == 0
    put(top / "two", PLANTED)
    git(top, "add", ".")
    assert commit(top).returncode == 1
    rounds(top / "two", "git", "setup", "--no-hook")
    assert commit(top).returncode == 0
    rounds(top / "one", "git", "setup", "--no-hook")
    assert not hook(top).exists()


def test_a_hook_of_the_users_stays(repositories: tuple[Path, Path]) -> None:  # noqa: F811
    """The line to add to it is shown, and works."""
    folder = repositories[0]
    hook(folder).parent.mkdir(exist_ok=True)
    hook(folder).write_text("#!/bin/sh\necho mine\n")
    hook(folder).chmod(0o755)
    done = rounds(folder, "git", "setup", "--hook")
    assert done.returncode == 0
    assert "stay as they are" in done.stdout
    assert hook(folder).read_text() == "#!/bin/sh\necho mine\n"
    line = done.stdout.splitlines()[-1]
    hook(folder).write_text(f"#!/bin/sh\n{line}\necho mine\n")
    put(folder, PLANTED)
    git(folder, "add", ".")
    assert commit(folder).returncode == 1
    put(folder, CLEAN)
    git(folder, "add", ".")
    assert commit(folder).returncode == 0
    rounds(folder, "git", "setup", "--no-hook")
    assert hook(folder).exists()


def test_with_a_folder_of_hooks(repositories: tuple[Path, Path], tmp_path: Path) -> None:  # noqa: F811
    """`core.hooksPath`: inside the repository it's used; one for all repositories is left to the user."""
    folder = repositories[0]
    git(folder, "config", "core.hooksPath", ".hooks")
    assert rounds(folder, "git", "setup", "--hook").returncode == 0
    assert (folder / ".hooks/pre-commit").exists()
    put(folder, PLANTED)
    git(folder, "add", "Partners")
    assert commit(folder).returncode == 1
    git(folder, "config", "core.hooksPath", str(tmp_path / "all"))
    assert str(tmp_path / "all") in rounds(folder, "git", "setup", "--hook").stdout
    assert not (tmp_path / "all").exists()


def test_without_rounds_a_commit_goes_through_and_says_so(vault: Path) -> None:
    """The path in the hook is gone, and nothing of that name is found."""
    lines = [
        each if not each.startswith("program=") else "program=/gone/rounds"
        for each in hook(vault).read_text().splitlines()
    ]
    hook(vault).write_text("\n".join(lines) + "\n")
    put(vault, PLANTED)
    git(vault, "add", ".")
    path = os.pathsep.join(p for p in ("/usr/bin", "/bin"))
    done = subprocess.run(
        ["git", "-C", str(vault), "commit", "-qm", "x"], env={**environment(), "PATH": path},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert "weren't checked" in done.stderr


def test_a_rounds_that_fails_stops_no_commit(vault: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    lines = [
        each if not each.startswith("program=") else f"program={broken}"
        for each in hook(vault).read_text().splitlines()
    ]
    hook(vault).write_text("\n".join(lines) + "\n")
    put(vault, PLANTED)
    git(vault, "add", ".")
    done = commit(vault)
    assert done.returncode == 0
    assert "could not check" in done.stderr


def test_setup_again_refreshes_the_program_and_no_hook_takes_it_out(vault: Path) -> None:
    text = hook(vault).read_text()
    hook(vault).write_text(text.replace("program=", "program=/gone/", 1))
    assert rounds(vault, "git", "setup").returncode == 0
    assert hook(vault).read_text() == text
    assert os.access(hook(vault), os.X_OK)
    assert rounds(vault, "git", "setup", "--no-hook").returncode == 0
    assert not hook(vault).exists()
    assert rounds(vault, "git", "setup", "--no-hook").returncode == 0


def test_a_sync_neither_runs_nor_mentions_it(vault: Path) -> None:
    """Not in this repository, and not in a remote that is a folder."""
    put(vault, CLEAN)
    git(vault, "add", ".")
    commit(vault)
    done = rounds(vault, "git", "sync")
    assert done.returncode == 0, done.stderr
    assert "hooks" not in done.stderr
    git(vault, "remote", "set-url", "origin", str(vault.parent / "second"))
    rounds(vault.parent / "second", "git", "setup", "--hook")
    assert "runs programs" not in rounds(vault, "git", "sync").stderr


def test_without_a_repository_there_is_nothing_staged(tmp_path: Path) -> None:
    put(tmp_path, 'vault = "none"\n', "rounds.toml")
    done = rounds(tmp_path, "check", "--staged")
    assert done.returncode == 1
    assert "this vault is in no git repository" in done.stderr


def test_links_and_other_files_are_not_read(vault: Path) -> None:
    put(vault, PLANTED, "draft.txt")
    (vault / "Partners/link.md").symlink_to("../draft.txt")
    git(vault, "add", ".")
    assert commit(vault).returncode == 0


def test_many_notes_are_read_in_a_few_calls(vault: Path) -> None:
    for number in range(510):
        put(vault, CLEAN, f"Partners/Note {number}.md")
    put(vault, PLANTED, "Partners/Note 999.md")
    git(vault, "add", ".")
    done = commit(vault)
    assert done.stderr.count(": error: ") == 2


def test_the_name_of_a_note_is_looked_at(vault: Path) -> None:
    put(vault, CLEAN, "Notes/Session with client Rebecca Thornbury.md")
    git(vault, "add", ".")
    done = commit(vault)
    assert done.returncode == 1
    assert "in the name of the note" in done.stderr


def test_what_a_plain_merge_brings_in_is_counted_by_the_next_today(repositories: tuple[Path, Path]) -> None:  # noqa: F811
    """`git pull` itself says nothing, since git runs no hook for it that could stop it."""
    first, second = repositories
    assert "problem" not in rounds(first, "today").stderr + rounds(first, "today").stdout
    put(second, PLANTED)
    git(second, "add", ".")
    git(second, "commit", "-qm", "x")
    git(second, "push", "-q")
    git(first, "pull", "-q")
    assert "2 problems in the notes" in rounds(first, "today").stdout
    assert "Partners/New.md:5:" in rounds(first, "check").stdout

"""The merge driver's command line, run by git: whatever becomes of Rounds on the way, both versions are in the note."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from faults.driver import write_driver
from rounds.storage import git
from storage.clones import NOTE, ODD, commit, run

pytestmark = pytest.mark.usefixtures("identity")
CODE = "\n## How git marks it\n\n```\n<<<<<<< HEAD\none\n=======\ntwo\n>>>>>>> main\n```\n"
"""A note that shows the marks of a conflict in a code block."""

PROGRAMS = {
    "is missing": "#!/no/such/interpreter\n",
    "crashes": '#!/bin/sh\necho "Traceback (most recent call last):" >&2\nexit 1\n',
    "is killed": "#!/bin/sh\nkill -9 $$\n",
    "is killed while it writes": '#!/bin/sh\nfor each; do test "$last" = --into && echo half > "$each"; last=$each; done\nkill -9 $$\n',
    "is too old": "#!/bin/sh\necho 'No such option: --into' >&2\nexit 2\n",
    "is another program": "#!/bin/sh\nexit 0\n",
    "says 76 for nothing": "#!/bin/sh\nexit 76\n",
    "writes to a full disk": '#!/bin/sh\ncat "$6" > /dev/full\n',
}  # fmt: skip


def with_program(devices: tuple[Path, Path], text: str) -> None:
    program = devices[0].parent / "other rounds"
    program.write_text(text)
    program.chmod(0o755)
    for root in devices:
        run(root, "config", "merge.rounds.driver", git.driver(shlex.quote(str(program))))


def meet(devices: tuple[Path, Path], ours: str | bytes, theirs: str | bytes, base: str | bytes = NOTE) -> git.Synced:
    """Both change one note, and the second device syncs."""
    one, two = devices
    for root, text, start in ((one, base, "origin/main"), (one, theirs, "HEAD"), (two, ours, "origin/main~1")):
        run(root, "fetch", "-q")
        run(root, "reset", "-q", "--hard", start)
        (root / ODD).write_bytes(text if isinstance(text, bytes) else text.encode())
        run(root, "add", "-A")
        run(root, "commit", "-qm", "x", "--allow-empty")
        run(root, "push", "-q", check=root == one)
    return git.sync(str(two), trusted=True)


@pytest.mark.parametrize("what", PROGRAMS)
@pytest.mark.parametrize("shown", ["", CODE], ids=["plain", "marks in code"])
def test_where_rounds_fails_git_merges(devices: tuple[Path, Path], what: str, shown: str) -> None:
    """What doesn't merge is between marks; ours is never left alone, though it shows such marks itself."""
    with_program(devices, PROGRAMS[what])
    base = NOTE + shown
    done = meet(devices, base.replace("met", "resting"), base.replace("met", "active") + "theirs\n", base)
    assert [problem.path for problem in done.conflicts] == [ODD]
    text = (devices[1] / ODD).read_text()
    assert "<<<<<<< ours\nstage: resting\n=======\nstage: active\n>>>>>>> theirs\n" in text
    assert text.endswith("theirs\n")
    assert text.count("<<<<<<<") == 1 + bool(shown)
    assert not [name for name in os.listdir(devices[1]) if name.startswith(".merge_file")]


@pytest.mark.parametrize("what", PROGRAMS)
@pytest.mark.parametrize("shown", ["", CODE], ids=["plain", "marks in code"])
def test_where_rounds_fails_and_git_can_merge(devices: tuple[Path, Path], what: str, shown: str) -> None:
    with_program(devices, PROGRAMS[what])
    base = NOTE + "\n\n\n" + shown
    ours, theirs = base.replace("met", "resting"), base + "theirs\n"
    assert meet(devices, ours, theirs, base).conflicts == ()
    assert (devices[1] / ODD).read_text() == ours + "theirs\n"


@pytest.mark.parametrize("shown", ["", CODE], ids=["plain", "marks in code"])
def test_rounds_merges_what_git_would_not(devices: tuple[Path, Path], shown: str) -> None:
    """And what does not merge has marks, once."""
    base = NOTE + shown
    ours, theirs = base.replace("email: a\n", "email: a\n- 2026-11-12 call: b\n"), base.replace(
        "email: a\n", "email: a\n- 2026-11-13 call: c\n"
    )  # fmt: skip
    assert meet(devices, ours, theirs, base).conflicts == ()
    text = (devices[1] / ODD).read_text()
    assert "call: b\n- 2026-11-13 call: c\n" in text
    assert text.endswith(shown)
    done = meet(devices, base.replace("met", "resting"), base.replace("met", "active"), base)
    assert len(done.conflicts) == 1
    assert "<<<<<<< ours\nstage: resting\n=======\nstage: active\n>>>>>>> theirs\n" in (devices[1] / ODD).read_text()


@pytest.mark.parametrize("rounds", [True, False])
@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        (b"a\xff\nb\n", b"mine\xfe\nb\n", b"yours\xfd\nb\n"),
        (b"a\0\nb\n", b"mine\0\nb\n", b"yours\0\nb\n"),
        (b"a\r\nb\r\n", b"mine\r\nb\r\n", b"yours\r\nb\r\n"),
        (b"a", b"mine", b"yours"),
        (b"a\n", b"\xef\xbb\xbfmine\n", b"yours\n"),
        (b"\xff\xfea\0\n\0", b"\xff\xfemine\0", b"\xff\xfeyours\0"),
    ],
    ids=["no UTF-8", "NUL", "CRLF", "no line end", "BOM", "UTF-16"],
)
def test_bytes_of_any_kind(devices: tuple[Path, Path], rounds: bool, base: bytes, ours: bytes, theirs: bytes) -> None:
    """Both versions are in the note byte for byte, also where git takes them for no text."""
    if not rounds:
        with_program(devices, PROGRAMS["crashes"])
    done = meet(devices, ours, theirs, base)
    assert len(done.conflicts) == 1
    assert "both are in it" in done.conflicts[0].message
    data = (devices[1] / ODD).read_bytes()
    for each in (ours.removeprefix(b"\xef\xbb\xbf"), theirs):
        assert each.split(b"\n")[0].rstrip(b"\r") in data
    assert data.count(b"<<<<<<< ours") == data.count(b">>>>>>> theirs") == 1


@pytest.mark.parametrize("rounds", [True, False])
def test_the_size_of_the_marks(devices: tuple[Path, Path], rounds: bool) -> None:
    """As .gitattributes has it, for notes that hold the usual ones."""
    if not rounds:
        with_program(devices, PROGRAMS["crashes"])
    attributes = "* -text\n*.md merge=rounds conflict-marker-size=12\n"
    for root in devices:
        commit(root, ".gitattributes", attributes)
    one, two = devices
    run(one, "push", "-qf")
    run(two, "fetch", "-q")
    run(two, "reset", "-q", "--hard", "origin/main")
    assert len(meet(devices, NOTE.replace("met", "resting"), NOTE.replace("met", "active")).conflicts) == 1
    text = (two / ODD).read_text()
    assert f"{'<' * 12} ours\nstage: resting\n{'=' * 12}\nstage: active\n{'>' * 12} theirs\n" in text


def test_on_a_full_disk_our_version_is_whole_and_the_other_one_is_named(
    devices: tuple[Path, Path], tmp_path: Path
) -> None:
    """Nothing can be written beside it: not by Rounds, cp or git. Nothing is dropped by a note that looks merged."""
    with_program(devices, PROGRAMS["writes to a full disk"])
    for name in ("cp", "cat"):
        (tmp_path / "bin" / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / "bin" / name).chmod(0o755)
    ours, theirs = NOTE.replace("met", "resting"), NOTE.replace("met", "active")
    done = meet(devices, ours, theirs)
    (problem,) = done.conflicts
    assert (devices[1] / ODD).read_text() == ours
    assert problem.message == "Two versions of this file don't merge; one of them is in it."
    shown = re.search(r"git (show :3:\./)", problem.hint)
    assert shown is not None
    assert run(devices[1], "show", f":3:./{ODD}") == theirs


def test_a_picture_that_both_changed(devices: tuple[Path, Path]) -> None:
    """Git leaves one of them, and the message says where the other one is."""
    one, two = devices
    for root, data in ((one, b"\0one"), (two, b"\0two")):
        (root / "photo.png").write_bytes(data)
        run(root, "add", "-A")
        run(root, "commit", "-qm", "x")
    git.sync(str(one))
    (problem,) = git.sync(str(two)).conflicts
    assert "one of them is in it" in problem.message
    assert "git show :3:./photo.png" in problem.hint


@pytest.mark.parametrize("gone", ["one", "two"])
def test_a_note_that_one_removed_and_the_other_changed(devices: tuple[Path, Path], gone: str) -> None:
    """It stays, and is not said to hold two versions."""
    one, two = devices
    for root in devices:
        if root.name == gone:
            run(root, "rm", "-q", ODD)
            run(root, "commit", "-qm", "x")
        else:
            commit(root, ODD, NOTE + "more\n")
    git.sync(str(one))
    (problem,) = git.sync(str(two)).conflicts
    assert problem.message.startswith("One side removed or renamed this file")
    assert (two / ODD).read_text() == NOTE + "more\n"


def test_a_pipe_is_no_version(tmp_path: Path) -> None:
    """Nobody waits for it: the driver falls back."""
    for name in ("base", "ours"):
        (tmp_path / name).write_text(NOTE)
    os.mkfifo(tmp_path / "theirs")
    base, ours, theirs = (str(tmp_path / name) for name in ("base", "ours", "theirs"))
    with pytest.raises(OSError, match="not an ordinary file"):
        git.merge_files(base, ours, theirs, "x.md")


def test_the_driver_of_before_still_merges(devices: tuple[Path, Path], tmp_path: Path) -> None:
    """Until `rounds git setup` is run again, a repository has the old command line."""
    program = shlex.quote(str(write_driver(tmp_path / "bin")))
    old = (
        f"{program} merge-note %O %A %B %P && exit 0; test -s %A && grep -q '^<<<<<<< ' %A && grep -q '^>>>>>>> ' %A "
        "&& exit 1; git merge-file -L ours -L base -L theirs %A %O %B"
    )
    for root in devices:
        run(root, "config", "merge.rounds.driver", old)
    ours, theirs = NOTE + "- 2026-11-12 call: b\n", NOTE + "- 2026-11-13 call: c\n"
    assert meet(devices, ours, theirs).conflicts == ()
    assert len(meet(devices, NOTE.replace("met", "resting"), NOTE.replace("met", "active")).conflicts) == 1
    assert "stage: active" in (devices[1] / ODD).read_text()


def test_a_name_that_looks_like_an_option(devices: tuple[Path, Path]) -> None:
    one, two = devices
    for root, line in ((one, "- 2026-11-12 call: b\n"), (two, "- 2026-11-13 call: c\n")):
        (root / "--help.md").write_text(NOTE + line)
        run(root, "add", "-A")
        run(root, "commit", "-qm", "x")
    git.sync(str(one))
    assert git.sync(str(two)).conflicts == ()
    assert (two / "--help.md").read_text().endswith("call: b\n- 2026-11-13 call: c\n")


def test_the_command_line_is_one_that_shells_take(tmp_path: Path) -> None:
    line = git.driver("rounds").replace("%L", "7").replace("%P", "x")
    for name in "OAB":
        line = line.replace(f"%{name}", str(tmp_path / name))
    assert subprocess.run(["sh", "-n", "-c", line], check=False, timeout=60).returncode == 0

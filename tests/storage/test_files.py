"""Scan, read and save: what is found, and that a save is whole or not at all."""

import errno
import ntpath
import os
import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from rounds.errors import ChangedMeanwhileError, RoundsError
from rounds.index.scan import scan
from rounds.storage import atomic_rename, files, open_file
from rounds.storage.files import digest, move, read, stamp_of, write

OLD, NEW = b"old text\n", b"new text, longer\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "vault"
    folder.mkdir()
    return folder


def tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


# Scan -------------------------------------------------------------------------------------------------------------


def test_a_scan_finds_notes_and_leaves_the_rest(root: Path) -> None:
    """Markdown files anywhere; no dot-folders, templates, noise of editors, other files."""
    for path in (
        "A.md", "Partners/Sub/B.md", "C.MD", "Templates/T.md", "Partners/Templates/T.md", ".obsidian/x.md",
        ".trash/y.md", ".#A.md", "#A.md#", "A.md~", ".A.md.swp", ".~0123abcd.tmp", ".hidden.md", "A.txt", "noext",
        "node_modules/z.md",
    ):  # fmt: skip
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(OLD)
    found = scan(str(root))
    assert sorted(found.notes) == ["A.md", "C.MD", "Partners/Sub/B.md"]
    assert found.artefacts == {}
    assert found.notes["A.md"] == stamp_of(str(root / "A.md"))


def test_a_missing_vault_can_not_be_scanned(root: Path) -> None:
    """An unmounted disk must not look like a vault from which every note is gone."""
    with pytest.raises(FileNotFoundError):
        scan(str(root / "nowhere"))


def test_read_gives_bytes_and_their_stamp(root: Path) -> None:
    """The stamp belongs to the bytes: it is that of a scan afterwards."""
    (root / "A.md").write_bytes(OLD * 1000)
    assert read(str(root / "A.md")) == (OLD * 1000, scan(str(root)).notes["A.md"])


def test_a_file_that_does_not_stand_still_is_not_half_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that grows under every try is an error, not half a note; one that calms down is read whole."""
    path = root / "A.md"
    path.write_bytes(OLD)
    real = open_file.read_all
    writes: list[int] = []

    def growing(descriptor: int, size: int) -> bytes:
        data = real(descriptor, size)
        if len(writes) < limit:
            writes.append(path.write_bytes(path.read_bytes() + OLD))
        return data

    monkeypatch.setattr(files, "read_all", growing)
    limit = 3
    with pytest.raises(OSError, match="being written"):
        read(str(path))
    limit = 5
    assert read(str(path))[0] == OLD * 6


def test_a_file_that_is_written_over_at_the_same_size_is_read_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its time tells that the bytes may be of two versions."""
    path = root / "A.md"
    path.write_bytes(b"one")
    os.utime(path, ns=(1, 1))
    real = open_file.read_all
    half = iter([b"on2"])

    def torn(descriptor: int, size: int) -> bytes:
        data = next(half, None)
        if data is None:
            return real(descriptor, size)
        path.write_bytes(b"two")
        return data

    monkeypatch.setattr(files, "read_all", torn)
    assert read(str(path))[0] == b"two"
    half = iter([b"tw"])  # fewer bytes than the file has, whatever its time
    assert read(str(path))[0] == b"two"


# Save -------------------------------------------------------------------------------------------------------------


def test_a_save_replaces_what_was_read(root: Path) -> None:
    """With the digest of what is there, the new text is there, and nothing beside it."""
    (root / "A.md").write_bytes(OLD)
    write(str(root), "A.md", NEW, base=digest(OLD))
    assert tree(root) == {"A.md": NEW}


def test_a_new_note_makes_its_folders(root: Path) -> None:
    """A referral's year folder need not be there."""
    write(str(root), "Referrals/2026/R.md", NEW, base=None)
    assert tree(root) == {"Referrals/2026/R.md": NEW}


@pytest.mark.parametrize(
    ("there", "base"),
    [(OLD, digest(b"what was read")), (OLD, None), (None, digest(OLD))],
    ids=["changed", "exists already", "gone"],
)
def test_a_save_never_overwrites_what_was_not_read(root: Path, there: bytes | None, base: bytes | None) -> None:
    """Compare and swap: changed, new or gone meanwhile is said, and the file is as it was."""
    if there is not None:
        (root / "A.md").write_bytes(there)
    with pytest.raises(ChangedMeanwhileError):
        write(str(root), "A.md", NEW, base=base)
    assert tree(root) == ({} if there is None else {"A.md": there})


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_a_save_keeps_the_mode(root: Path, mode: int) -> None:
    """A note that others may not read stays so."""
    (root / "A.md").write_bytes(OLD)
    (root / "A.md").chmod(mode)
    write(str(root), "A.md", NEW, base=digest(OLD))
    assert stat.S_IMODE((root / "A.md").stat().st_mode) == mode


@pytest.mark.skipif(os.name != "posix", reason="needs symlinks")
def test_a_linked_note_is_written_through(root: Path) -> None:
    """The link stays a link, its target has the new text."""
    (root / "Real.md").write_bytes(OLD)
    (root / "A.md").symlink_to("Real.md")
    write(str(root), "A.md", NEW, base=digest(OLD))
    assert (root / "A.md").is_symlink()
    assert (root / "Real.md").read_bytes() == NEW


WINDOWS_ROOTS = (
    r"C:\Users\Kim\Referrals",
    "Z:\\",
    r"\\server\share\Referrals",
    "\\\\server\\share\\",
    r"\\?\C:\Referrals",
)


@pytest.mark.parametrize("root", WINDOWS_ROOTS)
def test_a_vault_on_a_drive_or_share_of_windows_holds_its_notes_and_no_others(
    root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the paths of Windows: a folder, a whole drive or share, and nothing on another one."""
    names = SimpleNamespace(**{**vars(ntpath), "realpath": ntpath.normpath})
    monkeypatch.setattr(files, "os", SimpleNamespace(path=names, sep="\\"))
    assert files.inside(root, "Partners/Sam Lee.md") == ntpath.join(root, "Partners\\Sam Lee.md")
    for outside in (r"D:\x.md", "D:x.md", r"\\other\share\x.md", r"\\server\other\x.md"):
        with pytest.raises(RoundsError, match="outside the vault"):
            files.inside(root, outside)
    with pytest.raises(RoundsError, match="git's own"):
        files.inside(root, "GIT~1/config")


@pytest.mark.skipif(os.name != "posix", reason="needs symlinks")
@pytest.mark.parametrize("path", ["A.md", "Folder/B.md", "../outside/C.md"])
def test_nothing_is_written_outside_the_vault(root: Path, tmp_path: Path, path: str) -> None:
    """A link or a path that leads out is refused, and what is there stays."""
    outside = tmp_path / "outside"
    outside.mkdir()
    for name in ("A.md", "B.md", "C.md"):
        (outside / name).write_bytes(OLD)
    (root / "A.md").symlink_to(outside / "A.md")
    (root / "Folder").symlink_to(outside)
    with pytest.raises(RoundsError, match="outside the vault"):
        write(str(root), path, NEW, base=digest(OLD))
    assert tree(outside) == {"A.md": OLD, "B.md": OLD, "C.md": OLD}


def full(*_: object) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def interrupted(*_: object) -> int:
    raise KeyboardInterrupt


@pytest.mark.parametrize("step", ["write", "fsync", "rename"])
@pytest.mark.parametrize(("failure", "error"), [(full, RoundsError), (interrupted, KeyboardInterrupt)])
def test_a_failed_save_leaves_the_old_file(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    failure: Callable[..., int],
    error: type[BaseException],
) -> None:
    """A full disk or Ctrl-C at any step: the old text is there, no temporary file stays."""
    (root / "A.md").write_bytes(OLD)
    with monkeypatch.context() as patch:
        patch.setattr(files if step == "rename" else os, step, failure)
        with pytest.raises(error):
            write(str(root), "A.md", NEW, base=digest(OLD))
    assert tree(root) == {"A.md": OLD}


def test_a_disk_that_fills_up_half_way_leaves_the_old_file(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some bytes are taken, then none: the message says why, the old text is there."""
    (root / "A.md").write_bytes(OLD)
    real = os.write
    taken: list[int] = []

    def some(descriptor: int, data: bytes) -> int:
        if taken:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken.append(real(descriptor, bytes(data[:5])))
        return 5

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", some)
        with pytest.raises(RoundsError, match=r"A\.md could not be saved: No space left on device"):
            write(str(root), "A.md", NEW, base=digest(OLD))
    assert tree(root) == {"A.md": OLD}


def test_short_writes_are_carried_on(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that takes a few bytes at a time gets them all."""
    real = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda descriptor, data: real(descriptor, bytes(data[:3])))
        write(str(root), "A.md", NEW, base=None)
    assert tree(root) == {"A.md": NEW}


def test_a_disk_that_takes_nothing_is_no_endless_loop(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing written and no error: the save fails."""
    (root / "A.md").write_bytes(OLD)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda *_: 0)
        with pytest.raises(RoundsError, match="takes no more"):
            write(str(root), "A.md", NEW, base=digest(OLD))
    assert tree(root) == {"A.md": OLD}


THEIRS, NEWER = b"what another program saved\n", b"and saved once more\n"


def saving_meanwhile(monkeypatch: pytest.MonkeyPatch, note: Path, texts: dict[int, bytes]) -> list[int]:
    """Another program saves just before our renames with these numbers."""
    real = atomic_rename.rename
    calls: list[int] = []

    def rename(old: str, new: str, flag: int) -> bool:
        calls.append(flag)
        if text := texts.get(len(calls)):
            note.with_name("theirs").write_bytes(text)
            note.with_name("theirs").replace(note)
        return real(old, new, flag)

    monkeypatch.setattr(files, "rename", rename)
    return calls


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can exchange files")
def test_what_another_program_saved_in_the_last_moment_is_given_back(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved between our comparison and our exchange: the file has its text, ours is not in the way."""
    (root / "A.md").write_bytes(OLD)
    with monkeypatch.context() as patch:
        calls = saving_meanwhile(patch, root / "A.md", {1: THEIRS})
        with pytest.raises(ChangedMeanwhileError) as caught:
            write(str(root), "A.md", NEW, base=digest(OLD))
    assert caught.value.met == (THEIRS,)
    assert tree(root) == {"A.md": THEIRS}
    assert len(calls) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can exchange files")
def test_a_text_that_has_no_name_any_more_stays_beside(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Saved once more while the first text is given back: the newest has the name, the other is not removed."""
    (root / "A.md").write_bytes(OLD)
    with monkeypatch.context() as patch:
        saving_meanwhile(patch, root / "A.md", {1: THEIRS, 2: NEWER})
        with pytest.raises(ChangedMeanwhileError):
            write(str(root), "A.md", NEW, base=digest(OLD), name=".~0123abcd.tmp")
    assert tree(root) == {"A.md": NEWER, ".~0123abcd.tmp": THEIRS}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_a_file_that_is_open_for_writing_is_left_alone(root: Path) -> None:
    """What its program has not written yet would be lost; who does not wait takes it as it is."""
    (root / "A.md").write_bytes(OLD)
    with (root / "A.md").open("ab"):
        with pytest.raises(ChangedMeanwhileError):
            write(str(root), "A.md", NEW, base=digest(OLD))
        assert tree(root) == {"A.md": OLD}
        write(str(root), "A.md", NEW, base=digest(OLD), patient=False)
    assert tree(root) == {"A.md": NEW}


@pytest.mark.parametrize("still_writing", [1, 2])
def test_a_program_that_is_about_to_close_the_file_is_waited_for(
    root: Path, monkeypatch: pytest.MonkeyPatch, still_writing: int
) -> None:
    """A moment; then what it wrote is compared."""
    (root / "A.md").write_bytes(OLD)
    answers = iter([True] * still_writing)
    monkeypatch.setattr(files, "is_being_written", lambda _: next(answers, False))
    monkeypatch.setattr("time.monotonic", lambda: 100.0)
    write(str(root), "A.md", NEW, base=digest(OLD))
    assert tree(root) == {"A.md": NEW}
    answers = iter([True] * still_writing)
    assert files.settled(str(root / "A.md"), 1.0) == (NEW, True)
    assert files.settled(str(root / "A.md"), -1.0) == (NEW, True)
    answers = iter([True])
    assert files.settled(str(root / "A.md"), -1.0) == (NEW, False)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_new_note_has_the_mode_of_any_new_file(root: Path) -> None:
    """What the user's umask leaves of 0666."""
    write(str(root), "A.md", NEW, base=None)
    (root / "B.md").write_bytes(NEW)
    assert (root / "A.md").stat().st_mode == (root / "B.md").stat().st_mode


def test_a_temporary_file_has_a_name_by_which_it_is_found_again() -> None:
    """Eight hex digits, another name each time."""
    names = {files.temporary_name() for _ in range(9)}
    assert len(names) == 9
    assert all(re.fullmatch(r"\.~[0-9a-f]{8}\.tmp", name) for name in names)


def test_a_failure_without_a_reason_of_the_system_is_said_in_its_own_words(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not as None."""

    def refuse(*_: object) -> None:
        raise OSError("the cable was pulled")

    monkeypatch.setattr(files, "_write_new", refuse)
    with pytest.raises(RoundsError, match=r"A\.md could not be saved: the cable was pulled"):
        write(str(root), "A.md", NEW, base=None)


@pytest.mark.parametrize("name", ["", ".", "..", ".git", "a\0b"])
def test_a_note_is_moved_to_a_name_only(root: Path, name: str) -> None:
    """Not to a folder, nor into git's."""
    (root / "A.md").write_bytes(OLD)
    with pytest.raises(RoundsError, match="is not the name of a note"):
        files.move(str(root), "A.md", f"Partners/{name}")
    assert tree(root) == {"A.md": OLD}


def test_a_free_path_in_the_trash(root: Path) -> None:
    """The note's name without its folder, with a number where that is taken."""
    assert files.free_in_trash(str(root), "Partners/Sam Lee.MD") == ".trash/Sam Lee.md"
    (root / ".trash").mkdir()
    (root / ".trash" / "Sam Lee.md").write_bytes(OLD)
    (root / ".trash" / "Sam Lee (2).md").write_bytes(OLD)
    assert files.free_in_trash(str(root), "Sam Lee.md") == ".trash/Sam Lee (3).md"


@pytest.mark.skipif(os.name != "posix", reason="needs hard links")
def test_a_hard_link_is_broken_and_said_so(root: Path) -> None:
    """The other name keeps the old text."""
    (root / "A.md").write_bytes(OLD)
    (root / "Other.md").hardlink_to(root / "A.md")
    said = write(str(root), "A.md", NEW, base=digest(OLD))
    assert tree(root) == {"A.md": NEW, "Other.md": OLD}
    assert said == ["A.md had another name, a hard link, which keeps the text from before."]


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="needs extended attributes")
def test_a_save_keeps_extended_attributes(root: Path) -> None:
    """Tags that a file manager keeps beside a file live through a save."""
    (root / "A.md").write_bytes(OLD)
    try:
        os.setxattr(root / "A.md", "user.color", b"green")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    write(str(root), "A.md", NEW, base=digest(OLD))
    assert os.getxattr(root / "A.md", "user.color") == b"green"


def test_a_save_never_gives_a_file_its_old_time(root: Path) -> None:
    """Sync tools and the index know by it that the file is another."""
    (root / "A.md").write_bytes(OLD)
    os.utime(root / "A.md", ns=(1, 1))
    write(str(root), "A.md", NEW, base=digest(OLD))
    assert (root / "A.md").stat().st_mtime_ns > 10**18


@pytest.mark.skipif(os.name != "posix", reason="Windows can't sync folders")
def test_a_folder_that_is_not_confirmed_is_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The note is saved; whether it would live through a power cut is not known."""
    (root / "A.md").write_bytes(OLD)
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, "Input/output error")
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        said = write(str(root), "A.md", NEW, base=digest(OLD))
    assert tree(root) == {"A.md": NEW}
    assert said == ["A.md is saved, durability unknown: the disk did not confirm it (Input/output error)."]


# Move -------------------------------------------------------------------------------------------------------------


def test_a_move_never_overwrites(root: Path) -> None:
    """Another note of that name is left alone; else folders are made and the note stands there."""
    (root / "A.md").write_bytes(OLD)
    (root / "B.md").write_bytes(NEW)
    with pytest.raises(RoundsError, match=r"B\.md already exists"):
        move(str(root), "A.md", "B.md")
    move(str(root), "A.md", ".trash/2026/A.md")
    assert tree(root) == {".trash/2026/A.md": OLD, "B.md": NEW}
    with pytest.raises(RoundsError, match=r"A\.md could not be moved"):
        move(str(root), "A.md", "C.md")


@pytest.mark.parametrize(
    ("found", "gone"),
    [
        (b"new te", True),
        (b"new\0\0\0\0\0", True),
        (bytes(8), True),
        (b"", True),
        (b"new text\0", False),
        (b"theirs\0\0", False),
    ],
)
def test_what_the_power_left_of_our_own_text_is_no_copy(tmp_path: Path, found: bytes, gone: bool) -> None:
    """A beginning of it, and zeros for the rest, as some file systems leave what was not synced yet."""
    beside = tmp_path / ".~0123abcd.tmp"
    beside.write_bytes(found)
    assert files.clear(str(beside), files.digest(b"old text"), b"new text") is gone
    assert beside.exists() is not gone

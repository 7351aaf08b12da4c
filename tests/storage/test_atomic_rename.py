"""Renames on systems and disks that can't exchange files, or have no rename that replaces nothing."""

import ctypes
import errno
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from disks import lesser_disk
from rounds.errors import ChangedMeanwhileError, RoundsError
from rounds.storage import atomic_rename, files
from rounds.storage.files import digest, move, write

OLD, NEW, THEIRS = b"old text\n", b"new text, longer\n", b"what another program saved\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "vault"
    folder.mkdir()
    return folder


@pytest.fixture
def lesser() -> Iterator[None]:
    with lesser_disk():
        yield


def tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def failing(code: int) -> Callable[..., None]:
    def call(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return call


# FAT, phones, some network drives ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("lesser")
def test_a_lesser_disk_compares_and_swaps(root: Path) -> None:
    """It compares, then replaces; a new note overwrites nothing all the same, nor does one that is moved."""
    (root / "A.md").write_bytes(OLD)
    assert write(str(root), "A.md", NEW, base=digest(OLD)) == []
    write(str(root), "B.md", NEW, base=None)
    for path, base in (("A.md", digest(OLD)), ("B.md", None)):
        with pytest.raises(ChangedMeanwhileError):
            write(str(root), path, THEIRS, base=base)
    with pytest.raises(RoundsError, match=r"B\.md already exists"):
        move(str(root), "A.md", "B.md")
    move(str(root), "A.md", "C.md")
    assert tree(root) == {"C.md": NEW, "B.md": NEW}


@pytest.mark.usefixtures("lesser")
@pytest.mark.parametrize("code", [errno.EIO, errno.EACCES, errno.ENOSPC])
@pytest.mark.parametrize("call", ["replace", "stat", "close"])
def test_a_new_note_whose_last_rename_fails_leaves_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    """No empty note under its name, whichever call of that rename fails; nor where a moved note was to be."""
    (root / "A.md").write_bytes(OLD)
    real = getattr(os, call)
    failed: list[object] = []

    def fail(what: object, *more: object, **words: object) -> object:
        if call == "close":
            real(what)
        if "B.md" in os.listdir(root) and not failed and (call != "stat" or str(what).endswith("B.md")):
            failed.append(what)
            raise OSError(code, os.strerror(code))
        return None if call == "close" else real(what, *more, **words)

    for act in (lambda: write(str(root), "B.md", NEW, base=None), lambda: move(str(root), "A.md", "B.md")):
        failed.clear()
        with monkeypatch.context() as patch:
            patch.setattr(os, call, fail)
            with pytest.raises(RoundsError):
                act()
        assert failed
        assert tree(root) == {"A.md": OLD}


@pytest.mark.usefixtures("lesser")
def test_a_name_that_somebody_writes_to_while_it_is_taken_is_left_to_them(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.close

    def close(descriptor: int) -> None:
        real(descriptor)
        if (root / "B.md").exists():
            (root / "B.md").write_bytes(THEIRS)

    with monkeypatch.context() as patch:
        patch.setattr(os, "close", close)
        with pytest.raises(ChangedMeanwhileError):
            write(str(root), "B.md", NEW, base=None)
    assert tree(root) == {"B.md": THEIRS}


@pytest.mark.skipif(os.name != "posix", reason="needs hard links")
def test_a_hard_link_whose_old_name_can_not_go_is_taken_back(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no rename that replaces nothing, as on a Mac: one note does not become two."""
    (root / "A.md").write_bytes(OLD)
    real = os.unlink

    def unlink(path: str) -> None:
        if str(path).endswith("A.md"):
            raise OSError(errno.EIO, "Input/output error")
        real(path)

    with monkeypatch.context() as patch:
        patch.setattr(atomic_rename, "rename", lambda *_: False)
        patch.setattr(os, "unlink", unlink)
        with pytest.raises(RoundsError, match=r"A\.md could not be moved"):
            move(str(root), "A.md", "B.md")
    assert tree(root) == {"A.md": OLD}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the call")
@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOSYS, errno.EPERM, errno.ENOTSUP])
def test_a_file_system_that_does_not_know_the_flag_is_no_error(
    root: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """Whatever it answers, the next best way is taken."""

    class Library:
        def __init__(self, *_: object, **__: object) -> None:
            pass

        def renameat2(self, *_: object) -> int:
            ctypes.set_errno(code)
            return -1

    (root / "A.md").write_bytes(OLD)
    with monkeypatch.context() as patch:
        patch.setattr(ctypes, "CDLL", Library)
        assert write(str(root), "A.md", NEW, base=digest(OLD)) == []
        write(str(root), "B.md", NEW, base=None)
        move(str(root), "A.md", "C.md")
    assert tree(root) == {"B.md": NEW, "C.md": NEW}


def test_two_notes_of_one_text_by_hard_link_are_two(root: Path) -> None:
    """A move to the other's name is refused; another case of the same name is a move where the disk says so."""
    (root / "A.md").write_bytes(OLD)
    os.link(root / "A.md", root / "B.md")
    with pytest.raises(RoundsError, match="already exists"):
        move(str(root), "A.md", "B.md")
    move(str(root), "A.md", "a.md")
    assert tree(root) == {"a.md": OLD, "B.md": OLD}


# Windows ----------------------------------------------------------------------------------------------------------


class Windows:
    """ReplaceFileW and renames, as Windows has them: refused so many times, then done; or done halfway."""

    def __init__(self, patch: pytest.MonkeyPatch, *codes: int, code: int = 0) -> None:
        self.codes, self.code = list(codes), code
        self.meanwhile: Callable[[], object] = lambda: None
        patch.setattr(os, "name", "nt")
        patch.setattr("time.sleep", lambda _: None)
        patch.setattr(atomic_rename, "replace_file", self.replace)
        patch.setattr(os, "rename", self.rename)
        self._rename = os.link, os.unlink

    def rename(self, old: str, new: str) -> None:
        if os.path.lexists(new):
            raise FileExistsError(errno.EEXIST, "exists", new)
        os.replace(old, new)

    def replace(self, target: str, new: str, out: str) -> int:
        code = self.codes.pop(0) if self.codes else self.code
        self.meanwhile()
        if code in {0, 1177}:
            os.replace(target, out)
        if code == 0:
            os.replace(new, target)
        return code


@pytest.fixture
def a_file(root: Path) -> Path:
    (root / "A.md").write_bytes(OLD)
    return root / "A.md"


def test_windows_replaces_with_a_backup_which_is_looked_at(a_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another program saved in the last moment comes out, and is given back."""
    root = str(a_file.parent)
    with monkeypatch.context() as patch:
        windows = Windows(patch)
        assert files.write(root, "A.md", NEW, base=digest(OLD)) == []
        texts = [THEIRS]
        windows.meanwhile = lambda: a_file.write_bytes(texts.pop()) if texts else None
        with pytest.raises(ChangedMeanwhileError) as caught:
            files.write(root, "A.md", OLD, base=digest(NEW))
    assert caught.value.met == (THEIRS,)
    assert tree(a_file.parent) == {"A.md": THEIRS}


@pytest.mark.parametrize("code", [5, 32, 1175, 1176, 1177])
def test_a_note_that_windows_holds_for_a_moment_is_tried_again(
    a_file: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """And one that stays held is refused, and is as it was, also where its name had gone to the backup."""
    with monkeypatch.context() as patch:
        Windows(patch, code, code)
        files.write(str(a_file.parent), "A.md", NEW, base=digest(OLD))
        assert tree(a_file.parent) == {"A.md": NEW}
        Windows(patch, code=code)
        with pytest.raises(RoundsError, match=r"A\.md could not be saved"):
            files.write(str(a_file.parent), "A.md", OLD, base=digest(NEW))
    assert tree(a_file.parent) == {"A.md": NEW}


@pytest.mark.parametrize("known", [True, False], ids=["ReplaceFileW", "without"])
def test_a_try_again_writes_over_nothing_that_was_saved_meanwhile(
    a_file: Path, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    """The program that held the file open has saved it: it has its text, and ours is refused."""
    root = str(a_file.parent)
    real = os.replace
    tries: list[str] = []

    def replace(old: str, new: str) -> None:
        tries.append(old)
        if len(tries) == 1:
            a_file.write_bytes(THEIRS)
            raise PermissionError(errno.EACCES, "another program has it open", new)
        real(old, new)

    with monkeypatch.context() as patch:
        if known:
            Windows(patch, 32).meanwhile = lambda: a_file.write_bytes(THEIRS)
        else:
            Windows(patch, code=120)
            patch.setattr(os, "replace", replace)
        with pytest.raises(ChangedMeanwhileError):
            files.write(root, "A.md", NEW, base=digest(OLD))
    assert tree(a_file.parent) == {"A.md": THEIRS}


def test_a_note_is_moved_on_windows_once_it_is_free(a_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rename there replaces nothing by itself; elsewhere the same refusal is final."""
    tries: list[str] = []

    with monkeypatch.context() as patch:
        windows = Windows(patch)

        def rename(old: str, new: str) -> None:
            tries.append(old)
            if len(tries) < 3:
                raise PermissionError(errno.EACCES, "another program has it open", new)
            windows.rename(old, new)

        patch.setattr(os, "rename", rename)
        move(str(a_file.parent), "A.md", "B.md")
        (a_file.parent / "A.md").write_bytes(NEW)
        with pytest.raises(RoundsError, match="already exists"):
            move(str(a_file.parent), "A.md", "B.md")
    assert tree(a_file.parent) == {"A.md": NEW, "B.md": OLD}
    assert len(tries) == 4

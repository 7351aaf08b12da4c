import os
import stat
from pathlib import Path

import pytest

from rounds.errors import RoundsError
from rounds.storage.locks_private_output_files import check_ours, write_output


def _any(_: bytes) -> bool:
    return True


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_feed_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    """0600, and 0700 for every folder that is made, whatever the umask."""
    before = os.umask(0)
    try:
        assert write_output(str(tmp_path / "a" / "b" / "x.ics"), b"one", _any)
    finally:
        os.umask(before)
    assert [mode(tmp_path / part) for part in ("a", "a/b", "a/b/x.ics")] == [0o700, 0o700, 0o600]
    assert (tmp_path / "a/b/x.ics").read_bytes() == b"one"


def test_a_feed_with_the_longest_name_is_written(tmp_path: Path) -> None:
    """The temporary file beside it has a shorter one."""
    for name in ("x" * 251 + ".ics", "é" * 125 + "x.ics"):
        assert write_output(str(tmp_path / name), b"one", _any)
        assert [path.name for path in tmp_path.iterdir()] == [name]
        (tmp_path / name).unlink()


def test_a_feed_that_is_up_to_date_is_left_alone(tmp_path: Path) -> None:
    """The same file, not a new one of the same content: calendars and sync tools look at the time."""
    feed = tmp_path / "x.ics"
    write_output(str(feed), b"one", _any)
    inode = feed.stat().st_ino
    assert not write_output(str(feed), b"one", _any)
    assert feed.stat().st_ino == inode
    assert write_output(str(feed), b"two", _any)
    assert feed.read_bytes() == b"two"


def test_a_feed_that_others_could_read_is_closed(tmp_path: Path) -> None:
    """Even where its content is up to date."""
    feed = tmp_path / "x.ics"
    feed.write_bytes(b"one")
    feed.chmod(0o644)
    assert write_output(str(feed), b"one", _any)
    assert mode(feed) == 0o600


def test_a_link_to_where_the_feed_is_published_stays_a_link(tmp_path: Path) -> None:
    """What it leads to is written."""
    (tmp_path / "public").mkdir()
    link = tmp_path / "x.ics"
    link.symlink_to(tmp_path / "public" / "y.ics")
    write_output(str(link), b"one", _any)
    assert link.is_symlink()
    assert (tmp_path / "public" / "y.ics").read_bytes() == b"one"


def test_where_it_can_t_be_written_the_last_good_feed_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is said so, and leaves no half file."""
    feed = tmp_path / "x.ics"
    write_output(str(feed), b"one", _any)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RoundsError, match=r"x\.ics can't be written: No space left"):
        write_output(str(feed), b"two", _any)
    assert feed.read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["x.ics"]


@pytest.mark.parametrize("target", ["file/x.ics", "folder"])
def test_a_place_that_can_t_be_is_an_error_for_people(tmp_path: Path, target: str) -> None:
    """A file where a folder should be, a folder where the file should be."""
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(RoundsError, match="can't be written"):
        write_output(str(tmp_path / target), b"one", _any)
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


def _none(_: bytes) -> bool:
    return False


@pytest.mark.parametrize("there", [b"mine\n", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"])
def test_what_rounds_did_not_make_is_left_as_it_is(tmp_path: Path, there: bytes) -> None:
    """Also at the end of a link, and where it can be read by others."""
    mine = tmp_path / "mine.ics"
    mine.write_bytes(there)
    mine.chmod(0o644)
    (tmp_path / "link.ics").symlink_to(mine)
    for name in ("mine.ics", "link.ics"):
        with pytest.raises(RoundsError, match=r"mine\.ics is there already, and Rounds did not make it") as told:
            write_output(str(tmp_path / name), b"one", _none)
        assert "choose another place" in told.value.hint
    assert (mine.read_bytes(), mode(mine)) == (there, 0o644)
    assert sorted(os.listdir(tmp_path)) == ["link.ics", "mine.ics"]


def test_what_can_not_be_read_is_not_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk error is no empty file."""
    feed = tmp_path / "x.ics"
    feed.write_bytes(b"mine")
    opened = os.open

    def failing(path: str, *rest: int, **more: int) -> int:
        if str(path) == str(feed):
            raise OSError(5, "Input/output error")
        return opened(path, *rest, **more)

    monkeypatch.setattr(os, "open", failing)
    with pytest.raises(RoundsError, match="can't be read, so its content is not known: Input/output error"):
        write_output(str(feed), b"one", _any)
    monkeypatch.undo()
    assert feed.read_bytes() == b"mine"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(RoundsError, match="not an ordinary file"):
        write_output(str(tmp_path / "pipe"), b"one", _any)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


@pytest.mark.parametrize("there", [b"", b"\r\n", bytes(999)])
def test_a_file_that_holds_nothing_is_filled(tmp_path: Path, there: bytes) -> None:
    """Made by hand, or all that a power cut has left."""
    feed = tmp_path / "x.ics"
    feed.write_bytes(there)
    assert write_output(str(feed), b"one", _none)
    assert feed.read_bytes() == b"one"


def test_the_other_name_of_a_file_keeps_its_text(tmp_path: Path) -> None:
    """A hard link: only the name that is written gets the new text."""
    write_output(str(tmp_path / "x.ics"), b"one", _any)
    os.link(tmp_path / "x.ics", tmp_path / "other")
    write_output(str(tmp_path / "x.ics"), b"two", _any)
    assert [(tmp_path / name).read_bytes() for name in ("x.ics", "other")] == [b"two", b"one"]


def test_a_file_that_is_made_just_now_by_another_program_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between our look and our write."""
    feed, synced = tmp_path / "x.ics", os.fsync

    def quicker(descriptor: int) -> None:
        feed.write_bytes(b"mine")
        synced(descriptor)

    monkeypatch.setattr(os, "fsync", quicker)
    with pytest.raises(RoundsError, match="another program has just made"):
        write_output(str(feed), b"one", _any)
    assert feed.read_bytes() == b"mine"
    assert os.listdir(tmp_path) == ["x.ics"]


def test_nothing_there_is_free(tmp_path: Path) -> None:
    """A dangling link too; a link to itself is none."""
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert check_ours(str(tmp_path / "x.ics"), _none) is None
    assert check_ours(str(tmp_path / "dangling"), _none) is None
    with pytest.raises(RoundsError, match="can't be read"):
        check_ours(str(tmp_path / "loop"), _none)

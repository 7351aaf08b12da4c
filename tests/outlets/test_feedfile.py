import os
import stat
from pathlib import Path

import pytest

from rounds.errors import RoundsError
from rounds.outlets.feedfile import write_feed


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_feed_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    """0600, and 0700 for every folder that is made, whatever the umask."""
    before = os.umask(0)
    try:
        assert write_feed(str(tmp_path / "a" / "b" / "x.ics"), b"one")
    finally:
        os.umask(before)
    assert [mode(tmp_path / part) for part in ("a", "a/b", "a/b/x.ics")] == [0o700, 0o700, 0o600]
    assert (tmp_path / "a/b/x.ics").read_bytes() == b"one"


def test_a_feed_that_is_up_to_date_is_left_alone(tmp_path: Path) -> None:
    """The same file, not a new one of the same content: calendars and sync tools look at the time."""
    feed = tmp_path / "x.ics"
    write_feed(str(feed), b"one")
    inode = feed.stat().st_ino
    assert not write_feed(str(feed), b"one")
    assert feed.stat().st_ino == inode
    assert write_feed(str(feed), b"two")
    assert feed.read_bytes() == b"two"


def test_a_feed_that_others_could_read_is_closed(tmp_path: Path) -> None:
    """Even where its content is up to date."""
    feed = tmp_path / "x.ics"
    feed.write_bytes(b"one")
    feed.chmod(0o644)
    assert write_feed(str(feed), b"one")
    assert mode(feed) == 0o600


def test_a_link_to_where_the_feed_is_published_stays_a_link(tmp_path: Path) -> None:
    """What it leads to is written."""
    (tmp_path / "public").mkdir()
    link = tmp_path / "x.ics"
    link.symlink_to(tmp_path / "public" / "y.ics")
    write_feed(str(link), b"one")
    assert link.is_symlink()
    assert (tmp_path / "public" / "y.ics").read_bytes() == b"one"


def test_where_it_can_t_be_written_the_last_good_feed_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is said so, and leaves no half file."""
    feed = tmp_path / "x.ics"
    write_feed(str(feed), b"one")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RoundsError, match=r"x\.ics can't be written: No space left"):
        write_feed(str(feed), b"two")
    assert feed.read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["x.ics"]


@pytest.mark.parametrize("target", ["file/x.ics", "folder"])
def test_a_place_that_can_t_be_is_an_error_for_people(tmp_path: Path, target: str) -> None:
    """A file where a folder should be, a folder where the file should be."""
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(RoundsError, match="can't be written"):
        write_feed(str(tmp_path / target), b"one")
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]

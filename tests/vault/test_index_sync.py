"""One sync: what it reports, what it keeps, and that nothing odd in a vault can break it."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from errno import EIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from conftest import started
from rounds.errors import StoppedError
from rounds.index import parallel_parse as intake
from rounds.index import scan
from rounds.index.database import VERSION, index_path
from rounds.index.ids_last_contact import derived_id
from rounds.index.parallel_parse import CHUNK
from rounds.index.scan import Reader, fingerprint
from rounds.index.writer import Index
from rounds.notes.schema import FOLDERS, folder_types
from rounds.storage import files
from rounds.vault.history_undo import undo
from rounds.vault.index_sync import sync_index
from rounds.vault.list_search import keys
from rounds.vault.log_actions import log_touch
from rounds.vault.note_files import add
from rounds.vault.sync_report import SyncReport
from rounds.vault.vault import Vault
from vault.notes import put

READER = Reader("vault", folder_types(FOLDERS))
TODAY = "2026-11-23"
SAM = "---\ntype: partner\nrole: psychiatrist\n---\n## Log\n- 2026-05-05 call: hello\n"


class Place:
    """A vault folder with an index beside it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "vault"
        self.root.mkdir()
        self.cache = folder / "cache"
        self.index = Index(index_path(str(self.cache)))

    def write(self, path: str, text: str | bytes) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def sync(self, today: str = TODAY, reader: Reader = READER) -> SyncReport:
        return sync_index(str(self.root), self.index, reader, today)._replace(versions={})

    def rows(self, sql: str, *parameters: object) -> list[tuple[object, ...]]:
        return self.index.connection.execute(sql, parameters).fetchall()

    def one(self, column: str, path: str) -> object:
        (row,) = self.rows(f"SELECT {column} FROM notes WHERE path = ?", path)
        return row[0]

    def paths(self) -> list[object]:
        return [path for (path,) in self.rows("SELECT path FROM notes ORDER BY path")]

    def problems(self) -> list[tuple[object, ...]]:
        return self.rows("SELECT path, message FROM problems ORDER BY path, line")

    def last(self, path: str = "Partners/Sam Lee.md") -> object:
        return self.one("last_contact", path)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.index.close()


@pytest.fixture
def sam(place: Place) -> Path:
    file = place.write("Partners/Sam Lee.md", SAM)
    place.sync()
    return file


# What is reported -----------------------------------------------------------------------------------------------


def test_added_changed_and_removed_files_are_reported_once(place: Place) -> None:
    """A report says what happened to files since the last sync, in the order of their paths."""
    place.write("Partners/B.md", SAM)
    first = place.write("Partners/A.md", SAM)
    assert place.sync() == SyncReport(added=("Partners/A.md", "Partners/B.md"))
    assert not place.sync()
    first.write_text(SAM + "more\n")
    assert place.sync() == SyncReport(changed=("Partners/A.md",))
    first.unlink()
    assert place.sync() == SyncReport(removed=("Partners/A.md",))
    assert not place.sync()
    assert place.paths() == ["Partners/B.md"]


def test_a_sync_that_is_stopped_leaves_the_index_as_it_was(place: Place) -> None:
    """It tells after each few notes how far it is; what was read by then is read again the next time."""
    for number in range(5 * CHUNK // 2):
        place.write(f"Partners/{number}.md", SAM)
    told: list[tuple[int, int]] = []

    def step(done: int, of: int) -> None:
        told.append((done, of))
        if done == 2 * CHUNK:
            raise StoppedError("Stopped.")

    with pytest.raises(StoppedError):
        sync_index(str(place.root), place.index, READER, TODAY, step=step)
    assert told == [(CHUNK, 5 * CHUNK // 2), (2 * CHUNK, 5 * CHUNK // 2)]
    assert place.paths() == []
    assert len(place.sync().added) == 5 * CHUNK // 2


def test_a_renamed_file_is_moved_and_keeps_its_key(place: Place, sam: Path) -> None:
    """A rename is no loss: rows follow, links resolve by the new name."""
    key = place.one("key", "Partners/Sam Lee.md")
    sam.rename(place.root / "Partners" / "Sam Li.md")
    assert place.sync() == SyncReport(moved={"Partners/Sam Li.md": "Partners/Sam Lee.md"})
    assert place.rows("SELECT key, path, stem, title FROM notes") == [(key, "Partners/Sam Li.md", "sam li", "Sam Li")]
    assert place.rows("SELECT key, path FROM files") == [(key, "Partners/Sam Li.md")]


def test_names_can_be_swapped(place: Place) -> None:
    """Two notes that change names between two syncs end up with each other's text."""
    one, two = place.write("A.md", "one"), place.write("B.md", "two two")
    place.sync()
    one.rename(place.root / "C"), two.rename(one), (place.root / "C").rename(two)
    assert place.sync().changed == ("A.md", "B.md")
    found = place.rows("SELECT n.path, s.body FROM notes n JOIN search s ON s.rowid = n.key ORDER BY n.path")
    assert found == [("A.md", "two two"), ("B.md", "one")]


def test_a_moved_stamp_alone_is_no_change(place: Place, sam: Path) -> None:
    """Sync tools and checkouts touch files; only other bytes count as a change."""
    os.utime(sam, ns=(1, 1))
    assert not place.sync()
    assert not place.sync()


def test_the_same_size_and_time_do_not_hide_a_change(place: Place, sam: Path) -> None:
    """A rewrite that restores mtime and size is found by ctime."""
    status = sam.stat()
    sam.write_text(SAM.replace("hello", "jello"))
    os.utime(sam, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert place.sync().changed == ("Partners/Sam Lee.md",)


def test_a_vault_without_notes_can_be_synced(place: Place) -> None:
    """No notes at all is a vault too, and a first note comes after."""
    assert place.sync() == SyncReport()
    assert place.sync() == SyncReport()
    place.write("A.md", "hello")
    assert place.sync().added == ("A.md",)


# Unreadable notes -----------------------------------------------------------------------------------------------


def test_a_broken_note_keeps_its_last_good_row(place: Place, sam: Path) -> None:
    """Unreadable: the last good values stay, the note is marked, the problem is told; then it recovers."""
    sam.write_text(SAM.replace("role:", "role: ["))
    assert place.sync() == SyncReport(changed=("Partners/Sam Lee.md",), problems=1)
    assert (place.one("readable", "Partners/Sam Lee.md"), place.one("role", "Partners/Sam Lee.md")) == (
        0,
        " | psychiatrist | ",
    )
    assert place.last() == "2026-05-05"
    sam.write_text(SAM.replace("psychiatrist", "midwife"))
    assert place.sync() == SyncReport(changed=("Partners/Sam Lee.md",))
    assert (place.one("readable", "Partners/Sam Lee.md"), place.one("role", "Partners/Sam Lee.md")) == (
        1,
        " | midwife | ",
    )


def test_a_broken_note_can_be_renamed_and_removed(place: Place, sam: Path) -> None:
    """What comes from the file's name follows it, also while the text can't be read."""
    sam.write_text("---\nrole: [\n---\n")
    place.sync()
    moved = sam.rename(sam.with_name("Sam Li.md"))
    place.sync()
    row = place.rows("SELECT path, stem, title, role, id, readable FROM notes")
    new_id = derived_id("vault", "Partners/Sam Li.md")
    assert row == [("Partners/Sam Li.md", "sam li", "Sam Li", " | psychiatrist | ", new_id, 0)]
    assert [path for path, _ in place.problems()] == ["Partners/Sam Li.md"]
    moved.unlink()
    assert place.sync().removed == ("Partners/Sam Li.md",)
    assert place.rows("SELECT * FROM notes UNION ALL SELECT * FROM notes") == []
    assert place.problems() == []


def test_a_note_that_was_never_readable_is_listed_by_its_file_name(place: Place) -> None:
    """Nothing is hidden: the note stands in the list, and the problem with it."""
    place.write("Partners/Sam Lee.md", b"---\nname: \xff\n---\n")
    assert place.sync().problems == 1
    assert place.rows("SELECT path, title, type, readable FROM notes") == [
        ("Partners/Sam Lee.md", "Sam Lee", "partner", 0)
    ]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_a_problem(place: Place, sam: Path) -> None:
    """Never silently wrong: what can't be opened is told, and keeps its last good row."""
    sam.write_text(SAM + "more")
    sam.chmod(0)
    assert place.sync().problems == 1
    assert place.one("readable", "Partners/Sam Lee.md") == 0
    sam.chmod(0o600)
    assert place.sync() == SyncReport(changed=("Partners/Sam Lee.md",))


def test_a_file_that_fails_to_be_read_is_a_problem(place: Place, sam: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk error on one note is told in words, and the others are indexed."""
    place.write("Partners/Ok.md", SAM)
    sam.write_text(SAM + "more")
    real = files.read

    def read(path: str) -> tuple[bytes, tuple[int, int, int, int]]:
        if path.endswith("Sam Lee.md"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(intake, "read", read)
    assert place.sync().added == ("Partners/Ok.md",)
    assert place.problems() == [("Partners/Sam Lee.md", "the file can't be read: Permission denied")]
    assert (place.one("readable", "Partners/Sam Lee.md"), place.last()) == (0, "2026-05-05")
    assert not place.sync()


def test_a_file_that_fails_for_a_moment_is_no_problem(place: Place, sam: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A single try that fails, as on a busy network drive, changes nothing."""
    sam.write_text(SAM + "more")
    fails(monkeypatch, 1)
    assert place.sync() == SyncReport(changed=("Partners/Sam Lee.md",))


def test_a_file_that_could_not_be_read_is_read_by_the_next_sync(
    place: Place, sam: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its stamp is the same once the drive is back, so the index remembers that it doesn't know the file."""
    monkeypatch.setattr("rounds.vault.index_sync.YOUNG", 0)  # as if more time had passed
    sam.write_text(SAM + "more")
    fails(monkeypatch, 2)
    assert place.sync().problems == 1
    with monkeypatch.context() as patch:
        patch.setattr(scan, "content", busy)
        written = place.index.written(), place.index.revision()
        assert place.sync() == SyncReport(problems=1)
        assert (place.index.written(), place.index.revision()) == written, "nothing is written while it can't be read"
    assert place.sync() == SyncReport(changed=("Partners/Sam Lee.md",))
    assert place.one("readable", "Partners/Sam Lee.md") == 1
    assert place.index.state().lost == ""


def fails(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Let the next tries to read a note fail."""
    real, left = files.read, [*range(times)]

    def read(path: str) -> tuple[bytes, tuple[int, int, int, int]]:
        return busy(path) if left and left.pop() >= 0 else real(path)

    monkeypatch.setattr(intake, "read", read)


def busy(path: str) -> Any:
    raise OSError(EIO, os.strerror(EIO), path)


def test_a_file_that_vanishes_while_it_is_read_is_left_out(
    place: Place, sam: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between scan and read a file may go: the sync goes on, and the next one reports it removed."""
    place.write("Partners/New.md", SAM)
    sam.write_text(SAM + "more")

    def read(path: str) -> tuple[bytes, tuple[int, int, int, int]]:
        os.unlink(path)
        raise FileNotFoundError(path)

    monkeypatch.setattr(intake, "read", read)
    assert place.sync() == SyncReport()
    assert place.sync() == SyncReport(removed=("Partners/Sam Lee.md",))
    assert place.paths() == []


def test_a_note_that_is_renamed_back_while_it_is_read_is_there_once(
    place: Place, sam: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its row, which followed the first rename, follows the second too; none is left behind that nobody takes out."""
    other = sam.with_name("Samuel.md")
    real = files.read

    def read(path: str) -> tuple[bytes, tuple[int, int, int, int]]:
        other.rename(sam)
        return real(path)

    sam.rename(other)
    with monkeypatch.context() as patch:
        patch.setattr(intake, "read", read)
        place.sync()
    place.sync()
    assert place.paths() == ["Partners/Sam Lee.md"]
    sam.rename(other)
    assert place.sync().moved == {"Partners/Samuel.md": "Partners/Sam Lee.md"}
    assert place.rows("SELECT path FROM files") == [("Partners/Samuel.md",)]


def test_a_file_that_is_being_written_is_read_by_the_next_sync(
    place: Place, sam: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not stand still is left as it was indexed."""
    sam.write_text(SAM + "more")

    def busy_file(path: str) -> tuple[bytes, tuple[int, int, int, int]]:
        raise OSError(0, "the file is being written just now", path)

    with monkeypatch.context() as patch:
        patch.setattr(intake, "read", busy_file)
        assert place.sync() == SyncReport()
    assert place.sync().changed == ("Partners/Sam Lee.md",)


# Ids and types --------------------------------------------------------------------------------------------------


def test_ids_are_stored_ones_or_derived_from_the_nfc_path(place: Place) -> None:
    """NFC and NFD names of one path give one id, so it is the same on a Mac."""
    place.write("A.md", "---\nid: abc\n---\n")
    place.write("Zoe\u0308.md", "hello")
    place.sync()
    assert place.rows("SELECT path, id, stored_id, stem FROM notes ORDER BY path") == [
        ("A.md", "abc", 1, "a"),
        ("Zoe\u0308.md", derived_id("vault", "Zoë.md"), 0, "zoë"),
    ]


def test_other_folder_names_have_everything_read_again(place: Place, sam: Path) -> None:
    """Types follow the settings, without a change in any note; what is gone meanwhile is removed."""
    place.write("Gone.md", "x").unlink()
    place.write("Leute/Ann.md", "---\n---\nhello")
    gone = place.write("B.md", "hello")
    place.sync()
    gone.unlink()
    other = Reader("vault", folder_types({**FOLDERS, "partners": "Leute"}))
    assert place.sync(reader=other).removed == ("B.md",)
    assert place.rows("SELECT path, type FROM notes ORDER BY path") == [
        ("Leute/Ann.md", "partner"),
        ("Partners/Sam Lee.md", "partner"),
    ]
    assert not place.sync(reader=other)


# last_contact ---------------------------------------------------------------------------------------------------

ORG = "---\ntype: organization\n---\n- 2026-08-01 call: talked about [[Sam Lee]]\n- 2026-09-09 call: front desk\n"
REFERRAL = '---\ntype: referral\npartner: "[[{}]]"\ndate: 2026-07-07\ndirection: out\n---\n'


@pytest.mark.parametrize("first", [True, False], ids=["first index", "later"])
@pytest.mark.parametrize(
    ("path", "text", "day"),
    [
        ("Partners/Sam Lee.md", SAM, "2026-05-05"),
        ("Partners/Sam Lee.md", SAM.replace("call:", "note:"), None),
        ("Partners/Sam Lee.md", SAM.replace("call:", "skip thanks:"), None),
        ("Partners/Sam Lee.md", SAM.replace("call: hello", "later thanks: 2026-06-01"), None),
        ("Partners/Sam Lee.md", SAM.replace("role:", "last_contact: 2026-06-06\nrole:"), "2026-06-06"),
        ("Partners/Sam Lee.md", SAM.replace("role:", "last_contact: 2026-04-04\nrole:"), "2026-05-05"),
        ("Partners/Sam Lee.md", SAM.replace("role:", "last_contact: soon\nrole:"), "2026-05-05"),
        ("Partners/Sam Lee.md", SAM + "- 2026-11-24 call: tomorrow\n", "2026-05-05"),
        ("Partners/Sam Lee.md", SAM + "- 2026-11-23 call: today\n", "2026-11-23"),
        ("Partners/Sam Lee.md", SAM + "- [x] thanks: card 📅 2026-06-01 ✅ 2026-06-02\n", "2026-06-02"),
        ("Partners/Sam Lee.md", SAM + "- [x] thanks: card 📅 2026-06-01\n", "2026-06-01"),
        ("Partners/Sam Lee.md", SAM + "- [x] send it ✅ 2026-06-02\n", "2026-05-05"),
        ("Partners/Sam Lee.md", SAM + "- [ ] call: her 📅 2026-06-02\n", "2026-05-05"),
        ("Organizations/Clinic.md", ORG, "2026-08-01"),
        ("Organizations/Clinic.md", ORG.replace("call: talked", "note: talked"), "2026-05-05"),
        ("Organizations/Clinic.md", ORG.replace("[[Sam Lee]]", "[[Partners/Sam Lee|her]]"), "2026-08-01"),
        ("Organizations/Clinic.md", ORG.replace("[[Sam Lee]]", "[[Other/Sam Lee]]"), "2026-05-05"),
        ("Organizations/Clinic.md", ORG.replace("talked about [[S", "talked\n  about [[S"), "2026-08-01"),
        ("Organizations/Clinic.md", ORG.replace("organization", "niche"), "2026-05-05"),
        ("Referrals/2026/R.md", REFERRAL.format("sam lee"), "2026-07-07"),
        ("Referrals/2026/R.md", REFERRAL.format("Somebody"), "2026-05-05"),
    ],
)
def test_last_contact_is_the_latest_touch(place: Place, first: bool, path: str, text: str, day: object) -> None:
    """Own log, done follow-ups with a kind, an organization's entry that names the partner, referrals; no note,
    skip or later, nothing after today, never below what the note says (vault format, `last_contact`)."""
    if not first:
        place.sync()
    place.write("Partners/Sam Lee.md", SAM)
    if not first:
        place.sync()
    place.write(path, text)
    place.sync()
    assert place.last() == day


def test_last_contact_goes_down_again_when_its_reason_goes(place: Place, sam: Path) -> None:
    """It is derived: a referral that is removed, or a log line taken back, counts no more."""
    referral = place.write("Referrals/2026/R.md", REFERRAL.format("Sam Lee"))
    clinic = place.write("Organizations/Clinic.md", ORG)
    place.sync()
    assert place.last() == "2026-08-01"
    clinic.write_text(ORG.replace("[[Sam Lee]]", "Sam"))
    place.sync()
    assert place.last() == "2026-07-07"
    referral.unlink()
    place.sync()
    assert place.last() == "2026-05-05"
    sam.write_text(SAM.replace("call: hello", "note: hello"))
    place.sync()
    assert place.last() is None


def test_last_contact_moves_when_its_day_comes(place: Place) -> None:
    """An entry in the future is no touch until its day, also one in an organization's log."""
    place.write("Partners/Sam Lee.md", SAM + "- 2026-11-25 call: planned\n")
    place.write("Organizations/Clinic.md", ORG.replace("2026-08-01", "2026-11-27"))
    place.sync()
    seen = []
    for day in ("2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-24"):
        assert not place.sync(day)
        seen.append(place.last())
    assert seen == ["2026-05-05", "2026-11-25", "2026-11-25", "2026-11-27", "2026-05-05"]


def test_a_partner_that_comes_later_has_the_touches_that_name_it(place: Place) -> None:
    """The order in which files arrive makes no difference."""
    place.write("Referrals/2026/R.md", REFERRAL.format("Sam Lee"))
    place.sync()
    place.write("Partners/Sam Lee.md", SAM)
    place.sync()
    assert place.last() == "2026-07-07"


# Files that are no notes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("copy", ["Sam Lee (1).md", "Sam Lee 2.md"])
def test_a_copy_is_one_only_with_the_same_id_or_text(place: Place, sam: Path, copy: str) -> None:
    """`Sam Lee 2.md` may be a person; with the same id, bytes or log lines it is a copy, and a problem."""
    path = f"Partners/{copy}"
    place.write(path, SAM.replace("hello", "somebody else"))
    place.sync()
    assert (place.paths(), place.problems()) == ([path, "Partners/Sam Lee.md"], [])
    place.write(path, SAM)
    place.sync()
    assert place.paths() == ["Partners/Sam Lee.md"]
    assert place.problems() == [(path, "this is a copy of Partners/Sam Lee.md, as sync tools make them")]
    sam.write_text(SAM + "edited\n")  # what the log has in common says so still
    place.sync()
    assert place.paths() == ["Partners/Sam Lee.md"]
    sam.write_text(SAM.replace("hello", "edited"))
    place.sync()
    assert (place.paths(), place.problems()) == ([path, "Partners/Sam Lee.md"], [])


def test_the_same_id_makes_a_copy_until_the_original_goes(place: Place) -> None:
    """Then it is the only one there is, and a note."""
    text = SAM.replace("role:", "id: abc\nrole:")
    first = place.write("Partners/Sam Lee.md", text)
    place.write("Partners/Sam Lee (1).md", text + "more\n")
    place.sync()
    assert place.paths() == ["Partners/Sam Lee.md"]
    first.unlink()
    place.sync()
    assert (place.paths(), place.problems()) == (["Partners/Sam Lee (1).md"], [])


def test_a_note_that_is_only_in_the_cloud_is_kept_and_not_read(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service took its content off this machine: it is neither gone nor read, until it is here again."""
    there = place.write("Partners/Sam Lee.md", SAM)
    place.write("Partners/Ann Ito.md", "---\ntype: partner\n---\n")
    place.sync()
    monkeypatch.setattr(scan, "_MAY_BE_AWAY", True)
    monkeypatch.setattr(scan, "_is_away", lambda status: status.st_size == there.stat().st_size)
    report = place.sync()
    assert (report.removed, report.changed) == ((), ())
    assert place.paths() == ["Partners/Ann Ito.md", "Partners/Sam Lee.md"]
    assert place.problems() == [
        (
            "Partners/Sam Lee.md",
            "the note can't be read: it is in the cloud and not on this machine; its last known content is kept",
        )
    ]
    monkeypatch.setattr(scan, "_is_away", lambda _: False)
    place.sync()
    assert (place.paths(), place.problems()) == (["Partners/Ann Ito.md", "Partners/Sam Lee.md"], [])


def test_a_note_that_became_a_placeholder_is_kept(place: Place) -> None:
    """Older versions of macOS rename what they take away."""
    there = place.write("Partners/Sam Lee.md", SAM)
    place.write("Partners/Ann Ito.md", "---\ntype: partner\n---\n")
    place.sync()
    there.rename(there.with_name(".Sam Lee.md.icloud"))
    assert place.sync().removed == ()
    assert place.paths() == ["Partners/Ann Ito.md", "Partners/Sam Lee.md"]
    there.with_name(".Sam Lee.md.icloud").unlink()
    assert place.sync().removed == ("Partners/Sam Lee.md",)


@pytest.mark.parametrize(
    ("status", "away"),
    [
        ({"st_flags": 0x40000000}, True), ({"st_flags": 0x20}, False),
        ({"st_file_attributes": 0x400020}, True), ({"st_file_attributes": 0x41020}, True),
        ({"st_file_attributes": 0x20}, False), ({}, False),
    ],
)  # fmt: skip
def test_what_says_that_a_file_is_away(status: dict[str, int], away: bool) -> None:
    assert scan._is_away(SimpleNamespace(**status)) is away  # type: ignore[arg-type]


def test_conflict_copies_and_placeholders_are_problems_and_no_notes(place: Place) -> None:
    """They are told with the note that they belong to, until they are gone."""
    conflict = place.write("Partners/Sam Lee.sync-conflict-20261120-101010-ABCDEFG.md", SAM)
    cloud = place.write("Partners/.Ann Ito.md.icloud", b"bplist")
    assert place.sync() == SyncReport(problems=2)
    assert place.paths() == []
    assert place.problems() == [
        ("Partners/.Ann Ito.md.icloud", "Partners/Ann Ito.md is in iCloud but not on this machine"),
        (
            "Partners/Sam Lee.sync-conflict-20261120-101010-ABCDEFG.md",
            "this is a copy of Partners/Sam Lee.md, as sync tools make them",
        ),
    ]
    conflict.unlink()
    cloud.unlink()
    assert place.sync() == SyncReport()


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="only Linux has names that are no text")
def test_a_name_that_is_no_text_is_a_problem(place: Place) -> None:
    """A file or folder whose name is not UTF-8 is told and left out; the rest is indexed."""
    root = os.fsencode(place.root)
    os.mkdir(root + b"/Caf\xe9")
    for name in (b"/Zo\xeb.md", b"/Caf\xe9/Ann.md", b"/Ok.md"):
        with open(root + name, "wb") as file:
            file.write(b"hello")
    assert place.sync().added == ("Ok.md",)
    assert place.problems() == [
        ("Caf\ufffd", "the name of this file or folder is not UTF-8 text"),
        ("Zo\ufffd.md", "the name of this file or folder is not UTF-8 text"),
    ]
    assert not place.sync()


def test_a_folder_named_like_a_note_is_a_folder(place: Place) -> None:
    """Its notes are found, it is none itself."""
    place.write("Odd.md/Ann.md", "hello")
    assert place.sync().added == ("Odd.md/Ann.md",)


@pytest.mark.skipif(os.name != "posix", reason="needs symlinks")
def test_a_linked_file_counts_and_a_linked_folder_does_not(place: Place, tmp_path: Path) -> None:
    """A symlinked file is its target's text; folders are not followed, which could go round in circles."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "Ann.md").write_text("hello")
    (place.root / "Ann.md").symlink_to(outside / "Ann.md")
    (place.root / "Lost.md").symlink_to(outside / "nowhere")
    (place.root / "Round.md").symlink_to(place.root / "Round.md")
    (place.root / "Linked").symlink_to(outside)
    (place.root / "Linked.md").symlink_to(outside)
    assert place.sync().added == ("Ann.md",)
    (outside / "Ann.md").write_text("hello again")
    assert place.sync().changed == ("Ann.md",)


# Odd values -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("yaml", "stored"),
    [
        ("x: .nan", '{"x":"NaN"}'),
        ("x: [-.inf, .inf]", '{"x":["-Infinity","Infinity"]}'),
        ("x: 99999999999999999999999", '{"x":1e+23}'),
        ("x: 9223372036854775807", '{"x":9223372036854775807}'),
        ('x: "NaN and Infinity"', '{"x":"NaN and Infinity"}'),
        ('x: "a\\0b"', '{"x":"a\\u0000b"}'),
        ('x: "\\x01|\\x02"', '{"x":"\\u0001|\\u0002"}'),
        ("x: {a: [1, {b: c}]}", '{"x":{"a":[1,{"b":"c"}]}}'),
        ("1: a", '{"1":"a"}'),
        ("id: [a, b]", '{"id":["a","b"]}'),
        ("name: 5", '{"name":5}'),
        ("stage: {a: b}", '{"stage":{"a":"b"}}'),
        ("accepting: true", '{"accepting":true}'),
        ("x: 😀", '{"x":"😀"}'),
    ],
)
def test_any_value_that_yaml_knows_can_be_indexed(place: Place, yaml: str, stored: str) -> None:
    """Whatever a property holds, the sync goes on, and the value is there to be asked for."""
    place.write("Partners/A.md", f"---\n{yaml}\n---\nbody\n")
    assert place.sync().added == ("Partners/A.md",)
    assert place.rows("SELECT properties FROM details") == [(stored,)]
    assert place.rows("SELECT count(*) FROM details WHERE json_valid(properties)") == [(1,)]


def test_a_lone_surrogate_is_a_problem(place: Place) -> None:
    """No text can hold it: the note is unreadable with a place, the sync goes on."""
    place.write("A.md", '---\nx: "\\ud800"\n---\n')
    place.write("B.md", "hello")
    report = place.sync()
    assert (report.added, report.problems) == (("A.md", "B.md"), 1)


def test_everything_of_a_note_can_be_asked_for(place: Place) -> None:
    """Front matter, log, follow-ups, links and text stand in rows with their lines."""
    place.write(
        "Partners/Sam Lee.md",
        '---\norganization: "[[Clinic|the clinic]]"\nspecialties: [ADHD, Sleep]\ntea: Earl Grey\nrest_until: 2026-12-24\n'
        "---\n- 2026-11-20 coffee @kim: prefers fax\n  told by [[Ann Ito]]\n"
        "- 2026-11-21 later check-in: 2027-02-01\n- [ ] 12:30 call: her 📅 2026-12-01 🔁 every month ^f-k3q9\n",
    )
    place.sync()
    assert place.rows("SELECT organization, specialties, rest_until FROM notes") == [
        (" | clinic | the clinic | ", " | adhd | sleep | ", "2026-12-24")
    ]
    assert place.rows("SELECT json_extract(other, '$.tea') FROM details") == [(" | earl grey | ",)]
    assert place.rows("SELECT line, date, kind, who, text, rule, until, touch FROM log") == [
        (7, "2026-11-20", "coffee", "kim", "prefers fax\ntold by [[Ann Ito]]", "", None, 1),
        (9, "2026-11-21", "later", "", "", "check-in", "2027-02-01", 0),
    ]
    assert place.rows("SELECT * FROM followups") == [
        (1, 10, "her", "open", "2026-12-01", "12:30", "call", None, "every month", "f-k3q9")
    ]
    assert place.rows("SELECT line, property, target, folder FROM links ORDER BY line") == [
        (0, "organization", "clinic", ""),
        (7, "", "ann ito", ""),
    ]
    assert place.rows("SELECT rowid FROM search WHERE search MATCH 'grey AND fax AND adh*'") == [(1,)]


# Other processes --------------------------------------------------------------------------------------------------


def test_an_interrupted_sync_leaves_the_old_index(place: Place, sam: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle: nothing of the sync is there, and the next one does it all."""
    sam.write_text(SAM.replace("2026-05-05", "2026-06-06"))
    place.write("New.md", "hello")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Index, "put_artefacts", interrupt)
        with pytest.raises(KeyboardInterrupt):
            place.sync()
    assert (place.paths(), place.last()) == (["Partners/Sam Lee.md"], "2026-05-05")
    assert place.sync() == SyncReport(added=("New.md",), changed=("Partners/Sam Lee.md",))


def test_an_interrupted_first_index_leaves_an_empty_one(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the first index can be made after it, with all that speeds up queries."""
    place.write("New.md", "hello")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Index, "put_artefacts", interrupt)
        with pytest.raises(KeyboardInterrupt):
            place.sync()
    assert place.paths() == []
    assert place.sync().added == ("New.md",)
    names = {name for (name,) in place.rows("SELECT name FROM sqlite_master WHERE type = 'index'")}
    assert {"files_path", "notes_stem", "links_target", "problems_file"} <= names


_SYNC = """
import sys
from rounds.notes.schema import FOLDERS, folder_types
from rounds.index.database import index_path
from rounds.index.writer import Index
from rounds.index.scan import Reader, fingerprint
from rounds.vault.index_sync import sync_index
index = Index(index_path(sys.argv[2]))
print(len(sync_index(sys.argv[1], index, Reader("vault", folder_types(FOLDERS)), "2026-11-23").added))
print(index.connection.execute("SELECT count(*) FROM notes").fetchone()[0])
"""


def test_processes_that_sync_at_once_do_the_work_once(tmp_path: Path) -> None:
    """They wait for one another; every file is added by one of them, and all see the whole index."""
    root, cache = tmp_path / "vault", tmp_path / "cache"
    root.mkdir()
    for number in range(300):
        (root / f"{number}.md").write_text(SAM)
    command = [sys.executable, "-c", _SYNC, str(root), str(cache)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    options: dict[str, Any] = {"env": environment, "stdout": subprocess.PIPE, "text": True}
    added, seen = [], []
    with ExitStack() as stack:
        for process in [stack.enter_context(started(command, **options)) for _ in range(3)]:
            output, _ = process.communicate()
            assert process.returncode == 0
            first, second = output.split()
            added.append(int(first))
            seen.append(int(second))
    assert (sorted(added), seen) == ([0, 0, 300], [300, 300, 300])


def test_another_process_s_sync_is_seen(place: Place, sam: Path) -> None:
    """Two vault objects over one index: what one has indexed the other doesn't index again."""
    other = Index(index_path(str(place.cache)))
    sam.write_text(SAM + "more")
    assert sync_index(str(place.root), other, READER, TODAY).changed == ("Partners/Sam Lee.md",)
    other.close()
    assert place.sync().elsewhere  # it reads nothing, and tells what the other has read
    assert not place.sync()


# Helper process ---------------------------------------------------------------------------------------------------


@pytest.fixture
def many(place: Place) -> Place:
    for number in range(250):
        place.write(f"Partners/{number}.md", SAM.replace("hello", f"number {number}"))
    return place


def contents(place: Place) -> list[list[tuple[object, ...]]]:
    """Everything in the index, without the keys, which are given in the order of arrival."""
    return [
        place.rows(
            "SELECT n.path, n.role, n.last_contact, d.properties, s.body, f.hash, l.date, l.text FROM notes n "
            "JOIN details d USING (key) JOIN files f USING (key) JOIN search s ON s.rowid = n.key "
            "JOIN log l ON l.note = n.key ORDER BY n.path"
        ),
        place.rows("SELECT path, message FROM problems ORDER BY path"),
    ]


def alone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(intake, "MANY", 10**9)


def helped(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(intake, "MANY", 1)
    patch.setattr(intake, "CHUNK", 10)
    patch.setattr(intake, "_cores", lambda: 2)


def no_process(patch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(11, "no more processes")

    helped(patch)
    patch.setattr(subprocess, "Popen", fail)


def dies_at_once(patch: pytest.MonkeyPatch) -> None:
    helped(patch)
    patch.setattr(intake, "_PROGRAM", "raise SystemExit(1)")


def dies_in_the_middle(patch: pytest.MonkeyPatch) -> None:
    helped(patch)
    program = intake._PROGRAM.replace(
        "serve([", "import rounds.index.parallel_parse as i; i.count = lambda: range(2)\nserve(["
    )
    patch.setattr(intake, "_PROGRAM", program)


@pytest.mark.parametrize("how", [helped, no_process, dies_at_once, dies_in_the_middle])
def test_with_or_without_a_helper_the_index_is_the_same(
    many: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: Callable[[pytest.MonkeyPatch], None]
) -> None:
    """A second process only makes it quicker; where it can't be had, or ends, this one does the rest."""
    many.write("Partners/broken.md", "---\nrole: [\n---\n")
    with monkeypatch.context() as patch:
        alone(patch)
        many.sync()
    expected = contents(many)
    many.index.close()
    many.index = Index(index_path(str(tmp_path / "second")))
    with monkeypatch.context() as patch:
        how(patch)
        assert len(many.sync().added) == 251
    assert contents(many) == expected
    assert len(expected[0]) == 250


@pytest.mark.skipif(os.name != "posix", reason="the helper is for POSIX")
def test_the_helper_does_its_share_and_leaves_nothing(many: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is started, answers, is gone afterwards, and no file of it stays; also when the sync is interrupted."""
    helpers: list[subprocess.Popen[bytes]] = []

    class Recorded(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            helpers.append(self)

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    helped(monkeypatch)
    monkeypatch.setattr(subprocess, "Popen", Recorded)
    with monkeypatch.context() as patch:
        patch.setattr(Index, "put", interrupt)
        with pytest.raises(KeyboardInterrupt):
            many.sync()
    many.sync()
    assert [helper.returncode is not None for helper in helpers] == [True, True]
    assert {name.partition(".sqlite")[0] for name in os.listdir(many.cache)} == {f"index-v{VERSION}"}


def test_small_vaults_start_no_process(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its start would take longer than the reading."""

    def start(*_: object, **__: object) -> None:
        raise AssertionError("not for one note")

    monkeypatch.setattr(subprocess, "Popen", start)
    place.write("A.md", "hello")
    assert place.sync().added == ("A.md",)


def test_queries_can_run_while_another_connection_writes(place: Place, sam: Path) -> None:
    """After the first index readers don't wait for a writer."""
    other = sqlite3.connect(place.index.path, timeout=0)
    with place.index.writing():
        place.index.connection.execute("UPDATE notes SET title = 'x'")
        assert other.execute("SELECT title FROM notes").fetchall() == [("Sam Lee",)]
    other.close()


def test_what_another_process_was_quicker_to_take_in_is_told(place: Place, sam: Path) -> None:
    """Two of us follow one vault: whoever comes second has nothing to do, but its screens are stale all the same."""
    place.sync()
    other = Place.__new__(Place)
    other.root, other.cache, other.index = place.root, place.cache, Index(index_path(str(place.cache)))
    assert not other.sync()
    sam.write_text(SAM.replace("hello", "again"))
    assert other.sync().changed == ("Partners/Sam Lee.md",)
    told = place.sync()
    assert (told.changed, told.elsewhere) == (("Partners/Sam Lee.md",), True)
    assert not place.sync()
    sam.unlink()
    assert other.sync().removed == ("Partners/Sam Lee.md",)
    assert place.sync()
    other.index.close()


# Reports --------------------------------------------------------------------------------------------------------------


def test_what_a_sync_in_between_found_is_part_of_the_next_report(empty: Vault) -> None:
    """An undo looks for the note that was moved meanwhile: whoever follows the vault hears of that too."""
    note = Path(empty.root, "Partners/Sam Lee.md")
    note.parent.mkdir()
    note.write_text(SAM)
    empty.sync()
    log_touch(empty, "Partners/Sam Lee.md", "call", "b")
    empty.sync()
    Path(empty.root, "Old").mkdir()
    note.rename(Path(empty.root, "Old/Sam Lee.md"))
    undo(empty)
    Path(empty.root, "Partners/Ana.md").write_text(SAM)
    report = empty.sync()
    assert report.added == ("Partners/Ana.md",)
    assert report.moved == {"Old/Sam Lee.md": "Partners/Sam Lee.md"}
    assert report.changed == ("Old/Sam Lee.md",)
    assert not empty.sync()


@pytest.mark.parametrize(
    ("earlier", "later", "both"),
    [
        (SyncReport(added=("a",)), SyncReport(changed=("a", "b")), SyncReport(added=("a",), changed=("b",))),
        (SyncReport(changed=("a",)), SyncReport(removed=("a",)), SyncReport(removed=("a",))),
        (SyncReport(removed=("a",)), SyncReport(added=("a",)), SyncReport(added=("a",))),
        (SyncReport(changed=("a",)), SyncReport(moved={"b": "a"}), SyncReport(changed=("b",), moved={"b": "a"})),
        (SyncReport(moved={"b": "a"}), SyncReport(moved={"c": "b"}), SyncReport(moved={"c": "a"})),
        (SyncReport(moved={"b": "a"}), SyncReport(moved={"a": "b"}), SyncReport()),
        (SyncReport(added=("a",)), SyncReport(moved={"b": "a"}), SyncReport(added=("b",))),
        (SyncReport(elsewhere=True), SyncReport(), SyncReport(elsewhere=True)),
        (SyncReport(problems=3), SyncReport(problems=2), SyncReport(problems=2)),
        (
            SyncReport(changed=("a",), versions={"a": ((b"1",), (b"2",))}),  # type: ignore[dict-item]
            SyncReport(changed=("a",), versions={"a": ((b"2",), (b"3",))}),  # type: ignore[dict-item]
            SyncReport(changed=("a",), versions={"a": ((b"1",), (b"3",))}),  # type: ignore[dict-item]
        ),
    ],
)
def test_two_reports_are_one_with_paths_as_they_are_now(
    earlier: SyncReport, later: SyncReport, both: SyncReport
) -> None:
    assert later.after(earlier) == both


def test_after_its_own_write_a_command_looks_at_that_note_alone(vault: Vault) -> None:
    """What another program changed meanwhile is seen at the next sync, as are notes that are new."""
    sam, ana = "Partners/Sam Lee.md", "Partners/Ana.md"
    put(vault, {sam: "---\ntype: partner\n---\n", ana: "---\ntype: partner\n---\n"})
    while fingerprint(scan.scan(vault.root)) != vault.index.state().seen:
        vault.sync()  # a note that was written a moment ago is read twice

    log_touch(vault, sam, "call", "about the group")
    Path(vault.root, ana).write_text("---\ntype: partner\ncity: Eugene\n---\n")
    assert vault.sync_written().changed == (sam,)
    assert keys(vault, '"about the group"', types=("partner",)) != []
    assert keys(vault, "city:eugene") == []

    assert ana in vault.sync().changed
    assert len(keys(vault, "city:eugene")) == 1
    path = add(vault, "Kim Oh", [])
    assert vault.sync_written().added == (path,)

"""A journal from which a text was taken stays a journal: whole, of its age, and honest about what can't be undone."""

import os
import time
import zlib
from pathlib import Path

import pytest

from rounds.domain.forget import SoughtText, sought_text
from rounds.errors import RoundsError
from rounds.storage import journal_files
from rounds.storage.forget import JournalSearch
from rounds.storage.git_history import holders
from rounds.storage.journal import DONE, Change, Journal, Step
from storage.clones import ODD, commit, run
from traces import traces

TEXT = "Purple Lantern"


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(str(tmp_path / "journal"))


@pytest.fixture
def sought() -> SoughtText:
    found = sought_text(TEXT)
    assert found is not None
    return found


def written(journal: Journal, *steps: Step, what: str = "") -> Change:
    change = journal.start("/vault", "", what)
    for step in steps:
        journal.step(change, step)
        journal.end(change, step, DONE)
    journal.close(change, DONE)
    return change


def forgotten(journal: Journal, sought: SoughtText, paths: set[str] | None = None) -> JournalSearch:
    """Take the text out, and look once more."""
    search = JournalSearch(journal, sought, paths)
    assert [*search.forget()] == []
    again = JournalSearch(journal, sought, paths)
    assert (again.changes, again.versions, again.unread) == (set(), set(), [])
    return search


def test_only_what_held_it_is_forgotten(journal: Journal, sought: SoughtText) -> None:
    """Other steps keep their bytes; a change knows that it lost some, and its names lose the text too."""
    first = written(journal, Step("00000001", "A.md", "", b"a", b"b"))
    held = written(
        journal,
        Step("00000002", "A.md", "", b"b", f"x {TEXT.upper()}".encode()),
        Step("00000003", "B.md", "", b"1", b"2"),
        Step("00000004", f"{TEXT}.md", "C.md", note="n"),
        what=f"planned {TEXT} for",
    )
    last = written(journal, Step("00000005", "A.md", "", b"c", b"d"))
    assert forgotten(journal, sought).changes == {held.id}
    found = list(journal.changes())
    assert [each.id for each in found] == [last.id, held.id, first.id]
    assert [(step.before, step.after, step.kept, step.forgotten) for step in found[1].steps] == [
        (None, None, False, True), (b"1", b"2", True, False), (None, None, False, True),
    ]  # fmt: skip
    assert found[1].paths == ["A.md", "B.md", "C.md"]
    assert (found[1].ended, found[1].what, found[1].steps[2].path) == (DONE, "planned (client) for", "(client).md")
    assert [step.before for each in (found[0], found[2]) for step in each.steps] == [b"c", b"a"]
    assert not journal.lost_after(first)
    assert journal.is_closed()
    assert traces(Path(journal.folder), pattern=TEXT) == []
    written(journal, Step("00000006", "A.md", "", b"d", b"e"))
    assert not journal.lost_after(first)


def test_large_versions_go_with_it(journal: Journal, sought: SoughtText) -> None:
    """A version in a file of its own; those of others stay."""
    noise = os.urandom(journal.large_bytes + 1000).hex().encode()
    written(journal, Step("00000001", "A.md", "", None, noise + b"\n" + TEXT.encode()))
    written(journal, Step("00000002", "B.md", "", None, noise))
    search = forgotten(journal, sought)
    assert len(search.versions) == 1
    (other, held) = journal.changes()
    assert (other.steps[0].after, held.steps[0].forgotten) == (noise, True)


def test_the_steps_of_one_note(journal: Journal, sought: SoughtText) -> None:
    """Those of others keep the text."""
    written(journal, Step("00000001", "A.md", "", None, TEXT.encode()))
    other = written(journal, Step("00000002", "B.md", "", None, TEXT.encode()))
    forgotten(journal, sought, {"A.md"})
    assert [step.kept for change in journal.changes() for step in change.steps] == [True, False]
    assert JournalSearch(journal, sought, None).changes == {other.id}


def test_what_can_t_be_read_becomes_a_gap(journal: Journal, sought: SoughtText) -> None:
    """A damaged line may hold it. What was lost stays known as lost: no older change is undone in its place."""
    first = written(journal, Step("00000001", "A.md", "", b"a", b"b"))
    written(journal, Step("00000002", "A.md", "", b"b", TEXT.encode()))
    path = Path(journal.parts()[-1])
    data = path.read_bytes()
    at = data.rindex(b'"after"')
    path.write_bytes(data[: at + 12] + b"#" + data[at + 13 :])
    assert journal.lost_after(first)
    search = forgotten(journal, sought)
    assert search.changes == {""}
    assert journal_files.GAP in path.read_bytes()
    assert journal.lost_after(first)


def test_a_damaged_version_is_deleted(journal: Journal, sought: SoughtText) -> None:
    """It's of no use, and may hold it in part."""
    Path(journal.folder).mkdir()
    packed = zlib.compress(TEXT.encode() * 9)
    Path(journal.folder, f"{'0a' * 16}.z").write_bytes(packed[:-3])
    forgotten(journal, sought)
    assert journal.parts() == []


def test_its_age_stays(journal: Journal, sought: SoughtText) -> None:
    """Old changes are dropped when they would have been."""
    written(journal, Step("00000001", "A.md", "", b"a", TEXT.encode()))
    path = Path(journal.parts()[0])
    then = time.time() - 80 * 86400
    os.utime(path, (then, then))
    forgotten(journal, sought)
    assert abs(path.stat().st_mtime - then) < 2


def test_old_journals(journal: Journal, sought: SoughtText) -> None:
    """Lines without a frame, of changes without an end."""
    line = (
        '{"change":"0a","step":"00000001","at":"2026-01-01T00:00:00+00:00","root":"/vault","undoes":"","path":"A.md",'
        f'"to":"","before":null,"after":"{journal_files.pack(journal.folder, TEXT.encode(), 9999)}"}}\n'
        '{"step":"00000001","state":"done"}\n'
    )
    Path(journal.folder).mkdir()
    Path(journal.folder, "202601-0001.jsonl").write_text(line)
    forgotten(journal, sought)
    ((step,),) = (change.steps for change in journal.changes())
    assert (step.state, step.forgotten) == (DONE, True)
    assert journal.unfinished() == []


@pytest.mark.usefixtures("identity")
def test_git_in_a_folder_above(tmp_path: Path, sought: SoughtText) -> None:
    """Paths are the vault's; odd names, a merge by hand, and what is outside of the vault."""
    root = tmp_path / "vault"
    root.mkdir()
    run(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, "outside.md", f"{TEXT}\n")
    commit(tmp_path, f"vault/{ODD}", f"{TEXT}\n")
    commit(tmp_path, "vault/purple lantern.bin", "\0\n")
    commit(tmp_path, "vault/both.md", "a\n")
    run(tmp_path, "switch", "-q", "-c", "other")
    commit(tmp_path, "vault/both.md", "b\n")
    run(tmp_path, "switch", "-q", "main")
    commit(tmp_path, "vault/both.md", "c\n")
    run(tmp_path, "merge", "-q", "other", check=False)
    (root / "both.md").write_text("purple  lantern\n")
    (root / f"{TEXT}.png").write_bytes(b"\0\1")
    run(tmp_path, "add", "-A")
    run(tmp_path, "commit", "-q", "-m", "merged")
    merged = run(tmp_path, "rev-parse", "--short=10", "HEAD").strip()
    found = holders(str(root), sought.is_in)
    assert [(each.where, each.paths) for each in found] == [
        ("commit", (f"{TEXT}.png", "both.md")), ("commit", ("purple lantern.bin",)), ("commit", (ODD,)),
    ]  # fmt: skip
    assert found[0].id == merged
    assert [each.paths for each in holders(str(root), sought.is_in, [ODD])] == [(ODD,)]
    assert holders(str(tmp_path / "elsewhere"), sought.is_in) == []


@pytest.mark.usefixtures("identity")
def test_git_before_its_first_commit(tmp_path: Path, sought: SoughtText) -> None:
    """What is staged is found without a commit to compare with."""
    run(tmp_path, "init", "-q")
    assert holders(str(tmp_path), sought.is_in) == []
    (tmp_path / "A.md").write_text(TEXT)
    run(tmp_path, "add", "-A")
    assert [(each.where, each.paths) for each in holders(str(tmp_path), sought.is_in)] == [("staged", ("A.md",))]


@pytest.mark.usefixtures("identity")
def test_a_broken_repository_is_said(tmp_path: Path, sought: SoughtText) -> None:
    """An object that can't be read may hold it."""
    run(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, "A.md", TEXT)
    blob = run(tmp_path, "rev-parse", "HEAD:A.md").strip()
    path = tmp_path / ".git/objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    path.write_bytes(b"")
    with pytest.raises(RoundsError, match="git log failed"):
        holders(str(tmp_path), sought.is_in)


def test_while_another_program_saves(journal: Journal, sought: SoughtText) -> None:
    """Nothing is changed under it; it's said."""
    written(journal, Step("00000001", "A.md", "", b"a", TEXT.encode()))
    other = Journal(journal.folder)
    with other.locked() as alone:
        assert alone
        search = JournalSearch(journal, sought, None)
        ((path, why),) = search.forget()
    assert (path, why) == (journal.folder, "another program is saving a note, or the lock there can't be used")
    assert JournalSearch(journal, sought, None).changes

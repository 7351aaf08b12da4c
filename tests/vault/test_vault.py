import os
import sqlite3
import threading
from datetime import date
from pathlib import Path

import pytest

from rounds.calendar.write_feeds import write_feeds
from rounds.errors import ChangedMeanwhileError, NotFoundError, NoVaultError, SettingsError
from rounds.notes.document import Document
from rounds.notes.schema import KEYS
from rounds.vault.find_vault import locate
from rounds.vault.log_actions import log_touch
from rounds.vault.note_files import add, rename
from rounds.vault.problems import all_problems
from rounds.vault.tidy import untidy
from rounds.vault.vault import Vault
from vault.notes import entries

PATH = "Partners/Sam Lee.md"


def put(vault: Vault, text: str) -> Path:
    path = Path(vault.root, PATH)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    vault.sync()
    return path


def test_a_folder_without_settings_is_no_vault(tmp_path: Path) -> None:
    """And says how to make one."""
    with pytest.raises(NoVaultError) as caught:
        Vault.open(tmp_path)
    assert "rounds init" in caught.value.hint


def test_a_vault_whose_settings_are_broken_opens_with_the_defaults(tmp_path: Path) -> None:
    """What is wrong is one of its problems, and stands among those of the notes."""
    (tmp_path / "rounds.toml").write_text('vault = "test"\n[today]\ncap = 9\n[\n')
    (tmp_path / "Partners").mkdir()
    (tmp_path / "Partners" / "Sam.md").write_text("---\nstage: actve\n---\n")
    vault = Vault.open(tmp_path)
    vault.sync()
    assert [str(problem).partition(" ")[0] for problem in all_problems(vault)] == [
        "rounds.toml:4:2:", "Partners/Sam.md:2:8:",
    ]  # fmt: skip
    assert (vault.settings.cap, vault.vault_id) == (5, "test")
    vault.close()


def test_no_identity_is_written_while_the_settings_are_broken(tmp_path: Path) -> None:
    """An id comes from the vault's own: nothing that needs it, or the folders, goes on."""
    (tmp_path / "rounds.toml").write_text("[\n")
    (tmp_path / "Partners").mkdir()
    note = tmp_path / "Partners" / "Sam.md"
    note.write_text("---\ntype: partner\n---\n- 2026-11-20 call: x\n")
    vault = Vault.open(tmp_path, clock=lambda: date(2026, 11, 23))
    vault.sync()
    log_touch(vault, "Partners/Sam.md", "call", "hello")
    assert "hello" in note.read_text()
    assert "id:" not in note.read_text()
    assert [tidying.key for tidying in untidy(vault)] == ["last_contact"]
    for act in (
        lambda: add(vault, "Ana", []),
        lambda: rename(vault, vault.entry("Partners/Sam.md"), "Samuel"),
        lambda: write_feeds(vault),
    ):
        with pytest.raises(SettingsError, match=r"^rounds\.toml:1:\d+: "):
            act()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["Partners", "Sam.md", "rounds.toml"]
    vault.close()


def test_today_is_the_practices_day_on_any_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kiritimati and Pago Pago never share a date for more than an hour of 25."""
    days = []
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        (tmp_path / "rounds.toml").write_text(f'timezone = "{zone}"\n')
        days.append(Vault.open(tmp_path).today())
    assert (days[0] - days[1]).days in (1, 2)


@pytest.mark.parametrize("text", ["", 'timezone = "Nowhere/Land"\n'])
def test_without_a_good_timezone_the_machines_counts(tmp_path: Path, text: str) -> None:
    """A bad one is a problem as well, an empty one is not."""
    (tmp_path / "rounds.toml").write_text(text)
    vault = Vault.open(tmp_path)
    assert abs((vault.today() - date.today()).days) <= 1  # noqa: DTZ011 - the machine's day is what is meant
    assert len(vault.settings_problems) == bool(text)


def test_the_vault_is_found_by_name_then_upward_then_by_default(tmp_path: Path) -> None:
    """In this order; else there is none."""
    inner = tmp_path / "vault" / "Partners"
    inner.mkdir(parents=True)
    assert locate(str(inner), named="elsewhere") == "elsewhere"
    assert locate(str(inner), default="/default") == "/default"
    with pytest.raises(NoVaultError):
        locate(str(inner))
    (tmp_path / "vault" / "rounds.toml").write_text("")
    assert locate(str(inner), default="/default") == str(tmp_path / "vault")


def test_reading_a_note_that_is_not_there(empty: Vault) -> None:
    """On disk and in the index."""
    with pytest.raises(NotFoundError):
        empty.read(PATH)
    with pytest.raises(NotFoundError):
        empty.entry(PATH)


def test_a_save_without_a_change_writes_nothing(empty: Vault) -> None:
    """Not even the id that is missing."""
    path = put(empty, "---\ntype: partner\n---\n")
    before = path.stat()
    opened = empty.read(PATH)
    assert not empty.save(opened, opened.document)
    assert path.stat() == before


def test_creating_never_overwrites(empty: Vault) -> None:
    """Somebody was quicker."""
    path = put(empty, "theirs\n")
    with pytest.raises(ChangedMeanwhileError, match="already exists"):
        empty.create(PATH, Document.parse(b"ours\n"))
    assert path.read_text() == "theirs\n"


def test_a_save_raises_last_contact_by_what_others_notes_say(empty: Vault) -> None:
    """An organization's log names the partner; the next save of the partner's note brings it along."""
    organization = Path(empty.root, "Organizations", "R.md")
    organization.parent.mkdir()
    organization.write_text("---\n---\n- 2026-11-20 event: [[Sam Lee]]\n")
    path = put(empty, "---\ntype: partner\nid: abc\n---\n")
    opened = empty.read(PATH)
    assert empty.save(opened, opened.document.set("city", "Salem", order=KEYS["partner"]))
    assert path.read_text() == "---\ntype: partner\ncity: Salem\nlast_contact: 2026-11-20\nid: abc\n---\n"


@pytest.mark.parametrize("text", ["---\ntype: role\n---\n", "no front matter\n", "---\ntype: my own\n---\n"])
def test_notes_without_an_id_in_their_table_get_none(empty: Vault, text: str) -> None:
    """Nothing is added to notes of no known type."""
    path = Path(empty.root, "Notes.md")
    path.write_text(text)
    opened = empty.read("Notes.md")
    empty.save(opened, opened.document.append_to_section("Log", ["- x"]))
    assert path.read_text() == f"{text}\n## Log\n\n- x\n"


def test_a_damaged_index_is_rebuilt(vault: Vault) -> None:
    """Never an error to the user."""
    notes = len(list(entries(vault)))
    path = vault.index.path
    vault.close()
    for end in ("-wal", "-shm"):
        if os.path.exists(path + end):
            os.unlink(path + end)
    Path(path).write_bytes(b"no database " * 1000)
    opened = Vault.open(vault.root, clock=vault.today)
    opened.sync()
    assert len(list(entries(opened))) == notes
    opened.close()


def test_an_index_that_is_locked_is_done_without(vault: Vault) -> None:
    """Another program holds it for longer than we wait: what it knew is in memory from then on, and that is said."""
    vault.index.connection.execute("PRAGMA busy_timeout = 1")
    other = sqlite3.connect(vault.index.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    Path(vault.root, "Ideas.md").write_text("x\n")
    assert vault.sync().added == ("Ideas.md",)
    other.execute("ROLLBACK")
    other.close()
    (words,) = vault.notices()
    assert words.startswith("The index can't be kept on the disk: database is locked")


def test_two_copies_of_a_vault_have_indexes_of_their_own(tmp_path: Path) -> None:
    """The same id, two folders: what one knows is nothing to the other."""
    found = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "rounds.toml").write_text('vault = "same"\n')
        (folder / f"{name}.md").write_text("x\n")
        vault = Vault.open(folder)
        vault.sync()
        found.append([entry.path for entry in entries(vault)])
        vault.close()
    assert found == [["one.md"], ["two.md"]]


def test_several_threads_may_use_it(vault: Vault) -> None:
    """The watcher syncs while a screen asks."""
    from rounds.vault.list_search import listed

    errors: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(10):
                listed(vault, "due:<30d")
        except BaseException as error:  # noqa: BLE001 - any of them is a failure of the test
            errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(10):
        Path(vault.root, "Ideas.md").write_text(f"{number}\n")
        vault.sync()
    for thread in threads:
        thread.join()
    assert errors == []


def test_settings_that_change_are_followed_by_the_next_sync(empty: Vault) -> None:
    """rounds.toml is a file like the others: people edit it while the program runs."""
    (Path(empty.root) / "rounds.toml").write_text('vault = "test"\n[today]\ncap = 9\n[folders]\npartners = "People"\n')
    (Path(empty.root) / "People").mkdir()
    (Path(empty.root) / "People" / "Sam.md").write_text("---\n---\nhello")
    empty.sync()
    assert empty.settings.cap == 9
    assert empty.entry("People/Sam.md").type == "partner"


def test_settings_broken_meanwhile_are_said_and_the_old_ones_stay(empty: Vault) -> None:
    """Said once by the sync that finds it; the next ones go on, and the problem is listed until it is mended."""
    (Path(empty.root) / "rounds.toml").write_text("[today\n")
    with pytest.raises(SettingsError, match=r"rounds\.toml:1"):
        empty.sync()
    assert empty.vault_id == "test"
    empty.sync()
    assert [problem.line for problem in all_problems(empty)] == [1]
    (Path(empty.root) / "rounds.toml").write_text('vault = "test"\n[today]\ncap = 7\n')
    empty.sync()
    assert (all_problems(empty), empty.settings.cap) == ([], 7)

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import watchdog.observers  # noqa: F401 - as it is on this system, before a test says that it's another one

from rounds.storage import watcher as module
from rounds.storage.watcher import Watcher

SOON = 5.0
"""Seconds to wait at most for what should happen at once."""


class Calls:
    """Counts the callbacks and lets a test wait for the next."""

    def __init__(self) -> None:
        self._count = threading.Semaphore(0)
        self.count = 0
        self.troubles: list[str] = []

    def __call__(self) -> None:
        self.count += 1
        self._count.release()

    def wait(self, seconds: float = SOON) -> bool:
        return self._count.acquire(timeout=seconds)


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def watched(tmp_path: Path, calls: Calls) -> Iterator[Path]:
    """A folder with a note, watched."""
    root = tmp_path / "vault"
    (root / "Partners").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / ".obsidian").mkdir()
    (root / "Partners" / "Sam.md").write_text("one")
    with Watcher(str(root), calls, calls.troubles.append):
        yield root


def create(root: Path) -> None:
    (root / "Partners" / "Ana.md").write_text("new")


def change(root: Path) -> None:
    (root / "Partners" / "Sam.md").write_text("two")


def rename(root: Path) -> None:
    (root / "Partners" / "Sam.md").rename(root / "Partners" / "Samuel.md")


def delete(root: Path) -> None:
    (root / "Partners" / "Sam.md").unlink()


def move_away(root: Path) -> None:
    (root / "Partners" / "Sam.md").rename(root.parent / "Sam.md")


def save_as_vim_does(root: Path) -> None:
    note = root / "Partners" / "Sam.md"
    swap = note.with_name(".Sam.md.swp")
    swap.write_text("")
    note.rename(note.with_name("Sam.md~"))
    note.write_text("two")
    note.with_name("Sam.md~").unlink()
    swap.unlink()


def save_as_we_do(root: Path) -> None:
    temporary = root / "Partners" / ".~0a1b2c3d.tmp"
    temporary.write_text("two")
    os.replace(temporary, root / "Partners" / "Sam.md")


def new_folder(root: Path) -> None:
    (root / "Referrals" / "2026").mkdir(parents=True)


@pytest.mark.parametrize(
    "act", [create, change, rename, delete, move_away, save_as_vim_does, save_as_we_do, new_folder]
)
def test_whatever_happens_to_a_note_is_one_call(watched: Path, calls: Calls, act: Callable[[Path], None]) -> None:
    """Created, changed, moved, deleted, saved the way editors save: the vault is dirty, once."""
    act(watched)
    assert calls.wait()
    assert not calls.wait(4 * module.QUIET)


def test_noise_is_no_call(watched: Path, calls: Calls) -> None:
    """Swap and lock files, git and Obsidian's own folder; the note saved after them is the only call."""
    for name in (".git/index", ".obsidian/workspace.json", "Partners/.Sam.md.swp", "Partners/4913", "Partners/Sam.md~"):
        (watched / name).write_text("x")
    (watched / ".git" / "index.lock").write_text("x")
    (watched / ".git" / "index.lock").rename(watched / ".git" / "HEAD")
    assert not calls.wait(4 * module.QUIET)
    change(watched)
    assert calls.wait()


def test_reading_a_note_is_no_call(watched: Path, calls: Calls) -> None:
    """Else every sync would ask for the next one."""
    (watched / "Partners" / "Sam.md").read_text()
    assert not calls.wait(4 * module.QUIET)


def test_a_burst_of_a_thousand_files_is_a_few_calls(watched: Path, calls: Calls) -> None:
    """A pull through git or a sync tool at work."""
    start = time.monotonic()
    for number in range(1000):
        (watched / "Partners" / f"{number}.md").write_text("x")
    took = time.monotonic() - start
    assert calls.wait()
    while calls.wait(4 * module.QUIET):
        pass
    assert calls.count <= 2 + took / module.LONGEST + 2


def test_a_burst_that_does_not_end_is_answered_meanwhile(
    tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hints that never pause for long are answered after LONGEST at the latest."""
    monkeypatch.setattr(module, "QUIET", 60.0)
    monkeypatch.setattr(module, "LONGEST", 0.05)
    with Watcher(str(tmp_path), calls, calls.troubles.append) as watcher:
        watcher.hint()
        watcher.hint()
        assert calls.wait()


def test_a_hint_is_answered(tmp_path: Path, calls: Calls) -> None:
    """After a resume, or when the window has the focus again."""
    with Watcher(str(tmp_path), calls, calls.troubles.append) as watcher:
        watcher.hint()
        assert calls.wait()


def test_there_is_a_regular_look_without_any_event(
    tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For network folders, where no event may come."""
    monkeypatch.setattr(module, "REGULAR", 0.01)
    with Watcher(str(tmp_path), calls, calls.troubles.append):
        assert calls.wait()
        assert calls.wait()


def test_where_the_system_can_t_watch_it_says_so_and_looks_regularly(
    tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too many watches is the usual reason."""
    from watchdog.observers import Observer

    def refuse(_: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr(Observer, "start", refuse)
    with Watcher(str(tmp_path), calls, calls.troubles.append) as watcher:
        assert watcher.polling
        assert calls.troubles == [
            "changes can't be watched here (inotify watch limit reached); looking every few seconds"
        ]
        watcher.hint()
        assert calls.wait()


def test_stop_is_quick_and_leaves_no_thread(tmp_path: Path, calls: Calls) -> None:
    """Also twice, also with a burst under way."""
    before = set(threading.enumerate())
    watcher = Watcher(str(tmp_path), calls, calls.troubles.append)
    with watcher:
        (tmp_path / "a.md").write_text("x")
        watcher.hint()
        start = time.monotonic()
        watcher.stop()
        assert time.monotonic() - start < 2.0
    assert set(threading.enumerate()) <= before


def test_a_callback_that_runs_is_waited_for(tmp_path: Path) -> None:
    """So that nobody closes the index under it."""
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        begun.set()
        go_on.wait(SOON)
        ended.set()

    with Watcher(str(tmp_path), slow, lambda _: None) as watcher:
        watcher.hint()
        assert begun.wait(SOON)
        threading.Timer(0.05, go_on.set).start()
    assert ended.is_set()


def test_a_change_by_another_process_is_seen(watched: Path, calls: Calls) -> None:
    """Obsidian is one."""
    subprocess.run(["sh", "-c", f"echo two > '{watched}/Partners/Sam.md'"], check=True)
    assert calls.wait()


def test_a_vault_inside_a_dot_folder_is_watched_all_the_same(tmp_path: Path, calls: Calls) -> None:
    """Only folders within the vault count."""
    root = tmp_path / ".git" / "vault"
    root.mkdir(parents=True)
    with Watcher(str(root), calls, calls.troubles.append):
        (root / "Sam.md").write_text("x")
        assert calls.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="inotify")
def test_a_system_that_watches_too_few_folders_is_noticed(
    tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above max_user_watches watchdog starts half blind without a word; then we look every few seconds, and say so."""
    for number in range(5):
        (tmp_path / f"d{number}").mkdir()
    counts = iter([3, 5])
    monkeypatch.setattr(module, "watches_held", lambda: next(counts))
    with Watcher(str(tmp_path), calls, calls.troubles.append) as watcher:
        assert watcher.polling
    (trouble,) = calls.troubles
    assert "the system watches only 2 of its 6 folders; raise fs.inotify.max_user_watches" in trouble


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_folders_are_counted_on_linux_alone(
    tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    """Elsewhere one watch covers all folders below it, so none is left out."""
    monkeypatch.setattr(module, "watches_held", lambda: 0)
    monkeypatch.setattr(vars(module)["sys"], "platform", system)
    with Watcher(str(tmp_path), calls, calls.troubles.append) as watcher:
        assert not watcher.polling
    assert calls.troubles == []


@pytest.mark.skipif(sys.platform != "linux", reason="inotify")
def test_folders_that_are_just_coming_are_no_folders_left_out(
    tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While ten thousand files move in, watchdog is always some folders behind: only what stands still is told."""
    counts = [(3, 9), (8, 12), *[(3, 9)] * 4, *[(4, 9)] * 5, (1, 9)]
    watched = iter([0, 0, *(each for each, _ in counts)])  # before, at the start, and at each look
    folders = iter([0, *(each for _, each in counts)])
    monkeypatch.setattr(module, "watches_held", lambda: next(watched))
    monkeypatch.setattr(module, "folder_count", lambda _: next(folders))
    monkeypatch.setattr(module, "LONGEST", 0.001)
    with Watcher(str(tmp_path), calls, calls.troubles.append):
        (tmp_path / "new").mkdir()
        while calls.wait() and not calls.troubles:
            pass
    assert "only 4 of its 9 folders" in calls.troubles[0]
    assert next(watched) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="inotify")
def test_the_watches_of_this_process_are_counted(tmp_path: Path, calls: Calls) -> None:
    """One for each folder, as the system tells."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    before = module.watches_held()
    with Watcher(str(tmp_path), calls, calls.troubles.append) as watcher:
        assert module.watches_held() - before == 3 == module.folder_count(str(tmp_path))
        assert not watcher.polling
    assert calls.troubles == []


def test_a_network_drive_is_looked_at_every_few_seconds(
    tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changes by other machines raise no event there; WSL shows Windows' disks as 9p."""
    monkeypatch.setattr(module, "file_system", lambda _: "9p")
    with Watcher(str(tmp_path), calls, calls.troubles.append) as watcher:
        assert watcher.polling
    assert "the folder lies on 9p" in calls.troubles[0]


MAC, WINDOWS = "darwin", "win32"
ONEDRIVE = {"OneDriveCommercial": "C:\\Users\\Ann\\OneDrive - Clinic\\"}


@pytest.mark.parametrize(
    ("system", "place", "kind"),
    [
        (MAC, "/Users/ann/Library/Mobile Documents/iCloud~md~obsidian/Documents/Network", "iCloud Drive"),
        (MAC, "/Users/ann/Library/CloudStorage/OneDrive-Personal/Network", "a cloud service"),
        (MAC, "/Volumes/practice/Network", "another disk"),
        (MAC, "/Users/ann/Documents/Network", ""),
        (WINDOWS, r"C:\Users\Ann\onedrive - clinic\Network", "OneDrive"),
        (WINDOWS, r"C:\Users\Ann\OneDrive - Clinic", "OneDrive"),
        (WINDOWS, r"C:\Users\Ann\OneDrive - Clinic 2\Network", ""),
        (WINDOWS, r"\\server\share\Network", "a network drive"),
        (WINDOWS, r"\\?\UNC\server\share\Network", "a network drive"),
        (WINDOWS, r"\\?\C:\long\Network", ""),
        (WINDOWS, r"C:\Network", ""),
    ],
)
def test_folders_whose_changes_come_from_elsewhere_are_known(system: str, place: str, kind: str) -> None:
    """On Macs and Windows by their place, since the system doesn't say."""
    assert module.remote_kind(place, system, ONEDRIVE) == kind


@pytest.mark.skipif(sys.platform != "linux", reason="/proc/mounts")
def test_the_file_system_of_a_folder_is_that_of_the_nearest_mount() -> None:
    assert module.file_system("/proc/self") == "proc"
    assert module.file_system("/") != "proc"


@pytest.mark.skipif(sys.platform != "linux", reason="inotify")
def test_a_real_overflow_of_the_queue_is_noticed(
    tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The system drops what comes beyond its limit; what watchdog says of it is all that is known, so its words count."""
    from watchdog.observers.inotify_c import InotifyFD

    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    if limit > 20_000:
        pytest.skip(f"this system's queue takes {limit} events")
    read, go_on = InotifyFD.read_events, threading.Event()

    def late(self: InotifyFD) -> object:
        go_on.wait(60)
        return read(self)

    monkeypatch.setattr(InotifyFD, "read_events", late)
    with Watcher(str(tmp_path), calls, calls.troubles.append):
        for number in range(limit // 2 + 500):  # made and closed: two events each
            (tmp_path / f"{number}.md").touch()
        go_on.set()
        assert calls.wait(20)
        until = time.monotonic() + 20
        while "overflow" not in caplog.text and time.monotonic() < until:
            assert calls.wait(20)
        assert "overflow" in caplog.text
    assert calls.troubles == []


@pytest.mark.parametrize(("system", "noticed"), [("linux", False), ("darwin", True), ("win32", True)])
def test_a_save_in_place_is_noticed_where_no_event_says_that_a_file_was_closed(
    watched: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch, system: str, noticed: bool
) -> None:
    """watchdog's observer for any system says only that a file was changed, as those of macOS and Windows do.

    On Linux that would be a call for each piece that is written, so there the end of writing counts.
    """
    from watchdog import observers
    from watchdog.observers.polling import PollingObserver

    monkeypatch.setattr(observers, "Observer", lambda: PollingObserver(timeout=0.02))
    monkeypatch.setattr(vars(module)["sys"], "platform", system)
    more = Calls()
    with Watcher(str(watched), more, more.troubles.append):
        time.sleep(0.1)
        (watched / "Partners" / "Sam.md").write_text("two and more")
        assert more.wait(SOON if noticed else 0.5) is noticed
        (watched / "Partners" / "Ana.md").write_text("new")
        assert more.wait()


def test_where_there_is_no_watcher_to_be_had_it_says_so(
    tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above max_user_instances watchdog can't even be made."""
    from watchdog import observers

    def refuse() -> None:
        raise OSError(24, "inotify instance limit reached")

    monkeypatch.setattr(observers, "Observer", refuse)
    with Watcher(str(tmp_path), calls, calls.troubles.append) as watcher:
        assert watcher.polling
    assert calls.troubles == [
        "changes can't be watched here (inotify instance limit reached); looking every few seconds"
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="inotify")
def test_folders_are_not_counted_while_watchdog_watches_anew(
    tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an overflow it drops all its watches and takes them up one by one: that is no limit of the system's."""
    monkeypatch.setattr(module, "watches_held", lambda: 0)
    monkeypatch.setattr(module, "folder_count", lambda _: 0)
    with Watcher(str(tmp_path), calls, calls.troubles.append) as watcher:
        monkeypatch.setattr(module, "folder_count", lambda _: 5)
        logging.getLogger("watchdog").warning("inotify queue overflow")
        (tmp_path / "new").mkdir()
        for _ in range(4):
            assert calls.wait()
        assert calls.troubles == []
        monkeypatch.setattr(module, "UNSURE", 0.0)
        watcher.hint()
        until = time.monotonic() + SOON
        while not calls.troubles and time.monotonic() < until:
            calls.wait()
    assert len(calls.troubles) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="watchdog uses inotify there alone")
def test_a_large_tree_that_comes_back_is_watched_without_long_words(
    tmp_path: Path, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """watchdog warns of each folder that it watches already: were all the others named, it would take minutes."""
    said: list[str] = []
    monkeypatch.setattr("warnings.warn", lambda text, *_, **__: said.append(str(text)))
    tree = tmp_path / "vault" / "Partners"
    for number in range(300):
        (tree / str(number)).mkdir(parents=True)
    with Watcher(str(tmp_path / "vault"), calls, calls.troubles.append):
        tree.rename(tmp_path / "away")
        (tmp_path / "away").rename(tree)
        deadline = time.monotonic() + 4 * SOON
        while len(said) < 300 and time.monotonic() < deadline:
            calls.wait(0.1)
    assert len(said) >= 300
    assert max(map(len, said)) < 500 + len(str(tmp_path))

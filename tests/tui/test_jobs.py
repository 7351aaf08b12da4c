"""What takes long says how far it is, and escape stops it."""

import asyncio
import errno
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from textual.message import Message

from conftest import TODAY
from rounds.calendar import write_feeds
from rounds.errors import StoppedError
from rounds.index import parallel_parse, reminder_rows
from rounds.index.parallel_parse import CHUNK
from rounds.tui import jobs, session
from rounds.tui.app import RoundsApp
from rounds.tui.jobs import Job, finished
from rounds.tui.messages import VaultSynced, WatchFailed
from rounds.tui.screens import year
from rounds.tui.session import VaultSession
from rounds.vault import drafting, reminders
from rounds.vault import set_properties as properties
from rounds.vault.history_undo import undo
from rounds.vault.set_properties import Setting, set_properties
from rounds.vault.sync_report import SyncReport
from rounds.vault.vault import Vault
from vault.notes import rows

from .conftest import NO_DELAYS, Start, User
from .test_app import feed_of
from .test_live import edit

READING = ("Reading your notes", f"{CHUNK} of ")
READ_AGAIN = "Press r to read them."
LOOKING = ("Reading the reminders", " 100 of ")
LOOK_AGAIN = "Press r to read them."


class Gate:
    """A slow disk: what is done the `number`th time waits until it may go on.

    Attributes:
        done: whether it has gone on.
    """

    def __init__(self, work: Callable[..., Any], number: int = 1) -> None:
        self._work = work
        self._left = number
        self._open = threading.Event()

    @property
    def done(self) -> bool:
        return self._open.is_set()

    def __call__(self, *arguments: Any, **more: Any) -> Any:
        self._left -= 1
        if self._left == 0:
            assert self._open.wait(20)
        return self._work(*arguments, **more)

    def open(self) -> None:
        self._open.set()


Slow = Callable[..., Gate]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    """Let a function wait at a gate the `number`th time."""
    gates = []

    def slowed(place: object, name: str, number: int = 1) -> Gate:
        gates.append(Gate(getattr(place, name), number))
        monkeypatch.setattr(place, name, gates[-1])
        return gates[-1]

    yield slowed
    for gate in gates:
        gate.open()


@pytest.fixture
def start(start: Start) -> Start:
    """All work is shown with its progress as soon as it has begun."""
    return partial(start, delays=NO_DELAYS._replace(progress=0))


@pytest.fixture
def begun(start: Start) -> Start:
    """The interface while it still reads."""
    return partial(start, size=(100, 30), settled=False)


@pytest.fixture
def unread(demo: Path) -> Iterator[Vault]:
    """The sample vault before its first reading."""
    opened = Vault.open(demo, clock=lambda: TODAY)
    yield opened
    opened.close()


@pytest.fixture
def busy(demo: Path) -> None:
    """Add 200 partners with a follow-up each."""
    for number in range(200):
        text = f"---\ntype: partner\n---\n\n- [ ] call 📅 2026-12-{number % 28 + 1:02}\n"
        (demo / "Partners" / f"Zoe {number}.md").write_text(text)


async def begin_to_change_five(user: User) -> None:
    """Five partners are to rest: the preview was seen, and the writing has begun."""
    await user.press("2", *["a"] * 5, "c", "tab")
    await user.type("resting")
    await user.press("enter")
    await user.pilot.press("enter")


async def meets(user: User, true: Callable[[], bool]) -> None:
    """Until something is so, while work goes on."""
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.01)
            await user.pilot.pause()


async def shows(user: User, *texts: str) -> None:
    """Until the texts are on the screen, while work goes on."""
    await meets(user, lambda: all(text in user.screen() for text in texts))


async def stop(user: User, gate: Gate, *texts: str, then: str) -> None:
    """Stop work that waits at a gate as soon as the texts are on the screen, which then says how to go on."""
    await shows(user, *texts, "escape stops")
    await user.pilot.press("escape")
    gate.open()
    await shows(user, then)
    await user.settle()


def notes(demo: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (demo / "Partners").glob("*.md")}


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (80, " Reading your notes  ██████░░░░░░░░░░░░░░░░░░  2,500 of 10,000   escape stops"),
        (60, " Reading your notes  █░░░░░  2,500 of 10,000   escape stops"),
        (40, " Reading your notes  █░░░░░   escape stops"),
    ],
)
def test_a_line_says_how_far_it_is(width: int, line: str) -> None:
    """A bar that is longer where there is room, figures unless it is tight, and how to stop it."""
    job = Job("Reading your notes")
    job.step(2500, 10000)
    assert job.line(width).plain == line


def test_a_line_without_figures_promises_nothing() -> None:
    """Where nobody knows how much there is, a block wanders; what has no place to stop at offers none."""
    line = Job("Saving").line(80).plain
    assert line.startswith(" Saving  ")
    assert line.count("█") == 1
    assert "escape" not in line


async def test_a_change_of_several_that_is_stopped_says_what_it_did(
    vault: Vault, demo: Path, start: Start, slow: Slow
) -> None:
    """Some notes are changed by then; that is told, and one undo takes it back."""
    before, gate = notes(demo), slow(properties, "set_properties", 3)
    async with start(vault) as user:
        await begin_to_change_five(user)
        await shows(user, "Changing the notes", "2 of 5   escape stops")
        await user.pilot.press("escape")
        await shows(user, "Stopping")
        gate.open()
        await user.until(lambda: "Stopped after 3 of 5: changed 3 partners; u undoes it." in user.told())
        assert sum(before[name] != now for name, now in notes(demo).items()) == 3
        await user.press("u")
        assert notes(demo) == before


async def test_quitting_in_the_middle_ends_the_work_at_its_next_step(
    vault: Vault, demo: Path, start: Start, slow: Slow
) -> None:
    """Nobody has to wait for thousands of notes; what was changed by then is one change that can be undone."""
    before, gate = notes(demo), slow(properties, "set_properties", 3)
    async with start(vault) as user:
        await begin_to_change_five(user)
        await shows(user, "2 of 5")
        await user.pilot.press("ctrl+q")
        await meets(user, lambda: user.app._exit)
        gate.open()
    assert sum(before[name] != now for name, now in notes(demo).items()) == 3
    undo(vault)
    assert notes(demo) == before


async def test_a_save_that_is_stuck_does_not_keep_the_program() -> None:
    """As on a network drive that hangs: it is taken back or goes on at the next start, and what was typed is kept."""
    assert jobs.READS + jobs.SAVES < 1
    stuck = threading.Event()
    save = asyncio.ensure_future(jobs.in_thread(stuck.wait, saves=True))
    await asyncio.sleep(0.01)
    began = time.monotonic()
    assert not await asyncio.to_thread(finished)
    assert time.monotonic() - began < 0.9 + 4  # and the machine's other work
    stuck.set()
    await save


async def test_reading_that_is_stopped_leaves_the_screen_usable(vault: Vault, start: Start, slow: Slow) -> None:
    """Nobody has to wait for the charts of a year; the keys are back at once."""
    gate = slow(year, "year_report")
    async with start(vault) as user:
        await user.pilot.press("6")
        await shows(user, "Reading the year", "escape stops")
        await user.pilot.press("escape")
        await user.until(lambda: "Stopped." in user.told())
        await user.press("1")
        assert "! Late" in user.screen()
        gate.open()
        await user.press("6", "r", "left", "right")
        await user.until(lambda: "Reading" not in user.screen())
        assert "Touches in each week" in user.screen()


async def test_the_first_reading_of_a_vault_can_be_stopped(unread: Vault, begun: Start, slow: Slow) -> None:
    """Nothing of it is kept, the screen says how to begin again, and r does."""
    gate = slow(parallel_parse, "read_chunk", 2)
    async with begun(unread) as user:
        await stop(user, gate, *READING, then=READ_AGAIN)
        assert rows(unread, "SELECT count(*) FROM notes") == [(0,)]
        await user.press("r")
        await user.until(lambda: "! Late" in user.screen())


async def test_a_first_reading_that_is_stopped_again_says_so_until_a_save_reads(
    unread: Vault, begun: Start, slow: Slow
) -> None:
    """Stopped after r, no screen says that notes are being read; what a save has read needs no reading any more."""
    gate = slow(parallel_parse, "read_chunk", 2)
    async with begun(unread) as user:
        await stop(user, gate, *READING, then=READ_AGAIN)
        gate = slow(parallel_parse, "read_chunk", 2)
        await user.pilot.press("r")
        await shows(user, *READING, "escape stops")
        await user.pilot.press("7")
        await stop(user, gate, "Organizations", f"{CHUNK} of ", then=READ_AGAIN)
        await user.press("1")
        assert READ_AGAIN in user.screen()
        await user.rounds.session.write("", lambda _: None)
        await user.until(lambda: "! Late" in user.screen())
        await user.press("7")
        assert "were not read" not in user.screen()
        assert user.rounds.session.synced


async def test_what_was_written_before_an_act_failed_is_on_the_screens(vault: Vault) -> None:
    """An undo that is stopped halfway has changed notes: the index follows, and everybody is told."""
    told: list[Message] = []
    path = "Partners/Annika Rowe.md"

    def act(vault: Vault) -> None:
        set_properties(vault, path, [Setting("city", "=", "Astoria")])
        raise StoppedError("Stopped.")

    with pytest.raises(StoppedError):
        await VaultSession(vault, told.append).write("", act)
    assert vault.entry(path).properties["city"] == "Astoria"
    assert [each.report.changed for each in told if isinstance(each, VaultSynced)] == [(path,)]


async def test_an_edit_from_outside_does_not_wait_for_reminders_and_feeds(
    vault: Vault, demo: Path, start: Start, slow: Slow
) -> None:
    """With many notes these take a second; the list has the new value long before."""
    async with start(vault, follow=True) as user:
        await user.press("2")
        gate = slow(session, "read_agenda")
        edit(demo, "role: dietitian", "role: cook")
        await meets(user, lambda: "Annika Rowe: role dietitian → cook." in user.told())
        await meets(
            user, lambda: any("Annika Rowe" in line and " cook " in line for line in user.screen().splitlines())
        )
        assert not gate.done
        gate.open()
        await user.settle()


@pytest.fixture
def slow_reminders(slow: Slow) -> Gate:
    """Reminders wait at the 103rd note, and have reported their progress after a hundred."""
    return slow(reminders, "reminders_of", 103)


@pytest.mark.usefixtures("busy")
async def test_looking_up_what_is_due_can_be_stopped(vault: Vault, begun: Start, slow_reminders: Gate) -> None:
    """The first time it takes a while with many partners. Stopped, it says so, feeds do not begin it anew, and r does."""
    async with begun(vault) as user:
        await stop(user, slow_reminders, *LOOKING, then=LOOK_AGAIN)
        assert "The reminders were not read to the end." in user.screen()
        assert "Stopped. The reminders were not read to the end." in user.told()
        assert not vault.ask(reminder_rows.counts, "")[0]
        assert not feed_of(vault)
        await user.press("2")
        assert "241 partners" in user.screen()
        await user.press("1", "r")
        await user.until(lambda: "! Late" in user.screen())
        assert "Nothing has changed." not in user.told()
        await user.until(lambda: bool(feed_of(vault)))


@pytest.mark.usefixtures("busy")
async def test_a_change_looks_up_what_is_due_that_was_stopped(
    vault: Vault, demo: Path, begun: Start, slow_reminders: Gate
) -> None:
    """Who did not want to wait is asked to again only when a note has changed."""
    async with begun(vault) as user:
        await stop(user, slow_reminders, *LOOKING, then=LOOK_AGAIN)
        edit(demo, "role: dietitian", "role: cook")
        await user.rounds.session.sync()
        await user.until(lambda: "! Late" in user.screen())
        assert not user.rounds.session.paused


async def test_what_was_stopped_begins_again_with_a_new_day_or_a_save_and_not_with_a_notice(
    demo: Path, start: Start
) -> None:
    """Nor does it stay stopped for good: a save counts whoever has taken it in, and so does the next morning."""
    path, day = "Partners/Annika Rowe.md", [TODAY]
    vault = Vault.open(demo, clock=lambda: day[0])

    def write_missing(vault: Vault) -> None:
        drafting.save_missing(vault, vault.entry(path), "partner.city", "Astoria")

    async with start(vault) as user:
        desk, read = user.rounds.session, user.rounds.session.agenda
        desk.paused = True
        user.rounds.post_message(WatchFailed("Two notes have the same id."))
        await user.settle()
        assert desk.agenda is read
        await desk.write(path, write_missing)
        await user.until(lambda: desk.agenda is not read)
        assert not desk.paused
        desk.paused = True
        day[0] += timedelta(days=1)
        user.rounds.check_day()
        await user.until(lambda: desk.agenda.today == day[0])
    vault.close()


async def test_a_look_at_what_takes_long_may_come_while_the_program_closes(vault: Vault) -> None:
    """Its timer is stopped after the screens are gone."""
    shown: list[object] = []

    class Closing:
        def query(self, _: object) -> list[SimpleNamespace]:
            return [SimpleNamespace(show_job=shown.append)]

    app = RoundsApp(vault, follow=False)
    async with app.run_test():
        pass
    assert not app.screen_stack
    app.open_screens = lambda: [Closing()]  # type: ignore[method-assign, list-item]
    app.show_progress()
    assert shown == [None]


async def test_what_is_due_and_can_not_be_read_says_so(
    vault: Vault, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Today does not say for good that it reads."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("rounds.tui.session.read_agenda", refuse)
    async with start(vault) as user:
        await user.until(lambda: "Press r to read them." in user.screen())
        assert "Input/output error" in user.told()
        monkeypatch.undo()
        await user.press("r")
        await user.until(lambda: "! Late" in user.screen())


async def test_a_second_look_loses_nothing_of_the_first(
    vault: Vault, demo: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first goes on in its thread, and tells what it has found."""
    sync, old, new = Vault.sync, "Partners/Annika Rowe.md", "Partners/Annika Berg.md"
    entered, may_end = threading.Event(), threading.Event()

    def slow(vault: Vault, **options: Any) -> SyncReport:
        report = sync(vault, **options)
        entered.set()
        may_end.wait(20)
        return report

    async with start(vault) as user:
        (demo / old).rename(demo / new)
        monkeypatch.setattr(Vault, "sync", slow)
        await user.pilot.press("r")
        await asyncio.to_thread(entered.wait, 20)
        await user.pilot.press("r")
        may_end.set()
        await user.until(lambda: user.rounds.session.place_of(old) == new)
        await user.until(lambda: "Annika Berg moved." in user.told())


@pytest.mark.usefixtures("busy")
async def test_writing_the_feeds_can_be_stopped(vault: Vault, demo: Path, begun: Start, slow: Slow) -> None:
    """A feed is written as a whole or stays as it was; r goes on."""
    gate = slow(write_feeds, "piece", 103)
    async with begun(vault) as user:
        await stop(user, gate, "Writing the calendar feeds", "100 of ", then="! Late")
        await user.until(lambda: "Stopped. The calendar feeds were not written to the end." in user.told())
        assert not feed_of(vault)
        await user.press("r")
        await user.until(lambda: feed_of(vault).endswith(b"END:VCALENDAR\r\n"))


async def test_a_save_after_a_stopped_reading_reads_and_can_be_stopped_again(
    unread: Vault, demo: Path, begun: Start, slow: Slow
) -> None:
    """It says that it reads, with figures; what is saved is saved, whatever becomes of the reading."""
    path, setting = "Partners/Annika Rowe.md", Setting("city", "=", "Astoria")
    gate = slow(parallel_parse, "read_chunk", 2)
    async with begun(unread) as user:
        await stop(user, gate, *READING, then=READ_AGAIN)
        gate = slow(parallel_parse, "read_chunk", 2)
        save = asyncio.create_task(
            user.rounds.session.write(path, lambda vault: set_properties(vault, path, [setting]))
        )
        await shows(user, *READING, "escape stops")
        await user.pilot.press("escape")
        gate.open()
        await save
        await user.until(lambda: "It is saved. Your notes were not read to the end: r reads them." in user.told())
        assert "city: Astoria" in (demo / path).read_text()
        assert READ_AGAIN in user.screen()
        assert not user.rounds.session.synced
        await user.press("r")
        await user.until(lambda: "! Late" in user.screen())


@pytest.mark.usefixtures("busy")
async def test_the_first_reminders_after_the_first_reading_have_figures_too(
    unread: Vault, begun: Start, slow_reminders: Gate
) -> None:
    """An index that was still empty at the start had none; those of all notes that came in are looked up as a whole."""
    async with begun(unread) as user:
        await stop(user, slow_reminders, *LOOKING, then=LOOK_AGAIN)
        assert "The reminders were not read to the end." in user.screen()
        assert "Nobody is in your network yet" not in user.screen()
        await user.press("r")
        await user.until(lambda: "! Late" in user.screen())

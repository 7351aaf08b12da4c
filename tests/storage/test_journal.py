"""The journal: what was written stays readable, private, and small."""

import base64
import json
import os
import stat
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rounds.storage.journal import DAYS, DONE, FAILED, Change, Journal, Step
from rounds.storage.journal_files import SHORTEST_STEP, is_cut, is_end, remember


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(str(tmp_path / "data" / "test" / "journal"))


def written(journal: Journal, *steps: Step, undoes: str = "") -> Change:
    change = journal.start("/vault", undoes)
    for step in steps:
        state = step.state
        journal.step(change, step)
        if state:
            journal.end(change, step, state)
    journal.close(change, DONE)
    return change


def files(journal: Journal) -> list[str]:
    return sorted(os.listdir(journal.folder))


def test_what_was_written_is_read_newest_first(journal: Journal) -> None:
    """Paths, bytes of any kind, and how each step ended."""
    steps = [
        Step("00000001", "A.md", "", b"\xff\x00old", b"new\r\n", DONE),
        Step("00000002", "A.md", ".trash/A.md", state=DONE, note="abc"),
        Step("00000003", "Ünï.md", "", None, b"", FAILED),
    ]
    first = written(journal, *steps)
    second = written(journal, Step("00000004", "B.md", "", b"a", b"b", DONE), undoes=first.id)
    found = list(journal.changes())
    assert [change.id for change in found] == [second.id, first.id]
    assert found[1].steps == steps
    assert (found[0].undoes, found[0].root, found[1].saved) == (first.id, "/vault", True)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_nobody_else_may_read_it(journal: Journal) -> None:
    """0600, in folders that are 0700: it holds people's data outside the vault."""
    written(journal, Step("00000001", "A.md", "", b"a", b"b", DONE))
    with journal.locked():
        pass
    for name in files(journal):
        assert stat.S_IMODE(os.stat(os.path.join(journal.folder, name)).st_mode) == 0o600
    folder = Path(journal.folder)
    assert [stat.S_IMODE(each.stat().st_mode) for each in (folder, folder.parent, folder.parents[1])] == [0o700] * 3


def test_a_change_without_an_end_is_found_again(journal: Journal) -> None:
    """A process that was killed left it: the next one has to look after it, whether its steps have an end or not."""
    written(journal, Step("00000001", "A.md", "", b"a", b"b", DONE))
    killed = journal.start("/vault", of=2)
    steps = [Step("00000002", "A.md", "", b"b", b"c"), Step("00000003", "B.md", "", b"b", b"c")]
    for step in steps:
        journal.step(killed, step)
    journal.end(killed, steps[0], DONE)
    assert not journal.is_closed()
    (found,) = journal.unfinished()
    assert [(step.id, step.state) for step in found.steps] == [("00000002", DONE), ("00000003", "")]
    assert (found.of, found.ended) == (2, "")
    journal.close(found, DONE)
    assert journal.unfinished() == []
    assert journal.is_closed()


def test_a_journal_of_before_changes_had_an_end_is_read(journal: Journal) -> None:
    """Its changes count as ended; only a step without an end is looked after, and once."""
    made = written(journal, Step("00000001", "A.md", "", b"a", b"b", DONE))
    old = json.dumps({
        "change": "0123abcd", "step": "00000002", "at": "2026-11-02T10:00:00.000+00:00", "root": "/vault", "undoes": "",
        "what": "", "path": "A.md", "to": "", "before": base64.b64encode(zlib.compress(b"b")).decode(), "after": None,
    })  # fmt: skip
    with open(os.path.join(journal.folder, made.segment), "a") as file:
        file.write(
            f'{old}\n{{"step":"00000002","state":"done"}}\n{old.replace("00000002", "00000003").replace("0123", "4567")}\n'
        )
    newest, older, _ = journal.changes()
    assert (older.steps[0].before, older.ended, older.saved, older.of) == (b"b", DONE, True, 0)
    (found,) = journal.unfinished()
    assert [step.id for step in found.steps] == ["00000003"]
    journal.end(newest, newest.steps[0], "swept")
    journal.rest()
    assert journal.unfinished() == []
    assert journal.is_closed()


@pytest.mark.parametrize("damage", ["cut", "zeros", "letter", "garbage", "types", "deep"])
def test_damage_costs_only_its_own_lines(journal: Journal, damage: str) -> None:
    """Whatever a failing disk or a careless program made of a line: it is passed over, and no other is read wrongly."""
    first = written(journal, Step("00000001", "A.md", "", b"a", b"b", DONE))
    place = os.path.join(journal.folder, first.segment)
    whole = Path(place).read_bytes()
    written(journal, Step("00000002", "A.md", "", b"b", b"c", DONE))
    text = Path(place).read_bytes()
    end = {
        "cut": text[: len(whole) + 90],
        "zeros": text[: len(whole) + 90] + bytes(500),
        "letter": text.replace(b'"path":"A.md"', b'"path":"B.md"').replace(b'"path":"B.md"', b'"path":"A.md"', 1),
        "garbage": whole + b'\xff\xfe\n{}\n[1]\n{"state":1}\n{"ended":null,"change":3}\n',
        "types": whole
        + b'{"change":1,"step":[],"at":"x","root":{},"undoes":0,"path":null,"to":"","before":3,"after":{}}\n',
        "deep": whole + b"[" * 100_000 + b"\n",
    }[damage]
    Path(place).write_bytes(end)
    last = written(journal, Step("00000003", "A.md", "", b"c", b"d", DONE))
    assert [change.id for change in journal.changes()] == [last.id, first.id]
    journal.unfinished()


def test_a_change_whose_end_is_damaged_is_over_where_another_follows(journal: Journal) -> None:
    """It would be taken back otherwise. One whose end is missing is not: it was killed."""
    first = written(journal, Step("00000001", "A.md", "", b"a", b"b", DONE))
    place = Path(journal.folder, first.segment)
    step, state, end, _ = place.read_bytes().split(b"\n")
    place.write_bytes(b"\n".join([step, state, end.replace(b"done", b"d?ne"), b""]))
    assert [change.id for change in journal.unfinished()] == [first.id]
    written(journal, Step("00000002", "B.md", "", b"a", b"b", DONE))
    assert journal.unfinished() == []
    lines = place.read_bytes().split(b"\n")
    place.write_bytes(b"\n".join(lines[:2] + lines[3:]))
    assert [change.id for change in journal.unfinished()] == [first.id]


def test_a_change_without_a_step_leaves_no_trace(journal: Journal) -> None:
    assert journal.close(journal.start("/vault"), DONE)
    assert not os.path.exists(journal.folder) or files(journal) == []


def test_segments_are_numbered_within_their_month(journal: Journal) -> None:
    """From 1; one that is full is followed by the next number, of up to four digits."""
    month = f"{datetime.now(UTC):%Y%m}"
    assert journal.start("/vault").segment == f"{month}-0001.jsonl"
    os.makedirs(journal.folder)
    Path(journal.folder, f"{month}-1234.jsonl").write_bytes(b"")
    assert journal.start("/vault").segment == f"{month}-1234.jsonl"
    os.truncate(os.path.join(journal.folder, f"{month}-1234.jsonl"), 2 << 20)
    assert journal.start("/vault").segment == f"{month}-1235.jsonl"


def test_how_long_and_how_much_is_kept() -> None:
    """Ninety days, and 64 MiB beside the newest change; a version has its own file from 256 KiB on, in a full part from 8."""
    assert (DAYS, Journal.most_bytes) == (90, 67_108_864)
    assert (Journal.segment_bytes, Journal.large_bytes, Journal.medium_bytes) == (2_097_152, 262_144, 8_192)


def test_a_large_change_pushes_out_no_other(journal: Journal) -> None:
    """A note of many megabytes has files of its own; every earlier change is still there, and so is the large one."""
    journal.most_bytes = 2 << 20
    small = [written(journal, Step(f"{n:08x}", "A.md", "", b"a", b"b", DONE)) for n in range(5)]
    before, after = os.urandom(journal.most_bytes // 2 + 1000), os.urandom(journal.most_bytes // 2 + 1000)
    large = written(journal, Step("10000000", "Large.md", "", before, after, DONE))
    last = written(journal, Step("10000001", "A.md", "", b"a", b"b", DONE))
    assert [change.id for change in journal.changes()] == [last.id, large.id, *[each.id for each in reversed(small)]]
    assert next(change for change in journal.changes() if change.id == large.id).steps[0].before == before


def test_of_large_changes_the_oldest_go(journal: Journal) -> None:
    """Their texts alone; the change is still listed."""
    journal.large_bytes = 1_000
    journal.most_bytes = 10_000
    texts = [os.urandom(3_000) for _ in range(6)]
    for number in range(5):
        written(journal, Step(f"{number:08x}", "A.md", "", texts[number], texts[number + 1], DONE))
    kept = [change.steps[0].kept for change in journal.changes()]
    assert kept == [True, True, False, False, False]
    journal.forget()
    assert files(journal) == ["lock"] or files(journal) == []


def test_a_line_that_was_cut_short_costs_only_itself(journal: Journal) -> None:
    """By a full disk or a kill; what is written after it begins on a line of its own."""
    first = written(journal, Step("00000001", "A.md", "", b"a", b"b", DONE))
    with open(os.path.join(journal.folder, first.segment), "ab") as file:
        file.write(b'{"change":"01234567","step":"00000002","at":"2026')
    last = written(journal, Step("00000003", "A.md", "", b"b", b"c", DONE))
    assert [change.id for change in journal.changes()] == [last.id, first.id]
    assert journal.unfinished() == []


def test_the_oldest_changes_go_when_it_is_full(journal: Journal) -> None:
    """Capped by size: a segment at a time, and never the one that is written to."""
    journal.segment_bytes = 2_000
    journal.most_bytes = 10_000
    for number in range(100):
        written(journal, Step(f"{number:08x}", "A.md", "", os.urandom(300), os.urandom(300), DONE))
    sizes = [os.path.getsize(os.path.join(journal.folder, name)) for name in files(journal)]
    assert sum(sizes) <= 12_000
    kept = [change.steps[0].id for change in journal.changes()]
    assert kept == [f"{number:08x}" for number in range(99, 99 - len(kept), -1)]
    assert len(kept) > 5


def test_a_change_larger_than_the_journal_stays_and_older_ones_as_far_as_there_is_room(journal: Journal) -> None:
    """Many notes, each too small for a file of its own as long as the segment isn't full."""
    journal.segment_bytes = 2_000
    journal.medium_bytes = 200
    journal.most_bytes = 60_000
    first = written(journal, Step("00000001", "A.md", "", b"a", b"b", DONE))
    steps = [Step(f"1{n:07x}", f"{n}.md", "", os.urandom(600), os.urandom(600), DONE) for n in range(40)]
    large = written(journal, *steps)
    later = [written(journal, Step(f"2{n:07x}", "A.md", "", b"a", b"b", DONE)) for n in range(20)]
    found = list(journal.changes())
    assert [change.id for change in found] == [each.id for each in [*reversed(later), large, first]]
    assert found[-2].steps == steps
    assert len(list(Path(journal.folder).glob("*.jsonl"))) > 2


def test_a_segment_larger_than_the_journal_stays_as_the_newest(journal: Journal) -> None:
    """Only those before it go; but not one with a change that has no end."""
    journal.segment_bytes = 1
    journal.most_bytes = 10_000
    killed = journal.start("/vault", of=2)
    journal.step(killed, Step("00000001", "A.md", "", b"a", b"b"))
    written(journal, Step("00000002", "A.md", "", b"a", b"b", DONE))
    steps = [Step(f"1{n:07x}", f"{n}.md", "", os.urandom(400), os.urandom(400), DONE) for n in range(40)]
    large = written(journal, *steps)
    last = written(journal, Step("00000003", "A.md", "", b"b", b"c", DONE))
    assert [change.id for change in journal.changes()] == [last.id, large.id, killed.id]


def test_a_change_keeps_all_its_large_versions(journal: Journal) -> None:
    """While it runs and as the newest, whatever their size; so does one without an end. Older ones go."""
    journal.large_bytes = 1_000
    journal.most_bytes = 10_000

    def steps(number: int) -> list[Step]:
        return [
            Step(f"{number}{n:07x}", f"{n}.md", "", os.urandom(3_000), os.urandom(3_000), DONE) for n in range(number)
        ]

    older = written(journal, *steps(1))
    killed = journal.start("/vault", of=9)
    for step in steps(2):
        journal.step(killed, step)
    newest = written(journal, *steps(5))
    found = {change.id: [step.kept for step in change.steps] for change in journal.changes()}
    assert found == {newest.id: [True] * 5, killed.id: [True] * 2, older.id: [False]}
    journal.close(killed, DONE)
    written(journal, *steps(3))
    assert [all(step.kept for step in change.steps) for change in journal.changes()] == [True, False, False, False]


def test_an_end_of_a_step_that_could_not_be_written_is_written_with_that_of_its_change(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it, a step that failed would count as one that was done."""
    change = journal.start("/vault")
    step = Step("00000001", "A.md", "", b"a", b"b")
    journal.step(change, step)
    with monkeypatch.context() as patched:
        patched.setattr(journal, "_append", lambda *_, **__: os.stat("/nowhere/at/all"))
        journal.end(change, step, FAILED)
        assert not journal.close(change, DONE)
    assert journal.close(change, DONE)
    (found,) = journal.changes()
    assert (found.steps[0].state, found.ended) == (FAILED, DONE)


def test_a_running_change_is_known_from_a_killed_one(journal: Journal) -> None:
    """By the lock on its mark, which the system gives back; later changes hide neither."""
    pytest.importorskip("fcntl")
    change = journal.start("/vault", of=2)
    journal.running.hold(change.id, change.segment)
    journal.step(change, Step("00000001", "A.md", "", b"a", b"b"))
    other = Journal(journal.folder)
    for number in range(2, 5):
        written(other, Step(f"0000000{number}", "B.md", "", b"a", b"b", DONE))
    assert other.running.is_live(change.id, change.segment)
    assert not other.is_closed()
    (mark,) = Path(journal.folder).glob("*.live")
    os.utime(mark, (1, 1))
    other.running.sweep()
    assert mark.exists()
    journal.running.let_go()  # as when the process is killed
    assert not other.running.is_live(change.id, change.segment)
    assert not other.is_closed()
    assert [each.id for each in other.unfinished()] == [change.id]
    other.close(change, DONE)
    assert other.is_closed()
    assert not any(name.endswith(".live") for name in files(journal))


def test_marks_of_nobody_are_swept(journal: Journal) -> None:
    """Of a process that was killed before it wrote down its first step; a young one may be about to."""
    pytest.importorskip("fcntl")
    written(journal, Step("00000001", "A.md", "", b"a", b"b", DONE))
    change = journal.start("/vault")
    journal.running.hold(change.id, change.segment)
    journal.running.let_go()
    journal.rest()
    assert not journal.is_closed()
    (mark,) = Path(journal.folder).glob("*.live")
    os.utime(mark, (1, 1))
    journal.rest()
    assert journal.is_closed()


def test_old_changes_go_with_their_month(journal: Journal) -> None:
    """Capped by age."""
    first = written(journal, Step("00000001", "A.md", "", b"a", b"b", DONE))
    now = datetime.now(UTC)
    old = (now - timedelta(days=DAYS + 1)).timestamp()
    name = f"{now - timedelta(days=100):%Y%m}-0001.jsonl"
    os.rename(os.path.join(journal.folder, first.segment), os.path.join(journal.folder, name))
    os.utime(os.path.join(journal.folder, name), (old, old))
    last = written(journal, Step("00000002", "A.md", "", b"a", b"b", DONE))
    assert [change.id for change in journal.changes()] == [last.id]


def test_one_process_at_a_time(journal: Journal) -> None:
    """So that what looks unfinished is. Who can't have the lock in time goes on without."""
    with journal.locked() as alone, journal.locked(0) as other:
        assert (alone, other) == (True, False)
    with journal.locked(0) as again:
        assert again


def test_forgetting_leaves_nothing(journal: Journal) -> None:
    """Neither the words of notes nor their names."""
    written(journal, Step("00000001", "Secret.md", "", b"a", b"b", DONE))
    journal.forget()
    assert list(journal.changes()) == []
    assert not any(b"Secret" in Path(journal.folder, name).read_bytes() for name in files(journal))


@pytest.mark.parametrize("name", ["202611-0001.jsonl", f"{'0' * 32}.z"])
def test_a_pipe_in_the_journal_keeps_nobody_waiting(journal: Journal, name: str) -> None:
    """Nor a link to a device without an end. A part that can't be read is said, one version is only missing."""
    os.makedirs(journal.folder)
    line = {
        "change": "a",
        "step": "1",
        "at": "2026-12-01T00:00:00+00:00",
        "root": "/v",
        "undoes": "",
        "of": 1,
        "path": "A.md",
    }
    line |= {"to": "", "before": None, "after": f"{'0' * 32}.z"}
    Path(journal.folder, "202612-0001.jsonl").write_text(json.dumps(line) + "\n")
    for make in (os.mkfifo, lambda path: os.symlink("/dev/zero", path)):
        place = os.path.join(journal.folder, name)
        make(place)
        newest = journal.changes()
        assert next(newest).id == "a"
        if name.endswith(".z"):
            assert list(newest) == []
        else:
            with pytest.raises(OSError, match="ordinary"):
                next(newest)
        assert journal.is_closed() is False
        os.unlink(place)
    last = Path(journal.folder, "202612-0002.jsonl")
    os.mkfifo(last)
    assert journal.is_closed()


@pytest.mark.parametrize(
    ("name", "value"),
    [("before", None), ("after", None), ("at", "2026-11-23T10:00:00"), ("what", ["x"]), ("of", "2"), ("note", 3), ("state", "done"), ("ended", 3)],
)  # fmt: skip
def test_a_line_that_says_something_odd_keeps_nobody_from_the_others(
    journal: Journal, name: str, value: object
) -> None:
    """Its sum fits, so it was written so: by a damaged program, or by somebody else."""
    good = written(journal, Step("00000001", "A.md", "", b"a", b"b", DONE))
    line = json.loads(Path(journal.folder, good.segment).read_bytes().split(b"\n")[0][18:])
    line |= {"change": "odd", "step": "00000002"}
    if value is None:
        del line[name]
    else:
        line[name] = value
    text = json.dumps(line).encode()
    with Path(journal.folder, good.segment).open("ab") as file:
        file.write(b"%08x %08x %b\n" % (len(text), zlib.crc32(text), text))
    found = list(journal.changes())
    assert [change for change in found if change.id == good.id] == [found[-1]]
    assert sorted(found, key=lambda change: change.at)
    assert all(isinstance(change.what, str) and change.of == 0 for change in found)
    assert all(isinstance(step.note, str) for change in found for step in change.steps)
    assert not any(step.kept for change in found[:-1] for step in change.steps if value is None)
    assert [change.id for change in journal.unfinished()] in ([], ["odd"])


@pytest.mark.parametrize(
    "torn", [lambda data, at: data[:at], lambda data, at: data[:at] + bytes(len(data) - at)], ids=["cut", "zeros"]
)
def test_a_torn_end_loses_no_newer_act_and_a_torn_step_may(
    journal: Journal, torn: Callable[[bytes, int], bytes]
) -> None:
    """Ends of single steps aren't synced, so a power cut may tear one; a step is synced before its act begins."""
    first = written(journal, Step("00000001", "A.md", "", b"a", b"b", DONE))
    second = written(journal, Step("00000002", "B.md", "", b"a", b"b", DONE))
    path = Path(journal.folder, second.segment)
    data = path.read_bytes()
    ends = [at + 1 for at, byte in enumerate(data) if byte == ord("\n")]
    step, newest = ends[-3], ends[-4]  # where the newest step ends, and where it begins
    for at in range(newest + 1, len(data)):
        path.write_bytes(torn(data, at))
        if at >= step + 8:  # as much of the frame as says how long the line was
            assert not journal.lost_after(second), at
        if at < step - 1:
            assert journal.lost_after(first), at
    path.write_bytes(torn(data, step))
    assert not journal.lost_after(second)


def test_what_is_as_long_as_the_shortest_step_may_be_one(tmp_path: Path) -> None:
    """A damaged line by the length in its frame, and a journal by what it is shorter than it was."""
    assert [is_end(b"%08x" % length) for length in (SHORTEST_STEP - 1, SHORTEST_STEP)] == [True, False]
    segment = tmp_path / "202611-0001.jsonl"
    segment.write_bytes(b"x" * 1000)
    for was, cut in ((1000 + SHORTEST_STEP - 1, False), (1000 + SHORTEST_STEP, True)):
        remember(str(tmp_path), segment.name, was)
        assert is_cut(str(tmp_path)) is cut


def test_a_killed_change_is_found_by_its_mark_however_many_came_after_it(journal: Journal) -> None:
    """Of the older parts only those with a mark are read."""
    pytest.importorskip("fcntl")
    journal.segment_bytes = 1
    killed = journal.start("/vault", of=2)
    journal.running.hold(killed.id, killed.segment)
    journal.step(killed, Step("00000001", "A.md", "", b"a", b"b"))
    journal.running.let_go()
    for number in range(2, 6):
        written(journal, Step(f"0000000{number}", "B.md", "", b"a", b"b", DONE))
    assert [change.id for change in journal.unfinished()] == [killed.id]


def test_a_step_that_can_not_be_read_is_lost_wherever_it_stood(journal: Journal) -> None:
    """In the part after the change's own, and in the change itself."""
    journal.segment_bytes = 1
    first, second = (written(journal, Step(f"0000000{n}", "A.md", "", b"a", b"b", DONE)) for n in (1, 2))
    assert first.segment != second.segment
    for change in (second, first):
        assert not journal.lost_after(change)
        path = Path(journal.folder, change.segment)
        path.write_bytes(path.read_bytes().replace(b'"A.md"', b'"B.md"', 1))
        assert journal.lost_after(first)
        assert journal.lost_after(change)
        path.write_bytes(path.read_bytes().replace(b'"B.md"', b'"A.md"', 1))

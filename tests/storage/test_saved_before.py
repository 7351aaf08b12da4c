"""State as Rounds wrote it in November 2026, before one codec read it all, still loads; damaged, it ends nothing."""

import datetime as dt
import json
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import pytest

from rounds.calendar.feed_addresses_passwords import read_addresses
from rounds.domain.feed import FeedEvent, Published
from rounds.domain.publish_diff import Remembered, Remote
from rounds.errors import RoundsError
from rounds.storage.feed_state import FeedState, PublishedFeed, ServerObjects, ServerState
from rounds.storage.journal import Journal, Step
from rounds.storage.tui_state import FormDrafts, Recent

SAVED = Path(__file__).parent / "saved_2026_11"
DAY = dt.date(2026, 12, 1)
STAMP = dt.datetime(2026, 11, 30, 8, 0, 1, tzinfo=dt.UTC)
FEED = PublishedFeed(
    {
        "a@rounds": Published(
            FeedEvent(
                "a@rounds", DAY, "Ana Ito: call “tomorrow”", dt.time(12, 30), True, "obsidian://open?vault=v&file=Ana", None,
                "n1", "follow-up", "b1", DAY,
            ), STAMP, 3,
        ),
        "b@rounds": Published(
            FeedEvent("b@rounds", None, "✓ Bo", done=dt.date(2026, 11, 29), note="n2", rule="check-in"), STAMP, 0,
            dt.date(2026, 11, 30),
        ),
    },
    "full", "Form(zone='UTC', minutes=20, alarm=None, tasks=False)", "Head(name='Rounds', refresh=6, color='teal')",
    "00ff", "stage:active",
)  # fmt: skip
ITEMS = {
    "a@rounds": Remembered('"1"', "mark", Remote("Ana", DAY, dt.time(12, 30), True)),
    "b@rounds": Remembered("", "", Remote("Bo"), True),
}
DRAFT = {
    "form": "LogTouch", "title": "Log", "about": "Ana", "path": "Partners/Ana Ito.md",
    "holds": {"words": "prefers fax", "n": None},
}  # fmt: skip


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    shutil.copytree(SAVED, tmp_path / "saved")
    (tmp_path / "journal").mkdir()
    shutil.copy(SAVED / "journal.jsonl", tmp_path / "journal" / "202611-0001.jsonl")
    return tmp_path / "saved"


def test_all_of_it_loads(saved: Path) -> None:
    """Each value, with its type."""
    folder = str(saved)
    assert FeedState(folder).read("feed") == FEED
    assert ServerState(folder).read("server").items == ITEMS
    assert ServerState(folder).asked() == {("n2", "check-in", ""): dt.date(2026, 11, 20)}
    assert [form for _, form in FormDrafts(folder).left() if "form" in form] == [DRAFT]
    assert Recent(str(saved / "recent-filters")).read() == ["stage:met city:bonn", "role:doula"]
    addresses = read_addresses(str(saved / "addresses.json"))
    assert addresses.feed("stxz5dhk55tav2ntmasashhrddj4upq5") == "reminders"
    assert addresses.feed("gbagc5efzt6afspsd2jzsvs557kirusm") == "quiet"
    assert addresses.revoked == ("3ad1a5ce2dbf4d0a847cd97c96bd19abd2617df0d292a63cd794f12b067ca7cd",)


def test_the_journal_loads(saved: Path) -> None:
    """A change of a note, and the undo that moved it."""
    undone, logged = Journal(str(saved.parent / "journal")).changes()
    assert (logged.id, logged.what, logged.of, logged.ended) == ("959c2ee5", "logged call for", 1, "done")
    assert logged.at == dt.datetime(2026, 11, 30, 14, 1, 38, 600_000, tzinfo=dt.UTC)
    assert logged.steps == [Step("0123abcd", "Partners/Ana.md", before=b"a\n", after=b"a\nb\n", state="done")]
    assert (undone.undoes, undone.steps) == (
        "959c2ee5", [Step("0123abce", "Partners/Ana.md", "Partners/Anna.md", state="done", note="n1")],
    )  # fmt: skip


def test_what_is_written_now_is_what_was_written(saved: Path) -> None:
    """The same keys and values, so that an older version reads it too; None is null in place of an empty text, or absent."""
    folder = str(saved)
    before = {path.name: json.loads(path.read_text()) for path in saved.iterdir() if path.suffix == ".json"}
    FeedState(folder).write("feed", FEED)
    ServerState(folder).keep("server", ServerObjects(ITEMS))
    ServerState(folder).keep_asked(ServerState(folder).asked())
    for name, value in before.items():
        assert _without_empty(json.loads((saved / name).read_text())) == _without_empty(value), name


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: kept for name, each in value.items() if (kept := _without_empty(each)) is not None}
    if isinstance(value, list):
        return [_without_empty(each) for each in value]
    return value or None


def _damaged(data: bytes) -> Iterator[bytes]:
    """Cut short at each place, with zeros for the rest; and each value of another type."""
    for at in range(len(data)):
        yield data[:at]
        yield data[:at] + bytes(len(data) - at)
    try:
        value = json.loads(data)
    except ValueError:
        return
    for each in _changed(value):
        yield json.dumps(each).encode()


def _changed(value: Any) -> Iterator[Any]:
    yield from (None, [], {}, "x", -1, 1e999, True)
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        for other in _changed(inner):
            copy = value.copy()
            copy[key] = other
            yield copy


READERS: dict[str, Callable[[Path], object]] = {
    "feed.json": lambda path: FeedState(str(path.parent)).read("feed"),
    "server.json": lambda path: ServerState(str(path.parent)).read("server").items,
    ".asked.json": lambda path: ServerState(str(path.parent)).asked(),
    "recent-filters": lambda path: Recent(str(path)).read(),
    "addresses.json": lambda path: read_addresses(str(path)),
    "draft.jsonl": lambda path: FormDrafts(str(path.parent)).left(),
    "journal.jsonl": lambda path: [*Journal(str(path.parent.parent / "journal")).changes()],
}


@pytest.mark.parametrize("name", READERS)
def test_damaged_it_ends_nothing(saved: Path, name: str) -> None:
    """Truncation, zeros, wrong types: as good as none, or an error for people."""
    path = saved / name
    damages = [*_damaged((SAVED / name).read_bytes())]
    for data in random.Random(name).sample(damages, min(300, len(damages))):
        place = saved.parent / "journal" / "202611-0001.jsonl" if name == "journal.jsonl" else path
        place.write_bytes(data)
        with suppress(RoundsError) if name == "addresses.json" else nullcontext():
            READERS[name](path)

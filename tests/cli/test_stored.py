"""Every file that Rounds keeps for itself, damaged in many ways: no traceback, no words lost, no older act undone.

Which files there are, the product says: it is run once, and what it wrote in its homes is damaged file by file. A file
that is kept only from tomorrow on is tried as well.
"""

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from cli.running import Runner
from rounds.domain.publish_diff import Remembered, Remote
from rounds.storage.feed_state import ServerObjects, ServerState
from rounds.storage.open_file import USUAL, limit
from rounds.storage.tui_state import FormDrafts, Recent
from rounds.vault.vault import Vault

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes have names on POSIX")

KINDS = ("cache", "config", "data", "state")
TYPED = "prefers fax, and says so every time"
COMMANDS = (
    ("list",), ("today",), ("check",), ("inbox",), ("history",), ("feed", "write"), ("feed", "publish"),
    ("feed", "serve", "--show"), ("list", "owner:me"),
)  # fmt: skip


class Kept:
    """A vault and the homes of a user who has done this and that, which can be put back as they were.

    Attributes:
        files: paths of what was written, relative to the homes.
    """

    def __init__(self, place: Path) -> None:
        self.homes, self.vault, self._copy = place / "homes", place / "vault", place / "copy"
        self.runner = Runner(self.vault)

    def live(self) -> None:
        """Do this and that."""
        self.vault.mkdir()
        (self.vault / "rounds.toml").write_text('vault = "stored"\ntimezone = "UTC"\n')
        (self.homes / "config" / "rounds").mkdir(parents=True)
        (self.homes / "config" / "rounds" / "config.toml").write_text(
            f'me = "kim"\n[publish.phone]\nurl = "{self.homes.parent / "published.ics"}"\n'
        )
        run = self.runner
        run.good("add", "Ann Ito", "role=doula")
        run.good("add", "Bo Berg", "role=dentist")
        run.good("plan", "bo", "send the one-pager", "--by", "friday")
        run.good("log", "bo", "call", "an older act")
        run.good("log", "ann", "coffee", "the newest act")
        for words in COMMANDS:
            run(*words)
        self._look()
        seen = Remote("coffee with Ann", date(2026, 11, 20), time(12, 30), done=False)
        remote = ServerState(str(self._data / "remote"))
        remote.keep("server", ServerObjects({"uid-1": Remembered("tag", "mark", seen)}))
        remote.keep_asked({("abc", "check-in", ""): date(2026, 11, 20)})
        drafts = FormDrafts(str(self._data / "unsaved"))
        drafts.keep(
            {
                "form": "LogTouch",
                "title": "Log",
                "about": "Ann",
                "path": "Partners/Ann Ito.md",
                "holds": {"words": TYPED},
            }
        )
        drafts.close()
        self.files = sorted(
            path.relative_to(self.homes).as_posix() for path in self.homes.rglob("*")
            if path.is_file() and path.suffix not in {".ics", ".tmp"} and "index" not in path.name
        )  # fmt: skip
        shutil.copytree(self.homes, self._copy / "homes")
        shutil.copytree(self.vault, self._copy / "vault")

    def _look(self) -> None:
        """What the terminal interface keeps when it uses a filter."""
        vault = Vault.open(self.vault)
        vault.sync()
        Recent(str(self._data / "recent-filters")).add("role:doula")
        vault.close()

    @property
    def _data(self) -> Path:
        return self.homes / "data" / "rounds" / "stored"

    def again(self) -> None:
        """Remembered all back as it was."""
        for name in ("homes", "vault"):
            shutil.rmtree(self.homes.parent / name)
            shutil.copytree(self._copy / name, self.homes.parent / name)

    def notes(self) -> dict[str, str]:
        return {path.name: path.read_text() for path in (self.vault / "Partners").glob("*.md")}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    kept = Kept(tmp_path_factory.mktemp("lived"))
    with pytest.MonkeyPatch.context() as patch:
        _at_home(patch, kept)
        kept.live()
    return kept


@pytest.fixture
def kept(lived: Kept, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    _at_home(monkeypatch, lived)
    lived.again()
    yield lived
    limit(USUAL)


def _at_home(patch: pytest.MonkeyPatch, kept: Kept) -> None:
    for name in KINDS:
        patch.setenv(f"XDG_{name.upper()}_HOME", str(kept.homes / name))
    patch.setenv("ROUNDS_TODAY", "2026-11-23")


Damage = Callable[[Path], object]


def cuts(path: Path) -> Iterator[Damage]:
    """Shorter files: nothing, a few places by chance, all but a byte; and tails of zeros."""
    size = path.stat().st_size
    chance = random.Random(path.name)
    for at in {0, size - 1, size // 2, *(chance.randrange(size) for _ in range(5))} if size else ():
        yield lambda path, at=at: os.truncate(path, at)  # type: ignore[misc]
        yield lambda path, at=at: path.write_bytes(path.read_bytes()[:at] + bytes(size - at))  # type: ignore[misc]


def others(path: Path) -> Iterator[Damage]:
    """Other things in its place, and other contents."""
    yield lambda path: path.write_bytes(b"\xff\xfe\xff" + path.read_bytes())
    yield lambda path: path.write_bytes(path.read_bytes() + b"\xff\n")
    yield lambda path: os.truncate(path, 3 << 30)
    for text in ("null", "[]", "{}", '"x"', "1", "[" * 100_000, "9" * 5000, '{"version": 99}', "x = [", "\n" * 100):
        yield lambda path, text=text: path.write_text(text)  # type: ignore[misc]
    for make in (os.mkfifo, os.mkdir, lambda place: os.symlink(place, place)):
        yield lambda path, make=make: (path.unlink(), make(path))  # type: ignore[misc]


def wrong_types(path: Path) -> Iterator[Damage]:
    """Each value of a JSON document, or of its lines, as something else."""
    with suppress(ValueError, UnicodeDecodeError):
        found = json.loads(path.read_text())
        every = [*_changed(found)]
        for each in random.Random(path.name).sample(every, min(25, len(every))):
            yield lambda path, each=each: path.write_text(json.dumps(each))  # type: ignore[misc]


def _changed(value: Any, depth: int = 5) -> Iterator[Any]:
    yield from (None, [], {}, "x", -1, 1e999, True)
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in [*items][:20] if depth else ():
        for other in _changed(inner, depth - 1):
            copy = value.copy()
            copy[key] = other
            yield copy


def test_the_product_keeps_what_is_tried(lived: Kept) -> None:
    """The test of the test: journal, book, what was published, addresses, drafts, filters, settings are there."""
    names = " ".join(lived.files)
    for name in ("journal/2", "journal/length", "journal/lock", "addresses", "recent-filters", "config.toml",
                 "unsaved/", "remote/server.json", "published/reminders.json"):  # fmt: skip
        assert name in names, names


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", [cuts, others, wrong_types])
def test_a_damaged_file_ends_nothing(kept: Kept, kind: Callable[[Path], Iterator[Damage]]) -> None:
    """Every command answers or says what is wrong; no note changes, and what only that file held is still somewhere."""
    before = kept.notes()
    for name in kept.files:
        path = kept.homes / name
        for number, damage in enumerate(kind(path)):
            kept.again()
            damage(path)
            held = path.read_bytes() if path.is_file() and path.stat().st_size < 1 << 20 else b""
            for words in COMMANDS[number % 3 :: 3]:  # each command meets a third of the damages of each kind
                result = kept.runner(*words)  # raises what is no error of ours
                assert result.exit_code in {0, 1, 2, 3}, (name, number, words, result.output)
            FormDrafts(str(path.parents[1] / "unsaved")).left() if "unsaved" in name else None
            assert kept.notes() == before, (name, number)
            if (
                held
                and kind is not wrong_types
                and any(word in name for word in ("addresses", "unsaved", "config.toml", "journal/2"))
            ):
                there = [each.read_bytes() for each in path.parent.iterdir() if each.is_file() and not each.is_fifo()]
                assert any(held in each for each in there), (name, number, "is gone")


@pytest.mark.timeout(600)
def test_no_older_act_is_undone(kept: Kept) -> None:
    """Whatever becomes of the journal: the newest act is undone, or none, until it is named."""
    before = kept.notes()
    for name in (each for each in kept.files if "/journal/" in each):
        path = kept.homes / name
        size = path.stat().st_size
        for damage in [*cuts(path), *others(path), *(_cut(at) for at in range(max(0, size - 60), size))]:
            kept.again()
            damage(path)
            result = kept.runner("undo")
            now = kept.notes()
            assert now["Bo Berg.md"] == before["Bo Berg.md"], (name, result.output)
            assert result.exit_code in {0, 1, 3}
            if result.exit_code == 0:  # the newest is undone, and the next one has its turn
                continue
            kept.runner.good("log", "ann", "call", "an act after it")
            kept.runner("undo")
            kept.runner("undo")
            assert kept.notes()["Bo Berg.md"] == before["Bo Berg.md"], (name, result.output)


def _cut(at: int) -> Damage:
    return lambda path: os.truncate(path, at)


def test_a_draft_that_can_t_be_read_is_put_aside_and_told(kept: Kept) -> None:
    """One that was cut short gives what it held before; else the file is kept under another name."""
    (name,) = (each for each in kept.files if "unsaved" in each)
    path = kept.homes / name
    with path.open("ab") as file:
        file.write(b'{"form": "LogTouch", "holds": {"wor')
    (left,) = FormDrafts(str(path.parent)).left()
    assert left[1]["holds"] == {"words": TYPED}
    path.write_bytes(TYPED.encode())
    drafts = FormDrafts(str(path.parent))
    assert drafts.left() == []
    assert [Path(each).read_text() for each in drafts.damaged] == [TYPED]
    assert FormDrafts(str(path.parent)).left() == []

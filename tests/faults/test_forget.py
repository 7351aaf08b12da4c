"""`rounds forget` killed, or failing, at each call: what is there is whole, and once more it is done."""

import os
import sys
from errno import EIO
from pathlib import Path
from random import Random

import pytest

from faults.calls import Hook
from faults.places import Place
from faults.saves import child, ended
from rounds.vault import history_undo, log_actions
from traces import traces

TEXT = "Purple Lantern"
KILLED = -9
EVERY = int(os.environ.get("ROUNDS_FORGET_EVERY", "16"))
"""One call in so many is tried, beginning at a random one; all of them take four minutes."""

SETTINGS = 'vault = "test"\ntimezone = "America/Los_Angeles"\n[feeds.reminders]\nlevel = "full"\n'


def make(folder: Path) -> Place:
    """A vault with the text in two notes, the trash, the undo history, drafts, a feed; and an innocent act at last."""
    notes = folder / "vault/Partners"
    notes.mkdir(parents=True)
    (folder / "vault/rounds.toml").write_text(SETTINGS)
    for name in ("Ana", "Kim", "Zoe"):
        (notes / f"{name}.md").write_text(f"---\ntype: partner\nstage: met\nid: {name.lower()}0\n---\n\n## Log\n")
    place = Place(str(folder))
    assert place.child(("log", "Ana", "call", f"about {TEXT}")) == 0
    assert place.child(("plan", "Kim", f"ask how {TEXT} is", "--by", "friday")) == 0
    (notes / "Old.md").write_text(f"{TEXT}\n" + "x" * 20 + "\n")
    assert place.child(("trash", "--yes", "Old.md")) == 0
    assert place.child(("feed", "write")) == 0
    draft = folder / "data/rounds/test/unsaved/0a.jsonl"
    draft.parent.mkdir()
    draft.write_text(f'{{"form": "LogTouch", "holds": {{"text": "{TEXT} there"}}}}\n')
    vault = place.open()
    log_actions.log_touch(vault, "Partners/Zoe.md", "call", "an innocent act")
    vault.close()
    return place


def forget(place: Place, hook: Hook | None = None) -> int:
    """The exit code of the command, in a process of its own, with the text on its standard input."""

    def run() -> None:
        reads, writes = os.pipe()
        os.write(writes, f"{TEXT}\n".encode())
        os.close(writes)
        said = os.open(Path(place.folder, "said"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        for number, there in enumerate((reads, said, said)):
            os.dup2(there, number)
        sys.stdin, sys.stdout, sys.stderr = (open(number, mode) for number, mode in enumerate("rww"))  # noqa: SIM115
        if hook is not None:
            hook.install()
        code = place.run(("forget", "--yes"))
        sys.stdout.flush()
        sys.stderr.flush()
        Path(place.folder, "calls").write_text(str(hook.count if hook else 0))
        os._exit(code)

    return ended(child(run))


def die() -> None:
    os.kill(os.getpid(), 9)


def fail() -> None:
    raise OSError(EIO, os.strerror(EIO), "x")


def left(place: Place) -> list[str]:
    return traces(*(Path(place.folder, name) for name in ("vault", "data", "cache")), pattern=TEXT)


def calls(folder: Path) -> int:
    """The number of calls of a run that meets no fault."""
    place = make(folder)
    assert forget(place, Hook(0, die)) == 0
    assert left(place) == []
    return int(Path(place.folder, "calls").read_text())


@pytest.mark.timeout(300)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")
@pytest.mark.parametrize("fault", ["killed", "failing"])
def test_once_more_it_is_done(tmp_path: Path, fault: str) -> None:
    """The notes have the old or the new lines, the newest act is undone next, and a second run leaves nothing."""
    number = calls(tmp_path / "count")
    assert number > 40
    for at in range(Random().randint(1, EVERY), number + 1, EVERY):
        place = make(tmp_path / f"{at}")
        code = forget(place, Hook(at, die if fault == "killed" else fail))
        said = Path(place.folder, "said").read_text()
        assert code == KILLED if fault == "killed" else code in {0, 1}, (at, said)
        assert "Traceback" not in said, (at, said)
        assert code or left(place) == [], (at, left(place))
        for name, old, new in (
            ("Ana", f"about {TEXT}", "about [client]"),
            ("Kim", f"how {TEXT} is", "how [client] is"),
        ):
            note = Path(place.folder, f"vault/Partners/{name}.md").read_text()
            assert (old in note) != (new in note), (at, note)
        vault = place.open()
        assert history_undo.undo(vault).what == "logged call for Zoe", at
        vault.close()
        assert forget(place) == 0, (at, Path(place.folder, "said").read_text())
        assert left(place) == [], (at, left(place))

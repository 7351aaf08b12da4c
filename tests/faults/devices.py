"""Two devices edit the notes of one vault at random, and sync by file copies or by git: no edit is lost unseen."""

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random

from faults.driver import write_driver
from faults.edits import START, WORD, Words, edited, note, text_of
from faults.report import Report
from rounds.domain.reminders.reminder import FOLLOW_UP
from rounds.errors import RoundsError
from rounds.notes.document import Document
from rounds.storage import git
from rounds.vault import conflicts, log_actions, note_files
from rounds.vault import set_properties as keeping
from rounds.vault.reminders import reminders
from rounds.vault.vault import Vault

STEPS = 50
_TODAY = date(2026, 11, 23)
_SETTINGS = 'vault = "test"\ntimezone = "America/Los_Angeles"\n'


class Device:
    """One machine with its copy of the vault, edited by Rounds and by another program."""

    def __init__(self, root: Path, random: Random, words: Words) -> None:
        self.root, self.random, self.words = root, random, words
        self.vault = Vault.open(root, clock=lambda: _TODAY)
        self.added: set[str] = set()
        self.removed: set[str] = set()

    def notes(self) -> dict[str, bytes]:
        """All notes and conflict copies, by path."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in self.root.rglob("*.md")
            if not any(part.startswith(".") for part in path.relative_to(self.root).parts)
        }

    def edit(self) -> str:
        """One edit of one note, or a new note; gives the kind of edit."""
        before = self.notes()
        path = self.random.choice([path for path in before if "conflict" not in path])
        kind = self.random.choice(("outside", "outside", "log", "plan", "done", "set", "add"))
        if kind == "outside" or not Document.parse(before[path]).readable:
            self._outside(path, before[path])
        else:
            self._ours(kind, path)
        for path, data in self.notes().items():
            old, new = _words([before.get(path, b"")]), _words([data])
            self.added |= new - old
            self.removed |= old - new
        return kind

    def _outside(self, path: str, data: bytes) -> None:
        if not Document.parse(data).readable:
            return
        lines = data.decode().replace("\r\n", "\n").removeprefix("\ufeff").split("\n")
        text = text_of(edited(lines, self.random, self.words, most=2))
        new = text.replace("\n", "\r\n") if b"\r\n" in data else text
        (self.root / path).write_bytes((b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b"") + new.encode())

    def _ours(self, kind: str, path: str) -> None:
        day = START + timedelta(self.random.randint(0, 22))
        if kind == "log":
            log_actions.log_touch(self.vault, path, "call", self.words.next(), on=day)
        elif kind == "plan":
            log_actions.plan(self.vault, path, self.words.next(), due=_TODAY + timedelta(self.random.randint(0, 30)))
        elif kind == "set":
            keeping.set_properties(self.vault, path, [keeping.parse_setting(f"city={self.words.next()}")])
        elif kind == "add":
            name = f"New {self.random.randint(1, 3)}"
            if not (self.root / f"Partners/{name}.md").exists():
                self.vault.sync()
                note_files.add(self.vault, name, [keeping.parse_setting(f"source={self.words.next()}")])
        else:
            self.vault.sync()
            readable = {path for path, data in self.notes().items() if Document.parse(data).readable}
            if written := [r for r in reminders(self.vault) if r.rule == FOLLOW_UP and r.path in readable]:
                log_actions.done(self.vault, self.random.choice(written), self.words.next())


def _words(texts: object) -> set[str]:
    return {word for data in texts for word in WORD.findall(data.decode())}  # type: ignore[attr-defined]


def run(runs: int, seed: int) -> Report:
    """Let two devices edit and sync, half of the times by file copies, half by git."""
    report = Report("devices")
    for number in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            way = (_by_copies, _by_git)[number % 2]
            wrong = _one(Path(folder), Random(f"{seed} {number}"), way, report)
        report.runs += 1
        report.failures += [f"seed {seed} run {number} {way.__name__}: {what}" for what in wrong]
    return report


Way = Callable[[Path, "list[Device]", Random, Report], "Service"]


class Service:
    """A way to sync two devices. `shown` holds the words of all conflicts that a user was shown."""

    def __init__(self, devices: "list[Device]", random: Random, report: Report) -> None:
        self.devices, self.random, self.report = devices, random, report
        self.shown: set[str] = set()

    def sync(self, device: Device) -> None:
        raise NotImplementedError

    def finish(self) -> None:
        """Sync until nothing moves."""
        for _ in range(4):
            for device in self.devices:
                self.sync(device)


def _one(folder: Path, random: Random, way: Way, report: Report) -> list[str]:
    words = Words()
    first = folder / "one"
    (first / "Partners").mkdir(parents=True)
    (first / "rounds.toml").write_text(_SETTINGS)
    for number in range(3):
        text = text_of(note(random, words))
        (first / "Partners" / f"P{number}.md").write_bytes(
            (text.replace("\n", "\r\n") if number == 2 else text).encode()
        )
    old = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    devices: list[Device] = []
    try:
        service = way(folder, devices, random, report)
        devices += [Device(folder / name, random, words) for name in ("one", "two")]
        for _ in range(STEPS):
            if random.random() < 0.8:
                report.counts[f"edit {random.choice(devices).edit()}"] += 1
            else:
                service.sync(random.choice(devices))
        service.finish()
        return _verdict(devices, service)
    finally:
        for device in devices:
            device.vault.close()
        if old is None:
            del os.environ["XDG_CACHE_HOME"]
        else:
            os.environ["XDG_CACHE_HOME"] = old


def _verdict(devices: list[Device], service: Service) -> list[str]:
    one, two = (device.notes() for device in devices)
    found = []
    if one != two:
        found.append(f"they differ in {sorted(path for path in {*one, *two} if one.get(path) != two.get(path))}")
    removed = devices[0].removed | devices[1].removed
    added = devices[0].added | devices[1].added
    lost = added - _words(one.values()) - removed - service.shown
    found += [f"{word} is lost" for word in sorted(lost)]
    found += [f"{path} can't be read" for path, data in one.items() if not Document.parse(data).readable]
    return found


class Copies(Service):
    """A service that copies files: what changed on one device goes to the other; of what changed on both, one version
    becomes a conflict copy.
    """

    def __init__(self, devices: list[Device], random: Random, report: Report) -> None:
        super().__init__(devices, random, report)
        self.history: dict[str, list[bytes]] = {}
        self.clock = 0

    def sync(self, device: Device) -> None:
        one, two = (each.notes() for each in self.devices)
        for path in sorted({*one, *two, *self.history}):
            self._file(path, one.get(path), two.get(path))
        if self.random.random() < 0.7:
            self._resolve(device)

    def _file(self, path: str, one: bytes | None, two: bytes | None) -> None:
        known = self.history.get(path, [])
        last = known[0] if known else None
        if one == two:
            winner = one
        elif last in (one, two):
            winner = two if one == last else one
        elif one is None or two is None:
            winner = one if two is None else two
        else:
            winner, loser = (one, two) if self.random.random() < 0.5 else (two, one)
            self.clock += 1
            copy = f"{path[:-3]}.sync-conflict-20261123-{self.clock:06}-ABCDEFG.md"
            self._put(copy, loser)
            self.report.counts["conflict copies"] += 1
        self._put(path, winner)

    def _put(self, path: str, data: bytes | None) -> None:
        for device in self.devices:
            place = device.root / path
            if data is None:
                place.unlink(missing_ok=True)
            elif not place.exists() or place.read_bytes() != data:
                place.write_bytes(data)
        if data is not None:
            self.history.setdefault(path, []).insert(0, data)
        else:
            self.history.pop(path, None)

    def _resolve(self, device: Device) -> None:
        """What `rounds conflicts --apply` does, and a choice where two versions don't merge."""

        def versions(path: str) -> list[bytes]:
            return self.history.get(path, [])[:50] if self.random.random() < 0.7 else []

        for copy in [each.copy for each in conflicts.proposals(device.vault)]:
            proposal = next(each for each in conflicts.proposals(device.vault, versions) if each.copy == copy)
            self.report.counts[f"copies: {proposal.state.name.lower()}"] += 1
            if not proposal.ready:
                self.shown |= _words([(device.root / each).read_bytes() for each in (proposal.copy, proposal.note)])
            conflicts.apply(device.vault, proposal, keep="" if proposal.ready else self.random.choice(("note", "copy")))

    def finish(self) -> None:
        for _ in range(4):
            for device in self.devices:
                self.sync(device)
                self._resolve(device)
        self.sync(self.devices[0])


def _by_copies(folder: Path, devices: list[Device], random: Random, report: Report) -> Service:
    shutil.copytree(folder / "one", folder / "two")
    service = Copies(devices, random, report)
    for path in (folder / "one").rglob("*.md"):
        service.history[path.relative_to(folder / "one").as_posix()] = [path.read_bytes()]
    return service


class Git(Service):
    """A git remote, with Rounds as the merge driver of both clones; half of them rebase."""

    def sync(self, device: Device) -> None:
        _git(device.root, "add", "-A")
        if _git(device.root, "status", "--porcelain"):
            _git(device.root, "commit", "-q", "-m", "edits")
        for _ in range(20):
            done = git.sync(str(device.root), trusted=True)
            if not done.conflicts:
                return
            self.report.counts["git: notes in conflict"] += len(done.conflicts)
            self._resolve(device)

    def _resolve(self, device: Device) -> None:
        """Keep one side of each conflict, as a user does who has seen both, until git is done."""
        for _ in range(100):
            for path in _git(device.root, "diff", "--name-only", "--diff-filter=U", "-z").split("\0"):
                if path:
                    self._choose(device.root / path)
            _git(device.root, "add", "-A")
            if (device.root / ".git/MERGE_HEAD").exists():
                _git(device.root, "commit", "-q", "--no-edit")
                return
            if not (device.root / ".git/rebase-merge").exists():
                return
            _git(device.root, "rebase", "--continue", check=False)

    def _choose(self, place: Path) -> None:
        kept: list[str] = []
        side = ""
        data = place.read_bytes().decode()
        assert "<<<<<<< " in data, f"{place.name} is in conflict without marks"
        take = self.random.choice(("ours", "theirs"))
        for line in data.splitlines(keepends=True):
            if line.startswith("<<<<<<< "):
                side = "ours"
            elif line.startswith("=======") and side:
                side = "theirs"
            elif line.startswith(">>>>>>> "):
                side = ""
            else:
                if side:
                    self.shown |= set(WORD.findall(line))
                if side in ("", take):
                    kept.append(line)
        place.write_bytes("".join(kept).encode())


def _by_git(folder: Path, devices: list[Device], random: Random, report: Report) -> Service:
    one, two, remote = folder / "one", folder / "two", folder / "remote.git"
    command = git.driver(shlex.quote(str(write_driver(folder))))
    _git(folder, "init", "-q", "--bare", "-b", "main", str(remote))
    _git(one, "init", "-q", "-b", "main")
    (one / ".gitattributes").write_text("* -text\n*.md merge=rounds\n")
    _configure(one, command, random)
    _git(one, "add", "-A")
    _git(one, "commit", "-q", "-m", "start")
    _git(one, "remote", "add", "origin", str(remote))
    _git(one, "push", "-q", "-u", "origin", "main")
    _git(folder, "clone", "-q", str(remote), str(two))
    _configure(two, command, random)
    return Git(devices, random, report)


def _configure(root: Path, command: str, random: Random) -> None:
    rebase = "true" if random.random() < 0.5 else "false"
    for key, value in (
        ("user.name", "T"), ("user.email", "t@example.org"), ("merge.rounds.driver", command), ("pull.rebase", rebase),
        ("commit.gpgsign", "false"), ("gc.auto", "0"), ("core.fsync", "none"),
    ):  # fmt: skip
        _git(root, "config", key, value)


def _git(root: Path, *arguments: str, check: bool = True) -> str:
    environment = {**os.environ, "GIT_EDITOR": "true", "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", "-C", str(root), *arguments],
        capture_output=True,
        check=False,
        env=environment,
        stdin=subprocess.DEVNULL,
    )
    if check and done.returncode:
        raise RoundsError(f"git {arguments} failed: {done.stderr.decode()}")
    return done.stdout.decode()

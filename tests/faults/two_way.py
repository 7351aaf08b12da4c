"""Two machines with one vault, a task app and a faulty line, step by step at random, until all comes to rest.

Then nothing may be lost or there twice, the notes must say what people did, and both machines and the server must agree.
"""

import datetime as dt
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import NamedTuple
from unittest import mock

from faults.memory_server import Killed, Line, Server
from faults.report import Report
from rounds.calendar import caldav, publish_back
from rounds.calendar.publish_targets import Target, target_of
from rounds.calendar.server_objects import read_remote
from rounds.domain.publish_diff import Item, Remote, is_same
from rounds.domain.reminders.reminder import Reminder
from rounds.errors import RoundsError
from rounds.notes.merge.merge_note import merge
from rounds.storage import feed_state
from rounds.storage.user_config import PublishSettings
from rounds.vault import log_actions, task_app
from rounds.vault.history_undo import undo
from rounds.vault.inbox import file_thought, thoughts
from rounds.vault.reminders import questions, reminders, remote_state
from rounds.vault.vault import Vault

STEPS = 40
"""Steps from one rest to the next."""

_START = dt.date(2026, 11, 23)
_NOTE = "Partners/Sam Lee.md"
_INBOX = "Inbox.md"
_FIRST = "---\ntype: partner\nstage: active\ncheck_in: 6 months\nid: sam0\n---\n\n## Follow-ups\n\n"
_ROUNDS = 12
"""Times that everybody publishes and syncs before it counts as never coming to rest."""

_LINE = re.compile(
    r"^- \[(.)\] (?:\d\d:\d\d )?(w\d+q)\b.*?(?:📅 (\d{4}-\d\d-\d\d))?(?: [✅❌].*)?(?: \^\S+)?$", re.MULTILINE
)
_DUE = re.compile(r"^DUE[^:\n]*:(\d{8})", re.MULTILINE)


class State(NamedTuple):
    """A follow-up as its line says."""

    sign: str
    day: str


@dataclass
class Acts:
    """What was done about one follow-up since the last rest: the signs and days that people gave it."""

    number: int = 0
    signs: set[str] = field(default_factory=set)
    days: set[str] = field(default_factory=set)
    removed: bool = False

    def note(self, before: State | None, after: State | None) -> None:
        if before == after:
            return
        self.number += 1
        if after is None:
            self.removed = True
            return
        if before is None or before.sign != after.sign:
            self.signs.add(after.sign)
        if before is None or before.day != after.day:
            self.days.add(after.day)


class Machine:
    """A machine with a copy of the vault, and what it publishes."""

    def __init__(self, world: "World", name: str, moves: str) -> None:
        self.world, self.moves, self.said = world, moves, ""
        self.root = world.folder / name
        self.path.parent.mkdir(parents=True)
        (self.root / "rounds.toml").write_text(
            'vault = "public"\ntimezone = "America/Los_Angeles"\n[reminders.check-in]\non = false\n'
        )
        self.path.write_text(_FIRST)
        self.vault = self._opened()

    @property
    def path(self) -> Path:
        return self.root / _NOTE

    def _opened(self) -> Vault:
        vault = Vault.open(self.root, clock=lambda: self.world.today)
        vault.sync()
        return vault

    def restart(self) -> None:
        self.vault.close()
        self.vault = self._opened()

    def text(self, name: str = _NOTE) -> bytes:
        path = self.root / name
        return path.read_bytes() if path.exists() else b""

    def states(self) -> dict[str, list[State]]:
        """The lines of each follow-up, by its word."""
        found: dict[str, list[State]] = {}
        for sign, word, day in _LINE.findall(self.text().decode()):
            found.setdefault(word, []).append(State(sign, day))
        return found

    def target(self) -> Target:
        settings = PublishSettings(url="http://127.0.0.1:9/two/", tasks=True, level="full", moves=self.moves)
        return target_of(self.vault, "phone", settings)

    def publish(self, line: Line, *, dies_at: int = 0) -> publish_back.Report | None:
        """Publish over a line; None if it failed. A program that is killed saves nothing from then on.

        Args:
            dies_at: number of the write of our memory at which it's killed, before or after; 0 for none.
        """
        write, dead, count = feed_state._write, [False], [0]

        def writing(*values: object) -> None:
            count[0] += 1
            if count[0] == dies_at:
                if self.world.random.random() < 0.5:
                    write(*values)  # type: ignore[arg-type]
                dead[0] = True
                raise Killed
            if not dead[0] and not (line.kills and line.asked >= line.fails_at > 0):
                write(*values)  # type: ignore[arg-type]

        there = mock.patch.object(caldav, "Collection", return_value=line)
        with there, mock.patch.object(feed_state, "_write", writing):
            try:
                report = publish_back.publish(self.vault, self.target())
            except Killed:
                self.vault = self._opened()
                return None
            except RoundsError as error:
                self.said = error.message
                return None
            finally:
                self.vault.sync()
        self.world.applied(report)
        return None if report.stopped else report

    def items(self) -> dict[str, Item]:
        """What this machine wants to have on the server."""
        return publish_back._Publishing(self.vault, self.target(), Line(self.world.server))._items()  # type: ignore[arg-type]

    def answer(self, asking: Reminder, *, yes: bool) -> None:
        word = re.search(r"w\d+q", asking.title)
        acts = self.world.acts_of(word[0]) if word is not None else Acts()
        before = next(iter(self.states().get(word[0], ())), None) if word is not None else None
        (task_app.done if yes else task_app.skip)(self.vault, asking)
        self.vault.sync()
        if before is not None and word is not None and not yes:
            acts.signs.add(before.sign)
            acts.days.add(before.day)
        if yes and word is not None and (after := next(iter(self.states().get(word[0], ())), None)) is not None:
            acts.signs.add(after.sign)
            acts.days.add(after.day)


class World:
    """Both machines, the server and the clock, and what people did since the last rest."""

    def __init__(self, folder: Path, random: Random, report: Report) -> None:
        self.folder, self.random, self.report = folder, random, report
        self.today, self.server = _START, Server()
        self.machines = [Machine(self, name, random.choice(["ask", "apply"])) for name in ("a", "b")]
        self.base = {_NOTE: self.machines[0].text(), _INBOX: b""}
        self.acts: dict[str, Acts] = {}
        self.before: dict[str, list[State]] = {}
        self.made: dict[str, bool] = {}
        self.filed: Counter[str] = Counter()
        self.fuzzy = False
        self.number = 0
        self.trail: list[str] = []

    def acts_of(self, word: str) -> Acts:
        return self.acts.setdefault(word, Acts())

    def applied(self, report: publish_back.Report) -> None:
        for kind in ("ticked", "reopened", "cancelled", "moved", "proposed", "asked", "inbox", "refused"):
            self.report.counts[kind] += len(getattr(report, kind))

    def word(self) -> str:
        self.number += 1
        return f"w{self.number}q"

    def day(self) -> str:
        return str(self.today + dt.timedelta(days=self.random.randint(1, 60)))

    # Steps --------------------------------------------------------------------------------------------------------

    def step(self) -> None:
        kind = self.random.choice(_STEPS)
        machine = self.random.choice(self.machines)
        before, text = machine.states(), machine.text() + machine.text(_INBOX)
        try:
            said = getattr(self, f"_{kind}")(machine)
        except RoundsError as error:
            said = f"refused: {error.message}"
        self.report.counts[f"step: {kind}"] += 1
        self.trail.append(f"{kind} {machine.root.name}: {said or ''}")
        if kind in _BY_HAND:
            now = machine.text() + machine.text(_INBOX)
            self.made |= {word: True for word in self.made if word.encode() in text and word.encode() not in now}
            after = machine.states()
            for word in before.keys() | after.keys():
                old, new = before.get(word, []), after.get(word, [])
                if old != new:
                    self.acts_of(word).note(*(each[0] if each else None for each in (old, new)))
                    if max(len(old), len(new)) > 1:
                        self.acts_of(word).number += 1

    def _write(self, machine: Machine, text: str) -> None:
        machine.path.write_text(text)
        machine.vault.sync()

    def _add(self, machine: Machine) -> str:
        word, day = self.word(), self.day()
        log_actions.plan(machine.vault, _NOTE, f"{word} do it", due=dt.date.fromisoformat(day))
        machine.vault.sync()
        return f"{word} {day}"

    def _open_one(self, machine: Machine) -> Reminder | None:
        found = [each for each in reminders(machine.vault) if each.line and re.match(r"w\d+q", each.title)]
        return self.random.choice(found) if found else None

    def _tick(self, machine: Machine) -> str:
        if (found := self._open_one(machine)) is None:
            return ""
        log_actions.done(machine.vault, found)
        machine.vault.sync()
        return found.title

    def _cancel(self, machine: Machine) -> str:
        if (found := self._open_one(machine)) is None:
            return ""
        log_actions.skip(machine.vault, found)
        machine.vault.sync()
        return found.title

    def _later(self, machine: Machine) -> str:
        if (found := self._open_one(machine)) is None:
            return ""
        day = self.day()
        log_actions.later(machine.vault, found, dt.date.fromisoformat(day))
        machine.vault.sync()
        return f"{found.title} {day}"

    def _reopen(self, machine: Machine) -> str:
        text = machine.text().decode()
        lines = [line for line in text.split("\n") if line.startswith("- [x] w")]
        if not lines:
            return ""
        line = self.random.choice(lines)
        self._write(machine, text.replace(line, re.sub(r" ✅ \S+", "", line.replace("[x]", "[ ]"))))
        return line

    def _title(self, machine: Machine) -> str:
        """Other words in an editor; the block id keeps its identity."""
        text = machine.text().decode()
        lines = [line for line in text.split("\n") if line.startswith("- [ ] w")]
        if not lines:
            return ""
        line = self.random.choice(lines)
        self._write(machine, text.replace(line, re.sub(r"do it\d*", f"do it{self.random.randint(0, 99)}", line)))
        return line

    def _remove(self, machine: Machine) -> str:
        text = machine.text().decode()
        lines = [line for line in text.split("\n") if line.startswith("- [")]
        if not lines:
            return ""
        line = self.random.choice(lines)
        self._write(machine, text.replace(f"{line}\n", ""))
        return line

    def _log(self, machine: Machine) -> str:
        """A coffee, after which the rule of thank-yous asks for one; or a thank-you."""
        kind = self.random.choice(["coffee", "thanks"])
        log_actions.log_touch(machine.vault, _NOTE, kind, f"nice {self.word()}", on=self.today)
        machine.vault.sync()
        return kind

    def _undo(self, machine: Machine) -> None:
        undo(machine.vault)
        machine.vault.sync()

    def _file(self, machine: Machine) -> str:
        for thought in thoughts(machine.vault):
            if thought.path:
                file_thought(machine.vault, thought)
                machine.vault.sync()
                self.filed.update(re.findall(r"w\d+q", thought.text))
                return thought.text
        return ""

    def _answer(self, machine: Machine) -> str:
        said = []
        for asking in questions(machine.vault):
            yes = self.random.random() < 0.5
            machine.answer(asking, yes=yes)
            said.append(f"{asking.title}: {yes}")
        return "; ".join(said)

    def _restart(self, machine: Machine) -> None:
        machine.restart()

    def _tomorrow(self, _: Machine) -> None:
        self.today += dt.timedelta(days=1)
        for each in self.machines:
            each.vault.sync()

    def _publish(self, machine: Machine) -> str:
        line = Line(self.server)
        dies_at = 0
        fault = self.random.random()
        if fault < 0.3:
            line.fails_at, line.arrives = self.random.randint(1, 8), self.random.random() < 0.5
            line.kills = self.random.random() < 0.5
        elif fault < 0.4:
            dies_at = self.random.randint(1, 5)
        report = machine.publish(line, dies_at=dies_at)
        how = f"fails at {line.fails_at}, arrives {line.arrives}, kills {line.kills}, dies at {dies_at}"
        self.report.counts["cut off" if report is None else "through"] += 1
        return f"{how}: {f'cut off, {machine.said}' if report is None else vars(report)}"

    def _sync(self, _: Machine) -> str:
        """Both machines get each other's notes, merged as git does with our driver."""
        one, other = self.machines
        said = ""
        for name in (_NOTE, _INBOX):
            mine, theirs = one.text(name), other.text(name)
            if mine == theirs:
                self.base[name] = mine
                continue
            merged = merge(self.base[name], theirs, mine, path=name)
            if merged.conflicts:
                self.fuzzy = True
                said = "in conflict"
                self.report.counts["conflicts"] += 1
            data = merged.data
            if merged.conflicts and name == _INBOX:  # somebody keeps the new lines of both
                kept, new = theirs.split(b"\n"), mine.split(b"\n")
                old = self.base[name].split(b"\n")
                kept = [line for line in kept if line not in old or line in new or not line]
                data = (
                    b"\n".join([line for line in kept if line] + [each for each in new if each not in kept + old])
                    + b"\n"
                )
            self.base[name] = data
            for each in (one, other):
                (each.root / name).write_bytes(data)
        for each in (one, other):
            each.vault.sync()
        return said

    # The task app -------------------------------------------------------------------------------------------------

    def _object(self, pattern: str, within: str = "") -> tuple[str, str, str] | None:
        """Name, text and word of some object."""
        found = []
        for name, (_, data) in self.server.objects.items():
            text = data.decode()
            word = re.search(r"SUMMARY:.*?(w\d+q|Say thank you)", text)
            if word and re.search(pattern, text, re.MULTILINE) and within in text:
                found.append((name, text, word[1]))
        return self.random.choice(sorted(found)) if found else None

    def _changed(self, name: str, text: str, word: str) -> None:
        self.server.put(name, text.encode())
        self.acts_of(word).number += 1

    def _phone_tick(self, _: Machine) -> str:
        if (found := self._object("^STATUS:NEEDS-ACTION")) is None:
            return ""
        name, text, word = found
        self._changed(name, text.replace("STATUS:NEEDS-ACTION", "STATUS:COMPLETED"), word)
        self.acts_of(word).signs.add("x")
        if word in self.made:
            self.made[word] = True
        return word

    def _phone_open(self, _: Machine) -> str:
        if (found := self._object("^STATUS:COMPLETED", "@rounds")) is None:
            return ""
        name, text, word = found
        text = re.sub(r"^(COMPLETED|PERCENT-COMPLETE):.*\r?\n", "", text, flags=re.MULTILINE)
        self._changed(name, text.replace("STATUS:COMPLETED", "STATUS:NEEDS-ACTION"), word)
        self.acts_of(word).signs.add(" ")
        return word

    def _phone_move(self, _: Machine) -> str:
        if (found := self._object("^DUE", "@rounds")) is None:
            return ""
        name, text, word = found
        day = self.day()
        was = _DUE.search(text)
        if was is not None and was[1] == day.replace("-", ""):
            return ""
        self._changed(
            name, re.sub(r"^DUE.*?(\r?)$", f"DUE;VALUE=DATE:{day.replace('-', '')}\\1", text, flags=re.MULTILINE), word
        )
        self.acts_of(word).days.add(day)
        self.acts_of(word).number += "STATUS:COMPLETED" in text or "✓" in text  # then it's only told
        return f"{word} {day}"

    def _phone_drop(self, _: Machine) -> str:
        if (found := self._object("^BEGIN")) is None:
            return ""
        del self.server.objects[found[0]]
        self.acts_of(found[2]).number += 1
        if found[2] in self.made:
            self.made[found[2]] = True
        return found[2]

    def _phone_make(self, _: Machine) -> str:
        word = self.word()
        lines = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:phone",
            "BEGIN:VTODO",
            f"UID:{word}",
            "DTSTAMP:20260101T000000Z",
        ]
        lines += [f"SUMMARY:Sam Lee {word}", "STATUS:NEEDS-ACTION", "END:VTODO", "END:VCALENDAR", ""]
        self.server.put(f"{word}.ics", "\r\n".join(lines).encode())
        self.made[word] = False
        return word

    def _phone_rename(self, _: Machine) -> str:
        if (found := self._object("^BEGIN")) is None:
            return ""
        self.server.objects[f"{self.word()}.ics"] = self.server.objects.pop(found[0])
        return found[2]

    # Rest ---------------------------------------------------------------------------------------------------------

    def rest(self) -> Iterator[str]:
        """Answer, publish and sync until nothing moves; then what is wrong, in words."""
        for _ in range(_ROUNDS):
            before = ([each.text() for each in self.machines], dict(self.server.objects))
            for machine in self.machines:
                self._answer(machine)
                self._answer_ticks(machine)
                report = machine.publish(Line(self.server))
                if report is None or report.refused:
                    yield f"{machine.root.name} can't publish: {report} {machine.said}"
                    return
            self._sync(self.machines[0])
            after = ([each.text() for each in self.machines], dict(self.server.objects))
            if before == after and not any(questions(each.vault) for each in self.machines):
                break
        else:
            yield "it never comes to rest"
            return
        yield from self._wrong()
        self.before, self.acts, self.fuzzy, self.trail = self.machines[0].states(), {}, False, []

    def _answer_ticks(self, machine: Machine) -> None:
        asked = remote_state(machine.vault).asked()
        for each in reminders(machine.vault):
            if each.key in asked:
                log_actions.done(machine.vault, each, "a card", kind="thanks")
                machine.vault.sync()

    def _wrong(self) -> Iterator[str]:
        one, other = self.machines
        for name in (_NOTE, _INBOX):
            if one.text(name) != other.text(name):
                yield f"{name} differs"
        yield from self._wrong_there()
        yield from self._wrong_notes(one.states())
        everything = f"{one.text().decode()}\n{one.text(_INBOX).decode()}"
        for word, over in self.made.items():
            number = len(re.findall(rf"\b{word}\b", everything))
            if number > max(1, self.filed[word]) or (number < 1 and not over):
                yield f"the new task {word} is there {number} times"

    def _wrong_there(self) -> Iterator[str]:
        there: dict[str, Remote] = {}
        for name, (_, data) in self.server.objects.items():
            (uid,) = re.findall(r"^UID:(\S+)", data.decode(), re.MULTILINE)
            if uid in there:
                yield f"{uid} is there twice, also as {name}"
            there[uid] = read_remote(data, "America/Los_Angeles")
        wanted = [each.items() for each in self.machines]
        for machine, items in zip(self.machines, wanted, strict=True):
            for uid, item in items.items():
                if uid not in there and item.event.done is None:
                    yield f"{machine.root.name}: {item.event.summary} isn't there"
                elif uid in there and not self._agree(machine, there[uid], item.seen):
                    yield f"{machine.root.name}: {item.seen} is {there[uid]} there"
        for uid, seen in there.items():
            if uid.endswith("@rounds") and not any(uid in items for items in wanted):
                yield f"{seen.summary} is still there"

    def _agree(self, machine: Machine, there: Remote, ours: Remote) -> bool:
        word = re.search(r"w\d+q", ours.summary)
        lines = machine.states().get(word[0] if word is not None else "", [])
        return _agree(there, ours, is_gone=not any(each.sign == "x" for each in lines))

    def _wrong_notes(self, now: dict[str, list[State]]) -> Iterator[str]:
        """Each follow-up says what was done about it; with several acts, what one of them says."""
        for word in self.before.keys() | now.keys() | self.acts.keys():
            if not re.fullmatch(r"w\d+q", word) or word in self.made:
                continue
            old, new, acts = self.before.get(word, []), now.get(word, []), self.acts.get(word, Acts())
            if len(new) > 1:
                yield f"{word} is there {len(new)} times"
            elif not new:
                if old and not acts.removed:
                    yield f"{word} is lost"
            elif not self.fuzzy:
                yield from self._wrong_line(word, old[0] if old else None, new[0], acts)

    def _wrong_line(self, word: str, old: State | None, new: State, acts: Acts) -> Iterator[str]:
        if acts.removed and acts.number == 1:
            yield f"{word} is there again"
        for what, was, now, given in (
            ("sign", old.sign if old else " ", new.sign, acts.signs), ("day", old.day if old else "", new.day, acts.days),
        ):  # fmt: skip
            allowed = {was} if not given else given if acts.number == 1 else {was, *given}
            if now not in allowed:
                yield f"{word}: its {what} is {now!r}, not one of {sorted(allowed)}"


def _agree(there: Remote, ours: Remote, *, is_gone: bool) -> bool:
    """Whether both say the same.

    Of what is done, each machine keeps the words and the day that it published last, and a day that was changed there is
    only told. A rule's reminder that was done and is opened again there stays done in the log; so does a follow-up whose
    line is gone.
    """
    return is_same(there, ours) or (ours.done and (there.done or "Say thank you" in ours.summary or is_gone))


_BY_HAND = ("add", "tick", "cancel", "later", "reopen", "title", "remove", "log", "undo")
_STEPS = (
    *_BY_HAND, "add", "tick", "later", "file", "answer", "restart", "tomorrow", *("publish",) * 6, *("sync",) * 3, "phone_tick",
    "phone_tick", "phone_open", "phone_move", "phone_move", "phone_drop", "phone_make", "phone_make", "phone_rename",
)  # fmt: skip


@contextmanager
def world(seed: int, report: Report) -> Iterator[World]:
    """A world of its own for a seed, in which both machines have published once."""
    with (
        tempfile.TemporaryDirectory(prefix="two-way-") as folder,
        mock.patch.object(Vault, "data", property(lambda self: f"{self.root}-data")),
    ):
        found = World(Path(folder), Random(seed), report)
        for machine in found.machines:
            machine.publish(Line(found.server))
        yield found
        for machine in found.machines:
            machine.vault.close()


def run(runs: int, seed: int) -> Report:
    """So many steps."""
    report = Report("two-way")
    number = 0
    while report.runs < runs:
        with world(seed + number, report) as found:
            for _ in range(3):
                for _ in range(min(STEPS, runs - report.runs)):
                    found.step()
                    report.runs += 1
                trail = found.trail
                if wrong := list(found.rest()):
                    report.failures += [f"seed {seed + number}: {each}" for each in wrong]
                    report.failures.append("\n".join(trail[-60:]))
                    break
        number += 1
    report.counts["worlds"] = number
    return report

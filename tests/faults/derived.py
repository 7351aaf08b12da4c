"""What the index stores of the notes, after any changes: the same as in an index made from nothing."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from faults.report import Report
from rounds.domain.reminders.reminder import Reminder
from rounds.vault.deep_check import deep_check
from rounds.vault.list_search import listed
from rounds.vault.problems import all_problems
from rounds.vault.reminders import note_reminders, reminders, today_list, today_sections
from rounds.vault.vault import Vault

TODAY = date(2026, 11, 23)
PEOPLE = ("Ana Ruiz", "Sam Lee", "Samuel Lee", "Kim Oh", "Zoë Park", "Ben Ito")
NICHES = ("Teens", "Grief")
OFFICES = ("Rose Clinic", "Hill School")
SETTINGS = (
    "", "[reminders.thanks]\ndays = 3\n", "[reminders]\ncheck_in = false\n", "[today]\ncap = 2\n",
    '[holidays]\ncountry = "US"\n', '[folders]\npartners = "People"\n', '[tasks]\nfolders = ["/"]\n',
    '[reminders.check-in]\nevery = "2 months"\n[reminders.check-in.roles]\npediatrician = "6 weeks"\n',
)  # fmt: skip
KINDS = ("email", "call", "coffee", "thanks", "reply", "referral", "intro", "gift", "chosen", "article", "note")


class Network:
    """A vault that changes at random, and its clock."""

    def __init__(self, root: Path, random: Random) -> None:
        self.root, self.random, self.today = root, random, TODAY
        self.vault = self._open(root)

    def _open(self, root: Path) -> Vault:
        vault = Vault.open(root, clock=lambda: self.today)
        vault.sure = True  # in so small a vault, most notes may be gone at once, and are meant to be
        return vault

    def step(self) -> str:
        """Change something; returns what."""
        steps: tuple[Callable[[], object], ...] = (
            self.write, self.write, self.write, self.write, self.delete, self.rename, self.break_, self.set,
            self.sleep, self.reopen, self.ask,
        )  # fmt: skip
        step = self.random.choice(steps)
        step()
        return step.__name__

    def _day(self) -> str:
        return str(self.today + timedelta(days=self.random.randrange(-260, 40)))

    def _link(self) -> str:
        return f"[[{self.random.choice((*PEOPLE, *OFFICES))}]]"

    def _log(self) -> str:
        random, lines = self.random, []
        for _ in range(random.randrange(5)):
            kind = random.choice(KINDS)
            lines.append(f"- {self._day()} {kind}: {random.choice(('hello', self._link(), 'client Dana Moore'))}")
        rules = random.sample(("thanks", "check-in", "nudge", "stage", "referral-out"), random.randrange(3))
        lines += [
            f"- {self._day()} {random.choice((f'skip {each}', f'later {each}: {self._day()}'))}" for each in rules
        ]
        for _ in range(random.randrange(3)):
            mark, kind = random.choice(" x-"), random.choice(("coffee: ", "thanks: ", "", "call: "))
            lines.append(f"- [{mark}] {kind}the group 📅 {self._day()}")
        return "\n".join(random.sample(lines, len(lines)))

    def _partner(self) -> tuple[str, str]:
        random = self.random
        name = random.choice(PEOPLE)
        properties = {
            "type": "partner", "stage": random.choice(("found", "contacted", "met", "active", "resting")),
            "role": random.choice(("pediatrician", "psychiatrist")), "email": random.choice(("a@b.org", "c@d.org", "")),
            "organization": f"'{self._link()}'", "introduced_by": random.choice(("", f"'{self._link()}'")),
            "check_in": random.choice(("", "3 months")), "id": random.choice(("", f"i{random.randrange(8)}")),
        }  # fmt: skip
        front = "".join(f"{key}: {value}\n" for key, value in properties.items() if value)
        return f"Partners/{name}.md", f"---\n{front}---\n\n{self._log()}\n"

    def _office(self) -> tuple[str, str]:
        return f"Organizations/{self.random.choice(OFFICES)}.md", f"---\ntype: organization\n---\n\n{self._log()}\n"

    def _filed(self) -> tuple[str, str]:
        random = self.random
        kind = random.choice(("referral", "release"))
        front = f"type: {kind}\npartner: '{self._link()}'\npartner_id: i{random.randrange(8)}\nclient: c-{random.randrange(3)}\n"
        more = f"date: {self._day()}\ndirection: {random.choice(('in', 'out'))}\n"
        if kind == "release":
            more = f"signed: {self._day()}\nexpires: {self._day()}\n"
        return f"{kind.title()}s/{random.randrange(4)}.md", f"---\n{front}{more}---\n"

    def _other(self) -> tuple[str, str]:
        return self.random.choice(("Inbox.md", "Daily/a.md", "Practice.md")), f"{self._log()}\n"

    def _of_practice(self) -> tuple[str, str]:
        """A message, a niche, or the practice with links to niches."""
        random = self.random
        links = "".join(f"  - '[[{random.choice(NICHES)}]]'\n" for _ in range(2))
        body = random.choice(("Hello", "Hello {{ partner.name }}", "About {{ client.code }}"))
        about = random.choice(("true", "false"))
        return random.choice((
            ("Playbook/Messages/Hello.md", f"---\ntype: message\nabout_client: {about}\n---\n\n{body}\n"),
            (f"Playbook/Niches/{NICHES[0]}.md", f"---\ntype: niche\naliases: [{random.choice(NICHES)}]\n---\n"),
            ("Practice.md", f"---\ntype: practice\nname: Rounds\nniches:\n{links}---\n"),
        ))  # fmt: skip

    def write(self) -> None:
        path, text = self.random.choice(
            (self._partner, self._partner, self._office, self._filed, self._other, self._of_practice)
        )()
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def _some(self) -> Path | None:
        notes = sorted(self.root.rglob("*.md"))
        return self.random.choice(notes) if notes else None

    def delete(self) -> None:
        if (note := self._some()) is not None:
            note.unlink()

    def rename(self) -> None:
        if (note := self._some()) is not None:
            note.rename(note.with_name(f"{self.random.choice(PEOPLE)}.md"))

    def break_(self) -> None:
        """Break a note for a while: until it's mended, the index keeps its last good version."""
        if (note := self._some()) is not None:
            text = note.read_text()
            note.write_text(f"---\nstage: [\n---\n{self._log()}\n")
            self.ask()
            note.write_text(text)

    def set(self) -> None:
        head = 'vault = "derived"\ntimezone = "America/Los_Angeles"\n'
        (self.root / "rounds.toml").write_text(head + self.random.choice(SETTINGS))

    def sleep(self) -> None:
        self.today += timedelta(days=self.random.choice((1, 2, 9, 40, -1)))

    def reopen(self) -> None:
        self.vault.close()
        self.vault = self._open(self.root)

    def ask(self) -> None:
        self.vault.sync()
        today_sections(self.vault, everything=False)

    def differences(self) -> str:
        """How the stored values differ from those of an index made from nothing; empty where they don't."""
        self.vault.sync()
        if self.random.random() < 0.1 and (found := deep_check(self.vault)):
            return str(found[0])
        with tempfile.TemporaryDirectory(prefix="nothing-") as folder:
            copy = Path(folder) / "vault"
            shutil.copytree(self.root, copy)
            fresh = self._open(copy)
            try:
                fresh.sync()
                for name, value in _stored(fresh, self.today).items():
                    if value != (kept := _stored(self.vault, self.today)[name]):
                        more, less = (
                            [each for each in one if each not in other] for one, other in ((kept, value), (value, kept))
                        )
                        return f"{name}: {more or kept} instead of {less or value}"
            finally:
                fresh.close()
                shutil.rmtree(os.path.dirname(fresh.index.path), ignore_errors=True)
        return ""


def _stored(vault: Vault, today: date) -> dict[str, Any]:
    found = reminders(vault)
    notes = sorted({each.path for each in found})
    return {
        "reminders": found,
        "order": _is_ordered(found, today),
        "of notes": [each for path in notes for each in note_reminders(vault, path)],
        "today": (today_sections(vault, everything=False), today_list(vault)),
        "due": [each.path for each in listed(vault, "due:<2099-01-01")],
        "problems": all_problems(vault),
    }


def _is_ordered(found: list[Reminder], today: date) -> bool:
    orders = [each.order(today) for each in found]
    return orders == sorted(orders)


@contextmanager
def network(seed: int) -> Iterator[Network]:
    """A small vault of its own, with a cache and data of its own."""
    with tempfile.TemporaryDirectory(prefix="derived-") as folder:
        root = Path(folder) / "vault"
        root.mkdir()
        (root / "rounds.toml").write_text('vault = "derived"\ntimezone = "America/Los_Angeles"\n')
        found = Network(root, Random(seed))
        try:
            yield found
        finally:
            found.vault.close()
            shutil.rmtree(os.path.dirname(found.vault.index.path), ignore_errors=True)


def derived(runs: int, seed: int) -> Report:
    """Edits, renames, deletions, other settings and other days: what is stored is what an index from nothing has."""
    report = Report("index-derived")
    random = Random(seed)
    while report.runs < runs:
        with network(random.randrange(1 << 30)) as changing:
            for _ in range(min(60, runs - report.runs)):
                report.counts[changing.step()] += 1
                report.runs += 1
                if random.random() < 0.5:
                    continue
                if wrong := changing.differences():
                    report.failures.append(wrong)
                    break
    return report

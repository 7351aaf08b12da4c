"""`rounds show`: everything known about a partner."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import note_shape, problem_shape, reminder_shape, touch_shape
from rounds.cli.list import said
from rounds.cli.options import command, who_completion
from rounds.cli.output import BOLD, PLAIN, table, wrapped
from rounds.cli.resolve import note
from rounds.cli.session import Session
from rounds.cli.today import reminder_lines
from rounds.domain.phrases import due_words

if TYPE_CHECKING:
    from rounds.domain.activity import LogEntry
    from rounds.domain.problem import Problem
    from rounds.domain.reminders.reminder import Reminder
    from rounds.vault.vault import NoteRecord

_APART = frozenset({"type", "id", "last_contact", "name"})
_ANSWER = (
    '{"note": NOTE, "inherited": {KEY: VALUE}, "members": [NOTE], "people": [TEXT], "reminders": [REMINDER], '
    '"timeline": [TOUCH], "problems": [PROBLEM]}'
)


@command("show", _ANSWER)
@click.argument("who", nargs=-1, required=True, metavar="WHO", shell_complete=who_completion)
def show(session: Session, who: tuple[str, ...]) -> None:
    """Show what is known of somebody.

    Facts come first, with those that a partner has from the organization; of an organization its front desk and its
    members; then reminders, what happened, newest first, and what is wrong in the note.
    """
    from rounds.vault.organizations import front_desk, members, properties_of
    from rounds.vault.problems import problems_of
    from rounds.vault.reminders import reminders, timeline

    vault = session.vault
    entry = note(vault, " ".join(who), people_first=True)
    inherited = {key: value for key, value in properties_of(vault, entry).items() if value != entry.properties.get(key)}
    place = entry.type == "organization"
    open_ = [r for r in reminders(vault) if r.path == entry.path]
    happened = timeline(vault, entry)
    problems = problems_of(vault, entry.path)
    known = _Known(
        entry, inherited, members(vault, entry) if place else [], front_desk(vault, entry) if place else [],
        open_, happened, problems,
    )  # fmt: skip
    session.out.show(lambda: known.shape(vault.today()), lambda: _lines(session, known))


@dataclass(frozen=True, slots=True)
class _Known:
    """Everything known about a partner."""

    entry: "NoteRecord"
    inherited: dict[str, object]
    members: list["NoteRecord"]
    people: list[str]
    reminders: list["Reminder"]
    happened: list["LogEntry"]
    problems: list["Problem"]

    def shape(self, today: date) -> dict[str, object]:
        return {
            "note": note_shape(self.entry),
            "inherited": self.inherited,
            "members": [note_shape(member) for member in self.members],
            "people": self.people,
            "reminders": [reminder_shape(reminder, today) for reminder in self.reminders],
            "timeline": [touch_shape(touch) for touch in self.happened],
            "problems": [problem_shape(problem) for problem in self.problems],
        }


def _lines(session: Session, known: _Known) -> Iterator[str]:
    entry, inherited = known.entry, known.inherited
    width, today = session.out.width, session.vault.today()
    yield f"{BOLD}{entry.name}{PLAIN}"
    yield entry.path
    if not entry.readable:
        yield "This note can't be read just now; what follows is from when it could."
    facts = [(key.replace("_", " "), said(value)) for key, value in entry.properties.items()
             if key not in _APART and said(value)]  # fmt: skip
    facts += [(key.replace("_", " "), f"{said(value)} (organization)") for key, value in inherited.items()]
    if entry.last_contact:
        facts.append(("last contact", str(entry.last_contact)))
    yield ""
    yield from _facts(facts, width)
    if known.people:
        yield from ("", f"{BOLD}Front desk{PLAIN}", *(part for line in known.people for part in wrapped(line, width)))
    if known.members:
        yield from ("", f"{BOLD}Members{PLAIN}")
        yield from table([[m.name, *(said(m.properties.get(key)) for key in ("role", "stage"))] for m in known.members])
    if known.reminders:
        yield from ("", f"{BOLD}Reminders{PLAIN}")
        wide = max(len(due_words(r, today)) for r in known.reminders)
        for reminder in known.reminders:
            yield from reminder_lines(f"{due_words(reminder, today):<{wide}}  ", reminder, width, named=False)
    if known.happened:
        yield from ("", f"{BOLD}What happened{PLAIN}")
        yield from _happened(known.happened, width)
    if known.problems:
        yield from ("", f"{BOLD}Problems{PLAIN}")
        for problem in known.problems:
            yield f"{problem.line}:{problem.column}: {problem.level}: {problem.message}"


def _facts(facts: list[tuple[str, str]], width: int) -> Iterator[str]:
    wide = max((len(name) for name, _ in facts), default=0)
    for name, text in facts:
        first, *more = wrapped(text, width, " " * (wide + 2))
        yield f"{name:<{wide}}  {first.strip()}"
        yield from more


def _happened(happened: list["LogEntry"], width: int) -> Iterator[str]:
    from rounds.notes.links import plain

    heads = table([(str(entry.date), _kind(entry)) for entry in happened])
    wide = max(map(len, heads)) + 2
    for head, entry in zip(heads, happened, strict=True):
        text = plain(f"until {entry.until} {entry.text}".strip() if entry.until else entry.text)
        first, *more = wrapped(text, width, " " * wide)
        yield f"{head:<{wide}}{first.strip()}".rstrip()
        yield from more


def _kind(entry: "LogEntry") -> str:
    return f"{entry.kind or 'note'} {entry.rule}".strip() + (f" @{entry.who}" if entry.who else "")

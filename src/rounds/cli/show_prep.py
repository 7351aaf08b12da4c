"""`rounds show` (everything known about a note) and `rounds prep` (prep sheet for a call or coffee chat)."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import note_shape, problem_shape, reminder_shape, touch_shape
from rounds.cli.list_search import said
from rounds.cli.options import command, who_completion
from rounds.cli.output import BOLD, PLAIN, table, wrapped
from rounds.cli.program_name import program
from rounds.cli.resolve import note, unmistakable
from rounds.cli.session import Session
from rounds.cli.today import reminder_lines
from rounds.domain.phrases import day_words, due_words, title_words
from rounds.notes.links import plain

if TYPE_CHECKING:
    from rounds.domain.activity import LogEntry
    from rounds.domain.problem import Problem
    from rounds.domain.reminders.reminder import Reminder
    from rounds.vault.prep import Sheet
    from rounds.vault.vault import NoteRecord

_APART = frozenset({"type", "id", "last_contact", "name"})
_SHOW = (
    '{"note": NOTE, "inherited": {KEY: VALUE}, "members": [NOTE], "people": [TEXT], "reminders": [REMINDER], '
    '"timeline": [TOUCH], "problems": [PROBLEM]}'
)


@command("show", _SHOW)
@click.argument("who", nargs=-1, required=True, metavar="WHO", shell_complete=who_completion)
def show(session: Session, who: tuple[str, ...]) -> None:
    """Show what is known about someone.

    Facts come first, including those a partner has from the organization; for an organization, its front desk and
    members. Then come reminders, the log with the newest entry first, and problems in the note.
    """
    from rounds.index.queries import members
    from rounds.vault.organizations import front_desk, properties_of
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
        entry, inherited, vault.ask(members, entry.key) if place else [], front_desk(vault, entry) if place else [],
        open_, happened, problems,
    )  # fmt: skip
    session.out.show(lambda: known.shape(vault.today()), lambda: _show_lines(session, known))


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


def _show_lines(session: Session, known: _Known) -> Iterator[str]:
    entry, inherited = known.entry, known.inherited
    width, today = session.out.width, session.vault.today()
    yield f"{BOLD}{entry.name}{PLAIN}"
    yield entry.path
    if not entry.readable:
        yield "This note can't be read just now; this is its last readable version."
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


_PREP = (
    '{"note": NOTE, "touches": [TOUCH], "reminders": [REMINDER], "unknown": {KEY: TEXT}, '
    '"questions": [{"heading", "items"}], "role": {"name", "why_they_need_us", "why_we_need_them"}, '
    '"share": {"niche", "ideal_client"}}'
)
_FACTS = ("role", "organization", "stage", "connection", "introduced_by", "phone")


@command("prep", _PREP, newcomers=True)
@click.argument("who", nargs=-1, required=True, metavar="WHO", shell_complete=who_completion)
def prep(session: Session, who: tuple[str, ...]) -> None:
    """Prepare for a call or a coffee chat.

    A sheet with the latest touches, what you still have to learn, the questions in the playbook's "Coffee chat" and in
    the role's note, why they need you, why you need them, and what to share.
    """
    from rounds.vault.lookup import find
    from rounds.vault.prep import sheet

    vault = session.vault
    found = sheet(vault, find(vault, " ".join(who), ("partner",)))
    session.out.show(
        lambda: {
            "note": note_shape(found.entry),
            "touches": [touch_shape(touch) for touch in found.touches],
            "reminders": [reminder_shape(reminder, vault.today()) for reminder in found.reminders],
            "unknown": found.unknown,
            "questions": [{"heading": each.heading, "items": list(each.items)} for each in found.questions],
            "role": found.role,
            "share": found.share,
        },
        lambda: _sheet_lines(session, found),
    )


def _sheet_lines(session: Session, found: "Sheet") -> Iterator[str]:
    today, width = session.vault.today(), session.out.width
    yield f"{BOLD}{found.entry.name}{PLAIN}"
    for key in _FACTS:
        if found.known.get(key):
            yield from wrapped(f"{key.replace('_', ' ')}: {found.known[key]}", width)
    why = {"Why they need you": "why_they_need_us", "Why you need them": "why_we_need_them"}
    parts = [
        ("Planned", [f"{due_words(each, today)}: {title_words(each)}" for each in found.reminders]),
        ("What happened last", [_touch(each.kind, each.text, day_words(each.date, today)) for each in found.touches]),
        ("Still to learn", [f"{what} ({key})" for key, what in found.unknown.items()]),
        *((heading, [found.role[key]] if found.role[key] else []) for heading, key in why.items()),
        *((each.heading, list(each.items)) for each in found.questions),
        ("Your own words", [text for text in found.share.values() if text]),
    ]
    for heading, items in parts:
        if items:
            yield from ("", f"{BOLD}{heading}{PLAIN}")
            for item in items:
                first, *more = wrapped(item, width and width - 2)
                yield f"- {first}"
                yield from (f"  {line}" for line in more)
    yield ""
    who = shlex.quote(unmistakable(session.vault, found.entry.path, found.entry.name))
    yield f'For a call script: {program(session.named)} draft {who} "call script"'


def _touch(kind: str, text: str, day: str) -> str:
    said = plain(" ".join(text.split()))
    return f"{day} {kind}: {said}" if said else f"{day} {kind}"

"""`rounds show` (what is known), `prep` (a call or coffee), `open` (in Obsidian) and `edit` (in your editor)."""

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import note_shape, problem_shape, reminder_shape, touch_shape
from rounds.cli.options import command, who_completion
from rounds.cli.output import BOLD, GAP, PLAIN, as_typed, program, say, section, table, wrapped
from rounds.cli.resolve import note, unmistakable
from rounds.cli.session import Session
from rounds.cli.today_inbox import reminder_lines
from rounds.domain.partner_referral_release import first_name
from rounds.domain.phrases import day_words, due_words, facts_in_words, format_value, title_words, touch_sentence
from rounds.domain.reminders.reminder import Reminder

if TYPE_CHECKING:
    from rounds.domain.log_followups import LogEntry
    from rounds.domain.reminders.reminder import Reminder
    from rounds.vault.prep_sheet import Sheet
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
    from rounds.vault.reminders import note_reminders, timeline

    vault = session.vault
    entry = note(vault, " ".join(who), people_first=True)
    today, width, is_place = vault.today(), session.out.width, entry.type == "organization"
    inherited = {key: value for key, value in properties_of(vault, entry).items() if value != entry.properties.get(key)}
    partners = vault.ask(members, entry.key) if is_place else []
    people = front_desk(vault, entry.path) if is_place else []
    open_ = sorted(note_reminders(vault, entry.path), key=Reminder.by_day)
    happened, problems = timeline(vault, entry), problems_of(vault, entry.path)

    def document() -> dict[str, object]:
        return {
            "note": note_shape(entry),
            "inherited": inherited,
            "members": [*map(note_shape, partners)],
            "people": people,
            "reminders": [reminder_shape(reminder, today) for reminder in open_],
            "timeline": [*map(touch_shape, happened)],
            "problems": [*map(problem_shape, problems)],
        }

    def lines() -> Iterator[str]:
        yield from _about(entry, inherited, width)
        yield from section("Front desk", [part for line in people for part in wrapped(line, width)])
        yield from section("Members", table([*map(_member, partners)]))
        yield from section("Reminders", _reminders(open_, today, width))
        yield from section("What happened", _happened(happened, entry, today, width))
        yield from section("Problems", [f"{p.line}:{p.column}: {p.level}: {p.message}" for p in problems])

    session.out.show(document, lines)


def _member(partner: "NoteRecord") -> list[str]:
    return [partner.name, *(format_value(partner.properties.get(key)) for key in ("role", "stage"))]


def _about(entry: "NoteRecord", inherited: Mapping[str, object], width: int) -> Iterator[str]:
    yield f"{BOLD}{entry.name}{PLAIN}"
    yield entry.path
    if not entry.readable:
        yield "This note can't be read just now; this is its last readable version."
    facts = facts_in_words({key: value for key, value in entry.properties.items() if key not in _APART}, entry.type)
    facts |= {key: f"{text} (organization)" for key, text in facts_in_words(inherited).items()}
    if entry.last_contact:
        facts["last contact"] = str(entry.last_contact)
    yield ""
    wide = max(map(len, facts), default=0)
    for key, text in facts.items():
        first, *more = wrapped(text, width, " " * (wide + 2))
        yield f"{key:<{wide}}  {first.strip()}"
        yield from more


def _reminders(reminders: Sequence["Reminder"], today: date, width: int) -> Iterator[str]:
    wide = max((len(due_words(reminder, today)) for reminder in reminders), default=0)
    for reminder in reminders:
        yield from reminder_lines(f"{due_words(reminder, today):<{wide}}  ", reminder, width, named=False)


def _happened(happened: list["LogEntry"], note: "NoteRecord", today: date, width: int) -> Iterator[str]:
    name = first_name(note.name) if note.type == "partner" else ""
    for entry in happened:
        head = f"{entry.date}{GAP}"
        first, *more = wrapped(touch_sentence(entry, today, name), width, " " * len(head))
        yield f"{head}{first.strip()}"
        yield from more


_PREP = (
    '{"note": NOTE, "touches": [TOUCH], "reminders": [REMINDER], "unknown": {KEY: TEXT}, '
    '"questions": [{"heading", "items"}], "role": {"name", "why_they_need_us", "why_we_need_them"}, '
    '"share": {"niche", "ideal_client"}}'
)
_FACTS = ("role", "organization", "stage", "connection", "introduced_by", "phone")


@command("prep", _PREP, newcomers=True, guarded=True)
@click.argument("who", nargs=-1, required=True, metavar="WHO", shell_complete=who_completion)
def prep(session: Session, who: tuple[str, ...]) -> None:
    """Prepare for a call or a coffee chat.

    A sheet with the latest touches, what you still have to learn, the questions in the playbook's "Coffee chat" and in
    the role's note, why they need you, why you need them, and what to share.
    """
    from rounds.vault.find_note import find
    from rounds.vault.prep_sheet import sheet

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
        ("What happened last", [_touch(each, today, found.entry.name) for each in found.touches]),
        ("Still to learn", [f"{what} ({key})" for key, what in found.unknown.items()]),
        *((heading, [found.role[key]] if found.role[key] else []) for heading, key in why.items()),
        *((each.heading, list(each.items)) for each in found.questions),
        ("Your own words", [text for text in found.share.values() if text]),
    ]
    for heading, items in parts:
        yield from section(heading, [line for item in items for line in _bullet(item, width)])
    yield ""
    who = shlex.quote(unmistakable(session.vault, found.entry.path, found.entry.name))
    yield f'For a call script: {program(session.named)} draft {who} "call script"'


def _bullet(text: str, width: int) -> list[str]:
    first, *more = wrapped(text, width and width - 2)
    return [f"- {first}", *(f"  {line}" for line in more)]


def _touch(touch: "LogEntry", today: date, name: str) -> str:
    return f"{day_words(touch.date, today)}, {touch_sentence(touch, today, first_name(name))}"


@command("open", '{"path": TEXT, "link": TEXT, "opened": BOOLEAN}')
@click.argument("who", nargs=-1, required=True, metavar="WHO", shell_complete=who_completion)
@click.option("--print", "only_print", is_flag=True, help="Print the link without opening it.")
def open_(session: Session, who: tuple[str, ...], only_print: bool) -> None:
    """Open a note in Obsidian.

    The link names the vault as Obsidian knows it: the nearest parent folder with `.obsidian` in it.
    """
    from rounds.exports.editor_clipboard_mail_obsidian import link_of, open_link

    vault = session.vault
    entry = note(vault, " ".join(who))
    link = link_of(vault.root, entry.path)
    if not only_print:
        open_link(link)
    session.out.show(
        lambda: {"path": entry.path, "link": link, "opened": not only_print},
        lambda: [link if only_print else f"Opened {entry.name} in Obsidian."],
    )


@command("edit", '{"path": TEXT, "changed": BOOLEAN, "problems": [PROBLEM]}')
@click.argument("who", nargs=-1, required=True, metavar="WHO", shell_complete=who_completion)
def edit(session: Session, who: tuple[str, ...]) -> None:
    """Open a note in your editor.

    The editor is $VISUAL, else $EDITOR, else `editor` in config.toml, else a common one that is installed. It opens at
    the first problem in the note. When you close it, remaining problems are listed.
    """
    from rounds.cli.json_shapes import problem_shape
    from rounds.exports.editor_clipboard_mail_obsidian import editor_command, run_editor
    from rounds.vault.problems import problems_of

    vault = session.vault
    entry = note(vault, " ".join(who))
    first = next(iter(problems_of(vault, entry.path)), None)
    line, column = (first.line, first.column) if first else (0, 1)
    path = os.path.join(vault.root, entry.path)
    run_editor(editor_command(path, line=line, column=column, configured=vault.config.editor))
    report = vault.sync()
    problems = problems_of(vault, entry.path)
    changed = bool(report)
    session.out.show(
        lambda: {"path": entry.path, "changed": changed, "problems": [problem_shape(p) for p in problems]},
        lambda: [f"{entry.path} {'was changed' if changed else 'is unchanged'}."],
    )
    for problem in problems:
        say(f"{problem.path}:{problem.line}:{problem.column}: {problem.message}")
        if problem.hint:
            say(as_typed(f"  {problem.hint}"))

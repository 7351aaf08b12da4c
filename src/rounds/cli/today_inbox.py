"""`rounds today` (reminders) and `inbox` (file the thoughts in Inbox.md)."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import reminder_shape, thought_shape
from rounds.cli.options import command, kinds
from rounds.cli.output import BOLD, GAP, PLAIN, as_typed, cells, say, wrapped
from rounds.cli.prompts import ask, can_ask, choose
from rounds.cli.session import Session
from rounds.domain.phrases import counted, day_words, due_words, full_day, kind_words, title_words
from rounds.domain.reminders.reminder import FOLLOW_UP, Reminder
from rounds.domain.reminders.sections import DUE, Sections
from rounds.errors import AmbiguousError, ClientInformationError, NotFoundError, RoundsError, StoppedError

if TYPE_CHECKING:
    from rounds.domain.gaps_introductions_suggestions import Month
    from rounds.vault.inbox_lines import InboxItem
    from rounds.vault.vault import Vault

_ANSWER = (
    '{"date": DATE, "due": [REMINDER], "waiting": [REMINDER], "inbox": NUMBER, "problems": NUMBER, '
    '"outdated_contacts": NUMBER, "month": MONTH}'
)


@command("today", _ANSWER)
@click.option("--all", "everything", is_flag=True, help="Also show what can wait.")
@click.option("--note", is_flag=True, help="Also write the list to Today.md, for the phone.")
def today(session: Session, everything: bool = False, note: bool = False) -> None:
    """Show what's worth doing today.

    Shows what is late, then today, tomorrow, this week, next week and later, appointments first. Of what rules suggest,
    such as check-ins, it shows up to `[today] cap` (set in rounds.toml); the rest can wait, and so can what is far away
    or has no day. The JSON answer always has everything: `due` is late and today, `waiting` is the rest.

    Today.md is rewritten each time and contains no client codes; anything you typed into it is moved to Inbox.md first.
    Let only one machine write it (`rounds watch`, if config.toml has `today_note = true`).
    """
    from rounds.vault.month_suggestions_year_report import month
    from rounds.vault.reminders import today_list

    vault, day = session.vault, session.vault.today()
    if note:
        from rounds.vault.today_export import write_today

        write_today(vault)

    def document() -> dict[str, object]:
        lists = zip(("due", "waiting"), today_list(vault), strict=True)
        shapes = {name: [reminder_shape(each, day) for each in some] for name, some in lists}
        return {"date": str(day), **shapes, **_counts(vault), "month": month(vault)._asdict()}

    session.out.show(document, lambda: _lines(session, everything=everything))


def _counts(vault: "Vault") -> dict[str, int]:
    from rounds.vault.inbox import thought_count
    from rounds.vault.problems import all_problems, outdated_contacts

    return {
        "inbox": thought_count(vault),
        "problems": len(all_problems(vault)),
        "outdated_contacts": outdated_contacts(vault),
    }


def _lines(session: Session, *, everything: bool) -> Iterator[str]:
    from rounds.vault.month_suggestions_year_report import month
    from rounds.vault.reminders import reminder_counts, today_sections

    vault, day = session.vault, session.vault.today()
    sections = today_sections(vault, everything=everything)
    shown = [each for some in sections.values() for each in some]
    every, moves = reminder_counts(vault)
    yield from (f"{BOLD}{full_day(day)}{PLAIN}", "")
    if not any(section in sections for section in DUE):
        yield "Nothing is due today." if every or _somebody(session) else as_typed(NOBODY)
        yield from ([""] if sections else [])
    yield from _section_lines(sections, day, session.out.width, everything=everything)
    moves -= sum(reminder.rule == "stage" for reminder in shown)
    for line in _footer(every - len(shown), moves, **_counts(vault)):
        yield from wrapped(line, session.out.width)
    progress = month(vault)
    yield from ("", month_words(progress, day)) if progress.goal and _somebody(session) else ()


NOBODY = 'Nobody is here yet. Add the first partner with: rounds add "NAME" --role ROLE'
"""Message for an empty vault."""


def _somebody(session: Session) -> bool:
    from rounds.index import queries

    return session.vault.ask(queries.has_notes, "partner")


def month_words(progress: "Month", day: date) -> str:
    """The month's progress, in one line."""
    words = progress.summary(day)
    return words if progress.contacted + progress.chosen >= progress.goal else f"{words} ({as_typed('rounds suggest')})"


def _footer(waiting: int, moves: int, *, inbox: int, problems: int, outdated_contacts: int) -> Iterator[str]:
    found = []
    if waiting:
        wait = "waits" if waiting == 1 else "wait"
        found.append(f"{waiting:,} more {wait}, no hurry ({as_typed('rounds today --all')})")
        if moves:
            found[-1] += f"; {moves} of them {'is' if moves == 1 else 'are'} about a stage"
    if inbox:
        found.append(f"{counted(inbox, 'thought')} in the inbox ({as_typed('rounds inbox')})")
    if problems:
        found.append(f"{counted(problems, 'problem')} in the notes ({as_typed('rounds check')})")
    if outdated_contacts:
        are = "is" if outdated_contacts == 1 else "are"
        fix = as_typed("rounds tidy --apply")
        found.append(f"{counted(outdated_contacts, 'date')} of last contact {are} out of date in the notes ({fix})")
    if found:
        yield ""
        yield from found


def _section_lines(sections: Sections, day: date, width: int, *, everything: bool) -> Iterator[str]:
    """All sections, numbered through; the reasons of what is ahead are only shown with everything."""
    number = 0
    whens = [due_words(r, day) for found in sections.values() for r in found]
    wide = max(map(len, whens), default=0)
    for place, (section, found) in enumerate(sections.items()):
        yield from ([""] if place else [])
        yield f"{BOLD}{section.value}{PLAIN}"
        for reminder in found:
            number += 1
            head = f"{number:>2}. {due_words(reminder, day):<{wide}}{GAP}"
            yield from reminder_lines(head, reminder, width, reasons=everything or section in DUE)


def reminder_lines(
    head: str, reminder: Reminder, width: int, *, named: bool = True, reasons: bool = True
) -> Iterable[str]:
    """A reminder: action and person; below, the reason, and for a rule, the next step. Nothing is cut."""
    who = f" · {reminder.name}" if named and reminder.name else ""
    indent = " " * cells(head)
    first, *more = wrapped(f"{title_words(reminder)}{who}", width, indent)
    yield from (f"{head}{first.strip()}", *more)
    if reminder.why and reasons:
        step = f". {reminder.step}" if reminder.rule != FOLLOW_UP and reminder.step else ""
        yield from wrapped(f"{reminder.why}{step}", width, indent)


@command("inbox", '{"thoughts": [THOUGHT], "filed": NUMBER}', guarded=True)
@click.option("--yes", is_flag=True, help="File all thoughts with a matching person.")
def inbox(session: Session, yes: bool) -> None:
    """File the thoughts in Inbox.md.

    Each line is shown with the person, kind and day it seems to be about. If you confirm, its other words go into that
    person's log. Lines about nobody known, or about something still to do, stay. Without a terminal, the lines are only
    listed, unless you add --yes.
    """
    from rounds.vault.inbox import FILE, thoughts, why_unreadable

    if why := why_unreadable(session.vault):
        raise RoundsError(why, hint=f"Nothing was filed. {FILE} must be an ordinary text file: rounds check")
    found = thoughts(session.vault)
    asking = can_ask(session) and not yes
    filed, left = (_ask(session, found), False) if asking else _file_all(session, found) if yes else (set(), False)
    session.vault.sync()
    session.out.show(
        lambda: {"thoughts": [thought_shape(t, filed=t.line in filed) for t in found], "filed": len(filed)},
        lambda: _summary(session, found, filed, listing=not asking),
    )
    if len(filed) < sum(bool(t.path) for t in found) and yes:
        kind = _ClientInformationLeftError if left else RoundsError
        raise kind("some thoughts couldn't be filed", hint="They are still in Inbox.md.")


class _ClientInformationLeftError(RoundsError):
    """Some lines stayed because of client information."""

    exit_code = ClientInformationError.exit_code


def _ask(session: Session, found: list["InboxItem"]) -> set[int]:
    """File the lines the user confirms, each as its own change; returns the filed lines."""
    filed = set()
    with suppress(click.Abort):
        for thought in found:
            wanted = _asked(session, thought)
            if wanted is not None and _file(session, wanted):
                filed.add(thought.line)
    return filed


def _file_all(session: Session, found: list["InboxItem"]) -> tuple[set[int], bool]:
    """File all lines with a matching person, as one change.

    Returns:
        The filed lines, and whether one stayed because of client information.
    """
    filed, left = set(), False
    with session.vault.change("filed lines of the inbox for"):
        for thought in (each for each in found if each.path):
            try:
                if _file(session, thought, asking=False):
                    filed.add(thought.line)
            except ClientInformationError as error:
                say(f"{error.message}. It stays in the inbox.")
                left = True
    return filed, left


def _summary(session: Session, found: list["InboxItem"], filed: set[int], *, listing: bool) -> Iterator[str]:
    if not found:
        yield "The inbox is empty."
        return
    if listing:
        for thought in found:
            yield f"{'filed' if thought.line in filed else 'stays'}  {thought.text}"
            yield f"       {_proposal(session, thought)}"
    left = len(found) - len(filed)
    yield f"{counted(len(filed), 'thought')} filed, {left} left in the inbox."


def _proposal(session: Session, thought: "InboxItem") -> str:
    if thought.candidates:
        return f"could be {', '.join(thought.candidates)}"
    if thought.to_do and not thought.path:
        return f"still to do, about {thought.to_do} (rounds plan)"
    if not thought.path:
        return "no person found"
    day = day_words(thought.date, session.vault.today())
    return f"{thought.name} · {kind_words(thought.kind)} · {day} · {thought.said}"


def _asked(session: Session, thought: "InboxItem") -> "InboxItem | None":
    """Ask about an inbox item: the item to file, or None to leave it.

    Raises:
        click.Abort: the user quits.
    """
    while True:
        say("")
        say(thought.text)
        say(f"  {_proposal(session, thought)}")
        choices = ("yes", "no", "person", "kind", "quit") if thought.path else ("no", "person", "quit")
        answer = choose(f"File it? ({', '.join(choices)})", choices, "yes" if thought.path else "no")
        if answer == "quit":
            raise click.Abort
        if answer in {"yes", "no"}:
            return thought if answer == "yes" else None
        if answer == "kind":
            thought = thought.corrected(kind=choose("Which kind?", kinds(session), thought.kind or "note"))
        else:
            thought = _with_person(session, thought)


def _with_person(session: Session, thought: "InboxItem") -> "InboxItem":
    from rounds.vault.find_note import find

    try:
        entry = find(session.vault, ask("Who is it about?"))
    except (NotFoundError, AmbiguousError) as error:
        say(error.message)
        for name in getattr(error, "candidates", ()):
            say(f"  {name}")
        return thought
    return thought.corrected(path=entry.path, name=entry.name)


def _file(session: Session, thought: "InboxItem", *, asking: bool = True) -> bool:
    """File one; False if it stays. Nothing is asked while other lines wait to be written."""
    from rounds.vault.inbox import file_thought

    try:
        done = file_thought(session.vault, thought)
    except ClientInformationError as error:
        if not asking:
            raise
        from rounds.cli.client_guard import decide

        try:
            decide(session, error)
        except StoppedError:
            return False
        return _file(session, thought)
    except RoundsError as error:
        say(f"{error.message.rstrip('.')}. It stays in the inbox.")
        return False
    if done.ticked:
        say(f"Ticked off for {thought.name}: {done.ticked}")
    return True

"""`rounds today` (reminders) and `inbox` (file the thoughts in Inbox.md)."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import reminder_shape, thought_shape
from rounds.cli.options import command
from rounds.cli.output import BOLD, GAP, PLAIN, as_typed, cells, say, wrapped
from rounds.cli.prompts import can_ask
from rounds.cli.session import Session
from rounds.domain.phrases import counted, due_words, full_day, title_words
from rounds.domain.reminders.reminder import FOLLOW_UP, Reminder
from rounds.domain.reminders.sections import DUE, Sections
from rounds.errors import ClientInformationError, RoundsError, StoppedError

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

    Each line is shown with the person, kind and day it seems to be about, and can be filed into that person's log, made
    a follow-up or a new partner, or discarded; one undo brings it back. A line that could be done or still to do is
    asked about. Without a terminal, the lines are only listed, unless you add --yes. Then lines about nobody known, or
    about something still to do, stay.
    """
    from rounds.vault.inbox import FILE, thoughts, why_unreadable

    if why := why_unreadable(session.vault):
        raise RoundsError(why, hint=f"Nothing was filed. {FILE} must be an ordinary text file: rounds check")
    found = thoughts(session.vault)
    asking = can_ask(session) and not yes
    discarded, left = set[int](), False
    if asking:
        filed, discarded = _ask(session, found)
    else:
        filed, left = _file_all(session, found) if yes else (set(), False)
    session.vault.sync()
    session.out.show(
        lambda: {"thoughts": [thought_shape(t, filed=t.line in filed) for t in found], "filed": len(filed)},
        lambda: _summary(session, found, filed, discarded, listing=not asking),
    )
    if len(filed) < sum(bool(t.path) for t in found) and yes:
        kind = _ClientInformationLeftError if left else RoundsError
        raise kind("some thoughts couldn't be filed", hint="They are still in Inbox.md.")


class _ClientInformationLeftError(RoundsError):
    """Some lines stayed because of client information."""

    exit_code = ClientInformationError.exit_code


def _ask(session: Session, found: list["InboxItem"]) -> tuple[set[int], set[int]]:
    """Do with each line what the user says, each as its own change; returns the filed and the discarded lines."""
    from rounds.cli.line_questions import decide_on
    from rounds.vault.inbox import take_out

    filed, discarded = set(), set()
    with suppress(click.Abort):
        for thought in found:
            decision = decide_on(session, thought, inbox=True)
            if decision is not None and decision.discard:
                take_out(session.vault, thought)
                discarded.add(thought.line)
            elif decision is not None and _file(session, decision.item, to_do=decision.to_do):
                filed.add(thought.line)
    return filed, discarded


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


def _summary(
    session: Session, found: list["InboxItem"], filed: set[int], discarded: set[int], *, listing: bool
) -> Iterator[str]:
    if not found:
        yield "The inbox is empty."
        return
    if listing:
        for thought in found:
            yield f"{'filed' if thought.line in filed else 'stays'}  {thought.text}"
            yield f"       {_proposal(session, thought)}"
    left = len(found) - len(filed) - len(discarded)
    out = f", {len(discarded)} discarded" if discarded else ""
    yield f"{counted(len(filed), 'thought')} filed{out}, {left} left in the inbox."


def _proposal(session: Session, thought: "InboxItem") -> str:
    from rounds.cli.line_questions import proposal

    return "; ".join(proposal(session, thought, to_do=thought.ahead))


def _file(session: Session, thought: "InboxItem", *, to_do: bool = False, asking: bool = True) -> bool:
    """File one; False if it stays. Nothing is asked while other lines wait to be written."""
    from rounds.cli.line_questions import written
    from rounds.vault.inbox import file_thought

    try:
        done = written(session, lambda: file_thought(session.vault, thought, to_do=to_do), asking=asking)
    except StoppedError:
        return False
    except ClientInformationError:
        raise
    except RoundsError as error:
        say(f"{error.message.rstrip('.')}. It stays in the inbox.")
        return False
    if done.ticked:
        say(f"Ticked off for {thought.name}: {done.ticked}")
    return True

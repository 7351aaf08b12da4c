"""`rounds inbox`: file the lines of Inbox.md."""

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import thought_shape
from rounds.cli.options import command, kinds
from rounds.cli.output import say
from rounds.cli.prompts import ask, can_ask, choose
from rounds.cli.session import Session
from rounds.domain.phrases import counted, day_words
from rounds.errors import AmbiguousError, NotFoundError, RoundsError

if TYPE_CHECKING:
    from rounds.vault.inbox import InboxItem


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
    filed = _ask(session, found) if asking else _file_all(session, found) if yes else set()
    session.vault.sync()
    session.out.show(
        lambda: {"thoughts": [thought_shape(t, filed=t.line in filed) for t in found], "filed": len(filed)},
        lambda: _summary(session, found, filed, listing=not asking),
    )
    if len(filed) < sum(bool(t.path) for t in found) and yes:
        raise RoundsError("some thoughts couldn't be filed", hint="They are still in Inbox.md.")


def _ask(session: Session, found: list["InboxItem"]) -> set[int]:
    """File the lines the user confirms, each as its own change; returns the filed lines."""
    filed = set()
    with suppress(click.Abort):
        for thought in found:
            wanted = _asked(session, thought)
            if wanted is not None and _file(session, wanted):
                filed.add(thought.line)
    return filed


def _file_all(session: Session, found: list["InboxItem"]) -> set[int]:
    """File all lines with a matching person, as one change; returns the filed lines."""
    with session.vault.change("filed lines of the inbox for"):
        return {thought.line for thought in found if thought.path and _file(session, thought)}


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
    return f"{thought.name} · {thought.kind or 'note'} · {day} · {thought.said}"


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


def _file(session: Session, thought: "InboxItem") -> bool:
    from rounds.vault.inbox import file_thought

    try:
        done = file_thought(session.vault, thought)
    except RoundsError as error:
        say(f"{error.message.rstrip('.')}. It stays in the inbox.")
        return False
    if done.ticked:
        say(f"Ticked off for {thought.name}: {done.ticked}")
    return True

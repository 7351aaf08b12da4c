"""Questions about one typed line, of the inbox or of `rounds +`: who, done or to do, and whether to write it."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import click

from rounds.cli.notices_unknown_words import full_name
from rounds.cli.options import kinds
from rounds.cli.output import say
from rounds.cli.prompts import ask, choose, pick
from rounds.cli.session import Session
from rounds.errors import AmbiguousError, ClientInformationError, NotFoundError

if TYPE_CHECKING:
    from rounds.vault.inbox_lines import InboxItem
    from rounds.vault.log_actions import WriteResult


class Decision(NamedTuple):
    """What to do with a line.

    Attributes:
        item: the line, maybe corrected.
        path: of the note; empty to add `item.new` as a partner.
        to_do: whether it's still to be done.
        discard: whether it's only taken out of the inbox.
    """

    item: "InboxItem"
    path: str
    to_do: bool
    discard: bool = False


def proposal(session: Session, item: "InboxItem", *, to_do: bool, adds: bool = False) -> list[str]:
    """What a line would be written as: a row each for the entry or follow-up, and for the follow-ups it names.

    Args:
        adds: whether a new name is added, as `rounds +` does.
    """
    from rounds.vault.one_line import named_too, plan_words, touch_words

    vault = session.vault
    if item.candidates:
        return [f"could be {', '.join(item.candidates)}"]
    if not item.about and not (adds and item.new):
        return [f"nobody here is called {item.new}" if item.new else "no person found"]
    who = item.name or item.to_do or f"{item.new} (a new partner)"
    words = f"to do: {plan_words(item.plan, vault)}" if to_do else touch_words(item, vault, whole=not adds)
    rows = [f"{who} · {words}"]
    if not to_do and item.steps and not (item.kind or item.words):
        rows = [who]
    rows += [f"next: {plan_words(each, vault)}" for each in item.steps]
    return [*rows, *filter(None, (named_too(item),))]


def decide_on(session: Session, item: "InboxItem", *, inbox: bool) -> Decision | None:
    """Ask what to do with a line; None to leave it.

    Args:
        inbox: whether it's a line of the inbox, which can be discarded. Any other may name a new partner.

    Raises:
        click.Abort: the user quits.
    """
    adds, to_do = not inbox, item.ahead
    while True:
        say("")
        say(item.text)
        for row in proposal(session, item, to_do=to_do, adds=adds):
            say(f"  {row}")
        ready = not item.candidates and bool(item.about or (adds and item.new))
        choices = _choices(item, ready=ready, to_do=to_do, inbox=inbox)
        question = "Done, or to do?" if ready and item.asks else "File it?" if inbox else "Write it?"
        answer = choose(f"{question} ({', '.join(choices)})", choices, "yes" if "yes" in choices else "no")
        if answer == "quit":
            raise click.Abort
        if answer == "no":
            return None
        if answer in {"yes", "log", "todo", "discard"}:
            is_to_do = to_do if answer == "yes" else answer == "todo"
            return Decision(item, item.about, is_to_do, discard=answer == "discard")
        if answer == "kind":
            item = item.corrected(kind=choose("Which kind?", kinds(session), item.kind or "note"))
        elif answer == "add":
            item, adds = _with_new(item), True
        else:
            item = _with_person(session, item)


def _choices(item: "InboxItem", *, ready: bool, to_do: bool, inbox: bool) -> list[str]:
    found = []
    if ready:
        found = ["log", "todo"] if item.asks else ["yes", "log" if to_do else "todo"]
    found += ["no", "person"]
    if ready and item.path:
        found.append("kind")
    if not item.about:
        found.append("add")
    return [*found, *(("discard", "quit") if inbox else ())]


def _with_new(item: "InboxItem") -> "InboxItem":
    name = full_name(ask("The new partner's name", item.new))
    return replace(item, new=name, candidates=(), places=()) if name else item


def _with_person(session: Session, item: "InboxItem") -> "InboxItem":
    from rounds.vault.find_note import find

    if item.candidates:
        for number, (name, path) in enumerate(zip(item.candidates, item.places, strict=True), 1):
            say(f"  {number}. {name} ({path})")
        if number := pick("Which one?", len(item.candidates)):
            return item.corrected(path=item.places[number - 1], name=item.candidates[number - 1])
    try:
        entry = find(session.vault, ask("Who is it about?"))
    except (NotFoundError, AmbiguousError) as error:
        say(error.message)
        for name in getattr(error, "candidates", ()):
            say(f"  {name}")
        return item
    return item.corrected(path=entry.path, name=entry.name)


def written(session: Session, write: "Callable[[], WriteResult]", *, asking: bool) -> "WriteResult":
    """Write a line; ask about client information in it, and write it then.

    Raises:
        ClientInformationError: nobody can answer.
        StoppedError: the user stopped; nothing was written.
    """
    try:
        return write()
    except ClientInformationError as error:
        if not asking:
            raise
        from rounds.cli.client_guard import decide

        decide(session, error)
    return written(session, write, asking=asking)

"""`rounds +`: one line about anybody, written as a log entry, a follow-up, or both."""

import shlex
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import written_shape
from rounds.cli.line_questions import Decision, decide_on, written
from rounds.cli.notices_unknown_words import proposals, tell_if_ahead, tell_proposals
from rounds.cli.options import command, who_or_kind
from rounds.cli.output import program, say
from rounds.cli.prompts import can_ask
from rounds.cli.session import Session
from rounds.errors import AmbiguousError, NotFoundError, StoppedError, UsageError

if TYPE_CHECKING:
    from rounds.vault.inbox_lines import InboxItem

_ANSWER = '{"written": WRITTEN, "added": true or false, "to_do": true or false}'


@command("+", _ANSWER, guarded=True)
@click.argument("words", nargs=-1, required=True, metavar="LINE...", shell_complete=who_or_kind)
@click.option("--todo/--done", "to_do", default=None, help="What the line is, where it could be either.")
@click.option("--yes", is_flag=True, help="Don't ask; add an unknown name as a new partner.")
def one_line(session: Session, words: tuple[str, ...], to_do: bool | None, yes: bool) -> None:
    """Write one line about anybody.

    Type it as you would say it: `rounds + call Yuki yesterday: met at the bakery, follow up fri`. It's read as who,
    kind, day, words and follow-ups, and shown before it's written, as one change. What is still to come
    (`coffee with Yuki thu 3pm`, `send Dana the form`) becomes a follow-up. An unknown name can be added as a new
    partner. If a line has signs that your shell reads itself, such as an apostrophe, put it in quotes.

    Without a terminal, a line is written if it can be read in one way only; otherwise add --todo or --done, or --yes.
    """
    from rounds.vault.line_names import names
    from rounds.vault.one_line import missing, read_line

    vault = session.vault
    item = read_line(vault, " ".join(words), names(vault))
    asking = can_ask(session) and not yes
    if to_do is not None:
        item = _settled(item, to_do=to_do)
    if why := missing(vault, item, to_do=item.ahead):
        raise UsageError(why[:1].lower() + why[1:].rstrip("."), hint="Nothing was written.")
    decision = decide_on(session, item, inbox=False) if asking else _unasked(session, item, yes=yes)
    if decision is None:
        raise StoppedError("nothing was written")
    _write(session, decision, asking=asking)


def _write(session: Session, decision: Decision, *, asking: bool) -> None:
    """Write the line, and say what was written."""
    from rounds.vault.one_line import named_too, write_line
    from rounds.vault.same_time import also_then

    vault, (item, path, to_do, _) = session.vault, decision
    clash = also_then(vault, item.plan.due, item.plan.clock) if to_do else ""
    done = written(session, lambda: write_line(vault, item, path, to_do=to_do), asking=asking)
    vault.sync()
    entry = vault.entry(done.path)
    added = [] if path else [f"Added {entry.name}: {done.path}"]
    session.out.show(
        lambda: {"written": written_shape(done, entry.name), "added": not path, "to_do": to_do},
        lambda: [*added, *(f"{entry.name}: {line}" for line in done.lines)],
    )
    for message in filter(None, (clash, named_too(item))):
        say(message)
    if not to_do:
        tell_if_ahead(item.date, vault.today())
        tell_proposals(session, proposals(session, [done.path], item.kind))


def _settled(item: "InboxItem", *, to_do: bool) -> "InboxItem":
    """The item as done or to do, as the user says."""
    from dataclasses import replace

    return replace(item, ahead=to_do, asks=False)


def _unasked(session: Session, item: "InboxItem", *, yes: bool) -> Decision:
    """The decision about a line when nobody is asked.

    Raises:
        AmbiguousError, NotFoundError, UsageError: it can't be read in one way only.
    """
    again = f"{program(session.named)} + --yes {shlex.quote(item.text)}"
    if item.new and not yes:
        near = f"Did you mean {', '.join(item.candidates[:3])}? " if item.candidates else ""
        error = NotFoundError(f"there is nobody named {item.new}", hint=f"{near}To add them and go on: {again}")
        error.verbatim = True
        raise error
    if item.candidates and not item.new:
        places = zip(item.candidates, item.places, strict=True)
        raise AmbiguousError(
            f"the name could be one of {len(item.candidates)} known people",
            hint="Write more of the name.",
            candidates=[f"{name} ({path})" for name, path in places],
        )
    if item.asks and not yes:
        raise UsageError("this could be done, or still to do", hint="Add --done or --todo.")
    return Decision(item, "" if item.new else item.about, item.ahead)

"""`rounds event`: an event, and the people met there."""

import click

from rounds.cli.json_shapes import reminder_shape, written_shape
from rounds.cli.notices_unknown_words import proposals, tell_proposals
from rounds.cli.options import Group, command, who_completion
from rounds.cli.output import say
from rounds.cli.resolve import everyone, some_words
from rounds.cli.session import Session
from rounds.errors import UsageError

_ADD = 'rounds event add "Grand rounds at OHSU" --on friday'


@click.group("event", cls=Group)
def event() -> None:
    """Record an event, and who you met there."""


@command(
    "add",
    '{"event": WRITTEN, "date": DATE, "met": [WRITTEN], "follow_up": WRITTEN or null, "proposed": [REMINDER]}',
    newcomers=True,
    guarded=True,
)
@click.argument("name", nargs=-1, required=True, metavar="NAME")
@click.option("--on", "on", metavar="DATE", default="", help="The day, with a time if it's ahead; today by default.")
@click.option("--with", "who", multiple=True, metavar="WHO", help="Someone you met there; several with commas.",
              shell_complete=who_completion)  # fmt: skip
def add(session: Session, name: tuple[str, ...], on: str, who: tuple[str, ...]) -> None:
    """Add an event, such as grand rounds or a lecture.

    One that is ahead becomes a follow-up in Practice.md, and so is on Today and in the calendar. Afterward, say who you
    met: `rounds event add "Grand rounds at OHSU" --on yesterday --with dana,sam`. It's logged for each of them, and if
    they are several, one follow-up reminds you to write to all.
    """
    from rounds.notes.dates import parse_moment
    from rounds.vault.events import add_event

    vault = session.vault
    text = some_words(" ".join(name), _ADD)
    today = vault.today()
    due, at = parse_moment(on, today=today) if on else (today, None)
    people = everyone(vault, [part.strip() for each in who for part in each.split(",") if part.strip()])
    if any(each.type != "partner" for each in people):
        raise UsageError("only partners can be met at an event", hint="Name the people, not their organization.")
    added = add_event(vault, text, on=due, at=at, people=people)
    vault.sync()
    names = {each.path: each.name for each in people}
    practice = vault.entry(added.event.path).name
    proposed = proposals(session, [each.path for each in added.met], "event") if added.met else []
    written = [added.event, *added.met, *([added.follow_up] if added.follow_up else [])]
    session.out.show(
        lambda: {
            "event": written_shape(added.event, practice),
            "date": str(due),
            "met": [written_shape(each, names[each.path]) for each in added.met],
            "follow_up": written_shape(added.follow_up, practice) if added.follow_up else None,
            "proposed": [reminder_shape(each, today) for each in proposed],
        },
        lambda: [f"{names.get(each.path, practice)}: {line}" for each in written for line in each.lines],
    )
    if not any(each.lines for each in written):
        say("All of this is recorded already.")
    tell_proposals(session, proposed)


event.add_command(add)

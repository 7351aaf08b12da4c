"""`rounds log`: log a touch."""

import click

from rounds.cli.json_shapes import reminder_shape, written_shape
from rounds.cli.notices import tell_if_ahead
from rounds.cli.options import command, kinds, who_or_kind
from rounds.cli.resolve import everyone, some_words, writable
from rounds.cli.session import Session
from rounds.cli.stage_prompts import proposals, tell_proposals
from rounds.errors import UsageError

_EXAMPLE = 'rounds log dana coffee "prefers fax" --on yesterday'


@command("log", '{"logged": [WRITTEN], "date": DATE, "kind": TEXT, "proposed": [REMINDER]}', newcomers=True)
@click.argument("words", nargs=-1, required=True, metavar="WHO... KIND TEXT...", shell_complete=who_or_kind)
@click.option("--on", "on", metavar="DATE", default="", help="The day it was; today unless you say otherwise.")
@click.option("--as", "handle", metavar="HANDLE", default="", help="Who of the team; `me` of config.toml.")
def log(session: Session, words: tuple[str, ...], on: str, handle: str) -> None:
    """Write down a touch: an email, a call, a coffee.

    The people come first, one or several, then the kind, then what there is to say:
    `rounds log dana "sam lee" event grand rounds at OHSU --on yesterday`. Kinds are email, call, coffee, meeting,
    event, intro, referral, reply, thanks, article, card, gift, note, and any other that your logs use.

    A coffee or meeting that was planned for that day is ticked off with it. Where what happened leads to another
    stage, it is proposed.
    """
    from rounds.notes.dates import parse_day
    from rounds.vault.log_actions import log_touch

    vault = session.vault
    people, kind, text = _split(list(words), kinds(session))
    day = parse_day(on, today=vault.today(), past=True) if on else vault.today()
    some_words(text, _EXAMPLE)
    entries = everyone(vault, people)
    writable(vault, *(entry.path for entry in entries))
    who = (handle or vault.config.me).removeprefix("@")
    with vault.change(of=len(entries)):
        written = [log_touch(vault, entry.path, kind, text, on=day, who=who) for entry in entries]
    vault.sync()
    found = list(zip(entries, written, strict=True))
    proposed = proposals(session, [entry.path for entry in entries], kind)
    session.out.show(
        lambda: {
            "logged": [written_shape(each, entry.name) for entry, each in found],
            "date": str(day),
            "kind": kind,
            "proposed": [reminder_shape(reminder, vault.today()) for reminder in proposed],
        },
        lambda: [f"{entry.name}: {line}" for entry, each in found for line in each.lines],
    )
    tell_if_ahead(day, vault.today())
    tell_proposals(session, proposed)


def _split(words: list[str], known: list[str]) -> tuple[list[str], str, str]:
    """Split into people, kind and text at the first kind after a person."""
    for place, word in enumerate(words[1:], 1):
        kind = word.lower().removesuffix(":")
        if kind in known:
            return words[:place], kind, " ".join(words[place + 1 :])
    from difflib import get_close_matches

    close = [kind for word in words[1:] for kind in get_close_matches(word.lower(), known, 1, 0.75)][:1]
    meant = f"Did you mean {close[0]}? " if close else ""
    hint = f"{meant}Known: {', '.join(known)}. For example: {_EXAMPLE}"
    raise UsageError("the kind of touch is missing", hint=hint)

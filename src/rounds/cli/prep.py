"""`rounds prep`: prep sheet for a call or coffee chat."""

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import note_shape, reminder_shape, touch_shape
from rounds.cli.options import command, who_completion
from rounds.cli.output import BOLD, PLAIN, wrapped
from rounds.cli.program_name import program
from rounds.cli.resolve import unmistakable
from rounds.cli.session import Session
from rounds.domain.phrases import day_words, due_words, title_words
from rounds.notes.links import plain

if TYPE_CHECKING:
    from rounds.vault.prep import Sheet

_ANSWER = (
    '{"note": NOTE, "touches": [TOUCH], "reminders": [REMINDER], "unknown": {KEY: TEXT}, '
    '"questions": [{"heading", "items"}], "role": {"name", "why_they_need_us", "why_we_need_them"}, '
    '"share": {"niche", "ideal_client"}}'
)
_FACTS = ("role", "organization", "stage", "connection", "introduced_by", "phone")


@command("prep", _ANSWER, newcomers=True)
@click.argument("who", nargs=-1, required=True, metavar="WHO", shell_complete=who_completion)
def prep(session: Session, who: tuple[str, ...]) -> None:
    """Prepare for a call or a coffee chat.

    A sheet with what happened last, what is still to be learned, the questions of "Coffee chat" in the playbook and of
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
        lambda: _lines(session, found),
    )


def _lines(session: Session, found: "Sheet") -> Iterator[str]:
    today, width = session.vault.today(), session.out.width
    yield f"{BOLD}{found.entry.name}{PLAIN}"
    for key in _FACTS:
        if found.known.get(key):
            yield from wrapped(f"{key.replace('_', ' ')}: {found.known[key]}", width)
    why = {"Why they need you": "why_they_need_us", "Why you need them": "why_we_need_them"}
    parts = [
        ("Planned", [f"{due_words(each, today)}: {title_words(each)}" for each in found.reminders]),
        ("What happened last", [_touch(each.kind, each.text, day_words(each.date, today)) for each in found.touches]),
        ("Still to be learned", [f"{what} ({key})" for key, what in found.unknown.items()]),
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
    yield f'The words of a call: {program(session.named)} draft {who} "call script"'


def _touch(kind: str, text: str, day: str) -> str:
    said = plain(" ".join(text.split()))
    return f"{day} {kind}: {said}" if said else f"{day} {kind}"

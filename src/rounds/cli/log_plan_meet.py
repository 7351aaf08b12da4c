"""`rounds log` (a touch), `plan` (a follow-up) and `meet` (a coffee or meeting)."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, time
from functools import cache
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import reminder_shape, written_shape
from rounds.cli.notices_unknown_words import proposals, tell_if_ahead, tell_if_past, tell_proposals
from rounds.cli.options import command, kind_completion, kinds, who_completion, who_or_kind
from rounds.cli.output import say
from rounds.cli.resolve import everyone, leading, some_words
from rounds.cli.session import Session
from rounds.domain.log_followups import KINDS
from rounds.domain.place_length_travel import planned_words
from rounds.errors import DateError, UsageError

if TYPE_CHECKING:
    from rounds.vault.vault import NoteRecord

DRAFT = "log.md"
"""In the vault's data folder: what was typed in the editor and isn't logged yet."""

_LOG = 'rounds log dana coffee "prefers fax" --on yesterday'


@command(
    "log", '{"logged": [WRITTEN], "date": DATE, "kind": TEXT, "proposed": [REMINDER]}', newcomers=True, guarded=True
)
@click.argument("words", nargs=-1, required=True, metavar="WHO... KIND TEXT...", shell_complete=who_or_kind)
@click.option("--on", "on", metavar="DATE", default="", help="The day it happened; today by default.")
@click.option("--as", "handle", metavar="HANDLE", default="", help="The team member; `me` in config.toml by default.")
@click.option("--edit", "edit", is_flag=True, help="Write the text in your editor.")
def log(session: Session, words: tuple[str, ...], on: str, handle: str, *, edit: bool) -> None:
    """Log a touch: an email, a call, a coffee.

    Type one or more people, then the kind, then the text:
    `rounds log dana "sam lee" event grand rounds at OHSU --on yesterday`. Kinds are email, call, coffee, meeting,
    event, intro, referral, reply, letter, thanks, article, card, gift, note, and any other that your logs use.

    A text of several lines keeps its lines, lists and headings: write it with --edit, or give `-` as the text to read
    it from standard input. What you wrote in the editor is kept until it's logged.

    A coffee or meeting planned for that day is ticked off too, and so is a draft that this answers. If the touch
    suggests another stage, that stage is proposed.
    """
    from rounds.vault.log_actions import log_touch

    vault = session.vault
    people, kind, text = _split(list(words), cache(lambda: kinds(session)))
    day = _past(on, vault.today()) if on else vault.today()
    entries = everyone(vault, people)
    text = some_words(_edited(session, text) if edit else _piped(text), _LOG)
    notes = [vault.editable(entry.path) for entry in entries]  # all of them, before the first is written
    who = (handle or vault.config.me).removeprefix("@")
    with vault.change(of=len(entries)):
        written = [log_touch(vault, note, kind, text, on=day, who=who) for note in notes]
    _discard_draft(session, edit=edit)
    vault.sync_written()
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


_TEXT = "rounds.text"
"""Where a run keeps its text: one that is repeated after a question reads it only once."""


def _piped(text: str) -> str:
    """The text, or that of standard input for `-`."""
    found = click.get_current_context().meta
    if text != "-":
        return text
    if _TEXT not in found:
        if sys.stdin.isatty():
            say("Type the text, and end it with ctrl+D on a line of its own.")
        found[_TEXT] = sys.stdin.read()
    return str(found[_TEXT])


def _edited(session: Session, text: str) -> str:
    """The text from the editor; what could not be logged the last time is there again.

    Raises:
        UsageError: it isn't UTF-8.
        RoundsError: there is no editor, or it ended with an error.
    """
    from rounds.exports.editor_clipboard_mail_obsidian import editor_command, run_editor
    from rounds.storage.locks_private_output_files import write_private
    from rounds.storage.open_file import content

    path, found = _draft(session), click.get_current_context().meta
    if _TEXT not in found:
        if text.strip() or not os.path.exists(path):
            write_private(path, f"{text}\n".lstrip("\n").encode())
        run_editor(editor_command(path, configured=session.vault.config.editor))
        try:
            found[_TEXT] = content(path).decode("utf-8-sig")
        except UnicodeDecodeError:
            raise UsageError(
                f"the text isn't saved as UTF-8: {path}", hint="Save it as UTF-8 in your editor."
            ) from None
    return str(found[_TEXT])


def _discard_draft(session: Session, *, edit: bool) -> None:
    if edit:
        with suppress(FileNotFoundError):
            os.unlink(_draft(session))


def _draft(session: Session) -> str:
    return os.path.join(session.vault.data, DRAFT)


def _past(text: str, today: date) -> date:
    from rounds.notes.dates import parse_day

    return parse_day(text, today=today, past=True)


def _split(words: list[str], known: Callable[[], list[str]]) -> tuple[list[str], str, str]:
    """Split into people, kind and text at the first kind after a person.

    Args:
        known: reads all kinds; called only for a word that isn't one of the format's.
    """
    for place, word in enumerate(words[1:], 1):
        kind = word.lower().removesuffix(":")
        if kind in KINDS or kind in known():
            return words[:place], kind, " ".join(words[place + 1 :])
    from difflib import get_close_matches

    close = [kind for word in words[1:] for kind in get_close_matches(word.lower(), known(), 1, 0.75)][:1]
    suggestion = f"Did you mean {close[0]}? " if close else ""
    hint = f"{suggestion}Known: {', '.join(known())}. For example: {_LOG}"
    raise UsageError("the kind of touch is missing", hint=hint)


_PLAN = 'rounds plan dana "send the one-pager" --by friday'
_LENGTH = click.option(
    "--for",
    "length",
    metavar="TIME",
    default="",
    help="How long it takes, such as 45m; the feed's `minutes` by default.",
)
_TRAVEL = click.option(
    "--travel", metavar="TIME", default="", help="Travel before it, such as 20m; the feed's `travel` by default."
)


@command("plan", '{"planned": WRITTEN, "due": DATE or null, "time": "HH:MM" or null}', newcomers=True, guarded=True)
@click.argument("words", nargs=-1, required=True, metavar="WHO TEXT...", shell_complete=who_completion)
@click.option("--by", "by", metavar="DATE", default="", help="The due date: friday, in 2 weeks, 20 nov, 2026-12-01.")
@click.option("--at", "at", metavar="HH:MM", default="", help="The time of day.")
@click.option("--kind", default="", help="The kind of touch it will be, such as email.",
              shell_complete=kind_completion)  # fmt: skip
@click.option("--place", default="", help="Where a meeting is.")
@_LENGTH
@_TRAVEL
def plan(
    session: Session, words: tuple[str, ...], *, by: str, at: str, kind: str, place: str, length: str, travel: str
) -> None:
    """Plan a follow-up.

    Without --by, it has no due date.
    """
    from rounds.notes.dates import parse_moment

    vault = session.vault
    entry, rest = leading(vault, words)
    text = " ".join(rest) if place else some_words(" ".join(rest), _PLAN)
    due, clock = parse_moment(by, today=vault.today()) if by else (None, None)
    if at:
        if due is None:
            raise UsageError("a time needs a day", hint=f"Add --by, for example: {_PLAN} --at {at}")
        if clock is not None:
            raise UsageError(f"two times of day: {by} and {at}", hint="Leave one out.")
        clock = _time(at, vault.today())
    write_plan(session, entry, text, due=due, clock=clock, kind=kind, place=place, length=length, travel=travel)


def write_plan(
    session: Session,
    entry: "NoteRecord",
    text: str,
    *,
    due: date | None,
    clock: time | None,
    kind: str,
    place: str = "",
    length: str = "",
    travel: str = "",
) -> None:
    """Write a follow-up and answer with it; warn if its day is past."""
    from rounds.vault.log_actions import plan as plan_followup
    from rounds.vault.same_time import also_then

    vault = session.vault
    text = planned_words(text, place, length, travel, kind=kind, timed=clock is not None)
    clash = also_then(vault, due, clock)
    written = plan_followup(vault, entry.path, text, due=due, at=clock, kind=kind.strip().lower())
    vault.sync_written()
    session.out.show(
        lambda: {
            "planned": written_shape(written, entry.name),
            "due": str(due) if due else None,
            "time": f"{clock:%H:%M}" if clock else None,
        },
        lambda: [f"{entry.name}: {line}" for line in written.lines],
    )
    if due:
        tell_if_past(due, vault.today())
    if clash:
        say(clash)


def _time(text: str, today: date) -> time:
    from rounds.notes.dates import parse_moment

    with suppress(DateError):
        day, at = parse_moment(text, today=today)
        if at is not None and day == today:
            return at
    raise UsageError(f"{text} isn't a time of day", hint="Write it like 12:30 or 9am.")


_MEET = 'rounds meet dana "tue 12:30" Heart Coffee'


@command("meet", '{"planned": WRITTEN, "due": DATE, "time": "HH:MM" or null}', newcomers=True, guarded=True)
@click.argument("words", nargs=-1, required=True, metavar="WHO WHEN [PLACE]...", shell_complete=who_completion)
@click.option("--kind", default="coffee", show_default=True, help="coffee, meeting or another kind.",
              shell_complete=kind_completion)  # fmt: skip
@_LENGTH
@_TRAVEL
def meet(session: Session, words: tuple[str, ...], kind: str, length: str, travel: str) -> None:
    """Plan a coffee or a meeting.

    WHEN is a day, with a time if you know it: `rounds meet dana tue 12:30 Heart Coffee`. After the meeting, tick it
    off with `rounds done`; a thank-you is planned for the next day.
    """
    vault = session.vault
    entry, rest = leading(vault, words, ends=lambda rest: _begins_with_day(rest, vault.today()))
    if not rest:
        raise UsageError("the day is missing", hint=f"For example: {_MEET}")
    due, at, place = _when(rest, vault.today())
    text = f"at {place}" if place else f"with {entry.name}"
    write_plan(session, entry, text, due=due, clock=at, kind=kind, length=length, travel=travel)


def _begins_with_day(words: Sequence[str], today: date) -> bool:
    try:
        _when(words, today)
    except DateError:
        return False
    return True


def _when(words: Sequence[str], today: date) -> tuple[date, time | None, str]:
    """Parse the day and time from as many first words as possible; the rest is the place."""
    from rounds.notes.dates import date_at_start, parse_moment

    for count in range(min(len(words), 6), 0, -1):
        try:
            due, at = parse_moment(" ".join(words[:count]), today=today)
        except DateError:
            continue
        place = " ".join(words[count:]).strip()
        if word := date_at_start(place):
            hint = f"For example: {_MEET}. If the place starts like that, put a word before it."
            raise DateError(f'"{word}" can\'t be read as a time or a day here', hint=hint)
        return due, at, place[3:].strip() if place.lower().startswith("at ") else place
    raise DateError(f"no date found in: {' '.join(words)}", hint=f"For example: {_MEET}")

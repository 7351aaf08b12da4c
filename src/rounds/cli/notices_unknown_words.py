"""Messages shared by several commands, and answers to unknown words: suggestions, an offer to add people."""

import re
import shlex
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any

from rounds.cli.output import as_typed, program, say
from rounds.cli.prompts import agrees, can_ask
from rounds.cli.resolve import unmistakable
from rounds.cli.session import Session
from rounds.domain.phrases import counted, day_words
from rounds.domain.query.fields import closest
from rounds.domain.reminders.reminder import Reminder
from rounds.errors import AmbiguousError, NotFoundError, RoundsError, UsageError
from rounds.vault.client_guard import check_name

if TYPE_CHECKING:
    from rounds.vault.vault import NoteRecord


def tell_if_past(day: date, today: date) -> None:
    """Say that a planned day is in the past, so it's already overdue."""
    if day < today:
        what = as_typed("To record what happened: rounds log")
        say(f"Note: {day_words(day, today)} is in the past, so it's already overdue. {what}")


def tell_if_ahead(day: date, today: date) -> None:
    """Say that a logged touch doesn't count until its day (vault format, Partner)."""
    if day > today:
        say(f"Note: {day_words(day, today)} is in the future; until then this doesn't count as a touch.")
        say(as_typed("To plan something: rounds meet, rounds plan"))


def tell_of_code(code: str) -> None:
    """Say where to keep a newly generated client code."""
    say(f"Note in the chart who {code} stands for; the vault must not contain clients' names.")


_NAMED = 5
"""Maximum number of notes that a message names."""


def tell_of_unread(entries: "Iterable[NoteRecord]") -> None:
    """Name the notes that can't be read, since what goes out about them may be old or missing."""
    unread = [entry.path for entry in entries if not entry.readable]
    if not unread:
        return
    more = f", and {counted(len(unread) - _NAMED, 'more')}" if len(unread) > _NAMED else ""
    say(f"{counted(len(unread), 'note')} can't be read: {', '.join(unread[:_NAMED])}{more}. "
        "What goes out may be old or incomplete.")  # fmt: skip
    say(as_typed("To see why: rounds check"))


def confirm_word(session: Session, key: str, text: str) -> str:
    """Check a role or other word for a likely typo: ask if a known word was intended, else print that it's new.

    Returns the text, with the known word if the user chose it.
    """
    from rounds.vault.did_you_mean import slips

    for slip in slips(session.vault, key, text):
        if slip.likely and can_ask(session) and agrees(slip.in_words()):
            text = text.replace(slip.word, slip.near)
        else:
            say(slip.in_words())
    return text


def proposals(session: Session, paths: Sequence[str], kind: str) -> list[Reminder]:
    """The stages proposed for these partners because of this kind of touch; others wait until someone looks."""
    from rounds.domain.reminders.rules import leads_to
    from rounds.vault.reminders import stages

    stage = leads_to(kind)
    keys = [session.vault.entry(path).key for path in paths] if stage else []
    return [each for each in stages(session.vault, keys) if each.sets == ("stage", stage)]


def tell_proposals(session: Session, proposed: Sequence[Reminder]) -> None:
    """Print each, with the command that writes the stage."""
    for reminder in proposed:
        assert reminder.sets is not None
        who = shlex.quote(unmistakable(session.vault, reminder.path, reminder.name))
        command = f"{program(session.named)} set {who} stage={shlex.quote(reminder.sets[1])}"
        say(f"{reminder.name}. {reminder.title} {command}")


_NO_NAME = re.compile(r"[\d@/\\\[\]#^|<>=:*?\"]|^-|\.md$")
_LONGEST = 80


def welcome(session: Session, error: NotFoundError, again: Callable[[], Any], *, goes_on: bool) -> Any:
    """Offer to add the unknown people, then run the command again, as one change.

    Args:
        again: runs the original command.
        goes_on: whether the command makes sense for a new partner.

    Raises:
        NotFoundError: nobody was added; the hint gives the command that adds them and does the rest.
        ClientInformationError: an unknown name looks like a client's, so adding it isn't offered.
    """
    names = [full_name(name) for name in error.unknown]
    for name in names if goes_on else ():
        check_name(session.vault, "", name)
    suggestion = f"Did you mean {', '.join(error.suggestions[:3])}?" if error.suggestions else ""
    error.hint = "\n".join(filter(None, (suggestion, _how_to_add(session, error, names, goes_on=goes_on))))
    error.verbatim = True
    if not goes_on or not all(names) or not can_ask(session):
        raise error
    say(f"rounds: {error.message}")
    if suggestion:
        say(suggestion)
    for name in names:
        if not agrees(f'Add "{name}" as a new partner?'):
            error.message = "nobody was added, and nothing was written"
            raise error
    return _with(session, names, again)


def full_name(typed: str) -> str:
    """A typed name with capitals (`noor haddad`); empty if it can't be a name."""
    words = " ".join(typed.split())
    if len(words) > _LONGEST or _NO_NAME.search(words) or not any(map(str.isalpha, words)):
        return ""
    return re.sub(r"(?:^|(?<=[\s-]))\w", lambda first: first[0].upper(), words) if words == words.lower() else words


def _how_to_add(session: Session, error: NotFoundError, names: list[str], *, goes_on: bool) -> str:
    if not all(names):
        mail = next((name for name in error.unknown if "@" in name), "")
        return as_typed("Add them with: rounds add NAME", session) + (f" --email {shlex.quote(mail)}" if mail else "")
    adding = [f"{program(session.named)} add {shlex.quote(name)}" for name in names]
    if not goes_on:
        return f"To add them: {' && '.join(adding)}"
    return f"To add them and go on: {' && '.join([*adding, f'{program()} {shlex.join(session.words)}'])}"


def _with(session: Session, names: list[str], again: Callable[[], Any]) -> Any:
    """Add them and rerun the command; if it fails, undo the additions."""
    from rounds.vault.history_undo import undo
    from rounds.vault.note_files import add

    vault, change = session.vault, None
    try:
        with vault.change() as change:
            for name in names:
                say(f"Added {name}: {add(vault, name, [])}")
            vault.sync()
            return again()
    except BaseException:
        if change is not None and change.steps:
            with suppress(RoundsError):
                undo(vault, change.id)
            if not change.half:  # otherwise a notice reports it
                say(f"{', '.join(names)}: removed again.")
        raise


def mistyped_command(session: Session, words: Sequence[str], commands: Sequence[str]) -> UsageError:
    """The error for an unknown first word: suggests what to do with a name in the vault, else the closest command."""
    typed = words[0]
    near = closest(typed, commands)
    plain = [word for word in words if not word.startswith("-")]
    command = _as_a_line(session, plain) or _about_somebody(session, plain, sure=bool(near))
    did = f". Did you mean {near}?" if near and not command else ""
    error = UsageError(f'there is no command "{typed}"{did}', hint=command or as_typed("See: rounds --help", session))
    error.verbatim = True
    return error


def _as_a_line(session: Session, words: Sequence[str]) -> str:
    """The command for words that are a line about somebody: `call dana yesterday`; empty for any others."""
    from rounds.vault.line_names import BEFORE_NAME, names
    from rounds.vault.one_line import read_line

    if len(words) < 2 or words[0].lower() not in BEFORE_NAME:
        return ""
    with suppress(RoundsError, OSError):
        item = read_line(session.vault, " ".join(words), names(session.vault))
        if item.about or item.candidates:
            return f"To write that as a line about somebody: {program(session.named)} + {shlex.join(words)}"
    return ""


def _about_somebody(session: Session, words: Sequence[str], *, sure: bool) -> str:
    """The command to type if the words start with a person's name; empty if they don't.

    Args:
        sure: whether to ignore misspelled names, because a command is spelled almost the same.
    """
    from rounds.cli.resolve import leading, spelled
    from rounds.vault.list_search import kinds

    named, rest = words[:1], list(words[1:])
    with suppress(RoundsError, OSError):
        try:
            entry, rest = leading(session.vault, words)
            named = words[: len(words) - len(rest)]
            if sure and not spelled(entry, " ".join(named)):
                return ""
        except AmbiguousError:
            pass
        if len(rest) > 1 and rest[0] in kinds(session.vault):
            return f"To log that: {program(session.named)} log {shlex.join(words)}"
        return f"To see what is known about them: {program(session.named)} show {shlex.join(named)}"
    return ""

"""Error hints for a misspelled command or a name typed in its place."""

import shlex
from collections.abc import Sequence
from contextlib import suppress

from rounds.cli.program_name import as_typed, program
from rounds.cli.session import Session
from rounds.domain.query.fields import closest
from rounds.errors import AmbiguousError, RoundsError, UsageError


def meant(session: Session, words: Sequence[str], commands: Sequence[str]) -> UsageError:
    """The error with the likely meaning: a name in the vault first, else the closest command.

    Args:
        words: the command line from that word on.
    """
    typed = words[0]
    near = closest(typed, commands)
    command = _about_somebody(session, [word for word in words if not word.startswith("-")], sure=bool(near))
    did = f". Did you mean {near}?" if near and not command else ""
    error = UsageError(f'there is no command "{typed}"{did}', hint=command or as_typed("See: rounds --help", session))
    error.verbatim = True
    return error


def _about_somebody(session: Session, words: Sequence[str], *, sure: bool) -> str:
    """The command to type if the words start with a person's name; empty if they don't.

    Args:
        sure: whether to ignore misspelled names, because a command is spelled almost the same.
    """
    from rounds.cli.resolve import leading, spelled
    from rounds.vault.queries import kinds

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
            return f"To write that down: {program(session.named)} log {shlex.join(words)}"
        return f"To see what is known of them: {program(session.named)} show {shlex.join(named)}"
    return ""

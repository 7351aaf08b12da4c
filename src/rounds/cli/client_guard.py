"""Questions about client information in what a command would write."""

from typing import TYPE_CHECKING

from rounds.cli.output import say
from rounds.cli.prompts import ask, can_ask, choose
from rounds.cli.session import Session
from rounds.errors import ClientInformationError, StoppedError

if TYPE_CHECKING:
    from rounds.vault.client_guard import Added

_CHOICES = ("write", "edit", "keep", "stop")


def decide(session: Session, error: ClientInformationError) -> None:
    """Ask about each line; the command can then run again.

    Raises:
        ClientInformationError: nobody can answer.
        StoppedError: the user stopped; nothing was written.
    """
    if not can_ask(session):
        raise error
    say("The vault holds no client information: names, numbers and dates of clients belong in the chart.")
    for added in error.added:
        session.unsynced_vault.decisions.instead[added.text] = _ask(session, added)


def _ask(session: Session, added: "Added") -> str:
    from rounds.vault.client_guard import kept, without

    shorter = without(added)
    say(f"  {added.text}")
    say(f"  {_underlined(added)}")
    for finding in added.findings:
        say(f'{finding.why}: "{finding.text}". {finding.how}')
    say(f"Without it: {shorter}")
    choice = choose("write it so, edit it, keep it as typed, or stop (write, edit, keep, stop)", _CHOICES, "write")
    if choice == "write":
        return _with_code(session, added, shorter)
    if choice == "edit":
        return ask("The line", shorter)
    if choice == "keep":
        reason = ask("Why may it stay (who it is, for example)", "not a client")
        return kept(added, reason)
    raise StoppedError("nothing was written")


def _with_code(session: Session, added: "Added", shorter: str) -> str:
    """The line with one of the partner's client codes in place of `[client]`, if the user chooses one."""
    from rounds.vault.client_codes import codes_of
    from rounds.vault.client_guard import placeholder

    here = placeholder(added)
    if here not in shorter or not (codes := codes_of(session.unsynced_vault, added.path)):
        return shorter
    code = ask(f"a code in place of {here} ({', '.join(codes)}; Enter for none)")
    found = next((each for each in codes if each.lower() == code.lower()), "")
    return shorter.replace(here, found) if found else shorter


def _underlined(added: "Added") -> str:
    marks = [" "] * len(added.text)
    for finding in added.findings:
        marks[finding.start : finding.end] = "^" * (finding.end - finding.start)
    return "".join(marks).rstrip()

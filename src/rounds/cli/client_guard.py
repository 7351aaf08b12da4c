"""Questions about client information in what a command would write."""

from typing import TYPE_CHECKING

from rounds.cli.output import say, wrapped
from rounds.cli.prompts import ask, can_ask, choose
from rounds.cli.session import Session
from rounds.errors import ClientInformationError, StoppedError

if TYPE_CHECKING:
    from rounds.vault.client_guard import Added


def decide(session: Session, error: ClientInformationError) -> None:
    """Ask about each line; the command can then run again.

    Raises:
        ClientInformationError: nobody can answer.
        StoppedError: the user stopped; nothing was written.
    """
    if not can_ask(session):
        raise error
    if not session.unsynced_vault.decisions.instead:
        _explain(session, error)
    for added in error.added:
        session.unsynced_vault.decisions.instead[added.text] = _ask(session, added)


def _explain(session: Session, error: ClientInformationError) -> None:
    """Say once what this is about."""
    words = "This looks like client information, which belongs in the chart. docs/client-information.md says why."
    for line in wrapped(words, session.out.width):
        say(line)
    typed = " ".join(session.words)
    if any(each.text and each.text in typed for added in error.added for each in added.findings):
        say("What you typed stays in your shell's history; you can delete it there.")


def _ask(session: Session, added: "Added") -> str:
    from rounds.vault.client_guard import edited, kept, without, words_to_edit

    shorter = without(added)
    say(f"  {added.text}")
    if len(added.text) + 2 <= session.out.width and added.text.isascii():
        say(f"  {_underlined(added)}")
    for why in dict.fromkeys(f'{each.why}: "{each.text}". {each.how}' for each in added.findings):
        for line in wrapped(why[:1].upper() + why[1:], session.out.width):
            say(line)
    if added.line:
        say(f"Without it: {shorter}")
    question, choices = _LINE if added.line else _NAME
    choice = choose(question, choices, choices[0])
    if choice == "write":
        return _filled(session, added, shorter)
    if choice == "edit":
        words = words_to_edit(added, shorter)
        if added.line:
            return edited(added, ask("The words", words))
        name = ask("The name")
        return name if name not in {"", added.text} else _ask(session, added)  # the same name isn't yet a yes to it
    if choice == "keep":
        return kept(added, ask("Why may it stay (who it is, for example)", "not a client") if added.line else "")
    raise StoppedError("nothing was written")


_LINE = (
    "write it so, edit it, keep it as typed, or stop (write, edit, keep, stop)",
    ["write", "edit", "keep", "stop"],
)
_NAME = "give it another name, keep this one, or stop (edit, keep, stop)", ["edit", "keep", "stop"]


def _filled(session: Session, added: "Added", shorter: str) -> str:
    """The line with a client code or an age group in place of the neutral word, if the user chooses one."""
    from rounds.vault.client_guard import proposals

    for word, texts in proposals(session.unsynced_vault, added):
        what = "an age group" if "age" in word else "a code"
        while word in shorter:  # once for each person
            typed = ask(f"{what} in place of {word} ({', '.join(texts)}; Enter for none)")
            found = [each for each in texts if typed and each.lower().startswith(typed.lower())]
            exact = [each for each in found if each.lower() == typed.lower()]
            if not exact and len(found) != 1:
                break
            shorter = shorter.replace(word, (exact or found)[0], 1)
    return shorter


def _underlined(added: "Added") -> str:
    marks = [" "] * len(added.text)
    for finding in added.findings:
        marks[finding.start : finding.end] = "^" * (finding.end - finding.start)
    return "".join(marks).rstrip()

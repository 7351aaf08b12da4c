"""Other appointments at the same minute, to say so when one is planned or moved."""

from datetime import date, time

from rounds.domain.phrases import some_of
from rounds.index.queries_appointments import followups_at
from rounds.notes.links import plain
from rounds.vault.reminders import has_followups
from rounds.vault.vault import Vault


def also_then(vault: Vault, day: date | None, clock: time | None, own: tuple[str, int] = ("", 0)) -> str:
    """`At the same time: coffee, Dana Whitlock.`: the open follow-ups at a minute; empty if there are none.

    Ask before the new one is written.

    Args:
        own: path and line of a follow-up that is about to move there.
    """
    if day is None or clock is None:
        return ""
    found = vault.ask(followups_at, str(day), f"{clock:%H:%M}")
    others = [
        f"{kind or plain(text)}, {name}"
        for path, type_, name, line, text, kind in found
        if (path, line) != own and has_followups(vault, path, type_)
    ]
    return f"At the same time: {some_of(others)}." if others else ""

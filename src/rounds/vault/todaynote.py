"""Today.md: what is due, as a note in the vault, for the phone. The one note that is generated, by one machine."""

import os

from rounds.domain.feed import without_codes
from rounds.domain.reminders import Reminder
from rounds.errors import RoundsError
from rounds.formats.links import plain, stem
from rounds.formats.plain import shown
from rounds.store import files
from rounds.vault.agenda import today_list
from rounds.vault.vault import Vault

PATH = "Today.md"
_MARK = "%% Made by Rounds, and written anew each time: rounds today --note %%"


def write_today(vault: Vault) -> bool:
    """Write what is due, with links to the notes and without any client code, into Today.md.

    Returns:
        False where the note was up to date.

    Raises:
        RoundsError: somebody else's note of that name is there, or it can't be written.
    """
    if vault.vanished is not None:
        raise vault.vanished
    path = os.path.join(vault.root, PATH)
    before = None
    if os.path.lexists(path):
        before, _ = files.read(path)
        if _MARK.encode() not in before:
            raise RoundsError(f"{PATH} is a note of yours", hint="Give it another name; then it is made.")
    data = _text(vault).encode()
    if data == before:
        return False
    files.write(vault.root, PATH, data, base=files.digest(before) if before is not None else None)
    return True


def _text(vault: Vault) -> str:
    today = vault.today()
    due, waiting = today_list(vault)
    lines = [f"# {today:%A}, {today.day} {today:%B %Y}", "", _MARK, ""]
    lines += [_line(reminder) for reminder in due] or ["Nothing is due today."]
    soon = [r for r in waiting if r.due is not None and (r.due - today).days <= 7]
    if soon:
        lines += ["", "## No hurry", "", *[_line(reminder) for reminder in sorted(soon, key=Reminder.by_day)]]
    return "\n".join(lines) + "\n"


def _line(reminder: Reminder) -> str:
    """One reminder. It begins with a link, so that nobody reads it as a log entry or a task."""
    name = shown(plain(reminder.name))
    target = reminder.path.removesuffix(".md")
    link = f"[[{target}|{name}]]" if stem(target) != stem(name) else f"[[{name}]]"
    when = (
        ""
        if reminder.due is None
        else f" ({reminder.due.day} {reminder.due:%b}{f', {reminder.time:%H:%M}' if reminder.time else ''})"
    )
    kind = f"{reminder.kind}: " if reminder.line and reminder.kind and reminder.kind != reminder.title else ""
    return f"- {link} {without_codes(shown(kind + plain(reminder.title)))}{when}"

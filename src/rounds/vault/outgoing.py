"""Texts that leave the vault: client information stays here, and neutral words go out in its place.

A line that the user marked as an exception (`%% rounds: ok phi %%`) goes out as it is.
"""

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rounds.domain.log_followups import KINDS, MEETINGS
from rounds.domain.phrases import some_of
from rounds.domain.reminders.reminder import FOLLOW_UP, Reminder
from rounds.index import queries
from rounds.storage import files
from rounds.vault.client_guard import Added, without

if TYPE_CHECKING:
    from rounds.domain.guard.guard import Finding
    from rounds.vault.vault import Vault

Concerns = Mapping[str, Collection[int] | None]
"""Lines with client information by the path of their note, 0 for its name; None for a note that can't be read now."""


def concerns_of(vault: "Vault", paths: Iterable[str]) -> Concerns:
    """What the guard found in some notes."""
    from rounds.vault.compliance import look

    lines: dict[str, set[int]] = {path: set() for path in paths}
    rows, unread = look(vault, lines)
    for path, row in rows:
        if row.level == "error":
            lines[path].add(row.line)
    return {**lines, **dict.fromkeys(unread)}


def neutral_reminders(vault: "Vault", reminders: Iterable[Reminder], concerns: Concerns) -> list[Reminder]:
    """Reminders for a calendar or a note for the phone: a follow-up with client information is only a follow-up.

    Identity, day, time and kind stay.

    Args:
        concerns: of their notes.
    """
    found, held = [], set[tuple[str, int]]()
    for each in reminders:
        reminder, lines = each, concerns.get(each.path, ())
        if each.line and (errors_in(vault, each.title, each.path) if lines is None else each.line in lines):
            kind = each.kind if each.kind in {*KINDS, *MEETINGS} else FOLLOW_UP
            reminder = replace(each, title=FOLLOW_UP, kind=kind)
            held.add((each.path, each.line))
        if lines and 0 in lines:
            reminder = replace(reminder, name=neutral(vault, each.name))
            held.add((each.path, 0))
        found.append(reminder)
    places = [f"{path} line {line}" if line else f"the name of {path}" for path, line in sorted(held)]
    tell(vault, f'"{FOLLOW_UP}" goes', places)
    return found


def neutral_values(vault: "Vault", path: str, texts: Mapping[str, str], others: Sequence[str] = ()) -> dict[str, str]:
    """Properties as text, for a message or a page.

    Args:
        path: their note.
        others: paths of further notes that some of them may come from.
    """
    return {key: neutral(vault, text, path, key, others) for key, text in texts.items()}


def neutral(vault: "Vault", text: str, path: str = "", key: str = "", others: Sequence[str] = ()) -> str:
    """A text with neutral words in place of client information.

    Args:
        path: of the note that it comes from, or whose people are known; empty for none.
        key: its property.
        others: paths of further notes that it may come from.
    """
    lines = []
    for line in text.split("\n"):
        found = errors_in(vault, line, path, key, others)
        if found:
            tell(vault, "neutral words go", [f"{path} {key}".rstrip()] if path else ())
            line = without(Added(path, 0, line, is_property=True, findings=tuple(found)))  # noqa: PLW2901
        lines.append(line)
    return "\n".join(lines)


def errors_in(vault: "Vault", text: str, path: str, key: str = "", others: Sequence[str] = ()) -> "list[Finding]":
    """Client information in one line of text, but for that in lines that the user marked; arguments as `neutral`."""
    from rounds.domain.guard.whole_notes import is_clean
    from rounds.vault.known_people import client_words, known_for

    start = f"{key}: " if key else "- "
    if is_clean(start + text, client_words(vault)):
        return []
    from rounds.domain.guard.guard import Certainty, find

    entry = vault.ask(queries.note_at, path)
    found = []
    for each in find(start + text, known_for(vault, path, entry.properties if entry else {})):
        if each.level is Certainty.ERROR and not may_go_out(vault, start + text, each, path, *others):
            begin = max(0, each.start - len(start))
            found.append(each._replace(start=begin, end=max(begin, each.end - len(start))))
    return found


def may_go_out(vault: "Vault", line: str, finding: "Finding", *paths: str) -> bool:
    """Whether words with a finding are somebody of the vault, or an exception in one of these notes."""
    from rounds.vault.known_people import may_name, somebody

    return bool(somebody(vault, may_name(line, finding))) or is_exception(vault, finding, *paths)


def is_exception(vault: "Vault", finding: "Finding", *paths: str) -> bool:
    """Whether the words stand in a line of these notes that the user marked."""
    from rounds.domain.guard.whole_notes import is_accepted

    for path in filter(None, paths):
        try:
            data, _ = files.read(os.path.join(vault.root, path))
        except OSError:
            continue
        lines = data.decode(errors="replace").splitlines()
        if any(finding.text in line and is_accepted(line) for line in lines):
            return True
    return False


def tell(vault: "Vault", what: str, places: Iterable[str]) -> None:
    """Say which places went out without their words: each once, as a notice.

    Args:
        what: goes out in their place, with the verb.
    """
    new = [place for place in places if place not in vault.held_back]
    if new:
        vault.held_back.update(new)
        vault.writer.notices.append(
            f"Client information stays here: {what} out in its place, for {some_of(new)}. To see it: rounds check"
        )

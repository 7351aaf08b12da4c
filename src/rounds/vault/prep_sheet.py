"""Prep sheet for a call or coffee chat (guide, lines 6 and 14 to 17)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from rounds.domain.log_followups import LogEntry
from rounds.domain.reminders.reminder import Reminder
from rounds.index import queries
from rounds.notes.links import plain
from rounds.notes.markdown import without_comments
from rounds.vault.organizations import properties_of
from rounds.vault.practice import niche_for, practice_of, role_note, texts_of
from rounds.vault.vault import NoteRecord, Vault

COFFEE = "coffee chat"
"""The playbook's note with the questions; if missing, the template's is used."""

LAST = 5
"""Touches shown on the sheet."""

WANTED = {
    "referral_method": "how they want referrals: secure email, fax, EHR message, portal or phone",
    "referral_includes": "what information helps with a referral",
    "referral_contact": "who contacts referred clients, how, and how soon",
    "accepting": "whether they take new clients",
    "connection": "something personal to come back to",
}
"""Facts to learn about a partner, by property (guide, line 17)."""

_PART = re.compile(
    r"^(?:#{1,6} (?P<heading>.+)|(?P<lead>[^-*\s#].*:)|[-*] (?P<item>.+(?:\n[ \t]+[^\s\-*].*)*))$", re.MULTILINE
)


class Questions(NamedTuple):
    """Questions or other points under a heading."""

    heading: str
    items: tuple[str, ...]


class Sheet(NamedTuple):
    """Facts and questions for a conversation.

    Attributes:
        known: properties as text, including the organization's.
        touches: the last ones, newest first.
        unknown: facts to learn, by property.
        role: name, why they need us and why we need them; empty text if unset.
        share: our niche for this partner, and our ideal client.
    """

    entry: NoteRecord
    known: dict[str, str]
    touches: list[LogEntry]
    reminders: list[Reminder]
    unknown: dict[str, str]
    questions: list[Questions]
    role: dict[str, str]
    share: dict[str, str]


def sheet(vault: Vault, entry: NoteRecord) -> Sheet:
    """Build the sheet for a partner."""
    from rounds.vault.reminders import note_reminders, timeline

    known = texts_of(properties_of(vault, entry))
    practice = practice_of(vault)
    note = role_note(vault, known.get("role", ""))
    role = texts_of(note.properties) if note else {}
    questions = [*_questions(_coffee(vault))]
    if note:
        questions += [
            each._replace(heading=each.heading or note.name) for each in _questions(vault.read(note.path).document.body)
        ]
    return Sheet(
        entry,
        known,
        [touch for touch in timeline(vault, entry) if touch.is_touch and touch.date <= vault.today()][:LAST],
        sorted(note_reminders(vault, entry.path), key=Reminder.by_day),
        {key: what for key, what in WANTED.items() if not known.get(key)},
        questions,
        {
            "name": note.name if note else known.get("role", ""),
            **{key: role.get(key, "") for key in ("why_they_need_us", "why_we_need_them")},
        },
        {
            "niche": niche_for(vault, practice, known.get("role", "")),
            "ideal_client": practice.texts.get("ideal_client", ""),
        },
    )


def _coffee(vault: Vault) -> str:
    found = next(iter(vault.ask(queries.notes_named, COFFEE)), None)
    if found is not None:
        return vault.read(found.path).document.body
    from rounds.storage.open_file import content
    from rounds.vault.create_vault import template_root

    return content(str(template_root() / "Playbook" / "Coffee chat.md")).decode()


def _questions(text: str) -> Iterator[Questions]:
    """The lists in a note, each under its heading or the line above it."""
    heading, items = "", list[str]()
    for part in _PART.finditer(without_comments(text.replace("\r\n", "\n"))):
        if part["item"]:
            items.append(plain(" ".join(part["item"].split())))
            continue
        if items:
            yield Questions(heading, tuple(items))
        heading, items = plain((part["heading"] or part["lead"]).strip().removesuffix(":")), []
    if items:
        yield Questions(heading, tuple(items))

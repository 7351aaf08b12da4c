"""What messages can fill in: the texts of partner, introducer, practice and role, and what follows from the log."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from rounds.domain.connection import because
from rounds.domain.draft_claims import A_WHILE
from rounds.domain.gaps_introductions_suggestions import MET
from rounds.domain.links import targets
from rounds.domain.log_followups import MEETINGS, LogEntry, is_introduction, is_request
from rounds.domain.reminders.reminder import WORKED
from rounds.domain.salutation import Name, called, is_doctor, on_first_names, salutation
from rounds.index import queries
from rounds.index.queries_appointments import appointments
from rounds.notes.links import first_target, plain, stem
from rounds.notes.properties import items_of, text_of
from rounds.notes.schema import KEYS
from rounds.vault.client_release import NOBODY, AboutClient
from rounds.vault.organizations import properties_of
from rounds.vault.outgoing import neutral, neutral_values
from rounds.vault.practice import Practice, niche_for, role_note, sayable, texts_of
from rounds.vault.vault import NoteRecord, Vault

if TYPE_CHECKING:
    from rounds.notes.templates import Values

ARTICLE = "[title and author, with a link]"
"""Placeholder for an article that wasn't named."""

DERIVED = ("salutation", "first_name", "last_name", "title", "called", "because", "met", "last_met", "been_a_while")
"""Names of a partner that messages can use, beside the properties."""


class History(NamedTuple):
    """A partner's log up to today, newest first, as messages need it."""

    entries: tuple[LogEntry, ...]
    today: date

    @property
    def last_touch(self) -> LogEntry | None:
        """The latest interaction."""
        return next((each for each in self.entries if each.is_touch), None)

    @property
    def last_meeting(self) -> LogEntry | None:
        """The latest meeting of any kind."""
        return next((each for each in self.entries if each.kind in MEETINGS), None)

    @property
    def request(self) -> LogEntry | None:
        """The request for an introduction that nothing has followed yet: no introduction, answer, call or meeting."""
        for each in self.entries:
            if each.kind in WORKED or is_introduction(each):
                return None
            if is_request(each):
                return each
        return None

    def was_introduced(self, by: str) -> bool:
        """Whether the log bears out that an introduction was made, and not only asked for.

        Args:
            by: the name of who introduced us.
        """
        first = by.partition(" ")[0]
        said = re.compile(
            rf"\b{re.escape(first)}\b.{{0,60}}\b(?:introduc|suggest|recommend)|\bintro\w* by\b.*\b{re.escape(first)}\b"
        )
        worked = False
        for each in self.entries:
            if each.kind == "intro" and (worked or not is_request(each)):
                return True
            if each.kind != "intro" and said.search(plain(each.text)):
                return True
            worked = worked or each.kind in WORKED
        return False

    @property
    def been_a_while(self) -> bool:
        """Whether nobody was in touch for three months, after a time when somebody was."""
        last = self.last_touch
        return last is not None and self.today - last.date >= timedelta(days=A_WHILE)

    @property
    def last_met(self) -> str:
        """When they last met, in words that read well in a letter: `in October`, `in May 2024`; empty for never."""
        last = self.last_meeting
        if last is None:
            return ""
        days = (self.today - last.date).days
        if days <= 6:
            return "the other day"
        if (last.date.year, last.date.month) == (self.today.year, self.today.month):
            return "earlier this month"
        return f"in {last.date:%B}" if days < 300 else f"in {last.date:%B} {last.date.year}"


def history_of(vault: Vault, entry: NoteRecord) -> History:
    """The history of a partner."""
    from rounds.vault.reminders import timeline

    today = vault.today()
    return History(tuple(each for each in timeline(vault, entry) if each.date <= today), today)


def has_met(entry: NoteRecord, history: History) -> bool:
    """Whether a partner has been met, by stage or by log."""
    return text_of(entry.properties.get("stage")).lower() in MET or history.last_meeting is not None


def parsed_name(text: str) -> Name:
    """A name in parts."""
    from nameparser import HumanName

    found = HumanName(text)
    return Name(str(found.title), str(found.first), str(found.last))


def addressed(vault: Vault, entry: NoteRecord, texts: Mapping[str, str], log: Iterable[LogEntry]) -> dict[str, str]:
    """How to address a partner: `salutation`, `called`, `title`, `first_name` and `last_name`.

    Args:
        texts: the partner's properties as they may go out.
        log: the partner's entries.
    """
    name = parsed_name(entry.name)
    note = role_note(vault, texts.get("role", ""))
    codes = items_of(note.properties.get("taxonomy")) if note else ()
    doctor = is_doctor(name, texts.get("credentials", ""), texts.get("role", ""), codes)
    formal = doctor and not on_first_names(name, (plain(each.text) for each in log))
    return {
        "salutation": salutation(name, doctor=formal, own=texts.get("salutation", ""), whole=entry.name),
        "called": called(name, doctor=formal, whole=entry.name),
        "title": "Dr." if doctor and not name.title else name.title,
        "first_name": name.first or entry.name,
        "last_name": name.last,
    }


def partner_texts(vault: Vault, entry: NoteRecord) -> dict[str, str]:
    """A partner's properties as they may go out, with the organization's."""
    path, *others = places_of(vault, entry)
    return neutral_values(vault, path, texts_of(properties_of(vault, entry)), others)


def places_of(vault: Vault, entry: NoteRecord) -> list[str]:
    """The paths of a partner's note and its organization's."""
    place = first_target(entry.properties.get("organization"))
    return [entry.path, *(vault.ask(queries.paths_named, stem(place), "organization") if place else ())]


def name_in(link: str) -> str:
    """The name in a link."""
    return texts_of({"": link})[""]


def asked_instead(entry: NoteRecord, history: History) -> NoteRecord:
    """The partner's record with whoever was asked for an introduction as introducer, if the note names none."""
    asked = targets(history.request.text) if history.request and not entry.properties.get("introduced_by") else ()
    return entry._replace(properties={**entry.properties, "introduced_by": f"[[{asked[0]}]]"}) if asked else entry


def introducer_of(vault: Vault, entry: NoteRecord) -> NoteRecord | None:
    """The note of the one partner that `introduced_by` names first."""
    target = first_target(entry.properties.get("introduced_by"))
    found: Sequence[NoteRecord] = vault.ask(queries.notes_named, stem(target), "partner") if target else ()
    return found[0] if len(found) == 1 else None


def values_of(
    vault: Vault,
    entry: NoteRecord,
    practice: Practice,
    *,
    article: str = "",
    client: AboutClient | None = None,
    other: NoteRecord | None = None,
) -> "Values":
    """Values for every name a message may use; empty text if unset."""
    from rounds.vault.list_search import property_names

    role = role_note(vault, text_of(properties_of(vault, entry).get("role")))
    partner = _partner(vault, entry)
    names = dict.fromkeys([*KEYS["partner"], *property_names(vault), *DERIVED, "name"], "")
    return {
        "partner": {**names, **partner},
        "other": {**names, **(_partner(vault, other) if other else {})},
        "introducer": _introducer(vault, entry, partner["introduced_by"]),
        "practice": {
            **dict.fromkeys(KEYS["practice"], ""),
            **sayable(vault),
            "niche": neutral(vault, niche_for(vault, practice, partner.get("role", "")), practice.path, "niches"),
            "times": free_times(vault),
        },
        "role": {
            **dict.fromkeys(KEYS["role"], ""),
            **(neutral_values(vault, role.path, texts_of(role.properties)) if role else {}),
        },
        **(client.values() if client else NOBODY),
        "article": article or ARTICLE,
        "earlier_subject": "",
    }


def free_times(vault: Vault) -> str:
    """A few times to propose, from `[week] free`; empty without any."""
    from rounds.domain.free_times import in_words, parse_slot, proposals
    from rounds.vault.reminders import working_days

    slots = [slot for slot in map(parse_slot, vault.settings.free) if slot]
    if not slots:
        return ""
    today = vault.today()
    rows = vault.ask(appointments, str(today), str(today + timedelta(days=31)))
    busy = {(date.fromisoformat(day), time.fromisoformat(at)) for day, at in rows}
    return in_words(proposals(slots, today, working_days(vault.settings), busy))


def _partner(vault: Vault, entry: NoteRecord) -> dict[str, str]:
    texts, history = partner_texts(vault, entry), history_of(vault, entry)
    introduced = items_of(entry.properties.get("introduced_by"))
    return {
        **texts,
        **addressed(vault, entry, texts, history.entries),
        "name": entry.name,
        "introduced_by": neutral(vault, name_in(introduced[0]), entry.path, "introduced_by") if introduced else "",
        "because": because(texts.get("connection", "")),
        "met": "yes" if has_met(entry, history) else "",
        "last_met": history.last_met,
        "been_a_while": "yes" if history.been_a_while else "",
    }


def _introducer(vault: Vault, entry: NoteRecord, by: str) -> dict[str, str]:
    """The introducer's name, and how to address them; empty without one."""
    if not by:
        return dict.fromkeys(("name", "salutation", "called", "first_name", "last_name", "title"), "")
    note = introducer_of(vault, entry)
    if note is not None:
        return {"name": by, **addressed(vault, note, partner_texts(vault, note), history_of(vault, note).entries)}
    name = parsed_name(by)
    first = name.first or by
    opening = salutation(name, doctor=False, whole=by)
    return {
        "name": by,
        "salutation": opening,
        "called": first,
        "first_name": first,
        "last_name": name.last,
        "title": "",
    }

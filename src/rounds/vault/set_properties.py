"""Properties of notes: typed values, changes of one note or several, client codes."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import NamedTuple

from rounds.domain.contact_checks import CONTACTS, contact_problem, split_contacts, words_beside
from rounds.domain.folding import spaced
from rounds.domain.links import whole_link
from rounds.domain.log_followups import LogEntry
from rounds.domain.partner_referral_release import ACCEPTING
from rounds.domain.periods import parse_interval
from rounds.domain.query.fields import closest, fold, fold_value
from rounds.domain.windows_names import LINK_BREAKING
from rounds.errors import ChangedMeanwhileError, ClientInformationError, RoundsError, StoppedError, UsageError
from rounds.notes.document import Document
from rounds.notes.links import name_of, stem
from rounds.notes.log import write_entry
from rounds.notes.properties import CHOICES, DATES, LISTS, corrected_tag, items_of, split_text
from rounds.notes.read_note import note_of
from rounds.notes.schema import KEYS, LINKS, type_of
from rounds.vault.client_codes import client_code
from rounds.vault.index_sync import Progress, no_progress
from rounds.vault.vault import LoadedNote, Vault

SHOWN = 8
"""Properties shown in a new partner note, even if empty (vault format, Partner)."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A `key=value` from the command line: `=` sets, `+=` adds to a list, `-=` removes from it.

    Attributes:
        whole: whether the text is one item of a list, even if it has commas in it.
    """

    key: str
    operator: str
    text: str
    whole: bool = False


def parse_setting(text: str) -> Setting:
    """Parse `key=value`.

    Raises:
        UsageError: it has no `=`, or no key.
    """
    match = re.fullmatch(r"\s*+([^=+]*[^=+\s-])\s*+([+-]?=)\s*+(.*+)", text, re.DOTALL)
    if match is None:
        raise UsageError(f'"{text}" is not key=value', hint="For example: stage=met insurance+=Aetna")
    return Setting(match[1], match[2], match[3].rstrip())


def set_properties(
    vault: Vault, path: str, settings: Iterable[Setting], *, seen: Mapping[str, object] | None = None
) -> list[str]:
    """Change properties of a note, in one save.

    Args:
        seen: the values the user saw before choosing, by property; None if unset. Other values aren't overwritten.

    Returns:
        The names of the properties whose text changed.

    Raises:
        UsageError: a value the format doesn't allow.
        EditRefusedError: the front matter can't be edited safely here.
        ChangedMeanwhileError: a property no longer has the value the user saw.
    """
    opened, document, changed = _applied(vault, path, settings)
    before = opened.document.properties
    for key, value in (seen or {}).items():
        if key in changed and before.get(key) != value:
            raise ChangedMeanwhileError(f"{key} was changed by another program meanwhile", hint="Nothing was written.")
    vault.save(opened, document, f"changed the {', '.join(changed).replace('_', ' ')} of" if len(changed) < 4 else "")
    return changed


def preview_changes(
    vault: Vault, path: str, settings: Iterable[Setting]
) -> tuple[dict[str, object], dict[str, object]]:
    """Preview a change to a note: the changed properties, before and after. Nothing is written.

    Raises:
        UsageError, EditRefusedError: as for `set_properties`.
    """
    opened, document, changed = _applied(vault, path, settings)
    before, after = opened.document.properties, document.properties
    return {key: before.get(key) for key in changed}, {key: after.get(key) for key in changed}


def _applied(vault: Vault, path: str, settings: Iterable[Setting]) -> tuple[LoadedNote, Document, list[str]]:
    """Apply settings: the note, the changed document, and the names of the changed properties."""
    opened = vault.editable(path)
    document = opened.document
    kind = type_of(path, document.properties, vault.reader.folders)
    settings = [*settings]
    for setting in settings:
        document = with_setting(vault, document, kind, setting)
    before, after = opened.document.properties, document.properties
    changed = [
        key for key in {**before, **after} if before.get(key) != after.get(key) or (key in before) != (key in after)
    ]
    written = [setting for setting in settings if setting.key.lower() in changed]
    return opened, with_words_beside(vault, path, document, kind, written), changed


def with_words_beside(vault: Vault, path: str, document: Document, kind: str, settings: Iterable[Setting]) -> Document:
    """Add a note to the log for each address typed with words that aren't the partner's own name: `Front desk <...>`.

    Raises:
        UsageError: there are such words, and the note has no log.
    """
    properties = document.properties
    own = [stem(path), *(text for key in ("name", "aliases", "credentials") for text in items_of(properties.get(key)))]
    known = {word for text in own for word in spaced(fold(text)).split()}
    for setting in settings:
        key, text = setting.key.lower(), " ".join(setting.text.split())
        words = words_beside(key, text) if setting.operator != "-=" else []
        if all(spaced(fold(word)).strip() in known for word in words):
            continue
        if kind not in ("partner", "organization") and (wrong := contact_problem(key, text)):
            raise UsageError(wrong[0], hint=wrong[1])
        log = note_of(path, document, vault.reader.folders, vault.reader.task_filter).log
        document = write_entry(document, log, LogEntry(vault.today(), "note", f"{key}: {text}"))
    return document


def with_setting(vault: Vault, document: Document, kind: str, setting: Setting) -> Document:
    """The document with a setting applied.

    Args:
        kind: the note's type.

    Raises:
        UsageError: the format doesn't allow it.
    """
    order = KEYS.get(kind, ())
    key = _key(setting.key, order, document.properties)
    if key == "id":
        raise UsageError("the id of a note never changes", hint="Referrals and calendars know the note by it.")
    if key == "type" and setting.text not in KEYS:
        raise UsageError(f'"{setting.text}" is not a type of note', hint=f"Known: {', '.join(KEYS)}.")
    if key == "role" and kind in {"partner", "organization"}:
        from rounds.vault.role_names import roles_of  # not needed for other properties

        setting = replace(setting, text=roles_of(vault).spelled_out(setting.text))
    if key not in document.properties and key not in order:
        _check_new(vault, key, order)
    if setting.operator != "=":
        for item in _items(key, setting):
            document = _with_member(vault, document, kind, replace(setting, key=key, text=item))
        return document
    if setting.text:
        items = _items(key, setting) if key in LISTS else split_contacts(key, setting.text)
        values = [typed_value(vault, kind, key, item, many=False) for item in items]
        return document.set(key, values if key in LISTS or len(values) > 1 else values[0], order=order)
    if key not in document.properties:
        return document
    return document.set(key, None, order=order) if key in order[:SHOWN] else document.remove(key)


def _items(key: str, setting: Setting) -> list[str]:
    """The items in the text of a setting: one if it's whole, else what commas separate."""
    if setting.whole:
        return [setting.text]
    parts = split_contacts(key, setting.text)
    return parts if len(parts) > 1 else split_value(setting.text)


def _key(typed: str, order: Sequence[str], present: Iterable[str]) -> str:
    """The property name for a typed key: `Check-in` means check_in, unless the note has a `Check-in`."""
    if typed.lower() in order:
        return typed.lower()
    names = [*present, *order]
    return typed if typed in names else next((name for name in names if fold(name) == fold(typed)), typed)


def _check_new(vault: Vault, key: str, order: Iterable[str]) -> None:
    """Allow the user's own properties, but reject likely typos of known ones."""
    from rounds.vault.list_search import property_names

    close = get_close_matches(fold(key).replace(" ", "_"), list(order), 1, 0.75)
    if close and key not in property_names(vault):
        raise UsageError(
            f'no note has a property "{key}"; did you mean {close[0]}?',
            hint="A property of your own that is called nearly so can be added in the editor first.",
        )


def _with_member(vault: Vault, document: Document, kind: str, setting: Setting) -> Document:
    """Add or remove a list member; case, diacritics and aliases are ignored in comparisons."""
    if setting.key in LISTS:
        document = _with_list(document, setting.key)
    is_odd_tag = setting.key == "tags" and setting.operator == "-="
    value = setting.text if is_odd_tag else typed_value(vault, kind, setting.key, setting.text, many=False)
    same = [
        member
        for member in document.items(setting.key)
        if fold_value(member).split("|")[:2] == fold_value(value).split("|")[:2]
    ]
    if setting.operator == "+=":
        return document if same else document.add_item(setting.key, value)
    for member in same:
        document = document.remove_item(setting.key, member)
    return document


def _with_list(document: Document, key: str) -> Document:
    """Convert a comma-separated text to a list before adding or removing a member."""
    value = document.properties.get(key)
    items = split_text(key, value) if isinstance(value, str) else []
    return document.set(key, items) if len(items) > 1 else document


def split_value(text: str) -> list[str]:
    """The members of a comma-separated list."""
    return [part.strip() for part in text.split(",") if part.strip()]


def typed_value(vault: Vault, kind: str, key: str, text: str, *, many: bool) -> object:
    """Convert a typed value: parse dates, link names, check choices and contact details.

    Args:
        many: whether the text is a comma-separated list.

    Raises:
        UsageError: it isn't a valid value for that property.
    """
    if many:
        return [typed_value(vault, kind, key, item, many=False) for item in split_value(text)]
    if key in LINKS and "[[" not in text:
        return _link(key, text)
    if key in DATES:
        from rounds.notes.dates import parse_day

        return parse_day(text, today=vault.today(), past=key not in {"rest_until", "expires"}, months=True)
    if key in _TYPED:
        return _TYPED[key](key, text)
    if (kind, key) in CHOICES:
        return _choice(key, text, CHOICES[kind, key])
    if key == "check_in":
        return _check_in(text)
    if key in CONTACTS and kind in KEYS:
        return _contact(key, text)
    if key == "client" and kind in {"referral", "release"}:
        return client_code(vault, text)
    return text


def _link(key: str, text: str) -> str:
    """A link for a name or a Markdown link, which Obsidian doesn't read in properties."""
    link = whole_link(text)
    target, alias = (name_of(link.target), link.alias) if link is not None else (text, "")
    if LINK_BREAKING.search(target + alias):
        raise UsageError(f'{key}: a link can\'t hold "{text}"', hint="Leave out [ ] # ^ and |.")
    return f"[[{target}|{alias}]]" if alias and alias != target else f"[[{target}]]"


def _tag(_key: str, text: str) -> str:
    if mended := corrected_tag(text):
        raise UsageError(f'tags: Obsidian takes no tag "{text}"', hint=f"Write {mended}.")
    return text.lstrip("#")


_DIGITS = 9


def _number(key: str, text: str) -> int:
    if not (text.isdecimal() and len(text) <= _DIGITS):
        raise UsageError(f'{key}: "{text[:40]}" is not a number', hint="Write digits, such as 3.")
    return int(text)


def _contact(key: str, text: str) -> str:
    (value,) = split_contacts(key, text)
    if wrong := contact_problem(key, value):
        raise UsageError(wrong[0], hint=wrong[1])
    return value


def _yes(key: str, text: str) -> bool:
    if text.lower() not in {"yes", "no", "true", "false"}:
        raise UsageError(f'{key}: "{text}" is not one of its values', hint="Known: yes, no.")
    return text.lower() in {"yes", "true"}


_TYPED: Mapping[str, Callable[[str, str], object]] = {
    "tags": _tag, "telehealth": _yes, "treats": _yes, "options_given": _number,
}  # fmt: skip
"""Converters for properties that aren't text."""


def _choice(key: str, text: str, allowed: Sequence[str]) -> str:
    value = text.lower()
    if allowed is ACCEPTING:
        value = {"yes": "open", "no": "full"}.get(value, value)
    if value in allowed:
        return value
    close = closest(value, allowed)
    hint = f"Did you mean {close}? " if close else ""
    raise UsageError(f'{key}: "{text}" is not one of its values', hint=f"{hint}Known: {', '.join(allowed)}.")


def _check_in(text: str) -> str:
    if text.lower() != "never" and parse_interval(text) is None:
        raise UsageError(f'check_in: "{text}" is not a duration', hint="Write 3 months, 1 year or never.")
    return text.lower()


class Planned(NamedTuple):
    """The planned change of one note.

    Attributes:
        name: the note's display name.
        before, after: values by property.
        refused: why the note can't be changed; empty if it can.
    """

    path: str
    name: str
    before: dict[str, object]
    after: dict[str, object]
    refused: str = ""


def planned(
    vault: Vault, notes: Sequence[tuple[str, str]], settings: Sequence[Setting], step: Progress = no_progress
) -> list[Planned]:
    """Preview a change to each note; nothing is written. Notes that wouldn't change have no properties.

    Args:
        notes: path and name of each note.

    Raises:
        UsageError: the value isn't valid for any note.
        StoppedError: raised by `step`.
    """
    found = []
    for number, (path, name) in enumerate(notes, 1):
        try:
            found.append(Planned(path, name, *preview_changes(vault, path, settings)))
        except UsageError:
            raise
        except RoundsError as error:
            found.append(Planned(path, name, {}, {}, error.message))
        step(number, len(notes))
    return found


def change_all(
    vault: Vault, plans: Sequence[Planned], settings: Sequence[Setting], step: Progress = no_progress
) -> tuple[int, list[tuple[str, str]]]:
    """Write the planned changes until `step` stops them; one undo reverts them all.

    A note that has changed since the preview is skipped.

    Returns:
        How many notes changed, and the name and reason for each note that couldn't be changed.

    Raises:
        ClientInformationError: a value holds client information; nothing was written.
    """
    done, refused = 0, []
    changing = [plan for plan in plans if plan.after]
    with vault.change(), suppress(StoppedError):
        for number, plan in enumerate(changing, 1):
            try:
                set_properties(vault, plan.path, settings, seen=plan.before)
                done += 1
            except ClientInformationError:  # it is asked about, and then all notes are written or none
                raise
            except RoundsError as error:
                refused.append((plan.name, error.message))
            step(number, len(changing))
    return done, refused

"""Property changes, new notes, trash, and tidying."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

from rounds.domain.activity import LogEntry
from rounds.domain.contact import contact_problem, split_contacts, words_beside
from rounds.domain.folding import spaced
from rounds.domain.query.fields import fold, fold_value
from rounds.errors import ChangedMeanwhileError, RoundsError, UsageError
from rounds.index import derived, queries
from rounds.notes.document import Document
from rounds.notes.links import first_target, stem
from rounds.notes.log import write_entry
from rounds.notes.properties import LISTS, day_of, items_of, split_text
from rounds.notes.read_note import note_of
from rounds.notes.schema import KEYS, folder_type, type_of
from rounds.storage import files
from rounds.vault.problems import broken_partner_links
from rounds.vault.property_values import split_value, typed_value
from rounds.vault.rename import existing_note, file_name, given_name
from rounds.vault.vault import LoadedNote, Vault

SHOWN = 8
"""Properties shown in a new partner note, even if empty (vault format, Partner)."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A `key=value` from the command line: `=` sets, `+=` adds to a list, `-=` removes from it."""

    key: str
    operator: str
    text: str


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
        document = _changed(vault, document, kind, setting)
    before, after = opened.document.properties, document.properties
    changed = [
        key for key in {**before, **after} if before.get(key) != after.get(key) or (key in before) != (key in after)
    ]
    written = [setting for setting in settings if setting.key.lower() in changed]
    return opened, _with_words_beside(vault, path, document, kind, written), changed


def _with_words_beside(vault: Vault, path: str, document: Document, kind: str, settings: Iterable[Setting]) -> Document:
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


def _changed(vault: Vault, document: Document, kind: str, setting: Setting) -> Document:
    order = KEYS.get(kind, ())
    key = _key(setting.key, order, document.properties)
    if key == "id":
        raise UsageError("the id of a note never changes", hint="Referrals and calendars know the note by it.")
    if key == "type" and setting.text not in KEYS:
        raise UsageError(f'"{setting.text}" is no type of note', hint=f"Known: {', '.join(KEYS)}.")
    if key not in document.properties and key not in order:
        _check_new(vault, key, order)
    if setting.operator != "=":
        parts = split_contacts(key, setting.text)
        for item in parts if len(parts) > 1 else split_value(setting.text):
            document = _with_member(vault, document, kind, replace(setting, key=key, text=item))
        return document
    if setting.text:
        parts = split_contacts(key, setting.text)
        many = key in LISTS or len(parts) > 1
        return document.set(key, typed_value(vault, kind, key, ", ".join(parts), many=many), order=order)
    if key not in document.properties:
        return document
    return document.set(key, None, order=order) if key in order[:SHOWN] else document.remove(key)


def _key(typed: str, order: Sequence[str], present: Iterable[str]) -> str:
    """The property name for a typed key: `Check-in` means check_in, unless the note has a `Check-in`."""
    if typed.lower() in order:
        return typed.lower()
    names = [*present, *order]
    return typed if typed in names else next((name for name in names if fold(name) == fold(typed)), typed)


def _check_new(vault: Vault, key: str, order: Iterable[str]) -> None:
    """Allow the user's own properties, but reject likely typos of known ones."""
    from rounds.vault.queries import property_names

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


def add(vault: Vault, name: str, settings: Iterable[Setting], *, kind: str = "partner") -> str:
    """Write a new partner or organization note with the format's first properties.

    An existing note of that name without front matter, as Obsidian makes from a link, is filled in; its text stays.

    Returns:
        Its path.

    Raises:
        RoundsError: a note with that name already exists.
        SettingsError: rounds.toml can't be read, so the folder's name is unknown.
        UsageError: a value the format doesn't allow.
    """
    vault.need_settings()
    name = given_name(name)
    clean = file_name(name)
    order = KEYS[kind]
    empty = _empty_note(vault, clean, kind)
    document = Document.parse(b"---\n---\n\n## About\n\n\n## Follow-ups\n\n\n## Log\n")
    if empty is not None and empty.document.body.strip():
        document = empty.document
    start: dict[str, object] = {"type": kind, **({"stage": "found"} if kind == "partner" else {})}
    for key in order[:SHOWN]:
        if key != "id":
            document = document.set(key, start.get(key), order=order)
    settings = [*settings]
    for setting in settings:
        document = _changed(vault, document, kind, setting)
    path = empty.path if empty is not None else _free_path(vault, clean, kind, document.properties)
    if clean != name or (empty is None and path.rpartition("/")[2] != f"{name}.md"):
        document = document.set("name", name, order=order)
    document = _with_words_beside(vault, path, document, kind, settings)
    if empty is not None:
        vault.save(empty, document)
    else:
        vault.create(path, document)
    return path


def _empty_note(vault: Vault, clean: str, kind: str) -> LoadedNote | None:
    """The existing note of that name without front matter, in the folder for that kind."""
    where = existing_note(vault, f"{_folder(vault, kind)}/{clean}.md")
    if not where or folder_type(where, vault.reader.folders) != kind:
        return None
    opened = vault.read(where)
    bare = opened.note.readable and not opened.note.type and opened.document.body_line == 1
    return opened if bare else None


def _folder(vault: Vault, kind: str) -> str:
    return vault.settings.folders["partners" if kind == "partner" else "organizations"].strip("/")


def _free_path(vault: Vault, clean: str, kind: str, properties: Mapping[str, object]) -> str:
    folder = _folder(vault, kind)
    where = existing_note(vault, f"{folder}/{clean}.md")
    if not where:
        return f"{folder}/{clean}.md"
    works_at = first_target(properties.get("organization"))
    path = f"{folder}/{clean} ({file_name(works_at)}).md" if works_at else ""
    if path and not existing_note(vault, path):
        return path
    raise RoundsError(
        f"{clean} is there already: {where}",
        hint="If this is somebody else of that name, say where they work (organization).",
    )


def trash(vault: Vault, path: str) -> str:
    """Move a note to the vault's `.trash/`, as Obsidian does. Nothing is ever deleted.

    Returns:
        Its new path.
    """
    target = files.free_in_trash(vault.root, path)
    vault.move(path, target)
    return target


@dataclass(frozen=True, slots=True)
class Tidying:
    """One property that tidying would write into a note.

    Attributes:
        was: for a link, the property's current value.
    """

    path: str
    key: str
    value: str | date
    was: object = None


def untidy(vault: Vault) -> list[Tidying]:
    """List missing values in readable notes: ids, outdated `last_contact` dates, and links to renamed partners, by
    their id (vault format, Referral).
    """
    found: list[Tidying] = []
    for entry in vault.ask(queries.readable_notes):
        if vault.broken is None and "id" in KEYS[entry.type] and not items_of(entry.properties.get("id")):
            found.append(Tidying(entry.path, "id", entry.id))
        written = day_of(entry.properties.get("last_contact"))
        if entry.type == "partner" and entry.last_contact and (written is None or written < entry.last_contact):
            found.append(Tidying(entry.path, "last_contact", entry.last_contact))
    found += [Tidying(path, "partner", link_to(vault, to), was) for path, was, to in broken_partner_links(vault) if to]
    return sorted(found, key=lambda tidying: tidying.path)


def outdated_contacts(vault: Vault) -> int:
    """Number of outdated `last_contact` dates in notes, which make Obsidian's tables wrong."""
    return vault.ask(derived.late_last_contacts)


def link_to(vault: Vault, path: str) -> str:
    """A link to a note, by name only if the name is unique."""
    alone = len(vault.ask(queries.paths_named, stem(path))) < 2
    whole = path.removesuffix(".md")
    return f"[[{whole.rpartition('/')[2] if alone else whole}]]"


def by_path(tidyings: Iterable[Tidying]) -> dict[str, list[Tidying]]:
    """The missing values, by note."""
    found: dict[str, list[Tidying]] = {}
    for tidying in tidyings:
        found.setdefault(tidying.path, []).append(tidying)
    return found


def tidy(vault: Vault, wanted: Iterable[Tidying]) -> list[tuple[str, str]]:
    """Write the missing values.

    Returns:
        Path and reason for each note that couldn't be edited; the others are done.
    """
    refused = []
    with vault.change():
        for path, tidyings in by_path(wanted).items():
            try:
                _tidy_note(vault, path, tidyings)
            except RoundsError as error:
                refused.append((path, error.message))
    return refused


def _tidy_note(vault: Vault, path: str, tidyings: Iterable[Tidying]) -> None:
    opened = vault.editable(path)
    vault.save(opened, tidied(opened, tidyings))


def tidied(opened: LoadedNote, tidyings: Iterable[Tidying]) -> Document:
    """A note with its missing values, except any written in the meantime."""
    document = opened.document
    for tidying in tidyings:
        if _still_untidy(document, tidying):
            document = document.set(tidying.key, tidying.value, order=KEYS[opened.note.type])
    return document


def _still_untidy(document: Document, tidying: Tidying) -> bool:
    """Whether the value is still missing: an existing id stays, and `last_contact` is never lowered."""
    value = document.properties.get(tidying.key)
    if tidying.key == "partner":
        return first_target(value) == first_target(tidying.was)
    if tidying.key == "id":
        return not items_of(value)
    day = day_of(value)
    return day is None or str(day) < str(tidying.value)

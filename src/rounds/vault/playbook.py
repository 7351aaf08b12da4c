"""New notes of the playbook: niches and roles, with the text of those that come with Rounds."""

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rounds.domain.query.fields import fold
from rounds.errors import RoundsError, UsageError
from rounds.index import queries
from rounds.notes.links import first_target, name_of
from rounds.notes.properties import items_of
from rounds.vault.role_names import roles_of
from rounds.vault.vault import Vault

if TYPE_CHECKING:
    from rounds.notes.document import Document
    from rounds.vault.set_properties import Setting

_FOLDERS = {"niche": "Niches", "role": "Roles"}
"""Folders of the template's playbook."""

_QUESTIONS = "\nWorth asking at a first coffee:\n\n- What would make it easy to work together?\n"


class NicheAdded(NamedTuple):
    """A new niche.

    Attributes:
        path: of its note.
        roles: their names.
        made: paths of the notes for roles that had none.
    """

    path: str
    roles: Sequence[str]
    made: Sequence[str]


def add_niche(vault: Vault, name: str, roles: Iterable[str] = ()) -> NicheAdded:
    """Write a note for a niche, and notes for its roles that have none. One change.

    A niche or role that comes with Rounds brings its text along.

    Args:
        roles: names or abbreviations; if there are none, those that come with Rounds.

    Raises:
        RoundsError: there is a note of that name.
        UsageError: no roles are known for it.
    """
    from rounds.notes.document import Document
    from rounds.notes.schema import KEYS

    name = _free_name(vault, "niche", name)
    text = bundled("niche", name)
    names = [*dict.fromkeys(_role_name(vault, role) for role in roles if role.strip())]
    if text is None and not names:
        raise UsageError(
            f"the roles of {name} are missing",
            hint=f'For example: rounds niche add "{name}" --roles "pediatrician, OT". '
            f"Niches that come with Rounds: {', '.join(bundled_names('niche'))}.",
        )
    document = text or Document.parse(b"---\ntype: niche\n---\n")
    if names:
        document = document.set("roles", [f"[[{role}]]" for role in names], order=KEYS["niche"])
    names = [first_target(item) for item in items_of(document.properties.get("roles"))]
    new = [role for role in names if not _has_note(vault, role)]
    with vault.change(f"added {name}", of=1 + len(new)):
        path = _create(vault, "niche", name, document)
        made = [_create(vault, "role", role, bundled("role", role) or _bare_role()) for role in new]
    return NicheAdded(path, names, made)


def add_role(vault: Vault, name: str, settings: Iterable["Setting"] = ()) -> str:
    """Write a note for a role; one that comes with Rounds brings its text along.

    Returns:
        Its path.

    Raises:
        RoundsError: there is a note of that name.
        UsageError: a value the format doesn't allow.
    """
    from rounds.vault.set_properties import with_setting

    name = _free_name(vault, "role", roles_of(vault).spelled_out(name))
    document = bundled("role", name) or _bare_role()
    for setting in settings:
        document = with_setting(vault, document, "role", setting)
    return _create(vault, "role", name, document)


def bundled(kind: str, name: str) -> "Document | None":
    """The note that comes with Rounds for a niche or a role, by its name or another name of it."""
    return next((document for found, document in _template(kind) if fold(name) in _names(found, document)), None)


def bundled_names(kind: str) -> list[str]:
    """Names of the niches or roles that come with Rounds."""
    return [name for name, _ in _template(kind)]


def _template(kind: str) -> Iterator[tuple[str, "Document"]]:
    from rounds.notes.document import Document
    from rounds.storage.open_file import content
    from rounds.vault.create_vault import template_root

    folder = template_root() / "Playbook" / _FOLDERS[kind]
    for file in sorted(folder.glob("*.md")):
        yield file.stem, Document.parse(content(os.fspath(file)).replace(b"\r\n", b"\n"))


def _names(name: str, document: "Document") -> set[str]:
    return {fold(each) for each in (name, *items_of(document.properties.get("aliases")))}


def _bare_role() -> "Document":
    from rounds.notes.document import Document
    from rounds.notes.schema import KEYS

    document = Document.parse(f"---\ntype: role\n---\n{_QUESTIONS}".encode())
    for key in ("why_they_need_us", "why_we_need_them", "offer", "where_to_find"):
        document = document.set(key, None, order=KEYS["role"])
    return document


def _role_name(vault: Vault, text: str) -> str:
    """The role's own name, from any of its names or an abbreviation."""
    from rounds.vault.practice import role_note

    typed = roles_of(vault).spelled_out(first_target(text.strip()))
    note = role_note(vault, typed)
    return name_of(note.path) if note is not None else typed


def _has_note(vault: Vault, role: str) -> bool:
    """Whether links to a role lead to some note: to its own, or to another that has the name already."""
    from rounds.vault.note_files import existing_note, file_name

    folder = vault.settings.folders["roles"].strip("/")
    return bool(existing_note(vault, f"{folder}/{file_name(role)}.md"))


def _free_name(vault: Vault, kind: str, name: str) -> str:
    """The name for a new note.

    Raises:
        RoundsError: a niche or role goes by that name already.
        SettingsError: rounds.toml can't be read, so the folder's name is unknown.
    """
    from rounds.vault.note_files import given_name

    vault.need_settings()
    name = vault.decisions.written(given_name(name))
    for entry in vault.ask(queries.notes_of_type, kind):
        names = (entry.name, name_of(entry.path), *items_of(entry.properties.get("aliases")))
        if fold(name) in map(fold, names):
            raise RoundsError(
                f"{name} is there already: {entry.path}", hint=f'To change it: rounds edit "{entry.name}"'
            )
    return name


def _create(vault: Vault, kind: str, name: str, document: "Document") -> str:
    """Write the note, or fill in the empty one that Obsidian makes from a link.

    Raises:
        RoundsError: another note has that name.
    """
    from rounds.vault.note_files import empty_note, existing_note, file_name

    clean = file_name(name)
    empty = empty_note(vault, clean, kind)
    if empty is not None and not empty.document.body.strip():
        vault.save(empty, document)
        return empty.path
    path = f"{vault.settings.folders[f'{kind}s'].strip('/')}/{clean}.md"
    if taken := existing_note(vault, path):
        raise RoundsError(f"{clean} is there already: {taken}", hint="Rename that note, or choose another name.")
    vault.create(path, document)
    return path

"""All problems of a vault: within notes and between them, and in names; and tidying."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from unicodedata import normalize

from rounds.domain.file_names_copies import key_of, printable
from rounds.domain.phrases import SOME, some_of
from rounds.domain.query.fields import fold
from rounds.errors import Level, NotFoundError, Problem, QueryError, RoundsError
from rounds.index import ids_last_contact as derived
from rounds.index import queries
from rounds.index import queries_activity as activity
from rounds.index.scan import template_folders
from rounds.notes.document import Document
from rounds.notes.links import first_target
from rounds.notes.properties import day_of, items_of, position_of
from rounds.notes.schema import KEYS, WHOLE_VAULT, folder_type
from rounds.storage import files
from rounds.storage.leftover_files import strays
from rounds.storage.open_file import content
from rounds.storage.rounds_toml import FILE, place_of_key
from rounds.vault import duplicates
from rounds.vault.compliance import concerns
from rounds.vault.note_files import link_to
from rounds.vault.referrals import conflicting_client_codes
from rounds.vault.reminders import has_followups, holidays_of
from rounds.vault.vault import LoadedNote, Vault

_UTC = ("UTC", "Etc/UTC")


def problems_of(vault: Vault, path: str) -> list[Problem]:
    """The problems in one note, by line."""
    return [problem for problem in all_problems(vault) if problem.path == path]


def all_problems(vault: Vault) -> list[Problem]:
    """Everything wrong in settings, in notes, and between notes. Settings first, then by path and line."""
    found = [Problem(m, n, c, h, Level(v), p) for m, n, c, h, v, p in vault.ask(activity.problems)]
    found += _between(vault)
    found += concerns(vault)
    found += _templates(vault)
    found += alike(vault)
    found += duplicates.advice(vault)
    found += _leftovers(vault)
    gone = vault.vanished
    return [
        *([Problem(gone.message, hint=gone.hint, path=".")] if gone is not None and not gone.partly else []),
        *vault.settings_problems,
        *_feeds(vault),
        *_holidays(vault),
        *_timezone(vault, datetime.now().astimezone()),
        *_tasks_elsewhere(vault),
        *sorted(found, key=lambda p: (p.path, p.line, p.column)),
    ]


def _leftovers(vault: Vault) -> Iterator[Problem]:
    """Leftover temporary files of saves that crashed elsewhere or couldn't be renamed."""
    for path in strays(vault.root, older=3600):
        hint = "To make a copy of it that is shown, and can be merged: rounds conflicts"
        yield Problem("this is left from a save that stopped halfway", 1, 1, hint, Level.WARNING, printable(path))


def _templates(vault: Vault) -> Iterator[Problem]:
    """Templates with one of our ids, which every note made from them would share."""
    for folder in {"Templates/", *template_folders(vault.root)}:
        with suppress(OSError, RoundsError):
            for name in os.listdir(files.inside(vault.root, folder)):
                if name.endswith(".md") and name[0] != "." and (problem := _id_in(vault, folder + name)):
                    yield problem


def _id_in(vault: Vault, path: str) -> Problem | None:
    try:
        document = vault.read(path).document
    except NotFoundError:
        return None
    if not items_of(document.properties.get("id")) or not document.properties.get("type"):
        return None
    hint = "Take the id line out of the template: each note gets its own."
    message = "this template holds an id, so all notes made from it have the same"
    return Problem(message, *position_of(document, "id"), hint, Level.WARNING, printable(path))


def _feeds(vault: Vault) -> Iterator[Problem]:
    from rounds.vault.list_search import compiled

    for name, feed in vault.settings.feeds.items():
        try:
            compiled(vault, feed.query)
        except QueryError as error:
            line, column = _fault(vault, name, feed.query, error.position)
            yield Problem(f"[feeds.{name}] query: {error.message}", line, column, error.hint, path=FILE)


def _holidays(vault: Vault) -> Iterator[Problem]:
    try:
        holidays_of(vault.settings)
    except LookupError as error:
        what = str(error.args[0])
        line, column = place_of_key(_settings_text(vault), "holidays", what.partition(" ")[0])
        hint = "Until then only weekends count as free. Write a country as US, and a part of it as OR."
        yield Problem(f"[holidays] {what} is not known", line, column, hint, Level.WARNING, FILE)


def _timezone(vault: Vault, now: datetime) -> Iterator[Problem]:
    """Advice if the vault has UTC, as it gets where the zone isn't known, and this machine's clock hasn't.

    Args:
        now: this machine's time, with its offset.
    """
    hours = (now.utcoffset() or timedelta()) / timedelta(hours=1)
    if vault.settings.timezone in _UTC and hours:
        line, column = place_of_key(_settings_text(vault), "", "timezone")
        message = (
            f"times are in UTC, and this machine's clock is {abs(hours):g} hours {'ahead' if hours > 0 else 'behind'}"
        )
        hint = 'Write your zone, such as timezone = "America/Los_Angeles". Meetings then keep their hour.'
        yield Problem(message, line, column, hint, Level.ADVICE, FILE)


def _tasks_elsewhere(vault: Vault) -> Iterator[Problem]:
    """The folders whose tasks aren't follow-ups, while `[tasks] folders` is empty; else folders in it that are gone."""
    named = vault.settings.task_folders
    found = [*map(_missing_folder, (folder for folder in named if not _is_folder(vault, folder)))]
    paths = [] if named else vault.ask(activity.untyped_with_followups)
    if paths := [path for path in paths if not has_followups(vault, path, "")]:
        found.append(_left_out(paths, vault.settings.folders["partners"].strip("/")))
    if found:
        line, column = place_of_key(_settings_text(vault), "tasks", "folders")
        yield from (problem._replace(line=line, column=column, path=FILE) for problem in found)


def _is_folder(vault: Vault, folder: str) -> bool:
    ours = folder == WHOLE_VAULT or folder_type(f"{folder.strip('/')}/", vault.reader.folders)
    return bool(ours) or os.path.isdir(os.path.join(vault.root, folder))


def _missing_folder(folder: str) -> Problem:
    hint = "Write it as it is on the disk, from the top of the vault, such as Notes/Daily."
    return Problem(f'[tasks] folders: there is no folder "{printable(folder)}"', hint=hint, level=Level.WARNING)


def _left_out(paths: Iterable[str], own: str) -> Problem:
    """Advice about notes whose tasks aren't shown; `own` is a folder of ours."""
    folders = [*dict.fromkeys(printable(path.partition("/")[0]) for path in paths if "/" in path)]
    where = some_of(folders) or "notes outside any folder"
    unread = "; nor are their notes checked for client information" if folders else ""
    wanted = ", ".join(f'"{each}"' for each in folders[:SOME] or [WHOLE_VAULT])
    return Problem(
        f"tasks in {where} aren't shown on Today or in the calendar, since they may be about anything{unread}",
        hint=f'To show some, name their folders in {FILE}: [tasks] folders = [{wanted}]. To leave them out: ["{own}"]',
        level=Level.ADVICE,
    )


def _settings_text(vault: Vault) -> str:
    with suppress(OSError):
        return content(os.path.join(vault.root, FILE)).decode("utf-8-sig", "replace").replace("\r\n", "\n")
    return ""


def _fault(vault: Vault, name: str, query: str, position: int) -> tuple[int, int]:
    """Line and column of an error in a feed's query; the key's if the query contains escapes."""
    text = _settings_text(vault)
    line, column = place_of_key(text, f"feeds.{name}", "query")
    start = text.split("\n")[line - 1].find(query, column)
    return line, column if start < 0 else start + 1 + position


def broken_partner_links(vault: Vault) -> Iterator[tuple[str, object, str]]:
    """Referrals and releases whose partner link is broken, for example after a rename outside Obsidian.

    Returns:
        Path, the property's current value, and the path of the one partner with the stored id, if there is exactly one.
    """
    for path, link, partners, count in vault.ask(activity.broken_partner_links):
        yield path, link, (partners or "") if count == 1 else ""


def _between(vault: Vault) -> Iterator[Problem]:
    for path, id_, other in vault.ask(derived.duplicate_ids):
        yield _at(
            vault, path, "id", f"the id {id_} is also in {other}",
            "One of the two is a copy: take the id line out of it, and it gets its own.",
        )  # fmt: skip
    for path, line, name, first, second in vault.ask(activity.ambiguous_links):
        where = f"{name}: " if name else ""
        found = _at(
            vault, path, name, f"{where}this link could mean {first} or {second}",
            "Write the folder into the link, or rename one of the two.",
        )  # fmt: skip
        yield found._replace(line=line) if line else found
    for path, link, partner in broken_partner_links(vault):
        said = first_target(link)
        what = f'partner: there is no note named "{said}"' if said else "partner: the link is missing"
        if partner:
            what += f"; by its id it is {vault.entry(partner).name}"
            yield _at(vault, path, "partner", what, "To fix the link: rounds tidy --apply")._replace(
                level=Level.WARNING
            )
        else:
            yield _at(vault, path, "partner", what, "Correct the link, or add the partner.")
    for later, earlier in conflicting_client_codes(vault):
        yield _at(
            vault, later.path, "client", f"client: the code {later.client} is also in {earlier.path}, of somebody else",
            "Two clients can't share a code: make a new one for this note with rounds set NOTE client=new. "
            "If it is one client who came back, this can stay.",
        )._replace(level=Level.WARNING)  # fmt: skip


def _at(vault: Vault, path: str, key: str, message: str, hint: str) -> Problem:
    """A problem at a property of a note; its line isn't in the index."""
    line, column = 1, 1
    with suppress(NotFoundError):
        line, column = position_of(vault.read(path).document, key) if key else (1, 1)
    return Problem(message, line, column, hint, path=path)


# Tidying -----------------------------------------------------------------------------------------------------------


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


_ALIKE = 0.88
"""Similarity of two folder names, 0 to 1 (difflib), from which one may be a typo of the other."""


def alike(vault: Vault) -> Iterator[Problem]:
    """Problems with names of notes and folders."""
    yield from _twins(vault)
    yield from _folders(vault)


def _twins(vault: Vault) -> Iterator[Problem]:
    by_key: dict[str, list[str]] = {}
    for path in vault.ask(activity.paths_sharing_names):
        by_key.setdefault(key_of(path), []).append(path)
    for paths in by_key.values():
        for path in paths if len(paths) > 1 else ():
            other = next(each for each in sorted(paths) if each != path)
            yield Problem(
                f"{other} has the same name but for {_difference(path, other)}",
                hint="Links can't tell the two apart, and some systems keep only one of them. "
                "If they are about one person: rounds conflicts. If not, rename one.",
                path=path,
            )


def _difference(path: str, other: str) -> str:
    if normalize("NFC", path) != normalize("NFC", other):
        return "upper and lower case"
    form = "composed (NFC)" if normalize("NFC", path) == path else "not composed (NFD)"
    return f"the way its accents are stored; here they are {form}"


def _folders(vault: Vault) -> Iterator[Problem]:
    """Folders with nearly a configured name, each at its first note without a type."""
    ours = {name.strip("/"): key for key, name in vault.settings.folders.items()}
    seen: set[str] = set()
    for path in vault.ask(activity.paths_without_type):
        parts = path.split("/")[:-1]
        for folder in ("/".join(parts[:end]) for end in range(1, len(parts) + 1)):
            if folder in seen:
                continue
            seen.add(folder)
            near = "" if folder in ours else next((name for name in ours if _is_near(folder, name)), "")
            if near:
                yield Problem(
                    f"the folder {folder} is nearly {near}, so notes in it without a type aren't recognized",
                    hint=f'Rename the folder to {near}; or, in rounds.toml: [folders] {ours[near]} = "{folder}"',
                    level=Level.ADVICE,
                    path=path,
                )


def _is_near(folder: str, name: str) -> bool:
    one, other = (fold(each).replace("isation", "ization").removesuffix("s") for each in (folder, name))
    if one == other:
        return True
    from difflib import SequenceMatcher  # loading it takes longer than checking most vaults

    return SequenceMatcher(None, one, other).ratio() >= _ALIKE

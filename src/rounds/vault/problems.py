"""All problems of a vault: those of its notes, stored in the index, and those of settings, templates and saves."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from rounds.domain.file_names_copies import printable
from rounds.domain.phrases import SOME, some_of
from rounds.errors import Level, NotFoundError, Problem, QueryError, RoundsError
from rounds.index import ids_last_contact as derived
from rounds.index import queries_between_notes as between
from rounds.index.scan import template_folders
from rounds.index.writer import Index
from rounds.notes.properties import items_of, position_of
from rounds.notes.schema import WHOLE_VAULT, folder_type
from rounds.storage import files
from rounds.storage.leftover_files import strays
from rounds.storage.open_file import content
from rounds.storage.rounds_toml import FILE, place_of_key
from rounds.vault.reminders import has_followups, holidays_of
from rounds.vault.text_findings import TextFindings, problem_of
from rounds.vault.vault import Vault

_UTC = ("UTC", "Etc/UTC")


def problems_of(vault: Vault, path: str) -> list[Problem]:
    """The problems in one note, by line."""
    return [problem for problem in all_problems(vault) if problem.path == path]


def all_problems(vault: Vault) -> list[Problem]:
    """Everything wrong in settings, in notes, and between notes. Settings first, then by path and line."""
    found = [*_stored(vault), *_templates(vault), *_leftovers(vault)]
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


_KEPT = "problems"
"""Name of the stored problems in the index."""


def _stored(vault: Vault) -> list[Problem]:
    """What is wrong in notes and between them, from the index; found again after any change.

    Then only the texts of changed notes are read, and only people who changed are compared. The rest is a few queries
    of some milliseconds. Outside of `Vault.ask`: other threads needn't wait for it, and those that wait for the index
    may hold other locks.
    """
    age, now = vault.index.age, [vault.ask(Index.revision), vault.rules_mark]
    *before, stored, texts = vault.ask(Index.kept, _KEPT) or [None, None, {}]
    if before == now:
        return [*map(problem_of, stored)]
    from rounds.vault.note_problems import note_problems

    changed = vault.ask(Index.changed_since, before[0]) if before[1:] == now[1:] else None
    seen = TextFindings(texts, changed)
    found, unread = note_problems(vault, seen)
    if not unread and vault.index.age is age:
        vault.ask(Index.keep, _KEPT, [*now, found, seen.kept])
    return found


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
    for name, feed in vault.settings.feeds.items():
        if not feed.query:
            continue
        from rounds.vault.list_search import compiled

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
    paths = [] if named else vault.ask(between.untyped_with_followups)
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


def outdated_contacts(vault: Vault) -> int:
    """Number of outdated `last_contact` dates in notes, which make Obsidian's tables wrong."""
    return vault.ask(derived.late_last_contacts)

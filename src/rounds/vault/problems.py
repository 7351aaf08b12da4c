"""All problems of a vault, within notes and between them."""

import os
from collections.abc import Iterator
from contextlib import suppress

from rounds.domain.files import printable
from rounds.domain.problem import Level, Problem
from rounds.errors import NotFoundError, QueryError, RoundsError
from rounds.index import derived
from rounds.index import queries_activity as activity
from rounds.index.scan import template_folders
from rounds.notes.links import first_target
from rounds.notes.properties import items_of, position_of
from rounds.storage import files
from rounds.storage.leftover_files import strays
from rounds.storage.open_file import content
from rounds.storage.settings import FILE, place_of_key
from rounds.vault.compliance import concerns
from rounds.vault.referral_lookup import conflicting_client_codes
from rounds.vault.similar_names import alike
from rounds.vault.vault import Vault
from rounds.vault.workdays import holidays_of


def problems_of(vault: Vault, path: str) -> list[Problem]:
    """What is wrong in one note, by line."""
    return [problem for problem in all_problems(vault) if problem.path == path]


def all_problems(vault: Vault) -> list[Problem]:
    """Everything wrong in settings, in notes, and between notes. Settings first, then by path and line."""
    found = [Problem(m, n, c, h, Level(v), p) for m, n, c, h, v, p in vault.ask(activity.problems)]
    found += _between(vault)
    found += concerns(vault)
    found += _templates(vault)
    found += alike(vault)
    found += _leftovers(vault)
    gone = vault.vanished
    return [
        *([Problem(gone.message, hint=gone.hint, path=".")] if gone is not None and not gone.partly else []),
        *vault.settings_problems,
        *_feeds(vault),
        *_holidays(vault),
        *sorted(found, key=lambda p: (p.path, p.line, p.column)),
    ]


def _leftovers(vault: Vault) -> Iterator[Problem]:
    """Leftover temporary files of saves that crashed elsewhere or couldn't be renamed."""
    for path in strays(vault.root, older=3600):
        hint = "To make a copy of it that is shown, and can be merged: rounds conflicts"
        yield Problem("this is the text of a save that stopped half-way", 1, 1, hint, Level.WARNING, printable(path))


def _templates(vault: Vault) -> Iterator[Problem]:
    """Templates with an id of ours, which every note made from them would share."""
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
    from rounds.vault.queries import compiled

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
        hint = "Until then only weekends count as free. Countries are written as US, their parts as OR."
        yield Problem(f"[holidays] {what} is not known", line, column, hint, Level.WARNING, FILE)


def _settings_text(vault: Vault) -> str:
    return content(os.path.join(vault.root, FILE)).decode("utf-8-sig", "replace").replace("\r\n", "\n")


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
            yield _at(vault, path, "partner", what, "To mend the link: rounds tidy --apply")._replace(
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

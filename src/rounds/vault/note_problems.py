"""Problems in notes and between them: links, ids, client codes, client information, names that are nearly the same."""

import shlex
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING
from unicodedata import normalize

from rounds.domain.file_names_copies import key_of
from rounds.domain.query.fields import fold
from rounds.domain.windows_names import why_not
from rounds.errors import Level, NotFoundError, Problem, RoundsError
from rounds.index import queries
from rounds.index import queries_activity as activity
from rounds.index import queries_between_notes as between
from rounds.notes.links import first_target, name_of
from rounds.notes.properties import items_of, position_of
from rounds.vault import duplicates
from rounds.vault.compliance import concerns
from rounds.vault.text_findings import TextFindings, problem_of
from rounds.vault.tidy import broken_partner_links
from rounds.vault.vault import Vault

if TYPE_CHECKING:
    from rounds.domain.partner_referral_release import Referral


def note_problems(vault: Vault, texts: TextFindings) -> tuple[list[Problem], list[str]]:
    """Everything wrong in notes and between them.

    Args:
        texts: what was read from the notes' texts the last time.

    Returns:
        Also the paths of notes that can't be read now, whose problems may be missing.
    """
    found = [*map(problem_of, vault.ask(activity.problems))]
    about_clients, unread = concerns(vault, texts)
    found += [*_between(vault, texts), *about_clients, *_twins(vault), *_folders(vault), *_niches(vault, texts)]
    found += _folders_on_windows(vault)
    found += duplicates.advice(vault)
    return found, unread


def _between(vault: Vault, texts: TextFindings) -> Iterator[Problem]:
    at = partial(_at, vault, texts)
    for path, id_, other in vault.ask(between.duplicate_ids):
        hint = "One of the two is a copy: take the id line out of it, and it gets its own."
        yield at("id", Problem(f"the id {id_} is also in {other}", hint=hint, path=path))
    for path, line, name, first, second in vault.ask(between.ambiguous_links):
        what = f"{f'{name}: ' if name else ''}this link could mean {first} or {second}"
        found = at(name, Problem(what, hint="Write the folder into the link, or rename one of the two.", path=path))
        yield found._replace(line=line) if line else found
    for path, link, partner in broken_partner_links(vault):
        said = first_target(link)
        what = f'partner: there is no note named "{said}"' if said else "partner: the link is missing"
        hint, level = "Correct the link, or add the partner.", Level.ERROR
        if partner:
            what += f"; by its id it is {vault.entry(partner).name}"
            hint, level = "To fix the link: rounds tidy --apply", Level.WARNING
        yield at("partner", Problem(what, hint=hint, level=level, path=path))
    for later, earlier in _conflicting_codes(vault):
        what = f"client: the code {later.client} is also in {earlier.path}, of somebody else"
        hint = (
            "Two clients can't share a code: make a new one for this note with rounds set NOTE client=new. "
            "If it is one client who came back, this can stay."
        )
        yield at("client", Problem(what, hint=hint, level=Level.WARNING, path=later.path))


def _conflicting_codes(vault: Vault) -> "list[tuple[Referral, Referral]]":
    if not vault.ask(queries.referrals_sharing_codes):
        return []
    from rounds.vault.referrals import conflicting_client_codes

    return conflicting_client_codes(vault)


def _at(vault: Vault, texts: TextFindings, key: str, problem: Problem) -> Problem:
    """A problem at a property of its note; the line isn't in the index."""
    line, column = 1, 1
    if key:
        with suppress(NotFoundError):
            read = partial(vault.read, problem.path)
            line, column = texts.of(problem.path, key, lambda: position_of(read().document, key))
    return problem._replace(line=line, column=column)


def _niches(vault: Vault, texts: TextFindings) -> Iterator[Problem]:
    """Links to niches that lead nowhere: without a note gaps can't show them, and Obsidian can't follow an alias."""
    called: dict[str, str] = {}
    for entry in vault.ask(queries.notes_of_type, "niche"):
        names = (name_of(entry.path), entry.name, *items_of(entry.properties.get("aliases")))
        called |= {fold(name): name_of(entry.path) for name in names if fold(name) not in called}
    for kind in ("practice", "clinician"):
        for entry in vault.ask(queries.notes_of_type, kind):
            for item in items_of(entry.properties.get("niches")):
                name = first_target(item)
                there = called.get(fold(name), "")
                if "[[" not in item or fold(there) == fold(name):
                    continue
                what, hint = (
                    f"{name} has no note in the playbook",
                    f'To add one: rounds niche add "{name}" --roles ROLES',
                )
                if there:
                    what = f"the link to {name} leads nowhere in Obsidian; it's another name of {there}"
                    hint = f"Write [[{there}|{name}]]."
                yield _at(
                    vault, texts, "niches", Problem(f"niches: {what}", hint=hint, level=Level.ADVICE, path=entry.path)
                )


_ALIKE = 0.88
"""Similarity of two folder names, 0 to 1 (difflib), from which one may be a typo of the other."""


def _twins(vault: Vault) -> Iterator[Problem]:
    by_key: dict[str, list[str]] = {}
    for path in vault.ask(between.paths_sharing_names):
        by_key.setdefault(key_of(path), []).append(path)
    for paths in by_key.values():
        for path in paths if len(paths) > 1 else ():
            other = next(each for each in sorted(paths) if each != path)
            yield Problem(
                f"{other} has the same name but for {_difference(path, other)}",
                hint="Links can't tell the two apart, and some systems keep only one of them. "
                f"If they are about one person: rounds conflicts. If not: {_as_renamed(vault, path)}",
                path=path,
            )


def _as_renamed(vault: Vault, path: str) -> str:
    """The command that renames a note to what a namesake's is called, as far as its properties say that."""
    from rounds.vault.note_files import free_path

    entry, name = vault.entry(path), name_of(path)
    new = "NAME"
    with suppress(RoundsError):
        new = name_of(free_path(vault, name, entry.type or "partner", entry.properties))
    return f"rounds rename {shlex.join((path, new))}"


def _difference(path: str, other: str) -> str:
    if normalize("NFC", path) != normalize("NFC", other):
        return "upper and lower case"
    form = "composed (NFC)" if normalize("NFC", path) == path else "not composed (NFD)"
    return f"the way its accents are stored; here they are {form}"


def _folders(vault: Vault) -> Iterator[Problem]:
    """Folders with nearly a configured name, each at its first note without a type."""
    ours = {name.strip("/"): key for key, name in vault.settings.folders.items()}
    seen: set[str] = set()
    for path in vault.ask(between.paths_without_type):
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


def _folders_on_windows(vault: Vault) -> Iterator[Problem]:
    """Folders that a PC can't have, or would make one of, each at a note in it."""
    found: dict[str, tuple[str, str]] = {}
    for first, last in sorted(vault.ask(between.ends_of_folders)):
        for folder in (first[:at] for at, letter in enumerate(first) if letter == "/"):
            if why := why_not(folder.rpartition("/")[2]):
                found.setdefault(folder, (first, f"a Windows PC can't have the folder {folder}: {why}"))
        one, other = first.rpartition("/")[0], last.rpartition("/")[0]
        if one != other:
            found.setdefault(other, (last, f"the folders {other} and {one} are one on a Windows PC or a Mac"))
    hint = "If the vault is there too, give the folder another name, in Obsidian if you use it."
    for path, message in found.values():
        yield Problem(message, 1, 1, hint, Level.ADVICE, path)


def _is_near(folder: str, name: str) -> bool:
    one, other = (fold(each).replace("isation", "ization").removesuffix("s") for each in (folder, name))
    if one == other:
        return True
    from difflib import SequenceMatcher  # loading it takes longer than checking most vaults

    return SequenceMatcher(None, one, other).ratio() >= _ALIKE

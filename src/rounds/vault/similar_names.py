"""Confusing names: notes that links can't tell apart, near-miss folders."""

from collections.abc import Iterator
from unicodedata import normalize

from rounds.domain.files import key_of
from rounds.domain.problem import Level, Problem
from rounds.domain.query.fields import fold
from rounds.index import queries_activity as activity
from rounds.vault.vault import Vault

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
                    f"the folder {folder} is nearly {near}, and notes in it that name no type are not read as those",
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

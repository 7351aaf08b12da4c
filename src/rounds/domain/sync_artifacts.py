"""Sync artifacts: extra files from editors and sync tools (vault format, Artefacts recognised)."""

import re
from collections.abc import Iterable

from rounds.domain.file_names import is_cut

# Kept as text: re compiles and caches a pattern on first use, and hardly any command meets such a file.
_CONFLICTS = (
    r"(?P<name>.+)\.sync-conflict-\d{8}-\d{6}-[A-Z0-9]{7}(?P<end>\.\w+)$",
    r"(?i)(?P<name>.+?) ?\((?:[^()]*'s |[^()]* )?conflicted copy[^()]*\)(?P<end>\.\w+)$",
    r"(?P<name>.+?) ?\(SFConflict [^()]*\)(?P<end>\.\w+)$",
    r"(?P<name>.+)_conflict-\d{8}-\d{6}(?P<end>\.\w+)$",
)
_ICLOUD = r"(?i)\.(?P<name>.+\.md)\.icloud$"
_SED = r"sed\w{6}"


def is_noise(name: str) -> bool:
    """Whether a file is hidden, or a swap, lock, backup or temporary file, by its name."""
    if not name or name[0] == "." or name[-1] == "~":  # a watcher reports the folder itself with an empty name
        return bool(name)
    return name == "4913" or (name[0] == name[-1] == "#") or (name[0] == "s" and bool(re.fullmatch(_SED, name)))


def conflict_of(name: str) -> str | None:
    """The note of a sync tool's conflict copy, from the file name alone; None for other files."""
    for pattern in _CONFLICTS:
        match = re.match(pattern, name)
        if match is not None:
            return match["name"] + match["end"]
    return None


def uncut(copy: str, note: str, notes: Iterable[str]) -> list[str]:
    """The note of a conflict copy whose long name was cut to fit the mark; empty if several notes are possible.

    Args:
        copy: path of the copy.
        note: path of the note by the copy's name; there is no such note.
        notes: existing paths.
    """
    stem = note.removesuffix(".md")
    end = copy[len(stem) :]
    found = [path for path in notes if path.startswith(stem) and is_cut(_name(stem), _name(path)[:-3], end)]
    return found if len(found) == 1 else []


def _name(path: str) -> str:
    return path[path.rfind("/") + 1 :]


def not_here(name: str) -> str | None:
    """The note of an iCloud placeholder: it exists, but its text is not on this machine."""
    match = re.match(_ICLOUD, name)
    return match["name"] if match is not None else None

"""Files that editors and sync tools leave beside a note (vault format, Artefacts recognised)."""

import re

_NOISE = re.compile(
    r"\.#.*|#.*#|.*~|\..*\.sw[a-z]|4913|sed\w{6}|\.~[0-9a-f]{8}\.tmp|\.syncthing\..*\.tmp|\.DS_Store|\..*",
    re.DOTALL,
)
_CONFLICTS = (
    re.compile(r"(?P<name>.+)\.sync-conflict-\d{8}-\d{6}-[A-Z0-9]{7}(?P<end>\.\w+)$"),
    re.compile(r"(?P<name>.+?) ?\((?:[^()]*'s |[^()]* )?conflicted copy[^()]*\)(?P<end>\.\w+)$", re.IGNORECASE),
    re.compile(r"(?P<name>.+?) ?\(SFConflict [^()]*\)(?P<end>\.\w+)$"),
    re.compile(r"(?P<name>.+)_conflict-\d{8}-\d{6}(?P<end>\.\w+)$"),
)
_COPY = re.compile(r"(?P<name>.+?)(?: ?\(\d{1,2}\)| \d{1,2})(?P<end>\.md)$", re.IGNORECASE)
_ICLOUD = re.compile(r"\.(?P<name>.+\.md)\.icloud$", re.IGNORECASE)


def is_noise(name: str) -> bool:
    """Whether a file name is a swap, lock, backup or temporary file, or hidden."""
    return _NOISE.fullmatch(name) is not None


def conflict_of(name: str) -> str | None:
    """The note that a sync tool's conflict copy belongs to, from the file name alone; None for other files."""
    for pattern in _CONFLICTS:
        match = pattern.match(name)
        if match is not None:
            return match["name"] + match["end"]
    return None


def copy_of(name: str) -> str | None:
    """The plain name of `Sam Lee (1).md` or `Sam Lee 2.md`.

    It is a copy only where the plain name exists and ids or contents are equal: it may be a person.
    """
    match = _COPY.match(name)
    return match["name"] + match["end"] if match is not None else None


def not_here(name: str) -> str | None:
    """The note that an iCloud placeholder stands for: it exists, but its text is not on this machine."""
    match = _ICLOUD.match(name)
    return match["name"] if match is not None else None

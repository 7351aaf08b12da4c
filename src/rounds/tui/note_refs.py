"""References to notes by path and stored ID, so that they are found again after a rename."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rounds.errors import AmbiguousError, NotFoundError, UsageError
from rounds.index.ids_last_contact import paths_by_stored_id
from rounds.tui.phrases import clean, in_words, note_name
from rounds.vault.find_note import find
from rounds.vault.list_search import columns, ensure_same_note, ids_of, resolve_note

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.vault.vault import NoteRecord, Vault

MOVED = "Notes were renamed, moved or deleted meanwhile. This is how it is now: look once more, then press enter."


class NoteRef(NamedTuple):
    """A note by path, and by its stored ID, if any, since another note may take over the path."""

    path: str
    id: str = ""


class FollowedNote:
    """The note that a form is about.

    Attributes:
        path: current path; empty for a form about no note.
        id: stored in the note, known after the first read; empty without one.
        name: when last seen; empty before the first read.
        gone: whether it was deleted.
    """

    def __init__(self, session: "VaultSession", path: str) -> None:
        self._session = session
        self.path = session.place_of(path)
        self.id = self.name = ""
        self.gone = False

    async def find(self) -> str:
        """Find it by path, by where it moved, or by ID.

        Returns:
            Its name before, if it has another name now.
        """
        if not self.path:
            return ""
        ref, before = NoteRef(self._session.place_of(self.path), self.id), self.name

        def read(vault: "Vault") -> "tuple[NoteRecord | None, str]":
            found = resolve_note(vault, *ref)
            return found, ids_of(vault, [found.path]).get(found.path, "") if found else ""

        found, stored = await self._session.read(read)
        self.gone = found is None and self._session.synced
        if found is None:
            return ""
        self.path, self.id, self.name = found.path, stored, found.name
        return before if before != found.name else ""

    def check(self, vault: "Vault") -> None:
        """Check on the disk that the same note is still at the path.

        Raises:
            NotFoundError: it isn't.
        """
        ensure_same_note(vault, self.path, self.id)


class FollowedNotes:
    """Several selected notes.

    Attributes:
        paths: as selected.
    """

    def __init__(self, session: "VaultSession", paths: Sequence[str]) -> None:
        self.paths = list(paths)
        self._session = session
        self._ids: dict[str, str] = {}

    async def look_up(self) -> None:
        """Read the IDs."""
        self._ids = await self._session.read(lambda vault: ids_of(vault, self.paths))

    def places(self, vault: "Vault", paths: Sequence[str]) -> dict[str, str]:
        """Current paths by selected path; missing notes are left out."""
        ids = {path: self._ids.get(path, "") for path in paths}
        known = vault.ask(paths_by_stored_id, [*filter(None, ids.values())])
        now = ids_of(vault, paths)  # with duplicate IDs, the note at the path
        found = {
            path: known.get(id_, path if now.get(path) == id_ else "") if id_ else self._session.place_of(path)
            for path, id_ in ids.items()
        }
        return {path: place for path, place in found.items() if place}

    def check(self, vault: "Vault", paths: Iterable[str]) -> None:
        """Check on the disk that notes are still at these paths.

        Raises:
            NotFoundError: one isn't.
        """
        ids = {place: self._ids.get(path, "") for path, place in self.places(vault, self.paths).items()}
        for path in paths:
            if path not in ids:
                raise NotFoundError(f"{path} is another note by now")
            if ids[path]:
                ensure_same_note(vault, path, ids[path])
            else:
                vault.read(path)


def partner_refs(vault: "Vault", given: Mapping[str, NoteRef]) -> dict[str, NoteRef]:
    """Every partner by name; namesakes get a distinguishing detail.

    Args:
        given: partners already offered, by name.
    """
    rows = columns(vault, "", ["name", "path", "organization", "role"], types=("partner",))
    names = Counter(clean(name) for name, *_ in rows)
    found = {}
    for name, path, *about in rows:
        label, more = clean(name), next(filter(None, map(in_words, about)), "")
        label = label if names[label] == 1 else f"{label} ({more})"
        found[label if label not in found else str(path)] = str(path)
    found.update({name: each.path for name, each in given.items()})
    ids = ids_of(vault, [*found.values()])
    return {name: NoteRef(path, ids.get(path, "")) for name, path in found.items()}


def partner_ref(path: str) -> dict[str, NoteRef]:
    """The partner at a path, by name; empty without a path."""
    return {note_name(path): NoteRef(path)} if path else {}


def partner_named(session: "VaultSession", known: Mapping[str, NoteRef], vault: "Vault", who: str) -> "NoteRecord":
    """The partner with a name.

    Args:
        known: the names that were offered.

    Raises:
        UsageError, NotFoundError: several partners have that name, or none.
    """
    if who in known:
        path, id_ = known[who]
        found = resolve_note(vault, session.place_of(path), id_)
        if found is None:
            raise NotFoundError(f"{who} is no longer there", hint="Choose somebody else, or press escape to leave.")
    else:
        try:
            found = find(vault, who, ("partner",))
        except AmbiguousError as error:
            raise UsageError(error.message, hint=f"One of: {'; '.join(error.candidates)}.") from error
    ensure_same_note(vault, found.path, ids_of(vault, [found.path]).get(found.path, ""))
    return found

"""Notes that a dialog is about, by path and stored ID, so that they are found again after a rename."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rounds.errors import AmbiguousError, NotFoundError, UsageError
from rounds.tui.phrases import clean, in_words, note_name
from rounds.vault.lookup import find
from rounds.vault.search import columns, ensure_same_note, ids_of, resolve_note

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.vault.vault import NoteRecord, Vault

MOVED = "Notes were renamed, moved or deleted meanwhile. This is how it is now: look once more, then press enter."


class Several:
    """Notes by path and stored ID, since another note may take over a path.

    Attributes:
        paths: as selected.
    """

    def __init__(self, desk: "VaultSession", paths: Sequence[str]) -> None:
        self.paths = list(paths)
        self._desk = desk
        self._ids: dict[str, str] = {}

    async def look_up(self) -> None:
        """Read the IDs."""
        self._ids = await self._desk.read(lambda vault: ids_of(vault, self.paths))

    def places(self, vault: "Vault", paths: Sequence[str]) -> dict[str, str]:
        """Current paths by selected path; missing notes are left out."""
        ids = {path: self._ids.get(path, "") for path in paths}
        sql = (
            "SELECT id, path FROM notes WHERE stored_id AND id IN (SELECT value FROM json_each(?)) "
            "GROUP BY id HAVING count(*) = 1"
        )
        known = dict(vault.rows(sql, (json.dumps([*filter(None, ids.values())]),)))
        now = ids_of(vault, paths)  # with duplicate IDs, the note at the path
        found = {
            path: known.get(id_, path if now.get(path) == id_ else "") if id_ else self._desk.place_of(path)
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


class PartnerOption(NamedTuple):
    """A partner offered by name: path of the note, and its stored ID, if any."""

    path: str
    id: str = ""


def offered(partner: str) -> dict[str, PartnerOption]:
    """The given partner by name; empty without a path."""
    return {note_name(partner): PartnerOption(partner)} if partner else {}


def partner_names(vault: "Vault", given: Mapping[str, PartnerOption] | None = None) -> dict[str, PartnerOption]:
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
    found.update({name: each.path for name, each in (given or {}).items()})
    ids = ids_of(vault, [*found.values()])
    return {name: PartnerOption(path, ids.get(path, "")) for name, path in found.items()}


def partner_named(desk: "VaultSession", known: Mapping[str, PartnerOption], vault: "Vault", who: str) -> "NoteRecord":
    """The partner with a name.

    Args:
        known: the names that were offered.

    Raises:
        UsageError, NotFoundError: several partners have that name, or none.
    """
    if who in known:
        path, id_ = known[who]
        found = resolve_note(vault, desk.place_of(path), id_)
        if found is None:
            raise NotFoundError(f"{who} is no longer there", hint="Choose somebody else, or press escape to leave.")
    else:
        try:
            found = find(vault, who, ("partner",))
        except AmbiguousError as error:
            raise UsageError(error.message, hint=f"One of: {'; '.join(error.candidates)}.") from error
    ensure_same_note(vault, found.path, ids_of(vault, [found.path]).get(found.path, ""))
    return found

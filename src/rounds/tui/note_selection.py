"""A selection of several notes that follows renames."""

import json
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from rounds.errors import NotFoundError
from rounds.vault.queries import ensure_same_note, ids_of

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.vault.vault import Vault

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
        self._ids = await self._desk.read(partial(ids_of, paths=self.paths))

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

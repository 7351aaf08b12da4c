"""Notes in our folders that don't have the folder's type."""

from collections.abc import Collection
from typing import NamedTuple

from rounds.domain.query.fields import fold
from rounds.errors import NotFoundError
from rounds.index import queries
from rounds.notes.schema import folder_type, type_problem, with_article
from rounds.vault.vault import Vault


class Unread(NamedTuple):
    """A note in one of our folders without a type of ours.

    Attributes:
        kind: type of the folder's notes.
        named: its `type` property; None if it has no front matter.
    """

    path: str
    name: str
    kind: str
    named: object

    def error(self, vault: Vault) -> NotFoundError:
        """Why the note isn't recognized, and what to do."""
        wrong = type_problem(self.path, self.named, vault.reader.folders)
        if wrong is not None:
            return NotFoundError(f"{self.name} ({self.path}) does not count: {wrong[0]}", hint=wrong[1])
        other = " --type organization" if self.kind == "organization" else ""
        return NotFoundError(
            f"{self.name} is not {with_article(self.kind)} yet: {self.path} has no property, log entry or follow-up",
            hint=f'To make it one: rounds add "{self.name}"{other}',
        )


def unread(vault: Vault, wanted: str, types: Collection[str], *, whole: bool) -> Unread | None:
    """Find an unrecognized note by name.

    Args:
        wanted: folded.
        types: types of the notes searched for.
        whole: match only the full name; else word prefixes too, if only one note matches.
    """
    found = []
    for entry in vault.ask(queries.notes_of_type, ""):
        kind = folder_type(entry.path, vault.reader.folders)
        if kind not in types or not wanted:
            continue
        name = fold(entry.name)
        if name == wanted:
            return Unread(entry.path, entry.name, kind, entry.properties.get("type"))
        if not whole and all(f" {word}" in f" {name}" for word in wanted.split()):
            found.append(Unread(entry.path, entry.name, kind, entry.properties.get("type")))
    return found[0] if len(found) == 1 else None

"""Names of roles: those of the playbook, other names for them, and abbreviations."""

from typing import TYPE_CHECKING

from rounds.index import queries
from rounds.notes.properties import items_of
from rounds.vault.vault import Vault

if TYPE_CHECKING:
    from rounds.domain.job_titles import Roles


def roles_of(vault: Vault) -> "Roles":
    """The roles of the vault's playbook."""
    from rounds.domain.job_titles import Roles  # not needed for most commands

    notes = vault.ask(queries.notes_of_type, "role")
    return Roles(
        (note.name, items_of(note.properties.get("aliases")), items_of(note.properties.get("taxonomy")))
        for note in notes
    )


def same_role(vault: Vault, role: str) -> tuple[str, ...]:
    """All names of a role, folded, the role's own first: from any of them, such as OT."""
    return roles_of(vault).same_as(role)

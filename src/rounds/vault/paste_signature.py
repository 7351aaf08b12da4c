"""A new partner from a pasted mail signature: the properties that it gives, and the rest for the note."""

from typing import NamedTuple

from rounds.domain.contact_rows import row_of
from rounds.domain.signature import read_signature
from rounds.vault.import_contacts import harmless
from rounds.vault.role_names import roles_of
from rounds.vault.set_properties import Setting
from rounds.vault.vault import Vault


class Pasted(NamedTuple):
    """What a signature says.

    Attributes:
        name: of the person; empty if none is found.
        values: texts by property; several emails or phones are separated by commas.
        about: more for the note, such as the title; empty for none.
    """

    name: str
    values: dict[str, str]
    about: str

    def settings(self) -> list[Setting]:
        """The properties as settings."""
        return [Setting(key, "=", text) for key, text in self.values.items()]


def from_signature(vault: Vault, text: str) -> Pasted:
    """Read a mail signature; what can't be told apart is left out."""
    roles = roles_of(vault)
    row = row_of(1, read_signature(text, roles), source="", roles=roles)
    name = row.name if row.kind == "partner" else ""
    values = {key: ", ".join(texts) for key, texts in row.values.items()}
    if row.name and not name:
        values = {"organization": row.name, **values}

    return Pasted(name, values, harmless(row.text))

"""Organizations: what their members share with them."""

from typing import TYPE_CHECKING

from rounds.formats.links import first_target, stem
from rounds.vault.vault import Entry

if TYPE_CHECKING:
    from rounds.vault.vault import Vault

_INHERITED = ("email", "phone", "fax", "website", "address", "city", "referral_method", "insurance")


def properties_of(vault: "Vault", entry: Entry) -> dict[str, object]:
    """What holds for a note: its own properties, and what a partner has from the organization."""
    target = first_target(entry.properties.get("organization")) if entry.type == "partner" else ""
    theirs = [*vault.entries("n.stem = ? AND n.type = 'organization'", (stem(target),))] if target else []
    shared = theirs[0].properties if len(theirs) == 1 else {}
    own = {key: value for key, value in entry.properties.items() if value not in (None, "", [])}
    return {**entry.properties, **{key: shared[key] for key in _INHERITED if shared.get(key)}, **own}

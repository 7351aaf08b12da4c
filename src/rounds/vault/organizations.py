"""Organizations: inherited properties, members, and front desk."""

import json
from collections.abc import Collection
from typing import TYPE_CHECKING

from rounds.domain.partner_referral_release import inherited
from rounds.index import queries
from rounds.notes.links import plain, workplace_key
from rounds.notes.markdown import section, without_comments

if TYPE_CHECKING:
    from rounds.vault.vault import NoteRecord, Vault


def inherited_by(vault: "Vault", entries: "Collection[NoteRecord]") -> dict[int, dict[str, object]]:
    """Properties each partner inherits from the organization, by key; partners who inherit nothing are left out.

    So a partner who changes jobs changes one property. An organization is found by its file name, name or alias; a name
    shared by two finds neither.
    """
    places = {
        entry.key: workplace_key(entry.properties.get("organization"), entry.path)
        for entry in entries
        if entry.type == "partner"
    }
    theirs = shared(vault, {*places.values()} - {""})
    found = ((entry.key, theirs.get(places.get(entry.key, ""))) for entry in entries)
    own = {entry.key: entry.properties for entry in entries}
    return {key: given for key, there in found if there and (given := inherited(own[key], there))}


def shared(vault: "Vault", names: Collection[str]) -> dict[str, dict[str, object]]:
    """Properties that organizations pass on, by lookup name (`rounds.notes.links`)."""
    if not names:
        return {}
    rows = vault.ask(queries.organization_properties, names)
    return {name: inherited({}, json.loads(properties)) for name, properties in rows}


def properties_of(vault: "Vault", entry: "NoteRecord") -> dict[str, object]:
    """A note's own properties, plus those a partner inherits from the organization."""
    return {**entry.properties, **inherited_by(vault, [entry]).get(entry.key, {})}


def front_desk(vault: "Vault", path: str) -> list[str]:
    """The lines of an organization's People section: front desk, referral coordinator (vault format, Organization)."""
    document = vault.read(path).document
    start = len(document.text) - len(document.body) if document.readable else len(document.text)
    place = section(document.text, start, "People")
    if place is None:
        return []
    lines = [line.strip() for line in without_comments(document.text[slice(*place)]).splitlines()]
    return [plain(line.lstrip("-*+ ")) for line in lines if line.strip("-*+ ")]

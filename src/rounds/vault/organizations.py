"""Organizations: inherited properties, members, and front desk."""

import json
from collections.abc import Collection

from rounds.domain.records import inherited
from rounds.notes.comments import without_comments
from rounds.notes.links import plain, workplace_key
from rounds.notes.sections import section
from rounds.vault.vault import NoteRecord, Vault

# All names of organizations, by key; names and aliases given in notes only if unambiguous.
_NAMES = "(SELECT name, note FROM places WHERE rank = 0 UNION SELECT name, note FROM place)"


def inherited_by(vault: Vault, entries: Collection[NoteRecord]) -> dict[int, dict[str, object]]:
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


def shared(vault: Vault, names: Collection[str]) -> dict[str, dict[str, object]]:
    """Properties that organizations pass on, by lookup name (`rounds.notes.links`)."""
    if not names:
        return {}
    rows = vault.rows(
        "SELECT p.name, d.properties FROM place p JOIN details d ON d.key = p.note "
        "WHERE p.name IN (SELECT value FROM json_each(?))",
        (json.dumps([*names]),),
    )
    return {name: inherited({}, json.loads(properties)) for name, properties in rows}


def properties_of(vault: Vault, entry: NoteRecord) -> dict[str, object]:
    """A note's own properties, plus those a partner inherits from the organization."""
    return {**entry.properties, **inherited_by(vault, [entry]).get(entry.key, {})}


def members(vault: Vault, entry: NoteRecord) -> list[NoteRecord]:
    """The partners who work at an organization, by name."""
    where = f"n.type = 'partner' AND n.works_at IN (SELECT name FROM {_NAMES} WHERE note = ?)"
    return [*vault.entries(where, (entry.key,), "ORDER BY n.name, n.key")]


def listed(vault: Vault) -> list[tuple[NoteRecord, int]]:
    """All organizations by name, each with its number of partners."""
    numbers = dict(
        vault.rows(f"SELECT p.note, count(*) FROM notes n JOIN {_NAMES} p ON p.name = n.works_at GROUP BY 1")
    )
    found = vault.entries("n.type = 'organization'", tail="ORDER BY n.name, n.key")
    return [(entry, numbers.get(entry.key, 0)) for entry in found]


def front_desk(vault: Vault, entry: NoteRecord) -> list[str]:
    """The lines of an organization's People section: front desk, referral coordinator (vault format, Organization)."""
    document = vault.read(entry.path).document
    start = len(document.text) - len(document.body) if document.readable else len(document.text)
    place = section(document.text, start, "People")
    if place is None:
        return []
    lines = [line.strip() for line in without_comments(document.text[slice(*place)]).splitlines()]
    return [plain(line.lstrip("-*+ ")) for line in lines if line.strip("-*+ ")]

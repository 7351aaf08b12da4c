"""Organizations: what their members share with them, who belongs to them, and who sits at the front desk."""

from collections.abc import Mapping

from rounds.domain.fields import fold
from rounds.domain.partner import effective
from rounds.formats.comments import without_comments
from rounds.formats.links import first_target, name_of, plain, stem
from rounds.formats.sections import section
from rounds.vault.vault import Entry, Vault


def organizations(vault: Vault) -> dict[str, Mapping[str, object]]:
    """The properties of every organization by what links resolve to; two of one name are neither."""
    found: dict[str, Mapping[str, object]] = {}
    for entry in vault.entries("n.type = 'organization'"):
        name = stem(entry.path)
        found[name] = {} if name in found else entry.properties
    return found


def properties_of(vault: Vault, entry: Entry) -> dict[str, object]:
    """What holds for a note: its own properties, and what a partner has from the organization (vault format, Partner).

    So a partner who changes jobs changes one property.
    """
    target = first_target(entry.properties.get("organization")) if entry.type == "partner" else ""
    theirs = [*vault.entries("n.stem = ? AND n.type = 'organization'", (stem(target),))] if target else []
    return effective(entry.properties, theirs[0].properties if len(theirs) == 1 else {})


def members(vault: Vault, entry: Entry) -> list[Entry]:
    """The partners who work at an organization, by name."""
    name = name_of(entry.path)
    found = vault.entries(
        "n.type = 'partner' AND instr(n.organization, ?)", (f"| {fold(name)} |",), "ORDER BY n.name, n.key"
    )
    return [each for each in found if stem(first_target(each.properties.get("organization"))) == stem(entry.path)]


def listed(vault: Vault) -> list[tuple[Entry, int]]:
    """All organizations by name, each with how many partners work there."""
    rows = vault.rows("SELECT organization, count(*) FROM notes WHERE type = 'partner' GROUP BY organization")
    numbers: dict[str, int] = {}
    for organization, number in rows:
        name = str(organization or "").strip(" |").partition(" | ")[0]  # the link's target, before its alias
        numbers[name] = numbers.get(name, 0) + number
    found = vault.entries("n.type = 'organization'", tail="ORDER BY n.name, n.key")
    return [(entry, numbers.get(fold(entry.path.rpartition("/")[2].removesuffix(".md")), 0)) for entry in found]


def front_desk(vault: Vault, entry: Entry) -> list[str]:
    """The lines of an organization's section People: front desk, referral coordinator (vault format, Organization)."""
    document = vault.read(entry.path).document
    start = len(document.text) - len(document.body) if document.readable else len(document.text)
    place = section(document.text, start, "People")
    if place is None:
        return []
    lines = [line.strip() for line in without_comments(document.text[slice(*place)]).splitlines()]
    return [plain(line.lstrip("-*+ ")) for line in lines if line.strip("-*+ ")]

"""The map of the network from the index: everybody, and the people around one partner."""

from rounds.domain.gaps_introductions_suggestions import Network
from rounds.domain.network_map import Around, Line, Mapped, all_lines, around
from rounds.domain.partner_referral_release import STAGES
from rounds.index import queries
from rounds.notes.links import first_target, name_of, plain
from rounds.notes.properties import text_of
from rounds.vault.gaps_introductions_match import network
from rounds.vault.vault import NoteRecord, Vault


def whole_map(vault: Vault) -> tuple[list[Mapped], list[Line]]:
    """Everybody, those you know best first, and all ties."""
    found = network(vault)
    people = [
        _mapped(entry, found) for entry in vault.ask(queries.notes_of_type, "partner") if entry.key in found.people
    ]
    order = {stage: place for place, stage in enumerate(("active", "met", "contacted", "found", "resting", STAGES[-1]))}
    people.sort(key=lambda each: (order.get(each.stage, order["found"]), each.name.casefold()))
    return people, all_lines(found)


def _mapped(entry: NoteRecord, found: Network) -> Mapped:
    place = entry.properties.get("organization")
    return Mapped(
        entry.key,
        entry.name,
        plain(text_of(entry.properties.get("role"))).lower(),
        text_of(entry.properties.get("stage")).lower(),
        name_of(first_target(text_of(place))) if place else "",
        entry.last_contact,
        found.people[entry.key].in_touch,
    )


def around_partner(vault: Vault, who: NoteRecord) -> Around:
    """The people around a partner, and the ways to be introduced to somebody you don't know yet."""
    return around(network(vault), who.key, vault.today(), vault.settings.steps)

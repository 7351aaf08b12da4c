"""The contact details of a note, to copy or to open: phone, email, address, website, card."""

from typing import NamedTuple

from rounds.domain.contact_checks import split_contacts
from rounds.domain.contact_links import link_of_value
from rounds.notes.links import plain
from rounds.notes.properties import items_of
from rounds.vault.organizations import properties_of
from rounds.vault.vault import Vault

_KEYS = ("phone", "email", "website", "fax", "referral_contact")


class Detail(NamedTuple):
    """A contact detail.

    Attributes:
        label: what it is, in words.
        text: to copy.
        link: to open; empty for none.
        shared: whether it's the organization's.
    """

    label: str
    text: str
    link: str = ""
    shared: bool = False


def contact_details(vault: Vault, path: str) -> list[Detail]:
    """The details of a partner, an organization or the practice, each value by itself, and all together as a card.

    Raises:
        NotFoundError: there is no such note.
    """
    entry = vault.entry(path)
    held = properties_of(vault, entry)
    details = []
    for key in _KEYS:
        shared = held.get(key) != entry.properties.get(key)
        for value in items_of(held.get(key)):
            texts = [text for text in split_contacts(key, " ".join(plain(str(value)).split())) if text]
            details += [Detail(key.replace("_", " "), text, link_of_value(key, text), shared) for text in texts]
    place = [" ".join(plain(str(value)).split()) for key in ("address", "city") for value in items_of(held.get(key))]
    if place:
        details.append(Detail("address", ", ".join(place), "", held.get("address") != entry.properties.get("address")))
    return [*details, Detail("card", _card(entry.name, held, details))] if details else []


def _card(name: str, held: dict[str, object], details: list[Detail]) -> str:
    """Everything as a few lines, for a message."""
    first = ", ".join([plain(name), *(str(each) for each in items_of(held.get("credentials")))])
    about = [plain(str(each)) for key in ("role", "organization") for each in items_of(held.get(key)) if each]
    lines = [first, ", ".join(about), *(f"{each.label.capitalize()}: {each.text}" for each in details)]
    return "\n".join(line for line in lines if line)

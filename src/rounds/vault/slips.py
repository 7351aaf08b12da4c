"""Words that may be a slip: a role or a niche that is new here. Nothing is refused; each is pointed out once."""

from collections.abc import Iterator
from typing import NamedTuple

from rounds.domain.fields import closest
from rounds.domain.folding import fold
from rounds.formats.links import first_target
from rounds.vault.vault import Vault

_NEARLY = 84.0
"""Similarity of two words, 0 to 100, from which one is most likely the other, misspelled."""

_NOTES = {"niches": "niche", "roles": "role"}
"""Properties that link to notes of the playbook, with the type of those."""


class Slip(NamedTuple):
    """A word that nothing here has so far.

    Attributes:
        what: `role` or `niche`.
        word: as typed.
        near: the known word that comes closest; empty where none does.
        likely: whether that one was most probably meant.
    """

    what: str
    word: str
    near: str
    likely: bool

    def is_new(self) -> str:
        """That it is new, in a sentence."""
        return f"The {self.what} {self.word} is new here."

    def in_words(self) -> str:
        """That it is new, and what else there is."""
        return f"{self.is_new()} There is also: {self.near}" if self.near else self.is_new()


def slips(vault: Vault, key: str, text: str) -> Iterator[Slip]:
    """What may be misspelled in the value of a property: of `role`, `niches` and `roles`, each word that is new.

    Where nothing is known yet, nothing is new.
    """
    if key != "role" and key not in _NOTES:
        return
    known = _known(vault, key)
    folded = {fold(name) for name in known}
    for word in [text] if key == "role" else text.split(","):
        plain = first_target(word.strip()) if "[" in word else word.strip()
        if known and fold(plain) and fold(plain) not in folded:
            near = closest(plain, [*known])
            yield Slip(_NOTES.get(key, "role"), plain, known.get(near, ""), bool(near) and _is_near(plain, near))


def near_role(vault: Vault, word: str) -> str:
    """The role that was most probably meant; empty for none."""
    return next((slip.near for slip in slips(vault, "role", word) if slip.likely), "")


def _known(vault: Vault, key: str) -> dict[str, str]:
    """The names that are known, other names of roles too, each with the name that it stands for."""
    from rounds.vault.catalog import names_for

    if key == "niches":
        return {name: name for (name,) in vault.rows("SELECT title FROM notes WHERE type = 'niche' ORDER BY title")}
    aliases = vault.rows(
        "SELECT j.value, n.title FROM notes n JOIN details d ON d.key = n.key, json_each(d.properties, '$.aliases') j "
        "WHERE n.type = 'role' AND j.type = 'text'"
    )
    return {name: name for name in names_for(vault, "role")} | dict(aliases)


def _is_near(word: str, known: str) -> bool:
    from rapidfuzz import fuzz

    return float(fuzz.ratio(fold(word), fold(known))) >= _NEARLY

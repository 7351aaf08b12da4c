"""Possible typos: roles, niches, names or shared words new to the vault.

They're only pointed out, never refused.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rounds.domain.folding import fold
from rounds.domain.query.fields import closest
from rounds.index import queries
from rounds.notes.links import first_target
from rounds.vault.link_targets import links_to
from rounds.vault.vault import Vault

_NEARLY = 84.0
"""Similarity of two words, 0 to 100, from which one is most likely a misspelling of the other."""

_NOTES = {"niches": "niche", "roles": "role"}
"""Properties that link to playbook notes, with the type of those notes."""

_NAMED = ("introduced_by", "knows", "organization")
"""Properties with names of people or places: a similar value is a likely typo, any other is a new name."""

_SHARED = {
    "city": "city", "insurance": "insurance", "languages": "language", "serves": "group", "source": "source",
    "specialties": "specialty",
}  # fmt: skip
"""Properties with values shared by many notes, and the word for one value. New values are common: report only similar
ones."""

_SINGLE = ("city", "organization", "role", "source")
"""Single-value properties, in which commas are part of the value."""

_ALIKE = 80.0
"""Similarity from which such a word or name is reported."""


class Slip(NamedTuple):
    """A word that's new to the vault.

    Attributes:
        what: kind of word, such as `role`; empty for a name.
        word: as typed.
        near: the closest known word; empty if there is none.
        likely: whether that word was probably meant, so it's worth asking.
    """

    what: str
    word: str
    near: str
    likely: bool

    def in_words(self) -> str:
        """A sentence saying that it's new, with the closest known word."""
        new = f"The {self.what} {self.word} is new here." if self.what else f"There is no note {self.word} here."
        return f"{new} Did you mean {self.near}?" if self.near else new


def slips(vault: Vault, key: str, text: str) -> Iterator[Slip]:
    """Possible typos in a property's value.

    For `role`, `niches` and `roles`: every new word. For names and other shared words: new words close to a known one.
    If no words are known yet, none are new.
    """
    if key in _NAMED or key in _SHARED:
        yield from _nearly(vault, key, text)
        return
    if key != "role" and key not in _NOTES:
        return
    known = _known(vault, key)
    folded = {fold(name) for name in known}
    for word in [text] if key in _SINGLE else text.split(","):
        plain = first_target(word.strip()) if "[" in word else word.strip()
        if known and fold(plain) and fold(plain) not in folded:
            near = closest(plain, [*known])
            yield Slip(_NOTES.get(key, "role"), plain, known.get(near, ""), bool(near) and _is_near(plain, near))


def _nearly(vault: Vault, key: str, text: str) -> Iterator[Slip]:
    from rounds.vault.queries import names_for

    known = {fold(name): name for name in names_for(vault, key)}
    for word in [text] if key in _SINGLE else text.split(","):
        plain = first_target(word.strip()) if "[" in word else word.strip()
        if fold(plain) and fold(plain) not in known and not (key in _NAMED and links_to(vault, plain)):
            near = _nearest(fold(plain), known, begun=key in _NAMED)
            if near:
                yield Slip(_SHARED.get(key, ""), plain, near, likely=False)


def _nearest(word: str, known: Mapping[str, str], *, begun: bool) -> str:
    """The closest name by folded form; with `begun`, a name's first words can match too."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(word, known.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    if found is None and begun:
        starts = {name: " ".join(name.split()[: len(word.split())]) for name in known}
        best = process.extractOne(word, starts, scorer=fuzz.ratio, score_cutoff=_ALIKE)  # a mapping: its key is last
        return known[str(best[2])] if best else ""
    return known[found[0]] if found else ""


def near_role(vault: Vault, word: str) -> str:
    """The role that was probably meant; empty for none."""
    return next((slip.near for slip in slips(vault, "role", word) if slip.likely), "")


def _known(vault: Vault, key: str) -> dict[str, str]:
    """Known names, including other names of roles, each with the main name."""
    from rounds.vault.queries import names_for

    if key == "niches":
        return {name: name for name in vault.ask(queries.titles, "niche")}
    return {name: name for name in names_for(vault, "role")} | dict(vault.ask(queries.role_aliases))


def _is_near(word: str, known: str) -> bool:
    from rapidfuzz import fuzz

    return float(fuzz.ratio(fold(word), fold(known))) >= _NEARLY

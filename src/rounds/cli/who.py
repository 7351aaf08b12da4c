"""Who is meant by the words of a command line."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rounds.domain.folding import caseless, fold_value, words_of
from rounds.errors import AmbiguousError, NotFoundError, UsageError

if TYPE_CHECKING:
    from rounds.vault.vault import Entry, Vault


def leading(vault: "Vault", words: Sequence[str]) -> tuple["Entry", list[str]]:
    """The person whom the first words name, and the words after them.

    The first word alone, or as many as it takes: `sam lee coffee` needs no quotes. A name of several words must be
    spelled right; only one word is allowed to be nearly so.

    Raises:
        NotFoundError, AmbiguousError: as the first word alone has it.
    """
    from rounds.vault.people import find

    words = _with_links_whole(words)
    try:
        return find(vault, words[0]), list(words[1:])
    except (NotFoundError, AmbiguousError) as error:
        for count in range(2, min(5, len(words)) + 1):
            named = " ".join(words[:count])
            try:
                entry = find(vault, named)
            except (NotFoundError, AmbiguousError):
                continue
            if _spelled(entry, named):
                return entry, list(words[count:])
        raise error from None


def _with_links_whole(words: Sequence[str]) -> list[str]:
    """The words, with a link that they begin with as one: the shell cuts `[[Sam Lee]]` at the blank."""
    for count in range(1, min(9, len(words)) + 1):
        if "]]" in words[count - 1] and words[0].lstrip("!").startswith("[["):
            return [" ".join(words[:count]), *words[count:]]
    return list(words)


def _spelled(entry: "Entry", named: str) -> bool:
    known = fold_value([entry.name, entry.properties.get("aliases")])
    return all(f" {word}" in known for word in words_of(named))


def everyone(vault: "Vault", words: Sequence[str]) -> list["Entry"]:
    """All the people that the words name, each once, in their order."""
    found: dict[str, Entry] = {}
    rest = list(words)
    while rest:
        entry, rest = leading(vault, rest)
        found[entry.path] = entry
    return list(found.values())


def note(vault: "Vault", who: str) -> "Entry":
    """The one note that is meant: somebody, or by its very name or path any other note, such as `Practice`.

    Raises:
        NotFoundError, AmbiguousError: as for people.
    """
    from rounds.formats.links import first_target, stem
    from rounds.vault.people import PEOPLE, find

    rows = vault.rows("SELECT path, type FROM notes WHERE stem = ?", (stem(first_target(who)),))
    found = (
        [path for path, _ in rows if path == who]
        or [path for path, _ in rows if caseless(path) == caseless(who)]
        or [path for path, kind in rows if kind not in PEOPLE]
    )
    return vault.entry(found[0]) if len(found) == 1 else find(vault, who)


def writable(vault: "Vault", *paths: str) -> None:
    """Make sure that all of these notes can be written to, before the first of them is.

    Raises:
        EditRefusedError: one can't be read now; with the place.
    """
    for path in paths:
        vault.editable(path)


def some_words(text: str, example: str) -> str:
    """The text, where there is some.

    Raises:
        UsageError: there is none.
    """
    if not text.strip():
        raise UsageError("a few words are missing", hint=f"For example: {example}")
    return text


def tell_if_known(entry: "Entry") -> None:
    """Say that somebody who is looked for as a new partner is none."""
    from rounds.cli.output import say
    from rounds.domain.gaps import MET
    from rounds.formats.notes import text_of

    stage = text_of(entry.properties.get("stage")).lower()
    if stage in MET:
        say(f"Note: you know {entry.name} yourself; the stage is {stage}.")

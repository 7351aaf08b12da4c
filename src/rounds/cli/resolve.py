"""The words of a command line: notes they name, and queries whose quotes the shell took."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import click

from rounds.domain.folding import caseless, fold, fold_value, spaced, words_of
from rounds.domain.query.fields import Kind, closest, field_named
from rounds.domain.query.parser import Every, FieldMatch, Node, Not, Some, parse
from rounds.errors import AmbiguousError, NotFoundError, QueryError, UsageError

if TYPE_CHECKING:
    from rounds.vault.vault import NoteRecord, Vault


def leading(
    vault: "Vault", words: Sequence[str], *, ends: Callable[[Sequence[str]], bool] | None = None
) -> tuple["NoteRecord", list[str]]:
    """The person named by the first words, and the remaining words.

    One word, or as many as needed: `sam lee coffee` needs no quotes. A name of several words must be spelled right;
    only a single word may have typos.

    Args:
        ends: whether words can't be part of a name, such as a day; the words before are then the name of an unknown
            person.

    Raises:
        NotFoundError, AmbiguousError: as for the first word alone, or for the role the first words name.
    """
    from rounds.vault.find_note import find
    from rounds.vault.list_search import roles

    words = _with_links_whole(words)
    known = roles(vault)
    for count in range(min(4, len(words)), 1, -1):
        role = spaced(fold(named := " ".join(words[:count])))
        if " " in role and role in known:  # `school counselor`, not a school
            return find(vault, named), list(words[count:])
    try:
        entry = find(vault, words[0])
        count = _own_words(entry, words)
        return entry, list(words[count:])
    except (NotFoundError, AmbiguousError) as error:
        if (longer := _of_several_words(vault, words)) is not None:
            return longer
        if isinstance(error, NotFoundError) and error.unknown and "[[" not in words[0]:
            error.unknown = (_unknown(words, ends),)
        raise error from None


def _of_several_words(vault: "Vault", words: Sequence[str]) -> tuple["NoteRecord", list[str]] | None:
    """The person, or the role's person, that two to five first words name; None for nobody."""
    from rounds.vault.find_note import find, role_named

    for count in range(2, min(5, len(words)) + 1):
        named = " ".join(words[:count])
        try:
            entry = find(vault, named)
        except (NotFoundError, AmbiguousError):
            if role_named(vault, named):
                raise
            continue
        if spelled(entry, named) or role_named(vault, named):
            return entry, list(words[count:])
    return None


def _with_links_whole(words: Sequence[str]) -> list[str]:
    """The words, with a link at the start joined into one: the shell splits `[[Sam Lee]]` at the blank."""
    for count in range(1, min(9, len(words)) + 1):
        if "]]" in words[count - 1] and words[0].lstrip("!").startswith("[["):
            return [" ".join(words[:count]), *words[count:]]
    return list(words)


def _names(entry: "NoteRecord") -> str:
    return fold_value([entry.name, entry.properties.get("aliases")])


def spelled(entry: "NoteRecord", named: str) -> bool:
    """Whether each word is a prefix of a word of the name or an alias."""
    known = _names(entry)
    return all(f" {word}" in known for word in words_of(named))


def _own_words(entry: "NoteRecord", words: Sequence[str]) -> int:
    """The number of words in the name: `dana whitlock` where `dana` alone would do."""
    known = _names(entry).split()
    count = 1
    for word in fold(words[0]).split():
        if word in known:
            known.remove(word)
    while count < min(5, len(words)) and " " not in words[count] and fold(words[count]) in known:
        known.remove(fold(words[count]))
        count += 1
    return count


def _unknown(words: Sequence[str], ends: Callable[[Sequence[str]], bool] | None) -> str:
    """An unknown person's name: the quoted word, the words before `ends` holds, or the capitalized words."""
    if " " in words[0].strip():
        return words[0]
    count = 1
    while count < min(5, len(words)) and " " not in words[count]:
        if ends(words[count:]) if ends else not (words[0][:1].isupper() and words[count][:1].isupper()):
            return " ".join(words[:count])
        count += 1
    return " ".join(words[:count]) if ends is None else words[0]


def everyone(vault: "Vault", words: Sequence[str]) -> list["NoteRecord"]:
    """All people named by the words, each once, in order.

    Raises:
        NotFoundError: someone is unknown; all unknown names are in `unknown`.
        AmbiguousError: a name matches several people.
    """
    found: dict[str, NoteRecord] = {}
    unknown: list[NotFoundError] = []
    rest = list(words)
    while rest:
        try:
            entry, rest = leading(vault, rest)
        except NotFoundError as error:
            if not error.unknown:
                raise
            rest = _with_links_whole(rest)
            whole = (place for place, word in enumerate(rest) if " " in word.strip() or "[[" in word)
            count = next(whole, len(rest)) or 1
            if "[[" not in rest[0]:
                error.unknown = (" ".join(rest[:count]),)
            rest = rest[count:]
            unknown.append(error)
        else:
            found[entry.path] = entry
    if unknown:
        unknown[0].unknown = tuple(dict.fromkeys(name for error in unknown for name in error.unknown))
        raise unknown[0]
    return list(found.values())


def note(vault: "Vault", who: str, *, people_first: bool = False) -> "NoteRecord":
    """Find one note: a person, or by exact name or path any other note, such as `Practice`.

    Args:
        people_first: whether a role's name means the partner with that role, if any, rather than the playbook's note.
    """
    from rounds.index import queries
    from rounds.index.queries import PEOPLE
    from rounds.notes.links import first_target, name_of, stem
    from rounds.vault.find_note import find, with_role

    named = vault.ask(queries.notes_named, stem(first_target(who)))
    found = [each for each in named if each.path == who] or [
        each for each in named if caseless(each.path) == caseless(who)
    ]
    if not found:
        found = [each for each in named if each.type not in PEOPLE]
        if people_first and any(each.type == "role" for each in named) and with_role(vault, who):
            found = []
    if len(found) == 1:
        return found[0]
    try:
        return find(vault, who)
    except NotFoundError as error:
        others = vault.ask(queries.paths_of_other_types, "", "referral", "release", *PEOPLE)
        if (near := closest(who, [*map(name_of, others)])) and not error.suggestions:
            error.hint, error.unknown = f"Did you mean {near}?", ()
        raise


def unmistakable(vault: "Vault", path: str, name: str) -> str:
    """An unambiguous reference to a note on the command line: its name, or its path if the name is ambiguous."""
    from rounds.vault.find_note import find

    try:
        return name if find(vault, name).path == path else path
    except (NotFoundError, AmbiguousError):
        return path


def writable(vault: "Vault", *paths: str) -> None:
    """Make sure that all of these notes are writable before writing the first, else raise EditRefusedError."""
    for path in paths:
        vault.editable(path)


def some_words(text: str, example: str) -> str:
    """The text; a UsageError if it's empty."""
    if not text.strip():
        raise UsageError("a few words are missing", hint=f"For example: {example}")
    return text


def tell_if_known(entry: "NoteRecord") -> None:
    """Say if someone searched for as a new partner is already known."""
    from rounds.cli.output import say
    from rounds.domain.gaps_introductions_suggestions import MET
    from rounds.notes.properties import text_of

    stage = text_of(entry.properties.get("stage")).lower()
    if stage in MET:
        say(f"Note: you already know {entry.name}; the stage is {stage}.")


_ONE_VALUE = re.compile(r'(-?[^\s:"()]+:(?:<=|>=|<|>|=)?)([^":()]*\s[^":()]*)')


def query_of(vault: "Vault", words: Sequence[str]) -> str:
    """The typed query.

    `role:"family lawyer"` arrives as one word with a blank in it. Among other words it's quoted again; alone it's read
    as one value if any note has it, else as a whole query.

    Raises:
        click.NoSuchOption: a word intended as an option.
    """
    for word in words:
        if word.startswith("--"):
            raise click.NoSuchOption(word, ctx=click.get_current_context(silent=True))
    if len(words) != 1:
        return " ".join(_requoted(word) for word in words)
    quoted = _requoted(words[0]) if _ONE_VALUE.fullmatch(words[0]) else words[0]
    return quoted if quoted != words[0] and _finds(vault, quoted) else words[0]


def _requoted(word: str) -> str:
    if not re.search(r"\s", word) or '"' in word or "(" in word:
        return word
    value = _ONE_VALUE.fullmatch(word)
    if value is not None:
        return f'{value[1]}"{value[2]}"'
    return word if ":" in word else f'"{word}"'


def _finds(vault: "Vault", query: str) -> bool:
    from rounds.vault.list_search import keys

    try:
        return bool(keys(vault, query.removeprefix("-")))
    except QueryError:
        return False


def say_suggestion(vault: "Vault", query: str, types: Sequence[str]) -> None:
    """Print a suggestion for a query that found nothing."""
    from rounds.cli.output import say
    from rounds.vault.did_you_mean import meant

    if query and (hint := meant(vault, query, types=types).hint):
        say(hint)


def names_type(query: str) -> bool:
    """Whether a query itself restricts note types, with `type:` or `is:`."""
    return any(_is_type(match) for match in _matches(parse(query).root))


def _is_type(match: FieldMatch) -> bool:
    known = field_named(match.field)
    return known is not None and (known.name == "type" or known.kind is Kind.STATE)


def _matches(node: Node) -> Iterable[FieldMatch]:
    if isinstance(node, FieldMatch):
        yield node
    elif isinstance(node, Not):
        yield from _matches(node.part)
    elif isinstance(node, (Every, Some)):
        for part in node.parts:
            yield from _matches(part)

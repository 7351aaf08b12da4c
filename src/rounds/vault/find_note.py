"""Note lookup by name, alias, email, id or role, with typos; notes without a type."""

from collections.abc import Collection
from typing import NamedTuple

from rounds.domain.folding import caseless, fold, spaced, words_of
from rounds.domain.links import whole_link
from rounds.errors import AmbiguousError, NotFoundError
from rounds.index import queries
from rounds.index.queries import PEOPLE
from rounds.notes.links import folder_matches, folder_of, name_of, stem, target_of
from rounds.notes.schema import folder_type, type_problem, with_article
from rounds.vault.vault import NoteRecord, Vault

CLOSE = 74.0
"""Similarity of each word, 0 to 100, from which a misspelled name matches its only close neighbor."""

_LISTED = 10
"""Matches listed when there are several."""

_ALIKE = 55.0
"""Similarity from which a name is suggested."""


def note_of_link(vault: Vault, target: str, source: str) -> NoteRecord | None:
    """The note of any type that a link leads to, the first by path if there are several; None without one.

    Args:
        source: path of the note with the link.
    """
    its = target_of(target, source)
    found = vault.ask(queries.notes_named, its.stem)
    return next((each for each in found if folder_matches(its.folder, folder_of(each.path))), None)


def find(vault: Vault, who: str, types: tuple[str, ...] = PEOPLE) -> NoteRecord:
    """Find the one matching note.

    A link means its target. Exact matches of name, alias, email, id or path come first, then names that contain all the
    words, then the only partner with that role, then the only closely spelled name.

    Raises:
        NotFoundError: no match; similar names are in `suggestions`.
        AmbiguousError: several matches; they are in `candidates`.
    """
    if (link := whole_link(who)) is not None:
        linked = vault.ask(queries.link_targets, link.target, types)
        if len(linked) == 1:
            return vault.entry(linked[0][0])
        who = name_of(link.target)
    named, words, people = who.strip(), words_of(who), list[_Person]()
    matches = _exactly(vault, named, types)
    if not matches:
        people = [_Person(*row) for row in vault.ask(queries.names_to_match, types)]
        matches = [p for p in people if words and p.holds(words)]
    if not matches:
        return _otherwise(vault, who, types, people, linked=link is not None)
    if len(matches) > 1:
        names = [f"{match.title} ({match.path})" for match in matches[:_LISTED]]
        alike = len({caseless(match.path) for match in matches}) == 1  # case or accents: no name tells them apart
        hint = "Links can't tell them apart: see rounds check." if alike else "Write more of the name."
        if not alike and len({caseless(match.title) for match in matches}) == 1:
            hint = "They have the same name, so write the path."
        raise AmbiguousError(f'"{who}" could be one of {len(matches)}', hint=hint, candidates=names)
    return vault.entry(matches[0].path)


def _exactly(vault: Vault, named: str, types: tuple[str, ...]) -> "list[_Person]":
    """Who has this path or id, else this name, alias, email or file name; few of 10,000 are read for that."""
    phrase, plain = f"| {spaced(fold(named))} |", caseless(named)
    wanted = (named, stem(named), plain.rpartition("/")[2], phrase)
    people = [_Person(*row) for row in vault.ask(queries.names_to_match, types, wanted)]
    return (
        [p for p in people if named in {p.path, p.id}]  # two paths may differ only in NFC and NFD
        or [p for p in people if p.is_called(phrase, email="@" in named) or p.is_at(plain)]
    )


def _otherwise(vault: Vault, who: str, types: tuple[str, ...], people: list["_Person"], *, linked: bool) -> NoteRecord:
    """Fall back if no name matches: the only partner with that role, or the only closely spelled name."""
    if (found := unread(vault, fold(who), types, whole=True)) is not None:
        raise found.error(vault)
    if not linked and "partner" in types and (role := role_named(vault, who)):
        return _only_one(vault, role)
    try:
        return vault.entry(_near(vault, fold(who), people, who).path)
    except NotFoundError as error:
        if (found := unread(vault, fold(who), types, whole=False)) is not None:
            raise found.error(vault) from None
        if "organization" in types:
            raise
        raise _unless_organization(vault, who, error) from None


def role_named(vault: Vault, words: str) -> str:
    """The spelling of a role: as typed if a partner has it, else the playbook's by name or alias; else empty."""
    from rounds.vault.practice import role_note

    wanted = spaced(fold(words))
    if not wanted:
        return ""
    if vault.ask(queries.is_role, wanted, "partner"):
        return words.strip()
    known = role_note(vault, words)
    return known.name if known is not None else ""


def with_role(vault: Vault, role: str) -> list[NoteRecord]:
    """The partners with a role, by name."""
    return vault.ask(queries.partners_with_role, spaced(fold(role)))


def _only_one(vault: Vault, role: str) -> NoteRecord:
    found = with_role(vault, role)
    if not found:
        raise NotFoundError(f"nobody with the role {role} is here yet", hint="Where to look: rounds gaps")
    if len(found) > 1:
        names = [f"{entry.name} ({entry.path})" for entry in found[:_LISTED]]
        raise AmbiguousError(f"{len(found)} partners have the role {role}", hint="Name one of them.", candidates=names)
    return found[0]


def _unless_organization(vault: Vault, who: str, error: NotFoundError) -> NotFoundError:
    """The error, or a clearer one if the name belongs to an organization."""
    try:
        found = find(vault, who, ("organization",))
    except (NotFoundError, AmbiguousError):
        return error
    return NotFoundError(f"{found.name} is an organization, not a partner", hint="Name somebody who works there.")


def named(vault: Vault, typed: str, most: int) -> list[tuple[str, str, str]]:
    """Partners whose names match the typed prefixes: path, name and role of the first few, by name."""
    words = words_of(typed)
    if not words:
        return []
    found = vault.ask(queries.partners_beginning, words, most)
    return [(path, title, str(role or "")) for path, title, role in found]


def _near(vault: Vault, wanted: str, people: list["_Person"], who: str) -> "_Person":
    """The only person with a similar name. Every word must be similar, or Sam Leeson would match Sam Lee."""
    from rapidfuzz import fuzz, process

    from rounds.vault.did_you_mean import near_role

    if not wanted:
        raise NotFoundError(f'"{who}" contains no name', hint="Write a name, part of it, an email or an id.")
    near = [person for person in people if len(wanted) > 2 and person.likeness(wanted) >= CLOSE]
    role = near_role(vault, who)
    if len(near) == 1 and (not role or near[0].likeness(wanted) > fuzz.ratio(wanted, fold(role))):
        return near[0]
    ranked = process.extract(wanted, [person.folded for person in people], scorer=fuzz.WRatio, limit=5)
    alike = [people[place] for _, score, place in ranked if score >= _ALIKE]
    suggestions = list(dict.fromkeys(person.title for person in [*near, *alike]))[:5]
    if role:
        suggestions.insert(0, role)
    hint = f"Did you mean {', '.join(suggestions[:3])}?" if suggestions else "Add them with: rounds add NAME"
    raise NotFoundError(f'there is nobody named "{who}"', hint=hint, suggestions=suggestions, unknown=(who,))


class _Person:
    """A row of the name search."""

    __slots__ = ("emails", "id", "names", "path", "title")

    def __init__(self, path: str, title: str, id_: str, names: str, emails: str) -> None:
        self.path = path
        self.title = title
        self.id = id_
        self.names = names
        self.emails = emails

    @property
    def folded(self) -> str:
        return fold(self.title)

    def is_called(self, phrase: str, *, email: bool) -> bool:
        """Whether a whole name or alias is this one, folded between bars; or an email, if it may be one."""
        return phrase != "|  |" and (phrase in self.names or (email and phrase in self.emails))

    def is_at(self, place: str) -> bool:
        """Whether its path, with or without its ending, or its file name is this one, without case."""
        path = caseless(self.path)
        return place in path and place in {path, path.removesuffix(".md"), name_of(path)}

    def holds(self, words: list[str]) -> bool:
        """Whether every word is a prefix of a word of the name or an alias."""
        return all(f" {word}" in self.names for word in words)

    def likeness(self, wanted: str) -> float:
        """Similarity of the worst-matching word to a word of the name, 0 to 100."""
        from rapidfuzz import fuzz

        words = f"{self.folded} {self.names.replace('|', ' ')}".split()
        near = [max((fuzz.ratio(word, known) for known in words), default=0.0) for word in wanted.split()]
        return max(min(near), fuzz.ratio(wanted, self.folded) if " " not in wanted else 0.0)


class Unread(NamedTuple):
    """A note in one of our folders without a known type.

    Attributes:
        kind: type of the folder's notes.
        named: its `type` property; None if it has no front matter.
    """

    path: str
    name: str
    kind: str
    named: object

    def error(self, vault: Vault) -> NotFoundError:
        """Why the note isn't recognized, and what to do."""
        wrong = type_problem(self.path, self.named, vault.reader.folders)
        if wrong is not None:
            return NotFoundError(f"{self.name} ({self.path}) does not count: {wrong[0]}", hint=wrong[1])
        other = " --type organization" if self.kind == "organization" else ""
        return NotFoundError(
            f"{self.name} is not {with_article(self.kind)} yet: {self.path} has no property, log entry or follow-up",
            hint=f'To make it one: rounds add "{self.name}"{other}',
        )


def unread(vault: Vault, wanted: str, types: Collection[str], *, whole: bool) -> Unread | None:
    """Find an unrecognized note by name.

    Args:
        wanted: folded.
        types: types of the notes searched for.
        whole: match only the full name; else word prefixes too, if only one note matches.
    """
    found = []
    for entry in vault.ask(queries.notes_of_type, ""):
        kind = folder_type(entry.path, vault.reader.folders)
        if kind not in types or not wanted:
            continue
        name = fold(entry.name)
        if name == wanted:
            return Unread(entry.path, entry.name, kind, entry.properties.get("type"))
        if not whole and all(f" {word}" in f" {name}" for word in wanted.split()):
            found.append(Unread(entry.path, entry.name, kind, entry.properties.get("type")))
    return found[0] if len(found) == 1 else None

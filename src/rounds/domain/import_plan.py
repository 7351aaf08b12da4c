"""Import plan: which rows of a file are new, and what they'd change in the notes.

Nothing is read or written here. The order of evidence is NPI, email, phone, name with organization; an email or a phone
counts only if the names can be one person's, since colleagues share a front desk.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from rounds.domain.contact_rows import MANY, Row, other_value
from rounds.domain.folding import caseless, digits, fold, spaced
from rounds.domain.links import name_of, whole_link
from rounds.domain.query.fields import PHONES


class State(StrEnum):
    """What a row is."""

    NEW = "new"
    UPDATE = "update"
    SAME = "same"
    LOOKALIKE = "look-alike"
    LEFT_OUT = "left out"


class Contact(NamedTuple):
    """What tells a partner or organization apart from others.

    Attributes:
        place: path of its note, or line of its row.
    """

    place: str | int
    name: str
    kind: str
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()
    npis: Sequence[str] = ()
    organization: str = ""

    @classmethod
    def of(cls, place: str | int, name: str, kind: str, values: Mapping[str, Sequence[str]]) -> "Contact":
        """From texts by property."""
        email, phone, npi = (values.get(key, ()) for key in ("email", "phone", "npi"))
        return cls(place, name, kind, email, phone, npi, "".join(values.get("organization", ())[:1]))


_BY_NPI, BY_EMAIL, BY_PHONE, BY_NAME = "the same NPI", "the same email", "the same phone", "the same name"
SHARED = frozenset({BY_EMAIL, BY_PHONE})
"""Evidence that colleagues can share."""


class People:
    """Known people, by everything that tells people apart."""

    def __init__(self, known: Iterable[Contact] = (), *, shared: Collection[str] = SHARED) -> None:
        """`shared`: the evidence that counts only if the names can be one person's."""
        self._shared = shared
        self._found: dict[int, int | list[int]] = {}  # by hash, and a list only for several: files have many rows
        self._places: list[str | int] = []
        self._names: list[str] = []
        self._npis: list[Sequence[str]] = []
        self._reached: list[bool] = []  # whether there is an email or a phone
        for contact in known:
            self.add(contact)

    def add(self, contact: Contact) -> None:
        """Add a person."""
        number = len(self._places)
        self._places.append(contact.place)
        self._names.append(fold(contact.name))
        self._npis.append(tuple(contact.npis))
        self._reached.append(bool(contact.emails or contact.phones))
        for _, key in _keys(contact, self._names[-1]):
            there = self._found.setdefault(hash(key), number)
            if isinstance(there, list):
                there.append(number)
            elif there != number:
                self._found[hash(key)] = [there, number]

    def sharing(self, contact: Contact) -> Iterator[tuple[str, int]]:
        """All with the same NPI, email, phone, or name and organization: the evidence, and a number from `add`."""
        for why, key in _keys(contact, fold(contact.name)):
            there = self._found.get(hash(key))
            for number in there if isinstance(there, list) else () if there is None else (there,):
                yield why, number

    def same(self, contact: Contact) -> dict[str | int, str]:
        """Where this same person is known, with the evidence, the surest first; usually one place."""
        name, found = fold(contact.name), dict[str | int, str]()
        for why, number in self.sharing(contact):
            fits = why not in self._shared or names_fit(name, self._names[number])
            if fits and not self._differs(contact, number, why):
                found.setdefault(self._places[number], why)
        return found

    def _differs(self, contact: Contact, number: int, why: str) -> bool:
        """Whether they are two people: the NPIs differ, or only the names match and both can be reached."""
        if contact.npis and self._npis[number] and why != _BY_NPI:
            return True
        return why == BY_NAME and self._reached[number] and bool(contact.emails or contact.phones)

    def shares(self, contact: Contact) -> tuple[str | int, str] | None:
        """The place of somebody else with the same email, phone or name, and the evidence."""
        return next(((self._places[number], why) for why, number in self.sharing(contact)), None)


def _keys(contact: Contact, name: str) -> Iterator[tuple[str, str]]:
    """Evidence in words, and what to look up, the surest first. `name` is folded."""
    kind = contact.kind[0]
    for npi in contact.npis:
        yield _BY_NPI, f"i{npi}"
    for email in contact.emails:
        yield BY_EMAIL, f"e{kind}{caseless(email.strip())}"
    for phone in contact.phones:
        if number := digits(phone):
            yield BY_PHONE, f"p{kind}{number}"
    if name:
        place = fold(plain(contact.organization))
        yield ("the same name and organization" if place else BY_NAME), f"n{kind}{name}|{place}"


def names_fit(name: str, other: str) -> bool:
    """Whether two folded names can be one person's: words of the shorter begin words of the other, or the reverse.

    `s lee` and `samuel j lee` fit `sam lee`; `ana lee` doesn't.
    """
    one, two = sorted((spaced(name).split(), spaced(other).split()), key=len)
    return bool(one) and all(any(a.startswith(b) or b.startswith(a) for b in two) for a in one)


def plain(text: str) -> str:
    """The name in a link, or the text."""
    link = whole_link(text) if "[" in text else None
    return name_of(link.target) if link is not None else text


class Difference(NamedTuple):
    """A property that the note and the file fill differently, as texts."""

    key: str
    here: str
    given: str


_SHOWN = 300
"""Characters of free text that are shown."""


@dataclass(slots=True)
class Planned:
    """A row, and what the import would do with it.

    Attributes:
        number: from 1, in the order of the file.
        file: name of the file.
        line: place in the file, as in `Row`.
        ticked: whether it's imported unless the user says otherwise.
        why: the evidence, or the reason why it isn't ticked or left out.
        path: its note; empty for a new one.
        differs: where the note and the file differ; the note stays as it is.
        left: what isn't imported, each as a phrase with its reason.
        taken: properties of `differs` in which the user wants what the file has.
    """

    number: int
    file: str
    line: int
    name: str
    state: State
    ticked: bool = False
    why: str = ""
    path: str = ""
    differs: Sequence[Difference] = ()
    left: Sequence[str] = ()
    taken: frozenset[str] = frozenset()
    _packed: str = field(default="", repr=False)

    @property
    def row(self) -> Row:
        """The row. It's kept as text: 100,000 rows as dictionaries would take hundreds of megabytes."""
        kind, values, text, place = json.loads(self._packed)
        return Row(self.line, self.name, kind, values, text, place=place)

    @row.setter
    def row(self, row: Row) -> None:
        self._packed = json.dumps(
            [row.kind, row.values, row.text, row.place], ensure_ascii=False, separators=(",", ":")
        )

    @property
    def kind(self) -> str:
        """`partner`, `organization` or `picture`; empty for a row that can't be read."""
        return self.row.kind if self._packed else ""

    @property
    def is_possible(self) -> bool:
        """Whether there is anything to import in it."""
        return self.state in {State.NEW, State.UPDATE, State.LOOKALIKE}

    @property
    def adds(self) -> Mapping[str, Sequence[str]]:
        """Texts by property that are written: those that the note lacks, and those that were taken."""
        taken = {each.key: [each.given] for each in self.differs if each.key in self.taken}
        return {**self.row.values, **taken} if self.is_possible else {}

    @property
    def stays(self) -> list[str]:
        """Where the note stays as it is although the file says something else; each as a phrase."""
        there = "the file" if self.line else f"the {self.file}"
        return [
            f"{each.key} stays {each.here} ({there} has {each.given})"
            for each in self.differs
            if each.key not in self.taken
        ]

    @property
    def text(self) -> str:
        """Free text that is written into a new note."""
        return self.row.text if self.state in _UNWRITTEN and not self.row.place else ""

    @property
    def facts(self) -> list[str]:
        """What is written, each as a phrase; long text is cut."""
        facts = [f"{key} {', '.join(texts)}" for key, texts in self.adds.items() if key != "source"]
        text = " ".join(self.text.split())
        short = f"{text[:_SHOWN]}..." if len(text) > _SHOWN else text
        return [*facts, f'text "{short}"'] if text else facts

    def take(self, key: str, *, given: bool = True) -> None:
        """Decide that what the file has is written into the note, or that the note stays as it is."""
        self.taken = self.taken | {key} if given else self.taken - {key}
        self.state = State.UPDATE if self.taken or self.row.values else State.SAME
        self.ticked = self.state is State.UPDATE and (given or self.ticked)


_UNWRITTEN = frozenset({State.NEW, State.LOOKALIKE})
Properties = Mapping[str, object]


class Planner:
    """Plans rows, one after the other.

    Args:
        people: who has a note.
        properties: properties of the note at a path.
        like: a look-alike of a row in words, with its path; None if there is none.
        client_like: why a row's free text may be about a client; empty if it isn't.
        says: whether the note at a path has a text.
    """

    def __init__(
        self,
        people: People,
        properties: Callable[[str], Properties],
        like: Callable[[Row], tuple[str, str] | None],
        client_like: Callable[[Row], str],
        says: Callable[[str, str], bool] = lambda _path, _text: True,
    ) -> None:
        self.planned: list[Planned] = []
        self._people = people
        self._properties = properties
        self._like = like
        self._client_like = client_like
        self._says = says
        self._joined: dict[int, int] = {}  # by number: that of the row it was joined with
        self._rows = People(shared=SHARED | {_BY_NPI})

    def add(self, file: str, row: Row) -> Planned:
        """Plan one more row."""
        planned = Planned(len(self.planned) + 1, file, row.line, row.name, State.LEFT_OUT, why=row.refused)
        planned.left = row.left
        self.planned.append(planned)
        if row.kind == "picture":
            planned.row, planned.state, planned.ticked = row, State.NEW, True
        elif not row.refused:
            self._plan(planned, row)
        return planned

    def _plan(self, planned: Planned, row: Row) -> None:
        contact = Contact.of(planned.number, row.name, row.kind, row.values)
        known, rows = self._people.same(contact), self._rows.same(contact)
        earlier = {self._lead(int(place)): why for place, why in reversed(rows.items())}
        open_ = [number for number in sorted(earlier) if self.planned[number - 1].state in _UNWRITTEN]
        told = next((number for number in earlier if number not in open_), 0)
        if known:
            self._compare(planned, row, *map(str, next(iter(known.items()))))
        elif told:
            self._compare(planned, row, self.planned[told - 1].path, f"{earlier[told]} as row {told}")
            planned.ticked = False
        elif open_:
            self._join(planned, row, self.planned[open_[0] - 1], earlier[open_[0]])
        else:
            self._begin(planned, row, self._rows.shares(contact))
        for number in open_ if known or told else open_[1:]:
            self._unite(number, planned, earlier[number])
        self._rows.add(contact._replace(name=self.planned[self._lead(planned.number) - 1].name))

    def _lead(self, number: int) -> int:
        """The row that a row was joined with; itself if it wasn't."""
        while number in self._joined:
            number = self._joined[number]
        return number

    def _unite(self, number: int, planned: Planned, why: str) -> None:
        """Join an earlier row that a later one shows is the same person; not by name alone or with another NPI."""
        other, lead = self.planned[number - 1], self.planned[self._lead(planned.number) - 1]
        is_note = lead.state not in _UNWRITTEN
        there = _items(self._properties(lead.path).get("npi")) if is_note else lead.row.values.get("npi", ())
        own = other.row.values.get("npi", ())
        if why == BY_NAME or (own and there and set(own).isdisjoint(there)):
            return
        if is_note:
            self._compare(other, other.row, lead.path, f"{why} as row {planned.number}")
        else:
            self._join(other, other.row, lead, why)

    def _begin(self, planned: Planned, row: Row, shares: tuple[str | int, str] | None) -> None:
        """Plan somebody new, or a look-alike."""
        planned.row = row
        planned.state = State.NEW
        like = self._like(row)
        if like is not None:
            planned.state, (planned.why, planned.path) = State.LOOKALIKE, like
        elif shares is not None:
            planned.why = f"{shares[1]} as row {shares[0]}"
            if shares[1] == _BY_NPI or (shares[1] == BY_NAME and not row.values.get("npi")):
                planned.state = State.LOOKALIKE
        doubts = [*filter(None, [self._client_like(row), row.client_like])]
        planned.ticked = not doubts and planned.state is State.NEW
        planned.why = "; ".join(filter(None, [planned.why, *doubts]))

    def _compare(self, planned: Planned, row: Row, path: str, why: str) -> None:
        """Plan somebody who already has a note."""
        adds, planned.differs = additions(row, self._properties(path))
        planned.state = State.UPDATE if adds else State.SAME
        planned.row = row._replace(values=adds, text="")
        planned.path, planned.why = path, why
        if row.text and not self._says(path, row.text):
            planned.left = (*planned.left, "its text isn't added, since there is a note already")
        is_sure = names_fit(fold(row.name), fold(name_of(path))) if why == _BY_NPI else why != BY_NAME
        planned.ticked = bool(adds) and is_sure

    def _join(self, planned: Planned, row: Row, first: Planned, why: str) -> None:
        """Plan somebody who is in the file twice: the first row gets what only this one has."""
        whole = first.row
        adds, differs = additions(row, {key: [*texts] for key, texts in whole.values.items()})
        values = {**whole.values}
        for key, texts in adds.items():
            values[key] = [*whole.values.get(key, ()), *texts]
        told = [*row.text.splitlines(), *(other_value(each.key, each.given) for each in differs)]
        lines = [line for line in told if line not in whole.text.splitlines()]
        joined = whole._replace(values=values, text="\n".join(filter(None, [whole.text, *lines])))
        first.row = joined
        if first.ticked and (doubt := self._client_like(joined)):
            first.ticked, first.why = False, "; ".join(filter(None, [first.why, doubt]))
        planned.row = row._replace(values={}, text="")
        planned.state, planned.path, planned.ticked = State.SAME, first.path, False
        planned.left = (*planned.left, *(f"{each.key} {each.given} goes into the text" for each in differs))
        planned.why = f"{why} as row {first.number}, joined with it"
        self._joined[planned.number] = first.number


def additions(row: Row, there: Properties) -> tuple[dict[str, list[str]], list[Difference]]:
    """What a note lacks, by property; and what differs."""
    adds: dict[str, list[str]] = {}
    differs: list[Difference] = []
    for key, texts in row.values.items():
        if key == "source":
            continue
        known = _items(there.get(key))
        folded = {_folded(key, each) for each in known}
        new = [text for text in texts if _folded(key, text) not in folded]
        if not known or (new and key in MANY):
            adds |= {key: new} if new else {}
        elif new:
            differs.append(Difference(key, plain(known[0]), plain(new[0])))
    return adds, differs


def _items(value: object) -> list[str]:
    """The texts of a property."""
    return [str(each) for each in (value if isinstance(value, list) else [value]) if each not in (None, "")]


def _folded(key: str, text: str) -> str:
    if key in PHONES:
        return digits(text)
    return caseless(text.strip()) if key == "email" else fold(plain(text))

"""Import plan: which rows of a file are new, and what they'd change in the notes.

Nothing is read or written here. The order of evidence is NPI, email, phone, name with organization; an email or a phone
counts only if the names can be one person's, since colleagues share a front desk.
"""

import marshal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from rounds.domain.contact_rows import MANY, Row, other_value
from rounds.domain.folding import caseless, digits, fold
from rounds.domain.import_lookalikes import RowLookalikes
from rounds.domain.links import name_of
from rounds.domain.query.fields import PHONES
from rounds.domain.same_person import (
    BY_NAME,
    BY_NPI,
    SHARED,
    Contact,
    Evidence,
    Name,
    People,
    SimilarNames,
    names_fit,
    plain,
)


class State(StrEnum):
    """What a row is."""

    NEW = "new"
    UPDATE = "update"
    SAME = "same"
    LOOKALIKE = "look-alike"
    LEFT_OUT = "left out"


class Difference(NamedTuple):
    """A property that the note and the file fill differently, as texts."""

    key: str
    here: str
    given: str


_KEYS: dict[tuple[str, ...], tuple[str, ...]] = {}
"""The combinations of properties that rows have, each once."""

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
    _keys: tuple[str, ...] = field(default=(), repr=False)
    _packed: bytes = field(default=b"", repr=False)

    @property
    def row(self) -> Row:
        """The row. It's kept as bytes: 100,000 rows as dictionaries would take hundreds of megabytes."""
        kind, texts, text, place = marshal.loads(self._packed)  # noqa: S302 - our own, and never leaves the process
        return Row(self.line, self.name, kind, dict(zip(self._keys, texts, strict=True)), text, place=place)

    @row.setter
    def row(self, row: Row) -> None:
        keys = tuple(row.values)
        self._keys = _KEYS.setdefault(keys, keys)
        self._packed = marshal.dumps((row.kind, [*row.values.values()], row.text, row.place))

    @property
    def kind(self) -> str:
        """`partner`, `organization` or `picture`; empty for a row that can't be read."""
        return self.row.kind if self._packed else ""

    @property
    def size(self) -> int:
        """Number of properties of the row."""
        return len(self._keys)

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
    def evidence(self) -> list[str]:
        """Why it is what it is, its note, and what isn't written, each as a phrase."""
        kind = "organization" if self.kind == "organization" else ""
        return [each for each in (kind, self.why, self.path, *self.stays, *self.left) if each]

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

    def decide(self, *, ticked: bool, why: str) -> None:
        """Make it somebody new who is ticked, or a look-alike who isn't."""
        self.state, self.ticked, self.why = State.NEW if ticked else State.LOOKALIKE, ticked, why

    def take(self, key: str, *, given: bool = True) -> None:
        """Decide that what the file has is written into the note, or that the note stays as it is."""
        self.taken = self.taken | {key} if given else self.taken - {key}
        self.state = State.UPDATE if self.taken or self.row.values else State.SAME
        self.ticked = self.state is State.UPDATE and (given or self.ticked)


COMPARED = 5_000
"""Rows whose names are compared with each other; those after them are compared by email, phone and NPI alone."""

_FEW = 20
"""Rows with the same details that are looked at; an office phone can have thousands."""

_UNWRITTEN = frozenset({State.NEW, State.LOOKALIKE})
Properties = Mapping[str, object]


class Planner:
    """Plans rows, one after the other.

    Args:
        people: who has a note.
        properties: properties of the note at a path.
        like: a look-alike of a row in words, with its path; None if there is none.
        client_like: why a row's words may be about a client; empty if they aren't.
        says: whether the note at a path has a text.
    """

    def __init__(
        self,
        people: People,
        properties: Callable[[str], Properties],
        like: Callable[[Row, Evidence], tuple[str, str] | None],
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
        self._rows = People(shared=SHARED | {BY_NPI})
        self._names = SimilarNames()
        self._alike = RowLookalikes(self.planned)

    def add(self, file: str, row: Row) -> Planned:
        """Plan one more row."""
        if len(self.planned) == COMPARED:
            self._names = SimilarNames()  # asked no more, and it takes memory
        planned = Planned(len(self.planned) + 1, file, row.line, row.name, State.LEFT_OUT, why=row.refused)
        planned.left = row.left
        self.planned.append(planned)
        if row.kind == "picture":
            planned.row, planned.state, planned.ticked = row, State.NEW, True
        elif not row.refused:
            self._plan(planned, row)
        return planned

    def _plan(self, planned: Planned, row: Row) -> None:
        person = Evidence.of(Contact.of(planned.number, row.name, row.kind, row.values))
        known, rows = self._people.same(person), self._rows.same(person)
        if not (known or rows):  # nearly all rows of a large file
            self._begin(planned, row, person)
            self._rows.add(person)
            return
        earlier = {self._lead(int(place)): why for place, why in reversed(rows.items())}
        open_ = [number for number in sorted(earlier) if self.planned[number - 1].state in _UNWRITTEN]
        told = next((number for number in earlier if number not in open_), 0)
        if known:
            self._compare(planned, row, *map(str, next(iter(known.items()))))
        elif told:
            self._compare(planned, row, self.planned[told - 1].path, f"{earlier[told]} as row {told}")
            planned.ticked = False
        else:
            self._join(planned, row, self.planned[open_[0] - 1], earlier[open_[0]])
        for number in open_ if known or told else open_[1:]:
            self._unite(number, planned, earlier[number])
        name = self.planned[self._lead(planned.number) - 1].name
        self._rows.add(person if name == row.name else Evidence.of(person.contact._replace(name=name)))

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
            self._alike.leave(number)
            self._compare(other, other.row, lead.path, f"{why} as row {planned.number}")
        else:
            self._join(other, other.row, lead, why)

    def _begin(self, planned: Planned, row: Row, person: Evidence) -> None:
        """Plan somebody new, or a look-alike."""
        planned.row = row
        planned.state = State.NEW
        like = self._like(row, person)
        alike, colleague, is_cut = ({}, "", False) if row.is_ours else self._rows_like(row, person)
        doubts = [*filter(None, [self._client_like(row), row.client_like])]
        if like is not None:
            planned.state, (planned.why, planned.path) = State.LOOKALIKE, like
        elif not alike:
            planned.why = colleague
        elif doubts or is_cut or not any(map(self._alike.is_sure, alike)):
            first = max(alike, key=lambda number: self.planned[number - 1].ticked)
            planned.why = f"{alike[first]} as row {first}"
            planned.state = State.LOOKALIKE if doubts or self.planned[first - 1].ticked else State.NEW
        planned.ticked = not doubts and planned.state is State.NEW
        planned.why = "; ".join(filter(None, [planned.why, *doubts]))
        if planned.ticked:
            self._weigh(planned, alike)
        if planned.number <= COMPARED:
            self._names.add(Name.of(row.name), planned.number)

    def _look_again(self, planned: Planned, row: Row) -> None:
        """Look for look-alikes of a row that got values of another one."""
        person = Evidence.of(Contact.of(planned.number, row.name, row.kind, row.values))
        if like := self._like(row, person):
            self._alike.leave(planned.number)
            planned.state, (planned.why, planned.path) = State.LOOKALIKE, like
        else:
            self._weigh(planned, self._rows_like(row, person, besides=planned)[0])

    def _weigh(self, planned: Planned, alike: Mapping[int, str]) -> None:
        """Tick a row, or one that looks like it, as `RowLookalikes` says."""
        self._alike.add(planned.number, {number: why for number, why in alike.items() if self._alike.is_sure(number)})

    def _rows_like(
        self, row: Row, person: Evidence, besides: Planned | None = None
    ) -> tuple[dict[int, str], str, bool]:
        """Earlier rows that may be the same person, with the evidence; what is shared with a colleague, in words; and
        whether there may be more than were looked at.

        A colleague shares an office's email or phone, or has the same name and another NPI.
        """
        others = [(int(place), why) for place, why in islice(self._rows.shares(person), _FEW)]
        if len(self.planned) <= COMPARED:
            others += islice(self._names.like(Name.of(row.name)), _FEW)
        if not others:
            return {}, "", False
        office, npis = _office(row), {*row.values.get("npi", ())}
        alike, colleague = dict[int, str](), ""
        for number, why in others:
            lead = self.planned[self._lead(number) - 1]
            if lead is besides or lead.state not in _UNWRITTEN or lead.kind != row.kind:
                continue
            other = lead.row
            theirs = {*other.values.get("npi", ())}
            is_other = bool(npis and theirs and npis.isdisjoint(theirs))
            if not is_other and not (why in SHARED and office and office == _office(other)):
                alike.setdefault(lead.number, why)
            colleague = colleague or f"{why} as row {lead.number}"
        return alike, colleague, len(others) >= _FEW

    def _compare(self, planned: Planned, row: Row, path: str, why: str) -> None:
        """Plan somebody who already has a note."""
        adds, planned.differs = additions(row, self._properties(path))
        planned.state = State.UPDATE if adds else State.SAME
        planned.row = row._replace(values=adds, text="")
        doubt = self._client_like(planned.row) if adds else ""
        planned.path, planned.why = path, "; ".join(filter(None, [why, doubt]))
        if row.text and not self._says(path, row.text):
            planned.left = (*planned.left, "its text isn't added, since there is a note already")
        is_sure = names_fit(fold(row.name), fold(name_of(path))) if why == BY_NPI else why != BY_NAME
        planned.ticked = bool(adds) and is_sure and not doubt

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
        self._alike.leave(planned.number, first.number)
        planned.row = row._replace(values={}, text="")
        planned.state, planned.path = State.SAME, first.path
        planned.left = (*planned.left, *(f"{each.key} {each.given} goes into the text" for each in differs))
        planned.why = f"{why} as row {first.number}, joined with it"
        self._joined[planned.number] = first.number
        if adds and self._alike.is_sure(first.number):
            self._look_again(first, joined)
        if self._alike.is_sure(first.number) and (doubt := self._client_like(joined)):
            self._alike.leave(first.number)
            first.why = "; ".join(filter(None, [first.why, doubt]))


def _office(row: Row) -> str:
    return fold("".join(row.values.get("organization", ())[:1]))


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

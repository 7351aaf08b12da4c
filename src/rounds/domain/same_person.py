"""Same person: whether names and contact details can be one person's."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import permutations
from typing import NamedTuple

from rounds.domain.folding import caseless, digits, fold, spaced
from rounds.domain.links import name_of, whole_link

BY_NPI, BY_EMAIL, BY_PHONE = "the same NPI", "the same email", "the same phone"
BY_NAME = "the same name"
SHORT = "a short form of the same name"
INITIAL = "the same name with an initial"
MIDDLE = "the same name with a middle name"
NEARLY = "nearly the same name"
FITTING = frozenset({BY_NAME, SHORT, INITIAL, MIDDLE})
"""Those that need no typo."""

_NEAR = 0.85
"""Similarity, 0 to 1 (difflib), from which one name may be a typo of the other."""

_COMPARED = 5
"""Words of a name that are compared; names of organizations can have many."""

_TITLES = frozenset({"dr", "doctor", "prof", "professor", "mr", "mrs", "ms", "mx", "miss", "rev", "sr", "jr"})

_NICKNAMES = """
abigail abby gail; alexander alex al sasha xander; alexandra alex sandra sasha lexi; alfred al fred alfie; allison ally
ali; amanda mandy; andrea andi; andrew andy drew; angela angie; anthony tony; antonio tony toni; barbara barb babs;
benjamin ben benny; bernard bernie; beverly bev; calvin cal; cameron cam; caroline carrie carol; catherine cathy cate
cat; katherine kathy kate katie kat kay; christina chris tina chrissy; christine chris tina chrissy; christopher chris
kit topher; clifford cliff; cynthia cindy; daniel dan danny; danielle dani; david dave davy; deborah deb debbie;
dolores lola; donald don donny; dorothy dot dottie dolly; douglas doug; edward ed eddie ted ned; eleanor ellie nell
nora; elizabeth liz beth betty betsy eliza lisa libby lizzie; emily em emmy; eugene gene; evelyn evie eve; florence
flo; frances fran frannie; francis frank; francisco frank paco pancho; franklin frank; frederick fred freddie rick;
gabriel gabe; gabriela gabi gaby; geoffrey geoff jeff; gerald gerry jerry; gregory greg; gustavo gus; guadalupe lupe;
harold hal harry; helen nell; henry hank harry; ignacio nacho; isabel izzy bel; isabella izzy bella; jacob jake;
jacqueline jackie; james jim jimmy jamie; janet jan; jeffrey jeff; jennifer jen jenny; jessica jess jessie; jesus chuy;
joanna jo; john jack johnny jon; jonathan jon nathan; jose pepe; joseph joe joey; josephine jo josie; joshua josh;
judith judy; julia julie; kenneth ken kenny; kimberly kim; kristina kris tina; lawrence larry laurie; leonard len leo
lenny; lillian lily lil; louis lou louie; louise lou; lucia lucy; luis lou; madeline maddie; manuel manny; margaret
maggie meg peggy marge greta daisy; maria mia; martha marty; martin marty; mary molly polly; matthew matt; megan meg;
melissa mel missy; michael mike mick mickey; mildred millie; mohammed mo; mitchell mitch; nancy nan; natalie nat;
nathan nate; nathaniel nate nathan; nicholas nick nico; nicole nicky nikki; norman norm; oliver ollie; olivia liv;
pamela pam; patricia pat patty trish tricia; patrick pat paddy; peter pete; philip phil; phillip phil; priscilla cilla;
rachel rae; raymond ray; rebecca becky becca; reginald reggie; richard rick dick rich ricky; robert bob bobby rob
robbie bert; roberto bob beto; roberta bobbie; ronald ron ronnie; rosemary rose rosie; russell russ; samantha sam
sammy; samuel sam sammy; sandra sandy; sarah sally; sebastian seb; sharon shari; shirley shirl; solomon sol; stanley
stan; stephanie steph; stephen steve; steven steve; stuart stu; susan sue susie; suzanne sue suzy; tamara tammy; teresa
terry tess; theresa terry tess; theodore ted theo teddy; thomas tom tommy; timothy tim timmy; tobias toby; valerie val;
vanessa nessa; veronica ronnie; victor vic; victoria vicky tori; vincent vince vinny; virginia ginny; walter walt
wally; wendell wendy; wesley wes; wilhelmina mina; william bill billy will willy liam; winifred winnie; yolanda yoli;
zachary zach zack
"""
"""Given names, each with its short forms."""

_DIGIT = re.compile(r"\d")
_SOUNDS = str.maketrans({"c": "k", "q": "k", "z": "s", "g": "j", "y": "j"})
"""First letters that are easily taken for another: `Carl` and `Karl`, `Geoff` and `Jeff`."""


@lru_cache(maxsize=1)
def _nicknames() -> dict[str, frozenset[str]]:
    """The full names that a short form, or a full name itself, stands for."""
    found: dict[str, set[str]] = {}
    for group in _NICKNAMES.split(";"):
        full, *_ = words = group.split()
        for word in words:
            found.setdefault(word, set()).add(full)
    return {word: frozenset(names) for word, names in found.items()}


class Name(NamedTuple):
    """A name as it's compared.

    Attributes:
        words: folded, in alphabetical order, without titles and degrees.
        numbers: words with a digit, which must be equal: `Clinic 2` isn't `Clinic 3`.
        last: the last word, usually the family name, of which there are no short forms: `Park` isn't `Parker`.
    """

    words: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    last: str = ""

    @classmethod
    def of(cls, text: str) -> "Name":
        """The name in a text such as `Dr. Lee, Sam (LCSW)`."""
        if "," in text or "." in text or text[-2:].isupper():
            from rounds.domain.contact_names import split_name

            text = split_name(text)[0] or text
        folded = spaced(fold(text))
        words = folded.split()
        if len(words) > 2:
            words = [word for word in words if word not in _TITLES] or words
        elif len(words) == 2 and words[0] in _TITLES:
            words = words[1:]
        last = words[-1] if words else ""
        if not _DIGIT.search(folded):
            return cls(tuple(sorted(words)), (), last)
        plain = sorted(word for word in words if not _DIGIT.search(word))
        return cls(tuple(plain), tuple(sorted({*words}.difference(plain))), last)


def similar(one: Name, other: Name) -> str:
    """What two names have in common, in words; empty if they can't be one person's."""
    if one.numbers != other.numbers or not one.words or not other.words:
        return ""
    if one.words == other.words:
        return BY_NAME
    short, long = sorted((one.words, other.words), key=len)
    return _fits(short, long, frozenset({one.last, other.last})) or _nearly(one.words, other.words)


def _fits(short: Sequence[str], long: Sequence[str], last: frozenset[str]) -> str:
    """How each word of the shorter name fits one of the other's; at least one is equal. Empty if one doesn't.

    Args:
        last: the last words of both.
    """
    rest, left = [*long], list[str]()
    for word in short:
        if word in rest:
            rest.remove(word)
        else:
            left.append(word)
    if len(short) < 2 or len(long) > _COMPARED or all(len(word) == 1 or word in left for word in short):
        return ""
    if not left:
        return INITIAL if all(len(word) == 1 for word in rest) else MIDDLE
    for order in permutations(rest, len(left)):
        ways = [_fit(*pair, is_last=last.issuperset(pair)) for pair in zip(left, order, strict=True)]
        if all(ways):
            others = [*rest]
            for word in order:
                others.remove(word)
            if INITIAL in ways and any(len(word) > 1 for word in others):
                continue
            return INITIAL if INITIAL in ways else SHORT
    return ""


def _fit(word: str, other: str, *, is_last: bool) -> str:
    """How a word stands for another one; empty if it doesn't. The beginning of a last name (`is_last`) doesn't."""
    short, long = sorted((word, other), key=len)
    if len(short) == 1:
        return INITIAL if short == long[0] else ""
    known = _nicknames()
    is_beginning = not is_last and 2 < len(short) < len(long) - 1 and long.startswith(short)
    if is_beginning or known.get(word, _NONE) & known.get(other, _NONE):
        return SHORT
    return ""


_NONE: frozenset[str] = frozenset()


def _nearly(one: Sequence[str], other: Sequence[str]) -> str:
    """Whether two names may be the same with a typo; other initials aren't one."""
    letters, others = ([word for word in words if len(word) == 1] for words in (one, other))
    if letters and others and letters != others:
        return ""
    first, second = sorted((" ".join(one), " ".join(other)))
    shared = sum(min(first.count(letter), second.count(letter)) for letter in {*first})
    if 2 * shared < _NEAR * (len(first) + len(second)):  # as quick_ratio would, in half of its time
        return ""
    from difflib import SequenceMatcher

    return NEARLY if SequenceMatcher(None, first, second, autojunk=False).ratio() >= _NEAR else ""


def keys(name: Name) -> Iterator[str]:
    """Keys of which two similar names share at least one, so that not all names need comparing.

    A whole word with the first letter of another one, or the beginnings of two words. A typo in both of these isn't
    found.
    """
    number = " ".join(name.numbers)
    words = name.words[:_COMPARED]
    if len(words) < 2:
        for word in words:
            yield f"{number}{word[:2] if word.isascii() else word[0]}"
        return
    starts = [_starts(word) for word in words]
    for at, word in enumerate(words):
        for there, letters in enumerate(starts):
            if at != there and len(word) > 1:
                yield from (f"{number}{word}|{letter}" for letter in letters)
            if at < there:
                yield f"{number}{word[:2]}+{words[there][:2]}"


@lru_cache(maxsize=8192)
def _starts(word: str) -> frozenset[str]:
    """The first letters of a word and of the names it's short for, by their sound."""
    names = {word, *_nicknames().get(word, ())}
    return frozenset((each[:2].replace("ph", "f")[0]).translate(_SOUNDS) for each in names)


class SimilarNames:
    """Who has a name, and who has one that is similar.

    Attributes:
        holders: numbers of those who have a name.
        blocks: names that may be similar, by their keys.
    """

    def __init__(self) -> None:
        self.holders: dict[Name, list[int]] = {}
        self.blocks: dict[str, list[Name]] = {}

    def add(self, name: Name, number: int) -> None:
        """Add somebody by a name."""
        if name not in self.holders:
            for key in {*keys(name)}:
                self.blocks.setdefault(key, []).append(name)
        self.holders.setdefault(name, []).append(number)

    def like(self, name: Name) -> Iterator[tuple[int, str]]:
        """Everybody with a similar name, and what the names have in common, in words."""
        for each in {each for key in keys(name) for each in self.blocks.get(key, ())}:
            if why := similar(name, each):
                for number in self.holders[each]:
                    yield number, why


# People ---------------------------------------------------------------------------------------------------------------


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


_OFFICE = 20
"""The most people with one email, phone or name that a person is compared with; a hospital's phone has thousands."""

SHARED = frozenset({BY_EMAIL, BY_PHONE})
"""Evidence that colleagues can share."""


class Evidence(NamedTuple):
    """What tells a person apart, made ready once for all that look the person up.

    Attributes:
        name: folded.
        whys: evidence in words, the surest first.
        hashes: for each evidence, the hash to look up.
    """

    contact: Contact
    name: str
    whys: Sequence[str]
    hashes: Sequence[int]

    @classmethod
    def of(cls, contact: Contact) -> "Evidence":
        """Of a partner or organization."""
        name = fold(contact.name)
        known = [*evidence_keys(contact, name)]
        return cls(contact, name, [why for why, _ in known], [hash(key) for _, key in known])


class People:
    """Known people, by everything that tells people apart."""

    def __init__(self, known: Iterable[Contact] = (), *, shared: Collection[str] = SHARED) -> None:
        """`shared`: the evidence that counts only if the names can be one person's."""
        self._shared = shared
        self._found: dict[int, int | list[int]] = {}  # by hash, and a list only for several: files have many rows
        self._places: list[str | int] = []
        self._names: list[str] = []  # as written: a folded copy of each would take memory, and few are compared
        self._npis: list[Sequence[str]] = []
        self._reached: list[bool] = []  # whether there is an email or a phone
        for contact in known:
            self.add(Evidence.of(contact))

    def add(self, person: Evidence) -> None:
        """Add a person."""
        number, contact = len(self._places), person.contact
        self._places.append(contact.place)
        self._names.append(contact.name)
        self._npis.append(tuple(contact.npis))
        self._reached.append(bool(contact.emails or contact.phones))
        for key in person.hashes:
            there = self._found.setdefault(key, number)
            if isinstance(there, list):
                if len(there) < _OFFICE:
                    there.append(number)
            elif there != number:
                self._found[key] = [there, number]

    def sharing(self, person: Evidence) -> Iterator[tuple[str, int]]:
        """All with the same NPI, email, phone, or name and organization: the evidence, and a number from `add`."""
        if self._found.keys().isdisjoint(person.hashes):
            return
        for why, key in zip(person.whys, person.hashes, strict=True):
            there = self._found.get(key)
            if there is not None:
                for number in there if isinstance(there, list) else (there,):
                    yield why, number

    def same(self, person: Evidence) -> dict[str | int, str]:
        """Where this same person is known, with the evidence, the surest first; usually one place."""
        found = dict[str | int, str]()
        for why, number in self.sharing(person):
            fits = why not in self._shared or names_fit(person.name, fold(self._names[number]))
            if fits and not self._differs(person.contact, number, why):
                found.setdefault(self._places[number], why)
        return found

    def _differs(self, contact: Contact, number: int, why: str) -> bool:
        """Whether they are two people: the NPIs differ, or only the names match and both can be reached."""
        if contact.npis and self._npis[number] and why != BY_NPI:
            return True
        return why == BY_NAME and self._reached[number] and bool(contact.emails or contact.phones)

    def shares(self, person: Evidence) -> Iterator[tuple[str | int, str]]:
        """The places of all others with the same NPI, email, phone or name, and the evidence."""
        return ((self._places[number], why) for why, number in self.sharing(person))


def evidence_keys(contact: Contact, name: str) -> Iterator[tuple[str, str]]:
    """Evidence in words, and what to look up, the surest first. `name` is folded."""
    kind = contact.kind[0]
    for npi in contact.npis:
        yield BY_NPI, f"i{npi}"
    for email in contact.emails:
        yield BY_EMAIL, f"e{kind}{caseless(email.strip())}"
    for phone in contact.phones:
        if number := digits(phone):
            yield BY_PHONE, f"p{kind}{number}"
    if name:
        place = _folded_place(contact.organization)
        yield ("the same name and organization" if place else BY_NAME), f"n{kind}{name}|{place}"


@lru_cache(maxsize=8192)
def _folded_place(organization: str) -> str:
    return fold(plain(organization))


def names_fit(name: str, other: str) -> bool:
    """Whether two folded names can be one person's: each word of the shorter begins, or is short for, one of the other.

    `s lee` and `samuel j lee` fit `sam lee`, `bob lee` fits `robert lee`; `ana lee` and
    `sam leeson` don't.
    """
    one, two = sorted((spaced(name).split(), spaced(other).split()), key=len)
    last = {*one[-1:], *two[-1:]}
    if one and all(any(_begins(a, b, is_last=last.issuperset((a, b))) for b in two) for a in one):
        return True
    return similar(Name.of(name), Name.of(other)) in FITTING


def _begins(word: str, other: str, *, is_last: bool) -> bool:
    """Whether one word is the beginning of the other; of two last names, only an initial is."""
    short, long = sorted((word, other), key=len)
    return long.startswith(short) and (not is_last or len(short) in {1, len(long)})


def plain(text: str) -> str:
    """The name in a link, or the text."""
    link = whole_link(text) if "[" in text else None
    return name_of(link.target) if link is not None else text

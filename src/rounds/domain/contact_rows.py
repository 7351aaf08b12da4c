"""Contact rows: a person of an address book as values of the vault format."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rounds.domain.contact_checks import contact_problem, has_check_digit, split_contacts
from rounds.domain.export_rows import CARRIED
from rounds.domain.folding import fold
from rounds.domain.job_titles import Roles

FIELDS: Mapping[str, str] = {
    "name": "the whole name",
    "first": "first name",
    "middle": "middle name",
    "last": "last name",
    "suffix": "what follows the name, such as Jr.",
    "credentials": "degrees and licenses",
    "organization": "where they work",
    "title": "job title, which gives the role",
    "role": "role of the playbook",
    "taxonomy": "code of the provider taxonomy, which gives the role",
    "email": "email address; several columns make a list",
    "phone": "phone number; several columns make a list",
    "fax": "fax number",
    "website": "web address",
    "address": "the whole address",
    "street": "street and suite",
    "city": "city",
    "state": "state or region",
    "zip": "ZIP code",
    "npi": "NPI, ten digits",
    "pronouns": "such as she/her",
    "insurance": "insurance accepted, separated by commas",
    "languages": "languages, separated by commas",
    "specialties": "issues and methods, separated by commas",
    "serves": "who they serve, such as teens",
    "connection": "something personal",
    "last_contact": "date of the last contact",
    "labels": "labels or groups",
    "notes": "notes, in the words of the file",
}
"""What a column of a file can be, with an explanation."""

MANY = frozenset({"email", "phone", "insurance", "languages", "specialties", "serves"})
"""Properties in which several values are a list; of the others, only one is kept."""

_CONTACTS = ("email", "phone", "fax", "website", "npi")
_PLAIN = ("city", "pronouns", "insurance", "languages", "specialties", "serves", "connection", "last_contact")
_LISTS = MANY - {"email", "phone"}
_NOT_IN_LINKS = re.compile(r"[\[\]#^|]")
_TITLES = re.compile(r"(?:(?:dr|prof|mr|mrs|ms|mx)\b\.?\s*)+", re.IGNORECASE)
_UPPER = frozenset({"llc", "pllc", "llp", "pc", "lcsw", "lmft", "md"})
_GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv"})
_DEGREES = """
MD DO PhD PsyD EdD ScD DNP DPT OTD DSW DMin LCSW LICSW LMFT LPC LPCC LMHC LCPC LCMHC LCSW-C LMSW MSW LSW LAC NP FNP
FNP-C FNP-BC PMHNP PMHNP-BC APRN ARNP CNM CPM CNS RN BSN MSN PA PA-C MS MA MEd MPH MBA RD RDN LD IBCLC OTR OTR/L OT PT
SLP CCC-SLP JD Esq BCBA ABPP FAAP FACOG FAPA FAAFP MBBS MFT CADC PMH-C NCC LP
"""
_KNOWN = {re.sub(r"[-/]", "", each).upper(): each for each in _DEGREES.split()}
"""Degrees and licenses as they are written, by their letters."""

_FREE_MAIL = """
gmail googlemail yahoo ymail hotmail outlook live msn aol icloud me mac comcast verizon att sbcglobal gmx proton
protonmail pm cox charter bellsouth earthlink juno rocketmail fastmail hey
"""
"""Providers of private email, without the ending of their domains."""


class Row(NamedTuple):
    """A person or an organization of a file.

    Attributes:
        line: where it begins in its file, from 1: a line, or the number of an entry.
        name: without titles and credentials; empty if there is none.
        kind: `partner`, `organization`, or `picture` of a business card.
        values: texts by property of the vault format; several only for those in MANY.
        text: free text for the note, in the words of the file.
        client_like: why it may be a client or a private contact; empty if nothing says so.
        left: what isn't imported of the row, each as a phrase with its reason.
        refused: why the row can't be imported; empty if it can.
        raw: its cells or text as in the file, if it's refused.
        place: path of the note or picture itself, if the row is one.
        is_ours: whether its file was exported by Rounds, so that each row is a person of its own.
    """

    line: int
    name: str = ""
    kind: str = "partner"
    values: Mapping[str, Sequence[str]] = {}
    text: str = ""
    client_like: str = ""
    left: Sequence[str] = ()
    refused: str = ""
    raw: Sequence[str] = ()
    place: str = ""
    is_ours: bool = False


def row_of(line: int, found: Mapping[str, Sequence[str]], *, source: str, roles: Roles) -> Row:
    """The row of a person from the texts of a file.

    Args:
        line: see `Row`.
        found: texts by key of FIELDS, in the order of the file.
        source: kind of the file, in words.
    """
    given = {key: texts for key, values in found.items() if (texts := _texts(values))}
    name, credentials = _name(given)
    organization = _organization(given)
    kind = "partner" if name or not organization else "organization"
    left: list[str] = []
    contacts, wrong = _contacts(given, left)
    role, title = _role(given, credentials, roles)
    work = organization if kind == "partner" else ""
    first = {
        key: (text,) for key, text in (("role", role), ("organization", work), ("credentials", credentials)) if text
    }
    plain = {key: given[key] for key in _PLAIN if key in given}
    last = {key: (text,) for key, text in (("address", _address(given)), ("source", source)) if text}
    values, extra = _as_format({**first, **contacts, **plain, **last})
    if kind == "organization":
        values = {key: texts for key, texts in values.items() if key in _OF_ORGANIZATIONS}
    text = "\n".join([*extra, *wrong, *([f"Title: {title}"] if title else []), *given.get("notes", ())])
    row = Row(line, name or organization, kind, values, text, "", tuple(left))
    if not row.name:
        return row._replace(refused="it has no name")
    doubt = _client_like(row, given, title)
    return row._replace(client_like=doubt) if doubt else row


def row_as_written(line: int, found: Mapping[str, Sequence[str]], *, source: str) -> Row:
    """The row of a person from a file that Rounds made: the values are those of a vault, and nothing is guessed.

    Args:
        line: see `Row`.
        found: texts by property; those that an export doesn't carry back are passed over.
        source: as in `row_of`.
    """
    given = {key: texts for key in CARRIED if (texts := _texts(found.get(key, ())))}
    name, organization = _one_line(given, "name"), _NOT_IN_LINKS.sub("", _one_line(given, "organization"))
    kind = "partner" if name or not organization else "organization"
    left: list[str] = []
    contacts, wrong = _contacts(given, left, as_written=True)
    values = {key: texts for key, texts in given.items() if key not in {"name", "organization", *_CONTACTS}}
    if name and organization:
        values["organization"] = (organization,)
    values, extra = _as_format({**values, **contacts, "source": (source,)}, as_written=True)
    if kind == "organization":
        values = {key: texts for key, texts in values.items() if key in {*_OF_ORGANIZATIONS, "role"}}
    text = "\n".join([*extra, *wrong])
    row = Row(line, name or organization, kind, values, text, "", tuple(left), is_ours=True)
    if not row.name:
        return row._replace(refused="it has no name")
    is_client = has_client_word(row.name)
    return row._replace(client_like="its name has the word client or patient" if is_client else "")


_OF_ORGANIZATIONS = frozenset({"phone", "fax", "email", "address", "city", "website", "insurance", "npi"})


def _texts(values: Sequence[str]) -> tuple[str, ...]:
    """Texts with tidy blanks, each once; free text keeps its lines."""
    if len(values) == 1 and "\n" not in values[0] and "\r" not in values[0]:
        text = " ".join(values[0].split())
        return (text,) if text else ()
    lines = ("\n".join(" ".join(line.split()) for line in value.splitlines()).strip() for value in values)
    return tuple(dict.fromkeys(filter(None, lines)))


def _one_line(given: Mapping[str, Sequence[str]], *keys: str) -> str:
    """The first text of each of some keys, on one line."""
    texts = [given[key][0] for key in keys if key in given]
    return " ".join(" ".join(texts).split()) if texts else ""


def _organization(given: Mapping[str, Sequence[str]]) -> str:
    return " ".join(_NOT_IN_LINKS.sub("", given["organization"][0]).split()) if "organization" in given else ""


# Names ----------------------------------------------------------------------------------------------------------------


def _name(given: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """Name and credentials of a person; both empty if the file has no name."""
    parts = _one_line(given, "first", "middle", "last")
    name, credentials = split_name(parts or _one_line(given, "name"), parted=bool(parts))
    behind, licenses = _one_line(given, "suffix"), _one_line(given, "credentials")
    if not (behind or licenses or credentials):
        return name, ""
    suffix = [word.strip(",") for word in behind.split()]
    name = " ".join([name, *(proper(word) for word in suffix if fold(word) in _GENERATIONS)])
    told = [*suffix, *re.split(r"[,;\s]+", licenses), *credentials.split(", ")]
    degrees = dict.fromkeys(_degree(word) or word for word in told if word and fold(word) not in _GENERATIONS)
    return name.strip(), ", ".join(degrees) if name.strip() else ""


def split_name(text: str, *, parted: bool = False) -> tuple[str, str]:
    """Name and credentials in a text such as `Dr. Sam Lee, LCSW, PhD` or `LEE, SAM MD`.

    Args:
        parted: whether first and last name were apart in the file, so that a comma comes before credentials only.
    """
    text = _TITLES.sub("", text, count=1) if _TITLES.match(text) else text
    parts = [part.strip() for part in text.split(",") if part.strip()]
    degrees: list[str] = []  # the last one first
    while len(parts) > 1 and all(map(_degree, parts[-1].split())):
        degrees += map(_degree, reversed(parts.pop().split()))
    taken = [_without_degrees(part.split(), degrees, sure=not text.isupper()) for part in parts]
    words = [*taken[1], *taken[0]] if len(taken) == 2 and not parted else [word for part in taken for word in part]
    return proper(" ".join(words)), ", ".join(reversed(degrees))


def _without_degrees(words: list[str], degrees: list[str], *, sure: bool) -> list[str]:
    """Words of a name without the degrees behind it; `MA` and `DO` in capitals may be the name."""
    while len(words) > 1 and (degree := _degree(words[-1])):
        is_sure = sum(map(str.isupper, words[-1])) > 1 and (sure or degree not in {"MA", "DO"})
        if not (is_sure or "." in words[-1]) or (len(words) == 2 and sure):
            break
        degrees.append(degree)
        words.pop()
    return words


def is_degree(word: str) -> bool:
    """Whether a word is a degree or a license."""
    return bool(_degree(word))


def _degree(word: str) -> str:
    """A degree as it's usually written: `M.D.` and `md` are MD; empty for any other word."""
    letters = re.sub(r"[^A-Za-z]", "", word).upper()
    if found := _KNOWN.get(letters):
        return found
    return word if re.fullmatch(r"[A-Z][A-Z-]{2,9}", word) and not re.search("[AEIOUY]", word) else ""


def proper(text: str) -> str:
    """A text in capitals, or all lower-case, as a name: `MARY O'BRIEN-MCKAY` is `Mary O'Brien-McKay`."""
    if not (text.isupper() or text.islower()):
        return text
    if len(text) < 3:
        return text
    return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)?", _capitalized, text.lower())


def _capitalized(match: re.Match[str]) -> str:
    word = match[0]
    if word in _UPPER or (word in _GENERATIONS and word not in {"jr", "sr"}):
        return word.upper()
    if word.startswith("mc") and len(word) > 3:
        return f"Mc{word[2:].capitalize()}"
    start, sign, rest = word.partition("'") if "'" in word else word.partition("’")
    return start.capitalize() + sign + (rest.capitalize() if len(start) == 1 else rest)


# Values ---------------------------------------------------------------------------------------------------------------


def _contacts(
    given: Mapping[str, Sequence[str]], left: list[str], *, as_written: bool = False
) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Addresses and numbers that can be valid, and lines with the others; their reasons go into `left`.

    Args:
        as_written: whether phone numbers aren't grouped, and NPIs aren't checked.
    """
    found: dict[str, tuple[str, ...]] = {}
    lines = []
    for key in _CONTACTS:
        if key not in given:
            continue
        good: list[str] = []
        for text in (part for each in given[key] for part in split_contacts(key, " ".join(each.split()))):
            value = re.sub(r"[\s-]", "", text) if key == "npi" else text
            if not as_written and key in {"phone", "fax"}:
                value = phone(text)
            wrong = contact_problem(key, value)
            if wrong is None and key == "npi" and not (as_written or has_check_digit(value)):
                left.append(f'npi: the check digit of "{value}" is wrong')
            elif wrong is not None:
                left.append(wrong[0])
                lines.append(f"{key.capitalize()}: {text}")
            elif value not in good:
                good.append(value)
        if good:
            found[key] = tuple(good)
    return found, lines


_TEL = re.compile(r"^tel:", re.IGNORECASE)
_TEN_DIGITS = re.compile(r"(?:\+?1)?([2-9]\d\d)([2-9]\d\d)(\d{4})")


def phone(text: str) -> str:
    """A phone number as the vault writes it: ten bare digits are grouped, `tel:` and `;ext=` become words."""
    text = _TEL.sub("", text.strip()).replace(";ext=", " ext. ")
    bare = _TEN_DIGITS.fullmatch(text)
    return "-".join(bare.groups()) if bare else text


def _address(given: Mapping[str, Sequence[str]]) -> str:
    """An address on one line: as given, or `12 Main St, Portland, OR 97201`."""
    street = ", ".join(given.get("street", ())).replace("\n", ", ")
    if not street:
        return ", ".join(given["address"][0].splitlines()) if given.get("address") else ""
    state = " ".join(filter(None, [_one_line(given, "state"), _zip(_one_line(given, "zip"))]))
    return ", ".join(filter(None, [street, _one_line(given, "city"), state]))


def _zip(text: str) -> str:
    return f"{text[:5]}-{text[5:]}" if re.fullmatch(r"\d{9}", text) else text


def _role(given: Mapping[str, Sequence[str]], credentials: str, roles: Roles) -> tuple[str, str]:
    """The role, and the title if it says more than the role."""
    title = ", ".join(given.get("title", ())).replace("\n", " ")
    codes = (roles.of_code(code) for code in given.get("taxonomy", ()))
    role = _one_line(given, "role") or next(filter(None, codes), "") or roles.of_title(title)
    if not title and not role:
        role = roles.of_title(credentials)
    return role, title if title and fold(title) != fold(role) else ""


def _as_format(
    values: Mapping[str, Sequence[str]], *, as_written: bool = False
) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """One value for each property that isn't a list, and the others as lines of text.

    Args:
        as_written: whether an item of a list may have a comma in it.
    """
    kept: dict[str, tuple[str, ...]] = {}
    extra: list[str] = []
    for key, texts in values.items():
        if key in _LISTS and not as_written:
            if parts := [part.strip() for each in texts for part in re.split(r"[,;\n]", each) if part.strip()]:
                kept[key] = tuple(parts)
        elif key in MANY or (len(texts) == 1 and "\n" not in texts[0]):
            kept[key] = tuple(texts)
        else:
            first, *others = (" ".join(each.split()) for each in texts)
            kept[key] = (first,)
            extra += [other_value(key, each) for each in others]
    return kept, extra


def other_value(key: str, text: str) -> str:
    """A second value of a property that has only one, as a line of text."""
    return f"Other {key.replace('_', ' ')}: {text}"


# Who may be a client --------------------------------------------------------------------------------------------------

_CLIENT = re.compile(r"\b(?:clients?|patients?|pts?|ex-clients?)\b", re.IGNORECASE)
_PRIVATE_LABEL = re.compile(
    r"\b(?:clients?|patients?|caseload|waitlist|waiting list|family|friends?|private|personal|neighbors?|kids?)\b",
    re.IGNORECASE,
)


_PROFESSIONAL = frozenset({"organization", "role", "credentials", "npi", "specialties", "insurance"})
"""Properties that private persons don't have."""


def has_client_word(text: str) -> bool:
    """Whether a text has the word client or patient."""
    return _CLIENT.search(text) is not None


def _client_like(row: Row, given: Mapping[str, Sequence[str]], title: str) -> str:
    """Why a row may be a client or a private contact."""
    for label in given.get("labels", ()):
        if _PRIVATE_LABEL.search(label):
            return f'its label is "{label}"'
    if has_client_word(f"{row.name} {title}"):
        return "its name or title has the word client or patient"
    if row.kind == "organization" or title or not row.values.keys().isdisjoint(_PROFESSIONAL):
        return ""
    if any(map(is_professional, row.values.get("email", ()))):
        return ""
    return "it has no organization, title, credential or professional email"


def is_professional(email: str) -> bool:
    """Whether an email address is from somewhere other than a provider of private email."""
    name, _, _ = email.rpartition("@")[2].lower().partition(".")
    return name not in _FREE_MAIL.split()

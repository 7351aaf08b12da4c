"""Contact rows: a person of an address book as values of the vault format."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from rounds.domain.contact_checks import contact_problem, has_check_digit, is_npi, is_usual, split_contacts
from rounds.domain.contact_names import GENERATIONS, degree_of, proper, split_name
from rounds.domain.export_rows import CARRIED
from rounds.domain.folding import fold
from rounds.domain.job_titles import Roles
from rounds.domain.patterns import Pattern
from rounds.domain.query.fields import PHONES

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

_REMEMBERED = 4096
"""Different texts of a column that are remembered: files repeat their places, titles and labels."""

_CONTACTS = ("email", "phone", "fax", "website", "npi")
_PLAIN = ("city", "pronouns", "insurance", "languages", "specialties", "serves", "connection", "last_contact")
_LISTS = MANY - {"email", "phone"}
_NOT_IN_LINKS = re.compile(r"[\[\]#^|]")
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
    organization = _organization(given["organization"][0]) if "organization" in given else ""
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
    if title:
        wrong.append(f"Title: {title}")
    text = "\n".join([*extra, *wrong, *given.get("notes", ())])
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


def _one_line(given: Mapping[str, Sequence[str]], key: str) -> str:
    """The first text of a key, on one line; empty if there is none."""
    return _joined(given[key][0]) if key in given else ""


def _joined(text: str) -> str:
    """A text with tidy blanks on one line."""
    return " ".join(text.split()) if "\n" in text else text


@lru_cache(maxsize=_REMEMBERED)
def _organization(text: str) -> str:
    return " ".join(_NOT_IN_LINKS.sub("", text).split())


def _name(given: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """Name and credentials of a person; both empty if the file has no name."""
    parts = " ".join([_one_line(given, key) for key in ("first", "middle", "last") if key in given])
    name, credentials = split_name(parts or _one_line(given, "name"), parted=bool(parts))
    if not credentials and "suffix" not in given and "credentials" not in given:
        return name, ""
    behind, licenses = _one_line(given, "suffix"), _one_line(given, "credentials")
    suffix = [word.strip(",") for word in behind.split()]
    name = " ".join([name, *(proper(word) for word in suffix if fold(word) in GENERATIONS)])
    told = [*suffix, *re.split(r"[,;\s]+", licenses), *credentials.split(", ")]
    degrees = dict.fromkeys(degree_of(word) or word for word in told if word and fold(word) not in GENERATIONS)
    return name.strip(), ", ".join(degrees) if name.strip() else ""


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
        good: dict[str, None] = {}
        for each in given[key]:
            text = _joined(each)
            if key != "npi" and is_usual(key, text):
                good[text if as_written or key not in PHONES else phone(text)] = None
                continue
            for part in split_contacts(key, text):
                value, wrong = _checked(key, part, as_written=as_written)
                if not wrong:
                    good[value] = None
                    continue
                left.append(wrong)
                if key != "npi" or not is_npi(value):
                    lines.append(f"{key.capitalize()}: {part}")
        if good:
            found[key] = tuple(good)
    return found, lines


def _checked(key: str, text: str, *, as_written: bool) -> tuple[str, str]:
    """An address or number as the vault writes it, and why it can't be valid; arguments as for `_contacts`."""
    if key == "npi":
        text = re.sub(r"[\s-]", "", text)
    elif key in PHONES and not as_written:
        text = phone(text)
    if wrong := contact_problem(key, text):
        return text, wrong[0]
    is_wrong = key == "npi" and not as_written and not has_check_digit(text)
    return text, f'npi: the check digit of "{text}" is wrong' if is_wrong else ""


_TEN_DIGITS = re.compile(r"(?:\+?1)?([2-9]\d\d)([2-9]\d\d)(\d{4})")


def phone(text: str) -> str:
    """A phone number as the vault writes it: ten bare digits are grouped, `tel:` and `;ext=` become words."""
    text = text.strip()
    if text[:4].lower() == "tel:":
        text = text[4:]
    text = text.replace(";ext=", " ext. ")
    bare = _TEN_DIGITS.fullmatch(text)
    return "-".join(bare.groups()) if bare else text


def _address(given: Mapping[str, Sequence[str]]) -> str:
    """An address on one line: as given, or `12 Main St, Portland, OR 97201`."""
    if "street" not in given:
        return ", ".join(given["address"][0].splitlines()) if "address" in given else ""
    street = ", ".join(given["street"]).replace("\n", ", ")
    return street + _behind_street(*(_one_line(given, key) for key in ("city", "state", "zip")))


@lru_cache(maxsize=_REMEMBERED)
def _behind_street(city: str, state: str, code: str) -> str:
    code = f"{code[:5]}-{code[5:]}" if re.fullmatch(r"\d{9}", code) else code
    state = " ".join(filter(None, [state, code]))
    return "".join(f", {text}" for text in (city, state) if text)


def _role(given: Mapping[str, Sequence[str]], credentials: str, roles: Roles) -> tuple[str, str]:
    """The role, and the title if it says more than the role."""
    title = ", ".join(given["title"]).replace("\n", " ") if "title" in given else ""
    role = _one_line(given, "role")
    if not role and "taxonomy" in given:
        role = next(filter(None, map(roles.of_code, given["taxonomy"])), "")
    role = role or roles.of_title(title or credentials)
    return role, title if title and _says_more(title, role) else ""


@lru_cache(maxsize=_REMEMBERED)
def _says_more(title: str, role: str) -> bool:
    return fold(title) != fold(role)


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

_CLIENT = Pattern(r"\b(?:clients?|patients?|pts?|ex-clients?)\b", re.IGNORECASE, needs=("ient", "pt"))
_PRIVATE_LABEL = re.compile(
    r"\b(?:clients?|patients?|caseload|waitlist|waiting list|family|friends?|private|personal|neighbors?|kids?)\b",
    re.IGNORECASE,
)


_PROFESSIONAL = frozenset({"organization", "role", "credentials", "npi", "specialties", "insurance"})
"""Properties that private persons don't have."""


@lru_cache(maxsize=_REMEMBERED)
def _is_private(label: str) -> bool:
    return _PRIVATE_LABEL.search(label) is not None


def has_client_word(text: str) -> bool:
    """Whether a text has the word client or patient."""
    return _CLIENT.search(text) is not None


def _client_like(row: Row, given: Mapping[str, Sequence[str]], title: str) -> str:
    """Why a row may be a client or a private contact."""
    for label in given.get("labels", ()):
        if _is_private(label):
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

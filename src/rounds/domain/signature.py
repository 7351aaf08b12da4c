"""A pasted mail signature as fields of a contact: name, title, organization, phones, address."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rounds.domain.contact_checks import is_email
from rounds.domain.contact_names import degree_of, split_name
from rounds.domain.job_titles import Roles

_QUOTED = re.compile(
    r"^\s*(?:-{2,}\s*(?:original|forwarded) message|_{10,}|on\b.{5,200}\bwrote:|from:\s.{0,200}@"
    r"|begin forwarded message)",
    re.IGNORECASE,
)
"""The line where an earlier mail begins."""

_CLOSING = re.compile(
    r"^\s*+(?:with\s++)?(?:(?:best|kind|warm|many|sincere)\s++)?(?:regards|wishes|thanks|thank you|sincerely|best"
    r"|warmly|cheers|respectfully|gratefully|in health|take care|yours(?: truly)?|be well|with gratitude)"
    r"(?:\s++(?:so much|again))?+\s*+[,.!]?\s*+$",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"confidential|intended (?:only|solely|for|recipient)|privileged|unsubscribe|please consider the environment"
    r"|think before|this (?:e-?mail|message|communication|transmission)\b|\bhipaa\b|virus|in error|not monitored"
    r"|if this is an? emergency|\bcall 911\b|\b988\b|sent (?:from|via)|get outlook|scheduling link|book (?:a|an) "
    r"|caution:"
    r"|external e?-?mail|office hours|i (?:work|respond|check)|please (?:note|allow)|follow us|land acknowledg",
    re.IGNORECASE,
)
_PRIVATE = re.compile(
    r"confidential|intended (?:only|solely|for|recipient)|privileged|\bhipaa\b|this (?:e-?mail|message|transmission)\b",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*[|•·●▪■♦⋅∙]\s*|\t+|\s{3,}|\s+[–—]+\s+|\s+-\s+")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_SITE = re.compile(
    r"(?<![\w@.-])(?:https?://[^\s<>()]{4,200}|(?:www\.)?[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){0,3}"
    r"\.(?:com|org|net|edu|gov|us|health|care|clinic|io|co|info|biz|law|therapy|center)(?:/[^\s<>()]{0,200})?)(?![\w@.-])",
    re.IGNORECASE,
)
_SOCIAL = re.compile(
    r"linkedin|facebook|instagram|twitter|//x\.com|youtube|tiktok|pinterest|zoom\.us|calendly|doxy\.me|google\.com|bit\.ly|aka\.ms",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w+])(?:(?:\+?1[\s.-]{0,2})?\(?[2-9]\d{2}\)?[\s./-]{0,3}\d{3}[\s.-]{0,2}\d{4}|\+[2-9]\d[\d\s().-]{6,16}\d)"
    r"(?:[\s,;]{0,3}(?:x|ext|extension)[.:]?\s{0,2}\d{1,6}|\s?#\d{1,6})?(?!\d)",
    re.IGNORECASE,
)
_FAX = re.compile(r"(?:\bfax|\bfx|\bf)\b[\s.:#]*$|\bfacsimile\b[\s.:#]*$", re.IGNORECASE)
_FAX_AFTER = re.compile(r"^\s*(?:\(\s*(?:fax|f)\s*\)|(?:fax|f)\s*(?:$|[|,;]))", re.IGNORECASE)
_NPI = re.compile(r"\bnpi\b[\s:#]*(\d{10})\b", re.IGNORECASE)
_PRONOUNS = re.compile(
    r"\(?\b(?:pronouns?\s*+:?\s*+)?((?:she|he|they|ze|xe)(?:\s*/\s*(?:her|him|them|hers|his|theirs|they|she|he|ella|él|elle|hir)){1,2})\b\)?",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\b(?:tel(?:ephone)?|phone|ph|office|main|direct|cell|mobile|mob|work|home|voice|text|fax|fx|e-?mail|web(?:site)?|site"
    r"|address|location|[otcpmfdewvh])(?:\s?(?:phone|line|number|no))?(?:\s*[:#]+|\.?\s*(?=\0))|(?<=\0)\s*\([a-z]{1,8}\)",
    re.IGNORECASE,
)
_STREET_WORDS = (
    r"street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|lane|ln|court|ct|place|pl|parkway|pkwy|highway|hwy|circle|cir"
    r"|loop|square|sq|terrace|ter|plaza|way|broadway|alley|trail|row|pike"
)
_STREET = re.compile(
    rf"(?:^|(?<=[,:] ))(?:\d{{1,6}}[\w-]{{0,4}}\s+(?:[\w.'’-]+\s+){{0,6}}(?:{_STREET_WORDS})\b|p\.?\s?o\.?\s+box\s+\d)",
    re.IGNORECASE,
)
_SUITE = re.compile(r"^(?:suite|ste|unit|floor|room|rm|bldg|building|\d+(?:st|nd|rd|th) floor)\b", re.IGNORECASE)
_CITY = re.compile(r"^[^\d,]{2,40},?\s+[A-Z]{2}\.?,?\s+\d{5}(?:-\d{4})?(?:,?\s+(?:USA?|United States))?$")
_CITY_ONLY = re.compile(r"^[A-Z][^\d,]{1,30},\s+(?:[A-Z]{2}|Oregon|Washington|California|Idaho)$")
_TITLE = re.compile(
    r"\b(?:[a-z]+(?:ologist|iatrist|iatrician|therapist)|physician|director|manager|coordinator|counsell?or|nurse|doctor"
    r"|attorney|lawyer|owner|founder|co-founder|supervisor|assistant|associate|worker|midwife|doula|coach|mediator"
    r"|professor|fellow|resident|intern|clinician|provider|practitioner|specialist|advocate|navigator|liaison|principal"
    r"|chaplain|pastor|rabbi|partner|president|ceo|chief|teacher|planner|consultant|surgeon|dietiti?an|nutritionist"
    r"|optometrist|dentist|pathologist|analyst|administrator|lead|chair|instructor|trainer|evaluator)s?\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:clinic|center|centre|counsell?ing|therapy|group|associates|hospital|pediatrics|psychology|psychiatry|services|llc"
    r"|pllc|p\.?c\.?|llp|inc|university|school|schools|district|practice|medicine|medical|wellness|institute|department|dept"
    r"|partners|health|healthcare|foundation|law|firm|network|system|church|agency|college|academy|collective|studio"
    r"|obstetrics|gynecology|oncology|neurology|dermatology|office|offices|county|ministries|solutions|care|midwifery"
    r"|family medicine|rehabilitation|nutrition|house|program|lab|museum|company|consulting)\b",
    re.IGNORECASE,
)
_NAME_WORD = re.compile(
    r"(?:[A-ZÀ-ÖØ-Þ][\w'’.-]*|de|da|del|della|der|van|von|la|le|al|bin|di|du|dos|y|[\"“(][A-Z]\w*[\"”)])$"
)
_LONGEST = 120


class _Part(NamedTuple):
    """A piece of a line between separators, and whether it begins its line."""

    text: str
    first: bool


def is_signature(text: str) -> bool:
    """Whether a pasted text is more than a name: several lines, or an address or number beside it."""
    lines = [line for line in text.splitlines() if line.strip()]
    return len(lines) > 1 or (
        bool(lines) and (_EMAIL.search(text) or _PHONE.search(text)) is not None and len(text) > 25
    )


def read_signature(text: str, roles: Roles) -> dict[str, list[str]]:
    """The fields of a signature, by key of `contact_rows.FIELDS`; empty if nothing is found.

    Left out: earlier mails, greetings and closings, notices, and addresses of social networks.
    """
    found: dict[str, list[str]] = {}
    parts = []
    for line in _lines(text):
        for part in _without_contacts(line, found):
            parts.append(part)  # noqa: PERF402 - `found` is filled on the way
    name = _name_part(parts, roles)
    if name is not None:
        found["name"] = [parts[name].text]
    for place, part in enumerate(parts):
        if place != name:
            _sort(part.text, found, roles, named=name is not None and place > name)
    if "title" not in found and (role := _role_of_degrees(found, roles)):
        found["role"] = [role]
    return {key: texts for key, texts in found.items() if texts}


def _role_of_degrees(found: Mapping[str, Sequence[str]], roles: Roles) -> str:
    """The role that a license stands for: `OTR/L` doesn't, `OT` and `CCC-SLP` do."""
    degrees = re.split(r"[,\s-]+", ", ".join([*found.get("name", ()), *found.get("credentials", ())]))
    return next((role for each in degrees if each.isupper() and (role := roles.spelled_out(each)) != each), "")


def _lines(text: str) -> list[str]:
    """The lines of the newest mail's signature."""
    lines: list[str] = []
    for line in text.replace("\u200b", "").replace("\xa0", " ").splitlines()[:400]:
        if _QUOTED.match(line[:300]) and lines:
            break
        if not line.lstrip().startswith(">"):
            lines.append(line.strip("*_ \t\r"))
    for place in range(len(lines) - 1, -1, -1):
        if lines[place] in {"--", "—", "-- "} or _CLOSING.match(lines[place][:60]):
            if any(map(str.strip, lines[place + 1 :])):
                lines = lines[place + 1 :]
            break
    return [line for line in _without_notices(lines) if not line.startswith("[cid:")]


def _without_notices(lines: Sequence[str]) -> Iterator[str]:
    """The lines that say something of the person; a notice about privacy goes on to the end of its paragraph."""
    private = False
    for line in lines:
        private = bool(line) and (private or _PRIVATE.search(line) is not None)
        if line and not private and not _is_notice(line):
            yield line


def _is_notice(line: str) -> bool:
    has_contact = _EMAIL.search(line) is not None or _PHONE.search(line) is not None
    return (len(line) > _LONGEST and not has_contact) or (
        _NOTICE.search(line) is not None and not _is_short_contact(line)
    )


def _is_short_contact(line: str) -> bool:
    return len(line) < 60 and _PHONE.search(line) is not None and "988" not in line and "911" not in line


def _without_contacts(line: str, found: dict[str, list[str]]) -> Iterator[_Part]:
    """The pieces of a line that are no email, number or web address; those go into `found`."""
    for key, pattern in (("npi", _NPI), ("pronouns", _PRONOUNS)):
        if match := pattern.search(line):
            found.setdefault(key, []).append(match[1].replace(" ", ""))
            line = f"{line[: match.start()]} | {line[match.end() :]}"
    for key, pattern in (("email", _EMAIL), ("website", _SITE), ("phone", _PHONE)):
        line = pattern.sub(lambda match, key=key: _taken(match, key, found), line)  # type: ignore[misc]
    first = True
    for text in _SEPARATOR.split(line):
        plain = " ".join(_LABEL.sub(" ", text).replace("\0", " ").split()).strip('<>()[],;:/ -–—"“”')
        if re.search(r"[^\W\d_]", plain) and not _LABEL.fullmatch(f"{plain}:"):
            yield _Part(plain, first)
            first = False


def _taken(match: re.Match[str], key: str, found: dict[str, list[str]]) -> str:
    text, line = match[0].strip(), match.string
    if key == "email" and not is_email(text):
        return match[0]
    if key == "website":
        text = text.rstrip(".,;")
        if _SOCIAL.search(text):
            return "\0"
        text = text if "://" in text else f"https://{text}"
    if key == "phone" and (_FAX.search(line[: match.start()]) or _FAX_AFTER.match(line[match.end() :])):
        key = "fax"
    if text not in found.setdefault(key, []) and not (key in {"website", "fax"} and found[key]):
        found[key].append(text)
    return "\0"


def _name_part(parts: Sequence[_Part], roles: Roles) -> int | None:
    """The place of the piece that is a person's name: the first with credentials, else the first that may be one."""
    fits = [place for place, part in enumerate(parts[:8]) if _is_name(part.text, roles)]
    sure = [place for place in fits if split_name(parts[place].text)[1]]
    return next(iter(sure or fits), None)


def _is_name(text: str, roles: Roles) -> bool:
    if re.search(r"[\d@:&/]", text.partition(",")[0]) or len(text) > 80:
        return False
    name, _ = split_name(re.sub(r"[\"“(][^\"”)]{1,20}[\"”)]", "", text))
    words = name.split()
    if not text[:1].isupper() or not 2 <= len(words) <= 5 or _PLACE.search(name) or _is_title(name, roles):
        return False
    return all(map(_NAME_WORD.match, words)) and words[0][0].isupper()


def _sort(text: str, found: dict[str, list[str]], roles: Roles, *, named: bool) -> None:
    """Put a piece of the signature where it belongs; what can't be told is left out."""
    if all(map(degree_of, re.split(r"[,\s]+", text.strip(", ")))):
        found.setdefault("credentials", []).append(text)
        return
    if _STREET.search(text) or _SUITE.match(text) or _CITY.match(text) or _CITY_ONLY.match(text):
        found["address"] = [", ".join([*found.get("address", []), text])]
        return
    if _CLOSING.match(text) or len(text) > _LONGEST:
        return
    before, sign, after = (each.strip() for each in re.split(r"(,\s|\sat\s|\s@\s)", text, maxsplit=1)) if re.search(
        r",\s|\sat\s|\s@\s", text
    ) else (text, "", "")  # fmt: skip
    if sign and _is_title(before, roles) and _PLACE.search(after) and not _is_title(after, roles):
        _put(found, "title", before)
        _put(found, "organization", after)
    elif _is_title(text, roles):
        _put(found, "title", text)
    elif _PLACE.search(text) or (named and "organization" not in found and _looks_like_place(text)):
        _put(found, "organization", text)


def _put(found: dict[str, list[str]], key: str, text: str) -> None:
    """Add a title; of several organizations, the first counts."""
    if key == "title" or key not in found:
        found.setdefault(key, []).append(text)


def _is_title(text: str, roles: Roles) -> bool:
    if _TITLE.search(text):
        return not re.search(r"\b(?:llc|pllc|inc|associates|clinic|center|hospital|group)\b", text, re.IGNORECASE)
    role = roles.of_title(text)
    if not _PLACE.search(text):
        return bool(role)
    return bool(role) and roles.of_title(text.partition(" ")[2]) != role  # Internal Medicine, not Ortiz Pediatrics


def _looks_like_place(text: str) -> bool:
    words = text.split()
    return 1 < len(words) < 8 and words[0][0].isupper() and not text.endswith((".", "!", "?"))

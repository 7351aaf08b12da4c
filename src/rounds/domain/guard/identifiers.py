"""Numbers, dates, addresses, mail, links, and files in a line: Safe Harbor's identifiers."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from .lexicon import Spans
from .reading import Reading, overlaps
from .text import Pattern


class Candidate(NamedTuple):
    """A place in `Text.seen` and what it looks like."""

    kind: str
    begin: int
    end: int


MONTH = (
    r"(?:(?:jan|january|feb|february|mar|march|apr|april|may|jun|june|jul|july|aug|august|sep|sept|september|"
    r"oct|october|nov|november|"
    r"dec|december|ene|enero|febrero|marzo|abr|abril|mayo|junio|julio|ago|agosto|septiembre|octubre|noviembre|"
    r"dic|diciembre)\b\.?)"
)
DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH_NUMBER = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)\d\d"
_ORDINAL = rf"{DAY}(?:st|nd|rd|th)?"
FULL_DATE = Pattern(
    rf"(?<![\w.-])(?:{_YEAR}-{_MONTH_NUMBER}-{DAY}|{_YEAR}/{_MONTH_NUMBER}/{DAY}|"
    rf"{_YEAR}\.{_MONTH_NUMBER}\.{DAY}|{_YEAR} {_MONTH_NUMBER} {DAY}"
    rf"|{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|{DAY}\.?-{DAY}\.{DAY}\.{_YEAR}|"
    rf"{DAY}/{DAY}-{DAY}/{DAY}/(?:{_YEAR}|\d\d)"
    rf"|{DAY}(?:/|-|\.){DAY}(?:/|-|\.)(?:{_YEAR}|\d\d)|{DAY} {DAY} {_YEAR}"
    rf"|(?:the )?{_ORDINAL}(?: de| of|-)? ?-?{MONTH}(?: de|,|-)? ?-?(?:{_YEAR}|'?\d\d(?!\d))|{DAY}{MONTH}{_YEAR}"
    rf"|{MONTH} ?{_ORDINAL},? (?:{_YEAR}|'\d\d)|{MONTH} the {_ORDINAL},? {_YEAR})(?![\w-]|\.\d)"
)
"""Dates with day, month, and year (MRZ-like, American, European, Spanish)."""

_BIRTH_DAY = Pattern(
    rf"\b(?:dob|d\.o\.b\.|born|birthday|birth date|date of birth|nacid[oa]|nacio)(?: is| on| el|:)? "
    rf"((?:the )?{_ORDINAL}(?: of| de)? {MONTH}|{MONTH} {_ORDINAL}|{DAY}[/.]{DAY})(?![\w/])"
)
"""A day of birth without its year."""

_EMAIL = Pattern(
    r"[\w.+%-]{1,64} ?(?:@|\(at\)|\[at\]) ?[\w-]{1,63}(?:(?:\.| dot | ?\(dot\) ?|\[dot\])[\w-]{1,63}){1,4}|"
    r"\b(?:[\w-]{1,32} dot )?[\w-]{1,32} at [\w-]{1,63} dot [a-z]{2,10}\b"
)
_URL = Pattern(r"(?:https?://|www\.)[^\s<>\"]{3,}|\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/[^\s<>\"]{2,}")
_PHONE = Pattern(
    r"(?<![\w-])(?:(?:\+|00|1[ .-]?)?\d{0,3}[ .-]{0,3})?\(?\d{3}\)?(?: ?- ?|[ .]?)\d{3}(?: ?- ?|[ .]?)\d{4}(?!\w|-\d)"
    r"|(?<![\w.-])\+\d{1,3}[ .-]?(?:\d[ .-]?){7,12}(?!\w)|(?<![\w.-])\d{3}-\d{4}(?![\w-])"
)
_SSN = Pattern(r"(?<![\w-])\d{3}[-. ]\d{2}[-. ]\d{4}(?![\w-])")
_IP = Pattern(
    r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])|"
    r"(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}:?[0-9a-f]{1,4}(?:::?[0-9a-f]{1,4})*(?![\w:])"
)
_STREET = (
    r"(?:st|street|ave|avenue|rd|road|blvd|boulevard|dr|drive|ln|lane|way|ct|court|pl|place|ter|terrace|cir|"
    r"circle|hwy|highway|pkwy|"
    r"parkway|row|loop|trail|trl|sq|square|alley|close|crescent|path)\b\.?"
)
_STATE = (
    "(?:al|ak|az|ar|ca|co|ct|de|fl|ga|hi|id|il|ia|ks|ky|la|me|md|ma|mi|mn|ms|mo|mt|ne|nv|nh|nj|nm|ny|nc|nd|oh|ok|or|pa|ri|sc|sd|tn|tx|"
    "ut|vt|va|wa|wv|wi|wy|dc)"
)
_ADDRESS = Pattern(
    rf"(?<![\w/-])\d{{1,5}}[a-z]? (?:(?:n|s|e|w|ne|nw|se|sw)\.? )?(?:[a-z0-9'-]+\.? ){{1,3}}{_STREET}"
    r"|(?<![\w/-])\d{1,5} (?:county|state|rural) (?:road|rd|route|highway|hwy) \d+"
    r"|\b(?:p\.? ?o\.? ?box|apartado|apdo\.?|casilla) ?#?\d+"
    r"|\b(?:calle|c/|av\.|avda\.|avenida|camino|carrera|paseo|plaza|pasaje|"
    r"privada) (?:[a-z'-]+ ){1,4}(?:no\.? |num\.? |# ?)?\d{1,5}"
    rf"|(?:\b[a-z]+|\b\d+(?:st|nd|rd|th)) & (?:[a-z]+|\d+(?:st|nd|rd|th))(?: {_STREET})?(?=,| house|\))"
    rf"|\b(?:corner of )[a-z0-9]+ (?:and|&) [a-z0-9]+"
    rf"|\b(?:zip|postal)(?: ?code)?(?: is|:)? \d{{5}}(?:-\d{{4}})?\b|"
    rf"\b{_STATE},? \d{{5}}(?:-\d{{4}})?(?![\w-])|\b\d{{5}}-\d{{4}}\b"
)
FILE = Pattern(
    r"!?\[\[([^\[\]\n]{1,200}\.(?:jpe?g|png|heic|gif|pdf|docx?|mp4|mov|webp|tiff?|m4a|mp3|xlsx?))(?:\|[^\[\]]*)?\]\]",
    re.IGNORECASE,
)
_NUMBER = Pattern(
    r"(?<![\w.,:/$%-])#?(?:[A-Za-z]{1,6}(?:[-#]|(?=\d))|"
    r"[A-Z] )?#?\d[A-Za-z0-9]*(?:[ .-][A-Za-z0-9]*\d[A-Za-z0-9]*)*(?:-[A-Za-z]{1,3})?(?![\w%])"
)
_NO_NUMBER = Pattern(
    r"(?:19|20)\d\d(?:-\d\d)?|\d{1,2}[./-]\d{1,2}\.?(?:[ ,-]{1,3}\d{1,2}[./-]\d{1,2}\.?){0,12}|(?:19|"
    r"20)?\d\d-(?:19|20)?\d\d|\d{1,3}(?:,\d{3}){1,6}|\d+ ?(?:mg|mcg|ml|am|pm|min|yo|wks?|hrs?)",
    re.IGNORECASE,
)
_PLATE = Pattern(
    r"(?<=plate )(?:no\.? ?|# ?|is |: ?)?[a-z]{2,3}[ -]?\d{3,4}\b|(?<=plate )\d{3}[ -]?[a-z]{3}\b|"
    r"(?<=vin )[a-hj-npr-z0-9]{11,17}\b|(?<=placa )[a-z0-9-]{5,8}\b"
)
_AGE = Pattern(
    r"(?<![\w.,/$-])(\d{2,3})[ -]?(?:yo|y/o|y\.o\.|yrs?\.?[ -]old|yrs?|years?[ -]old|anos)(?!\w)"
    r"|\baged?:? (\d{2,3})\b|\b(?:is|turned|turns|tiene|cumplio|es) (9\d|1[01]\d)\b(?! (?:st|years? in|"
    r"percent|%|min|miles|dollars|people|of))"
)
_MAY_HOLD = Pattern(
    r"\d|@|\bat\b|\(at\)|/|www\.|\.(?:jpe?g|png|heic|gif|pdf|docx?|mp4|mov|webp|tiff?|m4a|mp3|xlsx?)\b| & "
)
"""A line without any of these has no identifiers other than names."""
OLD = 89
"""Safe Harbor lets ages up to 89 stay."""


def identifiers(line: Reading) -> list[Candidate]:
    """Identifiers in a line; where shapes overlap, the surest counts."""
    plain = line.text.plain
    if not _MAY_HOLD.search(plain):
        return []
    taken = [*line.own, *line.codes]
    found = [Candidate("file", *match.span(1)) for match in FILE.finditer(plain)]
    for kind, pattern in (("url", _URL), ("email", _EMAIL), ("ip", _IP), ("plate", _PLATE)):
        found += _shapes(kind, pattern, plain, taken)
    for match in _AGE.finditer(plain):
        if OLD < next(int(each) for each in match.groups() if each) < 116:
            found.append(Candidate("age", *match.span()))
            taken.append(match.span())
    for match in _BIRTH_DAY.finditer(plain):
        if not FULL_DATE.match(plain, match.start(1)):
            found.append(Candidate("date", *match.span(1)))
            taken.append(match.span(1))
    for kind, pattern in (("date", FULL_DATE), ("ssn", _SSN), ("address", _ADDRESS), ("phone", _PHONE)):
        found += _shapes(kind, pattern, plain, taken)
    for each in _shapes("number", _NUMBER, line.text.seen, taken):
        piece = plain[each.begin : each.end]
        if sum(char.isdigit() for char in piece) >= 4 and not _NO_NUMBER.fullmatch(piece):
            found.append(each)
    return found


def _shapes(kind: str, pattern: Pattern, text: str, taken: Spans) -> Iterator[Candidate]:
    for match in pattern.finditer(text):
        begin, end = match.span()
        while end > begin and text[end - 1] in " ,.":
            end -= 1
        if end > begin and not overlaps((begin, end), taken):
            taken.append((begin, end))
            yield Candidate(kind, begin, end)

"""Numbers, dates, addresses, mail, links, and files in a line: Safe Harbor's identifiers."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from rounds.domain.patterns import Pattern

from .lexicon import Spans
from .reading import Reading, overlaps


class Candidate(NamedTuple):
    """A place in `Text.seen` and what it looks like."""

    kind: str
    begin: int
    end: int


MONTH = (
    r"(?:(?:jan(?:uary)?|feb(?:ruary|rero)?|mar(?:ch|zo|s|z)?|apr(?:il)?|may(?:o)?|june?|junio|july?|julio|"
    r"aug(?:ust)?|sept?(?:ember|iembre)?|setiembre|oct(?:ober|ubre)?|nov(?:ember|iembre)?|dec(?:ember)?|"
    r"ene(?:ro)?|abr(?:il)?|ago(?:sto)?|dic(?:iembre)?)\b\.?)"
)
DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH_NUMBER = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)\d\d"
_ORDINAL = rf"{DAY}(?:st|nd|rd|th)?"
FULL_DATE = Pattern(
    rf"(?<![\w.-])(?:{_YEAR}(?P<sep>[-/. ]){_MONTH_NUMBER}(?P=sep){DAY}|{_YEAR}[- ]{MONTH}[- ]{DAY}"
    rf"|{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|{DAY}\.?-{DAY}\.{DAY}\.{_YEAR}|"
    rf"{DAY}/{DAY}-{DAY}/{DAY}/(?:{_YEAR}|\d\d)"
    rf"|{DAY}(?:/|-|\.| / ){DAY}(?:/|-|\.| / )(?:{_YEAR}|'?\d\d)|{DAY} {DAY} {_YEAR}"
    rf"|(?:the )?{_ORDINAL}\.?(?: de| of|-)? ?-?{MONTH}(?: de|,|-)? ?-?(?:{_YEAR}|'?\d\d(?!\d))|{DAY}{MONTH}{_YEAR}"
    rf"|{MONTH}[ -]?(?:the )?{_ORDINAL}(?:,? |-| of | de )(?:{_YEAR}|'\d\d))(?![\w-]|\.\d)"
)
"""Dates with day, month, and year (MRZ-like, American, European, Spanish)."""

_LETTERS = re.compile("[a-z]+")
_MAY_DATE = Pattern(
    r"\d\d?(?:/|-|\.| / )\d\d?(?:/|-|\.| / )'?\d\d|\d{4}([-/. ])\d\d?\1|\d{8}|\d\d? \d\d? \d{4}|"
    r"jan|feb|mar|apr|may|jun|jul|aug|sep|set|oct|nov|dec|ene|abr|ago|dic"
)
"""A part that every full date has; quick to compile."""
_BIRTH_DAY = Pattern(
    rf"\b(?:dob|d\.o\.b\.|born|birthday|birth date|date of birth|nacid[oa]|nacio)(?: is| on| el|:)? "
    rf"((?:the )?{_ORDINAL}(?: of| de)? {MONTH}|{MONTH} {_ORDINAL}|{DAY}[/.]{DAY})(?![\w/])",
    needs=("born", "dob", "d.o.b", "birth", "naci"),
)
"""A day of birth without its year."""

_EMAIL = Pattern(
    r"[\w.+%-]{1,64} ?(?:@|[(\[{]at[)\]}]) ?[\w-]{1,63}(?:(?:\.| dot | ?[(\[{]dot[)\]}] ?)[\w-]{1,63}){1,4}|"
    r"\b(?:[\w-]{1,32} dot )?[\w-]{1,32} at [\w-]{1,63} dot [a-z]{2,10}\b|"
    r"\b\w{1,32}[._-]\w{1,32} at [\w-]{1,63}\.(?:com|org|net|edu|example)\b",
    needs=("@", "at]", "at)", "at}", " at "),
)
_URL = Pattern(
    r"(?:https?://|www\.)[^\s<>\"]{3,}|\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/[^\s<>\"]{2,}|"
    r"(?<![\w.@])@[a-z_][\w.]{2,30}(?= (?:on )?(?:insta|ig|tiktok|snap|venmo|discord|twitter|x)\b)",
    needs=("/", "www.", "@"),
)
_PHONE = Pattern(
    r"(?<![\w-])(?:(?:\+|00|1[ .-]?)?\d{0,3}[ .-]{0,3})?\(?\d{3}\)?(?: ?- ?|[ ./]?)\d{3}(?: ?- ?|[ ./]?)\d{4}(?!\w|-\d)"
    r"|(?<![\w.-])\+\d{1,3}[ .-]?(?:\d[ .-]?){7,12}(?!\w)|(?<![\w.-])\d{3}-\d{4}(?![\w-])"
)
_SSN = Pattern(r"(?<![\w-])\d{3}[-. ]\d{2}[-. ]\d{4}(?![\w-])")
_IP = Pattern(
    r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])|"
    r"(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}:?[0-9a-f]{1,4}(?:::?[0-9a-f]{1,4})*(?![\w:])|"
    r"(?<![\w:])(?:[0-9a-f]{1,4})?::[0-9a-f]{1,4}(?::[0-9a-f.]{1,15}){1,6}(?![\w:])"
)
_STREET = (
    r"(?:st|street|ave|avenue|rd|road|blvd|boulevard|dr|drive|ln|lane|way|ct|court|pl|place|ter|terrace|cir|"
    r"circle|hwy|highway|pkwy|"
    r"parkway|row|loop|trail|trl|sq|square|alley|close|crescent|path)\b\.?"
)
_STATE = (
    "(?:al|ak|az|ar|ca|co|ct|de|fl|ga|hi|id|il|ia|ks|ky|la|me|md|ma|mi|mn|ms|mo|mt|ne|nv|nh|nj|nm|ny|nc|nd|oh|ok|or|"
    "pa|ri|sc|sd|tn|tx|"
    "ut|vt|va|wa|wv|wi|wy|dc)"
)
_ADDRESS = Pattern(
    rf"(?<![\w/-])\d{{1,5}}(?:-?[a-z]| 1/2)? (?:(?:n|s|e|w|ne|nw|se|sw)\.? )?(?:[a-z0-9'-]+\.? ){{1,4}}?{_STREET}"
    r"|(?<![\w/-])\d{1,5} (?:county|state|rural) (?:road|rd|route|highway|hwy) \d+"
    r"|\b(?:p\.? ?o\.? ?box|pob|apartado|apdo\.?|casilla|rr \d{1,3},? box) ?#?\d+"
    r"|\b(?:calle|c/|av\.|avda\.|avenida|camino|carrera|paseo|plaza|pasaje|privada|rua|rue|via|viale) "
    r"(?:[a-z'-]+ ){1,4}(?:no\.? |num\.? |# ?)?\d{1,5}"
    r"|\b[a-z]{3,20}(?:str\.|strasse|weg|gasse|platz) \d{1,4}[a-z]?\b|(?<![\w/-])\d{1,4} rue (?:[a-z'-]+ ?){1,4}"
    rf"|\b(?:corner of )[a-z0-9]+ (?:and|&) [a-z0-9]+|\besquina de (?:la )?[a-z0-9]+ (?:con|y) (?:la )?[a-z0-9]+"
    rf"|\b(?:zip|postal)(?: ?code)?(?: is|:)? \d{{5}}(?:-\d{{4}})?\b|"
    rf"\b{_STATE},? \d{{5}}(?:-\d{{4}})?(?![\w-])|\b\d{{5}}-\d{{4}}\b"
    rf"|\b(?:apt|apartment|trailer|lot)\.? ?#?\d{{1,4}}[a-z]?\b"
    rf"|\broom \d{{1,4}},? (?:at |of )?(?:the )?[a-z]+ (?:motel|inn|hotel)\b"
)
_HOUSE = Pattern(
    r"(?<![\w/-])\d{1,5}(?:-?[A-Z])? (?:[NSEW]{1,2}\.? )?(?:[A-Z][\w'.-]{1,20} ){1,3}(?:Plaza|Run|Cove|Point|Pass|"
    r"Ridge|Walk|Bend|Crossing|Hill|Glen|Acres|Heights|Row|Creek|Landing|Green|Mews|Gardens|Commons)\b"
    r"|(?<=lives at )\d{1,5} [A-Z]\w+(?: [A-Z]\w+)?|(?<=house at )\d{1,5} [A-Z]\w+|(?<=moved to )\d{1,5} [A-Z]\w+"
    r"|(?<=address: )\d{1,5} [A-Z]\w+|(?<=address is )\d{1,5} [A-Z]\w+|(?<=she's at )\d{1,5} [A-Z]\w+"
    r"|\b\d{1,3}(?:st|nd|rd|th) ?(?:and|&|/) ?[A-Z][a-z]{3,}\b|\b[A-Z][a-z]{3,} ?(?:and|&|/) ?\d{1,3}(?:st|nd|rd|th)\b"
    r"|(?:(?<=at )|(?<=on )|(?<=of )|(?<=near ))[A-Z][a-z]+ (?:&|and) [A-Z][a-z]+(?= house|,|\)|$)"
    r"|\b[A-Z]{1,2}\d[\dA-Z]? \d[A-Z]{2}\b|\b[A-Z]\d[A-Z] \d[A-Z]\d\b"
)
"""Addresses that only capitals show: streets with everyday names, corners, British and Canadian codes."""
_NOTE_LINK = Pattern(r"\]\([^()\n]{1,200}\.md[^()\n]{0,80}\)", needs=("](",))
_SUFFIX = r"(?:jpe?g|png|heic|gif|pdf|docx?|mp4|mov|webp|tiff?|m4a|mp3|xlsx?)"
FILE = Pattern(
    rf"!?\[\[([^\[\]\n]{{1,200}}\.{_SUFFIX})(?:\|[^\[\]]*)?\]\]|\]\(([^()\n]{{1,200}}\.{_SUFFIX})\)|"
    rf"(?<![\w/.-])((?:[\w-]{{1,40}}/){{0,4}}[\w-]{{2,80}}\.{_SUFFIX})\b",
    re.IGNORECASE,
    needs=(".jp", ".pn", ".he", ".gi", ".pd", ".do", ".mp", ".mo", ".we", ".ti", ".m4", ".xl"),
)
_NUMBER = Pattern(
    r"(?<![\w.,:/$%-])#?(?:[A-Za-z]{1,6}(?:[-#]|(?=\d))|"
    r"[A-Z] )?#?\d[A-Za-z0-9]*(?:[ .-][A-Za-z0-9]*\d[A-Za-z0-9]*|-[A-Z]{1,4}(?=-\d)|/\d{4,}){0,40}"
    r"(?:-[A-Za-z]{1,3})?(?![\w%])"
)
_NO_NUMBER = Pattern(
    r"(?:19|20)\d\d(?:-\d\d)?|\d{1,2}[./-]\d{1,2}\.?(?:[ ,-]{1,3}\d{1,2}[./-]\d{1,2}\.?){0,12}|(?:19|"
    r"20)?\d\d-(?:19|20)?\d\d|\d{1,3}(?:,\d{3}){1,6}|\d+ ?(?:mg|mcg|ml|am|pm|min|yo|wks?|hrs?)|"
    r"(?:19|20)\d\d/(?:19|20)?\d\d|9(?:0[78]|6[01]|92|94)\d\d",
    re.IGNORECASE,
)
_THING_BEFORE = Pattern(
    r"(?:\b(?:room|rm|suite|ste|building|bldg|hall|floor|lab|studio|booth|table|seat|locker|bus|train|flight|route|rte|"
    r"channel|issue|ticket|pr|bug|version|ver|v|release|build|form|pages?|pp?|chapter|vol|volume|isbn|cpt|icd|hcpcs|npi|"
    r"cfr|u\.?s\.?c|usc|fr|section|rule|scored|scores?|sat|psat|gre|lexile|salon|edificio|aula|sala|autobus|pagina|formulario)"
    r"\.?(?: no\.?| number| num\.?)?:? ?#?|\bsee #)$"
)
"""What has such a number isn't a person: a room, an issue, a version, a code of billing, a score."""
_ORDER_BEFORE = Pattern(r"\b(?:npi|isbn|order)(?: no\.?| number)?:? ?#?$")
_UNIT_AFTER = Pattern(
    r" ?(?:mg|mcg|iu|steps|miles|km|meters|metres|feet|ft|calories|kcal|dollars|bucks|words|pages|people|students|"
    r"members|hours|minutes|days|visits|sessions|sq|square|points|acres|lbs|pounds|kg|grams|votes|followers|seats|beds|"
    r"employees|residents|patients|clients|kids|families|households|pasos|calorias|dolares|pesos|horas|personas)\b"
)
_YEAR_SIGN = Pattern(r"#?(?:19|20)\d\d|(?:q[1-4]|fy|spring|summer|fall|winter)[ -]?'?(?:19|20)\d\d")
_RECORD_BEFORE = Pattern(
    r"\b(?:mrn|charts?|records?|files?|case|acct|account|id|member|claim)\.?(?: no\.?| number)?:? $"
)
_PLATE = Pattern(
    r"(?<=plate )(?:no\.? ?|# ?|is |: ?)?[a-z]{2,3}[ -]?\d{3,4}\b|(?<=plate )\d{3}[ -]?[a-z]{3}\b|"
    r"(?<=vin )[a-hj-npr-z0-9]{11,17}\b|(?<=placa )[a-z0-9-]{5,8}\b",
    needs=("plate ", "vin ", "placa "),
)
_OVER_89 = r"(?:ninety|noventa|a hundred|one hundred)(?:[- ](?:y |and )?[a-z]{3,6})?"
_AGE = Pattern(
    r"(?<![\w.,/$-])(\d{2,3})[ -]?(?:yo|y/o|y\.o\.|yrs?\.?[ -]old|yrs?|ys|years?[ -]old|anos|[mf])(?!\w)"
    r"|\baged?:? (\d{2,3})\b|\b(?:is|turned|turns|turning|almost|nearly|now|just|tiene|cumplio|cumple|es) "
    r"(9\d|1[01]\d)\b(?! (?:st|years? in|percent|%|min|miles|dollars|people|of|days|clients|patients|hours|beds|kids|"
    r"families|visits|sessions)|[%/-])"
    r"|(?<=, )(9\d|10\d)(?=, )|\bat (9\d|10\d)(?=[!,.)])|\((9\d|10\d)!?\)"
    rf"|\b(?:is|turned|turns|turning|aged?|tiene|cumplio) {_OVER_89}\b(?! (?:percent|min|miles|dollars|people|of|days))"
    rf"|\b{_OVER_89}[- ](?:yo|years?[- ]old|anos)(?!\w)"
)
_MAY_BE_OLD = Pattern(r"(?<!\d)(?:9\d|1[01]\d)(?!\d)|ninety|noventa|hundred")
"""An age above 89, or a number that could be one; quick to compile."""
_MAY_HOLD = Pattern(
    r"\d|ninety|noventa|hundred|corner|esquina|@|\bat\b|\(at\)|/|www\.|\.(?:jpe?g|png|heic|gif|pdf|docx?|mp4|mov|"
    r"webp|tiff?|m4a|mp3|xlsx?)\b| & "
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
    found = [
        Candidate("file", *next(match.span(group) for group in (1, 2, 3) if match[group]))
        for match in FILE.finditer(plain)
    ]
    taken += [match.span() for match in _NOTE_LINK.finditer(plain)]
    free = _free(plain, taken)
    digits = sum(char.isdigit() for char in free)
    found += _shapes("url", _URL, plain, taken)
    found += _shapes("email", _EMAIL, plain, taken)
    if plain.count(".") > 2 or plain.count(":") > 1:
        found += [each for each in _shapes("ip", _IP, plain, taken) if _is_address(plain[each.begin : each.end])]
    found += _shapes("plate", _PLATE, plain, taken)
    if _MAY_BE_OLD.search(free):
        found += _ages(plain, taken)
    return [*found, *_numbers(line, taken, digits, dated=digits > 2 and bool(_MAY_DATE.search(free)))]


def _free(plain: str, taken: Spans) -> str:
    """The line without its own dates and codes."""
    for begin, end in sorted(taken, reverse=True):
        plain = plain[:begin] + plain[end:]
    return plain


def _is_address(piece: str) -> bool:
    return any(char.isdigit() for char in piece) and ("." in piece or "::" in piece or piece.count(":") > 2)


def _ages(plain: str, taken: Spans) -> Iterator[Candidate]:
    for match in _AGE.finditer(plain):
        if OLD < next((int(each) for each in match.groups() if each), OLD + 1) < 116:
            taken.append(match.span())
            yield Candidate("age", *match.span())


def _numbers(line: Reading, taken: Spans, digits: int, *, dated: bool) -> Iterator[Candidate]:
    """Dates, addresses, and numbers."""
    plain = line.text.plain
    if digits:
        for match in _BIRTH_DAY.finditer(plain):
            if not FULL_DATE.match(plain, match.start(1)):
                taken.append(match.span(1))
                yield Candidate("date", *match.span(1))
    if dated:
        yield from _shapes("date", FULL_DATE, plain, taken)
    if digits > 8:
        yield from _shapes("ssn", _SSN, plain, taken)
    yield from _addresses(line, taken)
    if digits > 6:
        yield from (each for each in _shapes("phone", _PHONE, plain, taken) if not _is_of_thing(plain, each))
    if digits > 3:
        yield from (each for each in _shapes("number", _NUMBER, line.text.seen, taken) if _is_number(plain, each))


_PLACES = frozenset((
    "st", "street", "ave", "avenue", "rd", "road", "blvd", "boulevard", "dr", "drive", "ln", "lane", "way",
    "ct", "court", "pl", "place", "ter", "terrace", "cir", "circle", "hwy", "highway", "pkwy", "parkway", "row",
    "loop", "trail", "trl", "sq", "square", "alley", "close", "crescent", "path", "county", "state", "rural",
    "box", "pob", "apartado", "apdo", "casilla", "rr", "calle", "c", "av", "avda", "avenida", "camino",
    "carrera", "paseo", "plaza", "pasaje", "privada", "rua", "rue", "via", "viale", "corner", "esquina", "zip",
    "postal", "apt", "apartment", "trailer", "lot", "room",
))  # fmt: skip
"""A line with an address has one of these, five digits in a row, or a German street."""
_MAY_PLACE = Pattern(r"\d{5}|(?:str\.|strasse|weg|gasse|platz) \d")
_MAY_HOUSE = Pattern(r"at \d|\d(?:st|nd|rd|th)|[A-Za-z] (?:&|and) [A-Z]|[A-Z]\d")
_HOUSE_WORDS = (
    "Plaza", "Run", "Cove", "Point", "Pass", "Ridge", "Walk", "Bend", "Crossing", "Hill", "Glen", "Acres", "Heights",
    "Row", "Creek", "Landing", "Green", "Mews", "Gardens", "Commons", "moved to", "address",
)  # fmt: skip


def _addresses(line: Reading, taken: Spans) -> Iterator[Candidate]:
    plain, seen = line.text.plain, line.text.seen
    if not _PLACES.isdisjoint(_LETTERS.findall(plain)) or _MAY_PLACE.search(plain):
        yield from _shapes("address", _ADDRESS, plain, taken)
    if any(map(seen.__contains__, _HOUSE_WORDS)) or _MAY_HOUSE.search(seen):
        yield from (each for each in _shapes("address", _HOUSE, seen, taken) if not _is_day(plain, each))


def _is_number(plain: str, candidate: Candidate) -> bool:
    """Can a number be somebody's? Years, amounts, and numbers of rooms, issues and versions can't."""
    begin, end = candidate.begin, candidate.end
    piece, before = plain[begin:end], plain[max(0, begin - 30) : begin + (plain[begin] == "#")]
    if sum(char.isdigit() for char in piece) < 4 or _NO_NUMBER.fullmatch(piece):
        return False
    if _YEAR_SIGN.fullmatch(piece):
        return bool(_RECORD_BEFORE.search(plain[max(0, begin - 30) : begin]))
    return not (_THING_BEFORE.search(before) or _UNIT_AFTER.match(plain, end))


def _is_of_thing(plain: str, candidate: Candidate) -> bool:
    return bool(_ORDER_BEFORE.search(plain[max(0, candidate.begin - 30) : candidate.begin]))


def _is_day(plain: str, candidate: Candidate) -> bool:
    """Is it days such as `Fri & 1st`, not a street corner?"""
    return any(word[:3] in _DAYS for word in re.findall("[a-z]+", plain[candidate.begin : candidate.end]))


_DAYS = frozenset(("mon", "tue", "wed", "thu", "fri", "sat", "sun", "gra", "sch"))


def _shapes(kind: str, pattern: Pattern, text: str, taken: Spans) -> Iterator[Candidate]:
    for match in pattern.finditer(text):
        begin, end = match.span()
        while begin < end and text[begin] in " ,.":
            begin += 1
        while end > begin and text[end - 1] in " ,.":
            end -= 1
        if end > begin and not overlaps((begin, end), taken):
            taken.append((begin, end))
            yield Candidate(kind, begin, end)

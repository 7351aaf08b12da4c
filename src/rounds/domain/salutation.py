"""How a message addresses a partner: "Dear Dr. Okoro", or "Dear Maria"."""

import re
from collections.abc import Iterable
from typing import NamedTuple


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_DOCTORATES = _set(
    "md do mbbs mbchb phd psyd edd drph scd dsw dnp dnap dpt otd pharmd aud slpd dds dmd dc nd od dpm dvm "
    "fracgp faap facog facp faafp facs frcp fapa"
)
"""Degrees of a doctor, and fellowships that only physicians have."""
_LESSER = _set(
    "ms ma msn mn med mft lmft lcsw lpc lmhc lpcc lcpc msw pa pac np fnp pmhnp cnm cnp aprn arnp crnp rn ot "
    "otr pt slp ccc eds ssp ncsp bcba rd ibclc jd esq"
)
"""Degrees and licenses that people have without a doctorate."""

_DOCTORS_CODES = ("20", "103", "122", "111N", "213E", "152W")
"""NUCC: physicians, psychologists, dentists, chiropractors, podiatrists, optometrists."""
_DOCTORS_ROLES = re.compile(
    r"\b(?:physician|doctor|surgeon|internist|pa?ediatrician|obstetrician|dentist|\w+iatrist|\w+ologist|ob[-/ ]?gyn)\b",
    re.IGNORECASE,
)
_NOT_DOCTORS = re.compile(
    r"\b(?:assistant|associate|nurse|speech|language|(?:audi|cosmet|kinesi|sex)ologist)\b", re.IGNORECASE
)
_GREETING = re.compile(r"(?:dear|hi|hello|hey|good (?:morning|day|afternoon|evening)|to)\b", re.IGNORECASE)


class Name(NamedTuple):
    """A name in parts; each may be empty.

    Attributes:
        title: `Dr.`, `Prof.` or what else stands before the name.
    """

    title: str = ""
    first: str = ""
    last: str = ""


def is_doctor(name: Name, credentials: str, role: str, codes: Iterable[str] = ()) -> bool:
    """Whether somebody is a doctor: by title, by credentials, or else by role.

    Args:
        credentials: as in a note, such as `PsyD, ABPP`.
        role: as in a note.
        codes: NUCC codes of the role's note.
    """
    title = name.title.lower().rstrip(".")
    if title:
        return title in {"dr", "doctor", "prof", "professor"}
    letters = {re.sub(r"[^a-z]", "", part) for part in re.split(r"[\s,;/()]+", credentials.lower())}
    if letters & _DOCTORATES:
        return True
    if letters & _LESSER:
        return False
    known = [*codes]
    by_code = bool(known) and all(str(code).startswith(_DOCTORS_CODES) for code in known)
    return by_code or (not known and bool(_DOCTORS_ROLES.search(role)) and not _NOT_DOCTORS.search(role))


def on_first_names(name: Name, log: Iterable[str]) -> bool:
    """Whether the log calls somebody by the first name alone.

    Args:
        log: texts of the entries.
    """
    if not name.first:
        return False
    first, last = re.escape(name.first), re.escape(name.last) or r"\Z"
    called = re.compile(
        rf"(?<![\w@.|\[/])(?<!Dr )(?<!Dr\. ){first}(?![\w@.\]|]*@)(?!\w)(?!\s+{last})(?!\s+[A-Z]\w*\.?\s+{last})"
    )
    return any(called.search(text) for text in log)


def salutation(name: Name, *, doctor: bool, own: str = "", whole: str = "") -> str:
    """The opening of a message, without a comma: `Dear Dr. Okoro`, `Dear Maria`.

    Args:
        doctor: to be addressed by title.
        own: the property `salutation`: a whole opening such as `Hi Maria`, or only the name to use.
        whole: the name as written, for people without a first and last name.
    """
    own = own.strip().rstrip(",")
    if own:
        return own if _GREETING.match(own) else f"Dear {own}"
    return f"Dear {called(name, doctor=doctor, whole=whole)}"


def called(name: Name, *, doctor: bool, whole: str = "") -> str:
    """The name to use in a sentence: `Dr. Okoro`, `Maria`."""
    title = name.title if name.title.lower().startswith("prof") else "Dr."
    if (doctor or not name.first) and name.last:
        return f"{title if doctor else name.title} {name.last}".strip()
    return name.first or whole

"""Readiness: six points that make a first contact easy (guide, line 8)."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

_BROAD = frozenset(
    """
    a about after all also an and around at by for from her his i in into is my of on or our own the their them they
    through to with work who whose
    adult adults child children client clients couple couples families family folks individual individuals kid
    kids man men parent parents patient patients people person student students teen teenager teenagers teens woman
    women young youth
    abuse anger anxiety anxious balance behavior burnout care challenges change changes chronic concerns counseling
    coping depressed depression development difficult difficulties difficulty disorders emotional esteem feelings
    general grief growth health illness issues life living loss mental mood personal problems psychology psychotherapy
    relationship relationships self sleep social stress stressed struggles struggling support supporting therapy
    transitions trauma wellbeing wellness
    facing dealing experiencing feeling having healing helping managing overcoming navigating
    """.split()  # noqa: SIM905 - a page of words reads better without quotes
)
"""Words that fit nearly every practice. A niche made only of these suggests nobody in particular."""

_WAYS = re.compile(
    r"\b(call|phone|ring|text|e-?mail|mail|write|message|fax|form|website|portal|online|link|book|calendar)",
    re.IGNORECASE,
)
_SITE = re.compile(r"(https?://)?[^\s/@]+\.[^\s/@.]{2,}(/\S*)?")


class Point(NamedTuple):
    """One of the six points.

    Attributes:
        name: the item to have ready.
        found: the current state in Practice.md, in words.
        advice: possible improvements, one sentence each.
    """

    name: str
    ready: bool
    found: str
    advice: tuple[str, ...] = ()


def too_general(niche: str) -> bool:
    """Whether a niche fits nearly everybody: "adults with anxiety" does, "adults overcoming panic disorder" doesn't."""
    return not [word for word in re.findall(r"[^\W\d_]+", niche.casefold()) if word not in _BROAD]


def readiness(
    practice: Mapping[str, str], niches: Sequence[str], *, hints: Mapping[str, str], files: Mapping[str, bool]
) -> list[Point]:
    """The six points of guide line 8, in its order.

    Args:
        practice: properties as text.
        niches: names of the practice's niches.
        hints: by niche, its note's advice on how to make it specific.
        files: for `card` and `summary`, if given, whether the file exists.
    """
    return [
        _who(practice),
        _niche(niches, hints),
        _client(practice.get("ideal_client", "")),
        _way(practice),
        _site(practice.get("website", "")),
        _paper(practice, files),
    ]


def _who(practice: Mapping[str, str]) -> Point:
    keys = ("name", "credentials", "practice_name")
    missing = [key for key in keys if not practice.get(key)]
    advice = [f"Write {' and '.join(missing)}, as it should appear under a letter."] if missing else []
    return Point("who you are", not missing, ", ".join(practice[k] for k in keys if practice.get(k)), tuple(advice))


def _niche(niches: Sequence[str], hints: Mapping[str, str]) -> Point:
    broad = [niche for niche in niches if too_general(niche)]
    if not niches:
        advice = ['Link one in niches, as specific as "adults overcoming panic disorder with exposure therapy".']
    else:
        advice = [
            f'"{niche}" is too general to bring anybody to mind. '
            + (hints.get(niche) or "Name who it is, the difficulty and how you work with it.")
            for niche in broad
        ]
    return Point("a specific niche", len(broad) < len(niches), ", ".join(niches), tuple(advice))


def _client(text: str) -> Point:
    advice: tuple[str, ...] = ()
    if not text:
        advice = ('Write ideal_client so that it finishes the sentence "I work with ...".',)
    elif too_general(text):
        advice = (f'"{text}" could be anybody. Say when and with what they come to you.',)
    return Point("the ideal client", not advice, text, advice)


def _way(practice: Mapping[str, str]) -> Point:
    text = practice.get("how_to_refer", "")
    advice: list[str] = []
    if not text:
        advice.append('Write how_to_refer so that it finishes the sentence "The easiest way to refer is ...".')
    elif not _WAYS.search(text):
        advice.append("Say in how_to_refer which way to use: a call, a secure message, a form. Name one, the best.")
    if not practice.get("phone") and not practice.get("email"):
        advice.append("Write phone or email, so that people can use it.")
    return Point("how to refer", not advice, text, tuple(advice))


def _site(text: str) -> Point:
    advice: tuple[str, ...] = ()
    if not text:
        advice = ("Write website: the page that explains your services, and that a colleague should read first.",)
    elif not _SITE.fullmatch(text):
        advice = (f'"{text}" is not the address of a page. Write it as https://example.com.',)
    return Point("a website that explains the services", not advice, text, advice)


def _paper(practice: Mapping[str, str], files: Mapping[str, bool]) -> Point:
    written = [key for key in ("card", "summary") if practice.get(key)]
    gone = [key for key in written if not files.get(key)]
    advice = [f"{key}: there is no file {practice[key]}. Fix the path, or make it with: rounds card" for key in gone]
    if not written:
        advice.append("Make both with: rounds card. Then write the path of one in card or summary.")
    return Point(
        "a digital card or a one-page summary",
        len(gone) < len(written),
        ", ".join(practice[key] for key in written),
        tuple(advice),
    )

"""What the words of a planned meeting say about it: `at Heart for 45 min, travel 20 min` (vault format, Follow-up)."""

import re

from rounds.domain.log_followups import MEETINGS
from rounds.domain.patterns import Pattern
from rounds.errors import UsageError

LONGEST = 24 * 60
"""Minutes; a longer time isn't taken for that of a meeting."""

_MINUTES = r"(\d{1,4}) ?(?:minutes?|mins?|m)"
_HOURS = rf"(\d{{1,2}}(?:\.\d{{1,2}})?) ?(?:hours?|hrs?|h)(?: ?(?:and )?{_MINUTES})?"
_AMOUNT = rf"(?:{_MINUTES}|{_HOURS}|half an hour|an hour(?: and a half)?)"
_ENDS = r"(?=$|[,;.)(]| (?:at|with|about|and)\b)"
_LENGTH = Pattern(rf"\bfor (?P<amount>{_AMOUNT}){_ENDS}", re.IGNORECASE)
_TRAVEL = Pattern(rf"(?:^|[,;(.] ?)(?:travel (?P<after>{_AMOUNT})|(?P<before>{_AMOUNT}) travel){_ENDS}", re.IGNORECASE)
_WHOLE = Pattern(_AMOUNT, re.IGNORECASE)
_ALONE = Pattern(r"\d{1,4}")
_AT = Pattern(r"(?:with (?:(?! at )[^,;])+ )?at (?P<place>[^,;(]+)", re.IGNORECASE)
_PLACE_ENDS = Pattern(rf"\.(?= |$)| [-–] | with | for {_AMOUNT}{_ENDS}", re.IGNORECASE)
_HOUR = Pattern(r"noon|midday|\d{1,2}(?::\d\d)?(?: ?[ap]\.?m\.?)?", re.IGNORECASE)
_ONLINE = Pattern(r"://|\b(?:zoom|teams|google meet|facetime|skype|webex|whatsapp|online|video|phone)\b", re.IGNORECASE)


def minutes_of(text: str) -> int | None:
    """A length of time in minutes: `20m`, `45 min`, `1.5 h`, `1 h 30 min`, `an hour`; a number alone is minutes.

    Returns:
        None if it isn't one, or is longer than a day.
    """
    words = _one_line(text)
    if _ALONE.fullmatch(words):
        return _within(float(words))
    return _read(words) if _WHOLE.fullmatch(words) else None


def length_of(text: str) -> int:
    """Minutes that a follow-up's words give it, as in `for 45 min`; 0 for none."""
    found = _LENGTH.search(_one_line(text))
    return (_read(found["amount"]) or 0) if found else 0


def travel_of(text: str) -> int | None:
    """Minutes of travel before it that a follow-up's words name: `travel 20 min`; None if they name none."""
    found = _TRAVEL.search(_one_line(text))
    return _read(found["after"] or found["before"]) if found else None


def place_of(text: str, kind: str) -> str:
    """Where a meeting is, if its words begin with `at PLACE` or `with NAME at PLACE`; empty for none.

    The place ends at a comma, a bracket or a sentence's end, at `with`, and at a length of time.
    """
    found = _AT.match(_one_line(text)) if kind in MEETINGS else None
    if found is None:
        return ""
    end = _PLACE_ENDS.search(found["place"])
    place = found["place"][: end.start() if end else None].strip()
    return "" if _HOUR.fullmatch(place) else place


def is_online(place: str, kind: str) -> bool:
    """Whether nobody travels there."""
    return kind in {"zoom", "video"} or _ONLINE.search(place) is not None


def planned_words(text: str, place: str, length: str, travel: str, *, kind: str, timed: bool) -> str:
    """The words of a new follow-up that also say where it is, how long it takes and how long the travel takes.

    Args:
        place: empty for none.
        length, travel: as for `minutes_of`; empty for none.
        kind: its kind of touch.
        timed: whether it has a time of day.

    Raises:
        UsageError: they don't fit it, or would be read back as something else.
    """
    place, lasts, leaves = _one_line(place), _typed(length), _typed(travel)
    if place and kind.strip().lower() not in MEETINGS:
        raise UsageError("only a meeting has a place", hint="Give it a kind, such as coffee, meeting, visit or event.")
    if not timed and (lasts, leaves) != (None, None):
        raise UsageError("a length or a travel time needs a time of day", hint="Add it to the day, such as tue 12:30.")
    during = f"for {lasts} min" if lasts else ""
    parts = [f"at {place} {during}", text] if place else [f"{text} {during}"]
    parts.append(f"travel {leaves} min" if leaves is not None else "")
    words = ", ".join(filter(None, map(_one_line, parts)))
    if (lasts or length_of(words), leaves) != (length_of(words), travel_of(words) if leaves is not None else None):
        raise UsageError(f'"{words}" has two lengths or two travel times', hint="Leave one of them out.")
    return words


def _typed(text: str) -> int | None:
    if not text.strip():
        return None
    minutes = minutes_of(text)
    if minutes is None:
        raise UsageError(
            f"{text} can't be read as a length of time", hint="Write it like 45 min or 1.5 h, up to a day."
        )
    return minutes


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _read(amount: str) -> int | None:
    words = amount.lower()
    if words.startswith(("half", "an")):
        return {"half an hour": 30, "an hour": 60}.get(words, 90)
    minutes, hours, more = _WHOLE.fullmatch(words).groups()  # type: ignore[union-attr]  # it matched already
    return _within(int(minutes or more or 0) + 60 * float(hours or 0))


def _within(minutes: float) -> int | None:
    return round(minutes) if minutes <= LONGEST else None

"""Task line reader: Obsidian Tasks emoji fields, Dataview fields, plain `by DATE`. For changes see `task_edits`."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, time
from functools import lru_cache

from rounds.domain.log_followups import FollowUp, Status
from rounds.domain.patterns import Pattern
from rounds.domain.recurrence import parse_repeat
from rounds.errors import Level, Problem

TASK = re.compile(r"(?P<lead>[ \t>]*(?:[-*+]|\d+[.)])[ \t]+)\[(?P<box>[^\]\n])\][ \t]+(?P<text>.*)")
DAY = r"(\d{4}-\d{2}-\d{2})"
_USUAL = re.compile(
    rf"- \[([ x])\] (?:([a-z]+): )?([A-Za-z][\w ,;.'/-]*) 📅 {DAY}(?: ✅ {DAY})?(?: \^([A-Za-z0-9-]+))?$"
)
EMOJI_FIELD = re.compile(
    r"(?:([📅📆🗓⏳⌛🛫✅❌➕])\ufe0f?[ \t]*" + DAY + r"|🔁\ufe0f?[ \t]*+"
    r"([A-Za-z0-9,!](?:[A-Za-z0-9, !]*[A-Za-z0-9,!])?|(?<=[ \t]))"
    r"|[🔺⏫🔼🔽⏬]\ufe0f?|🆔\ufe0f?[ \t]*[\w-]+|⛔\ufe0f?[ \t]*[\w-]+(?:[ \t]*,[ \t]*[\w-]+)*"
    r"|🏁\ufe0f?[ \t]*[A-Za-z]+)[ \t]*$"
)
_SHORT = Pattern(r"(?<![ \t])[ \t]*+(?:[📅📆🗓⏳⌛🛫✅❌➕]\ufe0f?|\bby)[ \t]*+(\d{4}-(?:\d-\d\d?|\d\d-\d))[ \t.]*+$")
"""A date field at the end whose month or day lacks a zero: Tasks doesn't read it either."""

_TAG = re.compile(r"#[^\s#]+")
BLOCK = re.compile(r"(?<![ \t])[ \t]++\^([A-Za-z0-9-]++)[ \t]*+$")
FIELD = re.compile(
    r"(?<![ \t])[ \t]*+"
    r"[\[(](due|scheduled|start|completion|cancelled|created|repeat|priority|id|dependsOn|onCompletion)::[ \t]*+"
    r"([^\])\n]{0,300}+)[\])]"
)
_PLAIN = Pattern(r"(?<![ \t])[ \t]++by[ \t]++" + DAY + r"[ \t]*+\.?[ \t]*+$")
TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?=[ \t]|$)[ \t]*")
_KIND = re.compile(r"([^\W\d_][\w-]*):(?=[ \t])[ \t]*")
_EMOJI = re.compile(r"[📅📆🗓⏳⌛🛫✅❌➕🔁🔺⏫🔼🔽⏬🆔⛔🏁]")
_NAMES = {
    "📅": "due", "📆": "due", "🗓": "due", "⏳": "scheduled", "⌛": "scheduled", "🛫": "start", "✅": "completion",
    "❌": "cancelled", "➕": "created",
}  # fmt: skip
_STATUS = {"x": Status.DONE, "X": Status.DONE, "-": Status.CANCELLED}


TaskText = tuple[int, str, str, str | None, str | None, str, str | None, str, str]
"""A follow-up as stored in the index: line, text, status, due, time, kind, done, repeat and block, with valid ISO
dates and `HH:MM`. `repeat` is as written, even if the rule is unknown."""


def parse_task(line: str, number: int) -> FollowUp | None:
    """`scan_task` as a follow-up."""
    found = scan_task(line, number)
    return followup_of(found) if found is not None else None


def followup_of(found: TaskText) -> FollowUp:
    """Convert a scanned task to a follow-up."""
    line, text, status, due, clock, kind, done, repeat, block = found
    return FollowUp(
        text=text,
        status=Status(status),
        due=date.fromisoformat(due) if due is not None else None,
        time=time.fromisoformat(clock) if clock is not None else None,
        kind=kind,
        done=date.fromisoformat(done) if done is not None else None,
        repeat=repeat,
        block=block,
        line=line,
    )


def scan_task(line: str, number: int, *, strict: bool = True) -> TaskText | None:
    """Read a task line, with all dates checked; None for any other line.

    Args:
        line: without its ending.
        number: its 1-based number.
        strict: False to ignore dates that are impossible or lack a zero.

    Raises:
        ValueError: a date is impossible or lacks a zero.
    """
    try:
        return _scanned(line, number, _iso_day)
    except ValueError:
        if strict:
            raise
        return _scanned(line, number, _iso_day_or_empty)


def _iso_day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _iso_day_or_empty(text: str) -> str:
    with suppress(ValueError):
        return _iso_day(text)
    return ""


def usual_task(line: str, number: int, day: Callable[[str], str] = _iso_day) -> TaskText | None:
    """Fast path of `scan_task` for most task lines: a third of the time; None for lines that need the full parser."""
    if (usual := _USUAL.match(line)) is None:
        return None
    box, kind, text, due, done, block = usual.groups()
    status = _STATUS.get(box, Status.OPEN).value
    done = done and day(done)
    return number, text.rstrip(), status, day(due) or None, None, kind or "", done or None, "", block or ""


def _scanned(line: str, number: int, day: Callable[[str], str]) -> TaskText | None:
    if (usual := usual_task(line, number, day)) is not None:
        return usual
    match = TASK.match(line)
    if match is None:
        return None
    _, box, text = match.groups()
    text, dates, repeat, block = _peel(text, day)
    hour = kind = None
    if text[:1].isdigit() and (clock := TIME.match(text)) is not None:
        hour, text = f"{int(clock[1]):02}:{clock[2]}", text[clock.end() :]
    if ":" in text and (named := _KIND.match(text)) is not None:
        kind, text = named[1].lower(), text[named.end() :]
    due = dates.get("due") or dates.get("scheduled") or dates.get("start") or None
    status = _STATUS.get(box, Status.OPEN).value
    return number, text.strip(), status, due, hour, kind or "", dates.get("completion") or None, repeat, block


def _peel(text: str, day: Callable[[str], str]) -> tuple[str, dict[str, str], str, str]:
    """Strip the fields: emoji fields from the end (as in Tasks), Dataview fields anywhere, `by` at the end.

    Of two fields with the same name, the leftmost with a valid date counts, as in Tasks.

    Returns:
        The remaining text, dates by name, repeat and block id.
    """
    dates: dict[str, str] = {}
    repeat = block = ""
    if "^" in text and (found := BLOCK.search(text)) is not None:
        block, text = found[1], text[: found.start()]
    if "::" in text:
        for name, value in FIELD.findall(text):
            if name == "repeat":
                repeat = repeat or value.strip() or f"{name}::"
            elif name not in _NO_DATES:
                found_day = day(value.strip())
                dates[name] = dates.get(name) or found_day
        text = FIELD.sub("", text)
    if not text.isascii():
        text, repeat = _peel_emoji(text, dates, repeat, day)
    plain = _PLAIN.search(text) if "by" in text else None
    if plain is not None and not dates.get("due"):
        dates["due"] = day(plain[1])
        text = text[: plain.start()]
    if "-" in text[-7:] and (short := _SHORT.search(text)) is not None:
        dates.setdefault("due", day(short[1]))
        text = text[: short.start()]
    return text, dates, repeat, block


def _peel_emoji(text: str, dates: dict[str, str], repeat: str, day: Callable[[str], str]) -> tuple[str, str]:
    fields = emoji_fields(text)
    before: dict[str, str] = {}
    rule = ""
    kept, end = "", len(text)
    for field in fields:  # right to left, so that the leftmost wins
        name, given, every = field.groups()
        if given is not None:
            found_day = day(given)
            before[_NAMES[name]] = found_day or before.get(_NAMES[name], "")
        elif every is not None:
            rule = every.strip() or "🔁"
        kept = text[field.end() : end].rstrip() + kept
        end = field.start()
    dates |= {name: found_day for name, found_day in before.items() if not dates.get(name)}
    text = text[:end].rstrip(" \t") + kept if fields else text
    if not rule and (unread := _RULE.search(text)) is not None:
        rule = unread[1].strip() or unread[0]
    return text, repeat or rule


def _tag_start(text: str, start: int, end: int) -> int:
    """Start of the tag at the end of a stretch, with the blanks before it; -1 if there is none."""
    while end > start and text[end - 1] in " \t":
        end -= 1
    at = max(text.rfind(" ", start, end), text.rfind("\t", start, end)) + 1
    if not at or _TAG.fullmatch(text, at, end) is None:
        return -1
    while at > start and text[at - 1] in " \t":
        at -= 1
    return at


def emoji_fields(text: str) -> list[re.Match[str]]:
    """The emoji fields at the end of a text, from right to left, possibly with tags between them.

    No field contains another field's emoji, so the last field starts at the last emoji.
    """
    starts = [match.start() for match in _EMOJI.finditer(text)]
    found = []
    end = len(text)
    while starts:
        field = EMOJI_FIELD.match(text, starts[-1], end)
        if field is not None:
            found.append(field)
            end = starts.pop()
            continue
        tag = _tag_start(text, starts[-1], end)
        if tag < 0:
            break
        end = tag
    return found


@lru_cache(maxsize=8)
def _word(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S){re.escape(text)}(?!\S)[ \t]*")


def without_filter(line: str, task_filter: str) -> str:
    """A task line without this vault's filter text, if that is a separate word."""
    return _word(task_filter).sub("", line) if task_filter else line


def task_mistakes(line: str, task: TaskText) -> Iterator[Problem]:
    """Fields of a task line that Tasks recognizes but can't read.

    Args:
        line: without its ending.
        task: the parsed line.
    """
    number, text, _, _, _, _, _, repeat, _ = task

    def problem(sign: str, message: str, hint: str) -> Problem:
        return Problem(message, number, max(line.find(sign), 0) + 1, hint, Level.WARNING)

    if repeat and parse_repeat(repeat) is None:
        sign = "🔁" if "🔁" in line else "repeat::"
        rule = repeat not in ("🔁", "repeat::")
        said = f'"{repeat}" is not a rule that is known' if rule else "the rule is missing"
        yield problem(sign, f"{said}, so the next one can't be written when this is done", REPEATS)
    for sign, given in _UNREAD.findall(text):
        if given:
            yield problem(sign, f"the date after {sign} is not read, since other words follow it", _AT_END)
        elif sign in _SIGNS_OF_DAYS:
            yield problem(sign, f"no date follows {sign}", "Write it as YEAR-MONTH-DAY, such as 2026-12-01.")
    if text[-2:].strip("\ufe0f ")[-1:] in _NEED_MORE:
        yield problem(text.strip("\ufe0f ")[-1], "nothing follows this sign", "Write what it needs, or take it out.")
    for sign, value, known in _choices(line):
        if value.strip().lower() not in known:
            yield problem(sign, f'"{value.strip()}" is not one of its values', f"Known: {', '.join(known)}.")


def _choices(line: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The fields of a line with a fixed set of values: start, value, valid values."""
    for name, value in FIELD.findall(line) if "::" in line else ():
        if name in _KNOWN:
            yield f"{name}::", value, _KNOWN[name]
    for field in emoji_fields(BLOCK.sub("", line)) if "🏁" in line else ():
        if field[0][0] == "🏁":
            yield "🏁", field[0].strip("🏁\ufe0f \t"), _KNOWN["onCompletion"]


REPEATS = 'Write it as "every 2 weeks", "every weekday" or "every month on the last Friday".'
_AT_END = "Move it to the end of the line."
_NO_DATES = frozenset({"priority", "id", "dependsOn", "onCompletion"})
_KNOWN = {"priority": ("highest", "high", "medium", "low", "lowest"), "onCompletion": ("keep", "delete")}
_RULE = Pattern(r"🔁\ufe0f?[ \t]*(every\b.*|$)", re.IGNORECASE)
"""A rule that isn't at the end, or is invalid; the sign before other words is decoration."""

_UNREAD = re.compile(r"([📅📆🗓⏳⌛🛫✅❌➕])\ufe0f?[ \t]*(\d{4}-\d\d-\d\d)?")
_SIGNS_OF_DAYS = "📅📆🗓⏳⌛🛫"
_NEED_MORE = frozenset("🆔⛔🏁")

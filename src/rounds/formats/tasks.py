"""Task lines, read and rewritten: Obsidian Tasks emoji fields, Dataview fields, or plain `by DATE`.

A rewritten line keeps its own form and every byte that the change does not concern (vault format, Partner).
"""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, time

from rounds.domain.followup import FollowUp, Recurrence, Status
from rounds.domain.interval import parse_interval

TASK = re.compile(r"(?P<lead>[ \t>]*(?:[-*+]|\d+[.)])[ \t]+)\[(?P<box>[^\]\n])\][ \t]+(?P<text>.*)")
_DAY = r"(\d{4}-\d{2}-\d{2})"
_MEANT = r"(\d{4}-\d\d?-\d\d?)"
"""A day, or what was meant as one: what another day takes the place of."""

_USUAL = re.compile(
    rf"- \[([ x])\] (?:([a-z]+): )?([A-Za-z][\w ,;.'/-]*) 📅 {_DAY}(?: ✅ {_DAY})?(?: \^([A-Za-z0-9-]+))?$"
)
_EMOJI_FIELD = re.compile(
    r"(?:([📅📆🗓⏳⌛🛫✅❌➕])\ufe0f?[ \t]*" + _DAY + r"|🔁\ufe0f?[ \t]*([A-Za-z0-9, ]+?)"
    r"|[🔺⏫🔼🔽⏬]\ufe0f?|[🆔⛔]\ufe0f?[ \t]*[\w,-]+|🏁\ufe0f?[ \t]*\w+)[ \t]*$"
)
_SHORT = re.compile(r"[ \t]*(?:[📅📆🗓⏳⌛🛫✅❌➕]\ufe0f?|\bby)[ \t]*(\d{4}-(?:\d-\d\d?|\d\d-\d))[ \t.]*$")
"""A date field at the end whose month or day lacks its zero: Tasks does not read it either."""

_TAG = re.compile(r"[ \t]+#[^\s#]+[ \t]*$")
_BLOCK = re.compile(r"[ \t]+\^([A-Za-z0-9-]+)[ \t]*$")
_FIELD = re.compile(r"[ \t]*[\[(](due|scheduled|start|completion|cancelled|created|repeat)::[ \t]*([^\])\n]*)[\])]")
_DUE = r"[\[(]due::[ \t]*(\d{4}-\d\d?-\d\d?|[^\W\d_]*)[ \t]*[\])]"
"""Such a field with a day in it or one word, meant as a day; one that says more is the user's text, and stays."""

_PLAIN = re.compile(r"[ \t]+by[ \t]+" + _DAY + r"[ \t]*\.?[ \t]*$")
_TICKED = re.compile(r"[ \t]*(?:✅\ufe0f?[ \t]*" + _DAY + r"|[\[(]completion::[ \t]*" + _DAY + r"[ \t]*[\])])")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?=[ \t]|$)[ \t]*")
_KIND = re.compile(r"([^\W\d_][\w-]*):(?=[ \t])[ \t]*")
_REPEAT = re.compile(r"every[ \t]+(.+?)([ \t]+when[ \t]+done)?$")
_EMOJI = re.compile(r"[📅📆🗓⏳⌛🛫✅❌➕🔁🔺⏫🔼🔽⏬🆔⛔🏁]")
_NAMES = {
    "📅": "due", "📆": "due", "🗓": "due", "⏳": "scheduled", "⌛": "scheduled", "🛫": "start", "✅": "completion",
    "❌": "cancelled", "➕": "created",
}  # fmt: skip
_STATUS = {"x": Status.DONE, "X": Status.DONE, "-": Status.CANCELLED}


TaskText = tuple[int, str, str, str | None, str | None, str, str | None, str, str]
"""Line, text, status, due, time, kind, done, repeat and block, with (valid) ISO dates and `HH:MM`: a follow-up as the
index stores it. `repeat` is as written and empty where we don't know how to repeat it."""


def parse_task(line: str, number: int) -> FollowUp | None:
    """Read one task line.

    Args:
        line: without its ending.
        number: its 1-based line in the file.

    Returns:
        The follow-up, or None where the line is no task.

    Raises:
        ValueError: a date of the line does not exist or lacks a zero.
    """
    found = scan_task(line, number)
    return followup_of(found) if found is not None else None


def followup_of(found: TaskText) -> FollowUp:
    """A scanned task as the rules use it."""
    line, text, status, due, clock, kind, done, repeat, block = found
    return FollowUp(
        text=text,
        status=Status(status),
        due=date.fromisoformat(due) if due is not None else None,
        time=time.fromisoformat(clock) if clock is not None else None,
        kind=kind,
        done=date.fromisoformat(done) if done is not None else None,
        recurrence=parse_repeat(repeat) if repeat else None,
        block=block,
        line=line,
    )


def scan_task(line: str, number: int, *, strict: bool = True) -> TaskText | None:
    """Read one task line as `parse_task` does, all dates checked, but leave it in text.

    Args:
        strict: False to take a date that does not exist or lacks a zero for none.

    Raises:
        ValueError: as in `parse_task`.
    """
    try:
        return _scanned(line, number, _day)
    except ValueError:
        if strict:
            raise
        return _scanned(line, number, _possible)


def _scanned(line: str, number: int, day: Callable[[str], str]) -> TaskText | None:
    if (usual := _USUAL.match(line)) is not None:  # read in a third of the time
        box, kind, text, due, done, block = usual.groups()
        status = _STATUS.get(box, Status.OPEN).value
        done = done and day(done)
        return number, text.rstrip(), status, day(due) or None, None, kind or "", done or None, "", block or ""
    match = TASK.match(line)
    if match is None:
        return None
    _, box, text = match.groups()
    text, dates, repeat, block = _peel(text, day)
    hour = kind = None
    if text[:1].isdigit() and (clock := _TIME.match(text)) is not None:
        hour, text = f"{int(clock[1]):02}:{clock[2]}", text[clock.end() :]
    if ":" in text and (named := _KIND.match(text)) is not None:
        kind, text = named[1].lower(), text[named.end() :]
    due = dates.get("due") or dates.get("scheduled") or dates.get("start") or None
    repeat = repeat if repeat and parse_repeat(repeat) is not None else ""
    status = _STATUS.get(box, Status.OPEN).value
    return number, text.strip(), status, due, hour, kind or "", dates.get("completion") or None, repeat, block


def parse_repeat(text: str) -> Recurrence | None:
    """Read `every 3 months` or `every year when done`; None for what we don't know how to repeat."""
    match = _REPEAT.match(text.strip().lower())
    every = parse_interval(match[1]) if match is not None else None
    return Recurrence(every, when_done=match[2] is not None) if match is not None and every is not None else None


def _peel(text: str, day: Callable[[str], str]) -> tuple[str, dict[str, str], str, str]:
    """Take the fields off: emoji ones from the end (as Tasks does), Dataview ones anywhere, `by` at the end.

    Of two of one name the first that is read counts, where it has a day that can be.

    Returns:
        The text that is left, dates by name, repeat and block id.
    """
    dates: dict[str, str] = {}
    repeat = block = ""
    if "^" in text and (found := _BLOCK.search(text)) is not None:
        block, text = found[1], text[: found.start()]
    if "::" in text:
        for name, value in _FIELD.findall(text):
            if name == "repeat":
                repeat = value
            else:
                found_day = day(value.strip())
                dates[name] = dates.get(name) or found_day
        text = _FIELD.sub("", text)
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


def _day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _possible(text: str) -> str:
    with suppress(ValueError):
        return _day(text)
    return ""


def _peel_emoji(text: str, dates: dict[str, str], repeat: str, day: Callable[[str], str]) -> tuple[str, str]:
    """No field holds another's emoji, so the one at the end begins at the last emoji."""
    starts = [match.start() for match in _EMOJI.finditer(text)]
    tags = ""
    while starts:
        found = _EMOJI_FIELD.match(text, starts[-1])
        if found is not None:
            name, given, every = found.groups()
            if given is not None:
                found_day = day(given)
                dates[_NAMES[name]] = dates.get(_NAMES[name]) or found_day
            elif every is not None:
                repeat = repeat or every
            text = text[: starts.pop()].rstrip(" \t")
            continue
        tag = _TAG.search(text)
        if tag is None:
            break
        tags = text[tag.start() :].rstrip() + tags
        text = text[: tag.start()]
        starts = [start for start in starts if start < len(text)]
    return text + tags, repeat


def render_task(followup: FollowUp, *, dataview: bool = False) -> str:
    """A new task line in the emoji form, or in Dataview's where the note already uses that."""
    parts = ["- [ ]"]
    if followup.time is not None:
        parts.append(f"{followup.time:%H:%M}")
    if followup.kind:
        parts.append(f"{followup.kind}:")
    parts.append(followup.text)
    if followup.due is not None:
        parts.append(f"[due:: {followup.due}]" if dataview else f"📅 {followup.due}")
    if followup.block:
        parts.append(f"^{followup.block}")
    return " ".join(part for part in parts if part)


def tick(line: str, today: date, *, block: str = "") -> list[str]:
    """A task line ticked off.

    Args:
        line: without its ending.
        today: written as the day it was done.
        block: block id for the next one, where the line repeats and has an id of its own.

    Returns:
        The ticked line; where it repeats, the next one stands above it, as Tasks does.
    """
    match = TASK.match(line)
    found = scan_task(line, 0, strict=False)
    followup = followup_of(found) if found is not None else None
    if match is None or followup is None or followup.status is not Status.OPEN:
        return [line]
    box = match.start("box")
    ticked = _with_field(line[:box] + "x" + line[box + 1 :], "completion", "✅", today)
    if followup.recurrence is None:
        return [ticked]
    return [_following(line, followup, today, block), ticked]


def _following(line: str, followup: FollowUp, today: date, block: str) -> str:
    """The next one of a repeating line: all its dates move by as much as the one that counts."""
    assert followup.recurrence is not None
    upcoming = followup.recurrence.next(followup.due, today)
    moved = _BLOCK.sub(f" ^{block}" if block else "", line)
    if followup.due is None:
        return move(moved, upcoming)
    delta = upcoming - followup.due
    start = TASK.match(line).start("text")  # type: ignore[union-attr]  # tick() has matched it
    return moved[:start] + re.sub(
        r"((?:[📅📆🗓⏳⌛🛫]\ufe0f?|(?:due|scheduled|start)::|\bby)[ \t]*)" + _DAY,
        lambda found: found[1] + (str(date.fromisoformat(day) + delta) if (day := _possible(found[2])) else found[2]),
        moved[start:],
    )


def move(line: str, due: date, at: time | None = None) -> str:
    """A task line with another due date, and with `at` another time; only their own characters change, or are added."""
    if at is not None and (task := TASK.match(line)) is not None:
        start = task.start("text")
        clock = _TIME.match(line, start)
        line = f"{line[:start]}{at:%H:%M} {line[clock.end() if clock else start :]}"
    for pattern in (
        rf"[📅📆🗓]\ufe0f?[ \t]*{_MEANT}",
        _DUE,
        rf"[ \t]by[ \t]+{_MEANT}",
        rf"[⏳⌛]\ufe0f?[ \t]*{_MEANT}",
        rf"[🛫]\ufe0f?[ \t]*{_MEANT}",
    ):
        found = list(re.finditer(pattern, line))
        if found:
            return line[: found[-1].start(1)] + str(due) + line[found[-1].end(1) :]
    return _with_field(line, "due", "📅", due)


def cancel(line: str, today: date) -> str:
    """A task line given up: `[-]` and the day."""
    match = TASK.match(line)
    if match is None:
        return line
    box = match.start("box")
    return _with_field(line[:box] + "-" + line[box + 1 :], "cancelled", "❌", today)


def reopen(line: str) -> str:
    """A ticked line as it was before: open, without the day on which it was done."""
    match = TASK.match(line)
    if match is None:
        return line
    box = match.start("box")
    return _TICKED.sub("", line[:box] + " " + line[box + 1 :])


def _with_field(line: str, name: str, emoji: str, day: date) -> str:
    """Put a field at the end, in the line's own form, but before a block id, which must stay last."""
    found = _BLOCK.search(line)
    end = found.start() if found is not None else len(line.rstrip())
    mark = f"[{name}:: {day}]" if _FIELD.search(line) else f"{emoji} {day}"
    return f"{line[:end]} {mark}{line[end:]}"

"""Task line edits: new, ticked, moved, canceled and reopened tasks.

A changed line keeps its form and all unrelated bytes (vault format, Partner). Nothing is written into a comment: if a
line has one, `seen` is the line with the comment hidden (`markdown.uncommented` of the body).
"""

import re
from datetime import date, time

from rounds.domain.log_followups import FollowUp, Status
from rounds.notes.markdown import HIDDEN, shown, uncommented
from rounds.notes.tasks import BLOCK, DAY, FIELD, TASK, TIME, emoji_fields, followup_of, scan_task

_LOOSE_DATE = r"(\d{4}-\d\d?-\d\d?)"
"""A day, even malformed, that a new date replaces."""

_DUE = re.compile(r"[\[(]due::[ \t]*+(\d{4}-\d\d?-\d\d?|[^\W\d_]*+)[ \t]*+[\])]")
"""Such a field with a day or a single word, meant as a day; one with more text is the user's and stays."""

_BY = re.compile(rf"[ \t]by[ \t]+{_LOOSE_DATE}")
_DATED = [re.compile(rf"[{signs}]\ufe0f?[ \t]*{_LOOSE_DATE}") for signs in ("📅📆🗓", "⏳⌛", "🛫")]
_MOVING = re.compile(rf"((?:[📅📆🗓⏳⌛🛫]\ufe0f?|(?:due|scheduled|start)::|\bby)[ \t]*){DAY}")
_TICKED = re.compile(rf"(?<![ \t])[ \t]*+(?:✅\ufe0f?[ \t]*{DAY}|[\[(]completion::[ \t]*{DAY}[ \t]*[\])])")
_OWN = re.compile(
    r"(?<![ \t])[ \t]*+(?:(?P<sign>🆔|⛔)\ufe0f?[ \t]*+[\w-]++(?:[ \t]*+,[ \t]*+[\w-]++)*+"
    r"|[\[(](?:id|dependsOn)::[^\])\n]{0,300}+[\])])"
)
_MADE = re.compile(rf"(?:➕\ufe0f?|created::)[ \t]*{DAY}")


class _TaskLine:
    """A line and its visible form, changed together."""

    def __init__(self, raw: str, seen: str) -> None:
        self.raw = raw
        self.seen = seen or uncommented(raw)

    def put(self, start: int, end: int, text: str) -> None:
        """Replace a stretch of the line."""
        self.raw = self.raw[:start] + text + self.raw[end:]
        self.seen = self.seen[:start] + text + self.seen[end:]

    def set_box(self, sign: str) -> bool:
        """Replace the sign in the box; False if it is not a task line."""
        task = TASK.match(self.seen)
        if task is not None:
            self.put(task.start("box"), task.end("box"), sign)
        return task is not None

    @property
    def end(self) -> int:
        """End of the line's own text: before a final comment, because that may continue on the next line."""
        return len(self.seen.rstrip(f" \t\r{HIDDEN}"))

    @property
    def block(self) -> re.Match[str] | None:
        """The block id, which stays last."""
        return BLOCK.search(self.seen[: self.end])

    def add(self, name: str, emoji: str, day: date) -> None:
        """Append a field in the line's own form, but before a block id."""
        at = self.block.start() if self.block is not None else self.end
        mark = f"[{name}:: {day}]" if FIELD.search(self.seen) else f"{emoji} {day}"
        self.put(at, at, f" {mark}")

    def fields(self) -> int:
        """Start of the emoji fields at the end."""
        start = TASK.match(self.seen).start("text")  # type: ignore[union-attr]  # it is a task line
        end = self.block.start() if self.block is not None else self.end
        # Comments among the fields are skipped like blanks.
        found = emoji_fields(self.seen[start:end].replace(HIDDEN, " "))
        return start + found[-1].start() if found else end


def render_task(followup: FollowUp, *, dataview: bool = False, task_filter: str = "") -> str:
    """A new task line in the emoji form, or in Dataview form if the note already uses that.

    Args:
        task_filter: text that marks a task line in this vault (`[tasks] filter`); empty for none.
    """
    parts = ["- [ ]", task_filter]
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


def tick(line: str, today: date, *, block: str = "", seen: str = "") -> list[str]:
    """Tick off a task line.

    Args:
        line: without its ending.
        today: written as the done date.
        block: block id for the next line, if the line repeats and has an id.

    Returns:
        The ticked line; if it repeats, with the next one above it, as in Tasks.

    Raises:
        ValueError: the repeat rule is unknown; the argument is the rule.
        OverflowError: there is no next date, or it is too far away.
    """
    edit = _TaskLine(line, seen)
    found = scan_task(shown(edit.seen), 0, strict=False)
    followup = followup_of(found) if found is not None else None
    if followup is None or followup.status is not Status.OPEN or TASK.match(edit.seen) is None:
        return [line]
    if followup.repeat and followup.recurrence is None:
        raise ValueError(followup.repeat)
    following = [_following(line, edit.seen, followup, today, block)] if followup.recurrence else []
    edit.set_box("x")
    edit.add("completion", "✅", today)
    return [*following, edit.raw]


def _following(line: str, seen: str, followup: FollowUp, today: date, block: str) -> str:
    """The next line of a repeating task: all its dates move by the same distance as the effective one.

    As in Tasks, it has no id and no dependencies, and a created date becomes today.
    """
    assert followup.recurrence is not None
    upcoming = followup.recurrence.next(followup.due, today)
    edit = _TaskLine(line, seen)
    if uncommented(line) != seen:  # its last comment ends on a later line, and stays with the ticked line
        edit.put(edit.end, len(line), "")
    if (old := edit.block) is not None:
        edit.put(old.start(), old.end(), f" ^{block}" if block else "")
    start = edit.fields()
    for own in reversed([*_OWN.finditer(edit.seen)]):
        if own["sign"] is None or own.start("sign") >= start:
            edit.put(own.start(), own.end(), "")
    for made in reversed([*_MADE.finditer(edit.seen)]):
        edit.put(made.start(1), made.end(1), str(today))
    if followup.due is None:
        return move(edit.raw, upcoming, seen=edit.seen)
    delta = upcoming - followup.due
    text = TASK.match(edit.seen).start("text")  # type: ignore[union-attr]  # tick() has matched it
    for dated in reversed([*_MOVING.finditer(edit.seen, text)]):
        if (day := _valid_date(dated[2])) is not None:
            edit.put(dated.start(2), dated.end(2), str(day + delta))
    return edit.raw


def _valid_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def move(line: str, due: date, at: time | None = None, *, task_filter: str = "", seen: str = "") -> str:
    """A task line with another due date, and with `at` another time; only those characters change or are added."""
    edit = _TaskLine(line, seen)
    task = TASK.match(edit.seen)
    if task is None:
        return line
    if at is not None:
        start = task.start("text")
        if task_filter and (own := re.match(rf"{re.escape(task_filter)}(?!\S)[ \t]*", task["text"])) is not None:
            start += own.end()
        clock = TIME.match(edit.seen, start)
        edit.put(start, clock.end() if clock else start, f"{at:%H:%M} ")
    found = _dated(edit)
    if found is None:
        edit.add("due", "📅", due)
    else:
        edit.put(found.start(1), found.end(1), str(due))
    return edit.raw


def _dated(edit: _TaskLine) -> re.Match[str] | None:
    """The effective date of a task line: due, then scheduled, then start; of two of a kind, the leftmost."""
    start = edit.fields()
    due, scheduled, begin = ([*pattern.finditer(edit.seen)] for pattern in _DATED)
    for found in ([*_DUE.finditer(edit.seen)][:1], due, [*_BY.finditer(edit.seen)][-1:], scheduled, begin):
        for each in found:
            # Before the fields, only a malformed date of one of them (a missing zero) counts.
            malformed = not edit.seen[each.end() : start].strip(f" \t{HIDDEN}")
            if each.re not in _DATED or each.start() >= start or malformed:
                return each
    return None


def cancel(line: str, today: date, *, seen: str = "") -> str:
    """Cancel a task line: `[-]` and the day."""
    edit = _TaskLine(line, seen)
    if edit.set_box("-"):
        edit.add("cancelled", "❌", today)
    return edit.raw


def reopen(line: str, *, seen: str = "") -> str:
    """Reopen a ticked line, without its done date."""
    edit = _TaskLine(line, seen)
    if edit.set_box(" "):
        for ticked in reversed([*_TICKED.finditer(edit.seen)]):
            edit.put(ticked.start(), ticked.end(), "")
    return edit.raw

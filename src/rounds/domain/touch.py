"""Log entries and touches (guide, Vocabulary)."""

import datetime as dt
from typing import NamedTuple

KINDS = (
    "email", "call", "coffee", "meeting", "event", "intro", "referral", "reply", "thanks", "article", "card",
    "gift", "note",
)  # fmt: skip
"""Kinds in the vault format; a log may have others."""

MEETINGS = frozenset({
    "coffee", "meeting", "event", "breakfast", "lunch", "dinner", "tea", "visit", "walk", "zoom", "video", "conference",
    "workshop",
})  # fmt: skip
"""Kinds of meetings, in person, on screen or at an event: a thank-you follows (guide, lines 13, 18).

The first three are in the format, the others are common words for a meeting."""

OUTREACH = frozenset({"email", "call"})
"""Kinds of messages to a partner, which wait for an answer (guide, line 9)."""

SILENT = frozenset({"", "note", "skip", "later", "chosen"})
"""Kinds that don't count as a touch."""


class LogEntry(NamedTuple):
    """A log line, `- DATE kind @who: text`, with its indented continuation lines.

    Attributes:
        date: of the entry.
        kind: lower case; empty if the line has none. `skip` and `later` decline or postpone a rule.
        text: the text after the colon, continuation lines joined by newlines.
        line: 1-based line of the file.
        who: handle of the team member, without `@`.
        rule: the rule of a `skip` or `later`.
        until: the date of a `later`.
    """

    date: dt.date
    kind: str
    text: str
    line: int = 0
    who: str = ""
    rule: str = ""
    until: dt.date | None = None

    @property
    def is_touch(self) -> bool:
        """Whether this entry is an interaction: notes, skips and laters are not (vault format, Partner)."""
        return self.kind not in SILENT

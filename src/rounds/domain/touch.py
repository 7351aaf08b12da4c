"""Log entries, and which of them count as a touch (guide, Vocabulary)."""

import datetime as dt
from typing import NamedTuple

KINDS = (
    "email", "call", "coffee", "meeting", "event", "intro", "referral", "reply", "thanks", "article", "card",
    "gift", "note",
)  # fmt: skip
"""The kinds of the vault format; others are allowed in a log."""

MEETINGS = frozenset({
    "coffee", "meeting", "event", "breakfast", "lunch", "dinner", "tea", "visit", "walk", "zoom", "video", "conference",
    "workshop",
})  # fmt: skip
"""Kinds by which people meet, at a table, a screen or an event: a thank-you is due after them (guide, lines 13, 18).

The first three are the format's own, the others what people call a meeting."""

OUTREACH = frozenset({"email", "call"})
"""Kinds by which a partner is written to, and which wait for an answer (guide, line 9)."""

SILENT = frozenset({"", "note", "skip", "later", "chosen"})
"""Kinds that are no touch."""


class LogEntry(NamedTuple):
    """One line of a log, `- DATE kind @who: text`, with the indented lines that belong to it.

    Attributes:
        date: of the entry.
        kind: lower case; empty where the line names none. `skip` and `later` decline or put off a rule.
        text: what follows the colon, continuation lines joined by newlines.
        line: 1-based line of the file.
        who: handle of the team member, without `@`.
        rule: of a `skip` or `later`, the rule that it is about.
        until: of a `later`, the day until which the rule waits.
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

"""The follow-ups that ask whether a draft was sent: `sent? Nudge`, `made? Call script`."""

import re
from collections.abc import Iterable, Iterator

from rounds.domain.log_followups import MEETINGS, OUTREACH, FollowUp, LogEntry, Status

_QUESTION = re.compile(r"(?:sent|made)\?(?: |$)|asked \[.*\] to introduce us\?$")

_APPROACHES = OUTREACH | {"intro"}
"""Kinds that are alternatives: whoever drafts a call after a mail means one or the other."""


def is_question(followup: FollowUp) -> bool:
    """Whether an open follow-up asks if a draft was sent."""
    open_once = followup.status is Status.OPEN and bool(followup.kind) and not followup.repeat
    return open_once and bool(_QUESTION.match(followup.text))


def replaced_by(followups: Iterable[FollowUp], kind: str, text: str) -> FollowUp | None:
    """The question that a new draft takes the place of: a draft is one thing in the log.

    Articles stand beside each other, and so does a message about a client, which says only `sent?`.

    Args:
        kind, text: of the new draft's question.
    """
    for each in followups:
        alike = each.kind == kind or {each.kind, kind} <= _APPROACHES
        about_client = (" " in each.text) != (" " in text)
        if is_question(each) and alike and not about_client and (kind != "article" or each.text == text):
            return each
    return None


def answered_by(followups: Iterable[FollowUp], entry: LogEntry) -> Iterator[FollowUp]:
    """The questions that a log entry answers: the touch itself, a reply, or a meeting after an approach."""
    for each in followups:
        if not is_question(each) or (each.due is not None and each.due > entry.date):
            continue
        replied = entry.kind == "reply" and each.kind not in {"article", "card"}
        if entry.kind == each.kind or replied or (entry.kind in MEETINGS and each.kind in _APPROACHES):
            yield each

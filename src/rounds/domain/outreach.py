"""Outreach: which message fits a partner now, and whether a draft of it is fit to be sent (guide, lines 9 to 11)."""

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from rounds.domain.compliance_rules import about_client, promises
from rounds.domain.partner import RESTING
from rounds.domain.problem import Level
from rounds.domain.reminders.reminder import Reminder, State
from rounds.domain.settings import DraftSettings

IN_PERSON = "in person"
"""The channel of words to have ready, such as for an event (guide, line 13): nothing of it is sent."""

BLANK = re.compile(r"\[([^\[\]\n]+)\](?!\()")
"""What is filled in each time, in square brackets; `[words](address)` is a link."""

FIRST = "found"
"""The stage of first messages."""

REACHED_BY: Mapping[str, str] = {"email": "email", "phone": "phone", "post": "address"}
"""The property without which a channel leads nowhere."""

_ANSWERS: Mapping[str, tuple[str, str]] = {
    "thanks": ("thanks", "met"),
    "referral-in": ("thanks", "active"),
    "nudge": ("email", "contacted"),
    "check-in": ("email", "active"),
    "article": ("article", "active"),
    "card": ("card", "active"),
}
"""Kind and stage of the message that answers a rule. What an introduction asks for, its reminder says itself."""

_USUAL: Mapping[str, tuple[tuple[str, str], ...]] = {
    "contacted": (("email", "contacted"), ("call", FIRST)),
    "met": (("email", "active"),),
    "active": (("email", "active"),),
    **dict.fromkeys(RESTING, (("email", "active"),)),
}

QUESTIONS: Mapping[str, str] = {
    "partner.connection": 'it completes "I am writing because of ..."',
    "partner.introduced_by": "who could introduce you, or did",
    "practice.ideal_client": 'it completes "I work with ..."',
    "practice.how_to_refer": 'it completes "The easiest way to refer is ..."',
}
"""What helps to answer what a message needs."""

_DURATION = re.compile(r"\b(\d{1,3})(?:\s*(?:to|-|–)\s*(\d{1,3}))?[\s-]*min(?:ute)?s?\b", re.IGNORECASE)
_CASELOAD = re.compile(
    r"\b(grow|fill|build)\w* my (caseload|practice|schedule)\b|\bmore (clients|patients|referrals)\b|"
    r"\bsend me (clients|patients|referrals)\b",
    re.IGNORECASE,
)
_PROMOTION = re.compile(r"\b(discounts?|special offer|sign up|limited time|book now|promo\w*|sale)\b", re.IGNORECASE)


class Message(NamedTuple):
    """A message of the playbook (vault format).

    Attributes:
        kind: the touch that it makes.
        stage: when it fits; empty for always.
        needs: properties of the partner that it can't do without.
    """

    path: str
    name: str
    kind: str = "email"
    channel: str = "email"
    stage: str = ""
    subject: str = ""
    needs: tuple[str, ...] = ()
    about_client: bool = False

    @property
    def is_first(self) -> bool:
        """Whether it is the first that a partner hears of us, with the next step that such a message has."""
        return self.stage == FIRST and self.kind in {"email", "call"}


class Draft(NamedTuple):
    """A message, filled in.

    Attributes:
        to: address of whom it goes to; empty where it is not known.
        name: of whom it goes to.
    """

    message: Message
    to: str
    name: str
    subject: str
    body: str

    @property
    def is_mail(self) -> bool:
        """Whether it may go out as an ordinary mail."""
        return self.message.channel == "email" and not self.message.about_client

    @property
    def blanks(self) -> list[str]:
        """What is still to be filled in, each once. The subject of a message about a client holds nothing of it."""
        text = self.body if self.message.about_client else f"{self.subject}\n{self.body}"
        return [*dict.fromkeys(BLANK.findall(text))]

    def filled(self, answers: Mapping[str, str]) -> "Draft":
        """The draft with what somebody wrote into its blanks. That stays in the draft, and is kept nowhere."""
        body, subject = self.body, self.subject
        for blank, text in answers.items():
            if text:
                body = body.replace(f"[{blank}]", text)
                subject = subject if self.message.about_client else subject.replace(f"[{blank}]", text)
        return self._replace(subject=subject, body=body)


class DraftIssue(NamedTuple):
    """What is to be said about a draft. An error means that it should not go out as it is."""

    level: Level
    message: str


def message_preferences(
    stage: str, known: Collection[str], reminders: Iterable[Reminder], *, asked: bool, today: dt.date
) -> Iterator[tuple[str, str]]:
    """Kinds and stages of messages, the most fitting first: what is due, then what the stage and the channels say.

    A first contact goes by the guide's order (line 9): a warm introduction, a personal email, a call, an event.

    Args:
        stage: of the partner; empty counts as found.
        known: the properties that the partner has.
        reminders: of the partner, the most worthwhile first.
        asked: whether an introduction was asked for already.
    """
    for reminder in reminders:
        if reminder.state(today) not in {State.DUE, State.OVERDUE} or reminder.sets:
            continue
        if reminder.rule in _ANSWERS:
            yield _ANSWERS[reminder.rule]
        elif reminder.rule == "intro":
            yield (reminder.kind, FIRST if reminder.kind == "intro" else "met")
        elif reminder.line and reminder.kind in {"email", "thanks", "call", "intro", "article", "card"}:
            yield (reminder.kind, "active" if reminder.kind in {"article", "card"} else stage or FIRST)
    if stage in _USUAL:
        yield from _USUAL[stage]
        return
    if "introduced_by" in known and not asked:
        yield ("intro", FIRST)
    yield from (("email", FIRST), ("call", FIRST), ("event", FIRST))


def choose(messages: Sequence[Message], wanted: Iterable[tuple[str, str]], known: Collection[str]) -> Message | None:
    """The message that fits best; None where the playbook has none. One about a client is never chosen unasked.

    Of several, one that builds on an introduction comes first, then the one whose needs are met.
    """
    beyond: list[Message] = []
    for kind, stage in wanted:
        fitting = [
            message for message in messages
            if message.kind == kind and message.stage in {stage, ""} and not message.about_client
            and ("introduced_by" not in message.needs or "introduced_by" in known)
        ]  # fmt: skip
        fitting.sort(key=lambda m: _fit(m, known))
        reached = [m for m in fitting if m.kind == "intro" or REACHED_BY.get(m.channel, "name") in {*known, "name"}]
        if reached:
            return reached[0]
        beyond += fitting
    return beyond[0] if beyond else None


def _fit(message: Message, known: Collection[str]) -> tuple[object, ...]:
    unmet = [key for key in message.needs if key not in known]
    return "introduced_by" not in message.needs, len(unmet), -len(message.needs), message.name


def review(
    draft: Draft, limits: DraftSettings, *, personal: Sequence[str], shared: Sequence[str], signature: Mapping[str, str]
) -> list[DraftIssue]:
    """What is to be said about a draft (guide, lines 7, 9 to 11, 21, 24 and 26), what matters most first.

    Args:
        personal: texts that are about this partner alone, such as the connection and who introduced us, and what was
            written into blanks.
        shared: what a specific subject names: the niche, the connection, who introduced us.
        signature: its parts by name, the empty ones too.
    """
    text = f"{draft.subject}\n{draft.body}"
    found = [*_never(draft, text)]
    blanks = [match[1] for match in BLANK.finditer(text)]
    if blanks:
        found.append(DraftIssue(Level.WARNING, f"still to be filled in: {'; '.join(f'[{blank}]' for blank in blanks)}"))
    if draft.message.channel in {"email", "secure"}:
        found += _subject(draft, shared, signature)
        words = len(draft.body.split())
        if words > limits.words:
            found.append(DraftIssue(Level.WARNING, f"it has {words} words; up to {limits.words} are read"))
    if draft.message.channel == "email":
        missing = [name for name, part in signature.items() if not part or part not in draft.body]
        if missing:
            found.append(DraftIssue(Level.WARNING, f"the signature lacks {', '.join(missing)}"))
    if draft.message.is_first or draft.message.stage == "contacted":
        found += _next_step(draft.body, limits)
    if _is_to_be_personal(draft.message) and not blanks and not any(part and part in text for part in personal):
        found.append(DraftIssue(Level.WARNING, "nothing in it is personal, and such mail gets little"))
    return found


def _is_to_be_personal(message: Message) -> bool:
    """Not a short nudge, a script, a request to somebody else, or what is about a client."""
    mailed = message.kind in {"email", "thanks", "article", "card"} and not message.about_client
    return mailed and message.stage != "contacted"


def _never(draft: Draft, text: str) -> Iterator[DraftIssue]:
    """What must not be in a message, and what should not."""
    for words in promises(text):
        yield DraftIssue(Level.ERROR, f'"{words}" reads as a promise for a referral; none is made, either way')
    if not draft.message.about_client and (words := about_client(text)):
        yield DraftIssue(Level.ERROR, f'"{words}" may be about a client, and this is no secure message')
    if more := _CASELOAD.search(text):
        yield DraftIssue(Level.ADVICE, f'"{more[0]}" is about your calendar; what counts is care that works together')
    if draft.message.kind == "article" and (offer := _PROMOTION.search(text)):
        yield DraftIssue(
            Level.ADVICE, f'"{offer[0]}" sounds like an advertisement; an article is shared for its own sake'
        )


def _subject(draft: Draft, shared: Sequence[str], signature: Mapping[str, str]) -> Iterator[DraftIssue]:
    if not draft.subject.strip():
        yield DraftIssue(Level.WARNING, "the subject is empty")
    elif draft.message.is_first:
        name = signature.get("name", "")
        if not name or name not in draft.subject or not any(part and part in draft.subject for part in shared):
            yield DraftIssue(
                Level.WARNING,
                "the subject is not specific; it names you, and your niche or what you two share",
            )


def _next_step(body: str, limits: DraftSettings) -> Iterator[DraftIssue]:
    """One next step: a talk of so many minutes, asked for once."""
    talks = [(int(match[1]), int(match[2] or match[1])) for match in _DURATION.finditer(body)]
    usual = f"{limits.shortest} to {limits.longest} minutes"
    if not talks:
        yield DraftIssue(Level.WARNING, f"the next step is missing: a talk of {usual}, in person or by video")
    elif len(set(talks)) > 1:
        yield DraftIssue(Level.WARNING, "there is more than one next step; one is easier to say yes to")
    elif talks[0][0] < limits.shortest or talks[0][1] > limits.longest:
        yield DraftIssue(Level.WARNING, f"the talk that it asks for is not one of {usual}")


def question(name: str, whom: str) -> str:
    """What is asked where something is missing, such as `Practice.md: how to refer (it completes ...)`.

    Args:
        name: of what is missing, such as `practice.how_to_refer`.
        whom: name of the partner.
    """
    note, _, key = name.partition(".")
    where = {"partner": whom, "practice": "Practice.md"}.get(note, "the role")
    return f"{where}: {key.replace('_', ' ')}" + (f" ({QUESTIONS[name]})" if name in QUESTIONS else "")

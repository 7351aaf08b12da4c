"""Outreach messages: choice of the fitting one, and review of drafts (guide, lines 9 to 11)."""

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from rounds.domain.compliance_rules import about_client, promises
from rounds.domain.guard.guard import Finding
from rounds.domain.guard.known import known_people
from rounds.domain.guard.reading import NOBODY, Known
from rounds.domain.log_followups import OUTREACH
from rounds.domain.partner_referral_release import RESTING
from rounds.domain.reminders.reminder import Reminder, State
from rounds.domain.settings import DraftSettings
from rounds.errors import ClientInDraftError, Level, RoundsError

IN_PERSON = "in person"
"""Channel of prepared words, for example for an event (guide, line 13): nothing is sent."""

BLANK = re.compile(r"\[([^\[\]\n]+)\](?!\()")
"""A blank to fill in each time, in square brackets; `[words](address)` is a link."""

FIRST_STAGE = "found"
"""The stage of first messages."""

REACHED_BY: Mapping[str, tuple[str, ...]] = {"email": ("email",), "phone": ("phone",), "post": ("address", "fax")}
"""The properties of which a channel requires one; a letter can be faxed."""

_ANSWERS: Mapping[str, tuple[str, str]] = {
    "thanks": ("thanks", "met"),
    "referral-in": ("thanks", "active"),
    "feedback": ("thanks", "active"),
    "nudge": ("email", "contacted"),
    "check-in": ("email", "active"),
    "article": ("article", "active"),
    "card": ("card", "active"),
}
"""Kind and stage of the message that answers a rule. An introduction's reminder has its own kind."""

_USUAL: Mapping[str, tuple[tuple[str, str], ...]] = {
    "contacted": (("email", "contacted"), ("call", FIRST_STAGE), ("letter", FIRST_STAGE)),
    "met": (("email", "active"),),
    "active": (("email", "active"),),
    **dict.fromkeys(RESTING, (("email", "active"),)),
}

QUESTIONS: Mapping[str, str] = {
    "partner.connection": "something personal, such as their talk, or that you both see new parents",
    "partner.introduced_by": "who introduced you; for a request, who could",
    "practice.ideal_client": 'it completes "I work with ..."',
    "role.offer": 'what you can take off their desk, said to them: "When ..., I can ..."',
    "practice.how_to_refer": 'it completes "The easiest way to refer is ..."',
}
"""Hints for the questions about missing properties."""

_DURATION = re.compile(r"\b(\d{1,3})(?:\s*(?:to|-|–)\s*(\d{1,3}))?[\s-]*min(?:ute)?s?\b", re.IGNORECASE)
_CASELOAD = re.compile(
    r"\b(grow|fill|build)\w* my (caseload|practice|schedule)\b|\bmore (clients|patients|referrals)\b|"
    r"\bsend me (clients|patients|referrals)\b",
    re.IGNORECASE,
)
_FLATTERY = re.compile(
    r"\byour (?:great|excellent|outstanding|stellar|wonderful|impeccable|amazing) (?:reputation|name|practice)\b|"
    r"\b(?:I am|I'm|we are|we're) (?:the|one of the) (?:best|leading|top|most \w+)\b|"
    r"\b(?:award-winning|world-class|renowned|top-rated|highly (?:regarded|acclaimed)|second to none)\b",
    re.IGNORECASE,
)
_PROMOTION = re.compile(r"\b(discounts?|special offer|sign up|limited time|book now|promo\w*|sale)\b", re.IGNORECASE)


class Message(NamedTuple):
    """A message template of the playbook (vault format).

    Attributes:
        kind: kind of the touch that sending it makes.
        stage: the stage it fits; empty for any.
        needs: required properties of the partner.
        only_by_name: for an occasion that only the user knows of, so it's never proposed.
    """

    path: str
    name: str
    kind: str = "email"
    channel: str = "email"
    stage: str = ""
    subject: str = ""
    needs: tuple[str, ...] = ()
    about_client: bool = False
    only_by_name: bool = False

    @property
    def is_first(self) -> bool:
        """Whether it's a first message to a partner, which must propose a next step."""
        return self.stage == FIRST_STAGE and self.kind in OUTREACH


class Draft(NamedTuple):
    """A filled-in message.

    Attributes:
        to: recipient's address; empty if unknown.
        name: recipient's name.
    """

    message: Message
    to: str
    name: str
    subject: str
    body: str

    @property
    def is_mail(self) -> bool:
        """Whether it may be sent as ordinary mail."""
        return self.message.channel == "email" and not self.message.about_client

    @property
    def blanks(self) -> list[str]:
        """The blanks still to fill in, each once. In a message about a client, those of the subject are left out."""
        text = self.body if self.message.about_client else f"{self.subject}\n{self.body}"
        return [*dict.fromkeys(BLANK.findall(text))]

    def filled(self, answers: Mapping[str, str]) -> "Draft":
        """The draft with answers in its blanks. The answers aren't stored anywhere else."""
        body, subject = self.body, self.subject
        for blank, text in answers.items():
            if text:
                body = body.replace(f"[{blank}]", text)
                subject = subject if self.message.about_client else subject.replace(f"[{blank}]", text)
        return self._replace(subject=subject, body=body)


class DraftIssue(NamedTuple):
    """A finding about a draft. With an error, don't send it."""

    level: Level
    message: str


class ClientIssue(DraftIssue):
    """Words that may be about a client."""

    __slots__ = ()


def prefers_fax(texts: Mapping[str, str]) -> bool:
    """Whether somebody wants referrals by fax, and has a fax number."""
    return bool(texts.get("fax")) and "fax" in texts.get("referral_method", "").lower()


def another_way(name: str, texts: Mapping[str, str]) -> str:
    """How a message reaches somebody without an email address, in words without a period.

    Who prefers fax is not told that an address is missing.

    Args:
        texts: the partner's properties.
    """
    if prefers_fax(texts):
        return f"{name} prefers fax: {texts['fax']}"
    for key, words in (("fax", "the fax is"), ("address", "it can go by post to"), ("phone", "the phone is")):
        if texts.get(key):
            return f"{name} has no email address; {words} {texts[key]}"
    return f"{name} has no email address"


def message_preferences(
    stage: str,
    known: Mapping[str, str],
    reminders: Iterable[Reminder],
    *,
    asked: bool,
    today: dt.date,
    introduced: bool = False,
) -> Iterator[tuple[str, str]]:
    """Kinds and stages of messages, best first: due reminders, then stage and channels.

    A first contact follows the guide's order (line 9): a warm introduction, a personal email, a call, an event.

    Args:
        stage: of the partner; empty counts as found.
        known: the partner's non-empty properties, as text.
        reminders: of the partner, most worthwhile first.
        asked: whether an introduction was already requested.
        introduced: whether the log says that it was made.
    """
    for reminder in reminders:
        if reminder.state(today) not in {State.DUE, State.OVERDUE} or reminder.sets:
            continue
        if reminder.rule in _ANSWERS:
            yield _ANSWERS[reminder.rule]
        elif reminder.rule == "intro":
            yield (reminder.kind, FIRST_STAGE if reminder.kind == "intro" else "met")
        elif reminder.line and reminder.kind in {"email", "thanks", "call", "letter", "intro", "article", "card"}:
            yield (reminder.kind, "active" if reminder.kind in {"article", "card"} else stage or FIRST_STAGE)
    if stage in _USUAL:
        yield from _USUAL[stage]
        return
    if "introduced_by" in known and not asked and not introduced:
        yield ("intro", FIRST_STAGE)
    kinds = ("email", "letter", "call", "event") if prefers_fax(known) else ("email", "call", "letter", "event")
    yield from ((kind, FIRST_STAGE) for kind in kinds)


def choose(
    messages: Sequence[Message], wanted: Iterable[tuple[str, str]], known: Collection[str], *, introduced: bool = False
) -> Message | None:
    """The best message; None if the playbook has none. A message about a client is never chosen automatically.

    Among several, one that builds on an introduction comes first if there was one, then one whose needs are met.
    """
    beyond: list[Message] = []
    for kind, stage in wanted:
        fitting = [
            message for message in messages
            if message.kind == kind and message.stage in {stage, ""}
            and not message.about_client and not message.only_by_name
            and ("introduced_by" not in message.needs or introduced or message.kind == "intro")
        ]  # fmt: skip
        fitting.sort(key=lambda m: _preference(m, known))
        reached = [
            m for m in fitting if m.kind == "intro" or {*REACHED_BY.get(m.channel, ("name",))} & {*known, "name"}
        ]
        if reached:
            return reached[0]
        beyond += fitting
    return beyond[0] if beyond else None


def _preference(message: Message, known: Collection[str]) -> tuple[object, ...]:
    unmet = [key for key in message.needs if key not in known]
    return "introduced_by" not in message.needs, len(unmet), -len(message.needs), message.name


class Background(NamedTuple):
    """What is known about sender and partner, for checking a draft.

    Attributes:
        personal: texts specific to this partner, such as the connection, the introducer, and answers to blanks.
        shared: texts that make a subject specific: niche, connection, introducer.
        signature: its parts by name, including empty ones.
        known: people of the note that it is about, beside the writer and the recipient.
        met: whether the partner has been met, so that the subject needs no introduction.
    """

    personal: Sequence[str] = ()
    shared: Sequence[str] = ()
    signature: Mapping[str, str] = {}
    known: Known = NOBODY
    met: bool = False


def review(
    draft: Draft,
    limits: DraftSettings,
    background: Background,
    *,
    allowed: Callable[[str, Finding], bool] = lambda *_: False,
) -> list[DraftIssue]:
    """Findings about a draft (guide, lines 7, 9 to 11, 21, 24 and 26), most important first.

    Args:
        allowed: whether a finding of client information in a line may stay.
    """
    signature = background.signature
    text = f"{draft.subject}\n{draft.body}"
    writer = {
        "name": signature.get("name"),
        "organization": signature.get("practice_name"),
        "phone": signature.get("phone"),
    }
    known = known_people([writer, {"name": draft.name, "email": draft.to}], around=background.known)
    found = [*_client_issues(draft, text, known, allowed), *_content_issues(draft, text)]
    blanks = [*dict.fromkeys(match[1] for match in BLANK.finditer(text))]
    if blanks:
        found.append(DraftIssue(Level.WARNING, f"still to be filled in: {'; '.join(f'[{blank}]' for blank in blanks)}"))
    if draft.message.channel in {"email", "secure", "post"} and draft.message.kind != "card":
        found += _mail_issues(draft, limits, background)
    if draft.message.is_first or draft.message.stage == "contacted":
        found += _next_step_issues(draft.body, limits)
    if (
        _is_to_be_personal(draft.message)
        and not blanks
        and not any(part and part in text for part in background.personal)
    ):
        found.append(DraftIssue(Level.WARNING, "nothing in it is personal, and generic mail gets little"))
    return found


def _is_to_be_personal(message: Message) -> bool:
    """Whether it needs something personal: not a short nudge, a script, a request to others, or about a client."""
    mailed = message.kind in {"email", "letter", "thanks", "article", "card"} and not message.about_client
    return mailed and message.stage != "contacted"


def _client_issues(
    draft: Draft, text: str, known: Known, allowed: Callable[[str, Finding], bool]
) -> Iterator[DraftIssue]:
    secure = draft.message.about_client
    if words := about_client(text, known, secure=secure, allowed=allowed):
        why = "write the name where you send it, not here" if secure else "this is not a secure message"
        yield ClientIssue(Level.ERROR, f'"{words}" may be about a client, and {why}')


def _content_issues(draft: Draft, text: str) -> Iterator[DraftIssue]:
    """Content that a message must not or should not have."""
    promised = [*promises(text)]
    for words in promised:
        yield DraftIssue(
            Level.ERROR, f'"{words}" reads as a promise for a referral; promise nothing, in either direction'
        )
    if (more := _CASELOAD.search(text)) and not promised:
        yield DraftIssue(Level.ADVICE, f'"{more[0]}" is about your calendar; what counts is care that works together')
    if praise := _FLATTERY.search(text):
        what = f'"{praise[0]}" could be said to anybody; name one thing that they did or that you do'
        yield DraftIssue(Level.ADVICE, what)
    if draft.message.kind == "article" and (offer := _PROMOTION.search(text)):
        what = f'"{offer[0]}" sounds like an advertisement; an article is shared for its own sake'
        yield DraftIssue(Level.ADVICE, what)


def _mail_issues(draft: Draft, limits: DraftSettings, background: Background) -> Iterator[DraftIssue]:
    """The subject, the length, and the signature of an ordinary mail."""
    yield from _subject_issues(draft, background)
    words = len(draft.body.split())
    if words > limits.words:
        yield DraftIssue(Level.WARNING, f"it has {words} words; people read up to {limits.words}")
    missing = [name for name, part in background.signature.items() if not part or part not in draft.body]
    if draft.message.channel == "email" and missing:
        yield DraftIssue(Level.WARNING, f"the signature lacks {', '.join(missing)}")


def _subject_issues(draft: Draft, background: Background) -> Iterator[DraftIssue]:
    """A subject for strangers says who writes, and why (guide, line 10)."""
    if draft.message.channel == "post":
        return
    if not draft.subject.strip():
        yield DraftIssue(Level.WARNING, "the subject is empty")
    elif draft.message.is_first and not background.met:
        name = background.signature.get("name", "")
        specific = any(part and part in draft.subject for part in background.shared)
        if not name or name not in draft.subject or not specific:
            what = "the subject isn't specific; name yourself, and your niche or something you two share"
            yield DraftIssue(Level.WARNING, what)


def _next_step_issues(body: str, limits: DraftSettings) -> Iterator[DraftIssue]:
    """A single next step: one request for a talk of a suitable length."""
    talks = [(int(match[1]), int(match[2] or match[1])) for match in _DURATION.finditer(body)]
    usual = f"{limits.shortest} to {limits.longest} minutes"
    if not talks:
        yield DraftIssue(Level.WARNING, f"the next step is missing: a talk of {usual}, in person or by video")
    elif len(set(talks)) > 1:
        yield DraftIssue(Level.WARNING, "there is more than one next step; one is easier to say yes to")
    elif talks[0][0] < limits.shortest or talks[0][1] > limits.longest:
        yield DraftIssue(Level.WARNING, f"the talk it asks for doesn't take {usual}")


def question(name: str, partner: str) -> str:
    """The question for a missing property such as `practice.how_to_refer`; `partner` is a name."""
    note, _, key = name.partition(".")
    where = {"partner": partner, "practice": "Practice.md"}.get(note, "the role")
    return f"{where}: {key.replace('_', ' ')}" + (f" ({QUESTIONS[name]})" if name in QUESTIONS else "")


def refuse_unfit(remarks: Iterable[DraftIssue], what: str) -> None:
    """Stop a draft with errors.

    Args:
        what: the draft, such as `the draft to Dana Whitlock`.

    Raises:
        RoundsError: a remark is an error; `ClientInDraftError` if it is about a client.
    """
    wrong = [remark for remark in remarks if remark.level is Level.ERROR]
    if wrong:
        kind = ClientInDraftError if any(isinstance(remark, ClientIssue) for remark in wrong) else RoundsError
        raise kind(
            f"{what} isn't ready to send: {'; '.join(remark.message for remark in wrong)}",
            hint="Change the message or the note it comes from. Nothing was copied or written.",
        )

"""Outreach: which message fits, and what is to be said about a draft (guide, lines 7, 9 to 11, 21, 24, 26)."""

from collections.abc import Collection
from datetime import date, timedelta

import pytest

from rounds.domain.draft_review import Background, Draft, Message, choose, message_preferences, review
from rounds.domain.reminders.reminder import Rank, Reminder
from rounds.domain.settings import DraftSettings
from rounds.errors import Level

TODAY = date(2026, 11, 23)
PERSONAL = Message("p", "Personal email", stage="found", needs=("email", "connection"))
INTRODUCED = Message("a", "Personal email after an introduction", stage="found", needs=("email", "introduced_by"))
REQUEST = Message("r", "Request", kind="intro", stage="found", needs=("introduced_by",))
CALL = Message("c", "Call script", kind="call", channel="phone", stage="found", needs=("phone",))
NUDGE = Message("n", "Nudge", stage="contacted", needs=("email",))
CHECK_IN = Message("i", "Check-in", stage="active", needs=("email",))
THANKS = Message("t", "Thank-you", kind="thanks", stage="met", needs=("email",))
THANKS_IN = Message("s", "Thanks for a referral", kind="thanks", stage="active", needs=("email",))
UPDATE = Message("u", "An update", channel="secure", stage="active", about_client=True)
ALL = (PERSONAL, INTRODUCED, REQUEST, CALL, NUDGE, CHECK_IN, THANKS, THANKS_IN, UPDATE)


def chosen(
    stage: str, known: Collection[str], *due: Reminder, asked: bool = False, introduced: bool = False,
    messages: tuple[Message, ...] = ALL,
) -> str:  # fmt: skip
    wanted = message_preferences(stage, dict.fromkeys(known, "x"), due, asked=asked, today=TODAY, introduced=introduced)
    found = choose(messages, wanted, known, introduced=introduced)
    return found.name if found else ""


def due(rule: str, kind: str = "", days: int = 0) -> Reminder:
    return Reminder(rule, "x", "p", "N", "t", TODAY + timedelta(days), Rank.GENTLE, "c", kind=kind)


@pytest.mark.parametrize(
    ("known", "asked", "introduced", "name"),
    [
        ({"introduced_by", "email", "connection", "phone"}, False, False, "Request"),
        ({"introduced_by", "email", "connection", "phone"}, True, False, "Personal email"),
        ({"introduced_by", "email", "connection", "phone"}, False, True, "Personal email after an introduction"),
        ({"email", "phone"}, False, False, "Personal email"),
        ({"phone"}, False, False, "Call script"),
        (set(), False, False, "Personal email"),
    ],
)
def test_the_order_of_channels(known: set[str], name: str, *, asked: bool, introduced: bool) -> None:
    """A warm introduction, then a personal email, then a call, only where there is neither (guide, line 9).

    One that was only asked for is no introduction.
    """
    assert chosen("found", known, asked=asked, introduced=introduced) == name
    assert chosen("", known, asked=asked, introduced=introduced) == name


@pytest.mark.parametrize(
    ("stage", "name"),
    [("contacted", "Nudge"), ("met", "Check-in"), ("active", "Check-in"), ("resting", "Check-in")],
)
def test_the_stage_decides(stage: str, name: str) -> None:
    """Where nothing is due."""
    assert chosen(stage, {"email"}) == name


@pytest.mark.parametrize(
    ("stage", "reminder", "name"),
    [
        ("met", due("thanks", "thanks"), "Thank-you"),
        ("active", due("thanks", "thanks"), "Thank-you"),
        ("active", due("referral-in", "thanks"), "Thanks for a referral"),
        ("found", due("intro", "intro"), "Request"),
        ("active", due("intro", "thanks"), "Thank-you"),
        ("active", due("thanks", "thanks", 2), "Check-in"),
    ],
)
def test_what_is_due_comes_first(stage: str, reminder: Reminder, name: str) -> None:
    """A reminder that is due names the kind; one that is only planned does not."""
    assert chosen(stage, {"email", "introduced_by"}, reminder, asked=True) == name


def test_messages_of_the_users_own() -> None:
    """A message that somebody adds is chosen by its properties like any other; none about a client unasked."""
    own = Message("o", "My hello", stage="found", needs=("email",))
    assert chosen("found", {"email"}, messages=(own, PERSONAL)) == "My hello"
    assert chosen("active", {"email"}, messages=(UPDATE,)) == ""
    assert chosen("contacted", {"email"}, messages=(Message("z", "Any time"),)) == "Any time"


SIGNATURE = {"name": "Kim Doe", "credentials": "LCSW", "practice_name": "Doe Counseling", "website": "doe.example",
             "phone": "503-555-0100"}  # fmt: skip
END = "\n\nKim Doe, LCSW\nDoe Counseling\ndoe.example\n503-555-0100"
GOOD = "I am writing because of your talk. Would you have 15 to 20 minutes for a coffee?" + END
SUBJECT = "Referral Collaboration Inquiry - Kim Doe, Therapist Specializing in Panic"


def said(body: str = GOOD, subject: str = SUBJECT, message: Message = PERSONAL, **limits: int) -> list[str]:
    remarks = review(
        Draft(message, "a@b.example", "Maria", subject, body), DraftSettings(**limits),
        Background(personal=["your talk"], shared=["Panic", "your talk"], signature=SIGNATURE),
    )  # fmt: skip
    return [f"{remark.level}: {remark.message}" for remark in remarks]


def test_a_good_mail() -> None:
    """Personal, one next step, whole signature, specific subject, short: nothing to say."""
    assert said() == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (GOOD.replace("your talk", "my work"), "nothing in it is personal"),
        (GOOD.replace("15 to 20 minutes", "time"), "the next step is missing: a talk of 15 to 20 minutes"),
        (GOOD.replace("15 to 20", "45"), "doesn't take 15 to 20 minutes"),
        (GOOD.replace("a coffee?", "a coffee? Or a 15-minute call?"), "more than one next step"),
        (GOOD.replace("\n503-555-0100", ""), "the signature lacks phone"),
        (GOOD + " word" * 150, "words; people read up to 130"),
        (GOOD.replace("your talk", "[what you two share]"), "still to be filled in: [what you two share]"),
        (GOOD + " I hope to grow my caseload.", "care that works together"),
        (GOOD + " I heard of your great reputation in town.", '"your great reputation" could be said to anybody'),
        (GOOD + " I'm the best therapist for it.", "could be said to anybody"),
    ],
)
def test_what_is_said_about_a_mail(body: str, words: str) -> None:
    """Each check alone; none of these keeps the draft from being made."""
    (remark,) = said(body)
    assert words in remark
    assert not remark.startswith("error")


@pytest.mark.parametrize("subject", ["Hello", "Therapist Specializing in Panic", "Kim Doe", ""])
def test_a_subject_that_is_not_specific(subject: str) -> None:
    """It names who writes, and the niche or what both share (guide, line 10)."""
    assert any("subject" in remark for remark in said(subject=subject))
    assert said(subject="Connecting re: your talk - Kim Doe, Therapist") == []


def test_the_numbers_are_settings() -> None:
    """Length and minutes are those of rounds.toml."""
    assert said(words=5) != []
    assert said(GOOD.replace("15 to 20", "30"), shortest=25, longest=30) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "There is a referral fee of course.", "I pay for each referral.", "I send a gift card with thanks.",
        "You would get 10% of each fee.", "In return for your referrals I send mine.",
        "If you send me families, I will refer mine to you.", "Please send me referrals and I will send you some.",
        "Send me patients, and I'll gladly send some back.", "I write in exchange for your referrals.", "A commission is possible.", "I offer a finder's fee.",
    ],
)  # fmt: skip
def test_no_promise_for_a_referral(sentence: str) -> None:
    """It stops a draft (guide, line 26)."""
    (remark,) = said(GOOD.replace("Would", f"{sentence} Would"))
    assert remark.startswith("error: ")
    assert "promise for a referral" in remark


@pytest.mark.parametrize(
    "sentence",
    [
        "I neither pay nor take referral fees.",
        "Nobody pays me for referrals.",
        "I would thank you for your time.",
        "Thank you for your referral.",
        "Please send me a line, and I will send you my card.",
        "You can send me questions, and I'd refer back to you.",
    ],
)
def test_saying_that_nothing_is_paid(sentence: str) -> None:
    """That may be said."""
    assert said(GOOD.replace("Would", f"{sentence} Would")) == []


@pytest.mark.parametrize(
    "words",
    [
        "about R-7K3QXM",
        "about r-7k3qxm",
        "our client J.K. is well",
        "patient A. B. came",
        "SSN 123-45-6789",
        "born on 2 May",
        "MRN 12345",
    ],
)
def test_no_client_information(words: str) -> None:
    """A message that is not about a client holds none; initials count (45 CFR 164.514(b)(2))."""
    (remark,) = said(GOOD.replace("Would", f"It is {words}. Would"))
    assert remark.startswith("error: ")
    assert "may be about a client" in remark


def test_what_is_no_client_information() -> None:
    """The writer's own number after a word about patients in general."""
    assert said(GOOD.replace("Would", "Patients of yours, or you, reach me at 503-555-0100. Would")) == []


def test_a_message_about_a_client_is_judged_otherwise() -> None:
    """It has a release; what is asked of a first mail is not asked of it."""
    body = "With permission, a short update about J.K." + END
    assert said(body, "Update from Kim Doe", UPDATE) == []


def test_a_nudge_and_an_article() -> None:
    """A nudge need not be personal but has the next step; an article is nothing promotional (guide, line 21)."""
    assert said("Would 15 minutes suit you?" + END, "Re: hello", NUDGE) == []
    assert said("Would it suit you?" + END, "Re: hello", NUDGE) != []
    article = Message("x", "An article", kind="article", stage="active")
    (remark,) = said("After your talk. There is a discount." + END, "An article", article)
    assert "advertisement" in remark
    assert remark.startswith(str(Level.ADVICE))

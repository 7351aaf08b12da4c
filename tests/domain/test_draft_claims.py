"""What a draft says and the notes don't is remarked on, whoever wrote the message."""

import pytest

from rounds.domain.draft_claims import Record, unsupported
from rounds.domain.draft_review import Draft, Message
from rounds.errors import Level

MAIL = Message("m", "Mail", stage="active")
AFTER = Message("a", "After", stage="found", needs=("email", "introduced_by"))
REQUEST = Message("r", "Request", kind="intro", stage="found", needs=("introduced_by",))
LETTER = Message("l", "Letter", kind="referral", channel="secure", about_client=True)


def said(body: str, record: Record, message: Message = MAIL, subject: str = "Hello") -> list[str]:
    found = [*unsupported(Draft(message, "a@b.example", "Ada", subject, body), record)]
    assert {each.level for each in found} <= {Level.WARNING}, "a remark, and the draft is made"
    return [each.message for each in found]


@pytest.mark.parametrize(
    ("subject", "earlier", "remarks"),
    [
        ("Re: Coffee", "", 1),
        ("Re: Coffee", "Tea", 1),
        ("RE: Coffee", "Coffee", 0),
        ("Re: Coffee", "Coffee", 0),
        ("Connecting re: Sam Lee", "", 0),
    ],
)
def test_re_needs_an_earlier_mail_with_that_subject(subject: str, earlier: str, remarks: int) -> None:
    assert len(said("Hi", Record(earlier_subject=earlier), subject=subject)) == remarks


@pytest.mark.parametrize("words", ["It has been a while.", "It's been ages!", "Long time no see"])
def test_it_has_been_a_while_is_true_after_three_months(words: str) -> None:
    assert "you were in touch yesterday" in said(words, Record(days=1))[0]
    assert "you were in touch 90 days ago" in said(words, Record(days=90))[0]
    assert said(words, Record(days=91)) == said(words, Record()) == []


def test_an_introduction_that_was_only_asked_for_is_not_one() -> None:
    assert "doesn't say that the introduction was made" in said("Sam suggested it", Record(), AFTER)[0]
    assert said("Sam suggested it", Record(introduced=True), AFTER) == said("Please", Record(), REQUEST) == []


def test_a_first_mail_beside_an_open_request_is_remarked_on() -> None:
    """Whoever was asked may be about to introduce us."""
    first = Message("f", "First", stage="found")
    asked = "you asked for an introduction 3 days ago, and no answer is in the log yet"
    assert said("Dear Ada", Record(asked_days=3), first) == [asked]
    assert said("Dear Ada", Record(), first) == said("Dear Ada", Record(asked_days=3)) == []


@pytest.mark.parametrize(
    "words", ["Privacy rules keep me from saying", "HIPAA prevents me from it", "privacy laws don't allow it"]
)
def test_the_rules_let_clinicians_talk_about_treatment(words: str) -> None:
    assert "only with written permission" in said(words, Record())[0]
    assert said("My practice is to confirm only with written permission.", Record()) == []


@pytest.mark.parametrize(
    ("line", "scope"),
    [
        ("- Attendance: regular", "attendance"),
        ("Progress: good", "progress"),
        ("- Diagnosis: x", "diagnosis"),
        ("- Reason for referral: x", "treatment plan"),
        ("* Working on: x", "treatment plan"),
        ("- Medication: x", "medication"),
        ("- School: x", "school"),
    ],
)
def test_a_section_needs_its_scope(line: str, scope: str) -> None:
    """Section by section (guide, line 20); a release for other things is read by its owner."""
    other = "school" if scope != "school" else "progress"
    assert f"which covers {other}" in said(line, Record(scope=(other,)), LETTER)[0]
    assert said(line, Record(scope=(scope,)), LETTER) == said(line, Record(scope=("other",)), LETTER) == []
    assert said(line, Record(scope=(other,))) == [], "only in a message about a client"


def test_more_than_one_name_was_given_if_the_referral_says_so() -> None:
    line = "The client was given more than one name."
    assert "options_given" in said(line, Record(options_given=1), LETTER)[0]
    assert said(line, Record(options_given=2), LETTER) == []


@pytest.mark.parametrize(
    ("method", "remarks"),
    [
        ("regular email", 1),
        ("e-mail", 1),
        ("email", 1),
        ("secure email", 0),
        ("encrypted e-mail", 0),
        ("fax", 0),
        ("", 0),
    ],
)
def test_regular_email_is_no_way_for_a_letter_about_a_client(method: str, remarks: int) -> None:
    assert len(said("Dear Ada", Record(referral_method=method), LETTER)) == remarks
    assert said("Dear Ada", Record(referral_method=method)) == []

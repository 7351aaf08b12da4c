"""What stands out as client information, payment or a gift for a referral; and what is said by its side."""

from datetime import date

import pytest

from rounds.domain.compliance_rules import gifts_of_concern, message_of_concern, words_of_concern
from rounds.domain.log_followups import LogEntry
from rounds.errors import Level


def found(text: str) -> list[tuple[str, int, int]]:
    return [(problem.message, problem.line, problem.column) for problem in words_of_concern(text, 1)]


@pytest.mark.parametrize(
    ("line", "what", "column"),
    [
        ("10% per client would be fine", '"10% per client" mentions payment for referrals', 1),
        ("asked for a referral fee", '"referral fee" mentions payment for referrals', 13),
        ("she wants a finder's fee", '"finder\'s fee" mentions payment for referrals', 13),
        ("a reward for each referral", '"reward for each referral" mentions payment for referrals', 3),
        (
            "fine. In return for referrals she sends us hers",
            '"In return for referrals" mentions payment for referrals',
            7,
        ),
        ("a testimonial of a client would help", "this asks a client for a testimonial", 3),
    ],
)
def test_what_stands_out(line: str, what: str, column: int) -> None:
    """With its place; each has the guide's or the law's line and the way to keep it (guide, lines 24 and 26)."""
    assert found(f"fine\n{line}\n") == [(what, 2, column)]
    (problem,) = words_of_concern(line, 1)
    assert "guide, line" in problem.hint
    assert "%% rounds: ok " in problem.hint
    assert problem.level is Level.WARNING


@pytest.mark.parametrize(
    "line",
    [
        "client R-7K3QXM, assessment",
        "phone 503-555-0112, fax 503-555-0113",
        "- 2026-11-20 coffee: sees many patients, CBT and EMDR",
        "clinic open since 2026-01-02",
        "asked whether her patients know about us",
        "patient advocate at OHSU",
        "her fee is 180, sliding scale",
        "records requests by fax, 503-555-0101",
        "a client of hers",
        "thank you for the referral",
        "Nobody pays for referrals, in either direction.",
        "$60 for clients without insurance",
        "Medicaid pays for patients under 18",
    ],
)
def test_what_belongs_into_a_vault_is_left_in_peace(line: str) -> None:
    """A partner's own numbers, random codes, and talk about clients in general."""
    assert found(line) == []


def test_a_place_can_be_accepted() -> None:
    """In its own line, for its own kind."""
    line = "a referral fee, as a joke"
    assert found(f"{line} %% rounds: ok payment %%") == []
    assert found(f"{line} %% rounds: ok payment, he was joking %%") == []
    assert len(found(f"{line} %% rounds: ok phi %%")) == 1
    assert len(found(f"%% rounds: ok payment %%\n{line}")) == 1


DAY = date(2026, 11, 20)


def gifts(text: str, *referrals: date) -> list[tuple[str, Level]]:
    problems = gifts_of_concern([LogEntry(DAY, "gift", text, 7)], referrals)
    return [(problem.message, problem.level) for problem in problems if problem.line == 7]


def test_gifts_that_are_money_and_gifts_near_a_referral() -> None:
    """Guide, line 26: nothing that looks like a quid pro quo."""
    assert gifts("a gift card for the team") == [('a gift that is money: "gift card"', Level.WARNING)]
    assert gifts("tea for the front desk") == []
    near = "a gift within 30 days of the referral of 2026-10-22"
    assert gifts("tea", date(2026, 10, 22)) == [(near, Level.ADVICE)]
    assert gifts("tea", date(2026, 10, 20)) == []
    assert gifts("tea %% rounds: ok gift %%", date(2026, 11, 1)) == []


def test_messages_that_are_generic_or_speak_of_a_client() -> None:
    """Guide, lines 9 and 20."""

    def of(text: str, *, about: bool = False) -> list[tuple[int, str]]:
        return [(p.line, p.message) for p in message_of_concern(text, 5, about_client=about)]

    assert of("Dear colleague,\nwe are open.\n") == [(5, "nothing in this message is personal")]
    assert of("Dear {{ partner.first_name }},\n\nI hope so.\n") == []
    speaks = "Dear {{ partner.first_name }},\n{{ client }} is well.\n"
    assert of(speaks) == [(6, "this message mentions a client")]
    assert of(speaks, about=True) == []
    assert of("Dear colleague %% rounds: ok message %%") == []

"""Whom to contact next, why, and how (guide, lines 5 and 9)."""

from datetime import date

import pytest

from rounds.domain.gaps_introductions_suggestions import Cell, Niche, Person, Role, Suggestion, suggest
from rounds.domain.partner_referral_release import STAGES

SAM = Person(9, "Sam Lee", "Partners/Sam Lee.md", True, date(2026, 11, 1))


def gap(role: str, *, own: bool = True) -> Cell:
    return Cell(Niche("Perinatal", (role,), own), Role(role), dict.fromkeys(STAGES, 0))


def someone(name: str, **facts: object) -> Suggestion:
    return Suggestion(1, name, f"{name}.md")._replace(**facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "channel"),
    [
        ({"introducer": SAM, "has_email": True, "has_phone": True}, "warm introduction"),
        ({"has_email": True, "has_phone": True}, "personal email"),
        ({"has_phone": True}, "short call"),
        ({}, "event"),
    ],
)
def test_the_best_channel_by_the_guides_order(facts: dict[str, object], channel: str) -> None:
    """Line 9: a warm introduction, a personal email, a short call only where there is neither, events."""
    assert someone("Dana", **facts).channel == channel


def test_the_reasons_are_said() -> None:
    """A gap, who could introduce, what is personal, when last tried."""
    dana = someone("Dana", gap=gap("doula"), introducer=SAM, connection="her talk", tried=date(2025, 3, 4))
    assert dana.reasons() == [
        "no doula met yet (Perinatal)", "Sam Lee could introduce you", "something personal: her talk",
        "last tried on 4 Mar 2025",
    ]  # fmt: skip
    assert someone("Ana").reasons() == ["not tried yet"]


def test_the_most_worthwhile_come_first() -> None:
    """A gap of an own niche, then of every practice, then the best channel, who was not tried, what is personal."""
    people = [
        someone("own gap", gap=gap("doula"), has_phone=True), someone("gap", gap=gap("internist", own=False)),
        someone("introduced", introducer=SAM), someone("personal", has_email=True, connection="talk"),
        someone("new", has_email=True), someone("tried", has_email=True, tried=date(2025, 3, 4), connection="x"),
        someone("call", has_phone=True), someone("a"), someone("b"),
    ]  # fmt: skip
    assert [each.name for each in suggest(reversed(people), 99)] == [each.name for each in people]


def test_one_for_each_gap_then_others() -> None:
    """Once somebody stands for a role it is no gap for the next; and no more than are wanted."""
    people = [someone(name, gap=gap("doula"), has_email=True) for name in ("a", "b", "c")]
    people.append(someone("d", gap=gap("midwife")))
    found = suggest(people, 3)
    assert [(each.name, each.gap is not None) for each in found] == [("a", True), ("d", True), ("b", False)]
    assert found[2].reasons() == ["not tried yet"]

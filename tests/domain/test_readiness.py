"""Readiness: the six points of guide line 8."""

from collections.abc import Mapping
from types import MappingProxyType

import pytest

from rounds.domain.readiness import Point, readiness, too_general

WHOLE = {
    "name": "Kim Doe", "credentials": "LCSW", "practice_name": "Doe Counseling", "website": "https://doe.example",
    "phone": "503-555-0100", "ideal_client": "adults overcoming panic disorder with exposure therapy",
    "how_to_refer": "a call; I answer the same day", "card": "Attachments/card.vcf",
}  # fmt: skip
NICHES = ("Panic disorder with exposure therapy",)


def points(
    niches: tuple[str, ...] = NICHES, *, there: bool = True, changes: Mapping[str, str] = MappingProxyType({})
) -> list[Point]:
    practice = {**WHOLE, **changes}
    files = {key: there for key in ("card", "summary") if practice.get(key)}
    return readiness(practice, niches, hints={"Couples": "Name a moment."}, files=files)


def test_all_six_are_ready() -> None:
    """A practice that has everything gets no advice."""
    assert [point.ready for point in points()] == [True] * 6
    assert not [advice for point in points() for advice in point.advice]


@pytest.mark.parametrize(
    ("number", "changes", "words"),
    [
        (0, {"credentials": ""}, "Write credentials"),
        (2, {"ideal_client": ""}, "I work with"),
        (2, {"ideal_client": "adults with anxiety"}, "could be anybody"),
        (3, {"how_to_refer": ""}, "The easiest way to refer is"),
        (3, {"how_to_refer": "any time"}, "which way to use"),
        (3, {"phone": ""}, "Write phone or email"),
        (4, {"website": ""}, "explains your services"),
        (4, {"website": "my page"}, "https://example.com"),
        (5, {"card": ""}, "rounds card"),
    ],
)
def test_what_is_missing_is_named(number: int, changes: dict[str, str], words: str) -> None:
    """Each of the six can be the only one that is not ready, and says what would help."""
    found = points(changes=changes)
    assert [point.ready for point in found] == [place != number for place in range(6)]
    assert words in " ".join(found[number].advice)


def test_a_card_whose_file_is_gone() -> None:
    """A path that leads nowhere is not a card."""
    assert not points(there=False)[5].ready
    assert "there is no file Attachments/card.vcf" in points(there=False)[5].advice[0]


@pytest.mark.parametrize(
    ("niche", "general"),
    [
        ("adults with anxiety", True),
        ("Children and teens", True),
        ("Couples", True),
        ("Helping people with life transitions and stress", True),
        ("adults overcoming panic disorder with exposure therapy", False),
        ("Perinatal mental health", False),
        ("teens with OCD", False),
    ],
)
def test_a_niche_that_is_too_general(niche: str, *, general: bool) -> None:
    """The guide's own example is specific, and its counterexample is not (line 8)."""
    assert too_general(niche) is general


def test_a_general_niche_is_named_as_such() -> None:
    """With what its own note says; one specific niche among others is enough."""
    only = points(("Couples",))[1]
    assert not only.ready
    assert only.advice == ('"Couples" is too general to bring anybody to mind. Name a moment.',)
    both = points(("Couples", *NICHES))[1]
    assert both.ready
    assert len(both.advice) == 1
    assert not points(())[1].ready

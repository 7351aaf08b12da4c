"""Whom to refer a client to, by need alone."""

from datetime import date

import pytest

from rounds.domain.match import Candidate, Fit, Match, Need, ages, match

TODAY = date(2026, 11, 23)


def alike(one: str, other: str) -> float:
    return 90.0 if sorted(one) == sorted(other) else 0.0


def matched(need: Need, *candidates: Candidate) -> list[Match]:
    return match(need, candidates, today=TODAY, days=90, alike=alike)


def names(need: Need, *candidates: Candidate) -> list[str]:
    return [each.candidate.name for each in matched(need, *candidates)]


def who(name: str, **more: object) -> Candidate:
    return Candidate(f"{name}.md", name, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("need", "good", "bad"),
    [
        (Need(specialties=("adhd",)), {"specialties": ("ADHD in parents",)}, {"specialties": ("grief",)}),
        (Need(serves=("teen",)), {"serves": ("teens",)}, {"serves": ("adults",)}),
        (Need(age=9), {"serves": ("children 6-12",)}, {"serves": ("teens", "adults")}),
        (Need(insurance=("moda",)), {"insurance": ("Aetna", "Moda Health")}, {"insurance": ("Aetna",)}),
        (Need(languages=("spanish",)), {"languages": ("English", "Spanish")}, {"languages": ("English",)}),
        (Need(city="portland"), {"city": "Portland"}, {"city": "Salem"}),
        (Need(telehealth=True), {"telehealth": True}, {"telehealth": False}),
        (Need(role="OB GYN"), {"role": "ob-gyn"}, {"role": "doula"}),
    ],
)
def test_each_thing_that_is_needed(need: Need, good: dict[str, object], bad: dict[str, object]) -> None:
    """Specialty, age, population, insurance, language, place, telehealth and role: there, not known, or not there."""
    everyone = need._replace(specialties=(*need.specialties, "trauma"))
    some = [who(name, **{"specialties": (), **more}) for name, more in (("b", bad), ("g", good), ("u", {}))]
    some = [each._replace(specialties=(*each.specialties, "trauma")) for each in some]
    found = matched(everyone, *some)
    fits = {each.candidate.name: {reason.fit for reason in each.reasons} for each in found}
    assert fits["g"] == {Fit.YES}
    assert Fit.NO in fits.get("b", {Fit.NO})
    assert found[0].candidate.name == "g"


def test_the_reason_is_said() -> None:
    """In words: what fits, what is not known, and what is there instead."""
    need = Need(specialties=("adhd",), age=9, insurance=("Moda",), city="Portland", telehealth=True)
    (only,) = matched(need, who("a", specialties=("ADHD",), insurance=("Aetna",), serves=("adults",), telehealth=False))
    assert [reason.words for reason in only.reasons] == [
        "ADHD", "Moda: no, but Aetna", "Portland: not known", "age 9: no, but adults", "telehealth: no",
    ]  # fmt: skip


def test_what_fits_less_what_does_not() -> None:
    """The best fit first; equals by who has openings, then by name."""
    need = Need(specialties=("adhd", "sleep"), city="Portland")
    assert names(
        need,
        who("two", specialties=("ADHD", "sleep")),
        who("less", specialties=("ADHD", "sleep"), city="Salem"),
        who("all", specialties=("ADHD", "sleep"), city="Portland"),
        who("b waits", specialties=("ADHD", "sleep"), accepting="waitlist", checked=TODAY),
        who("c open", specialties=("ADHD", "sleep"), accepting="open", checked=TODAY),
        who("nothing", specialties=("grief",)),
    ) == ["all", "c open", "two", "b waits", "less"]


def test_full_comes_last_and_old_news_is_marked() -> None:
    """Who takes no new clients comes last; "accepting" that was checked long ago, or never, is marked and counts less."""
    need = Need(specialties=("adhd",))
    found = matched(
        need,
        who("a full", specialties=("ADHD",), accepting="full", checked=TODAY),
        who("b old", specialties=("ADHD",), accepting="open", checked=date(2026, 8, 24)),
        who("c never", specialties=("ADHD",), accepting="open"),
        who("d fresh", specialties=("ADHD",), accepting="open", checked=date(2026, 8, 25)),
    )
    assert [(each.candidate.name, each.stale, each.taking.words) for each in found] == [
        ("d fresh", False, "takes new clients"),
        ("b old", True, "takes new clients (checked 91 days ago: ask again)"),
        ("c never", True, "takes new clients (never checked: ask again)"),
        ("a full", False, "takes no new clients"),
    ]


def test_another_role_is_not_proposed() -> None:
    """Where a role is needed, others are left out, and who has none is not known to fit."""
    need = Need(role="psychiatrist", specialties=("adhd",))
    some = [
        who(name, role=role, specialties=("ADHD",)) for name, role in (("p", "psychiatrist"), ("c", "coach"), ("n", ""))
    ]
    assert names(need, *some) == ["p", "n"]


def test_a_misspelled_word_is_taken_for_a_near_one() -> None:
    """Words that are alike enough are the same, unlike ones are not."""
    some = who("a", specialties=("eczema",)), who("b", specialties=("asthma",))
    assert names(Need(specialties=("eczeam",)), *some) == ["a"]
    assert names(Need(specialties=("eczemas",)), *some) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("children 6-12", (6, 12)), ("6 to 12", (6, 12)), ("65+", (65, 150)), ("18 and older", (18, 150)),
        ("from 3", (3, 150)), ("under 5", (0, 4)), ("up to 12", (0, 12)), ("teens", (12, 19)), ("teenagers", (12, 19)),
        ("Children and teens", (0, 19)), ("young adults", (18, 29)), ("adults", (18, 150)), ("older adults", (60, 150)),
        ("kidney patients", None), ("couples", None), ("pregnancy and the first year", None),
    ],
)  # fmt: skip
def test_ages(text: str, expected: tuple[int, int] | None) -> None:
    """Numbers say it exactly; without them words do."""
    assert ages(text) == expected


def test_nothing_but_the_need_can_be_read() -> None:
    """What they send us, how close we are and the last contact are no part of what is ranked (guide, line 26)."""
    assert set(Candidate._fields) == {
        "path", "name", "role", "specialties", "serves", "insurance", "languages", "city", "telehealth", "accepting",
        "checked", "treats", "met",
    }  # fmt: skip


def test_without_a_role_those_who_treat_come_first() -> None:
    """A nine-year-old is not sent to a pediatrician for therapy, however well the pediatrician fits otherwise."""
    need = Need(specialties=("anxiety",), age=9, city="Portland")
    doctor = who(
        "doctor", specialties=("anxiety",), serves=("children",), city="Portland", role="pediatrician", treats=False
    )
    therapist = who("therapist", specialties=("anxiety",), role="therapist", treats=True)
    unknown = who("unknown", specialties=("anxiety",), city="Portland")
    assert names(need, doctor, unknown, therapist) == ["therapist", "unknown", "doctor"]


def test_who_treats_other_people_does_not_come_first() -> None:
    """An adult psychiatrist is no help to a nine-year-old; other things they lack leave them ahead."""
    need = Need(specialties=("adhd",), age=9, insurance=("Moda",))
    adults = who(
        "adults", specialties=("ADHD",), serves=("adults",), insurance=("Moda",), role="psychiatrist", treats=True
    )
    children = who("children", specialties=("ADHD",), serves=("children",), insurance=("Aetna",), treats=True)
    tests = who("tests", specialties=("ADHD",), serves=("children",), insurance=("Moda",), treats=False)
    assert names(need, adults, tests, children) == ["children", "tests", "adults"]


def test_with_a_role_the_role_decides() -> None:
    """Whether it treats changes nothing then, and neither does the age alone."""
    need = Need(role="pediatrician", specialties=("anxiety",))
    doctor = who("a", specialties=("anxiety",), role="pediatrician", treats=False)
    unknown = who("b", specialties=("anxiety",))
    assert names(need, unknown, doctor) == ["a", "b"]
    adults = doctor._replace(name="c", serves=("adults",))
    assert names(need._replace(age=9), who("d", role="pediatrician"), adults) == ["c", "d"]


def test_what_is_known_comes_before_what_is_not() -> None:
    """Two facts for and one against come before one for and two that nobody knows."""
    need = Need(specialties=("adhd",), city="Portland", insurance=("Moda",))
    assert names(
        need,
        who("a unknown", specialties=("ADHD",)),
        who("b known", specialties=("ADHD",), city="Portland", insurance=("Aetna",)),
    ) == ["b known", "a unknown"]


def test_who_has_been_met_comes_before_who_has_not() -> None:
    """Of equals; need still comes first, and it is said."""
    need = Need(specialties=("adhd",), city="Portland")
    found = matched(
        need,
        who("a", specialties=("ADHD",), accepting="open", checked=TODAY),
        who("b", specialties=("ADHD",), met=True),
        who("c", specialties=("ADHD",), city="Portland"),
    )
    assert [each.candidate.name for each in found] == ["c", "b", "a"]
    assert [each.said[-1].words for each in found] == [
        "nobody here has met them yet", "taking new clients: not known", "nobody here has met them yet",
    ]  # fmt: skip

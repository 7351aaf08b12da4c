"""How a year went: sums over the whole network (guide, lines 5 and 26)."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.gaps_introductions_suggestions import Niche, Role, gaps
from rounds.domain.log_followups import MEETINGS
from rounds.domain.partner_referral_release import STATUSES, Referral
from rounds.domain.report import Duration, KnownPartner, MonthCount, Replies, Report, Resting, Source, report

TODAY = date(2026, 11, 23)


def partner(name: str = "Ana", **more: Any) -> KnownPartner:
    """A partner; firsts are given as day texts by kind."""
    firsts = {kind: date.fromisoformat(day) for kind, day in more.pop("firsts", {}).items()}
    return KnownPartner(f"Partners/{name}.md", name, firsts=firsts, **more)


def sent(day: str, direction: str = "out", status: str = "", *, name: str = "Ana", **more: Any) -> Referral:
    on = date.fromisoformat(day) if day else None
    return Referral(f"Referrals/{day}.md", f"Partners/{name}.md", direction, on, status, **more)


def year(
    partners: list[KnownPartner] | None = None, referrals: list[Referral] | None = None, number: int = 2026, **more: Any
) -> Report:
    cells = more.get("cells", [])
    return report(number, partners or [], referrals or [], cells, goal=more.get("goal", 3), today=TODAY)


def test_an_empty_vault() -> None:
    """Zeros, and nothing where there is nothing to divide."""
    found = year()
    assert found.months == (MonthCount(),) * 12
    assert found.replies == Replies(0, 0)
    assert found.replies.rate is None
    assert (found.to_meeting, found.to_referral, found.gaps, found.resting) == (None, None, (), ())
    assert found.outcomes == {
        way: {"open": 0, "completed": 0, "declined": 0, "lost": 0, "closed": 0} for way in ("in", "out")
    }


def test_one_partner_all_the_way() -> None:
    """First contact, an answer, a meeting, a first referral: each once, in its month, with the days between."""
    ana = partner(firsts={"email": "2026-01-05", "reply": "2026-01-09", "coffee": "2026-01-25"})
    found = year([ana], [sent("2026-03-01", status="sent")])
    assert [month.contacted for month in found.months] == [1] + [0] * 11
    assert found.replies == Replies(1, 1)
    assert found.to_meeting == Duration(1, 20, 20, 20)
    assert found.to_referral == Duration(1, 35, 35, 35)
    assert found.months[2] == MonthCount(0, 1, 0)
    assert found.outcomes["out"]["open"] == 1


def test_a_year_without_anything() -> None:
    """What happened in other years does not count; what is still open from before is said."""
    ana = partner(firsts={"email": "2024-01-05", "coffee": "2024-01-25"})
    found = year([ana], [sent("2024-03-01", status="sent"), sent("2024-03-02", status="completed")], 2025)
    assert found.total == MonthCount()
    assert (found.replies.written, found.to_meeting, found.to_referral) == (0, None, None)
    assert found.earlier == 1


def test_a_leap_year() -> None:
    """29 February is a day of February, and the days between are counted by the calendar."""
    ana = partner(firsts={"call": "2024-02-28", "meeting": "2024-03-01"})
    found = year([ana], [sent("2024-02-29", "in"), sent("2024-03-01")], 2024)
    assert found.months[1:3] == (MonthCount(1, 0, 1), MonthCount(0, 1, 0))
    assert found.to_meeting == Duration(1, 2, 2, 2)
    assert year([ana], [sent("2024-02-29", "in")], 2023).total == MonthCount()


def test_several_referrals_of_one_partner() -> None:
    """All count in their months; for the days since the meeting only the first does, in its own year."""
    ana = partner(firsts={"coffee": "2025-12-31"})
    known = [sent("2026-01-10", "in"), sent("2026-01-10"), sent("2026-05-05"), sent("2026-05-06")]
    found = year([ana], known)
    assert found.total == MonthCount(1, 3, 0)
    assert found.to_referral == Duration(1, 10, 10, 10)
    assert year([ana], [*known, sent("2025-12-31")]).to_referral is None


def test_what_lies_ahead_or_has_no_date() -> None:
    """A referral of a day to come is none yet; one without a date stands in no year, and is said."""
    found = year([partner()], [sent("2026-11-24"), sent("2026-11-23"), sent("")])
    assert found.total == MonthCount(0, 1, 0)
    assert found.undated == 1
    assert (found.begun, year(number=2025).begun, year(number=2027).begun) == (11, 12, 0)


def test_what_became_of_the_referrals() -> None:
    """By direction and as of today; one that a date closes and no status is closed all the same."""
    found = year([], [
        sent("2026-01-01", "in", "completed"), sent("2026-01-02", "in", "acknowledged"), sent("2026-02-01", status="lost"),
        sent("2026-02-02", status="declined"), sent("2026-02-03", status="sent", closed=date(2026, 3, 1)),
        sent("2026-02-04", status="started"), sent("2025-12-31", status="sent"),
    ])  # fmt: skip
    assert found.outcomes["in"] == {"open": 1, "completed": 1, "declined": 0, "lost": 0, "closed": 0}
    assert found.outcomes["out"] == {"open": 1, "completed": 0, "declined": 1, "lost": 1, "closed": 1}
    assert found.earlier == 1


def test_who_answered() -> None:
    """A reply, a meeting or a referral to us, on the day or later. Who had come to us before owes no answer."""
    people = [
        partner("replied", firsts={"email": "2026-01-01", "reply": "2026-01-01"}),
        partner("met", firsts={"call": "2026-01-01", "coffee": "2026-02-01"}),
        partner("referred", firsts={"email": "2026-01-01"}),
        partner("silent", firsts={"email": "2026-01-01", "call": "2026-01-11"}),
        partner("event", firsts={"email": "2026-01-02", "coffee": "2026-01-01"}),
        partner("knew us", firsts={"email": "2026-01-02"}),
        partner("last year", firsts={"email": "2025-12-31", "call": "2026-01-01", "reply": "2026-01-02"}),
    ]
    ours = [sent("2026-05-01", "in", name="referred"), sent("2025-01-01", "in", name="knew us"), sent("2026-02-01")]
    found = year(people, [*ours, sent("2026-02-01", name="silent")])
    assert found.replies == Replies(4, 3)
    assert found.replies.rate == 0.75


def test_days_to_the_first_meeting() -> None:
    """The median, of an even number between two; whose first contact was the meeting itself is left out."""
    people = [
        partner("a", firsts={"email": "2026-01-01", "coffee": "2026-01-03"}),
        partner("b", firsts={"intro": "2026-01-01", "email": "2026-01-05", "meeting": "2026-01-08"}),
        partner("c", firsts={"coffee": "2026-01-01"}),
        partner("d", firsts={"coffee": "2026-01-01", "email": "2026-01-02"}),
        partner("e", firsts={"email": "2025-11-01", "coffee": "2025-12-01"}),
    ]
    assert year(people).to_meeting == Duration(2, 4.5, 2, 7)


def test_gaps_closed() -> None:
    """Niche x role whose first partner was met in the year, of those who count today; none that was closed before.

    Who rests was met all the same; who was never met is none.
    """
    niches = [
        Niche("Kids", ("pediatrician", "coach", "midwife", "doula", "nurse")),
        Niche("All", ("pediatrician",), own=False),
    ]
    roles = [Role("pediatrician", ("Kids doctor",)), *map(Role, ("coach", "midwife", "doula", "nurse"))]
    people = [
        partner("a", roles=("kids doctor",), stage="met", firsts={"coffee": "2026-05-05"}),
        partner("b", roles=("pediatrician",), stage="active", firsts={"coffee": "2026-06-06"}),
        partner("c", roles=("coach",), stage="met"),
        partner("d", roles=("midwife",), stage="resting", firsts={"coffee": "2026-08-08"}),
        partner("e", roles=("doula",), stage="active", firsts={"email": "2026-01-01"}),
        partner("f", roles=("nurse",), stage="resting", firsts={"email": "2026-01-01"}),
    ]
    cells = gaps(niches, roles, [(each.roles, each.stage, each.first(MEETINGS) is not None, 1) for each in people])
    found = year(people, [sent("2026-07-07", "in", name="e")], cells=cells)
    assert found.gaps == (
        ("All", "pediatrician", date(2026, 5, 5)),
        ("Kids", "pediatrician", date(2026, 5, 5)),
        ("Kids", "doula", date(2026, 7, 7)),
        ("Kids", "midwife", date(2026, 8, 8)),
    )
    assert (found.cells, found.open_gaps) == (6, 1)
    assert year(people, cells=cells, number=2025).gaps == ()


def test_who_is_resting() -> None:
    """By stage, or until a day that is still to come; by name, whatever they did."""
    until = TODAY + timedelta(days=1)
    people = [
        partner("Zoe", stage="resting", rest_until=TODAY, firsts={"coffee": "2026-05-05"}), partner("Ben", stage="not a fit"),
        partner("Émile", stage="met", rest_until=until), partner("Ana", stage="met", rest_until=TODAY),
    ]  # fmt: skip
    assert year(people).resting == (
        Resting("Partners/Ben.md", "Ben", "not a fit", None),
        Resting("Partners/Émile.md", "Émile", "met", until),
        Resting("Partners/Zoe.md", "Zoe", "resting", None),
    )


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(["in", "out"]), st.sampled_from(STATUSES))))
def test_nobody_is_ranked_by_what_they_send(known: list[tuple[str, str, str]]) -> None:
    """Whoever of two partners a referral names, the report is the same (guide, line 26), but for a main source."""
    people = [partner("A", firsts={"coffee": "2026-01-01"}), partner("B", firsts={"coffee": "2026-01-01"})]
    one, other = (
        year(people, [sent("2026-02-02", way, status, name=swap[name]) for name, way, status in known])
        for swap in ({"A": "A", "B": "B"}, {"A": "B", "B": "A"})
    )
    assert one._replace(main_source=None) == other._replace(main_source=None)


def came(*names: str) -> list[Referral]:
    return [sent("2026-02-02", "in", name=name) for name in names]


def test_more_than_half_from_one_partner_is_said() -> None:
    """Half is not more than half; few say nothing; other years and what went out don't count."""
    people = [partner(name) for name in ("Ana", "Bo", "Cy")]
    assert year(people, came("Ana", "Ana", "Bo")).main_source == Source("Ana", "Partners/Ana.md", 2, 3)
    assert year(people, came("Ana", "Ana", "Bo", "Cy")).main_source is None
    assert year(people, came("Ana", "Ana")).main_source is None
    assert (
        year(people, [*came("Ana", "Bo", "Cy"), *[sent("2025-02-02", "in")] * 5, *[sent("2026-02-02")] * 5]).main_source
        is None
    )
    assert year([], came("Gone", "Gone", "Bo")).main_source == Source("Partners/Gone.md", "", 2, 3)


def test_more_than_half_from_one_organization_is_said() -> None:
    """No one partner of it sent that many; those without an organization are no organization."""
    people = [
        partner("Ana", organization="Rose City"),
        partner("Bo", organization="Rose City"),
        partner("Cy"),
        partner("Di"),
    ]
    assert year(people, came("Ana", "Bo", "Bo", "Cy", "Di")).main_source == Source("Rose City", "", 3, 5)
    assert year(people, came("Ana", "Bo", "Bo", "Bo", "Di")).main_source == Source("Bo", "Partners/Bo.md", 3, 5)
    assert year(people, came("Ana", "Cy", "Cy", "Di", "Di")).main_source is None

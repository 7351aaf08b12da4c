"""Sections of Today: what stands on its day, and what can wait."""

from datetime import date, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.reminders.reminder import Rank, Reminder
from rounds.domain.reminders.sections import Section, in_sections, section_of_day, week_of

TODAY = date(2026, 11, 25)  # a Wednesday


def reminder(name: str, due: str = "", rank: Rank = Rank.WRITTEN, *, rule: str = "follow-up", at: str = "") -> Reminder:
    """One that is due on a day of 2026, such as `11-25`."""
    day = date.fromisoformat(f"2026-{due}") if due else None
    return Reminder(
        rule, "id", "P.md", name, "t", day, rank, name, time=time.fromisoformat(at) if at else None
    )  # fmt: skip


def names(found: list[Reminder], cap: int = 5) -> dict[str, str]:
    ordered = sorted(found, key=lambda each: each.order(TODAY))
    return {section.value: "".join(r.name for r in some) for section, some in in_sections(ordered, TODAY, cap).items()}


def test_a_week_runs_from_monday_to_sunday() -> None:
    """On a Wednesday, this week ends on Sunday; on a Sunday, tomorrow is in next week."""
    assert [section_of_day(TODAY + timedelta(days=ahead), TODAY).value for ahead in range(-1, 13)] == [
        "Today", "Today", "Tomorrow", *["This week"] * 3, *["Next week"] * 7, "Later",
    ]  # fmt: skip
    sunday = date(2026, 11, 29)
    assert [section_of_day(sunday + timedelta(days=ahead), sunday).value for ahead in range(4)] == [
        "Today", "Tomorrow", "Next week", "Next week",
    ]  # fmt: skip
    assert week_of(sunday) == date(2026, 11, 23)
    assert week_of(date.min) == date.min
    assert section_of_day(date.max, date.max) is Section.TODAY


def test_appointments_come_first_and_suggestions_are_never_late() -> None:
    """Within Late and Today by worth, in the other sections by day."""
    found = [
        reminder("a", "11-25"), reminder("b", "11-25", at="16:00"), reminder("c", "11-25", at="09:15"),
        reminder("d", "11-24"), reminder("e", "11-23", Rank.PROMISE, rule="meeting"),
        reminder("f", "11-20", Rank.GENTLE, rule="check-in"), reminder("g", "11-28"), reminder("h", "11-27"),
        reminder("i", "11-28", Rank.PROMISE), reminder("j", "11-28", at="18:00"), reminder("k"),
    ]  # fmt: skip
    assert names(found) == {"Late": "ed", "Today": "cbaf", "This week": "hjig", "No hurry": "k"}


def test_the_cap_counts_suggestions_alone_and_what_is_due_comes_first() -> None:
    """What is due takes the places before what comes soon; what comes after next week has no place."""
    gentle = [
        reminder(name, f"11-{day}", Rank.GENTLE, rule="nudge") for name, day in zip("abc", (24, 27, 26), strict=True)
    ]
    late = [reminder("d", "12-07", Rank.GENTLE, rule="nudge")]
    kept = [reminder("w", "12-07"), reminder("x", "11-20"), reminder("y", "12-24"), reminder("z", "12-24", at="10:00")]
    everything = [*gentle, *late, *kept]
    shown = {"Late": "x", "Today": "a", "Tomorrow": "c", "This week": "b", "Later": "wz", "No hurry": "dy"}
    assert names(everything) == shown
    assert names(everything, 2) == {**{k: v for k, v in shown.items() if k != "This week"}, "No hurry": "bdy"}
    assert names(everything, 0) == {"Late": "x", "Later": "wz", "No hurry": "acbdy"}


def test_what_was_ticked_off_in_a_task_app_is_asked_about_first() -> None:
    """Though its day is far away and no place is left."""
    card = reminder("a", "12-20", Rank.GENTLE, rule="card")
    found = in_sections([reminder("b", "11-25", at="09:00"), card], TODAY, 0, {card.key})
    assert [r.name for r in found[Section.TODAY]] == ["a", "b"]


@given(
    found=st.lists(
        st.builds(
            Reminder, st.sampled_from(["follow-up", "meeting", "nudge", "stage"]), st.just("id"), st.just("P.md"),
            st.text("abc", max_size=3), st.just("t"), st.none() | st.dates(), st.sampled_from(Rank), st.just("c"),
            time=st.none() | st.times(),
        ),
        max_size=12,
    ),
    today=st.dates(),
    cap=st.integers(0, 5),
)  # fmt: skip
def test_nothing_is_lost_and_only_suggestions_are_capped(found: list[Reminder], today: date, cap: int) -> None:
    """Each stands in one section; the sections are in order; what is due and promised never waits."""
    sections = in_sections(found, today, cap)
    shown = [each for some in sections.values() for each in some]
    assert sorted(map(id, shown)) == sorted(map(id, found))
    assert [*sections] == [section for section in Section if section in sections]
    hidden = sections.pop(Section.NO_HURRY, [])
    assert not [each for each in hidden if each.rank < Rank.GENTLE and (each.is_appointment or each.due == today)]
    assert sum(each.rank >= Rank.GENTLE for some in sections.values() for each in some) <= cap

"""Year: the charts, and the years before."""

from datetime import date
from pathlib import Path

from textual.content import Content

from rounds.domain.partner_referral_release import Referral
from rounds.domain.report import KnownPartner, report
from rounds.tui.screens.year import YearScreen
from rounds.tui.widgets.charts import Year, bar, gathered, lines, pillars
from rounds.vault.month_suggestions_year_report import touches_by_week
from rounds.vault.vault import Vault

from .conftest import Start, User

KEY = "6"
NOTES = {
    "Partners/Ada Bell.md": "---\nstage: active\n---\n## Log\n- 2026-01-05 email: wrote\n- 2026-01-20 reply: yes\n"
    "- 2026-02-03 coffee: at Heart\n- 2026-02-03 note: likes tea\n- 2026-12-24 call: not yet\n",
    "Partners/Ben Cole.md": "---\nstage: found\n---\n",
    "Partners/Cyd Dorn.md": "---\nstage: resting\n---\n## Log\n- 2025-03-03 call: short\n",
    "Referrals/2026/2026-03-04 out Ada Bell.md": "---\npartner: '[[Ada Bell]]'\ndirection: out\ndate: 2026-03-04\n"
    "status: sent\n---\n",
    "Referrals/2026/2026-03-09 in Ada Bell.md": "---\npartner: '[[Ada Bell]]'\ndirection: in\ndate: 2026-03-09\n"
    "status: completed\nclosed: 2026-04-01\n---\n",
}


def write(vault: Vault) -> None:
    for path, text in NOTES.items():
        file = Path(vault.root, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def words(user: User) -> list[list[str]]:
    return [line.split() for line in user.screen().splitlines()]


async def test_what_is_on_the_screen(empty: Vault, start: Start) -> None:
    """Touches a week, referrals by month and way, new partners against the goal, the funnel; each bar has its number."""
    write(empty)
    async with start(empty, (100, 50)) as user:
        await user.press(KEY)
        screen = words(user)
        assert ["How", "2026", "is", "going"] in screen
        assert ["Touches", "in", "each", "week", "5", "touches,", "at", "most", "1"] in screen
        full = "█" * 21
        assert ["Jan", "·", "·", full, "1"] in screen
        assert ["Mar", full, "1", full, "1", "·"] in screen
        assert ["found", "or", "further", "█" * 63, "2"] in screen
        assert ["active", "█" * 31 + "▌", "1"] in screen
        assert ["Beside", "them:", "1", "resting."] in screen
        assert "New partners: 1 in 11 months; the goal is 3 a month." in user.screen()


def test_the_columns_of_a_chart_have_one_scale() -> None:
    """As many referrals and new partners are as long, however many are wanted; a reached goal is only a check mark."""
    june = date(2026, 6, 30)
    who = [KnownPartner(f"{n}.md", str(n), stage="met", firsts={"email": date(2026, 1, 5)}) for n in range(4)]
    sent = [Referral(f"{n}", "a", "out", date(2026, 2, 3), "sent") for n in range(8)]
    got = [Referral(f"in{n}", "a", "in", date(2026, 2, 3), "received") for n in range(2)]
    found = lines(Year(report(2026, who, [*sent, *got], [], goal=4, today=june), [], {}), 100)
    january, february = (next(line for line in found if line.plain.startswith(name)) for name in ("Jan", "Feb"))
    assert january.plain.split() == ["Jan", "·", "·", "█" * 11 + "▌", "4", "✓"]
    assert february.plain.split() == ["Feb", "█" * 23, "8", "█" * 5 + "▊", "2", "·"]
    assert not any("success" in str(span.style) for span in january.spans)


def test_touches_are_counted_by_week_up_to_today(empty: Vault) -> None:
    """A referral is a touch; a note and what is still to come are none. The first week begins on 1 January."""
    write(empty)
    empty.sync()
    weeks = touches_by_week(empty, 2026)
    assert len(weeks) == 47
    assert {number: each for number, each in enumerate(weeks) if each} == {0: 1, 2: 1, 4: 1, 8: 1, 9: 1}
    assert sum(touches_by_week(empty, 2025)) == 1
    assert touches_by_week(empty, 2027) == []


async def test_left_and_right_turn_the_years(empty: Vault, start: Start) -> None:
    """Up to this one; a year without anything says so, and one can go on from there."""
    write(empty)
    async with start(empty, (80, 24)) as user:
        await user.press(KEY, "left")
        assert "How 2025 went" in user.screen()
        assert "1 touch," in user.screen()
        await user.press("left")
        assert "Nothing is recorded for 2024." in user.screen()
        await user.press("right", "right")
        assert "How 2026 is going" in user.screen()
        await user.press("right")
        assert "This is the last year." in user.told()


async def test_it_scrolls_and_stays_where_it_was(vault: Vault, demo: Path, start: Start) -> None:
    """At 40x15 everything is there, below; an outside change does not move it."""
    async with start(vault, (40, 15)) as user:
        await user.press(KEY)
        screen = user.app.screen
        assert isinstance(screen, YearScreen)
        await user.press("end")
        await user.until(lambda: screen.listing.scroll_offset.y == screen.listing.max_scroll_y > 0)
        assert "nobody has been met yet" in user.screen()
        (demo / "Partners" / "Aa.md").write_text("---\nstage: found\n---\n")
        before = screen.listing.scroll_offset
        await user.press("r")
        assert "Aa came in." in user.told()
        assert screen.listing.scroll_offset == before


async def test_an_empty_vault(empty: Vault, start: Start) -> None:
    """It says what will add up here, and no key does harm."""
    async with start(empty) as user:
        await user.press(KEY, "down", "end")
        assert "Nothing is recorded for 2026." in user.screen()


def drawn(width: int, weeks: list[int], today: date) -> list[Content]:
    stages = dict.fromkeys(("found", "contacted", "met", "active", "resting", "not a fit"), 1234)
    return lines(Year(report(today.year, [], [], [], goal=3, today=today), weeks, stages), width)


def test_nothing_is_wider_than_the_screen() -> None:
    """At any width, early and late in the year; a leap year of 53 weeks too."""
    for width in range(24, 120):
        for weeks, today in (([1], date(2026, 1, 2)), ([1200, 0] * 26 + [3], date(2028, 12, 31))):
            assert max(line.cell_length for line in drawn(width, weeks, today)) <= width


def test_several_weeks_in_a_bar_where_it_is_narrow() -> None:
    """The bars of a year always fill the same width, so that they stand above their months."""
    assert "Touches in every 2 weeks" in drawn(40, [1, 2], date(2026, 1, 9))[2].plain
    assert "Touches in each week" in drawn(60, [1, 2], date(2026, 1, 9))[2].plain
    assert drawn(80, [1], date(2026, 1, 9))[8].plain == (
        "     Jan Feb Mar Apr  May Jun Jul  Aug Sep  Oct Nov Dec"
    )  # fmt: skip


def test_bars() -> None:
    """As long as the value is of the most, in eighths of a cell; something is never nothing, and more never sticks out."""
    assert bar(3, 4, 4) == "███"
    assert bar(1, 16, 4) == "▎"
    assert bar(1, 1000, 4) == "▏"
    assert bar(0, 4, 4) == bar(1, 0, 4) == ""
    assert bar(8, 3, 4) == "████"
    assert [line.plain for line in pillars([0, 1, 4, 8], 2, "")] == ["   █", " ▂██"]
    assert [line.plain for line in pillars([], 2, "")] == ["", ""]
    assert gathered([1, 2, 3, 4, 5], 2) == [3, 7, 5]

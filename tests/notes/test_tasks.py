"""Task lines in the three forms that people and Obsidian's plugins write."""

import re
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.log_followups import FollowUp, Status
from rounds.domain.periods import Interval, parse_interval
from rounds.domain.recurrence import parse_repeat
from rounds.notes import tasks
from rounds.notes.task_edits import cancel, move, render_task, reopen, tick
from rounds.notes.tasks import followup_of, parse_task, scan_task

TODAY = date(2026, 11, 23)
DUE = date(2026, 12, 1)


def every(text: str) -> Interval:
    found = parse_interval(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("line", "followup"),
    [
        ("- [ ] Ask her", FollowUp("Ask her")),
        ("  * [ ] Ask her", FollowUp("Ask her")),
        ("> 1. [ ] Ask her", FollowUp("Ask her")),
        ("- [x] Ask her", FollowUp("Ask her", Status.DONE)),
        ("- [X] Ask her", FollowUp("Ask her", Status.DONE)),
        ("- [-] Ask her", FollowUp("Ask her", Status.CANCELLED)),
        ("- [/] Ask her", FollowUp("Ask her")),
        ("- [ ] Ask her 📅 2026-12-01", FollowUp("Ask her", due=DUE)),
        ("- [ ] Ask her 📅️2026-12-01  ", FollowUp("Ask her", due=DUE)),
        ("- [ ] Ask her ⏳ 2026-12-01 🛫 2026-11-01", FollowUp("Ask her", due=DUE)),
        ("- [ ] Ask her ⏳ 2026-11-01 📅 2026-12-01", FollowUp("Ask her", due=DUE)),
        ("- [ ] Ask her 🛫 2026-12-01", FollowUp("Ask her", due=DUE)),
        ("- [ ] Ask her ⏫ ➕ 2026-11-01 🆔 ab1 📅 2026-12-01 ⛔ x,y 🏁 delete", FollowUp("Ask her", due=DUE)),
        ("- [ ] Ask her #work 📅 2026-12-01 #task", FollowUp("Ask her #work #task", due=DUE)),
        ("- [ ] Ask 📅 2026-11-01 about it 📅 2026-12-01", FollowUp("Ask 📅 2026-11-01 about it", due=DUE)),
        ("- [ ] Ask her 😀", FollowUp("Ask her 😀")),
        ("- [ ] Ask her by 2026-12-01", FollowUp("Ask her", due=DUE)),
        ("- [ ] Ask her by 2026-12-01.", FollowUp("Ask her", due=DUE)),
        ("- [ ] Ask her by 2026-11-01 [due:: 2026-12-01]", FollowUp("Ask her by 2026-11-01", due=DUE)),
        ("- [ ] Stand by me", FollowUp("Stand by me")),
        ("- [ ] Ask her [due:: 2026-12-01]", FollowUp("Ask her", due=DUE)),
        ("- [ ] Ask (scheduled::2026-12-01) her", FollowUp("Ask her", due=DUE)),
        ("- [x] Ask [completion:: 2026-12-01]", FollowUp("Ask", Status.DONE, done=DUE)),
        ("- [x] thanks: card 📅 2026-11-22 ✅ 2026-12-01", FollowUp("card", Status.DONE, date(2026, 11, 22), kind="thanks", done=DUE)),
        ("- [ ] 12:30 coffee: at Heart 📅 2026-12-01 ^f-k3q9", FollowUp("at Heart", due=DUE, time=time(12, 30), kind="coffee", block="f-k3q9")),
        ("- [ ] 9:05 call", FollowUp("call", time=time(9, 5))),
        ("- [ ] 25:00 call", FollowUp("25:00 call")),
        ("- [ ] Call: her", FollowUp("her", kind="call")),
        ("- [ ] see a:b", FollowUp("see a:b")),
        ("- [ ] Ask her 🔁 every 3 months 📅 2026-12-01", FollowUp("Ask her", due=DUE, repeat="every 3 months")),
        ("- [ ] Ask her 🔁 every year when done", FollowUp("Ask her", repeat="every year when done")),
        ("- [ ] Ask her 🔁 every blue moon", FollowUp("Ask her", repeat="every blue moon")),
    ],
)  # fmt: skip
def test_a_task_line_is_read(line: str, followup: FollowUp) -> None:
    """Emoji fields from the end, Dataview's anywhere, `by DATE` at the end; time and kind in front."""
    assert parse_task(line, 0) == followup


@pytest.mark.parametrize("line", ["", "- Ask her", "- [] Ask", "-[ ] Ask", "[ ] Ask", "- [ ]Ask", "- [[Sam]] x"])
def test_other_lines_are_none(line: str) -> None:
    """No box, no task."""
    assert parse_task(line, 1) is None


@pytest.mark.parametrize("field", ["📅 2026-02-30", "by 2026-13-01", "[due:: soon]", "✅ 2026-00-01"])
def test_a_line_whose_date_does_not_exist_is_one_without_a_day(field: str) -> None:
    """Where it is asked for so: it is still to do. Putting it off writes the new day in the place of the mistake."""
    done = "✅" in field
    found = scan_task(f"- [ ] send the paper {field} ^f-aaaa", 3, strict=False)
    assert found == (3, "send the paper", "open", None, None, "", None, "", "f-aaaa")
    assert tick(f"- [ ] send {field}", date(2026, 11, 23))[0].startswith(f"- [x] send {field} ")
    if not done:
        wanted = re.sub(r"[\d-]{10}|soon", "2026-12-01", field)
        assert move(f"- [ ] send {field} ^f-aaaa", date(2026, 12, 1)) == f"- [ ] send {wanted} ^f-aaaa"


@pytest.mark.parametrize("field", ["📅 2026-02-30", "by 2026-13-01", "[due:: soon]", "✅ 2026-00-01"])
def test_a_date_that_does_not_exist_is_an_error(field: str) -> None:
    """Never silently wrong."""
    with pytest.raises(ValueError, match=r"."):
        parse_task(f"- [ ] Ask her {field}", 1)


@given(
    st.tuples(
        st.sampled_from(["- [ ] ", "- [x] ", "- [X] ", "* [ ] "]),
        st.sampled_from(["", "thanks: ", "Call: ", "12:30 ", "a:b "]),
        st.text(alphabet="aKé ,.'/-_:#[(1", max_size=8),
        st.sampled_from(["", " by 2026-12-02", " #tag", " [due:: 2026-12-03]"]),
        st.sampled_from(["", " 📅 2026-12-01", " 📅 2026-02-30", "  📅 2026-12-01 ", " 📅 2026-12-01 🔁 every week"]),
        st.sampled_from(["", " ✅ 2026-11-30", " ✅ 2026-13-01", " ❌ 2026-11-30"]),
        st.sampled_from(["", " ^f-k3q9", " ^", "  ^a"]),
    ).map("".join)
)
def test_the_quick_look_reads_what_the_long_one_reads(line: str) -> None:
    """The usual form has a way of its own; what it reads is the same, what it refuses too."""

    def read(line: str) -> object:
        try:
            return scan_task(line, 7)
        except ValueError:
            return ValueError

    quick = read(line)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks, "_USUAL", re.compile(r"(?!)"))
        assert read(line) == quick


def test_the_text_form_is_what_the_index_stores() -> None:
    """Dates and time as text; a rule stays as written, known or not."""
    line = "- [ ] 9:05 call: her 🔁 every 3 months 📅 2026-12-01 ^f-1"
    assert scan_task(line, 4) == (4, "her", "open", "2026-12-01", "09:05", "call", None, "every 3 months", "f-1")
    assert scan_task("- [x] her 🔁 every blue moon", 4) == (
        4,
        "her",
        "done",
        None,
        None,
        "",
        None,
        "every blue moon",
        "",
    )


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("- [ ] Ask", ["- [x] Ask ✅ 2026-11-23"]),
        ("- [ ] Ask 📅 2026-12-01 ^f-1", ["- [x] Ask 📅 2026-12-01 ✅ 2026-11-23 ^f-1"]),
        ("- [ ] Ask [due:: 2026-12-01]", ["- [x] Ask [due:: 2026-12-01] [completion:: 2026-11-23]"]),
        ("- [x] Ask", ["- [x] Ask"]),
        ("no task", ["no task"]),
        (
            "- [ ] Ask 🔁 every month ⏳ 2026-11-24 📅 2026-12-01",
            [
                "- [ ] Ask 🔁 every month ⏳ 2026-12-25 📅 2027-01-01",
                "- [x] Ask 🔁 every month ⏳ 2026-11-24 📅 2026-12-01 ✅ 2026-11-23",
            ],
        ),
        (
            "- [ ] Ask 🔁 every month when done",
            ["- [ ] Ask 🔁 every month when done 📅 2026-12-23", "- [x] Ask 🔁 every month when done ✅ 2026-11-23"],
        ),
        (
            "- [ ] Ask [repeat:: every week]",
            [
                "- [ ] Ask [repeat:: every week] [due:: 2026-11-30]",
                "- [x] Ask [repeat:: every week] [completion:: 2026-11-23]",
            ],
        ),
    ],
)
def test_a_tick_changes_its_own_characters(line: str, lines: list[str]) -> None:
    """Box and day; where it repeats the next one stands above, with all its dates moved (vault format)."""
    assert tick(line, TODAY) == lines


@pytest.mark.parametrize(
    ("line", "due", "repeat", "moved"),
    [
        ("- [ ] Ask 📅 2026-11-02 📅 2026-11-01", "2026-11-02", "", "- [ ] Ask 📅 2026-12-01 📅 2026-11-01"),
        ("- [ ] Ask 📅 2026-11-02 ⏫ #x 📆 2026-11-01 ^f-1", "2026-11-02", "", "- [ ] Ask 📅 2026-12-01 ⏫ #x 📆 2026-11-01 ^f-1"),
        ("- [ ] Ask ⏳ 2026-11-02 ⌛ 2026-11-01", "2026-11-02", "", "- [ ] Ask ⏳ 2026-12-01 ⌛ 2026-11-01"),
        ("- [ ] Ask [due:: 2026-11-02] [due:: 2026-11-01]", "2026-11-02", "", "- [ ] Ask [due:: 2026-12-01] [due:: 2026-11-01]"),
        ("- [ ] Ask 🔁 every week 🔁 every day", None, "every week", "- [ ] Ask 🔁 every week 🔁 every day 📅 2026-12-01"),
        ("- [ ] Ask 📅 2026-11-01 about it", None, "", "- [ ] Ask 📅 2026-11-01 about it 📅 2026-12-01"),
        ("- [ ] Ask [due:: 2026-11-02] 📅 2026-11-01", "2026-11-02", "", "- [ ] Ask [due:: 2026-12-01] 📅 2026-11-01"),
        ("- [ ] Ask [repeat:: every week] [repeat:: every day]", None, "every week", "- [ ] Ask [repeat:: every week] [repeat:: every day] [due:: 2026-12-01]"),
    ],
)  # fmt: skip
def test_of_two_of_a_kind_the_leftmost_counts(line: str, due: str | None, repeat: str, moved: str) -> None:
    """As in Tasks, which reads the fields from the end, each over the one before; it is the one that is moved, too."""
    found = scan_task(line, 1)
    assert found is not None
    assert (found[3], found[7]) == (due, repeat)
    assert move(line, DUE) == moved


def test_the_next_one_has_no_id_depends_on_nothing_and_is_made_today() -> None:
    """As Tasks writes it: two lines of one id would block each other for ever."""
    line = "- [ ] Ask 🔁 every week ➕ 2026-01-01 🆔 ab1 ⛔ x1, y2 📅 2026-11-20"
    assert tick(line, TODAY)[0] == "- [ ] Ask 🔁 every week ➕ 2026-11-23 📅 2026-11-27"
    line = "- [ ] Ask [id:: a] [dependsOn:: b] [created:: 2026-01-01] [repeat:: every week] [due:: 2026-11-20]"
    assert tick(line, TODAY)[0] == "- [ ] Ask [created:: 2026-11-23] [repeat:: every week] [due:: 2026-11-27]"


def test_with_a_filter_a_time_stands_behind_its_tag() -> None:
    line = "- [ ] #task 12:30 coffee: at Heart 📅 2026-11-20"
    assert move(line, DUE, time(9), task_filter="#task") == "- [ ] #task 09:00 coffee: at Heart 📅 2026-12-01"


@pytest.mark.parametrize(
    ("line", "moved"),
    [
        ("- [ ] Ask 📅 2026-11-01 #x", "- [ ] Ask 📅 2026-12-01 #x"),
        ("- [ ] Ask [due::2026-11-01] her", "- [ ] Ask [due::2026-12-01] her"),
        ("- [ ] Ask by 2026-11-01", "- [ ] Ask by 2026-12-01"),
        ("- [ ] Ask ⏳ 2026-11-01", "- [ ] Ask ⏳ 2026-12-01"),
        ("- [ ] Ask ^f-1", "- [ ] Ask 📅 2026-12-01 ^f-1"),
        ("- [ ] Ask 🛫 2026-1-1 ^f-1", "- [ ] Ask 🛫 2026-12-01 ^f-1"),
        ("- [ ] Ask 📅 2026-11-5 about it", "- [ ] Ask 📅 2026-11-5 about it 📅 2026-12-01"),
    ],
)
def test_a_moved_task_changes_its_date(line: str, moved: str) -> None:
    """In the form that is there, also if it lacks a zero; where there is none, one is added before the block id."""
    assert move(line, DUE) == moved


@pytest.mark.parametrize(
    ("line", "moved"),
    [
        ("- [ ] 12:30 coffee: at Heart 📅 2026-11-01", "- [ ] 09:15 coffee: at Heart 📅 2026-12-01"),
        ("- [ ] coffee: at Heart 📅 2026-11-01", "- [ ] 09:15 coffee: at Heart 📅 2026-12-01"),
        ("  * [ ]  9:00 Ask by 2026-11-01 ^f-1", "  * [ ]  09:15 Ask by 2026-12-01 ^f-1"),
    ],
)
def test_a_moved_task_may_get_another_time(line: str, moved: str) -> None:
    """A time stands before all else; one that is there gives way."""
    assert move(line, DUE, time(9, 15)) == moved


@pytest.mark.parametrize(
    ("line", "moved"),
    [
        (
            "- [ ] Report due:: ask [[Ana]] for the fax number by 2026-11-01 ^f-k3q9",
            "- [ ] Report due:: ask [[Ana]] for the fax number by 2026-12-01 ^f-k3q9",
        ),
        ("- [ ] Report due:: send it to Ana ^f-k3q9", "- [ ] Report due:: send it to Ana 📅 2026-12-01 ^f-k3q9"),
        ("- [ ] Look what is overdue:: Ana, Kim ⏳ 2026-11-01", "- [ ] Look what is overdue:: Ana, Kim ⏳ 2026-12-01"),
        ("- [ ] Ask [overdue:: 2026-11-01] her", "- [ ] Ask [overdue:: 2026-11-01] her 📅 2026-12-01"),
        ("- [ ] Ask (due:: 2026-2-30) her", "- [ ] Ask (due:: 2026-12-01) her"),
        ("- [ ] Ask [due:: ] her", "- [ ] Ask [due:: 2026-12-01] her"),
        ("- [ ] Ask [due:: Monday, 9am] her", "- [ ] Ask [due:: Monday, 9am] her [due:: 2026-12-01]"),
        ("- [ ] Ask [due:: Monday, 9am] 📅 2026-11-01", "- [ ] Ask [due:: Monday, 9am] 📅 2026-12-01"),
        ("- [ ] Ask [due:: Monday, 9am] by 2026-11-01", "- [ ] Ask [due:: Monday, 9am] by 2026-12-01"),
    ],
)
def test_what_is_no_date_stays_where_a_task_is_moved(line: str, moved: str) -> None:
    """`due::` in the middle of a text is text; a field that says more than a day keeps it, and the new day counts."""
    assert move(line, DUE) == moved
    found = scan_task(moved, 0, strict=False)
    assert found is not None
    assert found[3] == "2026-12-01"


_PARTS = st.sampled_from([
    "ask", "[[Ana]]", "due::", "overdue::", "[due::", "(due::", "[due:: soon", "]", ")", "by", "📅", "⏳", "🛫", "✅", "2026-11-01",
    "2026-02-30", "2026-2-3", "[due:: 2026-11-01]", "[due:: Monday, 9am]", "(scheduled:: 2026-11-01)", "🔁 every month",
    "[repeat:: every week]", "by 2026-11-01.", "📅 2026-11-01", "⏳ 2026-02-30", "#tag", "fax:",
])  # fmt: skip
_A_DAY = re.compile(r"\d{4}-\d\d?-\d\d?|(?<=due::)[ \t]*[^\W\d_]+(?=[ \t]*[\])])")
"""A day, or a single word where one belongs: it was meant as one."""


@given(st.lists(_PARTS, max_size=8), st.sampled_from([" ", "  ", ""]), st.sampled_from(["", " ^f-k3q9"]))
def test_nothing_but_a_date_is_ever_replaced(parts: list[str], gap: str, block: str) -> None:
    """Put off or ticked off, a line keeps every other character, in its order."""
    line = f"- [ ] Report {gap.join(parts)}{block}"

    def kept(line: str) -> str:
        return _A_DAY.sub("", line)

    def is_within(text: str, other: str) -> bool:
        rest = iter(other)
        return all(letter in rest for letter in text)

    moved = move(line, DUE)
    assert is_within(kept(line), kept(moved))
    try:
        *following, ticked = tick(line, TODAY, block="f-k3q9" if block else "")
    except ValueError:  # a rule that is not known: the line stays as it is
        return
    assert is_within(line.replace("[ ]", "[x]", 1), ticked)
    assert all(is_within(kept(line), kept(each)) for each in following)


def test_a_task_can_be_given_up() -> None:
    """`[-]` and the day."""
    assert cancel("- [ ] Ask ^f-1", TODAY) == "- [-] Ask ❌ 2026-11-23 ^f-1"
    assert cancel("no task", TODAY) == "no task"


@pytest.mark.parametrize("text", ["", "every", "3 months"])
def test_an_unknown_repetition_is_none(text: str) -> None:
    """We don't guess."""
    assert parse_repeat(text) is None


@given(
    st.builds(
        FollowUp,
        text=st.text(alphabet="abc é#", min_size=1, max_size=10).map(lambda text: f"x{text.strip()}"),
        due=st.none() | st.dates(),
        time=st.none() | st.times().map(lambda clock: time(clock.hour, clock.minute)),
        kind=st.sampled_from(["", "call", "coffee"]),
        block=st.sampled_from(["", "f-k3q9"]),
        line=st.just(3),
    ),
    st.booleans(),
)
def test_what_is_written_is_read_back(followup: FollowUp, dataview: bool) -> None:
    """A new line says what was meant, in both forms."""
    found = scan_task(render_task(followup, dataview=dataview), 3)
    assert found is not None
    assert followup_of(found) == followup


@pytest.mark.parametrize(
    "line",
    [
        "- [ ] a 📅 2026-12-01 ^f-aaaa", "  * [ ] b by 2026-12-01", "1. [ ] c [due:: 2026-12-01]", "- [ ] d", "- [ ] e ⏳ 2026-12-01 #tag",
        "- [ ] f [due:: 2026-12-01] ^f-bbbb",
    ],
)  # fmt: skip
def test_opened_again_is_as_before(line: str) -> None:
    """Byte for byte, in whatever form the tick was written."""
    (ticked,) = tick(line, date(2026, 11, 23))
    assert ticked != line
    assert reopen(ticked) == line
    assert reopen(line) == line
    assert reopen("no task") == "no task"


def test_an_impossible_day_of_a_tick_costs_neither_the_tick_nor_the_day_it_was_due() -> None:
    """It is done, on a day that nobody can tell; the strict reading says that something is wrong."""
    line = "- [x] coffee: at Heart 📅 2026-11-20 ✅ 2026-11-31"
    with pytest.raises(ValueError, match=r"."):
        scan_task(line, 3)
    found = scan_task(line, 3, strict=False)
    assert found == (3, "at Heart", "done", "2026-11-20", None, "coffee", None, "", "")
    assert followup_of(found).touched == date(2026, 11, 20)
    two = scan_task("- [ ] ask 📅 2026-02-30 📅 2026-12-01", 1, strict=False)
    assert two is not None
    assert followup_of(two).due == date(2026, 12, 1)
    unclear = scan_task("- [x] email: ask ✅ 2026-02-30", 1, strict=False)
    assert unclear is not None
    assert followup_of(unclear).touched is None

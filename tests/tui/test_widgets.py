"""Parts of screens: columns, prose, the caret, fields."""

from rich.cells import cell_len

from rounds.errors import QueryError
from rounds.tui.widgets.fields import offered
from rounds.tui.widgets.filterline import explained
from rounds.tui.widgets.prose import inline, prose, without_own_sections
from rounds.tui.widgets.rowlist import straight
from rounds.tui.widgets.tables import keys_near, partner_layout


def names(width: int) -> list[str]:
    return [name for name, _ in partner_layout(width)]


def test_columns_fit_every_width() -> None:
    """Columns leave from the least needed on; their cells and gaps never exceed the width."""
    assert names(120) == ["name", "role", "organization", "stage", "last"]
    assert names(60) == ["name", "role", "stage", "last"]
    assert names(40) == ["name", "stage", "last"]
    assert names(30) == ["name", "last"]
    for width in range(24, 200):
        columns = partner_layout(width)
        assert 2 + sum(cells for _, cells in columns) + 2 * (len(columns) - 1) <= width


def test_rows_are_fetched_around_the_one_that_is_held() -> None:
    """The first rows to be read are those that will be seen."""
    keys = list(range(1000, 2000))
    assert 1500 in keys_near(keys, 1500, range(20))
    assert len(keys_near(keys, 1500, range(20))) == 60
    assert keys_near(keys, None, range(20)) == keys[:40]
    assert keys_near([], None, range(0)) == []


def test_sections_with_a_place_of_their_own_are_left_out() -> None:
    """Follow-ups and log are shown otherwise; comments are not for reading; other sections stay."""
    body = "## About\nx\n%% hidden %%\n## Follow-ups\n- [ ] y\n### Sub\nz\n## Log\n- 2026-01-01 call\n## More\n```\n## Log\n```\n"
    assert without_own_sections(body) == "## About\nx\n## More\n```\n## Log\n```"


def test_markdown_reads_well_as_text() -> None:
    """Lists, boxes, quotes, emphasis and links without their marks; long lines wrap under their text."""
    lines = prose("- one **two** [[Sam Lee|Sam]]\n- [x] done\n> said\n\n\n\n1. first and more words to wrap", 20)
    assert [line.plain.rstrip() for line in lines] == [
        "• one two Sam", "☑ done", "▎ said", "", "1. first and more", "   words to wrap",
    ]  # fmt: skip


def test_brackets_in_notes_are_no_markup() -> None:
    """A note can't style itself with the screen's own markup."""
    assert inline("[red]x[/red] a*b").plain == "[red]x[/red] a*b"


def test_the_caret_stands_under_the_fault() -> None:
    """With the message behind it, before it, or below it, where there is room."""
    error = QueryError("no such field", query="stage:met rle:x", position=10, hint="Did you mean role?")
    assert explained(error, 60, 0).plain == " " * 13 + "^ no such field. Did you mean role?"
    lines = [line.rstrip() for line in explained(error, 30, 0).plain.splitlines()]
    assert lines == [" " * 13 + "^", "   no such field. Did you", "   mean role?"]
    far = QueryError("no such field", query="x" * 60, position=50)
    line = explained(far, 60, 0).plain
    assert line.index("^") == 53
    assert line.strip() == "no such field ^"
    assert "\n" not in line
    assert cell_len(line) <= 60


def test_choices_that_begin_as_typed_are_offered() -> None:
    """Few are always listed, the typed one marked; of many those that fit."""
    assert offered(["call", "coffee"], "co", 120).plain == "call   coffee"
    many = [f"a{n}" for n in range(20)] + ["zz"]
    assert offered(many, "zz", 120).plain == "✓ zz"
    assert offered(many, "", 120).plain.endswith("…")


def test_what_has_no_room_is_not_cut_off_but_told() -> None:
    """As many choices as there are cells for, whole, and a sign that there are more."""
    assert offered(["pediatrician", "psychiatrist", "midwife"], "", 30).plain == "pediatrician   psychiatrist   …"


def test_names_from_right_to_left_leave_the_columns_after_them_alone() -> None:
    """A mark of no width ends them, so that a terminal that turns them around does not take a date along."""
    line = straight("שרה כהן  20 Nov")
    assert line == "שרה\u200e כהן\u200e  20 Nov"
    assert cell_len(line) == cell_len("שרה כהן  20 Nov")
    assert straight("José 王小明") == "José 王小明"


def test_where_not_all_have_room_what_is_typed_narrows_them() -> None:
    """A choice that is there as a whole leaves the others in sight."""
    choices = ["sent", "received", "acknowledged", "scheduled"]
    assert offered(choices, "sc", 24).plain == "scheduled"
    assert offered(choices, "sent", 24).plain == "✓ sent   received   …"

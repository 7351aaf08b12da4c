"""A body line by line: what is an entry, a follow-up, a link, and what is only text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.notes.read_note import Link, read_body


def test_entries_tasks_and_links_have_the_lines_of_their_file() -> None:
    """The body starts at the given line."""
    body = read_body(
        "## About\nknows [[Ann]] and [[Clinic/Rose City#desk|them]]\n\n- [ ] Ask 📅 2026-12-01\n- 2026-11-20 call: hi\n",
        9,
    )
    assert [(entry[0], entry[2], entry[4]) for entry in body.entries] == [(13, "call", "hi")]
    assert [(task[0], task[1], task[3]) for task in body.tasks] == [(12, "Ask", "2026-12-01")]
    assert body.links == [Link(10, "", "Ann"), Link(10, "", "Clinic/Rose City")]
    assert body.problems == []


def test_indented_lines_belong_to_their_entry() -> None:
    """After a blank line too, as Obsidian shows it. Their links count as the entry's; a task among them is a follow-up."""
    body = read_body(
        "- 2026-11-20 call: one [[A]]\n  two [[B]]\n\tthree\n  - [ ] task [[C]]\n\n  later [[D]]\n- item [[E]]\n  [[F]]\n",
        1,
    )
    assert [entry[4] for entry in body.entries] == ["one [[A]]\ntwo [[B]]\n  three\n\nlater [[D]]"]
    assert [task[:2] for task in body.tasks] == [(4, "task [[C]]")]
    assert body.links == [
        Link(1, "", "A"), Link(1, "", "B"), Link(1, "", "C"), Link(1, "", "D"), Link(7, "", "E"), Link(8, "", "F"),
    ]  # fmt: skip


def test_text_that_is_not_indented_by_two_after_a_blank_line_is_not_the_entrys() -> None:
    """Markdown reads it as a paragraph of its own."""
    body = read_body("- 2026-11-20 call: one\n\n\n  - two\n    ```\n\n- [ ] code\n    ```\n\n three\n", 1)
    assert [entry[4] for entry in body.entries] == ["one\n\n\n- two\n  ```"]
    body = read_body("- 2026-11-20 call: one\n  ```\n\n- [ ] code\n  ```\n\n  two\n", 1)
    assert [entry[4] for entry in body.entries] == ["one\n```\n\n- [ ] code\n```\n\ntwo"]
    assert body.tasks == []


def test_code_is_only_text() -> None:
    """Nothing between fences is read, of backticks or tildes; a longer fence is closed by one as long."""
    body = read_body(
        "```\n- [ ] no\n- 2026-11-20 call: no [[No]]\n```\n- [ ] yes\n~~~~\n- [ ] no\n~~~\n- [ ] no\n~~~~\n- [ ] yes\n```\n- [ ] no",
        1,
    )
    assert [task[0] for task in body.tasks] == [5, 11]
    assert (body.entries, body.links) == ([], [])
    assert [task[0] for task in read_body("```a line of code```\n- [ ] yes", 1).tasks] == [2]


def test_windows_line_ends_are_no_part_of_a_line() -> None:
    """CRLF reads as LF does."""
    text = "- 2026-11-20 call: one\n  two\n\n- [x] thanks: card ✅ 2026-11-21\n- [ ] x ^f-1\n"
    assert read_body(text.replace("\n", "\r\n"), 1) == read_body(text, 1)


def test_an_impossible_date_hides_no_other_mistake_of_its_line() -> None:
    """And is itself that of a field with a date, not what another field holds."""
    body = read_body("- [ ] Ask [onCompletion:: zap] [repeat:: every moon] [due:: soon]\n", 1)
    assert [(p.column, p.message.partition(",")[0]) for p in body.problems] == [
        (60, '"soon" is not a date'),
        (33, '"every moon" is not a rule that is known'),
        (12, '"zap" is not one of its values'),
    ]


def test_a_comment_that_ends_with_its_quotation_is_a_problem_at_its_line() -> None:
    """It hides the rest of the quotation, and nothing below that."""
    body = read_body("> [!note] x\n> %%\n> - [ ] hidden\n\n- [ ] Ask\n\n> %%\n> closed\n> %%\n", 1)
    assert [task[1] for task in body.tasks] == ["Ask"]
    assert [(p.line, p.column, p.message) for p in body.problems] == [
        (2, 3, "this comment is never closed, so the rest of the quotation is hidden")
    ]


def test_an_impossible_date_is_a_problem_with_its_place() -> None:
    """Line and column of the date, and how to write it."""
    body = read_body(
        "- 2026-11-20 call: ok\n- 2026-02-30 call: x\n- [ ] Ask 📅 2026-13-01\n- [ ] Ask [due:: soon]\n", 5
    )
    found = [(p.line, p.column, p.message) for p in body.problems]
    assert found == [
        (6, 3, '"2026-02-30" is not a date'),
        (7, 13, '"2026-13-01" is not a date'),
        (8, 17, '"soon" is not a date'),
    ]
    assert len(body.entries) == 1
    assert [(task[0], task[1], task[3]) for task in body.tasks] == [(7, "Ask", None), (8, "Ask", None)], "still to do"


def test_a_date_without_its_zeros_is_a_problem_that_says_how_to_write_it() -> None:
    """It was meant as an entry or a due date, and is neither to us nor to Obsidian: never silently nothing."""
    body = read_body(
        "- 2026-11-1 coffee: x\n- [[2026-1-05]] call\n- 2026/11/20 call: y\n- [ ] Ask 📅 2026-11-1\n"
        "- [ ] Ask by 2026-1-05.\n- 2026-11-20 later check-in: 2027-2-1\n- 2026-11-20 later thanks\n",
        1,
    )
    assert [(p.line, p.column, p.message, p.hint) for p in body.problems] == [
        (1, 3, '"2026-11-1" is not read as a date', "Write it as 2026-11-01."),
        (2, 5, '"2026-1-05" is not read as a date', "Write it as 2026-01-05."),
        (3, 3, '"2026/11/20" is not read as a date', "Write it as 2026-11-20."),
        (4, 13, '"2026-11-1" is not read as a date', "Write it as 2026-11-01."),
        (5, 14, '"2026-1-05" is not read as a date', "Write it as 2026-01-05."),
        (6, 30, '"2027-2-1" is not read as a date', "Write it as 2027-02-01."),
        (7, 1, "a date is missing", "Write it as YEAR-MONTH-DAY, such as 2026-12-01."),
    ]
    assert body.entries == []
    assert [(task[0], task[1], task[3]) for task in body.tasks] == [(4, "Ask", None), (5, "Ask", None)]


def test_lists_that_only_begin_with_numbers_are_text() -> None:
    """A year, a range, an invoice, a version: none of them was meant as a day."""
    lines = ["- 2026-11 goals", "- 2026-45-1 x", "- 1234-5-6 invoice", "- 2026-1-2-3 part", "- 2026-11-1st", "- 3-4-5",
             "- 2026.1.5 version", "- [ ] see 2026-1-5", "- [ ] by 2026-11-1 or so", "1. 2026-11-1 x"]  # fmt: skip
    body = read_body("\n".join(lines), 1)
    assert (body.entries, body.problems) == ([], [])


_PIECES = ["- ", "* ", "  ", "\t", "> ", "[ ] ", "[x] ", "2026-11-20", "2026-13-40", " call: ", "[[A|b]]", "📅 2026-12-01",
           "[due:: x]", "```", "~~~", "\n", "\r\n", "\n\n", "é", "#", "::", "[", "]"]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=30).map("".join))
def test_every_line_is_at_most_one_thing(text: str) -> None:
    """No body raises; an entry or a follow-up stands on a line of its own, in order, within the body."""
    body = read_body(text, 10)
    lines = [entry[0] for entry in body.entries] + [task[0] for task in body.tasks]
    assert len(set(lines)) == len(lines)
    assert [entry[0] for entry in body.entries] == sorted(entry[0] for entry in body.entries)
    last = 10 + text.count("\n")
    assert all(10 <= line <= last for line in [*lines, *(link.line for link in body.links)])


def test_a_comment_holds_no_entry_task_link_or_tag() -> None:
    body = read_body(
        "%%\n## Log\n- 2026-01-05 coffee: no [[No]] #no\n- [ ] no\n%%\n<!--\n- 2026-02-02 meeting: no\n-->\n"
        "- 2026-03-01 call: hi %% private [[No]] %% there\n  %% no %%\n  more <!-- no -->\n"
        "- [ ] thanks: card <!-- no --> 📅 2026-03-20 %% 📅 2026-01-01 %%\n%% [[No]] %% - [ ] no\n",
        1,
    )
    assert [(entry[0], entry[2], entry[4]) for entry in body.entries] == [(9, "call", "hi there\nmore")]
    assert [(task[0], task[1], task[3]) for task in body.tasks] == [(12, "card", "2026-03-20")]
    assert (body.links, body.tags, body.problems) == ([], [], [])


def test_a_comment_that_is_never_closed_hides_the_rest_and_is_a_problem() -> None:
    body = read_body("- [ ] yes\n%% open\n- [ ] no\n- 2026-03-01 call: no\n", 5)
    assert ([task[0] for task in body.tasks], body.entries) == ([5], [])
    (problem,) = body.problems
    assert (problem.line, problem.column, problem.level, "never closed" in problem.message) == (6, 1, "warning", True)


def test_within_a_line_it_is_text_and_a_problem() -> None:
    body = read_body("- 2026-03-01 call: 50%% off\n- 2026-03-02 coffee: hi %% private %%\n", 1)
    assert [entry[4] for entry in body.entries] == ["50%% off", "hi"]
    assert [(problem.line, problem.column) for problem in body.problems] == [(1, 22)]


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("- [ ] fax 🔁 every blue moon 📅 2026-03-09", 11, '"every blue moon" is not a rule that is known'),
        ("- [ ] fax 🔁 every week until May 📅 2026-03-09", 11, '"every week until May"'),
        ("- [ ] fax [repeat:: monthly]", 12, '"monthly" is not a rule'),
        ("- [ ] fax 🔁", 11, "the rule is missing"),
        ("- [ ] fax 🔁 📅 2026-03-09", 11, "the rule is missing"),
        ("- [ ] fax [repeat:: ]", 12, "the rule is missing"),
        ("- [ ] fax 🔁 every week, and call 📅 2026-03-09!", 11, '"every week, and call'),
        ("- [ ] fax 📅 tomorrow", 11, "no date follows 📅"),
        ("- [ ] fax 📅", 11, "no date follows 📅"),
        ("- [ ] fax ⏳ 2026-03-09 soon", 11, "the date after ⏳ is not read"),
        ("- [ ] fax 📅 2026-03-09 🏁 maybe", 24, '"maybe" is not one of its values'),
        ("- [ ] fax [priority:: urgent]", 12, '"urgent" is not one of its values'),
        ("- [ ] fax 🆔", 11, "nothing follows this sign"),
    ],
)
def test_what_a_task_line_has_that_can_not_be_read_is_a_problem(line: str, column: int, words: str) -> None:
    """Nothing that Tasks knows as a sign is left out in silence."""
    body = read_body(line, 3)
    assert [task[0] for task in body.tasks] == [3]
    found = [problem for problem in body.problems if words in problem.message]
    assert [(problem.line, problem.column, problem.level) for problem in found] == [(3, column, "warning")]
    assert found[0].hint


@pytest.mark.parametrize(
    "line",
    [
        "- [ ] fax 🔁 every month on the last Friday ⏫ 🆔 ab-1 ⛔ x1, y2 📅 2026-03-09 🏁 delete #tag",
        "- [ ] fax [priority:: high] [id:: a] [dependsOn:: b] [onCompletion:: keep] [repeat:: every week]",
        "- [ ] ✅ done with ❌ and ➕", "- [ ] fax 😀", "- [x] fax ⏬ ✅ 2026-03-09 ^f-aaaa",
    ],
)  # fmt: skip
def test_what_tasks_documents_is_no_problem(line: str) -> None:
    assert read_body(line, 1).problems == []


def test_tags_of_a_body_are_those_that_obsidian_reads() -> None:
    body = read_body(
        "# Heading\n#first and #a/b, (#in-parens) not#this nor https://x.org/#that nor #123 nor [[Sam#Log]] nor [x](#y)\n"
        "- 2026-03-01 call: hi #log #first\n`#no` \n```\n#no\n```\n%% #no %% ## #Größe\n",
        1,
    )
    assert body.tags == ["first", "a/b", "in-parens", "log", "Größe"]


def test_with_a_filter_only_lines_that_hold_it_are_follow_ups_and_it_is_no_part_of_the_title() -> None:
    body = read_body(
        "- [ ] groceries 📅 2026-03-09\n- [ ] #task 12:30 coffee: at Heart 📅 2026-03-09\n- [x] card #task ✅ 2026-03-08\n"
        "- [ ] no #tasks %% #task %%\n- [ ] #task fax 📅 2026-02-30\n- [ ] no 📅 2026-02-30\n",
        1,
        "#task",
    )
    found = [task[:6] for task in body.tasks]
    assert found == [
        (2, "at Heart", "open", "2026-03-09", "12:30", "coffee"),
        (3, "card", "done", None, None, ""),
        (4, "no #tasks", "open", None, None, ""),
        (5, "fax", "open", None, None, ""),
    ]
    assert [problem.line for problem in body.problems] == [5]

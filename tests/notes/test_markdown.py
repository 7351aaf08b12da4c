"""Comments and code in a body, as Obsidian reads them (vault format, Reading)."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.notes.markdown import end_of_visible, markup, unclosed, uncommented, visible, without_comments


def dots(text: str) -> str:
    return text.replace("\0", ".")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a %% b %% c", "a ....... c"),
        ("a <!-- b --> c", "a .......... c"),
        ("%%\na\n\nb\n%%\nc", "..\n.\n\n.\n..\nc"),
        ("<!--\na\n-->\nc", "....\n.\n...\nc"),
        ("  %% a\nb %% c", "  ....\n.... c"),
        ("> %% a\n> b %% c", "> ....\n...... c"),
        ("%% a\r\nb\r\n%%\r\nc\r\n", "....\r\n.\r\n..\r\nc\r\n"),
        ("<!-->a", ".....a"),
        ("%%%%a", "....a"),
        ("%%% a %%b", "........b"),
    ],
)
def test_a_comment_is_hidden_and_every_other_character_keeps_its_place(text: str, seen: str) -> None:
    assert dots(uncommented(text)) == seen
    assert dots(visible(text)) == seen


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a `%%` b `%%` c", "a .... b .... c"),
        ("a `<!--` b", "a ...... b"),
        ("`` a ` %% ``b", "............b"),
        ("```\n%%\n```\na", "...\n..\n...\na"),
        ("%% ```\na\n%%\nb", "......\n.\n..\nb"),
        ("<!--\n```\n-->\nb\n```\nc\n```", "....\n...\n...\nb\n...\n.\n..."),
        ("%% ` %% a `b`", "....... a ..."),
        ("> ```\n> %%\n> ```\na", ".....\n....\n.....\na"),
        ("> ```\n> a\nb", ".....\n...\nb"),
        ("a ` b %% c %% d", "a ` b ....... d"),
    ],
)
def test_of_code_and_comments_the_one_that_begins_first_counts(text: str, seen: str) -> None:
    assert dots(visible(text)) == seen


def test_code_stays_where_comments_alone_are_hidden() -> None:
    assert dots(uncommented("`%%` a %% `b` %%\n```\n%%\n```")) == "`%%` a .........\n```\n%%\n```"


@pytest.mark.parametrize(
    ("text", "seen", "place"),
    [
        ("a\n%% b\n- c", "a\n....\n...", (3, 1)),
        ("a\n <!-- b\n- c", "a\n ......\n...", (3, 2)),
        ("a\n~~~\n- c", "a\n...\n...", (3, 1)),
        ("\na 50%% b\n- c", "\na 50%% b\n- c", (3, 5)),
        ("\na <!-- b\n- c", "\na <!-- b\n- c", (3, 3)),
    ],
)
def test_what_is_never_closed_hides_the_rest_from_the_beginning_of_a_line_alone_and_is_a_problem(
    text: str, seen: str, place: tuple[int, int]
) -> None:
    assert dots(visible(text)) == seen
    (problem,) = unclosed(text, markup(text), 2)
    assert (problem.line, problem.column) == place


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a %% b\n- c\n%%\nd", "a ....\n...\n..\nd"),
        ("a %% b\nc %% d", "a ....\n.... d"),
        ("a <!-- b\n- c -->\nd", "a ......\n.......\nd"),
        ("a 50%% off\nb %% c %% d", "a 50%% off\nb ....... d"),
        ("a 50%% off\n%%\nb\n%%\nc", "a 50%% off\n..\n.\n..\nc"),
        ("a %% b\nc %%\n%%\nd\n%%", "a ....\n....\n..\n.\n.."),
        ("a <!-- b\nc <!-- d --> e", "a <!-- b\nc .......... e"),
        ("> %% a\n> b\n- c\n%% d %%", "> ....\n...\n- c\n......."),
    ],
)
def test_a_comment_within_a_line_ends_in_a_later_one_where_the_signs_there_are_no_pair_of_their_own(
    text: str, seen: str
) -> None:
    assert dots(uncommented(text)) == seen


def test_an_escaped_sign_opens_nothing() -> None:
    assert visible(r"a \%% b \<!-- c \` d") == r"a \%% b \<!-- c \` d"


def test_a_reader_sees_neither_a_comment_nor_the_line_that_held_it() -> None:
    assert without_comments("a %% b %% c\n%%\nd\n%%\n- e %% f %%\n") == "a c\n- e\n"


@pytest.mark.parametrize(
    ("text", "end"), [("a\n", 2), ("a\n%% b %%\n", 10), ("a\n%%\nb\n", 2), ("a\n```\nb\n", 2), ("a `b", 4)]
)
def test_lines_are_added_above_what_is_never_closed(text: str, end: int) -> None:
    assert end_of_visible(text) == end


@given(st.lists(st.sampled_from(["%%", "<!--", "-->", "`", "```", "~~~", "a", " ", "\n", "\r\n", "> ", "\\", "- "])))
def test_hiding_keeps_the_length_and_every_line_break_of_any_text(parts: list[str]) -> None:
    text = "".join(parts)
    for seen in (visible(text), uncommented(text)):
        assert len(seen) == len(text)
        assert all(one == other or (one == "\0" and other not in "\r\n") for one, other in zip(seen, text, strict=True))
    stretches = markup(text).stretches
    assert all(one.end <= other.start for one, other in pairwise(stretches))
    assert end_of_visible(text) <= len(text)

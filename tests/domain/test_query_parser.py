import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.folding import fold, fold_members, fold_value
from rounds.domain.periods import parse_span
from rounds.domain.query.fields import FIELDS, closest, field_named
from rounds.domain.query.parser import (
    Every,
    Everyone,
    FieldMatch,
    Has,
    Node,
    Not,
    Some,
    Value,
    Word,
    closed,
    complete,
    parse,
    without_word,
    word_start,
)
from rounds.errors import QueryError

MONDAY = date(2026, 11, 23)


def bare(text: str) -> Word:
    return Word(text, phrase=False)


def fault(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    ("value", "folded"),
    [
        ("Lake Oswego", " | lake oswego | "),
        (["Aetna", "Regence BlueCross", "—"], " | aetna | regence bluecross | "),
        ([], ""),
        (None, ""),
        ("", ""),
        (["a", None, ["b"]], " | a | b | "),
        (True, " | true | "),
        (False, " | false | "),
        (120, " | 120 | "),
        (1.5, " | 1 5 | "),
        (date(2026, 3, 4), " | 2026 03 04 | "),
        ({"front": "Kim", "more": ["x", 1]}, " | front kim more x 1 | "),
        ("[[Rose City Pediatrics]]", " | rose city pediatrics | "),
        ("[[Rose City Pediatrics|RCP]]", " | rose city pediatrics | rcp | "),
        ("[[Organizations/Rose City.md#Front desk]]", " | rose city | "),
        (["[[Sam Lee]]", "[[Kim Oh|Kim]]"], " | sam lee | kim oh | kim | "),
        ("met through [[People/Sam Lee|Sam]] at lunch", " | met through sam lee sam at lunch | "),
        ("[[", ""),
        ("a | b", " | a b | "),
    ],
)
def test_values_fold_to_members(value: object, folded: str) -> None:
    """A list is matched member by member, a link by the note's name or its alias."""
    assert fold_value(value) == folded


def test_members_that_fold_to_nothing_are_left_out() -> None:
    """No empty member can be matched."""
    assert fold_members(["!", "Moda", ""]) == " | moda | "
    assert fold_members(["!"]) == ""


@pytest.mark.parametrize("text", ["", "   ", "-", "& ,", "…"])
def test_an_empty_query_is_everything(text: str) -> None:
    """Nothing typed, or nothing that says anything, filters nothing."""
    assert parse(text).root == Everyone()


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("portland", bare("portland")),
        ("psych*", bare("psych")),
        ('"lake oswego"', Word("lake oswego", phrase=True)),
        ("“lake oswego”", Word("lake oswego", phrase=True)),
        ("a b", Every((bare("a"), bare("b")))),
        ("a and b AND c", Every((bare("a"), bare("b"), bare("c")))),
        ("a or b c", Some((bare("a"), Every((bare("b"), bare("c")))))),
        ("(a OR b) c", Every((Some((bare("a"), bare("b"))), bare("c")))),
        ("-a", Not(bare("a"))),
        ("not a", Not(bare("a"))),
        ("not -a", bare("a")),
        ("-(a b)", Not(Every((bare("a"), bare("b"))))),
        ("a(b)c", Every((bare("a"), bare("b"), bare("c")))),
        ("Smith & Jones", Every((bare("Smith"), bare("Jones")))),
        ("Smith - Jones", Every((bare("Smith"), bare("Jones")))),
        ("x-ray", bare("x-ray")),
        ("12:30", bare("12:30")),
        ("oregon order nothing android", Every(tuple(map(bare, ("oregon", "order", "nothing", "android"))))),
        ('"or"', Word("or", phrase=True)),
        ("has:email", Has("email", 4)),
        ("no:email", Not(Has("email", 3))),
        ("has:email,phone", Some((Has("email", 4), Has("phone", 10)))),
        ("no:email,phone", Not(Some((Has("email", 3), Has("phone", 9))))),
    ],
)
def test_words_and_their_joints(text: str, root: Node) -> None:
    """Blanks are and, which binds tighter than or; minus and not exclude; quotes keep words together."""
    assert parse(text).root == root


@pytest.mark.parametrize(
    ("text", "field", "values"),
    [
        ("city:Portland", "city", (Value("Portland", 5),)),
        ("city:a,b", "city", (Value("a", 5), Value("b", 7))),
        ('city:"lake oswego",b', "city", (Value("lake oswego", 5), Value("b", 19))),
        ("city:port*", "city", (Value("port", 5, prefix=True),)),
        ('city:"lake os"*', "city", (Value("lake os", 5, prefix=True),)),
        ("city:=Portland", "city", (Value("Portland", 5, "="),)),
        ("last:>90d", "last", (Value("90d", 5, ">"),)),
        ('last:<="3 months"', "last", (Value("3 months", 5, "<="),)),
        ("date:2026-01..2026-03", "date", (Value("2026-01..2026-03", 5),)),
        ('"my field":x', "my field", (Value("x", 11),)),
        ("website:https://a.example/b", "website", (Value("https://a.example/b", 8),)),
        ("stage:not-a-fit", "stage", (Value("not-a-fit", 6),)),
        ("Stage:act*", "Stage", (Value("act", 6, prefix=True),)),
    ],
)
def test_matches_of_fields(text: str, field: str, values: tuple[Value, ...]) -> None:
    """`field:value` with several values, quotes, a star or an operator."""
    assert parse(text).root == FieldMatch(field, 0, values)


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ('kim "lake', 4, "This quote is never closed."),
        ('city:"lake', 5, "This quote is never closed."),
        ("kim (a or b", 4, "This ( is never closed."),
        ("a) b", 1, "There is no ( for this )."),
        ("a or", 4, "Nothing follows or."),
        ("a and", 5, "Nothing follows and."),
        ("not", 3, "Nothing follows not."),
        ("or a", 0, "Something is missing here."),
        ("()", 1, "Something is missing here."),
        ("city: x", 5, "A value is missing after city:"),
        ("city:a,", 7, "A value is missing after city:"),
        ('city:""', 5, "A value is missing after city:"),
        ("email:*", 6, "A value is missing after email:"),
        ('city:"a"b', 8, "A blank is missing here."),
        ("city:???", 5, "There is no letter or digit to look for in ???."),
        ("a 🎉", 2, "There is no letter or digit to search for in 🎉."),
        ("stage:actve", 6, "stage:actve is not known."),
        ("stage:active,mett", 13, "stage:mett is not known."),
        ("stage:>met", 6, "stage can't be compared with >."),
        ("is:o*", 3, "Only a whole word can follow is:"),
        ("has:>3", 4, "Only the name of a field can go here."),
        ("last:soon", 5, "last can't be read as a date: soon"),
        ("last:2026-02-30", 5, "last can't be read as a date: 2026-02-30"),
        ("last:2026*", 5, "last can't be read as a date: 2026"),
        ("due:9999y", 4, "due can't be read as a date: 9999y"),
        ("(" * 60 + "a", 50, "These parentheses are nested too deeply."),
        ("a" * 1001, 1000, "A query can have 1,000 characters at most."),
    ],
)
def test_faults_are_shown_where_they_are(text: str, position: int, message: str) -> None:
    """A query that can't be understood says what is wrong, with a caret under it."""
    error = fault(text)
    assert (error.position, error.message) == (position, message)
    assert error.caret().splitlines() == [text, " " * position + "^"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("stage:actve", "Did you mean stage:active?"),
        ("stage:not a fit", 'Did you mean stage:"not a fit"?'),
        ("status:complet", "Did you mean status:completed?"),
        ("type:parnter", "Did you mean type:partner?"),
        ("direction:inn", "Did you mean direction:in?"),
        ("accepting:zzz", "It can be open, waitlist, full."),
        ("telehealth:zzz", "It can be yes, no."),
        ("email:*", "For all that have one: has:email"),
    ],
)
def test_faults_come_with_a_way_out(text: str, hint: str) -> None:
    """A mistyped value gets the nearest one suggested, or all that there are."""
    assert fault(text).hint == hint


@given(st.text(alphabet="ab:\"(),-*<>=. orndt\u201c|\\'%_\0", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever is typed while the filter is live, only a QueryError with a place within the text comes of it."""
    position = 0
    try:
        parse(text)
    except QueryError as error:
        position = error.position
    assert 0 <= position <= len(text)


@pytest.mark.parametrize("name", ["referral_method", "referral-method", "Referral Method", "REFERRAL_METHOD"])
def test_names_of_fields_are_forgiving(name: str) -> None:
    """Case, blanks, hyphens and underscores in the name of a field make no difference."""
    field = field_named(name)
    assert field is not None
    assert field.column == "referral_method"


def test_each_field_has_one_name() -> None:
    """No two fields answer to the same name."""
    names = [fold(name) for field in FIELDS for name in (field.name, *field.aliases)]
    assert len(names) == len(set(names))


def test_suggestions_are_near_or_none() -> None:
    """A suggestion is close to what was typed, or begins with it; nothing is suggested at random."""
    assert closest("psychiatris", ["pediatrician", "psychiatrist"]) == "psychiatrist"
    assert closest("pe", ["pediatrician", "psychiatrist"]) == "pediatrician"
    assert closest("zzz", ["pediatrician", "psychiatrist"]) == ""
    assert closest("?", ["pediatrician"]) == ""


DAY_90 = date(2026, 8, 25)  # 90 days before that Monday


@pytest.mark.parametrize(
    ("text", "operator", "past", "first", "after"),
    [
        ("90d", ">", True, None, DAY_90),
        ("90d", ">=", True, None, date(2026, 8, 26)),
        ("90d", "<", True, date(2026, 8, 26), None),
        ("90d", "<=", True, DAY_90, None),
        ("90d", "", True, DAY_90, date(2026, 8, 26)),
        ("7d", "<", False, None, date(2026, 11, 30)),
        ("7d", "<=", False, None, date(2026, 12, 1)),
        ("7d", ">", False, date(2026, 12, 1), None),
        ("2w", "=", False, date(2026, 12, 7), date(2026, 12, 8)),
        ("3m", "<", False, None, date(2027, 2, 23)),
        ("1y", "<", True, date(2025, 11, 24), None),
        ("2026-03-04", "<", True, None, date(2026, 3, 4)),
        ("2026-03-04", ">", True, date(2026, 3, 5), None),
        ("2026-03", "", True, date(2026, 3, 1), date(2026, 4, 1)),
        ("2026-12", "<=", True, None, date(2027, 1, 1)),
        ("2026", "=", False, date(2026, 1, 1), date(2027, 1, 1)),
        ("2026", ">", False, date(2027, 1, 1), None),
        ("2026-01..2026-03", "", True, date(2026, 1, 1), date(2026, 4, 1)),
        ("30d..90d", "", True, DAY_90, date(2026, 10, 25)),
        ("today..7d", "", False, MONDAY, date(2026, 12, 1)),
        ("2026-03..", "", True, date(2026, 3, 1), None),
        ("..yesterday", "", True, None, MONDAY),
        ("today", "", True, MONDAY, date(2026, 11, 24)),
        ("tomorrow", ">=", False, date(2026, 11, 24), None),
        ("monday", "", False, date(2026, 11, 30), date(2026, 12, 1)),
        ("mon", "", True, date(2026, 11, 16), date(2026, 11, 17)),
        ("Fri", "", False, date(2026, 11, 27), date(2026, 11, 28)),
        ("sunday", "", True, date(2026, 11, 22), MONDAY),
    ],
)
def test_what_a_date_means(text: str, operator: str, past: bool, first: date | None, after: date | None) -> None:
    """Lengths of time count back or ahead as the field looks; > with them is longer; dates compare plainly."""
    assert parse_span(text, operator, today=MONDAY, past=past) == (first, after)


KNOWN = ["my tea", "rate"]
VALUES = {"role": ["school counselor", "psychiatrist"], "city": {"Portland"}, "my tea": ["green"]}


@pytest.mark.parametrize(
    ("text", "completed"),
    [
        ("", []),
        ("kim ", []),
        ("sta", ["stage:", "status:"]),
        ("kim (ci", ["kim (city:"]),
        ("ra", ["rate:"]),
        ("my", ['"my tea":']),
        ("role:s", ['role:"school counselor"']),
        ('-role:"school c', ['-role:"school counselor"']),
        ("stage:active,re", ["stage:active,resting"]),
        ("City:po", ["City:Portland"]),
        ('"my tea":g', ['"my tea":green']),
        ("telehealth:", ["telehealth:yes", "telehealth:no"]),
        ("due:", ["due:<7d", "due:<30d", "due:<today", "due:today", "due:tomorrow"]),
        ("last:>", ["last:>today", "last:>yesterday"]),
        ("has:rest", ["has:rest_until"]),
        ("foo:b", []),
    ],
)
def test_completions(text: str, completed: list[str]) -> None:
    """At the cursor, names of fields and the values that the vault has are proposed, quoted where needed."""
    proposals = complete(text, len(text), known=KNOWN, values=VALUES)
    start = word_start(text, len(text))
    assert [text[:start] + proposal for proposal in proposals] == completed


def test_only_what_stands_before_the_cursor_counts() -> None:
    """A word that is being changed in the middle of a query is completed by its beginning."""
    assert complete("city:po role:x", 7, known=(), values=VALUES) == ["city:Portland"]


@pytest.mark.parametrize(
    ("text", "at", "left"),
    [
        ("stage:met rle:x doula", 10, "stage:met  doula"),
        ("stage:met role:psy", 15, "stage:met "),
        ("role:midwife,psy", 13, "role:midwife"),
        ("role:midwife,", 13, "role:midwife"),
        ("-role:", 6, "-"),
        ("", 0, ""),
    ],
)
def test_a_query_can_do_without_one_word(text: str, at: int, left: str) -> None:
    """The word, or of several values the one, that holds a place."""
    assert without_word(text, at) == left


def test_what_is_open_can_be_closed() -> None:
    """Quotes first, then parentheses."""
    assert closed('(a or ("b c') == '(a or ("b c"))'
    assert closed("a)") == "a)"


@given(st.text(alphabet='ab:"(),-* rolestag', max_size=20), st.integers(0, 20))
def test_completing_never_fails(text: str, cursor: int) -> None:
    """Each completion can stand for the word at the cursor, whatever was typed."""
    for proposal in complete(text, cursor, known=KNOWN, values=VALUES):
        assert proposal
    assert 0 <= word_start(text, cursor) <= cursor


def test_the_start_of_a_word_is_found_in_long_texts() -> None:
    """In time that does not grow with what stands far before it."""
    began = time.process_time()
    assert word_start("a (" + "b" * 100_000 + " ci", 100_006) == 100_004
    assert word_start('"' + "b c" * 30_000, 90_001) >= 0
    assert time.process_time() - began < 1

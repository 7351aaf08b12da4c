"""What comes back from a server: three-way, against what was published there last."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.feed import FeedEvent
from rounds.domain.publish_diff import (
    Delete,
    Forget,
    Item,
    Object,
    Put,
    Remember,
    Remembered,
    Remote,
    Sent,
    ServerChange,
    actions,
    compare,
    intents,
    is_new_calendar,
    server_changes,
    to_read,
)

DAY, NEXT = dt.date(2026, 12, 1), dt.date(2026, 12, 2)
OURS = FeedEvent("u", DAY, "Sam: call")
SEEN = Remote("Sam: call", DAY)
PUT = Remembered('"1"', "mark", SEEN)


def back(theirs: Remote | None, ours: FeedEvent | None = OURS, put: Remembered = PUT) -> list[ServerChange]:
    return list(server_changes(put, theirs, ours))


def test_nothing_new_is_nothing() -> None:
    """Also where they say by now what we say, and where a client made a midnight of a day."""
    assert back(SEEN) == []
    assert back(Remote("Sam: call", NEXT), OURS._replace(day=NEXT)) == []
    assert back(Remote("Sam: ring", DAY), OURS._replace(summary="Sam: ring")) == []
    assert back(Remote("Sam: call", DAY, dt.time())) == []


def test_a_tick_and_its_taking_back() -> None:
    """Against what was seen last, not against what we say: only so is it known who has changed it."""
    assert back(Remote("Sam: call", DAY, done=True, completed=NEXT)) == [ServerChange("done", "Sam: call", NEXT)]
    ticked = PUT._replace(seen=SEEN._replace(done=True))
    assert back(SEEN, OURS._replace(done=DAY), ticked) == [ServerChange("open", "Sam: call")]
    assert back(SEEN._replace(done=True), OURS, ticked) == []


def test_a_deletion_is_told_once() -> None:
    assert back(None) == [ServerChange("gone", "Sam: call: deleted there. Your notes keep it.")]
    assert back(None, put=PUT._replace(gone=True)) == []
    assert back(None, ours=None) == []
    assert back(None, OURS._replace(done=DAY)) == []  # tidied up


def test_all_else_is_told_in_words() -> None:
    found = back(Remote("Sam: ring", NEXT, dt.time(9, 30), done=True))
    assert [each.words for each in found] == [
        "Sam: call",
        "Sam: call: moved there to 2026-12-02 09:30. Your notes keep 2026-12-01.",
        "Sam: call: called there “Sam: ring”. Your notes keep their words.",
    ]
    assert back(Remote("Sam: call"))[0].words == "Sam: call: moved there to no day. Your notes keep 2026-12-01."


def test_a_time_that_is_moved_within_its_day_is_told() -> None:
    """From half past nine to ten, to all day; what we say by now, or said, is nothing new."""
    put = PUT._replace(seen=SEEN._replace(time=dt.time(9, 30)))
    ours = OURS._replace(time=dt.time(9, 30))
    (moved,) = back(SEEN._replace(time=dt.time(10)), ours, put)
    words = "Sam: call: moved there to 2026-12-01 10:00. Your notes keep 2026-12-01 09:30."
    assert moved == ServerChange("moved", words, DAY, time=dt.time(10), alone=True)
    (whole,) = back(SEEN, ours, put)
    assert whole.words == "Sam: call: moved there to 2026-12-01. Your notes keep 2026-12-01 09:30."
    assert (
        back(put.seen, ours, put) == back(SEEN._replace(time=dt.time(10)), ours._replace(time=dt.time(10)), put) == []
    )


def test_what_is_moved_or_renamed_there_after_it_left_the_feed_is_told() -> None:
    """The notes have no day for it any more."""
    assert back(SEEN, ours=None) == []
    assert [each.words for each in back(Remote("Sam: ring", NEXT, dt.time(9, 30)), ours=None)] == [
        "Sam: call: moved there to 2026-12-02 09:30. Your notes keep no day.",
        "Sam: call: called there “Sam: ring”. Your notes keep their words.",
    ]
    assert back(SEEN._replace(done=True), ours=None) == [ServerChange("done", "Sam: call")]


def test_what_it_is_called_there_is_told_in_one_line() -> None:
    """However much somebody has made of it."""
    (told,) = back(Remote("a\n\nTicked off there: b\x85" + "x" * 99_999, DAY))
    assert told.words.startswith("Sam: call: called there “a Ticked off there: b xxx")
    assert len(told.words) < 300


# What to read, what to remember, what to do ---------------------------------------------------------------------------

ITEM = Item(OURS, "mark")
KEY = ("n", "check-in", "c")


def test_an_object_is_read_if_its_tag_changed_or_it_came_or_went() -> None:
    """Not one that is known by its tag, and not an item that neither side has there."""
    remembered = {
        "same": PUT, "new tag": PUT, "no tag": PUT._replace(tag=""), "gone": PUT._replace(tag="", gone=True),
        "back": PUT._replace(gone=True), "deleted": PUT,
    }  # fmt: skip
    tags = {"same": '"1"', "new tag": '"2"', "no tag": "", "back": '"1"', "foreign": '"1"'}
    items = {"foreign": ITEM, "not there": ITEM}
    assert to_read(items, tags, remembered) == ["new tag", "no tag", "gone", "back", "deleted", "foreign"]


def test_an_empty_calendar_is_a_new_one_if_it_had_some_items() -> None:
    remembered = {"a": PUT, "b": PUT, "c": PUT, "d": PUT._replace(gone=True)}
    assert is_new_calendar([], remembered)
    assert not is_new_calendar(["x"], remembered)
    assert not is_new_calendar([], {"a": PUT, "b": PUT, "d": PUT._replace(gone=True)})


def test_what_is_remembered_is_what_was_seen() -> None:
    """Deleted, unreadable, ticked off; and from another machine, where it counts as open until now."""
    assert compare(ITEM, None, PUT) == (
        PUT._replace(tag="", gone=True), [ServerChange("gone", "Sam: call: deleted there. Your notes keep it.")],
    )  # fmt: skip
    assert compare(ITEM, Object('"2"', None), PUT) == (
        PUT._replace(tag='"2"', shared=True), [ServerChange("changed", "Sam: call: the version there can't be read.")],
    )  # fmt: skip
    ticked = SEEN._replace(done=True)
    assert compare(ITEM, Object('"2"', ticked), PUT) == (
        Remembered('"2"', "mark", ticked, shared=True), [ServerChange("done", "Sam: call")],
    )  # fmt: skip
    assert compare(ITEM._replace(done=True), Object('"2"', ticked), None) == (
        Remembered('"2"', "", ticked, shared=True), [ServerChange("done", "Sam: call")],
    )  # fmt: skip


def test_the_actions() -> None:
    """New and changed items are put, old ones deleted; what is there already is only remembered."""
    items = {
        "new": ITEM, "same": ITEM, "changed": ITEM._replace(mark="other"), "held": ITEM._replace(mark="other"),
        "deleted there": ITEM, "deleted, then changed": ITEM._replace(mark="other"), "other machine": ITEM,
    }  # fmt: skip
    gone = PUT._replace(tag="", gone=True)
    remembered = {
        "same": PUT, "changed": PUT, "held": PUT, "deleted there": gone, "deleted, then changed": gone,
        "other machine": PUT._replace(mark=""), "old": PUT, "old and deleted": gone,
    }  # fmt: skip
    assert actions(items, remembered, held={"held"}) == [
        Put("new", None), Put("changed", '"1"'), Put("deleted, then changed", None), Remember("other machine", PUT),
        Delete("old", '"1"'), Forget("old and deleted"),
    ]  # fmt: skip


def test_what_was_ticked_off_stays_so_until_the_question_is_answered() -> None:
    event = OURS._replace(note=KEY[0], rule=KEY[1], cause=KEY[2])
    remembered = {"u": PUT._replace(mark="", seen=SEEN._replace(done=True))}
    assert actions({"u": Item(event, "mark")}, remembered, asked=[KEY]) == []
    assert actions({"u": Item(event, "mark")}, remembered) == [Put("u", '"1"')]


def test_a_lost_answer_is_settled_by_what_is_there() -> None:
    """Ours if it looks like ours, the one before if it looks like that; somebody's change since is told by the rest."""
    ticked = Remote("✓ Sam: call", DAY, done=True)
    put = PUT._replace(sent=Sent("new", ticked))
    assert compare(ITEM, Object('"2"', ticked), put) == (Remembered('"2"', "new", ticked, shared=True), [])
    assert compare(ITEM, Object('"2"', SEEN), put) == (Remembered('"2"', "mark", SEEN, shared=True), [])
    assert compare(ITEM, Object('"1"', SEEN), put) == (PUT._replace(shared=True), [])
    opened, late = ticked._replace(done=False), SEEN._replace(done=True)
    assert compare(ITEM, Object('"2"', opened), put)[1] == [ServerChange("open", ticked.summary)]  # ours, opened again
    assert compare(ITEM, Object('"2"', late), put)[1] == []  # ticked there as well
    moved = ticked._replace(day=NEXT)
    assert [each.what for each in compare(ITEM, Object('"2"', moved), put)[1]] == ["changed"]
    same = PUT._replace(sent=Sent("new", SEEN))
    assert compare(ITEM, Object('"2"', SEEN), same)[0].mark == "mark", "its link changed, say: it's sent once more"


def test_a_deletion_of_ours_is_not_somebody_s() -> None:
    """Its answer was lost, and the item came back meanwhile: it's put there again."""
    put = PUT._replace(sent=Sent("", None))
    state, changes = compare(ITEM, None, put)
    assert (changes, actions({"u": ITEM}, {"u": state})) == ([], [Put("u", None)])
    state, changes = compare(ITEM, Object('"1"', SEEN), put)
    assert (changes, actions({"u": ITEM}, {"u": state})) == ([], [])


def test_a_new_item_whose_answer_was_lost() -> None:
    """It's there or it isn't; it was never deleted there."""
    put = intents([Put("u", None)], {"u": ITEM}, {})["u"]
    assert compare(ITEM, Object('"2"', SEEN), put) == (Remembered('"2"', "mark", SEEN, shared=True), [])
    state, changes = compare(ITEM, None, put)
    assert (changes, actions({"u": ITEM}, {"u": state})) == ([], [Put("u", None)])


def test_what_is_held_is_left_alone() -> None:
    """Neither put, nor written over, nor deleted."""
    assert actions({"u": ITEM}, {"v": PUT}, held={"u", "v"}) == []


def test_a_check_mark_is_no_name() -> None:
    """Another machine of ours puts it there; where the item is open on both sides, it goes."""
    marked = SEEN._replace(summary="✓ Sam: call")
    assert back(marked) == []
    assert actions({"u": ITEM}, {"u": PUT._replace(seen=marked)}) == [Put("u", '"1"')]
    assert actions({"u": ITEM}, {"u": PUT._replace(seen=marked._replace(done=True))}) == []
    assert actions({"u": ITEM}, {"u": PUT._replace(seen=SEEN._replace(summary="✓ else"))}) == []


TAGS = st.sampled_from(["", '"1"', '"2"'])
REMOTES = st.builds(Remote, st.sampled_from(["a", "b"]), st.none() | st.just(DAY), st.none(), st.booleans())
STATES = st.dictionaries(
    st.sampled_from("abc"), st.builds(Remembered, TAGS, st.sampled_from(["", "m", "n"]), REMOTES, st.booleans())
)
ITEMS = st.dictionaries(st.sampled_from("abc"), st.builds(Item, st.just(OURS), st.sampled_from(["m", "n"])))


@given(ITEMS, STATES)
def test_once_done_there_is_nothing_left_to_do(items: dict[str, Item], remembered: dict[str, Remembered]) -> None:
    """Every action leads to a state in which it is not needed any more."""
    for action in actions(items, remembered):
        if isinstance(action, Put):
            remembered[action.uid] = Remembered('"3"', items[action.uid].mark, items[action.uid].seen)
        elif isinstance(action, Remember):
            remembered[action.uid] = action.state
        else:
            del remembered[action.uid]
    assert actions(items, remembered) == []


def test_what_is_typed_there_is_told_once_line_by_line() -> None:
    """Before a tick; what is remembered of it is no text."""
    there = SEEN._replace(text="Rang twice\nAsk for Kim", done=True)
    state, changes = compare(ITEM, Object('"2"', there), PUT)
    assert changes == [
        ServerChange("typed", "Sam: call", text="Rang twice\nAsk for Kim"),
        ServerChange("done", "Sam: call"),
    ]
    assert not any(word in repr(state.known) for word in ("Rang", "Kim"))
    assert compare(ITEM, Object('"3"', there), state)[1] == []
    more = there._replace(text="Ask for Kim\nOn Mondays")
    assert compare(ITEM, Object('"3"', more), state)[1] == [ServerChange("typed", "Sam: call", text="On Mondays")]
    assert compare(ITEM, Object('"3"', there._replace(text="")), state)[1] == []


def test_what_is_called_off_there_is_told_once() -> None:
    """It's neither done nor opened again by that."""
    there = SEEN._replace(cancelled=True)
    state, changes = compare(ITEM, Object('"2"', there), PUT._replace(seen=SEEN._replace(done=True)))
    assert changes == [ServerChange("cancelled", "Sam: call")]
    assert compare(ITEM, Object('"3"', there), state)[1] == []

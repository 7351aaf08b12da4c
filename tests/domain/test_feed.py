from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.feed import (
    FeedEvent,
    Known,
    Published,
    clean,
    closed_events,
    feed_events,
    initials,
    published,
    summary,
    travel_events,
    waiting_event,
)
from rounds.domain.log_followups import KINDS
from rounds.domain.reminders.reminder import FOLLOW_UP, Rank, Reminder
from rounds.domain.settings import OTHER, FeedSettings

TODAY = date(2026, 11, 23)
PLAIN = Reminder(
    FOLLOW_UP,
    "id1",
    "Partners/Maria Alvarez.md",
    "Maria Alvarez",
    "send the one-pager",
    TODAY,
    Rank.WRITTEN,
    "f-1234",
    line=9,
)


CHECK_IN = replace(PLAIN, rule="check-in", kind="email", title="Check in", rank=Rank.GENTLE, line=0)


def events(
    *reminders: Reminder,
    settings: FeedSettings = FeedSettings(),  # noqa: B008
    known: Known | None = None,
    today: date = TODAY,
) -> list[FeedEvent]:
    return feed_events(reminders, settings, today, known=known)


def as_known(*found: FeedEvent) -> dict[str, Published]:
    return published(found, {}, TODAY, MIDNIGHT, 14)


MIDNIGHT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_an_event_is_a_partner_and_a_task() -> None:
    """And nothing else: no reason, no note (guide, Compliance facts)."""
    assert summary(PLAIN, "full") == "Maria Alvarez: send the one-pager"
    assert summary(replace(PLAIN, kind="coffee", title="at Heart"), "full") == "Maria Alvarez: coffee at Heart"
    assert summary(replace(PLAIN, kind="coffee", title="coffee"), "full") == "Maria Alvarez: coffee"
    thanks = replace(PLAIN, rule="thanks", kind="thanks", title="Say thank you", why="you met on 20 Nov", line=0)
    assert summary(thanks, "full") == "Maria Alvarez: Say thank you"


def test_an_alarm_by_kind() -> None:
    """Only with a time; a kind of one's own counts as any other, and one without a number has none."""
    timed = replace(PLAIN, time=time(9))
    rings = FeedSettings(alarms={"coffee": 60, "call": 0, OTHER: 15})
    for kind, minutes in (("coffee", 60), ("Coffee", 60), ("call", 0), ("email", 15), ("", 15)):
        assert [event.alarm for event in events(replace(timed, kind=kind), settings=rings)] == [minutes]
    assert [event.alarm for event in events(replace(PLAIN, kind="coffee"), settings=rings)] == [None]
    some = FeedSettings(alarms={"coffee": 60})
    assert [event.alarm for event in events(replace(timed, kind="call"), settings=some)] == [None]


MEETING = replace(PLAIN, kind="coffee", time=time(12, 30), title="at Heart for 45 min", minutes=45)


def test_a_place_is_for_the_full_level_alone() -> None:
    """A length says no more than that an event is there; a place can say who it is with."""
    for level, place in (("full", "Heart"), ("discreet", ""), ("busy", "")):
        (event,) = events(MEETING, settings=FeedSettings(level=level))
        assert (event.place, event.minutes, event.travel) == (place, 45, 0)
    (event,) = events(replace(MEETING, title="at R-7K3QXM"))
    assert event.place == "a client"


def test_travel_is_an_event_of_its_own_and_the_alarm_comes_before_it() -> None:
    """As the plan says, or else by the feed's setting if there is a place to go to."""
    rings = FeedSettings(alarms={"coffee": 10}, travel=20, level="busy")
    for words, travel, leave in (
        ({}, 20, time(12, 10)), ({"travel": 5}, 5, time(12, 25)), ({"travel": 0}, 0, None), ({"title": "with Dana"}, 0, None),
        ({"title": "at Zoom"}, 0, None), ({"kind": "call"}, 0, None), ({"kind": "call", "travel": 40}, 40, time(11, 50)),
    ):  # fmt: skip
        found = events(replace(MEETING, **words), settings=rings)
        assert found[0].alarm == (10 + travel if found[0].busy else None)
        leaving = [(each.summary, each.time, each.minutes, each.busy) for each in travel_events(found)]
        assert leaving == ([("Travel", leave, travel, found[0].busy)] if leave else [])
    assert [*travel_events(events(replace(MEETING, time=None), settings=rings))] == []
    (early,) = travel_events(events(replace(MEETING, time=time(0, 5)), settings=rings))
    assert (early.day, early.time) == (TODAY - timedelta(days=1), time(23, 45))
    first = FeedEvent("u", date.min, "", time(0, 5), travel=20)
    assert [*travel_events([first, first._replace(day=TODAY, done=TODAY)])] == []


@pytest.mark.parametrize(
    ("reminder", "words"),
    [
        (PLAIN, "M. A.: follow-up"),
        (replace(PLAIN, kind="call"), "M. A.: call"),
        (replace(PLAIN, kind="alvarez", title="ask her"), "M. A.: follow-up"),
        (replace(PLAIN, rule="check-in", kind="email"), "M. A.: check-in"),
        (replace(PLAIN, rule="nudge", kind="email"), "M. A.: nudge"),
        (replace(PLAIN, rule="meeting", kind="coffee", title="at the Alvarez place"), "M. A.: coffee"),
        (replace(PLAIN, rule="thanks", kind="thanks"), "M. A.: thanks"),
    ],
)
def test_discreet_says_initials_and_a_kind_of_the_format(reminder: Reminder, words: str) -> None:
    """`Alvarez: ask her` reads as a follow-up of a kind of one's own, and must not go out as that."""
    assert summary(reminder, "discreet") == words


@pytest.mark.parametrize("privacy", ["busy", "discrete", ""])
def test_busy_and_any_level_that_is_not_known_say_least(privacy: str) -> None:
    """A misspelled level must not tell more than was meant."""
    assert summary(PLAIN, privacy) == "Follow-up"


@pytest.mark.parametrize(
    ("name", "short"),
    [("Maria Alvarez", "M. A."), ("Sam Lee (Rose City Pediatrics)", "S. L."), ("ana de la Cruz", "A. D. L. C."),
     ("Mary J Smith", "M. J. S."), ("王小明", "王."), ("(?)", "?"), ("", "?")],
)  # fmt: skip
def test_initials(name: str, short: str) -> None:
    """Of every word of the name, without where they work."""
    assert initials(name) == short


@pytest.mark.parametrize(
    "title",
    ["about R-7K3QXM", "about r-7k3qxm.", "_R-7K3QXM_", "(R-7K3Q)", "R\u20117K3QXM2A", "[[R-7K3QXM]]", "R\u00ad7K3QXM"],
)
def test_a_client_code_never_goes_out(title: str) -> None:
    """However it is set off, in whatever case, with a hyphen of any kind."""
    said = summary(replace(PLAIN, title=title), "full")
    assert "7k3q" not in said.lower()
    assert "a client" in said


@pytest.mark.parametrize("title", ["call PR-2024", "see chapter R-12", "OR-7K3QXM"])
def test_other_words_with_a_hyphen_stay(title: str) -> None:
    """A code is R- and four to eight characters, and not the end of another word."""
    assert summary(replace(PLAIN, title=title), "full") == f"Maria Alvarez: {title}"


def test_a_feed_holds_what_is_dated_up_to_the_end_of_its_window() -> None:
    """Overdue ones stand on their own date; undated ones and later ones stay at home."""
    reminders = [
        replace(PLAIN, cause=str(due), due=due)
        for due in (date(2026, 1, 5), TODAY, date(2026, 12, 3), date(2026, 12, 4), date.max)
    ]
    found = events(*reminders, replace(PLAIN, due=None), settings=FeedSettings(window=10))
    assert sorted(event.day for event in found if event.day) == [date(2026, 1, 5), TODAY, date(2026, 12, 3)]
    assert len(events(*reminders, settings=FeedSettings(window=10**9))) == 4  # the last day has no day after it


def test_only_a_meeting_with_a_time_blocks_it() -> None:
    """A call to make at 9:00 leaves the calendar open."""
    at = time(9, 0)
    found = events(
        replace(PLAIN, cause="a", kind="coffee", time=at),
        replace(PLAIN, cause="b", kind="call", time=at),
        replace(PLAIN, cause="c", kind="coffee"),
    )
    assert sorted((event.time is not None, event.busy) for event in found) == [
        (False, False),
        (True, False),
        (True, True),
    ]


def test_identities_are_lasting_unique_and_tell_nothing() -> None:
    """They come from ids alone; a copied note, which has the ids of the first, gets events of its own."""
    (event,) = events(PLAIN)
    (moved,) = events(replace(PLAIN, due=date(2026, 12, 1), title="send it", path="Partners/Maria A.md"))
    assert event.uid == moved.uid
    copied = replace(PLAIN, path="Partners/Maria Alvarez 2.md")
    uids = [found.uid for found in events(copied, PLAIN)]
    assert len(set(uids)) == 2
    assert event.uid in uids
    (named,) = events(replace(PLAIN, note_id="maria-alvarez", cause="call-maria"))
    assert "maria" not in named.uid


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\x00b\x1b[31m\x7fc\x9bd", "ab[31mcd"),
        (" a\u2028END:VEVENT\u2029b\r\nc\td\x85e ", "a END:VEVENT b c d e"),
        ("\u202eabc\u2066", "abc"),
        ("👩‍⚕️ مرحبا שלום", "👩‍⚕️ مرحبا שלום"),
        ("\udcff", ""),
    ],
)
def test_no_control_character_goes_out(text: str, cleaned: str) -> None:
    """Nor a separator, an override of direction, half a character; emoji and right-to-left text do."""
    assert clean(text) == cleaned
    assert summary(replace(PLAIN, name="M", title=text), "full") == f"M: {cleaned}".rstrip()


def test_a_client_code_can_t_hide_behind_a_control_character() -> None:
    """What is stripped is stripped first."""
    assert summary(replace(PLAIN, title="R-7K\x003QXM"), "full") == "Maria Alvarez: a client"


def test_an_event_leads_to_its_note_on_the_level_full_alone() -> None:
    """Unless turned off, or a client code stands in the note's path."""

    def urls(settings: FeedSettings, path: str = PLAIN.path) -> list[str]:
        found = feed_events([replace(PLAIN, path=path)], settings, TODAY, link="obsidian:{}".format)
        return [event.url for event in found]

    assert urls(FeedSettings()) == ["obsidian:Partners/Maria Alvarez.md"]
    assert urls(FeedSettings(link="none")) == [""]
    assert urls(FeedSettings(level="discreet")) == urls(FeedSettings(level="busy")) == [""]
    assert urls(FeedSettings(), "Partners/R-7K3QXM.md") == [""]


def check_ins(*days: date) -> list[Reminder]:
    return [replace(CHECK_IN, cause=f"{n}", due=day) for n, day in enumerate(days)]


def by_cause(found: list[FeedEvent]) -> dict[str, date | None]:
    return {event.cause: event.day for event in found}


def test_a_day_has_two_check_ins_or_nudges_and_the_others_move_on() -> None:
    """To the next working days: the 27th is a Friday, with the 30th after it."""
    friday = date(2026, 11, 27)
    nudge = replace(CHECK_IN, rule="nudge", cause="n", due=friday)
    days = [event.day for event in events(*check_ins(*[friday] * 4), nudge)]
    assert sorted(filter(None, days)) == [friday, friday, date(2026, 11, 30), date(2026, 11, 30), date(2026, 12, 1)]
    one = events(*check_ins(friday, friday), settings=FeedSettings(gentle=1))
    assert sorted(by_cause(one).values(), key=str) == [friday, date(2026, 11, 30)]
    assert events(*check_ins(friday, friday), settings=FeedSettings(gentle=0)) == []


def test_no_check_ins_leaves_every_other_rule() -> None:
    """`gentle = 0` is about check-ins and nudges alone, also in a list of tasks."""
    others = [
        replace(PLAIN, rule=rule, cause=rule, line=0)
        for rule in ("thanks", "intro", "month", "meeting", "referral-in", "referral-out", "release", "accepting",
                     "article", "card", "stage")
    ]  # fmt: skip
    gentle = [*check_ins(date(2026, 11, 2), TODAY, date(2026, 12, 4)), replace(CHECK_IN, rule="nudge", cause="n")]
    every = [PLAIN, *others, *gentle]
    for tasks in (False, True):
        found = feed_events(every, FeedSettings(gentle=0), TODAY, tasks=tasks)
        assert {event.rule for event in found} == {FOLLOW_UP, *(reminder.rule for reminder in others)}


def test_promises_and_what_people_wrote_stand_however_many_they_are() -> None:
    """Nor do they take a place from check-ins."""
    written = [replace(PLAIN, cause=f"w{n}") for n in range(5)]
    thanks = [replace(PLAIN, rule="thanks", cause=f"t{n}", line=0, rank=Rank.PROMISE) for n in range(5)]
    found = events(*written, *thanks, *check_ins(TODAY, TODAY))
    assert {event.day for event in found} == {TODAY}
    assert len(found) == 12


def test_overdue_check_ins_keep_their_date_however_many_they_are() -> None:
    """They are not moved on to days on which nobody planned them."""
    friday = date(2026, 11, 20)
    assert {event.day for event in events(*check_ins(*[friday] * 5))} == {friday}


def test_a_check_in_that_moved_on_keeps_its_day() -> None:
    """Also when the rule's own day is over, and when the others have been done meanwhile."""
    reminders = check_ins(TODAY, TODAY, TODAY)
    found = events(*reminders)
    (moved,) = [event for event in found if event.day != TODAY]
    assert moved.day == date(2026, 11, 24)
    alone = next(reminder for reminder in reminders if reminder.cause == moved.cause)
    for today in (TODAY, date(2026, 11, 24), date(2026, 11, 25)):
        (still,) = events(alone, known=as_known(*found), today=today)
        assert still.day == date(2026, 11, 24)
    (later,) = events(replace(alone, due=date(2026, 12, 10)), known=as_known(*found))
    assert later.day == date(2026, 12, 10)
    new = [replace(CHECK_IN, cause=f"new {number}", due=date(2026, 11, 24)) for number in range(2)]
    together = by_cause(events(alone, *new, known=as_known(*found)))
    assert together[alone.cause] == date(2026, 11, 24)
    assert sorted(day for day in together.values() if day) == [date(2026, 11, 24)] * 2 + [date(2026, 11, 25)]


def test_what_would_move_beyond_the_window_stays_out_of_the_feed() -> None:
    """A thousand check-ins on one day are 2 for each working day of it, quickly."""
    found = events(*check_ins(*[TODAY] * 1000), settings=FeedSettings(window=14))
    assert len(found) == 22
    assert max(event.day for event in found if event.day) == date(2026, 12, 7)


def test_one_event_on_today_says_how_many_wait() -> None:
    """Of the days before; none where nothing does, or no words are set."""
    old = [replace(PLAIN, cause=f"{n}", due=date(2026, 11, 20)) for n in range(3)]
    found = events(*old, PLAIN)
    (event,) = waiting_event(found, "{n} waiting", TODAY, "v")
    assert (event.day, event.summary, event.time, event.url) == (TODAY, "3 waiting", None, "")
    (tomorrow,) = waiting_event(found, "{n}x", TODAY + timedelta(days=1), "v")
    assert (tomorrow.uid, tomorrow.summary) == (event.uid, "4x")
    assert next(waiting_event(found, "{n}", TODAY, "another vault")).uid != event.uid
    assert list(waiting_event(found, "", TODAY, "v")) == []
    assert list(waiting_event(events(PLAIN), "{n} waiting", TODAY, "v")) == []
    undated = feed_events([*old, replace(PLAIN, due=None)], FeedSettings(), TODAY, tasks=True)
    assert [waiting.summary for waiting in waiting_event(undated, "{n}", TODAY, "v")] == ["3"]


def closed(known: Known, *, today: date = TODAY, ended: bool = True, done: int = 14) -> list[FeedEvent]:
    return list(closed_events(known, (), lambda _: ended, FeedSettings(done=done), today))


def test_what_was_done_stays_for_14_days_as_that() -> None:
    """On its own day, free; then it goes. Nothing else of it changes."""
    (event,) = events(replace(PLAIN, kind="coffee", time=time(12, 30), title="coffee"))
    known = as_known(event)
    (done,) = closed(known)
    assert done == event._replace(summary="✓ Maria Alvarez: coffee", busy=False, done=TODAY)
    known = published([done], known, TODAY, MIDNIGHT, 14)
    assert closed(known, today=TODAY + timedelta(days=13)) == [done]
    assert closed(known, today=TODAY + timedelta(days=14)) == []
    assert closed(known, done=0) == closed(known, ended=False) == []


def test_what_is_open_or_left_the_feed_before_is_not_done() -> None:
    """Of three that were published, one is still there, one has left, and only the third is marked as done."""
    known = as_known(*events(*[replace(PLAIN, cause=cause) for cause in ("here", "left", "done")]))
    uids = {published.event.cause: uid for uid, published in known.items()}
    known[uids["left"]] = known[uids["left"]]._replace(gone=TODAY)
    found = closed_events(known, {uids["here"]}, lambda _: True, FeedSettings(), TODAY)
    assert [(event.uid, event.done) for event in found] == [(uids["done"], TODAY)]


def test_stamp_and_sequence_move_with_the_meaning_alone() -> None:
    """GNOME shows no edit whose stamps stand still; Nextcloud churns where they move for nothing."""
    (event,) = events(PLAIN)
    first = as_known(event)
    assert first[event.uid] == Published(event, MIDNIGHT, 0)
    tomorrow = MIDNIGHT + timedelta(days=1)
    same = published([event._replace(due=date(2026, 12, 1), cause="x")], first, TODAY, tomorrow, 14)
    assert (same[event.uid].stamp, same[event.uid].sequence) == (MIDNIGHT, 0)
    for changed in (
        event._replace(day=date(2026, 12, 1)),
        event._replace(summary="x"),
        event._replace(busy=True),
        event._replace(url="x"),
        event._replace(time=time(9)),
        event._replace(done=TODAY),
    ):
        found = published([changed], first, TODAY, tomorrow, 14)[event.uid]
        assert (found.stamp, found.sequence) == (tomorrow, 1), changed


def test_a_time_that_moves_within_its_day_is_a_change() -> None:
    """From 9:00 to 9:30, to no time, and back: a calendar that did not hear of it would ring at the wrong hour."""
    known: Known = {}
    for sequence, at in enumerate((time(9), time(9, 30), None, time(9))):
        (event,) = events(replace(PLAIN, kind="coffee", time=at))
        known = published([event], known, TODAY, MIDNIGHT, 14)
        assert (known[event.uid].sequence, known[event.uid].event.time) == (sequence, at)


def test_the_identity_of_an_event_never_changes() -> None:
    """Written out: another one would show every event twice to everybody who has subscribed."""
    assert PLAIN.uid == "id1-follow-up-f-1234"
    assert events(PLAIN)[0].uid == "62752fbfbe03709eb7bee0a0@rounds"
    (waiting,) = waiting_event(events(replace(PLAIN, due=date(2026, 11, 1))), "{n} waiting", TODAY, "v")
    assert waiting.uid == "c09049728d847836c0517b2d@rounds"


def test_several_changes_on_a_day_are_a_second_apart() -> None:
    """The stamp does not depend on the time at which somebody happened to write the feed."""
    (event,) = events(PLAIN)
    known = as_known(event)
    for number in (1, 2, 3):
        known = published([event._replace(summary=f"{number}")], known, TODAY, MIDNIGHT, 14)
        assert known[event.uid].stamp == MIDNIGHT + timedelta(seconds=number)
        assert known[event.uid].sequence == number
    again = published([event], known, TODAY, MIDNIGHT, 14, anew=True)
    assert again[event.uid].sequence == 4
    once_more = published([event], again, TODAY, MIDNIGHT, 14, anew=True)
    assert once_more[event.uid].sequence == 5  # it means the same, and its form is another
    assert published([event], once_more, TODAY, MIDNIGHT, 14) == once_more


def test_an_event_that_comes_back_goes_on_counting() -> None:
    """A client that saw it has the old numbers; after two weeks it is forgotten."""
    (event,) = events(PLAIN)
    known = as_known(event)
    gone = published([], known, TODAY, MIDNIGHT, 14)
    assert gone == {event.uid: Published(event, MIDNIGHT, 0, gone=TODAY)}
    later = TODAY + timedelta(days=14)
    back = published([event], published([], gone, later, MIDNIGHT, 14), later, MIDNIGHT, 14)
    assert (back[event.uid].sequence, back[event.uid].gone) == (1, None)
    assert published([], gone, TODAY + timedelta(days=15), MIDNIGHT, 14) == {}


def test_what_is_undated_is_a_task_and_no_event() -> None:
    """A list of tasks has room for it."""
    undated = replace(PLAIN, due=None)
    assert events(undated) == []
    (task,) = feed_events([undated], FeedSettings(), TODAY, tasks=True)
    assert (task.day, task.summary) == (None, "Maria Alvarez: send the one-pager")


_WORDS = st.text("abcdefghijklmnopqrstuvwxyzäéñßøAEIOU王", min_size=2, max_size=12)


@given(st.lists(_WORDS, min_size=1, max_size=3), _WORDS, _WORDS, st.sampled_from(["discreet", "busy"]))
def test_nothing_of_name_title_or_cause_leaves_a_discreet_feed(
    name: list[str], title: str, kind: str, privacy: str
) -> None:
    """What goes out does not depend on them, but for the initials."""
    shown = summary(replace(PLAIN, name=" ".join(name), title=title, kind=kind, path=title, cause=title), privacy)
    same = summary(replace(PLAIN, name=" ".join(word[0] + "Z" for word in name), title="", kind=""), privacy)
    assert shown == same or kind in KINDS

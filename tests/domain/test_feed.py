from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.feed import FeedEvent, feed_events, initials, summary
from rounds.domain.reminders import FOLLOW_UP, Rank, Reminder
from rounds.domain.settings import FeedSettings
from rounds.domain.touch import KINDS

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


def events(*reminders: Reminder, settings: FeedSettings = FeedSettings()) -> list[FeedEvent]:  # noqa: B008
    return list(feed_events(reminders, settings, TODAY))


def test_an_event_is_a_partner_and_a_task() -> None:
    """And nothing else: no reason, no note (guide, Compliance facts)."""
    assert summary(PLAIN, "full") == "Maria Alvarez: send the one-pager"
    assert summary(replace(PLAIN, kind="coffee", title="at Heart"), "full") == "Maria Alvarez: coffee at Heart"
    assert summary(replace(PLAIN, kind="coffee", title="coffee"), "full") == "Maria Alvarez: coffee"
    thanks = replace(PLAIN, rule="thanks", kind="thanks", title="Say thank you", why="you met on 20 Nov", line=0)
    assert summary(thanks, "full") == "Maria Alvarez: Say thank you"


@pytest.mark.parametrize(
    ("reminder", "words"),
    [
        (PLAIN, "M. A.: follow-up"),
        (replace(PLAIN, kind="call"), "M. A.: call"),
        (replace(PLAIN, kind="alvarez", title="ask her"), "M. A.: follow-up"),
        (replace(PLAIN, rule="check-in", kind=""), "M. A.: check-in"),
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
     ("王小明", "王."), ("(?)", "?"), ("", "?")],
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
    assert sorted(event.day for event in found) == [date(2026, 1, 5), TODAY, date(2026, 12, 3)]
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


_WORDS = st.text("abcdefghijklmnopqrstuvwxyzäéñßøAEIOU王", min_size=2, max_size=12)


@given(st.lists(_WORDS, min_size=1, max_size=3), _WORDS, _WORDS, st.sampled_from(["discreet", "busy"]))
def test_nothing_of_name_title_or_cause_leaves_a_discreet_feed(
    name: list[str], title: str, kind: str, privacy: str
) -> None:
    """What goes out does not depend on them, but for the initials."""
    shown = summary(replace(PLAIN, name=" ".join(name), title=title, kind=kind, path=title, cause=title), privacy)
    same = summary(replace(PLAIN, name=" ".join(word[0] + "Z" for word in name), title="", kind=""), privacy)
    assert shown == same or kind in KINDS

"""What happened, in words."""

from datetime import date

import pytest

from rounds.domain.log_followups import LogEntry
from rounds.domain.phrases import facts_in_words, touch_sentence

TODAY = date(2026, 11, 23)


def entry(
    kind: str, text: str = "", *, line: int = 9, who: str = "", rule: str = "", until: date | None = None
) -> LogEntry:
    return LogEntry(TODAY, kind, text, line, who, rule, until)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (entry("thanks", "thanks for a referral"), "thank-you note: thanks for a referral"),
        (entry("coffee", "prefers fax"), "coffee with Sam: prefers fax"),
        (entry("coffee"), "coffee with Sam"),
        (entry("event", "wellness fair"), "event: wellness fair"),
        (entry("call", "left a message"), "call: left a message"),
        (entry("intro", "[[Priya Natarajan|Priya]] introduced us"), "introduction: Priya introduced us"),
        (entry("coffee", "long\n- and a list", who="kim"), "coffee with Sam, by kim: long - and a list"),
        (entry("note", "plays the cello"), "plays the cello"),
        (entry("", "plays the cello", who="kim"), "note, by kim: plays the cello"),
        (entry("note"), "note"),
        (entry("chosen"), "chosen for the month"),
        (entry("referral", "out", line=0), "referral to Sam"),
        (entry("referral", "in", line=0), "referral from Sam"),
        (entry("referral", "in", line=4), "referral: in"),
        (entry("skip", "in person", rule="thanks"), "skipped the thank-you: in person"),
        (entry("later", rule="check-in", until=date(2027, 2, 1)), "put off the check-in until 1 Feb 2027"),
        (entry("skip", rule="strange"), "skipped the reminder strange"),
        (entry("pottery", "two bowls"), "pottery: two bowls"),
    ],
)  # fmt: skip
def test_what_happened_reads_as_a_sentence(written: LogEntry, words: str) -> None:
    """Not as the file's syntax; a kind that isn't known stays as it is."""
    assert touch_sentence(written, TODAY, "Sam") == words


def test_an_organization_is_not_called_by_its_first_word() -> None:
    assert touch_sentence(entry("visit", "met the nurses"), TODAY) == "visit: met the nurses"
    assert touch_sentence(entry("referral", "out", line=0), TODAY) == "referred by you"


def test_facts_have_labels_of_words() -> None:
    """A referral's direction says who referred; an own property of that name in another note stays."""
    assert facts_in_words({"direction": "out", "closed": None}, "referral") == {"referred": "by you"}
    assert facts_in_words({"direction": "out", "check_in": "never"}, "partner") == {
        "direction": "out",
        "check in": "never",
    }

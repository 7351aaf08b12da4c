"""One typed line: who, kind, day, words and follow-ups, and nothing of it is lost."""

import re
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.domain.folding import fold, spaced
from rounds.vault.history_undo import undo
from rounds.vault.inbox_lines import InboxItem
from rounds.vault.line_names import names
from rounds.vault.one_line import missing, named_too, read_line, write_line
from rounds.vault.vault import Vault

TODAY = date(2026, 11, 23)  # a Monday
PEOPLE = ("Yuki Tanaka", "Dana Whitlock", "Sam Lee", "Sam Ruiz", "Íñigo Núñez-O'Neil", "May Chen", "Mary Jo van Dyke")


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    root = tmp_path_factory.mktemp("line")
    (root / "rounds.toml").write_text("")
    for folder in ("Partners", "Organizations"):
        (root / folder).mkdir()
    for name in PEOPLE:
        more = "aliases: [Dee]\n" if name.startswith("Dana") else ""
        (root / "Partners" / f"{name}.md").write_text(f"---\ntype: partner\n{more}---\n")
    (root / "Organizations/Juniper Clinic.md").write_text("---\ntype: organization\n---\n")
    vault = Vault.open(str(root), clock=lambda: TODAY)
    vault.sync()
    return vault


Read = Callable[[str], InboxItem]


@pytest.fixture(scope="module")
def read(network: Vault) -> Read:
    known = names(network)
    return lambda line: read_line(network, line, known)


def day(text: str) -> date:
    """A day of November 2026, or an ISO date."""
    return date(2026, 11, int(text)) if len(text) < 3 else date.fromisoformat(text)


DONE = [
    # line, who, kind, day, words
    ("call Yuki yesterday: met at the bakery", "Yuki Tanaka", "call", "22", "met at the bakery"),
    ("Call yuki YESTERDAY: met at the bakery", "Yuki Tanaka", "call", "22", "met at the bakery"),
    ("coffee with Yuki last tue, prefers fax", "Yuki Tanaka", "coffee", "17", "with Yuki, prefers fax"),
    ("had lunch with Yuki Tanaka at Heart", "Yuki Tanaka", "meeting", "23", "had lunch with Yuki Tanaka at Heart"),
    ("met Juniper Clinic last tue, toured", "Juniper Clinic", "meeting", "17", "met Juniper Clinic, toured"),
    ("texted Yuki, she's in", "Yuki Tanaka", "call", "23", "texted Yuki, she's in"),
    ("spoke with Yuki on friday about groups", "Yuki Tanaka", "call", "20", "spoke with Yuki on friday about groups"),
    ("emailed Dee 11/20: yes", "Dana Whitlock", "email", "20", "emailed Dee: yes"),
    ("inigo emailed 2026-11-02", "Íñigo Núñez-O'Neil", "email", "2", "emailed"),
    ("Núñez-O'Neil call wed: left word", "Íñigo Núñez-O'Neil", "call", "18", "left word"),
    ("Tanaka, Yuki: prefers fax", "Yuki Tanaka", "", "23", "prefers fax"),
    ("Dr. Tanaka prefers fax", "Yuki Tanaka", "", "23", "Dr. Tanaka prefers fax"),
    ("note Dana: prefers fax", "Dana Whitlock", "note", "23", "prefers fax"),
    ("Dana prefers fax", "Dana Whitlock", "", "23", "prefers fax"),
    ("mary jo call yesterday", "Mary Jo van Dyke", "call", "22", ""),
    ("call May on 11/20, no answer", "May Chen", "call", "20", "no answer"),
    ("call Yuki 2026-11-20", "Yuki Tanaka", "call", "20", ""),
    ("voicemail for Yuki", "Yuki Tanaka", "call", "23", "voicemail for Yuki"),
    ("🎉 coffee with Yuki 🎉", "Yuki Tanaka", "coffee", "23", "🎉 coffee with Yuki 🎉"),
    ("Dana I think prefers fax", "Dana Whitlock", "", "23", "I think prefers fax"),
    ("Dana IVF clinic opened", "Dana Whitlock", "", "23", "IVF clinic opened"),
    ("call dana back yesterday", "Dana Whitlock", "call", "22", "back"),
    ("saw Yuki 3 days ago at the fair", "Yuki Tanaka", "meeting", "20", "saw Yuki 3 days ago at the fair"),
    ("[[Dana Whitlock]] call yesterday, left word", "Dana Whitlock", "call", "22", "left word"),
    ("met Yuki at the fair yesterday", "Yuki Tanaka", "meeting", "22", "met Yuki at the fair"),
    ("Yuki said the clinic opened last week", "Yuki Tanaka", "", "23", "said the clinic opened last week"),
    ("phone call with Dana 11/20 about fax", "Dana Whitlock", "call", "20", "phone call with Dana 11/20 about fax"),
    ("coffee w/ Yuki yesterday", "Yuki Tanaka", "coffee", "22", "w/ Yuki"),
    ("sent Dana a card", "Dana Whitlock", "card", "23", "sent Dana a card"),
    ("Yuki's birthday is 3 May", "Yuki Tanaka", "", "23", "birthday is 3 May"),
    ("yesterday: Dana prefers fax", "Dana Whitlock", "", "22", "prefers fax"),
]  # fmt: skip

TO_DO = [
    # line, who, kind, due, clock, words
    ("coffee with Yuki thu 3pm", "Yuki Tanaka", "coffee", "26", "15:00", "with Yuki"),
    ("coffee with Yuki thu 3pm and bring cards", "Yuki Tanaka", "coffee", "26", "15:00", "with Yuki and bring cards"),
    ("coffee with Yuki tomorrow", "Yuki Tanaka", "coffee", "24", "", "with Yuki"),
    ("Yuki coffee tue 12:30", "Yuki Tanaka", "coffee", "24", "12:30", ""),
    ("email Dana the form by fri", "Dana Whitlock", "email", "27", "", "the form"),
    ("call Dana before friday", "Dana Whitlock", "call", "27", "", ""),
    ("send Yuki the handout in 2 weeks", "Yuki Tanaka", "", "2026-12-07", "", "send Yuki the handout"),
    ("send Dana the form today", "Dana Whitlock", "", "23", "", "send Dana the form"),
    ("ask Dana about groups", "Dana Whitlock", "", "", "", "ask Dana about groups"),
    ("ask Dana about pain 3/10", "Dana Whitlock", "", "", "", "ask Dana about pain 3/10"),
    ("meet Dana tue 12:30 Heart Coffee", "Dana Whitlock", "meeting", "24", "12:30", "meet Dana Heart Coffee"),
    ("plan lunch with Dana next week", "Dana Whitlock", "meeting", "30", "", "plan lunch with Dana"),
    ("thank Yuki for the referral", "Yuki Tanaka", "", "", "", "thank Yuki for the referral"),
    ("follow up with Yuki fri", "Yuki Tanaka", "", "27", "", "follow up with Yuki"),
    ("remind me in 2 weeks to call Yuki", "Yuki Tanaka", "", "2026-12-07", "", "call Yuki"),
    ("call Yuki today 3pm", "Yuki Tanaka", "call", "23", "15:00", ""),
    ("call Yuki tmrw 3pm", "Yuki Tanaka", "call", "24", "15:00", ""),
    ("call Yuki sat", "Yuki Tanaka", "call", "28", "", ""),
    ("call Yuki", "Yuki Tanaka", "call", "", "", ""),
]  # fmt: skip

STEPS = [
    # line, words of the entry, follow-ups
    ("call Yuki yesterday: met at the bakery, follow up fri", "met at the bakery", [("follow up", "27")]),
    ("Dana coffee; next: send the handout fri", "", [("send the handout", "27")]),
    ("Dana coffee. Next: fax it 12/4; next: call her 2w", "", [("fax it", "2026-12-04"), ("call her", "2026-12-07")]),
    ("Yuki: next: send form fri", "", [("send form", "27")]),
    ("Yuki, follow up next month about groups", "", [("follow up about groups", "2026-12-23")]),
    ("met Dana, remind me in 2 weeks to send the card", "met Dana", [("send the card", "2026-12-07")]),
    ("met Dana and follow up", "met Dana", [("follow up", "")]),
    ("Dana asked me to follow up with her boss", "asked me to follow up with her boss", []),
    ("Dana: the follow-up visit is fri", "the follow-up visit is fri", []),
    ("Dana: to do: letter by tue 3pm. She is nice", "She is nice", [("letter", "24")]),
]

NEW = [
    # line, the new name, who else it could be
    ("call Yuki Nakamura yesterday: met at the bakery", "Yuki Nakamura", ["Yuki Tanaka"]),
    ("call yuki nakamura yesterday: met at the bakery", "Yuki Nakamura", ["Yuki Tanaka"]),
    ("call noor haddad yesterday", "Noor Haddad", []),
    ("Noor Haddad called", "Noor Haddad", []),
    ("call Dr. Omar Haddad, MD: takes kids", "Omar Haddad", []),
    ("meeting with Ana de la Cruz tomorrow 9am", "Ana de la Cruz", []),
    ("Met Lena Ortiz (pediatrician) at the clinic", "Lena Ortiz", []),
    ("Ortiz, Lena: takes kids", "Lena Ortiz", []),
    ("email O'Brien yesterday", "O'Brien", []),
    ("Yuki Tanka: hello", "Yuki Tanka", ["Yuki Tanaka"]),
    ("coffee with Dona Whitlok", "Dona Whitlok", ["Dana Whitlock"]),
    ("met Noor Haddad at the fair, she knows Dana Whitlock", "Noor Haddad", ["Dana Whitlock"]),
    ("Met with new pediatrician Lena Ortiz yesterday", "Lena Ortiz", []),
    ("note to self: buy stamps", "", []),
    ("Remember to buy stamps", "", []),
    ("call the bank", "", []),
    ("met sam at school yesterday", "", ["Sam Lee", "Sam Ruiz"]),
    ("coffee with Sam", "", ["Sam Lee", "Sam Ruiz"]),
    ("buy stamps", "", []),
]


@pytest.mark.parametrize("wanted", DONE, ids=lambda row: row[0])
def test_a_line_about_what_happened(read: Read, wanted: tuple[str, ...]) -> None:
    """Person, kind, day and words; a word stays unless the entry says the same without it."""
    line, who, kind, on, words = wanted
    item = read(line)
    assert (item.name, item.kind, item.date, item.words) == (who, kind, day(on), words)
    assert not item.ahead


@pytest.mark.parametrize("wanted", TO_DO, ids=lambda row: row[0])
def test_a_line_about_what_is_still_to_be_done(read: Read, wanted: tuple[str, ...]) -> None:
    """A day to come, a deadline, or a verb that asks for something make it a follow-up."""
    line, who, kind, due, clock, words = wanted
    item = read(line)
    at = time.fromisoformat(clock) if clock else None
    assert (item.to_do, item.ahead) == (who, True)
    assert item.plan == (words, day(due) if due else None, at, kind)


@pytest.mark.parametrize(("line", "words", "steps"), STEPS)
def test_follow_ups_in_a_line(read: Read, line: str, words: str, steps: list[tuple[str, str]]) -> None:
    """They leave the words of the log entry, and have their own day."""
    item = read(line)
    assert [(each.text, each.due) for each in item.steps] == [(text, day(due) if due else None) for text, due in steps]
    assert item.words == words


@pytest.mark.parametrize(("line", "new", "others"), NEW)
def test_a_name_that_nobody_known_has(read: Read, line: str, new: str, others: list[str]) -> None:
    """It may be a new partner's, or a mistyped one; two people of one name are never guessed."""
    item = read(line)
    assert (item.new, sorted(item.candidates), item.path) == (new, others, "")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("coffee with Yuki and Dana yesterday", "Dana Whitlock is named too; this is only for Yuki Tanaka."),
        ("met Yuki, Dee & May", "Dana Whitlock and May Chen are named too; this is only for Yuki Tanaka."),
        ("met Yuki and Dana Whitlock", "Yuki Tanaka is named too; this is only for Dana Whitlock."),
        ("Yuki, prefers fax", ""),
        ("Yuki and I had coffee", ""),
        ("coffee with Yuki and Sam", ""),
    ],
)
def test_others_who_are_named_are_said(read: Read, line: str, said: str) -> None:
    """The line is written for the first one; two people of one name aren't guessed."""
    assert named_too(read(line)) == said


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        ("call Yuki", True),  # an order, or a short word for a call
        ("call Yuki: she is away", True),
        ("call Yuki fri", True),
        ("coffee with Yuki thu", True),  # last Thursday or the next
        ("had coffee with Yuki thu", False),
        ("call Yuki tomorrow", False),
        ("call Yuki yesterday", False),
        ("send Yuki the form", False),
        ("Yuki called", False),
    ],
)
def test_what_could_be_done_or_to_do_is_asked(read: Read, line: str, asks: bool) -> None:
    """Only where the line can be read both ways."""
    assert read(line).asks is asks


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("", "Write who it was and what happened"),
        ("   ", "Write who it was and what happened"),
        ("buy stamps", "Nobody is named."),
        ("Yuki", "Add what happened"),
        ("Yuki tomorrow", "Add what is to be done."),
        ("call Yuki on 2/30: x", "This is not a date that can be read: on 2/30"),
        ("call Yuki wed nov 24: x", "November 24, 2026 is a Tuesday."),
        ("call Yuki yesterday: x", ""),
    ],
)
def test_what_a_line_lacks_is_said(network: Vault, read: Read, line: str, why: str) -> None:
    """In a sentence that says what to add."""
    item = read(line)
    assert missing(network, item, to_do=item.ahead).startswith(why)
    assert bool(why) is bool(missing(network, item, to_do=item.ahead))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", spaced(fold(text)))


_WORD = st.sampled_from(
    [
        "call",
        "coffee",
        "met",
        "Yuki",
        "Tanaka",
        "dana",
        "Sam",
        "Noor",
        "Haddad",
        "yesterday",
        "fri",
        "11/20",
        "tomorrow",
        "3pm",
        "at",
        "with",
        "to:",
        "next:",
        "follow",
        "up",
        "remind",
        "me",
        "in",
        "2",
        "weeks",
        ",",
        ";",
        ".",
        ":",
        "-",
        "prefers",
        "fax",
        "🎉",
        "[[Dana]]",
        "Ñ",
        "2026-11-30",
        "send",
        "the",
        "form",
        "by",
        "and",
        "dr.",
        "MD",
        "not",
        "until",
        "jan",
    ]
)


@settings(max_examples=300)
@given(st.lists(_WORD, max_size=12) | st.text(max_size=500).map(lambda text: [text]))
def test_nothing_of_a_line_is_lost(read: Read, words: list[str]) -> None:
    """Every word is in the entry, or says who, what kind, when, or what to follow up; no line is an error."""
    item = read(" ".join(words))
    left_out = " ".join(item.text[each.start : each.end] for each in item.taken)
    there = set(_words(f"{item.words} {left_out} with w to from at by had a an dr quick"))
    assert set(_words(item.text)) <= there
    steps = " ".join(each.text for each in item.steps)
    for each in item.taken:
        if each.what == "who":
            assert set(_words(item.text[each.start : each.end])) <= {
                *_words(" ".join([*PEOPLE, "dee", item.new])),
                "md",
            }
        if each.what == "next":
            rest = set(_words(item.text[each.start : each.end])) - set(_words(steps)) - _SAID_BY_A_DAY
            assert rest == set()


@settings(max_examples=300)
@given(st.lists(_WORD, max_size=12))
def test_nothing_of_a_follow_up_is_lost(read: Read, words: list[str]) -> None:
    """A line that is still to be done keeps every word, too, but for who, what kind and when."""
    item = read(" ".join(words))
    said = _words(" ".join([item.plan.text, item.plan.kind, *(each.text for each in item.steps)]))
    people = _words(" ".join([*PEOPLE, "dee", item.new, "with to from at by had a an dr quick w md"]))
    assert set(_words(item.text)) - _SAID_BY_A_DAY <= {*said, *people}


_SAID_BY_A_DAY = {
    *_words("next follow up f u to do remind me and then so"), *_words("in 2 weeks fri 11/20 tomorrow 3pm 2026-11-30 at by"),
    *_words("on jan until before for"),
}  # fmt: skip


@pytest.fixture
def people(empty: Vault) -> Vault:
    folder = Path(empty.root, "Partners")
    folder.mkdir()
    (folder / "Yuki Tanaka.md").write_text("---\ntype: partner\n---\n")
    empty.sync()
    return empty


def write(vault: Vault, line: str) -> str:
    """The note after a line was written, from its follow-ups on."""
    item: InboxItem = read_line(vault, line, names(vault))
    done = write_line(vault, item, item.places[0] if item.places else "", to_do=item.ahead)
    text = Path(vault.root, done.path).read_text()
    return "\n".join(re.sub(r" \^f-\w+", "", text[text.index("\n## ") :]).split("\n")).strip()


def test_a_line_is_one_change(people: Vault) -> None:
    """The entry and the follow-up are written together, and one undo takes both back."""
    before = Path(people.root, "Partners/Yuki Tanaka.md").read_bytes()
    assert write(people, "call Yuki yesterday: met at the bakery, follow up fri") == (
        "## Log\n\n- 2026-11-22 call: met at the bakery\n\n## Follow-ups\n\n- [ ] follow up 📅 2026-11-27"
    )
    undo(people)
    assert Path(people.root, "Partners/Yuki Tanaka.md").read_bytes() == before


def test_a_new_partner_is_part_of_the_change(people: Vault) -> None:
    """Added with the line, and gone with one undo."""
    assert "- [ ] 15:00 coffee: with Noor Haddad 📅 2026-11-26" in write(people, "coffee Noor Haddad thu 3pm")
    undo(people)
    assert not Path(people.root, "Partners/Noor Haddad.md").exists()

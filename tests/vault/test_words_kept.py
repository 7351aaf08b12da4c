"""Nobody's words are lost: whatever line is filed, each of its words is in the note, or is what its place and date say."""

import re
from collections import Counter
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conftest import TODAY
from rounds.errors import DateError, RoundsError
from rounds.notes.dates import parse_day
from rounds.vault.inbox import file_thought, thoughts
from rounds.vault.vault import Vault

PEOPLE = {"Dana Whitlock": "Dee", "Sam Lee": "", "Sam Ruiz": "", "May Chen": "", "Íñigo Núñez-O'Neil": ""}
HEAD = "---\ntype: partner\nid: {}\naliases: [{}]\n---\n\n## Log\n"

WORDS = st.sampled_from(
    ["Dana", "Whitlock", "Dee", "Sam", "Lee", "Sam", "Ruiz", "May", "Chen", "Íñigo", "Kim", "coffee", "call", "called", "email", "emailed", "met", "lunch", "card", "note", "with", "to", "at", "by", "until", "since", "before", "on", "the", "a", "dr.", "yesterday", "today", "tomorrow", "monday", "friday", "mon", "tue", "3", "5th", "20", "jan", "nov", "2019", "2/3", "12:30", "10am", "noon", "2026-11-20", "11/20/2026", "two", "weeks", "ago", "next", "last", "week", "every", "may", "20.", "1)", ",", ":", ";", "-", "–", "(", ")", ".", ".NET", "-5", ":-)", "👍", "é", "#tag", "@kim", "prefers", "fax", "waitlist", "mon-fri", "e-mail", "[[Dana]", "]]", "[[Sam", "Lee|Sam]]", "[[2026-11-20]]", "[[2026-11-19|then]]", "![[./Dana", "Whitlock#^a]]", "[x](Sam%20Lee.md)", "%%hid%%", "<!--x-->", "`code`", "`", "##", ">", "-", "*", "[", "]", "\ufffa", "\ufffb", "￼", "\u2028", "\x1f"]
)  # fmt: skip
LINES = st.one_of(
    st.lists(WORDS, min_size=1, max_size=9).map(" ".join),
    st.lists(st.one_of(WORDS.filter(lambda word: word[0] not in "%<"), st.text(max_size=6)), max_size=6).map("".join),
).filter(lambda line: not {"\n", "\r", "\0"} & {*line} and line.strip() != "")


@pytest.fixture
def people(empty: Vault) -> Vault:
    (Path(empty.root) / "Partners").mkdir()
    reset(empty, "")
    empty.sync()
    return empty


def reset(vault: Vault, line: str) -> None:
    for number, (name, alias) in enumerate(PEOPLE.items()):
        note = Path(vault.root) / "Partners" / f"{name}.md"
        note.write_text(HEAD.format(f"abc{number}", alias), encoding="utf-8")
    Path(vault.root, "Inbox.md").write_text(f"{line}\n", encoding="utf-8", newline="")


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def log_of(vault: Vault, name: str) -> str:
    return (Path(vault.root) / "Partners" / f"{name}.md").read_text(encoding="utf-8").partition("## Log\n")[2]


def lost(line: str, name: str, written: str, day: date) -> list[str]:
    """The words of a line that are neither written nor said by whose log it is and of which day."""
    missing = Counter(words(line)) - Counter(words(written))
    missing -= Counter({*words(name), *words(PEOPLE[name]), "partners", "md"})
    left = [*missing.elements()]
    with suppress(DateError):
        if parse_day(" ".join(left) if len(left) != 3 else "-".join(left), today=TODAY, past=True) == day:
            return []
    return [
        word for word in left if word not in words(f"{day} {day:%A} {day:%a} on {day:%d} {day:%b} {day:%Y} {day:%m}")
    ]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])
@given(line=LINES, correction=st.sampled_from(["", "who", "kind", "day"]))
@example(line="Dana coffee yesterday, prefers fax", correction="who")
@example(line="Dana coffee yesterday, prefers fax", correction="kind")
@example(line="Dana coffee yesterday, prefers fax", correction="day")
@example(line="Dana 👍 coffee", correction="")
@example(line="yesterday yesterday", correction="who")
def test_every_word_of_a_line_is_found_again(people: Vault, line: str, correction: str) -> None:
    """Filed as proposed, or put right before; a line that can't be filed stays as it was."""
    reset(people, line)
    for thought in thoughts(people)[:1]:
        right = {
            "who": {"path": "Partners/Sam Ruiz.md", "name": "Sam Ruiz"}, "kind": {"kind": "gift"},
            "day": {"on": date(2026, 11, 3)}, "": {},
        }[correction]  # fmt: skip
        asked = thought.corrected(**right)  # type: ignore[arg-type]
        if not asked.path:
            continue
        try:
            file_thought(people, asked)
        except RoundsError:
            assert Path(people.root, "Inbox.md").read_text(encoding="utf-8") == f"{line}\n"
            assert all(not words(log_of(people, name)) for name in PEOPLE)
            continue
        left = Path(people.root, "Inbox.md").read_text(encoding="utf-8")
        name = Path(asked.path).stem
        assert lost(line, name, f"{log_of(people, name)}\n{left}", asked.date) == [], (log_of(people, name), left)

"""Phrases: kind and plain."""

import ast
import json
import re
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

import rounds
from rounds.domain.reminders.reminder import Rank, Reminder
from rounds.errors import RoundsError
from rounds.index.writer import Content
from rounds.tui import phrases as words
from rounds.tui.phrases import clean, count, day_name, differences, explained, here, news, short_day, what, when
from rounds.vault.sync_report import SyncReport

TODAY = date(2026, 11, 23)


def content(
    log: tuple[tuple[str, str, str], ...] = (), todo: tuple[tuple[str, str], ...] = (), **properties: object
) -> Content:
    return Content(json.dumps(properties), True, log, todo)


def reminder(
    due: date | None, *, rule: str = "follow-up", kind: str = "", at: time | None = None, title: str = "send it"
) -> Reminder:
    return Reminder(rule, "n", "Partners/A.md", "A", title, due, Rank.WRITTEN, "c", time=at, kind=kind)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 11, 22), "yesterday"),
        (TODAY, "today"),
        (date(2026, 11, 24), "tomorrow"),
        (date(2026, 11, 26), "Thu 26 Nov"),
        (date(2026, 11, 30), "30 Nov"),
        (date(2026, 10, 2), "2 Oct"),
        (date(2027, 4, 6), "6 Apr 2027"),
    ],
)
def test_days_are_named_as_one_says_them(day: date, name: str) -> None:
    """Near days by their words or weekday, others by date, other years with the year."""
    assert day_name(day, TODAY) == name


def test_what_is_late_is_told_without_reproach() -> None:
    """`since`, never `overdue`; with its time where it has one and is still to come."""
    assert when(reminder(date(2026, 11, 20)), TODAY) == "since 20 Nov"
    assert when(reminder(TODAY, at=time(12, 30)), TODAY) == "today 12:30"
    assert when(reminder(None), TODAY) == ""


def test_a_follow_up_is_told_with_its_kind() -> None:
    """The kind is part of what to do, but not twice, and not for what a rule derived."""
    assert what(replace(reminder(None, kind="coffee", title="at Heart"), line=3)) == "Coffee: at Heart"
    assert what(replace(reminder(None, kind="coffee", title="coffee"), line=3)) == "Coffee"
    assert what(reminder(None, rule="check-in", kind="email", title="Check in")) == "Check in"


def test_text_of_notes_is_made_harmless() -> None:
    """One line, links as readers see them, no control characters."""
    assert clean("see [[Sam Lee|Sam]]\n\x1b[31mred") == "see Sam ␛[31mred"


def test_news_names_up_to_three_notes() -> None:
    """More than three are counted."""
    assert news(SyncReport(changed=("Partners/B.md", "Partners/A.md"))) == "A and B changed."
    assert (
        news(SyncReport(changed=tuple(f"{n}.md" for n in range(4)), removed=("X.md",)))
        == "4 notes changed; X went away."
    )
    assert news(SyncReport()) == "Nothing has changed."


def test_news_of_few_notes_say_what_changed() -> None:
    """Of each its name and what it says now; other notes are named as before."""
    before, now = content(stage="met"), content(stage="active")
    report = SyncReport(
        changed=("Partners/Lee, Sam.md",), added=("B.md",), versions={"Partners/Lee, Sam.md": (before, now)}
    )
    assert news(report) == "Lee, Sam: stage met → active; B came in."


CALL = ("2026-11-12", "call", "hello")


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (content(stage="met"), content(stage="active", log=(CALL,)), "stage met → active, 1 log line more"),
        (content(log=(CALL, CALL)), content(log=()), "2 log lines fewer"),
        (content(log=(CALL,)), content(log=(("2026-11-12", "call", "hi"),)), "1 log line changed"),
        (content(check_in="1 year"), content(), "check in 1 year → nothing"),
        (content(tags=["a"], id="x"), content(tags=["a", "b"], id="y", last_contact="2026-11-12"), "tags a → a, b"),
        (content(todo=(("send it", "open"),)), content(todo=(("send it", "done"),)), "1 follow-up done"),
        (content(todo=()), content(todo=(("send it", "open"),)), "1 follow-up more"),
        (content(), content(a=1, b=2, c=3, d=4, e=5), "a nothing → 1, b nothing → 2, c nothing → 3, 2 more changes"),
        (content(note="x" * 40), content(), "note xxxxxxxxxxxxxxxxxxxxxxxxxxx… → nothing"),
        (content(), content(), "its text changed"),
        (content(), content()._replace(readable=False), "it can't be read just now"),
    ],
)
def test_differences_are_told_in_words(before: Content, now: Content, words: str) -> None:
    """Properties with both values, log lines and follow-ups by number; what we derive ourselves is left out."""
    assert differences(before, now) == words


def test_numbers_agree_with_their_noun() -> None:
    """One partner, several partners."""
    assert (count(1, "partner"), count(41, "partner"), count(10000, "partner")) == (
        "1 partner",
        "41 partners",
        "10,000 partners",
    )


def test_the_last_touch_fits_its_column() -> None:
    """Eight cells, whatever the day."""
    assert short_day(date(2026, 9, 30), TODAY) == "30 Sep"
    assert short_day(date(2025, 9, 30), TODAY) == "Sep 2025"
    assert short_day(None, TODAY) == ""


def test_errors_come_with_their_hint() -> None:
    """What, and what to do."""
    assert explained(RoundsError("it is busy", hint="Try again.")) == "It is busy\nTry again."
    assert explained(RoundsError("it is busy")) == "It is busy"


def test_hints_say_what_does_it_here() -> None:
    """Not the command, which nobody can type there; of the command line, only what no key does."""
    error = RoundsError('there is nobody named "Mo"', hint="Add them with: rounds add NAME")
    assert explained(error) == 'There is nobody named "Mo"\nAdd them in Partners first.'
    assert explained(RoundsError("there is nothing to undo", hint="To see the changes: rounds history")) == (
        "There is nothing to undo"
    )


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("which article?", "Which article?"),
        ('stage: "x" is not one of its values', 'stage: "x" is not one of its values'),
        ("can't be changed", "Can't be changed"),
        ("rounds.toml:7:1: no value", "rounds.toml:7:1: no value"),
        ("check_in was changed", "check_in was changed"),
        ("r-7k3qxm is no code", "r-7k3qxm is no code"),
        ('"cofee" is not a kind', '"cofee" is not a kind'),
        ("--stdout has no folder", "--stdout has no folder"),
    ],
)
def test_errors_begin_with_a_capital_letter(message: str, told: str) -> None:
    """What may be the name of a file, a property or a code stays as it is written."""
    assert explained(RoundsError(message)) == told


def test_hints_tell_no_key() -> None:
    """In a dialog a key types its letter, and keys can be changed."""
    hints = [told for command, told in words._HERE if "rounds card" not in command]  # on a sheet with that very key
    assert not [hint for hint in hints if re.search(r"(?<!')\b[a-zA-Z]\b(?!-)", hint)]


def test_every_command_in_a_hint_is_known_to_have_no_key() -> None:
    """A new hint that names a command gets its row in `words.here`, or stands below."""
    root = Path(rounds.__file__).parent
    found = {
        f"{path.stem}: {command}"
        for folder in ("domain", "notes", "index", "storage", "exports", "vault", "calendar")
        for path in root.glob(f"{folder}/**/*.py")
        for command in _commands(path)
    }
    assert found == _NO_KEY | _ON_NO_SCREEN


_NO_KEY = {
    "problems: conflicts", "note_problems: conflicts", "note_problems: niche", "note_problems: rename", "note_problems: set", "note_problems: tidy", "write_feeds: --yes-really", "history_undo: undo", "leftover_files: conflicts", "read_note: add", "read_note: set", "read_note: trash", "find_note: check",
    "practice: init", "note_rows: --yes-really", "note_rows: conflicts", "note_rows: trash",
    "note_writer: history", "undo_plan: history", "undo_plan: forget", "index_sync: --yes-really", "schema: set", "property_problems: set", "deep_check: check", "find_vault: init", "find_note: add",
    "duplicates: duplicates", "duplicates: merge", "playbook: niche", "playbook: edit", "events: event", "events: at",
}  # fmt: skip
_HINTS = re.compile(r"such as |an? |if |for |of |all, ")
"""How a placeholder begins, so that nobody takes it for a value."""


def test_a_placeholder_never_looks_like_a_value() -> None:
    """An empty field shows what belongs in it, not something that seems to be in it already."""
    root = Path(rounds.__file__).parent / "tui"
    found = []
    for path in root.glob("**/*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for word in call.keywords if isinstance(call, ast.Call) else ():
                if word.arg == "placeholder" and isinstance(word.value, ast.Constant | ast.JoinedStr):
                    first = word.value if isinstance(word.value, ast.Constant) else word.value.values[0]
                    found.append(str(first.value) if isinstance(first, ast.Constant) else "")
    assert len(found) > 15
    assert [text for text in found if not _HINTS.match(text)] == []


_ON_NO_SCREEN = {
    "caldav: feed", "export_contacts: export", "git: git", "git_hook: git", "git_make_room: git", "git_state: git", "vault: init", "drafting: draft", "feed_addresses_passwords: feed", "caldav_account: feed", "publish_targets: feed",
    "server_changes: skip", "service_files: feed",
    "find_contacts: find", "referrals: referrals", "referrals: release", "report: gaps", "server: feed", "today_export: today",
}  # fmt: skip


def _commands(path: Path) -> list[str]:
    """The commands that texts of a module name, as screens show them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    texts = [
        here(each.value)
        for each in ast.walk(tree)
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in docstrings
    ]
    return [command for text in texts for command in re.findall(r"(?<![\w.:#])rounds ((?:--)?[a-z-]+)", text)]

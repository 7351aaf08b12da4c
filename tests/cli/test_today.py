"""`rounds today`: few things, the most worthwhile first, said kindly."""

import re
from pathlib import Path

from cli.running import Runner


def test_five_things_with_number_day_title_name_and_why(rounds: Runner) -> None:
    """Today shows as many as the cap; lateness is said with a date, not as a reproach."""
    lines = rounds.good("today").splitlines()
    assert lines[0] == "Monday 23 November 2026"
    assert lines[2] == " 1. since 21 Nov     Say thank you · Beatriz Quintal"
    assert lines[3].startswith("                     you met on 20 Nov")
    assert [line[:2] for line in lines if re.match(r" ?\d+\.", line)] == [" 1", " 2", " 3", " 4", " 5"]
    assert "overdue" not in "\n".join(lines).lower()


def test_the_rest_waits_and_is_counted(rounds: Runner) -> None:
    """What does not fit into the cap waits without hurry; inbox and problems say where to look."""
    text = rounds.good("today")
    waiting = len(rounds.json("today")["waiting"])
    assert f"{waiting} more wait, no hurry (rounds today --all)" in text
    assert "5 thoughts in the inbox (rounds inbox)" in text
    assert "2 problems in the notes (rounds check)" in text


def test_dates_of_last_contact_that_lag_behind_are_counted(rounds: Runner, nobody: Runner) -> None:
    """As many as tidy would write, with the command; nothing of it once they are right, or where nobody is."""
    lagging = sum(change["key"] == "last_contact" for change in rounds.json("tidy")["changes"])
    assert lagging > 20
    assert f"{lagging} dates of last contact are out of date in the notes (rounds tidy --apply)\n" in rounds.good(
        "today"
    )
    assert rounds.json("today")["outdated_contacts"] == lagging
    rounds.good("tidy", "--apply")
    note = rounds.folder / "Partners/Arlo Winterbourne.md"
    tidied = note.read_text(encoding="utf-8")
    assert "last contact" not in rounds.good("today")
    note.write_text(f"{tidied.rstrip()}\n- 2026-11-22 call\n", encoding="utf-8")
    assert "1 date of last contact is out of date in the notes (rounds tidy --apply)\n" in rounds.good("today")
    note.write_text(f"{tidied.rstrip()}\n- 2026-11-25 call: planned\n", encoding="utf-8")
    assert rounds.json("today")["outdated_contacts"] == 0
    assert "last contact" not in nobody.good("today")


def test_a_time_is_shown_with_its_day(rounds: Runner) -> None:
    """A coffee with a time says both, and its kind."""
    assert "today 12:30      coffee: at the bakery on Alder" in rounds.good("today")


def test_all_is_grouped_by_when(rounds: Runner) -> None:
    """--all shows everything in the groups now, soon and later, numbered through."""
    text = rounds.good("today", "--all")
    heads = [line for line in text.splitlines() if re.fullmatch(r"(Now|Soon|Later|No date)", line)]
    assert heads == sorted(heads, key=("Now", "Soon", "Later", "No date").index)
    assert heads[:3] == ["Now", "Soon", "Later"]
    answer = rounds.json("today")
    numbers = re.findall(r"^ ?(\d+)\.", text, re.MULTILINE)
    assert numbers == [str(n) for n in range(1, len(answer["due"]) + len(answer["waiting"]) + 1)]
    assert "more wait" not in text


def test_soon_is_two_weeks(nobody: Runner) -> None:
    """The 14th day from today is soon, the 15th is later, no day is said to be none."""
    nobody.good("add", "Dana Whitlock")
    nobody.good("plan", "dana", "first", "--by", "2026-12-07")
    nobody.good("plan", "dana", "second", "--by", "2026-12-08")
    nobody.good("plan", "dana", "third")
    lines = [line for line in nobody.good("today", "--all").splitlines() if "wrote it down" not in line]
    assert lines[2:-2] == [
        "Soon",
        " 1. 7 Dec    first · Dana Whitlock",
        "",
        "Later",
        " 2. 8 Dec    second · Dana Whitlock",
        "",
        "No date",
        " 3. no date  third · Dana Whitlock",
    ]


def test_without_a_command_today_is_printed(rounds: Runner) -> None:
    """`rounds` alone, without a terminal, prints today's list."""
    assert rounds.good() == rounds.good("today")


def test_json(rounds: Runner) -> None:
    """The document has stable keys and ISO dates."""
    answer = rounds.json("today")
    assert list(answer) == ["date", "due", "waiting", "inbox", "problems", "outdated_contacts", "month"]
    assert answer["date"] == "2026-11-23"
    assert (answer["inbox"], answer["problems"], len(answer["due"])) == (5, 2, 5)
    first = answer["due"][0]
    assert first.pop("step") == "Two or three personal lines, or a card."
    first.pop("why")
    assert first == {
        "rule": "thanks",
        "path": "Partners/Beatriz Quintal.md",
        "name": "Beatriz Quintal",
        "title": "Say thank you",
        "kind": "thanks",
        "due": "2026-11-21",
        "time": None,
        "state": "overdue",
    }


def test_an_empty_vault_says_what_to_do_first(nobody: Runner) -> None:
    """Nobody is there: the way to add the first partner."""
    assert nobody.good("today").splitlines()[-1] == (
        'Nobody is here yet. Add the first partner with: rounds add "NAME" --role ROLE'
    )


def test_nothing_due(nobody: Runner) -> None:
    """A day without reminders is said as one."""
    nobody.good("add", "Dana Whitlock")
    assert nobody.good("today").splitlines()[2] == "Nothing is due today."


def test_notes_are_not_written(rounds: Runner, demo: Path) -> None:
    """Looking at today changes no file."""
    before = {path: path.read_bytes() for path in demo.rglob("*.md")}
    rounds.good("today", "--all")
    assert {path: path.read_bytes() for path in demo.rglob("*.md")} == before


def test_a_meeting_with_a_time_is_asked_about_after_its_time(rounds: Runner) -> None:
    """In the morning, it's a meeting of the day, and asks nothing."""
    question = "Did it happen, did it move, or not?"

    def coffee(moment: str) -> dict[str, object]:
        rounds.environ["ROUNDS_TODAY"] = moment
        (found,) = [r for r in rounds.json("today")["due"] if r["time"] == "12:30"]
        return dict(found)

    assert coffee("2026-11-23T12:29")["step"] == ""
    assert str(coffee("2026-11-23T12:30")["step"]).startswith(question)
    assert str(coffee("2026-11-23")["step"]).startswith(question)


def test_a_planned_meeting_asks_nothing_before_its_day(nobody: Runner) -> None:
    """Among what can wait, it says when it is planned for."""
    nobody.good("add", "Sam Lee", "--role", "therapist")
    nobody.good("meet", "Sam Lee", "2026-11-30")
    assert "planned for 30 Nov\n" in nobody.good("today", "--all")


def test_history_that_was_written_in_later_is_not_on_today(nobody: Runner) -> None:
    """A practice that brings its last two years along begins with an empty list of thank-yous."""
    for name in ("Sam Lee", "Ana Ruiz"):
        nobody.good("add", name, "--role", "therapist")
        nobody.good("log", name, "coffee", "at Heart", "--on", "2026-10-26")
    assert [r["rule"] for r in nobody.json("today")["due"]] == []

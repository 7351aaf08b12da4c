"""`rounds today`: few things, the most worthwhile first, said kindly."""

import re
from pathlib import Path

from cli.running import Runner


def test_sections_with_number_day_title_name_and_why(rounds: Runner) -> None:
    """Appointments come first in each section; lateness is said with a date, not as a reproach."""
    lines = rounds.good("today").splitlines()
    assert lines[0] == "Monday 23 November 2026"
    assert lines[2:6] == [
        "Late",
        " 1. since yesterday  coffee: at Two Rivers, before clinic · Dana Whitlock",
        "                     planned for 22 Nov. Did it happen, did it move, or not? Tick it, put it off, or skip it.",
        " 2. since 21 Nov     Say thank you · Beatriz Quintal",
    ]
    assert lines[6].startswith("                     you met on 20 Nov")
    heads = ["Late", "Today", "Tomorrow", "This week", "Next week", "Later"]
    assert [line for line in lines if line in heads] == heads
    first = [lines[lines.index(head) + 1][4:] for head in heads[1:3]]
    assert first[0].startswith("today 12:30      coffee: at the bakery on Alder")
    assert first[1] == "tomorrow 09:15   call: how shared care for meals could look · Annika Rowe"
    numbers = [line[:2] for line in lines if re.match(r" ?\d+\.", line)]
    assert numbers == [f"{n:2}" for n in range(1, len(numbers) + 1)]
    assert "overdue" not in "\n".join(lines).lower()


def test_the_cap_hides_no_promise_and_no_appointment(rounds: Runner) -> None:
    """With a cap of nothing, only check-ins, nudges and other suggestions of rules are under No hurry."""
    before = rounds.json("today")["due"]
    settings = rounds.folder / "rounds.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("cap = 5", "cap = 0"), encoding="utf-8")
    left = rounds.json("today")["due"]
    gone = [each["rule"] for each in before if each not in left]
    assert sorted(gone) == ["check-in", "check-in", "feedback", "nudge", "nudge"]
    assert [each for each in before if each in left] == left
    assert {each["rule"] for each in left} == {"meeting", "thanks", "referral-in", "release", "follow-up"}


def test_the_rest_waits_and_is_counted(rounds: Runner) -> None:
    """What does not fit into the cap, is far away or has no day waits without hurry; inbox and problems say where to look."""
    text = rounds.good("today")
    answer = rounds.json("today")
    waiting = len(answer["due"]) + len(answer["waiting"]) - len(re.findall(r"^ ?\d+\.", text, re.MULTILINE))
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


def test_all_adds_what_has_no_hurry(rounds: Runner) -> None:
    """--all shows that section too, numbered through."""
    text = rounds.good("today", "--all")
    assert "\nNo hurry\n" in text
    assert "\nNo hurry\n" not in rounds.good("today")
    answer = rounds.json("today")
    numbers = re.findall(r"^ ?(\d+)\.", text, re.MULTILINE)
    assert numbers == [str(n) for n in range(1, len(answer["due"]) + len(answer["waiting"]) + 1)]
    assert "more wait" not in text


def test_weeks_begin_on_monday_and_later_ends_after_four_weeks(nobody: Runner) -> None:
    """A day in five weeks has no hurry, like what has no day; an appointment stands under Later, however far it is."""
    nobody.good("add", "Dana Whitlock")
    for words, day in (("first", "29"), ("second", "30")):
        nobody.good("plan", "dana", words, "--by", f"2026-11-{day}")
    nobody.good("plan", "dana", "third", "--by", "2026-12-21")
    nobody.good("plan", "dana", "fourth", "--by", "2026-12-22")
    nobody.good("plan", "dana", "fifth")
    nobody.good("meet", "dana", "2027-03-01 9:30", "Heart Coffee")
    lines = [line for line in nobody.good("today", "--all").splitlines() if line[:2].strip()]
    assert lines[1:12] == [
        "Nothing is due today.",
        "This week",
        " 1. 29 Nov            first · Dana Whitlock",
        "Next week",
        " 2. 30 Nov            second · Dana Whitlock",
        "Later",
        " 3. 21 Dec            third · Dana Whitlock",
        " 4. 1 Mar 2027 09:30  coffee: at Heart Coffee · Dana Whitlock",
        "No hurry",
        " 5. 22 Dec            fourth · Dana Whitlock",
        " 6. 2 Mar 2027        Say thank you · Dana Whitlock",
    ]
    assert " 7. no date           fifth · Dana Whitlock" in lines


def test_without_a_command_today_is_printed(rounds: Runner) -> None:
    """`rounds` alone, without a terminal, prints today's list."""
    assert rounds.good() == rounds.good("today")


def test_json(rounds: Runner) -> None:
    """The document has stable keys and ISO dates."""
    answer = rounds.json("today")
    assert list(answer) == ["date", "due", "waiting", "inbox", "problems", "outdated_contacts", "month"]
    assert answer["date"] == "2026-11-23"
    assert (answer["inbox"], answer["problems"], len(answer["due"])) == (5, 2, 13)
    first = answer["due"][1]
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

"""`rounds log`: people, kind, words."""

from pathlib import Path

import pytest

from cli.running import Runner

DANA, MARIA = "Partners/Dana Whitlock.md", "Partners/Maria Alvarez.md"


def test_one_person(rounds: Runner) -> None:
    """What happened goes into the log of the note, under today's date."""
    assert rounds.good("log", "dana", "coffee", "prefers", "fax") == (
        "Dana Whitlock: - 2026-11-23 coffee: prefers fax\n"
    )
    assert "- 2026-11-23 coffee: prefers fax\n" in rounds.note(DANA)


def test_a_meeting_that_was_planned(rounds: Runner) -> None:
    """It is ticked off with it, and the line is shown; the same from the inbox."""
    for words in (("log", "dana", "coffee", "fax"), ("inbox", "--yes")):
        (rounds.folder / "Inbox.md").write_text("Dana coffee today, fax\n")
        path = rounds.folder / DANA
        before = path.read_text()
        path.write_text(before + "\n- [ ] 12:30 coffee: at Heart 📅 2026-11-23\n")
        answer = rounds(*words)
        assert "icked off for Dana Whitlock: coffee: at Heart" in answer.stderr or (
            "Dana Whitlock: - [x] 12:30 coffee: at Heart 📅 2026-11-23 ✅ 2026-11-23\n" in answer.stdout
        )
        assert "- [x] 12:30 coffee: at Heart" in path.read_text()
        path.write_text(before)


def test_several_people_at_an_event(rounds: Runner) -> None:
    """All words before the kind are people; the rest is the text; days can be said in words."""
    rounds.good("log", "dana", "maria alvarez", "event", "grand rounds at OHSU", "--on", "yesterday")
    for path in (DANA, MARIA):
        assert "- 2026-11-22 event: grand rounds at OHSU\n" in rounds.note(path)


def test_a_touch_of_a_day_to_come_is_written_and_said(rounds: Runner) -> None:
    """It is none until its day; plans have commands of their own."""
    result = rounds("log", "dana", "coffee", "at Heart", "--on", "tomorrow")
    assert result.exit_code == 0
    assert result.stderr.startswith("Note: tomorrow is in the future")
    assert "rounds meet, rounds plan" in result.stderr
    assert "- 2026-11-24 coffee: at Heart\n" in rounds.note(DANA)
    assert "Note" not in rounds("log", "dana", "coffee", "at Heart").stderr


def test_a_name_of_two_words_needs_no_quotes(rounds: Runner) -> None:
    """`maria alvarez` is one person, and is logged once."""
    answer = rounds.json("log", "maria", "alvarez", "call", "about the group")
    assert [each["name"] for each in answer["logged"]] == ["Maria Alvarez"]


def test_two_people_are_never_taken_for_one(rounds: Runner) -> None:
    """`sam` alone could be two people, and `sam maria` is nobody's name: they are listed, nothing is written."""
    result = rounds("log", "sam", "maria", "event", "grand rounds")
    assert result.exit_code == 4
    assert "  Sam Lee (Partners/Sam Lee.md)\n" in result.stderr
    assert "grand rounds" not in rounds.note(MARIA)


def test_the_text_may_begin_with_a_dash(rounds: Runner) -> None:
    """After -- nothing is an option."""
    rounds.good("log", "--", "dana", "note", "--on hold until spring")
    assert "- 2026-11-23 note: --on hold until spring\n" in rounds.note(DANA)


def test_a_kind_of_the_vaults_own(rounds: Runner) -> None:
    """A kind that a log already uses is known from then on."""
    assert rounds("log", "dana", "walk", "along the river").exit_code == 2
    note = rounds.folder / MARIA
    note.write_text(note.read_text().rstrip("\n") + "\n- 2026-11-01 walk: along the river\n")
    assert rounds.good("log", "dana", "walk", "in the park") == "Dana Whitlock: - 2026-11-23 walk: in the park\n"


def test_a_missing_kind(rounds: Runner) -> None:
    """Without a kind, the kinds are listed, and the one that was perhaps meant comes first."""
    result = rounds("log", "dana", "cofee", "prefers fax")
    assert result.exit_code == 2
    assert "the kind of touch is missing" in result.stderr
    assert "Did you mean coffee? Known: email, call, " in result.stderr
    assert "Did you mean" not in rounds("log", "dana").stderr


@pytest.mark.parametrize("words", [("dana", "coffee"), ("dana", "coffee", " ")])
def test_a_touch_needs_words(rounds: Runner, words: tuple[str, ...]) -> None:
    """An entry without words is asked for."""
    before = rounds.note(DANA)
    assert rounds("log", *words).exit_code == 2
    assert rounds.note(DANA) == before


def test_an_unreadable_note_stops_all_of_it(rounds: Runner) -> None:
    """Where one of several notes can't be read, none is written to; the error has the place."""
    before = rounds.note("Partners/Ines Calloway.md"), rounds.note(DANA)
    result = rounds("log", "dana", "ines", "event", "grand rounds")
    assert result.exit_code == 1
    first, hint = result.stderr.splitlines()
    assert first == "rounds: Partners/Ines Calloway.md:6:37: The value holds a colon with a space after it."
    assert hint.startswith("Nothing was written. To fix it (rounds edit): Put it in quotes: `connection: ")
    assert (rounds.note("Partners/Ines Calloway.md"), rounds.note(DANA)) == before


def test_nobody_of_that_name(rounds: Runner, nobody: Runner) -> None:
    """Names that come close are suggested; in an empty vault the way to add somebody."""
    assert rounds("log", "xyzzy", "call", "hello").exit_code == 3
    result = nobody("log", "dana", "call", "hello")
    assert result.exit_code == 3
    assert "rounds add" in result.stderr


def test_a_date_that_is_none(rounds: Runner) -> None:
    """A day that can't be read is an error, never today."""
    result = rounds("log", "dana", "call", "hello", "--on", "smarch")
    assert result.exit_code == 2
    assert "smarch" in result.stderr
    assert "hello" not in rounds.note(DANA)


def test_json(rounds: Runner) -> None:
    """The document tells the lines that are new."""
    assert rounds.json("log", "dana", "call", "hello", "--as", "@kim") == {
        "logged": [
            {"path": DANA, "name": "Dana Whitlock", "lines": ["- 2026-11-23 call @kim: hello"]},
        ],
        "date": "2026-11-23",
        "kind": "call",
        "proposed": [],
    }


def test_a_stage_is_proposed_and_only_said_without_a_terminal(rounds: Runner) -> None:
    """What happened leads to a stage; nothing is forced (guide: stages)."""
    result = rounds("log", "dana", "coffee", "at Two Rivers")
    assert result.stderr == ("Dana Whitlock. Stage: contacted → met? rounds set 'Dana Whitlock' stage=met\n")
    assert "stage: contacted" in rounds.note(DANA)
    assert rounds.json("log", "dana", "thanks", "for the coffee")["proposed"] == []
    answer = rounds.json("log", "dana", "meeting", "again")
    assert [(each["rule"], each["title"]) for each in answer["proposed"]] == [("stage", "Stage: contacted → met?")]
    assert "Stage: contacted → met?" in rounds.good("show", "dana")
    assert rounds.json("log", "maria alvarez", "coffee", "x")["proposed"] == []


@pytest.mark.usefixtures("terminal")
def test_a_stage_is_said_and_not_asked_for_on_a_terminal(rounds: Runner) -> None:
    """What comes next on the terminal is a command, never the answer to a question at the end of another."""
    result = rounds("log", "dana", "coffee", "at Two Rivers", typed="y\n")
    assert (result.exit_code, result.stderr) == (
        0, "Dana Whitlock. Stage: contacted → met? rounds set 'Dana Whitlock' stage=met\n",
    )  # fmt: skip
    assert "stage: contacted\n" in rounds.note(DANA)
    rounds.good("skip", "dana", "--rule", "stage")
    assert "skip stage: met" in rounds.note(DANA)


def test_the_command_that_accepts_a_stage_names_one_of_two_namesakes(rounds: Runner) -> None:
    """It works as it is printed."""
    path = "Partners/Sam Lee (Rose City Pediatrics).md"
    result = rounds("log", path, "coffee", "at Heart")
    assert result.stderr.endswith(f" rounds set '{path}' stage=met\n")


def test_a_proposed_stage_is_taken_over_or_declined_like_a_reminder(rounds: Runner) -> None:
    """By its rule: `done` writes the stage, `skip` lets it be; without the rule it is in nobody's way."""
    rounds.good("log", "dana", "coffee", "at Two Rivers")
    assert rounds.json("done", "dana")["reminder"]["rule"] != "stage"
    rounds.good("done", "dana", "--rule", "stage")
    assert "stage: met\n" in rounds.note(DANA)


def test_a_text_of_several_lines_keeps_them(rounds: Runner) -> None:
    """From standard input, or as one argument."""
    rounds.good("log", "dana", "coffee", "-", typed="Prefers fax.\n\n## Needs\n- twins\n  - of two\n")
    rounds.good("log", "dana", "call", "> one\n- two")
    assert (
        "- 2026-11-23 coffee: Prefers fax.\n\n  ## Needs\n  - twins\n    - of two\n- 2026-11-23 call:\n  > one\n  - two\n"
    ) in rounds.note(DANA)
    assert rounds("log", "dana", "coffee", "-", typed="").exit_code == 2


def test_a_text_from_the_editor_is_there_again_until_it_is_logged(rounds: Runner, tmp_path: Path) -> None:
    """An answer such as "nobody has that name" or a refusal costs no words."""
    editor = tmp_path / "vi"
    editor.write_text('#!/bin/sh\nprintf "one\\n\\ntwo\\n" >> "$1"\n')
    editor.chmod(0o700)
    rounds.environ["VISUAL"] = str(editor)
    refused = rounds("log", "dana", "coffee", "--edit", "--as", "k k")
    assert refused.exit_code == 2
    rounds.good("log", "dana", "coffee", "--edit")
    assert "- 2026-11-23 coffee: one\n\n  two\n  one\n\n  two\n" in rounds.note(DANA), "what was typed and what is new"
    rounds.good("log", "dana", "call", "words", "before", "--edit")
    assert "- 2026-11-23 call: words before\n  one\n\n  two\n" in rounds.note(DANA)

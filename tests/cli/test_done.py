"""`rounds done`, `later` and `skip`: which reminder is meant, and what becomes of it."""

from contextlib import closing
from datetime import date

import pytest

from cli.running import Runner
from conftest import TODAY
from rounds.domain.server_questions import Question
from rounds.vault.reminders import reminders, remote_state
from rounds.vault.vault import Vault

DANA, ROSALIND = "Partners/Dana Whitlock.md", "Partners/Rosalind Pike.md"


@pytest.fixture
def plain(nobody: Runner) -> Runner:
    """A vault with one partner who has one follow-up."""
    nobody.good("add", "Dana Whitlock")
    nobody.good("plan", "dana", "send the one-pager", "--by", "friday")
    return nobody


def test_a_follow_up_is_ticked(plain: Runner) -> None:
    """The only reminder needs no number; the words go into the log."""
    text = plain.good("done", "dana", "by fax")
    assert text.startswith("Done: send the one-pager · Dana Whitlock\n  - [x] send the one-pager 📅 2026-11-27")
    note = plain.note(DANA)
    assert "✅ 2026-11-23" in note
    assert "- 2026-11-23 note: by fax" in note


def test_several_are_listed_never_guessed(plain: Runner) -> None:
    """With two open follow-ups both are listed with number and rule, and nothing is written."""
    plain.good("plan", "dana", "ask about the group", "--by", "monday")
    before = plain.note(DANA)
    for words in (("done", "dana"), ("skip", "dana"), ("later", "dana", "next week")):
        result = plain(*words)
        assert result.exit_code == 4
        assert "  1.  27 Nov  send the one-pager   (follow-up)\n" in result.stderr
        assert "  2.  30 Nov  ask about the group  (follow-up)\n" in result.stderr
        assert "--number N or --rule RULE" in result.stderr
    assert plain.note(DANA) == before


def test_a_number_picks_one(plain: Runner) -> None:
    """--number is the place in that list."""
    plain.good("plan", "dana", "ask about the group", "--by", "monday")
    plain.good("done", "dana", "--number", "2")
    assert "- [x] ask about the group" in plain.note(DANA)
    assert "- [ ] send the one-pager" in plain.note(DANA)


def test_a_number_that_is_not_there(plain: Runner) -> None:
    """A number beyond the list is an error."""
    result = plain("done", "dana", "--number", "2")
    assert result.exit_code == 2
    assert "there is no number 2 for Dana Whitlock" in result.stderr


def test_a_rule_picks_one(rounds: Runner) -> None:
    """--rule thanks logs the thank-you, whatever else is open."""
    rounds.good("done", "beatriz", "a card", "--rule", "thanks")
    assert "- 2026-11-23 thanks: a card\n" in rounds.note("Partners/Beatriz Quintal.md")


def test_thanks_are_for_the_meeting_that_happened(nobody: Runner) -> None:
    """Those for a meeting that is only planned don't compete; which one is meant is said. A number reaches the other."""
    nobody.good("add", "Maria Alvarez")
    nobody.good("meet", "maria", "tue 12:30", "Heart Coffee")
    nobody.good("log", "maria", "coffee", "prefers fax", "--on", "yesterday")
    rows = nobody.json("show", "maria")["reminders"]
    assert [(each["rule"], each["due"]) for each in rows if each["rule"] == "thanks"] == [
        ("thanks", "2026-11-23"), ("thanks", "2026-11-25"),
    ]  # fmt: skip
    result = nobody("done", "maria", "--rule", "thanks", "a card")
    assert result.exit_code == 0
    assert result.stderr.startswith(
        "Of 2 for the rule thanks, this one was chosen: you met on 22 Nov: thank within 48 h"
    )
    assert "- 2026-11-23 thanks: a card\n" in nobody.note("Partners/Maria Alvarez.md")


def test_thanks_that_wait_are_for_the_meeting_that_happened_too(nobody: Runner) -> None:
    """A coffee of today, thanks due tomorrow, beside one that is planned: `later` moves the first."""
    nobody.good("add", "Maria Alvarez")
    nobody.good("meet", "maria", "friday")
    nobody.good("log", "maria", "coffee", "prefers fax")
    assert nobody.json("later", "maria", "2026-11-26", "--rule", "thanks")["reminder"]["due"] == "2026-11-24"
    assert nobody.json("skip", "maria", "--rule", "thanks", "--number", "2")["reminder"]["due"] == "2026-11-28"


def test_an_unknown_rule(rounds: Runner) -> None:
    """A mistyped rule is an error that names the rules."""
    result = rounds("done", "beatriz", "--rule", "thank")
    assert result.exit_code == 2
    assert "thanks" in result.stderr


def test_a_check_in_asks_how(rounds: Runner) -> None:
    """How somebody was in touch can't be known: without a terminal --kind is needed."""
    before = rounds.note(ROSALIND)
    result = rounds("done", "rosalind")
    assert result.exit_code == 2
    assert "--kind" in result.stderr
    assert rounds.note(ROSALIND) == before
    rounds.good("done", "rosalind", "rang her", "--kind", "call")
    assert "- 2026-11-23 call: rang her\n" in rounds.note(ROSALIND)


@pytest.mark.usefixtures("terminal")
def test_a_check_in_asks_on_a_terminal(rounds: Runner) -> None:
    """On a terminal the kind is asked for, an email unless something else is said."""
    rounds.good("done", "rosalind", "said hello", typed="\n")
    assert "- 2026-11-23 email: said hello\n" in rounds.note(ROSALIND)


@pytest.mark.usefixtures("terminal")
def test_a_terminal_may_pick(plain: Runner) -> None:
    """On a terminal one of several is picked by its number; what is no number is asked again."""
    plain.good("plan", "dana", "ask about the group", "--by", "monday")
    result = plain("done", "dana", typed="7\nx\n2\n")
    assert result.exit_code == 0
    assert "- [x] ask about the group" in plain.note(DANA)


@pytest.mark.usefixtures("terminal")
def test_a_terminal_may_decline(plain: Runner) -> None:
    """Enter picks none, and nothing is written."""
    plain.good("plan", "dana", "ask about the group", "--by", "monday")
    before = plain.note(DANA)
    assert plain("done", "dana", typed="\n").exit_code == 3
    assert plain.note(DANA) == before


def test_without_who_those_of_today_are_meant(rounds: Runner) -> None:
    """Several are due today: they are listed with their names."""
    result = rounds("done")
    assert result.exit_code == 4
    assert "Beatriz Quintal" in result.stderr
    assert "Priya Natarajan" in result.stderr


def test_nothing_open(nobody: Runner) -> None:
    """Somebody without reminders has none to tick; nor has an empty vault."""
    assert nobody("done").exit_code == 3
    nobody.good("add", "Dana Whitlock")
    result = nobody("done", "dana")
    assert result.exit_code == 3
    assert "there is no open reminder for Dana Whitlock" in result.stderr


def test_what_a_rule_asks_later_is_no_candidate(rounds: Runner) -> None:
    """A check-in months ahead does not make the one open follow-up ambiguous."""
    rounds.good("add", "Noor Haddad")
    rounds.good("log", "noor", "email", "hello", "--on", "2026-11-01")
    rounds.good("set", "noor", "stage=active")
    rounds.good("plan", "noor", "send the one-pager", "--by", "friday")
    assert "check-in" in {each["rule"] for each in rounds.json("show", "noor")["reminders"]}
    assert rounds.json("done", "noor")["reminder"]["rule"] == "follow-up"


def test_an_unreadable_note_is_left_alone(rounds: Runner) -> None:
    """A note that broke since it was indexed keeps its reminders, and is not written to."""
    path = rounds.folder / ROSALIND
    rounds.good("today")
    path.write_text(path.read_text().replace("type: partner", "type: partner: x"))
    before = path.read_bytes()
    for words in (("done", "rosalind", "--kind", "call"), ("skip", "rosalind"), ("later", "rosalind", "tomorrow")):
        result = rounds(*words)
        assert result.exit_code == 1
        assert f"rounds: {ROSALIND}:2:14: " in result.stderr
    assert path.read_bytes() == before


def test_later_moves_a_follow_up(plain: Runner) -> None:
    """A follow-up that is put off gets the other date."""
    text = plain.good("later", "dana", "dec", "3")
    assert text.startswith("Waits until 3 Dec: send the one-pager · Dana Whitlock\n")
    assert "- [ ] send the one-pager 📅 2026-12-03" in plain.note(DANA)


def test_a_time_is_taken_where_there_is_one(plain: Runner, rounds: Runner) -> None:
    """A follow-up has a time; a rule and a log have none, and it is said instead of dropped."""
    plain.good("later", "dana", "fri", "12:30")
    assert "- [ ] 12:30 send the one-pager 📅 2026-11-27" in plain.note(DANA)
    before = rounds.note(ROSALIND)
    for words, said in (
        (("later", "rosalind", "2027-02-01 12:30"), "only a follow-up has a time of day: 12:30"),
        (("log", "rosalind", "call", "fax", "--on", "yesterday 12:30"), "no time of day: yesterday 12:30"),
    ):
        result = rounds(*words)
        assert (result.exit_code, said in result.stderr, rounds.note(ROSALIND)) == (2, True, before)


def test_later_lets_a_rule_wait(rounds: Runner) -> None:
    """What a rule derived waits by a line in the log."""
    answer = rounds.json("later", "rosalind", "2027-02-01")
    assert list(answer) == ["later", "reminder", "until"]
    assert answer["later"]["lines"] == ["- 2026-11-23 later check-in: 2027-02-01"]
    assert rounds.json("show", "rosalind")["reminders"][0]["due"] == "2027-02-01"


@pytest.mark.parametrize("words", [("dana",), ("dana", "blursday"), ("dana", "yesterday"), ("dana", "today")])
def test_later_needs_a_day_to_come(plain: Runner, words: tuple[str, ...]) -> None:
    """No day, no real day, and days that are over are errors."""
    before = plain.note(DANA)
    assert plain("later", *words).exit_code == 2
    assert plain.note(DANA) == before


def test_skip(plain: Runner, rounds: Runner) -> None:
    """A follow-up is given up; a rule is told to let this one be, with the reason."""
    plain.good("skip", "dana")
    assert "- [-] send the one-pager" in plain.note(DANA)
    answer = rounds.json("skip", "rosalind", "saw", "her", "at", "church")
    assert list(answer) == ["skipped", "reminder"]
    assert answer["skipped"]["lines"] == ["- 2026-11-23 skip check-in: saw her at church"]


def test_done_json(plain: Runner) -> None:
    """The document tells what was written and which reminder it was."""
    answer = plain.json("done", "dana")
    assert list(answer) == ["done", "reminder"]
    assert answer["done"]["path"] == DANA
    assert answer["reminder"]["due"] == "2026-11-27"


def test_a_meeting_that_is_ticked_proposes_the_stage(rounds: Runner) -> None:
    """As `log` does: what happened, however it was written down (guide: stages)."""
    result = rounds("done", "dana", "--rule", "meeting")
    assert result.exit_code == 0
    assert result.stderr == "Dana Whitlock. Stage: contacted → met? rounds set 'Dana Whitlock' stage=met\n"


def test_a_name_that_a_month_has(nobody: Runner) -> None:
    """`later june` asks until when, where June is somebody; the month of that name is nobody's otherwise."""
    nobody.good("add", "June Park")
    nobody.good("plan", "june", "send the one-pager", "--by", "today")
    result = nobody("later", "june")
    assert (result.exit_code, result.stderr.splitlines()[0]) == (2, "rounds: until when?")
    nobody.good("later", "july")
    assert "- [ ] send the one-pager 📅 2027-07-01" in nobody.note("Partners/June Park.md")


# What was moved or deleted in a task app -------------------------------------------------------------------------------


def changed_in_a_task_app(rounds: Runner, **what: object) -> None:
    """As if it had been published and changed there."""
    with closing(Vault.open(rounds.folder, clock=lambda: TODAY)) as vault:
        vault.sync()
        (about,) = [each for each in reminders(vault) if each.title == "send the one-pager"]
        with remote_state(vault).changing_questions() as questions:
            questions[about.key] = Question("moved", "phone-1", about.due, None)._replace(**what)  # type: ignore[arg-type]


@pytest.fixture
def sam(nobody: Runner) -> Runner:
    nobody.good("add", "Sam Lee", "--role", "psychiatrist")
    nobody.good("plan", "sam", "send the one-pager", "--by", "2026-12-01")
    return nobody


def test_a_move_in_a_task_app_is_taken_over_or_declined(sam: Runner) -> None:
    """Today asks first; `done` and `skip` answer, by rule or number, and a second answer finds no question."""
    changed_in_a_task_app(sam, day=date(2026, 12, 5))
    (asked,) = sam.json("today")["due"]
    assert (asked["rule"], asked["title"]) == ("moved", "Moved to 5 Dec: send the one-pager")
    assert "1. today" in (said := sam.good("today"))
    assert "To take the new day over, mark this as done. To keep yours, skip this" in " ".join(said.split())
    assert sam.good("done", "--number", "1") == (
        "Done: Moved to 5 Dec: send the one-pager · Sam Lee\n"
        f"  {sam.note('Partners/Sam Lee.md').split('## Follow-ups')[1].split(chr(10))[2]}\n"
    )
    assert "- [ ] send the one-pager 📅 2026-12-05 ^f-" in sam.note("Partners/Sam Lee.md")
    assert sam("done", "sam", "--rule", "moved").exit_code == 3
    sam.good("undo")
    assert "📅 2026-12-01" in sam.note("Partners/Sam Lee.md")
    changed_in_a_task_app(sam, day=date(2026, 12, 6))
    before = sam.note("Partners/Sam Lee.md")
    assert sam.good("skip", "sam", "--rule", "moved").startswith("Skipped: Moved to 6 Dec: send")
    assert (sam.json("today")["due"], sam.note("Partners/Sam Lee.md")) == ([], before)


def test_a_deletion_in_a_task_app_is_let_go_or_kept(sam: Runner) -> None:
    """The follow-up itself is what `done sam` means; the question is answered by its rule."""
    changed_in_a_task_app(sam, what="deleted")
    assert sam.json("today")["due"][0]["title"] == "Deleted: send the one-pager"
    sam.good("done", "sam", "--rule", "deleted")
    assert "- [-] send the one-pager 📅 2026-12-01 ❌ 2026-11-23" in sam.note("Partners/Sam Lee.md")
    assert sam.json("today")["due"] == []
    sam.good("undo")
    changed_in_a_task_app(sam, what="deleted")
    sam.good("done", "sam")
    assert "- [x] send the one-pager" in sam.note("Partners/Sam Lee.md")
    assert sam.json("today")["due"] == []


def test_a_third_day_answers_a_question(sam: Runner) -> None:
    changed_in_a_task_app(sam, day=date(2026, 12, 5))
    sam.good("later", "2026-12-08", "--rule", "moved")
    assert "- [ ] send the one-pager 📅 2026-12-08" in sam.note("Partners/Sam Lee.md")
    assert sam.json("today")["due"] == []

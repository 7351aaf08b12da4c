"""Both ways: what is moved, deleted or made in a task app, on real servers, and over a line that loses each request."""

from collections.abc import Callable
from pathlib import Path

import pytest

from calendars.line import Answer, Line
from calendars.servers import Phone
from calendars.test_publish_back import note, vault, write
from calendars.test_servers import ONE, PLANTS, THANKS, WRONG, Losing, line, phone, quiet, running
from conftest import TODAY
from rounds.calendar.publish_back import Report, publish
from rounds.calendar.publish_targets import target_of
from rounds.errors import ChangedMeanwhileError, RoundsError
from rounds.storage.user_config import PublishSettings
from rounds.vault.history_undo import undo
from rounds.vault.inbox import file_thought, thoughts
from rounds.vault.reminders import questions, today_list
from rounds.vault.task_app import done, later, skip
from rounds.vault.vault import Vault

__all__ = ["line", "phone", "running", "vault"]

ASKED = "Send the one-pager · Sam Lee: moved there to 2026-12-{}"


def send(vault: Vault, line: Line, phone: Phone, **more: object) -> Report:
    settings = PublishSettings(url=line.url, user=phone.user, tasks=True, level="full")._replace(**more)  # type: ignore[arg-type]
    return publish(vault, target_of(vault, "phone", settings), phone.password)


def inbox(vault: Vault) -> str:
    path = Path(vault.root, "Inbox.md")
    return path.read_text() if path.exists() else ""


def answer(vault: Vault, *, yes: bool) -> None:
    """Answer the only question."""
    (asking,) = questions(vault)
    (done if yes else skip)(vault, asking)
    vault.sync()


def cycle(vault: Vault, phone: Phone, sending: Callable[[], Report], month: int) -> None:
    """Move and take over, move and decline, delete and keep, delete and let go, make a new task."""
    sending()
    before, first, second = note(vault), f"2026-{month}-09", f"2026-{month}-11"
    phone.move("one-pager", first.replace("-", ""))
    assert set(sending().proposed) == {f"Send the one-pager · Sam Lee: moved there to {first}"}
    assert (note(vault), phone.days()[ONE]) == (before, first.replace("-", ""))
    assert quiet(sending())
    answer(vault, yes=True)
    assert note(vault) != before
    assert f"- [ ] Send the one-pager 📅 {first} ^f-aaaa\n" in note(vault)
    sending()
    assert quiet(sending())
    before = note(vault)
    phone.move("one-pager", second.replace("-", ""))
    sending()
    answer(vault, yes=False)
    assert sending().proposed == []
    assert (note(vault), phone.days()[ONE]) == (before, first.replace("-", ""))
    assert quiet(sending())
    phone.drop("plants")
    assert set(sending().proposed) == {"Water the plants · Sam Lee: deleted there"}
    assert quiet(sending())
    assert PLANTS not in phone.states()
    answer(vault, yes=False)
    sending()
    assert (note(vault), phone.states()[PLANTS]) == (before, "NEEDS-ACTION")
    assert quiet(sending())
    made = f"Call the printer {month}"
    phone.make(made, f"DUE;VALUE=DATE:2026{month}24", "DESCRIPTION:About paper\\nAnd ink", "X-COLOR:red")
    new = f"{made} by 2026-{month}-24. About paper; And ink"
    assert set(sending().inbox) == {new}
    assert inbox(vault).count(new) == inbox(vault).count(made) == 1
    assert any("X-COLOR:red" in text and made in text for text in phone.texts().values())
    phone.rename(made, f"elsewhere{month}.ics")
    assert quiet(sending())
    phone.tick(made)
    assert quiet(sending())
    phone.drop(made)
    assert quiet(sending())
    assert inbox(vault).count(made) == 1


@pytest.mark.parametrize("name", ["as it is", "weak tags", "no tag for a PUT"])
def test_both_ways_two_times(vault: Vault, phone: Phone, line: Line, name: str) -> None:
    """Over lines whose tags say nothing, too."""
    line.wrong = WRONG[name]
    for month in (10, 12):
        cycle(vault, phone, lambda: send(vault, line, phone), month)


@pytest.mark.parametrize("killed", [False, True])
@pytest.mark.parametrize("arrives", [False, True])
def test_each_request_of_both_ways_is_lost_once(
    vault: Vault, phone: Phone, line: Line, monkeypatch: pytest.MonkeyPatch, *, arrives: bool, killed: bool
) -> None:
    """Or the program is killed at it: no question is asked anew, and no task is taken two times."""
    losing = Losing(vault, line, phone, arrives=arrives, killed=killed)
    losing.forget_when_killed(monkeypatch)
    cycle(vault, phone, losing, 12)


# Moved ----------------------------------------------------------------------------------------------------------------


def test_a_yes_is_one_change_that_undo_takes_back(vault: Vault, phone: Phone, line: Line) -> None:
    """Then it's asked about again; once it was published, the day of the note counts there too."""
    send(vault, line, phone)
    before = note(vault)
    phone.move("one-pager", "20261205")
    send(vault, line, phone)
    asking = today_list(vault)[0][0]
    assert (asking.title, asking.why) == (
        "Moved to 5 Dec: Send the one-pager",
        "you moved it in your task app; in your notes it's on 1 Dec",
    )
    answer(vault, yes=True)
    assert questions(vault) == []
    undo(vault)
    vault.sync()
    assert note(vault) == before
    assert send(vault, line, phone).proposed == [ASKED.format("05")]
    answer(vault, yes=True)
    send(vault, line, phone)
    undo(vault)
    vault.sync()
    send(vault, line, phone)
    assert (note(vault), phone.days()[ONE], questions(vault)) == (before, "20261201", [])


def test_a_time_that_is_moved_there_moves_too(vault: Vault, phone: Phone, line: Line) -> None:
    send(vault, line, phone)
    phone.move("one-pager", "20261205", "0930")
    assert send(vault, line, phone).proposed == [ASKED.format("05 09:30")]
    answer(vault, yes=True)
    assert "- [ ] 09:30 Send the one-pager 📅 2026-12-05 ^f-aaaa\n" in note(vault)
    send(vault, line, phone)
    assert quiet(send(vault, line, phone))


def test_a_day_that_is_taken_away_is_told(vault: Vault, phone: Phone, line: Line) -> None:
    """A note's line can't lose it by a question."""
    send(vault, line, phone)
    phone.edit("one-pager", {"^DUE.*\n": ""})
    report = send(vault, line, phone)
    assert (report.told, report.proposed) == ([f"{ONE}: moved there to no day. Your notes keep 2026-12-01."], [])
    assert quiet(send(vault, line, phone))


def test_a_rule_s_day_is_put_off_after_a_yes(vault: Vault, phone: Phone, line: Line) -> None:
    """The notes' own way: a `later` in the log. A rule has no time, so a new one alone is told."""
    send(vault, line, phone)
    phone.move("thank you", "20261126", "1000")
    assert send(vault, line, phone, moves="apply").proposed == [
        "Say thank you · Sam Lee: moved there to 2026-11-26 10:00"
    ]
    answer(vault, yes=True)
    assert "- 2026-11-23 later thanks: 2026-11-26\n" in note(vault)
    send(vault, line, phone)
    assert (phone.days()[THANKS], questions(vault)) == ("20261126", [])
    phone.move("thank you", "20261126", "1200")
    report = send(vault, line, phone)
    assert (report.told, report.proposed) == (
        [f"{THANKS}: moved there to 2026-11-26 12:00. Your notes keep 2026-11-26."], [],
    )  # fmt: skip
    assert quiet(send(vault, line, phone))


def test_with_apply_a_day_is_changed_at_once(vault: Vault, phone: Phone, line: Line) -> None:
    """One undo takes it back; a line that was moved on both sides is asked about."""
    send(vault, line, phone, moves="apply")
    before = note(vault)
    phone.move("one-pager", "20261205")
    report = send(vault, line, phone, moves="apply")
    assert (report.moved, report.proposed) == (["Send the one-pager · Sam Lee: 2026-12-05"], [])
    assert "- [ ] Send the one-pager 📅 2026-12-05 ^f-aaaa\n" in note(vault)
    assert quiet(send(vault, line, phone, moves="apply"))
    undo(vault)
    vault.sync()
    assert note(vault) == before
    send(vault, line, phone, moves="apply")
    assert phone.days()[ONE] == "20261201"
    phone.move("one-pager", "20261205")
    write(vault, before.replace("📅 2026-12-01", "📅 2026-12-07"))
    report = send(vault, line, phone, moves="apply")
    assert (report.moved, report.proposed, phone.days()[ONE]) == ([], [ASKED.format("05")], "20261205")
    answer(vault, yes=False)
    send(vault, line, phone, moves="apply")
    assert phone.days()[ONE] == "20261207"


def test_the_note_s_newer_day_answers_the_question(vault: Vault, phone: Phone, line: Line) -> None:
    """By hand, or by putting the question off to a third day. Moved back there, there is nothing to ask either."""
    send(vault, line, phone)
    phone.move("one-pager", "20261205")
    send(vault, line, phone)
    (asking,) = questions(vault)
    later(vault, asking, TODAY.replace(day=30))
    vault.sync()
    assert questions(vault) == []
    send(vault, line, phone)
    assert phone.days()[ONE] == "20261130"
    phone.move("one-pager", "20261205")
    send(vault, line, phone)
    phone.move("one-pager", "20261130")
    send(vault, line, phone)
    assert questions(vault) == []
    assert quiet(send(vault, line, phone))


def test_moved_and_ticked_there_is_ticked(vault: Vault, phone: Phone, line: Line) -> None:
    """A question about what is done is over."""
    send(vault, line, phone)
    phone.move("one-pager", "20261205")
    send(vault, line, phone)
    phone.tick("one-pager")
    assert send(vault, line, phone).ticked == ["Send the one-pager · Sam Lee"]
    assert questions(vault) == []
    phone.edit("plants", {"^DUE.*$": "DUE;VALUE=DATE:20261209", "^STATUS:.*$": "STATUS:COMPLETED"})
    report = send(vault, line, phone)
    assert (report.ticked, report.proposed) == (["Water the plants · Sam Lee"], [])


def test_a_no_and_a_new_move_is_a_new_question(vault: Vault, phone: Phone, line: Line) -> None:
    send(vault, line, phone)
    for _ in range(2):
        phone.move("one-pager", "20261205")
        assert send(vault, line, phone).proposed == [ASKED.format("05")]
        answer(vault, yes=False)
        send(vault, line, phone)
        assert phone.days()[ONE] == "20261201"


def test_an_answer_counts_once(vault: Vault, phone: Phone, line: Line) -> None:
    """As in two windows: the second one says that it's answered."""
    send(vault, line, phone)
    phone.move("one-pager", "20261205")
    send(vault, line, phone)
    (asking,) = questions(vault)
    done(vault, asking)
    for act in (done, skip):
        with pytest.raises(ChangedMeanwhileError, match="is answered"):
            act(vault, asking)


def test_questions_that_were_lost_or_never_asked_are_asked(vault: Vault, phone: Phone, line: Line) -> None:
    """As after an update: older versions told of a move or a deletion once, and remembered it."""
    send(vault, line, phone)
    phone.move("one-pager", "20261205")
    phone.drop("plants")
    asked = {ASKED.format("05"), "Water the plants · Sam Lee: deleted there"}
    assert set(send(vault, line, phone).proposed) == asked
    Path(vault.data, "remote/.questions.json").unlink()
    assert set(send(vault, line, phone).proposed) == asked
    assert quiet(send(vault, line, phone))


def test_events_are_moved_and_deleted_too(vault: Vault, phone: Phone, line: Line) -> None:
    """A new event stays in the calendar: there are appointments of every kind."""
    send(vault, line, phone, tasks=False)
    phone.move("one-pager", "20261205")
    phone.drop("thank you")
    asked = {ASKED.format("05"), "Say thank you · Sam Lee: deleted there"}
    assert set(send(vault, line, phone, tasks=False).proposed) == asked
    for asking in questions(vault):
        done(vault, asking)
    vault.sync()
    assert "- [ ] Send the one-pager 📅 2026-12-05 ^f-aaaa\n" in note(vault)
    assert "- 2026-11-23 skip thanks\n" in note(vault)
    phone.put("mine.ics", _EVENT)
    assert send(vault, line, phone, tasks=False).inbox == []


_EVENT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:mine\r\nDTSTAMP:20260101T000000Z\r\n"
    "DTSTART:20261201T090000Z\r\nSUMMARY:Dentist\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


# Two machines ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def other(vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vault:
    """A second machine with a copy of the vault, which has published it too."""
    monkeypatch.setattr(Vault, "data", property(lambda self: f"{tmp_path}/data-{Path(self.root).name}"))
    folder = tmp_path / "other"
    (folder / "Partners").mkdir(parents=True)
    for name in ("rounds.toml", "Partners/Sam Lee.md"):
        (folder / name).write_text(Path(vault.root, name).read_text())
    opened = Vault.open(folder, clock=lambda: TODAY)
    opened.sync()
    return opened


def bring(here: Vault, there: Vault) -> None:
    """What a sync program does."""
    for name in ("Partners/Sam Lee.md", "Inbox.md"):
        if Path(here.root, name).exists():
            Path(there.root, name).write_text(Path(here.root, name).read_text())
    there.sync()


@pytest.mark.parametrize("moves", ["ask", "apply"])
def test_a_move_goes_round_two_machines_once(vault: Vault, other: Vault, phone: Phone, line: Line, moves: str) -> None:
    """Whether they ask or not, and whichever of them gets the note later."""
    for each in (vault, other):
        send(each, line, phone, moves=moves)
    phone.move("one-pager", "20261205")
    for each in (vault, other):
        send(each, line, phone, moves=moves)
    if moves == "ask":
        answer(vault, yes=True)
    send(vault, line, phone, moves=moves)
    bring(vault, other)
    assert questions(other) == []
    send(other, line, phone, moves=moves)
    for each in (vault, other) * 2:
        assert quiet(send(each, line, phone, moves=moves))
        assert (phone.days()[ONE], "📅 2026-12-05" in note(each)) == ("20261205", True)


def test_a_no_counts_for_both_machines(vault: Vault, other: Vault, phone: Phone, line: Line) -> None:
    for each in (vault, other):
        send(each, line, phone)
    phone.move("one-pager", "20261205")
    phone.drop("plants")
    for each in (vault, other):
        send(each, line, phone)
    for asking in questions(vault):
        skip(vault, asking)
    for each in (vault, other):
        send(each, line, phone)
        assert questions(each) == []
    assert (phone.days()[ONE], phone.days()[PLANTS]) == ("20261201", "20261202")
    for each in (vault, other) * 2:
        assert quiet(send(each, line, phone))


def test_a_task_is_taken_by_one_of_two_machines(vault: Vault, other: Vault, phone: Phone, line: Line) -> None:
    """Also if the other one knows nothing of the first one's inbox."""
    for each in (vault, other):
        send(each, line, phone)
    phone.make("Call the printer")
    assert send(other, line, phone).inbox == ["Call the printer"]
    for each in (vault, other) * 2:
        assert quiet(send(each, line, phone))
    phone.rename("printer", "else where.ics")
    for each in (vault, other) * 2:
        assert quiet(send(each, line, phone))
    assert (inbox(vault), inbox(other)) == ("", "# Inbox\n\n- Call the printer\n")


def test_what_another_machine_wrote_there_comes_with_its_notes(
    vault: Vault, other: Vault, phone: Phone, line: Line
) -> None:
    """Not from the server: else each would take the other's old state for an act of somebody, in turns."""
    for each in (vault, other):
        send(each, line, phone, moves="apply")
    old = note(other)
    text = note(vault).replace("📅 2026-12-01", "📅 2026-12-05").replace("- [ ] Water", "- [x] Water")
    write(vault, text.replace(" ^f-cccc", " ✅ 2026-11-23 ^f-cccc"))
    send(vault, line, phone, moves="apply")
    report = send(other, line, phone, moves="apply")
    assert (quiet(report), note(other), questions(other)) == (True, old, [])
    assert (phone.days()[ONE], phone.states()[f"✓ {PLANTS}"]) == ("20261205", "COMPLETED")
    phone.open("plants")
    phone.move("one-pager", "20261207")
    report = send(vault, line, phone, moves="apply")
    assert report.moved == ["Send the one-pager · Sam Lee: 2026-12-07"]
    assert report.told == [f"✓ {PLANTS}: it repeats, and the next one is open. Nothing was written."]
    report = send(other, line, phone, moves="apply")
    assert (report.ticked, report.moved, note(other), questions(other)) == ([], [], old, [])


def test_an_object_of_another_name_is_known_before_its_note_is(
    vault: Vault, other: Vault, phone: Phone, line: Line
) -> None:
    """The note is still on its way to this machine, when the object was renamed; it's not put a second time."""
    for each in (vault, other):
        send(each, line, phone)
    write(vault, note(vault).replace("## Log", "- [ ] Buy stamps 📅 2026-12-03 ^f-dddd\n\n## Log"))
    send(vault, line, phone)
    phone.rename("stamps", "elsewhere.ics")
    send(other, line, phone)
    bring(vault, other)
    for each in (other, vault) * 2:
        report = send(each, line, phone)
        assert (report.put, report.refused) == (0, [])
    assert phone.states()["Sam Lee: Buy stamps"] == "NEEDS-ACTION"
    assert len(phone.texts()) == 4


def test_what_is_opened_again_there_but_gone_from_the_note_is_told_once(vault: Vault, phone: Phone, line: Line) -> None:
    send(vault, line, phone)
    phone.tick("one-pager")
    send(vault, line, phone)
    (gone,) = [text for text in note(vault).splitlines() if "one-pager" in text]
    write(vault, note(vault).replace(f"{gone}\n", ""))
    phone.open("one-pager")
    report = send(vault, line, phone)
    if phone.states().get(f"✓ {ONE}") is not None:
        assert ["no longer there as it was. Nothing was written." in each for each in report.told] == [True]
    assert quiet(send(vault, line, phone))


# New tasks ------------------------------------------------------------------------------------------------------------


def test_what_was_there_before_the_first_time_stays_there(vault: Vault, phone: Phone, line: Line) -> None:
    """Somebody's own list doesn't come in, also not under another name."""
    phone.make("Milk")
    assert send(vault, line, phone).inbox == []
    phone.rename("Milk", "elsewhere.ics")
    phone.make("Bread")
    assert send(vault, line, phone).inbox == ["Bread"]
    assert inbox(vault) == "# Inbox\n\n- Bread\n"


def test_a_filed_task_does_not_come_in_again(vault: Vault, phone: Phone, line: Line) -> None:
    """Nor if it's changed there; two tasks with the same words are two."""
    send(vault, line, phone)
    phone.make("Sam Lee: prefers fax")
    send(vault, line, phone)
    (thought,) = thoughts(vault)
    file_thought(vault, thought)
    vault.sync()
    phone.edit("prefers fax", {"^SUMMARY:.*": "SUMMARY:Sam Lee: prefers fax, really"})
    assert quiet(send(vault, line, phone))
    assert inbox(vault) == "# Inbox\n\n"
    for uid in ("one", "two"):
        phone.make("Buy paper", uid=uid)
    assert send(vault, line, phone).inbox == ["Buy paper", "Buy paper"]


def test_words_about_a_client_stay_there(vault: Vault, phone: Phone, line: Line) -> None:
    """Told once, until they are changed there; no mark in them answers the guard."""
    send(vault, line, phone)
    phone.make("Call my client Jane Doe, born 1990-03-04 %% rounds: ok phi %%")
    report = send(vault, line, phone)
    (told,) = report.told
    assert "stays there" in told
    assert "Jane" not in told
    assert (report.inbox, inbox(vault)) == ([], "")
    assert "X-ROUNDS-INBOX" not in "".join(phone.texts().values())
    assert quiet(send(vault, line, phone))
    phone.edit("Jane", {"^SUMMARY:.*": "SUMMARY:Call the front desk"})
    assert send(vault, line, phone).inbox == ["Call the front desk"]


def test_what_is_done_cancelled_unreadable_or_empty_is_left_alone(vault: Vault, phone: Phone, line: Line) -> None:
    """And comes in once it's a task with words."""
    send(vault, line, phone)
    phone.make("Done", "COMPLETED:20261101T090000Z")
    phone.make("", uid="empty")
    phone.put("called-off.ics", _EVENT.replace("VEVENT", "VTODO").replace("DTSTART", "STATUS:CANCELLED\r\nDTSTART"))
    assert quiet(send(vault, line, phone))
    phone.edit("UID:empty", {"^SUMMARY:.*": "SUMMARY:Words"})
    phone.edit("UID:made-Done", {"^COMPLETED:.*\n": ""})
    assert sorted(send(vault, line, phone).inbox) == ["Done", "Words"]


def test_it_can_be_switched_off(vault: Vault, phone: Phone, line: Line) -> None:
    """And on again: what was made meanwhile stays there."""
    send(vault, line, phone)
    phone.make("Milk")
    assert quiet(send(vault, line, phone, inbox=False))
    assert quiet(send(vault, line, phone))
    phone.make("Bread")
    assert send(vault, line, phone).inbox == ["Bread"]


def test_a_task_that_can_not_be_marked_stays_there(vault: Vault, phone: Phone, line: Line) -> None:
    """It's told once; without a mark, a second machine would take it too."""
    send(vault, line, phone)
    phone.make("Call the printer")
    line.wrong = lambda request, ask: Answer(403) if request.method == "PUT" else ask()
    report = send(vault, line, phone)
    assert report.told == ["A task that was made there stays there: your account isn't allowed to change it."]
    assert quiet(send(vault, line, phone))
    assert inbox(vault) == ""


def test_an_inbox_that_can_not_be_written(vault: Vault, phone: Phone, line: Line) -> None:
    """It comes in the next time."""
    send(vault, line, phone)
    phone.make("Call the printer")
    Path(vault.root, "Inbox.md").write_bytes(b"\xff\xfe\x00 not text")
    with pytest.raises(RoundsError):
        send(vault, line, phone)
    Path(vault.root, "Inbox.md").write_text("- mine\n")
    assert send(vault, line, phone).inbox == ["Call the printer"]
    assert inbox(vault) == "- mine\n- Call the printer\n"

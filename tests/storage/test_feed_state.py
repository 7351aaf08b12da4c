import datetime as dt
import json
import stat
from pathlib import Path

import pytest

from rounds.domain.feed import FeedEvent, Published
from rounds.domain.new_tasks import NewTasks
from rounds.domain.publish_diff import Remembered, Remote, Sent
from rounds.domain.server_questions import Question
from rounds.errors import RoundsError
from rounds.storage import feed_state as feedstate
from rounds.storage.feed_state import FeedState, PublishedFeed, ServerObjects, ServerState

STAMP = dt.datetime(2026, 11, 23, 8, 0, 1, tzinfo=dt.UTC)
DAY = dt.date(2026, 12, 1)
BOOK = PublishedFeed(
    {
        "a@rounds": Published(FeedEvent("a@rounds", DAY, "é: x", dt.time(12, 30), True, "obsidian:", None, "n", "r", "c", DAY), STAMP),
        "b@rounds": Published(FeedEvent("b@rounds", None, "", done=DAY), STAMP, 3, DAY),
    },
    "full", "form", "head", "digest", "stage:met",
)  # fmt: skip


def test_a_book_comes_back_as_it_was_written(tmp_path: Path) -> None:
    """Readable by its owner alone; a feed that was never published has an empty one."""
    state = FeedState(str(tmp_path / "published"))
    assert state.read("reminders") == PublishedFeed()
    state.write("reminders", BOOK)
    assert state.read("reminders") == BOOK
    assert state.read("reminders.tasks") == PublishedFeed()
    path = tmp_path / "published" / "reminders.json"
    assert [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)] == [0o600, 0o700]


def test_a_book_of_an_older_version_still_counts(tmp_path: Path) -> None:
    """It knew no query; all else of it is kept, so that no calendar is told that all has changed."""
    state = FeedState(str(tmp_path))
    state.write("reminders", BOOK)
    path = tmp_path / "reminders.json"
    data = json.loads(path.read_text())
    assert data.pop("query") == "stage:met"
    path.write_text(json.dumps(data))
    assert state.read("reminders") == BOOK._replace(query="")


def test_a_book_that_is_there_and_can_t_be_read_is_an_error(tmp_path: Path) -> None:
    """A disk that fails must not make us forget what was published."""
    state = FeedState(str(tmp_path))
    (tmp_path / "reminders.json").mkdir()
    with pytest.raises(RoundsError, match=r"reminders\.json can't be read"):
        state.read("reminders")
    with pytest.raises(RoundsError, match=r"reminders\.json can't be written"):
        state.write("reminders", BOOK)


def test_one_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever can't have the lock in time says so, and writes nothing; it is free again afterwards."""
    monkeypatch.setattr(feedstate, "_TIMEOUT", 0.05)
    state, other = FeedState(str(tmp_path)), FeedState(str(tmp_path))
    with state.locked(), pytest.raises(RoundsError, match="another program is writing the feeds"), other.locked():
        pytest.fail("both have the lock")
    with other.locked():
        pass


def test_a_folder_that_can_t_be_made_is_an_error_for_people(tmp_path: Path) -> None:
    """A file stands where it should be."""
    (tmp_path / "file").write_text("")
    with pytest.raises(RoundsError, match="can't be written"), FeedState(str(tmp_path / "file" / "x")).locked():
        pytest.fail("there is no folder")


PUTS = {
    "a@rounds": Remembered('"1"', "mark", Remote("Sam: call", dt.date(2026, 12, 1), dt.time(12, 30), done=True)),
    "b@rounds": Remembered("", "", Remote("Ünï", None), gone=True),
    "c@rounds": Remembered('"1"', "mark", Remote("c"), name="else where.ics"),
    "d@rounds": Remembered('"1"', "mark", Remote("d"), sent=Sent("new", Remote("e", dt.date(2026, 12, 2), done=True))),
    "f@rounds": Remembered('"1"', "mark", Remote("f"), known=("0a", ""), shared=True),
    "g@rounds": Remembered('"1"', "mark", Remote("g"), name="g.ics", sent=Sent("", None), shared=True),
    "e@rounds": Remembered('"1"', "mark", Remote("e"), sent=Sent("", None)),
}
ASKED = {("note", "thanks", "cause"): dt.date(2026, 11, 23)}
QUESTIONS = {
    ("note", "follow-up", "f-aaaa"): Question("moved", "phone-1", dt.date(2026, 12, 1), None, dt.date(2026, 12, 5), dt.time(9)),
    ("note", "thanks", "cause"): Question("deleted", "phone-1", None, None, declined=True),
}  # fmt: skip
TAKEN = NewTasks({"0a": '"1"', "0b": ""}, {"0c": "", "0d": "mark"})


def test_what_was_put_on_a_server_is_there_again(tmp_path: Path) -> None:
    """Readable by its owner alone."""
    state = ServerState(str(tmp_path / "remote"))
    assert (state.read("phone"), state.asked(), state.questions()) == (ServerObjects(), {}, {})
    there = ServerObjects(PUTS, "hash", TAKEN, {"uid": "name.ics"})
    state.keep("phone", there)
    state.keep_asked(ASKED)
    with state.changing_questions() as questions:
        questions.update(QUESTIONS)
    for each in (state, ServerState(state.folder)):
        assert (each.read("phone"), each.asked(), each.questions()) == (there, ASKED, QUESTIONS)
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "remote").iterdir()} == {0o600}


def test_what_changed_is_saved_and_the_rest_stays_as_it_was(tmp_path: Path) -> None:
    """One part that is damaged costs none of the others."""
    state = ServerState(str(tmp_path))
    state.keep("phone", ServerObjects(PUTS, "hash", TAKEN))
    there = state.read("phone")
    uid = next(iter(PUTS))
    changed = {**there.items, uid: there.items[uid]._replace(mark="new")}
    state.keep("phone", there._replace(items=changed))
    assert ServerState(str(tmp_path)).read("phone") == ServerObjects(changed, "hash", TAKEN)
    file = tmp_path / "phone.json"
    file.write_text(file.read_text().replace('"hash"', "[1]"))
    assert ServerState(str(tmp_path)).read("phone") == ServerObjects(changed, "", TAKEN)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 1}', '{"a": [1, 2]}', '{"asked": [[1]]}', '{"asked": 3}'])
def test_what_can_not_be_read_is_looked_at_anew(tmp_path: Path, text: str) -> None:
    """A server tells again what it has; nothing is deleted for want of a memory."""
    for name in ("phone.json", ".asked.json", ".questions.json"):
        (tmp_path / name).write_text(text.replace("asked", "questions") if "questions" in name else text)
    state = ServerState(str(tmp_path))
    assert (state.read("phone").items, state.asked(), state.questions()) == ({}, {}, {})


def test_a_folder_of_server_states_that_can_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(RoundsError, match="can't be written"):
        ServerState(str(tmp_path / "taken")).keep_asked(ASKED)
    with (
        pytest.raises(RoundsError, match="can't be written"),
        ServerState(str(tmp_path / "taken")).changing_questions(),
    ):
        pytest.fail("there is no folder")


def test_an_error_in_an_answer_saves_none(tmp_path: Path) -> None:
    """And another program waits for it."""
    state = ServerState(str(tmp_path))

    def fail() -> None:
        with state.changing_questions() as questions:
            questions.update(QUESTIONS)
            raise RoundsError("no")

    with pytest.raises(RoundsError, match="no"):
        fail()
    assert state.questions() == {}


def test_one_program_answers_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedstate, "_TIMEOUT", 0.0)
    one, other = ServerState(str(tmp_path)), ServerState(str(tmp_path))
    with one.changing_questions(), pytest.raises(RoundsError, match="answering the same"), other.changing_questions():
        pytest.fail("both have the lock")

import os
import shutil
import stat
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Component

from conftest import started
from interop.lint import faults
from rounds.calendar.feeds import feed_state
from rounds.calendar.ics import pieces
from rounds.calendar.write_feeds import WrittenFeed, write_feeds
from rounds.domain.settings import LEVELS
from rounds.errors import QueryError, RoundsError, SettingsError
from rounds.vault.reminders import reminders
from rounds.vault.vault import Vault

TODAY = date(2026, 11, 23)
SRC = Path(__file__).parents[2] / "src"


def vault_with(folder: Path, feeds: str, notes: dict[str, str]) -> Vault:
    folder.mkdir(exist_ok=True)
    (folder / "rounds.toml").write_text(f'vault = "test"\ntimezone = "America/Los_Angeles"\n{feeds}')
    for path, text in notes.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    vault = Vault.open(folder, clock=lambda: TODAY)
    vault.sync()
    return vault


def summaries(data: bytes) -> list[str]:
    return [str(event["summary"]) for event in Calendar.from_ical(data).walk("VEVENT")]


def test_a_feed_has_one_event_for_each_dated_reminder(vault: Vault, home: Path) -> None:
    """In the data folder of this user, readable by nobody else, with identities of their own."""
    (feed,) = write_feeds(vault)
    path = Path(feed.path)
    assert path == home / "data" / "rounds" / vault.vault_id / "feeds" / "reminders.ics"
    assert [stat.S_IMODE(part.stat().st_mode) for part in (path, path.parent, path.parent.parent)] == [
        0o600, 0o700, 0o700,
    ]  # fmt: skip
    events = list(Calendar.from_ical(path.read_bytes()).walk("VEVENT"))
    wanted = [r for r in reminders(vault) if r.due and (r.due - TODAY).days <= 120]
    old = sum(r.due < TODAY for r in wanted if r.due)
    assert len(events) == feed.events == len(wanted) + 1 > 20
    assert faults(path.read_bytes()) == []
    standing = [r for r in wanted if r.rule not in {"check-in", "nudge"} or (r.due and r.due < TODAY)]
    starts = sorted(str(event.decoded("dtstart"))[:10] for event in events)
    assert not [r for r in standing if r.time is None and str(r.due) not in starts]
    assert [words for words in summaries(path.read_bytes()) if "waiting" in words] == [f"{old} waiting"]


def test_the_same_day_gives_the_same_bytes_and_the_file_is_left_alone(vault: Vault) -> None:
    """Calendars and sync tools look at the time of the file."""
    (first,) = write_feeds(vault)
    before = Path(first.path).stat()
    (second,) = write_feeds(vault)
    assert (first.changed, second.changed) == (True, False)
    assert Path(first.path).stat().st_ino == before.st_ino


_PROGRAM = """
import sys
from datetime import date
from rounds.vault.vault import Vault
from rounds.calendar.write_feeds import write_feeds
vault = Vault.open(sys.argv[1], clock=lambda: date.fromisoformat(sys.argv[3]))
vault.sync()
write_feeds(vault, sys.argv[2])
"""


def written_by(seed: str, zone: str, demo: Path, out: Path, day: str) -> dict[str, bytes]:
    """What another process writes, by name of the file, with an index of its own and the memory that is there."""
    variables = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(SRC)}
    variables["XDG_CACHE_HOME"] = str(out.parent / f"cache{seed}")
    with started([sys.executable, "-c", _PROGRAM, str(demo), str(out), day], env=variables) as process:
        assert process.wait(60) == 0
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


_ZONES = st.sampled_from(["UTC", "Asia/Tokyo", "America/Los_Angeles", "Pacific/Chatham", "nowhere"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=2, deadline=None)
@given(st.integers(0, 2**32 - 1).map(str), _ZONES, st.sampled_from(["2026-11-23", "2026-11-24", "2026-12-20"]))
def test_the_same_vault_memory_and_day_give_the_same_bytes(
    demo: Path, tmp_path: Path, seed: str, zone: str, day: str
) -> None:
    """Whatever the hash seed, the machine's time zone, the age of the index; the memory then is the same as well.

    At every level, as events and as tasks.
    """
    text = 'vault = "test"\ntimezone = "America/Los_Angeles"\n'
    for level in LEVELS:
        text += f'[feeds.{level}]\nlevel = "{level}"\ntasks = true\nalarm = "9:00"\n'
    (demo / "rounds.toml").write_text(text)
    names = {f"{level}{end}" for level in LEVELS for end in (".ics", ".tasks.ics")}
    found = []
    memory = Path(os.environ["XDG_DATA_HOME"], "rounds", "test", "published")
    for each in (("0", "UTC"), (seed, zone)):
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        shutil.rmtree(memory, ignore_errors=True)
        files = written_by(*each, demo, tmp_path / "out", "2026-11-23")
        assert written_by(*each, demo, tmp_path / "out", day).keys() == files.keys() == names
        found.append(
            {path.name: path.read_bytes() for folder in (tmp_path / "out", memory) for path in folder.iterdir()}
        )
    assert found[0] == found[1]
    assert len(summaries(found[0]["full.ics"])) > 20


NOTE = "---\nname: {name}\nstage: met\n---\n- 2026-11-20 coffee: secret words\n- [ ] {title} 📅 2026-12-01\n- [ ] {title}: x 📅 2026-12-01\n"
_LETTERS = st.text("ghjklmnopqrstuvwxyzäéñøGHJKLMNØ王", min_size=4, max_size=10)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(_LETTERS, min_size=1, max_size=3), _LETTERS, st.sampled_from(["discreet", "busy", "unheard of"]))
def test_no_word_of_a_partner_or_a_task_is_in_a_discreet_feed(
    tmp_path: Path, name: list[str], title: str, privacy: str
) -> None:
    """Not in a summary, not in an identity, not in an alarm, not in the file's other lines."""
    notes = {"Partners/x.md": NOTE.format(name=" ".join(name), title=f"{title} R-7K3QXM")}
    shutil.rmtree(tmp_path / "v", ignore_errors=True)
    shutil.rmtree(os.environ["XDG_DATA_HOME"], ignore_errors=True)
    vault = vault_with(tmp_path / "v", f'[feeds.f]\nlevel = "{privacy}"\nalarm = "9:00"\n', notes)
    (feed,) = write_feeds(vault, str(tmp_path / "out"))
    vault.close()
    text = Path(feed.path).read_bytes().replace(b"\r\n ", b"").decode().casefold()
    fixed = "begin vcalendar prodid follow-up thank-you check-in thanks coffee reminders referral transparent rounds waiting"
    assert feed.events == 4  # one says what waits
    assert faults(Path(feed.path).read_bytes()) == []
    for word in [*name, title, "secret", "7k3qxm"]:
        assert word.casefold() in fixed or word.casefold() not in text


def test_a_full_feed_tells_partner_and_task_and_no_client_code(tmp_path: Path) -> None:
    """Links as readers see them; no log text, no reason."""
    notes = {
        "Partners/Sam Lee.md": "---\nstage: found\n---\n- [ ] ask [[Ana|her]] about R-7K3QXM \x1b[31m 📅 2026-12-01\n"
    }
    vault = vault_with(tmp_path / "v", "", notes)
    (feed,) = write_feeds(vault)
    vault.close()
    assert summaries(Path(feed.path).read_bytes()) == ["Sam Lee: ask her about a client [31m"]


def test_each_table_of_the_settings_is_a_feed_of_its_own(tmp_path: Path) -> None:
    """With its own partners, window and name."""
    feeds = '[feeds.kim]\nquery = "owner:kim"\n[feeds."next week"]\nwindow = 7\n'
    notes = {
        "Partners/Sam.md": "---\nowner: kim\n---\n- [ ] a 📅 2026-12-24\n",
        "Partners/Ana.md": "---\n---\n- [ ] b 📅 2026-11-30\n",
        "Ideas.md": "- [ ] c 📅 2026-12-01\n",
    }
    vault = vault_with(tmp_path / "v", feeds, notes)
    found = write_feeds(vault, str(tmp_path / "out"))
    vault.close()
    assert [(Path(f.path).name, summaries(Path(f.path).read_bytes())) for f in found] == [
        ("kim.ics", ["Sam: a"]), ("next week.ics", ["Ana: b"]),
    ]  # fmt: skip


def test_a_single_feed_can_be_given_a_file(tmp_path: Path, empty: Vault) -> None:
    """Several can't."""
    (feed,) = write_feeds(empty, str(tmp_path / "x" / "mine.ics"))
    assert feed.path == str(tmp_path / "x" / "mine.ics")
    vault = vault_with(tmp_path / "v", "[feeds.a]\n[feeds.b]\n", {})
    with pytest.raises(SettingsError, match="has 2 feeds"):
        write_feeds(vault, str(tmp_path / "mine.ics"))
    vault.close()


def test_config_says_where_feeds_are_written(vault: Vault, home: Path, tmp_path: Path) -> None:
    """One machine publishes, another does not."""
    (home / "config" / "rounds").mkdir(parents=True)
    (home / "config" / "rounds" / "config.toml").write_text('feeds = "~/public"\n')
    (feed,) = write_feeds(vault)
    assert feed.path == str(home / "public" / "reminders.ics")


def test_a_vault_that_was_never_synced_gives_no_empty_feed(demo: Path) -> None:
    """An index without a note is no vault without a reminder."""
    vault = Vault.open(demo, clock=lambda: TODAY)
    (feed,) = write_feeds(vault)
    vault.close()
    assert feed.events > 20


def test_a_vault_that_is_not_mounted_does_not_empty_its_feed(vault: Vault) -> None:
    """The folder is there and empty: sync refuses, index and feed stay."""
    (before,) = write_feeds(vault)
    away = Path(vault.root).rename(f"{vault.root} away")
    Path(vault.root).mkdir()
    with pytest.raises(RoundsError, match=r"rounds\.toml is gone"):
        vault.sync()
    kept = Path(before.path).read_bytes()
    with pytest.raises(RoundsError, match="the feeds are as they were"):
        write_feeds(vault)
    assert Path(before.path).read_bytes() == kept
    Path(vault.root).rmdir()
    away.rename(vault.root)
    assert write_feeds(vault) == [before._replace(changed=False)]


def test_where_a_feed_can_t_be_written_it_is_said(vault: Vault, tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("")
    with pytest.raises(RoundsError, match="can't be written"):
        write_feeds(vault, str(tmp_path / "file"))


def test_a_query_that_can_t_be_understood_is_said_with_its_feed(demo: Path) -> None:
    """There may be several; the caret stands under the fault."""
    with (demo / "rounds.toml").open("a") as settings:
        settings.write('[feeds.kim]\nquery = "-stage:met onwer:kim"\n')
    vault = Vault.open(demo, clock=lambda: TODAY)
    with pytest.raises(QueryError, match=r"^rounds\.toml: \[feeds\.kim\] query: ") as caught:
        write_feeds(vault)
    assert caught.value.caret() == "-stage:met onwer:kim\n           ^"
    vault.close()


CONFLICT = "<<<<<<< ours\n- a\n=======\n- b\n>>>>>>> theirs\n"


@pytest.mark.parametrize("broken", ["---\nid: lee\nstage: met\n" + CONFLICT, "---\nid: lee: x\n---\n", "id: lee \xff"])
@pytest.mark.parametrize("anew", [False, True])
def test_a_note_that_can_t_be_read_takes_nothing_out_of_the_feed(tmp_path: Path, broken: str, anew: bool) -> None:
    """Also where the index is a new one, which has never read it. Mended, what is gone from it goes."""
    feeding = Feeding(tmp_path, LINE + "- 2026-11-20 coffee: ok\n")
    before = feeding.shown()
    assert len(before) > 1
    feeding.note.write_bytes(broken.encode("latin-1") if "\xff" in broken else broken.encode())
    if anew:
        feeding.begin_anew()
    assert feeding.shown() == before
    assert feeding.shown("") == ["2026-11-21 ✓ Sam Lee: Say thank you"]


BROKEN = "---\nid: lee\nstage: met\nstage: met\n---\n"


@pytest.mark.parametrize("anew", [False, True])
def test_what_another_unreadable_note_says_of_a_partner_keeps_nothing(tmp_path: Path, anew: bool) -> None:
    """A referral that names who it is for: what is ticked or taken out of a note that can be read goes, or the note."""
    feeding = Feeding(tmp_path, LINE + "- [ ] x 📅 2026-12-02\n")
    (feeding.note.parent / "Referral.md").write_text(
        "---\ntype: referral\nid: r1\npartner_id: lee\nid: r1\n---\nWrite to lee.\n"
    )
    assert feeding.shown() == [WORDS, "2026-12-02 Sam Lee: x"]
    if anew:
        feeding.begin_anew()
    assert feeding.shown(TICKED) == [ENDED]
    feeding.write(LINE)
    feeding.note.unlink()
    (feeding.note.parent / "Kim.md").write_text("---\nid: kim\nstage: met\n---\n- [ ] y 📅 2026-12-03\n")
    assert feeding.shown() == ["2026-12-03 Kim: y"]


@pytest.mark.parametrize("anew", [False, True])
def test_a_feed_that_asks_for_others_keeps_no_note_that_can_t_be_read(tmp_path: Path, anew: bool) -> None:
    """What it is not to have any more leaves it; where the index never read the note, the same question keeps it."""
    feeding = Feeding(tmp_path, LINE, 'query = "stage:met"\n')
    assert feeding.shown() == [WORDS]
    feeding.note.write_text(BROKEN + LINE)
    if anew:
        feeding.begin_anew()
    assert feeding.shown() == feeding.shown() == [WORDS]
    settings = Path(feeding.vault.root, "rounds.toml")
    settings.write_text(settings.read_text().replace("stage:met", "stage:active"))
    (feeding.note.parent / "Kim.md").write_text("---\nid: kim\nstage: active\n---\n- [ ] y 📅 2026-12-03\n")
    assert feeding.shown() == feeding.shown() == ["2026-12-03 Kim: y"]


def test_a_ticked_line_stays_in_a_feed_with_a_query_while_the_note_matches_it(tmp_path: Path) -> None:
    """Of a partner the query no longer finds, nothing stays, not even what is done."""
    feeding = Feeding(tmp_path, LINE + NEXT_LINE, 'query = "stage:met"\n')
    assert feeding.shown() == [WORDS, "2026-12-02 Sam Lee: x"]
    assert feeding.shown(TICKED + NEXT_LINE) == [ENDED, "2026-12-02 Sam Lee: x"]
    feeding.note.write_text(f"{LEE.replace('met', 'active')}{TICKED}{NEXT_LINE}")
    (feeding.note.parent / "Kim.md").write_text("---\nid: kim\nstage: met\n---\n- [ ] y 📅 2026-12-03\n")
    assert feeding.shown() == ["2026-12-03 Kim: y"]


NEXT_LINE = "- [ ] x 📅 2026-12-02\n"
LEE = "---\nid: lee\nstage: met\n---\n"


def component(data: bytes, uid: str) -> dict[str, str]:
    """The lines of an event, by property."""
    (found,) = [event for event in Calendar.from_ical(data).walk("VEVENT") if event["uid"] == uid]
    return {name: str(value.to_ical().decode()) for name, value in found.items()}


class Feeding:
    """A vault with one partner, whose feed is written again and again."""

    def __init__(self, folder: Path, text: str, feed: str = "") -> None:
        self.today = TODAY
        self.note = folder / "v" / "Partners" / "Sam Lee.md"
        self.note.parent.mkdir(parents=True)
        (folder / "v" / "rounds.toml").write_text(
            f'vault = "test"\ntimezone = "America/Los_Angeles"\n[feeds.reminders]\nwaiting = ""\n{feed}'
        )
        self.note.write_text(LEE + text)
        self.vault = Vault.open(folder / "v", clock=lambda: self.today)

    def begin_anew(self) -> None:
        """Lose the index."""
        self.vault.close()
        shutil.rmtree(Path(os.environ["XDG_CACHE_HOME"]))
        self.vault = Vault.open(self.vault.root, clock=lambda: self.today)

    def write(self, text: str | None = None, *, days: int = 0) -> WrittenFeed:
        """Write the feed after an edit, or some days later."""
        self.today += timedelta(days=days)
        if text is not None:
            self.note.write_text(LEE + text)
        self.vault.sync()
        return write_feeds(self.vault)[0]

    def shown(self, text: str | None = None, *, days: int = 0) -> list[str]:
        """Day and summary of each event then."""
        data = Path(self.write(text, days=days).path).read_bytes()
        assert faults(data) == []
        return sorted(
            f"{str(e.decoded('dtstart'))[:10]} {e['summary']}" for e in Calendar.from_ical(data).walk("VEVENT")
        )


LINE = "- [ ] send the paper 📅 2026-12-01 ^f-aaaa\n"
TICKED = "- [x] send the paper 📅 2026-12-01 ✅ 2026-11-23 ^f-aaaa\n"
WORDS = "2026-12-01 Sam Lee: send the paper"
ENDED = "2026-12-01 ✓ Sam Lee: send the paper"


def test_a_follow_up_that_is_ticked_stays_for_14_days_as_done(tmp_path: Path) -> None:
    """Clients and vdirsyncer misread a feed that is emptied."""
    feeding = Feeding(tmp_path, LINE)
    assert feeding.shown() == [WORDS]
    assert feeding.shown(TICKED) == [ENDED]
    assert feeding.shown(days=13) == [ENDED]
    assert feeding.shown(days=1) == []


def test_one_that_is_opened_again_is_open_again(tmp_path: Path) -> None:
    """A tick was a slip: the same event, counted on."""
    feeding = Feeding(tmp_path, LINE)
    before = Path(feeding.write().path).read_bytes()
    (uid,) = [str(e["uid"]) for e in Calendar.from_ical(before).walk("VEVENT")]
    feeding.write(TICKED)
    after = Path(feeding.write(LINE).path).read_bytes()
    one, two = component(before, uid), component(after, uid)
    assert (one["SEQUENCE"], two["SEQUENCE"]) == ("0", "2")
    assert (one["DTSTAMP"], two["DTSTAMP"], two["LAST-MODIFIED"]) == (
        "20261123T080000Z", "20261123T080002Z", "20261123T080002Z",
    )  # fmt: skip
    assert one["SUMMARY"] == two["SUMMARY"]


@pytest.mark.parametrize(
    "text",
    ["", "- [-] send the paper 📅 2026-12-01 ^f-aaaa\n", "- [ ] send the paper ^f-aaaa\n"],
    ids=["gone", "off", "undated"],
)
def test_what_is_taken_out_was_not_done(tmp_path: Path, text: str) -> None:
    """A line that is removed, called off, or has no day any more leaves the feed."""
    feeding = Feeding(tmp_path, LINE + "- [ ] x 📅 2026-12-02\n")
    feeding.write()
    assert feeding.shown(text + "- [ ] x 📅 2026-12-02\n") == ["2026-12-02 Sam Lee: x"]


def test_an_unmarked_line_is_known_by_its_words_and_which_of_equals_it_is(tmp_path: Path) -> None:
    """The second of two is ticked."""
    two = "- [ ] call 📅 2026-12-01\n- [ ] call 📅 2026-12-02\n"
    feeding = Feeding(tmp_path, two)
    feeding.write()
    ticked = two.replace("[ ] call 📅 2026-12-02", "[x] call 📅 2026-12-02")
    assert feeding.shown(ticked) == ["2026-12-01 Sam Lee: call", "2026-12-02 ✓ Sam Lee: call"]


def test_a_rule_that_was_answered_is_done(tmp_path: Path) -> None:
    """A thank-you, on its own day; the check-in that the same touch has put off only moved."""
    met = "- 2026-11-20 coffee: x\n"
    feeding = Feeding(tmp_path, met, "window = 300\n")
    assert feeding.shown() == ["2026-11-21 Sam Lee: Say thank you", "2027-05-20 Sam Lee: Check in"]
    assert feeding.shown(met + "- 2026-11-23 thanks: x\n") == [
        "2026-11-21 ✓ Sam Lee: Say thank you", "2027-05-24 Sam Lee: Check in",
    ]  # fmt: skip


def test_thanks_that_lapsed_leave_the_feed_and_were_not_done(tmp_path: Path) -> None:
    """Nobody said thank you; a check mark would say so. A word that was given still shows as done."""
    feeding = Feeding(tmp_path, "- 2026-11-20 coffee: x\n")
    feeding.shown()
    assert feeding.shown(days=11) == ["2026-11-21 Sam Lee: Say thank you"]
    assert feeding.shown(days=1) == []
    thanked = Feeding(tmp_path / "thanked", "- 2026-11-20 coffee: x\n")
    thanked.shown()
    thanked.shown("- 2026-11-20 coffee: x\n- 2026-11-23 thanks: x\n")
    assert thanked.shown(days=12) == ["2026-11-21 ✓ Sam Lee: Say thank you"]


def test_a_word_back_is_in_the_feed_like_any_other_reminder(tmp_path: Path) -> None:
    """With its day and title; discreetly, by its kind alone."""
    feeding = Feeding(tmp_path, "- 2026-11-19 email: x\n")
    filed = Path(feeding.vault.root, "Referrals", "2026", "x.md")
    filed.parent.mkdir(parents=True)
    filed.write_text("---\npartner: '[[Sam Lee]]'\ndirection: in\ndate: 2026-11-20\nstatus: acknowledged\n---\n")
    assert feeding.shown() == ["2026-11-26 Sam Lee: A word back about the referral"]
    settings = Path(feeding.vault.root, "rounds.toml")
    settings.write_text(settings.read_text() + 'level = "discreet"\n')
    assert feeding.shown() == ["2026-11-26 S. L.: word back"]


@pytest.mark.parametrize("edit", ["rest", "off", "trash", "elsewhere"])
def test_what_does_not_apply_any_more_was_not_done(tmp_path: Path, edit: str) -> None:
    """A partner who rests, a rule that is off, a note that is gone, a feed that does not cover it any more."""
    feeding = Feeding(tmp_path, "- 2026-11-20 coffee: x\n")
    settings = Path(feeding.vault.root, "rounds.toml")
    Path(feeding.vault.root, "Partners", "Ana.md").write_text("---\nowner: kim\n---\n- [ ] x 📅 2026-12-02\n")
    assert "2026-11-21 Sam Lee: Say thank you" in feeding.shown()
    if edit == "rest":
        feeding.note.write_text("---\nid: lee\nstage: resting\n---\n- 2026-11-20 coffee: x\n")
    elif edit == "off":
        settings.write_text(settings.read_text() + "[reminders.thanks]\non = false\n")
    elif edit == "trash":
        feeding.note.unlink()
    else:
        settings.write_text(settings.read_text() + 'query = "owner:kim"\n')
    assert feeding.shown() == ["2026-12-02 Ana: x"]


def test_what_was_said_at_another_level_is_not_said_again(tmp_path: Path) -> None:
    """Turned down to discreet, a feed keeps no done event with its words."""
    feeding = Feeding(tmp_path, LINE + "- [ ] x 📅 2026-12-02\n")
    feeding.write()
    assert ENDED in feeding.shown(TICKED + "- [ ] x 📅 2026-12-02\n")
    settings = Path(feeding.vault.root, "rounds.toml")
    settings.write_text(settings.read_text() + 'level = "discreet"\n')
    assert feeding.shown() == ["2026-12-02 S. L.: follow-up"]


def test_a_second_file_has_the_same_as_tasks(tmp_path: Path) -> None:
    """Where asked for; undated ones too, done ones completed, and nobody counts what waits."""
    feeding = Feeding(
        tmp_path,
        f"{LINE}- [ ] 12:30 coffee: x 📅 2026-12-02\n- [ ] some day\n- [ ] old 📅 2026-11-01\n",
        "tasks = true\n",
    )
    feeding.write()
    feeding.note.write_text(feeding.note.read_text().replace("- [ ] send", "- [x] send"))
    feeding.vault.sync()
    events, tasks = write_feeds(feeding.vault)
    assert (tasks.name, Path(tasks.path).name, tasks.events) == ("reminders.tasks", "reminders.tasks.ics", 5)
    assert events.events == 4
    data = Path(tasks.path).read_bytes()
    assert faults(data) == []
    found = [
        (str(t["summary"]), t["due"].to_ical() if "due" in t else None, t["status"], t.get("percent-complete"))
        for t in Calendar.from_ical(data).walk("VTODO")
    ]
    assert found == [
        ("Sam Lee: old", b"20261101", "NEEDS-ACTION", None),
        ("✓ Sam Lee: send the paper", b"20261201", "COMPLETED", 100),
        ("Sam Lee: coffee x", b"20261202T203000Z", "NEEDS-ACTION", None),
        ("Sam Lee: Say thank you", b"20261203", "NEEDS-ACTION", None),
        ("Sam Lee: some day", None, "NEEDS-ACTION", None),
    ]


def test_alarms_follow_their_settings(tmp_path: Path) -> None:
    """Of events and tasks, in minutes by kind and with the day; a changed setting reaches what is published already."""
    lines = (
        "- [ ] 12:30 coffee: x 📅 2026-12-02 ^f-a\n- [ ] 9:00 call: y 📅 2026-12-02 ^f-b\n- [ ] z 📅 2026-12-03 ^f-c\n"
    )
    feeding = Feeding(tmp_path, lines, 'tasks = true\nalarm = "9:00"\n')
    toml = Path(feeding.vault.root, "rounds.toml")
    plain = toml.read_text()

    def rings() -> list[set[tuple[str, str]]]:
        feeding.vault.sync()
        files = [Path(each.path).read_bytes() for each in write_feeds(feeding.vault)]
        assert not any(map(faults, files))
        found = [
            [each for each in Calendar.from_ical(data).walk() if each.name in {"VEVENT", "VTODO"}] for data in files
        ]
        return [{(str(e["summary"]), _trigger(ring)) for e in file for ring in e.walk("VALARM")} for file in found]

    day = {("Sam Lee: z", "PT9H"), ("Sam Lee: Say thank you", "PT9H")}
    assert rings() == [day, day]
    assert feeding.write().changed is False, "what is written is what is remembered"
    toml.write_text(plain + "alarms = { coffee = 60 }\n")
    assert rings() == [day | {("Sam Lee: coffee x", "-PT1H")}] * 2
    assert feeding.write().changed is False
    toml.write_text(plain + "alarms = { coffee = 90, other = 5 }\n")
    assert rings() == [day | {("Sam Lee: coffee x", "-PT1H30M"), ("Sam Lee: call y", "-PT5M")}] * 2
    toml.write_text(plain.replace('alarm = "9:00"\n', ""))
    assert rings() == [set(), set()]


def test_place_length_and_travel_of_a_meeting(tmp_path: Path) -> None:
    """They reach the calendar, and change no other event; what is written is what is remembered."""
    other = "- [ ] 9:00 call: y 📅 2026-12-02 ^f-b\n"
    feeding = Feeding(tmp_path, f"- [ ] 12:30 coffee: x 📅 2026-12-02 ^f-a\n{other}", "alarms = { coffee = 5 }\n")
    before = pieces(Path(feeding.write().path).read_bytes())
    line = "- [ ] 12:30 coffee: at [[Heart, Main St|Heart]] for 45 min, travel 20 min 📅 2026-12-02 ^f-a\n"
    data = Path(feeding.write(line + other).path).read_bytes()
    assert faults(data) == []
    after = pieces(data)
    (meeting, _) = (uid for uid, text in after.items() if text != before.get(uid))
    assert meeting in before, "the same event as before"
    found = [
        (str(e["summary"]), e.decoded("dtstart"), e.decoded("dtend") - e.decoded("dtstart"), str(e.get("location", "")))
        for e in Calendar.from_ical(
            b"BEGIN:VCALENDAR\r\n" + b"".join(t for u, t in after.items() if t != before.get(u)) + b"END:VCALENDAR"
        ).walk("VEVENT")
    ]
    assert sorted(found) == [
        (
            "Sam Lee: coffee at Heart for 45 min, travel 20 min",
            datetime(2026, 12, 2, 20, 30, tzinfo=UTC),
            timedelta(minutes=45),
            "Heart",
        ),
        ("Travel", datetime(2026, 12, 2, 20, 10, tzinfo=UTC), timedelta(minutes=20), ""),
    ]
    assert b"TRIGGER:-PT25M" in after[meeting]
    assert feeding.write().changed is False
    done = line.replace("[ ]", "[x]").replace(" ^f-a", " ✅ 2026-12-02 ^f-a")
    assert not [words for words in feeding.shown(done + other, days=10) if "Travel" in words]
    feeding.begin_anew()
    assert (
        pieces(Path(feeding.write(f"- [ ] 12:30 coffee: x 📅 2026-12-02 ^f-a\n{other}").path).read_bytes()).keys()
        >= before.keys()
    )


def test_a_meeting_with_client_information_keeps_its_length_and_loses_its_place(tmp_path: Path) -> None:
    """As it keeps its day and time, and loses its words."""
    line = "- [ ] 12:30 coffee: at Heart for 45 min, client John Smith DOB 3/4/1985, travel 20 min 📅 2026-12-02 ^f-a\n"
    feeding = Feeding(tmp_path, line)
    data = Path(feeding.write().path).read_bytes()
    assert feeding.shown() == [
        "2026-12-02 Sam Lee: coffee follow-up", "2026-12-02 Travel", "2026-12-03 Sam Lee: Say thank you",
    ]  # fmt: skip
    assert b"DTEND:20261202T211500Z" in data
    assert b"LOCATION" not in data


def _trigger(ring: Component) -> str:
    (line,) = [line for line in str(ring.to_ical(), "utf-8").split("\r\n") if line.startswith("TRIGGER")]
    return line.rpartition(":")[2]


def test_an_event_leads_to_the_note_in_obsidian_where_the_vault_is_one(tmp_path: Path) -> None:
    """A folder that Obsidian does not know is nobody else's business."""
    feeding = Feeding(tmp_path, LINE)
    assert b"URL" not in Path(feeding.write().path).read_bytes()
    Path(feeding.vault.root, ".obsidian").mkdir()
    data = Path(feeding.write().path).read_bytes().replace(b"\r\n ", b"")
    assert b"\r\nURL:obsidian://open?vault=v&file=Partners%2FSam%20Lee\r\n" in data


def test_a_change_of_one_reminder_leaves_every_other_event_as_it_is(vault: Vault) -> None:
    """Byte for byte, stamp and sequence included, on another day too."""
    (feed,) = write_feeds(vault)
    before = pieces(Path(feed.path).read_bytes())
    later = Vault.open(vault.root, clock=lambda: TODAY + timedelta(days=1))
    add = next(Path(vault.root, "Partners").iterdir())
    add.write_text(f"{add.read_text()}\n- [ ] brand new 📅 2026-12-24\n")
    later.sync()
    write_feeds(later)
    later.close()
    after = pieces(Path(feed.path).read_bytes())
    changed = {uid for uid in before.keys() | after.keys() if before.get(uid) != after.get(uid)}
    words = [(after.get(uid) or before[uid]).decode() for uid in changed]
    new = [each for each in words if "brand new" in each or "waiting" in each]
    assert len(new) == 2
    assert len(changed) <= 2 + 2  # what the day itself brings into the window


def test_the_memory_outlives_the_index_and_the_file(vault: Vault) -> None:
    """Neither a new index nor a feed that somebody deleted or changed makes calendars believe that all has changed."""
    (feed,) = write_feeds(vault)
    data = Path(feed.path).read_bytes()
    for harm in (None, b"x", data[:999]):
        if harm is None:
            Path(feed.path).unlink()
        else:
            Path(feed.path).write_bytes(harm)
        shutil.rmtree(os.environ["XDG_CACHE_HOME"])
        later = Vault.open(vault.root, clock=lambda: TODAY)
        later.sync()
        (again,) = write_feeds(later)
        later.close()
        assert again.changed
        assert Path(feed.path).read_bytes() == data


@pytest.mark.parametrize("harm", [b"", b"{", b"[]", b'{"entries": [[1]]}', b"\xff"])
def test_a_memory_that_can_t_be_read_is_begun_anew(vault: Vault, harm: bytes) -> None:
    """The feed is whole all the same."""
    (feed,) = write_feeds(vault)
    data = Path(feed.path).read_bytes()
    book = Path(feed_state(vault).folder, "reminders.json")
    book.write_bytes(harm)
    (again,) = write_feeds(vault)
    assert again.events == feed.events
    assert Path(feed.path).read_bytes() == data
    assert stat.S_IMODE(book.stat().st_mode) == 0o600


def test_two_programs_that_write_at_once_agree(vault: Vault, tmp_path: Path) -> None:
    """The terminal interface and `watch` are both open: one file, one memory, no sequence that goes back."""
    program = _PROGRAM.replace(
        "vault.sync()\nwrite_feeds(vault, sys.argv[2])", "for _ in range(15):\n vault.sync()\n write_feeds(vault)"
    )
    command = [sys.executable, "-c", program, vault.root, "", "2026-11-23"]
    variables = {**os.environ, "PYTHONPATH": str(SRC)}
    note = next(Path(vault.root, "Partners").iterdir())
    with started(command, env=variables) as one, started(command, env=variables) as two:
        for number in range(5):
            note.write_text(f"{note.read_text()}\n- [ ] number {number} 📅 2026-12-24\n")
            vault.sync()
            write_feeds(vault)
        assert (one.wait(60), two.wait(60)) == (0, 0)
    (feed,) = write_feeds(vault)
    data = Path(feed.path).read_bytes()
    assert faults(data) == []
    assert sum("number" in words for words in summaries(data)) == 5
    book = feed_state(vault).read("reminders")
    assert {uid for uid, each in book.entries.items() if each.gone is None} == set(pieces(data))
    assert max(each.stamp for each in book.entries.values()) < datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_a_full_disk_leaves_feed_and_memory_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is said; once there is room, what had changed goes out, with the next stamp."""
    feeding = Feeding(tmp_path, LINE)
    feed = feeding.write()
    book, data = feed_state(feeding.vault).read("reminders"), Path(feed.path).read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(RoundsError, match=r"can't be written: No space left on device"):
            feeding.write(TICKED)
    assert (feed_state(feeding.vault).read("reminders"), Path(feed.path).read_bytes()) == (book, data)
    assert sorted(os.listdir(Path(feed.path).parent)) == ["reminders.ics"]
    assert feeding.shown() == [ENDED]


def test_a_feed_with_a_faulty_query_does_not_keep_the_others_from_being_written(tmp_path: Path) -> None:
    """It is said all the same."""
    notes = {"Partners/Sam.md": "- [ ] a 📅 2026-12-01\n"}
    vault = vault_with(tmp_path / "v", '[feeds.a]\nquery = "onwer:kim"\n[feeds.b]\n', notes)
    with pytest.raises(QueryError, match=r"\[feeds\.a\] query"):
        write_feeds(vault, str(tmp_path / "out"))
    vault.close()
    assert os.listdir(tmp_path / "out") == ["b.ics"]


def test_emoji_right_to_left_text_and_ten_thousand_characters_come_through(tmp_path: Path) -> None:
    """Whole, in a calendar that is in order."""
    words = ["👩‍⚕️ ünïcode", "מטופל جديد", "x" * 10_000]
    feeding = Feeding(tmp_path, "".join(f"- [ ] {each} 📅 2026-12-01\n" for each in words))
    assert feeding.shown() == sorted(f"2026-12-01 Sam Lee: {each}" for each in words)


def test_a_follow_up_whose_date_can_t_be_keeps_the_day_from_before(tmp_path: Path) -> None:
    """While somebody mends it, and says where it is; what else of the line is new shows. Taken out, it goes."""
    feeding = Feeding(tmp_path, LINE + "- [ ] x 📅 2026-12-02\n")
    feeding.write()
    faulty = LINE.replace("2026-12-01", "2026-02-30") + "- [ ] x 📅 2026-12-02\n"
    feed = feeding.write(faulty)
    assert not feed.changed
    assert feeding.shown(faulty.replace("paper", "card")) == [WORDS.replace("paper", "card"), "2026-12-02 Sam Lee: x"]
    assert feeding.shown("- [ ] new 📅 2026-02-30\n" + LINE.replace("12-01", "2-1")) == [WORDS], "never had a day"
    assert feeding.shown("- [ ] x 📅 2026-02-30\n") == ["2026-12-02 Sam Lee: x"]
    assert feeding.shown("- [x] x 📅 2026-02-30 ✅ 2026-11-23\n") == ["2026-12-02 ✓ Sam Lee: x"]
    feeding.write(faulty)
    assert [str(problem) for problem in feed.faults] == ['Partners/Sam Lee.md:5:24: "2026-02-30" is not a date']
    assert feeding.shown() == [WORDS, "2026-12-02 Sam Lee: x"]
    assert feeding.shown(faulty.replace("02-30", "12-30")) == ["2026-12-02 Sam Lee: x", WORDS.replace("12-01", "12-30")]


def test_beside_a_date_that_can_t_be_what_is_done_or_moved_is_what_it_is(tmp_path: Path) -> None:
    """Only lines that can't be found any more keep their day; and none in a feed that does not cover the note now."""
    moved = "- [ ] x 📅 2026-12-02 ^f-bbbb\n"
    feeding = Feeding(tmp_path, LINE + moved + "- [ ] y 📅 2026-12-03 ^f-cccc\n", "window = 30\n")
    feeding.write()
    faulty = TICKED + moved.replace("2026-12-02", "2027-12-02") + "- [ ] y 📅 2026-13-03 ^f-cccc\n"
    assert feeding.shown(faulty) == ["2026-12-01 ✓ Sam Lee: send the paper", "2026-12-03 Sam Lee: y"]
    settings = Path(feeding.vault.root, "rounds.toml")
    settings.write_text(settings.read_text() + 'query = "owner:kim"\n')
    Path(feeding.vault.root, "Partners", "Ana.md").write_text("---\nowner: kim\n---\n- [ ] x 📅 2026-12-02\n")
    assert feeding.shown() == ["2026-12-02 Ana: x"]


def test_a_calendar_of_the_users_own_is_never_written_over(vault: Vault, tmp_path: Path, home: Path) -> None:
    """By --to, by `feeds` of config.toml: it is refused, the book stays, and the others go on."""
    mine = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Me//EN\r\nEND:VCALENDAR\r\n"
    file = tmp_path / "out" / "reminders.ics"
    file.parent.mkdir()
    file.write_bytes(mine)
    with pytest.raises(RoundsError, match=r"reminders\.ics is there already, and Rounds did not make it"):
        write_feeds(vault, to=str(file.parent))
    with pytest.raises(RoundsError, match="did not make it"):
        write_feeds(vault, to=str(file))
    assert file.read_bytes() == mine
    assert not Path(vault.data, "published", "reminders.json").exists()
    file.unlink()
    (feed,) = write_feeds(vault, to=str(file.parent))
    assert feed.changed


@pytest.mark.parametrize("there", [b"", bytes(4096), None])
def test_a_feed_of_ours_is_known_wherever_it_lies(vault: Vault, tmp_path: Path, there: bytes | None) -> None:
    """Without any memory of it, as on a new machine; cut off; empty."""
    (feed,) = write_feeds(vault, to=str(tmp_path))
    data = Path(feed.path).read_bytes()
    Path(feed.path).write_bytes(data[:-500] if there is None else there)
    shutil.rmtree(Path(vault.data, "published"))
    (again,) = write_feeds(vault, to=str(tmp_path))
    assert again.changed
    assert summaries(Path(feed.path).read_bytes()) == summaries(data)


def test_a_feed_to_which_somebody_has_added_an_event_is_left_alone(vault: Vault, tmp_path: Path) -> None:
    (feed,) = write_feeds(vault, to=str(tmp_path))
    file = Path(feed.path)
    added = b"BEGIN:VEVENT\r\nUID:7@home\r\nDTSTART:20261201T090000Z\r\nSUMMARY:Dentist\r\nEND:VEVENT\r\nEND:VCALENDAR"
    file.write_bytes(file.read_bytes().replace(b"END:VCALENDAR", added))
    with pytest.raises(RoundsError, match="did not make it"):
        write_feeds(vault, to=str(tmp_path))
    assert b"Dentist" in file.read_bytes()


def test_a_link_in_our_folder_to_a_calendar_of_the_users_own(vault: Vault, tmp_path: Path) -> None:
    """Our data folder is ours, but not what a link in it leads to."""
    (tmp_path / "mine.ics").write_bytes(b"mine")
    folder = Path(vault.data, "feeds")
    folder.mkdir(parents=True)
    (folder / "reminders.ics").symlink_to(tmp_path / "mine.ics")
    with pytest.raises(RoundsError, match="did not make it"):
        write_feeds(vault)
    assert (tmp_path / "mine.ics").read_bytes() == b"mine"


CLIENT = {"Clients/x.md": "- [ ] call parent 📅 2026-11-24\n", "Partners/Sam Lee.md": "- [ ] write 📅 2026-11-24\n"}


def test_tasks_of_other_folders_leave_the_feed(tmp_path: Path) -> None:
    """Also one that an earlier version published, whether it is open, ticked, or can't be read now."""
    vault = vault_with(tmp_path / "v", '[tasks]\nfolders = ["/"]\n', CLIENT)
    path = Path(write_feeds(vault)[0].path)
    assert "x: call parent" in summaries(path.read_bytes())
    settings, note = tmp_path / "v/rounds.toml", tmp_path / "v/Clients/x.md"
    before = path.read_bytes(), settings.read_text()
    for text in (note.read_text(), "- [x] call parent 📅 2026-11-24\n", "---\na: [\n---\n" + note.read_text()):
        settings.write_text('vault = "test"\ntimezone = "America/Los_Angeles"\n')
        note.write_text(text)
        vault.sync()
        write_feeds(vault)
        assert summaries(path.read_bytes()) == ["Sam Lee: write"]
        settings.write_text(before[1])
        note.write_text(CLIENT["Clients/x.md"])
        vault.sync()
        write_feeds(vault)
        assert "x: call parent" in summaries(path.read_bytes())


_CHANGES = {
    "a note": ("Partners/Sam.md", "---\nstage: met\n---\n- [ ] another thing 📅 2026-12-02\n"),
    "a note that can't be read": ("Partners/Sam.md", "---\nstage: [\n---\n"),
    "the settings": ("rounds.toml", 'vault = "test"\ntimezone = "America/Los_Angeles"\n[reminders.thanks]\ndays = 9\n'),
    "the feed's settings": ("rounds.toml", 'vault = "test"\ntimezone = "UTC"\n[feeds.reminders]\nlevel = "busy"\n'),
    "an organization": ("Organizations/R.md", "---\n---\n- 2026-11-20 call: [[Sam]]\n"),
    "Obsidian": (".obsidian/app.json", "{}"),
}


@pytest.mark.parametrize("change", _CHANGES)
def test_a_feed_that_was_up_to_date_follows_each_change(tmp_path: Path, change: str) -> None:
    """The short way for a feed that hasn't changed never holds it back: it becomes what a new index writes."""
    notes = {"Partners/Sam.md": "---\nstage: met\n---\n- 2026-11-20 coffee: x\n- [ ] a thing 📅 2026-12-01\n"}
    vault = vault_with(tmp_path / "v", "", notes)
    (first,) = write_feeds(vault)
    assert [each.changed for each in write_feeds(vault)] == [False]
    path, text = _CHANGES[change]
    file = Path(vault.root, path)
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    vault.sync()
    write_feeds(vault)
    found = Path(first.path).read_bytes()
    vault.index.replace()
    vault.sync()
    write_feeds(vault)
    assert Path(first.path).read_bytes() == found


@pytest.mark.parametrize("day", ["2026-11-24", "2026-12-20"])
def test_a_feed_that_was_up_to_date_follows_the_day(tmp_path: Path, day: str) -> None:
    """The event about what waits is on today."""
    days = [TODAY]
    notes = {"Partners/Sam.md": "---\nstage: met\n---\n- [ ] a thing 📅 2026-11-01\n- [ ] more 📅 2026-11-23\n"}
    vault_with(tmp_path / "v", "", notes).close()
    vault = Vault.open(tmp_path / "v", clock=lambda: days[0])
    vault.sync()
    (feed,) = write_feeds(vault)
    days[0] = date.fromisoformat(day)
    (later,) = write_feeds(vault)
    assert later.changed
    assert day.replace("-", "") in Path(feed.path).read_text()


@pytest.mark.parametrize("gone", ["feed", "state"])
def test_a_feed_whose_file_is_gone_is_written_again(tmp_path: Path, gone: str) -> None:
    """Or its saved state, without which all of it is published anew."""
    vault = vault_with(tmp_path / "v", "", {"Partners/Sam.md": "- [ ] a thing 📅 2026-12-01\n"})
    (feed,) = write_feeds(vault)
    write_feeds(vault)
    Path(feed.path if gone == "feed" else feed_state(vault).path("reminders")).unlink()
    write_feeds(vault)
    assert "a thing" in summaries(Path(feed.path).read_bytes())[0]
    assert Path(feed_state(vault).path("reminders")).exists()

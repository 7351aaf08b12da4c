import os
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from rounds.errors import QueryError, RoundsError, SettingsError
from rounds.vault import feeds as module
from rounds.vault.agenda import reminders
from rounds.vault.feeds import write_feeds
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
    assert len(events) == feed.events == len(wanted) > 20
    assert len({str(event["uid"]) for event in events}) == len(events)
    starts = [str(event.decoded("dtstart")) for event in events]
    assert sorted(start for start in starts if len(start) == 10) == sorted(str(r.due) for r in wanted if r.time is None)


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
from rounds.vault.feeds import write_feeds
vault = Vault.open(sys.argv[1], clock=lambda: date(2026, 11, 23))
vault.sync()
write_feeds(vault, sys.argv[2])
"""


def test_neither_hash_seed_nor_timezone_of_the_machine_changes_a_byte(demo: Path, tmp_path: Path) -> None:
    """Two machines write the same feed."""
    written = []
    for number, (seed, zone) in enumerate([("1", "UTC"), ("77", "Asia/Tokyo")]):
        target = tmp_path / f"{number}.ics"
        variables = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(SRC)}
        variables["XDG_CACHE_HOME"] = str(tmp_path / f"cache{number}")
        subprocess.run([sys.executable, "-c", _PROGRAM, str(demo), str(target)], check=True, env=variables)
        written.append(target.read_bytes())
    assert written[0] == written[1]
    assert len(summaries(written[0])) > 20


NOTE = "---\nname: {name}\nstage: met\n---\n- 2026-11-20 coffee: secret words\n- [ ] {title} 📅 2026-12-01\n- [ ] {title}: x 📅 2026-12-01\n"
_LETTERS = st.text("ghjklmnopqrstuvwxyzäéñøGHJKLMNØ王", min_size=4, max_size=10)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(_LETTERS, min_size=1, max_size=3), _LETTERS, st.sampled_from(["discreet", "busy", "unheard of"]))
def test_no_word_of_a_partner_or_a_task_is_in_a_discreet_feed(
    tmp_path: Path, name: list[str], title: str, privacy: str
) -> None:
    """Not in a summary, not in an identity, not in an alarm, not in the file's other lines."""
    notes = {"Partners/x.md": NOTE.format(name=" ".join(name), title=f"{title} R-7K3QXM")}
    vault = vault_with(tmp_path / "v", f'[feeds.f]\nprivacy = "{privacy}"\nalarm = "9:00"\n', notes)
    (feed,) = write_feeds(vault, str(tmp_path / "out"))
    vault.close()
    text = Path(feed.path).read_bytes().replace(b"\r\n ", b"").decode().casefold()
    fixed = "begin vcalendar prodid follow-up thank-you check-in thanks coffee reminders referral transparent rounds"
    assert feed.events == 3
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
    assert summaries(Path(feed.path).read_bytes()) == ["Sam Lee: ask her about a client ␛[31m"]


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
    (after,) = write_feeds(vault)
    assert after == module.WrittenFeed(before.name, before.path, before.events, changed=False)
    assert away.exists()


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

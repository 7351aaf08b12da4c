"""Feeds that rounds.toml has no longer, and files that are another vault's."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from conftest import TODAY
from interop.lint import faults
from rounds.calendar.feed_addresses_passwords import addresses_for
from rounds.calendar.server import FeedServer
from rounds.calendar.write_feeds import WrittenFeed, write_feeds
from rounds.cli.watch_serve import served
from rounds.errors import RoundsError
from rounds.vault.vault import Vault

WORK = '[feeds.work]\nname = "At work"\nwaiting = ""\ntasks = true\n'


class Practice:
    """A vault with one partner, whose rounds.toml changes."""

    def __init__(self, folder: Path, name: str = "test") -> None:
        self.today = TODAY
        self.name, self.root = name, folder / name
        (self.root / "Partners").mkdir(parents=True)
        (self.root / "Partners" / "Sam Lee.md").write_text(
            f"---\nid: lee-{name}\nstage: met\n---\n- [ ] send the paper 📅 2026-12-01 ^f-aaaa\n"
        )
        self.set("")
        self.vault = Vault.open(self.root, clock=lambda: self.today)

    def set(self, feeds: str) -> None:
        (self.root / "rounds.toml").write_text(f'vault = "{self.name}"\n{feeds}')

    def write(self, feeds: str, *, days: int = 0) -> list[WrittenFeed]:
        self.today += timedelta(days=days)
        self.set(feeds)
        self.vault.sync()
        return write_feeds(self.vault)

    def file(self, name: str) -> Path:
        return Path(self.vault.data, "feeds", f"{name}.ics")


def shown(path: Path) -> list[tuple[str, str, str]]:
    """Day, words and state of each event or task in a file that is in order."""
    data = path.read_bytes()
    assert faults(data) == []
    return [
        (str(each.decoded("due" if each.name == "VTODO" else "dtstart")), str(each["summary"]), str(each.get("status", "")))
        for each in Calendar.from_ical(data).walk()
        if each.name in ("VEVENT", "VTODO")
    ]  # fmt: skip


def test_a_feed_that_is_taken_out_of_the_settings_says_that_it_has_ended(tmp_path: Path) -> None:
    """One event, on that day, at home and as a task that is done; said once, and the file is left alone after that."""
    practice = Practice(tmp_path)
    practice.write("[feeds.mine]\n" + WORK)
    found = practice.write("[feeds.mine]\n", days=1)
    assert [(each.name, each.ended) for each in found] == [("mine", False), ("work", True), ("work.tasks", True)]
    ended = ("2026-11-24", "This calendar has ended")
    assert shown(practice.file("work")) == [(*ended, "")]
    assert shown(practice.file("work.tasks")) == [(*ended, "COMPLETED")]
    data = practice.file("work").read_bytes()
    for days in (0, 3, 30):
        assert [each.name for each in practice.write("[feeds.mine]\n", days=days)] == ["mine"]
        assert practice.file("work").read_bytes() == data
    practice.vault.close()


def test_one_that_comes_back_goes_on(tmp_path: Path) -> None:
    """The same events, counted on; the one that said it had ended goes."""
    practice = Practice(tmp_path)
    practice.write("[feeds.mine]\n" + WORK)
    before = Calendar.from_ical(practice.file("work").read_bytes()).walk("VEVENT")
    practice.write("[feeds.mine]\n", days=1)
    practice.write("[feeds.mine]\n" + WORK, days=1)
    after = Calendar.from_ical(practice.file("work").read_bytes()).walk("VEVENT")
    assert [each["uid"] for each in after] == [each["uid"] for each in before]
    assert [each["sequence"] for each in after] > [each["sequence"] for each in before]
    assert shown(practice.file("work")) == [("2026-12-01", "Sam Lee: send the paper", "")]
    practice.vault.close()


@pytest.mark.parametrize(
    "wrong", ["[feeds.work]\nlevle = 1\n", "[feeds]\nwork = 1\n", 'colour = "red"\n[feeds.mine]\n']
)
def test_nothing_ends_while_something_is_wrong_in_the_settings(tmp_path: Path, wrong: str) -> None:
    """A table may lack by mistake, in the middle of an edit say."""
    practice = Practice(tmp_path)
    practice.write(WORK)
    practice.write(wrong, days=1)
    assert shown(practice.file("work")) == [("2026-12-01", "Sam Lee: send the paper", "")]
    practice.vault.close()


def test_one_that_can_t_be_written_keeps_no_other_from_its_end(tmp_path: Path) -> None:
    """Neither one that is still there nor one that should end too; it is said all the same."""
    practice = Practice(tmp_path)
    practice.write("[feeds.mine]\n[feeds.also]\n" + WORK)
    practice.file("mine").unlink()
    practice.file("mine").mkdir()
    state = Path(practice.vault.data, "published", "also.json")
    state.unlink()
    state.mkdir()
    for _ in range(2):
        with pytest.raises(RoundsError, match=r"mine\.ics can't be written"):
            practice.write("[feeds.mine]\n")
        assert [words for _, words, _ in shown(practice.file("work"))] == ["This calendar has ended"]
    practice.file("mine").rmdir()
    with pytest.raises(RoundsError, match=r"also\.json can't be read"):
        practice.write("[feeds.mine]\n")
    assert practice.file("mine").is_file()
    practice.vault.close()


def test_an_address_waits_while_something_is_wrong_in_the_settings(tmp_path: Path) -> None:
    """A feed whose table has a typo has not ended, so nobody is told that it is gone; once the rest is right, it is."""
    practice = Practice(tmp_path)
    addresses = str(tmp_path / "addresses.json")
    words = addresses_for(addresses, ["mine", "work"]).secrets

    def asked(feeds: str) -> list[str]:
        practice.write(feeds)
        server.feeds = served(practice.vault, "full")
        told: list[str] = []
        for word in (words["mine"], words["work"], "guess"):
            request = {"REQUEST_METHOD": "GET", "PATH_INFO": f"/{word}.ics", "SERVER_PROTOCOL": "HTTP/1.0"}
            server(request, lambda status, _: told.append(status[:3]))
        return told

    server = FeedServer(addresses, {})
    assert asked("[feeds.mine]\n[feeds.work]\n") == ["200", "200", "404"]
    assert asked("[feeds.mine]\n[fedes.work]\n") == ["200", "503", "404"]
    assert asked("[feeds.mine]\n") == ["200", "410", "404"]
    practice.vault.close()


def test_what_somebody_else_wrote_there_is_left_alone(tmp_path: Path) -> None:
    """And a file that is gone stays so."""
    practice = Practice(tmp_path)
    practice.write("[feeds.mine]\n" + WORK)
    practice.file("work").write_bytes(b"mine now")
    practice.file("work.tasks").unlink()
    assert [each.name for each in practice.write("[feeds.mine]\n", days=1)] == ["mine"]
    assert practice.file("work").read_bytes() == b"mine now"
    assert not practice.file("work.tasks").exists()
    practice.vault.close()


def test_two_vaults_do_not_fight_over_one_file(tmp_path: Path, home: Path) -> None:
    """With the same folder in config.toml: whoever was first has it, the other is told, and may have another name."""
    folder = tmp_path / "public"
    config = home / "config" / "rounds" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(f'feeds = "{folder}"\n')
    one, two = Practice(tmp_path, "first"), Practice(tmp_path, "second")
    one.write("[feeds.reminders]\n")
    data = (folder / "reminders.ics").read_bytes()
    for _ in range(2):
        with pytest.raises(
            RoundsError, match=r"reminders\.ics is the calendar of another vault, first; it was left"
        ) as told:
            two.write("[feeds.reminders]\n")
        assert "Give this feed another name in rounds.toml" in told.value.hint
        assert (folder / "reminders.ics").read_bytes() == data
        assert not one.write("[feeds.reminders]\n")[0].changed
    assert served(one.vault, "full") == {"reminders": str(folder / "reminders.ics")}
    assert served(two.vault, "full") == {"reminders": ""}, "nor are its events told under the other's address"
    two.write("[feeds.two]\n")
    assert sorted(os.listdir(folder)) == ["reminders.ics", "two.ics"]
    (folder / "reminders.ics").write_bytes(data[:-5])
    with pytest.raises(RoundsError, match="the calendar of another vault, first"):
        two.write("[feeds.reminders]\n")  # it is known by its events, too
    (folder / "reminders.ics").write_bytes(b"a calendar of my own")
    with pytest.raises(RoundsError, match="Rounds did not make it"):
        two.write("[feeds.reminders]\n")
    assert served(two.vault, "full") == {"reminders": ""}, "nor is it told to anybody"
    (folder / "reminders.ics").unlink()
    two.write("[feeds.reminders]\n")
    with pytest.raises(RoundsError, match="the calendar of another vault, second"):
        one.write("[feeds.reminders]\n")
    one.vault.close()
    two.vault.close()

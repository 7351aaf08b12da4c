"""Programs that subscribe to our feeds: vdirsyncer and khal, calcurse."""

import os
import re
import subprocess
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from conftest import PATIENCE, tool
from interop.conftest import ZONE, Item, Published, Trouble, beside, ordered, output, served

pytestmark = pytest.mark.interop


class Subscriber:
    """Somebody with vdirsyncer and khal, who subscribes to a feed."""

    def __init__(self, folder: Path, storage: str) -> None:
        self.folder = folder
        (folder / "events").mkdir(parents=True)
        (folder / "vdirsyncer").write_text(
            f"""[general]
status_path = "{folder}/status"
[pair feed]
a = "theirs"
b = "ours"
collections = null
conflict_resolution = "a wins"
[storage theirs]
{storage}
read_only = "true"
[storage ours]
type = "filesystem"
path = "{folder}/events"
fileext = ".ics"
"""
        )
        (folder / "khal").write_text(
            f"""[calendars]
[[rounds]]
path = {folder}/events
readonly = True
[sqlite]
path = {folder}/khal.db
[locale]
local_timezone = America/Los_Angeles
default_timezone = America/Los_Angeles
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
"""
        )
        self.variables = {**os.environ, "VDIRSYNCER_CONFIG": str(folder / "vdirsyncer"), "TERM": "dumb"}
        self.run("discover")

    def run(self, word: str) -> str:
        return output(beside("vdirsyncer"), word, env=self.variables)

    def items(self) -> list[Item]:
        """What khal lists after another sync."""
        self.run("sync")
        return self.listed()

    def listed(self) -> list[Item]:
        """What khal lists."""
        template = "{start-date}\t{start-time}\t{title}"
        command = [beside("khal"), "-c", str(self.folder / "khal"), "list", "--format", template, "--day-format", ""]
        found = []
        for line in output(*command, "2024-01-01", "2027-12-31", env=self.variables).splitlines():
            day, time, title = line.split("\t")
            start: date | datetime = date.fromisoformat(day)
            if time:
                start = datetime.fromisoformat(f"{day} {time}").replace(tzinfo=ZONE).astimezone(ZoneInfo("UTC"))
            found.append(Item(title, start))
        return ordered(found)


@pytest.mark.parametrize("name", ["full", "discreet", "busy"])
@pytest.mark.parametrize("kind", ["http", "singlefile"])
def test_vdirsyncer_and_khal_have_the_same_events_and_follow(
    feeds: Published, tmp_path: Path, kind: str, name: str
) -> None:
    """Edited, done and removed ones arrive as such; nothing else moves."""
    path = feeds.path(name)

    def wanted() -> list[Item]:
        # Over HTTP vdirsyncer knows an item by its content: of two that say the same of a day, it keeps one.
        return ordered([*set(feeds.items(name))]) if kind == "http" else feeds.items(name)

    with served(path) as address:
        storage = f'type = "http"\nurl = "{address}"' if kind == "http" else f'type = "singlefile"\npath = "{path}"'
        subscriber = Subscriber(tmp_path / "subscriber", storage)
        before = subscriber.items()
        assert before == wanted()
        text = feeds.note.read_text()
        text = re.sub(r"- \[ \] 08:05 call back.*\n", "", text)
        text = text.replace("at Heart; ask, about", "at the river; ask, about").replace("- [ ] 👩", "- [x] 👩")
        feeds.write(text)
        after = subscriber.items()
    assert after == wanted()
    if name == "full":
        name = "Zoë O'Neill-Ávila: "
        gone = [item.summary for item in before if item not in after and name in item.summary]
        new = [item.summary for item in after if item not in before and name in item.summary]
        assert gone == [
            f"{name}call back",
            f'{name}coffee at Heart; ask, about "school" \\ refusals',
            f"{name}{_SMALL}",
        ]
        assert new == [f'{name}coffee at the river; ask, about "school" \\ refusals', f"✓ {name}{_SMALL}"]


def test_vdirsyncer_keeps_what_it_had_when_the_server_fails(feeds: Published, tmp_path: Path) -> None:
    """Half an answer is an error there, as an error is; the next whole one counts."""
    trouble = Trouble()
    with served(feeds.path("full"), trouble) as address:
        subscriber = Subscriber(tmp_path / "subscriber", f'type = "http"\nurl = "{address}"')
        before = subscriber.items()
        feeds.write(feeds.note.read_text().replace("at Heart; ask", "at the river; ask"))
        for trouble.now in (Trouble.HALF, Trouble.LENGTH, Trouble.ERROR):
            done = subprocess.run(
                [beside("vdirsyncer"), "sync"],
                env=subscriber.variables,
                capture_output=True,
                check=False,
                timeout=PATIENCE,
            )
            assert done.returncode != 0, trouble.now
            assert subscriber.listed() == before, trouble.now
        trouble.now = ""
        assert subscriber.items() == feeds.items("full")


_SMALL = "👩‍⚕️ מטופל جديد: pédiatrie"


def test_calcurse_imports_every_event(feeds: Published, tmp_path: Path) -> None:
    """All of them, none skipped, with their words."""
    calcurse = tool("calcurse")
    home = tmp_path / "calcurse"
    home.mkdir()
    variables = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "America/Los_Angeles"}
    answer = output(calcurse, "-D", home, "-i", feeds.path("full"), env=variables)
    wanted = feeds.items("full")
    timed = sum(isinstance(item.start, datetime) for item in wanted)
    assert f"{timed} apps / {len(wanted) - timed} events / 0 todos / 0 skipped" in answer
    found = (home / "apts").read_text(encoding="utf-8")
    days = sorted(f"{item.start:%m/%d/%Y}" for item in wanted if item.start and not isinstance(item.start, datetime))
    assert sorted(re.findall(r"^(\d\d/\d\d/\d{4}) \[", found, re.MULTILINE)) == days
    assert not [item.summary for item in wanted if item.summary[:60] not in found]

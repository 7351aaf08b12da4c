"""`rounds agenda`: text, JSON and the page."""

import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from cli.running import Runner

ZONE = ZoneInfo("America/Los_Angeles")
FIRST, LAST = date(2026, 11, 23), date(2026, 12, 20)
NOTE = "---\ntype: partner\nstage: met\nid: {0}\n---\n\n## Follow-ups\n\n{1}\n"


def feed_with(rounds: Runner, settings: str, more: str = "") -> None:
    """Set the table of the feed in rounds.toml, and add more tables."""
    file = rounds.folder / "rounds.toml"
    head, tail = re.split(r"(?m)^\[feeds\.reminders\].*\n(?:\w.*\n)*", file.read_text())
    file.write_text(f"{head}[feeds.reminders]\n{settings}\n{tail}\n{more}\n")


def partner(rounds: Runner, name: str, *lines: str) -> None:
    """Write a partner with follow-ups."""
    file = rounds.folder / f"Partners/{name}.md"
    file.parent.mkdir(exist_ok=True)
    file.write_text(NOTE.format(name.replace(" ", "").lower(), "\n".join(lines)))


def test_the_text(nobody: Runner) -> None:
    """Meetings with their time first; what has no time below; a week without anything says so."""
    partner(
        nobody, "Sam Lee", "- [ ] 09:15 call: how it went 📅 2026-12-08", "- [ ] 12:30 coffee: bakery 📅 2026-11-24",
        "- [ ] bring cards 📅 2026-11-24", "- [ ] email: late 📅 2026-11-20", "- [ ] next year 📅 2027-02-01", "- [ ] some day",
    )  # fmt: skip
    assert nobody.good("agenda").splitlines() == [
        "23 November to 20 December 2026",
        "",
        "This week",
        "Mon 23 Nov, today",
        "         1 waiting",
        "Tue 24 Nov, tomorrow",
        "  12:30  Sam Lee: coffee bakery",
        "         Sam Lee: bring cards",
        "Wed 25 Nov",
        "         Sam Lee: Say thank you",
        "",
        "Week of 30 November",
        "Nothing is planned.",
        "",
        "Week of 7 December",
        "Tue 8 Dec",
        "  09:15  Sam Lee: call how it went",
        "",
        "Week of 14 December",
        "Nothing is planned.",
    ]


def test_the_json(rounds: Runner) -> None:
    answer = rounds.json("agenda", "--weeks", "1")
    assert list(answer) == ["feed", "level", "from", "to", "days", "file"]
    assert (answer["feed"], answer["level"], answer["from"], answer["to"], answer["file"]) == (
        "reminders", "full", "2026-11-23", "2026-11-29", None,
    )  # fmt: skip
    first = answer["days"][0]
    assert first["date"] == "2026-11-23"
    assert first["events"][0] == {
        "time": "12:30", "minutes": None, "summary": "Priya Natarajan: coffee at the bakery on Alder, ask how long the waitlist is",
        "place": "the bakery on Alder", "busy": True, "done": False,
    }  # fmt: skip
    assert first["events"][-1]["summary"] == "10 waiting"


@pytest.mark.parametrize("level", ["full", "discreet", "busy"])
def test_it_holds_what_the_feed_holds(rounds: Runner, level: str) -> None:
    """Of these days, event by event, whether the feed was written before or not; a tick stays for a while in both."""
    feed_with(rounds, f'level = "{level}"')
    before = rounds.json("agenda")
    (feed,) = rounds.json("feed", "write")["feeds"]
    assert rounds.json("agenda") == before
    note = rounds.folder / "Partners/Ingrid Solheim.md"
    note.write_text(note.read_text().replace("- [ ] Ask Nadia", "- [x] Ask Nadia"))
    rounds.good("feed", "write")
    answer = rounds.json("agenda")
    shown = [(day["date"], event["summary"]) for day in answer["days"] for event in day["events"]]
    assert any(summary.startswith("✓") for _, summary in shown)
    wanted = []
    for event in Calendar.from_ical(Path(feed["path"]).read_bytes()).walk("VEVENT"):
        start = event.decoded("dtstart")
        day = start.astimezone(ZONE).date() if isinstance(start, datetime) else start
        if FIRST <= day <= LAST:
            wanted.append((str(day), str(event["summary"])))
    assert sorted(shown) == sorted(wanted)
    assert answer["level"] == level


def test_the_page_has_initials_unless_more_is_asked_for(rounds: Runner, tmp_path: Path) -> None:
    """A stricter level of the feed itself counts."""
    file = tmp_path / "agenda.html"
    assert rounds.good("agenda", "--html", str(file)) == f"{file}\n"
    text = file.read_text(encoding="utf-8")
    assert "P. N.: coffee" in text
    names = [path.stem for path in (rounds.folder / "Partners").glob("*.md")]
    assert not [name for name in names if name in text]
    assert rounds.json("agenda", "--html", str(file))["level"] == "discreet"
    result = rounds("agenda", "--html", str(file), "--level", "full")
    assert (result.exit_code, file.read_text(encoding="utf-8")) == (1, text)
    assert "--replace" in result.stderr
    rounds.good("agenda", "--html", str(file), "--level", "full", "--replace")
    assert "Priya Natarajan: coffee at the bakery" in file.read_text(encoding="utf-8")
    feed_with(rounds, 'level = "busy"')
    answer = rounds.json("agenda", "--html", str(file), "--level", "full", "--replace")
    assert answer["level"] == "busy"
    assert not re.search(r"[A-Z]\. [A-Z]\.|Priya", file.read_text(encoding="utf-8"))


def test_how_long_a_meeting_takes(nobody: Runner, tmp_path: Path) -> None:
    """The words say it at the full level, and a number says it where they are left out; travel is an entry of its own."""
    partner(nobody, "Sam Lee", "- [ ] 12:30 coffee: at Heart for 45 min, travel 15 min 📅 2026-11-24")
    lines = nobody.good("agenda").splitlines()
    assert "  12:15  Travel, 15 min" in lines
    assert "  12:30  Sam Lee: coffee at Heart for 45 min, travel 15 min" in lines
    file = tmp_path / "agenda.html"
    nobody.good("agenda", "--html", str(file))
    text = file.read_text(encoding="utf-8")
    assert "<time>12:15</time><span>Travel, 15 min</span>" in text
    assert "<time>12:30</time><span>S. L.: coffee, 45 min</span>" in text
    assert "Heart" not in text
    (day, *_) = nobody.json("agenda", "--level", "discreet")["days"]
    assert [(each["minutes"], each["place"]) for each in day["events"]] == [(15, ""), (45, "")]


def test_nothing_about_clients(rounds: Runner, tmp_path: Path) -> None:
    """A code becomes a client, and a line with client information only a follow-up, on the page and in the text."""
    partner(
        rounds,
        "Zoe Zed",
        "- [ ] ask about R-7K3QXM 📅 2026-11-25",
        "- [ ] my client Jane Roe, born 3/4/1990 📅 2026-11-26",
    )
    file = tmp_path / "agenda.html"
    rounds.good("agenda", "--html", str(file), "--level", "full")
    for text in (rounds.good("agenda"), rounds.good("agenda", "--json"), file.read_text(encoding="utf-8")):
        assert "Zoe Zed: ask about a client" in text
        assert "Zoe Zed: follow-up" in text
        assert not re.search(r"R-[0-9A-Z]{4}|Jane|1990", text)


def test_weeks_and_feeds(rounds: Runner) -> None:
    """No further than the feed looks ahead; a feed's query counts."""
    feed_with(rounds, "window = 10", '[feeds.maria]\nquery = "name:maria"')
    assert rounds.json("agenda", "--weeks", "52")["to"] == "2026-12-03"
    answer = rounds.json("agenda", "--feed", "maria", "--weeks", "8")
    shown = [e["summary"] for day in answer["days"] for e in day["events"] if "waiting" not in e["summary"]]
    assert shown
    assert all(summary.startswith("Maria") for summary in shown)
    result = rounds("agenda", "--feed", "maira")
    assert (result.exit_code, result.stderr) == (
        3, "rounds: there is no feed maira\nFeeds in rounds.toml: reminders, maria.\n",
    )  # fmt: skip
    assert rounds("agenda", "--weeks", "0").exit_code == 2


def test_the_last_days_there_are(rounds: Runner) -> None:
    rounds.environ["ROUNDS_TODAY"] = "9999-12-30"
    assert rounds.json("agenda")["to"] == "9999-12-31"


def test_an_empty_vault(nobody: Runner, tmp_path: Path) -> None:
    """A word in place of a list; the page too."""
    assert nobody.good("agenda").splitlines() == [
        "23 November to 20 December 2026", "", 'Nobody is here yet. Add the first partner with: rounds add "NAME" --role ROLE',
    ]  # fmt: skip
    assert nobody.json("agenda")["days"] == []
    file = tmp_path / "agenda.html"
    nobody.good("agenda", "--html", str(file))
    assert "<p>Nothing is planned.</p>" in file.read_text(encoding="utf-8")
    partner(nobody, "Sam Lee", "- [ ] some day")
    assert nobody.good("agenda").splitlines()[2:] == ["Nothing is planned."]


@pytest.mark.parametrize("columns", ["60", "30"])
def test_a_narrow_terminal(rounds: Runner, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No line is wider than the terminal, and nothing is cut."""
    monkeypatch.setattr("rounds.cli.output.Text.width", int(columns))
    text = rounds.good("agenda")
    assert max(map(len, text.splitlines())) <= int(columns)
    assert text.startswith(
        "23 November to 20 December 2026\n" if columns == "60" else "23 November to 20 December\n2026\n"
    )
    assert "at the bakery on Alder, ask how long the waitlist is" in " ".join(text.split())

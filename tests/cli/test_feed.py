"""`rounds feed write`: the calendar feeds."""

from pathlib import Path

import pytest

from cli.running import Runner
from rounds.vault.grace_period import GracePeriod
from rounds.vault.sync_report import SyncReport
from rounds.vault.vault import Vault


def test_in_the_data_folder(rounds: Runner, home: Path) -> None:
    """Feeds lie outside the vault, readable by nobody else."""
    answer = rounds.json("feed", "write")
    assert list(answer) == ["feeds"]
    feed = answer["feeds"][0]
    assert list(feed) == ["name", "path", "events", "changed"]
    path = Path(feed["path"])
    assert path.is_relative_to(home)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes().count(b"BEGIN:VEVENT") == feed["events"] > 0


def test_the_place_is_told(rounds: Runner, tmp_path: Path) -> None:
    """--to names the folder; a second run on the same day changes nothing and says so."""
    first = rounds.good("feed", "write", "--to", str(tmp_path / "out"))
    data = (tmp_path / "out/reminders.ics").read_bytes()
    assert first.startswith(f"{tmp_path}/out/reminders.ics  ")
    assert rounds.good("feed", "write", "--to", str(tmp_path / "out")) == first.rstrip("\n") + ", unchanged\n"
    assert (tmp_path / "out/reminders.ics").read_bytes() == data


def test_an_empty_vault(nobody: Runner) -> None:
    """A feed without events is still a feed."""
    assert nobody.json("feed", "write")["feeds"][0]["events"] == 0


def test_a_mistyped_command(rounds: Runner) -> None:
    """`feed` alone and a wrong word are errors of use that say where to look."""
    for words in (("feed",), ("feed", "wriet")):
        result = rounds(*words)
        assert result.exit_code == 2
        assert result.stderr.endswith("See: rounds feed --help\n")


def test_a_place_that_can_not_be_written(rounds: Runner, tmp_path: Path) -> None:
    """A file where the folder should be is an error, not a traceback."""
    (tmp_path / "taken").write_text("")
    assert rounds("feed", "write", "--to", str(tmp_path / "taken" / "inside")).exit_code == 1


def test_a_date_that_can_t_be_is_said(rounds: Runner) -> None:
    """With its place; the calendar keeps the day from before, and Today has it among what has no day."""
    note = rounds.folder / "Partners" / "Dana Whitlock.md"
    text = note.read_text()
    note.write_text(f"{text}\n- [ ] say hello 📅 2026-12-01 ^f-zzzz\n")
    before = rounds.json("feed", "write")["feeds"][0]
    note.write_text(f"{text}\n- [ ] say hello 📅 2026-02-30 ^f-zzzz\n")
    result = rounds("feed", "write")
    assert result.exit_code == 0
    assert ': "2026-02-30" is not a date. If it\'s in the calendar, it stays unchanged there.\n' in result.stderr
    assert result.stdout == f"{before['path']}  {before['events']} events, unchanged\n"
    (today,) = [each for each in rounds.json("today")["waiting"] if each["title"] == "say hello"]
    assert today["due"] is None
    rounds.good("later", "dana", "2026-12-03", "--rule", "follow-up")
    assert "- [ ] say hello 📅 2026-12-03 ^f-zzzz\n" in note.read_text()


def test_a_note_that_is_gone_for_a_moment_stays_in_the_calendar(
    rounds: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """vim, Emacs and git delete a note and create it anew: here it is back by the second look."""
    note = rounds.folder / "Partners" / "Dana Whitlock.md"
    text = note.read_text() + "\n- [ ] say hello 📅 2026-12-01 ^f-zzzz\n"
    note.write_text(text)
    before = rounds.json("feed", "write")["feeds"][0]
    note.unlink()
    look = Vault.sync

    def sync(vault: Vault, *, patience: GracePeriod | None = None) -> SyncReport:
        report = look(vault, patience=patience)
        note.write_text(text)
        return report

    monkeypatch.setattr(Vault, "sync", sync)
    assert rounds.json("feed", "write")["feeds"][0] == {**before, "changed": False}


def test_a_note_that_is_gone_is_believed_after_a_moment(rounds: Runner) -> None:
    """Its events go."""
    note = rounds.folder / "Partners" / "Zed.md"
    note.write_text("- [ ] say hello 📅 2026-12-01\n")
    before = rounds.json("feed", "write")["feeds"][0]
    note.unlink()
    after = rounds.json("feed", "write")["feeds"][0]
    assert after["events"] == before["events"] - 1


def test_client_information_stays_here_and_it_is_said_once(rounds: Runner, tmp_path: Path) -> None:
    """Of each feed and target, in one line; nothing of it is on stdout."""
    path = rounds.folder / "Partners/Maria Alvarez.md"
    path.write_text(path.read_text() + "\n- [ ] call our client Rebecca Thornbury 📅 2026-11-24\n")
    number = len(path.read_text().splitlines())
    result = rounds("feed", "write", "--to", str(tmp_path))
    said = f'"follow-up" goes out in its place, for Partners/Maria Alvarez.md line {number}. To see it: rounds check\n'
    assert result.stderr == f"Client information stays here: {said}"
    text = (tmp_path / "reminders.ics").read_text()
    assert "Thornbury" not in text
    assert "Maria Alvarez: follow-up" in text
    assert "Thornbury" not in rounds.good("feed", "write", "--json")
    rounds.good("today", "--note")
    assert "Thornbury" not in rounds.note("Today.md")
    assert f"Partners/Maria Alvarez.md:{number}:" in rounds("check").stdout

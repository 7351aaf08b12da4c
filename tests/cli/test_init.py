"""`rounds init`: a new vault, never over a file."""

import subprocess
import sys
from pathlib import Path

import pytest

from cli.running import Runner, environment
from rounds.domain.phrases import WHAT_BELONGS
from rounds.storage.user_config import read_config


@pytest.fixture
def outside(tmp_path: Path) -> Runner:
    """Commands where there is no vault yet; `folder` is where it will be."""
    return Runner(tmp_path / "new vault")


def test_a_machine_that_does_not_say_its_time_zone_is_asked_for_it_once(
    outside: Runner, terminal: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A city will do, a wrong answer is asked again; the next start doesn't ask. Enter is UTC."""
    monkeypatch.setattr("rounds.vault.create_vault.machine_timezone", lambda: "")
    question = "Your time zone, or the nearest large city of it"
    result = outside("init", str(outside.folder), typed="Nowhere\nNew York\n" + "\n" * 12)
    assert result.output.count(question) == 2
    assert '"Nowhere" isn\'t a time zone. Write it as "America/Los_Angeles".' in result.stderr
    assert 'timezone = "America/New_York"' in outside.note("rounds.toml")
    again = outside("init", str(outside.folder), typed="\n" * 12)
    assert (again.exit_code, question in again.output) == (0, False)
    other = Runner(outside.folder.with_name("other"))
    assert other("init", str(other.folder), typed="\n" * 12).output.count(question) == 1
    assert 'timezone = "UTC"' in other.note("rounds.toml")
    third = Runner(outside.folder.with_name("third"))
    assert question not in third("init", str(third.folder), "--json").output


def test_without_a_terminal_nothing_is_asked(outside: Runner) -> None:
    """The template is copied, and what to do next is said."""
    text = outside.good("init", str(outside.folder))
    assert text.startswith(f"Created a vault in {outside.folder} (")
    assert f'  cd "{outside.folder}"\n' in text
    assert "rounds add" in text
    assert (outside.folder / "rounds.toml").exists()
    assert outside.good("today").endswith('rounds add "NAME" --role ROLE\n')


def test_a_second_run_changes_nothing(outside: Runner) -> None:
    """Everything is there already, and is left as it is."""
    outside.good("init", str(outside.folder))
    (outside.folder / "Practice.md").write_text("mine")
    before = {path: path.read_bytes() for path in outside.folder.rglob("*") if path.is_file()}
    assert outside.good("init", str(outside.folder)) == f"Nothing is missing: {outside.folder}\n"
    assert {path: path.read_bytes() for path in outside.folder.rglob("*") if path.is_file()} == before


def test_what_is_missing_is_added(outside: Runner) -> None:
    """A later run brings back what is gone, and names it."""
    outside.good("init", str(outside.folder))
    (outside.folder / "Inbox.md").unlink()
    assert outside.good("init", str(outside.folder)) == (f"Added what was missing to {outside.folder}:\n  Inbox.md\n")


def test_an_empty_file_is_filled(outside: Runner) -> None:
    """A run that was killed on FAT leaves one, and it stayed empty."""
    outside.good("init", str(outside.folder))
    home, practice = outside.folder / "Home.md", outside.folder / "Practice.md"
    text = home.read_text()
    home.write_text("")
    practice.write_text("mine")
    assert outside.good("init", str(outside.folder)) == f"Added what was missing to {outside.folder}:\n  Home.md\n"
    assert (home.read_text(), practice.read_text()) == (text, "mine")


def test_it_says_which_folders_it_reads(outside: Runner) -> None:
    """In a folder with other notes, and within a vault of Obsidian."""
    for path in (
        "Clients/x.md",
        "Projects/Book/plan.md",
        "Pictures/a.png",
        ".trash/old.md",
        "Templates/day.md",
        "n.md",
    ):
        file = outside.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("- [ ] call parent by 2026-11-24\n")
    said = outside("init", str(outside.folder)).stderr
    assert said.startswith("There are other notes here, in Clients, Projects. They can be searched, but their tasks")
    assert "from Partners, Organizations, Referrals," in said
    assert "[tasks] folders" in said
    assert outside("init", str(outside.folder)).stderr == ""
    (outside.folder.parent / ".obsidian").mkdir()
    inner = outside("init", str(outside.folder.parent / "inner")).stderr
    assert inner == f"Rounds reads this folder only. The other notes in {outside.folder.parent} are left alone.\n"


@pytest.mark.usefixtures("terminal")
def test_a_few_questions(outside: Runner) -> None:
    """The practice goes into Practice.md, two names become partners; a line skips what is empty."""
    typed = (
        "Juniper Hale\nLCSW\n\nadults with panic disorder\n\n503-555-0142\n\nDana Whitlock\npediatrician\nSam Lee\n\n\n"
    )
    outside.good("init", str(outside.folder), typed=typed)
    practice = outside.note("Practice.md")
    assert "name: Juniper Hale\ncredentials: LCSW\npractice_name:\n" in practice
    assert 'phone: "503-555-0142"\n' in practice
    assert "ideal_client: adults with panic disorder\n" in practice
    assert "role: pediatrician\n" in outside.note("Partners/Dana Whitlock.md")
    assert "role:\n" in outside.note("Partners/Sam Lee.md")


@pytest.mark.usefixtures("terminal")
def test_an_answer_that_can_not_be_is_asked_for_again(outside: Runner) -> None:
    """As by `set` and `add`: an address, a number, a role; the answers before and after are kept."""
    typed = (
        "Juniper Hale\n\n\n\nfoo\nJuniper <j@x.example>\nabc\n\n\nAnn Odum\npsyciatrist\ny\nBo Field\nneurologst\n\n\n"
    )
    result = outside("init", str(outside.folder), typed=typed)
    assert result.exit_code == 0
    assert 'email: "foo" is not an email address. Write it like name@example.org' in result.stderr
    assert 'phone: "abc" is not a phone number' in result.stderr
    practice = outside.note("Practice.md")
    assert "name: Juniper Hale\n" in practice
    assert "email: j@x.example\nphone:\n" in practice
    assert "role: psychiatrist\n" in outside.note("Partners/Ann Odum.md")
    assert "role: neurologst\n" in outside.note("Partners/Bo Field.md")


@pytest.mark.usefixtures("terminal")
def test_all_can_be_skipped(outside: Runner) -> None:
    """Enter at every question leaves the template as it is."""
    outside.good("init", str(outside.folder), typed="\n" * 9)
    assert "name:\n" in outside.note("Practice.md")
    assert [path.name for path in (outside.folder / "Partners").iterdir()] == [".gitkeep"]


@pytest.mark.usefixtures("terminal")
def test_what_was_answered_is_kept_and_the_rest_is_asked_for_again(outside: Runner) -> None:
    """Ctrl-C at a question loses none before it; a second run asks for what is still missing, and then for nothing."""
    result = outside("init", str(outside.folder), typed="Juniper Hale\nLCSW\n")
    assert result.exit_code == 130
    assert f'To go on: rounds init "{outside.folder}"' in result.stderr
    assert "name: Juniper Hale\ncredentials: LCSW\npractice_name:\n" in outside.note("Practice.md")
    result = outside(
        "init", str(outside.folder), typed="Juniper Therapy\n\n\n503-555-0142\n\nDana Whitlock\npediatrician\n"
    )
    assert result.exit_code == 130
    assert "Your name" not in result.stderr
    assert "name: Juniper Hale\ncredentials: LCSW\npractice_name: Juniper Therapy\n" in outside.note("Practice.md")
    assert 'phone: "503-555-0142"\n' in outside.note("Practice.md")
    outside.good("init", str(outside.folder), typed="adults\na@b.org\nexample.org\nSam Lee\n\n\n")
    assert sorted(path.name for path in (outside.folder / "Partners").glob("*.md")) == [
        "Dana Whitlock.md",
        "Sam Lee.md",
    ]
    result = outside("init", str(outside.folder), typed="\n")
    assert (result.exit_code, result.stderr.count("?")) == (0, 1)
    assert result.stdout == f"Nothing is missing: {outside.folder}\n"


@pytest.mark.usefixtures("terminal")
def test_a_practice_that_can_not_be_read_is_not_asked_for(outside: Runner) -> None:
    """It is said where and why; the rest goes on."""
    outside.folder.mkdir()
    (outside.folder / "Practice.md").write_text("---\nname: [\n---\n")
    result = outside("init", str(outside.folder), typed="\n\n")
    assert result.exit_code == 0
    assert "Practice.md:2:7: " in result.stderr
    assert "Your name" not in result.stderr


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("before", [None, b"", b'me = "kim" # x\r\n[keys]\r\nq = "quit"', b'\xef\xbb\xbfme = "kim"\n'])
def test_the_default_vault_is_written_after_a_yes(outside: Runner, home: Path, before: bytes | None) -> None:
    """As a line above what is there; every other byte stays. Who has a default is not asked again."""
    outside.folder = outside.folder.with_name('it\'s a "vault"')
    config = home / "config" / "rounds" / "config.toml"
    if before is not None:
        config.parent.mkdir(parents=True)
        config.write_bytes(before)
    outside.good("init", str(outside.folder), typed="\n" * 8 + "y\n")
    after = config.read_bytes()
    assert read_config().vault == str(outside.folder)
    mark = b"\xef\xbb\xbf" if before and before.startswith(b"\xef") else b""
    line, rest = after.removeprefix(mark).split(b"\n", 1)
    assert line.startswith(b"vault = ")
    assert mark + rest == (before or b"")
    outside.good("init", str(outside.folder), typed="\n" * 8)
    assert config.read_bytes() == after


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("before", [None, b'vault = "~/mine"\n', b"vault = [\n"])
def test_a_config_is_left_alone_without_a_yes(outside: Runner, home: Path, before: bytes | None) -> None:
    """Enter means no; a default of one's own stays, and so does a file that can't be read, which is said."""
    config = home / "config" / "rounds" / "config.toml"
    if before is not None:
        config.parent.mkdir(parents=True)
        config.write_bytes(before)
    result = outside("init", str(outside.folder), typed="\n" * 9)
    assert result.exit_code == 0
    assert (config.read_bytes() if config.exists() else None) == before
    assert (f"{config}:1:" in result.stderr) == (before == b"vault = [\n")


def test_the_sample(outside: Runner) -> None:
    """--demo brings the sample network for today; a second run writes nothing, on another day neither."""
    answer = outside.json("init", str(outside.folder), "--demo")
    assert list(answer) == ["vault", "written", "added", "demo", "kept"]
    assert len(outside.json("list")["notes"]) > 30
    assert outside.good("tidy") == "Nothing is missing.\n"
    assert outside.json("today")["outdated_contacts"] == 0
    assert "No changes yet." in outside.good("history")  # the notes are new: there is nothing to undo
    outside.environ = {"ROUNDS_TODAY": "2027-03-03"}
    assert outside.json("init", str(outside.folder), "--demo")["written"] == []


def test_the_sample_leaves_notes_alone_that_were_there(outside: Runner) -> None:
    """Notes of a folder that becomes the demo stay byte for byte, also those that tidying would write into."""
    mine = outside.folder / "Partners/My Own.md"
    mine.parent.mkdir(parents=True)
    mine.write_text("---\ntype: partner\n---\n## Log\n- 2026-11-01 call\n")
    outside.good("init", str(outside.folder), "--demo")
    assert mine.read_text() == "---\ntype: partner\n---\n## Log\n- 2026-11-01 call\n"
    assert outside.json("today")["outdated_contacts"] == 1


def test_a_later_run_brings_what_is_new_and_keeps_views(outside: Runner) -> None:
    """A vault of an earlier program gets what it lacks; views that differ are kept and named, with how to get the new."""
    outside.good("init", str(outside.folder))
    for name in ("Home.md", "Views/This note.base", "Templates/New release.md", "Templates/partner-clipper.json"):
        (outside.folder / name).unlink()
    (outside.folder / "Views/Stay in touch.base").write_text("views: []\n")
    text = outside.good("init", str(outside.folder))
    assert text.splitlines() == [
        f"Added what was missing to {outside.folder}:",
        "  Home.md",
        "  Templates/New release.md",
        "  Templates/partner-clipper.json",
        "  Views/This note.base",
        "Kept your versions, although Rounds now has newer ones (to get one, rename yours and run this again):",
        "  Views/Stay in touch.base",
    ]
    assert (outside.folder / "Views/Stay in touch.base").read_text() == "views: []\n"
    answer = outside.json("init", str(outside.folder))
    assert (answer["written"], answer["kept"]) == ([], ["Views/Stay in touch.base"])


def test_the_sample_never_mixes_into_a_vault(nobody: Runner) -> None:
    """--demo over a real vault is refused."""
    result = nobody("init", str(nobody.folder), "--demo")
    assert result.exit_code == 1
    assert "is already a vault" in result.stderr
    assert [path.name for path in nobody.folder.iterdir()] == ["rounds.toml"]


def test_a_file_in_the_way(tmp_path: Path, outside: Runner) -> None:
    """A file where the folder should be is an error, and stays."""
    (tmp_path / "taken").write_text("mine")
    assert outside("init", str(tmp_path / "taken")).exit_code == 1
    assert (tmp_path / "taken").read_text() == "mine"


def test_inside_another_vault(nobody: Runner) -> None:
    """A vault in a vault is made, and mentioned."""
    result = nobody("init", str(nobody.folder / "inner"))
    assert result.exit_code == 0
    assert f"Note: this vault is inside another one: {nobody.folder}" in result.stderr


def test_it_says_what_belongs_where(tmp_path: Path, nobody: Runner) -> None:
    """In four sentences; so do `ready` and the page about client information."""
    shown = nobody.good("init", str(tmp_path / "new"))
    page = (Path(__file__).parents[2] / "docs/client-information.md").read_text(encoding="utf-8")
    assert len(WHAT_BELONGS) == 4
    for text in WHAT_BELONGS:
        assert f"  {text}" in shown
        assert f"\n- {text}\n" in page
    ready = Runner(tmp_path / "new")
    assert ready.json("ready")["belongs"] == list(WHAT_BELONGS)
    assert "What belongs where:" in ready.good("ready")


def test_a_name_that_is_there_already_is_told(tmp_path: Path, terminal: None) -> None:
    """An organization of that name, or nearly: as `add` does."""
    runner = Runner(tmp_path / "vault")
    runner.good("init", str(runner.folder), "--json")
    runner.good("add", "Alder Clinic", "--type", "organization")
    result = runner("init", str(runner.folder), typed="\n" * 7 + "Alder Clinics\n\n\n")
    assert "Already here, with nearly the same name: Alder Clinic (Organizations/Alder Clinic.md)" in result.stderr


def test_the_sample_is_made_once_and_used_by_every_command(outside: Runner, tmp_path: Path) -> None:
    """Without make and without a folder to think of: `rounds --demo`, and `python -m rounds --demo`."""
    (tmp_path / "home").mkdir()
    words = [sys.executable, "-m", "rounds", "--demo", "list", "role:psychiatrist"]
    for first in (True, False):
        done = subprocess.run(
            words, env=environment(HOME=str(tmp_path / "home")), capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, "Priya Natarajan" in done.stdout) == (0, True)
        assert ("The sample network is in" in done.stderr) is first
    (tmp_path / "home/rounds-demo/rounds.toml").write_text('vault = "mine"\n')
    done = subprocess.run(
        words, env=environment(HOME=str(tmp_path / "home")), capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, "is a vault of your own" in done.stderr) == (1, True)

from datetime import datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from rounds.errors import Level
from rounds.vault import problems as module
from rounds.vault.problems import all_problems
from rounds.vault.vault import Vault


def problems(root: str | Path, notes: dict[str, str]) -> list[str]:
    for path, text in notes.items():
        file = Path(root, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    vault = Vault.open(root)
    vault.sync()
    found = [str(problem) for problem in all_problems(vault)]
    vault.close()
    return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "rounds.toml").write_text("")
    return tmp_path


def test_a_vault_without_fault_has_none(root: Path) -> None:
    """Not even advice."""
    assert (
        problems(root, {"Partners/Sam.md": "---\nid: a\n---\n[[Ana]] [[Nobody]]\n", "Partners/Ana.md": "---\n---\nx\n"})
        == []
    )


def test_settings_come_first_then_notes_by_path_and_line(root: Path) -> None:
    """As an editor lists them: path, line, column, message."""
    assert problems(root, {
        "rounds.toml": "[todya]\n",
        "Partners/Sam.md": "---\nstage: actve\ncheck_in: often\n---\n- 2026-13-01 call: x\n",
        "Partners/Ana.md": "---\nid: [\n---\n",
    })[:1] == ['rounds.toml:1:2: unknown key "todya"']  # fmt: skip
    rest = problems(root, {})[1:]
    assert [line.split(":")[:2] for line in rest] == [
        ["Partners/Ana.md", "2"], ["Partners/Sam.md", "2"], ["Partners/Sam.md", "3"], ["Partners/Sam.md", "5"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "clock", "message"),
    [
        ("UTC", "America/Los_Angeles", "times are in UTC, and this machine's clock is 8 hours behind"),
        ("UTC", "Asia/Kolkata", "times are in UTC, and this machine's clock is 5.5 hours ahead"),
        ("UTC", "UTC", ""),
        ("America/New_York", "America/Los_Angeles", ""),
    ],
)
def test_a_vault_that_does_not_know_its_zone_is_asked_for_it(
    root: Path, monkeypatch: pytest.MonkeyPatch, zone: str, clock: str, message: str
) -> None:
    """UTC stands there where a machine didn't say; somebody who travels is left alone."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Clock":
            return cls(2026, 11, 23, 12, tzinfo=tz or ZoneInfo(clock))

        def astimezone(self, tz: tzinfo | None = None) -> "Clock":
            return self if tz is None else super().astimezone(tz)

    monkeypatch.setattr(module, "datetime", Clock)
    expected = [f"rounds.toml:2:1: {message}"] if message else []
    assert problems(root, {"rounds.toml": f'vault = "test"\ntimezone = "{zone}"\n'}) == expected


def test_the_same_id_twice_is_a_problem_of_both(root: Path) -> None:
    """Obsidian's "Make a copy" makes it."""
    note = "---\ntype: partner\nid: abc\n---\n"
    assert problems(root, {"Partners/Sam.md": note, "Partners/Sam too.md": note + "x\n"}) == [
        "Partners/Sam too.md:3:5: the id abc is also in Partners/Sam.md",
        "Partners/Sam.md:3:5: the id abc is also in Partners/Sam too.md",
    ]


def test_a_link_that_could_mean_two_notes_is_a_problem_where_it_stands(root: Path) -> None:
    """One with a folder is clear."""
    assert problems(root, {
        "Partners/Sam.md": "---\n---\n", "Organizations/Sam.md": "---\n---\n",
        "Partners/Ana.md": "---\n---\none\n[[Sam]]\n[[Partners/Sam]]\n",
    }) == ["Partners/Ana.md:4:1: this link could mean Organizations/Sam.md or Partners/Sam.md"]  # fmt: skip


def test_a_referral_to_nobody_is_a_problem(root: Path) -> None:
    """Its partner was renamed outside Obsidian, perhaps."""
    assert problems(root, {
        "Referrals/2026/x.md": "---\npartner: '[[Sam]]'\ndirection: in\ndate: 2026-11-20\nstatus: received\n---\n"
    }) == ['Referrals/2026/x.md:2:10: partner: there is no note named "Sam"']  # fmt: skip


def test_a_referral_knows_its_partner_by_id_too(root: Path) -> None:
    """Where the link leads nowhere, and one partner has that id: a warning, since tidy can mend it."""
    notes = {
        "Partners/Samuel.md": "---\nid: s1\n---\n",
        "Releases/a.md": "---\npartner_id: s1\npartner: Sam\n---\n",
        "Releases/b.md": "---\npartner_id: s1\npartner: '[[Samuel]]'\n---\n",
        "Releases/c.md": "---\npartner_id: nobody\npartner: '[[Sam]]'\n---\n",
    }
    assert problems(root, notes) == [
        'Releases/a.md:3:10: partner: there is no note named "Sam"; by its id it is Samuel',
        'Releases/c.md:3:10: partner: there is no note named "Sam"',
    ]
    assert problems(root, {"Partners/Copy.md": "---\nid: s1\n---\nx"})[2] == (
        'Releases/a.md:3:10: partner: there is no note named "Sam"'
    )


def test_a_feed_that_asks_what_can_t_be_understood_is_a_problem(root: Path) -> None:
    """Before anybody misses its events."""
    (found,) = problems(root, {"rounds.toml": '[feeds.kim]\nquery = "role:x onwer:kim"\n'})
    assert found.startswith("rounds.toml:2:17: [feeds.kim] query: ")
    (found,) = problems(root, {"rounds.toml": 'feeds.kim.query = "onwer:\\"kim\\""\n'})
    assert found.startswith("rounds.toml:1:1: [feeds.kim] query: ")


def test_the_sample_has_the_two_that_are_made_to_be_seen(vault: Vault) -> None:
    """One note that can't be read, one value that is no stage; both errors, both with a hint."""
    found = all_problems(vault)
    assert [(p.path, p.level, bool(p.hint)) for p in found] == [
        ("Partners/Ines Calloway.md", Level.ERROR, True), ("Partners/Leopold Finch.md", Level.ERROR, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("folder", "ours", "key"),
    [
        ("Partner", "Partners", "partners"),
        ("partners", "Partners", "partners"),
        ("Organisations", "Organizations", "organizations"),
        ("Playbook/Niche", "Playbook/Niches", "niches"),
    ],
)
def test_a_folder_that_is_nearly_ours_is_advice_once(root: Path, folder: str, ours: str, key: str) -> None:
    """At the first note in it that names no type; those that do are read wherever they are."""
    if (root / ours).exists() and folder.lower() == ours.lower():
        pytest.skip("a disk without upper and lower case")
    note = "---\nrole: coach\n---\n"
    assert problems(root, {f"{folder}/A.md": note, f"{folder}/Sub/B.md": note, "Notes/C.md": note}) == [
        f"{folder}/A.md:1:1: the folder {folder} is nearly {ours}, so notes in it without a type aren't recognized"
    ]
    assert problems(root, {f"{folder}/{name}.md": f"---\ntype: partner\n---\n{name}" for name in ("A", "Sub/B")}) == []
    assert problems(root, {f"{folder}/A.md": note, "rounds.toml": f'[folders]\n{key} = "{folder}"\n'}) == []


def test_folders_whose_tasks_are_left_out_are_advice_once(root: Path) -> None:
    """One line for all of them, until the settings say something about it; done tasks don't count."""
    notes = {f"{folder}/{name}.md": "- [ ] call parent\n" for folder in ("Clients", "Daily") for name in "ab"}
    notes |= {"Old/a.md": "- [x] done\n", "Ideas.md": "- [ ] one\n", "Inbox.md": "- [ ] two\n"}
    (found,) = problems(root, {**notes, "rounds.toml": '[today]\ncap = 4\n\n[tasks]\nfilter = ""\n'})
    assert found == (
        "rounds.toml:4:2: tasks in Clients, Daily aren't shown on Today or in the calendar, since they may be about "
        "anything; nor are their notes checked for client information"
    )
    vault = Vault.open(root)
    (problem,) = all_problems(vault)
    vault.close()
    assert problem.level is Level.ADVICE
    assert '[tasks] folders = ["Clients", "Daily"]' in problem.hint
    assert problems(root, {"rounds.toml": '[tasks]\nfolders = ["Daily"]\n'}) == []
    assert problems(root, {"rounds.toml": '[tasks]\nfolders = ["/", "Dayly"]\n'}) == [
        'rounds.toml:2:1: [tasks] folders: there is no folder "Dayly"'
    ]


def test_tasks_outside_of_all_folders_are_advice_too(root: Path) -> None:
    (found,) = problems(root, {"Ideas.md": "- [ ] one\n"})
    assert "tasks in notes outside any folder aren't shown" in found

"""The README: what it says to type works as it stands."""

import re
from pathlib import Path

import pytest

from cli.running import Runner
from cli.shell import Ran, installed, pasted

README = Path(__file__).parents[2] / "README.md"


def blocks(heading: str) -> list[list[str]]:
    """The blocks of commands below a heading of the README, as they are printed there."""
    section = re.split(
        r"^## ", README.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2], flags=re.MULTILINE
    )[0]
    found: list[list[str]] = [[]]
    for line in section.splitlines():
        if line.startswith("    "):
            found[-1].append(line.removeprefix("    "))
        elif found[-1]:
            found.append([])
    return [block for block in found if block]


@pytest.fixture
def fresh(tmp_path: Path) -> Runner:
    """A vault that `rounds init` has just made, and no answers to its questions."""
    runner = Runner(tmp_path / "Referrals")
    runner.good("init", str(runner.folder))
    return runner


def test_five_minutes_run_as_printed(fresh: Runner, tmp_path: Path) -> None:
    """Pasted as a whole into a shell: each command ends well, says something, asks nothing, and finds who it names."""
    block = blocks("Five minutes")[0]
    home = tmp_path / "home"
    home.mkdir()
    ran = pasted(block, folder=fresh.folder, path=installed(tmp_path / "bin"), home=home)
    assert [(each.command, each.code) for each in ran] == [(line, 0) for line in block]
    assert [each.command for each in ran if not each.text.strip() or "(y/n" in each.text or "[y/N]" in each.text] == []

    def said(start: str) -> str:
        return next(each.text for each in ran if each.command.startswith(start))

    assert "Stage: found → met? rounds set 'Maria Alvarez' stage=met\n" in said("rounds log maria")
    assert "Of 2 for the rule thanks, this one was chosen: you met on 22 Nov" in said("rounds done maria")
    assert "Sam Lee  psychiatrist" in said("rounds list")
    assert " 1. Sam Lee  by warm introduction" in said("rounds suggest")
    assert " 1. Maria Alvarez -> Sam Lee" in said("rounds intro")
    assert "Sam Lee  psychiatrist" in said("rounds match")
    assert "No problems." in said("rounds check")
    note = fresh.note("Partners/Maria Alvarez.md")
    assert "- 2026-11-23 thanks: a card\n" in note
    assert "- [ ] 12:30 coffee: at Heart Coffee 📅 2026-11-24" in note


def test_blocks_can_be_pasted_into_any_shell() -> None:
    """No comments beside commands: zsh, the shell of a Mac, takes them for arguments when they are pasted."""
    every = [line for heading in ("Try it", "Five minutes") for block in blocks(heading) for line in block]
    assert [line for line in every if "#" in line] == []
    assert blocks("Try it") == [["make demo"], ["pipx install .", "rounds init ~/Referrals"]]
    opens = blocks("Five minutes")[1]
    assert opens[0] == "rounds"
    assert not set(opens) & set(blocks("Five minutes")[0])


def _answers(ran: list[Ran]) -> list[tuple[str, int]]:
    return [(each.command, each.code) for each in ran]


def test_no_question_swallows_a_pasted_line(fresh: Runner, tmp_path: Path) -> None:
    """Where more lines wait, nothing is asked: what would be is an error, and the next line is a command as before."""
    fresh.good("add", "Dana Whitlock")
    fresh.good("plan", "dana", "send the one-pager", "--by", "friday")
    fresh.good("plan", "dana", "ask about the group", "--by", "monday")
    home = tmp_path / "home"
    home.mkdir()
    lines = [
        "rounds done dana", "rounds trash dana", "rounds log noor coffee hello", "rounds add Ann --role psyciatrist",
        f"rounds init {tmp_path / 'other'}", "rounds inbox", "echo done",
    ]  # fmt: skip
    ran = pasted(lines, folder=fresh.folder, path=installed(tmp_path / "bin"), home=home)
    assert _answers(ran) == list(zip(lines, [4, 2, 3, 0, 0, 0, 0], strict=True))
    assert ran[-1].text == "done\n"
    assert "rounds add Noor && rounds log noor coffee hello" in ran[2].text
    assert "- [x]" not in fresh.note("Partners/Dana Whitlock.md")

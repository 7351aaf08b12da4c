"""Notes and names that mean harm, or came to harm: read, shown and kept, and nothing else happens."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.running import Runner, environment
from rounds.vault.vault import Vault
from vault.notes import entries, rows

EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp.exe\u2066 end"
"""Sets the title of a terminal, clears it, colors it, turns the writing round."""


@pytest.fixture
def hostile(nobody: Runner) -> Runner:
    """A partner whose every text is full of control characters, and one of a normal kind."""
    folder = nobody.folder / "Partners"
    folder.mkdir()
    (folder / "Evil.md").write_text(
        f'---\ntype: partner\nrole: "doctor {_quoted(EVIL)}"\ncity: "{_quoted(EVIL)}"\nstage: met\n---\n\n## Follow-ups\n\n'
        f"- [ ] {EVIL} by 2026-11-20\n\n## Log\n\n- 2026-05-04 email: {EVIL}\n- 2026-06-04 {EVIL}\n"
    )
    return nobody


def _quoted(text: str) -> str:
    return "".join(f"\\u{ord(character):04x}" if not character.isprintable() else character for character in text)


@pytest.mark.parametrize(
    "words",
    [
        ("list",), ("list", "--columns", "name,role,city"), ("show", "evil"), ("search", "end"), ("today", "--all"),
        ("check",), ("list", "--json"), ("show", "evil", "--json"), ("tidy",), ("history",),
    ],
)  # fmt: skip
def test_control_characters_never_reach_a_terminal_raw(hostile: Runner, words: tuple[str, ...]) -> None:
    """In no property, log line or follow-up, in text or JSON."""
    result = hostile(*words)
    assert not [c for c in result.stdout + result.stderr if c != "\n" and (ord(c) < 32 or c in "\x7f\x9b\u202e\u2066")]


def test_nor_do_they_reach_the_calendar(hostile: Runner) -> None:
    """A note with U+2028 and END:VEVENT would end another client's whole sync."""
    path = hostile.folder / "Partners" / "Evil.md"
    path.write_text(
        f"---\ntype: partner\n---\n- [ ] {EVIL} x\u2028END:VEVENT\u2029\x00 by 2026-11-24\n".replace("\0", "")
    )
    (feed,) = hostile.json("feed", "write")["feeds"]
    text = Path(feed["path"]).read_text(encoding="utf-8")
    assert text.count("\nEND:VEVENT") == 1
    assert not [c for c in text if c in "\x1b\x07\x9b\u2028\u2029\u202e"]


def test_names_of_files_are_shown_harmless_and_kept(hostile: Runner) -> None:
    """A newline, an override of the writing direction, an escape in a file's name."""
    names = ("new\nline.md", "\u202egnp.md", "\x1b[2J.md", "-rf.md", "...md")
    for name in names:
        (hostile.folder / "Partners" / name).write_text("---\ntype: partner\n---\n")
    assert len(hostile.json("list")["notes"]) >= 4
    text = hostile.good("list")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert sorted(os.listdir(hostile.folder / "Partners")) == sorted([*names, "Evil.md"])


@pytest.mark.parametrize("name", ["../outside", "a/../../outside", "/etc/outside", "a\0b", "..", "."])
def test_a_name_never_leads_out_of_the_vault(hostile: Runner, name: str) -> None:
    """What is typed as a name is a name; no folder is gone through."""
    before = {*hostile.folder.parent.iterdir()}
    hostile("add", name, "--role", "doula")
    hostile("rename", "evil", name)
    assert {*hostile.folder.parent.iterdir()} == before
    assert not Path("/etc/outside.md").exists()
    assert all(path.parent == hostile.folder / "Partners" for path in hostile.folder.rglob("*.md"))


def test_a_folder_behind_a_symlink_is_not_followed(hostile: Runner, tmp_path: Path) -> None:
    """Neither out of the vault nor around in a circle."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "Secret.md").write_text("---\ntype: partner\n---\n")
    (hostile.folder / "Partners" / "link").symlink_to(outside)
    (hostile.folder / "Partners" / "circle").symlink_to(hostile.folder)
    assert [note["name"] for note in hostile.json("list")["notes"]] == ["Evil"]


def test_a_bomb_of_aliases_is_a_problem_and_takes_no_time(hostile: Runner) -> None:
    """Nine lines that would be a billion values."""
    lines = ["a: &a [x, x, x, x, x, x, x, x]"]
    lines += [
        f"{after}: &{after} [{', '.join([f'*{before}'] * 8)}]"
        for before, after in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    (hostile.folder / "Partners" / "Bomb.md").write_text("---\n" + "\n".join(lines) + "\n---\n")
    began = time.monotonic()
    result = hostile("check")
    assert result.exit_code == 1
    assert "Partners/Bomb.md:" in result.stdout
    assert time.monotonic() - began < 5


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read from Linux")
def test_a_note_of_a_hundred_megabytes_and_a_log_of_a_million_lines_are_taken_in(empty: Vault) -> None:
    """In a time that is linear in their size; the notes beside them are there at once."""
    folder = Path(empty.root, "Partners")
    folder.mkdir()
    (folder / "Ann.md").write_text("---\ntype: partner\n---\n")
    (folder / "Long.md").write_text("---\ntype: partner\n---\n\n## Log\n\n" + "- 2026-05-04 email: x\n" * 1_000_000)
    with (folder / "Large.md").open("w") as file:
        file.write("---\ntype: partner\n---\n")
        for _ in range(100):
            file.write("a word and another one, on and on\n" * 30_840)
    began = time.monotonic()
    empty.sync()
    assert time.monotonic() - began < 60
    assert len([*entries(empty, "n.type = 'partner'")]) == 3
    assert rows(empty, "SELECT count(*) FROM log") == [(1_000_000,)]


def test_what_holds_peoples_data_outside_the_vault_is_for_its_owner_alone(demo: Path, home: Path) -> None:
    """Index, journal and feed: folders 0700, files 0600, whatever the umask is."""
    code = "import os; os.umask(0); from rounds.main import run; run()"
    for words in (("log", "dana", "call", "hi"), ("feed", "write"), ("today",)):
        done = subprocess.run(
            [sys.executable, "-c", code, "--vault", str(demo), *words],
            env=environment(), capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    found = [*(home / "cache").rglob("*"), *(home / "data").rglob("*")]
    assert {path.suffix for path in found} >= {".sqlite", ".ics", ".jsonl"}
    for path in found:
        assert path.stat().st_mode & 0o077 == 0, path

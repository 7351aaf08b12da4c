"""The way of one logged line to the disk: how often the note is read, and through how many files of the source.

Counted is what runs from the command's own function (`rounds.cli`) until the note's new file is in place
(`storage/files.py` `write` returns):

- front matter read: calls of `notes/frontmatter/parse.py` `read`;
- body read: calls of `notes/read_note.py` `read_body`;
- files: those of src/rounds with a function that is given the note inside the act itself, `vault/log_actions.py`
  `log_touch`: its bytes or its text, its `Document`, its `Note`, or its step in the journal. What comes before (finding
  the vault, the index, the person) isn't part of it, nor what is asked without the note: locks, folders, the index.
"""

import inspect
import sys
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import rounds as package
from cli.running import Runner
from rounds.notes.document import Document
from rounds.notes.read_note import Note
from rounds.storage.journal import Step
from rounds.vault.vault import LoadedNote

SOURCE = Path(package.__file__).parent
NOTE = "Partners/Ada Reyes.md"
TODAY = "2026-11-23"
START = "---\ntype: partner\nid: ada1-9k2f\nrole: therapist\nstage: met\nlast_contact: 2026-10-01\n---\n"
LOG = "## Follow-ups\n\n- [ ] 12:30 coffee: at Heart 📅 2026-11-23 ^f-abcd\n\n## Log\n\n- 2026-10-01 coffee: hello\n"
MARK = "2026-10-01 coffee: hello"
ACTS = {"log_touch", "plan", "done", "set_properties"}


class Journey:
    """What runs of the source while a command writes a note."""

    def __init__(self, command: str) -> None:
        self.command = command
        self.reads = Counter[str]()
        self.files: set[str] = set()
        self.is_on = self.in_act = self.is_over = False

    def _is_given(self, frame: FrameType) -> bool:
        """Whether the note is among the arguments of a call."""
        code = frame.f_code
        given = [frame.f_locals.get(name) for name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]]
        return any(
            isinstance(each, Document | Note | LoadedNote | Step)
            or (isinstance(each, str) and MARK in each)
            or (isinstance(each, bytes) and MARK.encode() in each)
            for each in given
        )

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        """A profile function: called for each call and return of a Python function."""
        file = Path(frame.f_code.co_filename)
        is_function = frame.f_code.co_flags & inspect.CO_NEWLOCALS  # not a module or a class that is just imported
        if event not in {"call", "return"} or self.is_over or not is_function or not file.is_relative_to(SOURCE):
            return
        where, name = str(file.relative_to(SOURCE)), frame.f_code.co_name
        if event == "return":
            self.is_over = (where, name) == ("storage/files.py", "write")
            return
        self.is_on = self.is_on or (where.startswith("cli/") and name == self.command)
        self.in_act = self.in_act or (self.is_on and where.startswith("vault/") and name in ACTS)
        if self.in_act and self._is_given(frame):
            self.files.add(where)
        if self.is_on and (where, name) == ("notes/frontmatter/parse.py", "read"):
            self.reads["front matter"] += 1
        if self.is_on and (where, name) == ("notes/read_note.py", "read_body"):
            self.reads["body"] += 1


def journey(rounds: Runner, *words: str, text: str = START + LOG) -> Journey:
    """Run a command that writes the note, and follow it the second time, when all is loaded."""
    file = rounds.folder / NOTE
    file.parent.mkdir(exist_ok=True)
    followed = Journey(words[0].replace("set", "set_"))
    for profile in (None, followed):
        file.write_text(text, encoding="utf-8")
        time.sleep(0.05)  # a note written just now would be read again by the command's sync
        rounds.good("list")
        sys.setprofile(profile)
        try:
            rounds.good(*words)
        finally:
            sys.setprofile(None)
        assert file.read_text(encoding="utf-8") != text
    assert followed.is_over
    return followed


WORDS = {
    "a touch": ("log", "ada", "email", "moved to another office"),
    "a planned meeting": ("log", "ada", "coffee", "prefers fax"),
    "a follow-up": ("plan", "ada", "send the one-pager", "--by", "friday"),
    "a meeting to come": ("meet", "ada", "tue", "12:30", "Heart"),
    "a reminder done": ("done", "ada", "--number", "1"),
    "a reminder done, with words": ("done", "ada", "prefers fax", "--number", "1"),
    "a property": ("set", "ada", "stage=active"),
}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_a_note_is_read_twice_at_most_on_its_way_to_the_disk(nobody: Runner, words: tuple[str, ...]) -> None:
    """Once as it is; once more what changes: front matter only if a property changes, the body for `last_contact`."""
    reads = journey(nobody, *words).reads
    assert reads["front matter"] == (1 if words[0] in {"plan", "meet"} else 2)
    assert reads["body"] == 2


def test_an_id_and_the_last_contact_are_written_in_one_edit(nobody: Runner) -> None:
    """A note made in Obsidian has neither when its first touch is logged."""
    reads = journey(nobody, *WORDS["a touch"], text="---\ntype: partner\n---\n").reads
    assert reads == {"front matter": 2, "body": 2}
    assert {"id", "last_contact"} <= {line.partition(":")[0] for line in nobody.note(NOTE).splitlines()}


def test_one_logged_line_runs_through_few_files(nobody: Runner) -> None:
    """Not more than fifteen; docs/decisions/0036 says why they are not twelve."""
    files = journey(nobody, *WORDS["a touch"]).files
    assert len(files) <= 15, "\n".join(sorted(files))

"""Text of a file stays text in a note; look-alikes; memory."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.running import environment
from rounds.notes.document import Document
from rounds.notes.read_note import parse_note
from rounds.vault.import_contacts import harmless, opened, plan, write
from rounds.vault.lookalikes import Lookalikes, contacts_of
from rounds.vault.note_files import add
from rounds.vault.set_properties import Setting
from rounds.vault.vault import Vault

PIECES = st.lists(
    st.sampled_from(
        ["- [ ] call 📅 2026-12-01", "## Log", "- 2026-11-20 coffee: hello", "%% hidden", "<!-- ", "```", "~~~", "> - [ ] a", "* [x] b",
         "1. [ ] c", "+ [ ] d", "\t- [ ] e", "    - [ ] f", "Title: x", "===", "---", "| a |", "plain words", "", "$$", "key:: value",
         "\u2028- [ ] g", "- 2026-11-20 later thanks: 2027-01-01", "[[Sam Lee]]", "^f-abcd"]
    ),
    max_size=8,
)  # fmt: skip


@given(PIECES)
def test_text_of_a_file_is_only_text(pieces: list[str]) -> None:
    """No task, log entry, heading, comment or problem comes out of it, and no line hides the next ones."""
    about = harmless("\n".join(pieces))
    document = Document.parse(
        b"---\ntype: partner\n---\n\n## About\n\n\n## Follow-ups\n\n\n## Log\n\n- 2026-11-01 call: ours\n"
    )
    written = document.append_to_section("About", about.split("\n")) if about else document
    _, note = parse_note("Partners/Ann.md", bytes(written), ())
    assert note.followups == ()
    assert [entry.text for entry in note.log] == ["ours"]
    assert note.problems == ()


def test_look_alikes_are_found_in_many(vault: Vault) -> None:
    """The same evidence for one as for many: details, names with a typo, in another order, or of organizations."""
    likes = Lookalikes(contacts_of(vault))
    assert likes.of("Somebody Else", phone="503-555-0199000") == []
    name = vault.entry("Partners/Dana Whitlock.md").name
    for typed in ("Whitlock, Dana", "Dana Whitlok", "dana WHITLOCK"):
        assert likes.of(typed)[0].name == name
    assert likes.of("Dana Quux") == []


def test_a_partner_added_meanwhile_is_compared(vault: Vault) -> None:
    """Each look starts from the index."""
    add(vault, "Zora Quist", [])
    vault.sync()
    assert [found.why for found in Lookalikes(contacts_of(vault)).of("Quist Zora")] == ["the same name"]


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("last", [b"", b"\n", b"  \n\n\n"])
@pytest.mark.parametrize(
    "front",
    [
        [b"---", b"company: Heart Clinic   # new", b"tags:", b"  - a", b"note: 'x'", b"---"],
        [b"---", b"company: Heart Clinic\t", b"empty:", b"", b"# remark\t", b"---"],
        [b"---", b"company: Heart Clinic", b"list: [a,b ,c]", b'text: "\xc3\xa9\\u00e9"', b"---"],
    ],
)
def test_a_note_is_adopted_byte_by_byte(vault: Vault, bom: bytes, end: bytes, last: bytes, front: list[bytes]) -> None:
    """Lines are added to its properties; each other byte stays, whatever its line ends, mark, tabs and last line are."""
    lines = [*front, b"", b"\tMet at the fair.\t", b"  two  ", b"- [x] done"]
    before = bom + end.join(lines) + last
    place = Path(vault.root, "People/Ana Cruz.md")
    place.parent.mkdir()
    place.write_bytes(before)
    vault.sync()
    planned = plan(vault, [("People", opened(vault, str(place.parent)).rows)])
    assert write(vault, planned.rows).paths == ["People/Ana Cruz.md"]
    after = place.read_bytes()
    there = iter(before.split(end))
    wanted, added = next(there, None), []
    for line in after.split(end):
        if line == wanted:
            wanted = next(there, None)
        else:
            added.append(line.partition(b":")[0])
    assert wanted is None
    assert added == [b"type", b"organization", b"stage", b"id"]
    assert after.endswith(before[before.index(b"Met at") :])


def test_a_note_from_elsewhere_about_a_partner_fills_in_the_partner(vault: Vault, tmp_path: Path) -> None:
    """It makes no second note."""
    own = add(vault, "Ana Cruz", [Setting("email", "=", "ana@heart.example")])
    vault.sync()
    other = tmp_path / "Other"
    other.mkdir()
    (other / "Ana Cruz.md").write_text("---\nemail: ana@heart.example\ncompany: Heart\nphone: 503-555-0142\n---\n")
    planned = plan(vault, [("x", opened(vault, str(other)).rows)])
    assert write(vault, planned.rows).paths == [own]
    assert '"503-555-0142"\n' in (Path(vault.root) / own).read_text()
    assert len([*Path(vault.root).rglob("Ana Cruz*.md")]) == 1


PROGRAM = """
import json, resource, sys, time
from rounds.imports.recognize import opened
from rounds.vault.import_contacts import plan, roles_of
from rounds.vault.vault import Vault
vault = Vault.open(sys.argv[1]); vault.sync()
file = opened(sys.argv[2], roles=roles_of(vault), mapped=lambda header: header.guesses)
began = time.process_time()
found = plan(vault, [("x", file.rows)])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([len(found.rows), sum(row.ticked for row in found.rows), time.process_time() - began, peak]))
"""


def test_many_rows_take_little_memory_and_linear_time(demo: Path, tmp_path: Path) -> None:
    """A row takes less than 1.2 KB; twice the rows take twice the time."""
    taken = []
    for count in (4_000, 8_000):
        path = tmp_path / f"{count}.csv"
        with path.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["Name", "Organization", "Title", "Email", "Phone", "City", "Notes"])
            for n in range(count):
                words = [
                    f"Person{n % 97} Number{n}",
                    f"Clinic {n % 31}",
                    "Psychiatrist",
                    f"p{n}@c{n % 31}.example",
                    f"971{5_550_000 + n}",
                ]
                rows.writerow([*words, "Portland", "Met at the fair; prefers email."])
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(demo), str(path)],
            env=environment(),
            capture_output=True,
            text=True,
            check=True,
            timeout=100,
        )
        taken.append(json.loads(done.stdout))
    (few, ticked, seconds, peak), (many, _, twice, more) = taken
    assert (few, ticked, many) == (4_000, 4_000, 8_000)
    assert more - peak < 4_000 * 1.2 / 1024
    assert twice < 3 * seconds

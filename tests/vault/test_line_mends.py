"""What the hint of a problem says to write, as a change of one line."""

from pathlib import Path

import pytest

from rounds.errors import ChangedMeanwhileError
from rounds.vault.line_mends import line_mend, write_mend
from rounds.vault.problems import problems_of
from rounds.vault.vault import Vault

MENDS = {
    "stage: actve\n": "stage: active\n",
    "stage: actve\r\n": "stage: active\r\n",
    "connection: met at the fair: wants groups\n": 'connection: "met at the fair: wants groups"\n',
    "accepting: opn\n": "accepting: open\n",
}


@pytest.mark.parametrize(("wrong", "right"), MENDS.items())
def test_only_the_line_changes(empty: Vault, wrong: str, right: str) -> None:
    path = Path(empty.root) / "Partners/Ana.md"
    path.parent.mkdir()
    tail = "city: Bend\nid: a7hwd5rn2fzo\n---\n\nSaid: stage: actve\n"
    head = "---\ntype: partner\n"
    path.write_bytes(f"{head}{wrong}{tail}".encode())
    empty.sync()
    (problem,) = [each for each in problems_of(empty, "Partners/Ana.md") if each.line == 3]
    mend = line_mend(empty, problem)
    assert mend is not None
    assert (mend.line, mend.before, mend.after) == (3, wrong.rstrip(), right.rstrip())
    write_mend(empty, mend)
    after = path.read_bytes().decode()
    assert after.startswith(f"{head}{right}city: Bend\n")
    assert after.endswith(tail.partition("---")[2])
    empty.sync()
    assert not [each for each in problems_of(empty, "Partners/Ana.md") if each.line == 3]


@pytest.mark.parametrize(
    "text",
    [
        "---\ntype: partner\nstage: whatever it may be\n---\n",
        "---\ntype: partner\nstage: actve actve\n---\n",
        "---\ntype: partner\n  : [\n---\n",
        "---\ntype: partner\nemail: nobody at all\n---\n",
        "--- type: partner\nstage: met\n---\n",
        "---\ntype: partner\n- Ana\nstage: met\n---\n",
    ],
)
def test_what_is_not_sure_is_left_to_the_editor(empty: Vault, text: str) -> None:
    """Nothing is proposed that would take a letter away, or leave the note unreadable."""
    path = Path(empty.root) / "Partners/Ana.md"
    path.parent.mkdir()
    path.write_text(text)
    empty.sync()
    problems = problems_of(empty, "Partners/Ana.md")
    assert problems
    for problem in problems:
        mend = line_mend(empty, problem)
        assert mend is None or "".join(filter(str.isalnum, mend.before)) == "".join(filter(str.isalnum, mend.after))


def test_a_line_that_changed_meanwhile_stays(empty: Vault) -> None:
    path = Path(empty.root) / "Partners/Ana.md"
    path.parent.mkdir()
    path.write_text("---\ntype: partner\nstage: actve\n---\n")
    empty.sync()
    (problem,) = [each for each in problems_of(empty, "Partners/Ana.md") if each.line == 3]
    mend = line_mend(empty, problem)
    assert mend is not None
    path.write_text("---\ntype: partner\nstage: met\n---\n")
    with pytest.raises(ChangedMeanwhileError):
        write_mend(empty, mend)
    assert "stage: met" in path.read_text()

"""The deep check: what the index stores is what follows from the notes, else it says what isn't, and puts it right."""

from pathlib import Path

import pytest

from rounds.errors import RoundsError
from rounds.index.writer import Index
from rounds.vault.deep_check import deep_check
from rounds.vault.duplicates import duplicates
from rounds.vault.list_search import keys
from rounds.vault.problems import all_problems
from rounds.vault.reminders import reminders
from rounds.vault.vault import Vault
from vault.notes import put, rows

SAM, GONE = "Partners/Sam Lee.md", "Partners/Gone.md"


def damage(vault: Vault, sql: str) -> None:
    """Change what is stored behind the product's back."""

    def change(index: Index) -> None:
        reminders(vault)
        all_problems(vault)
        index.connection.execute(sql)

    vault.ask(change)


@pytest.fixture
def network(empty: Vault) -> Vault:
    note = "---\ntype: partner\nstage: met\ncity: Salem\n---\n\n- [ ] ask her\n\n## Log\n\n- 2026-02-04 coffee: hello\n"
    put(empty, {SAM: note, "Partners/Lee Sam.md": "---\ntype: partner\n---\n", "Referrals/1.md": REFERRAL})
    return empty


REFERRAL = "---\ntype: referral\npartner: '[[Nobody]]'\ndate: 2026-05-04\ndirection: out\n---\n"


def test_an_index_that_is_right_is_left_alone(network: Vault) -> None:
    """Whatever was asked of it before."""
    assert deep_check(network) == []
    reminders(network)
    all_problems(network)
    put(network, {SAM: "---\ntype: partner\nstage: active\n---\n"})
    age = network.index.age
    assert deep_check(network) == []
    assert network.index.age is age


@pytest.mark.parametrize(
    ("sql", "part"),
    [
        ("UPDATE notes SET city = ' | bend | ' WHERE path = '{sam}'", "properties"),
        ("UPDATE notes SET last_contact = '2020-01-01' WHERE path = '{sam}'", "properties"),
        ("DELETE FROM log WHERE note = (SELECT key FROM notes WHERE path = '{sam}')", "log"),
        ("UPDATE followups SET text = 'x' WHERE note = (SELECT key FROM notes WHERE path = '{sam}')", "follow-ups"),
        ("DELETE FROM reminders WHERE note = (SELECT key FROM notes WHERE path = '{sam}')", "reminders"),
        ("UPDATE search SET body = 'x' WHERE rowid = (SELECT key FROM notes WHERE path = '{sam}')", "words"),
    ],
)
def test_what_differs_is_named_and_put_right(network: Vault, sql: str, part: str) -> None:
    """The second check finds nothing any more."""
    text = Path(network.root, SAM).read_bytes()
    damage(network, sql.format(sam=SAM))
    found = {problem.path: problem.message for problem in deep_check(network)}
    assert found.keys() == {SAM}
    assert part in found[SAM].rpartition(": ")[2].split(", ")
    assert deep_check(network) == []
    assert len(keys(network, "city:salem last:2026-02", types=("partner",))) >= 1
    assert Path(network.root, SAM).read_bytes() == text


def test_problems_and_look_alikes_that_were_stored_wrongly_are_found_again(network: Vault) -> None:
    """They are the errors of the notes that they're about."""
    before = all_problems(network), duplicates(network)
    assert before[1]
    damage(network, "UPDATE notes SET stirred = stirred")

    def nothing(index: Index) -> None:
        *state, _, _ = index.kept("problems")
        index.keep("problems", [*state, [], {}])
        *state, _ = index.kept("duplicates of a partner")
        index.keep("duplicates of a partner", [*state, []])

    network.ask(nothing)
    found = {problem.path: problem.message for problem in deep_check(network)}
    assert "problems" in found["Referrals/1.md"]
    assert any("look-alikes" in message for message in found.values())
    assert (all_problems(network), duplicates(network)) == before


def test_a_note_that_is_only_in_the_index_is_forgotten_and_a_lost_one_read(network: Vault) -> None:
    damage(network, f"UPDATE notes SET path = '{GONE}' WHERE path = '{SAM}'")
    assert {problem.path for problem in deep_check(network)} >= {SAM, GONE}
    assert deep_check(network) == []
    assert rows(network, "SELECT count(*) FROM notes WHERE path = ?", [SAM]) == [(1,)]
    assert rows(network, "SELECT count(*) FROM notes WHERE path = ?", [GONE]) == [(0,)]


def test_nothing_is_compared_while_the_index_keeps_what_no_file_has(network: Vault) -> None:
    """Else the last good version of a broken note would be lost."""
    put(network, {SAM: "---\nstage: [\n---\n"})
    with pytest.raises(RoundsError, match=r"since Partners/Sam Lee\.md can't be read"):
        deep_check(network)
    assert len(keys(network, "city:salem last:2026-02", types=("partner",))) >= 1

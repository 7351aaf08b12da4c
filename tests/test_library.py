"""`import rounds`: the examples of docs/library.md, and notes that keep their bytes."""

import doctest
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import frontmatter
import pytest
from hypothesis import assume, given

import rounds
from notes.strategies import STEADY, notes
from rounds.notes.document import Document, same
from rounds.vault.create_vault import copy_sample

TODAY = date(2026, 11, 23)


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> Path:
    """The sample vault, as docs/library.md has it."""
    monkeypatch.chdir(tmp_path)
    copy_sample(tmp_path / "My network", TODAY)
    return tmp_path / "My network"


def test_the_examples_run(network: Path) -> None:
    """Each line of the docs gives what stands below it."""
    text = (Path(__file__).parents[1] / "docs/library.md").read_text(encoding="utf-8")
    example = doctest.DocTestParser().get_doctest(text, {}, "docs/library.md", "library.md", 0)
    said: list[str] = []
    doctest.DocTestRunner().run(example, out=said.append)
    assert not said, "".join(said)
    assert len(example.examples) > 15


def test_importing_loads_nothing() -> None:
    """The command line imports the package too."""
    code = "import rounds, sys; print([n for n in sys.modules if n.startswith('rounds.') or n == 'frontmatter'])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert run.stdout == "[]\n"
    with pytest.raises(AttributeError):
        rounds.nothing  # noqa: B018


def test_what_is_written_is_undone_and_guarded(network: Path) -> None:
    """As on the command line: one undo for each write; nothing about a client; nobody is made up."""
    from rounds.vault.history_undo import undo
    from rounds.vault.vault import Vault

    note = network / "Partners/Dana Whitlock.md"
    before = note.read_bytes()
    with rounds.open_vault(network, today=TODAY) as vault:
        (dana,) = vault.partners("name:dana")
        post = vault.load(dana)
        post["city"] = "Salem"
        assert vault.save(dana, post)
        assert not vault.save(dana, vault.load(dana))
        assert vault.partners("city:salem")[0].name == "Dana Whitlock"
        for call in (
            lambda: vault.log(dana, "note", "her client Tim Reed, DOB 3/4/2011"),
            lambda: vault.log("nobody at all", "call"),
            lambda: vault.partners("stage:("),
        ):
            with pytest.raises(rounds.RoundsError):
                call()
    again = Vault.open(network)
    again.sync()
    undo(again)
    again.close()
    assert note.read_bytes() == before


def test_a_day_is_a_date(network: Path) -> None:
    """A moment counts as its day; anything else is named, and nothing is written."""
    note = network / "Partners/Dana Whitlock.md"
    with rounds.open_vault(network, today=TODAY) as vault:
        lines = vault.log("dana", "coffee", "hi", on=datetime(2026, 11, 20, 12, 30, tzinfo=UTC))
        assert lines == ("- 2026-11-20 coffee: hi",)
        assert "2026-11-30" in vault.plan("dana", "send it", datetime(2026, 11, 30, 9, tzinfo=UTC))[0]
        assert vault.reminders(datetime(2026, 12, 30, 9, tzinfo=UTC)) == vault.reminders(date(2026, 12, 30))
        before = note.read_bytes()
        text: Any = "2026-11-20"
        for act in (
            lambda: vault.log("dana", "coffee", "hi", on=text),
            lambda: vault.plan("dana", "send it", text),
            lambda: vault.reminders(text),
        ):
            with pytest.raises(rounds.RoundsError) as caught:
                act()
            assert caught.value.message == '"2026-11-20" is not a date'
        assert note.read_bytes() == before


def test_a_note_that_cannot_be_read_is_named(network: Path) -> None:
    note = network / "Partners/Dana Whitlock.md"
    note.write_bytes(b"---\ntype: partner\nrole: [x\n---\n")
    with pytest.raises(rounds.RoundsError) as caught:
        rounds.load(note)
    assert caught.value.message.startswith(f"{note}:3:")
    with rounds.open_vault(network, today=TODAY) as vault, pytest.raises(rounds.RoundsError) as caught:
        vault.load("dana")
    assert caught.value.message.startswith("Partners/Dana Whitlock.md:3:")


def test_reminders_of_a_day(network: Path) -> None:
    """What is due by then, with what is overdue."""
    with rounds.open_vault(network, today=TODAY) as vault:
        now, later = vault.reminders(), vault.reminders(date(2026, 12, 31))
    assert now
    assert all(each.due is not None and each.due <= TODAY for each in now)
    assert {each.title for each in now} < {each.title for each in later}


@STEADY
@given(notes())
def test_a_post_keeps_the_bytes(text: str) -> None:
    """Unchanged, it's the file; python-frontmatter's own dumps says the same."""
    data = text.encode()
    assume(Document.parse(data).readable)
    post = rounds.Post(data)
    assert bytes(post) == data
    assert frontmatter.dumps(post) == text
    assert post.content == Document.parse(data).body


@STEADY
@given(notes())
def test_a_change_touches_nothing_else(text: str) -> None:
    """A new property, a new text: the other half of the file stays as it was."""
    data = text.encode()
    assume(Document.parse(data).readable)
    post = rounds.Post(data)
    body = post.content
    post["zz_new"] = "x"
    try:
        changed = bytes(post)
    except rounds.RoundsError:  # a block that can't be edited in place says so
        return
    assert changed.decode().endswith(body)
    assert same(rounds.Post(changed).metadata, {**Document.parse(data).properties, "zz_new": "x"})
    del post["zz_new"]
    post.content = f"{body}more\n"
    assert bytes(post).startswith(data[: len(data) - len(body.encode())])
    assert rounds.Post(bytes(post)).content == f"{body}more\n"


def test_lists_change_in_place_and_a_body_cannot_become_front_matter() -> None:
    """What would be read otherwise is refused."""
    post = rounds.Post(b"---\ntags: [a]\n---\nx\n")
    tags = post["tags"]
    assert isinstance(tags, list)
    tags.append("b")
    assert bytes(post) == b"---\ntags: [a, b]\n---\nx\n"
    post = rounds.Post(b"x\n")
    post.content = "---\na: 1\n---\n"
    with pytest.raises(rounds.RoundsError):
        bytes(post)
    with pytest.raises(rounds.RoundsError, match="appears twice"):
        rounds.Post(b"---\na: 1\na: 2\n---\n")


def test_a_file_that_was_changed_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    """Nothing is lost, and an unchanged post writes nothing."""
    path = tmp_path / "n.md"
    path.write_bytes(b"---\na: 1\n---\n")
    post = rounds.load(path)
    path.write_bytes(b"---\na: 1\nb: 2\n---\n")
    rounds.dump(post, path)
    post["a"] = 2
    with pytest.raises(rounds.RoundsError):
        rounds.dump(post, path)
    assert path.read_bytes() == b"---\na: 1\nb: 2\n---\n"
    post = rounds.load(path)
    post["a"] = 2
    rounds.dump(post, path)
    assert path.read_bytes() == b"---\na: 2\nb: 2\n---\n"
    assert [each.name for each in tmp_path.iterdir()] == ["n.md"]

"""Today.md: what is due, on the phone."""

from pathlib import Path

import pytest

from rounds.errors import RoundsError
from rounds.vault.agenda import today_list
from rounds.vault.todaynote import PATH, write_today
from rounds.vault.vault import Vault
from vault.notes import write


def test_what_is_due_is_a_note_with_links(vault: Vault) -> None:
    """As on Today, in its order; the rest of the week below. Written only when something has changed."""
    assert write_today(vault)
    text = Path(vault.root, PATH).read_text()
    assert text.startswith("# Monday, 23 November 2026\n\n%% Made by Rounds")
    due, _ = today_list(vault)
    lines = [line for line in text.split("## No hurry")[0].splitlines() if line.startswith("- ")]
    assert [line.partition("]]")[0] for line in lines] == [f"- [[{reminder.name}" for reminder in due]
    assert "- [[Beatriz Quintal]] Say thank you (21 Nov)" in lines
    assert not write_today(vault)


def test_it_is_neither_a_log_nor_a_list_of_follow_ups(vault: Vault) -> None:
    """Nothing is asked for twice once it is indexed."""
    before = [reminder.uid for part in today_list(vault) for reminder in part]
    write_today(vault)
    assert vault.sync().added == (PATH,)
    assert [reminder.uid for part in today_list(vault) for reminder in part] == before
    assert not write_today(vault)


def test_no_client_code_gets_out(empty: Vault) -> None:
    """Though somebody typed one (guide, Compliance facts)."""
    write(empty, "---\ntype: partner\n---\n- [ ] ask about R-7K3QXM by 2026-11-20\n", "Partners/Sam.md")
    write_today(empty)
    assert "- [[Sam]] ask about a client (20 Nov)" in Path(empty.root, PATH).read_text()


def test_an_empty_day_says_so(empty: Vault) -> None:
    write_today(empty)
    assert Path(empty.root, PATH).read_text().endswith("Nothing is due today.\n")


def test_a_note_of_the_users_own_is_never_overwritten(empty: Vault) -> None:
    write(empty, "my plans\n", PATH)
    with pytest.raises(RoundsError, match="a note of yours"):
        write_today(empty)
    assert Path(empty.root, PATH).read_text() == "my plans\n"

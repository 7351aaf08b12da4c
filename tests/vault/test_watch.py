import sqlite3
from pathlib import Path
from queue import Empty, SimpleQueue
from shutil import copytree

import pytest

from rounds.errors import RoundsError
from rounds.vault.grace_period import GracePeriod
from rounds.vault.sync_report import SyncReport
from rounds.vault.vault import Vault
from rounds.vault.watch import Watch

SOON = 5.0


class News(SimpleQueue[SyncReport]):
    def soon(self) -> SyncReport:
        return self.get(timeout=SOON)


def test_a_change_on_disk_is_in_the_index_when_it_is_news(vault: Vault) -> None:
    """One sync for what happened, told from the watcher's thread."""
    news, troubles = News(), SimpleQueue[str]()
    note = Path(vault.root, "Partners", "Zoe Winter.md")
    with Watch(vault, news.put, troubles.put):
        note.write_text("---\ntype: partner\nrole: doula\n---\n")
        assert news.soon().added == ("Partners/Zoe Winter.md",)
        assert vault.entry("Partners/Zoe Winter.md").properties["role"] == "doula"
        note.rename(note.with_name("Zoe Summer.md"))
        assert news.soon().moved == {"Partners/Zoe Summer.md": "Partners/Zoe Winter.md"}
        note.with_name("Zoe Summer.md").unlink()
        assert news.soon().removed == ("Partners/Zoe Summer.md",)
    assert troubles.empty()


def test_what_changed_before_anybody_watched_is_news_too(vault: Vault) -> None:
    """Between the last sync and the first event nothing falls through."""
    news = News()
    Path(vault.root, "Partners", "Zoe Winter.md").write_text("x\n")
    with Watch(vault, news.put, lambda _: None):
        assert news.soon().added == ("Partners/Zoe Winter.md",)


def test_a_change_of_the_settings_is_news(vault: Vault) -> None:
    """Its problems, rules and feeds are others then, though no note has changed."""
    news = News()
    settings = Path(vault.root, "rounds.toml")
    with Watch(vault, news.put, lambda _: None):
        settings.write_text(f"colour = 3\n{settings.read_text()}")
        assert news.soon().changed == ("rounds.toml",)
        assert 'unknown key "colour"' in vault.settings_problems[0].message


def test_what_changes_nothing_is_no_news(vault: Vault) -> None:
    """A file that is no note, a check without cause; the note after them is the only news."""
    news = News()
    with Watch(vault, news.put, lambda _: None) as watch:
        Path(vault.root, "Attachments").mkdir(exist_ok=True)
        Path(vault.root, "Attachments", "card.png").write_bytes(b"x")
        watch.check()
        with pytest.raises(Empty):
            news.get(timeout=0.4)
        Path(vault.root, "Ideas.md").write_text("x\n")
        assert news.soon().added == ("Ideas.md",)


def test_notes_are_never_written_to(vault: Vault) -> None:
    """Neither ids nor dates: only an explicit act of the user writes."""
    news = News()
    note = Path(vault.root, "Partners", "Zoe Winter.md")
    with Watch(vault, news.put, lambda _: None):
        note.write_text("---\ntype: partner\n---\n- 2026-11-20 call: x\n")
        news.soon()
    assert note.read_text() == "---\ntype: partner\n---\n- 2026-11-20 call: x\n"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RoundsError("the disk is away"), "the disk is away"),
        (sqlite3.OperationalError("full"), "full"),
        (OSError("gone"), "gone"),
    ],
)
def test_a_trouble_is_told_once_until_it_is_over_and_watching_goes_on(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    """The thread survives it."""
    answers: list[Exception | SyncReport] = [error, error, SyncReport(added=("a.md",)), error]
    told = SimpleQueue[str]()
    asked = SimpleQueue[int]()

    def sync(*, patience: GracePeriod) -> SyncReport:
        asked.put(1)
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(vault, "sync", sync)
    with Watch(vault, lambda report: told.put(report.added[0]), told.put) as watch:
        for _ in range(3):
            asked.get(timeout=SOON)
            watch.check()
        asked.get(timeout=SOON)
    assert [told.get(timeout=SOON) for _ in range(3)] == [words, "a.md", words]
    assert told.empty()


def test_a_folder_that_goes_away_and_comes_back_is_told(vault: Vault) -> None:
    """No event tells of the folder itself; both are noticed, and what stands there then is watched anew."""
    news, troubles, back = News(), SimpleQueue[str](), SimpleQueue[str]()
    root = Path(vault.root)
    with Watch(vault, news.put, troubles.put, lambda: back.put("back")):
        elsewhere = root.rename(root.parent / "elsewhere")
        assert troubles.get(timeout=4 * SOON) == f"rounds.toml is gone from {root}"
        assert vault.vanished is not None
        Path(copytree(elsewhere, root.parent / "copy")).rename(root)
        assert back.get(timeout=4 * SOON) == "back"
        assert vault.vanished is None
        Path(root, "Partners", "Zoe Winter.md").write_text("x\n")
        assert any("Partners/Zoe Winter.md" in news.soon().added for _ in range(2))  # after rounds.toml, a new file
    assert troubles.empty()

"""The page of the coming weeks: what is in it, and how it looks in a real browser."""

import re
from datetime import date, time, timedelta
from itertools import chain, pairwise
from pathlib import Path

import pytest

from browser import browser
from conftest import tool
from rounds.calendar.agenda import Agenda, page, pages
from rounds.calendar.write_feeds import write_feeds
from rounds.domain.feed import FeedEvent
from rounds.vault.vault import Vault

TODAY = date(2026, 11, 23)


def agenda(each: int, words: str = "M. A.: thanks") -> Agenda:
    """Four weeks with some events on each day."""
    days = {
        TODAY + timedelta(days=ahead): [
            FeedEvent(
                f"{ahead}-{number}", TODAY, f"{words} {ahead}-{number};", time=time(9, number) if number < 2 else None
            )
            for number in range(each)
        ]
        for ahead in range(28)
    }
    return Agenda("reminders", "Rounds", "discreet", TODAY, TODAY + timedelta(days=27), days)


@pytest.mark.parametrize("size", ["letter", "A4"])
@pytest.mark.parametrize("each", [1, 9])
def test_it_prints(empty: Vault, tmp_path: Path, size: str, each: int) -> None:
    """All of it, in order, on either paper; no day is torn apart; nothing is loaded, and a phone shows it whole."""
    tool("pdftotext")
    file = tmp_path / f"{size}.html"
    text = page(empty, agenda(each)).replace("@page {", f"@page {{ size: {size};", 1)
    file.write_text(text, encoding="utf-8")
    with browser(tmp_path) as chromium:
        found = chromium.pages(file, dark=True)
        assert chromium.look(file, "document_.documentElement.scrollWidth", width=320) <= 320
        assert chromium.asked == []
    assert len(found) <= (2 if each == 1 else 7)
    shown = [re.findall(r"(\d+)-(\d+);", printed) for printed in found]
    assert [*chain(*shown)] == [(str(ahead), str(number)) for ahead in range(28) for number in range(each)]
    days = [{day for day, _ in printed} for printed in shown]
    assert all(not one & other for one, other in pairwise(days))


def test_what_notes_hold_is_text(empty: Vault) -> None:
    """Nothing runs, nothing is loaded, no address stands in it."""
    odd = "<script>alert(1)</script><img src=https://x.example/a.png>\x1b[2J"
    text = page(empty, agenda(1, odd)._replace(title=odd))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=https://x.example/a.png&gt;␛[2J" in text
    assert not re.search(r"<script|<img|<link|href=|url\(|@import|\x1b", text)
    assert "default-src 'none'" in text


def test_a_served_page_holds_the_events_of_its_file(vault: Vault) -> None:
    """And there is none of a file that can't be served now, or was never written."""
    assert b"Nothing is planned." in pages(vault, {"reminders": "reminders.ics"})["reminders"]
    (feed,) = write_feeds(vault)
    found = pages(vault, {"reminders": feed.path})["reminders"].decode()
    assert "<time>12:30</time><span>Priya Natarajan: coffee at the bakery" in found
    assert "This week" in found
    assert pages(vault, {"reminders": ""}) == {}
    assert pages(vault, {}) == {}

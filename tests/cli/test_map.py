"""`rounds map`: around one partner, and the page with everybody in a real browser."""

import asyncio
import json
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from browser import browser, tab
from cli.running import Runner
from rounds.domain.network_map import Mapped
from rounds.exports.network_map import page


def test_the_people_around_a_partner_are_drawn(rounds: Runner) -> None:
    assert rounds.good("map", "maria").splitlines()[:5] == [
        "       ┌───────────────┐",
        "you ── ┤ Maria Alvarez │",
        "       └┬──────────────┘",
        "        ├── Keiko Marlowe  from an introduction",
        "        ├┄┄ Sam Lee  from an introduction, you could be introduced",
    ]
    found = rounds.json("map", "esme")
    assert found["name"] == "Esme Larkspur"
    assert found["ways"][0]["people"][0]["name"] == "Tamsin Achebe"
    assert {each["name"] for each in found["neighbors"]} == {"Keiko Marlowe", "Ingrid Solheim", "Tamsin Achebe"}
    assert all(each["could_introduce"] for each in found["neighbors"])


def test_a_map_needs_a_name_or_a_file(rounds: Runner) -> None:
    assert rounds("map").exit_code == 2
    assert "rounds map WHO" in rounds("map").stderr
    assert rounds("map", "maria", "--html", "x.html").exit_code == 2


async def test_the_page_shows_everybody_and_their_ties_and_asks_no_machine(rounds: Runner, tmp_path: Path) -> None:
    rounds.good("add", "Eve </script><script>document.title=1</script> Zed", "--role", "midwife")
    path = tmp_path / "network.html"
    assert rounds.good("map", "--html", str(path)).strip() == str(path)
    with browser(tmp_path) as chromium:
        async with tab(chromium, path.as_uri()) as shown:
            assert await shown.find("document.title") == "Your network"
            assert await shown.find("document.querySelectorAll('main button').length") == 42
            assert await shown.find("document.querySelectorAll('#lines path.way').length") == 7
            await shown.find(
                "[...document.querySelectorAll('main button')].find(b => b.innerText.includes('Maria')).click()"
            )
            about = await shown.find("document.getElementById('about').innerText")
            assert "Maria Alvarez · pediatrician · Rose City Pediatrics · active" in about
            assert "Could introduce you to: Sam Lee (from an introduction), Svetlana Birchwood" in about
            await shown.find("document.getElementById('find').value = 'PEDIATRICIÁN'")
            await shown.find("document.getElementById('find').dispatchEvent(new Event('input'))")
            assert await shown.find("document.querySelectorAll('main button:not(.hidden)').length") == 4
            assert shown.complaints == []
        assert chromium.asked == []
    text = path.read_text(encoding="utf-8")
    assert "shared care" not in text, "nothing of a log"
    assert "R-" not in text, "no code of a client"


async def test_eight_hundred_partners_can_be_read(tmp_path: Path) -> None:
    """No name is cut or covers another, on a wide screen and on a phone."""
    people = [Mapped(n, f"Annika Featherstone-Birchwood {n}", f"role {n % 23}", "met") for n in range(800)]
    path = tmp_path / "network.html"
    path.write_text(page(people, [], date(2026, 12, 1)), encoding="utf-8")
    look = """JSON.stringify([...document.querySelectorAll('main button')].map(b => b.getBoundingClientRect())
        .map(r => [r.left, r.top, r.right, r.bottom, innerWidth]))"""
    with browser(tmp_path) as chromium:
        async with tab(chromium, path.as_uri()) as shown:
            for width in (1400, 390):
                await shown.call(
                    "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False
                )
                await asyncio.sleep(0.2)
                boxes = sorted(map(tuple, json.loads(await shown.find(look))))
                assert len(boxes) == 800
                assert all(0 <= left < right <= wide for left, _, right, _, wide in boxes)
                assert not [1 for one, two in pairwise(boxes) if one[0] == two[0] and one[3] > two[1] + 0.5]


def test_an_empty_network_has_a_page_too(nobody: Runner, tmp_path: Path) -> None:
    nobody.good("map", "--html", str(tmp_path / "network.html"))
    assert "Nobody is in it yet." in (tmp_path / "network.html").read_text(encoding="utf-8")


def test_a_page_of_another_kind_is_not_overwritten(rounds: Runner, tmp_path: Path) -> None:
    (tmp_path / "network.html").write_text("mine")
    result = rounds("map", "--html", str(tmp_path / "network.html"))
    assert result.exit_code == 1
    assert "--replace" in result.stderr
    assert (tmp_path / "network.html").read_text() == "mine"


@pytest.mark.parametrize("who", ["Practice", "nobody at all"])
def test_only_partners_have_a_map(rounds: Runner, who: str) -> None:
    assert rounds("map", who).exit_code != 0

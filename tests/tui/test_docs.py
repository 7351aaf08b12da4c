"""What is written about the interface is made from it."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

from rounds.tui.actions import ACTIONS, SCREENS, actions_of, bindings
from rounds.tui.app import RoundsApp
from rounds.tui.screens.main_screen import MainScreen

ROOT = Path(__file__).resolve().parents[2]


def screenshot() -> ModuleType:
    spec = importlib.util.spec_from_file_location("screenshot", ROOT / "docs" / "screenshot.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_keys_is_up_to_date() -> None:
    """docs/tui.md is what the action table says; to write it anew: python docs/screenshot.py."""
    assert (ROOT / "docs" / "tui.md").read_text(encoding="utf-8") == screenshot().keys_page()


def test_the_pictures_of_the_docs_are_there() -> None:
    """The README shows the interface."""
    for name in screenshot().PICTURES:
        assert (ROOT / "docs" / name).read_text(encoding="utf-8").startswith("<svg")


def test_the_first_minute_is_a_moving_picture_that_asks_for_nothing() -> None:
    """Eight screens by CSS alone; the first stands still for people who want no motion."""
    text = (ROOT / "docs" / "first-minute.svg").read_text(encoding="utf-8")
    assert text.count('<g class="step"') == 8
    assert "prefers-reduced-motion" in text
    assert not re.search(r"<script|@import|url\((?!#)|(?:href|src)=", text)


def test_every_action_exists_and_no_key_means_two_things() -> None:
    """Each row of the table has its method; in one place, a key has one meaning."""
    for action in ACTIONS:
        assert hasattr(RoundsApp if action.app else MainScreen, f"action_{action.name}") or all(
            _has(place, f"action_{action.name}") for place in action.places
        ), action.id
    for place in SCREENS:
        keys = [key for action in actions_of(place) for key in action.keys]
        assert len(keys) == len(set(keys))
        assert {binding.id for binding in bindings(place)} == {a.id for a in actions_of(place) if a.keys}
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)


def _has(place: str, method: str) -> bool:
    found = vars(importlib.import_module(f"rounds.tui.screens.{place}")).values()
    return hasattr(next(kind for kind in found if getattr(kind, "PLACE", "") == place), method)


def test_keys_of_the_settings_replace_those_of_the_table() -> None:
    """A key given to an action in config.toml is the one that is shown."""
    log = next(action for action in actions_of("today", {"log": "a, b"}) if action.id == "log")
    assert log.keys == ("a", "b")
    assert log.shown_keys == "a or b"

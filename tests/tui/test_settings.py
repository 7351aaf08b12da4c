"""Settings: changed at once, kept for the next start; light or dark from the terminal; reader mode."""

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key
from textual.widgets import Input

from rounds.storage.user_config import config_path
from rounds.tui.preferences import BackgroundTold
from rounds.tui.reader_mode import SpokenLine, plain_row
from rounds.tui.textual_compat import BackgroundParser
from rounds.vault.vault import Vault

from .conftest import Start, User

ANSWER = "\x1b]11;rgb:fafa/fafa/f5f5\x1b\\"


def config() -> str:
    path = Path(config_path())
    return path.read_text() if path.exists() else ""


def configure(text: str) -> None:
    Path(config_path()).parent.mkdir(parents=True)
    Path(config_path()).write_text(text)


async def test_settings_are_changed_at_once_and_kept(vault: Vault, demo: Path, start: Start) -> None:
    """Theme, Today, motion and reader mode; Today's number is the vault's, and can be undone."""
    async with start(vault, (80, 24)) as user:
        await user.press("comma")
        assert "Theme           as the terminal: dark" in user.screen()
        await user.press("enter", "down", "enter")
        assert user.app.theme == "rounds-light"
        await user.press("down", "enter", "up", "enter")
        assert "at most 3 suggestions" in user.screen()
        assert "cap = 3" in (demo / "rounds.toml").read_text()
        await user.press("down", "down", "enter")
        assert user.app.animation_level == "none"
        await user.press("escape", "u")
        assert "cap = 3" not in (demo / "rounds.toml").read_text()
        assert config() == 'theme = "light"\nmotion = false\n'
    again = Vault.open(demo, clock=vault.now)
    async with start(again, (80, 24)) as user:
        assert user.app.theme == "rounds-light"
        await user.press("2", "slash")
        await user.until(lambda: isinstance(user.app.focused, Input) and not user.app.focused.cursor_blink)
        await user.rounds.run_action("shade")
        await user.settle()
        assert 'theme = "dark"\n' in config()
    again.close()


async def test_a_key_is_changed_by_pressing_it(vault: Vault, start: Start) -> None:
    """One that is in use where the action works is refused with its meaning; delete brings back the usual one."""
    async with start(vault, (80, 24)) as user:
        await user.press("comma", "end", "enter")
        await user.press("down", "down")  # the third action of the table: log
        assert "l               Log a touch" in user.screen()
        await user.press("enter", "m")
        assert 'is the key for "Draft a message; it is copied, never sent"' in user.told()
        await user.press("enter", "f8")
        assert config() == '[keys]\nlog = "f8"\n'
        await user.press("escape", "escape", "2", "f8")
        assert "Log a touch" in user.screen()
        await user.press("escape", "comma", "end", "enter", "down", "down", "delete")
        assert config() == "[keys]\n"
        await user.press("escape", "escape", "l")
        assert "Log a touch" in user.screen()


async def test_a_config_that_cannot_be_changed_is_left_alone(vault: Vault, start: Start) -> None:
    """What to write by hand is said, and the setting stays as it was."""
    configure('theme = """dark"""\n')
    async with start(vault, (80, 24)) as user:
        await user.press("comma", "enter", "down", "enter")
        assert "Change it by hand: theme = " in user.told()
        assert config() == 'theme = """dark"""\n'
        assert user.app.theme == "rounds-dark"


async def test_in_reader_mode_the_selected_row_is_one_plain_line(vault: Vault, start: Start) -> None:
    """One column, no boxes, and the terminal's cursor at that line; in lists, on boards, in forms."""
    configure("reader = true\n")

    def line(user: User) -> str:
        found = [each for each in user.app.screen.children if isinstance(each, SpokenLine)]
        return str(found[0].content) if found else ""

    async with start(vault, (120, 35)) as user:
        await user.press("2", "down")
        await user.until(lambda: line(user) == "Arlo Winterbourne, therapist, active, 15 May")
        assert not user.rounds.main_screens["partners"].preview.display
        await user.until(lambda: user.app.cursor_position == (0, 34))
        await user.press("5", "down")
        await user.until(lambda: line(user).startswith("met, "))
        await user.press("comma")
        await user.until(lambda: line(user).startswith("Theme, as the terminal"))
        assert not set("╭╮╰╯│─") & set(user.screen())
        await user.press("escape", "2", "c")
        await user.until(lambda: line(user) == "Find: ")
        await user.press("escape", "comma", "down", "down", "enter")
        await user.until(lambda: line(user) == "")
        assert "╭" in user.screen()


def test_a_row_is_spoken_without_its_signs() -> None:
    """Columns become commas."""
    assert plain_row(["▌ Dana Whitlock      Coffee: at Heart   today", "▌ did it happen?"]) == (
        "Dana Whitlock, Coffee: at Heart, today, did it happen?"
    )


# The terminal's background -------------------------------------------------------------------------------------------


@pytest.fixture
def told() -> Iterator[list[bool]]:
    found: list[bool] = []
    BackgroundParser.told = found.append
    yield found
    BackgroundParser.told = None


def keys(parser: XTermParser, *parts: str) -> str:
    return "".join(event.character or "" for part in parts for event in parser.feed(part) if isinstance(event, Key))


def test_the_answer_about_the_background_is_no_key(told: list[bool]) -> None:
    """Whole or in two parts, between keys, with either end; what comes after it is read as ever."""
    assert keys(BackgroundParser(), f"a{ANSWER}b") == "ab"
    assert told == [True]
    assert keys(BackgroundParser(), "c\x1b]x") != ""
    for at in range(4, len(ANSWER)):
        BackgroundParser.told = told.append
        assert keys(BackgroundParser(), "a" + ANSWER[:at], ANSWER[at:] + "b") == "ab", at
    BackgroundParser.told = told.append
    assert keys(BackgroundParser(), "\x1b]11;rgb:00/1b/1c\x07x") == "x"
    assert told == [True] * (len(ANSWER) - 3) + [False]


async def test_the_terminal_decides_between_light_and_dark(vault: Vault, demo: Path, start: Start) -> None:
    """Its answer counts at once, and at the next start; a theme that was chosen stays."""
    async with start(vault, (80, 24)) as user:
        user.app.post_message(BackgroundTold(light=True))
        await user.settle()
        assert user.app.theme == "rounds-light"
    again = Vault.open(demo, clock=vault.now)
    async with start(again, (80, 24)) as user:
        assert user.app.theme == "rounds-light"
        await user.press("comma", "enter", "end", "enter", "escape")
        user.app.post_message(BackgroundTold(light=True))
        await user.settle()
        assert user.app.theme == "rounds-dark"
    again.close()


LIGHT = b"48;2;251;250;247"
"""The background of the light theme, as it's sent to a terminal."""


def sent(demo: Path, steps: list[tuple[list[bytes], str]], **variables: str) -> bytes:
    """Everything that the program sends to a pseudo-terminal; what is typed waits for what stands before it."""
    import pty

    ours, theirs = pty.openpty()
    environ = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LINES": "24", "COLUMNS": "80"}
    command = [sys.executable, "-m", "rounds", "--vault", str(demo)]
    program = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env={**environ, **variables})
    os.close(theirs)
    seen, until = b"", time.monotonic() + 40
    try:
        while time.monotonic() < until:
            if select.select([ours], [], [], 0.1)[0]:
                try:
                    seen += os.read(ours, 65536)
                except OSError:  # the program has ended
                    break
            if steps and all(each in seen for each in steps[0][0]):
                os.write(ours, steps.pop(0)[1].encode())
        assert not steps, seen[-3000:]
        assert program.wait(10) == 0
    finally:
        program.kill()
        program.wait()
        os.close(ours)
    return seen


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("answer", ["", ANSWER], ids=["never", "answers"])
def test_keys_typed_while_the_terminal_is_asked_are_not_lost(demo: Path, answer: str) -> None:
    """In a real pseudo-terminal, whether it answers or not: `2`, typed while it's asked, goes to Partners."""
    shown = [b"by name", *([LIGHT] if answer else [])]
    seen = sent(demo, [([b"\x1b]11;?"], f"2{answer}"), (shown, "q")])
    assert (LIGHT in seen) is bool(answer)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_no_color_means_none_at_all(demo: Path) -> None:
    """Not even gray, with all colors at hand; nor is the terminal asked for its background."""
    configure('theme = "nord"\n')
    steps = [([b"1 Today"], "2"), ([b"by name"], "?"), ([b"closes"], "\x11")]
    seen = sent(demo, steps, NO_COLOR="1")
    codes = {code for found in re.findall(rb"\x1b\[([\d;:]*)m", seen) for code in re.split(rb"[;:]", found)}
    assert codes <= {b"", b"0", b"1", b"2", b"3", b"4", b"7", b"22", b"23", b"24", b"27", b"39", b"49"}
    assert b"\x1b]11;" not in seen

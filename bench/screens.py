"""What the terminal interface takes in a real terminal, and what an empty Textual app takes there, in turns."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import accumulate
from statistics import median, quantiles
from typing import TYPE_CHECKING

from terminal import Program, Screen

if TYPE_CHECKING:
    from rounds.vault.vault import Vault

STARTS, COLD_STARTS = 9, 3
MOVES, ROUNDS = 80, 3
PACE = 0.1
"""Seconds from what a key has painted to the next: somebody types quickly, and reads."""
QUERIES = ("portland", "role:psychiatrist", "accepting:open", "postpartum sleep", "stage:active", "last:>90d")
"""Typed key by key: words of the text, fields of several kinds, and half-words that can't be understood yet; several
times over, since few keys change the list and a percentile wants many.
"""

_EMPTY = """
from textual.app import App
from textual.widgets import {widget}

class Empty(App):
    def compose(self):
        yield {made}

Empty().run()
"""
_PLAIN = _EMPTY.format(widget="Static", made="Static('ready')")
_INPUT = _EMPTY.format(widget="Input", made="Input(placeholder='ready')")

# Textual's own list, in a screen of its own: what anybody who writes such a program starts from. It moves a
# highlight and scrolls as ours does, and has no note to show beside it.
_LIST = _EMPTY.format(widget="OptionList", made="OptionList(*[f'option {n:02} ready' for n in range(100)])")

_AREA = """
from textual.app import App
from textual.widgets import TextArea

class Empty(App):
    def compose(self):
        yield TextArea("ready ", soft_wrap=True)

Empty().run()
"""
_HISTORY, _OPENINGS = 2_000, 7
_WRITTEN = "zqxj" * 14

_DOWN, _CLEAR = "\x1b[B", "\x15"
_PLACES = {
    "3": "! Late", "4": "Contacted", "5": "No referrals yet", "6": "No niche", "7": "How 2026 is going",
    "8": "Clinic 0 ", "2": "Every note can be read",
}  # fmt: skip
"""The keys of all places, each with what is in sight before it is pressed."""

_NAME = re.compile(r" (?:▌ |  )(\S+ \S+ \d+) ")
"""Where a row of the list begins: a name of `vaults.name_of`."""


def _floor(program: str) -> Program:
    return Program([sys.executable, "-c", program], os.environ)


def _rounds(root: str, today: date, **environment: str) -> Program:
    """The program as its console script starts it."""
    command = [sys.executable, "-c", "from rounds.main import run; run()", "--vault", root]
    return Program(command, {**os.environ, "ROUNDS_TODAY": str(today), **environment})


def starting(root: str, today: date) -> dict[str, float]:
    """Milliseconds from the start of a process to a painted text, and to painted rows: those of Today."""
    empty: list[float] = []
    ours: list[float] = []
    begin = partial(_rounds, root, today)
    for _ in range(STARTS):
        for start, text, took in ((partial(_floor, _PLAIN), "ready", empty), (begin, "! Late", ours)):
            program = start()
            took.append(program.shows(text))
            program.quit()
    return {"start floor": median(empty), "start": median(ours)}


def reading(root: str, today: date, cache: str) -> dict[str, float]:
    """As `starting`, with nothing known from before: until it is painted that the notes are being read."""
    empty, ours = [], []
    for number in range(COLD_STARTS):
        program = _floor(_PLAIN)
        empty.append(program.shows("ready"))
        program.quit()
        program = _rounds(root, today, XDG_CACHE_HOME=f"{cache}/{number}", XDG_DATA_HOME=f"{cache}/{number}")
        ours.append(program.shows("Reading your notes"))
        program.shows("! Late")
        program.quit()
    return {"cold floor": median(empty), "cold": median(ours)}


def working(vault: "Vault") -> dict[str, float]:
    """All places once, then milliseconds from a key to what it changes in Partners and in the floors; KB in the end."""
    ours = _rounds(vault.root, vault.today())
    for key, text in _PLACES.items():
        ours.shows(text)
        ours.press(key)
    ours.shows("by name")
    ours.rests()  # what is read after the start is read
    return {**_moving(vault, ours), **_filtering(vault, ours), "kb": ours.quit()}


def _moving(vault: "Vault", ours: Program) -> dict[str, float]:
    floor = _floor(_LIST)
    floor.shows("option 00")
    lit = floor.screen.style_of("option 00")
    empty_ms, ours_ms = [], []
    for number, name in enumerate(list(_names(vault).values())[1 : MOVES + 1], 1):
        floor.press(_DOWN)
        empty_ms.append(floor.until(_is_lit(f"option {number:02}", lit)))
        ours.press(_DOWN)
        ours_ms.append(ours.shows(f"▌ {name}"))
    floor.quit()
    return {"move floor": median(empty_ms), "move": median(ours_ms)}


def _is_lit(text: str, style: str) -> Callable[[Screen], bool]:
    return lambda screen: screen.style_of(text) == style


def _filtering(vault: "Vault", ours: Program) -> dict[str, float]:
    floor = _floor(_INPUT)
    floor.shows("ready")
    ours.press("/")
    empty_ms, ours_ms = [], []
    for query in QUERIES * ROUNDS:
        for typed, painted in _typed(vault, query):
            floor.press(typed[-1])
            empty_ms.append(floor.shows(f" {typed} "))
            unseen = painted(ours.screen)
            ours.press(typed[-1])
            took = ours.until(_both(f"/ {typed} ", painted), typed)
            if not unseen:  # else this key has changed nothing in the list
                ours_ms.append(took)
            ours.wait(PACE)
        floor.press(_CLEAR)
        floor.shows("ready")
        ours.press(_CLEAR)
        ours.shows(f" {len(_names(vault)):,} partners ")
        ours.wait(PACE)
    floor.quit()
    return {"key floor": _p95(empty_ms), "key": _p95(ours_ms), "key median": median(ours_ms)}


def _both(text: str, painted: Callable[[Screen], bool]) -> Callable[[Screen], bool]:
    return lambda screen: screen.shows(text) and painted(screen)


def _names(vault: "Vault") -> dict[int, str]:
    """All partners in the order of the list."""
    from rounds.vault.list_search import keys

    names = {int(str(key)): str(title) for key, title in vault.index.rows("SELECT key, title FROM notes")}
    return {key: names[key] for key in keys(vault, "", types=("partner",), order="name")}


def _typed(vault: "Vault", query: str) -> Iterator[tuple[str, Callable[[Screen], bool]]]:
    """A query as it is typed, each with what the index says that the list shows: how many, and no others."""
    from rounds.tui.phrases import count
    from rounds.tui.screens.partners import find_partners

    names, good = _names(vault), ""
    for text in accumulate(query):
        found = find_partners(vault, text, len(text), "name", good)
        good = found.query
        yield text, _lists(f" {count(len(found.keys), 'partner')} ", {names[key] for key in found.keys})


def _lists(number: str, names: set[str]) -> Callable[[Screen], bool]:
    def painted(screen: Screen) -> bool:
        listed = {found[1] for line in screen.lines() if (found := _NAME.match(line))}
        return screen.shows(number) and listed <= names and bool(listed) == bool(names)

    return painted


def _p95(figures: list[float]) -> float:
    return quantiles(figures, n=20)[-1]


def notes(folder: str, today: date) -> dict[str, float]:
    """Milliseconds from a key to a history of 2,000 entries, and from a typed letter to its painting in a meeting note
    and in an empty text area.
    """
    os.makedirs(os.path.join(folder, "Partners"))
    with open(os.path.join(folder, "rounds.toml"), "w", encoding="utf-8") as file:
        file.write('vault = "history"\ntimezone = "America/Los_Angeles"\n')
    with open(os.path.join(folder, "Partners", "Ada Day.md"), "w", encoding="utf-8") as file:
        days = (date.fromordinal(today.toordinal() - number) for number in range(_HISTORY, 0, -1))
        log = "".join(f"- {day} call: about **plans**, [[Sam Lee]] and the rest of the day\n" for day in days)
        file.write(f"---\ntype: partner\nstage: resting\n---\n## Log\n\n{log}")
    ours = _rounds(folder, today)
    ours.shows("Three steps")
    ours.rests()
    ours.press("2")
    ours.shows("1 partner")
    ours.rests()
    opened = []
    for _ in range(_OPENINGS):
        ours.press("v")
        opened.append(ours.until(lambda screen: screen.shows("about plans") and not screen.shows("1 partner")))
        ours.wait(PACE)
        ours.press("v")
        ours.shows("1 partner")
        ours.wait(PACE)
    ours.press("C")
    ours.shows("A meeting note", "becomes a follow-up")
    ours.rests()
    floor = _floor(_AREA)
    floor.shows("ready")
    empty, written = _letters(floor), _letters(ours)
    floor.quit()
    ours.quit()
    return {"history": median(opened), "area floor": median(empty), "area": median(written)}


def _letters(program: Program) -> list[float]:
    """From each letter typed to its painting; no other text on the screen looks like these."""
    took = []
    for number in range(1, len(_WRITTEN) + 1):
        program.press(_WRITTEN[number - 1])
        took.append(program.shows(_WRITTEN[:number]))
        program.wait(0.03)
    return took

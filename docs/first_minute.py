"""Make docs/first-minute.svg: the first minute in the terminal interface, as an animated picture.

    python docs/first_minute.py

Each step is a real screen of the sample vault. The picture moves by CSS alone, and rests on its first screen for
people who want no motion.
"""

import asyncio
import os
import re
import tempfile
from pathlib import Path

from screenshot import HERE, TODAY, steady

SIZE = (112, 28)
SECONDS = 4
"""How long each step is shown."""

_LINE = [
    {" ": "space", ":": "colon", ",": "comma"}.get(letter, letter)
    for letter in "call Dana yesterday: prefers fax, follow up fri"
]

STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Today shows what is worth doing", ()),
    ("+ takes one line about anybody", ("plus", *_LINE)),
    ("enter writes it: a log entry, and a follow-up on its day", ("enter",)),
    ("2 goes to your partners", ("2",)),
    ("c shows all facts of a partner, to edit in place", ("c",)),
    ("W shows who knows whom", ("escape", "slash", *"esme", "enter", "W")),
    ("9 shows the month", ("escape", "9")),
    ("u takes the last change back", ("1", "u")),
)  # fmt: skip
"""A caption, and the keys that lead to its screen from the one before."""


async def screens(folder: str) -> list[str]:
    """The screen of each step, as SVG."""
    from rounds.tui.app import RoundsApp
    from rounds.vault.create_vault import copy_sample
    from rounds.vault.vault import Vault

    copy_sample(Path(folder), TODAY)
    vault = Vault.open(folder, clock=lambda: TODAY)
    app = RoundsApp(vault, follow=False)
    found = []
    async with app.run_test(size=SIZE) as pilot:
        for caption, keys in STEPS:
            for key in keys:
                await pilot.press(key)
            await pilot.pause(1.0)  # a dialog is a worker that waits, so nothing says when all is painted
            found.append(steady(app.export_screenshot(title=caption)))
    vault.close()
    return found


def animated(found: list[str]) -> str:
    """One SVG that shows the screens in turn."""
    view = re.search(r'viewBox="([^"]+)"', found[0])
    assert view is not None
    whole = len(found) * SECONDS
    shown = 100 / len(found)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view[1]}">',
        "<title>The first minute with Rounds</title>",
        "<style>",
        f".step {{ visibility: hidden; animation: shown {whole}s step-end infinite }}",
        f"@keyframes shown {{ 0% {{ visibility: visible }} {shown}% {{ visibility: hidden }} }}",
        *(f"#step{n} {{ animation-delay: {n * SECONDS}s }}" for n in range(len(found))),
        "@media (prefers-reduced-motion) { .step { animation: none } #step0 { visibility: visible } }",
        "</style>",
    ]
    for number, svg in enumerate(found):
        own = svg.replace("rounds-", f"s{number}-")  # each has classes of its own
        lines += [f'<g class="step" id="step{number}">', own.strip(), "</g>"]
    return "\n".join([*lines, "</svg>", ""])


def main() -> None:
    """Write the picture."""
    os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
    os.environ.pop("COLORFGBG", None)
    with tempfile.TemporaryDirectory() as home:
        for kind in ("CACHE", "DATA", "CONFIG"):
            os.environ[f"XDG_{kind}_HOME"] = os.path.join(home, kind)
        found = asyncio.run(screens(os.path.join(home, "vault")))
    (HERE / "first-minute.svg").write_text(animated(found), encoding="utf-8")
    print("docs/first-minute.svg")


if __name__ == "__main__":
    main()

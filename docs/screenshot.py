"""Make the pictures and the page of keys of the terminal interface: docs/tui.svg, docs/tui-partners.svg, docs/tui.md,
and docs/first-minute.svg, which shows its screens in turn, by CSS alone.

    python docs/screenshot.py

The pictures are of the sample vault on 23 November 2026, so they only change when the interface or the sample does.
"""

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "src"))

TODAY = date(2026, 11, 23)
SIZE = (112, 30)
PICTURES = {"tui.svg": (), "tui-partners.svg": ("2", "slash", *"stage", "colon", *"active", "enter", "down", "down")}
"""File name, and the keys that lead to what it shows."""


async def picture(folder: str, keys: Sequence[str]) -> str:
    """The screen after some keys, as SVG."""
    from rounds.tui.app import RoundsApp
    from rounds.vault.create_vault import copy_sample
    from rounds.vault.vault import Vault

    copy_sample(Path(folder), TODAY)
    vault = Vault.open(folder, clock=lambda: TODAY)
    app = RoundsApp(vault, follow=False)
    async with app.run_test(size=SIZE) as pilot:
        for key in ("", *keys, ""):
            if key:
                await pilot.press(key)
            for _ in range(3):
                with suppress(Exception):  # a worker that a newer one replaced
                    await app.workers.wait_for_complete()
                await pilot.pause()
        svg = app.export_screenshot(title="Rounds")
    vault.close()
    return steady(svg)


def steady(svg: str) -> str:
    """The picture without the random name that Rich gives to its classes, and without fonts from elsewhere."""
    svg = re.sub(r"terminal-\d+-", "rounds-", svg)
    return re.sub(r"\s*@font-face \{.*?\}\n", "\n", svg, flags=re.DOTALL)


def keys_page() -> str:
    """docs/tui.md, made from the action table."""
    from rounds.tui.actions import DIALOG, FILTER, MOVING, READING, SCREENS, actions_of

    lines = [
        "# Terminal interface",
        "",
        "`rounds` on a terminal shows these screens. The number keys switch between them, `?` shows the keys",
        "of the screen you're on, and `ctrl+p` finds every action of all screens, and every partner, by name. For an",
        "action on a chosen partner, it opens that screen and says the key. The mouse works too.",
        "",
        "![The first minute](first-minute.svg)",
        "",
        "![Partners, filtered](tui-partners.svg)",
        "",
        "<!-- Made from src/rounds/tui/actions.py by docs/screenshot.py. -->",
    ]
    for place, title in SCREENS.items():
        rows = [(action.shown_keys or "ctrl+p", action.title, action.id) for action in actions_of(place)]
        lines += ["", f"## {title}", "", "| Keys | What they do | Name |", "|---|---|---|"]
        lines += [f"| {_keys(keys)} | {words} | `{name}` |" for keys, words, name in rows]
    groups = (("Moving", MOVING), ("In a note", READING), ("In the filter", FILTER), ("In a dialog", DIALOG))
    for title, pairs in groups:
        lines += ["", f"## {title}", "", "| Keys | What they do |", "|---|---|"]
        lines += [f"| {_keys(keys)} | {words} |" for keys, words in pairs]
    lines += ["", _MEANWHILE, "", "## In a browser", "", _BROWSER, "", "## Other keys and colors", "", _SETTINGS]
    return "\n".join(lines)


_MEANWHILE = """\
Today is an agenda. Appointments come first in each section, with their time. Late, with a `!`, is what was promised or
planned for a day that has passed. Of what rules suggest, such as check-ins and nudges, at most five stand in the
sections (`[today] cap` in rounds.toml); the rest waits under No hurry, with what has no day or is more than four weeks
away. `enter`, `space` or a click on a heading folds its section. If there's room, what is due has its reason on a
second line. From 110 columns, the next seven days stand at the top: `left` and `right` move in them, `enter` goes to
the day in the list.

Calendar shows a month with what stands on each day, and below it the list of the chosen day. `enter` or a second click
goes to that list, where the keys of a reminder work, and `escape` goes back to the month.

In the filter, `tab` completes the word at the cursor, `up` brings back recent filters, and a caret points at a word
that can't be understood. A new filter puts the cursor on its first hit. If nobody fits, the list says who you may
have meant, and `enter` shows them; the palette forgives a typo in a name too.

With partners marked (`a`, `A`), `c` changes stage, check-in, tags or rest of all of them: `enter` previews the changes
in each note, `enter` again writes them, and one `u` takes them back.

From the prep sheet, `m` has the words for a call, an event, or a mail; from the six things to have ready, `c` makes the
card. In the lists of partners to contact next, of possible introducers, and of releases, the line at the bottom says
what each key does there. `M` in Partners writes each mail about an article as a file that opens as an unsent mail; it
lists partners who already had it, are resting, or have no address.

A task that takes longer than a second shows a progress bar in place of the keys, and `escape` stops it. A stopped
change of many partners says how many it has changed, and `u` takes those back; a stopped undo undoes nothing (or, if
another program has changed one of the notes meanwhile, says how many are undone and how to take that back); the first
index of a vault, the due reminders, and the calendar feeds continue with `r`.

Arrows, page keys, `tab` and a click never change a note. In Stages, `>` and `<` move a partner to another stage; where
not all stages fit, a line above the columns names them, with an arrow where more are, and a click goes to one. In a
list of choices, a double click chooses.

A draft with a blank in square brackets asks for it. If you leave it empty, `enter` says what's still missing, and
only copies the draft as it is, or writes the mails, when pressed again. The text of a mail or letter is edited in
place (`tab` goes there, `ctrl+j` is a new line), and `ctrl+o` opens your mail program with it. Nothing is sent.

`Y` lists phone, email, website, fax and address of the chosen partner or organization, and all of them as a card:
`enter` copies one, `o` opens it. In a note, these are links: a click opens them, and so does the terminal, if it
knows links (OSC 8); the name at the top opens the note in Obsidian. Only links of mail, phone, web and Obsidian are
opened. Without a program for it, as on a remote machine, the link is copied.

`+` takes one line about anybody: `call Yuki yesterday: met at the bakery, follow up fri`. Who, kind, day and follow-ups
appear below while you type, `enter` writes them as one change, and a new name is added with it. What is still to come
(`coffee with Yuki thu 3pm`, `send Dana the form`) becomes a follow-up; `ctrl+t` turns done into to do, and back.

A mail signature pasted into the name of a new partner (`n`) fills in the fields that it has an answer for, and marks
them; `ctrl+z` in the name takes it back.

A line of the inbox is read the same way. `y` files it, or asks "done, or to do?" where it could be either; `c` corrects
it first, `f` makes it a follow-up, and `x` discards it. `u` brings it back.

`T`, a referral, a release and a line of the inbox ask for a name. For a new person, `enter` offers to add them, and
pressed again adds them and saves what you typed; one `u` takes both back.

`C` opens a whole screen for a meeting note; so does `y` on a meeting in Today, once it's ticked off, and `ctrl+e` in
the form of a touch, with what you typed there. On the left is the prep sheet: what happened last, what is still to be
learned, and your questions, which `space` or a click ticks off (`ctrl+t` goes there and back). On the right you write:
`enter` starts a new line, and lines, lists and headings stay as they are in the file. A line such as
`next: send the handout fri` becomes a follow-up, shown below as you type. The kind and day are those of the planned
meeting, which is ticked off too. `ctrl+s` saves; then the next stage and a thank-you are offered.

Next to a list, a note shows the last twelve events, and says how many came before. `v` shows the note on the whole
screen: its facts and text, then all that happened, by year, with the lines, lists and headings of each meeting. It's
loaded as you scroll. `tab` goes over the links there. A link to a partner or an organization opens it on its screen, a
web address your browser; `backspace` comes back from there, as it does from any screen to the one before it. A thicker
border shows that the keys go to the note beside a list.

In Year, all columns of a chart have one scale; a goal that is reached has a check mark.

The row with the cursor always stays in sight, even if rows change or the terminal is resized. After `u`, the cursor is
on the restored row, if the list has it.

`u` undoes the changes of this session, one after the other, and `U` brings back what was undone last. `ctrl+z` lists
changes with their day and time, those of this session first: `enter` undoes the one under the cursor or, if it's
undone, redoes it, and `v` shows it line by line. Earlier sessions' changes are only undone from this list. If a later
edit is in the way, nothing is undone, and both versions are shown. In a text field, `ctrl+z` undoes typing, and
`ctrl+y` types it again. Messages appear where they don't cover the selected row; `m` in the list of changes has all
since the start.

You can type a day in words or choose it from a month (`ctrl+o`): arrows move by days and weeks, page up and page down
by months, `home` is today. For a list, type values with commas; each of them is completed.

If another program saves a note meanwhile, the change shows up at once, a line describes it, and nothing moves below the
cursor. An open dialog says so, and edits the note's newest version. If the property that you're changing has a new
value, both are shown, and you choose. While the folder, or most of its notes, are missing, a line on every screen says
so, and the lists keep their data.

When you pause in a form, words that look like [client information](client-information.md) are underlined, errors in
bold, and a line below the fields says why. Saving asks about errors: write the line without them or with a code, edit
it, or keep it with a reason. Going back selects the words in the form. In Problems, `enter` asks
the same about a line in a note and fixes it there; for two notes that may be about the same person,
it merges them or notes that they are two; for any other problem, it opens the editor.

Text typed into a dialog is kept outside the vault until you save or leave it, and offered again if Rounds ended before
that; except for messages about a client, referrals, and releases.

The [calendar feeds](calendar.md) are written after each change, yours or another program's."""

_BROWSER = """\
`rounds web` shows the same screens in your browser, with the same keys and the mouse. Only programs on this machine can
reach it, and only by the address that it prints, which is new at each start. Each page runs an interface of its own,
and ends with it. `e` needs a terminal; `o` opens the note in Obsidian. Ctrl-C in the terminal ends everything; an open
form is offered again at the next start."""

_SETTINGS = """\
`,` shows the settings: theme, the number of suggestions on Today, reader mode, motion, and keys. A change counts at
once, and at the next start. For a key, choose the action and press its new key; `delete` brings back the usual one.

They are in config.toml of your settings folder, for this machine (Today's number is in rounds.toml, for the vault),
and can be changed there too. No other byte of these files changes, and comments stay. `theme` is `light`, `dark`, or
the name of one of the themes that `ctrl+p` offers, and `[keys]` gives other keys to actions by their name:

```toml
theme = "light"
reader = true
motion = false

[keys]
log = "a"
done = "space,enter"
```

Without a theme, the terminal is asked whether its background is light or dark (OSC 11). Nothing waits for its answer,
which is also remembered for the next start. A terminal that has only sixteen colors keeps its own. With `NO_COLOR`,
no color is sent at all. In these themes, every letter has a contrast of 4.5 to 1 or more (WCAG 2.1).

Reader mode is for screen readers: one column, no boxes, no sidebar, and the selected row, or the field you're in, as
one plain line at the bottom, where the terminal's cursor stands. Without motion, no cursor blinks and nothing scrolls
smoothly.
"""


def _keys(keys: str) -> str:
    return re.sub(r"^,$|[^\s,]+(?: (?:up|down))?(?=,|$| or )", lambda match: f"`{match[0]}`", keys)


# The first minute ---------------------------------------------------------------------------------------------------

MINUTE_SIZE = (112, 28)
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
    async with app.run_test(size=MINUTE_SIZE) as pilot:
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
    """Write everything."""
    (HERE / "tui.md").write_text(keys_page(), encoding="utf-8")
    os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
    os.environ.pop("COLORFGBG", None)
    for name, keys in PICTURES.items():
        with tempfile.TemporaryDirectory() as home:
            for kind in ("CACHE", "DATA", "CONFIG"):
                os.environ[f"XDG_{kind}_HOME"] = os.path.join(home, kind)
            svg = asyncio.run(picture(os.path.join(home, "vault"), keys))
        (HERE / name).write_text(svg, encoding="utf-8")
        print(f"docs/{name}")
    with tempfile.TemporaryDirectory() as home:
        for kind in ("CACHE", "DATA", "CONFIG"):
            os.environ[f"XDG_{kind}_HOME"] = os.path.join(home, kind)
        minute = animated(asyncio.run(screens(os.path.join(home, "vault"))))
    (HERE / "first-minute.svg").write_text(minute, encoding="utf-8")
    print("docs/first-minute.svg")


if __name__ == "__main__":
    main()

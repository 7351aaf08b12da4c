"""Client information in a form: marked as it is typed, and asked about before anything is written."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.style import Style
from textual import events

from rounds.domain.guard.guard import Certainty, Finding
from rounds.tui.dialogs.client_marks import ClientMarks, Marks
from rounds.tui.screens.problems import ProblemsScreen
from rounds.tui.widgets.lists import ProblemList
from rounds.vault.client_guard import look_at
from rounds.vault.vault import Vault

from .conftest import NO_DELAYS, Start, User

ANNIKA = "Partners/Annika Rowe.md"
NAME = "our client Rebecca Thornbury starts with us"


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (["enter"], "- 2026-11-23 call: our client [client] starts with us"),
        (["end", "enter", "enter"], f"- 2026-11-23 call: {NAME} %% rounds: ok phi: not a client %%"),
    ],
)
async def test_a_line_is_written_as_decided(vault: Vault, demo: Path, start: Start, keys: list[str], line: str) -> None:
    """Without the words that were found, or as an exception with its reason."""
    before = (demo / ANNIKA).read_bytes()
    async with start(vault) as user:
        await user.press("2", "l")
        await user.type("call")
        await user.press("tab", "tab")
        await paste(user, NAME)
        await user.press("ctrl+s")
        assert "Client information belongs in the chart" in user.screen()
        assert (demo / ANNIKA).read_bytes() == before
        await user.press(*keys)
        assert f"{line}\n" in (demo / ANNIKA).read_text()


@pytest.mark.parametrize("back", [["escape"], ["end", "up", "enter"]])
async def test_back_in_the_form_the_words_are_selected(vault: Vault, demo: Path, start: Start, back: list[str]) -> None:
    """Nothing is written, nothing typed is lost, and what is typed next takes the place of the words."""
    before = (demo / ANNIKA).read_bytes()
    async with start(vault) as user:
        await user.press("2", "l")
        await user.type("call")
        await user.press("tab", "tab")
        await paste(user, NAME)
        await user.press("ctrl+s", *back)
        assert NAME in user.screen()
        assert "Nothing was written: the vault holds no client information." in user.screen()
        assert (demo / ANNIKA).read_bytes() == before
        await user.type("R-2222")
        await user.press("ctrl+s")
        assert "- 2026-11-23 call: our client R-2222 starts with us\n" in (demo / ANNIKA).read_text()


async def test_escape_from_the_reason_goes_back_to_the_question(vault: Vault, demo: Path, start: Start) -> None:
    """One step at a time."""
    async with start(vault) as user:
        await user.press("2", "f")
        await paste(user, NAME)
        await user.press("ctrl+s", "end", "enter")
        assert "Why may it stay?" in user.screen()
        await user.press("escape")
        assert "Client information belongs in the chart" in user.screen()
        await user.press("enter")
        assert "our client [client] starts with us" in (demo / ANNIKA).read_text()


async def test_a_decision_is_asked_for_each_time(vault: Vault, demo: Path, start: Start) -> None:
    """It is about the text of this form, not about the same text in another."""
    async with start(vault) as user:
        for number in (1, 2):
            await user.press("2", "f")
            await paste(user, NAME)
            await user.press("ctrl+s")
            assert "Client information belongs in the chart" in user.screen()
            await user.press("enter")
            assert (demo / ANNIKA).read_text().count("our client [client] starts with us") == number


async def test_a_code_stands_for_one_person(vault: Vault, demo: Path, start: Start) -> None:
    """Of two people in a line, the first gets it; the other is asked about next."""
    async with start(vault) as user:
        await user.press("2", "f")
        await paste(user, f"{NAME}, and our client Dana Ruiz")
        await user.press("ctrl+s", "down", "enter")
        assert "our client" not in (demo / ANNIKA).read_text()
        await user.press("enter")
        assert "our client R-M5J0DA starts with us, and our client [client]" in (demo / ANNIKA).read_text()


async def test_a_name_and_a_birth_date_are_both_replaced(vault: Vault, demo: Path, start: Start) -> None:
    """By a code and an age group, one after the other."""
    async with start(vault) as user:
        await user.press("2", "f")
        await paste(user, f"{NAME}, born 3/4/2011")
        await user.press("ctrl+s", "down", "enter")
        assert "Write it so" in user.screen()
        assert "teen  in place of [age group]" in user.screen()
        assert "in place of [client]" not in user.screen()
        await user.press("down", "down", "enter")
        assert "our client R-M5J0DA starts with us, born teen" in (demo / ANNIKA).read_text()


async def test_an_age_group_can_stand_for_a_birth_date(vault: Vault, demo: Path, start: Start) -> None:
    """It is offered, never filled in."""
    async with start(vault) as user:
        await user.press("2", "f")
        await paste(user, "our client was born 3/4/2011")
        await user.press("ctrl+s")
        assert "born [age group]" in user.screen()
        assert "teen  in place of [age group]" in user.screen()
        await user.press("down", "down", "enter")
        assert "our client was born teen" in (demo / ANNIKA).read_text()


async def test_several_notes_are_changed_as_decided_or_not_at_all(vault: Vault, demo: Path, start: Start) -> None:
    """A tag for two partners: one question, since it would be the same line."""
    notes = [demo / ANNIKA, demo / "Partners/Arlo Winterbourne.md"]
    before = [note.read_bytes() for note in notes]
    async with start(vault, toasts=True) as user:
        await user.press("2", "a", "a", "c", "ctrl+u")
        await paste(user, "tags")
        await user.press("enter")
        await paste(user, "client-Rebecca-Thornbury")
        await user.press("enter", "enter")
        assert "Client information belongs in the chart" in user.screen()
        assert [note.read_bytes() for note in notes] == before
        await user.press("escape")
        assert [note.read_bytes() for note in notes] == before
        assert "Nothing was written" in user.screen()
        await user.press("enter", "enter", "enter")
        await user.settle()
        assert all("  - client\n" in note.read_text() for note in notes), user.screen()


# While somebody types ----------------------------------------------------------------------------------------------

AT_ONCE = NO_DELAYS._replace(guard=0.01)


def marked(user: User) -> list[tuple[str, bool]]:
    """The pieces of fields that are underlined, and whether they are bold."""
    pieces = []
    for field in user.app.screen.query("Input, Words"):
        for y in range(field.size.height):
            for text, style, _ in field.render_line(y):
                if style is not None and style.underline:
                    pieces.append((text.strip(), bool(style.bold)))
    return pieces


def below(user: User) -> str:
    """The line below the fields."""
    return str(user.app.screen.query_one(ClientMarks).render())


FORMS = {
    "log": ["2", "l", "=call", "tab", "tab"],
    "log for anybody": ["T", "=Annika Rowe", "tab", "=call", "tab", "tab"],
    "follow-up": ["2", "f"],
    "skip": ["home", "down", "down", "x"],
    "property": ["2", "c", "=role", "enter", "=, "],
    "property of several": ["2", "a", "a", "c", "ctrl+u", "=tags", "enter"],
    "partner": ["2", "n", "=Kim Lee", "tab"],
    "organization": ["7", "n", "=Elm Clinic", "tab"],
    "referral": ["4", "n", "=Annika Rowe", "tab", "tab"],
    "release": ["4", "L", "n", "tab", "tab"],
    "inbox": [
        "home",
        "enter",
        "down",
        "enter",
        *["down"] * 6,
        "y",
        "=Annika Rowe",
        "tab",
        "=call",
        "tab",
        "tab",
        "ctrl+a",
    ],
    "article": ["2", "a", "M"],
    "draft": ["2", "m"],
}
"""The keys that lead to a field of each form whose words go into a note, or out."""


async def paste(user: User, text: str) -> None:
    """All at once: quicker than key by key."""
    user.app.post_message(events.Paste(text))
    await user.settle()


async def test_every_form_marks_client_information_as_it_is_typed(vault: Vault, start: Start) -> None:
    """The words underlined, and the reason in sight, also below a form that is higher than the terminal."""
    async with start(vault, (80, 24), delays=AT_ONCE) as user:
        for form, keys in FORMS.items():
            while len(user.app.screen_stack) > 1:
                await user.press("escape")
            await user.press("1")
            for key in keys:
                await (paste(user, key[1:]) if key[0] == "=" else user.press(key))
            assert (form, below(user)) == (form, "")
            await paste(user, "our client Rebecca Thornbury ")
            assert (form, {text for text, _ in marked(user)}) == (form, {"Rebecca Thornbury"}), user.screen()
            assert "client's name" in user.screen().splitlines()[user.app.screen.query_one(ClientMarks).region.y]


async def test_a_form_stays_as_it_is_while_words_are_marked(vault: Vault, start: Start) -> None:
    """An error is bold, a warning isn't. Nothing moves, and the marks go with the words, also while typing goes on."""
    async with start(vault, (80, 24), delays=AT_ONCE) as user:
        await user.press("2", "f")
        frame = user.app.screen.query_one("#dialog").region
        await paste(user, "our client Dana Ruiz, his brother is A.B. too")
        assert marked(user) == [("Dana Ruiz", True), ("A.B.", False)]
        assert below(user).startswith("! ")
        assert user.app.screen.query_one("#dialog").region == frame
        await user.pilot.press("home", "x", "y", "space")
        assert marked(user) == [("Dana Ruiz", True), ("A.B.", False)]
        await user.press("end", *["backspace"] * len(" Ruiz, his brother is A.B. too"))
        await user.press(*["backspace"] * len("Dana"))
        assert (marked(user), below(user)) == ([], "")


async def test_only_what_stands_there_is_marked(vault: Vault, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look that takes long is dropped once the text has changed."""
    looks: list[str] = []
    wait = threading.Event()

    def slow(vault: Vault, path: str, lines: list[str], given: dict[str, str]) -> object:
        looks.append(lines[0])
        if len(looks) == 1:
            wait.wait(5)
        return look_at(vault, path, lines, given)

    monkeypatch.setattr("rounds.vault.client_guard.look_at", slow)
    async with start(vault, delays=AT_ONCE) as user:
        await user.press("2", "f")
        await user.pilot.press(*"our", "space", *"client", "space", "D", "a", "n", "a", "space", *"Ruiz")
        async with asyncio.timeout(5):
            while not looks:  # noqa: ASYNC110 - the thread says nothing
                await asyncio.sleep(0.005)
        await user.pilot.press(*["backspace"] * 5, "space", *"Lee")
        wait.set()
        await user.settle()
        assert [text for text, _ in marked(user)] == ["Dana Lee"]
    assert looks[-1] == "- [ ] our client Dana Lee"


@pytest.mark.parametrize(
    ("before", "after", "places"),
    [
        ("see Dana Ruiz", "see Dana Ruiz now", [(4, 13)]),
        ("see Dana Ruiz", "we see Dana Ruiz", [(7, 16)]),
        ("see Dana Ruiz", "see Dana X Ruiz", []),
        ("see Dana Ruiz", "see Dana Rui", []),
        ("see Dana Ruiz", "", []),
        ("see Dana Ruiz", "see Dana Ruiz Dana Ruiz", [(4, 13)]),
    ],
)
def test_marks_move_with_the_text(before: str, after: str, places: list[tuple[int, int]]) -> None:
    marks = Marks(lambda _: Style())
    marks.put(before, [Finding("name", Certainty.ERROR, 4, 13, "Dana Ruiz", "", "", "[client]")])
    assert [(each.start, each.end) for each in marks.of(after)] == places


async def test_what_the_partner_is_known_for_is_not_marked(vault: Vault, start: Start) -> None:
    """Their own number in their own log, also where the form asks for the partner."""
    async with start(vault, delays=AT_ONCE) as user:
        for keys in (["2", "l"], ["T", "=Annika Rowe", "tab"]):
            for key in (*keys, "=call", "tab", "tab", "=her cell is 503-555-0186 for clients"):
                await (paste(user, key[1:]) if key[0] == "=" else user.press(key))
            assert (marked(user), below(user)) == ([], "")
            await user.press("escape", "escape")


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "linux", "COLORTERM": ""}])
async def test_errors_and_warnings_differ_without_colors(
    vault: Vault, start: Start, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    async with start(vault, (80, 24), delays=AT_ONCE) as user:
        await user.press("2", "l", "tab", "tab")
        await paste(user, "our client Dana Ruiz, his brother is A.B. too")
        underlined = [(text, style) for strip in user.strips() for text, style, _ in strip if style and style.underline]
        assert [bool(style.bold) for text, style in underlined if text.strip() in ("Dana Ruiz", "A.B.")] == [
            True,
            False,
        ]


# In notes that exist -----------------------------------------------------------------------------------------------


def plant(vault: Vault, line: str) -> int:
    """Another program writes a line into Annika's note, which is then a problem. Its number."""
    path = Path(vault.root) / ANNIKA
    with path.open("a") as note:
        note.write(f"\n{line}\n")
    vault.sync()
    return path.read_text().count("\n")


async def press_slowly(user: User, *keys: str) -> None:
    """Each key once the one before is done: one that closes a list holds the next for half a second."""
    for key in keys:
        await user.press(key)
        await user.until(lambda: user.rounds._target is None)


async def to_problem(user: User, words: str) -> None:
    """The cursor of Problems to the problem with some words."""
    await user.press("8", "home")
    listing = user.app.screen.query_one(ProblemList)
    for _ in range(9):
        if listing.item and words in listing.item.message:
            return
        await user.press("down")
    raise AssertionError(user.screen())


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (["enter"], "our client [client] starts with us"),
        (["down", "enter"], "our client R-M5J0DA starts with us"),
        (["end", "enter", "enter"], f"{NAME} %% rounds: ok phi: not a client %%"),
    ],
)
async def test_problems_mends_the_line_in_its_file(
    vault: Vault, demo: Path, start: Start, keys: list[str], line: str
) -> None:
    """With the same choices as before a save; one undo brings it back."""
    plant(vault, NAME)
    before = (demo / ANNIKA).read_bytes()
    async with start(vault, toasts=True) as user:
        assert "1 about clients" in user.screen()
        await to_problem(user, "Rebecca Thornbury")
        await user.press("enter")
        assert "Client information belongs in the chart" in user.screen()
        assert (demo / ANNIKA).read_bytes() == before
        await press_slowly(user, *keys)
        assert f"\n{line}\n" in (demo / ANNIKA).read_text()
        assert "about clients" not in user.screen()
        await press_slowly(user, "u")
        assert (demo / ANNIKA).read_bytes() == before


async def test_mending_that_is_left_changes_nothing_and_edit_opens_the_editor(
    vault: Vault, demo: Path, start: Start, edited: Callable[[], str]
) -> None:
    number = plant(vault, NAME)
    before = (demo / ANNIKA).read_bytes()
    async with start(vault) as user:
        await to_problem(user, "Rebecca Thornbury")
        await user.press("enter", "escape")
        assert isinstance(user.app.screen, ProblemsScreen)
        assert (demo / ANNIKA).read_bytes() == before
        await user.press("enter", "end", "up", "enter")
        assert f"{number}G" in edited()


async def test_a_line_that_was_changed_meanwhile_is_left_alone(vault: Vault, demo: Path, start: Start) -> None:
    """What is written was chosen for the line as it was shown."""
    plant(vault, NAME)
    async with start(vault, toasts=True) as user:
        await to_problem(user, "Rebecca Thornbury")
        await user.press("enter")
        text = (demo / ANNIKA).read_text().replace("starts with us", "comes next week")
        (demo / ANNIKA).write_text(text)
        await user.press("enter")
        assert (demo / ANNIKA).read_text() == text
        assert "was changed meanwhile" in user.told()


async def test_a_warning_can_be_kept_or_edited(vault: Vault, demo: Path, start: Start) -> None:
    """A whole line has no words to leave out."""
    plant(vault, "her neighbor is a client of mine")
    async with start(vault) as user:
        await to_problem(user, "somebody is a client")
        await user.press("enter")
        assert "Write it without" not in user.screen()
        await press_slowly(user, "end", "enter", "ctrl+u")
        await paste(user, "a made-up example")
        await press_slowly(user, "enter")
        assert "of mine %% rounds: ok phi: a made-up example %%\n" in (demo / ANNIKA).read_text()


async def test_exceptions_are_listed_with_their_reasons(vault: Vault, start: Start, edited: Callable[[], str]) -> None:
    async with start(vault) as user:
        await user.press("8", "x")
        assert "No line is marked as an exception" in user.screen()
        await user.press("escape")
        number = plant(vault, f"{NAME} %% rounds: ok phi: a colleague %%")
        await user.press("r", "x")
        assert "Kept as exceptions" in user.screen()
        assert "a colleague" in user.screen()
        await user.press("enter")
        assert f"{number}G" in edited()

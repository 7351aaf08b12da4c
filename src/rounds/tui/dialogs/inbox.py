"""A line of the inbox: filed, made a follow-up or a new partner, put right, or discarded."""

from typing import TYPE_CHECKING

from rounds.tui.dialogs.list import ChoiceList, choice
from rounds.tui.dialogs.log_touch import FileThought, filed
from rounds.tui.dialogs.one_line import summary
from rounds.tui.phrases import clean
from rounds.vault.inbox import FILE, file_thought, take_out

if TYPE_CHECKING:
    from textual.content import Content

    from rounds.tui.screens.note_screen import NoteScreen
    from rounds.vault.inbox_lines import InboxItem


async def file_line(screen: "NoteScreen", thought: "InboxItem") -> None:
    """File a clear line as it's read; ask about any other."""
    if thought.path and not thought.asks:
        await log_line(screen, thought)
        return
    if not thought.about and (thought.candidates or not thought.new):
        await screen.ask(FileThought(screen.session, thought))
        return
    title = "Done, or to do?" if thought.about else "Who is it?"
    name = clean(thought.name or thought.to_do) if thought.about else ""
    _, chosen = await screen.choose(
        ChoiceList(title, _rows(screen, thought), about=name, note=f"The line: {clean(thought.text)}")
    )
    if chosen == "log":
        await log_line(screen, thought)
    elif chosen == "plan":
        await plan_line(screen, thought)
    elif chosen == "change":
        await screen.ask(FileThought(screen.session, thought))
    elif chosen == "discard":
        await discard(screen, thought)


def _rows(screen: "NoteScreen", thought: "InboxItem") -> "list[tuple[str, Content]]":
    vault, add = screen.session.vault, "" if thought.about else f"Add {clean(thought.new)}: "
    found = [
        (key, choice(f"{add}{title}", " · ".join(map(clean, summary(vault, thought, to_do=key == "plan")))))
        for key, title in (("log", "Done"), ("plan", "To do"))
    ]
    other = "Change who, kind or day first" if thought.about else "Somebody else"
    return [
        *(found[::-1] if thought.ahead else found),
        ("change", choice(other)),
        ("discard", choice("Discard it", "u brings it back")),
    ]


async def log_line(screen: "NoteScreen", thought: "InboxItem") -> None:
    """Log a line for the one person it's about, added first if it's nobody known."""
    session = screen.session
    done = await session.write(_places(thought), lambda vault: file_thought(vault, thought))
    screen.tell(filed(thought, thought.name or thought.to_do or thought.new, session.vault, done))


async def plan_line(screen: "NoteScreen", thought: "InboxItem") -> None:
    """Make a line a follow-up; ask who it's about, where nobody or several are."""
    if not thought.about and (thought.candidates or not thought.new):
        await screen.ask(FileThought(screen.session, thought))
        return
    session = screen.session
    await session.write(_places(thought), lambda vault: file_thought(vault, thought, to_do=True))
    words = "; ".join(map(clean, summary(session.vault, thought, to_do=True)))
    screen.tell(f"Added for {clean(thought.name or thought.to_do or thought.new)}: {words}.")


async def discard(screen: "NoteScreen", thought: "InboxItem") -> None:
    """Take a line out of the inbox, with undo."""
    await screen.session.write(FILE, lambda vault: take_out(vault, thought))
    screen.tell(f"Discarded: {clean(thought.text)}")


def _places(thought: "InboxItem") -> list[str]:
    return [each for each in (thought.about, FILE) if each]

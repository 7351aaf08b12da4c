"""The action table. Key bindings, footer, palette, help screen and docs/tui.md are all made from it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from textual.binding import Binding

TODAY = "today"
PARTNERS = "partners"
BOARD = "stages"
REFERRALS = "referrals"
GAPS = "gaps"
YEAR = "year"
ORGANIZATIONS = "organizations"
PROBLEMS = "problems"
CALENDAR = "calendar"
SCREENS: Mapping[str, str] = {
    TODAY: "Today",
    PARTNERS: "Partners",
    BOARD: "Stages",
    REFERRALS: "Referrals",
    GAPS: "Gaps",
    YEAR: "Year",
    ORGANIZATIONS: "Organizations",
    PROBLEMS: "Problems",
    CALENDAR: "Calendar",
}
"""Screens in the order of their number keys."""

_EVERYWHERE = tuple(SCREENS)
_PEOPLE = (PARTNERS, TODAY, BOARD)
_NOTES = tuple(place for place in SCREENS if place != YEAR)
_KEPT = (*_PEOPLE, ORGANIZATIONS, CALENDAR)  # notes with a log
_WAITING = (TODAY, PARTNERS, BOARD, ORGANIZATIONS, CALENDAR)
"""Screens with reminders: Today is the first one, where the palette leads."""


@dataclass(frozen=True, slots=True)
class Action:
    """One row of the action table.

    Attributes:
        name: of the method `action_NAME`; also the name used to change its keys.
        keys: Textual key names; the first is the one shown most.
        title: what it does, as a sentence without its period.
        label: one or two words for the footer; empty leaves it out.
        places: screens where it works; the palette on any other screen leads to the first of them.
        argument: passed to the method; most have none.
        app: the method is on the app, not on the screen.
        alone: it needs no selection, so the palette can run it from anywhere.
    """

    name: str
    keys: tuple[str, ...]
    title: str
    label: str
    places: tuple[str, ...]
    argument: str = ""
    app: bool = False
    alone: bool = False

    @property
    def id(self) -> str:
        """Unique ID in the table."""
        return f"{self.name}-{self.argument}" if self.argument else self.name

    @property
    def name_shown(self) -> str:
        """The title as the palette lists it, without the part after a colon."""
        return self.title.partition(":")[0]

    @property
    def call(self) -> str:
        """The call in Textual's syntax."""
        call = f"{self.name}('{self.argument}')" if self.argument else self.name
        return f"app.{call}" if self.app else call

    @property
    def shown_keys(self) -> str:
        """The keys for display, such as `space or d`."""
        return " or ".join(key_name(key) for key in self.keys)


ACTIONS = (
    Action("forward", ("greater_than_sign",), "Move the partner to the next stage", "next stage", (BOARD,)),
    Action("backward", ("less_than_sign",), "Move the partner to the stage before", "stage before", (BOARD,)),
    Action("log", ("l",), "Log a touch: a call, an email, a coffee, or a note", "log", _KEPT),
    Action("write", ("C",), "Write a meeting note, beside the prep sheet", "", _KEPT),
    Action("done", ("space", "d"), "Done: tick a follow-up, or log what a reminder asks for", "done", _WAITING),
    Action("later", ("t",), "Later: put a reminder off to another day", "later", _WAITING),
    Action("skip", ("x",), "Skip: let a reminder go", "skip", _WAITING),
    Action("yes", ("y",), "Yes: it happened, it was sent, or file this line of the inbox", "yes", (TODAY,)),
    Action("draft", ("m",), "Draft a message; it is copied, never sent", "draft", (*_PEOPLE, CALENDAR)),
    Action("contact", ("Y",), "Copy or open a phone number, an email, an address, or the card", "", _KEPT),
    Action("prep", ("p",), "Prepare for a call or a coffee chat", "prep", (*_PEOPLE, CALENDAR)),
    Action("suggest", ("N",), "Contact next: who, why and how; choose somebody for the month", "", _PEOPLE, alone=True),
    Action("intro", ("I",), "Ask for an introduction: who could make one, and the request to them", "", _PEOPLE),
    Action("map", ("W",), "Who knows whom: the people around a partner; enter walks on", "", _PEOPLE),
    Action(
        "share",
        ("M",),
        "Share an article: one mail each for the marked partners, or for all that the filter finds",
        "",
        (PARTNERS,),
    ),
    Action("open", ("w",), "Go to the partner in the list of partners", "go to", (TODAY, CALENDAR)),
    Action("plan", ("f",), "Add a follow-up", "follow-up", _KEPT),
    Action("change", ("c",), "See all facts, such as the stage and the phone, and change them", "change", _KEPT),
    Action("read", ("v", "enter"), "View the note in full; again to go back", "view", _KEPT),
    Action("fold", ("h",), "Show or hide the reminders that can wait", "no hurry", (TODAY,), alone=True),
    Action("filter", ("slash",), "Filter the partners", "filter", _PEOPLE, app=True, alone=True),
    Action("ready", ("R",), "See what to have ready before a first contact", "", _PEOPLE, alone=True),
    Action("card", (), "Make your digital card with its QR code, and a one-page summary", "", _PEOPLE, alone=True),
    Action("note", (), "Write the due reminders into Today.md, for the phone", "", (TODAY,), alone=True),
    Action("queries", ("b",), "Bring up a saved view or a recent filter", "views", (PARTNERS,), alone=True),
    Action("mark", ("a",), "Add the partner to those that c changes together, or take it out", "mark", (PARTNERS,)),
    Action("mark_all", ("A",), "Mark everybody that the filter finds, or nobody", "", (PARTNERS,)),
    Action("columns", ("i",), "Choose what the list shows", "", (PARTNERS,), alone=True),
    Action("sort", ("s",), "Sort by the next column", "sort", (PARTNERS,), alone=True),
    Action("turn", ("S",), "Turn the order around", "", (PARTNERS,), alone=True),
    Action("add", ("n",), "Add a partner", "new", _PEOPLE, alone=True),
    Action("import_contacts", (), "Import contacts from another program's file", "", _PEOPLE, alone=True),
    Action("status", ("s",), "Say how a referral stands", "status", (REFERRALS,)),
    Action("refer", ("n",), "Add a referral, out or in", "new", (REFERRALS,), alone=True),
    Action("match", ("m",), "Match: find partners to refer a client to", "match", (REFERRALS,), alone=True),
    Action(
        "releases",
        ("L",),
        "List releases, add one that was signed, or note that one was revoked",
        "releases",
        (REFERRALS, *_PEOPLE),
        alone=True,
    ),
    Action("partner", ("enter",), "Go to the partner", "partner", (REFERRALS,)),
    Action("fill", ("enter",), "Who is known, or where to look and a new partner", "look", (GAPS,)),
    Action("view", ("v",), "View the note in full; again to go back", "view", (REFERRALS, GAPS)),
    Action("earlier", ("left",), "The year before", "year before", (YEAR,), alone=True),
    Action("further", ("right",), "The year after", "year after", (YEAR,), alone=True),
    Action("page", ("w",), "Write the year as a page, for the browser and for print", "page", (YEAR,), alone=True),
    Action("organization", ("n",), "Add an organization", "new", (ORGANIZATIONS,), alone=True),
    Action(
        "mend",
        ("enter",),
        "Fix it: new words for client information, a merge for two notes, your editor for the rest",
        "mend",
        (PROBLEMS,),
    ),
    Action("apply", ("a",), "Apply the proposed fix, after a look at it", "apply", (PROBLEMS,)),
    Action("duplicates", (), "List duplicates: two notes about the same person, to merge", "", (PROBLEMS,), alone=True),
    Action("exceptions", ("x",), "List the lines marked as exceptions", "exceptions", (PROBLEMS,), alone=True),
    Action("edit", ("e", "E"), "Edit the note in your editor", "edit", _NOTES),
    Action("obsidian", ("o", "O"), "Open the note in Obsidian", "Obsidian", _NOTES),
    Action("one_line", ("plus",), "Write one line about anybody, such as call Yuki yesterday", "", _EVERYWHERE),
    Action("log_any", ("T",), "Log a touch for anybody", "", _EVERYWHERE),
    Action("undo", ("u",), "Undo the last change of this session", "", _EVERYWHERE),
    Action("redo", ("U",), "Redo what was undone last", "", _EVERYWHERE),
    Action("changes", ("ctrl+z",), "List changes, to undo or redo any of them", "", _EVERYWHERE, alone=True),
    Action("messages", (), "List messages shown since the start", "", _EVERYWHERE, alone=True),
    *(
        Action("go", (str(number),), f"Go to {title}", "", _EVERYWHERE, place, app=True)
        for number, (place, title) in enumerate(SCREENS.items(), 1)
    ),
    Action("return", ("backspace",), "Go back to where you were before", "", _EVERYWHERE, app=True),
    Action("sidebar", ("z",), "Show or fold the sidebar", "", _EVERYWHERE, app=True),
    Action("settings", ("comma",), "Settings: theme, keys, Today, reader mode, motion", "", _EVERYWHERE, alone=True),
    Action("look", ("r", "f5"), "Look again at what is on disk", "", _EVERYWHERE),
    Action("shade", (), "Turn the colors light or dark", "", _EVERYWHERE, app=True),
    Action("help", ("question_mark", "f1"), "Show all keys", "help", _EVERYWHERE),
    Action("command_palette", ("ctrl+p",), "Find a command by its name", "", _EVERYWHERE, app=True),
    Action("quit", ("q", "ctrl+q"), "Quit", "quit", _EVERYWHERE, app=True),
)
"""In the order of help and footer: most used first."""

MOVING = (
    ("up, down or k, j", "Move up and down"),
    ("page up, page down", "Move by a screen; in a note, space does too"),
    ("home, end or g, G", "Move to the first or the last"),
    (
        "left, right",
        "In Stages, Gaps and Year: to the next column, tile or year; on Today, in the seven days at the top",
    ),
    (
        "arrows, page up, page down, t",
        "In Calendar: by days and weeks, by months, and to today; enter goes to the list of the day",
    ),
    ("tab", "Move between filter, list and note; in Stages, to the next column"),
    ("escape", "Back to the list; then clear the marks, then the filter"),
)
"""Keys of lists and texts, for help and docs."""

READING = (
    ("/", "Search in the note: enter goes to the next place, up to the one before"),
    ("tab, shift+tab", "The next link, or the one before, on the whole screen; enter follows it"),
    ("J, K", "The next note of the list, or the one before"),
    ("backspace", "Back to where you were before, on any screen"),
    ("escape", "Back to the list"),
)
"""Keys of a note, for help and docs."""

FILTER = (
    ("tab", "Complete the word; with nothing to complete, go to the list"),
    ("right", "At the end: complete the word"),
    ("up", "The filter that was used before"),
    ("enter, down", "Go to the list"),
    ("escape", "Go to the list; there, see everybody again"),
)
"""Keys of the filter, for help and docs."""

DIALOG = (
    ("enter or ctrl+s", "Save"),
    ("ctrl+j", "A new line, where a text may have several"),
    ("ctrl+e", "In the form of a touch: write on the whole screen, beside the prep sheet"),
    ("ctrl+t", "There: from your words to the prep sheet, or back; space ticks a point off"),
    ("up, down", "Choose, where there are choices"),
    ("ctrl+o", "A month to choose the day from, where a day is asked for"),
    ("tab, shift+tab", "Next or previous field; tab takes what is shown behind the cursor"),
    ("right", "At the end: take what is shown behind the cursor"),
    ("F1", "Show these keys"),
    ("escape", "Leave without saving"),
)
"""Keys of every dialog, for help and docs."""

_KEY_NAMES = {
    "slash": "/",
    "comma": ",",
    "plus": "+",
    "question_mark": "?",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "f1": "F1",
    "f5": "F5",
}


def key_name(key: str) -> str:
    """A key for display."""
    return _KEY_NAMES.get(key, key)


def actions_of(place: str, keys: Mapping[str, str] | None = None) -> list[Action]:
    """The actions of a screen, in table order.

    Args:
        place: one of SCREENS.
        keys: key overrides by action ID, as in config.toml; several are separated by commas.
    """
    return [_with_keys(action, keys or {}) for action in ACTIONS if place in action.places]


def actions_elsewhere(place: str, keys: Mapping[str, str] | None = None) -> list[Action]:
    """The actions that only other screens have, in table order; each title appears once.

    Args:
        place, keys: as for `actions_of`.
    """
    here = {action.name_shown for action in actions_of(place)}
    others = {action.name_shown: action for action in reversed(ACTIONS) if action.name_shown not in here}
    return [_with_keys(action, keys or {}) for action in reversed(others.values())]


def _with_keys(action: Action, changed: Mapping[str, str]) -> Action:
    if action.id not in changed:
        return action
    return replace(action, keys=tuple(key.strip() for key in changed[action.id].split(",")))


def bindings(place: str) -> Iterator[Binding]:
    """The key bindings of a screen."""
    for action in actions_of(place):
        if action.keys:
            yield Binding(",".join(action.keys), action.call, action.title, id=action.id)

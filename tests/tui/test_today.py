"""Today: what it lists, and what can be done from it."""

from datetime import date
from pathlib import Path

from rounds.domain.reminders.sections import Section
from rounds.domain.server_questions import Question
from rounds.notes.document import Document
from rounds.tui.screens.partners import PartnersScreen
from rounds.tui.screens.today import TodayScreen
from rounds.tui.widgets.todaylist import TodayList
from rounds.vault.reminders import reminders, remote_state
from rounds.vault.vault import Vault

from .conftest import Start, User


def read(demo: Path, name: str) -> str:
    return (demo / "Partners" / f"{name}.md").read_text()


async def test_today_is_an_agenda_in_sections(vault: Vault, start: Start) -> None:
    """Late with a sign, then by day, each row with partner, what and since when; what has no hurry is folded."""
    from rounds.vault.inbox import thoughts
    from rounds.vault.reminders import today_sections

    sections = today_sections(vault)
    async with start(vault, (120, 75)) as user:
        screen = user.screen()
        heads = [
            "▾ ! Late  3",
            "▾ Today  10",
            "▾ Inbox",
            "▾ Tomorrow  2",
            "▾ This week  5",
            "▾ Next week",
            "▾ Later  3",
        ]
        places = [screen.index(head) for head in heads]
        assert places == sorted(places)
        assert "! since 21 Nov" in screen
        assert "you met on 20 Nov" in screen
        assert "▸ No hurry" in screen
        assert "Arlo Winterbourne" not in screen
        await user.press("h")
        assert "▾ No hurry" in user.screen()
        assert "Arlo Winterbourne" in user.screen()
        inbox = ["inbox", *(f"inbox {thought.text} 1" for thought in thoughts(vault))]
        rows = {section: [section, *(r.uid for r in found)] for section, found in sections.items()}
        wanted = [
            *rows.pop(Section.LATE),
            *rows.pop(Section.TODAY),
            *inbox,
            *(row for some in rows.values() for row in some),
        ]
        assert user.app.screen.query_one(TodayList).identities == wanted


async def test_enter_space_or_a_click_folds_a_section(vault: Vault, start: Start) -> None:
    """Its number stays in sight; the cursor stays on the heading, and a fold lasts while the program is open."""
    async with start(vault, (100, 40)) as user:
        today = user.app.screen.query_one(TodayList)
        await user.press("up")
        assert today.section is Section.LATE
        await user.press("enter")
        assert "▸ ! Late  3" in user.screen()
        assert "Beatriz Quintal  " not in user.screen().partition("Tomorrow")[0]
        await user.press("down", "space")
        assert (today.section, today.folded) == (Section.TODAY, {Section.LATE, Section.TODAY, Section.NO_HURRY})
        line = next(i for i, text in enumerate(user.screen().splitlines()) if "Tomorrow  2" in text)
        await user.pilot.click(offset=(8, line))
        await user.settle()
        assert "▸ Tomorrow  2" in user.screen()
        assert "Annika Rowe" not in user.screen().partition("This week")[0]
        await user.press("r", "2", "1")
        assert "▸ Tomorrow  2" in user.screen()
        await user.press("enter")
        assert "▾ Tomorrow  2" in user.screen()
        assert today.identity is Section.TOMORROW


async def test_what_has_no_hurry_is_in_order_of_day(empty: Vault, start: Start) -> None:
    """A release of next autumn stands below tomorrow's call; of one day the promise comes first."""
    root = Path(empty.root)
    notes = {
        "Partners/Ann.md": "- [ ] 09:15 call: the front desk 📅 2026-11-24\n- [ ] Send the list 📅 2026-11-30\n- [ ] Some day\n",
        "Partners/Zoe.md": "- [ ] coffee: at Heart 📅 2026-11-30\n\n## Log\n\n- 2026-11-22 skip thanks\n",
        "Releases/R.md": "---\ntype: release\npartner: '[[Ann]]'\nclient: R-7K3QXM\nsigned: 2026-10-11\nexpires: 2027-10-11\n---\n",
    }  # fmt: skip
    for path, text in notes.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    async with start(empty) as user:
        await user.press("h")
        titles = [each.title for each in user.rounds.session.agenda.reminders]
        assert titles == ["the front desk", "at Heart", "Send the list", "A release ends", "Some day"]
        lines = user.screen().splitlines()
        places = [next(i for i, line in enumerate(lines) if title in line) for title in titles]
        assert places == sorted(places)


async def test_space_ticks_a_written_follow_up(vault: Vault, demo: Path, start: Start) -> None:
    """A follow-up that somebody wrote is done with one key; its line is ticked and nothing else changes."""
    before = read(demo, "Dana Whitlock")
    line = next(line for line in before.splitlines() if "before clinic" in line)
    async with start(vault) as user:
        await user.press("space")
        after = read(demo, "Dana Whitlock")
        assert line not in after.splitlines()
        assert any("before clinic" in new and new.startswith("- [x]") for new in after.splitlines())
        assert "Done: Coffee: at Two Rivers, before clinic, Dana Whitlock." in user.told()
        assert "before clinic" not in user.screen().partition("What is next")[0]


async def test_done_on_a_derived_reminder_asks_for_the_touch(vault: Vault, demo: Path, start: Start) -> None:
    """A thank-you is done by logging it: the dialog opens with the kind filled in and the cursor in the text."""
    async with start(vault) as user:
        await user.press("down", "d")
        assert "Say thank you" in user.screen()
        await user.type("a card with a pressed leaf")
        await user.press("enter")
        assert "- 2026-11-23 thanks: a card with a pressed leaf" in read(demo, "Beatriz Quintal").splitlines()
        assert "Logged for Beatriz Quintal: thanks, today." in user.told()
        assert isinstance(user.app.screen, TodayScreen)


async def test_later_takes_a_preset_or_words(vault: Vault, demo: Path, start: Start) -> None:
    """Put off until next week with two keys, or until any day in words."""
    async with start(vault) as user:
        await user.press("down", "t", "down", "enter")
        assert "- 2026-11-23 later thanks: 2026-11-30" in read(demo, "Beatriz Quintal").splitlines()
        await user.press("home", "down", "t")
        await user.type("in 2 days")
        assert "Wednesday 25 November 2026" in user.screen()
        await user.press("enter")
        assert "before clinic" in read(demo, "Dana Whitlock")
        assert "2026-11-25" in next(x for x in read(demo, "Dana Whitlock").splitlines() if "before clinic" in x)


def one_a_day(vault: Vault) -> Path:
    """Forty partners, each with a follow-up on another day."""
    root = Path(vault.root, "Partners")
    root.mkdir()
    for number in range(1, 41):
        day = f"2026-12-{number:02}" if number < 32 else f"2027-01-{number - 31:02}"
        (root / f"P{number:02}.md").write_text(f"---\ntype: partner\n---\n- [ ] Ask {number:02} 📅 {day}\n")
    return root


async def test_the_cursor_stays_where_it_is_when_a_reminder_is_put_off(empty: Vault, start: Start) -> None:
    """Who goes through what has no hurry is at the next one, and does not go down the list with what was put off."""
    root = one_a_day(empty)
    async with start(empty, (100, 24)) as user:
        listing = user.app.screen.query_one(TodayList)
        await user.press("h", "home", "down", "down", "down")
        assert chosen(user) == "P03"
        top = listing.scroll_offset.y
        await user.press("t")
        await user.type("2027-03-01")
        await user.press("enter")
        assert "2027-03-01" in (root / "P03.md").read_text()
        assert (chosen(user), listing.scroll_offset.y) == ("P04", top)
        await user.press("down", "t")
        await user.type("tomorrow")
        await user.press("enter")
        assert chosen(user) == "P06"  # P05 is the first now
        await user.press("t", "escape")
        (root / "P06.md").write_text("---\ntype: partner\n---\n- [ ] Ask 06 📅 2027-04-01\n")
        empty.sync()
        await user.press("r")
        await user.until(lambda: [*user.rounds.session.agenda.reminders][-1].name == "P06")
        assert chosen(user) == "P06"  # what another program moves is still the chosen one
        await user.press("G", "t")
        await user.type("2027-05-01")
        await user.press("enter")
        assert chosen(user) == "P06"


async def test_skip_lets_a_reminder_go(vault: Vault, demo: Path, start: Start) -> None:
    """Skipping a derived reminder is a line in the log, with the reason that was given."""
    async with start(vault) as user:
        await user.press("down", "x")
        await user.type("thanked her in the hall")
        await user.press("enter")
        assert "- 2026-11-23 skip thanks: thanked her in the hall" in read(demo, "Beatriz Quintal").splitlines()


async def test_an_empty_vault_teaches_what_to_do_first(empty: Vault, start: Start) -> None:
    """A new vault shows three steps, each with its key and how far it is: readiness, two people, one draft."""
    empty.create("Practice.md", Document.parse(b"---\ntype: practice\n---\n"))
    async with start(empty, (80, 24)) as user:
        screen = user.screen()
        assert "Nobody is in your network yet. Three steps to begin with:" in screen
        assert "☐  R    Get ready: six things before a first contact (0 of 6)" in screen
        assert "☐  n    Add two people your clients see too (0 of 2)" in screen
        assert "☐  2 m  Draft a message" in screen
        assert screen.splitlines()[-1].split() == ["R", "get", "ready", "n", "new", "?", "help", "q", "quit"]
        await user.press("l")
        assert "Choose somebody first." in user.told()
        for name in ("Ada Bell", "Bo Carr"):
            await user.press("1", "n")
            await user.type(name)
            await user.press("enter")
        await user.press("1")
        assert "☑  n    Add two people" in user.screen()
        assert user.screen().splitlines()[-1].split()[:2] == ["l", "log"]
        await user.press("R")
        assert "Ready: 0 of 6" in user.screen()
        assert "f fill in" in user.screen()


async def test_a_day_without_anything_says_so(empty: Vault, start: Start) -> None:
    """With partners but nothing to do, Today explains what will turn up there."""
    for number in range(6):
        empty.create(f"Partners/Ada {number}.md", Document.parse(b"---\ntype: partner\nstage: found\n---\n"))
    async with start(empty) as user:
        assert "Nothing is waiting." in user.screen()


async def test_small_and_narrow_terminals_lose_nothing(vault: Vault, start: Start) -> None:
    """At 40x15 the list says who, what and when; the note is one key away and one key back."""
    async with start(vault, (40, 15)) as user:
        assert "Beatriz Quintal" in user.screen()
        assert "Say thank you" in user.screen()
        assert "since 21 Nov" in user.screen()
        await user.press("v")
        assert "What is next" in user.screen()
        await user.press("v")
        assert "! Late" in user.screen()


async def test_the_goal_of_the_month_is_a_bar(vault: Vault, demo: Path, start: Start) -> None:
    """Contacted, chosen and left are told apart without color, and in words; a goal of nothing shows no bar."""
    settings = demo / "rounds.toml"
    settings.write_text(settings.read_text().replace("goal = 3", "goal = 18"))
    (demo / "Partners" / "Zz.md").write_text(
        "---\ntype: partner\nstage: found\n---\n## Log\n- 2026-11-23 chosen: a warm introduction\n"
    )
    async with start(vault, (100, 30)) as user:
        assert f"{'█' * 8}{'▒'}{'░' * 9}  November: 8 of 18 new partners contacted, 1 chosen" in user.screen()
        settings.write_text(settings.read_text().replace("goal = 18", "goal = 8"))
        await user.press("r")
        assert "  ✓  November: 8 new partners contacted, the goal is 8, 1 chosen" in user.screen()
        assert "█" not in user.screen()
        settings.write_text(settings.read_text().replace("goal = 8", "goal = 0"))
        await user.press("r")
        assert "new partners" not in user.screen()


async def test_a_meeting_asks_for_yes_moved_or_no(vault: Vault, demo: Path, start: Start) -> None:
    """The three answers stand below it, each with its key; each leaves its line in the note."""
    async with start(vault) as user:
        assert "did it happen?  y yes   t it moved   x no" in user.screen()
        await user.press("y")
        assert any(x.startswith("- [x]") and "before clinic" in x for x in read(demo, "Dana Whitlock").splitlines())
        assert "Done: Coffee: at Two Rivers, before clinic, Dana Whitlock." in user.told()
        assert "A meeting note  Dana Whitlock" in user.screen()
        await user.press("escape")
        while "Priya" not in chosen(user):
            await user.press("down")
        await user.press("t")
        await user.type("friday 9:15")
        assert "Friday 27 November 2026 09:15" in user.screen()
        await user.press("enter")
        line = next(x for x in read(demo, "Priya Natarajan").splitlines() if "at the bakery" in x)
        assert line.startswith("- [ ] 09:15 coffee: at the bakery on Alder")
        assert "📅 2026-11-27" in line


async def test_a_draft_asks_whether_it_was_sent(vault: Vault, demo: Path, start: Start) -> None:
    """What `draft` planned stands in Today with its answers; y ticks it, which is the touch."""
    path = demo / "Partners" / "Annika Rowe.md"
    path.write_text(path.read_text().replace("## Log", "- [ ] email: sent? Check-in 📅 2026-11-01\n\n## Log"))
    for name in ("Beatriz Quintal", "Dana Whitlock", "Maria Alvarez", "Priya Natarajan", "Tamsin Achebe"):
        (demo / "Partners" / f"{name}.md").unlink()
    async with start(vault) as user:
        await user.press("home")
        while chosen(user) != "Annika Rowe":
            await user.press("down")
        assert "y sent   t not yet   x skip it" in user.screen()
        await user.press("y")
        assert "- [x] email: sent? Check-in 📅 2026-11-01 ✅ 2026-11-23" in read(demo, "Annika Rowe")


async def test_a_planned_coffee_that_is_logged_asks_no_more(vault: Vault, demo: Path, start: Start) -> None:
    """It is ticked in the same change, and says so; one undo takes both back."""
    before = read(demo, "Dana Whitlock")
    async with start(vault) as user:
        assert "Two Rivers" in user.screen().partition("No hurry")[0]
        await user.press("l")
        await user.type("coffee")
        await user.press("tab")
        await user.type("yesterday")
        await user.press("ctrl+s")
        said = 'Logged for Dana Whitlock: coffee, yesterday. Ticked off: "coffee: at Two Rivers, before clinic".'
        assert said in user.told()
        assert "- 2026-11-22 coffee" in read(demo, "Dana Whitlock")
        assert not [
            each for each in user.rounds.session.agenda.due if each.rule == "meeting" and "Rivers" in each.title
        ]
        await user.press("u")
        assert read(demo, "Dana Whitlock") == before


async def test_lines_of_the_inbox_are_filed_with_one_key(vault: Vault, demo: Path, start: Start) -> None:
    """Each shows whom it is about and what it would say; y files it as shown and takes it out of the inbox."""
    async with start(vault, (100, 40)) as user:
        screen = user.screen()
        assert "Inbox  5 lines to file: y files one" in screen
        assert "coffee: prefers fax" in screen
        assert "? nobody found" in screen
        await to_inbox(user)
        await user.press("y")
        assert "- 2026-11-22 coffee: prefers fax" in read(demo, "Dana Whitlock").splitlines()
        assert "Dana coffee" not in (demo / "Inbox.md").read_text()
        assert "Filed for Dana Whitlock: coffee, yesterday." in user.told()
        assert "Inbox  4 lines to file" in user.screen()
        await user.press("u")
        assert "Dana coffee yesterday, prefers fax" in (demo / "Inbox.md").read_text()
        assert "prefers fax" not in read(demo, "Dana Whitlock")


async def test_a_line_that_is_unclear_is_asked_about(vault: Vault, demo: Path, start: Start) -> None:
    """y asks whether it's done or to do; it can be corrected first, with what is known filled in, or discarded; f makes it
    a follow-up. Nothing is lost on leaving, and undo brings each line back.
    """
    before = (demo / "Inbox.md").read_bytes()
    async with start(vault) as user:
        await to_inbox(user)
        await user.press("down", "down", "down", "t")
        assert "This is a line of the inbox: y files it" in user.told()
        await user.press("y")
        screen = user.screen()
        assert "Done, or to do?  Gideon Stark-Moreno" in screen
        assert "To do  call · 30 Nov · about his parenting-plan sheet" in screen
        assert "Discard it  u brings it back" in screen
        await user.press("escape")
        assert (demo / "Inbox.md").read_bytes() == before
        await user.press("y", "down", "down", "enter")
        assert "Gideon Stark-Moreno" in user.screen()
        await user.press("enter")
        assert (
            "- 2026-11-16 call: on monday about his parenting-plan sheet"
            in read(demo, "Gideon Stark-Moreno").splitlines()
        )
        await user.press("u")
        await to_inbox(user)
        await user.press("down", "down", "down", "f")
        assert "Added for Gideon Stark-Moreno: call · 30 Nov · about his parenting-plan sheet." in user.told()
        assert "- [ ] call: about his parenting-plan sheet 📅 2026-11-30" in read(demo, "Gideon Stark-Moreno")
        await to_inbox(user)
        await user.press("down", "down", "down", "y")
        assert "File a line of the inbox" in user.screen()
        await user.press("escape", "x")
        assert "Discarded: somebody at the bakery mentioned a sleep clinic" in user.told()
        assert "bakery" not in (demo / "Inbox.md").read_text()
        await user.press("u", "u")
        assert (demo / "Inbox.md").read_bytes() == before


async def test_one_key_leads_to_the_partner(vault: Vault, start: Start) -> None:
    """From Today to the same person in the list, whatever the filter there was."""
    async with start(vault) as user:
        await user.press("slash")
        await user.type("stage:resting")
        await user.press("enter", "1", "down", "w")
        screen = user.app.screen
        assert isinstance(screen, PartnersScreen)
        assert screen.subject is not None
        assert screen.subject.name == "Beatriz Quintal"


async def test_prep_sheet(vault: Vault, start: Start) -> None:
    """One key shows what is known, what is still to be learned, and what to ask; the same key closes it."""
    async with start(vault, (100, 70)) as user:
        await user.press("p")
        screen = user.screen()
        assert "Two Rivers Family Medicine" in screen
        assert "since yesterday · Coffee: at Two Rivers, before clinic" in screen
        assert "10 Nov, reply: yes, mornings only" in screen
        assert "whether they take new clients" in screen
        assert "Why they need you" in screen
        await user.press("p")
        assert isinstance(user.app.screen, TodayScreen)


async def to_inbox(user: User) -> None:
    listing = user.app.screen.query_one("#today", TodayList)
    await user.press("home")
    while listing.thought is None:
        await user.press("down")


def chosen(user: User) -> str:
    """Whose reminder is under the cursor."""
    reminder = user.app.screen.query_one("#today", TodayList).reminder
    return reminder.name if reminder else ""


def changed_in_a_task_app(vault: Vault) -> None:
    """As if two follow-ups had been published, and one was moved there and one deleted."""
    note = Path(vault.root, "Partners/Sam Lee.md")
    note.parent.mkdir(exist_ok=True)
    note.write_text("- [ ] Send the one-pager 📅 2026-12-01 ^f-aaaa\n- [ ] Call 📅 2026-12-02 ^f-bbbb\n")
    vault.sync()
    first, second = sorted(reminders(vault), key=lambda each: each.cause)
    with remote_state(vault).changing_questions() as questions:
        questions[first.key] = Question("moved", "phone-1", first.due, None, date(2026, 12, 5))
        questions[second.key] = Question("deleted", "phone-1", second.due, None)


async def test_a_move_in_a_task_app_is_answered_with_one_key(empty: Vault, start: Start) -> None:
    """Each question says its keys: yes, another day, no; undo brings the day back."""
    changed_in_a_task_app(empty)
    async with start(empty) as user:
        screen = user.screen()
        assert "Moved to 5 Dec: Send" in screen
        assert "in your task app: take it over?  y yes   t another day   x no" in screen
        assert "in your task app: let it go?  y yes   t put it off   x no" in screen
        await user.press("home", "down", "y")  # they came in above the first rows, which keep the cursor
        assert "- [ ] Send the one-pager 📅 2026-12-05 ^f-aaaa" in read(Path(empty.root), "Sam Lee")
        assert "take it over?" not in user.screen()
        await user.press("x")
        assert "Your note stays as it is, and your task app gets it back: Sam Lee." in user.told()
        assert "let it go?" not in user.screen()
        assert "- [ ] Call 📅 2026-12-02 ^f-bbbb" in read(Path(empty.root), "Sam Lee")
        await user.press("u")
        assert "- [ ] Send the one-pager 📅 2026-12-01 ^f-aaaa" in read(Path(empty.root), "Sam Lee")

"""Organizations: the list, the preview, the log, and a new one."""

from pathlib import Path

from rounds.index.queries import members, organizations
from rounds.tui.screens.organizations import OrganizationsScreen
from rounds.tui.widgets.tables import organization_layout
from rounds.vault.vault import Vault

from .conftest import Start, User

KEY = "7"


def chosen(user: User) -> str:
    screen = user.app.screen
    assert isinstance(screen, OrganizationsScreen)
    return screen.subject.name if screen.subject else ""


async def test_the_list_says_how_many_work_there_and_how_to_reach_them(vault: Vault, start: Start) -> None:
    """By name, each with the number of its members."""
    async with start(vault, (80, 24)) as user:
        await user.press(KEY)
        lines = [line.split() for line in user.screen().splitlines()]
        assert ["name", "role", "members", "phone"] in lines
        assert ["▌", "Lantern", "Psychiatry", "psychiatrist", "2", "503-555-0170"] in lines
        assert ["Rose", "City", "Pediatrics", "pediatrician", "2", "+1", "503-555-0110"] in lines


def test_members_are_counted_by_name_however_the_link_is_written(empty: Vault) -> None:
    """As the preview lists them: a link, one with a folder, or the bare name; one where nobody works counts none."""
    for path, head in {
        "Organizations/Oak Clinic.md": "phone: '1'", "Organizations/Elm School.md": "city: Salem",
        "Partners/Ada.md": "organization: '[[Oak Clinic]]'", "Partners/Ben.md": "organization: oak clinic",
        "Partners/Cyd.md": "organization: '[[Organizations/Oak Clinic|Oak]]'", "Partners/Dan.md": "city: Salem",
    }.items():  # fmt: skip
        file = Path(empty.root, path)
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"---\n{head}\n---\n")
    empty.sync()
    assert [len(empty.ask(members, entry.key)) for entry, _ in empty.ask(organizations)] == [0, 3]
    assert [(entry.name, number) for entry, number in empty.ask(organizations)] == [
        ("Elm School", 0),
        ("Oak Clinic", 3),
    ]


async def test_members_front_desk_and_log_are_beside_the_list(vault: Vault, start: Start) -> None:
    """What is shared, who sits at the front desk, who works there, and what happened; each once."""
    async with start(vault, (160, 45)) as user:
        await user.press(KEY, "down", "down", "down")
        screen = user.screen()
        assert chosen(user) == "Rose City Pediatrics"
        assert "Front desk: Lou, mornings" in screen
        assert screen.count("Imani, extension 14") == 1
        assert "Maria Alvarez  pediatrician · active" in screen
        assert "Sam Lee  pediatrician · contacted" in screen
        assert "open house, talked with Maria Alvarez" in screen
        assert "Ask whether Imani is still the referral" in screen


async def test_l_logs_to_the_organization(vault: Vault, demo: Path, start: Start) -> None:
    """A touch there is in its own log and counts for no member."""
    member = (demo / "Partners" / "Maria Alvarez.md").read_bytes()
    async with start(vault) as user:
        await user.press(KEY, "down", "down", "down", "l")
        await user.type("call")
        await user.press("tab", "tab")
        await user.type("faxes go to Imani")
        await user.press("enter")
        note = (demo / "Organizations" / "Rose City Pediatrics.md").read_text()
        assert "- 2026-11-23 call: faxes go to Imani" in note.splitlines()
        assert "Logged for Rose City Pediatrics: call, today." in user.told()
    assert (demo / "Partners" / "Maria Alvarez.md").read_bytes() == member


async def test_its_own_follow_up_is_ticked_here(vault: Vault, demo: Path, start: Start) -> None:
    """Reminders of an organization are done as those of a partner."""
    async with start(vault) as user:
        await user.press(KEY, "down", "down", "down", "space")
        note = (demo / "Organizations" / "Rose City Pediatrics.md").read_text()
        assert "- [x] Ask whether Imani is still the referral coordinator" in note


async def test_add_an_organization(vault: Vault, demo: Path, start: Start) -> None:
    """A name is enough; the list goes to it. One that is there already is said."""
    async with start(vault) as user:
        await user.press(KEY, "n", "enter")
        assert "An organization needs a name" in user.screen()
        await user.type("Quiet Oak Clinic")
        await user.press("tab")
        await user.type("503-555-0199")
        await user.press("enter")
        note = (demo / "Organizations" / "Quiet Oak Clinic.md").read_text()
        assert "type: organization\n" in note
        assert "phone: 503-555-0199\n" in note or 'phone: "503-555-0199"\n' in note
        assert chosen(user) == "Quiet Oak Clinic"
        await user.press("n")
        await user.type("Quiet Oak Clinic")
        await user.press("enter")
        assert "is there already" in user.screen()


async def test_no_organizations_yet(empty: Vault, start: Start) -> None:
    """The empty list says what to do first, and no key does harm."""
    async with start(empty) as user:
        await user.press(KEY)
        assert "No organizations yet." in user.screen()
        await user.press("l", "space", "v", "enter")
        assert "Choose an organization first." in user.told()


async def test_small_terminals_lose_nothing(vault: Vault, start: Start) -> None:
    """At 40x15 the rest is one key away."""
    async with start(vault, (40, 15)) as user:
        await user.press(KEY, "down", "down", "down")
        assert "Rose City Pediatrics" in user.screen()
        await user.press("v")
        assert "Front desk: Lou, mornings" in user.screen()


def test_columns_fit_every_width() -> None:
    """Columns leave from the least needed on; their cells and gaps never exceed the width."""
    assert [name for name, _ in organization_layout(36)] == ["name", "members"]
    assert [name for name, _ in organization_layout(76)] == ["name", "role", "members", "phone"]
    for width in range(24, 200):
        columns = organization_layout(width)
        assert 2 + sum(cells for _, cells in columns) + 2 * (len(columns) - 1) <= width

"""The views for Obsidian: what they list, as its Bases would show it."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import ruamel.yaml
import yaml12

from bases import BaseError, File, Row, expression, files_of, shown
from rounds.domain.links import targets
from rounds.domain.reminders.reminder import State
from rounds.domain.settings import Settings
from rounds.notes.properties import DATES
from rounds.notes.schema import KEYS
from rounds.vault.create_vault import copy_template, template_root
from rounds.vault.problems import all_problems
from rounds.vault.reminders import reminders
from rounds.vault.tidy import tidy, untidy
from rounds.vault.vault import Vault
from vault.notes import entries, rows

TODAY = date(2026, 11, 23)
ROOT = template_root()
BASES = sorted(path.stem for path in (ROOT / "Views").glob("*.base"))
DUE = "Due for a word"
TOUCH = "Stay in touch"

KNOWN = {key for keys in KEYS.values() for key in keys} | {"file.name"}


def read(name: str) -> dict[str, Any]:
    found: Any = yaml12.parse_yaml((ROOT / f"Views/{name}.base").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def views() -> Iterator[tuple[str, dict[str, Any]]]:
    for name in BASES:
        for view in read(name)["views"]:
            yield name, view


def names(base: str, view: str, root: Path, today: date = TODAY, this: str = "") -> list[str]:
    found = shown(ROOT / f"Views/{base}.base", view, files_of(root), today, this)
    return [Path(path).stem for path in found]


@pytest.fixture
def tidied(vault: Vault) -> Path:
    """The sample network with its dates of last contact written."""
    assert tidy(vault, untidy(vault)) == []
    vault.sync()
    return Path(vault.root)


def conditions(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for parts in node.values():
            for part in parts:
                yield from conditions(part)


# What holds for every base ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BASES)
def test_a_base_reads_alike_in_both_yamls(name: str) -> None:
    """Obsidian reads YAML 1.2, other tools 1.1; Obsidian's own keys are all there is."""
    text = (ROOT / f"Views/{name}.base").read_text(encoding="utf-8")
    older = ruamel.yaml.YAML(typ="safe", pure=True)
    older.version = (1, 1)
    assert older.load(text) == read(name)
    assert set(read(name)) <= {"filters", "formulas", "properties", "views"}
    for view in read(name)["views"]:
        assert set(view) <= {"type", "name", "filters", "order", "sort", "groupBy"}
        assert (view["type"], bool(view["name"])) == ("table", True)


@pytest.mark.parametrize(("name", "view"), views(), ids=lambda each: each if isinstance(each, str) else each["name"])
def test_every_row_can_be_opened(name: str, view: dict[str, Any]) -> None:
    """The name of the note stands first, since only a name or a link opens with a click; columns are known."""
    known = KNOWN | {f"note.{key}" for key in KNOWN} | {f"formula.{key}" for key in read(name).get("formulas", {})}
    assert view["order"][0] == "file.name"
    columns = [*view["order"], *(each["property"] for each in view.get("sort", []))]
    columns += [view["groupBy"]["property"]] if "groupBy" in view else []
    assert set(columns) <= known
    assert set(read(name)["properties"]) <= known


@pytest.mark.parametrize("name", BASES)
def test_only_documented_functions_over_known_properties(name: str) -> None:
    """Every filter and formula can be read, and names properties of the format, files, `this` and formulas of the base."""
    base = read(name)
    texts = [*conditions(base.get("filters")), *base.get("formulas", {}).values()]
    texts += [text for view in base["views"] for text in conditions(view.get("filters"))]
    for text in texts:
        expression(text)
        bare = re.sub(r'"[^"]*"|/(?:[^/\\]|\\.)+/[gi]*', "", text)
        words = set(re.findall(r"(?<![\w.])([a-z_]+)(?!\w|\()", bare))
        assert words <= KNOWN | {"file", "this", "note", "formula"}, text


@pytest.mark.parametrize(("name", "view"), views(), ids=lambda each: each if isinstance(each, str) else each["name"])
def test_templates_are_never_listed(name: str, view: dict[str, Any], tmp_path: Path) -> None:
    """Also where the folder lies inside a larger vault, and in folders below Templates."""
    templates = {}
    for path in ("Templates/New.md", "Work/Referrals/Templates/New.md", "Templates/More/New.md"):
        for kind in ("partner", "referral", "release", "role"):
            link = {"partner": "[[Maria Alvarez]]", "organization": "[[Maria Alvarez]]"}
            file = tmp_path / path.replace("New", f"New {kind}")
            file.parent.mkdir(parents=True, exist_ok=True)
            rows = "".join(f'{key}: "{value}"\n' for key, value in link.items())
            file.write_text(
                f"---\ntype: {kind}\nstage: active\nlast_contact: 2020-01-01\nrevoked: 2020-01-01\n{rows}---\n"
            )
            templates[str(file)] = kind
    (tmp_path / "Maria Alvarez.md").write_text("---\ntype: partner\n---\n")
    found = names(name, view["name"], tmp_path, this="Maria Alvarez.md")
    assert [each for each in found if each.startswith("New")] == []


@pytest.mark.parametrize(("name", "view"), views(), ids=lambda each: each if isinstance(each, str) else each["name"])
def test_what_is_missing_breaks_no_view(name: str, view: dict[str, Any], tmp_path: Path) -> None:
    """Notes with nothing but their type, with empty properties, and without any: no date of nothing is compared."""
    for kind in (*KEYS, ""):
        empty = "".join(f"{key}:\n" for key in KEYS.get(kind, ()) if key != "type")
        (tmp_path / f"bare {kind}.md").write_text(f"---\ntype: {kind}\n---\n")
        (tmp_path / f"empty {kind}.md").write_text(f"---\ntype: {kind}\n{empty}---\n")
        for day in DATES:
            (tmp_path / f"only {kind} {day}.md").write_text(f"---\ntype: {kind}\n{day}: 2026-01-01\n---\n")
    (tmp_path / "plain.md").write_text("words\n")
    for this in ("", "plain.md", "bare partner.md", "empty referral.md"):
        names(name, view["name"], tmp_path, this=this)


def row(properties: dict[str, Any]) -> Row:
    return Row(File("x.md", properties), File("y.md"), TODAY, {})


def test_a_missing_guard_is_found() -> None:
    """The reader of these tests is strict: nothing has no date, and no undocumented function is known."""
    for text in ("date(expires) < today()", "expires < today()", "date(expires) + duration(check_in)"):
        with pytest.raises(BaseError):
            expression(text)(row({}))
    for text in ("weekday(today())", "type == ", "if(type", 'type.includes("x")'):
        with pytest.raises(BaseError):
            expression(text)(row({"type": "partner"}))


# Stay in touch ------------------------------------------------------------------------------------------------------


def test_the_first_view_is_who_is_due() -> None:
    """It opens first, and its default is that of rounds.toml."""
    base = read(TOUCH)
    assert base["views"][0]["name"] == DUE
    every = Settings().rules["check-in"].every
    assert every is not None
    assert f'"{every.months} months"' in base["formulas"]["every"]


def due(vault: Vault) -> list[str]:
    """Who is due by the rules."""
    now = (State.DUE, State.OVERDUE)
    found = [each for each in reminders(vault) if each.rule == "check-in" and each.state(vault.today()) in now]
    return sorted(Path(each.path).stem for each in found)


def test_due_for_a_word_is_what_the_rules_say(vault: Vault, demo: Path, tidied: Path) -> None:
    """In the sample these four, on its day; later the same people as the rules have, but for what no view can see: a
    check-in that the log skips or puts off, and a note that only its folder makes a partner.
    """
    unseen = {"Ravi Sandoval", "Nell Applewhite", "Harriet Bloom", "Magnus Tarn"}
    assert due(vault) == sorted(names(TOUCH, DUE, tidied))
    assert sorted(names(TOUCH, DUE, tidied)) == [
        "Arlo Winterbourne",
        "Gideon Stark-Moreno",
        "Marcus Tilley",
        "Rosalind Pike",
    ]
    for ahead in (5, 6, 30, 90, 200, 400):
        day = TODAY + timedelta(ahead)
        later = Vault.open(demo, clock=lambda day=day: day)  # type: ignore[misc]
        later.sync()
        assert tidy(later, untidy(later)) == []
        later.sync()
        assert set(names(TOUCH, DUE, tidied, day)) - unseen == set(due(later)) - unseen, day
        later.close()


def test_not_in_touch_for_six_months_is_true_once_tidied(vault: Vault, tidied: Path) -> None:
    """The same as the derived dates say, and nobody whom somebody has met since."""
    ago = date(2026, 5, 23)
    told = {
        Path(entry.path).stem
        for entry in entries(vault, "n.type = 'partner' AND n.readable")
        if entry.properties.get("type")  # Obsidian does not know what a folder means
        and (entry.last_contact is None or entry.last_contact < ago)
        and entry.properties.get("stage") not in ("found", "contacted", "resting", "not a fit")
    }
    assert set(names(TOUCH, "Not in touch for six months", tidied)) == told
    assert len(told) < 6


@pytest.mark.parametrize(
    ("properties", "listed"),
    [
        ("stage: active\nlast_contact: 2026-05-22", True),
        ("stage: active\nlast_contact: 2026-05-24", False),
        ("stage: active\nlast_contact: 2026-08-01\ncheck_in: 3 months", True),
        ("stage: active\nlast_contact: 2026-08-01\ncheck_in: 6m", False),
        ("stage: active\nlast_contact: 2026-08-01\ncheck_in: 3 mos", True),
        ("stage: active\nlast_contact: 2025-11-01\ncheck_in: 1 Year", True),
        ("stage: active\nlast_contact: 2025-11-01\ncheck_in: 2 yrs", False),
        ("stage: active\nlast_contact: 2026-11-14\ncheck_in: week", True),
        ("stage: active\nlast_contact: 2026-11-14\ncheck_in: 10d", False),
        ("stage: active\nlast_contact: 2020-01-01\ncheck_in: never", False),
        ("stage: active\nlast_contact: 2026-05-22\ncheck_in: quarterly", True),
        ("stage: active\nlast_contact: 2026-05-24\ncheck_in: 6", False),
        ("stage: active\nlast_contact: 2020-01-01\nrest_until: 2026-11-24", False),
        ("stage: active\nlast_contact: 2020-01-01\nrest_until: 2026-11-21", True),
        ("stage: active\nlast_contact: 2026-11-01\nrest_until: 2026-11-21", False),
        ("stage: active", False),
        ("last_contact: 2020-01-01", True),
        ("stage: contacted\nlast_contact: 2020-01-01", True),
        ("stage: found\nlast_contact: 2020-01-01", False),
        ("stage: resting\nlast_contact: 2020-01-01", False),
        ("stage: not a fit\nlast_contact: 2020-01-01", False),
        ("stage: met\nlast_contact: 2026-02-28\ncheck_in: 1 month", True),
    ],
)
def test_who_is_due(empty: Vault, properties: str, *, listed: bool) -> None:
    """check_in in all its ways, what is no length of time among them, rest_until, stages: as the rules have it."""
    note = Path(empty.root) / "Partners/Maria Alvarez.md"
    note.parent.mkdir()
    note.write_text(f"---\ntype: partner\n{properties}\n---\n")
    empty.sync()
    expected = ["Maria Alvarez"] if listed else []
    assert due(empty) == expected
    assert names(TOUCH, DUE, Path(empty.root)) == expected


@pytest.mark.parametrize("day", ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"])
def test_a_weekend_moves_to_monday(empty: Vault, tmp_path: Path, day: str) -> None:
    """What falls on a Saturday or Sunday is due on Monday, in the view as in the rules."""
    note = tmp_path / "empty/Partners/Maria Alvarez.md"
    note.parent.mkdir()
    for last in ("2026-05-20", "2026-05-21", "2026-05-22", "2026-05-23"):
        note.write_text(f"---\ntype: partner\nstage: active\nlast_contact: {last}\n---\n")
        then = Vault.open(empty.root, clock=lambda: date.fromisoformat(day))
        then.sync()
        assert names(TOUCH, DUE, Path(empty.root), date.fromisoformat(day)) == due(then), (last, day)
        then.close()


# This note ----------------------------------------------------------------------------------------------------------

NOTES = {
    "Partners/Maria Alvarez.md": 'type: partner\norganization: "[[Rose City]]"\nknows: ["[[Sam Lee]]"]',
    "Partners/Dana Whitlock.md": 'type: partner\norganization: "[[Rose City]]"',
    "Partners/Sam Lee.md": "type: partner",
    "Partners/Kim Ota.md": 'type: partner\nintroduced_by: "[[Maria Alvarez]]"',
    "Partners/Lone Wolf.md": "type: partner\norganization:",
    "Organizations/Rose City.md": "type: organization",
    "Referrals/2026/2026-11-20 out Maria Alvarez.md": 'type: referral\npartner: "[[Maria Alvarez]]"\ndate: 2026-11-20',
    "Releases/2026-11-01 Maria Alvarez.md": 'type: release\npartner: "[[Maria Alvarez]]"\nsigned: 2026-11-01',
    "2026-11-23.md": "day: 1",
}
MARIA = "Partners/Maria Alvarez.md"


@pytest.fixture
def around(tmp_path: Path) -> Path:
    for path, head in NOTES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(f"---\n{head}\n---\n")
    (tmp_path / "2026-11-23.md").write_text("Coffee with [[Maria Alvarez]].\n")
    return tmp_path


@pytest.mark.parametrize(
    ("this", "view", "listed"),
    [
        (MARIA, "Referrals", {"2026-11-20 out Maria Alvarez"}),
        (MARIA, "Releases", {"2026-11-01 Maria Alvarez"}),
        (MARIA, "Same organization", {"Dana Whitlock"}),
        (MARIA, "Knows", {"Sam Lee", "Kim Ota"}),
        ("Partners/Sam Lee.md", "Knows", {"Maria Alvarez"}),
        ("Partners/Kim Ota.md", "Knows", {"Maria Alvarez"}),
        ("Partners/Dana Whitlock.md", "Same organization", {"Maria Alvarez"}),
        ("Organizations/Rose City.md", "Same organization", {"Maria Alvarez", "Dana Whitlock"}),
        ("Partners/Lone Wolf.md", "Same organization", set()),
        ("Partners/Lone Wolf.md", "Around this note", set()),
        ("2026-11-23.md", "Around this note", {"Maria Alvarez"}),
        ("Releases/2026-11-01 Maria Alvarez.md", "Around this note", {"Maria Alvarez"}),
        (
            MARIA,
            "Around this note",
            {
                "2026-11-20 out Maria Alvarez", "2026-11-01 Maria Alvarez", "Dana Whitlock", "Sam Lee", "Kim Ota",
                "Rose City", "2026-11-23",
            },
        ),
    ],
)  # fmt: skip
def test_what_is_around_a_note(around: Path, this: str, view: str, listed: set[str]) -> None:
    """Both directions: who knows and who is known, what links here and what is linked; never the note itself."""
    assert set(names("This note", view, around, this=this)) == listed


def test_nothing_is_around_the_base_itself(around: Path) -> None:
    """Opened in the main area it has no note to speak of, and says nothing wrong."""
    for view in read("This note")["views"]:
        assert names("This note", view["name"], around) == []


def test_what_is_around_a_note_is_told_by_kind(around: Path) -> None:
    """The first view is grouped by what the notes are to each other."""
    files = files_of(around)
    formulas = {name: expression(text) for name, text in read("This note")["formulas"].items()}
    kinds = {
        file.path.rpartition("/")[2].removesuffix(".md"): formulas["kind"](Row(file, files[MARIA], TODAY, formulas))
        for file in files.values()
        if file.path != MARIA
    }
    assert kinds == {
        "2026-11-20 out Maria Alvarez": "Referrals", "2026-11-01 Maria Alvarez": "Releases",
        "Dana Whitlock": "Same organization", "Sam Lee": "Knows", "Kim Ota": "Knows", "Rose City": "Linked",
        "2026-11-23": "Linked", "Lone Wolf": "Linked",
    }  # fmt: skip


# The others ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "properties", "listed"),
    [
        ("Next to end", "expires: 2026-11-23", True),
        ("Next to end", "expires_event: end of the assessment", True),
        ("Next to end", "expires: 2026-11-22", False),
        ("Next to end", "expires: 2027-01-01\nrevoked: 2026-01-01", False),
        ("Ended or revoked", "expires: 2026-11-22", True),
        ("Ended or revoked", "revoked: 2026-11-22", True),
        ("Ended or revoked", "expires_event: end of the assessment", False),
        ("Ended or revoked", "expires: 2026-11-23", False),
    ],
)
def test_releases(tmp_path: Path, view: str, properties: str, *, listed: bool) -> None:
    """A release without a date ends with its event; the last day still counts."""
    (tmp_path / "one.md").write_text(f"---\ntype: release\n{properties}\n---\n")
    assert names("Releases", view, tmp_path) == (["one"] if listed else [])


def test_home_shows_views_that_are_there() -> None:
    """Each table that Home embeds is a view of a base beside it, and no text of Home is a task or an entry."""
    text = (ROOT / "Home.md").read_text(encoding="utf-8")
    embeds = re.findall(r"!\[\[Views/([^#\]]+)\.base#([^\]]+)\]\]", text)
    assert len(embeds) == text.count("![[") == 4
    for base, view in embeds:
        assert view in [each["name"] for each in read(base)["views"]]


def test_a_fresh_vault_has_no_problem(tmp_path: Path) -> None:
    """Home, the templates and what is beside them are no partners and no problems."""
    copy_template(tmp_path)
    vault = Vault.open(tmp_path, clock=lambda: TODAY)
    vault.sync()
    assert all_problems(vault) == []
    assert rows(vault, "SELECT type FROM notes WHERE path = 'Home.md'") == [("",)]
    assert rows(vault, "SELECT path FROM notes WHERE type IN ('partner', 'organization', 'release', 'referral')") == []
    vault.close()


def test_links_of_home_lead_somewhere() -> None:
    stems = {path.stem for path in ROOT.rglob("*.md")} | {f"Views/{name}.base" for name in BASES}
    for target in targets((ROOT / "Home.md").read_text(encoding="utf-8")):
        assert target in stems

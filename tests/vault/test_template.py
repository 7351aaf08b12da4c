"""The vault template: what a new user finds in the folder."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from rounds.domain.job_titles import Roles
from rounds.domain.log_followups import KINDS
from rounds.domain.partner_referral_release import STAGES
from rounds.domain.settings import Settings
from rounds.notes.document import Document
from rounds.notes.frontmatter import fences_quoting as syntax
from rounds.notes.links import targets
from rounds.notes.properties import DATES, LISTS, NUMBERS, items_of
from rounds.notes.read_note import read_note
from rounds.notes.schema import FOLDERS, KEYS, folder_types
from rounds.storage.rounds_toml import read_settings
from rounds.vault.create_vault import template_root

ROOT = template_root()
NOTES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.md"))
MESSAGES = [name for name in NOTES if name.startswith("Playbook/Messages/")]
VIEWS = sorted(path.name for path in (ROOT / "Views").glob("*.base"))

NICHES = {
    "Children and teens": [
        "pediatrician", "school counselor", "educational psychologist", "occupational therapist",
    ],
    "Perinatal mental health": ["ob-gyn", "midwife", "doula", "lactation consultant"],
    "Health psychology and chronic illness": [
        "oncologist", "neurologist", "endocrinologist", "physical therapist", "dietitian",
    ],
    "Couples": ["family lawyer", "mediator"],
    "Every practice": [
        "family physician", "internist", "physician assistant", "nurse practitioner", "psychiatrist",
        "psychiatric nurse practitioner",
    ],
    "Allied": ["testing psychologist", "speech therapist", "coach", "therapist"],
    "Trauma and EMDR": [
        "family physician", "ob-gyn", "pelvic floor physical therapist", "massage therapist", "case manager", "consultation group",
    ],
    "Anxiety and OCD": [
        "family physician", "pediatrician", "gastroenterologist", "psychiatrist", "school counselor", "intensive treatment program",
    ],
    "Chronic pain": [
        "pain physician", "physical therapist", "pelvic floor physical therapist", "chiropractor", "massage therapist", "neurologist", "referral coordinator",
    ],
    "Eating disorders": [
        "dietitian", "pediatrician", "family physician", "gastroenterologist", "psychiatrist", "intensive treatment program",
    ],
    "Substance use": [
        "addiction medicine physician", "addiction counselor", "intensive treatment program", "family physician", "psychiatric nurse practitioner", "case manager",
    ],
    "Grief": [
        "hospice", "clergy", "funeral director", "hospital social worker", "oncologist", "estate lawyer",
    ],
    "Couples and sex therapy": [
        "sex therapist", "ob-gyn", "pelvic floor physical therapist", "mediator", "family lawyer", "clergy", "consultation group",
    ],
    "LGBTQ+": [
        "gender clinic", "family physician", "endocrinologist", "speech therapist", "pediatrician", "school counselor", "clergy",
    ],
    "Older adults": [
        "geriatrician", "neurologist", "hospice", "estate lawyer", "hospital social worker", "case manager", "referral coordinator",
    ],
    "ADHD and autism": [
        "developmental pediatrician", "testing psychologist", "pediatrician", "occupational therapist", "speech therapist", "educational psychologist", "coach",
    ],
    "College students": [
        "campus counseling center", "psychiatrist", "nurse practitioner", "testing psychologist", "coach", "dietitian",
    ],
    "Veterans and first responders": [
        "vet center", "employee assistance program", "pain physician", "sleep specialist", "clergy", "family physician",
    ],
    "Infertility and loss": [
        "fertility specialist", "ob-gyn", "midwife", "doula", "endocrinologist", "hospital social worker",
    ],
    "Divorce and custody": [
        "family lawyer", "mediator", "guardian ad litem", "school counselor", "pediatrician",
    ],
    "Sleep": [
        "sleep specialist", "family physician", "neurologist", "psychiatrist", "pediatrician",
    ],
    "Serious mental illness": [
        "psychiatrist", "psychiatric nurse practitioner", "case manager", "hospital social worker", "intensive treatment program", "family physician", "occupational therapist",
    ],
}  # fmt: skip


GUIDES = {
    "Children and teens", "Perinatal mental health", "Health psychology and chronic illness", "Couples", "Every practice",
    "Allied",
}  # fmt: skip
"""Niches of the guide; the others are ours."""


def document(name: str) -> Document:
    return Document.parse((ROOT / name).read_bytes())


@pytest.mark.parametrize("name", NOTES)
def test_shipped_values_have_the_quotes_that_we_would_write(name: str) -> None:
    """So that Obsidian and we leave the template's lines alone (vault format, Writing)."""
    for key, value in document(name).properties.items():
        if isinstance(value, str) and value and key not in DATES:
            assert f"{key}: {syntax.scalar(value)}\n" in document(name).block


def names_in(folder: str) -> set[str]:
    return {path.stem for path in (ROOT / folder).glob("*.md")}


@pytest.mark.parametrize("name", NOTES)
def test_every_shipped_note_can_be_read(name: str) -> None:
    """No note of the template is a problem, and none holds a task or a log line that would turn up in lists."""
    assert document(name).problems == ()
    if name.startswith("Templates/"):
        return  # Obsidian's placeholders are no dates; these files are not indexed
    note = read_note(name, (ROOT / name).read_bytes(), folder_types(FOLDERS))
    assert (note.readable, note.problems, note.followups, note.log) == (True, (), (), ())


def test_layout_of_the_format() -> None:
    """The folders and files are those of the vault format, and no note stands where it has no type."""
    assert {path.name for path in ROOT.iterdir()} == {
        "Practice.md", "rounds.toml", "Inbox.md", "Start here.md", "Home.md", "Partners", "Organizations", "Referrals", "Releases",
        "Playbook", "Views", "Templates", "Attachments", ".obsidian", ".gitignore", ".gitattributes", ".stignore",
    }  # fmt: skip
    assert {path.name for path in (ROOT / "Templates").iterdir()} == {
        "New partner.md", "New organization.md", "New referral.md", "New release.md", "Log line.md",
        "partner-clipper.json", "Contacts.csv",
    }  # fmt: skip
    for folder, kind in folder_types({name: FOLDERS[name] for name in ("niches", "roles", "messages")}):
        for name in names_in(folder):
            assert document(f"{folder}{name}.md").properties["type"] == kind


def test_settings_show_every_default() -> None:
    """rounds.toml parses, and each of its values is the default that stands without it."""
    settings, problems = read_settings(str(ROOT))
    assert problems == ()
    assert settings == Settings(folders=FOLDERS)


def test_settings_hold_every_key() -> None:
    """Every key is there to be changed, with the guide's numbers."""
    assert tomllib.loads((ROOT / "rounds.toml").read_text(encoding="utf-8")) == {
        "vault": "",
        "timezone": "",
        "folders": {
            "partners": "Partners", "organizations": "Organizations", "referrals": "Referrals", "releases": "Releases",
            "team": "Team", "niches": "Playbook/Niches", "roles": "Playbook/Roles", "messages": "Playbook/Messages",
        },
        "reminders": {
            "thanks": {"on": True, "days": 1, "overdue": 2, "lapse": 14},
            "meeting": {"on": True},
            "intro": {"on": True, "days": 7, "lapse": 14},
            "nudge": {"on": True, "days": 10, "times": 2},
            "month": {"on": True, "days": 7},
            "check-in": {"on": True, "every": "6 months", "roles": {}},
            "referral-in": {"on": True, "days": 2, "lapse": 14},
            "feedback": {"on": True, "days": 7, "lapse": 30},
            "referral-out": {"on": True, "days": 14},
            "release": {"on": True, "days": 30},
            "accepting": {"on": False, "days": 90},
            "article": {"on": False, "every": "4 months"},
            "card": {"on": True, "every": "6 months"},
            "stage": {"on": True},
        },
        "month": {"goal": 3},
        "week": {"free": []},
        "network": {"niches": ["Every practice", "Allied"], "suggest": 3, "again": 180, "steps": 3},
        "today": {"cap": 5},
        "holidays": {"country": "", "subdivision": "", "card": ""},
        "tasks": {"filter": "", "folders": []},
        "guard": {"known": [], "words": []},
        "drafts": {"words": 130, "shortest": 15, "longest": 20},
        "feeds": {
            "reminders": {
                "query": "", "level": "full", "name": "", "window": 120, "gentle": 2, "waiting": "{n} waiting",
                "done": 14, "minutes": 20, "refresh": 6, "alarm": "", "alarms": {}, "travel": 0, "link": "obsidian", "color": "teal", "tasks": False,
            },
        },
    }  # fmt: skip


def test_settings_are_explained() -> None:
    """Every value of rounds.toml has a comment, on its line or on that of its table."""
    table = ""
    for line in (ROOT / "rounds.toml").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            table = line
        elif "=" in line and not line.startswith("#"):
            assert "#" in line or "#" in table, line


def test_practice_shows_every_property_empty() -> None:
    """Practice.md has the properties of the format's table, in its order, waiting to be filled in."""
    properties = document("Practice.md").properties
    assert tuple(properties) == KEYS["practice"]
    assert {key for key, value in properties.items() if value is not None} == {"type"}


def test_practice_explains_the_six_points() -> None:
    """Six things are ready before the first contact (guide, line 8), each named with its property."""
    body = document("Practice.md").body
    assert len(re.findall(r"^\d\. \*\*", body, re.MULTILINE)) == 6
    for key in ("name", "niches", "ideal_client", "how_to_refer", "website", "card", "summary"):
        assert f"`{key}`" in body


@pytest.mark.parametrize("niche", NICHES)
def test_niches_name_the_roles_of_the_guide(niche: str) -> None:
    """A niche links to the roles that the guide gives it (lines 1 to 3), or that belong to it."""
    roles = document(f"Playbook/Niches/{niche}.md").properties["roles"]
    assert roles == [f"[[{role}]]" for role in NICHES[niche]]


def test_niches_and_roles_are_complete() -> None:
    """There is a note for every niche and every role, and no role without a niche."""
    assert names_in("Playbook/Niches") == set(NICHES)
    assert names_in("Playbook/Roles") == {role for roles in NICHES.values() for role in roles}


@pytest.mark.parametrize("role", sorted(role for roles in NICHES.values() for role in roles))
def test_roles_say_why_and_where(role: str) -> None:
    """A role says why they need us, why we need them (guide, line 6), and where to find them (line 4)."""
    properties = document(f"Playbook/Roles/{role}.md").properties
    for key in ("why_they_need_us", "why_we_need_them", "offer"):
        value = properties[key]
        assert isinstance(value, str)
        assert 40 < len(value) < 250
        assert value.endswith(".")
    places = properties["where_to_find"]
    assert isinstance(places, list)
    assert len(places) >= 3
    codes = properties.get("taxonomy", [])
    assert isinstance(codes, list)
    assert all(re.fullmatch(r"[0-9]{3}[0-9A-Z]{6}X", str(code)) for code in codes)


@pytest.mark.parametrize("niche", sorted({*NICHES} - GUIDES))
def test_niches_say_what_to_ask_and_where_to_look(niche: str) -> None:
    """A text, questions for each colleague, places to find them, and an example of how to word the niche."""
    body = document(f"Playbook/Niches/{niche}.md").body
    _, questions, places = re.split(r"^Worth asking each of them:$|^Where to find them:$", body, flags=re.MULTILINE)
    assert len(re.findall(r"^- .+\?$", questions, re.MULTILINE)) >= 2
    assert len(re.findall(r"^- ", places, re.MULTILINE)) >= 3
    assert re.search(r'Make it yours: name a person and a difficulty, such as\s"[^"]+"\.', body)


def test_codes_belong_to_one_role() -> None:
    """A provider of the registry gets one role: no two notes claim a code, and the table of titles agrees."""
    claimed: dict[str, list[str]] = {}
    for name in NOTES:
        if name.startswith("Playbook/Roles/"):
            for code in items_of(document(name).properties.get("taxonomy")):
                claimed.setdefault(code, []).append(Path(name).stem)
    table = Roles()
    assert {code: roles for code, roles in claimed.items() if len(roles) > 1} == {
        "103TC0700X": ["testing psychologist", "therapist"]
    }
    assert {code for code, (role, *more) in claimed.items() if not more and table.of_code(code) != role} == set()


def test_every_role_can_be_searched_for_by_its_name() -> None:
    """The title of a new contact leads to its role, by the playbook and without it."""
    for role in names_in("Playbook/Roles"):
        assert Roles().of_title(role) == role, role


def test_messages_are_those_of_the_format() -> None:
    """Every message that a relationship needs is there, with the touch it makes and what it can't do without."""
    found = {}
    for name in MESSAGES:
        message = document(name)
        assert message.body.strip()
        assert tuple(message.properties) == tuple(k for k in KEYS["message"] if k in message.properties)
        assert message.properties["kind"] in KINDS
        assert message.properties["stage"] in STAGES
        assert set(items_of(message.properties["needs"])) <= set(KEYS["partner"])
        found[Path(name).stem] = (message.properties["kind"], message.properties["channel"])
    assert found == {
        "Request for a warm introduction": ("intro", "email"),
        "Personal email": ("email", "email"),
        "Personal email after an introduction": ("email", "email"),
        "Nudge": ("email", "email"),
        "Thank-you": ("thanks", "email"),
        "Thanks for a referral": ("thanks", "email"),
        "Check-in": ("email", "email"),
        "An article to share": ("article", "email"),
        "Holiday card": ("card", "post"),
        "Referral letter": ("referral", "secure"),
        "Update about a mutual client": ("email", "secure"),
        "Call script": ("call", "phone"),
        "Introduction at an event": ("event", "in person"),
        "Introducing two colleagues": ("email", "email"),
        "Declining kindly": ("email", "email"),
        "An opening or a group": ("email", "email"),
        "I am full, here are three others": ("thanks", "email"),
        "Good to meet you": ("thanks", "email"),
        "To someone who was recommended": ("email", "email"),
        "First contact by post": ("letter", "post"),
        "A lunch talk at a practice": ("email", "email"),
    }


@pytest.mark.parametrize("name", MESSAGES)
def test_only_messages_about_a_client_are_secure(name: str) -> None:
    """What is about a client goes through secure channels only, and under a release (guide, lines 20, 24, 25)."""
    message = document(name)
    assert message.properties["about_client"] is (message.properties["channel"] == "secure")
    if message.properties["about_client"]:
        assert "release" in message.body


def test_links_lead_somewhere() -> None:
    """Every link in the template names a note of the template."""
    names = {Path(name).stem for name in NOTES} | {f"Views/{view}" for view in VIEWS}
    for name in NOTES:
        for target in targets((ROOT / name).read_text(encoding="utf-8")):
            assert target in names, f"{name}: {target}"


def test_words_are_plain() -> None:
    """Plain, quiet words (guide, Vocabulary): no jargon of sales, no exclamation marks."""
    jargon = re.compile(r"\b(pipeline|tiers?|cadence|coverage|loops?|CRM|HIPAA.compliant)\b|!", re.IGNORECASE)
    for name in [*NOTES, "rounds.toml", *(f"Views/{view}" for view in VIEWS)]:
        text = (ROOT / name).read_text(encoding="utf-8")
        text = re.sub(r"!=|'!|&& !|\(!", "", text) if name.endswith(".base") else text.replace("![[", "")
        assert jargon.search(text) is None, name


_ONE_OR_MORE = {"email", "phone", "introduced_by"}
"""What may be a list: Obsidian shows a text too for this type, but warns of a list where its type is text."""


def test_obsidian_knows_the_types() -> None:
    """Every property of the format has its Obsidian type: lists, dates and checkboxes among them."""
    types = json.loads((ROOT / ".obsidian/types.json").read_text(encoding="utf-8"))["types"]
    properties = {key for keys in KEYS.values() for key in keys}
    assert properties <= set(types)
    for key in properties:
        expected = "date" if key in DATES else "multitext" if key in LISTS | _ONE_OR_MORE else types[key]
        assert types[key] == (key if key in {"tags", "aliases"} else expected), key
    assert {key for key, kind in types.items() if kind == "number"} == NUMBERS
    assert {key for key, kind in types.items() if kind == "checkbox"} == {
        "telehealth",
        "about_client",
        "only_by_name",
        "treats",
    }


def test_obsidian_settings() -> None:
    """Only core plugins are used; templates, bookmarks and the trash are set up as the format has them."""
    folder = ROOT / ".obsidian"
    names = ("app", "bookmarks", "core-plugins", "templates", "types")
    assert sorted(path.name for path in folder.iterdir()) == [f"{name}.json" for name in names]
    app, bookmarks, plugins, templates, _ = (
        json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in names
    )
    assert (app["trashOption"], app["attachmentFolderPath"]) == ("local", "Attachments")
    assert (plugins["bases"], plugins["templates"], plugins["bookmarks"]) == (True, True, True)
    assert (templates["folder"], templates["dateFormat"]) == ("Templates", "YYYY-MM-DD")
    assert all((ROOT / item["path"]).is_file() for item in bookmarks["items"])
    assert bookmarks["items"][0]["path"] == "Home.md"


def test_new_partner_shows_eight_properties() -> None:
    """A new note shows the first eight properties of the table (vault format, Partner)."""
    assert tuple(document("Templates/New partner.md").properties) == KEYS["partner"][:8]


def test_new_referral_has_what_is_always_there() -> None:
    """The properties that a referral always has (vault format, Referral)."""
    assert tuple(document("Templates/New referral.md").properties) == KEYS["referral"][:6]


def test_new_organization_has_its_properties() -> None:
    """All but the id and `not_same`, and the sections of its note (vault format, Organization)."""
    made = document("Templates/New organization.md")
    assert tuple(made.properties) == tuple(key for key in KEYS["organization"] if key not in {"id", "not_same"})
    assert re.findall(r"^## (.+)$", made.body, re.MULTILINE) == ["People", "Follow-ups", "Log"]


def test_new_release_has_its_properties() -> None:
    """All but the id and the day of a revocation (vault format, Release)."""
    made = document("Templates/New release.md")
    assert tuple(made.properties) == tuple(key for key in KEYS["release"] if key not in ("id", "revoked"))
    assert made.properties["signed"] == "{{date}}"


def test_words_for_clients_say_when_and_why() -> None:
    """Before it happens, with what for and with permission, and that nobody is paid (guide, lines 25 to 27)."""
    text = (ROOT / "Playbook/Coordinating care.md").read_text(encoding="utf-8")
    for words in (
        "before it\nhappens",
        "and why",
        "With your permission",
        "what it's for",
        "change your mind",
        "nobody pays me",
    ):
        assert words in text, words

"""The network as a whole, gathered from notes: gaps, introductions, the month."""

from datetime import date
from pathlib import Path

import pytest

from rounds.domain.gaps_introductions_suggestions import Month
from rounds.vault import month_suggestions_year_report as months
from rounds.vault.gaps_introductions_match import all_gaps, ask, paths_to, record_introduction
from rounds.vault.reminders import reminders
from rounds.vault.vault import Vault
from vault.notes import put

TODAY = date(2026, 11, 23)


def people(vault: Vault, **heads: str) -> None:
    """Partners with these lines of front matter; what follows `||` is the body."""
    put(vault, {
        f"Partners/{name}.md": "---\n{}\n---\n{}".format(*(text.replace("; ", "\n") + "||").split("||")[:2])
        for name, text in heads.items()
    })  # fmt: skip


def ways(vault: Vault, name: str) -> list[list[str]]:
    found = paths_to(vault, vault.entry(f"Partners/{name}.md"))
    return [[*(person.name for person in way.people[:-1]), *way.ties] for way in found]


# Gaps ---------------------------------------------------------------------------------------------------------

PLAYBOOK = {
    "Playbook/Niches/Kids.md": "---\nroles:\n  - '[[pediatrician]]'\n  - coach\naliases:\n  - children and teens\n---\n",
    "Playbook/Niches/Every practice.md": "---\nroles:\n  - '[[psychiatrist]]'\n---\n",
    "Playbook/Niches/Allied.md": "---\nroles: []\n---\n",
    "Playbook/Niches/Couples.md": "---\nroles:\n  - mediator\n---\n",
    "Playbook/Roles/pediatrician.md": "---\naliases:\n  - kids doctor\nwhere_to_find:\n  - hospital directory\n---\n",
}


def cells(vault: Vault) -> list[tuple[str, str, dict[str, int], tuple[str, ...]]]:
    return [
        (c.niche.name, c.role.name, {s: n for s, n in c.stages.items() if n}, c.role.where)
        for c in all_gaps(vault).cells
    ]


def test_gaps_are_those_of_the_practices_niches_and_of_every_practice(empty: Vault) -> None:
    """Guide, lines 1 to 4: by the notes of Practice.md and the playbook, with where to look."""
    put(empty, PLAYBOOK | {"Practice.md": "---\ntype: practice\nniches:\n  - '[[Children and teens]]'\n---\n"})
    people(empty, Ana="role: Kids doctor; stage: met", Ben="role: psychiatrist", Kim="role: mediator; stage: met")
    assert cells(empty) == [
        ("Kids", "coach", {}, ()),
        ("Every practice", "psychiatrist", {"found": 1}, ()),
        ("Kids", "pediatrician", {"met": 1}, ("hospital directory",)),
    ]
    assert all_gaps(empty).missing == []


def test_who_rests_fills_a_gap_where_they_were_met(empty: Vault) -> None:
    """By the log, a ticked meeting or the organization's log; a mail, or a day to come, is no meeting (guide, line 23)."""
    roles = ("coach", "doula", "midwife", "nurse", "tutor")
    notes = {"Playbook/Niches/Kids.md": f"---\nroles: [{', '.join(roles)}]\n---\n"}
    bodies = (
        "## Log\n\n- 2025-02-02 coffee: fax\n", "- [x] meeting: at Heart ✅ 2025-02-02\n", "",
        "## Log\n\n- 2025-02-02 email: hello\n- 2027-02-02 coffee: x\n", "",
    )  # fmt: skip
    for role, body in zip(roles, bodies, strict=True):
        notes[f"Partners/{role}.md"] = f"---\nrole: {role}\nstage: resting\n---\n{body}"
    notes["Organizations/Clinic.md"] = "## Log\n\n- 2026-02-02 meeting: [[midwife]]\n"
    put(empty, notes | {"Practice.md": "---\ntype: practice\nniches: [Kids]\n---\n"})
    assert {c.role.name: c.open for c in all_gaps(empty).map if c.niche.name == "Kids"} == {
        "coach": False, "doula": False, "midwife": False, "nurse": True, "tutor": True,
    }  # fmt: skip


def test_gaps_follow_the_teams_niches_and_the_settings(empty: Vault) -> None:
    """Group practices; which niches every practice has is a setting; one without a note is said."""
    settings = Path(empty.root, "rounds.toml")
    settings.write_text(settings.read_text() + '\n[network]\nniches = ["Couples"]\n')
    put(empty, PLAYBOOK | {"Team/Kim.md": "---\nniches:\n  - '[[Kids]]'\n  - '[[Grief]]'\n---\n"})
    assert [(niche, role) for niche, role, *_ in cells(empty)] == [
        ("Kids", "pediatrician"), ("Kids", "coach"), ("Couples", "mediator"),
    ]  # fmt: skip
    assert all_gaps(empty).missing == ["Grief"]


def test_the_template_covers_the_guides_roles(vault: Vault) -> None:
    """Lines 2 and 3: primary care, prescribers and allied professions, whatever the niche."""
    roles = {role for niche, role, *_ in cells(vault) if niche in {"Every practice", "Allied"}}
    assert roles == {
        "family physician", "internist", "physician assistant", "nurse practitioner", "psychiatrist",
        "psychiatric nurse practitioner", "testing psychologist", "speech therapist", "coach", "therapist",
    }  # fmt: skip
    assert all(where for *_, where in cells(vault))


# Introductions ------------------------------------------------------------------------------------------------


def test_ties_are_read_from_properties_workplaces_and_notes(empty: Vault) -> None:
    """introduced_by, knows (from either side), a shared organization, a link in a note."""
    met = "stage: met; last_contact: 2026-11-20"
    people(
        empty,
        Zoe='stage: found; introduced_by: "[[Ana]]"; organization: "[[Clinic]]"',
        Ana=met, Ben=f'{met}; knows: ["[[zoe]]", "[[Partners/Kim]]"]', Kim=f'{met}; organization: "[[Clinic|the clinic]]"',
        Lea=f"{met}||\n## About\nMet [[Zoe]] at school.\n", Max=f"{met}; organization: Clinic",
    )  # fmt: skip
    assert ways(empty, "Zoe") == [["Ana", "introduced_by"], ["Ben", "knows"], ["Kim", "organization"], ["Lea", "link"]]


def test_namesakes_are_told_apart_by_the_folder_of_a_link(empty: Vault) -> None:
    """As Obsidian links them."""
    put(empty, {
        "Partners/East/Sam.md": "---\nstage: met\n---\n", "Partners/West/Sam.md": "---\nstage: met\n---\n",
        "Partners/Zoe.md": "---\nknows: '[[West/Sam]]'\n---\n",
    })  # fmt: skip
    (way,) = paths_to(empty, empty.entry("Partners/Zoe.md"))
    assert way.people[0].path == "Partners/West/Sam.md"


def test_an_introduction_that_was_asked_for_is_followed_and_thanked_for(empty: Vault) -> None:
    """Asking is in the log alone; asked again after 7 days, and thanks once it worked (guide, table)."""
    people(empty, Zoe="stage: found; introduced_by:; email: z@x.example", Ana="stage: met")
    done = ask(empty, empty.entry("Partners/Zoe.md"), empty.entry("Partners/Ana.md"))
    assert done.lines == ("- 2026-11-23 intro: asked [[Ana]] to introduce us",)
    empty.sync()
    text = Path(empty.root, "Partners/Zoe.md").read_text()
    assert "stage: found\nintroduced_by:\n" in text
    assert [(r.rule, r.name, str(r.due)) for r in reminders(empty)] == [("intro", "Zoe", "2026-11-30")]
    Path(empty.root, "Partners/Zoe.md").write_text(text + "- 2026-11-24 reply: yes, next week\n")
    later = Vault.open(empty.root, clock=lambda: date(2026, 11, 25))
    later.sync()
    assert ("intro", "Ana", "Say thank you for introducing Zoe") in {
        (r.rule, r.name, r.title) for r in reminders(later)
    }
    later.close()


def test_an_introduction_that_was_made_names_who_made_it_and_ends_the_asking(empty: Vault) -> None:
    """Beside whoever introduced us before, each once; whoever was asked and whoever did it are both thanked."""
    people(empty, Zoe='stage: found; introduced_by: "[[Ana]]"', Ana="stage: met", Ben="stage: met", Kim="stage: met")
    zoe = empty.entry("Partners/Zoe.md")
    ask(empty, zoe, empty.entry("Partners/Kim.md"))
    for name in ("Ben", "Ana"):
        record_introduction(empty, zoe, empty.entry(f"Partners/{name}.md"))
        empty.sync()
    assert empty.entry("Partners/Zoe.md").properties["introduced_by"] == ["[[Ana]]", "[[Ben]]"]
    text = Path(empty.root, "Partners/Zoe.md").read_text()
    assert "- 2026-11-23 intro: [[Ben]] introduced us\n" in text
    assert [r for r in reminders(empty) if r.rule == "intro"] == []
    Path(empty.root, "Partners/Zoe.md").write_text(text + "- 2026-11-24 coffee\n")
    later = Vault.open(empty.root, clock=lambda: date(2026, 11, 25))
    later.sync()
    assert {r.name for r in reminders(later) if r.title == "Say thank you for introducing Zoe"} == {"Ana", "Ben", "Kim"}
    later.close()


def test_who_tells_of_an_introduction_of_theirs_is_not_introduced(empty: Vault) -> None:
    """Only `asked` makes somebody the one who was asked."""
    people(
        empty, Zoe="stage: met||- 2026-11-02 intro: introduced me to [[Ana]]\n- 2026-11-09 coffee\n", Ana="stage: met"
    )
    assert [r.name for r in reminders(empty) if "introducing" in r.title] == []


# The month ----------------------------------------------------------------------------------------------------


def test_progress_counts_partners_whose_first_outreach_lies_in_this_month(empty: Vault) -> None:
    """A first email, call, introduction, coffee or meeting; what comes again, or first was another month, is none."""
    people(
        empty,
        New="x: 1||- 2026-11-02 email: a\n- 2026-11-09 coffee: b\n", Intro="x: 1||- 2026-11-23 intro: asked [[Old]]\n",
        Ticked="x: 1||- [x] call: hello ✅ 2026-11-03\n", Old="x: 1||- 2026-10-31 email: a\n- 2026-11-09 coffee: b\n",
        Ahead="x: 1||- 2026-11-24 email: a\n", Note="x: 1||- 2026-11-02 note: a\n- 2026-11-03 note: b\n",
        Chosen="x: 1||- 2026-11-01 chosen: why\n", Declined="x: 1||- 2026-11-01 chosen: a\n- 2026-11-02 skip month\n",
        Before="x: 1||- 2026-10-31 chosen: why\n", Both="x: 1||- 2026-11-01 chosen: why\n- 2026-11-04 email: a\n",
    )  # fmt: skip
    assert months.month(empty) == Month(goal=3, contacted=4, chosen=1)


def test_a_touch_in_an_organizations_log_counts_for_whom_it_names(empty: Vault) -> None:
    """As for the last contact (vault format, Organization)."""
    people(empty, Sam="stage: found")
    put(empty, {"Organizations/Clinic.md": "---\n---\n- 2026-11-03 meeting: with [[Sam]]\n"})
    assert months.month(empty).contacted == 1


def test_new_partners_are_suggested_and_others_are_not(empty: Vault) -> None:
    """Who was heard, met, chosen, rests, or was tried of late is left in peace; who didn't answer long ago is not."""
    people(
        empty,
        Found="stage: found; organization: '[[Clinic]]'", None_="x: 1", Tried="stage: contacted||- 2026-05-27 email: a\n",
        Lately="stage: contacted||- 2026-05-28 email: a\n", Heard="stage: contacted||- 2025-01-02 reply: a\n",
        Met="stage: met", Rests="stage: resting", Away="stage: found; rest_until: 2026-12-01",
        Chosen="stage: found||- 2026-11-02 chosen: a\n", Again="stage: found; phone: '1'||- 2026-10-02 chosen: a\n",
    )  # fmt: skip
    put(empty, {"Organizations/Clinic.md": "---\nemail: desk@x.example\n---\n"})
    found = {each.name: each.channel for each in months.suggestions(empty)}
    assert list(found.items()) == [("Found", "personal email"), ("Again", "short call"), ("None_", "event")]
    settings = Path(empty.root, "rounds.toml")
    settings.write_text(settings.read_text() + "\n[network]\nsuggest = 9\nagain = 180\n")
    empty.sync()
    assert [each.name for each in months.suggestions(empty)][3:] == ["Tried"]


def test_suggestions_know_gaps_and_who_could_introduce(empty: Vault) -> None:
    """Only who knows somebody themselves makes a warm introduction."""
    put(empty, PLAYBOOK | {"Practice.md": "---\ntype: practice\nniches: '[[Kids]]'\n---\n"})
    people(
        empty,
        Ana="role: kids doctor; connection: her [[talk]]", Zoe="role: poet; knows: ['[[Sam]]', '[[Far]]']",
        Sam="stage: met; last_contact: 2026-11-01", Far="stage: resting",
    )  # fmt: skip
    first, second = months.suggestions(empty)
    assert first.reasons() == ["no pediatrician met yet (Kids)", "something personal: her talk", "not tried yet"]
    assert (second.channel, second.reasons()) == ("warm introduction", ["Sam could introduce you", "not tried yet"])


def test_choosing_puts_somebody_on_the_month_once(empty: Vault) -> None:
    """A line in the log, with the reasons; it is no touch, and the rule of the month reminds of it."""
    people(empty, Zoe="stage: found")
    entry = empty.entry("Partners/Zoe.md")
    done = months.choose(empty, entry)
    assert done is not None
    assert done.lines == ("- 2026-11-23 chosen: not tried yet",)
    empty.sync()
    assert months.choose(empty, entry) is None
    assert empty.entry("Partners/Zoe.md").last_contact is None
    assert [(r.rule, r.title, str(r.due)) for r in reminders(empty)] == [("month", "Research and write", "2026-11-30")]
    assert (months.month(empty).chosen, months.suggestions(empty)) == (1, [])


@pytest.mark.parametrize("head", ["stage: found", "stage: found; last_contact: 2024-01-02; source: import"])
def test_found_and_imported_partners_that_nobody_chose_remind_of_nothing(empty: Vault, head: str) -> None:
    """Guide, table of reminders."""
    people(empty, Zoe=head)
    assert reminders(empty) == []

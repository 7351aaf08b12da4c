"""`rounds niche`, `role` and `event`: the playbook grows, and events need no partner."""

import pytest

from cli.running import Runner

TERMINAL = pytest.mark.usefixtures("terminal")


def test_a_niche_of_ones_own_with_its_roles(rounds: Runner) -> None:
    """Abbreviations and other names become links to the roles' notes; a role without a note gets one; one undo reverts it."""
    text = rounds.good(
        "niche", "add", "School", "refusal", "--roles", "peds, OT", "--roles", "guidance counselor, yoga teacher"
    )
    assert text.splitlines() == [
        "Added School refusal: Playbook/Niches/School refusal.md",
        "Roles: pediatrician, occupational therapist, school counselor, yoga teacher",
        "Added 1 note for roles without one: Playbook/Roles/yoga teacher.md",
    ]
    note = rounds.note("Playbook/Niches/School refusal.md")
    assert '  - "[[occupational therapist]]"\n  - "[[school counselor]]"' in note
    rounds.good("set", "Practice", "niches+=[[School refusal]]")
    cells = [each["role"] for each in rounds.json("gaps")["cells"] if each["niche"] == "School refusal"]
    assert sorted(cells) == ["occupational therapist", "pediatrician", "school counselor", "yoga teacher"]
    rounds.good("undo")
    rounds.good("undo")
    assert not (rounds.folder / "Playbook/Roles/yoga teacher.md").exists()
    assert not (rounds.folder / "Playbook/Niches/School refusal.md").exists()


def test_a_niche_that_comes_with_rounds_brings_its_text(rounds: Runner) -> None:
    """Also its roles, and under the name that was typed, which a link in Practice.md has."""
    for path in ("Niches/Grief.md", "Roles/hospice.md"):
        (rounds.folder / "Playbook" / path).unlink()
    found = rounds.json("niche", "add", "bereavement")
    assert found["added"]["path"] == "Playbook/Niches/bereavement.md"
    assert found["roles"][:2] == ["hospice", "clergy"]
    assert found["made"] == ["Playbook/Roles/hospice.md"]
    assert "Worth asking each of them" in rounds.note("Playbook/Niches/bereavement.md")
    assert "bereavement calls" in rounds.note("Playbook/Roles/hospice.md").lower()


def test_a_niche_is_not_made_twice_or_without_roles(rounds: Runner) -> None:
    """By any of its names; an unknown one needs roles, and the known ones are named."""
    again = rounds("niche", "add", "perinatal", "--roles", "doula")
    assert again.exit_code != 0
    assert "perinatal is there already: Playbook/Niches/Perinatal mental health.md" in again.stderr
    bare = rounds("niche", "add", "Zzyzx")
    assert bare.exit_code == 2
    assert "the roles of Zzyzx are missing" in bare.stderr
    assert "Grief" in bare.stderr


def test_a_niche_without_a_note_is_named_by_gaps(rounds: Runner) -> None:
    """With the command that adds it; nothing is asked away from a terminal."""
    rounds.good("set", "Practice", "niches+=[[Tics]]")
    result = rounds("gaps")
    assert "rounds niche add Tics --roles ROLES" in result.stderr
    assert rounds.json("gaps")["missing"] == ["Tics"]


@TERMINAL
def test_a_niche_without_a_note_is_offered_to_be_made(rounds: Runner) -> None:
    """One of ours at once, one's own with its roles; no answer leaves it."""
    (rounds.folder / "Playbook/Niches/Grief.md").unlink()
    rounds.good("set", "Practice", "niches+=[[Grief]]")
    rounds.good("gaps", typed="n\n")
    assert not (rounds.folder / "Playbook/Niches/Grief.md").exists()
    rounds.good("gaps", typed="y\n")
    assert (rounds.folder / "Playbook/Niches/Grief.md").exists()
    rounds.good("set", "Practice", "niches+=[[Tics]]")
    rounds.good("gaps", typed="y\npeds, OT\n")
    assert rounds.json("gaps")["missing"] == []
    assert "[[occupational therapist]]" in rounds.note("Playbook/Niches/Tics.md")


def test_a_role_of_ones_own(rounds: Runner) -> None:
    """With what is known of it; the rest waits in the note. One that exists isn't made again, by any of its names."""
    rounds.good("role", "add", "yoga", "teacher", "where_to_find=Studios in your city", "treats=no")
    note = rounds.note("Playbook/Roles/yoga teacher.md")
    assert "why_they_need_us:\n" in note
    assert "where_to_find:\n  - Studios in your city\n" in note
    assert "treats: false" in note
    assert rounds("role", "add", "SLP").exit_code != 0
    (rounds.folder / "Playbook/Roles/speech therapist.md").unlink()
    assert rounds.json("role", "add", "SLP")["added"]["path"] == "Playbook/Roles/speech therapist.md"


# Events -----------------------------------------------------------------------------------------------------------


def test_an_event_ahead_needs_no_partner(rounds: Runner) -> None:
    """It's a follow-up of the practice, with its time, and in the agenda."""
    found = rounds.json("event", "add", "Grand rounds at OHSU", "--on", "2026-11-27 8am")
    assert (found["date"], found["met"], found["follow_up"]) == ("2026-11-27", [], None)
    assert "- [ ] 08:00 event: Grand rounds at OHSU 📅 2026-11-27" in rounds.note("Practice.md")
    assert "Grand rounds at OHSU" in rounds.good("agenda")


def test_who_was_met_at_an_event_gets_one_follow_up_together(rounds: Runner) -> None:
    """Logged for each, the planned event ticked, one line to write to all, and no thank-yous beside it."""
    rounds.good("event", "add", "Grand rounds at OHSU", "--on", "2026-11-24")
    rounds.environ["ROUNDS_TODAY"] = "2026-11-25"
    found = rounds.json(
        "event", "add", "Grand rounds at OHSU", "--on", "yesterday", "--with", "maria,priya", "--with", "owen"
    )
    assert [each["name"] for each in found["met"]] == ["Maria Alvarez", "Priya Natarajan", "Owen Farraday"]
    practice = rounds.note("Practice.md")
    assert "- [x] event: Grand rounds at OHSU" in practice
    everybody = "[[Maria Alvarez]], [[Priya Natarajan]], [[Owen Farraday]]"
    assert f"- [ ] thanks: write to everybody from Grand rounds at OHSU: {everybody} 📅 2026-11-25" in practice
    for name in ("Maria Alvarez", "Priya Natarajan", "Owen Farraday"):
        assert "- 2026-11-24 event: Grand rounds at OHSU" in rounds.note(f"Partners/{name}.md")
    today = rounds.json("today")
    asked = [each for each in (*today["due"], *today["waiting"]) if "24 Nov" in each["why"]]
    assert [each["name"] for each in asked if each["rule"] == "thanks"] == []
    again = rounds("event", "add", "Grand rounds at OHSU", "--on", "yesterday", "--with", "maria,priya,owen")
    assert "All of this is recorded already." in again.stderr
    assert rounds.note("Practice.md") == practice
    rounds.good("undo")
    assert "Grand rounds" not in rounds.note("Partners/Maria Alvarez.md")


def test_one_person_met_at_an_event_is_thanked_as_after_any_meeting(rounds: Runner) -> None:
    """No line of its own is needed for that."""
    found = rounds.json("event", "add", "Lecture", "--on", "yesterday", "--with", "owen")
    assert found["follow_up"] is None
    today = rounds.json("today")
    asked = [r["name"] for r in (*today["due"], *today["waiting"]) if r["rule"] == "thanks" and "22 Nov" in r["why"]]
    assert "Owen Farraday" in asked


def test_an_event_of_the_past_has_no_time_and_no_strangers(rounds: Runner) -> None:
    """Nothing is written then."""
    before = rounds.note("Practice.md")
    assert rounds("event", "add", "Lecture", "--on", "2026-11-20 8am").exit_code == 2
    assert rounds("event", "add", "Lecture", "--on", "yesterday", "--with", "Zzyzx").exit_code != 0
    assert rounds("event", "add", " ", "--on", "yesterday").exit_code == 2
    assert rounds.note("Practice.md") == before

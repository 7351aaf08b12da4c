"""What leaves the vault carries no client information: calendars, Today.md, drafts, the card, the report."""

import re
from collections.abc import Collection
from pathlib import Path

import pytest
from icalendar import Calendar

from rounds.calendar.write_feeds import write_feeds
from rounds.domain.settings import LEVELS
from rounds.index import queries
from rounds.vault.export_contacts import export_rows
from rounds.vault.month_suggestions_year_report import year_report
from rounds.vault.outgoing import neutral_values
from rounds.vault.practice import papers
from rounds.vault.problems import all_problems
from rounds.vault.reminders import reminders
from rounds.vault.today_export import PATH, write_today
from rounds.vault.vault import Vault
from vault.notes import SAM, put

NAME = "Rebecca Thornbury"
PLANTED = {
    f"call our client {NAME}": NAME,
    "ask about the pt born 3/4/2012": "3/4/2012",
    "call the client at 503-555-0188": "503-555-0188",
    "look for the client's chart, MRN 00482913": "00482913",
    "email: write to the client's mom at rthornbury77@gmail.com": "rthornbury77@gmail.com",
    f"09:30 coffee: talk about our client {NAME}": NAME,
    f"lunch: our client [[{NAME}]]": NAME,
    "ask about our client with SSN 123-45-6789": "123-45-6789",
}
"""Follow-ups, each with the words that stay here."""

INNOCENT = "ask for openings"


def tasks(lines: Collection[str]) -> str:
    return "## Follow-ups\n\n" + "".join(f"- [ ] {line} 📅 2026-11-24{block(line)}\n" for line in lines)


def block(line: str) -> str:
    """A block id that stays when the words change: by the first one."""
    return f" ^f-{line.split(maxsplit=1)[0][:2]}" if line.startswith("09:30") else ""


def note(kind: str, lines: Collection[str], properties: str = "") -> str:
    return f"---\ntype: {kind}\nid: {kind}1\n{properties}---\n{tasks(lines)}"


def settings(vault: Vault, text: str) -> None:
    path = Path(vault.root, "rounds.toml")
    path.write_text(path.read_text() + text)
    vault.sync()


def written(vault: Vault) -> dict[str, str]:
    """The text of each feed, without folds."""
    return {feed.name: unfolded(feed.path) for feed in write_feeds(vault)}


def unfolded(path: str) -> str:
    return Path(path).read_bytes().decode().replace("\r\n ", "")


def summaries(text: str) -> list[str]:
    return [str(each["summary"]) for each in Calendar.from_ical(text).walk() if each.name in {"VEVENT", "VTODO"}]


FEEDS = '[feeds.a]\ntasks = true\nalarm = "9:00"\n' + "".join(
    f'[feeds.{level}]\nlevel = "{level}"\n' for level in LEVELS
)
NOTES = {
    SAM: note("partner", [*PLANTED, INNOCENT]),
    "Organizations/Rose City.md": note("organization", PLANTED),
    "Inbox.md": tasks(PLANTED),
    "Practice.md": note("practice", PLANTED),
    "Playbook/Coffee chat.md": tasks(PLANTED),
    "Referrals/2026/2026-11-20 out Sam Lee.md": note("referral", PLANTED, 'partner: "[[Sam Lee]]"\n'),
}


def test_a_follow_up_with_client_information_goes_out_as_a_follow_up(empty: Vault) -> None:
    """In each feed, with its alarm, and in Today.md; the others as they are. The user is told once, and by `check`."""
    put(empty, NOTES)
    settings(empty, FEEDS)
    texts = written(empty)
    write_today(empty)
    assert set(texts) == {"a", "a.tasks", *LEVELS}
    for text in (*texts.values(), Path(empty.root, PATH).read_text()):
        assert not [words for words in PLANTED.values() if words in text]
    for name in ("a", "a.tasks"):
        found = [each for each in summaries(texts[name]) if each.startswith("Sam Lee: ") and "thank" not in each]
        assert sorted(found) == sorted(
            [*["Sam Lee: follow-up"] * 5, "Sam Lee: email follow-up", "Sam Lee: coffee follow-up",
             "Sam Lee: lunch follow-up", f"Sam Lee: {INNOCENT}"]
        )  # fmt: skip
    assert f"- [[Sam Lee]] {INNOCENT} (24 Nov)\n" in Path(empty.root, PATH).read_text()
    (said,) = empty.notices()
    assert said.startswith('Client information stays here: "follow-up" goes out in its place, for Inbox.md line 3, ')
    assert said.endswith(f"and {len(NOTES) * len(PLANTED) - 5} more. To see it: rounds check")
    problems = {(problem.path, problem.line) for problem in all_problems(empty) if "this looks like" in problem.message}
    assert len(problems) == len(NOTES) * len(PLANTED)


def test_a_second_write_changes_nothing(empty: Vault) -> None:
    """Neither with the findings that the index kept, nor with a new index."""
    put(empty, NOTES)
    settings(empty, FEEDS)
    write_feeds(empty)
    empty.notices()
    assert not any(feed.changed for feed in write_feeds(empty))
    assert empty.notices() == []
    empty.close()
    Path(empty.index.path).unlink()
    again = Vault.open(empty.root, clock=empty.today)
    again.sync()
    assert not any(feed.changed for feed in write_feeds(again))
    assert len(again.notices()) == 1
    again.close()


def test_identity_day_and_stamp_stay(empty: Vault) -> None:
    """An event whose words stay here is the same event, changed once."""
    put(empty, {SAM: note("partner", ["09:30 coffee: the new office", INNOCENT])})
    before = {str(e["uid"]): e for e in Calendar.from_ical(written(empty)["reminders"]).walk("VEVENT")}
    put(empty, {SAM: note("partner", [f"09:30 coffee: our client {NAME}", INNOCENT])})
    after = {str(e["uid"]): e for e in Calendar.from_ical(written(empty)["reminders"]).walk("VEVENT")}
    assert set(before) == set(after)
    changed = [uid for uid, event in after.items() if event != before[uid]]
    assert [str(after[uid]["summary"]) for uid in changed] == ["Sam Lee: coffee follow-up"]
    for key in ("dtstart", "dtend", "transp", "class", "url"):
        assert all(after[uid].get(key) == before[uid].get(key) for uid in changed)
    assert [after[uid]["sequence"] for uid in changed] == [1]


def test_the_sample_has_nothing_to_hold_back(vault: Vault) -> None:
    """Its feed is as it would be without a guard."""
    text = written(vault)["reminders"]
    assert vault.notices() == []
    titles = [reminder.title for reminder in reminders(vault) if reminder.line and reminder.due]
    assert titles
    assert not [each for each in summaries(text) if each.endswith("follow-up")]


def test_an_exception_goes_out_as_the_user_decided(empty: Vault) -> None:
    """Until the mark is gone."""
    marked = f"call our client {NAME} %% rounds: ok phi: invented %%"
    put(empty, {SAM: note("partner", [marked])})
    assert f"Sam Lee: call our client {NAME}" in summaries(written(empty)["reminders"])
    assert empty.notices() == []
    put(empty, {SAM: note("partner", [marked.partition(" %%")[0]])})
    assert NAME not in written(empty)["reminders"]
    assert len(empty.notices()) == 1


def test_what_was_published_before_is_replaced_even_when_it_is_done(
    empty: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check mark's event has the words of an earlier version, of a line that is ticked, gone, or can't be read."""
    lines = {"ticked": f"call our client {NAME}", "fine": INNOCENT}
    put(empty, {SAM: note("partner", lines.values())})
    with monkeypatch.context() as earlier:
        earlier.setattr("rounds.calendar.write_feeds.neutral_reminders", lambda _vault, found, _concerns: [*found])
        earlier.setattr("rounds.calendar.write_feeds.neutral_events", lambda _vault, events: [*events])
        assert NAME in written(empty)["reminders"]
        ticked = NOTES[SAM].partition("- [ ]")[0] + "".join(f"- [x] {each} ✅ 2026-11-23\n" for each in lines.values())
        put(empty, {SAM: ticked})
        assert f"✓ Sam Lee: call our client {NAME}" in summaries(written(empty)["reminders"])
    for text in (ticked, "---\nstage: [\n---\n" + ticked):
        put(empty, {SAM: text})
        found = summaries(written(empty)["reminders"])
        assert "✓ Follow-up" in found
        assert f"✓ Sam Lee: {INNOCENT}" in found


def test_an_event_of_a_note_that_cannot_be_read_is_looked_at_by_its_words(empty: Vault) -> None:
    put(empty, {SAM: note("partner", [INNOCENT])})
    settings(empty, '[feeds.a]\nlevel = "full"\n')
    write_feeds(empty)
    put(empty, {SAM: f"---\nid: partner1\nstage: [\n---\n{tasks([INNOCENT])}"})
    assert f"Sam Lee: {INNOCENT}" in summaries(written(empty)["a"])


REFERRAL = f"Referrals/2026/2026-11-20 client {NAME}.md"


def test_a_note_named_after_a_client_is_not_named_outside(empty: Vault) -> None:
    """Nor is its place, in the link; `check` says so."""
    Path(empty.root, ".obsidian").mkdir()
    put(empty, {REFERRAL: note("referral", [INNOCENT])})
    text = written(empty)["reminders"]
    write_today(empty)
    for each in (text, Path(empty.root, PATH).read_text()):
        assert INNOCENT in each
        assert not re.search("Rebecca|Thornbury", each)
    assert "URL:" not in text
    assert [each for each in all_problems(empty) if each.path == REFERRAL and "in the name of the note" in each.message]
    put(empty, {SAM: note("partner", [INNOCENT])})
    assert "URL:obsidian://open" in written(empty)["reminders"]


def test_nor_is_a_partner_who_is_one(empty: Vault) -> None:
    """In what the rules remind of, and among those who rest."""
    path = f"Partners/client {NAME}.md"
    put(empty, {path: "---\ntype: partner\nstage: met\n---\n- 2026-11-22 coffee: hi\n"})
    text = written(empty)["reminders"]
    assert "SUMMARY:client (client): Say thank you" in text
    write_today(empty)
    assert "*client (client)* Say thank you" in Path(empty.root, PATH).read_text()
    put(empty, {path: "---\ntype: partner\nstage: resting\n---\n"})
    assert [each.name for each in year_report(empty, 2026).resting] == ["client (client)"]


PRACTICE = f"""---
type: practice
name: Kim Doe
practice_name: Doe Therapy
ideal_client: teens such as our client {NAME}
how_to_refer: call 503-555-0142
phone: "503-555-0142"
email: kim@doe.example
---
"""


def test_card_and_summary_carry_no_client(empty: Vault) -> None:
    put(empty, {"Practice.md": PRACTICE})
    made = papers(empty, "3.0").files
    texts = [data.decode() for name, data in made.items() if not name.endswith(".png")]
    assert not [text for text in texts if NAME in text]
    assert [text for text in texts if "teens such as our client (client)" in text]
    assert [text for text in texts if "503-555-0142" in text]
    (said,) = empty.notices()
    assert "neutral words go out in its place, for Practice.md ideal_client." in said


def test_an_exception_in_a_property_goes_out(empty: Vault) -> None:
    marked = PRACTICE.replace(f"client {NAME}\n", f"client {NAME}  # %% rounds: ok phi: invented %%\n")
    put(empty, {"Practice.md": marked})
    made = papers(empty, "3.0").files
    assert NAME in made["Kim Doe summary.html"].decode()
    assert empty.notices() == []


@pytest.mark.parametrize(
    ("value", "instead"),
    [
        (f"our client {NAME} likes her", "our client (client) likes her"),
        ("the client's mom, rthornbury77@gmail.com", "the client's mom, (email)"),
        ("her talk on sleep\nour client born 3/4/2012", "her talk on sleep\nour client born (age group)"),
        ("her talk on school refusals", "her talk on school refusals"),
    ],
)
def test_values_of_properties(empty: Vault, value: str, instead: str) -> None:
    put(empty, {SAM: note("partner", [])})
    assert neutral_values(empty, SAM, {"connection": value}) == {"connection": instead}


@pytest.mark.parametrize(
    ("key", "value", "instead"),
    [
        ("website", "https://x.example/clients/rebecca-thornbury", "(link)"),
        ("website", "https://x.example/intake?client=rebecca%20thornbury", "(link)"),
        ("email", "client.rebecca.thornbury@x.example", "(email)"),
        ("website", "https://x.example/clients/what-to-expect", "https://x.example/clients/what-to-expect"),
        ("website", "https://x.example/patients/sam-lee", "https://x.example/patients/sam-lee"),
        ("website", "https://x.example/team/rebecca-thornbury", "https://x.example/team/rebecca-thornbury"),
        ("email", "clientcare@x.example", "clientcare@x.example"),
    ],
)
def test_an_address_that_names_a_client_stays_here(empty: Vault, key: str, value: str, instead: str) -> None:
    """Even as the partner's own website: that doesn't make a client known. The check lists it too."""
    put(empty, {SAM: note("partner", [], f"{key}: {value}\n")})
    assert neutral_values(empty, SAM, {key: value}) == {key: instead}
    assert bool([each for each in all_problems(empty) if each.level == "error"]) == (value != instead)
    ((row),) = export_rows(empty, [entry for entry in [empty.ask(queries.note_at, SAM)] if entry])
    assert row.values[key] == [instead]


def test_names_from_the_settings(empty: Vault) -> None:
    """The calendar's name, and the words that count what waits."""
    put(empty, {SAM: note("partner", []) + "- [ ] x by 2026-11-20\n"})
    settings(empty, f'[feeds.a]\nname = "Our client {NAME}"\nwaiting = "{{n}} of our client {NAME}"\n')
    text = written(empty)["a"]
    assert NAME not in text
    assert "X-WR-CALNAME:Our client (client)" in text
    assert "SUMMARY:1 of our client (client)" in text


def test_the_report_names_no_client(empty: Vault) -> None:
    """A role is a free text."""
    role = f"pediatrician of our client {NAME}"
    put(empty, {
        "Practice.md": '---\ntype: practice\nniches: ["[[Teens]]"]\n---\n',
        "Playbook/Niches/Teens.md": f"---\ntype: niche\nroles: [{role}]\n---\nx\n",
        SAM: f"---\ntype: partner\nrole: {role}\nstage: met\n---\n- 2026-11-20 coffee: hi\n",
    })  # fmt: skip
    gaps = year_report(empty, 2026).gaps
    assert [gap.role for gap in gaps] == ["pediatrician of our client (client)"]

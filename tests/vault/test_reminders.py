from collections.abc import Callable, Collection, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from rounds.domain.reminders.reminder import Facts, State
from rounds.domain.reminders.sections import Section, is_suggested
from rounds.vault import reminders as agenda
from rounds.vault.reminders import reminders, timeline, today_list, today_sections
from rounds.vault.vault import Vault
from vault.notes import entries, put

TODAY = date(2026, 11, 23)


def dues(vault: Vault) -> list[tuple[str, str, str]]:
    return sorted((r.rule, r.name, str(r.due)) for r in reminders(vault))


def test_a_partners_touches_are_its_log_its_organizations_and_its_referrals(empty: Vault) -> None:
    """An organization's entry counts for whom it names by link; a referral on its date (vault format)."""
    put(empty, {
        "Partners/Sam.md": "---\nstage: met\n---\n- 2026-05-04 email: x\n",
        "Partners/Ana.md": "---\nstage: met\n---\n- 2026-05-04 email: x\n",
        "Partners/Kim.md": "---\nstage: met\n---\n- 2026-05-04 email: x\n",
        "Organizations/R.md": "---\n---\n- 2026-08-03 call: [[Sam]] and\n  [[Sam|he]] again\n- 2026-09-01 note: [[Kim]]\n",
        "Referrals/2026/x.md": "---\npartner: '[[Ana]]'\ndate: 2026-10-05\ndirection: out\n---\n",
    })  # fmt: skip
    assert dues(empty) == [
        ("check-in", "Ana", "2027-04-05"), ("check-in", "Kim", "2026-11-04"), ("check-in", "Sam", "2027-02-03"),
        ("referral-out", "Ana", "2026-10-19"), ("stage", "Ana", "None"),
    ]  # fmt: skip
    assert [(e.date, e.kind) for e in timeline(empty, empty.entry("Partners/Sam.md"))] == [
        (date(2026, 8, 3), "call"), (date(2026, 5, 4), "email"),
    ]  # fmt: skip
    assert [e.kind for e in timeline(empty, empty.entry("Organizations/R.md"))] == ["note", "call"]


def test_what_was_said_decides_whether_thanks_are_owed(empty: Vault) -> None:
    """A message left owes them still; thanks in the words of a mail of the same day settle them."""
    said = {
        "Left": "- 2026-11-21 call: left a message with the front desk\n",
        "Called": "- 2026-11-21 call: good talk\n",
        "Wrote": "- 2026-11-20 email: Thanks for the coffee\n",
        "Arranged": "- 2026-11-20 email: 11 is fine\n",
        "Noted": "- 2026-11-21 note: thanked her in person\n",
    }
    put(
        empty,
        {f"Partners/{who}.md": f"---\nstage: met\n---\n- 2026-11-20 coffee: x\n{line}" for who, line in said.items()},
    )
    assert [name for rule, name, _ in dues(empty) if rule == "thanks"] == ["Arranged", "Left", "Noted"]


def test_the_front_ends_last_contact_and_the_check_in_agree(vault: Vault) -> None:
    """The derived value of the index is the day that check-ins count from, for the whole sample."""
    checked = [r for r in reminders(vault) if r.rule == "check-in"]
    assert len(checked) > 10
    for reminder in checked:
        last = vault.entry(reminder.path).last_contact
        assert reminder.since is not None
        assert last is not None
        assert reminder.since >= last
        assert f"{last.day} {last:%b} {last.year}" in reminder.why


def test_follow_ups_of_our_notes_are_there_and_rules_are_for_partners(empty: Vault) -> None:
    """A task in an organization, a plan of one's own, a referral."""
    put(empty, {
        "Organizations/R.md": "---\n---\n- [ ] coffee: front desk 📅 2026-12-01\n",
        "Practice.md": "- [ ] new card by 2026-12-05\n- [x] old one\n",
        "Templates/x.md": "- [ ] not a note\n",
    })  # fmt: skip
    assert dues(empty) == [("follow-up", "Practice", "2026-12-05"), ("follow-up", "R", "2026-12-01")]


FOREIGN = {
    "Clients/x.md": "- [ ] call parent 📅 2026-11-24\n",
    "Daily/2026-11-23.md": "- [ ] buy stamps 📅 2026-11-24\n",
    "Ideas.md": "- [ ] a course 📅 2026-11-24\n",
    "Partnersx/y.md": "- [ ] nearly ours 📅 2026-11-24\n",
}
OURS = {
    "Inbox.md": "- [ ] ask 📅 2026-11-24\n",
    "Playbook/Coffee chat.md": "- [ ] read it again 📅 2026-11-24\n",
    "Referrals/2026/2026-11-20 out Sam.md": "---\ntype: referral\n---\n- [ ] ask 📅 2026-11-24\n",
    "Partners/a list.md": "---\ntype: something else\n---\n- [ ] sort it 📅 2026-11-24\n",
    "People/Sam.md": "---\ntype: partner\nstage: found\n---\n- [ ] write 📅 2026-11-24\n",
}


def test_tasks_of_other_notes_are_none_of_ours(empty: Vault) -> None:
    """A client's task went out into the calendar as `x: call parent`."""
    put(empty, FOREIGN | OURS)
    assert {reminder.path for reminder in reminders(empty)} == {*OURS}


@pytest.mark.parametrize(
    ("folders", "more"),
    [
        ('["Daily"]', {"Daily/2026-11-23.md"}),
        ('["Daily/", "Partnersx"]', {"Daily/2026-11-23.md", "Partnersx/y.md"}),
        ('["/"]', {*FOREIGN}),
        ('["Partners"]', set()),
        ('["Daily/2026"]', set()),
        ('["daily"]', {"Daily/2026-11-23.md"}),
    ],
)
def test_settings_name_folders_whose_tasks_count(empty: Vault, folders: str, more: set[str]) -> None:
    """At once, without a note that changed."""
    put(empty, FOREIGN | OURS)
    reminders(empty)
    settings = Path(empty.root, "rounds.toml")
    settings.write_text(f"{settings.read_text()}\n[tasks]\nfolders = {folders}\n")
    empty.sync()
    assert {reminder.path for reminder in reminders(empty)} == {*OURS} | more


def test_a_meeting_ticked_late_keeps_its_thank_you(empty: Vault) -> None:
    """Through the files: the same day, the same identity, before and after the tick."""
    head = "---\nstage: met\n---\n"
    put(empty, {"Partners/Sam.md": head + "- [ ] coffee: x 📅 2026-11-19 ^f-1\n"})
    (before,) = [r for r in reminders(empty) if r.rule == "thanks"]
    put(empty, {"Partners/Sam.md": head + "- [x] coffee: x 📅 2026-11-19 ✅ 2026-11-23 ^f-1\n"})
    (after,) = [r for r in reminders(empty) if r.rule == "thanks"]
    assert (before.uid, before.due) == (after.uid, after.due)
    put(
        empty,
        {"Partners/Sam.md": head + "- [x] coffee: x 📅 2026-11-19 ✅ 2026-11-23 ^f-1\n- 2026-11-20 thanks: card\n"},
    )
    assert [r.rule for r in reminders(empty)] == ["check-in"]


def test_a_broken_note_keeps_its_reminders(empty: Vault) -> None:
    """Those of its last good version: nothing is forgotten over a typing mistake."""
    put(empty, {"Partners/Sam.md": "---\nstage: met\n---\n- 2026-11-20 coffee: x\n"})
    before = dues(empty)
    put(empty, {"Partners/Sam.md": "---\nstage: [\n---\n"})
    assert dues(empty) == before
    assert len(before) == 2


@pytest.mark.parametrize("cap", [0, 3, 99])
def test_today_shows_a_few_suggestions_and_all_that_was_promised(demo: Path, cap: int) -> None:
    """Outside No hurry stand at most `[today] cap` of what rules suggest, those that are due first."""
    settings = demo / "rounds.toml"
    settings.write_text(settings.read_text().replace("cap = 5", f"cap = {cap}"))
    for day in (TODAY, date(2026, 11, 29), date(2027, 2, 3)):
        vault = Vault.open(demo, clock=partial(date.fromordinal, day.toordinal()))
        vault.sync()
        sections, every = today_sections(vault), reminders(vault)
        due, waiting = today_list(vault)
        quick = today_sections(vault, everything=False)
        vault.close()
        hidden = sections.pop(Section.NO_HURRY)
        assert quick == sections
        assert sorted([*due, *waiting], key=every.index) == every
        assert all(r.state(day) in (State.DUE, State.OVERDUE) for r in due)
        shown = [r for some in sections.values() for r in some if is_suggested(r)]
        due_ones = [r for r in every if is_suggested(r) and r.state(day) in (State.DUE, State.OVERDUE)]
        assert sum(r in shown for r in due_ones) == min(cap, len(due_ones))
        assert len(shown) <= cap
        assert not [r for r in hidden if not is_suggested(r) and r.due and r.due <= day]


def test_identities_are_unique_in_the_whole_sample(vault: Vault) -> None:
    """And the same from one day to the next, while nothing changes."""
    uids = {r.uid for r in reminders(vault)}
    assert len(uids) == len(reminders(vault))
    tomorrow = Vault.open(vault.root, clock=lambda: date(2026, 11, 24))
    tomorrow.sync()
    assert uids <= {r.uid for r in reminders(tomorrow)}
    tomorrow.close()


def test_an_empty_vault_asks_for_nothing(empty: Vault) -> None:
    """Nothing due, nothing waiting."""
    empty.sync()
    assert today_list(empty) == ([], [])


OUT = "---\npartner: '[[Sam]]'\npartner_id: s1\ndate: 2026-10-05\ndirection: out\nstatus: completed\n---\n"


@pytest.mark.parametrize("whole", [False, True])
def test_a_referral_follows_its_partner_by_id(empty: Vault, whole: bool) -> None:
    """A rename outside Obsidian broke the link: partner_id counts, however the index came to know (vault format)."""
    sam = "---\nstage: active\nid: s1\n---\n- 2026-05-04 email: x\n"
    put(empty, {"Partners/Sam.md": sam, "Referrals/x.md": OUT})
    assert dues(empty) == [("check-in", "Sam", "2027-04-05")]
    Path(empty.root, "Partners/Sam.md").rename(Path(empty.root, "Partners/Samuel.md"))
    if whole:
        empty.close()
        Path(empty.index.path).unlink()
        del empty.index
    empty.sync()
    samuel = empty.entry("Partners/Samuel.md")
    assert samuel.last_contact == date(2026, 10, 5)
    assert [e.kind for e in timeline(empty, samuel)] == ["referral", "email"]
    assert dues(empty) == [("check-in", "Samuel", "2027-04-05")]


def test_the_link_counts_first(empty: Vault) -> None:
    """Somebody new of the old name has the touch, and loses it with the name."""
    put(empty, {"Partners/Samuel.md": "---\nid: s1\n---\n", "Referrals/x.md": OUT})

    def seen() -> dict[str, date | None]:
        return {e.name: e.last_contact for e in entries(empty, "n.type = 'partner'")}

    assert seen() == {"Samuel": date(2026, 10, 5)}
    put(empty, {"Partners/Sam.md": "---\nid: s2\n---\n"})
    assert seen() == {"Samuel": None, "Sam": date(2026, 10, 5)}
    Path(empty.root, "Partners/Sam.md").unlink()
    empty.sync()
    assert seen() == {"Samuel": date(2026, 10, 5)}
    put(empty, {"Referrals/x.md": OUT.replace("s1", "s3")})
    assert seen() == {"Samuel": None}
    put(empty, {"Partners/Kim.md": "---\nid: s3\n---\n"})
    assert seen() == {"Samuel": None, "Kim": date(2026, 10, 5)}


def test_what_was_derived_is_kept_until_something_stirs(empty: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only notes that changed, or that a changed one links to, are derived again; a first index stirs all."""
    assert dues(empty) == []
    put(empty, {
        "Partners/Sam.md": "---\nstage: met\n---\n- 2026-05-04 email: x\n",
        "Partners/Ana.md": "---\nstage: met\n---\n- 2026-05-04 email: x\n",
    })  # fmt: skip
    assert [(rule, name) for rule, name, _ in dues(empty)] == [("check-in", "Ana"), ("check-in", "Sam")]
    read: list[object] = []
    real = agenda.facts

    def facts(vault: Vault, keys: Collection[int] | None, pause: Callable[[], object]) -> Iterator[tuple[int, Facts]]:
        read.append(keys)
        return real(vault, keys, pause)

    monkeypatch.setattr(agenda, "facts", facts)
    reminders(empty)
    assert read == []
    put(empty, {"Organizations/R.md": "---\n---\n- 2026-08-03 call: [[Sam]] was there\n"})
    assert ("check-in", "Sam", "2027-02-03") in dues(empty)
    keys = {e.key for e in entries(empty, "n.stem IN ('sam', 'r')")}
    assert read == [keys]
    Path(empty.root, "Partners/Ana.md").unlink()
    empty.sync()
    assert [name for _, name, _ in dues(empty)] == ["Sam"]


@pytest.mark.parametrize("kind", ["event", "coffee", "lunch", "reply", "call"])
def test_who_introduced_us_is_thanked_once_we_have_met_or_talked(empty: Vault, kind: str) -> None:
    """Also where we met at an event (guide, lines 9 and 13)."""
    put(empty, {
        "Partners/Sam.md": "---\nstage: active\n---\n- 2026-05-04 email: x\n",
        "Partners/Zoe.md": "---\nstage: contacted\nintroduced_by: '[[Sam]]'\n---\n"
        f"- 2026-11-10 intro: asked [[Sam]]\n- 2026-11-18 {kind}: grand rounds\n",
    })  # fmt: skip
    assert ("intro", "Sam", "2026-11-19") in dues(empty)

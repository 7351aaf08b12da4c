"""How a year went, gathered from notes."""

from datetime import date
from pathlib import Path

from rounds.domain.report import Duration, MonthCount, Replies
from rounds.vault.month_suggestions_year_report import year_report
from rounds.vault.referrals import refer
from rounds.vault.vault import Vault


def put(vault: Vault, notes: dict[str, str]) -> None:
    for path, text in notes.items():
        file = Path(vault.root, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    vault.sync()


def test_a_vault_without_notes(empty: Vault) -> None:
    """Zeros."""
    empty.sync()
    found = year_report(empty, 2026)
    assert (found.total, found.goal, found.resting, found.open_gaps) == (MonthCount(), 3, (), 0)


def test_what_counts_is_in_the_notes(empty: Vault) -> None:
    """Log lines, what an organization's log says of a member, ticked follow-ups and referrals; not what is to come."""
    put(empty, {
        "rounds.toml": 'vault = "test"\ntimezone = "America/Los_Angeles"\n[month]\ngoal = 2\n',
        "Partners/Ana.md": "---\nstage: active\n---\n## Log\n\n- 2026-01-05 email: hello\n- 2026-12-01 reply: to come\n",
        "Partners/Ben.md": "---\nstage: resting\norganization: '[[Clinic]]'\n---\n- [x] coffee: about us ✅ 2026-02-12\n",
        "Partners/Kim.md": "---\nstage: met\nrest_until: 2027-02-01\n---\n",
        "Organizations/Clinic.md": "## Log\n\n- 2026-02-02 call: [[Ben]]\n",
    })  # fmt: skip
    refer(empty, empty.entry("Partners/Ana.md"), "in", on=date(2026, 3, 3))
    empty.sync()
    found = year_report(empty, 2026)
    assert found.months[:3] == (MonthCount(0, 0, 1), MonthCount(0, 0, 1), MonthCount(1, 0, 0))
    assert (found.goal, found.replies, found.to_meeting) == (2, Replies(2, 2), Duration(1, 10, 10, 10))
    assert [(each.name, each.stage, each.until) for each in found.resting] == [
        ("Ben", "resting", None), ("Kim", "met", date(2027, 2, 1)),
    ]  # fmt: skip


def test_two_partners_of_one_name_are_two(empty: Vault) -> None:
    """A referral belongs to the partner that its link names."""
    log = "---\nname: Sam Lee\n---\n## Log\n\n- {} coffee\n"
    put(empty, {
        "Partners/Sam Lee.md": log.format("2026-01-01"), "Partners/Sam Lee (Clinic).md": log.format("2026-02-01"),
    })  # fmt: skip
    refer(empty, empty.entry("Partners/Sam Lee (Clinic).md"), "out", on=date(2026, 2, 11))
    empty.sync()
    assert year_report(empty, 2026).to_referral == Duration(1, 10, 10, 10)

"""Weekends and public holidays."""

from datetime import date
from pathlib import Path

import pytest

from rounds.domain.settings import Settings
from rounds.vault.problems import all_problems
from rounds.vault.reminders import holidays_of, reminders, working_days
from rounds.vault.vault import Vault


def test_without_a_country_only_weekends_are_free() -> None:
    works = working_days(Settings())
    assert [works(date(2026, 11, day)) for day in (26, 27, 28, 29)] == [True, True, False, False]


def test_public_holidays_of_the_country_are_free() -> None:
    """Thanksgiving; and Oregon's own days where the part is given."""
    works = working_days(Settings(country="us", subdivision="or"))
    assert [works(date(2026, 11, day)) for day in (25, 26, 27)] == [True, False, True]


@pytest.mark.parametrize(("country", "part", "what"), [("XX", "", 'country "XX"'), ("US", "ZZ", 'subdivision "ZZ"')])
def test_an_unknown_country_is_named_and_weekends_count(country: str, part: str, what: str) -> None:
    settings = Settings(country=country, subdivision=part)
    with pytest.raises(LookupError, match=what):
        holidays_of(settings)
    assert working_days(settings)(date(2026, 11, 26))


def test_a_check_in_keeps_clear_of_a_holiday_and_a_wrong_country_is_a_problem(empty: Vault) -> None:
    """26 November 2026 is Thanksgiving in the US: the check-in moves to the day after (guide, table of reminders)."""
    note = Path(empty.root, "Partners/Sam.md")
    note.parent.mkdir()
    note.write_text("---\nstage: met\n---\n- 2026-05-26 email: x\n")
    settings = Path(empty.root, "rounds.toml")
    for country, due in (("US", "2026-11-27"), ("", "2026-11-26"), ("XX", "2026-11-26")):
        settings.write_text(f'vault = "test"\n\n[holidays]\ncountry = "{country}"\n')
        empty.sync()
        assert [str(reminder.due) for reminder in reminders(empty)] == [due]
    assert [(p.path, p.line, p.column, p.message) for p in all_problems(empty)] == [
        ("rounds.toml", 4, 1, '[holidays] country "XX" is not known'),
    ]  # fmt: skip

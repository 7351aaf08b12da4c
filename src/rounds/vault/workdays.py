"""Workdays of the practice: no weekends or public holidays (settings, `[holidays]`)."""

from collections.abc import Container
from datetime import date

from rounds.domain.reminders.reminder import WorkingDay, weekday
from rounds.domain.settings import Settings


def working_days(settings: Settings) -> WorkingDay:
    """The check for weekends and public holidays; weekends only if the country is unset or unknown."""
    try:
        closed = holidays_of(settings)
    except LookupError:
        return weekday
    return lambda day: weekday(day) and day not in closed


def holidays_of(settings: Settings) -> Container[date]:
    """The public holidays of the practice's country and region; none if no country is set.

    Raises:
        LookupError: the country or region is unknown; the message says which.
    """
    if not settings.country:
        return ()
    import holidays

    country, part = settings.country.upper(), settings.subdivision.upper()
    try:
        return holidays.country_holidays(country, part or None)
    except NotImplementedError:
        known = country in holidays.list_supported_countries()
        raise LookupError(f'subdivision "{part}"' if known else f'country "{country}"') from None

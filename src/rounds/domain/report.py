"""Yearly report: sums over the whole network, never a ranking of partners (guide, line 26)."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from rounds.domain.gaps_introductions_suggestions import FIRST_CONTACT, Cell, has_met
from rounds.domain.log_followups import MEETINGS, OUTREACH
from rounds.domain.partner_referral_release import CLOSED, DIRECTIONS, RESTING, Referral
from rounds.domain.query.fields import fold

ANSWERS = MEETINGS | {"reply"}
"""Kinds of touches that are an answer; an incoming referral is one too."""

FEW = 3
"""Incoming referrals below which nothing is said about where they came from."""

OPEN, OTHERWISE = "open", "closed"
OUTCOMES = (OPEN, *sorted(CLOSED), OTHERWISE)
"""Outcomes of referrals; `closed` if a closing date says so and the status doesn't."""


class KnownPartner(NamedTuple):
    """KnownPartner facts about one partner.

    Attributes:
        roles: folded.
        stage: folded.
        firsts: the day of the first touch of each kind, up to today.
        organization: name of the organization's note; empty for none.
    """

    path: str
    name: str
    roles: tuple[str, ...] = ()
    stage: str = ""
    rest_until: dt.date | None = None
    firsts: Mapping[str, dt.date] = {}
    organization: str = ""

    def first(self, kinds: Collection[str]) -> dt.date | None:
        """The day of the first touch of any of these kinds."""
        days = [day for kind, day in self.firsts.items() if kind in kinds]
        return min(days) if days else None


class MonthCount(NamedTuple):
    """One month: referrals by direction, and partners contacted for the first time."""

    incoming: int = 0
    outgoing: int = 0
    contacted: int = 0


class Replies(NamedTuple):
    """Partners first written to or called in the year, and how many of them ever answered."""

    written: int
    answered: int

    @property
    def rate(self) -> float | None:
        """From 0 to 1; None if nobody was contacted."""
        return self.answered / self.written if self.written else None


class Duration(NamedTuple):
    """Duration in days over a number of partners."""

    partners: int
    median: float
    shortest: int
    longest: int


class ClosedGap(NamedTuple):
    """A niche and role with its first partner met."""

    niche: str
    role: str
    day: dt.date


class Resting(NamedTuple):
    """A resting partner: by stage, or until a day."""

    path: str
    name: str
    stage: str
    until: dt.date | None


class Source(NamedTuple):
    """The one partner or organization that more than half of a year's incoming referrals came from.

    Attributes:
        path: of the partner; empty for an organization.
        number, total: referrals from there, and all of them.
    """

    name: str
    path: str
    number: int
    total: int


class Report(NamedTuple):
    """A year's report.

    Attributes:
        goal: new partners per month (guide, line 5).
        months: all twelve, including future ones.
        to_meeting: from the first mail, call or introduction request to the first meeting, of partners first met in the
            year; partners first contacted by the meeting itself are left out.
        to_referral: from the first meeting to the first referral, of partners with their first referral in the year.
        outcomes: the year's referrals by direction and current outcome; keys are OUTCOMES.
        earlier: referrals of earlier years that are still open.
        undated: referrals without a date, which belong to no year.
        cells: wanted niches and roles, as of today.
        open_gaps: those without anybody met.
        resting: resting partners as of today, by name.
        main_source: where more than half of the year's incoming referrals came from; None if there's no such place, or
            fewer than FEW came in.
    """

    year: int
    today: dt.date
    goal: int
    months: tuple[MonthCount, ...]
    replies: Replies
    to_meeting: Duration | None
    to_referral: Duration | None
    outcomes: Mapping[str, Mapping[str, int]]
    earlier: int
    undated: int
    gaps: tuple[ClosedGap, ...]
    cells: int
    open_gaps: int
    resting: tuple[Resting, ...]
    main_source: Source | None = None

    @property
    def total(self) -> MonthCount:
        """Sum of the months."""
        return MonthCount(*map(sum, zip(*self.months, strict=True)))

    @property
    def begun(self) -> int:
        """Number of the year's months that have begun."""
        return 12 if self.year < self.today.year else self.today.month if self.year == self.today.year else 0


def report(
    year: int,
    partners: Sequence[KnownPartner],
    referrals: Iterable[Referral],
    cells: Sequence[Cell],
    *,
    goal: int,
    today: dt.date,
) -> Report:
    """Sum up a year.

    Args:
        partners: all of them.
        referrals: all of them, with the partner's path as name. Future ones don't count.
        cells: niche x role, as of today.
    """
    known = [each for each in referrals if each.date is None or each.date <= today]
    dated = [(each.date, each) for each in known if each.date]
    came = [pair for pair in dated if pair[1].direction == "in"]
    firsts, sent_us = _first_days(dated), _first_days(came)
    resting = [found for each in partners if (found := _resting(each, today))]
    return Report(
        year,
        today,
        goal,
        months=_months(year, partners, dated),
        replies=_replies(year, partners, sent_us),
        to_meeting=_to_meeting(year, partners),
        to_referral=_to_referral(year, partners, firsts),
        outcomes=_outcomes(each for day, each in dated if day.year == year),
        earlier=sum(each.is_open for day, each in dated if day.year < year),
        undated=len(known) - len(dated),
        gaps=tuple(gap for gap in _closed_gaps(cells, partners, firsts) if gap.day.year == year),
        cells=len(cells),
        open_gaps=sum(cell.open for cell in cells),
        resting=tuple(sorted(resting, key=lambda each: (fold(each.name), each.path))),
        main_source=_main_source(partners, [each.partner for day, each in came if day.year == year]),
    )


def _main_source(partners: Iterable[KnownPartner], came: Sequence[str]) -> Source | None:
    """A partner comes before the organization, which may be more people.

    Args:
        came: path of the partner of each incoming referral.
    """
    known = {each.path: each for each in partners}
    if len(came) < FEW:
        return None
    places = Counter(known[path].organization for path in came if path in known)
    for name, number in (*Counter(came).most_common(1), *places.most_common(2)):
        if name and number * 2 > len(came):
            return Source(known[name].name if name in known else name, name if name in known else "", number, len(came))
    return None


def _first_days(dated: Iterable[tuple[dt.date, Referral]]) -> dict[str, dt.date]:
    """The day of each partner's first referral, by path."""
    found: dict[str, dt.date] = {}
    for day, referral in dated:
        found[referral.partner] = min(day, found.get(referral.partner, day))
    return found


def _resting(partner: KnownPartner, today: dt.date) -> Resting | None:
    until = partner.rest_until if partner.rest_until and partner.rest_until > today else None
    if until is None and partner.stage not in RESTING:
        return None
    return Resting(partner.path, partner.name, partner.stage, until)


def _months(
    year: int, partners: Iterable[KnownPartner], dated: Sequence[tuple[dt.date, Referral]]
) -> tuple[MonthCount, ...]:
    days = {way: [day for day, each in dated if each.direction == way] for way in DIRECTIONS}
    new = [day for each in partners if (day := each.first(FIRST_CONTACT))]
    counts = [_by_month(year, found) for found in (days["in"], days["out"], new)]
    return tuple(MonthCount(*month) for month in zip(*counts, strict=True))


def _by_month(year: int, days: Iterable[dt.date]) -> list[int]:
    counts = Counter(day.month for day in days if day.year == year)
    return [counts[month] for month in range(1, 13)]


def _replies(year: int, partners: Iterable[KnownPartner], sent_us: Mapping[str, dt.date]) -> Replies:
    """Partners who answered, met us or sent somebody before our first message owe no answer and don't count."""
    written = answered = 0
    for partner in partners:
        wrote = partner.first(OUTREACH)
        if wrote is None or wrote.year != year:
            continue
        heard = min(filter(None, (partner.first(ANSWERS), sent_us.get(partner.path))), default=None)
        if heard is None or heard >= wrote:
            written += 1
            answered += heard is not None
    return Replies(written, answered)


def _to_meeting(year: int, partners: Iterable[KnownPartner]) -> Duration | None:
    return _duration(
        (p.first(OUTREACH | {"intro"}), met) for p in partners if (met := p.first(MEETINGS)) and met.year == year
    )


def _to_referral(year: int, partners: Iterable[KnownPartner], firsts: Mapping[str, dt.date]) -> Duration | None:
    return _duration((p.first(MEETINGS), day) for p in partners if (day := firsts.get(p.path)) and day.year == year)


def _duration(pairs: Iterable[tuple[dt.date | None, dt.date | None]]) -> Duration | None:
    days = sorted((end - start).days for start, end in pairs if start is not None and end is not None and start <= end)
    if not days:
        return None
    half = len(days) // 2
    return Duration(len(days), (days[half] + days[-half - 1]) / 2, days[0], days[-1])


def _outcomes(referrals: Iterable[Referral]) -> dict[str, dict[str, int]]:
    counts = {way: dict.fromkeys(OUTCOMES, 0) for way in DIRECTIONS}
    for each in referrals:
        outcome = OPEN if each.is_open else each.status if each.status in CLOSED else OTHERWISE
        if each.direction in counts:
            counts[each.direction][outcome] += 1
    return counts


def _closed_gaps(
    cells: Iterable[Cell], partners: Iterable[KnownPartner], referred: Mapping[str, dt.date]
) -> list[ClosedGap]:
    """The day somebody in each role was first met, among those who count as met today, by day.

    Partners who are met without a log entry were met before the log began; then the gap closed before that, too.
    """
    days: dict[str, dt.date] = {}
    for partner in partners:
        if has_met(partner.stage, logged=partner.first(MEETINGS) is not None):
            met = min(filter(None, (partner.first(MEETINGS), referred.get(partner.path))), default=dt.date.min)
            days.update({role: min(met, days.get(role, met)) for role in partner.roles})
    found = []
    for cell in cells:
        met_days = [days[name] for name in map(fold, (cell.role.name, *cell.role.names)) if name in days]
        if met_days:
            found.append(ClosedGap(cell.niche.name, cell.role.name, min(met_days)))
    return sorted(found, key=lambda gap: (gap.day, gap.niche, gap.role))

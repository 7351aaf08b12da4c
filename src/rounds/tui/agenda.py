"""What the screens show of the vault: reminders, inbox, problems."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from rounds.domain.reminders.reminder import Reminder
from rounds.domain.reminders.sections import DUE, Sections
from rounds.errors import NotFoundError, Problem
from rounds.index.ids_last_contact import has_contacts
from rounds.vault.index_sync import Progress, no_progress

if TYPE_CHECKING:
    from datetime import date

    from rounds.domain.gaps_introductions_suggestions import Month
    from rounds.vault.inbox_lines import InboxItem
    from rounds.vault.vault import Vault

FEW = 5
"""At or below this many partners, show first steps."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """The latest reminders, inbox lines and problems.

    Attributes:
        today: the day it was read for.
        sections: the rows of Today.
        partners: number of partners.
        problems: all of the vault.
        month: the month's goal and progress; None before the first read.
        inbox: lines of Inbox.md to file.
        ready: how many of the six things for a first contact are ready; only read while there are few partners.
        reached: whether any partner was ever contacted.
        complete: whether the index had caught up with the disk.
    """

    today: "date"
    sections: Sections = field(default_factory=dict)
    partners: int = 0
    problems: tuple[Problem, ...] = ()
    month: "Month | None" = None
    inbox: "tuple[InboxItem, ...]" = ()
    ready: int = 0
    reached: bool = False
    complete: bool = False
    by_path: dict[str, tuple[Reminder, ...]] = field(default_factory=dict)

    def of(self, path: str) -> tuple[Reminder, ...]:
        """A note's reminders, by day."""
        return self.by_path.get(path, ())

    @property
    def due(self) -> tuple[Reminder, ...]:
        """Late and Today."""
        return tuple(each for section in DUE for each in self.sections.get(section, ()))

    @property
    def reminders(self) -> Iterator[Reminder]:
        """All of them, in the order of their sections."""
        return chain.from_iterable(self.sections.values())


def read_agenda(vault: "Vault", step: Progress = no_progress) -> Agenda:
    """Read the agenda for the screens.

    Args:
        step: progress callback, as for `reminders.today_sections`.
    """
    from rounds.vault.inbox import thoughts
    from rounds.vault.list_search import keys
    from rounds.vault.month_suggestions_year_report import month
    from rounds.vault.problems import all_problems
    from rounds.vault.reminders import today_sections

    sections = today_sections(vault, step)
    partners = len(keys(vault, "", types=("partner",)))
    by_path: dict[str, list[Reminder]] = {}
    for reminder in chain.from_iterable(sections.values()):
        by_path.setdefault(reminder.path, []).append(reminder)
    return Agenda(
        today=vault.today(),
        sections=sections,
        partners=partners,
        problems=tuple(all_problems(vault)),
        month=month(vault),
        inbox=tuple(thoughts(vault)),
        ready=_ready(vault) if partners <= FEW else 0,
        reached=vault.ask(has_contacts),
        by_path={path: tuple(sorted(some, key=Reminder.by_day)) for path, some in by_path.items()},
    )


def _ready(vault: "Vault") -> int:
    """How many of the six things are ready."""
    from rounds.vault.practice import ready

    with suppress(NotFoundError):  # the folder is missing
        return sum(point.ready for point in ready(vault))
    return 0

"""Places to go back to, one history for all screens."""

from typing import NamedTuple

_MOST = 100


class Visit(NamedTuple):
    """A place in the interface.

    Attributes:
        place: one of SCREENS.
        path: of the selected note; empty for none.
        reading: whether the note filled the screen.
        line: of the note, at the top.
        query: of the filter.
    """

    place: str
    path: str = ""
    reading: bool = False
    line: int = 0
    query: str = ""


class VisitedPlaces:
    """Earlier places. What is only scrolled counts as one place."""

    def __init__(self) -> None:
        self._visits: list[Visit] = []

    def add(self, visit: Visit) -> None:
        """Remember a place before another one is shown."""
        if not self._visits or not _same(visit, self._visits[-1]):
            self._visits.append(visit)
            del self._visits[:-_MOST]

    def last(self, here: Visit) -> Visit | None:
        """Take the last place that isn't this one; None if there is none."""
        while self._visits:
            visit = self._visits.pop()
            if not _same(visit, here):
                return visit
        return None


def _same(one: Visit, other: Visit) -> bool:
    return one._replace(line=0) == other._replace(line=0)

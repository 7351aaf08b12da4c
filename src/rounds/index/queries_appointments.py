"""Appointments in the index: open follow-ups with a time of day."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rounds.index.writer import Index


def followups_at(index: "Index", day: str, clock: str) -> list[tuple[str, str, str, int, str, str]]:
    """Path, type, title, line, text and kind of each open follow-up at a time of day, by title.

    Args:
        day: ISO date.
        clock: `HH:MM`.
    """
    return index.rows(
        "SELECT n.path, n.type, n.title, f.line, f.text, f.kind FROM followups f JOIN notes n ON n.key = f.note "
        "WHERE f.status = 'open' AND f.due = ? AND f.time LIKE ? ORDER BY n.title, f.line",
        (day, f"{clock}%"),
    )


def appointments(index: "Index", first: str, last: str) -> list[tuple[str, str]]:
    """Day and time of each open follow-up with a time, within some days."""
    where = "status = 'open' AND time IS NOT NULL AND due BETWEEN ? AND ?"
    return index.rows(f"SELECT due, time FROM followups WHERE {where}", (first, last))

"""`rounds ready`: check readiness for a first contact."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rounds.cli.options import command
from rounds.cli.output import BOLD, PLAIN, wrapped
from rounds.cli.session import Session

if TYPE_CHECKING:
    from rounds.domain.readiness import Point


@command("ready", '{"ready": BOOLEAN, "points": [{"name", "ready", "found", "advice"}]}')
def ready(session: Session) -> None:
    """Check whether all is ready for a first contact.

    Six things are looked for in Practice.md: who you are, a specific niche, the ideal client, how to refer, a website,
    and a digital card or a one-page summary. What is missing or too general is named, with what would help.
    """
    from rounds.vault.practice import ready as points_of

    points = points_of(session.vault)
    session.out.show(
        lambda: {
            "ready": all(point.ready for point in points),
            "points": [{**point._asdict(), "advice": list(point.advice)} for point in points],
        },
        lambda: _lines(points, session.out.width),
    )


def _lines(points: "list[Point]", width: int) -> Iterator[str]:
    for number, point in enumerate(points, 1):
        yield f"{number}. {BOLD}{point.name}{PLAIN}: {'ready' if point.ready else 'not yet'}"
        for text in (point.found, *point.advice):
            yield from wrapped(text, width, "   ") if text else ()
    missing = sum(not point.ready for point in points)
    yield ""
    yield "All six are ready." if not missing else f"{6 - missing} of 6 are ready."

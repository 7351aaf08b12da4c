"""`rounds map`: who knows whom, around one partner or as a page with everybody."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from rounds.cli.options import command, who_completion
from rounds.cli.output import BOLD, GAP, PLAIN, cells, wrapped
from rounds.cli.session import Session
from rounds.errors import UsageError

if TYPE_CHECKING:
    from rounds.domain.network_map import Around
    from rounds.vault.vault import Vault

_ANSWER = (
    '{"file": PATH or null, "name": NAME or null, "path": PATH or null, "ways": [WAY], "neighbors": [{"name", "path", '
    '"tie": TIE, "could_introduce": BOOLEAN}]}'
)


@command("map", _ANSWER)
@click.argument("who", nargs=-1, metavar="[WHO]", shell_complete=who_completion)
@click.option("--html", metavar="FILE", default="", help="Write a page with the whole network.")
@click.option("--replace", is_flag=True, help="Replace an existing page.")
def map_(session: Session, who: tuple[str, ...], html: str, replace: bool) -> None:
    """Show who knows whom.

    Draws the people around a partner; dashed lines are introductions that you could ask for. With --html, writes one
    page with everybody by role, stage and last touch. It opens in any browser without a network, and holds names and
    ties only: no logs, and nothing about clients.
    """
    vault = session.vault
    if html:
        if who:
            raise UsageError("the page shows everybody", hint="Leave the name out, or leave --html out.")
        path = _write(vault, html, replace=replace)
        session.out.show(
            lambda: {"file": path, "name": None, "path": None, "ways": [], "neighbors": []}, lambda: [path]
        )
        return
    if not who:
        raise UsageError("a map needs a name or a file", hint="Try: rounds map WHO, or rounds map --html network.html")
    _show(session, " ".join(who))


def _write(vault: "Vault", html: str, *, replace: bool) -> str:
    from rounds.exports.network_map import page
    from rounds.exports.write_files import write_page
    from rounds.vault.network_map import whole_map

    return write_page(html, page(*whole_map(vault), vault.today()), replace=replace)


def _show(session: Session, who: str) -> None:
    from rounds.cli.json_shapes import way_shape
    from rounds.vault.find_note import find
    from rounds.vault.network_map import around_partner

    entry = find(session.vault, who, ("partner",))
    found = around_partner(session.vault, entry)
    neighbors = [
        {"name": each.person.name, "path": each.person.path, "tie": each.tie, "could_introduce": each.is_way}
        for each in found.neighbors
    ]
    session.out.show(
        lambda: {
            "file": None, "name": entry.name, "path": entry.path, "ways": [*map(way_shape, found.ways)],
            "neighbors": neighbors,
        },
        lambda: _lines(session, found),
    )  # fmt: skip


def _lines(session: Session, found: "Around") -> Iterator[str]:
    from rounds.domain.network_map import ALONE, branches, center, tie_words

    room = session.out.width or 80
    yield from center(found, room, cells)
    for branch, each in zip(branches(found, room, cells), found.neighbors, strict=True):
        yield from wrapped(f"{BOLD}{each.person.name}{PLAIN}{GAP}{tie_words(each)}", room, branch)
    if not found.neighbors:
        yield from wrapped(ALONE, room)

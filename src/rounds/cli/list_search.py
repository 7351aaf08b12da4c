"""`rounds list` (partners in columns) and `rounds search` (text of all notes)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from rounds.cli.options import command, query_completion
from rounds.cli.output import BOLD, PLAIN, as_typed, table, wrapped
from rounds.cli.resolve import names_type, query_of, say_suggestion
from rounds.cli.session import Session
from rounds.domain.phrases import counted, format_value

if TYPE_CHECKING:
    from rounds.vault.vault import Vault

COLUMNS = ("name", "role", "organization", "stage", "city", "last")
"""Default columns, without --columns."""


@command("list", '{"notes": [LISTED], "count": NUMBER}', queries=True)
@click.argument("query", nargs=-1, shell_complete=query_completion)
@click.option("--columns", metavar="NAMES", default=",".join(COLUMNS), show_default=True,
              help="Properties to show, separated by commas.")  # fmt: skip
@click.option("--sort", default="name", show_default=True, metavar="ORDER",
              help="last, name, role, organization, stage or city; a minus in front reverses it.")  # fmt: skip
@click.option("--count", is_flag=True, help="Print only the number of matches.")
def list_(session: Session, query: tuple[str, ...], columns: str, sort: str, count: bool) -> None:
    """List partners, all or those matching a query.

    For example: `rounds list role:psychiatrist accepting:open -stage:resting "last:>90d"`. A query with `type:` or
    `is:` also finds other notes. docs/queries.md describes the query language.
    """
    from rounds.index.queries import ORDERS
    from rounds.vault.list_search import keys, listed

    vault = session.vault
    _one_of(sort.removeprefix("-"), list(ORDERS), "order")
    text = query_of(vault, query)
    types = () if names_type(text) else ("partner",)
    if count:
        number = len(keys(vault, text, types=types))
        if not number:
            say_suggestion(vault, text, types)
        session.out.show(lambda: {"notes": [], "count": number}, lambda: [str(number)])
        return
    names = _columns(vault, columns)

    def document() -> dict[str, object]:
        from rounds.cli.json_shapes import listed_shape
        from rounds.vault.organizations import inherited_by

        found = listed(vault, text, types=types, order=sort)
        if not found:
            say_suggestion(vault, text, types)
        given = inherited_by(vault, found)
        notes = [listed_shape(entry, given.get(entry.key, {})) for entry in found]
        return {"notes": notes, "count": len(found)}

    session.out.show(document, lambda: _table(session, text, names, types=types, order=sort))


def _table(session: Session, text: str, names: Sequence[str], *, types: Sequence[str], order: str) -> Iterable[str]:
    from rounds.vault.list_search import columns

    found = columns(session.vault, text, names, types=types, order=order)
    if not found:
        from rounds.cli.today_inbox import NOBODY

        say_suggestion(session.vault, text, types)
        return ["Nobody matches." if text else as_typed(NOBODY)]
    heads = [_HEADS.get(name, name.replace("_", " ")) for name in names]
    texts = [
        [value if type(value) is str and "[" not in value else format_value(value) for value in row] for row in found
    ]
    return table([heads, *texts], session.out.width)


_HEADS = {"last": "last contact", "last_contact": "last contact"}


def _columns(vault: "Vault", text: str) -> Sequence[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in COLUMNS:
            _check_column(vault, name)
    return names or COLUMNS


def _check_column(vault: "Vault", name: str) -> None:
    from rounds.notes.schema import KEYS
    from rounds.vault.list_search import property_names

    known = dict.fromkeys([*COLUMNS, "path", "type", "id", *(key for keys in KEYS.values() for key in keys)])
    if name not in known:
        # SQLite can't name a property with these in a path.
        _one_of(name, [*known, *(each for each in property_names(vault) if not {'"', "\\"} & set(each))], "column")


def _one_of(name: str, known: Sequence[str], what: str) -> None:
    if name not in known:
        from rounds.domain.query.fields import closest
        from rounds.errors import UsageError

        near = closest(name, known)
        hint = f"Did you mean {near}?" if near else f"For example: {', '.join(known[:6])}."
        raise UsageError(f'there is no {what} "{name}"', hint=hint)


@command("search", '{"hits": [{"path", "type", "name", "passage"}], "count": NUMBER}', queries=True)
@click.argument("query", nargs=-1, required=True, shell_complete=query_completion)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    default=50,
    show_default=True,
    help="The maximum number of notes.",
)
def search(session: Session, query: tuple[str, ...], limit: int) -> None:
    """Search the text of all notes.

    A note must contain all words, each at the start of a word; "words in quotes" must match exactly. The best match
    comes first. All queries of `rounds list` work here too.
    """
    from rounds.vault.list_search import searched

    text = query_of(session.vault, query)
    hits = searched(session.vault, text, limit=limit)
    if not hits:
        say_suggestion(session.vault, text, ())

    def document() -> dict[str, object]:
        found = [
            {
                "path": hit.entry.path,
                "type": hit.entry.type,
                "name": hit.entry.name,
                "passage": hit.passage.replace(BOLD, "").replace(PLAIN, ""),
            }
            for hit in hits
        ]
        return {"hits": found, "count": len(hits)}

    def lines() -> Iterator[str]:
        if not hits:
            yield "Nothing was found."
        for hit in hits:
            yield f"{hit.entry.name}  ({hit.entry.path})"
            if hit.passage:
                yield from wrapped(" ".join(hit.passage.split()), session.out.width, "    ")
        if len(hits) == limit:
            yield f"Only the first {counted(limit, 'note')} are shown; for more: --limit {limit * 4}"

    session.out.show(document, lines)

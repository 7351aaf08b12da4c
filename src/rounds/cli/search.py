"""`rounds search`: search the text of all notes."""

from collections.abc import Iterator

import click

from rounds.cli.options import command, query_completion
from rounds.cli.output import BOLD, PLAIN, wrapped
from rounds.cli.query_args import query_of, say_meant
from rounds.cli.session import Session
from rounds.domain.phrases import counted


@command("search", '{"hits": [{"path", "type", "name", "passage"}], "count": NUMBER}', queries=True)
@click.argument("query", nargs=-1, required=True, shell_complete=query_completion)
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", default=50, show_default=True, help="At most so many notes."
)
def search(session: Session, query: tuple[str, ...], limit: int) -> None:
    """Search the text of all notes.

    All words must be found, each as the beginning of a word; "words in quotes" are found as they stand. The best
    match comes first. Everything that `rounds list` understands can be used here too.
    """
    from rounds.vault.text_search import searched

    text = query_of(session.vault, query)
    hits = searched(session.vault, text, limit=limit)
    if not hits:
        say_meant(session.vault, text, ())

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
            yield f"These are the first {counted(limit, 'note')}; for more: --limit {limit * 4}"

    session.out.show(document, lines)

"""`rounds share`: an article, as a separate email to each matching partner."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from rounds.cli.draft import composed, draft_lines, link_of
from rounds.cli.json_shapes import draft_shape
from rounds.cli.options import command, query_completion
from rounds.cli.output import say
from rounds.cli.query_args import query_of
from rounds.cli.resolve import some_words, writable
from rounds.cli.session import Session
from rounds.domain.phrases import day_words
from rounds.errors import NotFoundError

if TYPE_CHECKING:
    from rounds.vault.drafting import Composed
    from rounds.vault.vault import Vault

_ANSWER = '{"drafts": [DRAFT], "planned": [WRITTEN], "left_out": [{"path", "name", "why"}], "files": [PATH]}'


@command("share", _ANSWER, queries=True)
@click.argument("article")
@click.argument("query", nargs=-1, required=True, shell_complete=query_completion)
@click.option("--eml", metavar="FOLDER", default="", help="Write each as a mail file that opens as an unsent mail.")
@click.option("--again", is_flag=True, help="Also to those who had it already.")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, metavar="N",
              help="To how many at most; to many at once it is a mailing.")  # fmt: skip
def share(session: Session, article: str, query: tuple[str, ...], *, eml: str, again: bool, limit: int) -> None:
    """Draft a mail about an article, one to each.

    ARTICLE is its title, author and link; QUERY says whom it fits: `rounds share "Sleep and worry, J. Doe,
    https://example.com" role:pediatrician`. Who had it already, rests, or has no email address is left out, and named.
    Each draft is a mail of its own, with a follow-up that asks today whether it was sent. Nothing is sent.
    """
    from rounds.vault.drafting import plan_sent
    from rounds.vault.queries import listed
    from rounds.vault.sharing import article_message, left_out, receivers, short

    vault = session.vault
    words = " ".join(some_words(article, 'rounds share "Title, author, link" role:pediatrician').split())
    message = article_message(vault)
    found = listed(vault, query_of(vault, query))
    without = left_out(vault, found, words, again=again)
    entries = receivers(found, without, limit, "Name fewer in the query, or allow more with --limit.")
    writable(vault, *(entry.path for entry in entries))
    for entry in found:
        if entry.path in without:
            say(f"{entry.name}: left out, {_why(vault, without[entry.path])}.")
    if not entries:
        raise NotFoundError("there is nobody to send it to", hint="Look at the query with: rounds list")
    made = [composed(session, entry, message, article=words) for entry in entries]
    files = _written(vault, made, eml) if eml else []
    with vault.change():  # one command is one undo
        planned = [(entry, plan_sent(vault, entry, message, short(words))) for entry in entries]
    vault.sync()
    session.out.show(
        lambda: {
            "drafts": [draft_shape(each.draft, each.remarks, link_of(each.draft)) for each in made],
            "planned": [{"path": p.path, "name": e.name, "lines": list(p.lines)} for e, p in planned if p],
            "left_out": [
                {"path": e.path, "name": e.name, "why": _why(vault, without[e.path])}
                for e in found
                if e.path in without
            ],
            "files": files,
        },
        lambda: _lines(made, files),
    )


def _why(vault: "Vault", why: "tuple[str, object]") -> str:
    from datetime import date

    words, day = why
    return f"{words} {day_words(day, vault.today())}" if isinstance(day, date) else words


def _written(vault: "Vault", made: "Sequence[Composed]", folder: str) -> list[str]:
    """Each draft as a mail file, all of them or none."""
    import os

    from rounds.exports.write_files import write_papers
    from rounds.vault.sharing import mail_files

    papers = mail_files(vault, [each.draft for each in made])
    return write_papers(os.path.abspath(os.path.expanduser(folder)), papers, word="")


def _lines(made: "Sequence[Composed]", files: Sequence[str]) -> Iterator[str]:
    if files:
        yield from files
        return
    for number, each in enumerate(made):
        if number:
            yield from ("", "-" * 20, "")
        yield from draft_lines(each.draft, linked=True)

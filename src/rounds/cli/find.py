"""`rounds find`: search the public NPI registry, and add who fits."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from rounds.cli.import_contacts import ask_ticks, row_counter, show_outcome, tick, tick_query
from rounds.cli.notices_unknown_words import confirm_word
from rounds.cli.options import command, role_completion
from rounds.cli.output import as_typed, say, wrapped
from rounds.cli.prompts import agrees, can_ask
from rounds.cli.resolve import query_of
from rounds.cli.session import Session
from rounds.domain.phrases import counted
from rounds.errors import UsageError

if TYPE_CHECKING:
    from rounds.imports.registry import Registry
    from rounds.vault.find_contacts import Matches, Search

_ANSWER = (
    '{"rows": [ROW], "counts": an object, "written": [PATH], "failed": [{"number", "reason"}], "more": BOOLEAN, '
    '"places": [{"words", "link"}]}'
)


@command("find", _ANSWER, guarded=True)
@click.argument("words", nargs=-1, metavar="[ROLE]", shell_complete=role_completion)
@click.option("--city", default="", help="The city of the practice.")
@click.option("--state", default="", help="The state, in two letters.")
@click.option("--name", default="", help="A person's name, or the last name; `le*` begins so.")
@click.option("--organization", default="", help="A name of an organization.")
@click.option("--count", "most", type=click.IntRange(1, 1200), default=50, show_default=True,
              help="The maximum number of matches.")  # fmt: skip
@click.option("--verify", is_flag=True, help="Compare your notes with the registry, by NPI.")
@click.option("--yes", is_flag=True, help="Add the ticked rows without asking.")
@click.option("--only", metavar="QUERY", default="", help="Tick only the rows that match.")
@click.option("--all", "everyone", is_flag=True, help="Tick every row that can be added.")
def find(
    session: Session,
    words: tuple[str, ...],
    *,
    most: int,
    verify: bool,
    yes: bool,
    only: str,
    everyone: bool,
    **typed: str,
) -> None:
    """Find people in the NPI registry.

    Searches the public registry of health care providers in the USA: `rounds find psychiatrist --city Portland --state
    OR`. No other command asks the registry, and only the search words are sent. People who are in your notes already
    are marked. On a terminal, you tick the matches to add; elsewhere, nothing is written without --yes. Below the
    matches are other places to look, with links: the `where_to_find` of that role in the playbook.

    With --verify, the NPI numbers in your notes are sent, after a question, and missing details are filled in. ROLE is
    then a query that selects the notes.
    """
    query = tick_query(only)
    found = _verified(session, words, typed, yes=yes) if verify else _found(session, " ".join(words), typed, most)
    tick(found.plan.rows, query, everyone=everyone)
    _finish(session, found, yes=yes, comparing=verify, choosing=not (verify or only or everyone))


def _finish(session: Session, found: "Matches", *, yes: bool, comparing: bool, choosing: bool) -> None:
    """Let the user tick, write, and show the outcome.

    Args:
        comparing: whether to ask about values that differ.
        choosing: whether nothing is ticked at first, if the user can tick.
    """
    from rounds.vault.import_contacts import write

    rows = found.plan.rows
    asking = can_ask(session) and not yes and any(row.is_possible or (comparing and row.differs) for row in rows)
    if asking:
        for row in rows:
            row.ticked = row.ticked and not choosing
        ask_ticks(session, found.plan, rows if comparing else ())
    ticked = [row for row in rows if row.ticked]
    done = write(session.vault, ticked, row_counter(session, "written")) if (yes or asking) and ticked else None
    session.vault.sync()
    also = {"more": found.more, "places": [place._asdict() for place in found.places]}
    below = [*_below(found, session.out.width)]
    if rows:
        show_outcome(session, found.plan, done, asked=asking, also=also, below=below)
    else:
        session.out.show(lambda: {"rows": [], "counts": {}, "written": [], "failed": [], **also}, lambda: below)


def _below(found: "Matches", width: int) -> Iterator[str]:
    if found.more:
        yield "The registry has more. Narrow the search, or show more with --count."
    if found.places:
        yield from ("", "Where else to look:") if found.plan.rows else ("Where to look:",)
    for place in found.places:
        yield from wrapped(place.words, width, "  ")
        if place.link:
            yield f"    {place.link}"


def _found(session: Session, role: str, typed: dict[str, str], most: int) -> "Matches":
    from rounds.vault.find_contacts import Matches, is_new_role, matches, places, search_for
    from rounds.vault.import_contacts import Plan

    vault = session.vault
    search = search_for(vault, role, **typed)
    if is_new_role(vault, search.role):
        search = search_for(vault, confirm_word(session, "role", search.role), **typed)
    if not search.is_possible:
        say(f"The NPI registry lists health care providers; it has no entry for: {search.role}")
        return Matches(Plan([], []), more=False, places=places(vault, search))
    with _registry(session) as registry:
        _tell_what_is_sent(session, registry.host, search)
        found = matches(vault, registry, search, most)
    if not found.plan.rows:
        say("Nobody in the registry fits. Try fewer words, or another spelling.")
    return found


def _registry(session: Session) -> "Registry":
    from rounds.imports.registry import Registry
    from rounds.storage.user_config import registry_address

    return Registry(registry_address(session.vault.config), say)


_FIRST = (
    "This asks the public NPI registry at {}, over the internet, and only now that you run it. It sends the search "
    "words below and nothing from your notes. Never search for a client."
)


def _tell_what_is_sent(session: Session, host: str, search: "Search") -> None:
    """Say what a search sends, the first time in full."""
    from rounds.vault.find_contacts import is_told, remember_told

    texts = [f"Asking {host} for: {search.in_words()}"]
    if not is_told(session.vault):
        texts.insert(0, _FIRST.format(host))
        remember_told(session.vault)
    for text in texts:
        for line in wrapped(text, session.out.width):
            say(line)


def _verified(session: Session, words: Sequence[str], typed: dict[str, str], *, yes: bool) -> "Matches":
    """The notes with an NPI compared with the registry, if the user agrees."""
    from rounds.vault.find_contacts import Matches, numbered, verified
    from rounds.vault.import_contacts import Plan
    from rounds.vault.list_search import listed

    if any(typed.values()):
        raise UsageError(
            "--verify doesn't go with search words", hint="For example: rounds find --verify city:portland"
        )
    vault = session.vault
    holders = numbered(listed(vault, query_of(vault, words), types=("partner", "organization")))
    if not holders:
        raise UsageError("no note has an NPI", hint="To add one: rounds set WHO npi=1234567893")
    with _registry(session) as registry:
        what = f"{counted(len(holders), 'NPI number')} of your notes to {registry.host}"
        if yes or (can_ask(session) and agrees(f"Send {what}?")):
            return verified(vault, registry, holders, row_counter(session, "compared"))
    say(as_typed(f"Nothing was sent. To send {what}: rounds find --verify --yes"))
    return Matches(Plan([], []), more=False)

"""`rounds match` (partners for a client), `refer` (a referral, out or in) and `referrals` (list them)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from rounds.cli.json_shapes import match_shape, referral_shape
from rounds.cli.notices_unknown_words import tell_if_ahead, tell_of_code
from rounds.cli.options import (
    F,
    Group,
    after_who,
    client_completion,
    command,
    completed,
    either,
    query_completion,
    release_completion,
    role_completion,
    values_completion,
    who_completion,
)
from rounds.cli.output import BOLD, PLAIN, as_typed, say, table, wrapped
from rounds.cli.resolve import query_of, say_suggestion
from rounds.cli.session import Session
from rounds.domain.match import MARKS, Match, Need, split_criteria
from rounds.domain.partner_referral_release import REASONS, STATUSES
from rounds.domain.phrases import counted, format_value
from rounds.errors import UsageError

if TYPE_CHECKING:
    from rounds.vault.referrals import FiledReferral

_REFERRAL = '{"referral": REFERRAL}'


@click.group("refer", cls=Group)
def refer() -> None:
    """Record referrals, out and in.

    A client appears only as a random code, if at all; the key to it stays in the chart.
    """


def _described(function: Callable[..., Any]) -> Callable[..., Any]:
    """Options for referral details; all are optional."""
    options = [
        click.option("--client", metavar="CODE", default="", help="The client's code, or `new` to generate one.",
                     shell_complete=client_completion),
        click.option("--reason", type=click.Choice(REASONS), default=None, help="The general reason."),
        click.option("--status", type=click.Choice(STATUSES), default=None, help="The current status."),
        click.option("--date", "on", metavar="DATE", default="", help="The day; today by default."),
        click.option("--release", metavar="NOTE", default="", help="The release that covers it.",
                     shell_complete=release_completion),
        click.option("--options", type=click.IntRange(min=1), default=None,
                     help="The number of names given to the client."),
        click.option("--clinician", default="", help="The team member."),
    ]  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


def _write(session: Session, direction: str, who: tuple[str, ...], *, on: str, **given: Any) -> None:
    from rounds.notes.dates import parse_day
    from rounds.vault.find_note import find
    from rounds.vault.referrals import refer as write

    vault = session.vault
    partner = find(vault, " ".join(who), ("partner",))
    day = parse_day(on, today=vault.today(), past=True) if on else None
    given["clinician"] = given["clinician"] or vault.config.me
    path = write(vault, partner, direction, on=day, **given)
    vault.sync()
    code = _show(session, path)
    if given["client"] == "new":
        tell_of_code(code)
    tell_if_ahead(day or vault.today(), vault.today())


def _show(session: Session, path: str) -> str:
    """Answer with a referral; returns the client's code."""
    from rounds.vault.referrals import referrals

    vault = session.vault
    filed = referrals(vault, [vault.entry(path)])[0]
    session.out.show(
        lambda: {"referral": referral_shape(filed, vault.today())},
        lambda: [f"{path}: {', '.join(filter(None, referral_line(filed, vault.today())[1:]))}"],
    )
    if filed.uncovered(vault.today()):
        say("No valid release is on file for this client and partner. You need one to share anything about the client.")
    return filed.referral.client


@command("out", _REFERRAL, newcomers=True, guarded=True)
@click.argument("who", nargs=-1, required=True, metavar="WHO", shell_complete=who_completion)
@_described
def out(session: Session, who: tuple[str, ...], on: str, **given: Any) -> None:
    """Record a client's referral to a partner.

    Only the partner is required. To find partners who fit: `rounds match`
    """
    _write(session, "out", who, on=on, **given)


@command("in", _REFERRAL, newcomers=True, guarded=True)
@click.argument("who", nargs=-1, required=True, metavar="WHO", shell_complete=who_completion)
@_described
def in_(session: Session, who: tuple[str, ...], on: str, **given: Any) -> None:
    """Record a partner's referral of a client to you.

    Only the partner is required. A reminder to say thank you follows.
    """
    _write(session, "in", who, on=on, **given)


_who_or_status = after_who(either(completed(lambda _: STATUSES), client_completion), client_completion)


@command("set", _REFERRAL, guarded=True)
@click.argument("words", nargs=-1, required=True, metavar="WHO STATUS", shell_complete=_who_or_status)
@click.option("--date", "on", metavar="DATE", default="", help="The day it changed; today by default.")
def set_(session: Session, words: tuple[str, ...], on: str) -> None:
    """Update the status of a referral.

    WHO is the partner with the open referral, the client's code, or the referral's note. STATUS is sent, received,
    acknowledged, scheduled, started, completed, declined or lost; the last three close it.
    """
    from rounds.notes.dates import parse_day
    from rounds.vault.referrals import set_status

    if len(words) < 2:
        raise UsageError("WHO and STATUS are missing", hint="For example: rounds refer set maria acknowledged")
    vault = session.vault
    day = parse_day(on, today=vault.today(), past=True) if on else None
    path = set_status(vault, " ".join(words[:-1]), words[-1].lower(), on=day)
    vault.sync()
    _show(session, path)


for each in (out, in_, set_):
    refer.add_command(each)


@command("referrals", '{"referrals": [REFERRAL], "open": NUMBER}', queries=True)
@click.argument("query", nargs=-1, shell_complete=query_completion)
def referrals(session: Session, query: tuple[str, ...]) -> None:
    """List referrals, open ones first, with their age.

    All of them, or those matching a query, such as `rounds referrals is:open direction:out maria`. For each referral
    with a client's code, the state of the release for that client and partner is shown.
    """
    from rounds.vault.list_search import listed
    from rounds.vault.referrals import referrals as filed_referrals

    vault = session.vault
    today = vault.today()
    text = query_of(vault, query)
    found = filed_referrals(vault, listed(vault, text, types=("referral",)) if text else None)
    if not found:
        say_suggestion(vault, text, ("referral",))
    number = sum(filed.referral.is_open for filed in found)

    def lines() -> Iterator[str]:
        if not found:
            yield "No referrals match." if text else as_typed("No referrals yet. To record one: rounds refer out WHO")
            return
        yield from table([_HEADS, *(referral_line(filed, today) for filed in found)], session.out.width)
        yield ""
        yield f"{counted(number, 'referral')} open of {len(found)}."

    session.out.show(lambda: {"referrals": [referral_shape(filed, today) for filed in found], "open": number}, lines)


_HEADS = ("partner", "", "date", "status", "for how long", "client", "reason", "release")


def referral_line(filed: "FiledReferral", today: date) -> tuple[str, ...]:
    """The cells of a referral in a list."""
    referral = filed.referral
    return (
        referral.partner, referral.direction, str(referral.date or ""), referral.status, referral.how_long(today),
        referral.client, referral.reason, filed.release_words,
    )  # fmt: skip


def _wanted(name: str, key: str, help_: str) -> Callable[[F], F]:
    """A repeatable option for values of a property."""
    return click.option(
        f"--{name}", key, multiple=True, metavar="WHAT", help=help_, shell_complete=values_completion(key)
    )


@command("match", '{"matches": [MATCH], "count": NUMBER, "sheet": PATH or null}')
@_wanted("specialty", "specialties", "An issue or a method.")
@click.option("--age", type=click.IntRange(0, 120), default=None, help="The client's age in years.")
@_wanted("serves", "serves", "A population, such as couples.")
@_wanted("insurance", "insurance", "How the client pays.")
@_wanted("language", "languages", "A language the client speaks.")
@click.option("--city", default="", help="The city.", shell_complete=values_completion("city"))
@click.option("--telehealth", is_flag=True, help="By telehealth.")
@click.option("--role", default="", help="What they do, such as psychiatrist.", shell_complete=role_completion)
@click.option("--count", "most", type=click.IntRange(min=2), default=5, show_default=True,
              help="The maximum number of names.")  # fmt: skip
@click.option("--sheet", metavar="FILE", default="", help="Write the names as a page for the client's hand.")
@click.option("--replace", is_flag=True, help="Replace an existing page.")
def match(session: Session, most: int, *, sheet: str, replace: bool, **given: Any) -> None:
    """Find partners for a client's referral.

    Only the client's needs count: `rounds match --role psychiatrist --specialty adhd --age 9 --insurance moda`. The
    best fit comes first (criteria met minus criteria missed), then partners with openings; those who take no new
    clients come last. How much partners send you and how well you know them doesn't count. A partner also has the
    details of the organization. Below each name: what fits (+), what is unknown (?) and what doesn't fit (-).

    --sheet writes a page for print with these names, how to reach them, and lines for notes. It says nothing about the
    client.
    """
    from rounds.vault.did_you_mean import meant_need
    from rounds.vault.gaps_introductions_match import known_role, matches

    need = _need(**given)
    found = matches(session.vault, known_role(session.vault, need))
    shown = found[:most]
    path = _write_sheet(session, shown, sheet, replace=replace) if sheet and shown else None
    session.out.show(
        lambda: {
            "matches": [match_shape(each, properties) for each, properties in shown],
            "count": len(found),
            "sheet": path,
        },
        lambda: [*_match_lines(shown, session.out.width), *([path] if path else [])],
    )
    if hint := meant_need(session.vault, need):
        say(hint)
    if len(found) > 1:
        say("Give the client more than one name; the choice is theirs.")
    elif not found and sheet:
        say("No page was written. Fewer criteria give more names.")
    elif found:
        say("Only one name fits. Try fewer criteria; a client should be given more than one name.")


def _need(*, age: int | None, city: str, role: str, telehealth: bool, **lists: Iterable[str]) -> Need:
    wanted = {key: split_criteria(texts) for key, texts in lists.items()}
    need = Need(role=role.strip(), age=age, city=city.strip(), telehealth=telehealth, **wanted)
    if need == Need():
        raise UsageError(
            "the client's needs are missing", hint="For example: rounds match --role psychiatrist --specialty adhd"
        )
    return need


_Matches = Sequence[tuple[Match, dict[str, object]]]


def _match_lines(shown: _Matches, width: int) -> Iterator[str]:
    if not shown:
        yield "Nobody fits."
    for each, properties in shown:
        yield f"{BOLD}{each.candidate.name}{PLAIN}{_details(each, properties)}"
        for reason in each.said:
            yield from wrapped(f"{MARKS[reason.fit]} {reason.words}", width, "  ")


def _write_sheet(session: Session, shown: _Matches, sheet: str, *, replace: bool) -> str:
    """Write the page for the client's hand: its path."""
    from rounds.exports.write_files import write_page
    from rounds.vault.gaps_introductions_match import page_of_names

    if len(shown) < _FEW:
        say(f"The sheet has {counted(len(shown), 'name')}. Fewer criteria give more; three or more is a real choice.")
    return write_page(sheet, page_of_names(session.vault, shown), replace=replace)


_FEW = 3
"""Names that give a client a choice (guide, line 26)."""


def _details(each: Match, properties: Mapping[str, object]) -> str:
    method = format_value(properties.get("referral_method"))
    parts = [each.candidate.role, each.candidate.city, f"referrals by {method}" if method else ""]
    text = ", ".join(filter(None, parts))
    return f"  {text}" if text else ""

"""`rounds release`: register of signed releases; the form stays in the chart."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from rounds.cli.json_shapes import release_shape
from rounds.cli.notices_unknown_words import tell_of_code
from rounds.cli.options import Group, client_completion, command, query_completion, who_completion
from rounds.cli.output import as_typed, say, table
from rounds.cli.resolve import query_of, say_suggestion
from rounds.cli.session import Session
from rounds.domain.partner_referral_release import AUTHORIZATION, MORE, REGISTER, SCOPES, Release, ReleaseState, scopes

if TYPE_CHECKING:
    from rounds.vault.referrals import FiledRelease


@click.group("release", cls=Group)
def release() -> None:
    """Keep a register of releases.

    Dates and scope, under a random client code. This is a register, not legal advice; the signed form stays in the
    chart.
    """


@command("list", '{"releases": [RELEASE], "register": TEXT}', queries=True)
@click.argument("query", nargs=-1, shell_complete=query_completion)
def list_(session: Session, query: tuple[str, ...]) -> None:
    """List releases, those that end soon first.

    All of them, or those matching a query, such as `rounds release list maria`. `[reminders.release] days` in
    rounds.toml says how many days before its end a release counts as expiring.
    """
    from rounds.vault.list_search import listed
    from rounds.vault.referrals import releases

    vault = session.vault
    text = query_of(vault, query)
    found = releases(vault, listed(vault, text, types=("release",)) if text else None)
    if not found:
        say_suggestion(vault, text, ("release",))

    def lines() -> Iterator[str]:
        if not found:
            yield "No releases match." if text else as_typed("No releases yet. To register one: rounds release add WHO")
            return
        yield from table([_HEADS, *(_cells(filed) for filed in found)], session.out.width)

    session.out.show(lambda: {"releases": [release_shape(filed) for filed in found], "register": REGISTER}, lines)
    say(REGISTER)


_HEADS = ("partner", "client", "state", "signed", "until", "scope")


def _cells(filed: "FiledRelease") -> tuple[str, ...]:
    each = filed.release
    return (
        each.partner, each.client, str(filed.state), str(each.signed or ""), _until(each, filed.state),
        ", ".join(each.scope),
    )  # fmt: skip


def _until(each: Release, state: ReleaseState) -> str:
    if state is ReleaseState.REVOKED:
        return f"revoked {each.revoked}" if each.revoked and each.revoked > date.min else "revoked"
    return str(each.expires or each.expires_event)


@command("add", '{"release": RELEASE, "authorization": [TEXT], "register": TEXT}', newcomers=True, guarded=True)
@click.argument("who", nargs=-1, required=True, metavar="WHO", shell_complete=who_completion)
@click.option("--client", metavar="CODE", required=True, help="The client's code, or `new` to generate one.",
              shell_complete=client_completion)  # fmt: skip
@click.option("--signed", metavar="DATE", required=True, help="The day it was signed.")
@click.option("--expires", metavar="DATE", default="", help="The last day it's valid.")
@click.option("--event", metavar="TEXT", default="", help="The event that ends it, such as end of treatment.")
@click.option("--scope", multiple=True, required=True, metavar="WHAT",
              help=f"What may be shared: {', '.join(SCOPES)}. Separate several with commas.",
              shell_complete=lambda _, __, start: [scope for scope in SCOPES if scope.startswith(start)])  # fmt: skip
def add(session: Session, who: tuple[str, ...], signed: str, expires: str, **given: Any) -> None:
    """Register a signed release.

    Shows the elements of a valid authorization, to compare with the form in the chart.
    """
    from rounds.notes.dates import parse_day
    from rounds.vault.find_note import find
    from rounds.vault.referrals import add_release

    vault = session.vault
    path = add_release(
        vault,
        find(vault, " ".join(who), ("partner",)),
        client=given["client"],
        signed=parse_day(signed, today=vault.today(), past=True),
        expires=parse_day(expires, today=vault.today()) if expires else None,
        event=" ".join(given["event"].split()),
        scope=scopes(given["scope"]),
    )
    vault.sync()
    code = _show(session, path, {"authorization": [*AUTHORIZATION, MORE], "register": REGISTER})
    if given["client"] == "new":
        tell_of_code(code)
    say("A valid authorization has (45 CFR 164.508(c)):")
    for line in AUTHORIZATION:
        say(f"- {line}")
    say(MORE)
    say(REGISTER)


@command("revoke", '{"release": RELEASE}')
@click.argument("who", nargs=-1, required=True, metavar="WHO", shell_complete=client_completion)
@click.option("--date", "on", metavar="DATE", default="", help="The day it was revoked; today by default.")
def revoke(session: Session, who: tuple[str, ...], on: str) -> None:
    """Record that a release was revoked.

    WHO is the client's code, the partner, or the release's note. From then on, nothing more may be shared; what was
    shared before stays shared.
    """
    from rounds.notes.dates import parse_day
    from rounds.vault.referrals import revoke as write

    vault = session.vault
    path = write(vault, " ".join(who), on=parse_day(on, today=vault.today(), past=True) if on else None)
    vault.sync()
    _show(session, path, {})


def _show(session: Session, path: str, more: dict[str, object]) -> str:
    """Answer with a release; returns the client's code."""
    from rounds.vault.referrals import releases

    filed = releases(session.vault, [session.vault.entry(path)])[0]
    session.out.show(
        lambda: {"release": release_shape(filed), **more},
        lambda: [f"{path}: {', '.join(filter(None, _cells(filed)[1:]))}"],
    )
    return filed.release.client


for each in (list_, add, revoke):
    release.add_command(each)

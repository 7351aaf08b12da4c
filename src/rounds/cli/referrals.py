"""`rounds referrals`: open referrals with their age, and releases on file."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import referral_shape
from rounds.cli.options import command, query_completion
from rounds.cli.output import table
from rounds.cli.program_name import as_typed
from rounds.cli.query_args import query_of, say_meant
from rounds.cli.session import Session
from rounds.domain.phrases import counted

if TYPE_CHECKING:
    from rounds.vault.referral_lookup import FiledReferral


@command("referrals", '{"referrals": [REFERRAL], "open": NUMBER}', queries=True)
@click.argument("query", nargs=-1, shell_complete=query_completion)
def referrals(session: Session, query: tuple[str, ...]) -> None:
    """List referrals, open ones first, for how long.

    All of them, or those that a query finds, such as `rounds referrals is:open direction:out maria`. Beside each
    that names a client's code stands how the release for that client and partner stands.
    """
    from rounds.vault.queries import listed
    from rounds.vault.referral_lookup import referrals as filed_referrals

    vault = session.vault
    today = vault.today()
    text = query_of(vault, query)
    found = filed_referrals(vault, listed(vault, text, types=("referral",)) if text else None)
    if not found:
        say_meant(vault, text, ("referral",))
    number = sum(filed.referral.is_open for filed in found)

    def lines() -> Iterator[str]:
        if not found:
            yield "No referral fits." if text else as_typed("No referrals yet. To write one down: rounds refer out WHO")
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

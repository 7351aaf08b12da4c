"""`rounds match`: partners who fit a client's need (guide, line 26)."""

from collections.abc import Callable, Iterable, Iterator, Mapping

import click

from rounds.cli.json_shapes import match_shape
from rounds.cli.options import F, command, role_completion, values_completion
from rounds.cli.output import BOLD, PLAIN, say, wrapped
from rounds.cli.session import Session
from rounds.domain.match import MARKS, Match, Need, split_criteria
from rounds.domain.phrases import format_value
from rounds.errors import UsageError


def _wanted(name: str, key: str, help_: str) -> Callable[[F], F]:
    """A repeatable option for values of a property."""
    return click.option(
        f"--{name}", key, multiple=True, metavar="WHAT", help=help_, shell_complete=values_completion(key)
    )


@command("match", '{"matches": [MATCH], "count": NUMBER}')
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
def match(
    session: Session, most: int, age: int | None, city: str, role: str, *, telehealth: bool, **lists: Iterable[str]
) -> None:
    """Find partners for a client's referral.

    Only the client's needs count: `rounds match --role psychiatrist --specialty adhd --age 9 --insurance moda`. The
    best fit comes first (criteria met minus criteria missed), then partners with openings; those who take no new
    clients come last. How much partners send you and how well you know them doesn't count. A partner also has the
    details of the organization. Below each name: what fits (+), what is unknown (?) and what doesn't fit (-).
    """
    from rounds.vault.did_you_mean import meant_need
    from rounds.vault.gaps_introductions_match import known_role, matches

    wanted = {key: split_criteria(texts) for key, texts in lists.items()}
    need = Need(role=role.strip(), age=age, city=city.strip(), telehealth=telehealth, **wanted)
    if need == Need():
        raise UsageError(
            "the client's needs are missing", hint="For example: rounds match --role psychiatrist --specialty adhd"
        )
    found = matches(session.vault, known_role(session.vault, need))
    shown = found[:most]

    def lines() -> Iterator[str]:
        if not found:
            yield "Nobody fits."
        for each, properties in shown:
            yield f"{BOLD}{each.candidate.name}{PLAIN}{_details(each, properties)}"
            for reason in (*each.reasons, each.taking):
                yield from wrapped(f"{MARKS[reason.fit]} {reason.words}", session.out.width, "  ")

    session.out.show(
        lambda: {"matches": [match_shape(each, properties) for each, properties in shown], "count": len(found)}, lines
    )
    if hint := meant_need(session.vault, need):
        say(hint)
    if len(found) > 1:
        say("Give the client more than one name; the choice is theirs.")
    elif found:
        say("Only one name fits. Try fewer criteria; a client should be given more than one name.")


def _details(each: Match, properties: Mapping[str, object]) -> str:
    method = format_value(properties.get("referral_method"))
    parts = [each.candidate.role, each.candidate.city, f"referrals by {method}" if method else ""]
    text = ", ".join(filter(None, parts))
    return f"  {text}" if text else ""

"""`rounds feed publish`: publish feeds, and fetch items ticked off elsewhere."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from rounds.cli.options import command
from rounds.cli.output import say
from rounds.cli.session import Session
from rounds.errors import RoundsError

if TYPE_CHECKING:
    from rounds.calendar.publish import Report, Target

_ANSWER = (
    '{"published": [{"name", "place", "put", "removed", "unchanged", "ticked": [TEXT], "reopened": [TEXT], '
    '"asked": [TEXT], "told": [TEXT]}]}'
)


@command("publish", _ANSWER)
@click.argument("names", nargs=-1, metavar="[NAME]...")
def publish(session: Session, names: tuple[str, ...]) -> None:
    """Publish feeds to a calendar server or a file.

    To the `[publish.NAME]` tables of config.toml, all or those that are named. A task that was ticked off there, or
    opened again, is so in your notes afterwards; where a rule made the reminder, Today asks what was done. Anything
    else that was changed or deleted there is said, and your notes stay as they are. `rounds feed setup` makes a table.
    """
    from rounds.calendar.publish import targets
    from rounds.vault.sync import sync_until_stable

    sync_until_stable(session.opened.sync)
    vault = session.vault
    vault.need_settings()
    reports: list[Report] = []
    failed: list[RoundsError] = []
    for target in targets(vault, names):
        try:
            reports.append(published(session, target))
        except RoundsError as error:  # one unreachable server doesn't block the others
            failed.append(error)
            if len(failed) > 1:
                say(f"rounds: {failed[-2].message}")
    if reports or not failed:
        session.out.show(
            lambda: {"published": [vars(report) for report in reports]},
            lambda: [line for report in reports for line in report_lines(report)],
        )
    if failed:
        raise failed[-1]


def published(session: Session, target: "Target", word: str = "") -> "Report":
    """Publish to one target.

    Args:
        word: its password; empty to read it from the keyring or the command in config.toml.
    """
    from rounds.calendar.credentials import password
    from rounds.calendar.publish import publish as to
    from rounds.calendar.server import is_loopback

    settings = target.settings
    if target.asks and settings.url.startswith("http://") and not is_loopback(urlsplit(settings.url).hostname or ""):
        say(
            f"The password goes to {settings.url} as it is, for everybody on the way to read. Is there an https:// too?"
        )
    if target.asks and not word:
        word = password(settings.url, settings.user, settings.password_command)
    return to(session.vault, target, word)


def report_lines(report: "Report") -> Iterator[str]:
    """The result of publishing, in words."""
    counts = [f"{report.put} written"] if report.put else []
    counts += [f"{report.removed} removed"] if report.removed else []
    yield f"{report.name}  {report.place}: {', '.join(counts) or 'as before'}"
    for words in report.ticked:
        yield f"  Ticked off there, and now in your notes: {words}"
    for words in report.reopened:
        yield f"  Opened again there, and now in your notes: {words}"
    for words in report.told:
        yield f"  {words}"
    if report.asked:
        yield f"  Ticked off there, and asked about on Today: {'; '.join(report.asked)}"

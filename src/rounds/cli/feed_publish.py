"""`rounds feed publish`, by hand and by itself."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from rounds.cli.options import command
from rounds.cli.output import say
from rounds.cli.session import Session
from rounds.domain.phrases import counted
from rounds.errors import RoundsError

if TYPE_CHECKING:
    from rounds.calendar.publish_back import Report
    from rounds.calendar.publish_targets import Target

_PUBLISH = (
    '{"published": [{"name", "place", "put", "removed", "unchanged", "ticked": [TEXT], "reopened": [TEXT], '
    '"cancelled": [TEXT], "noted": [TEXT], "asked": [TEXT], "told": [TEXT], "refused": [TEXT], "stopped": TEXT}]}'
)


@command("publish", _PUBLISH)
@click.argument("names", nargs=-1, metavar="[NAME]...")
def publish(session: Session, names: tuple[str, ...]) -> None:
    """Publish feeds to a calendar server or a file.

    Publishes to the `[publish.NAME]` tables in config.toml, all or those you name. Tasks ticked off, reopened or
    cancelled on the server are updated in your notes, and notes typed about them are added; if a reminder ticked off
    came from a rule, Today asks what you did. All other changes and deletions there are reported, and your notes stay
    unchanged. To create a table: `rounds feed setup`
    """
    from rounds.calendar.publish_targets import targets
    from rounds.vault.index_sync import sync_until_stable

    sync_until_stable(session.unsynced_vault.sync)
    vault = session.vault
    vault.need_settings()
    reports: list[Report] = []
    failed: list[RoundsError] = []
    for target in targets(vault, names):
        try:
            reports.append(published(session, target))
            failed += incomplete(reports[-1])
        except RoundsError as error:  # one unreachable server doesn't block the others
            failed.append(error)
    for each in failed[:-1]:
        say(f"rounds: {each.message}")
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
    from rounds.calendar.feed_addresses_passwords import is_loopback, password
    from rounds.calendar.publish_back import publish as to

    settings = target.settings
    if target.asks and settings.url.startswith("http://") and not is_loopback(urlsplit(settings.url).hostname or ""):
        say(f"The password goes to {settings.url} unencrypted, so others could read it. Is there an https:// address?")
    if target.asks and not word:
        word = password(settings.url, settings.user, settings.password_command)
    return to(session.vault, target, word)


def incomplete(report: "Report") -> list[RoundsError]:
    """What kept a target from being up to date."""
    found = []
    if report.refused:
        words = counted(len(report.refused), "item was refused", "items were refused")
        hint = "The others are up to date. Rounds tries these again each time."
        found.append(RoundsError(f"{report.name}: {words} by the server", hint=hint))
    if report.stopped:
        hint = "What is listed above was done. Try again later for the rest."
        found.append(RoundsError(f"{report.name}: {report.stopped}", hint=hint))
    return found


def report_lines(report: "Report") -> Iterator[str]:
    """The result of publishing, in words."""
    counts = [f"{report.put} written"] if report.put else []
    counts += [f"{report.removed} removed"] if report.removed else []
    yield f"{report.name}  {report.place}: {', '.join(counts) or 'unchanged'}"
    for words in report.ticked:
        yield f"  Ticked off there, now also in your notes: {words}"
    for words in report.reopened:
        yield f"  Reopened there, now also in your notes: {words}"
    for words in report.cancelled:
        yield f"  Cancelled there, now also in your notes: {words}"
    for words in report.noted:
        yield f"  Typed there, now also in your notes: {words}"
    for words in report.told:
        yield f"  {words}"
    for words in report.refused:
        yield f"  Refused: {words}"
    if report.asked:
        yield f"  Ticked off there; Today asks about it: {'; '.join(report.asked)}"

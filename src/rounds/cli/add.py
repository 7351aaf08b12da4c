"""`rounds add`: create a partner or organization."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import note_shape
from rounds.cli.notices import confirm_word
from rounds.cli.options import command, organization_completion, role_completion, setting_completion, stage_completion
from rounds.cli.output import say
from rounds.cli.program_name import program
from rounds.cli.session import Session

if TYPE_CHECKING:
    from rounds.vault.set_properties import Setting


@command("add", '{"added": NOTE}', guarded=True)
@click.argument("name")
@click.argument("more", nargs=-1, metavar="[KEY=VALUE]...", shell_complete=setting_completion)
@click.option("--role", help="What they do, such as pediatrician.", shell_complete=role_completion)
@click.option("--organization", help="Where they work.", shell_complete=organization_completion)
@click.option("--stage", help="found (the default), contacted, met, active, resting, not a fit.",
              shell_complete=stage_completion)  # fmt: skip
@click.option("--email", help="Their email address.")
@click.option("--phone", help="Their phone number.")
@click.option("--type", "kind", type=click.Choice(["partner", "organization"]), default="partner", show_default=True,
              help="What to add.")  # fmt: skip
def add(session: Session, name: str, more: tuple[str, ...], kind: str, **given: str | None) -> None:
    """Add a partner or an organization.

    Add other properties as key=value, such as city=Portland insurance=Aetna,Moda.
    """
    from rounds.vault.note_files import add as add_note
    from rounds.vault.set_properties import Setting, parse_setting

    vault = session.vault
    settings = [Setting(key, "=", text) for key, text in given.items() if text]
    settings += [parse_setting(text) for text in more]
    if kind == "partner":
        settings = [replace(each, text=confirm_word(session, each.key, each.text)) for each in settings]
    notes = [*_similar(session, name, settings), *_no_note(session, settings)]
    path = add_note(vault, name, settings, kind=kind)
    vault.sync()
    entry = vault.entry(path)
    session.out.show(lambda: {"added": note_shape(entry)}, lambda: [f"Added {entry.name}: {path}"])
    for line in notes:
        say(line)


def _similar(session: Session, name: str, settings: "Sequence[Setting]") -> Iterator[str]:
    """Existing partners and organizations who may be the same."""
    from rounds.vault.find_note import lookalikes

    given = {each.key: each.text for each in settings if each.key in {"email", "phone", "npi"}}
    for each in lookalikes(session.vault, name, **given):
        yield f"Already here, with {each.why}: {each.name} ({each.path})"


def _no_note(session: Session, settings: "Sequence[Setting]") -> Iterator[str]:
    """Hints about organizations that have no note, which is allowed."""
    from rounds.index import queries
    from rounds.notes.links import first_target, stem

    for setting in settings:
        place = first_target(setting.text) if setting.key == "organization" else ""
        if place and not session.vault.ask(queries.paths_named, stem(place), "organization"):
            command = f"{program(session.named)} add {shlex.quote(place)} --type organization"
            yield f"{place} has no note yet. To add it: {command}"

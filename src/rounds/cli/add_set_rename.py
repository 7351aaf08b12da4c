"""`rounds add` (a partner or an organization), `set` (properties) and `rename` (with all links)."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import note_shape
from rounds.cli.notices_unknown_words import confirm_word
from rounds.cli.options import (
    command,
    organization_completion,
    role_completion,
    setting_completion,
    stage_completion,
    who_completion,
    who_or_setting,
)
from rounds.cli.output import program, say
from rounds.cli.resolve import note, writable
from rounds.cli.session import Session
from rounds.domain.phrases import counted, format_value
from rounds.errors import UsageError

if TYPE_CHECKING:
    from rounds.vault.set_properties import Setting


@command("set", '{"note": NOTE, "changed": [KEY]}', newcomers=True, guarded=True)
@click.argument("words", nargs=-1, required=True, metavar="WHO KEY=VALUE...", shell_complete=who_or_setting)
def set_(session: Session, words: tuple[str, ...]) -> None:
    """Change properties of a note.

    key=value sets a property, key= clears it, key+=value adds to a list and key-=value removes from it:
    `rounds set dana stage=met insurance+=Aetna`. Dates can be words: rest_until="in 3 months".
    """
    from rounds.domain.query.fields import fold
    from rounds.notes.schema import KEYS
    from rounds.vault.set_properties import parse_setting, set_properties

    start = next((place for place, word in enumerate(words) if "=" in word), len(words))
    if start == 0 or start == len(words):
        raise UsageError(
            "a name and at least one key=value are missing", hint="For example: rounds set dana stage=met city=Portland"
        )
    settings = [parse_setting(word) for word in words[start:]]
    vault = session.vault
    of_role = all(fold(setting.key).replace(" ", "_") in KEYS["role"] for setting in settings)
    entry = note(vault, " ".join(words[:start]), people_first=not of_role)
    settings = [
        each
        if each.operator == "-=" or entry.type == "organization"
        else replace(each, text=confirm_word(session, each.key, each.text))
        for each in settings
    ]
    changed = set_properties(vault, entry.path, settings)
    vault.sync()
    now = vault.entry(entry.path)

    def lines() -> list[str]:
        if not changed:
            return [f"{now.name}: nothing to change."]
        return [f"{now.name}: {key} = {format_value(now.properties.get(key)) or '(empty)'}" for key in changed]

    session.out.show(lambda: {"note": note_shape(now), "changed": changed}, lines)


@command("rename", '{"note": NOTE, "was": TEXT, "relinked": [PATH], "left": [{"path", "reason"}]}', guarded=True)
@click.argument("who", shell_complete=who_completion)
@click.argument("new")
def rename(session: Session, who: str, new: str) -> None:
    """Rename a note and all links to it.

    Links are updated in notes, templates, canvases and bases, each in its own form; a link's display text stays. Files
    whose links can't be rewritten are listed.
    """
    from rounds.vault.note_files import rename as give_name

    vault = session.vault
    entry = note(vault, who)
    writable(vault, entry.path)
    renamed = give_name(vault, entry, new)
    vault.sync()
    now = vault.entry(renamed.path)
    session.out.show(
        lambda: {
            "note": note_shape(now),
            "was": entry.path,
            "relinked": renamed.relinked,
            "left": [{"path": path, "reason": reason} for path, reason in renamed.left],
        },
        lambda: [
            f"{entry.path} is now {now.path}",
            *([f"Updated links in {counted(len(renamed.relinked), 'file')}:"] if renamed.relinked else []),
            *(f"  {path}" for path in renamed.relinked),
        ],
    )
    if renamed.left:
        say(f"The old name remains in {counted(len(renamed.left), 'place')}:")
    for path, reason in renamed.left:
        say(f"  {path}: {reason.rstrip('.')}")


@command("add", '{"added": NOTE}', guarded=True)
@click.argument("name", required=False, default="")
@click.argument("more", nargs=-1, metavar="[KEY=VALUE]...", shell_complete=setting_completion)
@click.option("--role", help="What they do, such as pediatrician.", shell_complete=role_completion)
@click.option("--organization", help="Where they work.", shell_complete=organization_completion)
@click.option("--stage", help="found (the default), contacted, met, active, resting, not a fit.",
              shell_complete=stage_completion)  # fmt: skip
@click.option("--email", help="Their email address.")
@click.option("--phone", help="Their phone number.")
@click.option("--type", "kind", type=click.Choice(["partner", "organization"]), default="partner", show_default=True,
              help="What to add.")  # fmt: skip
@click.option("--paste", is_flag=True, help="Read a mail signature, from the clipboard or standard input.")
@click.option("--yes", is_flag=True, help="With --paste: don't ask.")
def add(
    session: Session, name: str, more: tuple[str, ...], *, kind: str, paste: bool, yes: bool, **given: str | None
) -> None:
    """Add a partner or an organization.

    Add other properties as key=value, such as city=Portland insurance=Aetna,Moda. With --paste, a mail signature gives
    name, role, organization, email, phone and address; what it was read as is shown before anything is written, and
    what you type goes before it.
    """
    from rounds.vault.note_files import add as add_note
    from rounds.vault.set_properties import Setting, parse_setting

    vault = session.vault
    settings = [Setting(key, "=", text) for key, text in given.items() if text]
    settings += [parse_setting(text) for text in ([name, *more] if paste and "=" in name else more)]
    name, about = "" if paste and "=" in name else name, ""
    if not name and not paste:
        raise UsageError("a name is missing", hint='For example: rounds add "Robin Hale" --role mediator')
    if kind == "partner":
        settings = [replace(each, text=confirm_word(session, each.key, each.text)) for each in settings]
    if paste:
        from rounds.cli.paste_signature import pasted

        name, settings, about = pasted(
            session, name, settings, similar=lambda *found: _similar(session, *found), yes=yes
        )
    notes = [] if paste else [*_similar(session, name, settings)]
    notes += _no_note(session, settings)
    path = add_note(vault, name, settings, kind=kind, about=about)
    vault.sync()
    entry = vault.entry(path)
    session.out.show(lambda: {"added": note_shape(entry)}, lambda: [f"Added {entry.name}: {path}"])
    for line in notes:
        say(line)


def _similar(session: Session, name: str, settings: "Sequence[Setting]") -> Iterator[str]:
    """Existing partners and organizations who may be the same."""
    from rounds.vault.lookalikes import lookalikes

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

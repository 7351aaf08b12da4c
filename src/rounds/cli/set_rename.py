"""`rounds set` (change properties) and `rounds rename` (rename a note and update links to it)."""

from dataclasses import replace

import click

from rounds.cli.json_shapes import note_shape
from rounds.cli.notices import confirm_word
from rounds.cli.options import command, who_completion, who_or_setting
from rounds.cli.output import say
from rounds.cli.resolve import note, writable
from rounds.cli.session import Session
from rounds.domain.phrases import counted, format_value
from rounds.errors import UsageError


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

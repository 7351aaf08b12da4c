"""`rounds niche` and `rounds role`: new notes of the playbook."""

import shlex

import click

from rounds.cli.json_shapes import note_shape
from rounds.cli.notices_unknown_words import confirm_word
from rounds.cli.options import Group, command, completed, role_completion
from rounds.cli.output import program, say
from rounds.cli.resolve import some_words
from rounds.cli.session import Session
from rounds.domain.phrases import counted, some_of
from rounds.domain.query.fields import fold


@click.group("niche", cls=Group)
def niche() -> None:
    """Add a niche to the playbook."""


@click.group("role", cls=Group)
def role() -> None:
    """Add a role to the playbook."""


def _bundled(kind: str) -> list[str]:
    from rounds.vault.playbook import bundled_names

    return bundled_names(kind)


@command("add", '{"added": NOTE, "roles": [TEXT], "made": [PATH]}', guarded=True)
@click.argument("name", nargs=-1, required=True, metavar="NAME", shell_complete=completed(lambda _: _bundled("niche")))
@click.option("--roles", multiple=True, metavar="ROLES", help="The roles it needs, with commas.",
              shell_complete=role_completion)  # fmt: skip
def add_niche(session: Session, name: tuple[str, ...], roles: tuple[str, ...]) -> None:
    """Add a niche with the roles it needs.

    The note is written into Playbook/Niches, and roles without a note get one:
    `rounds niche add "School refusal" --roles "pediatrician, school counselor, OT"`. Niches that come with Rounds, such
    as Grief, bring their roles and text along.
    """
    write_niche(session, " ".join(name), ",".join(roles))


def write_niche(session: Session, name: str, roles: str) -> None:
    """Add a niche and answer with it.

    Args:
        roles: names with commas; empty for those that come with Rounds.
    """
    from rounds.vault.gaps_introductions_match import is_own_niche
    from rounds.vault.playbook import add_niche as write

    vault = session.vault
    roles = confirm_word(session, "roles", roles) if roles else ""
    added = write(vault, name, roles.split(","))
    vault.sync()
    entry = vault.entry(added.path)
    made = (
        [f"Added {counted(len(added.made), 'note')} for roles without one: {some_of(added.made)}"] if added.made else []
    )
    session.out.show(
        lambda: {"added": note_shape(entry), "roles": list(added.roles), "made": list(added.made)},
        lambda: [f"Added {entry.name}: {added.path}", f"Roles: {', '.join(added.roles)}", *made],
    )
    if not is_own_niche(vault, entry):
        say(
            f"To count it among yours: {program(session.named)} set Practice niches+={shlex.quote(f'[[{entry.name}]]')}"
        )


@command("add", '{"added": NOTE}', guarded=True)
@click.argument("words", nargs=-1, required=True, metavar="NAME [KEY=VALUE]...",
                shell_complete=completed(lambda _: _bundled("role")))  # fmt: skip
def add_role(session: Session, words: tuple[str, ...]) -> None:
    """Add a role.

    The note is written into Playbook/Roles. One that comes with Rounds, such as hospice, brings its text along. Others
    take it from you: `rounds role add "yoga teacher" where_to_find="Studios in your city"`.
    """
    from rounds.vault.playbook import add_role as write
    from rounds.vault.set_properties import parse_setting

    vault = session.vault
    count = next((place for place, word in enumerate(words) if "=" in word), len(words))
    name = some_words(" ".join(words[:count]), 'rounds role add "yoga teacher"')
    path = write(vault, name, [parse_setting(text) for text in words[count:]])
    vault.sync()
    entry = vault.entry(path)
    session.out.show(lambda: {"added": note_shape(entry)}, lambda: [f"Added {entry.name}: {path}"])
    if fold(entry.name) != fold(name):
        say(f"{name} is short for {entry.name}.")
    if not entry.properties.get("why_we_need_them"):
        say(f"To say why and where to look: {program(session.named)} edit {shlex.quote(path)}")


niche.add_command(add_niche)
role.add_command(add_role)

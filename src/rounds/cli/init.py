"""`rounds init`: a new vault."""

import os
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import click

from rounds.cli.asking import ask, can_ask
from rounds.cli.options import command
from rounds.cli.output import say
from rounds.cli.session import Session, clock
from rounds.cli.wording import counted
from rounds.errors import RoundsError

_MARK = "rounds.toml"
_QUESTIONS = (
    ("name", "Your name"),
    ("credentials", "Your credentials, such as LCSW"),
    ("practice_name", "The name of your practice"),
    ("ideal_client", "Whom you work with, in a sentence (adults overcoming panic disorder with exposure therapy)"),
    ("email", "Your email"),
    ("phone", "Your phone"),
    ("website", "Your website"),
)
"""Properties of Practice.md that readiness begins with (guide, line 8)."""

_PEOPLE = 2
"""How many names to start with."""


@command("init", '{"vault": PATH, "written": [PATH], "added": [PATH], "demo": BOOLEAN}', vault=False)
@click.argument("path", type=click.Path(file_okay=True))
@click.option("--demo", is_flag=True, help="With a sample network of some forty invented people.")
def init(session: Session, path: str, demo: bool) -> None:
    """Make a new vault.

    Adds what is missing and never writes over a file. On a terminal it asks for a few things about the practice and
    for the names of two people to start with; Enter skips each.
    """
    from rounds.vault.create import copy_template

    target = Path(path).expanduser().absolute()
    there = (target / _MARK).is_file()
    if demo and there and not _is_sample(target):
        raise RoundsError(
            f"{target} is a vault already, and the sample network would get mixed into it",
            hint="Choose another folder for the demo. Nothing was written.",
        )
    _tell_of_outer(target)
    written = copy_template(target) if not demo else [] if there else _sample(target)
    added = []
    if not demo and not there and can_ask(session):
        session.named = str(target)
        added = _begin(session)
    session.out.show(
        lambda: {"vault": str(target), "written": written, "added": added, "demo": demo},
        lambda: _lines(target, written, there=there),
    )


def _is_sample(target: Path) -> bool:
    from rounds.store.settings import read_settings
    from rounds.vault.create import SAMPLE_VAULT

    return read_settings(str(target))[0].vault == SAMPLE_VAULT


def _sample(target: Path) -> list[str]:
    from zoneinfo import ZoneInfo

    from rounds.vault.create import SAMPLE_TIMEZONE, copy_sample

    set_by = clock()
    today: date = set_by() if set_by else datetime.now(ZoneInfo(SAMPLE_TIMEZONE)).date()
    return copy_sample(target, today)


def _tell_of_outer(target: Path) -> None:
    outer = next((folder for folder in target.parents if (folder / _MARK).is_file()), None)
    if outer is not None:
        say(f"Note: {outer} is a vault too, and this one lies inside it.")


def _lines(target: Path, written: list[str], *, there: bool) -> Iterator[str]:
    if not written:
        yield f"Everything is there already: {target}"
        return
    if there:
        yield f"Added what was missing to {target}:"
        yield from (f"  {name}" for name in written)
        return
    where = f'"{target}"' if " " in str(target) else str(target)
    yield f"Made a vault in {target} ({counted(len(written), 'file')})."
    yield ""
    yield "What next:"
    yield f"  cd {where}"
    yield '  rounds add "NAME" --role ROLE    write down somebody you know'
    yield "  rounds today                     see what is worth doing"
    yield "In Obsidian: Open folder as vault."
    yield from _default(target)


def _default(target: Path) -> Iterator[str]:
    from rounds.store.settings import config_path

    if not os.path.exists(config_path()):
        yield f'To use it from every folder, write this into {config_path()}: vault = "{target.as_posix()}"'


def _begin(session: Session) -> list[str]:
    """Ask for a few things of the practice and two people; returns the paths of the notes that were added."""
    from rounds.vault.keeping import Setting, add, set_properties

    say("A few questions about your practice. Enter skips one; all of it can be changed later.")
    vault = session.vault
    answers = [Setting(key, "=", text) for key, question in _QUESTIONS if (text := ask(question))]
    if answers:
        set_properties(vault, "Practice.md", answers)
    say("Who comes to mind first? Two people whom you know, or would like to know.")
    added = []
    for number in range(1, _PEOPLE + 1):
        name = ask(f"Name {number} of {_PEOPLE}")
        if not name:
            break
        role = ask("What they do, such as pediatrician")
        try:
            added.append(add(vault, name, [Setting("role", "=", role)] if role else []))
        except RoundsError as error:
            say(f"{error.message}. {error.hint}".strip())
        vault.sync()
    return added

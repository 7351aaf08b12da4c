"""`rounds init`: create a vault."""

import os
import shlex
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rounds.cli.notices_unknown_words import confirm_word
from rounds.cli.options import command
from rounds.cli.output import program, say
from rounds.cli.prompts import agrees, ask, can_ask
from rounds.cli.session import Session, clock
from rounds.domain.file_names_copies import printable
from rounds.domain.phrases import WHAT_BELONGS, counted, some_of
from rounds.errors import RoundsError, SettingsError, UsageError
from rounds.storage.user_config import config_path, read_config, set_default_vault

if TYPE_CHECKING:
    from rounds.vault.vault import Vault

_MARK = "rounds.toml"
_DEMO = "rounds-demo"
_QUESTIONS = (
    ("name", "Your name"),
    ("credentials", "Your credentials, such as LCSW"),
    ("practice_name", "The name of your practice"),
    ("ideal_client", "Your ideal client, in a sentence (adults overcoming panic disorder with exposure therapy)"),
    ("email", "Your email"),
    ("phone", "Your phone"),
    ("website", "Your website"),
)
"""Properties of Practice.md needed first for readiness (guide, line 8)."""

_PEOPLE = 2
"""Number of people to start with."""


@command("init", '{"vault": PATH, "written": [PATH], "added": [PATH], "demo": BOOLEAN, "kept": [PATH]}', vault=False)
@click.argument("path", type=click.Path(file_okay=True))
@click.option("--demo", is_flag=True, help="Include a sample network of about forty invented people.")
def init(session: Session, path: str, demo: bool) -> None:
    """Create a vault.

    Adds missing files and never overwrites one. On a terminal, it asks a few questions about your practice and for the
    names of two people to start with; Enter skips each. Run it again to answer what is still missing.
    """
    from rounds.vault.create_vault import copy_template, machine_timezone, outdated_views

    target = Path(path).expanduser().absolute()
    there = (target / _MARK).is_file()
    if demo and there and not _is_sample(target):
        raise RoundsError(
            f"{target} is already a vault, and the sample network would be mixed into it",
            hint="Choose another folder for the demo. Nothing was written.",
        )
    _tell_of_outer(target)
    session.named = str(target)
    asked = not demo and can_ask(session)
    zone = "" if there or not asked or machine_timezone() else _ask_timezone()
    written = copy_template(target, zone) if not demo else [] if there else _sample(session, target)
    kept = [] if demo else outdated_views(target)
    if not there:
        _tell_of_others(target)
        _owe_tips(session)
    added: list[str] = []
    if asked:
        _ask_all(session, target, added)
    session.out.show(
        lambda: {"vault": str(target), "written": written, "added": added, "demo": demo, "kept": kept},
        lambda: [*_lines(target, written, there=there, asked=asked or demo), *_kept_lines(kept)],
    )
    _offer_to_open(session)


def _owe_tips(session: Session) -> None:
    """Let the terminal interface begin with some tips, once."""
    from rounds.storage.tui_state import Tips

    Tips(session.unsynced_vault.data).owe()


def _offer_to_open(session: Session) -> None:
    if not can_ask(session) or not sys.stdout.isatty():
        return
    try:
        session.opens_next = not ask("Press Enter to open it, or Ctrl-C to stay here")
    except click.Abort:
        say("")


def _ask_all(session: Session, target: Path, added: list[str]) -> None:
    try:
        _begin(session, added)
        _offer_default(target)
    except (click.Abort, KeyboardInterrupt):
        say("")
        go_on = f"{program()} init {_quoted(target)}"
        say(f"The vault is in {target}, with your answers so far. To go on: {go_on}")
        raise


def _ask_timezone() -> str:
    """Ask where the practice is, if this machine doesn't say; empty if nothing is answered."""
    from rounds.vault.create_vault import timezone_named

    while text := ask("Your time zone, or the nearest large city of it, such as New York (Enter for UTC)"):
        if zone := timezone_named(text):
            return zone
        say(f'"{text}" isn\'t a time zone. Write it as "America/Los_Angeles".')
    return ""


def _is_sample(target: Path) -> bool:
    from rounds.storage.rounds_toml import read_settings
    from rounds.vault.create_vault import SAMPLE_VAULT

    return read_settings(str(target))[0].vault == SAMPLE_VAULT


def _sample(session: Session, target: Path) -> list[str]:
    from zoneinfo import ZoneInfo

    from rounds.vault.create_vault import SAMPLE_TIMEZONE, copy_sample, tidy_sample

    set_by = clock()
    today: date = set_by() if set_by else datetime.now(ZoneInfo(SAMPLE_TIMEZONE)).date()
    written = copy_sample(target, today)
    tidy_sample(session.vault, written)
    return written


def use_sample(session: Session) -> None:
    """Work in the sample network in the home folder; create it first if necessary.

    Raises:
        RoundsError: there is no home folder, or something else is in that place.
    """
    try:
        target = Path.home() / _DEMO
    except RuntimeError as error:
        raise RoundsError("there is no home folder", hint="Name a folder: rounds init --demo PATH") from error
    if (target / _MARK).is_file() and not _is_sample(target):
        raise RoundsError(f"{target} is a vault of your own", hint="Name another folder: rounds init --demo PATH")
    session.named = str(target)
    if not (target / _MARK).is_file():
        _sample(session, target)
        _owe_tips(session)
        say(f"The sample network is in {target}. Nobody in it is real; delete the folder when you no longer need it.")


def _tell_of_outer(target: Path) -> None:
    outer = next((folder for folder in target.parents if (folder / _MARK).is_file()), None)
    if outer is not None:
        say(f"Note: this vault is inside another one: {outer}")


def _tell_of_others(target: Path) -> None:
    """Say which folders Rounds reads, inside an existing vault of Obsidian or a folder with other notes."""
    from rounds.vault.create_vault import other_folders

    around = next((folder for folder in target.parents if (folder / ".obsidian").is_dir()), None)
    if around is not None:
        say(f"Rounds reads this folder only. The other notes in {around} are left alone.")
    if others := other_folders(target):
        names = some_of([printable(each) for each in others])
        say(
            f"There are other notes here, in {names}. They can be searched, but their tasks don't show on Today or in "
            "the calendar: those come from Partners, Organizations, Referrals, Releases, Team and Playbook, and from "
            f"Practice.md and Inbox.md. To include a folder, name it in {_MARK}: [tasks] folders"
        )


def _lines(target: Path, written: list[str], *, there: bool, asked: bool) -> Iterator[str]:
    if not written:
        yield f"Nothing is missing: {target}"
        return
    if there:
        yield f"Added what was missing to {target}:"
        yield from (f"  {name}" for name in written)
        return
    yield f"Created a vault in {target} ({counted(len(written), 'file')})."
    yield ""
    yield "Next steps:"
    here = program(whole=True)
    steps = [
        (f"cd {_quoted(target)}", ""),
        (f'{here} add "NAME" --role ROLE', "add someone you know"),
        (f"{here} import FILE", "bring in contacts from Google, Outlook, a phone, or a list"),
        (f"{here} today", "see what's worth doing"),
        (here, "open it"),
    ]
    if not asked:
        steps.append((f"{here} init .", "answer a few questions about your practice"))
    wide = max(len(command) for command, what in steps if what)
    yield from (f"  {command:<{wide}}    {what}".rstrip() for command, what in steps)
    yield "In Obsidian: Open folder as vault."
    yield ""
    yield "What belongs where:"
    yield from (f"  {text}" for text in WHAT_BELONGS)
    if not asked and _has_no_default():
        yield f'To use it from every folder, add this to {config_path()}: vault = "{target.as_posix()}"'


def _kept_lines(kept: list[str]) -> Iterator[str]:
    if kept:
        yield "Kept your versions, although Rounds now has newer ones (to get one, rename yours and run this again):"
        yield from (f"  {name}" for name in kept)


def _quoted(target: Path) -> str:
    """A path quoted for the shell, in double quotes if they're enough."""
    text = str(target)
    if shlex.quote(text) == text or (os.name == "nt" and " " not in text):
        return text
    return shlex.quote(text) if os.name != "nt" and set(text) & set('"$`\\!') else f'"{text}"'


def _has_no_default() -> bool:
    try:
        return not read_config().vault
    except SettingsError as error:
        say(f"{error.message}. {error.hint}")
        return False


def _offer_default(target: Path) -> None:
    if _has_no_default() and agrees(f"Use this vault from every folder? This is saved in {config_path()}"):
        set_default_vault(str(target))


def _missing(vault: "Vault", practice: str) -> list[tuple[str, str]]:
    """The questions for empty properties; none, with a message, if the note can't be read."""
    try:
        known = vault.editable(practice).note.properties
    except RoundsError as error:
        say(f"{error.message} {error.hint}")
        return []
    return [(key, question) for key, question in _QUESTIONS if known.get(key) in (None, "", [])]


def _begin(session: Session, added: list[str]) -> None:
    """Ask for missing practice details, and for two people.

    Each answer is saved at once, so that none is lost with the terminal; paths of new notes go into `added`.
    """
    from rounds.index import queries
    from rounds.vault.lookalikes import lookalikes
    from rounds.vault.note_files import add
    from rounds.vault.set_properties import Setting

    vault = session.vault
    practice = next((note.path for note in vault.ask(queries.notes_of_type, "practice")), "Practice.md")
    missing = _missing(vault, practice)
    if missing:
        say("A few questions about your practice. Enter skips a question; you can change everything later.")
    for key, question in missing:
        _fill_in(vault, practice, key, question)
    partners = len(vault.ask(queries.titles, "partner"))
    if partners < _PEOPLE:
        say("Who comes to mind first? Name two people you know or would like to know.")
    for number in range(partners + 1, _PEOPLE + 1):
        name = ask(f"Name {number} of {_PEOPLE}")
        if not name:
            break
        role = confirm_word(session, "role", ask("What they do, such as pediatrician"))
        for each in lookalikes(vault, name):
            say(f"Already here, with {each.why}: {each.name} ({each.path})")
        try:
            added.append(add(vault, name, [Setting("role", "=", role)] if role else []))
        except RoundsError as error:
            say(f"{error.message}. {error.hint}".strip())
        vault.sync()


def _fill_in(vault: "Vault", practice: str, key: str, question: str) -> None:
    """Ask for a property until the answer is accepted; Enter skips."""
    from rounds.vault.set_properties import Setting, set_properties

    while text := ask(question):
        try:
            set_properties(vault, practice, [Setting(key, "=", text)])
        except UsageError as error:
            say(f"{error.message}. {error.hint}".strip())
        else:
            return

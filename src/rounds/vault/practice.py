"""The practice profile: Practice.md, plus the team member's note in a group."""

import os
import re
from typing import NamedTuple

from rounds.domain.phrases import format_value
from rounds.domain.query.fields import fold
from rounds.domain.readiness import Point, readiness
from rounds.errors import MissingError, NotFoundError
from rounds.index import queries
from rounds.notes.links import first_target
from rounds.notes.markdown import without_comments
from rounds.notes.properties import items_of, text_of
from rounds.vault.outgoing import neutral_values
from rounds.vault.vault import NoteRecord, Vault

_HINT = re.compile(r"^Make it yours: (.+?)(?:\n\s*\n|\Z)", re.MULTILINE | re.DOTALL)


class Practice(NamedTuple):
    """The practice's profile.

    Attributes:
        path: path of Practice.md.
        texts: its properties as text, overridden by the team member's.
        niches: the names of its niches, in order.
        others: paths of the notes whose properties are among the texts too.
    """

    path: str
    texts: dict[str, str]
    niches: tuple[str, ...]
    others: tuple[str, ...] = ()


def practice_of(vault: Vault) -> Practice:
    """The practice, with the team member at this machine (`me` in config.toml) as signer.

    Raises:
        NotFoundError: there is no Practice.md.
    """
    entry = next(iter(vault.ask(queries.notes_of_type, "practice")), None)
    if entry is None:
        raise NotFoundError("there is no Practice.md", hint="Add it with: rounds init FOLDER")
    me = vault.config.me.removeprefix("@")
    team = vault.ask(queries.notes_of_type, "clinician") if me else ()
    mine = [each for each in team if fold(text_of(each.properties.get("handle"))) == fold(me)][:1]
    properties = dict(entry.properties)
    for each in mine:
        properties |= {key: value for key, value in each.properties.items() if value not in (None, "", [])}
    niches = tuple(first_target(each) for each in items_of(properties.get("niches")))
    return Practice(entry.path, texts_of(properties), niches, tuple(each.path for each in mine))


def texts_of(properties: dict[str, object]) -> dict[str, str]:
    """Properties as display text."""
    return {key: format_value(value).strip() for key, value in properties.items()}


def sayable(vault: Vault) -> dict[str, str]:
    """The practice's properties as they may go out.

    Raises:
        NotFoundError: there is no Practice.md.
    """
    practice = practice_of(vault)
    return neutral_values(vault, practice.path, practice.texts, practice.others)


def niche_for(vault: Vault, practice: Practice, role: str) -> str:
    """The practice's niche that needs that role; else its first niche."""
    names = [fold(niche) for niche in practice.niches]
    for entry in vault.ask(queries.notes_of_type, "niche"):
        needed = {fold(first_target(each)) for each in items_of(entry.properties.get("roles"))}
        if role and fold(role) in needed and fold(entry.name) in names:
            return practice.niches[names.index(fold(entry.name))]
    return next(iter(practice.niches), "")


def role_note(vault: Vault, role: str) -> NoteRecord | None:
    """The playbook's note for a role, by name or alias."""
    for entry in vault.ask(queries.notes_of_type, "role") if role else ():
        if fold(role) in {fold(name) for name in (entry.name, *items_of(entry.properties.get("aliases")))}:
            return entry
    return None


def ready(vault: Vault) -> list[Point]:
    """The current state of the six points in guide line 8."""
    practice = practice_of(vault)
    hints = {}
    for entry in vault.ask(queries.notes_of_type, "niche"):
        found = _HINT.search(without_comments(vault.read(entry.path).document.body.replace("\r\n", "\n")))
        if found:
            words = " ".join(found[1].split())
            hints[entry.name] = f"{words[:1].upper()}{words[1:]}"
    files = {key: _is_there(vault, practice.texts[key]) for key in ("card", "summary") if practice.texts.get(key)}
    return readiness(practice.texts, practice.niches, hints=hints, files=files)


def _is_there(vault: Vault, path: str) -> bool:
    """Whether a card's path is an existing file, in the vault or on this machine; URLs aren't checked."""
    return path.startswith(("https://", "http://")) or os.path.isfile(
        os.path.join(vault.root, os.path.expanduser(path))
    )


class Papers(NamedTuple):
    """The card and the summary, ready to write.

    Attributes:
        files: bytes by file name.
        code: the QR code for a terminal.
    """

    files: dict[str, bytes]
    code: str


def _named(vault: Vault) -> tuple[str, dict[str, str]]:
    """The practice's name and properties, as they may go out.

    Raises:
        MissingError: there is no name.
        NotFoundError: there is no Practice.md.
    """
    texts = sayable(vault)
    if name := texts.get("name") or texts.get("practice_name"):
        return name, texts
    raise MissingError(
        "practice.name is missing", hint='For example: rounds set Practice name="Kim Doe"', names=("practice.name",)
    )


def form(vault: Vault) -> str:
    """The blank referral form as a page, from Practice.md only.

    Raises:
        MissingError: there is no name to put on it.
    """
    from rounds.exports.card import referral_form

    return referral_form(_named(vault)[1])


def papers(vault: Vault, version: str) -> Papers:
    """The digital card with its QR code, and the one-page summary, from Practice.md only.

    Raises:
        MissingError: there is no name to put on them.
    """
    from rounds.exports.card import codes, folded, summary, vcard
    from rounds.vault.note_files import file_name

    name, texts = _named(vault)
    card = vcard(texts, version)
    code = codes(card)
    stem = file_name(name)
    files = {
        f"{stem}.vcf": folded(card),
        f"{stem} QR code.svg": code.svg.encode(),
        f"{stem} QR code.png": code.png,
        f"{stem} summary.html": summary(texts, code.svg).encode(),
    }
    return Papers(files, code.terminal)

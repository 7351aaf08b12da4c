"""User configuration in config.toml: one machine, one person.

People write it, and so do `init` and `feed setup` after a yes, and the settings of the terminal interface.
"""

import codecs
import os
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from rounds.domain.settings import LEVELS
from rounds.errors import RoundsError, SettingsError
from rounds.storage import files
from rounds.storage.open_file import MOST, USUAL, content
from rounds.storage.rounds_toml import BrokenError, kinds_of, load, wrong_kind


class Config(NamedTuple):
    """Settings of this machine and this person.

    Attributes:
        vault: folder of the default vault.
        me: handle of the team member who works here.
        feeds: folder that feed files are written to; empty for the data folder.
        editor: command that opens a file; empty for $VISUAL or $EDITOR.
        theme, keys: of the terminal interface.
        reader: whether the terminal interface is laid out for a screen reader.
        motion: whether anything in it moves or blinks.
        largest: size limit for reading a file, in megabytes.
        today_note: whether `rounds watch` writes Today.md into the vault; on one machine alone.
        serve: where `rounds feed serve` listens; see `serve_settings`.
        publish: where feeds are published, by name; see `publish_settings`.
        imports: what the columns of files mean that were imported, by name.
        registry: address of the NPI registry's API; see `registry_address`.
    """

    vault: str = ""
    me: str = ""
    feeds: str = ""
    editor: str = ""
    theme: str = ""
    keys: Mapping[str, str] = {}
    reader: bool = False
    motion: bool = True
    largest: int = USUAL
    today_note: bool = False
    serve: Mapping[str, Any] = {}
    publish: Mapping[str, Any] = {}
    imports: Mapping[str, Any] = {}
    registry: str = "https://npiregistry.cms.hhs.gov/api/"


class ServeSettings(NamedTuple):
    """`[serve]` of config.toml.

    Attributes:
        host, port: where to listen.
        url: start of the addresses, if a proxy is in front of the server; empty for none.
        level: privacy level, in addition to the feed's; the stricter one counts. Empty for only the feed's level on
            this machine, and `discreet` beyond it.
    """

    host: str = "127.0.0.1"
    port: int = 8642
    url: str = ""
    level: str = ""


class PublishSettings(NamedTuple):
    """One `[publish.NAME]` table of config.toml.

    Attributes:
        url: address of a CalDAV collection, or of a file on a server if it ends in `.ics`; or a local path.
        vault: id of the vault it is for; empty for any.
        feed: name of a feed of rounds.toml; empty for the first one.
        user: user name on the server.
        password_command: command that prints the password; empty for the keyring.
        tasks: whether tasks are published, rather than events.
        level: privacy level, in addition to the feed's; the stricter one counts.
        automatic: whether `rounds watch` and `rounds feed serve` publish there by themselves.
        every: minutes between their looks at the server.
        moves: `ask`: Today asks about a date that was moved there; `apply`: a follow-up's date is changed in its note.
        inbox: whether a new task that somebody makes there becomes a line of Inbox.md.
    """

    url: str = ""
    vault: str = ""
    feed: str = ""
    user: str = ""
    password_command: str = ""
    tasks: bool = False
    level: str = "discreet"
    automatic: bool = False
    every: int = 15
    moves: str = "ask"
    inbox: bool = True


def serve_settings(config: Config) -> ServeSettings:
    """Where `rounds feed serve` listens.

    Raises:
        SettingsError: a key is not known, or of the wrong kind.
    """
    return ServeSettings(**_table("serve", config.serve, ServeSettings))


def publish_settings(config: Config) -> dict[str, PublishSettings]:
    """Where feeds are published, by name.

    Raises:
        SettingsError: a key is unknown or of the wrong kind, or a table has no address.
    """
    found = {}
    for name, table in config.publish.items():
        where = f"publish.{name}"
        if not re.fullmatch(r"\w[\w -]{0,60}", name) or not isinstance(table, dict):
            raise SettingsError(
                f"{config_path()}: [{where}] isn't a table with a plain name", hint="Use letters, digits and hyphens."
            )
        found[name] = PublishSettings(**_table(where, table, PublishSettings))
        if not found[name].url:
            raise SettingsError(f'{config_path()}: [{where}] has no url = "..."', hint="Write where it is published.")
        if not 1 <= found[name].every <= _DAY:
            raise SettingsError(
                f"{config_path()}: [{where}] every isn't a time that works", hint=f"Write minutes, from 1 to {_DAY}."
            )
        if found[name].moves not in _MOVES:
            raise SettingsError(
                f'{config_path()}: [{where}] moves = "{found[name].moves}" isn\'t known',
                hint=f"Write {' or '.join(_MOVES)}.",
            )
    return found


_MOVES = ("ask", "apply")
_DAY = 24 * 60
"""Minutes of a day."""

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def registry_address(config: Config) -> str:
    """Address of the NPI registry's API.

    Raises:
        SettingsError: it's not a web address, or not encrypted and on another machine.
    """
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(config.registry)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    except ValueError:
        is_safe = False
    if not is_safe or not parts.hostname or parts.query or not re.fullmatch(r"[!-~]+", config.registry):
        raise SettingsError(
            f"{config_path()}: registry isn't an https address", hint="Remove it to use npiregistry.cms.hhs.gov."
        )
    return config.registry


def _table(name: str, data: Mapping[str, Any], settings: type[tuple[Any, ...]]) -> dict[str, Any]:
    """A checked table of config.toml.

    Raises:
        SettingsError: a key is not known, or of the wrong kind.
    """
    kinds = kinds_of(settings)
    if data.get("level", "discreet") not in LEVELS:
        raise SettingsError(
            f"{config_path()}: [{name}] level: there is no such level", hint=f"Known: {', '.join(LEVELS)}."
        )
    for key, value in data.items():
        if wrong := wrong_kind(key, value, kinds):
            raise SettingsError(f"{config_path()}: [{name}] {wrong}", hint=f"Known: {', '.join(kinds)}.")
    return dict(data)


def config_path() -> str:
    """Path of this machine's config.toml."""
    return os.path.join(_folder("config"), "config.toml")


def read_config() -> Config:
    """Read config.toml; all defaults if there is none.

    Raises:
        SettingsError: it can't be read, or holds a key that is not known.
    """
    path = config_path()
    if not os.path.exists(path):
        return Config()
    try:
        _, data = load(path, path)
    except BrokenError as error:
        raise SettingsError(str(error.problem), hint=error.problem.hint) from error
    kinds = kinds_of(Config)
    for key, value in data.items():
        if wrong_kind(key, value, kinds):
            raise SettingsError(
                f"{path}: {key} is not known, or not of the right kind",
                hint="Known: vault, me, feeds, editor, theme, reader = true, motion = false, largest = 128, "
                "today_note = true, registry, [keys], [serve], [publish.NAME], [imports.NAME].",
            )
    if not 1 <= data.get("largest", USUAL) <= MOST:
        raise SettingsError(f"{path}: largest is not a size that works", hint=f"Write megabytes, from 1 to {MOST}.")
    return Config(**data)


def largest() -> int:
    """Size limit for reading a file, in megabytes; the default if config.toml can't be read (reported elsewhere)."""
    try:
        return read_config().largest
    except SettingsError:
        return USUAL


def set_default_vault(folder: str) -> None:
    """Write the default vault into config.toml, as its first line; no other byte changes.

    Raises:
        RoundsError: it can't be written; the file is as it was.
    """
    from rounds.storage.toml_edits import toml_value

    mark = codecs.BOM_UTF8
    line = f"vault = {toml_value(folder)}"
    _change(lambda there, end: there[: len(mark) * there.startswith(mark)] + line.encode() + end
            + there.removeprefix(mark))  # fmt: skip


def add_table(name: str, values: Mapping[str, str | int | bool]) -> None:
    """Write a new table at the end of config.toml; no other byte changes.

    Args:
        name: such as `publish.phone`; it must not exist yet.

    Raises:
        RoundsError: it can't be written, or the result can't be read; the file is unchanged.
    """
    import tomllib

    from rounds.storage.toml_edits import toml_key, toml_value

    def added(there: bytes, end: bytes) -> bytes:
        head = b"" if not there else end if there.endswith(end) else end * 2
        lines = [
            f"[{name}]",
            *(f"{toml_key(key)} = {toml_value(value)}" for key, value in values.items()),
        ]
        new = there + head + b"".join(line.encode() + end for line in lines)
        try:
            tomllib.loads(new.decode("utf-8-sig").replace("\r\n", "\n"))
        except ValueError as error:
            raise RoundsError(
                f"[{name}] can't be written into {config_path()}", hint="Is there a table of that name, or a mistake?"
            ) from error
        return new

    _change(added)


def set_value(table: str, key: str, value: str | int | bool | None) -> None:
    """Change, add or, with None, remove one setting in config.toml; no other byte changes.

    Args:
        table: such as `keys`; empty for a setting outside of tables.

    Raises:
        RoundsError: it can't be written; the file is as it was.
    """
    from rounds.storage.toml_edits import with_setting

    _change(lambda there, _: with_setting(there, table, key, value))


def _change(edit: Callable[[bytes, bytes], bytes]) -> None:
    """Edit config.toml with a function of its bytes and line ending."""
    path = os.path.realpath(config_path())
    try:
        data = content(path)
    except FileNotFoundError:
        data = None
    there = data or b""
    try:
        new = edit(there, b"\r\n" if b"\r\n" in there else b"\n")
    except UnicodeEncodeError as error:
        raise RoundsError("a settings file can't hold that name", hint="Rename it.") from error
    files.write(os.path.dirname(path), os.path.basename(path), new, base=None if data is None else files.digest(data))


def cache_folder(name: str) -> str:
    """A vault's folder for data that can be rebuilt.

    Raises:
        SettingsError: the name isn't a plain one, and would lead elsewhere.
    """
    return os.path.join(_folder("cache"), _plain(name))


def data_folder(name: str) -> str:
    """A vault's folder for data that can't be rebuilt, such as feeds.

    Raises:
        SettingsError: as in `cache_folder`.
    """
    return os.path.join(_folder("data"), _plain(name))


def _plain(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise SettingsError(f'"{name}" can\'t be the id of a vault', hint="Change vault = in rounds.toml.")
    return name


_XDG = {"cache": "~/.cache", "config": "~/.config", "data": "~/.local/share"}


def _folder(kind: str) -> str:
    """The platform's folder of a kind for Rounds.

    A relative path is ignored, as the XDG specification asks: it would depend on the current folder, which may be a
    stranger's. Without a home folder, it's a folder that can't be created.
    """
    if sys.platform == "linux":  # like platformdirs, whose import takes a tenth of a whole `rounds list`
        named = os.environ.get(f"XDG_{kind.upper()}_HOME", "")
        found = os.path.join(named if os.path.isabs(named) else os.path.expanduser(_XDG[kind]), "rounds")
    else:
        import platformdirs

        found = str(getattr(platformdirs, f"user_{kind}_dir")("rounds", appauthor=False))
    return found if os.path.isabs(found) else os.path.join(os.path.abspath(os.devnull), "rounds")

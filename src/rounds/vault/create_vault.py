"""Vault creation from the template or the sample network.

Both are plain files that ship with the program. Copying adds missing files, fills empty ones, and never touches others.
"""

import os
import re
import secrets
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING

from rounds.errors import RoundsError
from rounds.notes.schema import FOLDERS
from rounds.storage.atomic_rename import rename_new
from rounds.storage.durable import sync, sync_folder
from rounds.storage.files import digest, temporary_name, write, write_all
from rounds.storage.locks_private_output_files import is_blank
from rounds.storage.open_file import content, ordinary
from rounds.storage.rounds_toml import FILE, is_zone

if TYPE_CHECKING:
    from rounds.vault.vault import Vault

SAMPLE_VAULT = "roundsdemo22"
"""The sample's vault id, fixed so that the same day gives the same bytes."""

SAMPLE_TIMEZONE = "America/Los_Angeles"
"""The time zone of the sample's practice, and of `today` in `copy_sample`."""

_OBSIDIAN = ".obsidian"
_WITH_CRLF = "Partners/Owen Farraday.md"  # git may have changed its line endings
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_COMMENT_COLUMN = 30
_AT_ONCE = 16
_LIVE = 60.0  # seconds
_EMPTY_SETTING = re.compile(rb'^(vault|timezone) = "" *#', re.MULTILINE)
_DAY = re.compile(r"@\{(?P<days>[+-]\d{1,4})(?P<year> %Y)?\}")


def template_root() -> Path:
    """The folder of the vault template: in an installed package, or beside `src` in a checkout.

    Raises:
        RoundsError: neither exists, so the installation is incomplete.
    """
    here = Path(__file__).resolve()
    for root in (here.parents[1] / "template", here.parents[3] / "vault-template"):
        if root.is_dir():
            return root
    raise RoundsError("The vault template is missing from this installation.", hint="Install Rounds again.")


def copy_template(target: Path, timezone: str = "") -> list[str]:
    """Make `target` a vault, or add what an earlier run left out.

    Existing files are never written, unless they are empty. An existing Obsidian vault gets no new `.obsidian`, and
    folders that link out of `target` are left alone (vault format, Layout and Writing). A new rounds.toml gets a random
    vault id.

    Args:
        timezone: IANA name for a new rounds.toml; if empty, the machine's, or UTC if that isn't known.

    Returns:
        The files written, as paths relative to `target` with forward slashes.

    Raises:
        RoundsError: a file stands where a folder is needed.
        OSError: the folder can't be written.
    """
    vault = "".join(secrets.choice(_BASE32) for _ in range(12))
    settings = {"vault": vault, "timezone": timezone or machine_timezone() or "UTC"}
    return _write_missing(target, _template(settings))


def copy_sample(target: Path, today: date) -> list[str]:
    """Make `target` a vault with the sample network, its dates relative to `today` (see `dated`).

    It includes the template, so call it instead of `copy_template`: after that one, the sample's Practice.md and
    settings would be skipped as existing files. The same `today` gives the same bytes. Rules, returned paths and errors
    are those of `copy_template`.
    """
    settings = {"vault": SAMPLE_VAULT, "timezone": SAMPLE_TIMEZONE}
    files = _template(settings) | _sample(today)
    return _write_missing(target, files)


def tidy_sample(vault: "Vault", written: Collection[str]) -> None:
    """Tidy the notes that `copy_sample` just wrote, so that Obsidian's tables are right from the start.

    The notes are new, so nothing is added to the journal. Notes that existed before aren't touched.
    """
    from rounds.vault.tidy import by_path, tidied, untidy

    new = set(written)
    for path, tidyings in by_path(each for each in untidy(vault) if each.path in new).items():
        opened = vault.editable(path)
        data = bytes(tidied(opened, tidyings))
        write(vault.root, path, data, base=digest(bytes(opened.document)))
    vault.sync()


def other_folders(target: Path) -> list[str]:
    """List folders in `target` with notes that have nothing to do with Rounds."""
    own = {path.name for path in template_root().iterdir()} | {folder.partition("/")[0] for folder in FOLDERS.values()}
    return [
        folder.name
        for folder in sorted(target.iterdir())
        if folder.name not in own and not folder.name.startswith(".") and folder.is_dir() and _has_note(folder)
    ]


def _has_note(folder: Path) -> bool:
    return any(name.endswith(".md") for _, _, names in os.walk(folder) for name in names)


def outdated_views(target: Path) -> list[str]:
    """List views in `target` that differ from the bundled ones: edited by the user, or from an earlier version.

    Returns:
        Their paths, relative to `target`.
    """
    found = []
    for path in sorted((template_root() / "Views").glob("*.base")):
        own = target / "Views" / path.name
        with suppress(OSError):  # missing, or not a file
            if content(str(own)) != content(str(path)):
                found.append(f"Views/{path.name}")
    return found


def dated(text: str, today: date) -> str:
    """Fill in the day tokens of a text.

    `@{-12}` and `@{+5}` are the ISO dates that many days from `today`; `@{-12 %Y}` is the year of such a day.
    """

    def day(token: re.Match[str]) -> str:
        when = today + timedelta(days=int(token["days"]))
        return f"{when:%Y}" if token["year"] else when.isoformat()

    return _DAY.sub(day, text)


def machine_timezone(environ: Mapping[str, str] = os.environ, localtime: Path = Path("/etc/localtime")) -> str:
    """The IANA name of the machine's time zone; empty if it isn't known.

    From TZ, else from the target of `localtime`, else from the settings of the system, such as Windows' registry.
    """
    for place in (environ.get("TZ", "").lstrip(":"), os.path.realpath(localtime)):
        name = re.sub(r"^.*/zoneinfo/(?:posix/|right/)?", "", place)
        if is_zone(name):
            return name
    from tzlocal import get_localzone_name

    try:
        name = get_localzone_name() or ""
    except Exception:  # noqa: BLE001 - it raises several kinds where settings contradict each other
        return ""
    return name if is_zone(name) else ""


def timezone_named(text: str) -> str:
    """The IANA name that somebody means: itself in any case, or by its city; empty if there is none."""
    from zoneinfo import available_timezones

    wanted = "_".join(text.casefold().split())
    names = {each.casefold(): each for each in sorted(available_timezones())}
    by_city = {name.rpartition("/")[2]: each for name, each in names.items() if "/" in name}
    return names.get(wanted) or by_city.get(wanted, "")


def _template(settings: Mapping[str, str]) -> dict[str, bytes]:
    files = dict(_read_all(template_root()))

    def fill(line: re.Match[bytes]) -> bytes:
        key = line[1].decode()
        return f'{key} = "{settings[key]}" '.ljust(_COMMENT_COLUMN).encode() + b"#"

    files[FILE] = _EMPTY_SETTING.sub(fill, files[FILE])
    return files


def _sample(today: date) -> dict[str, bytes]:
    files = {}
    for name, data in _read_all(Path(__file__).resolve().parents[1] / "sample"):
        text = dated(data.decode().replace("\r\n", "\n"), today)
        if name == _WITH_CRLF:
            text = text.replace("\n", "\r\n")
        files[dated(name, today)] = text.encode()
    return files


def _read_all(root: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(root.rglob("*")):
        if path.is_file():
            yield path.relative_to(root).as_posix(), content(str(path))


def _write_missing(target: Path, files: Mapping[str, bytes]) -> list[str]:
    """Write missing files, each complete or not at all and synced to disk; Obsidian's folder as a whole.

    rounds.toml marks the vault, so it comes last: an interrupted run leaves no incomplete vault that looks whole.
    """
    root = target.resolve()
    nested = any((folder / _OBSIDIAN).is_dir() for folder in (root, *root.parents))
    obsidians = {name for name in files if name.startswith(f"{_OBSIDIAN}/")}
    names = sorted(name for name in files if name not in obsidians and _is_free(root, root / name, files[name]))
    folder = root / temporary_name()
    besides = {name: str((root / name).parent / temporary_name()) for name in names}
    if not nested:
        besides |= {name: str(folder / name.removeprefix(f"{_OBSIDIAN}/")) for name in sorted(obsidians)}
    for left in root.glob(".~*.tmp/"):  # left by a killed run
        if time.time() - left.stat().st_mtime > _LIVE:
            rmtree(left, ignore_errors=True)
    try:
        for name, beside in besides.items():
            os.makedirs(os.path.dirname(beside), exist_ok=True)
            _write_beside(beside, files[name])
        _at_once(_sync, besides.values())
        written = [name for name in names if name != FILE and _name(besides[name], root / name)]
        if not nested:
            os.rename(folder, root / _OBSIDIAN)
            written += sorted(obsidians)
        _at_once(sync_folder, {str(root.parent), *(str(inner) for inner, _, _ in os.walk(root))})
        if FILE in names and _name(besides[FILE], root / FILE):
            sync_folder(str(root))
            written.append(FILE)
        return written
    finally:
        for beside in besides.values():
            with suppress(OSError):
                os.unlink(beside)
        rmtree(folder, ignore_errors=True)


def _is_free(root: Path, path: Path, data: bytes) -> bool:
    """Whether a file can be written there; makes its folder inside the vault. A dangling link counts as taken.

    Raises:
        RoundsError: a file stands where a folder is needed.
    """
    if not path.parent.resolve().is_relative_to(root):
        return False
    if os.path.lexists(path) and not (data and is_blank(str(path))):
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise RoundsError(
            f"{error.filename} is a file, and a folder is needed there.",
            hint="Move it aside, then try again. Nothing was overwritten.",
        ) from error
    return True


def _write_beside(beside: str, data: bytes) -> None:
    descriptor = ordinary(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        write_all(descriptor, data)
    finally:
        os.close(descriptor)


def _at_once(act: Callable[[str], object], paths: Collection[str]) -> None:
    """Sync many files or folders to disk in parallel, which takes little longer than one."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(act, paths))


def _sync(path: str) -> None:
    descriptor = ordinary(path, os.O_RDWR)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)


def _name(beside: str, path: Path) -> bool:
    """Move a file to its final name; False if another process was faster."""
    try:
        rename_new(beside, str(path))
    except FileExistsError:
        if not is_blank(str(path)):
            return False
        os.replace(beside, path)
    return True

"""Files made for the user, such as the card: pages filled in by Jinja2, and files that never overwrite another unasked.

The templates are the .html files in this folder.
"""

import os
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from rounds.errors import RoundsError
from rounds.storage.locks_private_output_files import is_blank, write_output
from rounds.storage.open_file import content

if TYPE_CHECKING:
    from jinja2 import Environment


def write_papers(
    folder: str, papers: Mapping[str, bytes], *, replace: bool = False, word: str = "--replace"
) -> list[str]:
    """Write files into a folder, which is created if missing.

    Args:
        papers: bytes by file name.
        replace: whether files that hold something else may be overwritten.
        word: the option that allows it, for the hint; empty if there is none.

    Returns:
        The paths of the files that were written; the others held these bytes already.

    Raises:
        RoundsError: a file of that name holds something else, or is a folder, and nothing was written.
    """
    others = taken(folder, papers)
    if others and not replace:
        raise RoundsError(
            f"{others[0]} is there already and holds something else",
            hint=f"Nothing was written. {f'Write over it with {word}, or choose' if word else 'Choose'} another place.",
        )
    written = []
    for name, data in papers.items():
        path = os.path.join(folder, name)
        is_known = path in others  # else it didn't exist when we looked, so nothing may be overwritten
        if not _holds(path, data) and write_output(path, data, lambda _, allowed=is_known: allowed):  # type: ignore[misc]
            written.append(path)
    return written


def file_place(path: str) -> tuple[str, str]:
    """The folder and the name of a file that the user typed. Only folders that are named themselves are created.

    Raises:
        RoundsError: there is no such folder, so it's probably mistyped.
    """
    folder, name = os.path.split(os.path.abspath(os.path.expanduser(path)))
    if not os.path.lexists(folder):
        raise RoundsError(f"there is no folder {folder}", hint="Nothing was written. Create it, or name another one.")
    return folder, name


def write_page(path: str, text: str, *, replace: bool) -> str:
    """Write a page to a path that the user typed.

    Returns:
        The whole path.

    Raises:
        RoundsError: as in `file_place` and `write_papers`.
    """
    folder, name = file_place(path)
    write_papers(folder, {name: text.encode()}, replace=replace)
    return os.path.join(folder, name)


def taken(folder: str, papers: Mapping[str, bytes]) -> list[str]:
    """The paths that already hold something else; an empty file holds nothing.

    Raises:
        RoundsError: a folder is in the place of a file, or the other way round.
    """
    above = os.path.abspath(folder)
    while not os.path.lexists(above) and above != os.path.dirname(above):
        above = os.path.dirname(above)
    if os.path.lexists(above) and not os.path.isdir(above):
        raise RoundsError(f"{above} is a file, not a folder", hint="Nothing was written. Name another folder.")
    paths = {os.path.join(folder, name): data for name, data in papers.items()}
    for path in paths:
        if os.path.isdir(path):
            hint = f"Nothing was written. Name a file in it, such as {os.path.join(path, 'NAME')}"
            raise RoundsError(f"{path} is a folder", hint=hint)
    return [
        path for path, data in paths.items() if os.path.lexists(path) and not is_blank(path) and not _holds(path, data)
    ]


def _holds(path: str, data: bytes) -> bool:
    try:
        return content(path) == data
    except OSError:
        return False


# Pages ----------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from rounds.domain.contact_checks import is_email
    from rounds.notes.plain_text import escape_controls

    made = Environment(
        loader=FileSystemLoader(os.path.dirname(__file__)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: escape_controls(value) if type(value) is str else value,
        keep_trailing_newline=True,
    )
    made.tests["email"] = is_email
    return made


def rendered(file: str, /, **values: object) -> str:
    """Fill in a page. Texts are escaped; only `markupsafe.Markup` is HTML.

    Args:
        file: its name, such as `report.html`.
    """
    return _environment().get_template(file).render(values)

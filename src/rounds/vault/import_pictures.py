"""Import of pictures: business cards, copied to Attachments with a line in the inbox."""

import os

from rounds.domain.contact_rows import Row
from rounds.domain.import_plan import Planned, State
from rounds.errors import RoundsError
from rounds.imports.folders import picture_ending
from rounds.storage import files
from rounds.storage.open_file import content
from rounds.vault.note_files import file_name
from rounds.vault.vault import Vault


def plan_picture(vault: Vault, planned: Planned) -> None:
    """Plan a picture: it's the same if Attachments has it."""
    try:
        planned.path, is_there = _place_of_picture(vault, planned.row)
    except OSError as error:
        planned.state, planned.ticked = State.LEFT_OUT, False
        planned.why = f"it can't be read: {error.strerror}"
        return
    planned.state, planned.ticked = (State.SAME, False) if is_there else (State.NEW, True)
    planned.why = "" if is_there else "a line in Inbox.md will show it"


def keep_picture(vault: Vault, row: Row) -> str:
    """Copy a picture to Attachments, with a line in the inbox that shows it; once, however often it comes."""
    from rounds.vault.inbox import to_inbox

    path, is_there = _place_of_picture(vault, row)
    if not is_there:
        data, _ = files.read(row.place)
        with vault.change():
            vault.writer.put(path, data, None)
            to_inbox(vault, [f"Business card: ![[{path}]]"])
    return path


def _place_of_picture(vault: Vault, row: Row) -> tuple[str, bool]:
    """Where a picture is or goes in Attachments, and whether it's there."""
    data, _ = files.read(row.place)
    stem, ending = file_name(row.name), picture_ending(data, row.place)
    for name in (stem, *(f"{stem} {number}" for number in range(2, 1000))):
        path = f"Attachments/{name}{ending}"
        target = os.path.join(vault.root, path)
        if not os.path.lexists(target):
            return path, False
        if content(target) == data:
            return path, True
    raise RoundsError(f"there are too many pictures named {stem}", hint="Rename this one.")

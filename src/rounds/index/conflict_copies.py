"""Conflict copies among the notes, found by name, then by content."""

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache

from rounds.domain.files import shape_of
from rounds.index.columns import Reader
from rounds.index.rows import derived_id
from rounds.notes.merge.same_note import is_version
from rounds.notes.read_note import Note, read_note
from rounds.storage.files import read


def copies(root: str, related: Mapping[str, Sequence[str]], reader: Reader) -> dict[str, str]:
    """Map the path of each copy to the path of its note.

    Args:
        root: the vault.
        related: paths that may be copies, each with its possible notes, as `domain.files.related` finds them.
        reader: settings for reading.
    """

    @lru_cache(maxsize=64)
    def taken_in(path: str) -> tuple[bytes, Note] | None:
        try:
            data, _ = read(os.path.join(root, path))
        except OSError:
            return None
        return data, read_note(path, data, reader.folders, reader.task_filter)

    def is_copy(path: str, plain: str) -> bool:
        shape = shape_of(plain, path)
        if shape is None or (found := taken_in(path)) is None or (whole := taken_in(plain)) is None:
            return False
        id_ = whole[1].id or derived_id(reader.vault, plain)
        return is_version(shape, whole[1], found[1], note_id=id_, same=whole[0] == found[0])

    originals: dict[str, str] = {}
    for path, near in related.items():  # plain names come first, so that a copy of a copy leads to the note
        for plain in near:
            if is_copy(path, plain):
                originals[path] = originals.get(plain, plain)
                break
    return originals

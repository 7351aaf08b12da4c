"""What is remembered of the tasks that somebody made in a published list: each becomes a line of the inbox once."""

from collections.abc import Mapping
from typing import NamedTuple


class NewTasks(NamedTuple):
    """The objects of others in a list.

    Names and uids are hashed: they may say something, and `rounds forget` looks into none.

    Attributes:
        names: the ETag at which each was looked at, by the name of the object; empty if nothing more is to be done.
        uids: by uid: empty for a task that is in the inbox, or was there before. While this machine takes it: its mark,
            and after a space the id of the change that writes the inbox.
    """

    names: Mapping[str, str] = {}
    uids: Mapping[str, str] = {}

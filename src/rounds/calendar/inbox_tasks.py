"""New tasks that somebody makes in a published list, brought into Inbox.md."""

import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from rounds.calendar.caldav import RefusedError
from rounds.calendar.server_objects import Task, marked, read_task
from rounds.domain.feed import clean
from rounds.domain.new_tasks import NewTasks
from rounds.domain.publish_diff import Remote, is_strong
from rounds.errors import ChangedMeanwhileError
from rounds.storage.files import digest
from rounds.vault.client_guard import look_at
from rounds.vault.history_undo import was_done
from rounds.vault.inbox import FILE, is_in_inbox, to_inbox

if TYPE_CHECKING:
    from rounds.calendar.caldav import Collection
    from rounds.calendar.publish_back import Report
    from rounds.vault.vault import Vault

_OURS = "@rounds"
"""End of the uids of our own tasks, also of those that another machine has published."""

_UNTAGGED = "?"
"""In place of an ETag, where the server has none: then it's looked at each time."""


class InboxTasks:
    """Takes new tasks into the inbox, each once, whichever machine sees it first.

    The one that takes a task writes a mark into it there before. A mark of another machine means that it's taken.

    Args:
        report: told what was taken.
        seen: what was seen of the list before; None for the first time: what is there by then is left alone.
        keep: saves what is seen.
    """

    def __init__(
        self,
        vault: "Vault",
        there: "Collection",
        report: "Report",
        seen: NewTasks | None,
        keep: Callable[[], object],
    ) -> None:
        self.vault, self.there, self.report, self._keep = vault, there, report, keep
        self._is_first = seen is None
        self._names, self._uids = map(dict, seen or NewTasks())

    @property
    def seen(self) -> NewTasks | None:
        """The tasks seen so far, for the next run; None before the first look."""
        return None if self._is_first else NewTasks(self._names, self._uids)

    def take(self, tags: Mapping[str, str]) -> bool:
        """Take what is new.

        Args:
            tags: the ETags of all objects there that aren't ours, by name.

        Returns:
            Whether the inbox was written.

        Raises:
            RoundsError: a request failed, or the inbox can't be written. What was taken before that is remembered.
        """
        if self._is_first:
            self._uids = {_hash(uid): "" for uid in self.there.uids("VTODO")} if tags else {}
            self._names = {_hash(name): "" for name in tags}
            self._is_first = False
            return False
        now = {_hash(name): name for name in tags}
        self._names = {mark: tag for mark, tag in self._names.items() if mark in now}
        before = len(self.report.inbox)
        for mark, name in now.items():
            tag = tags[name] or _UNTAGGED
            if self._names.get(mark) not in {"", tag} or self._names.get(mark) == _UNTAGGED:
                self._names[mark] = self._outcome(name, tag)
        return len(self.report.inbox) > before

    def _outcome(self, name: str, tag: str) -> str:
        """Look at an object; the ETag to remember for it, empty if nothing more is to be done."""
        try:
            return "" if self._look(name, "" if tag == _UNTAGGED else tag) else tag
        except ChangedMeanwhileError:
            return _UNTAGGED
        except RefusedError as error:
            self.report.told.append(f"A task that was made there stays there: {error.why}.")
            return tag

    def _look(self, name: str, tag: str) -> bool:
        """Take one, if it's a new task; whether nothing more is to be done about it."""
        found = self.there.get(name)
        try:
            task = read_task(found[1], self.vault.settings.timezone) if found is not None else None
        except ValueError:
            return False
        if found is None or task is None:
            return False
        uid = _hash(task.uid)
        if task.uid.endswith(_OURS) or self._uids.get(uid) == "" or task.mark not in {"", self._mark(uid)}:
            self._uids[uid] = ""
            return True
        line = _line(task.remote)
        if task.remote.done or task.remote.cancelled or not line or self._is_stopped(line):
            return False
        if not task.mark:
            self._claim(name, tag, found[1], task)
        elif is_in_inbox(self.vault, line) or self._was_written(uid):
            return self._taken(uid, line)
        with self.vault.change("added a task of your task app to", of=1) as doing:
            self._uids[uid] = f"{self._mark(uid)} {doing.id}"
            self._keep()
            to_inbox(self.vault, [line])
        return self._taken(uid, line)

    def _mark(self, uid: str) -> str:
        """The mark with which this machine is taking a task; empty for none."""
        return self._uids.get(uid, "").partition(" ")[0]

    def _was_written(self, uid: str) -> bool:
        """Whether the program wrote a task into the inbox before it was killed; the line may be filed by now."""
        change = self._uids.get(uid, "").partition(" ")[2]
        return bool(change) and was_done(self.vault, change)

    def _taken(self, uid: str, line: str) -> bool:
        self._uids[uid] = ""
        self.report.inbox.append(line)
        self._keep()
        return True

    def _is_stopped(self, line: str) -> bool:
        """Whether the client guard stops a line; it's told."""
        (findings,) = look_at(self.vault, FILE, [line], {})
        stopped = next((each for each in findings if each.level == "error"), None)
        if stopped is not None:
            self.report.told.append(
                f"A task that was made there stays there, as the vault holds no client information: {stopped.why}."
            )
        return stopped is not None

    def _claim(self, name: str, tag: str, data: bytes, task: Task) -> None:
        """Mark a task as taken by this machine. The mark is saved first, so that a lost answer isn't another machine's.

        Raises:
            ChangedMeanwhileError: another program has changed it.
        """
        uid = _hash(task.uid)
        self._uids[uid] = self._mark(uid) or secrets.token_hex(8)
        self._keep()
        if not is_strong(tag):
            again = self.there.get(name)
            if again is None or again[1] != data:
                raise ChangedMeanwhileError(f"{self.there.host} has another version meanwhile")
        self.there.put(name, marked(data, self._uids[uid]), tag)


def _line(remote: Remote) -> str:
    """A task as a line of the inbox: its title, its day, and what was typed about it."""
    when = f" by {remote.day}" if remote.day is not None else ""
    when += f" {remote.time:%H:%M}" if remote.day is not None and remote.time is not None else ""
    words = clean(remote.summary)
    typed = "; ".join(remote.text.split("\n"))
    line = f"{words}{when}{'. ' if typed else ''}{typed}" if words else f"{typed}{when}" if typed else ""
    return line.replace("%%", "% %").replace("<!--", "< !--")


def _hash(text: str) -> str:
    return digest(text.encode("utf-8", "surrogatepass")).hex()[:16]

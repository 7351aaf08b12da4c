"""The report of a sync: what was added, changed, moved and removed; and two reports as one."""

from collections.abc import Mapping
from typing import NamedTuple

from rounds.index.writer import Content


class SyncReport(NamedTuple):
    """Result of a sync. Paths are relative to the vault.

    Attributes:
        changed: notes, and rounds.toml.
        moved: old path by new path.
        problems: number of problems in the index, over all notes.
        versions: for each changed note, if there are only a few, its old and new content.
        elsewhere: another process synced first; only `changed` is known of its work.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: Mapping[str, str] = {}
    removed: tuple[str, ...] = ()
    problems: int = 0
    versions: Mapping[str, tuple[Content, Content]] = {}
    elsewhere: bool = False

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.moved or self.removed or self.elsewhere)

    def after(self, earlier: "SyncReport") -> "SyncReport":
        """Combine this report with an earlier one that nobody has seen yet. Paths are as they are now."""
        if not earlier:
            return self
        now = {old: new for new, old in self.moved.items()}
        gone = {*self.removed}

        def still(paths: tuple[str, ...]) -> list[str]:
            return [now.get(path, path) for path in paths if path not in gone]

        added = tuple(dict.fromkeys([*still(earlier.added), *self.added]))
        changed = dict.fromkeys([*still(earlier.changed), *self.changed])
        moved = {now.get(new, new): old for new, old in earlier.moved.items() if new not in gone}
        moved |= {new: old for new, old in self.moved.items() if new not in moved}
        kept = {now.get(path, path): both for path, both in earlier.versions.items()}
        return SyncReport(
            added,
            tuple(path for path in changed if path not in added),
            {new: old for new, old in moved.items() if new != old and new not in added},
            tuple(path for path in dict.fromkeys([*earlier.removed, *self.removed]) if path not in added),
            self.problems,
            kept | {path: (kept.get(path, both)[0], both[1]) for path, both in self.versions.items()},
            earlier.elsewhere or self.elsewhere,
        )

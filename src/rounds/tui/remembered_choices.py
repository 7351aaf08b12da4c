"""What the next start of the terminal interface remembers: filters, columns, sidebar, background."""

import os
from collections.abc import Sequence

from rounds.storage.tui_state import Recent


class RememberedChoices:
    """Choices made in the interface, in small files of the vault's data folder.

    Attributes:
        recent: recently used filters.
    """

    def __init__(self, folder: str) -> None:
        self.recent = Recent(os.path.join(folder, "recent-filters"))
        self._columns = Recent(os.path.join(folder, "columns"))
        self._sidebar = Recent(os.path.join(folder, "sidebar"))
        self._background = Recent(os.path.join(folder, "background"))

    def remember(self, query: str) -> list[str]:
        """Remember a filter; return all remembered ones, newest first."""
        self.recent.add(query)
        return self.recent.read()

    def columns(self) -> list[str]:
        """The columns chosen last; empty for the defaults."""
        return next(iter(self._columns.read()), "").split()

    def keep_columns(self, names: Sequence[str]) -> None:
        """Store the columns for the next session."""
        self._columns.add(" ".join(names) or "name")

    def has_sidebar(self) -> bool:
        """Whether the sidebar was shown in the last session."""
        return self._sidebar.read()[:1] == ["shown"]

    def keep_sidebar(self, *, shown: bool) -> None:
        """Store this for the next session."""
        self._sidebar.add("shown" if shown else "folded")

    def background(self) -> str:
        """`light` or `dark`, as the terminal answered last; empty if it never did."""
        return next((each for each in self._background.read() if each in {"light", "dark"}), "")

    def keep_background(self, known: str) -> None:
        """Store the terminal's answer."""
        self._background.add(known)

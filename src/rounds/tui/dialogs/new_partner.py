"""Forms with a partner's name, where a new partner can be added without losing typed text."""

from collections.abc import Callable, Container, Sequence
from typing import TYPE_CHECKING

from rounds.errors import AmbiguousError, NotFoundError, UsageError
from rounds.tui.dialogs.form import Dialog
from rounds.tui.phrases import clean
from rounds.vault.lookup import find
from rounds.vault.note_files import add

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.vault.vault import NoteRecord, Vault


class NewcomerForm(Dialog):
    """A form whose partner may be new. The first save says that the name is unknown; the second adds the partner."""

    def __init__(self, desk: "VaultSession", title: str, about: str, path: str) -> None:
        super().__init__(desk, title, about, path)
        self._newcomer = ""  # the name offered as a new partner
        self._new_path = ""  # path of the added note

    @property
    def writes(self) -> Sequence[str]:
        return [path for path in (*super().writes, self._new_path) if path]

    def known_or_new(
        self, vault: "Vault", who: str, named: "Callable[[], NoteRecord]", known: Container[str] = ()
    ) -> "NoteRecord":
        """The named partner, added first if that was offered.

        Args:
            named: finds the partner by name.
            known: names that were offered; a partner with one of these is gone, not new.

        Raises:
            UsageError: the name is unknown; adding it is now offered.
            NotFoundError: the name can't be that of a partner, such as an organization's.
        """
        try:
            return named()
        except NotFoundError as error:
            if who in known or not _may_be_new(vault, who):
                raise
            if self._newcomer != who:
                self._newcomer = who
                near = f"Did you mean {', '.join(error.suggestions[:3])}?\n" if error.suggestions else ""
                hint = f"{near}Press enter again to add them as a new partner and save this, or correct the name."
                raise UsageError(f'there is nobody named "{who}" yet', hint=hint) from None
        self._new_path = add(vault, who, [])
        vault.sync()
        return vault.entry(self._new_path)

    def welcome(self, words: str) -> str:
        """The message, plus a line about the added partner."""
        return f"{words}\n{clean(self._newcomer)} is a new partner; c adds what they do." if self._new_path else words


def _may_be_new(vault: "Vault", who: str) -> bool:
    """Whether this can be a new partner's name: not an address, and not in use."""
    if "@" in who or "/" in who or not any(map(str.isalpha, who)):
        return False
    try:
        find(vault, who)
    except NotFoundError:
        return True
    except AmbiguousError:
        pass
    return False

"""Forms that ask for a partner by name: somebody new can be added from there, and nothing that was typed is lost."""

from collections.abc import Callable, Container, Sequence
from typing import TYPE_CHECKING

from rounds.errors import AmbiguousError, NotFoundError, UsageError
from rounds.tui.dialogs.form import Dialog
from rounds.tui.phrases import clean
from rounds.vault.lookup import find
from rounds.vault.properties import add

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.vault.vault import NoteRecord, Vault


class NewcomerForm(Dialog):
    """A form whose partner may be new. Saved once, it says that nobody has that name; saved again, it adds them."""

    def __init__(self, desk: "VaultSession", title: str, about: str, path: str) -> None:
        super().__init__(desk, title, about, path)
        self._newcomer = ""  # who was offered to be added
        self._new_path = ""  # of the note, once there is one

    @property
    def writes(self) -> Sequence[str]:
        return [path for path in (*super().writes, self._new_path) if path]

    def known_or_new(
        self, vault: "Vault", who: str, named: "Callable[[], NoteRecord]", known: Container[str] = ()
    ) -> "NoteRecord":
        """The partner that is meant, who is added first where that was offered.

        Args:
            named: finds them by name.
            known: names that were offered; who had one of these is gone, not new.

        Raises:
            UsageError: nobody has that name; now it is offered.
            NotFoundError: somebody of that name can't be meant, such as an organization.
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
        """What was done, with whom was added for it."""
        return f"{words}\n{clean(self._newcomer)} is a new partner; c adds what they do." if self._new_path else words


def _may_be_new(vault: "Vault", who: str) -> bool:
    """Whether these words can be the name of somebody new: no address, and nobody's name already."""
    if "@" in who or "/" in who or not any(map(str.isalpha, who)):
        return False
    try:
        find(vault, who)
    except NotFoundError:
        return True
    except AmbiguousError:
        pass
    return False

"""Add a partner; and the base of forms that name one, where a new partner is added without losing typed text."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widgets import Input

from rounds.domain.query.fields import fold
from rounds.errors import AmbiguousError, NotFoundError, UsageError
from rounds.tui.dialogs.autosave import put_back
from rounds.tui.dialogs.form import Fields, FormDialog
from rounds.tui.note_refs import partner_named, partner_ref, partner_refs
from rounds.tui.phrases import clean
from rounds.tui.widgets.fields import Choice
from rounds.tui.widgets.name_field import NameField
from rounds.vault.did_you_mean import slips
from rounds.vault.find_note import find
from rounds.vault.list_search import names_for
from rounds.vault.lookalikes import lookalikes
from rounds.vault.note_files import add, file_name
from rounds.vault.set_properties import Setting

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.vault.paste_signature import Pasted
    from rounds.vault.vault import NoteRecord, Vault


class AddPartner(FormDialog):
    """A new partner: name, role, and workplace, which names the file of a namesake."""

    SAVE = "add"
    ASKED: ClassVar[tuple[str, ...]] = ("role", "organization", "email", "phone", "npi")
    """The properties with a field."""

    def __init__(self, session: "VaultSession", *, role: str = "") -> None:
        super().__init__(session, "Add a partner")
        self.added = ""
        self._role = role
        self._pasted: Pasted | None = None

    def fields(self) -> Fields:
        yield "Name", NameField(id="name", placeholder="such as Robin Hale, or paste a mail signature")
        yield "Role", Choice((), self._role, id="role")
        yield "Works at", Choice((), id="organization")
        yield "Email", Input(id="email")
        yield "Phone", Input(id="phone")
        yield "NPI", Input(id="npi", placeholder="if you have it")

    def offers(self, vault: "Vault") -> Mapping[str, Sequence[str]]:
        return {key: names_for(vault, key) for key in ("role", "organization")}

    def act(self, vault: "Vault") -> str:
        name = self.text("name")
        if not name:
            raise UsageError("a partner needs a name", hint="Or press escape to leave.")
        given = {key: self.text(key) for key in self.ASKED}
        self._warn(vault, name, given)
        pasted = self._pasted
        more = {key: text for key, text in pasted.values.items() if key not in self.ASKED} if pasted else {}
        settings = [Setting(key, "=", text) for key, text in {**given, **more}.items() if text]
        self.added = add(vault, name, settings, about=pasted.about if pasted else "")
        return f"Added {clean(name)}."

    # A pasted signature -----------------------------------------------------------------------------------------

    @on(NameField.SignaturePasted)
    def _fill(self, event: NameField.SignaturePasted) -> None:
        """Read a signature, and fill the fields from it."""
        event.stop()
        self.run_busy(lambda: self._filled_from(event.text))

    async def _filled_from(self, text: str) -> None:
        from rounds.vault.paste_signature import from_signature

        pasted = await self.session.read(lambda vault: from_signature(vault, text))
        found = {"name": pasted.name, **pasted.values}
        filled = {key: found[key] for key in ("name", *self.ASKED) if found.get(key)}
        if not found["name"] and not pasted.values:
            raise UsageError("no name, email or phone was found in what you pasted", hint="Copy the whole signature.")
        before = self.holds()
        self._pasted = pasted
        put_back(self, filled)
        self._mark(filled)
        self.query_one(NameField).take_back = lambda: self._take_back({key: before[key] for key in filled})
        more = [f"{key} {clean(found[key])}" for key in found if key not in {"name", *self.ASKED}]
        words = [f"Filled from the signature: {', '.join(filled)}. ctrl+z in the name takes it back."]
        if more or pasted.about:
            words.append(f"Added with it: {'; '.join([*more, *pasted.about.splitlines()])}.")
        self.explain("\n".join(words))

    def _take_back(self, before: Mapping[str, str]) -> None:
        """Undo the paste: the fields that it filled are as before."""
        self._pasted = None
        self.query_one(NameField).take_back = None
        put_back(self, before)
        self._mark({})
        self.explain("The signature is taken back.")

    def _mark(self, filled: Mapping[str, str]) -> None:
        """Mark the labels of the fields that the paste filled."""
        for row in self.query(".row"):
            row.set_class(any(row.query(f"#{key}") for key in filled), "-pasted")

    def _warn(self, vault: "Vault", name: str, given: Mapping[str, str]) -> None:
        """Warn once about likely duplicates and a new role; saving again confirms both.

        Raises:
            UsageError: there is something to warn about.
        """
        found = lookalikes(vault, name, email=given["email"], phone=given["phone"], npi=given["npi"])
        known = "\n".join(f"{clean(each.name)}: {each.why}" for each in found)
        new = self._new_role(vault, given["role"])
        if not given["organization"] and any(each.path.endswith(f"/{file_name(name)}.md") for each in found):
            self.confirmed["known"] = known + new
            return  # a file of that name is refused anyway, with a hint
        same = "this person may already be in your network" if known else ""
        again = "add them all the same" if known else "add it as it is"
        first, *more = filter(None, (same, known, new, f"Press enter again to {again}, or escape to leave."))
        if known or new:
            self.confirm("known", known + new, first, "\n".join(more))

    def _new_role(self, vault: "Vault", role: str) -> str:
        """A warning about a role new to partners and playbook, since it may be a typo; empty for none."""
        slip = next(slips(vault, "role", role), None)
        if slip is None or fold(role) == fold(self._role):
            return ""
        return clean(slip.in_words())


class PartnerForm(FormDialog):
    """A form whose partner may be new. The first save says that the name is unknown; the second adds the partner."""

    def __init__(
        self, session: "VaultSession", title: str, about: str = "", path: str = "", *, partner: str = ""
    ) -> None:
        """Create the form.

        Args:
            partner: path of the partner's note, if known.
        """
        super().__init__(session, title, about, path)
        self.known = partner_ref(partner)  # the partners offered, by name
        self._new_path = ""  # path of the added note

    @property
    def writes(self) -> Sequence[str]:
        ref = self.known.get(self.text("who"))
        return [path for path in (*super().writes, ref.path if ref else "", self._new_path) if path]

    def beginning(self, name: str) -> str:
        return super().beginning("name" if name == "who" else name)

    def who(self) -> Choice:
        """The field for the partner's name."""
        return Choice((), "".join(self.known), listed=False, placeholder="such as Maria Alvarez", id="who")

    def offers(self, vault: "Vault") -> Mapping[str, Sequence[str]]:
        self.known = partner_refs(vault, self.known)
        return {"who": [*self.known]}

    def named(self, vault: "Vault", who: str) -> "NoteRecord":
        """The partner with the typed name.

        Raises:
            UsageError, NotFoundError: several partners have that name, or none.
        """
        return partner_named(self.session, self.known, vault, who)

    def partner(self, vault: "Vault") -> "NoteRecord":
        """The named partner, added first if that was offered.

        Raises:
            UsageError: the name is unknown; adding it is now offered.
            NotFoundError: the name can't be that of a partner, such as an organization's.
        """
        who = self.text("who")
        try:
            return self.named(vault, who)
        except NotFoundError as error:
            if who in self.known or not _may_be_new(vault, who):  # one that was offered is gone, not new
                raise
            near = f"Did you mean {', '.join(error.suggestions[:3])}?\n" if error.suggestions else ""
            hint = f"{near}Press enter again to add them as a new partner and save this, or correct the name."
            self.confirm("who", who, f'there is nobody named "{who}" yet', hint)
        self._new_path = add(vault, who, [])
        vault.sync()
        return vault.entry(self._new_path)

    def welcome(self, words: str) -> str:
        """The message, plus a line about the added partner."""
        return f"{words}\n{clean(self.text('who'))} is a new partner; c adds what they do." if self._new_path else words


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

"""Random client codes, unique in the vault; the key stays in the chart."""

import json
import secrets
from typing import TYPE_CHECKING

from rounds.domain.partner_referral_release import CODE_LENGTH, CROCKFORD, refusal
from rounds.domain.query.fields import fold_value
from rounds.errors import UsageError
from rounds.index import ids_last_contact as derived
from rounds.index import queries_activity

if TYPE_CHECKING:
    from rounds.vault.vault import Vault

NEW = "new"
"""Placeholder for a code to be generated."""


def client_code(vault: "Vault", text: str) -> str:
    """Validate a typed client code, or generate one for `new`.

    A code of a different length must already be in use: a few typed letters could be a name.

    Raises:
        UsageError: the code isn't valid; the message doesn't repeat it.
    """
    if text.strip().lower() == NEW:
        return new_code(vault)
    code = text.strip().upper()
    why = refusal(code)
    if not why and len(code) != len("R-") + CODE_LENGTH and not is_known(vault, code):
        why = f"a new code has {CODE_LENGTH} characters after R-, so that it can't be a person's name or initials"
    if why:
        raise UsageError(
            why,
            hint="Codes are random, such as R-7K3QXM: write new in its place and one is made. The key is in the chart.",
        )
    return code


def new_code(vault: "Vault") -> str:
    """Generate a random code that no referral or release uses."""
    while True:
        code = "R-" + "".join(secrets.choice(CROCKFORD) for _ in range(CODE_LENGTH))
        if not is_known(vault, code):
            return code


def is_known(vault: "Vault", code: str) -> bool:
    """Whether a referral or release uses the code."""
    return vault.ask(derived.is_code_used, fold_value(code))


def codes_of(vault: "Vault", path: str) -> list[str]:
    """The client codes of a partner's referrals and releases, in order."""
    rows = vault.ask(queries_activity.filed_by_partner, vault.ask(derived.keys_at, [path]))
    found = {str(json.loads(properties).get("client") or "") for *_, properties in rows}
    return sorted(code for code in found if code)

"""Client codes: made by us, random, unique in the vault; the key to them stays in the chart."""

import secrets

from rounds.domain.query.fields import fold_value
from rounds.domain.referral import CODE_LENGTH, CROCKFORD, refusal
from rounds.errors import UsageError
from rounds.vault.vault import Vault

NEW = "new"
"""What stands for a code that is still to be made."""


def client_code(vault: Vault, text: str) -> str:
    """The client code that somebody typed, or a new one for `new`.

    A code of another length than ours has to be in use already: of a few letters, a name is soon made.

    Raises:
        UsageError: it is none; why is said without repeating it.
    """
    if text.strip().lower() == NEW:
        return new_code(vault)
    code = text.strip().upper()
    why = refusal(code)
    if not why and len(code) != len("R-") + CODE_LENGTH and not is_known(vault, code):
        why = f"a new code has {CODE_LENGTH} characters after R-, so that nobody can be meant by it"
    if why:
        raise UsageError(
            why,
            hint="Codes are random, such as R-7K3QXM: write new in its place and one is made. The key is in the chart.",
        )
    return code


def new_code(vault: Vault) -> str:
    """A random code that no referral or release has."""
    while True:
        code = "R-" + "".join(secrets.choice(CROCKFORD) for _ in range(CODE_LENGTH))
        if not is_known(vault, code):
            return code


def is_known(vault: Vault, code: str) -> bool:
    """Whether a referral or release has the code."""
    return bool(vault.rows("SELECT 1 FROM notes WHERE client = ? LIMIT 1", (fold_value(code),)))

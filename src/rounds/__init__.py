"""Rounds: a local-first, plain-text toolkit for a therapist's referral network.

The names below are the stable library for scripts (docs/library.md); each is loaded at its first use.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rounds.errors import RoundsError
    from rounds.library import OpenVault, Partner, Post, dump, load, open_vault

__all__ = ["OpenVault", "Partner", "Post", "RoundsError", "dump", "load", "open_vault"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'rounds' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("rounds.errors" if name == "RoundsError" else "rounds.library"), name)

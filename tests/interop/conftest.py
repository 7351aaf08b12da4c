"""The fixtures of the command line, for programs of other people beside it."""

from cli.conftest import nobody, rounds

__all__ = ["nobody", "rounds"]

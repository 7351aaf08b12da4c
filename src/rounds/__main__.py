"""`python -m rounds`: the same as the `rounds` command."""

from rounds.main import run

run()

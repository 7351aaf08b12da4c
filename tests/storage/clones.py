"""Real repositories, with plain git."""

import subprocess
from pathlib import Path

NOTE = "---\ntype: partner\nstage: met\nrole: pediatrician\n---\n\n## Log\n\n- 2026-11-01 email: a\n"
ODD = 'it\'s "odd" $x & %P é.md'
"""A file name with all that a shell could trip over."""


def run(root: Path, *arguments: str, check: bool = True) -> str:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False)
    assert not check or done.returncode == 0, done.stderr
    return done.stdout


def commit(root: Path, path: str, text: str) -> None:
    (root / path).write_text(text)
    run(root, "add", "-A")
    run(root, "commit", "-q", "-m", "x")

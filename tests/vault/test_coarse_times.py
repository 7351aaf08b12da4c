"""A disk that counts time by two seconds: what is written twice within them is seen all the same."""

import time
from pathlib import Path

import pytest

from disks import DISKS, NotMountedError, mounted
from rounds.vault.vault import Vault
from vault.notes import rows


@pytest.mark.parametrize("kind", sorted(DISKS))
def test_two_edits_of_one_size_within_two_seconds_are_two(kind: str) -> None:
    """Their times are the same, and so are the numbers of the file."""
    try:
        with mounted(kind) as place:
            _two_edits(place)
    except NotMountedError as error:
        pytest.skip(str(error))


def _two_edits(place: Path) -> None:
    (place / "rounds.toml").write_text('vault = "test"\ntimezone = "America/Los_Angeles"\n')
    vault, note = Vault.open(place), place / "A.md"
    for _ in range(3):
        time.sleep(2 - time.time() % 2 + 0.2)  # the beginning of such a time
        for text in ("one", "two"):
            note.write_text(text)
            time.sleep(0.3)
            vault.sync()
            assert rows(vault, "SELECT body FROM search") == [(text,)]
    vault.close()

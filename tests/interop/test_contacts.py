"""Cards of an export in an address book of other people: khard lists them, and finds the numbers to dial."""

import subprocess
from pathlib import Path

import pytest

from cli.conftest import rounds
from cli.running import Runner
from conftest import PATIENCE
from interop.conftest import beside

__all__ = ["rounds"]
pytestmark = pytest.mark.interop


@pytest.mark.parametrize("kind", ["vcard3", "vcard4"])
def test_khard_reads_every_card(rounds: Runner, tmp_path: Path, kind: str) -> None:
    """All partners are there, without a warning, and with phone, email and title."""
    khard = beside("khard")
    rounds.good("export", str(tmp_path / "cards"), "--each", "--as", kind)
    settings = tmp_path / "khard.conf"
    settings.write_text(f"[addressbooks]\n[[rounds]]\npath = {tmp_path / 'cards'}\n[general]\ndefault_action = list\n")

    def asked(*words: str) -> str:
        command = [khard, "-c", str(settings), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
        assert done.stderr == ""
        return done.stdout

    names = asked("list", "--parsable")
    assert len(names.splitlines()) == rounds.json("list")["count"]
    assert "+1 503-555-0112" in asked("phone", "--parsable")
    shown = asked("show", "castellane")
    for words in ("Wren Castellane PsyD", "testing psychologist", "+1 503-555-0189", "wren@castellanetesting.example"):
        assert words in shown

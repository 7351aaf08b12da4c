"""The link into Obsidian, and handing it to the desktop."""

import os
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

from rounds.errors import RoundsError
from rounds.exports.editor_clipboard_mail_obsidian import link_of, open_link


def opener(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A desktop whose opener, by either name, is a shell script, alone on the PATH."""
    for name in _OPENERS:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


_OPENERS = ("xdg-open", "open")  # the second one on a Mac


def test_the_link_names_the_nearest_vault_of_obsidian(tmp_path: Path) -> None:
    """Upward from the note; without one, the whole path is the link."""
    root = tmp_path / "My notes" / "Referrals"
    root.mkdir(parents=True)
    whole = f"{os.path.realpath(root)}/Partners/Ann O.md"
    assert link_of(str(root), "Partners/Ann O.md") == f"obsidian://open?path={whole}".replace("/", "%2F").replace(
        "obsidian:%2F%2F", "obsidian://"
    ).replace(" ", "%20")
    (root.parent / ".obsidian").mkdir()
    assert link_of(str(root), "Partners/Ann O.md") == (
        "obsidian://open?vault=My%20notes&file=Referrals%2FPartners%2FAnn%20O"
    )


@pytest.mark.parametrize("name", ["a\r\nb&file=x#y?z", "\x1b[31m", "no utf-8 \udcff"])
def test_no_name_adds_anything_to_the_link(tmp_path: Path, name: str) -> None:
    """Nor makes it fail: each sign is encoded, also one of a file name that is no UTF-8."""
    (tmp_path / ".obsidian").mkdir()
    start, _, written = link_of(str(tmp_path), f"{name}.md").partition("&file=")
    assert start == f"obsidian://open?vault={tmp_path.name}"
    assert re.fullmatch(r"(?:[\w.-]|%[0-9A-F]{2})+", written, re.ASCII)
    assert unquote(written, errors="surrogateescape" if os.name == "posix" else "replace") == name


def test_the_desktop_gets_the_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one word, whatever it holds."""
    opener(tmp_path, monkeypatch, f'printf %s "$1" > "{tmp_path}/got"')
    open_link("obsidian://open?path=a&b=$HOME")
    assert (tmp_path / "got").read_text() == "obsidian://open?path=a&b=$HOME"


def test_where_nothing_opens_it_the_link_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no opener, or it says that it failed."""
    opener(tmp_path, monkeypatch, "exit 3")
    for _ in range(2):
        with pytest.raises(RoundsError) as caught:
            open_link("obsidian://x")
        assert caught.value.hint == "The link is obsidian://x"
        for name in _OPENERS:
            (tmp_path / name).unlink(missing_ok=True)


def test_an_opener_that_stays_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is there for as long as Obsidian is, nobody waits for its end."""

    class Staying:
        def __init__(self, *_: object, **__: object) -> None:
            pass

        def wait(self, seconds: float) -> int:
            raise subprocess.TimeoutExpired("xdg-open", seconds)

    monkeypatch.setattr(subprocess, "Popen", Staying)
    open_link("obsidian://x")

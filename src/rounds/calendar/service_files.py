"""Files that run the feed server from login on: systemd, launchd, Windows."""

import os
import re
import shutil
import sys
from collections.abc import Sequence

from rounds.errors import UsageError

LABEL = "rounds.feed"
"""The agent's name; launchd wants a unique one."""


def systemd_unit(command: Sequence[str]) -> str:
    """A user unit that keeps a command running (systemd.service(5)).

    Raises:
        UsageError: the command holds control characters.
    """
    if _CONTROL.search("".join(command)):
        raise _unusable()
    return f"""[Unit]
Description=Rounds: the reminders as calendar feeds, kept fresh, served, and published where config.toml says so

[Service]
ExecStart={" ".join(map(_quoted, command))}
# What it prints holds the secret addresses, which no journal should keep. To see them: rounds feed serve --show
StandardOutput=null
StandardError=journal
Restart=on-failure
RestartSec=10
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""


def _quoted(word: str) -> str:
    """A word of ExecStart: quoted, specifiers and variables escaped (systemd.service(5), Command lines)."""
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("%", "%%"), ("$", "$$")):
        word = word.replace(sign, written)
    return f'"{word}"'


def launchd_plist(command: Sequence[str]) -> str:
    """An agent that keeps a command running (launchd.plist(5)).

    Raises:
        UsageError: the command holds control characters.
    """
    import plistlib

    agent = {
        "Label": LABEL,
        "ProgramArguments": list(command),
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ProcessType": "Background",
        "StandardOutPath": "/dev/null",
        "Umask": 0o077,
    }
    try:
        return plistlib.dumps(agent, sort_keys=False).decode()
    except ValueError as error:
        raise _unusable() from error


def startup_script(command: Sequence[str]) -> str:
    """A script for the Startup folder of Windows that starts a command without waiting for it.

    Raises:
        UsageError: the command holds characters that a script can't.
    """
    if _CONTROL.search("".join(command)) or '"' in "".join(command):
        raise _unusable()
    words = " ".join(f'"{word}"' for word in command).replace("%", "%%")
    return f'@chcp 65001 >nul\r\n@start "" {words}\r\n'


_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def _unusable() -> UsageError:
    return UsageError(
        "the path of the vault, or of Rounds, has characters that a service can't use", hint="Rename the folder."
    )


def program(*, windowless: bool = False) -> list[str]:
    """The command prefix that runs Rounds from anywhere; without a console window, if there is such a program."""
    named = os.path.splitext(os.path.basename(sys.argv[0]))[0] == "rounds" and shutil.which(sys.argv[0])
    words = [os.path.abspath(named)] if named else [sys.executable, "-c", "from rounds.main import run; run()"]
    return [_without_window(words[0]), *words[1:]] if windowless else words


def _without_window(program: str) -> str:
    """The same program of Windows without a console window, if it's there."""
    folder, name = os.path.split(program)
    found = os.path.join(folder, {"rounds.exe": "roundsw.exe", "python.exe": "pythonw.exe"}.get(name.lower(), name))
    return found if os.path.exists(found) else program

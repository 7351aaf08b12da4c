"""What makes a program start with the session of its user: a systemd user unit, a launchd agent. Text alone."""

from collections.abc import Sequence

LABEL = "rounds.feed"
"""The agent's name; launchd wants a unique one."""


def systemd_unit(command: Sequence[str]) -> str:
    """A user unit that keeps a command running (systemd.service(5))."""
    return f"""[Unit]
Description=Rounds: the reminders as calendar feeds, kept fresh and served

[Service]
ExecStart={" ".join(map(_quoted, command))}
# What it prints holds the secret addresses, which no journal should keep. To see them: rounds feed serve --show
StandardOutput=null
Restart=on-failure
RestartSec=10
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""


def _quoted(word: str) -> str:
    """A word of ExecStart: quoted, with neither specifiers nor variables in it (systemd.service(5), Command lines)."""
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("%", "%%"), ("$", "$$")):
        word = word.replace(sign, written)
    return f'"{word}"'


def launchd_plist(command: Sequence[str]) -> str:
    """An agent that keeps a command running (launchd.plist(5))."""
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
    return plistlib.dumps(agent, sort_keys=False).decode()

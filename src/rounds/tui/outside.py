"""Programs beside this one: the user's editor, and Obsidian."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from urllib.parse import quote

from rounds.errors import RoundsError

_PLUS_LINE = ("vi", "vim", "nvim", "nano", "micro", "emacs", "emacsclient", "kak", "joe", "ne", "mg", "pico")
_COLON_LINE = ("hx", "helix", "subl", "zed")
_GOTO = ("code", "code-insiders", "codium", "cursor")


def editor_command(
    path: str,
    *,
    line: int = 0,
    column: int = 1,
    configured: str = "",
    environ: Mapping[str, str] = os.environ,
    which: Callable[[str], str | None] = shutil.which,
) -> list[str]:
    """The command that opens a file in the user's editor, at a line where the editor is known to take one.

    Args:
        path: of the file.
        line, column: 1-based place; line 0 for none.
        configured: of config.toml; it counts where neither $VISUAL nor $EDITOR is set.

    Raises:
        RoundsError: no editor is set and none is found, or its setting can't be read.
    """
    setting = environ.get("VISUAL") or environ.get("EDITOR") or configured
    try:
        command = shlex.split(setting)
    except ValueError as error:
        raise RoundsError(f"the editor is set to {setting}, which can't be read", hint="Mend $VISUAL.") from error
    if not command:
        command = [found for name in ("sensible-editor", "nano", "vi") if (found := which(name))][:1]
    if not command:
        raise RoundsError("there is no editor", hint="Set $VISUAL or $EDITOR to the one you like.")
    return [*command, *_place(command[0], path, line, column)]


def _place(program: str, path: str, line: int, column: int) -> list[str]:
    name = os.path.basename(program).removesuffix(".exe")
    if line and name in _PLUS_LINE:
        return [f"+{line}", path]
    if line and name in _COLON_LINE:
        return [f"{path}:{line}:{column}"]
    if name in _GOTO:
        # They return at once without --wait; then the screen would come back before the edit.
        return ["--wait", *(["--goto", f"{path}:{line}:{column}"] if line else [path])]
    return [path]


def obsidian_link(path: str) -> str:
    """The link that shows a file in Obsidian, in whatever vault of Obsidian holds it."""
    return f"obsidian://open?path={quote(os.path.abspath(path), safe='')}"


def open_link(link: str) -> None:
    """Hand a link to the desktop.

    Raises:
        RoundsError: there is no desktop to hand it to.
    """
    opener = {"darwin": "open", "win32": "explorer"}.get(sys.platform, "xdg-open")
    if shutil.which(opener) is None:
        raise RoundsError("there is no program here that opens links", hint=link)
    done = subprocess.run(
        [opener, link],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=20,
        check=False,
    )
    if done.returncode and sys.platform != "win32":
        raise RoundsError("Obsidian could not be opened", hint=link)

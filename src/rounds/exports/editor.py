"""The user's editor: its command line and running it."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence

from rounds.errors import RoundsError

_PLACES: Mapping[str, tuple[str, ...]] = {
    "+{line}": ("vi", "joe", "mg", "pico", "ex"),
    "+{line},{column}": ("nano", "ne"),
    "+{line}:{column}": ("emacs", "emacsclient", "micro", "kak"),
    "+normal! {line}G{column}|": ("vim", "nvim", "gvim"),
}
"""Arguments for a place, before the path, by editor."""

_BEHIND = ("hx", "helix", "subl", "zed")
"""Editors that take the place after the path, as `path:line:column`."""

_GOTO = ("code", "code-insiders", "codium", "cursor")
"""Editors that return at once without --wait, and take a place with --goto."""

_USUAL = ("sensible-editor", "nano", "vi")


def editor_command(
    path: str,
    *,
    line: int = 0,
    column: int = 1,
    configured: str = "",
    environ: Mapping[str, str] = os.environ,
    which: Callable[[str], str | None] = shutil.which,
) -> list[str]:
    """The command that opens a file in the user's editor, at a place if the editor is known to take one.

    The editor is set by $VISUAL, else $EDITOR, else config.toml; else it's one that is usually installed.

    Args:
        path: of the file.
        line, column: 1-based place; line 0 for none.
        configured: editor of config.toml.

    Raises:
        RoundsError: no editor is set and none is found, or its setting can't be read.
    """
    setting = environ.get("VISUAL") or environ.get("EDITOR") or configured
    try:
        command = shlex.split(setting, posix=os.name != "nt")
    except ValueError as error:
        raise RoundsError(f"the editor's command can't be read: {setting}", hint="Is a quote missing?") from error
    if not command:
        command = [found for name in _USUAL if (found := which(name))][:1]
    if not command:
        raise RoundsError("there is no editor", hint="Set $VISUAL or $EDITOR, for example: export EDITOR=nano")
    return [*command, *_place(command, path, line, column)]


def _place(command: Sequence[str], path: str, line: int, column: int) -> list[str]:
    name = os.path.basename(command[0]).removesuffix(".exe")
    if name in _GOTO:
        wait = [] if {"--wait", "-w"} & set(command) else ["--wait"]
        return [*wait, *(["--goto", f"{path}:{line}:{column}"] if line else [path])]
    if line and name in _BEHIND:
        return [f"{path}:{line}:{column}"]
    form = next((form for form, names in _PLACES.items() if line and name in names), None)
    return [form.format(line=line, column=column), path] if form else [path]


def run_editor(command: Sequence[str]) -> None:
    """Run an editor until it is closed.

    Raises:
        RoundsError: it can't be started, or ended with an error.
    """
    try:
        code = subprocess.run(command, check=False).returncode
    except OSError as error:
        raise RoundsError(
            f"{command[0]} can't be started: {error.strerror}", hint="Set $EDITOR to the editor that you use."
        ) from error
    if code:
        raise RoundsError(f"{command[0]} ended with the code {code}", hint="Look whether the note was saved.")

"""Programs of the desktop: editor, clipboard (a program, or the terminal by OSC 52), mail drafts, Obsidian.

Nothing is ever sent: a mail is a `mailto:` link, or a file that a mail program opens as unsent.
"""

import base64
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, TextIO
from urllib.parse import quote

from rounds.domain.contact_checks import address_in
from rounds.errors import RoundsError, UsageError
from rounds.notes.plain_text import escape_controls

if TYPE_CHECKING:
    from email.headerregistry import Address

_TIMEOUT = 5.0
"""Seconds to wait for a clipboard program. A program that still runs then has opened the link it was given."""

# Editor ---------------------------------------------------------------------------------------------------------------

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

_USUAL = {"win32": ("notepad",), "darwin": ("open -t", "nano", "vi")}
"""Editors that a system usually has, each with its first arguments."""

_USUAL_ELSEWHERE = ("sensible-editor", "nano", "vi")

_BATCH = (".cmd", ".bat")
"""Endings of Windows' scripts, which read some characters of their arguments as commands."""

_UNSAFE = re.compile(r"[&|<>^%!\"]")


def editor_command(
    path: str,
    *,
    line: int = 0,
    column: int = 1,
    configured: str = "",
    environ: Mapping[str, str] = os.environ,
    which: Callable[[str], str | None] = shutil.which,
    system: str = sys.platform,
) -> list[str]:
    """The command that opens a file in the user's editor, at a place if the editor is known to take one.

    The editor is set by $VISUAL, else $EDITOR, else config.toml; else it's one that is usually installed.

    Args:
        path: of the file.
        line, column: 1-based place; line 0 for none.
        configured: editor of config.toml.
        system: as `sys.platform` names it.

    Raises:
        RoundsError: no editor is set and none is found, its setting can't be read, or it can't be given this path.
    """
    setting = environ.get("VISUAL") or environ.get("EDITOR") or configured
    try:
        command = split_command(setting, which=which, system=system)
    except ValueError as error:
        raise RoundsError(f"the editor's command can't be read: {setting}", hint="Is a quote missing?") from error
    usual = map(str.split, _USUAL.get(system, _USUAL_ELSEWHERE))
    command = command or next(([there, *words] for name, *words in usual if (there := which(name))), [])
    if not command:
        raise RoundsError("there is no editor", hint="Set $VISUAL or $EDITOR, for example: export EDITOR=nano")
    if system == "win32":
        _check_script(command[0], path)
    return [*command, *_place(command, path, line, column)]


def _check_script(program: str, path: str) -> None:
    """Check that a script of Windows can't read a note's name as a command."""
    if program.casefold().endswith(_BATCH) and _UNSAFE.search(path):
        hint = "Set EDITOR to a program that ends in .exe."
        raise RoundsError(f"{program} can't be given this name safely: {path}", hint=hint)


def split_command(
    setting: str, *, which: Callable[[str], str | None] = shutil.which, system: str = sys.platform
) -> list[str]:
    """The words of a command from the settings.

    On Windows, a backslash is part of a path, a path may contain blanks, and the program gets its ending, such as
    `code.cmd` for `code`.

    Args:
        system: as `sys.platform` names it.

    Raises:
        ValueError: a quote is missing.
    """
    if system != "win32":
        return shlex.split(setting)
    if os.path.isfile(setting):
        return [setting]
    words = shlex.split(setting, posix=False)
    words = [word[1:-1] if len(word) > 1 and word[0] == word[-1] and word[0] in "'\"" else word for word in words]
    return [which(words[0]) or words[0], *words[1:]] if words else []


def _place(command: Sequence[str], path: str, line: int, column: int) -> list[str]:
    name = re.sub(r"(?i)\.(?:exe|cmd|bat)$", "", re.split(r"[\\/]" if ":" in command[0] else "/", command[0])[-1])
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


# Clipboard ------------------------------------------------------------------------------------------------------------

_PROGRAMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("WAYLAND_DISPLAY", ("wl-copy",)),
    ("DISPLAY", ("xclip", "-selection", "clipboard")),
    ("DISPLAY", ("xsel", "--clipboard", "--input")),
    ("", ("pbcopy",)),
    ("", ("termux-clipboard-set",)),
    ("", ("clip.exe",)),
)
"""Programs that read the text from stdin, each with the variable it needs to find its display."""

_MOST = 74_000
"""Maximum bytes that terminals take in one OSC 52 sequence."""


def copy(
    text: str,
    *,
    environ: Mapping[str, str] = os.environ,
    which: Callable[[str], str | None] = shutil.which,
    terminal: TextIO | None = None,
) -> str:
    """Put a text on the clipboard.

    Args:
        terminal: gets the sequence if there is no program; stderr by default.

    Returns:
        What took it: the program's name, `terminal`, or an empty text if nothing did.
    """
    text = escape_controls(text.replace("\r\n", "\n"))  # it may be pasted into a terminal
    for variable, command in _PROGRAMS:
        if (not variable or environ.get(variable)) and which(command[0]) and _given(command, text):
            return command[0]
    screen = terminal if terminal is not None else sys.stderr
    encoded = base64.b64encode(text.encode()).decode()
    if not screen.isatty() or environ.get("TERM", "dumb") == "dumb" or len(encoded) > _MOST:
        return ""
    screen.write(f"\x1b]52;c;{encoded}\x07")
    screen.flush()
    return "terminal"


def _given(command: tuple[str, ...], text: str) -> bool:
    """Whether a program took the text. Its output is discarded: xclip keeps running and would hold a pipe open."""
    encoding = "utf-16-le" if command[0] == "clip.exe" else "utf-8"
    try:
        done = subprocess.run(
            command, input=text.encode(encoding), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=_TIMEOUT, check=False, env={**os.environ, "LC_CTYPE": "UTF-8"} if command[0] == "pbcopy" else None,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


# Obsidian -------------------------------------------------------------------------------------------------------------


def link_of(root: str, path: str) -> str:
    """The obsidian:// link of a note, in the nearest Obsidian vault upward; by its full path if there is none.

    Args:
        root: the vault's folder.
        path: of the note, relative to it.
    """
    start = link_into(root)
    return link_from(start or "obsidian://open?path=" + _quoted(os.path.realpath(root) + os.sep), path)


def link_into(root: str) -> str:
    """Start of the links to a folder's notes, in the nearest Obsidian vault upward; empty if there is none."""
    folder = start = os.path.realpath(root)
    while not os.path.isdir(os.path.join(folder, ".obsidian")):
        if os.path.dirname(folder) == folder:
            return ""
        folder = os.path.dirname(folder)
    inside = "" if folder == start else os.path.relpath(start, folder).replace(os.sep, "/") + "/"
    return f"obsidian://open?vault={_quoted(os.path.basename(folder))}&file={_quoted(inside)}"


def _quoted(path: str) -> str:
    return quote(path, safe="", errors="surrogateescape" if os.name == "posix" else "replace")


@lru_cache(maxsize=20_000)
def link_from(start: str, path: str) -> str:
    """The link of a note, from the start that `link_into` gives."""
    return start + _quoted(path.removesuffix(".md") if "&file=" in start else path)


def open_link(link: str) -> None:
    """Open a link on the desktop.

    Raises:
        RoundsError: no program here opens it.
    """
    quiet = subprocess.DEVNULL
    try:
        if sys.platform == "win32":
            os.startfile(link)  # noqa: S606 - a link of our own making
            return
        opener = "open" if sys.platform == "darwin" else "xdg-open"
        process = subprocess.Popen([opener, link], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
        failed = bool(process.wait(_TIMEOUT))
    except OSError:
        failed = True
    except subprocess.TimeoutExpired:
        failed = False  # without a desktop environment, the opener runs as long as Obsidian
    if failed:
        raise RoundsError(f"no program here opens links of {_opened_by(link)}", hint=f"The link is {link}")


def _opened_by(link: str) -> str:
    named = {"obsidian": "Obsidian", "mailto": "mail", "tel": "phones"}
    return named.get(link.partition(":")[0], "the web")


# Mail ---------------------------------------------------------------------------------------------------------------

LONGEST_LINK = 2000
"""Maximum characters of a link that every system passes on to a mail program."""

_ADDRESS = re.compile(r"[\w.!#$%'*+/=^`{|}~-]{1,64}@[\w.-]{1,255}")
"""Addresses allowed in a link: no character ends the address or begins another one."""


def mailto(to: str, subject: str, body: str) -> str:
    """A link that opens a new mail (RFC 6068); if longer than LONGEST_LINK, without body, then without subject.

    Args:
        to: an address; may be empty. It's left out if a mail program could read it as several addresses, or as a header
            line.
        subject: becomes one line.
        body: line ends of any kind; they become CRLF.
    """
    address = address_in(to)
    link = f"mailto:{quote(address, safe='@') if _ADDRESS.fullmatch(address) else ''}"
    with_subject = f"{link}?subject={quote(_line(subject), safe='')}"
    text = "\r\n".join(map(escape_controls, body.splitlines()))
    whole = f"{with_subject}&body={quote(text, safe='')}"
    return next((each for each in (whole, with_subject) if len(each) <= LONGEST_LINK), link)


def unsent(sender: tuple[str, str], to: tuple[str, str], subject: str, body: str, day: date) -> bytes:
    """A mail file (RFC 5322) with `X-Unsent: 1`, which mail programs open for editing.

    Args:
        sender, to: name and address.

    Raises:
        UsageError: an address isn't valid.
    """
    from email.message import EmailMessage
    from email.policy import SMTP

    mail = EmailMessage(policy=SMTP)
    mail["X-Unsent"] = "1"
    mail["From"] = _address(*sender)
    mail["To"] = _address(*to)
    mail["Subject"] = " ".join(_line(subject).split())
    mail["Date"] = datetime.combine(day, time(12), UTC)  # the mail program writes the real one
    mail.set_content("\n".join(map(escape_controls, body.splitlines())) + "\n")
    try:
        return mail.as_bytes()
    except UnicodeEncodeError as error:
        raise UsageError("an address holds letters that a mail file can't", hint="Use the mailto: link.") from error


def _line(text: str) -> str:
    """A text as one header line: nothing in it begins another one."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _address(name: str, address: str) -> "Address":
    from email.headerregistry import Address

    try:
        return Address(" ".join(_line(name).split()), addr_spec=address.strip())
    except Exception as error:
        # The standard library raises many kinds here, IndexError among them.
        raise UsageError(
            f'"{address}" isn\'t an email address', hint="Fix it with: rounds set NAME email=..."
        ) from error

"""Git merge driver for notes: its command line, and the merge."""

from rounds.notes.merge.notes import Conflict, merge
from rounds.storage.open_file import content

MARKED = 76
"""Exit code of `merge-note` for a note with marks in it. No shell, signal or crash uses it."""

_DRIVER = (
    'new=%A.new; {program} merge-note --marker-size %L --into "$new" -- %O %A %B %P; '
    'case $? in 0) mv -f "$new" %A && exit 0;; {marked}) mv -f "$new" %A && exit 1;; esac; '
    'code=129; if cp %A "$new"; then '
    'git merge-file -q -L ours -L base -L theirs --marker-size=%L "$new" %O %B; code=$?; fi; '
    'if test $code -lt 126; then mv -f "$new" %A && exit $code; rm -f "$new"; exit 129; fi; '
    "{{ echo '<<<<<<< ours' && cat %A && echo && echo ======= && cat %B && echo && echo '>>>>>>> theirs'; }} "
    '> "$new" && mv -f "$new" %A && exit 1; rm -f "$new"; exit 129'
)
"""The result replaces %A at the end, in one step: a failure before that leaves our version untouched.

First Rounds, judged by its exit code alone. Then git's own merge, likewise. If that fails too (it takes bytes with a
NUL for binary), both whole versions between marks; and last, on a full disk, an error.
"""


def driver(command: str) -> str:
    """The merge driver's command line, with a fallback to git's own merge.

    Without the fallback, git would keep only our version, without marks, on a machine without the command.

    Args:
        command: the program and its first arguments, quoted for the shell.
    """
    return _DRIVER.format(program=command.replace("%", "%%"), marked=MARKED)


def merge_files(base: str, ours: str, theirs: str, path: str, *, size: int = 7) -> tuple[bytes, tuple[Conflict, ...]]:
    """Merge the files %O %A %B, as git's merge driver.

    Args:
        base: an empty file if both sides added the note, so that git has no base.
        path: of the note in the repository.
        size: of git's marks, in characters.

    Returns:
        The merged note, and the conflicts between git's marks in it.

    Raises:
        OSError: a file can't be read, or is not an ordinary file.
    """
    old, mine, other = (content(name) for name in (base, ours, theirs))
    merged = merge(old or None, other, mine, path=path, markers=size)
    return merged.data, merged.conflicts

"""Git's merge driver for notes: the command line that git runs, and the merge of the three files that it gives."""

from rounds.notes.merge.notes import Conflict, merge
from rounds.storage.open_file import content

MARKED = 76
"""Exit code of `merge-note` for a note with marks in it. No shell, signal or crash ends with it."""

_DRIVER = (
    'new=%A.new; {program} merge-note --marker-size %L --into "$new" -- %O %A %B %P; '
    'case $? in 0) mv -f "$new" %A && exit 0;; {marked}) mv -f "$new" %A && exit 1;; esac; '
    'code=129; if cp %A "$new"; then '
    'git merge-file -q -L ours -L base -L theirs --marker-size=%L "$new" %O %B; code=$?; fi; '
    'if test $code -lt 126; then mv -f "$new" %A && exit $code; rm -f "$new"; exit 129; fi; '
    "{{ echo '<<<<<<< ours' && cat %A && echo && echo ======= && cat %B && echo && echo '>>>>>>> theirs'; }} "
    '> "$new" && mv -f "$new" %A && exit 1; rm -f "$new"; exit 129'
)
"""What comes out is put into %A at the end, at one stroke: nothing that fails on the way has touched our version.

First Rounds, which is believed by its exit code alone. Then git's own merge, likewise. Where that fails as well (it
takes bytes with a NUL for no text), both versions whole between marks; and at last, on a full disk, an error.
"""


def driver(command: str) -> str:
    """The merge driver's command line, which falls back to git's own merge by itself.

    Without the fallback, git keeps our version alone, without marks, on a machine where the command is missing.

    Args:
        command: the program and its first arguments, quoted for the shell.
    """
    return _DRIVER.format(program=command.replace("%", "%%"), marked=MARKED)


def merge_files(base: str, ours: str, theirs: str, path: str, *, size: int = 7) -> tuple[bytes, tuple[Conflict, ...]]:
    """Do what git asks of a merge driver: merge the files %O %A %B.

    Args:
        base: empty where git knows none, since both sides added the note.
        path: of the note in the repository.
        size: of git's marks, in characters.

    Returns:
        The merged note, and what is left between git's marks in it.

    Raises:
        OSError: a file can't be read, or is not an ordinary file.
    """
    old, mine, other = (content(name) for name in (base, ours, theirs))
    merged = merge(old or None, other, mine, path=path, markers=size)
    return merged.data, merged.conflicts

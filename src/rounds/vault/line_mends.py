"""Proposed mends of one line: what the hint of a problem says to write."""

import re
from typing import TYPE_CHECKING, NamedTuple

from rounds.errors import ChangedMeanwhileError, Problem, RoundsError

if TYPE_CHECKING:
    from rounds.notes.document import Document
    from rounds.vault.vault import Vault

_LINE = re.compile(r": `([^`]+)`\.?$")
"""A hint that ends with the whole line as it should be."""

_ELSEWHERE = re.compile(r" \(line (\d+)\): `")
"""The line that a hint names, if it isn't the one with the problem."""

_VALUE = re.compile(r'^Did you mean "([^"]+)"\?')
_WRONG = re.compile(r'^[\w-]+: "([^"]+)" is not one of its values$')


class LineMend(NamedTuple):
    """A line of a note, from 1, as it is and as it should be."""

    path: str
    line: int
    before: str
    after: str


def line_mend(vault: "Vault", problem: Problem) -> LineMend | None:
    """What would solve a problem by changing one line; None if that isn't sure."""
    try:
        document = vault.read(problem.path).document
    except RoundsError:
        return None
    line = int(named[1]) if (named := _ELSEWHERE.search(problem.hint)) else problem.line
    before = text_at(document, line)
    after = _proposed(problem, before)
    if not after or after == before:
        return None
    mend = LineMend(problem.path, line, before, after)
    return mend if _mended(document, mend).readable else None


def _mended(document: "Document", mend: LineMend) -> "Document":
    """The note with the line changed; all other bytes stay, also where it can't be read yet."""
    lines = document.text.split("\n")
    ending = "\r" if lines[mend.line - 1].endswith("\r") else ""
    lines[mend.line - 1] = f"{mend.after}{ending}"
    return type(document).parse("\n".join(lines).encode())


def _proposed(problem: Problem, before: str) -> str:
    """The line that the hint asks for; empty if it names none."""
    right, wrong = _VALUE.match(problem.hint), _WRONG.match(problem.message)
    if right and wrong and before.count(wrong[1]) == 1:
        return before.replace(wrong[1], right[1])
    whole = _LINE.search(problem.hint)
    return whole[1] if whole and _words(whole[1]) == _words(before) else ""


def _words(line: str) -> str:
    """The letters and digits of a line: a mend only changes what stands between them."""
    return re.sub(r"[\W_]", "", line)


def write_mend(vault: "Vault", mend: LineMend) -> None:
    """Write a mended line.

    Raises:
        ChangedMeanwhileError: another program has changed that line.
    """
    opened = vault.read(mend.path)
    if text_at(opened.document, mend.line) != mend.before:
        raise ChangedMeanwhileError(
            f"{mend.path}: line {mend.line} was changed meanwhile", hint="Nothing was written. Look at it again."
        )
    vault.save(opened, _mended(opened.document, mend), "mended a line of")


def text_at(document: "Document", line: int) -> str:
    """A line of a note, from 1; empty past its end."""
    return "".join(document.text.split("\n")[line - 1 : line]).removesuffix("\r")

"""Guard at entry: client information in the lines that a save adds (docs/client-information.md)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from rounds.errors import ClientInformationError

if TYPE_CHECKING:
    from rounds.domain.guard.guard import Finding
    from rounds.domain.guard.reading import Known
    from rounds.notes.document import Document
    from rounds.vault.vault import Vault

ACCEPTED = "%% rounds: ok phi %%"
"""The mark, in its line, that keeps client information on purpose."""


class Added(NamedTuple):
    """A line that a save would add.

    Attributes:
        path: its note, relative to the vault.
        line: its number in the note, from 1.
        text: the line as typed.
        is_property: whether it stands in the front matter.
        findings: what looks like client information in it.
    """

    path: str
    line: int
    text: str
    is_property: bool
    findings: "tuple[Finding, ...]"


def placeholder(added: Added) -> str:
    """The word in place of a client; in parentheses in the front matter, where brackets make a list."""
    return "(client)" if added.is_property else "[client]"


def without(added: Added) -> str:
    """The line with neutral words in place of what was found."""
    from rounds.domain.guard import guard

    findings = list(added.findings)
    if added.is_property:
        findings = [each._replace(neutral=each.neutral.replace("[", "(").replace("]", ")")) for each in findings]
    return guard.without(added.text, findings)


def kept(added: Added, reason: str) -> str:
    """The line as typed, marked as an exception: in a comment of YAML after a property, else of Obsidian."""
    mark = ACCEPTED.replace("phi", f"phi: {' '.join(reason.replace('%', '').split())}")
    return f"{added.text}  # {mark}" if added.is_property else f"{added.text} {mark}"


class Decisions:
    """What the user decided about lines with client information.

    Attributes:
        keep_all: write everything as typed.
        instead: for a line as typed, the line to write.
    """

    def __init__(self) -> None:
        self.keep_all = False
        self.instead: dict[str, str] = {}


def guarded(vault: "Vault", path: str, document: "Document", base: bytes | None) -> "Document":
    """The document to write: as given, or with the lines that the user decided on.

    Warnings become notices of the vault.

    Raises:
        ClientInformationError: an added line holds client information, and nothing was decided about it.
    """
    if vault.decisions.keep_all:
        return document
    for _ in range(len(vault.decisions.instead) + 1):  # a line written instead is looked at too
        found = list(_look(vault, path, document, base))
        decided = document
        for added in found:
            decided = decided.replace_line(added.line, vault.decisions.instead.get(added.text, added.text))
        if bytes(decided) == bytes(document):
            break
        document = decided
    else:
        found = list(_look(vault, path, document, base))  # two lines stand for each other: ask again
    stopped = [added for added in found if any(each.level == "error" for each in added.findings)]
    if stopped:
        first = stopped[0].findings[0]
        raise ClientInformationError(
            f'{path}: {first.why}: "{first.text}". The vault holds no client information',
            hint="Nothing was written. Leave it out, or use the client's code. To write it as typed: --keep-as-is",
            added=tuple(stopped),
        )
    vault.writer.notices += map(_warning, found)
    return document


def _look(vault: "Vault", path: str, document: "Document", base: bytes | None) -> Iterator[Added]:
    before, after = base or b"", bytes(document)
    lines, replaced = _added(before, after), _replaced(before, after)
    for number, text, findings in findings_in(vault, path, lines, document.properties, replaced):
        yield Added(path, number, text, number < document.body_line, findings)


def findings_in(
    vault: "Vault", path: str, lines: Iterable[tuple[int, str]], properties: "dict[str, object]", replaced: str = ""
) -> "Iterator[tuple[int, str, tuple[Finding, ...]]]":
    """The lines with client information, each with its number and findings.

    Args:
        path, properties: of the note that they are for; it needn't exist.
        replaced: words of the note that may be there again.
    """
    from rounds.domain.guard.notes import is_accepted, is_clean
    from rounds.vault.known_people import client_words, known_for, may_name, somebody

    known: Known | None = None
    words = client_words(vault)
    for number, text in lines:
        if is_accepted(text) or is_clean(text, words):
            continue
        from rounds.domain.guard.guard import find

        known = known or known_for(vault, path, properties)
        found = [each for each in find(text, known) if each.text not in replaced]
        names = [may_name(text, each) for each in found]
        silent = somebody(vault, {name for each in names for name in each})
        if findings := tuple(each for each, its in zip(found, names, strict=True) if silent.isdisjoint(its)):
            yield number, text, findings


def _replaced(before: bytes, after: bytes) -> str:
    """The lines that a save takes away: their words are in the note already, as when a task is ticked off."""
    gone = Counter(before.split(b"\n")) - Counter(after.split(b"\n"))
    return b"\n".join(gone).decode(errors="replace")


def _added(before: bytes, after: bytes) -> Iterator[tuple[int, str]]:
    """Number and text of each added line."""
    there = Counter(before.split(b"\n"))
    for number, line in enumerate(after.split(b"\n"), 1):
        if there[line]:
            there[line] -= 1
        else:
            yield number, line.decode(errors="replace").rstrip("\r")


def _warning(added: Added) -> str:
    first = added.findings[0]
    words = f': "{first.text}"' if first.neutral else ""
    return f"{added.path}, line {added.line}: {first.why}{words}. {first.how}"

"""Guard at entry: client information in the lines that a save adds (docs/client-information.md)."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from rounds.domain.links import name_of
from rounds.domain.phrases import counted
from rounds.errors import ChangedMeanwhileError, ClientInformationError
from rounds.index import queries
from rounds.vault.line_mends import text_at

if TYPE_CHECKING:
    from rounds.domain.guard.guard import Finding
    from rounds.domain.guard.reading import Known
    from rounds.notes.document import Document
    from rounds.vault.vault import Vault

ACCEPTED = "%% rounds: ok phi %%"
"""The mark, in its line, that keeps client information on purpose."""


AGE_GROUPS = ("child", "teen", "young adult", "adult", "older adult")
"""What may stand in place of a birth date."""

_HEAD = (
    r"\s*[-*] \[.\] (?:\d\d:\d\d )?|\s*[-*] (?:\[\[)?\d{4}-\d\d-\d\d(?:\]\])?(?: [\w-]+){0,3}(?: @[\w-]+)?: ?|"
    r"\s*[\w-]+:\s+|\s*[-*] "
)
_TAIL = r"(?: [📅✅⏳🛫➕] ?\d{4}-\d\d-\d\d)?(?: \^[\w-]+)?$"
"""Where the words of a line begin and end: after date and kind, before due date and mark. Compiled when used."""

_OWN_NAMES = ("name", "aliases", "assistant")


class Added(NamedTuple):
    """A line that a save would add, or the name of a new note.

    Attributes:
        path: its note, relative to the vault.
        line: its number in the note, from 1; 0 for the name.
        text: the line as typed.
        is_property: whether it stands in the front matter.
        findings: what looks like client information in it.
    """

    path: str
    line: int
    text: str
    is_property: bool
    findings: "tuple[Finding, ...]"


def placeholder(added: Added, word: str = "client") -> str:
    """The word in place of a client; in parentheses in the front matter, where brackets make a list."""
    return f"({word})" if added.is_property else f"[{word}]"


def without(added: Added) -> str:
    """The line with neutral words in place of what was found."""
    from rounds.domain.guard import guard

    findings = list(added.findings)
    if added.is_property:
        findings = [each._replace(neutral=each.neutral.replace("[", "(").replace("]", ")")) for each in findings]
    elif not added.line:
        findings = [each._replace(neutral=each.neutral.strip("[]")) for each in findings]
    return guard.without(added.text, findings)


def proposals(vault: "Vault", added: Added) -> list[tuple[str, list[str]]]:
    """What can stand in place of the neutral words: each word, with the partner's client codes or the age groups."""
    from rounds.vault.client_codes import codes_of

    shorter = without(added)
    choices = {placeholder(added): codes_of(vault, added.path), placeholder(added, "age group"): [*AGE_GROUPS]}
    return [(word, texts) for word, texts in choices.items() if texts and word in shorter and added.line]


def kept(added: Added, reason: str) -> str:
    """The line as typed, marked as an exception: in a comment of YAML after a property, else of Obsidian.

    A name has no room for a mark.
    """
    if not added.line:
        return added.text
    mark = ACCEPTED.replace("phi", f"phi: {' '.join(reason.replace('%', '').split())}")
    return f"{added.text}  # {mark}" if added.is_property else f"{added.text} {mark}"


def words_to_edit(added: Added, line: str) -> str:
    """The words of a line, without its date and kind or its key."""
    head, tail = _ends(added, line)
    words = line[len(head) : len(line) - len(tail)]
    return words[1:-1] if added.is_property and words[:1] in {'"', "'"} and words[:1] == words[-1:] else words


def edited(added: Added, typed: str) -> str:
    """The line with other words; a whole line may be typed too."""
    from rounds.notes.frontmatter.fences_quoting import scalar

    head, tail = _ends(added, added.text)
    typed = " ".join(typed.split())
    if head.strip() and typed.startswith(head.strip()):
        typed = typed.removeprefix(head.strip()).strip()
        typed = typed.removesuffix(tail.strip()).strip() if tail else typed
    is_list = added.text.startswith(f"{head}[") and typed.startswith("[") and typed.endswith("]")
    return f"{head}{scalar(typed) if added.is_property and not is_list else typed}{tail}"


def _ends(added: Added, line: str) -> tuple[str, str]:
    head = re.match(_HEAD, line) if added.line else None
    tail = re.search(_TAIL, line) if added.line and not added.is_property else None
    return head[0] if head else "", tail[0] if tail else ""


class Decisions:
    """What the user decided about lines with client information.

    Attributes:
        keep_all: write everything as typed.
        instead: for a line or name as typed, what to write; a name that is to stay stands for itself.
    """

    def __init__(self) -> None:
        self.keep_all = False
        self.instead: dict[str, str] = {}

    def written(self, typed: str) -> str:
        """What is written for a line or name as typed."""
        tried = {typed}
        while (other := self.instead.get(typed, typed)) not in tried:
            tried.add(typed := other)
        return typed

    @contextmanager
    def keeping_all(self) -> Iterator[None]:
        """For changes that add no words of the user's, such as links to another name."""
        before, self.keep_all = self.keep_all, True
        try:
            yield
        finally:
            self.keep_all = before


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
    if base is None:
        check_name(vault, path, str(document.properties.get("name") or name_of(path)))
    stopped = [added for added in found if any(each.level == "error" for each in added.findings)]
    if stopped:
        raise _stopped(stopped)
    vault.writer.notices += map(_warning, found)
    return document


def check_name(vault: "Vault", path: str, name: str) -> None:
    """Look at the name of a new note, or at a new name.

    Raises:
        ClientInformationError: it holds client information, and nothing was decided about it.
    """
    if vault.decisions.keep_all or vault.decisions.instead.get(name) == name:
        return
    from rounds.domain.guard.whole_notes import find_in_name
    from rounds.vault.known_people import client_words, somebody

    errors = find_in_name(name, client_words(vault))
    silent = somebody(vault, {each.text for each in errors})
    if found := tuple(each for each in errors if each.text not in silent):
        raise _stopped([Added(path, 0, name, is_property=False, findings=found)])


def _stopped(stopped: "list[Added]") -> ClientInformationError:
    first = stopped[0]
    what = next(each for each in first.findings if each.level == "error")
    more = f" (and in {counted(len(stopped) - 1, 'more line')})" if stopped[1:] else ""
    where = f"the name {first.text}" if not first.line else first.path
    shorter = f'It could say: "{words_to_edit(first, without(first))}". ' if first.line else ""
    return ClientInformationError(
        f'{where}: {what.why}: "{what.text}"{more}. The vault holds no client information',
        hint=f"Nothing was written. {shorter}To write it as typed: --keep-as-is. See docs/client-information.md",
        added=tuple(stopped),
    )


def _look(vault: "Vault", path: str, document: "Document", base: bytes | None) -> Iterator[Added]:
    before, after = base or b"", bytes(document)
    lines, replaced = [*_added(before, after)], _replaced(before, after)
    stopped: dict[int, Added] = {}
    for number, text, findings in findings_in(vault, path, lines, lambda: _properties(document, base), replaced):
        stopped[number] = Added(path, number, text, number < document.body_line, findings)
    for key, items in _lists(document, lines):  # typed as one text
        whole = f"{key}: {', '.join(_ITEM_SIGNS.sub('', text).strip() for _, text in items)}"
        for _, _, findings in findings_in(vault, path, [(0, whole)], lambda: _properties(document, base), replaced):
            for number, text in items:
                if number not in stopped and (there := tuple(_moved(findings, text))):
                    stopped[number] = Added(path, number, text, is_property=True, findings=there)
    yield from (stopped[number] for number in sorted(stopped))


_ITEM_SIGNS = re.compile(r"^\s*- |[\[\]\"']")


def _lists(document: "Document", lines: Iterable[tuple[int, str]]) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """The added items of each list in the front matter, with its key; only of lists with several."""
    there = document.text.split("\n")
    found: dict[int, list[tuple[int, str]]] = {}
    before, first = 0, 0
    for number, text in lines:
        if number < document.body_line and text.lstrip().startswith("- "):
            first = first if before == number - 1 else number - 1
            while first > 1 and there[first - 1].lstrip().startswith("- "):
                first -= 1
            found.setdefault(first, []).append((number, text))
            before = number
    yield from ((there[line - 1].partition(":")[0], items) for line, items in found.items() if len(items) > 1)


def _moved(findings: "Iterable[Finding]", text: str) -> "Iterator[Finding]":
    """The findings whose words stand in a line, with their place there."""
    for each in findings:
        if each.neutral and (start := text.find(each.text)) >= 0:
            yield each._replace(start=start, end=start + len(each.text))


def findings_in(
    vault: "Vault",
    path: str,
    lines: Iterable[tuple[int, str]],
    properties: "dict[str, object] | Callable[[], dict[str, object]]",
    replaced: str = "",
) -> "Iterator[tuple[int, str, tuple[Finding, ...]]]":
    """The lines with client information, each with its number and findings.

    Args:
        path: of the note that they are for; it needn't exist.
        properties: of that note, or what gives them, asked only if a line needs it.
        replaced: words of the note that may be there again.
    """
    from rounds.domain.guard.whole_notes import is_accepted, is_clean
    from rounds.vault.known_people import client_words, known_for, may_name, somebody

    known: Known | None = None
    words = client_words(vault)
    for number, text in lines:
        if is_accepted(text) or is_clean(text, words):
            continue
        from rounds.domain.guard.guard import find

        known = known or known_for(vault, path, properties() if callable(properties) else properties)
        found = [each for each in find(text, known) if each.text not in replaced]
        names = [may_name(text, each) for each in found]
        silent = somebody(vault, {name for each in names for name in each})
        if findings := tuple(each for each, its in zip(found, names, strict=True) if silent.isdisjoint(its)):
            yield number, text, findings


def _properties(document: "Document", base: bytes | None) -> dict[str, object]:
    """A note's properties, with the names that it had before: a name that is being added isn't known yet."""
    old = type(document).parse(base).properties if base else {}
    return {**document.properties, **{key: old.get(key) for key in _OWN_NAMES}}


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


# Before and after a save ---------------------------------------------------------------------------------------------


def look_at(
    vault: "Vault", path: str, lines: Sequence[str], given: Mapping[str, object]
) -> "list[tuple[Finding, ...]]":
    """Findings in lines that may be saved soon, for each line.

    Args:
        path: of the note that they would go into; empty for a new one.
        given: properties typed with them; a name in it says which note they go into.
    """
    from rounds.notes.links import stem

    path = next(iter(vault.ask(queries.paths_named, stem(f"{given.get('name', '')}.md"))), path)
    note = vault.ask(queries.note_at, path) if path else None
    properties = {**(note.properties if note else {}), **given}
    found = {number: findings for number, _, findings in findings_in(vault, path, enumerate(lines), properties)}
    return [found.get(number, ()) for number in range(len(lines))]


def line_of(vault: "Vault", path: str, line: int) -> Added | None:
    """A line of a note as its file has it now, from 1; None if nothing in it looks like client information.

    Raises:
        RoundsError: the note is gone, or can't be edited.
    """
    document = vault.editable(path).document
    lines = [(line, text_at(document, line))]
    found = ((text, findings) for _, text, findings in findings_in(vault, path, lines, document.properties))
    return next((Added(path, line, text, line < document.body_line, findings) for text, findings in found), None)


def mend(vault: "Vault", added: Added, line: str) -> None:
    """Write another line in place of one with client information.

    Raises:
        ChangedMeanwhileError: another program has changed that line.
        ClientInformationError: the new line holds client information too.
    """
    opened = vault.editable(added.path)
    if text_at(opened.document, added.line) != added.text:
        raise ChangedMeanwhileError(
            f"{added.path}: line {added.line} was changed meanwhile", hint="Nothing was written. Look at it again."
        )
    vault.save(opened, opened.document.replace_line(added.line, line), "mended a line of")

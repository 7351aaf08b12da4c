"""Note document: front matter and body as exact bytes, edited in place.

`bytes(Document.parse(data)) == data` for every input. An edit returns a new document and changes only the bytes it
concerns ("vault format", Writing). Each result is parsed again and must have the intended content, or the edit is
refused.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from rounds.errors import EditRefusedError, Level, Problem
from rounds.notes.frontmatter import edits as splices
from rounds.notes.frontmatter import fences_quoting as syntax
from rounds.notes.frontmatter.fences_quoting import BOM, MALFORMED_OPENING, OPENING, Fences, lf, newline_after, split
from rounds.notes.frontmatter.parse import read
from rounds.notes.frontmatter.value_spans import Entry, entries
from rounds.notes.markdown import Markup, MarkupKind, addition, hidden, markup, uncommented
from rounds.notes.schema import AS_NAMED, Spelling, as_named, spelling

_CONFLICT = re.compile(r"^(<{7,}+) ", re.MULTILINE)
_CONFLICT_END = re.compile(r"^(>{7,}+) ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Document:
    """One immutable note. Create it with `Document.parse`.

    Attributes:
        text: the whole file, including a byte order mark; U+FFFD for bytes that can't be decoded.
        properties: plain values by name, as in YAML 1.2 core; empty if the note can't be read. Known names are lower
            case, whatever the file has. Don't change it in place.
        problems: errors and warnings, with line and column.
    """

    text: str
    properties: dict[str, object] = field(compare=False, repr=False)
    problems: tuple[Problem, ...] = field(compare=False)
    _fences: Fences | None = field(compare=False, repr=False)
    _splittable: bool = field(compare=False, repr=False)
    _undecodable: bytes | None = field(repr=False)
    _spelling: Spelling = field(default=AS_NAMED, compare=False, repr=False)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Parse a file's bytes. Never raises; errors are in `problems`."""
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            from rounds.notes.frontmatter.yaml_errors import undecodable

            text = data.decode(errors="replace")
            problem = undecodable(data, error.start)
            return cls(text, {}, (problem,), split(text), False, data)
        return cls._read(text)

    @classmethod
    def _read(cls, text: str) -> Self:
        fences = split(text)
        if problem := _broken(text, fences):
            return cls(text, {}, (problem,), fences, False, None)
        if fences is None:
            return cls(text, {}, (), None, True, None)
        properties, problems, splittable = read(text[fences.start : fences.end])
        spelled = spelling(properties)
        if spelled.written:
            properties = as_named(properties, spelled.written)
        return cls(text, properties, problems, fences, splittable, None, spelled)

    def _read_again(self, text: str) -> Self:
        """Read changed text of this note; unchanged front matter isn't parsed again."""
        fences = split(text)
        same_block = fences and self._fences and text[fences.start : fences.end] == self.block
        return (
            replace(self, text=text, _fences=fences) if same_block and not _broken(text, fences) else self._read(text)
        )

    def __bytes__(self) -> bytes:
        return self.text.encode() if self._undecodable is None else self._undecodable

    @property
    def body(self) -> str:
        """All text after the front matter; without front matter, the whole text (without byte order mark)."""
        return self.text[self._body_start :]

    @property
    def seen(self) -> str:
        """The whole file with the body's comments hidden (`notes.markdown`); offsets equal those of `text`."""
        start = self._body_start
        return self.text[:start] + uncommented(self.text[start:])

    @property
    def body_line(self) -> int:
        """The 1-based line of the file where the body starts."""
        return self.text.count("\n", 0, self._body_start) + 1

    @property
    def _body_start(self) -> int:
        if self._fences is None:
            return 1 if self.text.startswith(BOM) else 0
        return self._fences.body

    @property
    def readable(self) -> bool:
        """Whether there is no error among the problems. An unreadable note is never written to."""
        return not self.problems or all(problem.level is not Level.ERROR for problem in self.problems)

    @property
    def shadowed(self) -> tuple[str, ...]:
        """Known properties that don't count because another spelling is present: `Role` beside `role`."""
        return self._spelling.shadowed

    def written(self, key: str) -> str:
        """A property's name as written in the file: `Role` for role."""
        return self._spelling.written.get(key, key)

    def set(self, key: str, value: object, *, order: Sequence[str] = ()) -> Self:
        """Set a property to a text, number, boolean, date, None, or a list of those.

        Args:
            value: in a list, unchanged items keep their bytes.
            order: the keys of the note's type. A new key goes after the nearest present key before it in `order`,
                else before the first one after it, else to the end of the block.

        Raises:
            EditRefusedError: the note can't be read, or the value can't be written without changing other bytes.
        """
        return self.set_all({key: value}, order=order)

    def set_all(self, values: Mapping[str, object], *, order: Sequence[str] = ()) -> Self:
        """Set several properties, as `set` does, in one edit.

        Raises:
            EditRefusedError: as for `set`, but of several properties, only the last is tried in more than one way.
        """
        self._check_splittable()
        lists = {key: list(value) if isinstance(value, (list, tuple)) else value for key, value in values.items()}
        expected = {**self.properties, **{key: syntax.as_read(value) for key, value in lists.items()}}
        news = [key for key in lists if key not in self.properties or not same(self.properties[key], expected[key])]
        if not news:
            return self
        block = self.block
        for key in news[:-1]:
            block = next(iter(self._blocks_with(block, key, lists[key], order)), block)
        return self._with_block(self._blocks_with(block, news[-1], lists[news[-1]], order), expected, news[-1])

    def _blocks_with(self, block: str, key: str, value: object, order: Sequence[str]) -> Iterator[str]:
        """Ways to write a block with a property, the best first."""
        if key not in self.properties:
            return splices.with_new(block, key, value, order, self._newline)
        entry = self._entry(key, block)
        return splices.with_value(block, entry, self.properties[key], value, newline_after(block, entry.start))

    def remove(self, key: str) -> Self:
        """Remove a property and its lines; comments and rulers stay. A missing property is ignored."""
        self._check_splittable()
        if key not in self.properties:
            return self
        expected = self._renamed(self.written(key), None)
        return self._with_block([splices.without(self.block, self._entry(key))], expected, key)

    def rename(self, old: str, new: str) -> Self:
        """Rename a property in place. A missing property is ignored.

        Raises:
            EditRefusedError: also if the new name already exists.
        """
        self._check_splittable()
        if old == new or old not in self.properties:
            return self
        if new in self.properties:
            raise EditRefusedError(f"There is a property {new} already.", hint=f"Merge {old} into it in the editor.")
        expected = self._renamed(self.written(old), new)
        return self._with_block([splices.renamed(self.block, self._entry(old), new)], expected, old)

    def _renamed(self, written: str, new: str | None) -> dict[str, object]:
        """The properties after a key is renamed or removed; another spelling of the key may then count."""
        values: dict[str, object] = {}
        for name, value in self.properties.items():
            key = self.written(name)
            if key != written:
                values[key] = value
            elif new is not None:
                values[new] = value
        return as_named(values, spelling(values).written)

    def add_item(self, key: str, value: object) -> Self:
        """Add an item at the end of a list property; a single value becomes a list, a missing key is created.

        An existing item isn't added again.
        """
        items = self.items(key)
        if any(same(item, syntax.as_read(value)) for item in items):
            return self._checked_readable()
        return self.set(key, [*items, value])

    def remove_item(self, key: str, value: object) -> Self:
        """Remove an item from a list property; removing the last one leaves `key: []`. A missing item is ignored."""
        items = self.items(key)
        kept = [item for item in items if not same(item, syntax.as_read(value))]
        return self._checked_readable() if len(kept) == len(items) else self.set(key, kept)

    def items(self, key: str) -> list[object]:
        """The items of a list property; for others, the value as the only item, if there is one."""
        value = self.properties.get(key)
        return value if isinstance(value, list) else [] if value is None else [value]

    def append_to_section(self, heading: str, lines: Sequence[str]) -> Self:
        """Add lines to the section under a heading, after its last line.

        A missing section is created at the end of the file, as `## Heading`. Headings inside code don't count.
        """
        self._checked_readable()
        if not lines:
            return self
        at, text = addition(self.text, self._body_start, heading, _split_lines(lines))
        newline = self._newline
        return self._with_text(self.text[:at] + text.replace("\n", newline) + self.text[at:])

    def replace_line(self, n: int, text: str) -> Self:
        """Replace the 1-based line `n` of the file; its line ending stays. `text` may have several lines."""
        self._checked_readable()
        start, end = self._line(n)
        new = self._newline.join(_split_lines([text]))
        if self.text[start:end] == new:
            return self
        return self._with_text(self.text[:start] + new + self.text[end:], n)

    def insert_lines(self, n: int, lines: Sequence[str]) -> Self:
        """Insert lines before the 1-based line `n` of the file; one more than its last line appends."""
        self._checked_readable()
        if not lines:
            return self
        newline = self._newline
        new = newline.join(_split_lines(lines))
        line_count = self.text.count("\n") + (not self.text.endswith("\n") and self.text not in ("", BOM))
        if n == line_count + 1:
            if self.text.endswith("\n") or self.text in ("", BOM):
                return self._with_text(self.text + new + newline, n)
            return self._with_text(self.text + newline + new, n)
        start, _ = self._line(n)
        return self._with_text(self.text[:start] + new + newline + self.text[start:], n)

    @property
    def block(self) -> str:
        """The text between the fences; empty without front matter."""
        return self.text[self._fences.start : self._fences.end] if self._fences else ""

    @property
    def _newline(self) -> str:
        """The line ending of the file's first line."""
        return newline_after(self.text, 0)

    def _line(self, n: int) -> tuple[int, int]:
        """Start and end offsets of a line, without its line break."""
        start = 1 if self.text.startswith(BOM) else 0
        for _ in range(n - 1):
            start = self.text.find("\n", start) + 1
            if not start:
                break
        if n < 1 or (n > 1 and not start) or start >= len(self.text) > 0:
            raise EditRefusedError(f"The note has no line {n}.", hint="Read the note again; it may have changed.")
        end = self.text.find("\n", start)
        end = len(self.text) if end < 0 else end
        return start, end - 1 if end > start and self.text[end - 1] == "\r" else end

    def _entry(self, key: str, block: str | None = None) -> Entry:
        written = self.written(key)
        for entry in entries(self.block if block is None else block):
            if entry.key == written:
                return entry
        raise _refused(key)

    def _checked_readable(self) -> Self:
        for problem in self.problems:
            if problem.level is Level.ERROR:
                raise EditRefusedError(
                    f"The note can't be changed while it can't be read: {problem.message} "
                    f"(line {problem.line}, column {problem.column})",
                    hint=f"Open it in the editor. {problem.hint}".rstrip(),
                )
        return self

    def _check_splittable(self) -> None:
        self._checked_readable()
        if not self._splittable:
            raise EditRefusedError(
                "The properties of this note are written as JSON or with ?, and can't be changed in place.",
                hint="Open it in the editor.",
            )

    def _with_block(self, blocks: Iterable[str], expected: dict[str, object], key: str) -> Self:
        """The note with the first candidate block that parses to the expected properties."""
        start, end = (self._fences.start, self._fences.end) if self._fences else (self._body_start, 0)
        for block in blocks:
            if self._fences:
                text = self.text[:start] + block + self.text[end:]
            else:
                fence = "---" + self._newline
                text = self.text[:start] + fence + block + fence + self.text[start:]
            new = self._read(text)
            if new.readable and new.block == block and same(new.properties, expected):
                return new
        raise _refused(key)

    def _with_text(self, text: str, line: int = 0) -> Self:
        """The note with another text, which must still be readable; a body edit must not change the properties."""
        if not _can_be_saved(text):
            raise EditRefusedError("The text holds half a character, which can't be saved.")
        new = self._read_again(text)
        in_body = line == 0 or line >= self.body_line
        if new.readable and (not in_body or self._same_block(new)):
            return new
        what = "The note could not be read again with this change."
        raise EditRefusedError(what, hint="Open it in the editor to make the change.")

    def _same_block(self, other: Self) -> bool:
        """Whether both start with the same front matter (an added line may complete the line of its closing fence)."""
        return self.block == other.block and (self._fences is None) == (other._fences is None)


def _refused(key: str) -> EditRefusedError:
    return EditRefusedError(
        f"The property {key} can't be changed without touching other parts of the note.",
        hint="Open it in the editor to change it.",
    )


def same(one: Any, other: Any) -> bool:
    """Whether values and types are equal, ignoring key order; NaN equals NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and math.isnan(one):
        return math.isnan(other)
    return bool(one == other)


def _can_be_saved(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _split_lines(lines: Sequence[str]) -> list[str]:
    return lf("\n".join([lines] if isinstance(lines, str) else lines)).split("\n")


def _conflict(text: str, body: int) -> int | None:
    """Start of the first git conflict that has an end marker below it; examples in code blocks don't count."""
    if "<<<<<<< " not in text or ">>>>>>> " not in text:
        return None
    blocks = [each for each in markup(text[body:]).stretches if each.kind is MarkupKind.BLOCK and each.closed]
    last = {len(end[1]): end.start() for end in _CONFLICT_END.finditer(text)}
    visible = text[:body] + hidden(text[body:], Markup(blocks, []), MarkupKind.BLOCK)
    begins = (each for each in _CONFLICT.finditer(visible) if last.get(len(each[1]), -1) > each.start())
    return next((each.start() for each in begins), None)


def _broken(text: str, fences: Fences | None) -> Problem | None:
    """The problem that makes the file as a whole unreadable, if any."""
    if (at := text.find("\0")) >= 0:
        return Problem(
            "There is a NUL byte in the text; the file may be damaged.",
            text.count("\n", 0, at) + 1,
            at - text.rfind("\n", 0, at),
            hint="Restore an earlier version of the file, or remove the byte in an editor.",
        )
    if (begin := _conflict(text, fences.body if fences else 0)) is not None:
        return Problem(
            "Git left the marks of a merge conflict.",
            text.count("\n", 0, begin) + 1,
            hint="Keep one of the two versions and remove the lines with <<<<<<<, ======= and >>>>>>>.",
        )
    if fences is None and OPENING.match(text):
        from rounds.notes.frontmatter.yaml_errors import never_closed

        return never_closed(text)
    if fences is None and MALFORMED_OPENING.match(text):
        from rounds.notes.frontmatter.yaml_errors import wrong_opening

        return wrong_opening(text)
    return None

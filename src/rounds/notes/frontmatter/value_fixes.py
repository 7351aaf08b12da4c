"""Value fixes for unreadable front matter: brackets, quotes, signs, colons.

The likeliest fix comes first. This module doesn't know whether a fix works; `yaml_errors` parses the entry with each
and offers the first that helps.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from rounds.notes.frontmatter import fences_quoting as syntax

_HEAD = re.compile(
    r"[ \t]*(?:-[ \t]+)*(?:(?:\"(?:[^\"\\]|\\.)*+\"[ \t]*|'(?:[^']|'')*+'[ \t]*"
    r"|[^\s:#\"'\[\]{}](?:[^:#]++|(?<=\S)#|:(?=\S))*+):(?=\s|\Z))?"
)
_DASHES = re.compile(r"[ \t]*(?:-[ \t]+)+")
_COMMENT = re.compile(r"(?<![ \t])[ \t]++#.*\Z")
_QUOTED = {'"': re.compile(r'"(?:[^"\\]|\\.)*"'), "'": re.compile(r"'(?:[^']|'')*'")}
_QUOTED_ITEMS = re.compile(r"(\"[^\"]*\"|'[^']*')(?:[ \t]*,[ \t]*(\"[^\"]*\"|'[^']*'))+")
_ESCAPE = re.compile(r"\\(?:[0abtnvfre \"/\\N_LPt]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})")
_LINK = re.compile(r"\[\[[^\[\]]+\]\]")
_TORN_LINK = re.compile(r"!?\[{1,3}([^\[\],]+?)\]{0,3}")
_MARKDOWN_LINK = re.compile(r"!?\[[^\[\]]*\]\(")
_COLON = re.compile(r":(?=[ \t]|\Z)")
_CURLY = re.compile(r"[“”„‟\"](.*)[“”‟\"]|[‘’](.*)[‘’]")
UNCLEAR = "This value can't be read as it stands."
_CLOSING = {"[": "]", "{": "}"}


class Fix(NamedTuple):
    """A fix for an entry: replacement of the lines [first, last)."""

    first: int
    last: int
    lines: list[str]
    message: str
    """The problem."""
    column: int
    """1-based column where it starts."""
    words: str
    """The instruction, shown before the new lines."""
    at: int = -1
    """The 0-based line where it starts, if that isn't `first`."""
    closes: bool = False
    """Whether the properties end there, and the note's text follows."""


def on_line(at: int, new: str, message: str, words: str, column: int = 1) -> Fix:
    """A fix that replaces one line."""
    return Fix(at, at + 1, [new], message, column, words)


def indent_of(line: str) -> int:
    """The number of blanks at the start of a line."""
    return len(line) - len(line.lstrip())


class Line(NamedTuple):
    """A line of an entry, split into parts."""

    head: str
    """Indentation, dash and name."""
    gap: str
    value: str
    rest: str
    """Comment and blanks."""

    @property
    def column(self) -> int:
        """1-based column of the value."""
        return len(self.head) + len(self.gap) + 1

    def holding(self, text: str) -> str:
        """The line with another value."""
        return f"{self.head}{self.gap}{text}{self.rest}"

    @property
    def items_below(self) -> str:
        """The start of a list item below this line."""
        return " " * (indent_of(self.head) + 2) + "- "


def split_line(text: str) -> Line:
    """Split a line into name or dash, value and comment."""
    found = _HEAD.match(text)
    head = found[0] if found else ""
    after = text[len(head) :].rstrip(" \t")
    value = after.lstrip(" \t")
    gap, rest = after[: len(after) - len(value)], text[len(head) + len(after) :]
    ends = 0
    if value[:1] in _QUOTED:
        closed = _QUOTED[value[0]].match(value)
        ends = closed.end() if closed else len(value)
    elif value[:1] in _CLOSING:
        ends = _bracket_end(value)
    if comment := _COMMENT.search(value, ends):
        value, rest = value[: comment.start()], comment[0] + rest
    return Line(head, gap, value, rest)


def value_fixes(lines: list[str], at: int) -> Iterator[Fix]:
    """Candidate fixes for the value on a line and its continuation lines."""
    line = split_line(lines[at])
    value = line.value
    if not value:
        return
    if value == "-" or value.startswith("- "):
        yield _dash_after_colon(lines, at, line)
    yield from placeholder(lines, at)
    text, last = _value_and_end(lines, at, line)
    if value[0] in "[{" or value.startswith("!["):
        yield from _bracket_fixes(lines, at, line, text, last)
    elif value[0] in _QUOTED:
        yield from _quote_fixes(lines, at, line, text, last)
    elif value[0] in "@%`,]}|>&*!?":
        yield _in_quotes(lines, at, f"A value may not start with {value[0]}.")
    elif colon := _COLON.search(value):
        if (item := _DASHES.match(lines[at])) and len(item[0]) < len(line.head):
            new = item[0] + _quoted(joined_text(lines[at][item.end() :], lines[at + 1 : last]))
            message = "This item holds a colon with a space after it."
            yield Fix(at, last, [new], message, item.end() + 1, "Put it in quotes")
        message = "The value holds a colon with a space after it."
        yield _in_quotes(lines, at, message, colon.start())


def last_resort(lines: list[str], at: int) -> Iterator[Fix]:
    """A fix that quotes the whole value, whatever the problem is."""
    if split_line(lines[at]).value:
        yield _in_quotes(lines, at, UNCLEAR)


def placeholder(lines: list[str], at: int) -> Iterator[Fix]:
    """The fix for an unquoted placeholder, such as `{{date}}`."""
    value = split_line(lines[at]).value
    if "{{" in value:
        message = "A placeholder such as {{date}} needs quotes; YAML reads it as a map."
        yield _in_quotes(lines, at, message, value.index("{{"))


def joined_text(start: str, below: list[str]) -> str:
    """The text of a multi-line value, as one line."""
    return " ".join([start, *map(str.strip, below)]).strip()


def _value_and_end(lines: list[str], at: int, line: Line) -> tuple[str, int]:
    """A value with its continuation lines: those below that are indented more and start no item."""
    indent, last = indent_of(line.head), at + 1
    while last < len(lines) and lines[last].strip():
        if indent_of(lines[last]) <= indent or lines[last].lstrip().startswith(("- ", "#")):
            break
        last += 1
    return joined_text(line.value, lines[at + 1 : last]), last


def _in_quotes(lines: list[str], at: int, message: str, after: int = 0) -> Fix:
    """A fix that quotes the whole value; `after` is the error's offset from the value's first character."""
    line = split_line(lines[at])
    text, last = _value_and_end(lines, at, line)
    curly = _CURLY.fullmatch(text)
    new = line.holding(_quoted((curly[1] or curly[2] or "") if curly else text))
    return Fix(at, last, [new], message, line.column + after, "Put it in quotes")


def _quoted(text: str) -> str:
    """A text in our own quoting style, always quoted."""
    written = syntax.scalar(text)
    return syntax.quoted(text) if written == text else written


def _list_fix(lines: list[str], at: int, items: list[str], message: str) -> Fix:
    line = split_line(lines[at])
    last = _value_and_end(lines, at, line)[1]
    below = [f"{line.items_below}{syntax.scalar(item)}" for item in items]
    return Fix(at, last, [line.head + line.rest, *below], message, line.column, "Write each on a line of its own")


def _dash_after_colon(lines: list[str], at: int, line: Line) -> Fix:
    item = line.value.lstrip("- \t")
    message = "A dash on the line of its property doesn't make a list."
    if not item:
        return on_line(at, line.head + line.rest, message, "Remove the dash", line.column)
    start = line.items_below
    if at + 1 < len(lines) and (below := re.match(r"[ \t]*- +", lines[at + 1])):
        start = below[0]
    new = [line.head + line.rest, f"{start}{item}"]
    return Fix(at, at + 1, new, message, line.column, "Write the item on a line of its own")


def _bracket_fixes(lines: list[str], at: int, line: Line, text: str, last: int) -> Iterator[Fix]:
    yield from _link_fixes(lines, at, line, text)
    never = "A bracket is opened and never closed."
    missing = _missing_brackets(text)
    ending = split_line(lines[last - 1]) if last == at + 1 else Line("", "", lines[last - 1].rstrip(), "")
    if missing:
        closed = ending.holding(ending.value.rstrip(", ") + missing)
        yield Fix(last - 1, last, [closed], never, line.column, "Close the bracket", at)
    items_end = next((n for n in range(at + 1, len(lines)) if lines[n].lstrip()[:1] in ("]", "}")), None)
    if items_end:
        indented = [below if below[:1] in " \t]}" else f"  {below}" for below in lines[at + 1 : items_end + 1]]
        while indented and indented[-1] == lines[at + len(indented)]:
            indented.pop()
        message = "The list in brackets goes on at the start of a line."
        yield Fix(at + 1, at + 1 + len(indented), indented, message, line.column, "Indent by two spaces", at)
    end = _bracket_end(text)
    after = text[end:].lstrip()
    if after and not after.strip("]} "):
        message = "A bracket is closed that was never opened."
        column = line.column + len(text) - len(after)
        yield Fix(at, last, [line.holding(text[:end])], message, column, "Remove the bracket at the end")
    whole = text + missing
    if whole.startswith("[") and whole.endswith("]"):
        items = _flow_items(whole[1:-1])
        new = [syntax.scalar(_without_quotes(item), flow=True) for _, item in items]
        changed = next((place + 1 for (place, item), text in zip(items, new, strict=True) if item != text), 0)
        message = never if missing else "A part of this list can't be read as it stands."
        column = line.column + (0 if missing else changed)
        yield Fix(at, last, [line.holding(f"[{', '.join(new)}]")], message, column, "Write the list like this")
    yield _in_quotes(lines, at, "Text follows the closing bracket.", len(text) - len(after))


def _link_fixes(lines: list[str], at: int, line: Line, text: str) -> Iterator[Fix]:
    links = re.split(r"(?<![ \t])[ \t]*+[,;][ \t]*+(?=\[\[)", text)
    if len(links) > 1 and all(map(_LINK.fullmatch, links)):
        yield _list_fix(lines, at, links, "Links need quotes.")
    elif torn := (_TORN_LINK.fullmatch(text) if text.startswith(("[[", "![[")) else None):
        message = "A link needs quotes."
        if text.count("[") != 2 or text.count("]") != 2:
            message = "The brackets of this link don't match."
        link = f"[[{torn[1].strip()}]]"
        last = _value_and_end(lines, at, line)[1]
        yield Fix(at, last, [line.holding(syntax.scalar(link))], message, line.column, "Write the link in quotes")
    elif _LINK.match(text.removeprefix("!")) or _MARKDOWN_LINK.match(text):
        yield _in_quotes(lines, at, "A link needs quotes.")


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    """The signs of a text in brackets with their offsets; quoted parts are skipped."""
    at = 0
    fresh = True
    while at < len(text):
        found = _QUOTED[text[at]].match(text, at) if fresh and text[at] in _QUOTED else None
        if found:
            at = found.end()
            fresh = False
            continue
        if text[at] in "[]{},":
            yield at, text[at]
        fresh = text[at] in "[{,:" or (fresh and text[at] in " \t")
        at += 1


def _missing_brackets(text: str) -> str:
    """The closing brackets that a text lacks."""
    stack: list[str] = []
    for _, sign in _tokens(text):
        if sign in _CLOSING:
            stack.append(_CLOSING[sign])
        elif stack and sign == stack[-1]:
            stack.pop()
    return "".join(reversed(stack))


def _bracket_end(text: str) -> int:
    """End of the bracketed value at the start of a text; the end of the text if it's never closed."""
    depth = 0
    for at, sign in _tokens(text):
        depth += (sign in "[{") - (sign in "]}")
        if depth == 0:
            return at + 1
    return len(text)


def _flow_items(text: str) -> list[tuple[int, str]]:
    """The non-empty parts between the commas of a list in brackets, with their offsets."""
    cuts, depth = [-1], 0
    for at, sign in _tokens(text):
        depth += (sign in "[{") - (sign in "]}")
        if sign == "," and depth == 0:
            cuts.append(at)
    parts = [(start + 1, text[start + 1 : end]) for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True)]
    return [(start + len(part) - len(part.lstrip()), part.strip()) for start, part in parts if part.strip()]


def _without_quotes(text: str) -> str:
    """The content of a quoted text; a quote at one end only is dropped."""
    if text[:1] in _QUOTED and _QUOTED[text[0]].fullmatch(text):
        return text[1:-1].replace("''", "'") if text[0] == "'" else text[1:-1]
    return text.strip("\"'") if text[:1] in _QUOTED else text


def _quote_fixes(lines: list[str], at: int, line: Line, text: str, last: int) -> Iterator[Fix]:
    quote = text[0]
    closed = _QUOTED[quote].match(text)
    if closed is None:
        yield from _unclosed_quote(lines, at, line, text, last)
    elif after := text[closed.end() :]:
        column = line.column + closed.end() + len(after) - len(after.lstrip())
        message = "Text follows the closing quote."
        if _QUOTED_ITEMS.fullmatch(text):
            yield _list_fix(lines, at, [_without_quotes(item) for _, item in _flow_items(text)], message)
        intended = text
        if after[0] not in " \t,;:":
            intended = text[1:-1] if text.endswith(quote) else text[1:]
        new = line.holding(_quoted(intended))
        yield Fix(at, last, [new], message, column, "Put the whole text in other quotes")
    elif quote == '"' and "\\" in text:
        column = line.column + max(_ESCAPE.sub("xx", text).find("\\"), 0)
        message = "A backslash in double quotes starts a code, and this one isn't known."
        new = line.holding(syntax.scalar(text[1:-1]))
        yield Fix(at, last, [new], message, column, "Write it without double quotes")


def _unclosed_quote(lines: list[str], at: int, line: Line, text: str, last: int) -> Iterator[Fix]:
    quote = text[0]
    end = next((n for n in range(at + 1, len(lines)) if lines[n].rstrip().endswith(quote)), None)
    if end and all(below.strip() for below in lines[at:end]):
        intended = joined_text(line.value, lines[at + 1 : end + 1])[1:-1]
        message = "The text in quotes goes on at the start of the next line."
        yield Fix(at, end + 1, [line.holding(_quoted(intended))], message, line.column, "Write it on one line")
    intended = text[1:].rstrip().rstrip("\"'”’")
    new = line.holding(syntax.double_quoted(intended.replace("''", "'") if quote == "'" else intended))
    yield Fix(at, last, [new], "A quote is opened and never closed.", line.column, "Close the quote")

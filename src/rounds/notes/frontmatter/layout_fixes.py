"""Layout fixes for unreadable front matter: names, indentation, bullets, fences.

As in `value_fixes`, the likeliest fix comes first, and `yaml_errors` tries out which one helps.
"""

import re
from collections.abc import Iterator

from rounds.notes.frontmatter.fences_quoting import KEY_LINE, scalar
from rounds.notes.frontmatter.value_fixes import (
    Fix,
    Line,
    indent_of,
    joined_text,
    last_resort,
    on_line,
    split_line,
    value_fixes,
)
from rounds.notes.schema import KNOWN

_USUAL = KNOWN | {"title", "created", "cssclasses"}
_ODD = "\xa0\u1680\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff"
_ODD_START = re.compile(rf"^[ \t]*[{_ODD}][ \t{_ODD}]*")
_ODD_GAP = re.compile(rf"(?:(?<=:)|(?<=^-)|(?<=[ {_ODD}]-))[ \t]*[{_ODD}][ \t{_ODD}]*")
_TAB_START = re.compile(r"^[ \t]*\t[ \t]*")
_TAB_GAP = re.compile(r"(:|^[ \t]*-)\t[ \t]*")
_BULLET = re.compile(
    r"([ \t]*)(?:[•·‣◦*+–—][ \t]*|-(?=[^\s-])|--[ \t]+|[^\w\s\"'#-]{1,3}-[ \t]+|\d{1,2}[.)][ \t]+)(?=\S)"
)
_FENCE = re.compile(r"[ \t]*(?:[-—–−]{2,}|[—–−]|\*{3,}|_{3,}|~{3,})[ \t]*")
_GIT = re.compile(r"<{7,}+ .*|={7,}+|>{7,}+ .*|\|{7,}+ .*")
_WORD = r"[^\W\d][\w-]*"
_NO_BLANK = re.compile(rf"({_WORD}(?: {_WORD})?):(?!//)(\S.*)")
_FULL_WIDTH = re.compile(rf"[ \t]*({_WORD}(?: {_WORD})*)[ \t]*[：﹕︓∶][{_ODD} \t]*(.*)")
_OTHER_SIGN = re.compile(rf"({_WORD})[ \t]*(?:=>?|;|->)[ \t]*(.*)")
_FIRST_WORD = re.compile(rf"({_WORD})(?:[ \t]+(.*))?")
_TORN_NAME = re.compile(rf"[\"']?({_WORD})[\"']?[ \t]*:(?:[ \t]+(.*))?")
_SIGN_NAME = re.compile(r"([%@`&*!|>,\[\]{}]++[ \t]*+)([^:]*[^: \t]|)[ \t]*+:((?:[ \t].*)?)")
_REMARK = re.compile(
    r"(?://|--|%%|<!--)[ \t]*+"
    r"((?:(?!(?:%%|-->)\Z).*?[^ \t](?=[ \t]*+(?:%%|-->)?\Z))?+)[ \t]*+(?:%%|-->)?"
)
_HEADING = re.compile(r"#{1,6}[ \t]+\S")
_NESTED = re.compile(r"([ \t]+)([^\s\-#:\"'\[\]{}](?:[^:#]*[^:# \t])?)[ \t]*+:(?:[ \t]|\Z)")
_NESTED_ITEM = re.compile(r"[ \t]*-[ \t]+(?=[^\s:#\"'\[\]{}-][^:#]*:(?:[ \t]|\Z))")
_ITEM = re.compile(r"([ \t]*)-(?:[ \t]+|\Z)")
_SHORT = 60
"""Up to this many lines, check every line of an entry; above it, only those near the parser's error."""
_FEW_WORDS = 4
"""A value of fewer words is unlikely to continue on the next line."""
_NEITHER = "This line is neither a property nor part of one."
_NO_COLON = "There is no colon after the name."


def entry_fixes(lines: list[str], stop: int, *, may_close: bool) -> Iterator[Fix]:
    """Candidate fixes for an entry.

    Args:
        lines: of the entry, without line ends.
        stop: the 0-based line of the parser's error.
        may_close: whether the properties may end in this entry, because no known name follows.
    """
    near = range(min(stop + 2, len(lines))) if len(lines) <= _SHORT else {0, max(stop - 1, 0), stop, stop + 1}
    seen = [at for at in near if at < len(lines) and lines[at].strip()]
    for at in seen:
        if may_close:
            yield from _closing_fixes(lines, at)
        if _GIT.fullmatch(lines[at]):
            yield Fix(at, at + 1, [], "Git left a mark of a merge here.", 1, "Remove the line")
    yield from _blank_fixes(lines)
    for at in seen:
        if not lines[at].lstrip().startswith("#"):
            yield from _line_fixes(lines, at)
            yield from value_fixes(lines, at)
    for at in seen:
        yield from last_resort(lines, at)
        if lines[at][0] not in " \t-#{[" and not split_line(lines[at]).head:
            yield on_line(at, f"# {lines[at]}", _NEITHER, "Make it a remark with #")


def is_known(line: str) -> bool:
    """Whether a line starts with the name of a property in the vault format."""
    return ":" in line and line.partition(":")[0].rstrip().lower() in _USUAL


def fence_line(lines: list[str]) -> int | None:
    """The 0-based line of a malformed closing fence; None if there is none."""
    for at, line in enumerate(lines):
        if _FENCE.fullmatch(line):
            return at
        if _HEADING.match(line) and at and not lines[at - 1].strip():
            return None
    return None


def last_property(lines: list[str]) -> int | None:
    """The 0-based last line of the properties at the top of a note, including values; None without properties."""
    last = None
    for at, line in enumerate(lines):
        follows = last is not None and bool(lines[at - 1].strip())
        head = split_line(line).head.rstrip()
        is_name = head.endswith(":") and line[0] not in " \t-" and (last is None or follows or " " not in head)
        if is_name or (follows and line.strip() and line[0] in " \t-"):
            last = at
        elif line.strip() and not line.startswith("#"):
            break
    return last


def is_prose(lines: list[str]) -> bool:
    """Whether a block starts like a note's text and has no property of the vault format."""
    first = next((line for line in lines if line.strip()), "")
    words = first.split()
    is_text = len(words) > 2 and first[0].isalpha() and words[0].lower() not in _USUAL and not split_line(first).head
    return is_text and not any(map(is_known, lines))


def _closing_fixes(lines: list[str], at: int) -> Iterator[Fix]:
    text = lines[at]
    if _FENCE.fullmatch(text):
        message = "A line that closes the properties is three dashes alone, from its start."
        yield Fix(at, at + 1, ["---"], message, 1, "Write three dashes", closes=True)
    words = text.split(" ")
    is_text = len(words) > 3 and words[0].lower() not in _USUAL and text[0].isalpha()
    if at and not lines[at - 1].strip() and (_HEADING.match(text) or is_text):
        message = "Text begins here, and the properties above aren't closed."
        yield Fix(at, at, ["---"], message, 1, "Put in a line with three dashes", closes=True)


def _lines_fix(old: list[str], new: list[str], message: str, sign: str, words: str) -> Iterator[Fix]:
    """A fix for all lines from the first to the last that differ; `sign` matches the error in the first."""
    differ = [at for at, line in enumerate(old) if line != new[at]]
    if differ:
        first, last = differ[0], differ[-1] + 1
        found = re.search(sign, old[first])
        yield Fix(first, last, new[first:last], message, found.start() + 1 if found else 1, words)


def _blank_fixes(lines: list[str]) -> Iterator[Fix]:
    """Fixes for characters that YAML doesn't accept as blanks: non-breaking spaces, tabs."""
    message = "There is a space of another kind here, such as a non-breaking space."
    for width, words in ((" ", "Use plain spaces"), ("", "Remove it")):
        plain = [_ODD_GAP.sub(" ", _with_blanks(line, _ODD_START, f"[ {_ODD}]", width)) for line in lines]
        yield from _lines_fix(lines, plain, message, f"[{_ODD}]", words)
    message = "A tab is used as indentation."
    for width, words in (("  ", "Use spaces"), ("", "Move it to the start")):
        spaced = [_with_blanks(line, _TAB_START, "\t", width) for line in lines]
        yield from _lines_fix(lines, spaced, message, "\t", words)
    spaced = [_TAB_GAP.sub(r"\1 ", line) for line in lines]
    yield from _lines_fix(lines, spaced, "There is a tab where a space should be.", "\t", "Use a space")


def _with_blanks(line: str, start: re.Pattern[str], sign: str, width: str) -> str:
    """A line with the characters that match `sign` at its start replaced by blanks."""
    found = start.match(line)
    return re.sub(sign, width, found[0]) + line[found.end() :] if found else line


def _line_fixes(lines: list[str], at: int) -> Iterator[Fix]:
    text = lines[at]
    above = split_line(lines[0]) if at else Line("", "", "", "")
    if at and not above.value and not _ITEM.match(text):
        yield from _bullet_fixes(lines, at)
    if text[0] not in " \t-#":
        yield from _column_0_fixes(lines, at, above)
    elif at and _ITEM.match(text):
        yield from _item_fixes(lines, at, above)
    elif at:
        yield from _indent_fixes(lines, at, above)
    elif text.startswith("- ") and KEY_LINE.match(text[2:].lstrip()):
        yield on_line(
            at, text[2:].lstrip(), "This line starts with a dash, as an item of a list does.", "Remove the dash"
        )
    elif text.strip() == "-":
        yield Fix(at, at + 1, [], "A dash alone is not a property.", 1, "Remove the line")
    elif split_line(text).value:
        yield on_line(at, text.lstrip(), "This line is indented.", "Move it to the start")


def _column_0_fixes(lines: list[str], at: int, above: Line) -> Iterator[Fix]:
    """Fixes for a line at column 0 that starts no item."""
    text = lines[at]
    if found := _SIGN_NAME.fullmatch(text):
        known = found[2].lower() in _USUAL
        new = f"{found[2] if known else scalar(found[1] + found[2])}:{found[3]}"
        words = "Remove what is in front" if known else "Put the name in quotes"
        yield on_line(at, new, f"A name may not start with {text[0]}.", words)
    if split_line(text).head:
        return
    yield from _name_fixes(text, at)
    run = [_FIRST_WORD.fullmatch(line) for line in lines[at : _end_of_run(lines, at)]]
    if len(run) > 1 and all(found and found[1].lower() in _USUAL for found in run):
        named_lines = [_name_fix(at, found[1], found[2] or "", "", "").lines[0] for found in run if found]
        yield Fix(at, at + len(run), named_lines, _NO_COLON, 1, "Put a colon after each name")
    word = _FIRST_WORD.fullmatch(text)
    named = [_name_fix(at, word[1], word[2] or "", _NO_COLON, "Put a colon after the name")] if word else []
    if word and word[2] and 0 < len(above.value.split()) < _FEW_WORDS:
        yield from named
    if at:
        yield from _continuation_fixes(lines, at, above)
    yield from named


def _name_fix(at: int, name: str, rest: str, message: str, words: str) -> Fix:
    value = rest.strip()
    if value and value[0] not in "\"'[{|>" and value != "~":
        value = scalar(value) if ": " in value or value[0] in "@%`,]}&*!?" else value
    return on_line(at, f"{name}: {value}".rstrip(), message, words)


def _name_fixes(text: str, at: int) -> Iterator[Fix]:
    if found := _FULL_WIDTH.fullmatch(text):
        yield _name_fix(
            at, found[1], found[2], "The colon after the name is one of another script.", "Use a plain colon"
        )
    if found := _NO_BLANK.fullmatch(text):
        yield _name_fix(at, found[1], found[2], "There is no space after the colon.", "Put a space after the colon")
    if found := _REMARK.fullmatch(text):
        yield on_line(at, f"# {found[1]}".rstrip(), _NEITHER, "Write a remark with #")
    if found := _OTHER_SIGN.fullmatch(text):
        yield _name_fix(at, found[1], found[2], _NO_COLON, "Put a colon after the name")
    if text[0] in "\"'" and (found := _TORN_NAME.fullmatch(text)):
        message = "A quote is opened and never closed."
        yield _name_fix(at, found[1], found[2] or "", message, "Write the name without quotes")
    if (found := _FIRST_WORD.fullmatch(text)) and found[1].lower() in _USUAL:
        rest = re.sub(r"^[-\u2013\u2014][ \t]+", "", found[2] or "")
        yield _name_fix(at, found[1], rest, _NO_COLON, "Put a colon after the name")


def _end_of_run(lines: list[str], at: int) -> int:
    """The end of the run of column-0 lines that starts with this one."""
    last = at
    while last < len(lines) and lines[last].strip() and lines[last][0] not in " \t#":
        last += 1
    return last


def _continuation_fixes(lines: list[str], at: int, above: Line) -> Iterator[Fix]:
    """Fixes for a text or a list that continues at the start of a line."""
    last = _end_of_run(lines, at)
    if not above.value and last - at > 1 and not any(":" in line for line in lines[at:last]):
        items = [f"  - {scalar(line.strip())}" for line in lines[at:last]]
        message = "This line is neither a property nor an item of the list above."
        yield Fix(at, last, items, message, 1, "Write each item with a dash")
    indented = [f"  {line}" for line in lines[at:last]]
    message = "The value above goes on here at the start of a line."
    yield Fix(at, last, indented, message, 1, "Indent by two spaces")
    if above.value and above.value[0] not in "|>[{\"'":
        new = above.holding(scalar(joined_text(above.value, lines[1:last])))
        yield Fix(0, last, [new], message, 1, "Write it on one line", at)


def _bullet_fixes(lines: list[str], at: int) -> Iterator[Fix]:
    last = at
    while last < len(lines) and _BULLET.match(lines[last]):
        last += 1
    indent = next((found[1] for line in lines if (found := _ITEM.match(line))), None)
    width = indent_of(lines[at])
    follows_key = lines[at - 1].strip() == lines[0].strip()
    if last == at and (indent is None or not (follows_key or 0 < width <= len(indent))):
        return
    last = max(last, at + 1)
    new = []
    for line in lines[at:last]:
        start = _BULLET.match(line)
        text = line[start.end() if start else 0 :].strip()
        new.append(f"{start[1] if start and indent is None else indent or ''}- {scalar(text)}")
    is_dash = lines[at].lstrip()[0] == "-" and lines[at].lstrip()[1:2] != "-"
    message = "There is no space after the dash." if is_dash else "An item of a list starts with a dash."
    words = "Put a space after the dash" if is_dash else "Write it with a dash"
    yield Fix(at, last, new, message, width + 1, words)


def _indent_fixes(lines: list[str], at: int, above: Line) -> Iterator[Fix]:
    """Fixes for a name indented below another value."""
    found = _NESTED.match(lines[at])
    if found is None:
        return
    width, name = len(found[1]), found[2]
    message = "This line is indented below a property that has a value already."
    before = _NESTED_ITEM.match(lines[at - 1])
    if before:
        new = " " * before.end() + lines[at].lstrip()
        yield on_line(at, new, message, "Indent it like the name above", width + 1)
    last = at
    while last < len(lines) and lines[last].strip() and indent_of(lines[last]) >= width:
        last += 1
    moved = Fix(at, last, [line[width:] for line in lines[at:last]], message, width + 1, "Move it to the start")
    end = next((number for number in range(1, len(lines)) if lines[number][:1] not in (" ", "\t")), len(lines))
    whole = above.holding(scalar(joined_text(above.value, lines[1:end])))
    goes_on = "The text goes on here with a colon and a space."
    text = Fix(0, end, [whole], goes_on, found.end(2) + 1, "Put the whole text in quotes, on one line", at)
    is_name = name.lower() in _USUAL or (" " not in name and len(above.value.split()) < 3)
    yield from (moved, text) if is_name else (text, moved)


def _item_fixes(lines: list[str], at: int, above: Line) -> Iterator[Fix]:
    """Fixes for items below a value, or with inconsistent indentation."""
    found = _ITEM.match(lines[at])
    indent = found[1] if found else ""
    if above.value:
        item = above.value if above.value[0] in "\"'[{" else scalar(above.value)
        new = [above.head + above.rest, f"{indent}- {item}"]
        message = "This property has a value and a list below it."
        yield Fix(0, 1, new, message, above.column, "Make the value the first item")
    first = next(match[1] for line in lines if (match := _ITEM.match(line)))
    aligned = [first + line.lstrip() if _ITEM.match(line) else line for line in lines]
    message = "The items of this list are indented differently."
    yield from _lines_fix(lines, aligned, message, r"\S", "Indent it like the first item")

"""Markdown as text for the screen: readable, and fast enough for every move of the cursor."""

import re
from collections.abc import Mapping

from textual.content import Content
from textual.style import Style

from rounds.domain.links import has_link, links_in
from rounds.notes.markdown import without_comments
from rounds.notes.plain_text import escape_controls
from rounds.tui.open_links import linked

_INLINE = re.compile(
    r"\*\*(?P<strong>[^*\n]+)\*\*|(?<!\w)__(?P<strong2>[^_\n]+)__(?!\w)|\*(?P<em>[^*\s][^*\n]*)\*"
    r"|(?<!\w)_(?P<em2>[^_\n]+)_(?!\w)|~~(?P<gone>[^~\n]+)~~|==(?P<mark>[^=\n]+)==|`(?P<code>[^`\n]+)`"
    r"|!?\[(?P<text>[^\]\n]*)\]\([^)\s]*\)"
)
_WEB = re.compile(
    r"\[(?P<words>[^\[\]\n]*+)\]\(<?"
    r"(?P<address>(?:https?://|mailto:|tel:)[^\s()<>]*+(?:\([^\s()<>]*+\)[^\s()<>]*+)*+)>?\)"
    r"|(?<![\w/])https?://[^\s<>\[\]()]++"
)
_WEB_TARGET = re.compile(r"https?://|mailto:|tel:")
_FROM, _TO = "\ue000", "\ue001"  # for private use: no note has them
_MARKED = re.compile(f"{_FROM}[^{_FROM}{_TO}]*{_TO}")
_LINK = "link_target"
_STYLES = {"strong": "bold", "strong2": "bold", "em": "italic", "em2": "italic", "gone": "strike", "mark": "reverse",
           "code": "$text-accent", "text": "underline"}  # fmt: skip
_ITEM = re.compile(r"(?P<indent>\s*)(?:[-*+]|(?P<number>\d+[.)]))\s+(?:\[(?P<box>.)\]\s+)?(?P<text>.*)")
_HEADING = re.compile(r"(#{1,6})\s++((?:\S++(?:\s++(?!#*+\s*+$)\S++)*+)?+)(?:\s++#++)?\s*+$")
_OWN = {"log", "follow-ups"}
"""Sections that the preview shows in its own way."""


def inline(text: str, style: str = "") -> Content:
    """A line with its emphasis, code and links. A link is underlined and knows where it leads (`links_of`)."""
    targets: list[str] = []
    if has_link(text) or "://" in text:
        text = _marked(text, targets)
    content = _emphasized(escape_controls(text), style)
    if not targets:
        return content
    parts, end, plain_text = list[Content](), 0, content.plain
    for match, target in zip(_MARKED.finditer(plain_text), targets, strict=False):
        shown = content[match.start() + 1 : match.end() - 1]
        parts += (content[end : match.start()], _link(shown, target))
        end = match.end()
    return Content("").join([*parts, content[end:]])


def _marked(text: str, targets: list[str]) -> str:
    """A text with the words of each link between two marks; where they lead is added to `targets`, in order."""
    text = text.replace(_FROM, "").replace(_TO, "")
    spans = [(each.start, each.end, each.target, each.shown) for each in links_in(text)]
    for match in _WEB.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end, *_ in spans):
            address = match["address"] or match[0].rstrip(".,;:!?")
            shown = match["words"] or address
            spans.append(
                (match.start(), match.start() + len(match[0] if match["address"] else address), address, shown)
            )
    found, end = list[str](), 0
    for start, after, target, shown in sorted(spans):
        found += (text[end:start], _FROM, shown or target, _TO)
        targets.append(target)
        end = after
    return "".join([*found, text[end:]])


def _link(words: Content, target: str) -> Content:
    """Words that lead to a web address, or to a note by its name or path."""
    if _WEB_TARGET.match(target):
        return linked(words, target)
    return words.stylize(Style(underline=True) + Style.from_meta({_LINK: target}))


def links_of(line: Content) -> list[tuple[int, int, str]]:
    """The links in a line: start and end, in characters, and the note or web address that each leads to."""
    styled = [(span.start, span.end, span.style) for span in line.spans if isinstance(span.style, Style)]
    found = [(start, end, str(style.link or style.meta.get(_LINK, ""))) for start, end, style in styled]
    return sorted(each for each in found if each[2])


def link_at(meta: Mapping[str, object]) -> str:
    """Where a link leads, from the metadata of a cell; empty without one."""
    return str(meta.get(_LINK, ""))


def _emphasized(text: str, style: str) -> Content:
    parts: list[tuple[str, str]] = []
    end = 0
    for match in _INLINE.finditer(text):
        parts.append((text[end : match.start()], style))
        kind = match.lastgroup or ""
        parts.append((match[kind], f"{style} {_STYLES[kind]}".strip()))
        end = match.end()
    parts.append((text[end:], style))
    return Content.assemble(*[part for part in parts if part[0]])


def without_own_sections(body: str, *more: str) -> str:
    """A note's body without comments, the sections shown as timeline and reminders, and those in `more`."""
    kept, level, fence = [], 0, False
    for line in without_comments(body).splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            fence = not fence
        heading = None if fence else _HEADING.match(line)
        if heading is not None and (not level or len(heading[1]) <= level):
            level = len(heading[1]) if heading[2].strip().casefold() in {*_OWN, *more} else 0
        if not level:
            kept.append(line)
    return "\n".join(kept).strip()


def prose(body: str, width: int) -> list[Content]:
    """The lines of a body, wrapped to a width. Several blank lines become one."""
    lines: list[Content] = []
    fence = headed = False
    for raw in body.splitlines():
        if headed and not raw.strip():
            continue  # no blank line between a heading and its text
        headed = not fence and _HEADING.match(raw) is not None
        if raw.lstrip().startswith(("```", "~~~")):
            fence = not fence
        elif fence:
            lines.append(Content.styled(f"  {escape_controls(raw.expandtabs(4))}", "$text-accent"))
        else:
            lines += _line(raw.expandtabs(4), width)
    return _tightened(lines)


def _line(raw: str, width: int) -> list[Content]:
    if not raw.strip():
        return [Content("")]
    if heading := _HEADING.match(raw):
        return [Content(""), *inline(heading[2], "bold $accent").wrap(width)]
    if re.fullmatch(r"\s*([-*_])(?:\s*\1){2,}\s*", raw):
        return [Content.styled("─" * width, "$foreground-muted")]
    if raw.lstrip().startswith(">"):
        return hanging(Content.styled("▎ ", "$foreground-muted"), inline(raw.lstrip(" >"), "italic"), width)
    if item := _ITEM.fullmatch(raw):
        box = item["box"]
        bullet = item["number"] or ("• " if box is None else "☐ " if box == " " else "☑ ")
        head = Content(" " * min(len(item["indent"]), 8) + bullet.ljust(2) + (" " if item["number"] else ""))
        return hanging(head, inline(item["text"]), width)
    return inline(raw.strip()).wrap(width)


def hanging(head: Content, text: Content, width: int) -> list[Content]:
    """A text after a head, with further lines indented by the head's width."""
    room = max(width - head.cell_length, 12)
    if text.cell_length <= room and "\n" not in text.plain:  # most lines of a long history
        return [head + text]
    lines = text.wrap(room) or [Content("")]
    indent = " " * head.cell_length
    return [head + lines[0], *(Content(indent) + line for line in lines[1:])]


def _tightened(lines: list[Content]) -> list[Content]:
    kept: list[Content] = []
    for line in lines:
        if line.plain.strip() or (kept and kept[-1].plain.strip()):
            kept.append(line)
    while kept and not kept[-1].plain.strip():
        kept.pop()
    return kept

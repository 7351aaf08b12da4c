"""Links in text, as in Obsidian: `[[Sam Lee|Sam]]` and `[Sam](../Partners/Sam%20Lee.md)`."""

import re
from typing import NamedTuple

_WIKI = r"\[\[(?P<path>[^\[\]|#\\\n]+)(?:#[^\[\]|\\\n]*)?(?:\\?\|(?P<alias>(?:[^\[\]\n]|\[(?!\[)|\](?!\]))*))?\]\]"
_MARKDOWN = (
    r"\[(?P<label>(?:[^\[\]\\\n]|\\.|\[[^\[\]\n]*+\])*+)\]\([ \t]*+"
    r"(?:<(?P<angle>[^<>\n]*)>|(?P<bare>(?:[^\s()<>\\]|\\.|\((?:[^\s()\\]|\\.)*+\))++))"
    r"(?:[ \t]++(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*+\)"
)
_LINK = re.compile(rf"(?<!\\)!?(?:{_WIKI}|{_MARKDOWN})")
_WIKI_PATH = re.compile(rf"(?<!\\)!?{_WIKI.replace('(?P<alias>', '(?:')}")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_FILE = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,5}$")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


class TextLink(NamedTuple):
    """A link to a note in a text.

    Attributes:
        start, end: offsets of the whole link.
        target: the note's name or path: decoded, without heading and block.
        alias: display text in place of the name, as written; empty for none.
        path: offsets of the name or path as written, without heading and block.
        form: `wiki`, `bare` (Markdown, percent-encoded) or `angle` (Markdown, in angle brackets).
    """

    start: int
    end: int
    target: str
    alias: str
    path: tuple[int, int]
    form: str

    @property
    def shown(self) -> str:
        """The display text."""
        return self.alias or name_of(self.target)


def has_link(text: str) -> bool:
    """Whether there may be a link; faster than a search."""
    return "[[" in text or "](" in text


def links_in(text: str) -> list[TextLink]:
    """All links to notes, including embeds. Web addresses, attachments and headings of the same note don't count."""
    found = []
    for match in _LINK.finditer(text) if has_link(text) else ():
        link = _wiki(match) if match["path"] is not None else _markdown(match)
        if link is not None:
            found.append(link)
    return found


def targets(text: str) -> list[str]:
    """The decoded targets of all links, as `links_in` finds them; twice as fast if there is no Markdown link."""
    if "](" in text:
        return [link.target for link in links_in(text)]
    return [target for path in _WIKI_PATH.findall(text) if (target := path.strip())]


def whole_link(text: str) -> TextLink | None:
    """The link if a text is nothing but a link, apart from blanks around it; else None."""
    found = links_in(text)
    if len(found) == 1 and not text[: found[0].start].strip() and not text[found[0].end :].strip():
        return found[0]
    return None


def plain(text: str) -> str:
    """A text with each link replaced by its display text."""
    for link in reversed(links_in(text)):
        text = f"{text[: link.start]}{link.shown}{text[link.end :]}"
    return text


def name_of(target: str) -> str:
    """The display name of a path or link target: the file name without folder and `.md`."""
    name = target.rsplit("/", 1)[-1].strip()
    return name[:-3] if name[-3:].lower() == ".md" else name


def _wiki(match: re.Match[str]) -> TextLink | None:
    target = match["path"].strip()
    alias = (match["alias"] or "").strip()
    return TextLink(match.start(), match.end(), target, alias, match.span("path"), "wiki") if target else None


def _markdown(match: re.Match[str]) -> TextLink | None:
    form = "angle" if match["bare"] is None else "bare"
    written = match[form].partition("#")[0]
    if not written.strip() or _SCHEME.match(written):
        return None
    target = decoded(written)
    name = target.rpartition("/")[2]
    if not name or (name[-3:].lower() != ".md" and _FILE.search(name)):
        return None
    start = match.start(form)
    alias = _ESCAPED.sub(r"\1", match["label"]).strip()
    return TextLink(match.start(), match.end(), target, alias, (start, start + len(written)), form)


def decoded(written: str) -> str:
    """A decoded Markdown destination; an invalid encoding stays unchanged."""
    text = _ESCAPED.sub(r"\1", written)
    if "%" in text:
        from urllib.parse import unquote_to_bytes

        try:
            text = unquote_to_bytes(text).decode()
        except UnicodeDecodeError:
            return text.strip()
    return text.strip()

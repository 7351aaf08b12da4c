"""Rewrites links after a note's rename or merge: in notes, canvases and bases.

All other bytes stay as they are.
"""

import json
import posixpath
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from rounds.domain.folding import caseless
from rounds.domain.links import TextLink, decoded, has_link, links_in
from rounds.errors import EditRefusedError
from rounds.notes.links import folder_matches, folder_of, stem, target_of
from rounds.notes.markdown import visible
from rounds.notes.schema import is_link

if TYPE_CHECKING:
    from rounds.notes.document import Document

_CANVAS = re.compile(r'"(?P<key>file|text)"(?P<colon>\s*:\s*)(?P<value>"(?:[^"\\]|\\.)*")')
_BASE = re.compile(
    r"(?P<before>\b(?:link|file|hasLink)\(\s*|\bfile\.(?:path|name|basename)\s*[!=]=\s*)"
    r"(?P<quote>\\?[\"'])(?P<path>[^\"'\\\n]+)(?P=quote)"
)


class Renaming(NamedTuple):
    """A note's rename, or its merge into another note, which gets its links.

    Attributes:
        path: current path of the note.
        name: new file name, without `.md`; the folder stays.
        namesakes: paths of other notes that links by the old name could mean.
        into: path of that other note; empty for a rename.
        is_unique: whether a link by the new name alone is enough for that other note.
    """

    path: str
    name: str
    namesakes: tuple[str, ...] = ()
    into: str = ""
    is_unique: bool = True

    @property
    def new_path(self) -> str:
        """The new path."""
        if self.into:
            return self.into
        folder, slash, _ = self.path.rpartition("/")
        return f"{folder}{slash}{self.name}.md"

    def is_target(self, target: str, source: str) -> bool | None:
        """Whether a link leads to the note; None if it could also mean a namesake.

        Args:
            source: path of the file with the link.
        """
        its_stem, folder = target_of(target, source)
        here = folder_of(self.path)
        if its_stem != stem(self.path) or not folder_matches(folder, here):
            return False
        rivals = [each for each in map(folder_of, self.namesakes) if folder_matches(folder, each)]
        if not rivals or (folder and f"/{folder}" == here):
            return True
        return False if folder and f"/{folder}" in rivals else None

    def written(self, text: str, link: TextLink, source: str) -> str:
        """The path of a link to the note, rewritten in its own form.

        Args:
            source: path of the file with the link.
        """
        if not self.into:
            return renamed_path(text, link, self.name)
        target, whole = link.target.strip(), self.into[:-3]
        if "/" not in target:
            whole = self.name if self.is_unique else whole
        elif target.startswith("/"):
            whole = f"/{whole}"
        elif target.startswith("."):
            whole = _relative(whole, source)
        return _like(text[slice(*link.path)], whole, link.form)


def _relative(path: str, source: str) -> str:
    """A path as it's written relative to a note."""
    found = posixpath.relpath(path, source.rpartition("/")[0] or ".")
    return found if found.startswith("../") else f"./{found}"


def _like(old: str, path: str, form: str) -> str:
    """A path in place of another one, with its ending, encoding and blanks around it."""
    left, right = old[: len(old) - len(old.lstrip())], old[len(old.rstrip()) :]
    ending = old.strip()[-3:] if old.strip()[-3:].lower() == ".md" else ""
    return f"{left}{path if form == 'wiki' else _encoded(path, old, bare=form == 'bare')}{ending}{right}"


def renamed_path(text: str, link: TextLink, name: str) -> str:
    """The path of a link, rewritten for the note's new name in the same folder.

    Folder, ending, encoding style and surrounding blanks stay.

    Args:
        name: the new one, without `.md`.
    """
    written = text[slice(*link.path)]
    folder, slash, last = written.rpartition("/")
    left, right = last[: len(last) - len(last.lstrip())], last[len(last.rstrip()) :]
    ending = last.strip()[-3:] if last.strip()[-3:].lower() == ".md" else ""
    if link.form != "wiki":
        name = _encoded(name, last, bare=link.form == "bare")
    return f"{folder}{slash}{left}{name}{ending}{right}"


def _encoded(name: str, like: str, *, bare: bool) -> str:
    """A name for a Markdown link: encoded where required, and where the old one was."""
    from urllib.parse import quote

    signs = "".join(chr(code) for code in range(33, 127) if not chr(code).isalnum() and chr(code) not in "%\\<>")
    if name.count("(") != name.count(")") or "%28" in like:
        signs = signs.replace("(", "").replace(")", "")
    if not bare and "%20" not in like:
        signs += " "
    letters = any(code >= "%8" for code in _codes(like))
    return "".join(quote(char, safe=signs) if char.isascii() or letters else char for char in name)


def _codes(text: str) -> list[str]:
    return [f"%{part[:2]}".upper() for part in text.split("%")[1:]]


_FROM_HERE = re.compile(r"(?P<open>\[\[|\]\(<?)(?P<path>\.\.?/[^\[\]()<>|#\n]*)")


def moved_text(text: str, old: str, new: str) -> str:
    """A text of a note at a path, with its relative links as they are written in a note at another one."""
    if old.rpartition("/")[0] == new.rpartition("/")[0]:
        return text
    for found in reversed([*_FROM_HERE.finditer(visible(text))]):
        form = "wiki" if found["open"] == "[[" else "angle" if found["open"].endswith("<") else "bare"
        written = found["path"] if form == "wiki" else decoded(found["path"])
        path = _relative(posixpath.normpath(posixpath.join(old.rpartition("/")[0], written)), new)
        path = path if form == "wiki" else _encoded(path, found["path"], bare=form == "bare")
        text = f"{text[: found.start('path')]}{path}{text[found.end('path') :]}"
    return text


def relinked_text(text: str, renaming: Renaming, source: str) -> str:
    """A text with its links to the note rewritten, except in comments and code."""
    if not has_link(text):
        return text
    for link in reversed(links_in(visible(text))):
        text = _relinked(text, link, renaming, source)
    return text


def _relinked(text: str, link: TextLink, renaming: Renaming, source: str) -> str:
    if not renaming.is_target(link.target, source):
        return text
    return f"{text[: link.path[0]]}{renaming.written(text, link, source)}{text[link.path[1] :]}"


def is_ambiguous(text: str, renaming: Renaming, source: str) -> bool:
    """Whether a text has a link that could mean the note or a namesake."""
    return any(renaming.is_target(link.target, source) is None for link in links_in(visible(text)))


def links_to(text: str, renaming: Renaming, source: str) -> bool:
    """Whether the readable part of a text has a link to the note."""
    return any(renaming.is_target(link.target, source) for link in links_in(visible(text)))


def mentions_name(text: str, renaming: Renaming) -> bool:
    """Whether a base has the note's old name or path as a quoted text."""
    old = stem(renaming.path)
    if old == stem(renaming.new_path):
        return False
    return re.search(rf"[\"'/]{re.escape(old)}(?:\.md)?\\?[\"'/]", caseless(text)) is not None


def relinked(document: "Document", renaming: Renaming, source: str, kind: str) -> "Document | None":
    """A note with its links to the renamed one rewritten; None if there are none.

    Args:
        source: the note's path.
        kind: its type, which decides whether a bare name in a property is a link.

    Raises:
        EditRefusedError: there is no safe way to do it.
    """
    if not document.readable:
        raise EditRefusedError("The note can't be read.", hint="Fix it first.")

    def in_value(text: str) -> str:
        for link in reversed(links_in(text)):
            text = _relinked(text, link, renaming, source)
        return text

    def in_link(text: str) -> str:
        if has_link(text) or not renaming.is_target(text.strip(), source):
            return in_value(text)
        return renaming.written(text, TextLink(0, 0, text, "", (0, len(text)), "wiki"), source)

    block, body, before = document.block, document.body, document.properties
    head = document.text[: len(document.text) - len(body)]
    wanted = {key: _with_strings(value, in_link if is_link(kind, key) else in_value) for key, value in before.items()}
    new_body = relinked_text(body, renaming, source)
    if wanted == before and new_body == body:
        return None
    from rounds.notes.document import Document

    edited = Document.parse((head.replace(block, in_value(block), 1) + new_body).encode())
    if edited.readable and edited.properties == wanted:
        return edited
    # A bare name, or a quote in the old or new name that the value escapes: go value by value.
    edited = Document.parse((head + new_body).encode())
    for key, value in wanted.items():
        if value != before[key]:
            edited = edited.set(key, value)
    return edited


def _with_strings(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, list):
        return [_with_strings(item, change) for item in value]
    return change(value) if isinstance(value, str) else value


def relinked_canvas(text: str, renaming: Renaming, source: str) -> str:
    """A canvas (JSON) with its cards of the note, and links in its text cards, rewritten.

    Raises:
        EditRefusedError: the canvas can't be read.
    """

    def changed(found: re.Match[str]) -> str:
        value = json.loads(found["value"])
        if found["key"] == "text":
            new = relinked_text(value, renaming, source)
        else:
            new = renaming.new_path if renaming.is_target(f"/{value}", source) else value
        if new == value:
            return found[0]
        written = json.dumps(new, ensure_ascii=found["value"].isascii() and "\\u" in found["value"])
        return f'"{found["key"]}"{found["colon"]}{written}'

    try:
        json.loads(text or "{}")
        return _CANVAS.sub(changed, text)
    except (ValueError, RecursionError) as error:
        raise EditRefusedError("The canvas can't be read.", hint="Open it in Obsidian.") from error


def relinked_base(text: str, renaming: Renaming, source: str) -> str:
    """A base (YAML) with its links to the note rewritten, including names in `link("...")`, `hasLink("...")` and such.

    Raises:
        EditRefusedError: the result would not be a valid base.
    """

    def changed(found: re.Match[str]) -> str:
        if not renaming.is_target(found["path"], source):
            return found[0]
        link = TextLink(0, 0, found["path"], "", (0, len(found["path"])), "wiki")
        new = renaming.written(found["path"], link, source)
        return f"{found['before']}{found['quote']}{new}{found['quote']}"

    new = text
    for link in reversed(links_in(text)):
        new = _relinked(new, link, renaming, source)
    new = _BASE.sub(changed, new)
    if new == text:
        return text
    from rounds.notes.document import Document

    for each in (text, new):
        if not Document.parse(f"---\n{each}\n---\n".encode()).readable:
            raise EditRefusedError("The base can't be read, or would not be with the new name.", hint="Fix it first.")
    if "'" in renaming.name and "'" in text:
        raise EditRefusedError("The new name holds a quote, which the base would have to write in another way.")
    return new

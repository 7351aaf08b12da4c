"""Links to notes: resolution, the organizations that partners work at, and rewriting after a note's rename.

A rewrite, in notes, canvases and bases, leaves all other bytes as they are.
"""

import json
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rounds.domain.folding import caseless, fold
from rounds.domain.links import TextLink, has_link, links_in, name_of, plain, targets
from rounds.errors import EditRefusedError
from rounds.notes.markdown import visible
from rounds.notes.schema import is_link

if TYPE_CHECKING:
    from rounds.notes.document import Document

__all__ = [
    "Target", "first_target", "folder_matches", "folder_of", "name_of", "plain", "renamed_path", "stem", "target_of",
    "targets",
]  # fmt: skip


class Target(NamedTuple):
    """Target of a link.

    Attributes:
        stem: of the note, see `stem`.
        folder: empty for any folder; `/partners/` for any path that contains it; `//partners/`, with two slashes, for
            exactly that path in the vault, `//` for its root.
    """

    stem: str
    folder: str


def stem(path: str) -> str:
    """The key that links resolve by: the file name without folder and `.md`, NFC and case-folded.

    Obsidian also resolves by file name, ignoring case; a link with folders is matched by its last part.
    """
    name = path.rsplit("/", 1)[-1].strip()
    if name[-3:].lower() == ".md":
        name = name[:-3]
    return caseless(name)


def folder_of(path: str) -> str:
    """The folder of a note, in the form of `Target.folder` for an exact path."""
    folder = path.rpartition("/")[0]
    return caseless(f"//{folder}/") if folder else "//"


def target_of(target: str, source: str) -> Target:
    """Target of a link in a note. `../` and `./` are relative to the note's folder, `/` to the vault's root.

    Args:
        target: decoded, see `TextLink`.
        source: path of the note with the link.
    """
    if "/" not in target:
        return Target(stem(target), "")
    folder = target.rpartition("/")[0]
    first = folder.partition("/")[0]
    if first in (".", ".."):
        path = posixpath.normpath(posixpath.join(source.rpartition("/")[0], folder))
        return Target(stem(target), folder_of(f"{path}/" if path != "." else ""))
    inner = "/".join(part.strip() for part in folder.split("/") if part.strip())
    if not first.strip():
        return Target(stem(target), folder_of(f"{inner}/" if inner else ""))
    return Target(stem(target), caseless(f"/{inner}/"))


def folder_matches(folder: str, note: str) -> bool:
    """Whether a link with that folder can mean a note in that folder (`folder_of`). The index does this in SQL."""
    return not folder or folder == note or (not folder.startswith("//") and folder in note)


def first_target(value: object) -> str:
    """The name in a link property: the first of a list; a plain text itself."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if not isinstance(value, str):
        return ""
    found = links_in(value)
    return name_of(found[0].target) if found else value.strip()


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


FILE, OTHER = 0, 1
"""Ranks of names: the file name counts before other names in the note."""


def workplace_key(value: object, path: str) -> str:
    """The lookup key of a partner's `organization`; for a list, of its first item. Empty if there is none.

    A link gives the file name, with any folders in the link; plain text its folded words.

    Args:
        path: of the partner's note: a link may be relative to its folder.
    """
    if isinstance(value, list):
        value = value[0] if value else ""
    return _workplace(value, path if "../" in value or "./" in value else "") if isinstance(value, str) else ""


@lru_cache(maxsize=4096)
def _workplace(value: str, path: str) -> str:
    links = links_in(value)
    if not links:
        return fold(value)
    target = target_of(links[0].target, path)
    return f"{target.folder}{target.stem}"


def place_names(path: str, title: str, aliases: Sequence[str]) -> list[tuple[str, int]]:
    """The names an organization can be looked up by, each with its rank.

    Args:
        path: of its note, POSIX, relative to the vault; a link may contain any of its folders.
    """
    ranks = dict.fromkeys(_file_names(path), FILE)
    for name in filter(None, map(fold, (name_of(path), title, *aliases))):
        ranks.setdefault(name, OTHER)
    return [*ranks.items()]


def _file_names(path: str) -> Iterator[str]:
    """The file name, alone and with each folder that links may have (`rounds.notes.links.folder_matches`)."""
    name, place = stem(path), folder_of(path)
    yield name
    yield f"{place}{name}"
    for folder in _folder_runs(place.strip("/").split("/")):
        yield f"/{folder}/{name}"


def _folder_runs(folders: Sequence[str]) -> Iterable[str]:
    for start in range(len(folders)):
        for end in range(start + 1, len(folders) + 1):
            if any(folders):
                yield "/".join(folders[start:end])


_CANVAS = re.compile(r'"(?P<key>file|text)"(?P<colon>\s*:\s*)(?P<value>"(?:[^"\\]|\\.)*")')
_BASE = re.compile(
    r"(?P<before>\b(?:link|file|hasLink)\(\s*|\bfile\.(?:path|name|basename)\s*[!=]=\s*)"
    r"(?P<quote>\\?[\"'])(?P<path>[^\"'\\\n]+)(?P=quote)"
)


class Renaming(NamedTuple):
    """A note's rename.

    Attributes:
        path: current path of the note.
        name: new file name, without `.md`; the folder stays.
        namesakes: paths of other notes that links by the old name could mean.
    """

    path: str
    name: str
    namesakes: tuple[str, ...] = ()

    @property
    def new_path(self) -> str:
        """The new path."""
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
    return f"{text[: link.path[0]]}{renamed_path(text, link, renaming.name)}{text[link.path[1] :]}"


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
        return renamed_path(text, TextLink(0, 0, text, "", (0, len(text)), "wiki"), renaming.name)

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
        new = renamed_path(found["path"], link, renaming.name)
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

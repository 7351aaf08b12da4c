"""Posts: notes as python-frontmatter has them, keeping every byte that isn't changed."""

from copy import deepcopy
from typing import Any

from frontmatter import Post as AnyPost
from frontmatter.default_handlers import BaseHandler

from rounds.errors import EditRefusedError, Level
from rounds.notes.document import Document, same
from rounds.notes.frontmatter.fences_quoting import BOM, OPENING, split
from rounds.notes.frontmatter.parse import read
from rounds.notes.schema import KEYS, as_named, spelling


class Handler(BaseHandler):
    """Reads front matter as Obsidian does, and writes it back byte by byte: `frontmatter.dumps(post)`.

    With `frontmatter.loads(text, handler=Handler())` a block that can't be read raises ValueError.
    """

    FM_BOUNDARY = OPENING
    START_DELIMITER = END_DELIMITER = "---"

    def detect(self, text: str) -> bool:
        """Whether there is front matter."""
        return split(text) is not None

    def split(self, text: str) -> tuple[str, str]:
        """The text between the fences, and the body."""
        fences = split(text)
        if fences is None:
            raise ValueError("no front matter")
        return text[fences.start : fences.end], text[fences.body :]

    def load(self, fm: str) -> dict[str, Any]:
        """The properties; known names are lower case."""
        reading = read(fm)
        for problem in reading.problems:
            if problem.level is Level.ERROR:
                raise ValueError(str(problem.message))
        return as_named(reading.properties, spelling(reading.properties).written)

    def export(self, metadata: dict[str, object], **_: object) -> str:
        """Properties as the block of a new note."""
        return Document.parse(b"---\n---\n").set_all(metadata).block.rstrip("\n")

    def format(self, post: AnyPost, **kwargs: object) -> str:
        """A post as text: for one of ours its own text, with the changes."""
        return post.document.text if isinstance(post, Post) else str(super().format(post, **kwargs))


class Post(AnyPost):
    """A note as `frontmatter.Post`, which remembers its bytes: `bytes(post)` differs only where the post was changed.

    Attributes:
        metadata: the properties, as `post["city"]`; lists may be changed in place.
        content: the whole text after the front matter, with its line ends and blanks.
        original: the note as it was read.
    """

    def __init__(self, data: bytes) -> None:
        """Read a note from its bytes.

        Raises:
            EditRefusedError: it can't be read as a note; with the line and what to do.
        """
        self.original = Document.parse(data)
        if not self.original.readable:
            problem = next(each for each in self.original.problems if each.level is Level.ERROR)
            raise EditRefusedError(str(problem), hint=problem.hint)
        super().__init__(self.original.body, Handler())
        self.metadata: dict[str, object] = deepcopy(self.original.properties)

    @property
    def document(self) -> Document:
        """The note with the changes.

        Raises:
            EditRefusedError: a change isn't possible without touching other bytes.
        """
        document = self.original
        for key in [key for key in document.properties if key not in self.metadata]:
            document = document.remove(key)
        there, order = document.properties, KEYS.get(str(self.metadata.get("type")), ())
        for key, value in self.metadata.items():
            if key not in there or not same(there[key], value):
                document = document.set(key, value, order=order)
        return document if self.content == document.body else _with_body(document, self.content)

    def __bytes__(self) -> bytes:
        return bytes(self.document)


def _with_body(document: Document, body: str) -> Document:
    head = document.text[: len(document.text) - len(document.body)]
    if head.strip(BOM) and not head.endswith("\n"):
        head += "\n"
    try:
        changed = Document.parse(f"{head}{body}".encode())
    except UnicodeEncodeError as error:
        raise EditRefusedError("The text holds half a character, which can't be saved.") from error
    if not changed.readable or changed.block != document.block or changed.body != body:
        raise EditRefusedError("The note could not be read again with this text.", hint="Does it begin with ---?")
    return changed

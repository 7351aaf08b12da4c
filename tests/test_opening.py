"""Everything that is opened by a name is opened by the one opener of `storage/open_file.py`: no other place of the source opens."""

import ast
from collections.abc import Iterator
from pathlib import Path

import rounds

SOURCE = Path(rounds.__file__).parent
OPENER = "storage/open_file.py"
OPENERS = {"ordinary", "private", "streamed"}
PATHS = {"read_text", "read_bytes", "write_text", "write_bytes"}
NO_FILES = {"Vault", "webbrowser", "cls"}
"""What has a method `open` that opens no file."""

NEW = {"O_EXCL"}
"""Makes a file that was not there, so it can't be a pipe."""


def faults(tree: ast.AST) -> Iterator[str]:
    """The calls of a module that open something by its name, and not by the opener."""
    new = NEW | {
        target.id
        for node in ast.walk(tree) if isinstance(node, ast.Assign) and NEW & _names(node.value)
        for target in node.targets if isinstance(target, ast.Name)
    }  # fmt: skip
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and (what := _opens(call, new)):
            yield f"line {call.lineno}: {what}"


def _names(tree: ast.AST) -> set[str]:
    walked = [*ast.walk(tree)]
    return {node.attr for node in walked if isinstance(node, ast.Attribute)} | {
        node.id for node in walked if isinstance(node, ast.Name)
    }


def _opens(call: ast.Call, new: set[str]) -> str:
    function = call.func
    name = (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )
    owner = function.value.id if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) else ""
    if name in PATHS:
        return name
    if isinstance(function, ast.Name) and name == "open":
        opener = next((word.value for word in call.keywords if word.arg == "opener"), None)
        by_opener = isinstance(opener, ast.Name) and opener.id in OPENERS
        return "" if by_opener or _is_known(call.args[0]) else "open without the opener"
    if isinstance(function, ast.Attribute) and name in {"open", "fdopen"} and owner == "os":
        return "" if new & _names(call) or _is_known(call.args[0]) else "os.open"
    if isinstance(function, ast.Attribute) and name == "open" and owner not in NO_FILES:
        mode = call.args[0] if call.args else None
        fresh = isinstance(mode, ast.Constant) and isinstance(mode.value, str) and mode.value.startswith("x")
        return "" if fresh else "a method open"
    return ""


def _is_known(place: ast.expr) -> bool:
    """A descriptor, a folder, what Linux makes up under /proc, or what comes with the program."""
    text = ast.unparse(place)
    return text in {"descriptor", "folder", "os.devnull"} or "/proc/" in text or "__file__" in text


def test_nothing_else_opens_by_a_name() -> None:
    """Notes, settings, the journal, feeds, addresses, whatever: a pipe in their place would hang whoever opens it."""
    found = [
        f"{path.relative_to(SOURCE)} {wrong}"
        for path in sorted(SOURCE.rglob("*.py"))
        if path.relative_to(SOURCE).as_posix() != OPENER
        for wrong in faults(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not found, "\n".join(found)


def test_a_call_that_opens_is_found() -> None:
    """The test of the test."""
    for text in ("open(path)", "open(path, 'rb')", "Path(x).read_text()", "path.read_bytes()", "os.open(path, os.O_RDONLY)",
                 "path.open()", "io.open(path)", "open(path, opener=mine)", "os.fdopen(path)", "os.open(path, flags)"):  # fmt: skip
        assert [*faults(ast.parse(text))], text
    for text in ("open(path, 'rb', opener=ordinary)", "open(descriptor, 'w')", "Vault.open(x)", "path.open('xb')",
                 "os.open(path, os.O_CREAT | os.O_EXCL)"):  # fmt: skip
        assert not [*faults(ast.parse(text))], text

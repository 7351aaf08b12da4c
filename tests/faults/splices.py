"""Random edits of ugly front matter and of bodies: each changes its own bytes and no other, or is refused."""

from random import Random
from typing import NamedTuple

from faults.report import Report
from notes.strategies import FILL, KEYS, LISTS, MAPS, SCALARS
from rounds.errors import EditRefusedError
from rounds.notes.document import Document
from rounds.notes.frontmatter.fences_quoting import as_read

_VALUES: tuple[object, ...] = (
    "x", "two words", "no", "On", "12:30", "2026-03-04", "=", "~", "x: y", "x #y", "#x", "- x", "[[L]]", "it's", '"', "\\",
    " x ", "", "a\nb", "a\nb\n", "tail\n\n", "+1 503 555 0142", "1e3", "é", "🎉", "{x}", "%x", "|", ">", "---", "null", "x:",
    None, True, False, 0, -3, 1.5, 2**40, [], ["a"], ["a", "b"], ["no", "12:30", None, 3], ["[[A]]", "x # y"], ["a", "b", "c", "d"],
)  # fmt: skip
_USUAL_FILL = ("", "# why", "# ---- ruler ----")
_BODIES = (
    "",
    "\n",
    "text\n",
    "\n## Log\n\n- 2026-11-01 email: x\n\n## More\n\ny\n",
    "## Log",
    "```\n## Log\n```\n",
    "\n## Log\n\n\n",
)


class Ugly(NamedTuple):
    """A note and how it was put together: the lines of each property, by key, in order; which are maps."""

    text: str
    opening: str
    entries: dict[str, str]
    rest: str
    maps: frozenset[str]


def ugly(random: Random) -> Ugly:
    """A note with up to six properties, each written as people write them; LF, CRLF or a byte order mark."""
    entries: dict[str, str] = {}
    maps: set[str] = set()
    for _ in range(random.randint(0, 6)):
        key = random.choice(KEYS) if random.random() < 0.7 else f"key{random.randint(0, 30)}"
        name = key.strip("\"' ")
        value = random.choice(random.choice((SCALARS, LISTS, MAPS, SCALARS)))
        entry = f"{key}:" + (value if value.startswith(("\n", " ")) else f" {value}")
        fill = "".join(
            f"{random.choice(FILL if random.random() < 0.2 else _USUAL_FILL)}\n" for _ in range(random.randint(0, 2))
        )
        if name not in entries:
            entries[name] = entry.removesuffix("\n") + "\n" + fill
            maps |= {name} if value in MAPS else set()
    opening = "\ufeff---\n" if random.random() < 0.2 else "---\n"
    rest = random.choice(("---\n", "...\n", "--- \n")) + random.choice(_BODIES)
    if random.random() < 0.3:
        entries = {key: entry.replace("\n", "\r\n") for key, entry in entries.items()}
        opening, rest = opening.replace("\n", "\r\n"), rest.replace("\n", "\r\n")
    return Ugly(opening + "".join(entries.values()) + rest, opening, entries, rest, frozenset(maps))


def run(runs: int, seed: int) -> Report:
    """Edit ugly notes; count what was edited, and what was refused with which words."""
    report = Report("splices")
    number = 0
    while report.runs < runs:
        random = Random(f"{seed} {number}")
        number += 1
        note = ugly(random)
        document = Document.parse(note.text.encode())
        if bytes(document) != note.text.encode():
            report.failures.append(f"seed {seed} note {number}: not the bytes that were read")
        if not document.readable:
            report.counts["notes that can't be read"] += 1
            continue
        for _ in range(5):
            report.runs += 1
            what, wrong = _edit(note, document, random)
            report.counts[what] += 1
            report.failures += [f"seed {seed} note {number - 1}: {each}" for each in wrong]
    refused = sum(count for what, count in report.counts.items() if what.startswith("refused"))
    if refused > report.runs / 1000:
        report.failures.append(f"{refused} of {report.runs} edits were refused")
    return report


def _edit(note: Ugly, document: Document, random: Random) -> tuple[str, list[str]]:
    act = random.choice(("set", "set", "new", "remove", "add", "append"))
    known = [key for key in document.properties if key in note.entries]
    key = random.choice(known) if known and act != "new" else f"new{random.randint(0, 9)}"
    value = random.choice(_VALUES)
    try:
        if act == "append":
            return act, _appended(document, random)
        if act == "remove":
            new = document.remove(key)
            expected = {name: was for name, was in document.properties.items() if name != key}
        elif act == "add":
            value = random.choice(("x", "no", "a", 3, "[[New]]"))
            was = document.properties.get(key)
            items = was if isinstance(was, list) else [] if was is None else [was]
            new = document.add_item(key, value)
            there = any(type(item) is type(value) and item == value for item in items)
            expected = {**document.properties, **({} if there else {key: [*items, value]})}
        else:
            new = document.set(key, value)
            expected = {**document.properties, key: as_read(value)}
    except EditRefusedError as error:
        return _refusal(note, key, str(error))
    return act, _wrong(note, key, new, expected)


def _refusal(note: Ugly, key: str, message: str) -> tuple[str, list[str]]:
    """Nested maps are never rewritten; any other refusal counts."""
    what = "nested map left alone" if key in note.maps else "refused"
    clear = "can't be changed" in message or "half a character" in message
    return what, [] if clear else [f"an unclear refusal of {key}: {message}"]


def _wrong(note: Ugly, key: str, new: Document, expected: dict[str, object]) -> list[str]:
    found = []
    if not new.readable or repr(sorted(new.properties.items())) != repr(sorted(expected.items())):
        found.append(f"{key} does not read as meant: {new.text!r}")
    keys = list(note.entries)
    at = keys.index(key) if key in note.entries else len(keys)
    before = note.opening + "".join(note.entries[name] for name in keys[:at])
    after = "".join(note.entries[name] for name in keys[at + 1 :]) + note.rest
    if key not in note.entries:
        if not _inserted(note.text, new.text):
            found.append(f"{key} is no mere insertion: {note.text!r} {new.text!r}")
    elif not (new.text.startswith(before) and new.text.endswith(after)):
        found.append(f"{key}: bytes of other properties have changed: {note.text!r} {new.text!r}")
    if "\r\n" in note.opening and new.text.count("\r\n") != new.text.count("\n"):
        found.append(f"{key}: a line ends with LF among CRLF")
    return found


def _appended(document: Document, random: Random) -> list[str]:
    lines = [f"- 2026-11-{random.randint(10, 30)} call: x"]
    new = document.append_to_section("Log", lines)
    same = repr(new.properties) == repr(document.properties)
    if same and lines[0] in new.text and _inserted(document.text, new.text):
        return []
    return [f"append is no mere insertion: {document.text!r} {new.text!r}"]


def _inserted(old: str, new: str) -> bool:
    """Whether the new text is the old one with one stretch put in."""
    head = 0
    while head < len(old) and head < len(new) and old[head] == new[head]:
        head += 1
    return len(new) >= len(old) and new.endswith(old[head:])

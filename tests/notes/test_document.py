"""The document: bytes in, the same bytes out, and edits that change only their own."""

import datetime as dt
import gc
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from notes.strategies import STEADY, notes, scalars, values
from rounds.errors import EditRefusedError
from rounds.notes.document import Document
from rounds.notes.frontmatter.parse import read
from rounds.notes.frontmatter.value_spans import entries


def parse(text: str) -> Document:
    return Document.parse(text.encode())


def body_of(text: str) -> Document:
    return parse("---\ntype: partner\n---\n" + text)


def after(document: Document) -> str:
    """The body, for tests whose front matter is that of `body_of`."""
    head = "---\ntype: partner\n---\n"
    assert document.text.startswith(head)
    return document.text.removeprefix(head)


# --- bytes ---------------------------------------------------------------------------------------------------------


@STEADY
@given(st.binary() | st.binary().map(lambda data: b"---\n" + data + b"\n---\n") | notes(twice=True).map(str.encode))
@example(b"\xef\xbb\xbf")
@example(b"---")
@example(b"---\n...")
@example(b"---\n: \n---\n")
@example(b"---\r\na: 1\r\rb: 2\r\n---\r\n")
def test_every_input_comes_back_as_it_was(data: bytes) -> None:
    """`bytes(Document.parse(x)) == x` for all there is, and parsing never raises."""
    document = Document.parse(data)
    assert bytes(document) == data
    assert isinstance(document.properties, dict)
    assert all(problem.line >= 1 and problem.column >= 1 for problem in document.problems)


def test_body_and_its_line() -> None:
    """The body starts after the closing fence; lines count from the top of the file."""
    document = parse("\ufeff---\na: 1\n---\n\nText\n")
    assert (document.body, document.body_line, document.properties) == ("\nText\n", 4, {"a": 1})
    bare = parse("\ufeffText\n")
    assert (bare.body, bare.body_line, bare.properties, bare.readable) == ("Text\n", 1, {}, True)


# --- properties ----------------------------------------------------------------------------------------------------


@STEADY
@given(notes(), values(), st.data())
def test_a_new_key_that_is_removed_again_leaves_the_same_bytes(text: str, value: object, data: Any) -> None:
    """Set, then remove: the original, wherever the order of keys puts it."""
    document = splittable(text)
    order = data.draw(st.permutations([*document.properties, "new-key"]))
    try:
        changed = document.set("new-key", value, order=order)
    except EditRefusedError:
        assume(False)
    assert changed.properties.keys() == {*document.properties, "new-key"}
    assert bytes(changed.remove("new-key")) == text.encode()
    assert_second_parser_agrees(document, changed)


@STEADY
@given(notes(), values(), st.data())
def test_setting_a_key_changes_only_its_own_bytes(text: str, value: object, data: Any) -> None:
    """All before its line and from the next key's line on stays; so do all lines of comments."""
    document = splittable(text)
    key = a_key(document, data)
    check_edit(document, key, lambda: document.set(key, value))


@STEADY
@given(notes(), scalars(), st.data())
def test_adding_an_item_changes_only_its_own_bytes(text: str, value: object, data: Any) -> None:
    """The items that are there keep their bytes and their order."""
    document = splittable(text)
    key = a_key(document, data)
    changed = check_edit(document, key, lambda: document.add_item(key, value))
    before = document.properties[key]
    had = before if isinstance(before, list) else [] if before is None else [before]
    now = changed.properties[key]
    assert changed is document or (isinstance(now, list) and repr(now[: len(had)]) == repr(had))


@STEADY
@given(notes(lists=True), st.data())
def test_removing_an_item_changes_only_its_own_bytes(text: str, data: Any) -> None:
    """The item goes with its lines, comments around it stay."""
    document = splittable(text)
    lists = {name: value for name, value in document.properties.items() if isinstance(value, list) and value}
    assume(lists)
    key = data.draw(st.sampled_from(sorted(lists)))
    before = lists[key]
    item = data.draw(st.sampled_from(before))
    changed = check_edit(document, key, lambda: document.remove_item(key, item))
    now = changed.properties[key]
    assert isinstance(now, list)
    assert len(now) < len(before)


@STEADY
@given(notes(), st.data())
def test_removing_a_key_takes_its_own_lines_only(text: str, data: Any) -> None:
    """Rulers and comments stay; only those inside of its brackets or block go."""
    document = splittable(text)
    key = a_key(document, data)
    changed = check_edit(document, key, lambda: document.remove(key))
    assert key not in changed.properties


@STEADY
@given(notes(), st.data())
def test_renaming_changes_only_the_name(text: str, data: Any) -> None:
    """The value keeps its bytes and the key its place."""
    document = splittable(text)
    key = a_key(document, data)
    changed = check_edit(document, key, lambda: document.rename(key, "another name"))
    assert repr(changed.properties["another name"]) == repr(document.properties[key])


def splittable(text: str) -> Document:
    document = parse(text)
    assume(document.readable)
    try:
        document.remove("no such key")
    except EditRefusedError:
        assume(False)
    return document


def a_key(document: Document, data: Any) -> str:
    assume(document.properties)
    key: str = data.draw(st.sampled_from(sorted(document.properties)))
    assume(not has_map(document.properties[key]))
    return key


def has_map(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(map(has_map, value)))


def check_edit(document: Document, key: str, edit: Callable[[], Document]) -> Document:
    """The edited document, all rules of an edit checked; a refusal must be an EditRefusedError."""
    try:
        changed = edit()
    except EditRefusedError as error:
        assert error.hint  # noqa: PT017 - the test goes on to say that the example is of no more use
        assume(False)
    [entry] = [entry for entry in entries(document.block) if entry.key == key]
    head, own, tail = (
        document.block[: entry.start],
        document.block[entry.start : entry.end],
        document.block[entry.end :],
    )
    start = document.text.index(document.block) if document.block else 0
    assert changed.text.startswith(document.text[:start] + head)
    assert changed.text.endswith(tail + document.text[start + len(document.block) :])
    if "[" not in own:
        assert not comment_lines(document.block) - comment_lines(changed.block)
    others = {name: value for name, value in document.properties.items() if name != key}
    still = {name: value for name, value in changed.properties.items() if name in others}
    assert repr(sorted(still.items())) == repr(sorted(others.items()))
    assert_second_parser_agrees(document, changed)
    return changed


def comment_lines(block: str) -> Counter[str]:
    """The lines that are comments: those where another letter changes no value."""
    found: Counter[str] = Counter()
    values, at = repr(read(block).properties), 0
    for line in block.splitlines(keepends=True):
        if line.lstrip().startswith("#"):
            letter = at + line.index("#") + 1
            if repr(read(block[:letter] + "x" + block[letter:]).properties) == values:
                found[line.strip()] += 1
        at += len(line)
    return found


def assert_second_parser_agrees(document: Document, changed: Document) -> None:
    """ruamel.yaml reads what we wrote as py-yaml12 does, unless it refused or misread the block before."""
    try:
        agreed = second_reading(document.block) == normal(document.properties)
    except (YAMLError, ValueError):
        return
    if agreed:
        assert second_reading(changed.block) == normal(changed.properties)


def second_reading(block: str) -> object:
    return normal(YAML(typ="safe", pure=True).load(block) or {})


def normal(value: Any) -> Any:
    """Values that both parsers give alike: dates are texts, NaN has a name, keys are texts."""
    if isinstance(value, dict):
        return {str(key): normal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [normal(item) for item in value]
    if isinstance(value, dt.date):
        return str(value)[:10]
    return "NaN" if value != value else value  # noqa: PLR0124


ORDER = ("type", "role", "stage", "check_in", "email", "tags")


@pytest.mark.parametrize(
    ("before", "key", "expected"),
    [
        ("type: a\nemail: b\n", "stage", "type: a\nstage: x\nemail: b\n"),
        ("email: b\ntags:\n  - c\n", "stage", "stage: x\nemail: b\ntags:\n  - c\n"),
        ("mine: b\ntype: a # one\n# ruler\nother: c\n", "role", "mine: b\ntype: a # one\nrole: x\n# ruler\nother: c\n"),
        ("type: a\nmine: b\n# the end\n", "unknown", "type: a\nmine: b\nunknown: x\n# the end\n"),
        ("tags:\n  - a\n  # more\n\nmine: b\n", "zip", "tags:\n  - a\n  # more\n\nmine: b\nzip: x\n"),
        ("type: |+\n  a\n\nmine: b\n", "role", "type: |+\n  a\n\nrole: x\nmine: b\n"),
        ("", "role", "role: x\n"),
        ("# only\n", "role", "# only\nrole: x\n"),
    ],
)
def test_a_new_key_has_its_place(before: str, key: str, expected: str) -> None:
    """Where the tables of the format have it among those present, else at the end (vault format, Writing)."""
    changed = parse(f"---\n{before}---\n").set(key, "x", order=ORDER)
    assert changed.text == f"---\n{expected}---\n"


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ("no", 'k: "no"\n'),
        (None, "k:\n"),
        (True, "k: true\n"),
        (dt.date(2026, 3, 4), "k: 2026-03-04\n"),
        ([], "k: []\n"),
        (["Aetna", "12:30", None], 'k:\n  - Aetna\n  - "12:30"\n  -\n'),
        (("a",), "k:\n  - a\n"),
        ("one\ntwo", "k: |-\n  one\n  two\n"),
        ("one\n\n\n", 'k: "one\\n\\n\\n"\n'),
        ("[[Sam Lee]]", 'k: "[[Sam Lee]]"\n'),
    ],
)
def test_how_values_are_written(value: object, lines: str) -> None:
    """Lists in block style with 2-space indent, links and look-alikes quoted (vault format, Writing)."""
    assert parse("---\n---\n").set("k", value).text == f"---\n{lines}---\n"
    assert parse("---\nk: old\n---\n").set("k", value).text == f"---\n{lines}---\n"


@pytest.mark.parametrize(
    ("before", "value", "expected"),
    [
        ("k: old # why\n", "new", "k: new # why\n"),
        ("k: old # why\n", None, "k: # why\n"),
        ("k: # why\n", "new", "k: new # why\n"),
        ("k:\n", "new", "k: new\n"),
        ("k: 'old\n  lines' # why\n", "new", "k: new # why\n"),
        ("k:\n  # between\n  old # why\n", "new", "k:\n  # between\n  new # why\n"),
        ("k:\n  - a\n  # between\n  - b\n# end\n", "new", "k: new\n  # between\n# end\n"),
        ("k: old # why\n# end\n", ["a"], "k: # why\n  - a\n# end\n"),
        ("k: '[[A]]'\n", ["[[A]]", "[[B]]"], "k:\n  - '[[A]]'\n  - \"[[B]]\"\n"),
        ("k:\n    - 'a'\n    - b\n", ["z", "a", "c"], "k:\n    - z\n    - 'a'\n    - c\n"),
        ("k:\n- a\n- b\n- c\n", ["a", "c"], "k:\n- a\n- c\n"),
        ("k: ['a', b, c] # why\n", ["a", "x, y", "c"], "k: ['a', \"x, y\", c] # why\n"),
        ("k: [a]\n", [], "k: []\n"),
        ("k: []\n", ["a"], "k:\n  - a\n"),
        ("k: |\n  old\n  # text\n# end\n", "new", "k: new\n# end\n"),
        ("k: |\n  old\n \n# end\n", "new", "k: new\n \n# end\n"),
        ("k:\n  'old\n  more' # why\n", ["a"], "k:\n  - a\n# why\n"),
        ("k:\n  'old\n  more' # why\n", "new", "k:\n  new # why\n"),
        ("k: &x old\n", "new", "k: new\n"),
        ('k:\t"old"\n', True, "k: true\n"),
        ("k: [\n  a, # one\n  b\n  ]\n", "new", "k: new\n# one\n"),
    ],
)
def test_an_existing_value_is_replaced(before: str, value: object, expected: str) -> None:
    """Only the bytes of the value; comments stay, and so do the items of a list that are kept."""
    assert parse(f"---\n{before}next: 1\n---\n").set("k", value).text == f"---\n{expected}next: 1\n---\n"


def test_add_and_remove_items() -> None:
    """A flow list stays flow, one text becomes a list, the last item leaves an empty list."""
    document = parse("---\nflow: [a]\nblock:\n  - a\none: a\nnone:\n---\n")
    assert document.add_item("flow", "b").block.startswith("flow: [a, b]\n")
    assert parse("---\nk: [ a,  b ] # why\n---\n").set("k", ["x", "a", "b"]).block == "k: [ x, a,  b ] # why\n"
    assert document.add_item("one", "b").properties["one"] == ["a", "b"]
    assert document.add_item("none", "b").properties["none"] == ["b"]
    assert document.add_item("new", "b").block.endswith("new:\n  - b\n")
    assert document.remove_item("block", "a").block.startswith("flow: [a]\nblock: []\none")
    assert document.remove_item("one", "a").properties["one"] == []


def test_where_nothing_changes_the_document_is_the_same() -> None:
    """An edit without effect is no edit: nothing is to be saved."""
    document = parse("---\na: 1.0\nb: [x]\nd: 2026-03-04\n---\nText\n")
    assert document.set("a", 1.0) is document
    assert document.set("d", dt.date(2026, 3, 4)) is document
    assert document.set("b", ("x",)) is document
    assert document.add_item("b", "x") is document
    assert document.remove_item("b", "y") is document
    assert document.remove("c") is document
    assert document.rename("c", "d") is document
    assert document.replace_line(6, "Text") is document
    assert document.insert_lines(6, []) is document
    assert document.append_to_section("Log", []) is document
    assert document.set("a", 1) is not document


def test_front_matter_is_made_where_there_is_none() -> None:
    """At the top, after a byte order mark, with the file's line ends."""
    assert bytes(parse("").set("a", "b")) == b"---\na: b\n---\n"
    assert bytes(parse("\ufeffx\r\ny").set("a", ["b"])) == b"\xef\xbb\xbf---\r\na:\r\n  - b\r\n---\r\nx\r\ny"


EDITS: tuple[Callable[[Document], Document], ...] = (
    lambda document: document.set("a", "x"),
    lambda document: document.remove("a"),
    lambda document: document.rename("a", "b"),
    lambda document: document.add_item("a", "x"),
    lambda document: document.remove_item("a", "x"),
    lambda document: document.append_to_section("Log", ["- x"]),
    lambda document: document.replace_line(1, "x"),
    lambda document: document.insert_lines(1, ["x"]),
)


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("data", [b"---\na: [\n---\n", b"---\na: 1\na: 2\n---\n", b"---\na: 1\n", b"a\xff", b"a\0"])
def test_an_unreadable_note_is_never_changed(data: bytes, edit: Callable[[Document], Document]) -> None:
    """The refusal says where and what to do (vault format, Reading)."""
    document = Document.parse(data)
    assert not document.readable
    with pytest.raises(EditRefusedError, match=r"line \d+, column \d+") as refusal:
        edit(document)
    assert "editor" in refusal.value.hint


@pytest.mark.parametrize(
    "edit",
    [
        lambda document: document.set("map", "x"),
        lambda document: document.set("new", {"a": 1}),
        lambda document: document.set("new", [["a"]]),
        lambda document: document.set("new", "half \ud800"),
        lambda document: document.add_item("map", "x"),
        lambda document: document.rename("one", "map"),
        lambda document: document.remove("one"),
        lambda document: document.replace_line(9, "x"),
        lambda document: document.replace_line(0, "x"),
        lambda document: document.replace_line(1, "x\ud800"),
        lambda document: document.replace_line(3, "one: ["),
        lambda document: document.insert_lines(10, ["x"]),
        lambda document: document.insert_lines(8, ["<<<<<<< a", ">>>>>>> b"]),
    ],
)
def test_what_cannot_be_done_safely_is_refused(edit: Callable[[Document], Document]) -> None:
    """Maps are never rewritten, an anchor in use is never removed, a line that is not there is not made up."""
    document = parse("---\nmap:\n  k: v\none: &a x\ntwo: *a\n---\nText\nMore\n")
    with pytest.raises(EditRefusedError):
        edit(document)


# --- body ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("\n## Log\n\n- a\n", "\n## Log\n\n- a\n- x\n"),
        ("## Log\n- a\n  more\n\n## Next\n", "## Log\n- a\n  more\n- x\n\n## Next\n"),
        ("## log ##\n- a", "## log ##\n- a\n- x"),
        ("## Log", "## Log\n\n- x"),
        ("## Log\n", "## Log\n\n- x\n"),
        ("## Log\n\n", "## Log\n\n- x\n"),
        ("## Log\n## Next\n", "## Log\n\n- x\n\n## Next\n"),
        ("## Log\n\n## Next\n", "## Log\n\n- x\n\n## Next\n"),
        ("## Log\n\n\n## Next\n", "## Log\n\n- x\n\n## Next\n"),
        ("# Log\n## Old\n- a\n\n# Next\n", "# Log\n## Old\n- a\n- x\n\n# Next\n"),
        ("Text", "Text\n\n## Log\n\n- x"),
        ("Text\n", "Text\n\n## Log\n\n- x\n"),
        ("Text\n\n", "Text\n\n## Log\n\n- x\n"),
        ("", "\n## Log\n\n- x\n"),
        ("```\n## Log\n```\n", "```\n## Log\n```\n\n## Log\n\n- x\n"),
        ("~~~~\n~~~\n## Log\n~~~~\n## Log\n- a\n", "~~~~\n~~~\n## Log\n~~~~\n## Log\n- a\n- x\n"),
        ("## Logs\n- a\n## Log\n- b\n", "## Logs\n- a\n## Log\n- b\n- x\n"),
        ("##Log\n", "##Log\n\n## Log\n\n- x\n"),
    ],
)
def test_lines_are_added_to_a_section(before: str, expected: str) -> None:
    """After its last line; a missing section is made at the end."""
    assert after(body_of(before).append_to_section("Log", ["- x"])) == expected


def test_lines_take_the_line_ends_of_the_file() -> None:
    """CRLF stays CRLF, also for several lines at once."""
    document = parse("---\r\na: 1\r\n---\r\n## Log\r\n- a\r\n")
    assert document.append_to_section("Log", ["- x", "  y\nz"]).body == "## Log\r\n- a\r\n- x\r\n  y\r\nz\r\n"
    assert document.replace_line(5, "- b\n- c").body == "## Log\r\n- b\r\n- c\r\n"
    assert document.insert_lines(5, ["- b"]).body == "## Log\r\n- b\r\n- a\r\n"
    assert document.insert_lines(6, ["- b"]).body == "## Log\r\n- a\r\n- b\r\n"


def test_lines_at_the_end_of_a_file_without_a_last_line_break() -> None:
    """The file ends as it did."""
    document = parse("one\ntwo")
    assert document.replace_line(2, "2").text == "one\n2"
    assert document.insert_lines(3, ["three"]).text == "one\ntwo\nthree"
    assert document.insert_lines(2, ["x"]).text == "one\nx\ntwo"
    assert parse("").insert_lines(1, ["x"]).text == "x\n"


def test_a_closing_fence_at_the_end_of_the_file_gets_its_line_break() -> None:
    """Only then can a body follow; the properties stay."""
    assert parse("---\na: 1\n---").append_to_section("Log", ["- x"]).text == "---\na: 1\n---\n\n## Log\n\n- x"


def test_a_line_that_would_make_front_matter_is_refused() -> None:
    """An edit of the body never changes the properties."""
    with pytest.raises(EditRefusedError):
        parse("Text\na: 1\n---\n").replace_line(1, "---")


@STEADY
@given(notes(), st.sampled_from(("Log", "New")))
def test_adding_to_a_section_only_inserts(text: str, heading: str) -> None:
    """Nothing of the file is lost or moved."""
    document = parse(text)
    assume(document.readable)
    changed = document.append_to_section(heading, ["- added line"])
    at = next((i for i, pair in enumerate(zip(changed.text, text, strict=False)) if len(set(pair)) > 1), len(text))
    assert changed.text[:at] == text[:at]
    assert changed.text.endswith(text[at:])
    assert changed.text.count("- added line") == 1
    assert changed.body_line in (document.body_line, document.body_line + 1)
    assert repr(changed.properties) == repr(document.properties)


# --- time ----------------------------------------------------------------------------------------------------------


def shortest(work: Callable[[], object]) -> float:
    """The shortest of some runs, in seconds."""
    times = []
    gc.disable()
    for _ in range(7):
        start = time.thread_time()  # other work on the machine doesn't count; a process's time jumps under a limit
        work()
        times.append(time.thread_time() - start)
    gc.enable()
    return min(times)


def large(kind: str, size: int) -> Document:
    keys = {
        "keys": "".join(f"key{number}: value {number} # why\n" for number in range(size)),
        "items": "list:\n" + "".join(f"  - item {number}\n" for number in range(size)),
        "odd keys": "".join(f"'key {number}': [a, b]\n# ruler\n" for number in range(size)),
        "text": "text: |\n" + "  line of text\n" * size,
        "comments": "a: 1\n" + "# comment\n\n" * size,
        "blanks": "a: 1" + " " * size + "\nb: x" + " y" * size + "\n",
        "flow": "list: [" + "a, 'b c', " * size + "]\n",
        "body": "a: 1\n",
    }
    body = "Words and more words.\n\n- item\n" * (size * 30 if kind == "body" else 1)
    return parse(f"---\nfirst: 1\n{keys[kind]}---\n{body}")


@pytest.mark.parametrize("kind", ["keys", "items", "odd keys", "text", "comments", "blanks", "flow", "body"])
def test_time_is_linear_in_the_size(kind: str) -> None:
    """2,000 lines of front matter, megabytes of body: four times as much takes nowhere near sixteen times as long."""

    def work(document: Document) -> Callable[[], object]:
        data = bytes(document)
        key = "list" if kind in {"items", "flow"} else "first"
        return lambda: Document.parse(data).add_item(key, "new").append_to_section("Log", ["- x"])

    small, big = large(kind, 500), large(kind, 2000)
    assert big.readable
    assert shortest(work(big)) / shortest(work(small)) < 10


SPELLED = b'---\n# who\nType: partner\nROLE: "therapist" # yes\nMine: 1\nCheck_In: 3 months\n---\n'


def test_known_properties_are_read_whatever_their_case_and_written_as_they_stand() -> None:
    """`ROLE` is role; the user's own `Mine` keeps its case; an edit touches the value alone."""
    note = Document.parse(SPELLED)
    assert note.properties == {"type": "partner", "role": "therapist", "Mine": 1, "check_in": "3 months"}
    assert note.written("role") == "ROLE"
    assert bytes(note.set("role", "doula")) == SPELLED.replace(b'"therapist"', b"doula")
    assert bytes(note.set("Mine", 2)) == SPELLED.replace(b"Mine: 1", b"Mine: 2")
    assert bytes(note.remove("check_in")) == SPELLED.replace(b"Check_In: 3 months\n", b"")
    assert bytes(note.rename("role", "my_role")) == SPELLED.replace(b"ROLE", b"my_role")


def test_a_new_property_goes_beside_its_neighbors_whatever_their_case() -> None:
    """The order of the tables counts, not how a key is spelled."""
    order = ("type", "role", "organization", "stage", "check_in")
    new = Document.parse(SPELLED).set("organization", "x", order=order)
    assert bytes(new) == SPELLED.replace(b"# yes\n", b"# yes\norganization: x\n")


def test_of_two_spellings_lower_case_counts_and_the_note_stays_writable() -> None:
    """The other one keeps its spelling and bytes; without the first it is read."""
    data = b"---\nRole: doula\nrole: midwife\nSTAGE: met\nStage: found\n---\n"
    note = Document.parse(data)
    assert note.readable
    assert note.properties == {"Role": "doula", "role": "midwife", "stage": "met", "Stage": "found"}
    assert note.shadowed == ("Role", "Stage")
    assert bytes(note.set("role", "therapist")) == data.replace(b"midwife", b"therapist")
    assert bytes(note.set("stage", "active")) == data.replace(b"STAGE: met", b"STAGE: active")
    gone = note.remove("role")
    assert (gone.properties["role"], bytes(gone)) == ("doula", data.replace(b"role: midwife\n", b""))


# --- marks of a merge -----------------------------------------------------------------------------------------------

MARKED = "<<<<<<< HEAD\none\n=======\ntwo\n>>>>>>> main\n"


@pytest.mark.parametrize(
    "text",
    [
        f"---\ntype: partner\n---\n\n```\n{MARKED}```\n",
        f"~~~~ diff\n{MARKED}~~~~\nmore\n",
        f"- a\n\n```\n{MARKED}{MARKED}```\n\n## Log\n",
        "    " + MARKED.replace("\n", "\n    "),
        "> " + MARKED.replace("\n", "\n> "),
        "<<<<<<< arrows\n",
        ">>>>>>> deep quotation\n\n<<<<<<< arrows\n",
        "<<<<<<<<< nine\n>>>>>>> seven\n",
    ],
)
def test_a_note_may_show_the_marks_of_a_merge(text: str) -> None:
    """In code, indented, quoted, or a half of them: that is text, and the note is read and edited as any other."""
    assert parse(text).readable
    assert bytes(parse(text).set("a", "x")).decode().endswith(text.removeprefix("---\ntype: partner\n"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"a\n{MARKED}", 2),
        (f"```\n{MARKED}```\n\n{MARKED}", 9),
        ("<<<<<<< ours\n```\ncode\n=======\nwords\n>>>>>>> theirs\n```\n", 1),  # one side opens a code block
        (f"```\n\n{MARKED}", 3),  # nothing closes the code
        (MARKED.replace("<" * 7, "<" * 12).replace("=" * 7, "=" * 12).replace(">" * 7, ">" * 12), 1),
        (MARKED.replace("=======\n", "||||||| base\nzero\n=======\n"), 1),
        (MARKED.replace("\n", "\r\n"), 1),
        (f"---\n{MARKED.replace('one', 'a: 1').replace('two', 'a: 2')}---\n", 2),
    ],
)
def test_marks_that_git_left_are_a_problem(text: str, line: int) -> None:
    (problem,) = [each for each in parse(text).problems if "merge conflict" in each.message]
    assert problem.line == line
    assert not parse(text).readable


def test_many_marks_take_no_time() -> None:
    """Of whatever length, with nothing that ends them."""
    text = ">>>>>>> y\n" + "".join(f"{'<' * (7 + at % 1000)} x\n" for at in range(20_000))
    began = time.monotonic()
    assert parse(text).readable
    assert time.monotonic() - began < 5

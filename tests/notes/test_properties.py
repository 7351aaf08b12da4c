"""List properties as Obsidian reads them."""

import pytest

from rounds.errors import Level
from rounds.notes.properties import corrected_tag, split_text
from rounds.notes.read_note import Note, read_note
from rounds.notes.schema import FOLDERS, folder_types


def partner(properties: str) -> Note:
    return read_note("Partners/Joe.md", f"---\nrole: x\n{properties}\n---\n".encode(), folder_types(FOLDERS))


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("client", ""), ("#client", ""), ("new-client", ""), ("a/b_c", ""), ("naïve", ""), ("🎉", ""), ("y2026", ""), ("李明", ""),
        ("new client", "new-client"), ("2026", "y2026"), ("a.b", "a-b"), ("east side!", "east-side"), (" a", "a"), ("C++", "C"),
    ],
)  # fmt: skip
def test_tags_that_obsidian_takes(text: str, mended: str) -> None:
    """A tag has no blanks, none of most signs, and something other than digits (Obsidian's help, Tags)."""
    assert corrected_tag(text) == mended


@pytest.mark.parametrize(
    ("properties", "line", "column", "level", "hint"),
    [
        ("tags: [new client]", 3, 8, Level.WARNING, "Write new-client, or make it two tags."),
        ("tags:\n  - a\n  - new client", 5, 5, Level.WARNING, "Write new-client, or make it two tags."),
        ("tags: [a, 1984]", 3, 11, Level.WARNING, "Write y1984."),
        (
            "tags: a, b", 3, 7, Level.ADVICE, "Write each on a line of its own: `tags:`, then `  - a`, then `  - b`.",
        ),
        ("tags: client", 3, 7, Level.ADVICE, "Write each on a line of its own: `tags:`, then `  - client`."),
        ("aliases: Joe", 3, 10, Level.ADVICE, "Write each on a line of its own: `aliases:`, then `  - Joe`."),
        ("cssclasses: wide", 3, 13, Level.ADVICE, "Write each on a line of its own: `cssclasses:`, then `  - wide`."),
        ("tag: client", 3, 1, Level.ADVICE, "Write tags instead, as a list: `tags:`, then `  - client`."),
        ("alias: Joe", 3, 1, Level.ADVICE, "Write aliases instead, as a list: `aliases:`, then `  - Joe`."),
        ("cssclass:", 3, 1, Level.ADVICE, "Write cssclasses instead."),
        ("Tags: client", 3, 7, Level.ADVICE, "Write each on a line of its own: `tags:`, then `  - client`."),
        ("tag: a\ntags: [b]", 3, 1, Level.ADVICE, "Move this value to tags, and remove this line."),
        (
            "insurance: Aetna, Regence", 3, 12, Level.ADVICE,
            "Write each on a line of its own: `insurance:`, then `  - Aetna`, then `  - Regence`.",
        ),
        (
            "tags: #a #b", 3, 7, Level.WARNING,
            "Write each on a line of its own: `tags:`, then `  - a`, then `  - b`.",
        ),
        ("tags:\n  - #client", 4, 5, Level.WARNING, "Write it without #: `  - client`."),
        (
            "aliases: LifeOS\n  - B", 3, 10, Level.WARNING,
            "Write each on a line of its own: `aliases:`, then `  - LifeOS`, then `  - B`.",
        ),
        (
            "serves:\n  -adults\n  -teens", 3, 8, Level.WARNING,
            "Write each on a line of its own: `serves:`, then `  - adults`, then `  - teens`.",
        ),
        (
            "serves:\n - adults\n   - teens", 4, 4, Level.WARNING,
            "Give all items the same indentation: `  - adults`, then `  - teens`.",
        ),
    ],
)  # fmt: skip
def test_what_obsidian_would_not_read_as_meant(
    properties: str, line: int, column: int, level: Level, hint: str
) -> None:
    """Since 1.9 Obsidian reads neither `tag` nor a text where a list belongs; the hint shows what it reads."""
    (problem,) = partner(properties).problems
    assert (problem.line, problem.column, problem.level, problem.hint) == (line, column, level, hint)


@pytest.mark.parametrize(
    "properties",
    [
        "tags: [client, a/b]", "tags:\n  - client", "tags:", "tags: []", 'tags: ["#client"]', "tags: # none yet",
        "aliases: [Joe]", "aliases:\n  - Joe, the doula", "insurance: Aetna", "specialties:\n  - anxiety - teens",
        "email:\n  - a@b.example\n  - c@d.example", "note: a, b",
    ],
)  # fmt: skip
def test_what_is_fine(properties: str) -> None:
    """One text for a list of ours is a list of one (vault format, Reading); no advice where none is needed."""
    assert partner(properties).problems == ()


def test_a_text_with_commas_is_read_as_a_list() -> None:
    """What somebody typed as one line is found item by item; a comma in a link parts nothing."""
    note = partner('insurance: Aetna, Regence\nknows: "[[Lee, Sam]], [[Ana]]"\ntags: a b\ncity: Portland, Oregon')
    assert note.properties == {
        "role": "x", "insurance": ["Aetna", "Regence"], "knows": ["[[Lee, Sam]]", "[[Ana]]"], "tags": ["a", "b"],
        "city": "Portland, Oregon",
    }  # fmt: skip
    assert split_text("aliases", "Joe, , J. ") == ["Joe", "J."]


@pytest.mark.parametrize(
    ("written", "wrong"), [("3", False), ('"3"', True), ("[a, b]", True), ("true", True), ("", False)]
)
def test_options_given_is_a_number(written: str, wrong: bool) -> None:
    """How many names a client was given (vault format, Referral)."""
    data = f"---\ndirection: out\noptions_given: {written}\n---\n".encode()
    note = read_note("Referrals/2026/x.md", data, folder_types(FOLDERS))
    assert [problem.line for problem in note.problems] == ([3] if wrong else [])


def test_a_list_of_phones_is_checked_too() -> None:
    """Each may have lost its plus."""
    (problem,) = partner('phone: ["503-555-0142", 5035550143]').problems
    assert problem.message == "phone is read as the number 5035550143, so a plus or zeros in front are lost"

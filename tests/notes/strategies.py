"""Hypothesis strategies for front matter as people and programs write it: ugly, but mostly readable."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

STEADY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
"""For tests of generated notes: other work on the machine must not fail them, nor an unlucky run of broken notes."""

KEYS = (
    "a", "title", "tags", "my key", "'q k'", '"d: k"', "k/s", "é", "🎉", "a:b", "-x", "1", "true", "spaced ", "null", "k#x",
)  # fmt: skip

SCALARS = (
    "x", "two words", "x # why", "'it''s' # why", '"q # no comment"', "'two\n  lines'", '"a\n\n  b" # why', '"\\""',
    "plain\n  more\n  # below", "plain\n\n  more", "|\n  text\n  # no comment\n\n", "|+\n  text\n\n\n", ">-\n  f  \n\n   g",
    "|-\n    t\n  # after", ">- # why\n  f", "|2\n    lead\n  x", "|", ">+\n\n", "\n  next line # why", "\n  # between\n  'x'",
    "\n  |\n   t", "", "# nothing", "~", "null", "1", "-1", "1.10", "012", "+44207", "0x1F", "1e3", ".nan", "no", "12:30",
    "2026-03-04", "=", "<<", "x\t", "x\t# why", "http://x.example/z#a", "a 'b' c", "C#", "x\u0085y", "x\u2028y", "x\xa0y",
    "x\u200by", "\xa0x", "it's", "!t x", "&anchored x", '"\\x41"', '"a\\\n   b"', "'[[Acme''s Law|law]]'", '"[[A]]"',
)  # fmt: skip

LISTS = (
    "[]", "[] # none", "[a, b]", "[a, 'b, c', \"d]\"] # why", "[\n  a, # one\n  b\n  ]", "[it's, don't]", "[a,]",
    "\n  - a\n  - b # why", "\n- a\n- b", "\n  # first\n  - a\n  # between\n  - b\n  # after\n# ruler", "\n  -\n  - x",
    "\n  - |\n    t\n    # no comment\n  # comment\n  - b", "\n  - 'a\n    b'\n  - [x,\n    y]", "\n  - a\n\n  - b\n\n",
    "\n  - - a\n    - b\n  - c", " # why\n  - a", "\n    - deep\n    - er\n  # lesser", "\n- a\n # odd\n- b\n# ---- ruler",
    "\n  - a\t\t\n  - b", '\n  - "[[A|b]]"\n  - \'[[C]]\'', '\n  - foo # n: "x\n  - b', "\n  - >-\n    x\n\n  - y",
)  # fmt: skip

MAPS = (
    "{}", '{a: [1, 2], b: "}"}', "\n  k: v\n  # why\n  l:\n    - x\n  # end", "\n  k: 'a\n   # no comment'",
    "\n  - k: v\n    l: |\n      t\n  # why\n  - k: w", "\n  k:\n  - a\n  # why\n  - b\n  l: 1",
)  # fmt: skip

FILL = ("", "# ---- ruler ----", "# why", "  # indented", "\t", "  ", "#")


def entries(*, lists: bool = False) -> st.SearchStrategy[str]:
    """One key with its value (a list, if asked for) and what stands below it; LF, a line break at its end."""
    key = st.sampled_from(KEYS) | st.integers(0, 30).map(lambda number: f"key{number}")
    value = st.sampled_from(LISTS)
    if not lists:
        value |= st.sampled_from(SCALARS) | st.sampled_from(MAPS)
    gap = st.sampled_from((" ", " ", "  "))
    fill = st.lists(st.sampled_from(FILL), max_size=2)
    return st.builds(_entry, key, gap, value, fill)


def _entry(key: str, gap: str, value: str, fill: list[str]) -> str:
    start = f"{key}:" if value.startswith(("\n", " ")) else f"{key}:{gap}"
    text = start + value
    return (text if text.endswith("\n") else text + "\n") + "".join(line + "\n" for line in fill)


def blocks(*, twice: bool = False, lists: bool = False) -> st.SearchStrategy[str]:
    """The text between the fences, with LF; keys may stand there twice if asked for."""
    if twice:
        return st.lists(entries(), max_size=5).map("".join)
    size = 1 if lists else 0
    return st.lists(entries(lists=lists), unique_by=_key, min_size=size, max_size=5).map("".join)


def _key(entry: str) -> str:
    return entry.partition(":")[0].strip("\"' ")


def notes(*, twice: bool = False, lists: bool = False) -> st.SearchStrategy[str]:
    """Whole files: with byte order mark, CRLF or mixed line ends, odd fences, with and without a body.

    Most can be read. `twice` allows keys that stand there twice; with `lists` all values are lists.
    """
    opening = st.sampled_from(("---\n", "---\n", "--- \n", "\ufeff---\n"))
    closing = st.sampled_from(("---\n", "---\n", "...\n", "---\t\n"))
    last_fence = st.sampled_from(("---", "...", "--- "))
    body = st.sampled_from(("", "\n", "body", "body\n", "\n## Log\n\n- x\n", "---\n", "```\n## Log\n```\n", "- a\n\n"))
    end = st.builds(str.__add__, closing, body) | last_fence
    text = st.builds(lambda *parts: "".join(parts), opening, blocks(twice=twice, lists=lists), end)
    return st.builds(_with_newlines, text, st.sampled_from(("LF", "LF", "CRLF", "mixed")))


def _with_newlines(text: str, newlines: str) -> str:
    if newlines == "CRLF":
        return text.replace("\n", "\r\n")
    if newlines == "mixed":
        return (
            "".join(line + ("\r\n" if number % 3 else "\n") for number, line in enumerate(text.split("\n")))
            .removesuffix("\n")
            .removesuffix("\r")
        )
    return text


def scalars() -> st.SearchStrategy[object]:
    """Values of a property that is no list."""
    tricky = (
        "no", "On", "12:30", "2026-03-04", "=", "<<", "~", "x: y", "x #y", "#x", "@x", "- x", "[[L]]", "'", '"', "\\", " x",
        "x ", "x:", "a\nb", "a\nb\n", "tail\n\n\n", "\tx", "+1 503 555 0142", "1e3", ".5", "0x1F", "3 months", "é", "🎉", "",
        "x\u0085y", "x\u2028y", "\ufeffx", "a\r\nb", "{x}", "%x", "`x`", "!x", "&x", "*x", "|", ">", "?", "---", "NULL",
    )  # fmt: skip
    numbers = st.integers(-(2**53), 2**53) | st.floats()
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    return st.sampled_from(tricky) | text | numbers | st.booleans() | st.none() | st.dates().filter(_has_four_digits)


def _has_four_digits(value: object) -> bool:
    return str(value)[0] != "0"


def values() -> st.SearchStrategy[object]:
    """All that a property can be set to."""
    return scalars() | st.lists(scalars(), max_size=4)

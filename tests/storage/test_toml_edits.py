"""One setting changes, and no other byte of its file."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.errors import RoundsError
from rounds.storage.toml_edits import with_setting

FILE = b'# mine\r\nvault = "a"  # here\r\ntheme = \'dark\' # calm\r\n\r\n# keys\r\n[keys]\r\nlog = "a"\r\n\r\n[serve]\r\nport = 1\r\n'


@pytest.mark.parametrize(
    ("table", "key", "value", "old", "new"),
    [
        ("", "theme", "light", b"theme = 'dark' # calm", b'theme = "light" # calm'),
        ("", "theme", None, b"theme = 'dark' # calm\r\n", b""),
        ("", "reader", True, b"# calm\r\n", b"# calm\r\nreader = true\r\n"),
        ("keys", "log", "ctrl+l", b'log = "a"', b'log = "ctrl+l"'),
        ("keys", "done", "x", b"[keys]\r\n", b'[keys]\r\ndone = "x"\r\n'),
        ("keys", "log", None, b'log = "a"\r\n', b""),
        ("today", "cap", 7, b"port = 1\r\n", b"port = 1\r\n\r\n[today]\r\ncap = 7\r\n"),
        ("", "missing", None, b"", b""),
    ],
)
def test_one_setting_changes_and_no_other_byte(
    table: str, key: str, value: str | int | bool | None, old: bytes, new: bytes
) -> None:
    """Comments, quotes of others, blank lines, order and line ends stay."""
    assert with_setting(FILE, table, key, value) == FILE.replace(old, new, 1)


def test_an_empty_file_gets_the_setting() -> None:
    """With its table, if it has one; a mark at the start stays there."""
    assert with_setting(b"", "", "theme", "dark") == b'theme = "dark"\n'
    assert with_setting(b"", "keys", "log", "a") == b'[keys]\nlog = "a"\n'
    assert with_setting(b"\xef\xbb\xbf[keys]\n", "", "motion", False) == b"\xef\xbb\xbfmotion = false\n[keys]\n"
    assert with_setting(b'vault = "a"', "today", "cap", 3) == b'vault = "a"\n\n[today]\ncap = 3\n'


@pytest.mark.parametrize("text", [b"theme = [\n", b'theme = """a\nb"""\n', b'keys = {log = "a"}\n', b"\xff = 1\n"])
def test_what_is_not_a_simple_setting_is_left_alone(text: bytes) -> None:
    """The error says what to write by hand."""
    with pytest.raises(RoundsError, match="can't be changed here"):
        with_setting(text, "keys" if b"keys" in text else "", "log" if b"keys" in text else "theme", "b")


@given(
    st.lists(st.sampled_from(['a = "1"', "b = 2", "# c", "", "[t]", 'x = "y" # z', "[u.v]", "w = [1]"]), max_size=8),
    st.sampled_from(["", "t", "u"]),
    st.sampled_from(["a", "x", "w", "new"]),
    st.sampled_from(["text", 'quo"te\\', 3, True, None]),
)
def test_the_result_is_read_as_meant_or_refused(
    lines: list[str], table: str, key: str, value: str | int | bool | None
) -> None:
    """Whatever the file looks like."""
    text = "\n".join(lines)
    try:
        before = tomllib.loads(text)
        new = with_setting(text.encode(), table, key, value)
    except (tomllib.TOMLDecodeError, RoundsError):
        return
    after = tomllib.loads(new.decode())
    inside = after.get(table, {}) if table else after
    assert inside.get(key) == value
    if table not in before and table:
        before[table] = {}
    (before[table] if table else before)[key] = value
    if value is None:
        del (before[table] if table else before)[key]
        after.setdefault(table, {}) if table else None
    assert after == before

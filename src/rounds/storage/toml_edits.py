"""Edits of single settings in config.toml and rounds.toml; no other byte changes."""

import codecs
import copy
import json
import re
import tomllib
from typing import Any

from rounds.errors import RoundsError
from rounds.storage.rounds_toml import place_of_key

Value = str | int | bool

_SCALAR = re.compile(
    r"(?P<head>\s{0,9}(?:[\w-]{1,99}|\"[^\"]{1,99}\"|'[^']{1,99}')\s{0,9}=\s{0,9})"
    r"(?P<value>\"(?:[^\"\\]|\\.)*\"|'[^']*'|[\w.+-]+)(?P<tail>\s{0,99}(?:#.*)?)"
)


def toml_value(value: Value) -> str:
    """A value as TOML: JSON's escapes are TOML's too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_key(name: str) -> str:
    """A key, in quotes if it needs them."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else toml_value(name)


def with_setting(data: bytes, table: str, key: str, value: Value | None) -> bytes:
    """The bytes of a settings file with one setting changed, added, or with None removed.

    Args:
        data: of the file; may be empty.
        table: name of a table at the top level; empty for a setting outside of tables.

    Raises:
        RoundsError: the file can't be read, or the setting isn't a simple one on a line of its own.
    """
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    hint = f"Change it by hand: {toml_key(key)} = {'...' if value is None else toml_value(value)}"
    try:
        text = data.removeprefix(mark).decode()
        before = _parsed(text)
        after = _expected(before, table, key, value)
        new = text if after == before else _edited(text, before, table, key, value)
        if _parsed(new) == after:
            return mark + new.encode()
    except (ValueError, TypeError, AttributeError):
        pass
    where = f" in [{table}]" if table else ""
    raise RoundsError(f"{key}{where} can't be changed here", hint=hint)


def _parsed(text: str) -> dict[str, Any]:
    return tomllib.loads(text.replace("\r\n", "\n"))


def _expected(before: dict[str, Any], table: str, key: str, value: Value | None) -> dict[str, Any]:
    after = copy.deepcopy(before)
    inside = after.setdefault(table, {}) if table and value is not None else after.get(table, {}) if table else after
    if value is None:
        inside.pop(key, None)
    else:
        inside[key] = value
    return after


def _edited(text: str, before: dict[str, Any], table: str, key: str, value: Value | None) -> str:
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(end)
    inside = before.get(table, {}) if table else before
    if key in inside:
        number = place_of_key(text.replace("\r\n", "\n"), table, key)[0] - 1
        found = _SCALAR.fullmatch(lines[number])
        if found is None:
            raise ValueError(key)
        lines[number : number + 1] = [] if value is None else [f"{found['head']}{toml_value(value)}{found['tail']}"]
        return end.join(lines)
    assert value is not None
    line = f"{toml_key(key)} = {toml_value(value)}"
    if table and table not in before:
        head = f"{text}{end * 2}" if lines[-1] else f"{text}{end}" if text else ""
        return f"{head}[{table}]{end}{line}{end}"
    number = place_of_key(text.replace("\r\n", "\n"), table, key)[0] if table else _last_of_top(lines)
    lines.insert(number, line)
    return end.join(lines) if number < len(lines) - 1 else f"{end.join(lines)}{end}"


def _last_of_top(lines: list[str]) -> int:
    """The line after the settings outside of tables: after the last of them, else at the top."""
    first = next((number for number, line in enumerate(lines) if re.match(r"\s*\[", line)), len(lines))
    used = [number for number, line in enumerate(lines[:first]) if line.strip() and not line.lstrip().startswith("#")]
    return used[-1] + 1 if used else 0

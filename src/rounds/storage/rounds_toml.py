"""Settings in rounds.toml, shared with the vault.

People write it, and so do the settings of the terminal interface.
"""

import os
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from rounds.domain.folding import fold
from rounds.domain.free_times import parse_slot
from rounds.domain.periods import Interval, parse_interval
from rounds.domain.settings import (
    DEFAULT_RULES,
    LEVELS,
    LINKS,
    DraftSettings,
    FeedSettings,
    GuardSettings,
    RuleSettings,
    Settings,
)
from rounds.domain.windows_names import is_reserved
from rounds.errors import Level, Problem
from rounds.notes.schema import FOLDERS, WHOLE_VAULT
from rounds.storage.open_file import content

FILE = "rounds.toml"
ID = "[A-Za-z0-9_-]{4,64}"
"""Pattern of a vault's id. The id names folders on each machine, and rounds.toml may come from anybody."""

_TOO_LONG = re.compile(r"(?<!\w)\d\w{4000}")
_KIND_WORDS = {str: "a text in quotes", int: "a whole number", bool: "true or false", dict: "a table",
               list: "a list of texts"}  # fmt: skip
MOST = 36500
"""Maximum for a number of days, and for any other number here."""


def kinds_of(settings: type[tuple[Any, ...]]) -> dict[str, type]:
    """The type of each setting of a named tuple, from its default."""
    return {name: type(default) for name, default in settings._field_defaults.items()}  # type: ignore[attr-defined]


def wrong_kind(key: str, value: object, kinds: Mapping[str, type]) -> str:
    """The problem with an entry of a table of rounds.toml or config.toml; empty if its key and kind are right."""
    kind = kinds.get(key)
    if kind is None:
        return f"{key} is not known"
    if type(value) is not kind or (isinstance(value, list) and not all(type(each) is str for each in value)):
        return f"{key} should be {_KIND_WORDS[kind]}"
    return ""


_RULE = {"on": bool, "days": int, "overdue": int, "every": str, "times": int, "roles": dict, "lapse": int}
_FEED = kinds_of(FeedSettings) | {"privacy": str}
"""`privacy` is the old name of `level`; both are read (docs/decisions/0012-feeds.md)."""
_TABLES: Mapping[str, Mapping[str, type]] = {
    "month": {"goal": int},
    "today": {"cap": int},
    "week": {"free": list},
    "network": {"niches": list, "suggest": int, "again": int, "steps": int},
    "holidays": {"country": str, "subdivision": str, "card": str},
}
"""Tables whose keys are settings by themselves."""

_TOP = {"vault": str, "timezone": str, "folders": dict, "reminders": dict, **dict.fromkeys(_TABLES, dict),
        "feeds": dict, "drafts": dict, "tasks": dict, "guard": dict}  # fmt: skip


class BrokenError(Exception):
    """A file that can't be read or parsed, with the bytes read so far."""

    def __init__(self, problem: Problem, data: bytes = b"") -> None:
        super().__init__(problem)
        self.problem = problem
        self.data = data


def read_settings(root: str) -> tuple[Settings, tuple[Problem, ...]]:
    """Read a vault's rounds.toml. A key that is unknown or of the wrong kind is a problem; its default stands.

    If the file can't be read at all, that is the only problem, an error. Then all is default, except the vault's id if
    it's on a line as `init` writes it.
    """
    try:
        text, data = load(os.path.join(root, FILE), FILE)
    except BrokenError as error:
        line = re.search(rb'^vault[ \t]*=[ \t]*"(%b)"[ \t]*(?:#.*)?\r?$' % ID.encode(), error.data, re.MULTILINE)
        default = _Reading("").settings({})
        return default._replace(vault=line[1].decode() if line else ""), (error.problem,)
    reading = _Reading(text)
    return reading.settings(data), tuple(reading.problems)


_PART = r"(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')"
_DEEP_KEY = re.compile(rf"^[ \t]*+\[{{0,2}}+[ \t]*+{_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{16}}", re.MULTILINE)
"""A dotted key of more parts than any setting has: the parser's time grows with their square."""

_MOST_UNKNOWN = 50
"""Unknown keys that are named."""


def load(path: str, name: str) -> tuple[str, dict[str, Any]]:
    """A file's text and its parsed content.

    Raises:
        BrokenError: it can't be read.
    """
    import tomllib

    data = b""
    try:
        data = content(path)
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        if (deep := _DEEP_KEY.search(text)) is not None:
            line = text.count("\n", 0, deep.start()) + 1
            raise BrokenError(Problem("a key here has too many parts", line, 1, "Fix that line.", path=name), data)
        return text, tomllib.loads(text)
    except OSError as error:
        problem = Problem(f"it can't be read: {error.strerror}", hint="Is it there, and yours?")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        hint = "Save the file as UTF-8 in an editor."
        problem = Problem("a character here is not UTF-8 text", line, column, hint)
    except tomllib.TOMLDecodeError as error:
        problem = _mistake(str(error), text)
    except RecursionError:
        problem = _mistake("Values are nested too deeply (at line 1, column 1)", text)
    except ValueError:  # Python reads no number of more than 4,300 digits
        number = _TOO_LONG.search(text)
        line = text.count("\n", 0, number.start()) + 1 if number else 1
        problem = _mistake(f"A number here is too large (at line {line}, column 1)", text)
    raise BrokenError(problem._replace(path=name), data)


def _mistake(reason: str, text: str) -> Problem:
    """Problem for tomllib's message, at its place, or else at the end."""
    place = re.search(r"line (\d+), column (\d+)", reason)
    last = text.rstrip("\n")
    line = int(place[1]) if place else last.count("\n") + 1
    column = int(place[2]) if place else len(last) - last.rfind("\n")
    return Problem(re.sub(r" \(at [^()]*\)$", "", reason), line, column, "Fix that line in an editor.")


def _spelled_out(role: str) -> str:
    from rounds.domain.job_titles import Roles  # few vaults name roles here

    return Roles().spelled_out(role)


class _Reading:
    """One pass over a parsed rounds.toml, collecting problems on the way."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.problems: list[Problem] = []
        self._unknown = 0

    def settings(self, data: Mapping[str, Any]) -> Settings:
        top = self.checked(data, _TOP, "")
        folders = self.checked(top.get("folders", {}), dict.fromkeys(FOLDERS, str), "folders")
        drafts = self.checked(top.get("drafts", {}), kinds_of(DraftSettings), "drafts")
        guard = self.checked(top.get("guard", {}), {"known": list, "words": list}, "guard")
        tasks = self.checked(top.get("tasks", {}), {"filter": str, "folders": list}, "tasks")
        values: dict[str, Any] = {}
        for name, kinds in _TABLES.items():
            values |= self.checked(top.get(name, {}), kinds, name)
        base = Settings()
        return base._replace(
            vault=top.get("vault", ""),
            timezone=top.get("timezone", ""),
            folders={**FOLDERS, **{name: folder for name, folder in folders.items() if folder}},
            rules=self.rules(top.get("reminders", {}), values.get("card", "")),
            feeds=self.feeds(top["feeds"]) if top.get("feeds") else base.feeds,
            drafts=base.drafts._replace(**drafts),
            task_filter=" ".join(tasks.get("filter", "").split()),
            guard=GuardSettings(**{key: self.named(key, texts) for key, texts in guard.items()}),
            task_folders=tuple(tasks.get("folders", ())),
            **values | {key: tuple(values.get(key, getattr(base, key))) for key in ("niches", "free")},
        )

    def named(self, key: str, texts: list[str]) -> tuple[str, ...]:
        """The names and words of a list in [guard]; each needs at least two letters or digits."""
        for text in texts:
            if len(fold(text)) < 2:
                self.wrong(key, f'{key}: "{text}" is too short', "Write a name, a number or a word.", "guard")
        return tuple(text for text in texts if len(fold(text)) > 1)

    def rules(self, data: Mapping[str, Any], card: str) -> dict[str, RuleSettings]:
        tables = self.checked(data, dict.fromkeys(DEFAULT_RULES, dict), "reminders")
        rules = {name: self.rule(name, tables.get(name, {})) for name in DEFAULT_RULES}
        return rules | {"card": rules["card"]._replace(day=card)}

    def rule(self, name: str, data: Mapping[str, Any]) -> RuleSettings:
        values = self.checked(data, _RULE, f"reminders.{name}")
        default = DEFAULT_RULES[name]
        if "every" in values:
            values["every"] = self.interval("every", values["every"], f"reminders.{name}") or default.every
        if "roles" in values:
            table = f"reminders.{name}.roles"
            pairs = {role: self.interval(role, every, table) for role, every in values["roles"].items()}
            values["roles"] = {fold(_spelled_out(role)): every for role, every in pairs.items() if every is not None}
        return default._replace(**values)

    def feeds(self, data: Mapping[str, Any]) -> dict[str, FeedSettings]:
        tables = self.checked(data, dict.fromkeys(data, dict), "feeds")
        feeds = {}
        for name, table in tables.items():
            values = self.checked(table, _FEED, f"feeds.{name}")
            if "alarms" in values:
                kinds = dict.fromkeys(values["alarms"], int)
                found = self.checked(values["alarms"], kinds, f"feeds.{name}.alarms")
                values["alarms"] = {fold(kind): minutes for kind, minutes in found.items()}
            levels = {key: values.pop(key, LEVELS[-1]) for key in ("level", "privacy") if key in table}
            if levels:
                values["level"] = max(levels.values(), key=LEVELS.index)
            if re.fullmatch(r"\w[\w -]{0,60}", name) and not is_reserved(name):
                feeds[name] = FeedSettings(**values)
            else:
                hint = (
                    "Use letters, digits, blanks and hyphens, and no name of a device of Windows, such as con. "
                    "Until then this feed is not written."
                )
                self.wrong(name, f'the name "{name}" can\'t be that of a file', hint, "feeds")
        return feeds

    def interval(self, key: str, text: object, table: str) -> Interval | None:
        every = parse_interval(text) if isinstance(text, str) else None
        if every is None or not every.length():
            self.wrong(key, f'{key}: "{text}" is not a duration', "Write 3 months or 1 year.", table)
            return None
        return every

    def checked(self, data: Mapping[str, Any], kinds: Mapping[str, type], table: str) -> dict[str, Any]:
        """The entries of a table with a known key and the right kind; the others become problems."""
        good = {}
        for key, value in data.items():
            if key not in kinds:
                self.unknown(key, kinds, table)
            elif wrong := wrong_kind(key, value, kinds):
                self.wrong(key, wrong, "The default is used until then.", table)
            elif isinstance(value, int) and not 0 <= value <= MOST:
                self.wrong(key, f"{key} should be from 0 to {MOST}", "The default is used until then.", table)
            elif self.makes_sense(key, value, table):
                good[key] = value
        return good

    def makes_sense(self, key: str, value: Any, table: str) -> bool:
        """Whether a value of the right kind is also a valid one; an empty text is."""
        if (table, key) == ("tasks", "folders"):
            wrong = next((each for each in value if each != WHOLE_VAULT and not _is_inside(each)), None)
            if wrong is not None:
                hint = f'Name folders inside the vault; "{WHOLE_VAULT}" is all of it. The default is used until then.'
                self.wrong(key, f'folders: "{wrong}" isn\'t a folder of the vault', hint, table)
            return wrong is None
        if (table, key) == ("week", "free"):
            wrong = next((each for each in value if parse_slot(each) is None), None)
            if wrong is not None:
                hint = 'Write "Fri 9:00-12:00", in 24 hours. No times are proposed until then.'
                self.wrong(key, f'free: "{wrong}" isn\'t a time of the week', hint, table)
            return wrong is None
        check = _CHECKS.get("folder" if table == "folders" else key)
        if check is None or not isinstance(value, str) or not value or check[0](value):
            return True
        self.wrong(key, f'{key}: "{value}" {check[1]}', check[2], table)
        return False

    def unknown(self, key: str, kinds: Mapping[str, type], table: str) -> None:
        import difflib

        self._unknown += 1
        if self._unknown > _MOST_UNKNOWN:
            return
        if self._unknown == _MOST_UNKNOWN:
            self.wrong(key, "there are more unknown keys from here on", "Remove what Rounds doesn't know.", table)
            return
        close = difflib.get_close_matches(key, kinds, 1)
        hint = f'Did you mean "{close[0]}"?' if close else f"Known here: {', '.join(kinds)}."
        where = f" in [{table}]" if table else ""
        self.wrong(key, f'unknown key "{key}"{where}', hint, table)

    def wrong(self, key: str, message: str, hint: str, table: str) -> None:
        line, column = place_of_key(self.text, table, key)
        level = Level.ERROR if (table, key) == ("", "vault") else Level.WARNING  # the journal is elsewhere then
        self.problems.append(Problem(message, line, column, hint, level, FILE))


def place_of_key(text: str, table: str, key: str) -> tuple[int, int]:
    """1-based line and column of a key in its table, of its table's header, or of the key's first mention."""
    places = _places(text)
    wanted = (*table.split("."), key) if table else (key,)
    return next((places[wanted[:end]] for end in range(len(wanted), 0, -1) if wanted[:end] in places), (1, 1))


@lru_cache(maxsize=4)
def _places(text: str) -> dict[tuple[str, ...], tuple[int, int]]:
    """The first line and column of each table and key, by its full name."""
    places: dict[tuple[str, ...], tuple[int, int]] = {}
    inside: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), 1):
        header = re.match(r"\s*+\[++([^\[\]]++)\]++\s*+(?:#.*)?$", line)
        named = header or re.match(r"\s*+((?:[\w-]++|\"[^\"]*+\"|'[^']*+'|\s*+\.\s*+)++)\s*+=", line)
        if named is None:
            continue
        names = tuple(part.strip().strip("\"'") for part in named[1].split("."))
        inside = names if header else inside
        places.setdefault(names if header else inside + names, (number, named.start(1) + 1))
    return places


def is_zone(name: str) -> bool:
    """Whether a text is the IANA name of a time zone known here."""
    from zoneinfo import ZoneInfo

    try:
        return bool(ZoneInfo(name))
    except (KeyError, ValueError, OSError):
        return False


def _is_month_day(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"\d\d-\d\d", text) and date.fromisoformat(f"2024-{text}"))
    except ValueError:
        return False


def _like(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


def _is_inside(folder: str) -> bool:
    """Whether a folder name stays in the vault, and a scan looks into it."""
    parts = folder.strip("/").split("/")
    return (
        not folder.startswith("/")
        and not re.search(r"[\\\0]|^[A-Za-z]:", folder)
        and not any(p == "" or p[0] == "." for p in parts)
    )


_LEVEL = (
    LEVELS.__contains__,
    "isn't a privacy level",
    f"Known: {', '.join(LEVELS)}. Until then the feed says as little as it can.",
)
_CHECKS: Mapping[str, tuple[Callable[[str], bool], str, str]] = {
    "vault": (_like(ID), "can't be the id of a vault", "Write 4 to 64 letters, digits, - or _ in quotes."),
    "timezone": (is_zone, "isn't a time zone", 'Write it as "America/Los_Angeles".'),
    "card": (_is_month_day, "isn't a day of the year", 'Write it as "12-10".'),
    "country": (_like("[A-Za-z]{2}"), "isn't a country", 'Write two letters, such as "US".'),
    "folder": (_is_inside, "isn't a folder of the vault", "Name one inside the vault; the default is used until then."),
    "alarm": (_like(r"([01]?\d|2[0-3]):[0-5]\d"), "isn't a time of day", 'Write it as "9:00".'),
    "level": _LEVEL,
    "privacy": _LEVEL,
    "link": (LINKS.__contains__, "isn't a known target", f"Known: {', '.join(LINKS)}."),
    "color": (_like("[a-z]{3,20}"), "isn't a color", 'Write one word, such as "teal"; or "" for none.'),
}

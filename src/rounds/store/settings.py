"""rounds.toml, shared with the vault, and config.toml, which belongs to one machine. Only people write either."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rounds.domain.interval import Interval, parse_interval
from rounds.domain.problem import Level, Problem
from rounds.domain.settings import DEFAULT_RULES, FeedSettings, RuleSettings, Settings
from rounds.errors import SettingsError
from rounds.formats.notes import FOLDERS

FILE = "rounds.toml"
_TOP = {"vault": str, "timezone": str, "folders": dict, "reminders": dict, "month": dict, "today": dict,
        "holidays": dict, "feeds": dict}  # fmt: skip
_RULE = {"on": bool, "days": int, "overdue": int, "every": str, "times": int, "roles": dict}
_FEED = {"query": str, "privacy": str, "window": int, "alarm": str}
_HOLIDAYS = {"country": str, "subdivision": str, "card": str}
_NAMES = {str: "a text in quotes", int: "a whole number", bool: "true or false", dict: "a table"}


def read_settings(root: str) -> tuple[Settings, tuple[Problem, ...]]:
    """Read a vault's rounds.toml. A key that is unknown or of the wrong kind is a problem; its default stands.

    Raises:
        SettingsError: the file can't be read at all; the message gives line and column.
    """
    path = os.path.join(root, FILE)
    text = _read(path)
    reading = _Reading(text)
    return reading.settings(_parse(text, FILE)), tuple(reading.problems)


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path} can't be read: {error}", hint="It must be a text file in UTF-8."
        ) from error


def _parse(text: str, name: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        where = f":{place[1]}:{place[2]}" if place else ""
        what = re.sub(r" \(at .*\)$", "", str(error))
        raise SettingsError(f"{name}{where}: {what}", hint="Mend that line in an editor.") from error


class _Reading:
    """One pass over a parsed rounds.toml, collecting problems on the way."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.problems: list[Problem] = []

    def settings(self, data: Mapping[str, Any]) -> Settings:
        top = self.checked(data, _TOP, "")
        folders = self.checked(top.get("folders", {}), dict.fromkeys(FOLDERS, str), "folders")
        month = self.checked(top.get("month", {}), {"goal": int}, "month")
        today = self.checked(top.get("today", {}), {"cap": int}, "today")
        holidays = self.checked(top.get("holidays", {}), _HOLIDAYS, "holidays")
        base = Settings()
        return replace(
            base,
            vault=top.get("vault", ""),
            timezone=top.get("timezone", ""),
            folders={**FOLDERS, **{name: folder for name, folder in folders.items() if folder}},
            rules=self.rules(top.get("reminders", {})),
            goal=month.get("goal", base.goal),
            cap=today.get("cap", base.cap),
            feeds=self.feeds(top.get("feeds", {})) or base.feeds,
            **holidays,
        )

    def rules(self, data: Mapping[str, Any]) -> dict[str, RuleSettings]:
        tables = self.checked(data, dict.fromkeys(DEFAULT_RULES, dict), "reminders")
        return {name: self.rule(name, tables.get(name, {})) for name in DEFAULT_RULES}

    def rule(self, name: str, data: Mapping[str, Any]) -> RuleSettings:
        values = self.checked(data, _RULE, f"reminders.{name}")
        default = DEFAULT_RULES[name]
        if "every" in values:
            values["every"] = self.interval("every", values["every"]) or default.every
        if "roles" in values:
            pairs = {role: self.interval(role, every) for role, every in values["roles"].items()}
            values["roles"] = {role.casefold(): every for role, every in pairs.items() if every is not None}
        return replace(default, **values)

    def feeds(self, data: Mapping[str, Any]) -> dict[str, FeedSettings]:
        tables = self.checked(data, dict.fromkeys(data, dict), "feeds")
        return {
            name: FeedSettings(**self.checked(table, _FEED, f"feeds.{name}"))
            for name, table in tables.items()
        }

    def interval(self, key: str, text: object) -> Interval | None:
        every = parse_interval(str(text))
        if every is None:
            self.wrong(key, f'{key}: "{text}" is no length of time', "Write 3 months or 1 year.")
        return every

    def checked(self, data: Mapping[str, Any], kinds: Mapping[str, type], table: str) -> dict[str, Any]:
        """The entries of a table that are known and of the right kind; the others become problems."""
        good = {}
        for key, value in data.items():
            wanted = kinds.get(key)
            if wanted is None:
                self.unknown(key, kinds, table)
            elif type(value) is not wanted:
                self.wrong(key, f"{key} should be {_NAMES[wanted]}", "The default is used until then.")
            else:
                good[key] = value
        return good

    def unknown(self, key: str, kinds: Mapping[str, type], table: str) -> None:
        import difflib

        close = difflib.get_close_matches(key, kinds, 1)
        hint = f'Did you mean "{close[0]}"?' if close else f"Known here: {', '.join(kinds)}."
        where = f" in [{table}]" if table else ""
        self.wrong(key, f'unknown key "{key}"{where}', hint)

    def wrong(self, key: str, message: str, hint: str) -> None:
        match = re.search(rf"^[ \t]*(?:\[[^\]\n]*)?\"?{re.escape(key)}\b", self.text, re.MULTILINE)
        line = self.text.count("\n", 0, match.start()) + 1 if match else 1
        self.problems.append(Problem(message, line, 1, hint, Level.WARNING, FILE))


@dataclass(frozen=True, slots=True)
class Config:
    """What belongs to this machine and this person.

    Attributes:
        vault: folder of the default vault.
        me: handle of the team member who works here.
        feeds: folder that feed files are written to; empty for the data folder.
        editor: command that opens a file; empty for $VISUAL or $EDITOR.
        theme, keys: of the terminal interface.
    """

    vault: str = ""
    me: str = ""
    feeds: str = ""
    editor: str = ""
    theme: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)


def config_path() -> str:
    """Where config.toml of this machine lies."""
    import platformdirs

    return os.path.join(platformdirs.user_config_dir("rounds", appauthor=False), "config.toml")


def read_config() -> Config:
    """Read config.toml; all defaults where there is none.

    Raises:
        SettingsError: it can't be read, or holds a key that is not known.
    """
    path = config_path()
    if not os.path.exists(path):
        return Config()
    data = _parse(_read(path), path)
    defaults = Config()
    for key, value in data.items():
        wanted = getattr(defaults, key, None)
        if wanted is None or not isinstance(value, dict if key == "keys" else str):
            raise SettingsError(
                f"{path}: {key} is not known, or not of the right kind",
                hint="Known: vault, me, feeds, editor, theme, [keys].",
            )
    return Config(**data)


def cache_folder(name: str) -> str:
    """Folder for what can be rebuilt, by vault."""
    import platformdirs

    return os.path.join(platformdirs.user_cache_dir("rounds", appauthor=False), name)


def data_folder(name: str) -> str:
    """Folder for what can't be rebuilt, by vault: feeds among it."""
    import platformdirs

    return os.path.join(platformdirs.user_data_dir("rounds", appauthor=False), name)

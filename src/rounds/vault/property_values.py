"""Conversion of typed property values to the vault format."""

from collections.abc import Callable, Mapping, Sequence

from rounds.domain.contact import CONTACTS, contact_problem, split_contacts
from rounds.domain.links import whole_link
from rounds.domain.periods import parse_interval
from rounds.domain.query.fields import closest
from rounds.domain.records import ACCEPTING
from rounds.errors import UsageError
from rounds.notes.links import name_of
from rounds.notes.properties import CHOICES, DATES, corrected_tag
from rounds.notes.schema import KEYS, LINKS
from rounds.vault.rename import LINK_BREAKING
from rounds.vault.vault import Vault


def split_value(text: str) -> list[str]:
    """The members of a comma-separated list."""
    return [part.strip() for part in text.split(",") if part.strip()]


def typed_value(vault: Vault, kind: str, key: str, text: str, *, many: bool) -> object:
    """Convert a typed value: parse dates, link names, check choices and contact details.

    Args:
        many: whether the text is a comma-separated list.

    Raises:
        UsageError: it isn't a valid value for that property.
    """
    if many:
        return [typed_value(vault, kind, key, item, many=False) for item in split_value(text)]
    if key in LINKS and "[[" not in text:
        return _link(key, text)
    if key in DATES:
        from rounds.notes.dates import parse_day

        return parse_day(text, today=vault.today(), past=key not in {"rest_until", "expires"}, months=True)
    if key in _TYPED:
        return _TYPED[key](key, text)
    if (kind, key) in CHOICES:
        return _choice(key, text, CHOICES[kind, key])
    if key == "check_in":
        return _check_in(text)
    if key in CONTACTS and kind in KEYS:
        return _contact(key, text)
    if key == "client" and kind in {"referral", "release"}:
        from rounds.vault.client_codes import client_code

        return client_code(vault, text)
    return text


def _link(key: str, text: str) -> str:
    """A link for a name or a Markdown link, which Obsidian doesn't read in properties."""
    link = whole_link(text)
    target, alias = (name_of(link.target), link.alias) if link is not None else (text, "")
    if LINK_BREAKING.search(target + alias):
        raise UsageError(f'{key}: a link can\'t hold "{text}"', hint="Leave out [ ] # ^ and |.")
    return f"[[{target}|{alias}]]" if alias and alias != target else f"[[{target}]]"


def _tag(_key: str, text: str) -> str:
    if mended := corrected_tag(text):
        raise UsageError(f'tags: Obsidian takes no tag "{text}"', hint=f"Write {mended}.")
    return text.lstrip("#")


_DIGITS = 9


def _number(key: str, text: str) -> int:
    if not (text.isdecimal() and len(text) <= _DIGITS):
        raise UsageError(f'{key}: "{text[:40]}" is not a number', hint="Write digits, such as 3.")
    return int(text)


def _contact(key: str, text: str) -> str:
    (value,) = split_contacts(key, text)
    if wrong := contact_problem(key, value):
        raise UsageError(wrong[0], hint=wrong[1])
    return value


def _yes(key: str, text: str) -> bool:
    if text.lower() not in {"yes", "no", "true", "false"}:
        raise UsageError(f'{key}: "{text}" is not one of its values', hint="Known: yes, no.")
    return text.lower() in {"yes", "true"}


_TYPED: Mapping[str, Callable[[str, str], object]] = {"tags": _tag, "telehealth": _yes, "options_given": _number}
"""Converters for properties that aren't text."""


def _choice(key: str, text: str, allowed: Sequence[str]) -> str:
    value = text.lower()
    if allowed is ACCEPTING:
        value = {"yes": "open", "no": "full"}.get(value, value)
    if value in allowed:
        return value
    close = closest(value, allowed)
    hint = f"Did you mean {close}? " if close else ""
    raise UsageError(f'{key}: "{text}" is not one of its values', hint=f"{hint}Known: {', '.join(allowed)}.")


def _check_in(text: str) -> str:
    if text.lower() != "never" and parse_interval(text) is None:
        raise UsageError(f'check_in: "{text}" is not a duration', hint="Write 3 months, 1 year or never.")
    return text.lower()

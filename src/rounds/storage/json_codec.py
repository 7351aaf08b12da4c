"""JSON for saved state: named tuples, dataclasses, dates and times, and back by their types.

A named tuple is written as an array of its fields, a dataclass as an object; either is read from both. Dates and times
are ISO 8601 texts. Unknown keys, as from a later version, are ignored; missing ones get their default.
"""

import datetime as dt
import json
from collections.abc import Callable
from enum import Enum
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from rounds.storage.open_file import private

DAMAGED = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
"""Errors that reading a damaged file, or one of another version, may raise."""

_DAYS_TIMES = (dt.date, dt.time)
_T = TypeVar("_T")
_Read = Callable[[Any], Any]


def encode(value: object, indent: int | None = None) -> bytes:
    """A value as JSON in ASCII; on one line unless indented."""
    return json.dumps(value, indent=indent, separators=(",", ":"), default=_plain).encode()


def _plain(value: Any) -> object:
    if isinstance(value, _DAYS_TIMES):
        return value.isoformat()
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def read_json(path: str) -> Any:
    """The JSON document in one of our files, of any shape.

    Raises:
        OSError: it can't be read.
        DAMAGED: it isn't JSON.
    """
    with open(path, "rb", opener=private) as file:
        return json.loads(file.read())


def decode(kind: type[_T], value: object) -> _T:
    """A value of a kind from parsed JSON.

    Args:
        kind: Any, str, int, bool, a date or time of `datetime`, an Enum, a named tuple, a dataclass, or a tuple,
            Mapping or optional of these. An empty text also stands for None, as older versions wrote it.

    Raises:
        DAMAGED: the value is something else.
    """
    found: _T = _reader(cast("Any", kind))(value)
    return found


@cache
def _reader(kind: Any) -> _Read:
    """The function that reads values of a kind."""
    args = get_args(kind)
    if kind is Any:
        return lambda value: value
    if kind is dt.datetime:
        return _moment
    if kind in {dt.date, dt.time}:
        return kind.fromisoformat  # type: ignore[no-any-return]
    if isinstance(kind, UnionType):
        inner = _reader(next(each for each in args if each is not NoneType))
        return lambda value: None if value is None or value == "" else inner(value)
    if get_origin(kind) is tuple:
        return _tuple_reader(args)
    if args:
        inner = _reader(args[1])
        return lambda value: {name: inner(each) for name, each in value.items()}
    if issubclass(kind, Enum):
        return partial(kind)
    names = getattr(kind, "_fields", None) or getattr(kind, "__dataclass_fields__", None)
    return _record_reader(kind, [*names]) if names else partial(_exact, kind)


def _exact(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(value)
    return value


def _moment(text: str) -> dt.datetime:
    found = dt.datetime.fromisoformat(text)
    return found if found.tzinfo is dt.UTC else found.astimezone(dt.UTC)


def _tuple_reader(args: tuple[Any, ...]) -> _Read:
    if args[-1] is ...:
        inner = _reader(args[0])
        return lambda values: tuple(map(inner, _exact(list, values)))
    readers = [_reader(each) for each in args]
    return lambda values: tuple(read(value) for read, value in zip(readers, values, strict=True))


def _as_they_are(kind: Any) -> tuple[type, ...]:
    """Types of JSON values that are values of a kind as they stand, so that nothing needs to be called."""
    if isinstance(kind, UnionType):
        return (NoneType,)  # an empty text stands for it too
    return (kind,) if kind in {str, int, bool} else ()


def _record_reader(kind: Any, names: list[str]) -> _Read:
    hints = get_type_hints(kind)
    readers = {name: _reader(hints[name]) for name in names}
    in_order = [(_as_they_are(hints[name]), read) for name, read in readers.items()]
    known: dict[tuple[type, ...], list[tuple[int, _Read]]] = {}

    def to_read(types: tuple[type, ...]) -> list[tuple[int, _Read]]:
        """The places in an array with values of these types that need to be read; the others are as they stand."""
        if len(types) > len(names):
            raise ValueError(types)
        pairs = enumerate(zip(in_order, types, strict=False))
        known[types] = [(at, read) for at, ((simple, read), each) in pairs if each not in simple]
        return known[types]

    def read(value: Any) -> object:
        if isinstance(value, list):
            values, types = [*value], (*map(type, value),)
            places = known.get(types)
            for at, inner in to_read(types) if places is None else places:
                values[at] = inner(values[at])
            return kind(*values)
        return kind(**{name: readers[name](each) for name, each in value.items() if name in readers})

    return read

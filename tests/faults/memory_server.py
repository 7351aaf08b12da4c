"""A calendar server in memory, with the methods of `Collection`; `tests/faults/test_two_way.py` compares it with real ones.

The line to it can lose a request before it arrives, or the answer after it, and the program can be killed at that moment.
"""

import re
from dataclasses import dataclass, field
from typing import Self

from rounds.errors import ChangedMeanwhileError, RoundsError


class Killed(BaseException):
    """The program ends here, as by `kill -9`."""


@dataclass
class Server:
    """A calendar: ETag and bytes of each object, by name."""

    objects: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    number: int = 0

    def put(self, name: str, data: bytes) -> str:
        self.number += 1
        self.objects[name] = (f'"{self.number}"', data)
        return self.objects[name][0]


@dataclass
class Line:
    """One connection, in place of `Collection`.

    Attributes:
        fails_at: number of the request, from 1, that fails; 0 for none.
        arrives: whether the server gets that request, so that only the answer is lost.
        kills: whether the program is killed then.
    """

    server: Server
    fails_at: int = 0
    arrives: bool = False
    kills: bool = False
    asked: int = 0
    host: str = "server.test"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def _arrive(self) -> None:
        self.asked += 1
        if self.asked == self.fails_at and not self.arrives:
            self._break()

    def _answer(self) -> None:
        if self.asked == self.fails_at and self.arrives:
            self._break()

    def _break(self) -> None:
        if self.kills:
            raise Killed
        raise RoundsError("server.test can't be reached")

    def tags(self) -> dict[str, str]:
        self._arrive()
        self._answer()
        return {name: tag for name, (tag, _) in self.server.objects.items()}

    def find(self, component: str) -> dict[str, str]:
        return {uid: name for name, uid in self._named(component) if uid.endswith("@rounds")}

    def uids(self, component: str) -> set[str]:
        return {uid for _, uid in self._named(component)}

    def _named(self, component: str) -> list[tuple[str, str]]:
        self._arrive()
        self._answer()
        found = {name: data.decode() for name, (_, data) in self.server.objects.items()}
        kept = {name: text for name, text in found.items() if f"BEGIN:{component}" in text}
        return [
            (name, uid.strip()) for name, text in kept.items() for uid in re.findall("^UID:(.*)$", text, re.MULTILINE)
        ]

    def get(self, name: str) -> tuple[str, bytes] | None:
        self._arrive()
        self._answer()
        return self.server.objects.get(name)

    def put(self, name: str, data: bytes, tag: str | None) -> str:
        self._arrive()
        self._check(name, tag)
        new = self.server.put(name, data)
        self._answer()
        return new

    def delete(self, name: str, tag: str) -> None:
        self._arrive()
        if name in self.server.objects:
            self._check(name, tag)
            del self.server.objects[name]
        self._answer()

    def _check(self, name: str, tag: str | None) -> None:
        there = self.server.objects.get(name)
        if tag is None and there is None:
            return
        if tag is None or there is None or (tag and tag != there[0]):
            self._answer()
            raise ChangedMeanwhileError("server.test has another version meanwhile")

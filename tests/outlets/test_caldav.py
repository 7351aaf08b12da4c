"""Calendar servers whose answers are none."""

import pytest

from faults.hostile_server import answering
from rounds.errors import RoundsError
from rounds.outlets.caldav import Collection


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"<", b"\0", b"<!-- -->", b"<x/>", b'<?xml version="1.0"?>', b'<multistatus xmlns="DAV:"><response/></multistatus>',
        b'<multistatus xmlns="DAV:"><response><href/></response></multistatus>', b'<html xmlns="DAV:"><multistatus/></html>',
        b"\xff\xfe<x/>",
        b'<?xml version="1.0"?>x<multistatus xmlns="DAV:"><!-- a --></multistatus>', b'<multistatus xmlns="DAV:"><!-- a --><?pi b?></multistatus>',
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_an_error_of_ours(answer: bytes) -> None:
    """Whatever the library says of it; the calendar is never taken for an empty one."""
    with answering() as server:
        server.status, server.answer = 207, answer
        with Collection(f"{server.url}/kim/") as there, pytest.raises(RoundsError):
            there.tags()

"""Full cycles with the answers of sabre/dav 4.7.1, of which Baïkal, Nextcloud and ownCloud are made: no package has it."""

import json
import re
from collections.abc import Iterator

import pytest

from calendars.line import line_to
from calendars.sabre import RECORD, Given, as_sabre, ask_all
from calendars.servers import Phone
from calendars.test_both_ways import test_each_request_of_both_ways_is_lost_once
from calendars.test_publish_back import vault
from calendars.test_servers import line, phone, test_each_request_of_a_cycle_is_lost_once
from radicale_server import PASSWORD, USER, radicale

__all__ = [
    "line", "phone", "test_each_request_of_a_cycle_is_lost_once", "test_each_request_of_both_ways_is_lost_once", "vault",
]  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    """Radicale that answers as sabre/dav does."""
    with radicale(tmp_path_factory.mktemp("sabre")) as server, line_to(server.url) as found:
        found.wrong = as_sabre
        yield Phone(found.url, USER, PASSWORD)


def form(given: Given) -> tuple[object, ...]:
    """Status, type, whether there is a tag, and the body: of an error without its words, of an object its lines."""
    status, headers, body = given
    body = re.sub(r"  <s:(message|header)>.*\n", "", body).replace("\r\n", "\n")
    has_tag = "etag" in headers and status < 400
    lines = re.sub("^X-.*\n", "", body, flags=re.MULTILINE).split("\n")
    data = sorted(lines) if "BEGIN:VCALENDAR" in body else lines  # each server has an order of its own
    return status, headers.get("content-type"), has_tag, data


def test_the_answers_have_the_form_of_those_that_were_recorded(phone: Phone) -> None:
    recorded = [Given(*each) for each in json.loads(RECORD.read_text())]
    for number, (ours, theirs) in enumerate(zip(ask_all(*phone), recorded, strict=True)):
        assert (number, form(ours)) == (number, form(theirs))

"""Full cycles on the calendar servers in PHP, over every line and with each request lost once, or the program killed at it.

`tests/calendars` runs the same on Radicale and xandikos.
"""

from collections.abc import Iterator

import pytest

from calendars.php_servers import PHP_SERVERS
from calendars.servers import Phone
from calendars.test_both_ways import test_both_ways_two_times, test_each_request_of_both_ways_is_lost_once
from calendars.test_publish_back import vault
from calendars.test_servers import (
    line,
    phone,
    test_a_cycle_over_every_line,
    test_each_request_of_a_cycle_is_lost_once,
)

__all__ = [
    "line", "phone", "test_a_cycle_over_every_line", "test_both_ways_two_times",
    "test_each_request_of_a_cycle_is_lost_once", "test_each_request_of_both_ways_is_lost_once", "vault",
]  # fmt: skip
pytestmark = [pytest.mark.interop, pytest.mark.timeout(300)]


@pytest.fixture(scope="module", params=PHP_SERVERS)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    with PHP_SERVERS[request.param](tmp_path_factory.mktemp(request.param)) as found:
        yield found

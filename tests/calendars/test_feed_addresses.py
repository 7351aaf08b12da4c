"""Links under which a service publishes a file."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from rounds.calendar.feed_addresses_passwords import direct_address
from rounds.errors import UsageError


@contextmanager
def website(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    site = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=site.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{site.server_port}/"
    finally:
        site.shutdown()
        thread.join(30)
        site.server_close()


def test_the_file_itself_or_a_page_about_it(tmp_path: Path) -> None:
    """Nextcloud shows a link to a page, and gives the file under /download; Dropbox gives it with dl=1."""
    (tmp_path / "s/abc").mkdir(parents=True)
    (tmp_path / "s/abc/download").write_bytes(b"BEGIN:VCALENDAR")
    (tmp_path / "x.ics").write_bytes(b"BEGIN:VCALENDAR")
    with website(tmp_path) as url:
        assert direct_address(f"{url}x.ics", b"BEGIN:VCALENDAR") == f"{url}x.ics"
        assert (
            direct_address(f"{url}x.ics?dl=0", b"BEGIN:VCALENDAR") == f"{url}x.ics?dl=0"
        )  # where it is the file already
        assert direct_address(f"{url}s/abc", b"BEGIN:VCALENDAR") == f"{url}s/abc/download"
        for link in ("x.ics", "nope", "s"):
            assert direct_address(f"{url}{link}", b"something else") == ""
    assert direct_address(f"{url}x.ics", b"BEGIN:VCALENDAR") == ""  # nobody is there any more


@pytest.mark.parametrize("link", ["", "cal.example.org/x.ics", "file:///etc/passwd", "https://", "webcal://x.org/x"])
def test_what_is_no_link(link: str) -> None:
    with pytest.raises(UsageError, match="isn't a link"):
        direct_address(link, b"")

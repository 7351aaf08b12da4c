"""Finding a user's calendars from an address, on real servers, and making one."""

import pytest

from calendars.hostile import hostile, whole
from calendars.line import Answer, Line, line_to
from calendars.servers import Phone
from calendars.test_caldav import XML, multistatus, response
from calendars.test_servers import line, phone, running, typed_html
from rounds.calendar.caldav_account import ServerCalendar, calendars, new_calendar
from rounds.errors import RoundsError

__all__ = ["line", "phone", "running"]

CALDAV = 'xmlns:C="urn:ietf:params:xml:ns:caldav"'


def root(line: Line) -> str:
    return f"http://127.0.0.1:{line.server_port}/"


def found(line: Line, phone: Phone, url: str = "") -> list[str]:
    """The paths of the calendars that are found."""
    return [each.url.removeprefix(root(line)) for each in calendars(url or root(line), phone.user, phone.password)]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_bare_address_asks_the_well_known_one(phone: Phone, line: Line, status: int) -> None:
    """It leads to where the server is (RFC 6764 5), also if nothing else is at the bare address."""
    line.wrong = lambda request, ask: (
        Answer(status, {"Location": line.server.path})
        if request.path == "/.well-known/caldav"
        else Answer(200, {"Content-Type": "text/html"}, b"<html>Welcome")
        if request.path == "/"
        else ask()
    )
    assert line.server.path.lstrip("/") in found(line, phone)
    assert line.asked[0] == ("PROPFIND", "/.well-known/caldav")


def test_an_address_with_a_path_is_asked_itself(phone: Phone, line: Line) -> None:
    """And the well-known one only if there is nothing; a calendar's own address leads to all of them."""
    path = line.server.path.lstrip("/")
    assert path in found(line, phone, line.url)
    assert "/.well-known/caldav" not in {path for _, path in line.asked}
    line.wrong = lambda request, ask: (
        Answer(301, {"Location": line.server.path}) if request.path == "/.well-known/caldav" else ask()
    )
    assert path in found(line, phone, f"{root(line)}no/such/place/")


@pytest.mark.parametrize("status", [301, 303, 307])
def test_a_well_known_address_of_another_server_gets_no_password(phone: Phone, line: Line, status: int) -> None:
    """The user is told, and may type that address."""
    with line_to(phone.url) as other:
        line.wrong = lambda request, ask: Answer(status, {"Location": root(other)})
        with pytest.raises(RoundsError, match=rf"sends on to 127\.0\.0\.1:{other.server_port}, another server"):
            found(line, phone)
        assert other.asked == []


def test_what_can_not_be_used_is_not_offered() -> None:
    """Calendars that are only to be read, those of another server, and collections that are none."""

    def one(href: str, kind: str = f"<C:calendar {CALDAV}/>", more: str = "") -> str:
        return response(href, f"<resourcetype><collection/>{kind}</resourcetype>{more}")

    reading = "<current-user-privilege-set><privilege><read/></privilege></current-user-privilege-set>"
    writing = "<current-user-privilege-set><privilege><bind/></privilege></current-user-privilege-set>"
    tasks = f'<C:supported-calendar-component-set {CALDAV}><C:comp name="VTODO"/></C:supported-calendar-component-set>'
    home = response("/", f"<C:calendar-home-set {CALDAV}><href>/</href></C:calendar-home-set>")
    body = multistatus(
        home
        + one("/tasks/", more=tasks + writing + "<displayname>Tasks</displayname>")
        + one("/all/")
        + one("/birthdays/", more=reading)
        + one("http://127.0.0.1:9/elsewhere/")
        + one("/inbox/", "")
    )
    with hostile(whole(body, XML, status="207 Multi-Status")) as url:
        assert calendars(url, "", "") == [
            ServerCalendar("Tasks", f"{url}tasks/", frozenset({"VTODO"})),
            ServerCalendar(f"{url}all/", f"{url}all/", frozenset()),
        ]


def test_an_address_of_a_website_says_so(phone: Phone, line: Line) -> None:
    line.wrong = lambda _, __: Answer(405, {"Content-Type": "text/html"}, b"<html>No")
    with pytest.raises(RoundsError, match="doesn't answer as a calendar server does"):
        found(line, phone)


@pytest.mark.parametrize("tasks", [True, False])
def test_a_calendar_is_made_for_tasks_or_events(phone: Phone, line: Line, *, tasks: bool) -> None:
    """Also where the answer has PHP's type; it's removed again if what follows fails, or Ctrl-C comes."""
    line.wrong = typed_html
    before = found(line, phone, line.url)
    kind = frozenset({"VTODO" if tasks else "VEVENT"})

    def fail() -> None:
        with new_calendar(line.url, phone.user, phone.password, "Rounds & Co", tasks=tasks) as made:
            (new,) = [each for each in calendars(line.url, phone.user, phone.password) if each.url == made]
            assert (new.name, new.holds) == ("Rounds & Co", kind)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert found(line, phone, line.url) == before


@pytest.mark.parametrize("status", [403, 405, 501, 507])
def test_a_server_that_makes_no_calendars(phone: Phone, line: Line, status: int) -> None:
    """Then one made in its own app is asked for."""
    line.wrong = lambda request, ask: Answer(status) if request.method == "MKCALENDAR" else ask()
    refused = pytest.raises(RoundsError, match="doesn't let other programs make a task list")
    with refused as caught, new_calendar(line.url, phone.user, phone.password, "Rounds", tasks=True):
        pytest.fail("there is none")
    assert "Make a task list called Rounds in the server's own app" in caught.value.hint


def test_a_server_whose_new_calendars_take_no_tasks(phone: Phone, line: Line) -> None:
    """It's said at once, not at the first task; and nothing is left there."""
    before = found(line, phone, line.url)
    line.wrong = lambda request, ask: ask().but(body=ask().body.replace(b"VTODO", b"VEVENT"))
    refused = pytest.raises(RoundsError, match=r"calendars made on 127\.0\.0\.1 don't take tasks")
    with refused, new_calendar(line.url, phone.user, phone.password, "Rounds", tasks=True):
        pytest.fail("it can't be used")
    line.wrong = lambda _, ask: ask()
    assert found(line, phone, line.url) == before

"""Measurements of feeds, of serving them, and of publishing to a calendar server, for `measures.py`."""

import gc
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from clock import TODAY, clocked

if TYPE_CHECKING:
    from rounds.vault.vault import Vault


def serve(_: str) -> dict[str, float]:
    """A conditional GET of a feed of 1,000 events that has not changed, connection included; and connecting alone."""
    import socket
    from http.client import HTTPConnection
    from statistics import median

    from rounds.calendar.feed_addresses_passwords import addresses_for
    from rounds.calendar.server import FeedServer, listening, serving

    with tempfile.TemporaryDirectory() as folder, listening("127.0.0.1", 0) as bound:
        file, addresses = Path(folder, "feed.ics"), os.path.join(folder, "addresses.json")
        file.write_bytes(b"BEGIN:VEVENT\r\nSUMMARY:as long as an event is\r\nEND:VEVENT\r\n" * 5_000)
        path = f"/{addresses_for(addresses, ['feed']).secrets['feed']}.ics"
        host, port = bound.getsockname()

        def ask(tag: str) -> str:
            connection = HTTPConnection(host, port)
            connection.request("GET", path, headers={"If-None-Match": tag})
            answer = connection.getresponse()
            assert (answer.status, bool(answer.read())) == ((304, False) if tag else (200, True))
            connection.close()
            return answer.headers["ETag"]

        def connect() -> None:
            socket.create_connection((host, port)).close()

        with serving(FeedServer(addresses, {"feed": str(file)}), bound):
            tag = ask("")
            return {
                "ms": median(clocked(lambda: ask(tag)) for _ in range(200)),
                "connect": median(clocked(connect) for _ in range(200)),
            }


def feed_vault(root: str, feed: str) -> "Vault":
    """A vault of its own beside the other, with 1,000 follow-ups that a feed holds."""
    from rounds.vault.vault import Vault

    folder = Path(root).with_name(feed)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(Path(os.environ["XDG_DATA_HOME"], "rounds", feed), ignore_errors=True)
    os.environ["XDG_CACHE_HOME"] = f"{folder}-cache"  # the other vault's index stays the only one in its place
    (folder / "Partners").mkdir(parents=True)
    (folder / ".obsidian").mkdir()
    (folder / "rounds.toml").write_text(f'vault = "{feed}"\ntimezone = "America/Los_Angeles"\n')
    for n in range(500):
        lines = [f"- [ ] Send paper {n} on the {what} 📅 {day}-{n % 28 + 1:02}" for what, day in _LINES]
        text = f"---\nid: p{n}\nstage: found\n---\n## Follow-ups\n\n" + "\n".join(lines) + "\n"
        (folder / "Partners" / f"Somebody Known {n}.md").write_text(text)
    vault = Vault.open(folder, clock=lambda: TODAY)
    vault.sync()
    return vault


_LINES = (("group for parents", "2026-12"), ("school refusals of the spring", "2027-01"))


def feed(root: str) -> dict[str, float]:
    """Write a feed of 1,000 reminders from nothing, and again when nothing, or one of them, has changed."""
    import icalendar  # noqa: F401  # loaded before, as for the floor

    from rounds.calendar.write_feeds import write_feeds
    from rounds.vault.compliance import look
    from rounds.vault.reminders import reminders as derive

    vault = feed_vault(root, "feed")
    assert len(derive(vault)) == 1_000
    look(vault)  # a first look of the guard has rows of its own
    first = clocked(lambda: write_feeds(vault))
    again = min(clocked(lambda: write_feeds(vault)) for _ in range(10))
    note = next(Path(vault.root, "Partners").iterdir())
    one = []
    for number in range(3):
        note.write_text(note.read_text().replace("paper", f"paper {number}", 1))
        vault.sync()
        derive(vault)
        one.append(clocked(lambda: write_feeds(vault)))
    vault.close()
    return {"first": first, "again": again, "one": min(one)}


def feed_floor(root: str) -> dict[str, float]:
    """What the icalendar library takes to build and serialise the same calendar."""
    from datetime import timedelta

    from icalendar import Calendar

    from rounds.calendar.write_feeds import write_feeds

    vault = feed_vault(root, "floor")
    (written,) = write_feeds(vault)
    vault.close()
    data = Path(written.path).read_bytes()
    events = [
        {name.lower(): event.decoded(name) for name in event if name != "CATEGORIES"}
        for event in Calendar.from_ical(data).walk("VEVENT")
    ]

    def build() -> bytes:
        from icalendar import Calendar, Event

        calendar = Calendar()
        for name, value in (("version", "2.0"), ("prodid", "x"), ("name", "Rounds"), ("x-wr-calname", "Rounds")):
            calendar.add(name, value)
        calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
        for values in events:
            event = Event()
            for name, value in values.items():
                event.add(name, value)
            event.add("categories", ["Rounds"])
            calendar.add_component(event)
        return bytes(calendar.to_ical())

    took = clocked(build)
    assert build().count(b"\r\n") > data.count(b"\r\n") - 5
    return {"ms": took}


def publish(root: str) -> dict[str, float]:
    """Publish 1,000 events of which 10 have changed to Radicale; and the requests alone: a PROPFIND and 10 PUTs.

    The requests are made by the same client, with its own connection. They put back what was there before, so that the
    server has as much to write as with ours. Processor time of both sides counts, the server's too: by the clock, the
    two differ by more than a tenth from one moment to the next.
    """
    from radicale_server import PASSWORD, USER, radicale
    from rounds.calendar.caldav import Collection
    from rounds.calendar.publish_back import publish as publish_to
    from rounds.calendar.publish_targets import targets

    gc.disable()  # as each command does
    vault = feed_vault(root, "publish")
    notes = sorted(Path(vault.root, "Partners").iterdir())
    for note in notes:  # marked lines keep their identity when their words change
        *lines, one, two = note.read_text().splitlines()
        note.write_text("\n".join((*lines, f"{one} ^f-aaaa", f"{two} ^f-bbbb", "")))
    config = Path(os.environ["XDG_CONFIG_HOME"], "rounds", "config.toml")
    config.parent.mkdir(parents=True, exist_ok=True)
    ours = floor = 0.0
    with tempfile.TemporaryDirectory() as folder, radicale(Path(folder, "server")) as server:
        config.write_text(f'[publish.phone]\nurl = "{server.url}"\nuser = "{USER}"\nlevel = "full"\ntasks = false\n')
        vault = _opened(vault)
        (target,) = targets(vault)
        assert publish_to(vault, target, PASSWORD).put == 1_000
        for number in range(9):
            publish_to(vault, target, PASSWORD)  # so that it knows the tags of what was just written over
            for note in notes[10 * number : 10 * number + 10]:
                note.write_text(note.read_text().replace("paper", f"paper {number}", 1))
            vault.sync()
            before = {path.name: path.read_bytes() for path in server.objects}
            start = _worked(server.program.pid)
            publish_to(vault, target, PASSWORD)
            ours += _worked(server.program.pid) - start
            sent = {path.name: before[path.name] for path in server.objects if path.read_bytes() != before[path.name]}
            assert len(sent) == 10
            start = _worked(server.program.pid)
            with Collection(server.url, USER, PASSWORD) as there:
                tags = there.tags()
                for name, data in sent.items():
                    there.put(name, data, tags[name])
            floor += _worked(server.program.pid) - start
        vault.close()
    config.unlink()
    return {"ms": ours / 9, "floor": floor / 9}


def _worked(server: int) -> float:
    """Processor time of this process and of a server so far, in milliseconds."""
    user, system = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (time.process_time() + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")) * 1000


def _opened(vault: "Vault") -> "Vault":
    """A vault opened anew, with the settings of this machine as they are now."""
    from rounds.vault.vault import Vault

    vault.close()
    found = Vault.open(vault.root, clock=lambda: TODAY)
    found.sync()
    return found

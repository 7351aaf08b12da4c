"""A follow-up that is ticked off in somebody's task program: todoman, which vdirsyncer keeps in step with Radicale."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from cli.conftest import nobody
from cli.running import Runner
from conftest import PATIENCE
from interop.conftest import beside
from radicale_server import PASSWORD, USER, Radicale, radicale

__all__ = ["nobody"]
pytestmark = pytest.mark.interop

SYNC = """
[general]
status_path = "{folder}/status/"
[pair tasks]
a = "here"
b = "there"
collections = ["rounds"]
conflict_resolution = null
[storage here]
type = "filesystem"
path = "{folder}/tasks/"
fileext = ".ics"
[storage there]
type = "caldav"
url = "{root}"
username = "{user}"
password = "{password}"
item_types = ["VTODO"]
"""
TODO = """
path = "{folder}/tasks/*"
cache_path = "{folder}/cache.sqlite3"
date_format = "%Y-%m-%d"
time_format = "%H:%M"
default_list = "rounds"
"""


class Phone:
    """The two programs over a folder of their own."""

    def __init__(self, folder: Path, server: Radicale) -> None:
        root = server.url.replace(f"/{USER}/rounds/", "/")
        values = {"folder": folder, "root": root, "user": USER, "password": PASSWORD}
        self.folder = folder
        folder.mkdir()
        (folder / "sync").write_text(SYNC.format(**values))
        (folder / "todo.py").write_text(TODO.format(**values))
        self.environ = {
            **os.environ, "VDIRSYNCER_CONFIG": str(folder / "sync"), "TODOMAN_CONFIG": str(folder / "todo.py"), "LC_ALL": "C.UTF-8",
        }  # fmt: skip
        self.run("vdirsyncer", "discover", typed="y\n" * 4)

    def run(self, program: str, *words: str, typed: str = "") -> str:
        done = subprocess.run(
            [beside(program), *words], env=self.environ, input=typed, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def tasks(self) -> dict[str, int]:
        """Number of each task that is open, by what it is called, as todoman has them after a sync."""
        self.run("vdirsyncer", "sync")
        return {each["summary"]: each["id"] for each in json.loads(self.run("todo", "--porcelain", "list"))}

    def reopen(self) -> None:
        """Open all tasks again, for which todoman has no command, and send them to the server."""
        for path in self.folder.glob("tasks/rounds/*.ics"):
            text = re.sub(r"(?m)^(COMPLETED:|PERCENT-COMPLETE:).*\r?\n", "", path.read_text())
            path.write_text(text.replace("STATUS:COMPLETED", "STATUS:NEEDS-ACTION"))
        self.run("vdirsyncer", "sync")

    def turn(self, *words: str) -> None:
        """Do something with todoman, and send it to the server."""
        self.run("todo", *words)
        self.run("vdirsyncer", "sync")


def test_done_in_todoman_is_done_in_the_notes(nobody: Runner, home: Path, tmp_path: Path) -> None:
    """There and back: published, ticked off, ticked in the note; opened again, open in the note."""
    nobody.good("add", "Sam Lee", "--role", "psychiatrist")
    nobody.good("plan", "sam", "send the one-pager", "--by", "2026-12-01")
    with radicale(tmp_path / "server") as server:
        config = home / "config/rounds/config.toml"
        config.parent.mkdir(parents=True)
        (tmp_path / "secret").write_text(PASSWORD)
        config.write_text(
            f'[publish.phone]\nurl = "{server.url}"\nuser = "{USER}"\npassword_command = "cat {tmp_path}/secret"\n'
            'tasks = true\nlevel = "full"\n'
        )
        nobody.good("feed", "publish")
        phone = Phone(tmp_path / "phone", server)
        tasks = phone.tasks()
        assert set(tasks) == {"Sam Lee: send the one-pager"}
        phone.turn("done", str(tasks["Sam Lee: send the one-pager"]))
        assert nobody.json("feed", "publish")["published"][0]["ticked"] == ["send the one-pager · Sam Lee"]
        assert "- [x] send the one-pager 📅 2026-12-01 ✅ 2026-11-2" in nobody.note("Partners/Sam Lee.md")
        assert phone.tasks() == {}
        everything = json.loads(phone.run("todo", "--porcelain", "list", "--status", "ANY"))
        assert [(each["summary"], each["completed"]) for each in everything] == [
            ("✓ Sam Lee: send the one-pager", True)
        ]
        phone.reopen()
        assert nobody.json("feed", "publish")["published"][0]["reopened"] == ["✓ Sam Lee: send the one-pager"]
        assert "- [ ] send the one-pager 📅 2026-12-01 ^f-" in nobody.note("Partners/Sam Lee.md")
        assert set(phone.tasks()) == {"Sam Lee: send the one-pager"}


def test_what_is_deleted_or_moved_in_todoman_is_asked_about(nobody: Runner, home: Path, tmp_path: Path) -> None:
    """Until it's answered, the note stays as it is; a yes moves the date, and it isn't asked again."""
    nobody.good("add", "Sam Lee", "--role", "psychiatrist")
    nobody.good("plan", "sam", "send the one-pager", "--by", "2026-12-01")
    nobody.good("plan", "sam", "ask about groups", "--by", "2026-12-02")
    with radicale(tmp_path / "server") as server:
        config = home / "config/rounds/config.toml"
        config.parent.mkdir(parents=True)
        (tmp_path / "secret").write_text(PASSWORD)
        config.write_text(
            f'[publish.phone]\nurl = "{server.url}"\nuser = "{USER}"\npassword_command = "cat {tmp_path}/secret"\n'
            'tasks = true\nlevel = "full"\n'
        )
        nobody.good("feed", "publish")
        before = nobody.note("Partners/Sam Lee.md")
        phone = Phone(tmp_path / "phone", server)
        tasks = phone.tasks()
        phone.run("todo", "delete", "--yes", str(tasks["Sam Lee: send the one-pager"]))
        phone.turn("edit", "--due", "2026-12-09", str(tasks["Sam Lee: ask about groups"]))
        report = nobody.json("feed", "publish")["published"][0]
        assert sorted(report["proposed"]) == [
            "ask about groups · Sam Lee: moved there to 2026-12-09",
            "send the one-pager · Sam Lee: deleted there",
        ]
        assert nobody.note("Partners/Sam Lee.md") == before
        asked = {each["rule"] for each in nobody.json("today")["due"]}
        assert {"moved", "deleted"} <= asked
        nobody.good("done", "sam", "--rule", "moved")
        assert "- [ ] ask about groups 📅 2026-12-09 ^f-" in nobody.note("Partners/Sam Lee.md")
        assert nobody.json("feed", "publish")["published"][0]["proposed"] == []

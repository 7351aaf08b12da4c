"""A new task of a task app, and a program that is killed at any moment while it brings the task into the inbox."""

import os
import pickle
import shutil
from pathlib import Path
from unittest import mock

import pytest

from conftest import TODAY
from faults.calls import Hook
from faults.memory_server import Line, Server
from faults.saves import child, ended
from rounds.calendar import caldav
from rounds.calendar.publish_back import publish
from rounds.calendar.publish_targets import target_of
from rounds.storage.user_config import PublishSettings
from rounds.vault.inbox import file_thought, thoughts
from rounds.vault.vault import Vault

_TASK = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTODO\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
    b"SUMMARY:Sam Lee: prefers fax\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
)
_KILLED = 97


class _World:
    """A vault, a server in memory with a new task, and what is on the disk."""

    def __init__(self, folder: Path, data: Path) -> None:
        self.folder, self.data, self.snapshot, self.server = folder / "vault", data, folder / "before", Server()
        (self.folder / "Partners").mkdir(parents=True)
        (self.folder / "rounds.toml").write_text('vault = "public"\n[reminders.check-in]\non = false\n')
        (self.folder / "Partners/Sam Lee.md").write_text("---\ntype: partner\n---\n\n## Log\n")
        (self.folder / "Inbox.md").write_text("# Inbox\n\n- mine\n")
        self.publish()
        self.server.put("new.ics", _TASK)
        shutil.copytree(folder / "vault", self.snapshot / "vault")
        shutil.copytree(data, self.snapshot / "data")
        self.objects = dict(self.server.objects)

    def publish(self) -> None:
        vault = Vault.open(self.folder, clock=lambda: TODAY)
        vault.sync()
        settings = PublishSettings(url="http://127.0.0.1:9/x/", tasks=True, level="full")
        with mock.patch.object(caldav, "Collection", return_value=Line(self.server)):
            publish(vault, target_of(vault, "phone", settings))
        vault.close()

    def reset(self) -> None:
        for place, name in ((self.folder, "vault"), (self.data, "data")):
            shutil.rmtree(place)
            shutil.copytree(self.snapshot / name, place)
        self.server.objects = dict(self.objects)

    def kill(self, at: int) -> bool:
        """Publish in a process that is killed at a call that changes files; whether it came that far."""
        dump = self.snapshot / "server"

        def end(code: int) -> None:
            dump.write_bytes(pickle.dumps((self.server.objects, self.server.number)))
            os._exit(code)

        def act() -> None:
            Hook(at, lambda: end(_KILLED)).install()
            self.publish()
            end(0)

        code = ended(child(act))
        assert code in {0, _KILLED}
        self.server.objects, self.server.number = pickle.loads(dump.read_bytes())  # ours
        return code == _KILLED

    def file_all(self) -> None:
        """File what the next start finds in the inbox."""
        vault = Vault.open(self.folder, clock=lambda: TODAY)
        vault.sync()
        for thought in thoughts(vault):
            if thought.path:
                file_thought(vault, thought)
        vault.close()

    def times(self) -> int:
        """How often the task is in the inbox and in the log."""
        return sum(
            (self.folder / name).read_text().count("prefers fax") for name in ("Inbox.md", "Partners/Sam Lee.md")
        )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")
def test_a_task_comes_in_once_wherever_the_program_is_killed(tmp_path: Path, home: Path) -> None:
    """Also if its line is filed before the next publishing, as at every second place."""
    world = _World(tmp_path, home / "data")
    at, found = 1, list[tuple[int, bool]]()
    while world.kill(at):
        found.append((world.times(), at % 2 == 0))
        if at % 2 == 0:
            world.file_all()
        world.publish()
        assert world.times() == 1, f"killed at call {at}"
        world.reset()
        at += 1
    assert {*found} == {(times, filed) for times in (0, 1) for filed in (False, True)}

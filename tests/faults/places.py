"""A vault with the data of Rounds and what is written beside, in a folder of its own, and command lines run over it."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

from faults.calls import Hook, Recorder
from faults.saves import child, ended
from radicale_server import PASSWORD, USER, Radicale, radicale
from rounds.main import cli
from rounds.vault import create_vault
from rounds.vault.vault import Vault

TODAY = date(2026, 11, 23)
_OURS = (".trash/", ".git/")
_NOT_COMPARED = ("/lock", ".tmp", "out/new/rounds.toml")

_HOURS = 6 * 3600.0
"""Seconds that the server of a long run lives."""

_SERVERS: list[Radicale] = []


@contextmanager
def serving() -> Iterator[None]:
    """A calendar server for all places, until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="radicale-") as folder, radicale(Path(folder), _HOURS) as server:
        _SERVERS.append(server)
        yield
        _SERVERS.remove(server)


class Place(NamedTuple):
    """A folder with a vault, the data and settings of Rounds, and a folder for what is written outside."""

    folder: str

    def open(self) -> Vault:
        """The vault, in sync."""
        for kind in ("DATA", "CACHE", "CONFIG"):
            os.environ[f"XDG_{kind}_HOME"] = os.path.join(self.folder, kind.lower())
        vault = Vault.open(os.path.join(self.folder, "vault"), clock=lambda: TODAY)
        vault.sync()
        return vault

    def run(self, words: tuple[str, ...]) -> int:
        """Run a command line here and now; what it says goes into the file `said`, and gives its exit code."""
        os.environ |= {
            "ROUNDS_VAULT": os.path.join(self.folder, "vault"),
            "ROUNDS_TODAY": str(TODAY),
            "HOME": self.folder,
        }
        for kind in ("DATA", "CACHE", "CONFIG"):
            os.environ[f"XDG_{kind}_HOME"] = os.path.join(self.folder, kind.lower())
        os.environ.pop("ROUNDS_DISPLAY", None)
        try:
            cli.main([each.format(out=os.path.join(self.folder, "out")) for each in words])
        except SystemExit as error:
            return error.code if isinstance(error.code, int) else 1
        return 0

    def child(self, words: tuple[str, ...], *hooks: Hook | Recorder, done: Callable[[], object] = lambda: None) -> int:
        """The exit code of a command line in a process of its own, which calls `done` at its end."""

        def run() -> None:
            said = os.open(os.path.join(self.folder, "said"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            for number in (1, 2):
                os.dup2(said, number)
            sys.stdin, sys.stdout, sys.stderr = (open(number, mode) for number, mode in enumerate("rww"))  # noqa: SIM115
            create_vault.template_root = lambda: Path(self.folder, "template")
            for hook in hooks:
                hook.install()
            code = self.run(words)
            done()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

        return ended(child(run))

    @property
    def said(self) -> str:
        """What the last command line said."""
        return Path(self.folder, "said").read_text(errors="replace")

    def configure(self) -> None:
        """Write config.toml, with a file to publish to, and a calendar on the server, which is emptied."""
        config = Path(self.folder, "config/rounds/config.toml")
        config.parent.mkdir(parents=True)
        text = f'[publish.file]\nurl = "{self.folder}/out/published.ics"\n'
        for server in _SERVERS:
            text += f'[publish.server]\nurl = "{server.url}"\nuser = "{USER}"\npassword_command = "echo {PASSWORD}"\n'
            for path in server.objects:
                path.unlink()
        config.write_text(text)

    def notes(self) -> dict[str, bytes]:
        """All that is ours in the vault but the trash, where what is taken back may lie as well."""
        return {
            path: data
            for path, data in _tree(os.path.join(self.folder, "vault")).items()
            if not path.startswith(_OURS) and path != "Today.md"
        }

    def outputs(self) -> dict[str, bytes]:
        """What is written outside the vault for others to read, and what nobody undoes."""
        found = {f"out/{path}": data for path, data in _tree(os.path.join(self.folder, "out")).items()}
        vault = os.path.join(self.folder, "vault")
        found |= {
            path: Path(vault, path).read_bytes()
            for path in ("Today.md", ".git/config", ".git/hooks/pre-commit")
            if Path(vault, path).is_file()
        }
        for kind in ("feeds", "published", "addresses.json"):
            found |= {
                f"{kind}/{path}": data
                for path, data in _tree(os.path.join(self.folder, "data/rounds/test", kind)).items()
            }
        found |= {f"server/{path.name}": path.read_bytes() for server in _SERVERS for path in server.objects}
        found = {path: data for path, data in found.items() if "/.~" not in path}
        return {path: data for path, data in found.items() if not path.endswith(_NOT_COMPARED)}


def _tree(folder: str) -> dict[str, bytes]:
    root = Path(folder)
    found = [root] if root.is_file() else [path for path in root.rglob("*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}

"""Calendar servers in PHP for tests, as Debian packages them: DAViCal over PostgreSQL, and sabre/dav 1.8 over SQLite."""

import hashlib
import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

from calendars.servers import Phone, listens
from conftest import PATIENCE, found_file, started, tool
from radicale_server import PASSWORD, USER

_LONG = 1800.0
"""Seconds that a server may run: some tests share one."""

_DAVICAL, _SABRE = "/usr/share/davical", "/usr/share/php/Sabre/autoload.php"
_SQL = "/usr/share/doc/php-sabre-dav/examples/sql/sqlite.{}.sql"
_ADMIN = "admin"
"""The user that DAViCal's own script makes."""

_DAVICAL_ROUTER = """<?php
if ($_SERVER['REQUEST_URI'] === '/.well-known/caldav') { header('Location: /caldav.php/', true, 301); return true; }
return false;
"""
_SABRE_ROUTER = """<?php
error_reporting(E_ALL & ~E_DEPRECATED);
ini_set('display_errors', '0');
date_default_timezone_set('UTC');
if ($_SERVER['REQUEST_URI'] === '/.well-known/caldav') { header('Location: /dav.php/', true, 301); return true; }
set_error_handler(function ($kind, $words, $file, $line) {
    if (error_reporting() & $kind) throw new ErrorException($words, 0, $kind, $file, $line);
});
require_once 'Sabre/autoload.php';
$pdo = new PDO('sqlite:' . __DIR__ . '/db.sqlite');
$pdo->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
$principals = new Sabre\\DAVACL\\PrincipalBackend\\PDO($pdo);
$calendars = new Sabre\\CalDAV\\Backend\\PDO($pdo);
$server = new Sabre\\DAV\\Server([
    new Sabre\\CalDAV\\Principal\\Collection($principals), new Sabre\\CalDAV\\CalendarRootNode($principals, $calendars),
]);
$server->setBaseUri('/dav.php/');
$server->addPlugin(new Sabre\\DAV\\Auth\\Plugin(new Sabre\\DAV\\Auth\\Backend\\PDO($pdo), 'SabreDAV'));
$server->addPlugin(new Sabre\\DAVACL\\Plugin());
$server->addPlugin(new Sabre\\CalDAV\\Plugin());
$server->exec();
return true;
"""


@contextmanager
def davical_phone(_: Path) -> Iterator[Phone]:
    """DAViCal with a database of its own, in a folder that both users may enter."""
    script = found_file(f"{_DAVICAL}/dba/create-database.sh", "davical")
    programs = Path(
        found_file(str(max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), default="")), "postgresql")
    ).parent
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="davical-")))
        folder.chmod(0o755)
        as_other: dict[str, Any] = {}
        if not os.getuid():  # PostgreSQL refuses to run as root
            shutil.chown(folder, "postgres")
            as_other = {"user": "postgres", "group": "postgres", "extra_groups": []}
        env = {
            "PATH": f"{programs}:{os.environ['PATH']}", "PGHOST": str(folder), "PGUSER": "postgres", "LANG": "C.UTF-8",
            "HOME": str(folder),
        }  # fmt: skip
        rest: dict[str, Any] = {"env": env, "cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        data = str(folder / "data")
        begin = [str(programs / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"]
        subprocess.run(begin, check=True, timeout=PATIENCE, **rest, **as_other)
        words = [str(programs / "postgres"), "-D", data, "-h", "", "-k", str(folder), "-c", "fsync=off"]
        database = stack.enter_context(started(words, patience=_LONG, **rest, **as_other))
        stack.callback(_stopped, database)
        _wait(lambda: subprocess.run([str(programs / "pg_isready"), "-q"], check=False, **rest).returncode == 0)
        subprocess.run([script, "davical", PASSWORD], check=True, timeout=PATIENCE, **rest, **as_other)
        (folder / "router.php").write_text(_DAVICAL_ROUTER)
        root = stack.enter_context(_php(folder / "router.php", {**os.environ, **env}, f"{_DAVICAL}/htdocs"))
        phone = Phone(f"{root}/caldav.php/{_ADMIN}/rounds/", _ADMIN, PASSWORD)
        with phone.client() as client:
            client.mkcalendar(phone.url)
        yield phone


@contextmanager
def sabre_phone(folder: Path) -> Iterator[Phone]:
    """The oldest sabre/dav that people may still have, with a Digest login."""
    for path in (_SABRE, _SQL.format("users")):
        found_file(path, "php-sabre-dav")
    folder.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(folder / "db.sqlite") as database:
        for name in ("calendars", "locks", "principals", "users"):
            database.executescript(Path(_SQL.format(name)).read_text())
        known = hashlib.md5(f"{USER}:SabreDAV:{PASSWORD}".encode()).hexdigest()  # as Digest has it
        database.execute("INSERT INTO users (username, digesta1) VALUES (?, ?)", (USER, known))
        owner = f"principals/{USER}"
        database.execute(
            "INSERT INTO principals (uri, email, displayname) VALUES (?, ?, ?)", (owner, "k@example.org", "Kim")
        )
        row = (owner, "Rounds", "rounds", 1, "VEVENT,VTODO")
        database.execute(
            "INSERT INTO calendars (principaluri, displayname, uri, ctag, components) VALUES (?, ?, ?, ?, ?)", row
        )
    database.close()
    (folder / "router.php").write_text(_SABRE_ROUTER)
    with _php(folder / "router.php", os.environ, str(folder)) as root:
        yield Phone(f"{root}/dav.php/calendars/{USER}/rounds/", USER, PASSWORD)


@contextmanager
def _php(router: Path, env: Mapping[str, str], root: str) -> Iterator[str]:
    """PHP's own web server, whose first word goes to a script; its address."""
    for _ in range(5):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        words = [tool("php"), "-S", f"127.0.0.1:{port}", "-t", root, str(router)]
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with started(words, patience=_LONG, env={**env}, cwd=root, **quiet) as program:
            if listens(port) and program.poll() is None:
                yield f"http://127.0.0.1:{port}"
                return
    raise AssertionError("php does not start")


def _stopped(database: "subprocess.Popen[Any]") -> None:
    """Have PostgreSQL end its own processes too."""
    database.terminate()
    database.wait(PATIENCE)


def _wait(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < end, "it does not start"
        time.sleep(0.05)


PHP_SERVERS: Mapping[str, Callable[[Path], AbstractContextManager[Phone]]] = {
    "davical": davical_phone,
    "sabre": sabre_phone,
}

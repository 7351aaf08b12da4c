"""The feed server as a service: what systemd and launchd make of the files."""

import plistlib
import subprocess
from pathlib import Path

import pytest

from conftest import tool
from rounds.calendar.service_files import launchd_plist, startup_script, systemd_unit
from rounds.errors import UsageError

ODD = ["--vault", '/home/kim/My "odd" 100% $HOME vault\\x', "feed", "serve"]


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    """Without a word of complaint."""
    unit = tmp_path / "rounds.service"
    unit.write_text(systemd_unit(["/bin/true", *ODD]))
    done = subprocess.run(
        [tool("systemd-analyze"), "verify", "--user", str(unit)], capture_output=True, text=True, timeout=60, check=False,
        env={"XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path), "SYSTEMD_LOG_LEVEL": "warning"},
    )  # fmt: skip
    assert (done.returncode, done.stderr.replace(str(unit), "")) == (0, "")


def test_signs_that_mean_something_to_systemd_are_kept(tmp_path: Path) -> None:
    """Blanks, quotes, specifiers, variables and backslashes of a folder's name."""
    (line,) = [line for line in systemd_unit(["/bin/true", *ODD]).split("\n") if line.startswith("ExecStart=")]
    assert line == r'ExecStart="/bin/true" "--vault" "/home/kim/My \"odd\" 100%% $$HOME vault\\x" "feed" "serve"'


def test_no_journal_keeps_the_addresses() -> None:
    """They are printed at the start, for whoever sits before it."""
    assert "\nStandardOutput=null\nStandardError=journal\n" in systemd_unit(["/bin/true"])
    assert plistlib.loads(launchd_plist(["/bin/true"]).encode())["StandardOutPath"] == "/dev/null"


def test_launchd_gets_the_same_words() -> None:
    agent = plistlib.loads(launchd_plist(["/bin/true", *ODD]).encode())
    assert agent["ProgramArguments"] == ["/bin/true", *ODD]
    assert (agent["Label"], agent["RunAtLoad"], agent["KeepAlive"]) == ("rounds.feed", True, {"SuccessfulExit": False})


@pytest.mark.parametrize("path", ["/home/kim/a\nExecStartPre=/bin/x", "/home/kim/\x1b", "/home/kim/\udcff"])
def test_a_path_that_could_be_another_line_is_refused(path: str) -> None:
    for make in (systemd_unit, launchd_plist):
        if make is launchd_plist and "\n" in path:
            assert plistlib.loads(launchd_plist([path]).encode())["ProgramArguments"] == [path]
        else:
            with pytest.raises(UsageError, match="has characters that a service can't use"):
                make([path])


def test_windows_gets_a_script_that_waits_for_nothing() -> None:
    """Percent signs are doubled, since a script would read a variable; a path there never holds quotes."""
    script = startup_script([r"C:\Ann's 100%\roundsw.exe", "--vault", r"C:\Übung & Praxis"])
    assert script == (
        '@chcp 65001 >nul\r\n@start "" "C:\\Ann\'s 100%%\\roundsw.exe" "--vault" "C:\\Übung & Praxis"\r\n'
    )
    for odd in ('C:\\"x', "C:\\a\r\nb"):
        with pytest.raises(UsageError):
            startup_script([odd])

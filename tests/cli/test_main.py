"""The command line as a whole: what it imports, how it finds the vault, how it fails."""

import _thread
import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer
from time import monotonic

import click
import pytest

from cli.conftest import Process
from cli.running import Runner, command, environment
from conftest import PATIENCE, started
from rounds.cli import COMMANDS
from rounds.main import cli

HEAVY = (
    "textual", "icalendar", "ruamel", "watchdog", "yaml12", "frontmatter", "rapidfuzz", "rich", "asyncio",
    "caldav", "niquests", "lxml", "waitress", "keyring", "segno",
)  # fmt: skip


def test_help_is_grouped(nobody: Runner) -> None:
    """Commands stand under every day, look, keep in order, each in a line."""
    text = nobody.good("--help")
    places = [text.index(f"\n{head}:\n") for head in ("Every day", "Look", "Keep in order")]
    assert places == sorted(places)
    for name, (_, line) in COMMANDS.items():
        assert f"  {name} " in text
        assert line in text


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_what_the_command_says(name: str) -> None:
    """The short help of the table is the first sentence of the command's own, and every option has help."""
    found = cli.get_command(click.Context(cli), name)
    assert found is not None
    assert (found.help or "").partition("\n")[0] == COMMANDS[name][1]
    assert all(option.help for option in found.params if isinstance(option, click.Option))


def test_help_imports_nothing_heavy(process: Process) -> None:
    """`rounds --help` imports no command and none of the heavy libraries."""
    loaded = _loaded(process, "--help")
    assert not [name for name in HEAVY if name in loaded]
    ours = {
        name for name in loaded if name.startswith(("rounds.cli.", "rounds.vault", "rounds.storage", "rounds.index"))
    }
    assert ours == {"rounds.cli.session"}


def test_list_imports_nothing_heavy(process: Process, demo: Path) -> None:
    """`rounds list` on a vault that has not changed imports no parser and no fuzzy matching."""
    process("list", "--vault", str(demo))
    loaded = _loaded(process, "list", "--vault", str(demo), "role:psychiatrist")
    assert "rounds.cli.list_search" in loaded
    assert not [name for name in HEAVY if name in loaded]


def test_a_logged_line_loads_nothing_of_the_import_nor_of_the_feeds(process: Process, demo: Path) -> None:
    """Looking up a name and writing into a note need neither, nor what drafts and reports need."""
    loaded = _loaded(process, "--vault", str(demo), "log", "dana", "email", "hello")
    assert "rounds.vault.log_actions" in loaded
    others = (
        "rounds.imports",
        "rounds.domain.import_plan",
        "rounds.calendar",
        "rounds.vault.drafting",
        "rounds.exports.report",
    )
    assert not [name for name in loaded if name.startswith(others)]


def _loaded(process: Process, *words: str) -> set[str]:
    """The modules that a command has loaded when it ends."""
    system = "import other_systems\n" if os.environ.get("ROUNDS_SYSTEM") else ""
    code = (
        f"import sys\n{system}from rounds.main import run\ntry:\n    run()\nfinally:\n"
        "    sys.stdout.flush(); print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], env=environment(), capture_output=True, text=True, timeout=60, check=True
    )
    return set(done.stderr.split())


def test_a_mistyped_command(nobody: Runner) -> None:
    """The nearest command is suggested; the exit code is 2."""
    result = nobody("lst")
    assert result.exit_code == 2
    assert result.stderr == 'rounds: there is no command "lst". Did you mean list?\nSee: rounds --help\n'


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("dana",), "To see what is known about them: rounds show dana"),
        (("dana", "whitlock"), "To see what is known about them: rounds show dana whitlock"),
        (("marria",), "To see what is known about them: rounds show marria"),
        (("sam",), "To see what is known about them: rounds show sam"),
        (("dana", "coffee", "prefers fax"), "To log that: rounds log dana coffee 'prefers fax'"),
        (("xyzzy",), "See: rounds --help"),
        (("refer", "maria"), "For example: rounds refer out maria"),
    ],
)
def test_a_name_in_place_of_a_command(rounds: Runner, words: tuple[str, ...], hint: str) -> None:
    """Says what to type to look somebody up."""
    result = rounds(*words)
    assert result.exit_code == 2
    first, last = result.stderr.splitlines()
    assert first.startswith(f'rounds: there is no command "{words[-1] if words[0] == "refer" else words[0]}"')
    assert last == hint


def test_a_mistyped_option(nobody: Runner) -> None:
    """An option that is not there is an error of use, said with where to look."""
    result = nobody("today", "--al", "--jsn")
    assert result.exit_code == 2
    assert result.stderr.endswith("See: rounds today --help\n")


def test_no_vault(process: Process, tmp_path: Path) -> None:
    """Where no vault is found, the ways to name one are said; exit code 5."""
    done = process("list", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr.startswith("rounds: no vault here\nMake one with: rounds init FOLDER")
    assert process("list", "--vault", str(tmp_path)).returncode == 5


def test_where_the_vault_is_found(process: Process, demo: Path, tmp_path: Path, home: Path) -> None:
    """By --vault before or after the command, by ROUNDS_VAULT, upward, and by config.toml, in that order."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "rounds.toml").write_text("")

    def count(*words: str, cwd: Path = tmp_path, **environ: str) -> str:
        done = process(*words, cwd=cwd, environ=environ)
        assert done.returncode == 0, done.stderr
        return str(done.stdout)

    full = count("--vault", str(demo), "list", "--count")
    assert int(full) > 30
    assert count("list", "--count", "--vault", str(demo), cwd=other) == full
    assert count("list", "--count", ROUNDS_VAULT=str(demo), cwd=other) == full
    assert count("list", "--count", "--vault", str(other), ROUNDS_VAULT=str(demo)) == "0\n"
    assert count("list", "--count", cwd=demo / "Partners") == full
    config = home / "config" / "rounds"
    config.mkdir(parents=True)
    (config / "config.toml").write_text(f'vault = "{demo}"\n')
    assert count("list", "--count") == full
    assert count("list", "--count", cwd=other) == "0\n"


def test_json_before_or_after(rounds: Runner) -> None:
    """--json may stand before the command too."""
    assert rounds.good("--json", "list", "--count") == rounds.good("list", "--count", "--json")


def test_an_error_leaves_stdout_empty(rounds: Runner) -> None:
    """Errors are talk: stdout holds no half document."""
    result = rounds("show", "sam lee", "--json")
    assert (result.exit_code, result.stdout) == (4, "")


def test_a_wrong_clock(nobody: Runner) -> None:
    """ROUNDS_TODAY must be a date."""
    nobody.environ = {"ROUNDS_TODAY": "today"}
    result = nobody("today")
    assert result.exit_code == 2
    assert "ROUNDS_TODAY" in result.stderr


@pytest.mark.skipif(os.name == "nt", reason="POSIX pipes")
def test_a_closed_pipe_is_silent(demo: Path) -> None:
    """Whoever stops reading, such as `head`, gets no complaint."""
    with started(
        command("list", "--vault", str(demo)), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        assert program.stderr.read() == b""
        assert program.wait(PATIENCE) == 0


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals")
def test_on_a_real_terminal(demo: Path) -> None:
    """A line fits the terminal, bold is used, and Ctrl-C at a question ends with 130 and writes nothing."""
    text, code = _in_terminal(["search", "waitlist", "--vault", str(demo)])
    assert code == 0
    assert "\x1b[1mwaitlist\x1b[0m" in text
    text, code = _in_terminal(["list", "--vault", str(demo)])
    assert code == 0
    assert max(len(line) for line in text.splitlines()) <= 60
    assert "    dietitian · active · 2026-10-19" in text.splitlines()
    text, code = _in_terminal(["done", "--vault", str(demo)], b"Which one?")
    assert code == 130
    assert max(len(line) for line in text.splitlines()) <= 60
    text, code = _in_terminal(["trash", "dana", "--vault", str(demo)], b"[y/N]")
    assert code == 130
    assert "Traceback" not in text
    assert (demo / "Partners/Dana Whitlock.md").exists()


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals")
def test_no_color(demo: Path) -> None:
    """NO_COLOR is respected on a terminal."""
    text, _ = _in_terminal(["search", "waitlist", "--vault", str(demo)], NO_COLOR="1")
    assert "waitlist" in text
    assert "\x1b[" not in text


def _in_terminal(words: list[str], stop_at: bytes = b"", **more: str) -> tuple[str, int]:
    """Run the program in a terminal of 60 columns; it gets a Ctrl-C once `stop_at` is seen."""
    import pty

    master, slave = pty.openpty()
    variables = environment(COLUMNS="60", TERM="xterm", **more)
    terminal = {"stdin": slave, "stdout": slave, "stderr": slave, "start_new_session": True}
    with open(master, "rb", buffering=0), started(command(*words), env=variables, **terminal) as program:
        os.close(slave)
        seen = b""
        while part := _read(master):
            seen += part
            if stop_at and stop_at in seen:
                program.send_signal(signal.SIGINT)
                stop_at = b""
        code = program.wait(PATIENCE)
    return seen.decode(), code


def _read(terminal: int) -> bytes:
    """What the program writes next; nothing once it has ended."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_watch_tells_each_sync_and_ends_cleanly(demo: Path, home: Path, number: signal.Signals) -> None:
    """A change gives one line with time and counts; the feed is written; a signal ends it with exit code 0."""
    with started(
        command("watch", "--json", "--vault", str(demo)),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as watching:
        assert watching.stdout is not None
        assert watching.stderr is not None
        assert watching.stderr.readline() == f"Watching {demo}. Press Ctrl-C to stop.\n"
        before = (demo / "Partners/Dana Whitlock.md").read_bytes()
        (demo / "Partners/Noor Haddad.md").write_text("---\ntype: partner\n---\n- [ ] say hello 📅 2026-12-01\n")
        line = watching.stdout.readline()
        watching.send_signal(number)
        assert watching.wait(PATIENCE) == 0
        assert watching.stderr.read() == ""
    assert '"added": ["Partners/Noor Haddad.md"], "changed": []' in line
    (feed,) = home.rglob("feeds/reminders.ics")
    assert b"SUMMARY:Noor Haddad: say hello\r\n" in feed.read_bytes()
    assert (demo / "Partners/Dana Whitlock.md").read_bytes() == before


def test_watch_sees_a_signal_that_came_just_before_it_waits(rounds: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A signal that Python has noted, but that wakes no wait, ends it within seconds."""
    monkeypatch.setattr("rounds.cli.watch_serve.say", lambda _: Timer(0.5, _thread.interrupt_main).start())
    start = monotonic()
    rounds.good("watch")
    assert monotonic() - start < 20


def test_a_group_without_a_command_shows_its_help(rounds: Runner) -> None:
    """Line by line, on stderr; it is a usage error."""
    result = rounds("refer")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "\n  in   Record a partner's referral of a client to you.\n" in result.stderr

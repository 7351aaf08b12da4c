"""The real program in a real terminal: tmux, the sample vault, and another program that edits it meanwhile."""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import rounds

SOURCE = Path(rounds.__file__).resolve().parents[1]
PROGRAM = [sys.executable, "-c", "from rounds.main import run; run()"]
PATIENCE = 30.0


class Terminal:
    """A program in a tmux of its own."""

    def __init__(self, socket: str) -> None:
        self._tmux = ["tmux", "-S", socket, "-f", os.devnull]

    def run(self, *arguments: str) -> str:
        return subprocess.run([*self._tmux, *arguments], check=True, capture_output=True, text=True, timeout=30).stdout

    def start(self, command: list[str], *, width: int, height: int) -> None:
        size = ["-x", str(width), "-y", str(height)]
        # The code goes to the screen: a busy tmux may forget the one of a program that has ended.
        self.run("new-session", "-d", *size, f"{shlex.join(command)}; echo ended with $?; sleep 600")

    def start_another(self, command: list[str]) -> None:
        """In place of the one before, on an empty screen."""
        self.run("respawn-pane", "-k", f"{shlex.join(command)}; echo ended with $?; sleep 600")

    def press(self, *keys: str) -> None:
        self.run("send-keys", *keys)

    def type(self, text: str) -> None:
        self.run("send-keys", "-l", text)

    def screen(self) -> str:
        return self.run("capture-pane", "-p")

    def shows(self, *texts: str) -> str:
        """The screen, as soon as all the texts are on it."""
        end = time.monotonic() + PATIENCE
        while not all(text in (screen := self.screen()) for text in texts):
            assert time.monotonic() < end, f"{texts} did not appear:\n{screen}"
            time.sleep(0.05)
        return screen

    def close(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True, timeout=30)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    if shutil.which("tmux") is None:
        if os.environ.get("ROUNDS_REQUIRE_TOOLS"):
            pytest.fail("tmux is not installed, and ROUNDS_REQUIRE_TOOLS is set")
        pytest.skip("tmux is not installed")
    with tempfile.TemporaryDirectory(prefix="rounds-") as folder:  # short: a socket's path has at most 107 bytes
        opened = Terminal(os.path.join(folder, "tmux"))
        yield opened
        opened.close()


def notes(vault: Path) -> dict[str, str]:
    return {
        str(path.relative_to(vault)): path.read_bytes().decode() for path in sorted(vault.rglob("*")) if path.is_file()
    }


def command(vault: Path, *variables: str) -> list[str]:
    """The program on a vault, on a day that does not pass."""
    kept = [f"{name}={value}" for name, value in os.environ.items() if name.startswith("XDG_")]
    given = [f"PYTHONPATH={SOURCE}", "ROUNDS_TODAY=2026-11-23", *kept, *variables]
    return ["env", "-u", "COLUMNS", "-u", "LINES", *given, *PROGRAM, "--vault", str(vault)]


def test_a_morning_with_rounds(terminal: Terminal, demo: Path, home: Path) -> None:
    """Start, filter, log a touch, tick, log from anywhere and undo it, see an edit from outside, quit.

    Exactly three notes have changed, each as it should.
    """
    before = notes(demo)
    terminal.start(command(demo), width=110, height=32)
    terminal.shows("! Late", "Beatriz Quintal", "! 2 problems")

    terminal.type("/name:rowe")  # all at once: no key may get ahead of what the one before it opens
    terminal.shows("1 partner ", "Annika Rowe, RD, LD")
    terminal.press("Enter", "l", "c", "o", "f", "Tab", "Tab")
    terminal.type("talked about shared meals [x] 'y'")
    terminal.press("Enter")
    terminal.shows("Logged for Annika Rowe: coffee, today.")

    terminal.press("1")
    terminal.shows("! Late", "Dana Whitlock")
    terminal.press("Space")
    terminal.shows("Done: Coffee: at Two Rivers")
    terminal.press("T")
    terminal.type("Maria Alv")
    terminal.press("Tab")
    terminal.type("call")
    terminal.press("Enter")
    terminal.shows("Logged for Maria Alvarez: call, today.")
    terminal.press("u")
    terminal.shows("Undone: logged call for Maria Alvarez.")

    terminal.press("2", "Escape")
    terminal.shows("41 partners")
    subprocess.run(
        ["sed", "-i", "s/role: therapist/role: art therapist/", str(demo / "Partners" / "Arlo Winterbourne.md")],
        check=True,
    )
    terminal.shows("Arlo Winterbourne: role therapist → art therapist.")
    terminal.press("Down")
    terminal.shows("art therapist")

    terminal.press("q")
    terminal.shows("ended with 0")

    after = notes(demo)
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert changed == {"Partners/Annika Rowe.md", "Partners/Dana Whitlock.md", "Partners/Arlo Winterbourne.md"}
    rowe = set(after["Partners/Annika Rowe.md"].splitlines()) - set(before["Partners/Annika Rowe.md"].splitlines())
    assert rowe == {"- 2026-11-23 coffee: talked about shared meals [x] 'y'", "last_contact: 2026-11-23"}
    dana = set(after["Partners/Dana Whitlock.md"].splitlines()) - set(before["Partners/Dana Whitlock.md"].splitlines())
    ticked = next(line for line in dana if line.startswith("- [x]"))
    assert "coffee: at Two Rivers, before clinic" in ticked
    assert "✅ 2026-11-22" in ticked  # the day that it was planned for
    assert "role: art therapist" in after["Partners/Arlo Winterbourne.md"]
    assert home.is_dir()


@pytest.mark.skipif(shutil.which("vim") is None and "ROUNDS_REQUIRE_TOOLS" not in os.environ, reason="needs vim")
def test_vim_has_the_terminal_and_gives_it_back(terminal: Terminal, demo: Path, home: Path) -> None:
    """The note is edited in a real vim; what it wrote is on the screen after it, and the cursor where it was."""
    before = notes(demo)
    terminal.start(command(demo, "VISUAL=vim --clean"), width=110, height=32)
    terminal.shows("! Late")
    terminal.type("2")
    terminal.shows("41 partners", "Annika Rowe, RD, LD")
    terminal.press("Down", "E")
    terminal.shows("type: partner", "Arlo Winterbourne.md")
    terminal.type(":%s/role: therapist/role: art therapist/")
    terminal.press("Enter")
    terminal.type(":wq")
    terminal.press("Enter")
    terminal.shows("41 partners", "▌ Arlo Winterbourne", "art therapist")
    terminal.press("q")
    terminal.shows("ended with 0")
    after = notes(demo)
    assert {name for name in before | after if before.get(name) != after.get(name)} == {"Partners/Arlo Winterbourne.md"}
    assert home.is_dir()


@pytest.mark.parametrize("where", ["sync", "reminders", "watch"])
def test_q_ends_the_program_whatever_is_stuck(terminal: Terminal, demo: Path, where: str) -> None:
    """A read that never comes back, as of a disk that hangs, keeps neither the screen nor the process."""
    stuck = {
        "sync": "import rounds.vault.vault as m; m.Vault.sync = hang",
        "reminders": "import rounds.vault.reminders as m; m.today_list = hang",
        "watch": "import rounds.vault.watch as m; m.Watch._sync = hang",
    }[where]
    code = (
        f"import threading\ndef hang(*_, **__): threading.Event().wait()\n{stuck}\nfrom rounds.main import run; run()"
    )
    words = [code if word == PROGRAM[-1] else word for word in command(demo)]
    terminal.start(words, width=80, height=24)
    terminal.shows("Today")
    time.sleep(1)
    began = time.monotonic()
    terminal.press("q")
    terminal.shows("ended with 0")
    assert time.monotonic() - began < 10  # a second, and the machine's other work


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes on Linux alone")
def test_names_that_are_no_text_end_no_screen(terminal: Terminal, demo: Path) -> None:
    """Of the vault's folder, of notes and templates, there from the start or later: a list of problems, and a log."""
    folder = Path(os.fsdecode(os.fsencode(demo) + b"\xff"))
    demo.rename(folder)
    for name in (b"Partners/An\xff.md", b"Templates/T\xff.md", b"Partners/D\xff/.~0123abcd.tmp", b"Views/V\xff.base"):
        place = os.path.join(os.fsencode(folder), name)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        Path(os.fsdecode(place)).write_text("---\ntype: partner\nid: abc0\n---\n")
        os.utime(place, (0, 0))
    terminal.start(command(folder), width=110, height=40)
    terminal.shows("! Late", "problems")
    terminal.press("8")
    terminal.shows("not UTF-8", "this template holds an id", "stopped halfway")
    Path(os.fsdecode(os.path.join(os.fsencode(folder), b"Partners/New\xfe.md"))).write_text("x")
    (folder / "Partners" / "Zed Zorn.md").write_text("---\ntype: partner\n---\n")
    terminal.press("2")
    terminal.shows("42 partners")
    terminal.press("q")
    terminal.shows("ended with 0")


PEOPLE = "Who,Where,Odd,Town\nAna Cruz,Heart Clinic,psychiatrist,Bend\nAunt May,,,Salem\nCy Doe,Elm,midwife,Bend\n"
SAME = "Who,Where,Odd,Town\nAna Cruz,Heart Clinic,psychiatrist,Salem\n"


def test_an_import_asks_about_columns_once_and_about_rows_each_time(
    terminal: Terminal, demo: Path, tmp_path: Path, home: Path
) -> None:
    """Columns, ticks, Ctrl-C, then a second start that knows the columns; a value that differs; one undo."""
    path = tmp_path / "My list.csv"
    path.write_text(PEOPLE)
    before = notes(demo)

    def answer(question: str, *keys: str) -> None:
        terminal.shows(question)
        terminal.press(*keys, "Enter")

    def start(*words: str) -> None:
        terminal.start_another([*command(demo), *words])

    terminal.start([*command(demo), "import", str(path)], width=100, height=40)
    answer("Who (Ana Cruz, Aunt May, Cy Doe) [name]:")
    answer("Where (Heart Clinic, Elm) [-]:", "organization")
    answer("Odd (psychiatrist, midwife) [-]:", "shoe")
    answer('A column can\'t be "shoe", but one of these:', "title")
    answer("Town (Bend, Salem) [city]:")
    terminal.shows("[imports.my-list]", "3 rows: 3 new. Ticked: 2.")
    answer("Import 2 rows? (yes, no, ? for more) [no]:", "2-3")
    terminal.shows("[x] 2 Aunt May", "[ ] 3 Cy Doe")
    terminal.press("C-c")
    terminal.shows("ended with 130")
    assert notes(demo) == before
    assert 'Where = "organization"' in next(home.rglob("config.toml")).read_text()

    start("import", str(path))
    answer("Import 2 rows? (yes, no, ? for more) [no]:", "2")
    answer("Import 3 rows?", "yes")
    screen = terminal.shows("Imported 3 rows. To take it back: rounds undo", "ended with 0")
    assert "What is in each column?" not in screen

    many = tmp_path / "Many.csv"
    many.write_text("First Name,Last Name,Labels\n" + "".join(f"Person{n},Number,\n" for n in range(201)))
    start("import", str(many))
    terminal.shows("Import 0 rows?")
    assert "#################### 201 of 201 rows read\n" in terminal.run("capture-pane", "-p", "-S", "-2000")
    terminal.press("Enter")
    terminal.shows("ended with 0")

    path.write_text(SAME)
    start("import", str(path))
    answer("Ana Cruz, city: keep Bend, or take Salem?", "take")
    answer("Import 1 row?", "yes")
    terminal.shows("Imported 1 row.", "ended with 0")
    assert "city: Salem\n" in notes(demo)["Partners/Ana Cruz.md"]
    start("undo")
    terminal.shows("Undone: imported Ana Cruz", "ended with 0")
    start("undo")
    terminal.shows("Undone: imported Ana Cruz and 2 more", "ended with 0")
    assert {name: text for name, text in notes(demo).items() if not name.startswith(".trash/")} == before


def test_the_first_minute_ends_in_the_interface(terminal: Terminal, tmp_path: Path, home: Path) -> None:
    """`rounds init` offers to open what it made; tips come first, and only once."""
    vault = tmp_path / "mine"
    program = command(vault)[:-2]
    terminal.start([*program, "init", "--demo", str(vault)], width=80, height=24)
    terminal.shows("Press Enter to open it")
    terminal.press("Enter")
    terminal.shows("Welcome to Rounds")
    terminal.press("Enter")
    terminal.shows("Beatriz Quintal")
    terminal.press("q")
    terminal.shows("ended with 0")
    terminal.start_another(command(vault))
    assert "Welcome" not in terminal.shows("Beatriz Quintal")
    terminal.press("q")
    terminal.shows("ended with 0")
    terminal.start_another([*program, "init", str(tmp_path / "other")])
    terminal.shows("Your name")
    terminal.press("C-c")
    terminal.shows("ended with 130")

"""One measurement in a process of its own: `measures.py WHAT VAULT` prints a JSON object of figures."""

import gc
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from clock import MEGABYTE, TODAY, clocked, memory
from measures_calendar import feed, feed_floor, publish, serve
from measures_guard_import import duplicates, exporting, guard, guard_start, importing

if TYPE_CHECKING:
    from rounds.vault.vault import Vault


def floor(root: str) -> dict[str, float]:
    """The least that a cold index can cost."""
    import yaml12  # noqa: F401  # loaded before, as ours is not: in the floor's favor

    from floor import index

    with tempfile.TemporaryDirectory() as folder:
        took = clocked(lambda: index(root, os.path.join(folder, "floor.sqlite")))
    return {"ms": took, "mb": memory()}


def cold(root: str) -> dict[str, float]:
    """Open a vault without an index and sync."""
    from rounds.vault.vault import Vault

    shutil.rmtree(os.environ["XDG_CACHE_HOME"], ignore_errors=True)
    vault = Vault.open(root, clock=lambda: TODAY)
    took = clocked(vault.sync)
    vault.close()
    return {"ms": took, "mb": memory()}


def walk(root: str) -> dict[str, float]:
    """A bare walk with one stat a file."""
    from floor import walk as bare

    return {"ms": min(clocked(lambda: bare(root)) for _ in range(3))}


def warm(root: str) -> dict[str, float]:
    """A sync that finds nothing, index opened anew."""
    from rounds.vault.vault import Vault

    vault = Vault.open(root, clock=lambda: TODAY)
    took = clocked(vault.sync)
    took = min([took, *(clocked(vault.sync) for _ in range(3))])
    vault.close()
    return {"ms": took, "mb": memory()}


def changed(root: str) -> dict[str, float]:
    """One note edited, until a query sees it, parsers loaded; and what the scan alone takes."""
    import yaml12  # noqa: F401

    import rounds.index.parallel_parse  # noqa: F401
    from rounds.index.scan import scan
    from rounds.vault.list_search import keys
    from rounds.vault.vault import Vault

    note = next(Path(root, "Partners").iterdir())
    before = note.read_bytes()
    bare = min(clocked(lambda: scan(root)) for _ in range(5))
    vault = Vault.open(root, clock=lambda: TODAY)
    took = []
    for number in range(5):
        note.write_bytes(before + f"\nzanzibar{number}\n".encode())
        took.append(clocked(vault.sync))
        assert len(keys(vault, f"zanzibar{number}")) == 1
    note.write_bytes(before)
    vault.sync()
    vault.close()
    return {"ms": took[0], "again": min(took[1:]), "scan": bare}


def query(root: str, kind: str) -> dict[str, float]:
    """The keys of all that a query finds, and forty rows of it, as a list on the screen asks for."""
    from rounds.vault.list_search import entries, keys
    from rounds.vault.vault import NoteRecord, Vault
    from run import QUERIES

    vault = Vault.open(root, clock=lambda: TODAY)
    vault.sync()
    found: dict[str, float] = {}
    for text in QUERIES[kind]:
        assert keys(vault, text, types=("partner",)), text

        def forty(text: str = text) -> list[NoteRecord]:
            return entries(vault, keys(vault, text, types=("partner",))[:40])

        found[text] = min(clocked(forty) for _ in range(5))
    vault.close()
    return found


_LIST_FLOOR = """
import os, sqlite3, sys
import click
def walk(root):
    pending = [root]
    while pending:
        for entry in os.scandir(pending.pop()):
            if entry.name.endswith(".md"): entry.stat()
            elif entry.is_dir(follow_symlinks=False): pending.append(entry.path)
@click.command()
@click.argument("root")
@click.argument("index")
def run(root, index):
    walk(root)
    for row in sqlite3.connect(index).execute(
        "SELECT title, role, stage, last_contact FROM notes WHERE instr(role, '| psychiatrist |') "
        "AND instr(accepting, '| open |') ORDER BY title"
    ):
        click.echo("  ".join(map(str, row)))
run()
"""


def list_floor(root: str) -> dict[str, float]:
    """A script that imports click and sqlite3, walks and stats the vault, and runs one query."""
    found = Path(os.environ["XDG_CACHE_HOME"]).rglob("index-v*.sqlite")
    index = max(found, key=lambda path: path.stat().st_size)  # other measures made smaller vaults
    return {"ms": _command([sys.executable, "-c", _LIST_FLOOR, root, str(index)])}


def list_command(root: str) -> dict[str, float]:
    """`rounds list`, from the start of the interpreter to its end."""
    from run import LIST

    program = "from rounds.main import run; run()"
    return {"ms": _command([sys.executable, "-c", program, "--vault", root, "list", LIST])}


def _command(command: list[str]) -> float:
    def run() -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    run()
    return min(clocked(run) for _ in range(5))


def today(root: str) -> dict[str, float]:
    """`rounds today` with nothing changed since the last time, from the start of the interpreter to its end."""
    program = "from rounds.main import run; run()"
    os.environ["ROUNDS_TODAY"] = str(TODAY)
    return {"ms": _command([sys.executable, "-c", program, "--vault", root, "today"]), "mb": memory()}


def network(root: str) -> dict[str, float]:
    """What is found out about the network as a whole, with the playbook and referrals; and its tables as they are."""
    from rounds.domain.match import Need
    from rounds.vault.create_vault import template_root
    from rounds.vault.gaps_introductions_match import all_gaps, matches, paths_to
    from rounds.vault.month_suggestions_year_report import month, suggestions, year_report
    from rounds.vault.problems import all_problems
    from rounds.vault.vault import Vault
    from vaults import make_referrals

    gc.disable()  # as the command line does
    playbook, practice = Path(root, "Playbook"), Path(root, "Practice.md")
    shutil.copytree(template_root() / "Playbook", playbook)
    referrals = make_referrals(Path(root))
    practice.write_text("---\ntype: practice\nniches:\n  - '[[Children and teens]]'\n---\n")
    vault = Vault.open(root, clock=lambda: TODAY)
    try:
        vault.sync()
        from rounds.index import queries

        somebody = next(
            each for each in vault.ask(queries.notes_of_type, "partner") if each.properties.get("stage") == "found"
        )

        def tables() -> None:
            vault.index.rows("SELECT note, property, target, folder FROM links")
            vault.index.rows("SELECT key, title, path, stem, stage, last_contact FROM notes")
            vault.index.rows("SELECT note, kind, date FROM log")

        def checked() -> None:
            forget(vault)
            all_problems(vault)

        works: dict[str, Callable[[], object]] = {
            "floor": tables,
            "gaps": lambda: all_gaps(vault),
            "suggest": lambda: suggestions(vault),
            "intro": lambda: paths_to(vault, somebody),
            "the month, in today": lambda: month(vault),
            "match": lambda: matches(vault, Need(role="psychiatrist", specialties=("adhd",), insurance=("moda",))),
            "report": lambda: year_report(vault, TODAY.year),
            "check": checked,
        }
        return {name: min(clocked(work) for _ in range(3)) for name, work in works.items()}
    finally:
        shutil.rmtree(playbook)
        shutil.rmtree(referrals)
        practice.unlink()
        vault.sure = True  # that a whole folder goes is meant
        vault.sync()
        vault.close()


def forget(vault: "Vault") -> None:
    """Forget what the index stores of reminders and problems, so that it's derived again."""
    vault.index.connection.execute(
        "DELETE FROM meta WHERE name IN ('reminders', 'problems') OR name LIKE 'duplicates of a %'"
    )


EVERYDAY = {
    "today": ("today",), "show": ("show", "Ben Lee 27"), "list": ("list", "role:psychiatrist accepting:open"),
    "search": ("search", "school refusals"), "suggest": ("suggest",), "gaps": ("gaps",),
    "match": ("match", "--role", "psychiatrist"), "check": ("check",), "feed write, unchanged": ("feed", "write"),
    "log": ("log", "Ben Lee 27", "email", "a word"), "undo": ("undo",),
    "plan": ("plan", "Ben Lee 27", "a word", "--by", "2026-12-04"), "undo a plan": ("undo",),
}  # fmt: skip
"""Commands of every day; those that write are taken back by the next one."""


def everyday(root: str) -> dict[str, float]:
    """Each command of every day as a whole process, and a Python that imports click and sqlite3."""
    program = "from rounds.main import run; run()"
    environment = {**os.environ, "ROUNDS_TODAY": str(TODAY)}
    commands = {name: [sys.executable, "-c", program, "--vault", root, *words] for name, words in EVERYDAY.items()}
    commands["floor"] = [sys.executable, "-c", "import click, sqlite3"]

    def run(command: list[str]) -> None:
        done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
        assert done.returncode in {0, 1}, done.stderr  # `check` finds problems

    found: dict[str, float] = {}
    for turn in range(6):
        for name, command in commands.items():
            took = clocked(lambda command=command: run(command))  # type: ignore[misc]
            found[name] = min(found.get(name, took), took) if turn else took
    return found


def reminders(root: str) -> dict[str, float]:
    """All reminders of some 10,000 partners with 100,000 log lines, derived anew and as stored; Today after a line."""
    from rounds.vault.reminders import reminders as derive
    from rounds.vault.reminders import today_sections
    from rounds.vault.vault import Vault

    vault = Vault.open(root, clock=lambda: TODAY)
    vault.sync()
    forget(vault)
    cold = clocked(lambda: derive(vault))
    read = min(clocked(lambda: derive(vault)) for _ in range(3))
    note = next(Path(root, "Partners").iterdir())
    before = note.read_bytes()
    again = []
    for day in range(1, 6):
        note.write_bytes(before + f"- 2026-11-0{day} call: about the group\n".encode())
        vault.sync()
        again.append(clocked(lambda: today_sections(vault, everything=False)))
    note.write_bytes(before)
    vault.sync()
    vault.close()
    return {"cold": cold, "read": read, "again": min(again)}


def screens(root: str) -> dict[str, float]:
    """The terminal interface in a real terminal, and empty Textual apps there (see `screens`)."""
    from rounds.vault.vault import Vault
    from screens import notes, reading, starting, working

    with tempfile.TemporaryDirectory() as cache:
        found = reading(root, TODAY, cache)
        found |= notes(os.path.join(cache, "history"), TODAY)
    found |= starting(root, TODAY)
    vault = Vault.open(root, clock=lambda: TODAY)
    vault.sync()
    found |= working(vault)
    vault.close()
    return {**found, "mb": found["kb"] / MEGABYTE}


MEASURES: dict[str, Callable[[str], dict[str, float]]] = {
    "floor": floor,
    "cold": cold,
    "walk": walk,
    "warm": warm,
    "changed": changed,
    "query known": lambda root: query(root, "known"),
    "query other": lambda root: query(root, "other"),
    "network": network,
    "guard": guard,
    "guard start": guard_start,
    "reminders": reminders,
    "everyday": everyday,
    "today": today,
    "serve": serve,
    "feed": feed,
    "feed floor": feed_floor,
    "publish": publish,
    "list floor": list_floor,
    "list": list_command,
    "screens": screens,
    "duplicates": duplicates,
    "export": exporting,
    "import 500": lambda root: importing(root, 500),
    "import 10000": lambda root: importing(root, 10_000),
    "import 100000": lambda root: importing(root, 100_000),
}

if __name__ == "__main__":
    print(json.dumps(MEASURES[sys.argv[1]](sys.argv[2])))

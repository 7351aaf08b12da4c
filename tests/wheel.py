"""Build the wheel, install it into a clean environment, and make a sample vault with it: what a user gets."""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(*command: str | Path, **environment: str) -> str:
    """Run a command that must succeed; returns its stdout."""
    done = subprocess.run(
        [str(part) for part in command],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT)
        (wheel,) = folder.glob("*.whl")
        venv.create(folder / "env", with_pip=True)
        program = folder / "env" / "bin"
        run(program / "pip", "install", "--quiet", wheel)
        homes = {f"XDG_{kind}_HOME": str(folder / kind) for kind in ("CACHE", "DATA", "CONFIG")}
        vault = folder / "vault"
        run(program / "rounds", "init", "--demo", vault, **homes)
        today = run(program / "rounds", "--vault", vault, "today", **homes)
        listed = run(program / "rounds", "--vault", vault, "list", "--json", **homes)
        feed = run(program / "rounds", "--vault", vault, "feed", "write", **homes)
        run(program / "rounds", "--vault", vault, "report", "--html", folder / "year.html", **homes)
        for wanted, text in (("thank you", today), ("Maria Alvarez", listed), (".ics", feed)):
            if wanted not in text:
                sys.exit(f"the installed wheel does not show {wanted!r} in:\n{text}")
        for hidden in (".gitignore", ".obsidian/app.json", "Playbook/Roles/pediatrician.md"):
            if not (vault / hidden).exists():
                sys.exit(f"the installed wheel made a vault without {hidden}")
        print(
            f"wheel: {wheel.name} installs into a clean environment; init --demo, today, list and feed write run from it"
        )


if __name__ == "__main__":
    main()

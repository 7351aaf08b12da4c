"""`make release`: wheel and source archive, built reproducibly, with checksums and the list of their dependencies.

With --wheels it only lists, for each system and Python, which dependencies can't be installed there without a compiler.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = {
    "Windows": ("win_amd64",),
    "Mac, Apple silicon": ("macosx_14_0_arm64", "macosx_11_0_arm64", "macosx_10_9_universal2"),
    "Mac, Intel": ("macosx_13_0_x86_64", "macosx_10_15_x86_64", "macosx_10_9_universal2"),
    "Linux": ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64"),
    "Linux, ARM": ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64"),
}
"""Each system with the tags of wheels that it takes, beside those that any system takes."""
MARKERS = {
    "Windows": ("win32", "Windows", "nt"),
    "Mac": ("darwin", "Darwin", "posix"),
    "Linux": ("linux", "Linux", "posix"),
}
"""What each says of itself in the markers of dependencies: sys_platform, platform_system, os_name."""


def run(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command, without a terminal."""
    return subprocess.run(
        [str(word) for word in words], env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def build(folder: Path) -> dict[str, bytes]:
    """Build both files, dated by the last commit; name and bytes of each."""
    day = run("git", "-C", ROOT, "log", "-1", "--format=%ct").stdout.strip() or "315532800"
    done = run(sys.executable, "-m", "build", "--outdir", folder, ROOT, SOURCE_DATE_EPOCH=day)
    if done.returncode:
        sys.exit(f"the build failed:\n{done.stdout}\n{done.stderr}")
    return {path.name: path.read_bytes() for path in sorted(folder.glob("rounds-*"))}


def resolved(*options: str) -> tuple[list[dict[str, Any]], str]:
    """The metadata of all that a wheel needs, as pip finds it; and what pip says if it can't."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        done = run(
            sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--disable-pip-version-check",
            "--target", folder, "--report", report, *options,
        )  # fmt: skip
        if done.returncode:
            return [], done.stderr.strip().splitlines()[-1]
        return [each["metadata"] for each in json.loads(report.read_text())["install"]], ""


def only_there(found: Sequence[dict[str, Any]], system: str, python: str) -> set[str]:
    """What another system needs in addition: pip takes its wheels, and reads the markers of dependencies for this one."""
    from packaging.requirements import Requirement

    names = dict(zip(("sys_platform", "platform_system", "os_name"), MARKERS[system.partition(",")[0]], strict=True))
    there = {"extra": "", "python_version": python, "python_full_version": f"{python}.0", **names}
    needs = [Requirement(text) for each in found for text in each.get("requires_dist", ())]
    return {
        f"{need.name}{need.specifier}" for need in needs
        if need.marker and need.marker.evaluate(there) and not need.marker.evaluate({"extra": ""})
    }  # fmt: skip


def release() -> None:
    """Build twice, compare, and write into dist/."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        first, second = build(Path(one)), build(Path(two))
    if first != second:
        sys.exit("two builds of the same commit differ: " + ", ".join(n for n in first if first[n] != second.get(n)))
    DIST.mkdir(exist_ok=True)
    for name, data in first.items():
        (DIST / name).write_bytes(data)
    sums = [f"{hashlib.sha256(data).hexdigest()}  {name}" for name, data in first.items()]
    (DIST / "SHA256SUMS").write_text("\n".join(sums) + "\n")
    (wheel,) = (DIST / name for name in first if name.endswith(".whl"))
    found, why = resolved(str(wheel))
    if why:
        sys.exit(f"the dependencies can't be listed: {why}")
    needs = sorted(f"{each['name']}=={each['version']}" for each in found if each["name"] != "rounds")
    (DIST / "DEPENDENCIES.txt").write_text("\n".join(needs) + "\n")
    print(*sums, f"{len(needs)} dependencies, in dist/DEPENDENCIES.txt", sep="\n")


def wheels() -> int:
    """Print a line for each system and Python; return how many lack a wheel."""
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))
        (wheel,) = Path(folder).glob("*.whl")
        return sum(_is_lacking(str(wheel), system, python) for system in SYSTEMS for python in PYTHONS)


def _is_lacking(wheel: str, system: str, python: str) -> bool:
    options = ["--only-binary=:all:", "--python-version", python]
    options += [word for tag in SYSTEMS[system] for word in ("--platform", tag)]
    found, why = resolved(*options, wheel)
    if not why and (more := only_there(found, system, python)):
        found, why = resolved(*options, wheel, *sorted(more))
    print(f"{system:20} {python}: {why or f'{len(found) - 1} wheels'}", flush=True)
    return bool(why)


def main(words: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheels", action="store_true", help="only look which systems have all wheels")
    if parser.parse_args(words).wheels:
        return min(wheels(), 1)
    release()
    return 0


if __name__ == "__main__":
    sys.exit(main())

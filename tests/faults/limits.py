"""A system that watches fewer folders than the vault has: it is said, and the index follows all the same.

The limits are real ones, of a user namespace, which has its own: nothing of the machine is changed.
"""

import json
import os
import subprocess
import sys

from faults.report import Report

_CASES = {
    "half of the folders": ("max_inotify_watches", "10", ""),
    "no folder": ("max_inotify_instances", "0", ""),
    "no folder that came later": ("max_inotify_watches", "100", "30"),
}
"""Which limit of the namespace is set to what before the watching begins, and then once it has begun."""

_PROGRAM = """
import json, os, sys
from pathlib import Path
from queue import Empty, SimpleQueue
from faults.indexes import many
from rounds.storage import watcher
from rounds.vault.watch import Watch

name, first, later = sys.argv[1:]
limit = Path("/proc/sys/user", name)
watcher.POLLING = 0.2
with many(3) as vault:
    for number in range(25):
        Path(vault.root, "Partners", str(number)).mkdir()
    limit.write_text(first)
    news, troubles = SimpleQueue(), SimpleQueue()
    with Watch(vault, news.put, troubles.put) as watch:
        last = Path(vault.root, "Partners", "24")
        if later:
            limit.write_text(later)
            for number in range(25, 50):
                last = Path(vault.root, "Partners", str(number))
                last.mkdir()
        try:
            said = troubles.get(timeout=30)
            (last / "New.md").write_text("hello")
            seen = news.get(timeout=10).added
        except Empty:
            said, seen = "", ()
        print(json.dumps([said, watch._watcher.polling, list(seen), troubles.qsize()]))
"""


def limits(runs: int, seed: int) -> Report:
    """Watch a vault under each limit; a note in a folder that is not watched is in the index soon."""
    del seed
    report = Report("limits")
    if not _namespaces():
        report.counts["no user namespaces here"] += 1
        return report
    for _ in range(runs):
        for case, words in _CASES.items():
            command = ["unshare", "--user", "--map-root-user", sys.executable, "-c", _PROGRAM, *words]
            paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
            done = subprocess.run(command, env=paths, capture_output=True, text=True, timeout=60, check=False)
            report.runs += 1
            report.counts[case] += 1
            said, polling, seen, more = json.loads(done.stdout) if done.returncode == 0 else ("", False, [], 0)
            if not (polling and "looking every few seconds" in said and len(seen) == 1 and not more):
                report.failures.append(f"{case}: {said!r}, {seen}, {done.stderr[-500:]}")
    return report


def _namespaces() -> bool:
    try:
        return not subprocess.run(
            ["unshare", "--user", "--map-root-user", "true"], capture_output=True, check=False
        ).returncode
    except OSError:
        return False

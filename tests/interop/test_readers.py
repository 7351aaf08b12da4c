"""What other programs are made of, libical and two libraries of JavaScript, reads from our feeds what we meant."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from conftest import tool
from interop.conftest import NAMES, Item, Published, output

pytestmark = pytest.mark.interop
HERE = Path(__file__).parent


def _text(item: Item) -> list[str]:
    if isinstance(item.start, datetime):
        return [item.summary, f"{item.start:%Y-%m-%dT%H:%M:%SZ}"]
    return [item.summary, str(item.start or "")]


@pytest.mark.parametrize("name", NAMES)
def test_libical_agrees_and_finds_every_property_where_it_may_be(feeds: Published, name: str) -> None:
    """What Evolution, GNOME Calendar and KOrganizer read with; its check of RFC 5546's restrictions passes."""
    python = "/usr/bin/python3"
    tool(python)
    if "yes" not in output(python, "-c", _HAS_LIBICAL):
        tool("gir1.2-ical-3.0")
    answer = json.loads(output(python, HERE / "libical.py", feeds.path(name)))
    assert answer["faults"] == []
    assert answer["valid"]
    assert sorted(answer["items"]) == sorted(map(_text, feeds.items(name)))


_HAS_LIBICAL = """
try:
    import gi
    gi.require_version("ICalGLib", "3.0")
    print("yes")
except (ImportError, ValueError):
    print("no")
"""


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("library", ["ical.js", "node-ical"])
def test_libraries_of_javascript_agree(feeds: Published, name: str, library: str) -> None:
    """ical.js is what Thunderbird and Nextcloud read with."""
    node = tool("node")
    modules = HERE.parents[1] / ".venv" / "interop" / "node_modules"
    if not (modules / library).is_dir():
        tool(library)
    found = json.loads(
        output(node, HERE / "read.cjs", library, feeds.path(name), env={"NODE_PATH": str(modules), "TZ": "Asia/Tokyo"})
    )
    assert sorted(found) == sorted(map(_text, feeds.items(name)))

"""Subscribes GNOME's calendar store to an address; for the system's Python, which has its binding, inside dbus-run-session.

Reads a word a line, `refresh` or `list`, and answers each with a line of JSON.
"""

import json
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import gi

gi.require_version("EDataServer", "1.2")
gi.require_version("ECal", "2.0")
from gi.repository import ECal, EDataServer, GLib  # noqa: E402

address = urlsplit(sys.argv[1])
sources = Path(os.environ["XDG_CONFIG_HOME"], "evolution", "sources")
sources.mkdir(parents=True)
(sources / "rounds.source").write_text(
    f"""[Data Source]
DisplayName=Rounds
Enabled=true
Parent=webcal-stub

[Calendar]
BackendName=webcal
Selected=true

[Offline]
StaySynchronized=true

[Refresh]
Enabled=false

[Authentication]
Host={address.hostname}
Port={address.port}
Method=none
ProxyId=system-proxy

[Security]
Method=none

[WebDAV Backend]
ResourcePath={address.path}
"""
)
registry = EDataServer.SourceRegistry.new_sync(None)
client = ECal.Client.connect_sync(registry.ref_source("rounds"), ECal.ClientSourceType.EVENTS, 20, None)
print(json.dumps("connected"), flush=True)
for line in sys.stdin:
    if line.strip() == "refresh":
        try:
            done = client.refresh_sync(None)
        except GLib.Error:
            done = False
        print(json.dumps(done), flush=True)
    else:
        _, found = client.get_object_list_sync("#t", None)
        items = []
        for component in found:
            start = component.get_dtstart()
            clock = (
                "" if start.is_date() else f"T{start.get_hour():02}:{start.get_minute():02}:{start.get_second():02}Z"
            )
            day = f"{start.get_year():04}-{start.get_month():02}-{start.get_day():02}"
            items.append([component.get_summary(), day + clock])
        print(json.dumps(sorted(items)), flush=True)

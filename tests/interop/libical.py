"""Reads a calendar with libical; for the system's Python, which has its binding. Prints JSON."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gi

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib as Libical  # noqa: E402

KINDS = (Libical.ComponentKind.VEVENT_COMPONENT, Libical.ComponentKind.VTODO_COMPONENT)


def start(component: Any) -> str:
    """The day, or the moment in UTC, as text."""
    found = component.get_due() if component.isa() == KINDS[1] else component.get_dtstart()
    if found is None or found.is_null_time():
        return ""
    day = f"{found.get_year():04}-{found.get_month():02}-{found.get_day():02}"
    clock = f"T{found.get_hour():02}:{found.get_minute():02}:{found.get_second():02}"
    return day if found.is_date() else day + clock + ("Z" if found.is_utc() else "")


def faults(component: Any) -> list[str]:
    """What the parser and the check of restrictions have put into a component and those in it."""
    found = []
    prop = component.get_first_property(Libical.PropertyKind.XLICERROR_PROPERTY)
    while prop is not None:
        found.append(prop.as_ical_string())
        prop = component.get_next_property(Libical.PropertyKind.XLICERROR_PROPERTY)
    for inner in inside(component, Libical.ComponentKind.ANY_COMPONENT):
        found += faults(inner)
    return found


def inside(component: Any, kind: Any) -> Iterator[Any]:
    """The components of a kind in a component."""
    inner = component.get_first_component(kind)
    while inner is not None:
        yield inner
        inner = component.get_next_component(kind)


calendar = Libical.Component.new_from_string(Path(sys.argv[1]).read_text(encoding="utf-8"))
valid = Libical.restriction_check(calendar)
items = [[each.get_summary(), start(each)] for kind in KINDS for each in inside(calendar, kind)]
print(json.dumps({"valid": bool(valid), "faults": faults(calendar), "items": items}))

"""What every calendar file of ours has to be, so that no client stumbles over it: a lint of our own."""

import re
from collections import Counter

_CONTROL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_UTC = re.compile(r"\d{8}T\d{6}Z")
_DATE = re.compile(r"\d{8}")


def faults(data: bytes) -> list[str]:
    """What is wrong with a calendar file, a sentence each; nothing where it is all right."""
    found = []
    if re.search(rb"(?<!\r)\n|\r(?!\n)", data) or not data.endswith(b"\r\n"):
        found.append("a line does not end in CRLF (RFC 5545, 3.1)")
    found += [f"line {n} has more than 75 octets" for n, x in enumerate(data.split(b"\r\n"), 1) if len(x) > 75]
    try:
        text = re.sub("\r\n[ \t]", "", data.decode())
    except UnicodeDecodeError as error:
        return [*found, f"not UTF-8: {error}"]
    if _CONTROL.search(text.replace("\r\n", "\n")):
        found.append("a bare control character")
    inside: list[str] = []
    seen: dict[str, Counter[str]] = {}
    uids: Counter[str] = Counter()
    for line in text.split("\r\n")[:-1]:
        name, _, value = line.partition(":")
        key = name.partition(";")[0]
        if key == "BEGIN":
            inside.append(value)
            seen[value] = Counter()
        elif key == "END":
            if not inside or inside.pop() != value:
                found.append(f"END:{value} without its beginning")
            if value in {"VEVENT", "VTODO"}:
                needed = {"UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "SUMMARY", "CLASS", "CATEGORIES"}
                found += [f"{value} has {key} {seen[value][key]} times" for key in needed if seen[value][key] != 1]
        else:
            within = inside[-1] if inside else "nothing"
            seen.setdefault(within, Counter())[key] += 1
            uids.update([value] if key == "UID" else [])
            found += _of_line(within, name, value)
    found += [f"{uid} stands {n} times" for uid, n in uids.items() if n > 1]
    if not seen.keys() & {"VEVENT", "VTODO", "VTIMEZONE"}:
        found.append("a calendar without a component (RFC 5545, 3.6)")
    return [*found, *(f"{name} has no end" for name in inside)]


def _of_line(within: str, name: str, value: str) -> list[str]:
    key = name.partition(";")[0]
    if within in {"VTIMEZONE", "STANDARD"}:
        return []
    if key in {"RRULE", "METHOD", "TZID"} or "TZID=" in name or (key == "UID" and within == "VCALENDAR"):
        return [f"{key} in {within}"]
    if key in {"DTSTAMP", "LAST-MODIFIED", "COMPLETED"} and not _UTC.fullmatch(value):
        return [f"{key} is not in UTC: {value}"]
    if key in {"DTSTART", "DTEND", "DUE"} and not (_DATE if name.endswith(";VALUE=DATE") else _UTC).fullmatch(value):
        return [f"{name} is neither a day nor in UTC: {value}"]
    if key == "REFRESH-INTERVAL" and name != "REFRESH-INTERVAL;VALUE=DURATION":
        return ["REFRESH-INTERVAL without VALUE=DURATION (RFC 7986, 5.7)"]
    return []

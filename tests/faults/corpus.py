"""What the readers are fed with: texts as people and programs write them, and ways to spoil them."""

import json
import zlib
from functools import cache
from pathlib import Path
from random import Random

from notes.strategies import FILL, KEYS, LISTS, MAPS, SCALARS
from rounds.vault.create_vault import template_root

_TESTS = Path(__file__).parents[1]
LONGEST = 40_000
"""Bytes that a spoiled text has at most."""

LINES = (
    "- [ ] coffee: talk about groups 📅 2026-12-01 🔁 every 2 weeks ^f-abcd",
    "- [ ] 10:00 call: x [due:: 2026-12-01] [repeat:: every month on the 31st]",
    "* [x] lunch 🔁 every weekday when done 📅 2026-11-02 ✅ 2026-11-03",
    "- [/] send it by 2026-12-01 ⏳ 2026-11-30 🛫 2026-11-29 ➕ 2026-11-01 ⏫ 🆔 x1 ⛔ x2 #task",
    "- [-] never ❌ 2026-11-01", "1. [ ] numbered 📅 2026-02-30", "  - [ ] below 📅 2024-02-29 🔁 every year",
    "- 2026-11-02 email: [[Partners/Sam Lee|Sam]] wrote @kim %% not seen %%", "- 2026-11-02 skip(check-in): not now",
    "- 2026-11-02 later(month) 2026-12-01", "- 2026-11-02 **call**: `code` <!-- x -->\n  - more\n    - deeper\n",
    "- 2026-11-02: no kind", "- 2026-11-02T10:00 note: x", "Sam Lee called yesterday", "- [ ] Ana coffee next tue 10am",
    "waitlist until 20 jan, said Kim", "12:30 at Heart with [[Ana]] ![[x.png]] [Kim](Partners/Kim.md)", "> quoted Kim email",
    "Ana %% psst %% wrote <!-- open", "$$ math $$ Ana called", "```\nAna called\n```", "    indented Kim met yesterday",
)  # fmt: skip
DATES = (
    "today", "yesterday", "next friday", "in 3 weeks", "2 weeks ago", "20 jan", "jan 20 2027", "2026-12-01", "12/1", "1.12.2026",
    "the 3rd of may", "end of month", "mon-fri", "tomorrow 10am", "friday 10:30", "3pm", "Q3 2026", "2026-W40", "this year",
    "every 2 weeks on tue, thu", "every month on the last friday", "every 3 months when done", "3 months", "90d", "never",
    "last tuesday at noon", "in a fortnight", "a year from now", "christmas", "01/02/03", "31 feb", "every 29 february",
)  # fmt: skip
QUERIES = (
    "role:pediatrician", "stage:met -city:Portland", "(a or b) c", '"two words"', "last:>3 months", "contact:<2026-01-01",
    "has:email -has:phone", "insurance:Aetna,Moda", "name~'x'", "due:this week", "niche=anxiety", "a OR (b -c) or not d",
    'followup:"send it"', "city:port*", "since:>90d", "stage:>=contacted", "x:y:z", "tag:#a/b", "((((a))))", "-(a)", "text:heart",
)  # fmt: skip
TEMPLATES = (
    "Hi {{ partner.first_name }},\n{% if practice.phone %}call {{ practice.phone|upper }}{% else %}[when?]{% endif %}\n",
    "{{ partner.name ~ '!' }}{{ 'a' if partner.email else 'b' }} {{ article|default('x') }} {# c #} {% raw %}{{{% endraw %}",
    "{% if partner.name < 5 and not practice.name is defined %}{{ 10 > 3 }}{% endif %}",
)  # fmt: skip
SETTINGS = (
    ('vault = "test"\ntimezone = "America/Los_Angeles"\nworking_days = ["mon", "tue"]\n[today]\ncap = 7\n[rules.check-in]\n'
    'every = "3 months"\nenabled = true\n[rules.introduction]\nafter = "3 working days"\n[feeds.reminders]\nlevel = "full"\n'
    'query = "stage:met"\ntasks = true\nalarm = "9:00"\n[folders]\npartners = "Partners"\n[tasks]\nfilter = "#task"\n'),
)  # fmt: skip
CONFIGS = (
    ('vault = "~/x"\nme = "kim"\nfeeds = "~/feeds"\ntoday_note = true\n[serve]\nhost = "127.0.0.1"\nport = 5232\n'
    '[publish.home]\nurl = "http://127.0.0.1/kim/rounds/"\nuser = "kim"\ntasks = true\nlevel = "busy"\n'
    'password_command = "pass x"\n[publish.file]\nurl = "/tmp/x.ics"\n'),
)  # fmt: skip
OBJECTS = (
    ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VTODO\r\nUID:a@b\r\nDTSTAMP:20261123T000000Z\r\nSUMMARY:Call\\, A. \r\n"
    " B.\r\nDUE;VALUE=DATE:20261201\r\nSTATUS:COMPLETED\r\nCOMPLETED:20261124T101500Z\r\nPERCENT-COMPLETE:100\r\nEND:VTODO\r\n"
    "END:VCALENDAR\r\n"),
    ("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:19701101T020000\nTZOFFSETFROM:-0700\n"
    "TZOFFSETTO:-0800\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:a\nSUMMARY;LANGUAGE=en:x\n"
    'DTSTART;TZID="America/Los_Angeles":20261201T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY\nBEGIN:VALARM\nTRIGGER:-PT5M\nEND:VALARM\n'
    "END:VEVENT\nEND:VCALENDAR\n"),
)  # fmt: skip
ANSWERS = (
    ('<?xml version="1.0" encoding="utf-8"?><multistatus xmlns="DAV:"><response><href>/kim/rounds/</href><propstat><prop><getetag>"1"'
    "</getetag></prop><status>HTTP/1.1 200 OK</status></propstat></response><response><href>/kim/rounds/a%40b.ics</href><propstat>"
    '<prop><getetag>"2"</getetag><resourcetype/></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>'),
    *OBJECTS,
)  # fmt: skip
STATES = (
    json.dumps({"entries": [["u@r", "2026-11-23", "x", "10:00:00", True, "obsidian://", "", "id", "check-in", "c", "2026-11-23",
                             "2026-11-23T00:00:00+00:00", 3, ""]],
                "level": "full", "form": "f", "head": "h", "digest": "00", "query": ""}),
    json.dumps({"u@r": ["tag", "mark", False, "Call A", "2026-11-23", "10:00:00", True]}),
    json.dumps({"asked": [["id", "check-in", "cause", "2026-11-23"]]}),
    json.dumps({"questions": [["id", "check-in", "cause", "moved", "phone", "2026-11-23", None, "2026-11-30", "10:00:00", False]]}),
    json.dumps({"": "00", "+": [{"0a": "tag"}, {"0b": ""}], "@": {"u@r": "x.ics"},
                "u@r": ["tag", "mark", False, "Call A", "2026-11-23", None, False, "n.ics", [], ["0c"], True, True]}),
    json.dumps({"secrets": {"reminders": "ab" * 16}, "revoked": ["00"]}),
    json.dumps({"root": "/x", "due": [{"path": "Partners/Ana.md", "name": "Ana", "title": "x", "rank": 1, "time": "10:00", "sets": ["stage", "met"],
                                       "due": "2026-11-23", "late_after": None, "since": None, "rule": "follow-up", "cause": "f-1"}]}),
    '{"kind":"log","text":"words"}\n{"kind":"log","text":"more words"}\n', "stage:met\nrole:x\n",
)  # fmt: skip
NAMES = (
    "Partners/Ana.md", "Partners/Ana.sync-conflict-20261101-120000-ABCDEFG.md", "Partners/Ana (conflicted copy 2026-11-01 120000).md",
    "Partners/Ana (Kim's conflicted copy 2026-11-01).md", "Partners/Ana 2.md", "Partners/Ana (1).md", "Partners/Ana - Copy.md",
    "Partners/Ana-Kim's MacBook.md", "Partners/Ana_conflict-1.md", "[[Partners/Ana#Log|A]]", "Sam Lee (Rose City Pediatrics).md",
)  # fmt: skip
TOKENS = (
    "---\n", "...\n", ":", ": ", "- ", "- [ ] ", "#", "\t", "\r", "\r\n", "\n\n", "\0", "\ufeff", "\u2028", "\x85", "\x1b[31m", "\u202e",
    "%%", "<!--", "-->", "```", "~~~", "$$", "[[", "]]", "![[", "|", "^f-abcd", "📅 2026-12-01", "🔁 every", "✅", "[due:: ", "]",
    "{", "}", "[", "(", ")", '"', "'", "\\", "&a ", "*a", "!!python/object:x ", "!t ", "? ", "<<: ", "0001-01-01", "9999-12-31",
    "2026-02-30", "99999999999999999999", "-0", "1e999", ".inf", "null", "true", "24:00", "Ana", "id: ", "type: partner\n", "or ", "not ",
    "%s", "{{ ", " }}", "{% if ", "\u0130", "\u00df", "\ud7ff", "\U0001f469\u200d\U0001f4bb", "e\u0301", "\uff1a", "٣", "²", "true: ", "ⅷ",
    "../", "C:\\", "=", "~", ">", ">-\n  ", "|2\n", "<", ",", ";", "BEGIN:VEVENT\n", "END:VEVENT\n", "TZID=", "\x7f", " ", "   ",
)  # fmt: skip


@cache
def notes() -> tuple[bytes, ...]:
    """Notes of the template and the sample, of the golden files, and odd ones."""
    ours = [
        path for folder in (template_root(), template_root().parent / "sample") for path in sorted(folder.rglob("*.md"))
    ]
    golden = sorted((_TESTS / "golden").rglob("*.md"))
    return tuple(path.read_bytes() for path in [*dict.fromkeys(ours), *golden] if path.stat().st_size < LONGEST)


def odd_note(random: Random) -> bytes:
    """A note with properties and lines as people write them."""
    head = "".join(f"{random.choice(KEYS)}: {random.choice(random.choice((SCALARS, LISTS, MAPS)))}\n" + random.choice(FILL)
                   for _ in range(random.randint(0, 6)))  # fmt: skip
    body = "\n".join(random.choice(LINES) for _ in range(random.randint(0, 6)))
    start = f"---\ntype: {random.choice(('partner', 'referral', 'message', 'x'))}\nid: ana0\n{head}---\n"
    return f"{start}\n## Log\n\n{body}\n".encode()


def spoiled(random: Random, data: bytes, others: tuple[bytes, ...]) -> bytes:
    """Some bytes with up to a dozen changes; the smallest numbers of them most often."""
    for _ in range(min(random.randint(1, 4) * random.randint(1, 3), 12)):
        data = _spoil(random, data, others)[:LONGEST]
    return data


def _spoil(random: Random, data: bytes, others: tuple[bytes, ...]) -> bytes:
    start = random.randint(0, len(data))
    end = min(len(data), start + random.choice((0, 1, 1, 2, 5, 20, 200)))
    way = random.randint(0, 10)
    if way <= 3:  # a token
        return data[:start] + random.choice(TOKENS).encode("utf-8", "surrogatepass") + data[end:]
    if way == 4:  # many of one
        token = random.choice(TOKENS).encode("utf-8", "surrogatepass")
        return data[:start] + token * random.choice((3, 30, 300, 2_000)) + data[end:]
    if way == 5:  # a piece twice, or gone
        return data[:start] + data[start:end] * random.choice((0, 2, 2, 50)) + data[end:]
    if way == 6:  # a byte
        return data[:start] + bytes([random.randrange(256)]) + data[start + 1 :]
    if way == 7:  # the end is lost, or zero
        return data[:start] if random.random() < 0.5 else data[:start] + bytes(len(data) - start)
    if way == 8:  # a piece of another
        other = random.choice(others)
        at = random.randint(0, len(other))
        return data[:start] + other[at : at + random.choice((10, 100, 1_000))] + data[end:]
    lines = data.split(b"\n")
    one, two = random.randrange(len(lines)), random.randrange(len(lines))
    if way == 9:  # lines change places
        lines[one], lines[two] = lines[two], lines[one]
        return b"\n".join(lines)
    return data.replace(b"\n", random.choice((b"\r\n", b"\r", b"\n\n", b"\n  ")), random.choice((1, 3, -1)))


def framed(lines: list[bytes]) -> bytes:
    """Lines of a journal with their lengths and sums, so that what they say is read."""
    return b"".join(b"%08x %08x %b\n" % (len(line), zlib.crc32(line), line) for line in lines)

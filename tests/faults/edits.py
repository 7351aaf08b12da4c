"""Notes made up at random, and edits to them as people and programs make them; every word of an edit is its own.

So what became of an edit can be told from the words of a note alone.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

WORD = re.compile(r"\bw\d+q\b")
START = date(2026, 11, 1)


class Words:
    """Words that nobody has used yet."""

    def __init__(self) -> None:
        self.count = 0

    def next(self) -> str:
        self.count += 1
        return f"w{self.count}q"


def note(random: Random, words: Words) -> list[str]:
    """The lines of a partner's note."""
    lines = ["---", "type: partner"]
    if random.random() < 0.3:
        lines.append(f"# {words.next()}")
    lines += [f"stage: {words.next()}", f"role: {words.next()}", f"email: {words.next()}@example.org"]
    if random.random() < 0.7:
        lines += ["insurance:", *(f"  - {words.next()}" for _ in range(random.randint(1, 4)))]
    if random.random() < 0.5:
        lines.append(f"serves: [{words.next()}, {words.next()}]")
    if random.random() < 0.5:
        lines.append(f"connection: {words.next()}  # {words.next()}")
    if random.random() < 0.7:
        lines.append(f"last_contact: {START}")
    lines += [f"id: {words.next()}", "---", ""]
    for section in _sections(random, words):
        lines += section
    return lines


def _sections(random: Random, words: Words) -> list[list[str]]:
    about = ["## About", ""]
    for _ in range(random.randint(0, 3)):
        about += [*(f"Text {words.next()}" for _ in range(random.randint(1, 3))), ""]
    followups = ["## Follow-ups", "", *(task(random, words) for _ in range(random.randint(0, 4))), ""]
    log = ["## Log", ""]
    days = sorted(random.randint(0, 30) for _ in range(random.randint(0, 6)))
    for day in days if random.random() < 0.8 else days[::-1]:
        log.append(f"- {START + timedelta(day)} {random.choice(('email', 'call', 'note'))}: {words.next()}")
        if random.random() < 0.2:
            log.append(f"  more {words.next()}")
    return [section for section in (about, followups, log) if random.random() < 0.9]


def task(random: Random, words: Words) -> str:
    """An open follow-up."""
    block = f" ^f-{random.randint(1000, 9999)}" if random.random() < 0.5 else ""
    due = random.choice(("", f" 📅 {START + timedelta(random.randint(0, 60))}", " by 2026-12-05"))
    if block and due.startswith(" by"):
        block = ""
    return f"- [ ] Do {words.next()}{due}{block}"


Edit = Callable[[list[str], Random, Words], None]


def _places(lines: list[str], pattern: str) -> list[int]:
    return [at for at, line in enumerate(lines) if re.match(pattern, line)]


def _head(lines: list[str]) -> int:
    return lines.index("---", 1)


def _end_of(lines: list[str], heading: str) -> int:
    """Where a line is added at the end of a section; the section is made where it is missing."""
    if heading not in lines:
        lines += [heading, "", ""] if not lines[-1] else ["", heading, "", ""]
    at = lines.index(heading) + 1
    while at < len(lines) and not lines[at].startswith("## "):
        at += 1
    while not lines[at - 1]:
        at -= 1
    if at == lines.index(heading) + 1:
        lines.insert(at, "")
        at += 1
    return at


def set_property(lines: list[str], random: Random, words: Words) -> None:
    key = random.choice(("stage", "role", "email", "phone", "city"))
    for at in _places(lines[: _head(lines)], f"{key}:"):
        lines[at] = f"{key}: {words.next()}"
        return
    lines.insert(random.choice((2, _head(lines))), f"{key}: {words.next()}")


def new_property(lines: list[str], random: Random, words: Words) -> None:
    lines.insert(_head(lines), f"own{random.randint(1, 10**6)}: {words.next()}")


def remove_property(lines: list[str], random: Random, _: Words) -> None:
    places = _places(lines[: _head(lines)], r"(role|email|phone|city|own\d+|connection):")
    if places:
        del lines[random.choice(places)]


def raise_last_contact(lines: list[str], random: Random, _: Words) -> None:
    for at in _places(lines[: _head(lines)], "last_contact:"):
        lines[at] = f"last_contact: {START + timedelta(random.randint(1, 60))}"


def add_item(lines: list[str], random: Random, words: Words) -> None:
    items = _places(lines[: _head(lines)], "  - ")
    if items:
        lines.insert(random.choice((items[0], items[-1] + 1)), f"  - {words.next()}")
    else:
        lines[_head(lines) : _head(lines)] = ["tags:", f"  - {words.next()}"]


def remove_item(lines: list[str], random: Random, _: Words) -> None:
    items = _places(lines[: _head(lines)], "  - ")
    if len(items) > 1:
        del lines[random.choice(items)]


def flow_item(lines: list[str], random: Random, words: Words) -> None:
    for at in _places(lines[: _head(lines)], r"serves: \["):
        lines[at] = lines[at].replace("[", f"[{words.next()}, ", 1)


def comment(lines: list[str], random: Random, words: Words) -> None:
    lines.insert(random.randint(1, _head(lines)), f"# {words.next()}")


def add_entry(lines: list[str], random: Random, words: Words) -> None:
    kind = random.choice(("email", "coffee", "call", "later check-in:", "note"))
    text = [f"- {START + timedelta(random.randint(0, 60))} {kind.strip(':')}: {words.next()}"]
    if kind.startswith("later"):
        text = [f"- {START} later check-in: 2027-01-01 {words.next()}"]
    if random.random() < 0.2:
        text.append(f"  more {words.next()}")
    at = _end_of(lines, "## Log")
    lines[at:at] = text


def add_entry_first(lines: list[str], random: Random, words: Words) -> None:
    places = _places(lines, r"- \d{4}")
    if places:
        lines.insert(places[0], f"- {START + timedelta(random.randint(0, 60))} call: {words.next()}")


def edit_entry(lines: list[str], random: Random, words: Words) -> None:
    if places := _places(lines, r"- \d{4}"):
        at = random.choice(places)
        lines[at] += f" {words.next()}"


def remove_entry(lines: list[str], random: Random, _: Words) -> None:
    if places := _places(lines, r"- \d{4}"):
        at = random.choice(places)
        end = at + 1
        while end < len(lines) and lines[end].startswith("  "):
            end += 1
        del lines[at:end]


def add_task(lines: list[str], random: Random, words: Words) -> None:
    lines.insert(_end_of(lines, "## Follow-ups"), task(random, words))


def tick(lines: list[str], random: Random, _: Words) -> None:
    if places := _places(lines, r"- \[ \]"):
        at = random.choice(places)
        text, caret, block = lines[at].partition(" ^")
        lines[at] = text.replace("[ ]", "[x]") + f" ✅ 2026-11-{random.randint(10, 12)}" + caret + block


def move_task(lines: list[str], random: Random, _: Words) -> None:
    if places := _places(lines, r"- \[ \].*📅"):
        at = random.choice(places)
        lines[at] = re.sub(r"📅 \S+", f"📅 {START + timedelta(random.randint(61, 99))}", lines[at])


def remove_task(lines: list[str], random: Random, _: Words) -> None:
    if places := _places(lines, r"- \["):
        del lines[random.choice(places)]


def edit_task(lines: list[str], random: Random, words: Words) -> None:
    if places := _places(lines, r"- \["):
        at = random.choice(places)
        lines[at] = lines[at].replace("Do ", f"Do {words.next()} ", 1)


def add_text(lines: list[str], random: Random, words: Words) -> None:
    at = random.randint(_head(lines) + 1, len(lines))
    lines[at:at] = [f"Text {words.next()}", *([""] if random.random() < 0.5 else [])]


def edit_text(lines: list[str], random: Random, words: Words) -> None:
    if places := _places(lines, "Text"):
        at = random.choice(places)
        lines[at] = f"Text {words.next()}" if random.random() < 0.5 else f"{lines[at]} {words.next()}"


def remove_text(lines: list[str], random: Random, _: Words) -> None:
    if places := _places(lines, "Text"):
        del lines[random.choice(places)]


def new_section(lines: list[str], random: Random, words: Words) -> None:
    name = words.next()
    lines += ([""] if lines[-1] else []) + [f"## {name}", "", f"Text {words.next()}", ""]


def sort_log(lines: list[str], random: Random, _: Words) -> None:
    places = _places(lines, r"- \d{4}")
    if places and len(places) == places[-1] - places[0] + 1:
        lines[places[0] : places[-1] + 1] = sorted(lines[places[0] : places[-1] + 1], reverse=random.random() < 0.5)


EDITS: tuple[Edit, ...] = (
    set_property, set_property, new_property, remove_property, raise_last_contact, add_item, add_item, remove_item, flow_item,
    comment, add_entry, add_entry, add_entry, add_entry_first, edit_entry, remove_entry, add_task, add_task, tick, tick,
    move_task, remove_task, edit_task, add_text, add_text, edit_text, remove_text, new_section, sort_log,
)  # fmt: skip


def edited(lines: list[str], random: Random, words: Words, most: int = 4) -> list[str]:
    """The lines after some edits."""
    new = list(lines)
    for _ in range(random.randint(1, most)):
        random.choice(EDITS)(new, random, words)
    return new


def text_of(lines: list[str]) -> str:
    """The lines as a file with LF."""
    return "\n".join(lines).rstrip("\n") + "\n"


def written(text: str, random: Random) -> bytes:
    """A text as somebody's editor saves it: mostly with LF, at times with CRLF, a byte order mark or an open end."""
    chance = random.random()
    if chance < 0.1:
        text = text.replace("\n", "\r\n")
    if 0.05 < chance < 0.12:
        text = "\ufeff" + text
    if 0.12 < chance < 0.2:
        text = text.rstrip("\n")
    return text.encode()

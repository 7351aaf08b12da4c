"""Every reader of the product, each fed with one spoiled text at a time."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from random import Random
from typing import NamedTuple

from faults import corpus
from faults.hostile_server import HostileServer, answering
from rounds.calendar.caldav import Collection
from rounds.calendar.caldav_account import calendars
from rounds.calendar.feed_addresses_passwords import read_addresses
from rounds.calendar.ics import pieces
from rounds.calendar.server_objects import read_remote
from rounds.calendar.write_feeds import write_feeds
from rounds.domain.file_names_copies import key_of, related
from rounds.domain.folding import caseless, digits, fold, fold_value, national, words_of
from rounds.domain.periods import parse_interval, parse_period
from rounds.domain.query.parser import complete, parse
from rounds.domain.recurrence import parse_repeat
from rounds.errors import RoundsError
from rounds.notes import task_edits
from rounds.notes.dates import date_at_start, dates_in, parse_day, parse_moment
from rounds.notes.document import Document
from rounds.notes.frontmatter.fences_quoting import literal, scalar
from rounds.notes.links import first_target, folder_matches, target_of
from rounds.notes.log import parse_entry, render_entry
from rounds.notes.merge.merge_note import merge
from rounds.notes.plain_text import escape_controls
from rounds.notes.properties import partner_of, referral_of, release_of
from rounds.notes.read_note import note_of
from rounds.notes.rewrite_links import Renaming, relinked, relinked_base, relinked_canvas, relinked_text
from rounds.notes.schema import folder_types
from rounds.notes.tasks import parse_task
from rounds.notes.templates import fill
from rounds.storage.feed_state import FeedState, ServerState
from rounds.storage.journal import Journal
from rounds.storage.rounds_toml import read_settings
from rounds.storage.tui_state import FormDrafts, Recent
from rounds.storage.user_config import config_path, publish_settings, read_config, serve_settings
from rounds.vault import conflicts, inbox, log_actions
from rounds.vault import did_you_mean as query_suggestions
from rounds.vault import find_note as lookup
from rounds.vault import history_undo as history
from rounds.vault import list_search as catalog
from rounds.vault import reminders as agenda
from rounds.vault import set_properties as bulk_changes
from rounds.vault import set_properties as keeping
from rounds.vault.problems import all_problems
from rounds.vault.tidy import untidy
from rounds.vault.vault import Vault
from vault.notes import entries

TODAY = date(2026, 11, 23)
_FOLDERS = folder_types({"partners": "Partners", "organizations": "Organizations", "referrals": "Referrals"})
_PATHS = ("Partners/Ana.md", "Referrals/2026/x.md", "Playbook/Messages/x.md", "x.md")
_VALUES: dict[str, dict[str, str] | str] = {
    "partner": {"name": "Ana", "first_name": "Ana", "email": ""},
    "practice": {"name": "P", "phone": ""},
    "article": "x",
}
_HEAD = "---\ntype: partner\nstage: met\nid: {}\n---\n\n## Follow-ups\n\n- [ ] call: x 📅 2026-11-20 ^f-aaaa\n\n## Log\n\n- 2026-11-02 email: x\n"


class Place(NamedTuple):
    """Where files of a run lie.

    Attributes:
        vault: with three small notes, in sync.
        server: that answers what it is given.
    """

    folder: Path
    vault: Vault
    server: HostileServer


@contextmanager
def made(folder: Path) -> Iterator[Place]:
    """A place in an empty folder."""
    root = folder / "vault"
    (root / "Partners").mkdir(parents=True)
    (root / "rounds.toml").write_text('vault = "test"\ntimezone = "America/Los_Angeles"\n')
    for name, id_ in (("Ana", "ana0"), ("Sam Lee", "sam0"), ("Kim", "kim0")):
        (root / f"Partners/{name}.md").write_text(_HEAD.format(id_))
    vault = Vault.open(root, clock=lambda: TODAY)
    vault.sync()
    log_actions.log_touch(vault, "Partners/Kim.md", "call", "words")
    log_actions.plan(vault, "Partners/Ana.md", "send it", due=TODAY)
    vault.sync()
    with answering() as server:
        yield Place(folder, vault, server)
    vault.close()


def _note(random: Random) -> bytes:
    base = corpus.odd_note(random) if random.random() < 0.5 else random.choice(corpus.notes())
    return corpus.spoiled(random, base, corpus.notes()) if random.random() < 0.9 else base


def _text(random: Random, choices: tuple[str, ...]) -> str:
    base = random.choice(choices).encode()
    if random.random() < 0.3:
        base += b" " + random.choice(choices).encode()
    return corpus.spoiled(random, base, tuple(each.encode() for each in choices)).decode("utf-8", "replace")


def _word(random: Random, choices: tuple[str, ...]) -> str:
    return _text(random, choices).replace("\0", "")[:2_000]


# Notes ------------------------------------------------------------------------------------------------------------


def _read_note(_: Place, random: Random) -> None:
    data = _note(random)
    document = Document.parse(data)
    assert bytes(document) == data, "not the bytes that were read"
    note = note_of(random.choice(_PATHS), document, _FOLDERS, random.choice(("", "#task")))
    assert (note.log, note.followups) is not None
    lines = document.text.count("\n") + document.text.count("\r") + 2
    for problem in note.problems:
        assert 0 <= problem.line <= lines, f"a problem in line {problem.line} of {lines}"
    partner_of(note.path, note.title, "k", note.properties)
    referral_of(note.path, "k", note.properties)
    release_of(note.path, "k", note.properties)


def _save_unchanged(place: Place, random: Random) -> None:
    path = Path(place.vault.root, "Partners/Ana.md")
    before, data = path.read_bytes(), _note(random)
    try:
        path.write_bytes(data)
        opened = place.vault.read("Partners/Ana.md")
        assert not place.vault.save(opened, opened.document), "an unchanged note was written"
        assert path.read_bytes() == data, "a byte was changed by opening and saving"
    finally:
        path.write_bytes(before)


def _edit_note(_: Place, random: Random) -> None:
    document = Document.parse(_note(random))
    key = random.choice([*document.properties, "new", "stage", "id"])
    value: object = random.choice((None, 3, True, TODAY, ["a", "[[b]]"], _word(random, corpus.LINES)))
    edits: tuple[Callable[[], Document], ...] = (
        lambda: document.set(key, value),
        lambda: document.remove(key),
        lambda: document.rename(key, "other"),
        lambda: document.add_item(key, "x"),
        lambda: document.remove_item(key, "x"),
        lambda: document.append_to_section("Log", ["- x"]),
        lambda: document.replace_line(document.body_line + 1, "- x"),
        lambda: document.insert_lines(document.body_line, ["- x"]),
    )
    with suppress(IndexError, KeyError):  # a line, or a property, that is not there
        new = random.choice(edits)()
        assert bytes(Document.parse(bytes(new))) == bytes(new), "not the bytes that were edited"


def _edit_lines(_: Place, random: Random) -> None:
    for line in _text(random, corpus.LINES).split("\n"):
        with suppress(ValueError, OverflowError):
            if (entry := parse_entry(line, 1)) is not None:
                parse_entry(render_entry(entry)[0], 1)
        with suppress(ValueError, OverflowError):
            if parse_task(line, 1) is None:
                continue
            done = task_edits.tick(line, TODAY, block="f-zzzz")
            for each in (*done, task_edits.move(line, TODAY), task_edits.cancel(line, TODAY), task_edits.reopen(line)):
                assert parse_task(each, 1) is not None, f"no task any more: {each!r}"


def _rename_links(_: Place, random: Random) -> None:
    renaming = Renaming("Partners/Sam Lee.md", _word(random, ("Sam Leander", "x", "Ana #2")).replace("/", "") or "x")
    text = _text(
        random,
        (*corpus.LINES, *corpus.NAMES, '{"nodes":[{"file":"Partners/Sam Lee.md"}]}', "filters: file.name == 'Sam Lee'"),
    )
    relinked_text(text, renaming, "x.md")
    relinked_canvas(text, renaming, "x.canvas")
    relinked_base(text, renaming, "x.base")
    relinked(Document.parse(_note(random)), renaming, "Partners/Ana.md", "partner")


def _merge(_: Place, random: Random) -> None:
    base = _note(random)
    theirs, ours = (corpus.spoiled(random, base, corpus.notes()) for _ in range(2))
    assert merge(base, theirs, base).data == theirs, "only they changed it, and it is not theirs"
    assert merge(base, base, ours).data == ours, "only we changed it, and it is not ours"
    merged = merge(base if random.random() < 0.8 else None, theirs, ours, markers=random.random() < 0.3)
    assert merged.conflicts or merged.data or not (theirs and ours), "nothing is left of two texts"


def _fill(_: Place, random: Random) -> None:
    fill(_text(random, corpus.TEMPLATES), _VALUES, where="x.md")


# Words ------------------------------------------------------------------------------------------------------------


def _dates(_: Place, random: Random) -> None:
    text, past = _text(random, corpus.DATES), random.random() < 0.5
    for read in (parse_day, parse_moment, lambda *args, **more: [*dates_in(*args, **more)]):
        with suppress(RoundsError):
            read(text, today=TODAY, past=past)
    with suppress(OverflowError):  # documented: beyond the years that a date can hold
        parse_period(text, today=TODAY, past=past)
    date_at_start(text)
    parse_interval(text)
    rule = parse_repeat(text)
    if rule is not None:
        with suppress(OverflowError):  # documented: it would be too far away
            rule.next(random.choice((None, TODAY, date.max, date.min)), TODAY)


def _query(place: Place, random: Random) -> None:
    text = _text(random, corpus.QUERIES)
    complete(text, random.randint(0, len(text)), known=["niche"], values={"role": ["x"]})
    parse(text)
    catalog.listed(place.vault, text, types=())
    query_suggestions.meant(place.vault, text)


def _who(place: Place, random: Random) -> None:
    text = _word(random, corpus.NAMES)
    fold(text), fold_value(text), caseless(text), words_of(text), digits(text), national(text), escape_controls(text)
    lookup.named(place.vault, text, 5)
    lookup.find(place.vault, text)


def _names(_: Place, random: Random) -> None:
    names = [_word(random, corpus.NAMES) for _ in range(6)]
    related([*names, *corpus.NAMES[:8]])
    for name in names:
        key_of(name)
        target_of(name, "Partners/Ana.md")
        first_target(name)
        folder_matches(name, "Partners/Ana.md")
        literal(scalar(name))


def _set(place: Place, random: Random) -> None:
    settings = [
        keeping.parse_setting(
            _word(random, ("stage=met", "insurance+=Aetna,Moda", "tags-=#x", "phone=+1 503 555", "city=x"))
        )
    ]
    keeping.preview_changes(place.vault, "Partners/Ana.md", settings)
    bulk_changes.planned(place.vault, [("Partners/Ana.md", "Ana"), ("Partners/Kim.md", "Kim")], settings)


# Files of ours ----------------------------------------------------------------------------------------------------


def _settings(place: Place, random: Random) -> None:
    folder = place.folder / "settings"
    folder.mkdir(exist_ok=True)
    (folder / "rounds.toml").write_bytes(
        corpus.spoiled(random, corpus.SETTINGS[0].encode(), (corpus.CONFIGS[0].encode(),))
    )
    _, problems = read_settings(str(folder))
    Vault.open(folder).close()
    assert all(problem.line >= 0 for problem in problems)


def _config(_: Place, random: Random) -> None:
    path = Path(config_path())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(corpus.spoiled(random, corpus.CONFIGS[0].encode(), (corpus.SETTINGS[0].encode(),)))
    try:
        config = read_config()
        serve_settings(config)
        publish_settings(config)
    finally:
        path.unlink()


def _journal(place: Place, random: Random) -> None:
    """A damaged journal: some lines with sums that fit, so that what they say counts."""
    vault = place.vault
    kept = {path: path.read_bytes() for path in Path(vault.root).rglob("*") if path.is_file()}
    folder = Path(vault.writer.journal.folder)
    (segment,) = [path for path in folder.iterdir() if path.suffix == ".jsonl"]
    data = segment.read_bytes()
    lines = [line[18:] for line in data.split(b"\n") if line]
    try:
        if random.random() < 0.5:
            lines = [corpus.spoiled(random, line, tuple(lines)) if random.random() < 0.5 else line for line in lines]
            segment.write_bytes(corpus.framed(lines))
        else:
            segment.write_bytes(corpus.spoiled(random, data, tuple(lines)))
        journal = Journal(str(folder))
        list(journal.changes()), journal.unfinished(), journal.is_closed()
        vault.writer.recover()
        history.history(vault)
        history.undo(vault)
    finally:
        for path in folder.iterdir():
            if path.name != "lock":
                path.unlink()
        segment.write_bytes(data)
        for path in [path for path in Path(vault.root).rglob("*") if path.is_file() and path not in kept]:
            path.unlink()
        for path, text in kept.items():
            path.write_bytes(text)
        vault.notices()


def _states(place: Place, random: Random) -> None:
    folder = place.folder / "state"
    folder.mkdir(exist_ok=True)
    data = corpus.spoiled(random, random.choice(corpus.STATES).encode(), tuple(each.encode() for each in corpus.STATES))
    for name in ("reminders.json", ".asked.json", ".questions.json", "x.jsonl", "today.json"):
        (folder / name).write_bytes(data)
    FeedState(str(folder)).read("reminders")
    remote = ServerState(str(folder))
    (remote.read("reminders"), remote.asked(), remote.questions())
    Recent(str(folder / "today.json")).read()
    FormDrafts(str(folder)).left()
    read_addresses(str(folder / "today.json"))


# Others' files ----------------------------------------------------------------------------------------------------


def _objects(_: Place, random: Random) -> None:
    data = corpus.spoiled(
        random, random.choice(corpus.OBJECTS).encode(), tuple(each.encode() for each in corpus.OBJECTS)
    )
    pieces(data)
    with suppress(ValueError):  # documented: it is none
        read_remote(data, random.choice(("America/Los_Angeles", "")))


def _server(place: Place, random: Random) -> None:
    answers = tuple(each.encode() for each in corpus.ANSWERS)
    place.server.answer = corpus.spoiled(random, random.choice(answers), answers)
    place.server.status = random.choice((200, 207, 207, 207, 201, 204, 301, 401, 404, 412, 500, 999))
    place.server.headers = random.choice(
        ({}, {"ETag": '"1"'}, {"Content-Type": "text/xml"}, {"Location": "/x"}, {"Content-Encoding": "gzip"})
    )
    with Collection(f"{place.server.url}/kim/rounds/", "kim", "x") as there:
        asked: tuple[Callable[[], object], ...] = (
            there.tags,
            lambda: there.get("a.ics"),
            lambda: there.put("a.ics", b"x", None),
            lambda: there.delete("a.ics", '"1"'),
            lambda: calendars(f"{place.server.url}/", "kim", "x"),
        )
        random.choice(asked)()


def _inbox(place: Place, random: Random) -> None:
    path = Path(place.vault.root, "Inbox.md")
    try:
        lines = "\n".join(_text(random, corpus.LINES) for _ in range(random.randint(1, 3)))
        path.write_bytes(lines.encode())
        for thought in inbox.thoughts(place.vault):
            assert thought.text, "a thought without words"
    finally:
        path.unlink(missing_ok=True)


def _whole_vault(place: Place, random: Random) -> None:
    """Odd notes under odd names among others: each command goes on with the others."""
    vault, names = place.vault, []
    for _ in range(4):
        name = os.path.basename(_word(random, corpus.NAMES))[:60].strip() or "x"
        path = Path(vault.root, "Partners", name if random.random() < 0.5 else f"{name}.md")
        with suppress(OSError, ValueError):
            if not path.exists():
                path.write_bytes(_note(random))
                names.append(path)
    try:
        vault.sync()
        assert {entry.path for entry in entries(vault)} >= {"Partners/Ana.md", "Partners/Kim.md"}, "the others are gone"
        all_problems(vault)
        agenda.today_list(vault)
        untidy(vault)
        conflicts.proposals(vault)
        for written in write_feeds(vault):
            text = Path(written.path).read_bytes()
            assert text.startswith(b"BEGIN:VCALENDAR"), "not a whole calendar"
            assert text.endswith(b"END:VCALENDAR\r\n"), "not a whole calendar"
        for path in names:
            with suppress(RoundsError):
                log_actions.log_touch(vault, os.path.relpath(path, vault.root), "call", "x")
    finally:
        for path in names:
            path.unlink(missing_ok=True)
        vault.sure = True
        vault.sync()
        vault.notices()


READERS: dict[str, Callable[[Place, Random], None]] = {
    "note": _read_note, "note, edited": _edit_note, "note, saved unchanged": _save_unchanged, "lines": _edit_lines,
    "links": _rename_links, "merge": _merge, "template": _fill, "dates": _dates, "query": _query, "who": _who,
    "names": _names, "set": _set, "settings": _settings, "config": _config, "journal": _journal, "state": _states,
    "calendar objects": _objects, "server": _server, "inbox": _inbox, "vault": _whole_vault,
}  # fmt: skip

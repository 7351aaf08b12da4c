"""Every command that writes, with words to try it with; the others are named with what shows that they write nothing.

`tests/faults/test_commands.py` compares these tables with the command line: a new command needs a place in one of them.
"""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile, copytree
from typing import NamedTuple

import click

from rounds.cli import COMMANDS
from rounds.main import MERGE_NOTE, cli
from rounds.vault.create_vault import template_root


class Entry(NamedTuple):
    """A command line that writes.

    Attributes:
        words: with `{out}` for a folder outside the vault.
        undone: what the history calls it; empty for what no undo takes back.
        kept: words that somebody has typed; after an error they are in the journal or shown.
        again: said once more, it completes what was cut short.
        partly: an error in it leaves what is done by then, and what is left is said.
    """

    words: tuple[str, ...]
    undone: str = ""
    kept: str = ""
    again: bool = False
    partly: bool = False


WRITING: dict[str, Entry] = {
    "today": Entry(("today", "--note"), again=True),
    "map": Entry(("map", "--html", "{out}/network.html"), again=True),
    "agenda": Entry(("agenda", "--html", "{out}/agenda.html"), again=True),
    "add": Entry(("add", "Lou Kay", "--role", "pediatrician", "city=Zzyzx"), "added Lou Kay", "Zzyzx"),
    "import": Entry(("import", "{out}/../vault/Contacts.csv", "--yes"), "imported", partly=True),
    "log": Entry(("log", "Sam Lee", "Ana", "Kim", "coffee", "zzyzx"), "logged coffee for", "zzyzx"),
    "+": Entry(("+", "Ana coffee yesterday: zzyzx, next: call her fri"), "wrote a line for", "zzyzx"),
    "plan": Entry(("plan", "Ana", "zzyzx", "--by", "friday"), "planned", "zzyzx"),
    "meet": Entry(("meet", "Ana", "tue", "12:30", "Zzyzx"), "planned", "Zzyzx"),
    "done": Entry(("done", "Kim", "zzyzx", "--number", "1"), "ticked", "zzyzx"),
    "later": Entry(("later", "Kim", "2026-12-24", "--number", "1"), "put off", "2026-12-24"),
    "skip": Entry(("skip", "Kim", "zzyzx", "--number", "1"), "skipped", "zzyzx"),
    "inbox": Entry(("inbox", "--yes"), "filed lines of the inbox", partly=True),
    "suggest": Entry(("suggest", "--choose", "Pat"), "logged chosen"),
    "niche add": Entry(("niche", "add", "Zzyzx", "--roles", "pediatrician, OT, yoga teacher"), "added Zzyzx", "Zzyzx"),
    "role add": Entry(("role", "add", "hospice", "where_to_find=Zzyzx"), "added hospice", "Zzyzx"),
    "event add": Entry(
        ("event", "add", "Zzyzx rounds", "--on", "2026-11-20", "--with", "Ana,Kim"), "recorded Zzyzx rounds in", "Zzyzx",
    ),
    "intro": Entry(("intro", "Pat", "--asked", "Ana"), "logged intro for"),
    "match": Entry(("match", "--role", "pediatrician", "--sheet", "{out}/names.html"), again=True),
    "card, form": Entry(("card", "--referral-form", "{out}/form.html"), again=True),
    "refer in": Entry(("refer", "in", "Zoe", "--reason", "assessment"), "added"),
    "refer out": Entry(("refer", "out", "Zoe", "--client", "R-7K3QXM"), "added", "R-7K3QXM"),
    "refer set": Entry(("refer", "set", "Ana", "acknowledged"), "changed"),
    "release add": Entry(
        ("release", "add", "Zoe", "--client", "R-7K3QXM", "--signed", "2026-11-20", "--expires", "2027-11-20", "--scope", "attendance"),
        "added", "R-7K3QXM",
    ),
    "release revoke": Entry(("release", "revoke", "K7Q9"), "changed"),
    "draft": Entry(("draft", "Zoe", "Personal email", "--eml", "{out}/mail.eml"), "planned", partly=True),
    "share": Entry(("share", "Zzyzx, J. Doe", "stage:met", "--eml", "{out}/mails"), "planned", partly=True),
    "report": Entry(("report", "--html", "{out}/report.html"), again=True),
    "card": Entry(("card", "--to", "{out}/card"), again=True),
    "export": Entry(("export", "{out}/partners.csv"), again=True),
    "set": Entry(("set", "Ana", "city=Zzyzx"), "changed the city of", "Zzyzx"),
    "rename": Entry(("rename", "Sam Lee", "Sam Leander"), "renamed Sam Lee", partly=True),
    "duplicates, dismissed": Entry(("duplicates", "--dismiss", "Sam Lee", "Ana"), "noted as not the same"),
    "merge": Entry(("merge", "Ana", "Sam Lee", "--yes"), "merged Sam Lee into Ana", partly=True),
    "trash": Entry(("trash", "Ana", "--yes"), "moved Ana to the trash"),
    "tidy": Entry(("tidy", "--apply"), "changed", partly=True),
    "feed write": Entry(("feed", "write"), again=True),
    "feed publish": Entry(("feed", "publish", "file"), again=True),
    "feed publish, server": Entry(("feed", "publish", "server"), again=True),
    "feed revoke": Entry(("feed", "revoke", "reminders")),
    "conflicts": Entry(("conflicts", "--apply"), "moved Kim", partly=True),
    "git setup": Entry(("git", "setup"), "added", again=True),
    "git setup, hook": Entry(("git", "setup", "--hook"), "added", again=True),
    "init": Entry(("init", "{out}/new"), again=True),
    "history": Entry(("history", "--forget", "--yes")),
}  # fmt: skip
"""By their names, some with how they are tried behind a comma; `undo` apart: it is tried after each that an undo takes back."""

READING: dict[str, tuple[str, ...]] = {
    "list": ("stage:met",), "show": ("Ana",), "search": ("knows",), "open": ("Ana", "--print"), "gaps": (), "prep": ("Ana",),
    "match": ("--role", "pediatrician"), "referrals": (), "release list": (), "ready": (), "check": (), "feed service": (),
    "conflicts": (), "tidy": (), "inbox": (), "today": (), "suggest": (), "history": (), "report": (), "agenda": (), "map": ("Ana",),
    "duplicates": (), "merge": ("Ana", "Sam Lee"),
}  # fmt: skip
"""Commands that write nothing, all options apart; tried once, and nothing has changed."""

ELSEWHERE: dict[str, str] = {
    "undo": "tried after each command of WRITING",
    "edit": "starts the user's editor, and writes nothing itself",
    "web": "runs until it is stopped; what is written there is written by the interface",
    "watch": "runs until it is stopped; it writes what `feed write` and `today --note` write",
    "feed serve": "runs until it is stopped; it writes what `feed write` and `feed revoke` write",
    "feed setup": "asks on a terminal; it writes what `feed publish` writes, and config.toml by `files.write`, as every note",
    "git sync": "topics git-sync-killed, git-sync-failing and git-sync-moving",
    "forget": "tests/faults/test_forget.py: no undo takes it back, and it goes on where it was stopped",
    "find": "it writes what `import` writes, after asking a server; tests/cli/test_find.py stops it",
    MERGE_NOTE: "topic merge-note",
}

_HEAD = "---\ntype: partner\nstage: met\nid: {0}\nemail: {0}@example.org\n---\n"
_LINKED = "knows [[Sam Lee]]\n\n## Log\n\n- 2026-11-02 email: [[Partners/Sam Lee|Sam]]\n"
_TASKS = "\n## Follow-ups\n\n- [ ] call: ask 📅 2026-11-20 ^f-aaaa\n\n## Log\n\n- 2026-11-02 email: [[Partners/Sam Lee|Sam]]\n"
FILES = {
    "rounds.toml": 'vault = "test"\ntimezone = "America/Los_Angeles"\n[feeds.reminders]\nlevel = "full"\n',
    "Contacts.csv": "Name,Email,Phone,Company,Job Title\nMia Rey,mia@example.org,503-555-0170,Rey Clinic,Pediatrician\n"
    "Ana,ana0@example.org,503-555-0171,,Dietitian\nNoor Aziz,noor@example.org,,Aziz Nutrition,Dietitian\n",
    "Inbox.md": "Sam Lee called yesterday\n\nAna coffee yesterday\n",
    "Partners/Sam Lee.md": _HEAD.format("sam0"),
    "Partners/Ana.md": _HEAD.format("ana0") + _LINKED,
    "Partners/Kim.md": _HEAD.format("kim0") + "knows [[Sam Lee]]\n" + _TASKS,
    "Partners/Zoe.md": "---\ntype: partner\nrole: pediatrician\nconnection: we met at OHSU\nemail: zoe@example.org\n---\n" + _LINKED,
    "Partners/Pat.md": '---\ntype: partner\nstage: found\nid: pat0\nintroduced_by: "[[Ana]]"\n---\n',
    "Partners/Kim.sync-conflict-20261101-120000-ABCDEFG.md": _HEAD.format("kim0") + "knows [[Sam Lee]]\n" + _TASKS + "- 2026-11-04 call: x\n",
    "Referrals/2026/2026-11-10 out Ana.md": '---\ntype: referral\nid: ref0\ndirection: out\npartner: "[[Ana]]"\ndate: 2026-11-10\nstatus: sent\n---\n',
    "Releases/2026-11-10 Ana.md": '---\ntype: release\nid: rel0\npartner: "[[Ana]]"\nclient: K7Q9\nsigned: 2026-11-10\n'
    "expires: 2027-11-10\nscope: [attendance]\n---\n",
    "Practice.md": "---\ntype: practice\nid: pra0\nname: Kim Ott\ncredentials: LCSW\npractice_name: Ott\nphone: 503 555 0100\n"
    "email: ott@example.org\nwebsite: https://ott.example\nideal_client: adults with panic disorder\nniches: [panic]\n---\n",
}  # fmt: skip


def lay(root: Path) -> None:
    """A vault in which every command of WRITING has something to do."""
    copytree(template_root() / "Playbook/Messages", root / "Playbook/Messages")
    (root / "Playbook/Roles").mkdir()
    copyfile(template_root() / "Playbook/Roles/pediatrician.md", root / "Playbook/Roles/pediatrician.md")
    for path, text in FILES.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


def leaves(group: click.Group = cli, before: tuple[str, ...] = ()) -> Iterator[str]:
    """The names of all commands, those of groups with the names of these."""
    context = click.Context(group)
    for name in [*COMMANDS, MERGE_NOTE] if group is cli else group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from leaves(command, (*before, name))
        else:
            yield " ".join((*before, name))

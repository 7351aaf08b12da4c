"""One line about anybody: reading it, and writing its log entry and follow-ups as one change."""

from dataclasses import replace

from rounds.domain.folding import fold, spaced
from rounds.domain.log_followups import MEETINGS
from rounds.domain.phrases import day_words, kind_words
from rounds.notes.dates import wrong_date
from rounds.notes.links import name_of
from rounds.vault.inbox_lines import InboxItem, Plan, read_thought
from rounds.vault.line_names import Names
from rounds.vault.log_actions import WriteResult, log_touch, plan
from rounds.vault.vault import Vault

EXAMPLE = "call Yuki yesterday: met at the bakery, follow up fri"
_SIMILAR = 5


def read_line(vault: Vault, text: str, known: Names) -> InboxItem:
    """Parse a line; for an unknown name, people with similar names are the candidates.

    Args:
        known: all names (`line_names.names`).
    """
    item = read_thought(vault, 0, " ".join(text.split()), known)
    if not item.new or item.candidates:
        return item
    near = known.similar(tuple(spaced(fold(item.new)).split()), _SIMILAR)
    return replace(item, candidates=tuple(each.title for each in near), places=tuple(each.path for each in near))


def missing(vault: Vault, item: InboxItem, *, to_do: bool) -> str:
    """What a line lacks to be written, as a sentence; empty for nothing."""
    if not item.text:
        return f"Write who it was and what happened, such as: {EXAMPLE}"
    if (error := wrong_date(item.text, today=vault.today())) is not None:
        return error.message
    if not item.places and not item.new:
        return "Nobody is named. Begin with a name, or with what it was: call Yuki."
    if to_do and not item.plan.text and not item.plan.kind and not item.steps:
        return "Add what is to be done."
    return "" if to_do or item.kind or item.words or item.steps else "Add what happened, such as: call, coffee, a note."


def named_too(item: InboxItem) -> str:
    """That others are named, for whom nothing is written, as a sentence; empty if nobody is."""
    if not item.also or item.candidates:
        return ""
    are = "are" if len(item.also) > 1 else "is"
    return f"{' and '.join(item.also)} {are} named too; this is only for {item.name or item.to_do or item.new}."


def write_line(vault: Vault, item: InboxItem, path: str, *, to_do: bool, whole: bool = False) -> WriteResult:
    """Write a line into a note as one change: the log entry or the follow-up that it is, and the others it names.

    Args:
        path: of the note; empty to add `item.new` as a partner first.
        to_do: whether the line itself is still to be done.
        whole: whether an entry without other words gets the whole line.

    Returns:
        The note's path and its new lines.
    """
    from rounds.vault.note_files import add

    with vault.change("wrote a line for"):
        path = path or add(vault, item.new, [])
        written: list[WriteResult] = []
        if to_do and (item.plan.text or item.plan.kind or not item.steps):
            text = item.plan.text or f"{'with ' if item.plan.kind in MEETINGS else ''}{name_of(path)}"
            text = f"{text} {item.comment}".strip()
            written.append(plan(vault, path, text, due=item.plan.due, at=item.plan.clock, kind=item.plan.kind))
        elif not to_do and (item.kind or item.words or not item.steps):
            text = item.said if whole else item.words
            written.append(log_touch(vault, path, item.kind, f"{text} {item.comment}".strip(), on=item.date))
        written += [plan(vault, path, each.text, due=each.due, at=each.clock, kind=each.kind) for each in item.steps]
    lines = tuple(line for each in written for line in each.lines)
    return WriteResult(path, lines, next((each.ticked for each in written if each.ticked), ""))


def plan_words(each: Plan, vault: Vault) -> str:
    """A follow-up in words: `Fri 27 Nov · send the handout`."""
    today = vault.today()
    day = day_words(each.due, today, weekday=True) if each.due else "no day"
    clock = f" {each.clock:%H:%M}" if each.clock else ""
    return " · ".join(filter(None, (kind_words(each.kind) if each.kind else "", day + clock, each.text)))


def touch_words(item: InboxItem, vault: Vault, *, whole: bool = False) -> str:
    """A log entry in words: `call · yesterday · met at the bakery`; `whole` is as for `write_line`."""
    day = day_words(item.date, vault.today(), weekday=True)
    return " · ".join(filter(None, (kind_words(item.kind), day, item.said if whole else item.words)))

"""`rounds forget`: shows every place that has some text, and removes it."""

import sys
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import click

from rounds.cli.options import command, who_completion
from rounds.cli.output import as_typed, say, wrapped
from rounds.cli.prompts import agrees, ask_hidden, can_ask, choose
from rounds.cli.resolve import note
from rounds.cli.session import Session
from rounds.domain.phrases import counted
from rounds.errors import NotFoundError, RoundsError, StoppedError, UsageError

if TYPE_CHECKING:
    from rounds.calendar.forget import FeedSearch
    from rounds.domain.forget import Place, SoughtText
    from rounds.storage.forget import Unreachable
    from rounds.vault.forget import Found, Scope
    from rounds.vault.vault import NoteRecord, Vault

_ANSWER = (
    '{"lines": [{"path", "line", "instead": TEXT or null}], "changes": NUMBER, "files": [PATH], '
    '"commits": [{"id", "where": staged, stash, commit, pushed or reflog, "paths"}], "left": [{"path", "reason"}], '
    '"forgotten": BOOLEAN}'
)

_GIT = {
    "staged": "Staged for the next commit. Stage the files again: git add -u",
    "stash": "In a stash. To see it: git stash show -p. To delete it: git stash drop",
    "commit": "In commits that no server has, as far as git knows here. Start a new repository from the notes as they "
    "are now, or rewrite these commits with git filter-repo, before you push.",
    "pushed": "In commits that are on a server, and so in every copy of it. Tell the others; then rewrite the history "
    "with git filter-repo, push it with --force, and have everybody clone it again.",
    "reflog": "In old commits that are no longer on any branch. To delete all of those: git reflog expire --expire=now "
    "--all, and then git gc --prune=now",
}
"""What to do, by the place in git; Rounds never rewrites git's history."""

_BEYOND = (
    "Not reached from here:",
    "- your other machines: run it there too",
    "- backups, and older versions that a sync service or Obsidian's File recovery keeps: delete them there",
    "- calendars on phones and servers: they change with their next refresh, or with `rounds feed publish`",
    "- other open windows of Rounds: close them",
    "- what you printed, sent or saved elsewhere",
    "On a disk that isn't encrypted, special tools may still find what was deleted.",
)
_MOST_UNSEEN = 100
"""The most lines that --yes changes, since there is no undo."""

_NAMED = "the file's name contains it: rename or delete the file (rounds rename), then run rounds forget again"

Instead = dict[str, "dict[Place, str | None]"]


class _Search(NamedTuple):
    """What was looked for, and where it is."""

    sought: "SoughtText"
    scope: "Scope"
    found: "Found"
    feeds: "FeedSearch"

    @property
    def files(self) -> list[str]:
        """Files outside the vault that hold it, except the journal."""
        return [*self.found.saved, *self.feeds.paths, *self.found.index]

    @property
    def left(self) -> list["Unreachable"]:
        """What can't be read, or can only be changed by hand."""
        from rounds.storage.forget import Unreachable

        named = [Unreachable(path, as_typed(_NAMED)) for path in self.found.names]
        return [*named, *self.found.by_hand, *self.found.unread, *self.feeds.unread]

    @property
    def is_ours(self) -> bool:
        """Whether there is anything that Rounds can change."""
        return bool(self.found.places or self.found.changes or self.found.saved or self.feeds.paths)


@command("forget", _ANSWER)
@click.argument("who", nargs=-1, metavar="[WHO]", shell_complete=who_completion)
@click.option("--yes", is_flag=True, help="Don't ask: write each line as proposed.")
def forget(session: Session, who: tuple[str, ...], yes: bool) -> None:
    """Remove text from everywhere, with no undo.

    For client information that was written down by mistake. It asks for the text without showing it, or reads it from
    the first line of the input, so that your shell's history doesn't keep it. Then it shows where the text is, in any
    spelling: in the vault's text files and its trash, the undo history, unsaved forms, lists, feeds, the index, and
    git. You choose what happens to each line of your notes. After a yes, it writes those lines and removes the text
    everywhere else. Changes that contained it can no longer be undone. Git's history is listed, never rewritten.

    With WHO, it looks only at that note, its copies, its undo history, its forms and its events. Without a terminal and
    without --yes, it only shows what it finds.
    """
    from rounds.vault.forget import forget_index

    vault = session.vault
    search = _searched(vault, " ".join(who))
    if not search.is_ours:
        left = [*search.left, *(forget_index(vault, search.found.index) if search.found.index else ())]
        _answer(session, search, {}, left, done=False)
        return
    instead = {path: {each: each.after for each in places} for path, places in search.found.places.items()}
    if not yes and not can_ask(session):
        _show(session, search, instead, search.left, done=False)
        raise UsageError("removing it needs a yes", hint="To do so without being asked, add --yes.")
    chosen = _unseen(instead) if yes else _decided(search, instead)
    if chosen is None:
        _show(session, search, {}, [], done=False)
        return
    left = [*search.left, *_carry_out(vault, search, chosen)]
    _answer(session, search, chosen, left or [*_still_there(vault, search, chosen)], done=True)


def _searched(vault: "Vault", who: str) -> _Search:
    """Ask for the text, and look for it.

    Raises:
        UsageError: it's too short.
        VanishedError: the vault's notes are gone, so nobody knows what they hold.
    """
    from rounds.calendar.forget import FeedSearch
    from rounds.domain.forget import SHORTEST, sought_text
    from rounds.vault.forget import scope_of, search

    if vault.vanished is not None and not vault.vanished.partly:
        raise vault.vanished
    scope = scope_of(vault, _note(vault, who) if who else None)
    sought = sought_text(_asked())
    if sought is None:
        hint = f"Give at least {SHORTEST} letters or digits: anything shorter is part of too many other words."
        raise UsageError("the text is too short to look for", hint=hint)
    if sought.is_in("a client"):
        raise UsageError("Rounds writes these words in place of what it removes", hint="Give a different text.")
    return _Search(sought, scope, search(vault, sought, scope), FeedSearch(vault, sought, scope.id))


def _note(vault: "Vault", who: str) -> "NoteRecord":
    try:
        return note(vault, who)
    except NotFoundError as error:  # no offer to add somebody: it may be the text
        raise NotFoundError(
            error.message,
            hint="WHO is the name of a note. To look for text, leave out WHO: Rounds asks for the text. If you typed "
            "the text here, your shell's history has it now; delete it there too.",
        ) from error


def _unseen(instead: Instead) -> Instead:
    """The proposals, if there aren't too many to write unseen."""
    many = sum(map(len, instead.values()))
    if many > _MOST_UNSEEN:
        raise UsageError(
            f"the text is in {many} lines, too many to change unseen",
            hint="Nothing was changed. Give a longer text, add WHO, or choose on a terminal, without --yes.",
        )
    return instead


def _asked() -> str:
    """The text, typed unseen on a terminal, else the first line of the input."""
    if sys.stdin.isatty():
        return ask_hidden("The text to forget (it isn't shown)")
    return sys.stdin.readline().strip()


def _decided(search: _Search, proposed: Instead) -> Instead | None:
    """What to write in place of each line, as the user chooses; None if nothing is to be changed."""
    for line in _listed(search, {}):
        say(line)
    say("There is no undo for this. Nothing is changed until you have seen every line.")
    chosen: Instead = {}
    everything = False
    try:
        for path, places in proposed.items():
            for place in places:
                ours = everything or path.startswith(".trash/")
                choice = "write" if ours else _choice(path, place)
                everything = everything or choice == "all"
                if choice != "keep":
                    chosen.setdefault(path, {})[place] = None if choice == "remove" else place.after
    except StoppedError:
        return None
    return chosen if agrees("Remove it now? This can't be undone.") else None


def _choice(path: str, place: "Place") -> str:
    say("")
    say(f"{path}, line {place.first}")
    for line in place.before.split("\n"):
        say(f"  {line}")
    say("Without it:" if place.after is not None else "The line would be removed.")
    for line in (place.after or "").split("\n") if place.after is not None else ():
        say(f"  {line}")
    asked = "write it this way, remove the line, keep it as it is, write all this way, or stop"
    choice = choose(f"{asked} (write, remove, keep, all, stop)", ("write", "remove", "keep", "all", "stop"), "write")
    if choice == "stop":
        raise StoppedError("nothing was changed")
    return choice


def _carry_out(vault: "Vault", search: _Search, instead: Instead) -> "Iterator[Unreachable]":
    """Remove the text from everything of ours; yields what can't be changed. It can be run again at any time."""
    from rounds.vault.forget import forget_index, forget_places, forget_saved

    found = search.found
    yield from forget_places(vault, search.sought, instead)
    yield from forget_saved(vault, search.sought, found)
    yield from forget_index(vault, found.index)
    kept = {path: {*places} - {*instead.get(path, ())} for path, places in found.places.items()}
    yield from search.feeds.forget([*chain.from_iterable(_id(vault, path) for path, lines in kept.items() if lines)])


def _still_there(vault: "Vault", search: _Search, instead: Instead) -> "Iterator[Unreachable]":
    """What still has the text, because another program wrote in the meantime."""
    from rounds.calendar.forget import FeedSearch
    from rounds.storage.forget import Unreachable
    from rounds.vault.forget import search as look

    found = look(vault, search.sought, search.scope, git=False)
    kept = {
        each.before for path, places in search.found.places.items() for each in {*places} - {*instead.get(path, ())}
    }
    paths = [path for path, places in found.places.items() if not {each.before for each in places} <= kept]
    feeds = [] if kept else FeedSearch(vault, search.sought, search.scope.id).paths
    journal = [vault.writer.journal.folder] if found.changes else []
    yield from (
        Unreachable(path, "it still contains the text, or has it again")
        for path in (*paths, *found.saved, *feeds, *journal)
    )


def _id(vault: "Vault", path: str) -> Iterator[str]:
    try:
        yield vault.entry(path).id
    except NotFoundError:
        return


# Words ----------------------------------------------------------------------------------------------------------------


def _answer(session: Session, search: _Search, instead: Instead, left: "list[Unreachable]", *, done: bool) -> None:
    """Show what was found and done.

    Raises:
        RoundsError: not everything could be read or changed.
    """
    _show(session, search, instead, left, done=done)
    if left:
        raise RoundsError(
            f"{counted(len(left), 'file')} could not be read or changed",
            hint=f"See the list above; then run it again: {as_typed('rounds forget')}",
        )


def _show(session: Session, search: _Search, instead: Instead, left: "list[Unreachable]", *, done: bool) -> None:
    found = search.found
    session.out.show(
        lambda: {
            "lines": [
                {"path": path, "line": place.first, "instead": new}
                for path, places in instead.items()
                for place, new in places.items()
            ],
            "changes": found.changes,
            "files": search.files,
            "commits": [{"id": each.id, "where": each.where, "paths": [*each.paths]} for each in found.commits],
            "left": [{"path": each.path, "reason": each.why} for each in left],
            "forgotten": done,
        },
        lambda: chain(
            _listed(search, instead) if not done or instead else (),
            _ended(search, instead, left, done=done),
            _git_lines(search, session.out.width),
            _beyond(session.out.width) if done or not search.is_ours else (),
        ),
    )


def _listed(search: _Search, instead: Mapping[str, "Mapping[Place, str | None]"]) -> Iterator[str]:
    """Where the text is, without the text itself."""
    for path, places in instead.items():
        yield path
        for place, new in places.items():
            words = "(removed)" if new is None else " ".join(line.strip() for line in new.split("\n"))
            yield f"  {place.first}: {words}"
    if not instead:
        lines = sum(map(len, search.found.places.values()))
        if lines:
            yield f"In {counted(len(search.found.places), 'file')} of the vault: {counted(lines, 'line')}"
    if search.found.changes:
        yield f"In the undo history: {counted(search.found.changes, 'change')}, which can't be undone afterwards"
    yield from (f"In {path}" for path in search.files)


def _ended(search: _Search, instead: Instead, left: "list[Unreachable]", *, done: bool) -> Iterator[str]:
    yield from (f"{each.path}: {each.why}" for each in left)
    if done:
        lines = sum(map(len, search.found.places.values())) - sum(map(len, instead.values()))
        kept = f"It stays in {counted(lines, 'line')} that you kept." if lines else "Rounds keeps none of it."
        yield "Not everything is done; see above." if left else f"Done. {kept}"
    elif search.is_ours:
        yield "Nothing was changed."
    elif not left:
        yield "Nothing found." if not search.found.commits else "Nothing found, except in git."
    if search.found.unsearched:
        many = counted(search.found.unsearched, "file")
        yield f"{many} of the vault can't be searched, such as pictures and documents: not plain text."


def _beyond(width: int) -> Iterator[str]:
    return chain.from_iterable(wrapped(as_typed(line), width) for line in _BEYOND)


def _git_lines(search: _Search, width: int) -> Iterator[str]:
    commits = search.found.commits
    for kind, words in _GIT.items():
        those = [each for each in commits if each.where == kind]
        if those:
            yield from wrapped(f"Git. {words}", width)
        for each in those:
            yield f"  {each.id or 'staged':<10}  {', '.join(each.paths) or 'its message'}"

"""Saving: written down first, merged where another program saved meanwhile, and taken back where its process died."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import count
from threading import RLock

from rounds.errors import ChangedMeanwhileError, RoundsError
from rounds.storage import files, leftover_files
from rounds.storage.atomic_rename import end_link, release
from rounds.storage.journal import AGAIN, DONE, FAILED, SWEPT, TAKEN_BACK, Change, Journal, Step
from rounds.vault.undo import TakeBack, counts, has_happened, title

_LONGEST = 3.0
"""Seconds for which a note is merged and written again that another program keeps writing."""

_MOMENT = 0.005
"""Seconds in which a program may still write what it made of an older text."""

_PATIENCE = 1.0
"""Seconds to wait for a file that is gone, empty or being written just now."""


class NoteWriter:
    """All writing into one vault.

    Attributes:
        journal: what was changed, outside the vault.
        notices: what the user should know of saves that went well, in words, until a front end has told it.
    """

    def __init__(self, root: str, folder: str, find: Callable[[str], str] = lambda _: "") -> None:
        """`find` gives the path of the note with an id, or an empty text."""
        self.root = root
        self.find = find
        self.journal = Journal(folder)
        self.notices: list[str] = []
        self._lock = RLock()
        self._change: Change | None = None
        self._unkept = ""  # the id of the last change of which something could not be written down
        self._looked = False  # once, beyond the last line: two may have written at once

    @contextmanager
    def change(self, undoes: str = "", what: str = "", of: int = 0) -> Iterator[Change]:
        """Everything that is written inside is one change: all of it or nothing, and one undo undoes it.

        An error that leaves it takes back what was written by then. What a killed process had written by then is taken
        back by the next one, unless that was all.

        Args:
            undoes: id of the change that this one undoes.
            what: it is, for the history (`Change.what`); the first that is said counts.
            of: how many files it writes or moves, if that is known; so what was killed at its very end can stay.
        """
        with self._lock:
            if self._change is not None:
                self._change.what = self._change.what or what
                with self._part(self._change):
                    yield self._change
                return
            with self.journal.locked() as alone:
                if alone and not (self._looked and self.journal.is_closed()):
                    self._take_up()
                change = self._change = self.journal.start(self.root, undoes, what, of)
                try:
                    yield change
                except BaseException:
                    self._change = None
                    self._roll_back(change)
                    raise
                else:
                    if not self.journal.close(change, DONE) and not _complete(change):
                        self.notices.append(
                            f"This is done, but its end could not be written down, so the next start takes it back: "
                            f"{title(change)}."
                        )
                finally:
                    self._change = None

    @contextmanager
    def _part(self, change: Change) -> Iterator[None]:
        """A part of a change, all or nothing by itself: whoever does the whole may go on after its error."""
        start = len(change.steps)
        try:
            yield
        except BaseException:
            part = replace(change, steps=change.steps[start:])
            try:
                if any(map(counts, part.steps)):
                    TakeBack(self, part, self.find).apply()
                    for step in change.steps[start:]:
                        self.journal.end(change, step, FAILED)
            except RoundsError as error:
                self._say_half(part, error)
            raise

    def _roll_back(self, change: Change, *, left: bool = False) -> None:
        """Take back what was written of a change that was cut short, and end it.

        This can be killed as well, and is done again then. Where it can't be done, `change.half` says why. Where the
        disk is why, the change stays without an end, so that the next start, or the next change, tries again. Not so an
        undo that fails before its user's eyes: it says how to go on. One that was `left` by a process that died can't.
        """
        if not any(map(counts, change.steps)):
            self.journal.close(change, FAILED if change.undoes else DONE)
            return
        try:
            taking = TakeBack(self, change, self.find)
            ours = self._change = self.journal.start(self.root, change.id, "", len(taking.acts))
            try:
                taking.apply()
            except RoundsError as error:
                if not _may_pass(error, change, left=left):
                    self.journal.close(ours, FAILED)
                raise
            finally:
                self._change = None
            self.journal.close(ours, DONE)
            self.journal.close(change, TAKEN_BACK)
        except RoundsError as error:
            change.half = error.message
            if not (again := _may_pass(error, change, left=left)):
                self.journal.close(change, FAILED if change.undoes else DONE)
            if again or not change.undoes:
                self._say_half(change, error, again=again)

    def _say_half(self, change: Change, error: RoundsError, *, again: bool = False) -> None:
        if again:
            says = "Half of this was done: {}. It can't be taken back now: {}. The next start tries again."
        else:
            says = "Half of this was done and stays: {}. It can't be taken back: {}."
        self.notices.append(says.format(title(change), error.message))

    def put(self, path: str, data: bytes, base: bytes | None) -> None:
        """Write a note, or merge it with what another program made of it since it was read.

        Args:
            path: POSIX, relative to the vault.
            data: the whole new content.
            base: the content that was read before the edit; None for a new note.

        Raises:
            ChangedMeanwhileError: the two versions don't merge, or the file is gone, or was new and exists.
            RoundsError: it can't be written. In both cases the file is as it was, and the journal has what was
                to be written.
        """
        with self.change(of=1) as change:
            want, seen, patient = data, base, True
            deadline = time.monotonic() + _LONGEST
            for number in count():
                step = Step(os.urandom(4).hex(), path, before=seen, after=want)
                noted = self._note(change, step)
                try:
                    error = self._write(change, step, patient=patient, noted=noted)
                    saved = error is None and not self._written_over(step, contested=number > 0)
                finally:
                    self._settle(step, patient=patient)
                if saved:
                    self.journal.end(change, step, DONE)
                    return
                self._note_met(change, path, error.met if error is not None else ())
                theirs = None
                if base is not None and time.monotonic() < deadline:
                    theirs, patient = files.settled(os.path.join(self.root, path), _PATIENCE)
                if theirs is None:
                    error = error or ChangedMeanwhileError(f"another program keeps writing {path}")
                    raise self._failed(change, step, error, noted=noted)
                want = self._merged(change, step, base, theirs, data, noted=noted)
                self.journal.end(change, step, AGAIN)
                seen = theirs
                if want == seen:
                    return

    def _write(self, change: Change, step: Step, *, patient: bool, noted: bool) -> ChangedMeanwhileError | None:
        """Write once; gives the error where the file is not what was read."""
        base = files.digest(step.before) if step.before is not None else None
        data, name = step.after or b"", _temporary(step)
        try:
            self.notices += files.write(self.root, step.path, data, base=base, name=name, patient=patient)
        except ChangedMeanwhileError as error:
            return error
        except RoundsError as error:
            raise self._failed(change, step, error, noted=noted) from error.__cause__
        return None

    def _written_over(self, step: Step, *, contested: bool) -> bool:
        """Whether a program that had not seen our text has just written over it, and what we changed is gone again.

        Where somebody writes all the time, we look after a moment, at other times at once.
        """
        if step.before is None:
            return False
        if contested:
            time.sleep(_MOMENT)
        try:
            now, _ = files.read(os.path.join(self.root, step.path))
        except OSError:
            return False
        before, after, lines = (set((data or b"").split(b"\n")) for data in (step.before, step.after, now))
        return not (after - before <= lines and lines.isdisjoint(before - after))

    def _merged(
        self, change: Change, step: Step, base: bytes | None, theirs: bytes, ours: bytes, *, noted: bool
    ) -> bytes:
        from rounds.notes.merge.notes import merge

        merged = merge(base, theirs, ours, path=step.path)
        if not merged.conflicts:
            return merged.data
        step.after = ours
        error = ChangedMeanwhileError(
            f"{step.path} was changed by another program meanwhile, and the two versions say different things",
            hint="It is as the other program left it.",
            differences=[conflict.difference for conflict in merged.conflicts],
        )
        raise self._failed(change, step, error, noted=noted)

    def _failed(self, change: Change, step: Step, error: RoundsError, *, noted: bool) -> RoundsError:
        """The error, which also says where the text is that could not be saved."""
        self.journal.end(change, step, FAILED)
        if noted:
            error.hint = f"{error.hint} What you wrote is kept, to see with: rounds history".strip()
        elif step.after is not None:
            new = b"\n".join(_added(step.before or b"", step.after))
            error.hint = f"{error.hint} What you wrote: {new.decode(errors='replace').strip()}".strip()
        return error

    def _note(self, change: Change, step: Step) -> bool:
        """Write into the journal what is going to be done; a journal that can't be written stops no save.

        It is said once for a change, however many files that has.
        """
        try:
            self.journal.step(change, step)
        except OSError as error:
            if change.id != self._unkept:
                why = f"{error.strerror or error}: {error.filename}"
                self.notices.append(f"{step.path}: this can't be undone, since {why}")
            self._unkept = change.id
            return False
        return True

    def _note_met(self, change: Change, path: str, met: Iterable[bytes]) -> None:
        """Keep what another program wrote while we saved: it may have read our text since, and written over its own."""
        for text in met:
            step = Step(os.urandom(4).hex(), path, before=text, after=text)
            if self._note(change, step):
                self.journal.end(change, step, AGAIN)

    def move(self, old: str, new: str) -> None:
        """Give a note another path, never over an existing file.

        Raises:
            RoundsError: something is there already, or it can't be moved.
        """
        with self.change(of=1) as change:
            step = Step(os.urandom(4).hex(), old, to=new)
            self._note(change, step)
            try:
                files.move(self.root, old, new)
            except RoundsError:
                self.journal.end(change, step, FAILED)
                raise
            self.journal.end(change, step, DONE)

    def mark(self, path: str) -> None:
        """Write down that a note needs no change, since it is as it should be."""
        with self.change(of=1) as change:
            step = Step(os.urandom(4).hex(), path, before=b"", after=b"")
            self._note(change, step)
            self.journal.end(change, step, DONE)

    # What died processes leave ----------------------------------------------------------------------------------

    def recover(self) -> None:
        """Take back what a killed process had written half of, and see to its temporary files.

        What only another program wrote becomes a conflict copy.
        """
        if self.journal.is_closed() or not self._lock.acquire(blocking=False):
            return  # somebody is at it
        try:
            if self._change is None:
                with self.journal.locked(0) as alone:
                    if alone:
                        self._take_up()
        finally:
            self._lock.release()

    def _take_up(self) -> None:
        """End what processes that died have left without an end, the newest change first. It can be killed as well."""
        self._looked = True
        left = [change for change in self.journal.unfinished() if change.root == self.root]
        for change in left:
            self._end_steps(change)
        again = {change.id for change in left}
        for change in reversed(left):
            if change.half:  # nobody can tell yet how far it came
                continue
            if change.undoes in again:  # what it was taking back is taken back after it
                self.journal.close(change, FAILED)
            elif change.ended or _complete(change):
                self.journal.close(change, DONE)
            else:
                self._roll_back(change, left=True)
                if change.ended == TAKEN_BACK:
                    self.notices.append(f"This had stopped half-way and was taken back: {title(change)}.")
        if not any(change.half for change in left):
            self.journal.rest()

    def _end_steps(self, change: Change) -> None:
        """End the steps of a change whose process died; it stays as it is where a note of it can't be read now."""
        for step in (step for step in change.steps if not step.state):
            try:
                self._end_step(change, step)
            except OSError as error:
                change.half = f"{step.path} can't be read: {error.strerror}"
                self._say_half(change, RoundsError(change.half), again=True)
                return

    def _end_step(self, change: Change, step: Step) -> None:
        """Find out how far a step came whose process died, and see to what it left."""
        with suppress(RoundsError, OSError):  # what stays is an empty file, or a second name of one text
            new = os.path.join(self.root, step.to or step.path)
            if step.to:
                release(os.path.join(self.root, step.path), new, change.at.timestamp())
                end_link(os.path.join(self.root, step.path), new)
            elif step.before is None:
                release(os.path.join(os.path.dirname(new), _temporary(step)), new, change.at.timestamp())
        self._settle(step)
        happened = has_happened(self.root, step)
        self.journal.end(change, step, SWEPT if happened is None else DONE if happened else FAILED)

    def _settle(self, step: Step, *, patient: bool = True) -> None:
        """Make a conflict copy of a temporary file in which another program's text was left; remove any other."""
        if step.to:
            return
        try:
            target = files.inside(self.root, step.path)
            beside = os.path.join(os.path.dirname(target), _temporary(step))
        except RoundsError as error:
            self.notices.append(f"{error.message}, so what was left beside it was not looked at.")
            return
        base = files.digest(step.before) if step.before is not None else None
        found = leftover_files.settle(beside, target, base, step.after or b"", patient=patient)
        self.notices += [f"{step.path}: {words}" for words in found]


def _added(before: bytes, after: bytes) -> Iterator[bytes]:
    """The lines that are new, also where the same line stood there once already."""
    known = Counter(before.split(b"\n"))
    for line in after.split(b"\n"):
        if known[line]:
            known[line] -= 1
        else:
            yield line


def _complete(change: Change) -> bool:
    """Whether all files of a change are written."""
    return sum(map(counts, change.steps)) == change.of


def _may_pass(error: RoundsError, change: Change, *, left: bool) -> bool:
    """Whether to try later: the disk keeps a change from being taken back, not what somebody has made of its notes."""
    return isinstance(error.__cause__, OSError) and (left or not change.undoes)


def _temporary(step: Step) -> str:
    if not step.id.isalnum():  # the journal is a file too
        raise RoundsError(f"{step.path}: the journal names a step in a way that Rounds does not")
    return f".~{step.id}.tmp"

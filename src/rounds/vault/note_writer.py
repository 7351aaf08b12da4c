"""Note writer: journaled saves, merges with concurrent edits, crash recovery."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from threading import RLock

from rounds.errors import ChangedMeanwhileError, RoundsError
from rounds.storage import files, leftover_files
from rounds.storage.atomic_rename import EmptyLeftError
from rounds.storage.journal import AGAIN, DONE, FAILED, SWEPT, TAKEN_BACK, Change, Journal, Step
from rounds.vault.undo_plan import TakeBack, counts, has_happened, id_at, title

_LONGEST = 3.0
"""Seconds to keep merging and retrying while another program keeps writing the note."""

_MOMENT = 0.005
"""Seconds in which a program may still write a text based on an older version."""

_PATIENCE = 1.0
"""Seconds to wait for a file that's missing, empty or being written."""

_AGAIN = "The next start tries again."


class NoteWriter:
    """Writer for all files of one vault.

    Attributes:
        journal: record of changes, outside the vault.
        notices: notices about successful saves, in words, until a front end shows them.
        written: paths of the files that were written, made, moved or removed since the last `Vault.sync_written`.
    """

    def __init__(self, root: str, folder: str, find: Callable[[str], str] = lambda _: "") -> None:
        """`find` returns the current path of the note with an id, or empty text."""
        self.root = root
        self.find = find
        self.journal = Journal(folder)
        self.notices: list[str] = []
        self.written: set[str] = set()
        self._lock = RLock()
        self._change: Change | None = None
        self._unkept = ""  # id of the last change not fully recorded in the journal
        self._looked = False  # check once beyond the last line: two processes may have written at once

    @contextmanager
    def change(self, undoes: str = "", what: str = "", of: int = 0) -> Iterator[Change]:
        """Group all writes inside into one change: all or nothing, and one undo reverts it.

        An error that leaves the block rolls back its writes. Writes of a killed process are rolled back by the next
        change, unless they were complete.

        Args:
            undoes: id of the change that this one undoes.
            what: description for the history (`Change.what`); the first one given counts.
            of: number of files it writes or moves, if known, so that a change killed at its very end can stay.
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
                            f"This is done, but its end could not be recorded, so the next start takes it back: "
                            f"{title(change)}."
                        )
                finally:
                    self._change = None
                    self.written.update(path for step in change.steps for path in (step.path, step.to) if path)
                    self.journal.running.let_go()

    @contextmanager
    def _part(self, change: Change) -> Iterator[None]:
        """A part of a change, all or nothing by itself: the outer code may continue after its error."""
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
        """Roll back the writes of an interrupted change, and close it.

        The rollback can be killed too, and is then repeated. If it fails, `change.half` says why. If the disk is the
        reason, the change stays open, so that the next start or change tries again. A failed undo isn't retried: its
        error tells the user how to go on. One `left` by a crashed process is retried, since it had no way to say so.
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
            says = f"Half of this was done: {{}}. It can't be taken back now: {{}}. {_AGAIN}"
        else:
            says = "Half of this was done and stays: {}. It can't be taken back: {}."
        self.notices.append(says.format(title(change), error.message))

    def put(self, path: str, data: bytes, base: bytes | None) -> None:
        """Write a note, or merge it with changes another program made since it was read.

        Args:
            path: POSIX, relative to the vault.
            data: the complete new content.
            base: the content read before the edit; None for a new note.

        Raises:
            ChangedMeanwhileError: the two versions don't merge, or the file is gone, or a new note's file exists.
            RoundsError: it can't be written. In both cases the file is unchanged, and the journal has the intended
                text.
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
                    self.notices += self._end(change, step, DONE)
                    return
                self._note_met(change, path, error.met if error is not None else ())
                theirs = None
                if base is not None and time.monotonic() < deadline:
                    theirs, patient = files.settled(os.path.join(self.root, path), _PATIENCE)
                if theirs is None:
                    error = error or ChangedMeanwhileError(f"another program keeps writing {path}")
                    raise self._failed(change, step, error, noted=noted)
                want = self._merged(change, step, base, theirs, data, noted=noted)
                self.notices += self._end(change, step, AGAIN)
                seen = theirs
                if want == seen:
                    return

    def _write(self, change: Change, step: Step, *, patient: bool, noted: bool) -> ChangedMeanwhileError | None:
        """Write once; returns the error if the file isn't the version that was read."""
        base = files.digest(step.before) if step.before is not None else None
        data, name = step.after or b"", leftover_files.temporary(step)
        try:
            self.notices += files.write(self.root, step.path, data, base=base, name=name, patient=patient)
        except ChangedMeanwhileError as error:
            return error
        except RoundsError as error:
            self._see_empty(step, error)
            self._settle(step, patient=patient)
            raise self._failed(change, step, error, noted=noted) from error.__cause__
        return None

    def _see_empty(self, step: Step, error: RoundsError) -> None:
        if isinstance(error.__cause__, EmptyLeftError):
            step.left = f"An empty note, {step.to or step.path}, stays for now: {error.__cause__.strerror}."

    def _settle(self, step: Step, *, patient: bool) -> None:
        """Remove a step's temporary file; if it has another program's text, make it a conflict copy."""
        if step.left:  # by its temporary file, the next start knows that the empty note is ours
            return
        try:
            self.notices += leftover_files.settle_step(self.root, step, patient=patient)
        except OSError as error:
            step.left = f"A temporary file beside {step.path} stays for now: {error.strerror}."

    def _end(self, change: Change, step: Step, state: str) -> list[str]:
        """Record how a step ended. If it left something, a change of its own stays open until that is removed.

        Returns:
            A message about its leftover file, if there is one.
        """
        self.journal.end(change, step, state)
        if not step.left:
            return []
        own = self.journal.start(self.root, what="left over from saving")
        own.at = change.at
        self.journal.running.hold(own.id, own.segment)
        try:
            self.journal.step(own, again := replace(step))
        except OSError:
            return [f"{step.left} Remove it by hand."]
        self.journal.end(own, again, FAILED)
        return [f"{step.left} The next start removes it."]

    def _written_over(self, step: Step, *, contested: bool) -> bool:
        """Whether a program unaware of our text has just overwritten it, so that our changes are lost.

        If another program keeps writing, check after a moment, otherwise at once.
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
        from rounds.notes.merge.merge_note import merge

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
        """The error, with a hint where to find the unsaved text."""
        error.hint = " ".join([error.hint, *self._end(change, step, FAILED)]).strip()
        if noted:
            error.hint = f"{error.hint} What you wrote is kept, to see with: rounds history".strip()
        elif step.after is not None:
            new = b"\n".join(_added(step.before or b"", step.after))
            error.hint = f"{error.hint} What you wrote: {new.decode(errors='replace').strip()}".strip()
        return error

    def _note(self, change: Change, step: Step) -> bool:
        """Record a step in the journal before it's done; an unwritable journal doesn't stop a save.

        The notice appears once per change, regardless of the number of files.
        """
        self.journal.running.hold(change.id, change.segment)
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
        """Keep text another program wrote during our save: it may since have read ours and replaced its own."""
        for text in met:
            step = Step(os.urandom(4).hex(), path, before=text, after=text)
            if self._note(change, step):
                self.journal.end(change, step, AGAIN)

    def move(self, old: str, new: str) -> None:
        """Move a note to another path, never over an existing file.

        Raises:
            RoundsError: the path is taken, or the note can't be moved.
        """
        with self.change(of=1) as change:
            step = Step(os.urandom(4).hex(), old, to=new, note=id_at(self.root, old))
            self._note(change, step)
            try:
                files.move(self.root, old, new)
            except RoundsError as error:
                self._see_empty(step, error)
                error.hint = " ".join([error.hint, *self._end(change, step, FAILED)])
                raise
            self.journal.end(change, step, DONE)

    def mark(self, path: str) -> None:
        """Record that a note is already as intended and needs no change."""
        with self.change(of=1) as change:
            step = Step(os.urandom(4).hex(), path, before=b"", after=b"")
            self._note(change, step)
            self.journal.end(change, step, DONE)

    # Crash recovery ---------------------------------------------------------------------------------------------

    def recover(self) -> None:
        """Roll back half-finished writes of a killed process, and clean up its temporary files.

        Text that only another program wrote becomes a conflict copy.
        """
        if self.journal.is_closed() or not self._lock.acquire(blocking=False):
            return  # another thread is writing, or there is nothing to do
        try:
            if self._change is None:
                with self.journal.locked(0) as alone:
                    if alone:
                        try:
                            self._take_up()
                        finally:
                            self.journal.running.let_go()
        finally:
            self._lock.release()

    def _take_up(self) -> None:
        """Close the unfinished changes of crashed processes, newest first. It can be killed too."""
        self._looked = True
        found, is_live = self.journal.unfinished(), self.journal.running.is_live
        left = [each for each in found if each.is_of(self.root) and not is_live(each.id, each.segment)]
        for change in left:
            self._end_steps(change)
        again = {change.id for change in left}
        for change in reversed(left):
            if change.half:  # its progress can't be determined yet
                continue
            if change.undoes in again:  # the change it was undoing is rolled back after it
                self.journal.close(change, FAILED)
            elif change.ended or _complete(change):
                self.journal.close(change, DONE)
            else:
                self._roll_back(change, left=True)
                if change.ended == TAKEN_BACK:
                    self.notices.append(f"This had stopped halfway and was rolled back: {title(change)}.")
        if all(change.ended for change in found):
            self.journal.rest()

    def _end_steps(self, change: Change) -> None:
        """Find out how far a crashed process got with its steps, and clean up after it and after failed ones.

        The change stays open if one of its notes can't be read now, or its leftover files can't be removed.
        """
        for step in (step for step in change.steps if step.state in {"", FAILED}):
            wrong = "its leftover file can't be removed"
            try:
                self.notices += leftover_files.clean_up(self.root, step, change.at.timestamp())
                wrong = f"{step.path} can't be read"
                happened = has_happened(self.root, step)
            except OSError as error:
                change.half = f"{wrong}: {error.strerror}"
                if step.state:
                    self.notices.append(f"{step.to or step.path} could not be saved, and {change.half}. {_AGAIN}")
                else:
                    self._say_half(change, RoundsError(change.half), again=True)
                return
            if not step.state:
                self.journal.end(change, step, SWEPT if happened is None else DONE if happened else FAILED)


def _added(before: bytes, after: bytes) -> Iterator[bytes]:
    """The added lines, including additional copies of existing lines."""
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
    """Whether to retry later: if the disk prevents the rollback, not if the notes have changed since."""
    return isinstance(error.__cause__, OSError) and (left or not change.undoes)

"""Saving: written down first, merged where another program saved meanwhile, and swept after a process that died."""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import count
from threading import RLock

from rounds.errors import ChangedMeanwhileError, RoundsError
from rounds.store import files
from rounds.store.journal import AGAIN, DONE, FAILED, SWEPT, Change, Journal, Step

_LONGEST = 3.0
"""Seconds for which a note is merged and written again that another program keeps writing."""

_MOMENT = 0.005
"""Seconds in which a program may still write what it made of an older text."""

_PATIENCE = 1.0
"""Seconds to wait for a file that is gone, empty or being written just now."""


class Saving:
    """All writing into one vault.

    Attributes:
        journal: what was changed, outside the vault.
        notices: what the user should know of saves that went well, in words, until a front end has told it.
    """

    def __init__(self, root: str, folder: str) -> None:
        self.root = root
        self.journal = Journal(folder)
        self.notices: list[str] = []
        self._lock = RLock()
        self._change: Change | None = None
        self._swept = False

    @contextmanager
    def change(self, undoes: str = "", what: str = "") -> Iterator[Change]:
        """Everything that is written inside is one change: one undo undoes it all.

        Args:
            undoes: id of the change that this one undoes.
            what: it is, for the history (`Change.what`); the first that is said counts.
        """
        with self._lock:
            if self._change is not None:
                self._change.what = self._change.what or what
                yield self._change
                return
            with self.journal.locked() as alone:
                if alone and not self._swept:
                    self._swept = True
                    self._sweep()
                self._change = self.journal.start(self.root, undoes, what)
                try:
                    yield self._change
                finally:
                    self._change = None

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
        with self.change() as change:
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
        from rounds.formats.merge import merge

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
            known = set((step.before or b"").split(b"\n"))
            new = b"\n".join(line for line in step.after.split(b"\n") if line not in known)
            error.hint = f"{error.hint} What you wrote: {new.decode(errors='replace').strip()}".strip()
        return error

    def _note(self, change: Change, step: Step) -> bool:
        """Write into the journal what is going to be done; a journal that can't be written stops no save."""
        try:
            self.journal.step(change, step)
        except OSError as error:
            self.notices.append(f"{step.path}: this can't be undone, since {error.strerror or error}: {error.filename}")
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
        with self.change() as change:
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
        with self.change() as change:
            step = Step(os.urandom(4).hex(), path, before=b"", after=b"")
            self._note(change, step)
            self.journal.end(change, step, DONE)

    # What died processes leave ----------------------------------------------------------------------------------

    def sweep(self) -> None:
        """See to the temporary files of saves that were killed; what only another program wrote becomes a copy."""
        with self.change():
            pass

    def _sweep(self) -> None:
        for change in self.journal.unfinished():
            if change.root == self.root:
                for step in change.steps:
                    self._settle(step)
                    self.journal.end(change, step, SWEPT)

    def _settle(self, step: Step, *, patient: bool = True) -> None:
        """Make a conflict copy of a temporary file in which another program's text was left; remove any other."""
        with suppress(RoundsError):
            target = files.inside(self.root, step.path)
            beside = os.path.join(os.path.dirname(target), _temporary(step))
            base = files.digest(step.before) if step.before is not None else None
            if step.to or files.clear(beside, base, step.after or b"", patient=patient):
                return
            with suppress(OSError):
                copy = files.set_aside(beside, os.path.basename(target), datetime.now().astimezone())
                self.notices.append(
                    f"{step.path}: what another program wrote at the same moment is in {os.path.basename(copy)}. "
                    "To see both: rounds conflicts"
                )


def _temporary(step: Step) -> str:
    return f".~{step.id}.tmp"

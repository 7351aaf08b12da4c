"""Ends an interface in the browser whose server was killed."""

import os
import select
import signal
import sys
import threading


def end_with_server() -> None:
    """Quit as soon as nobody can type any more: the server's end of standard input is closed.

    Textual only stops reading then. Windows has no such signal; closing the window of the server ends both there.
    """
    if sys.platform != "win32":
        threading.Thread(target=_wait, name="web server", daemon=True).start()


def _wait() -> None:
    if sys.platform != "win32":
        line = select.poll()
        line.register(sys.__stdin__ or 0, 0)  # a hang-up is always reported
        line.poll()
        os.kill(os.getpid(), signal.SIGTERM)

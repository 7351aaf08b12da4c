"""Opening links, by key or click, and copying texts to the clipboard."""

import io
import os
from typing import Any

from textual.app import App
from textual.content import Content
from textual.style import Style

from rounds.errors import RoundsError
from rounds.tui.jobs import in_thread
from rounds.tui.phrases import explained


class LinkApp(App[None]):
    """An app that opens links. A click and a key end in the same method."""

    def action_open_link(self, link: str) -> None:
        """Open a link of a known kind, in a worker."""
        self.run_worker(open_and_tell(self, link), group="link", exclusive=True)


async def open_and_tell(app: App[Any], link: str) -> None:
    """Open a link; without a program for it, as on a remote machine, copy it and say so."""
    from rounds.domain.contact_links import is_safe
    from rounds.exports.editor_clipboard_mail_obsidian import open_link

    if not is_safe(link):
        app.notify("This link isn't opened, since it isn't one of mail, phone or web.", markup=False)
        return
    if app.is_web:
        app.open_url(link)
        return
    try:
        await in_thread(lambda: open_link(link))
    except RoundsError as error:
        await in_thread(lambda: copy_text(app, link))
        app.notify(f"{explained(error)}\nIt is copied.", severity="warning", markup=False)


def copy_text(app: App[Any], text: str) -> None:
    """Copy, in a thread, with a system program, or else through the terminal, which only Textual may write to."""
    from rounds.exports.editor_clipboard_mail_obsidian import copy

    if app.is_web or not copy(text, terminal=io.StringIO()):
        app.call_from_thread(app.copy_to_clipboard, text)


def linked(content: Content, link: str) -> Content:
    """A text with a link that the terminal knows (OSC 8) and a click opens; without a safe link, as it is."""
    from rounds.domain.contact_links import is_safe

    if not is_safe(link):
        return content
    known = os.environ.get("TERM") not in {"linux", "dumb"}  # the console of Linux could print it
    return content.stylize(Style(underline=True, link=link if known else None)).stylize(
        Style.from_meta({"@click": ("app.open_link", (link,))})
    )


def with_links(text: str, key: str = "") -> Content:
    """A text with its mail and web addresses as links; of the property `phone`, also its numbers."""
    from rounds.domain.contact_links import links_in

    parts: list[Content | str] = []
    end = 0
    for start, stop, link in links_in(text, key):
        parts += [text[end:start], linked(Content(text[start:stop]), link)]
        end = stop
    return Content.assemble(*parts, text[end:])

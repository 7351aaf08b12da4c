"""`rounds web`: the terminal interface in a browser on this machine."""

import click

from rounds.cli.options import command
from rounds.cli.output import say
from rounds.cli.session import Session
from rounds.errors import RoundsError


@command("web", '{"url": URL}')
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port; by default any that is free.")
@click.option("--no-open", "alone", is_flag=True, help="Only print the address; open no browser.")
def web(session: Session, *, port: int, alone: bool) -> None:
    """Open Rounds in your browser.

    Shows the same screens as `rounds` in a terminal, with the same keys and the mouse. Only programs on this machine
    can reach the address, and only with the secret in it, which is new at each start. Ends with Ctrl-C.
    """
    from rounds.calendar.server import listening
    from rounds.cli.web_server import interface_command, new_address, serve
    from rounds.exports.editor_clipboard_mail_obsidian import open_link

    root = session.unsynced_vault.root
    session.unsynced_vault.close()  # each page opens the vault for itself
    with listening("127.0.0.1", port) as bound:
        bound.listen()  # a browser that is faster than us waits
        address = new_address(bound)
        session.out.tell({"url": address.url}, address.url)
        say("Rounds is in your browser at this address, on this machine only. Press Ctrl-C to stop.")
        if not alone:
            try:
                open_link(address.url)
            except RoundsError:
                say("No browser opened by itself: copy the address into one.")
        serve(bound, address, interface_command(root))

"""`rounds tidy`: write missing values into notes."""

import click

from rounds.cli.options import command
from rounds.cli.output import say
from rounds.cli.program_name import as_typed
from rounds.cli.session import Session
from rounds.domain.phrases import counted
from rounds.errors import RoundsError

_ANSWER = '{"changes": [{"path", "key", "value"}], "applied": BOOLEAN, "refused": [{"path", "reason"}]}'


@command("tidy", _ANSWER)
@click.option("--apply", is_flag=True, help="Write what is shown.")
def tidy(session: Session, apply: bool) -> None:
    """Write missing ids and dates of last contact, mend links.

    Shows what is missing, and writes it only with --apply. An id lets a note keep its identity through a rename
    elsewhere, and by it the link of a referral or release to its partner is mended; last_contact is there for
    Obsidian's tables.
    """
    from rounds.vault.properties import tidy as write_missing
    from rounds.vault.properties import untidy

    vault = session.vault
    found = untidy(vault)
    refused = write_missing(vault, found) if apply else []
    vault.sync()
    end = f"{counted(len(found), 'line')} {'written' if apply else as_typed('would be written (rounds tidy --apply)')}."
    session.out.show(
        lambda: {
            "changes": [{"path": each.path, "key": each.key, "value": str(each.value)} for each in found],
            "applied": apply,
            "refused": [{"path": path, "reason": reason} for path, reason in refused],
        },
        lambda: [*(f"{each.path}: {each.key}: {each.value}" for each in found), end if found else "All is tidy."],
    )
    for path, reason in refused:
        say(f"{path}: {reason}")
    if refused:
        raise RoundsError(f"{counted(len(refused), 'note')} could not be written", hint="The others are done.")

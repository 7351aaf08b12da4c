"""Command-line entry point: lists commands, imports them on demand, reports errors."""

import gc
import os
import sys
from collections.abc import Sequence
from errno import EINVAL
from importlib import import_module
from typing import Any

import click

from rounds.cli import COMMANDS, module_of
from rounds.cli.session import Session
from rounds.errors import AmbiguousError, ChangedMeanwhileError, ProblemsFound, QueryError, RoundsError

MERGE_NOTE = "merge-note"
"""The command that git runs to merge a note; people don't need it, so the help leaves it out."""

INTERRUPTED = 130
"""Exit code after Ctrl-C, by shell convention: 128 plus the signal number."""


_WEB_DRIVER = "TEXTUAL_DRIVER"
"""Environment variable that `rounds web` sets for the interface in a browser."""


class Rounds(click.Group):
    """The command group; imports a command's module only when it is run, completed or asked for help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        """The commands in help order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name, or None."""
        if cmd_name not in COMMANDS and cmd_name != MERGE_NOTE:
            return None
        found = vars(import_module(f"rounds.cli.{module_of(cmd_name)}"))
        return next(each for each in found.values() if isinstance(each, click.Command) and each.name == cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve as click does, with a suggestion for a mistyped name; `+call` is `+ call`."""
        if len(args[0]) > 1 and args[0].startswith("+"):
            args = ["+", args[0][1:], *args[1:]]
        if args[0] not in {*COMMANDS, MERGE_NOTE} and not args[0].startswith("-") and not ctx.resilient_parsing:
            from rounds.cli.notices_unknown_words import mistyped_command

            raise mistyped_command(ctx.ensure_object(Session), args, list(COMMANDS))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands by section, from the table alone."""
        for section in dict.fromkeys(section for section, _ in COMMANDS.values()):
            rows = [(name, help_) for name, (where, help_) in COMMANDS.items() if where == section]
            with formatter.section(section.capitalize()):
                formatter.write_dl(rows, col_max=12)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Complete command names without importing commands."""
        from click.shell_completion import CompletionItem

        names = [CompletionItem(n, help=h) for n, (_, h) in COMMANDS.items() if n.startswith(incomplete)]
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, *_: Any, **extra: Any) -> Any:
        """Run a command line and exit with its code; errors go to stderr."""
        extra["standalone_mode"] = False
        extra.setdefault("windows_expand_args", False)  # `rounds search "*"` means the star
        if "_ROUNDS_COMPLETE" in os.environ:
            from rounds.cli.completion import register

            register()
        session = extra.setdefault("obj", Session(sys.argv[1:] if args is None else args))
        code = _guarded(lambda: super(Rounds, self).main(args, prog_name or "rounds", **extra), session)
        if code == 0 and session.opens_next:
            code = _guarded(lambda: _open(session.another()), session)
        sys.exit(code)


def _guarded(call: Any, session: Session) -> int:
    """Run a command line, report any error, and return the exit code."""
    try:
        code = call()
        sys.stdout.flush()
    except RoundsError as error:
        if not isinstance(error, ProblemsFound):
            _tell(error, session)
        return error.exit_code
    except click.ClickException as error:
        _misused(error, session)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        from rounds.cli.output import leave_quietly

        leave_quietly()
    except OSError as error:
        if os.name == "nt" and error.errno == EINVAL and not error.filename:  # how Windows says that a pipe is closed
            from rounds.cli.output import leave_quietly

            leave_quietly()
        where = f"{error.filename}: " if error.filename else ""
        _tell(
            RoundsError(
                f"{where}{error.strerror or error}", hint="Does it exist, and do you have permission to use it?"
            ),
            session,
        )
        return 1
    return code if isinstance(code, int) else 0


def _tell(error: RoundsError, session: Session) -> None:
    from rounds.cli.output import as_typed, say

    say(f"rounds: {error.message}")
    if isinstance(error, QueryError):
        for line in error.caret().split("\n"):
            say(f"  {line}")
    for line in error.hint.splitlines():
        say(line if error.verbatim else as_typed(line, session))
    for where, theirs, ours in error.differences if isinstance(error, ChangedMeanwhileError) else ():
        say(where)
        for name, text in (("there now", theirs), ("yours", ours)):
            for line in text.splitlines() or ["(nothing)"]:
                say(f"  {name}: {line}")
    if isinstance(error, AmbiguousError):
        for candidate in error.candidates:
            say(f"  {candidate}")


def _misused(error: click.ClickException, session: Session) -> None:
    from rounds.cli.output import as_typed, say

    message = error.format_message()
    if "\n" in message:  # the help of a command group, shown if no command was given
        for line in message.splitlines():
            say(line)
        return
    say(f"rounds: {message[:1].lower()}{message[1:]}")
    context = getattr(error, "ctx", None)
    if context is not None:
        say(as_typed(f"See: {context.command_path} --help", session))


@click.group("rounds", cls=Rounds, invoke_without_command=True, subcommand_metavar="[COMMAND] ...")
@click.option("--vault", metavar="PATH", help="The vault's folder.", default="")
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document.")
@click.option("--yes-really", "sure", is_flag=True, help="Continue even if most notes are missing from the folder.")
@click.option("--demo", is_flag=True, help="Use a sample network, created in your home folder as rounds-demo.")
@click.option("--version", is_flag=True, help="Show the version.")
@click.pass_context
def cli(context: click.Context, vault: str, *, as_json: bool, sure: bool, demo: bool, version: bool) -> None:
    """Keep a referral network in plain text.

    Without a command, Rounds opens its terminal interface; if there is no terminal, it prints today's list. The vault
    is the folder in --vault, else in ROUNDS_VAULT, else the nearest one from the current folder upward, else `vault` in
    config.toml.
    """
    session = context.ensure_object(Session)
    session.named, session.json, session.sure = vault or session.named, as_json or session.json, sure
    context.call_on_close(session.close)
    if demo:
        from rounds.cli.init import use_sample

        use_sample(session)
    if version:
        from rounds.cli.output import show_version

        show_version()
    elif context.invoked_subcommand is None:
        _start(context, session)


def _start(context: click.Context, session: Session) -> None:
    if os.environ.get(_WEB_DRIVER) or (sys.stdin.isatty() and sys.stdout.isatty() and not session.json):
        _open(session)
        return
    from rounds.cli.today_inbox import today

    context.invoke(today)


def _open(session: Session) -> None:
    """Show the terminal interface until the user quits."""
    from rounds.tui.app import run as open_screen

    if os.environ.get(_WEB_DRIVER):
        from rounds.tui.web_orphan import end_with_server

        end_with_server()
    gc.freeze()  # imported objects stay: rescanning them again and again would delay painting
    gc.enable()
    open_screen(session.unsynced_vault)
    session.close()


def run() -> None:
    """The console script.

    A command ends before garbage collection pays off, and a collection at exit would take a tenth of a whole
    `rounds list`. Long-running commands, the TUI and `watch`, turn the collector on again.
    """
    gc.disable()
    if os.name == "nt":
        from rounds.cli.output import prepare_console

        prepare_console()
    try:
        cli.main()
    finally:
        gc.freeze()

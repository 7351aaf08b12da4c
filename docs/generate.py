"""Write docs/commands.md from the commands themselves; with --check only say whether it is up to date."""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from rounds import errors
from rounds.cli import COMMANDS
from rounds.cli.json_shapes import SHAPES
from rounds.cli.options import Command
from rounds.main import INTERRUPTED, cli

TARGET = Path(__file__).with_name("commands.md")

INTRO = """# Commands

This page is generated from the commands: `python docs/generate.py` writes it, and a test fails when it is out of
date.

Every command accepts `--json`, for one JSON document on stdout, and `--vault PATH`, before or after its name. Answers
go to stdout, everything else, including errors, to stderr; the exit code gives the kind of error. Commands don't ask
questions without a terminal, with `--json`, or while pasted lines are waiting: those are commands, not answers.
Commands that write what you type accept `--keep-as-is`, to keep a text that looks like client information.
Commands in messages work as printed, even if `rounds` isn't on the PATH.

**The vault** is the folder in `--vault`, else in `ROUNDS_VAULT`, else the nearest one from the current folder upward
with a `rounds.toml`, else `vault` in config.toml.

**WHO** is a name, a part of one, an alias, an email, an id, the path of a note, or a role that only one partner has.
A single misspelled word finds the only similar name; if several people match, they are listed, never guessed.
A correctly spelled name of several words needs no quotes. If a person isn't known yet, commands that write about people
offer to add them and then continue, as one change; without a terminal, the hint gives the command to do so.

**DATE** is `2026-12-01` or words: `today`, `tomorrow`, `friday`, `tue 12:30`, `next week`, `in 2 weeks`, `20 nov`,
`february` (its first day), `end of march`. In the past, `monday` is the last one; in the
future, the next one. Dates in properties accept the same words.

**QUERY** is described in [queries.md](queries.md).

**Completion** in the shell: put `eval "$(_ROUNDS_COMPLETE=bash_source rounds)"` into `~/.bashrc`, or
`eval "$(_ROUNDS_COMPLETE=zsh_source rounds)"` into `~/.zshrc`, or write the output of
`_ROUNDS_COMPLETE=fish_source rounds` to `~/.config/fish/completions/rounds.fish`.

**Environment:** `ROUNDS_VAULT` (folder of the vault), `VISUAL` and `EDITOR` (for `edit`), `NO_COLOR` (no bold text),
`ROUNDS_TODAY` (an ISO date to use as today, for tests and demos).
"""


def main() -> int:
    """Write the page, or compare it."""
    text = page()
    if sys.argv[1:] == ["--check"]:
        if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text:
            return 0
        print("docs/commands.md is out of date; to write it again: python docs/generate.py", file=sys.stderr)
        return 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


def page() -> str:
    """The whole page."""
    parts = [INTRO, *_codes(), *_shapes()]
    for section in dict.fromkeys(section for section, _ in COMMANDS.values()):
        parts.append(f"## {section.capitalize()}\n")
        for name in (name for name, (where, _) in COMMANDS.items() if where == section):
            context = click.Context(cli, info_name="rounds")
            command = cli.get_command(context, name)
            assert command is not None
            parts += _command(command, click.Context(command, info_name=name, parent=context))
    return "\n".join(parts)


def _codes() -> Iterator[str]:
    """The exit codes, from the error classes that set them."""
    yield "## Exit codes\n"
    yield "| code | meaning |\n|---|---|"
    yield "| 0 | done; also if nothing was found or there was nothing to do |"
    for _, kind in sorted(inspect.getmembers(errors, inspect.isclass), key=lambda pair: _code(pair[1])):
        if "exit_code" in vars(kind):
            also = ", or `check` found at least one error" if kind is errors.RoundsError else ""
            yield f"| {_code(kind)} | {(kind.__doc__ or '').partition('.')[0].lower()}{also} |"
    yield f"| {INTERRUPTED} | Ctrl-C |\n"


def _code(kind: type) -> int:
    return int(getattr(kind, "exit_code", 0))


def _shapes() -> Iterator[str]:
    yield "## Shapes in JSON answers\n"
    yield "Keys are stable: new ones may be added, none are removed. Dates are ISO texts; missing values are `null`.\n"
    yield "| shape | keys |\n|---|---|"
    yield from (f"| {name} | {', '.join(map(_key, keys))} |" for name, keys in SHAPES.items())
    yield ""


def _key(text: str) -> str:
    """A key, with what stands there in parentheses."""
    key, colon, what = text.partition(": ")
    return f"{key} ({what})" if colon else key


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _command(inner, click.Context(inner, info_name=name, parent=context))
        return
    yield f"### {context.command_path}\n"
    usage = " ".join(command.collect_usage_pieces(context)).replace("[OPTIONS] ", "").replace("[OPTIONS]", "")
    yield f"    {context.command_path} {usage}".rstrip() + "\n"
    yield inspect.cleandoc(command.help or "") + "\n"
    options = [each for each in command.params if isinstance(each, click.Option) and each.expose_value]
    if options:
        yield "| option | |\n|---|---|"
        yield from (_option(option, context) for option in options)
        yield ""
    if isinstance(command, Command):
        yield f"JSON: `{command.answer}`\n"


def _option(option: click.Option, context: click.Context) -> str:
    name, help_ = option.get_help_record(context) or ("", "")
    return f"| `{name.replace('|', chr(92) + '|')}` | {help_.replace('  [', ' [')} |"


if __name__ == "__main__":
    sys.exit(main())

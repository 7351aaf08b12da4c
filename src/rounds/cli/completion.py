"""Shell completion for bash, zsh, fish and PowerShell, with safe quoting.

Candidates are names of notes, which anyone may have chosen, and are inserted as command-line text. So they're quoted
exactly once: zsh and fish quote what they insert, bash and PowerShell don't. Candidates with control characters, or
that the shell would take for an option, are left out.
"""

import os
import re
from typing import Any

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    get_completion_class,
)  # fmt: skip

_BASH = r"""%(complete_func)s() {
    local IFS=$'\n' each
    local -a offered
    COMPREPLY=()
    mapfile -t offered < <(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD="$COMP_CWORD" \
%(complete_var)s=bash_complete "$1")
    for each in "${offered[@]}"; do
        case "$each" in
            dir,*) compopt -o dirnames ;;
            file,*) compopt -o default ;;
            plain,*) COMPREPLY+=("${each#plain,}") ;;
        esac
    done
    return 0
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""
"""Unlike click's, it doesn't expand a candidate as a file pattern or process its backslashes."""

_FISH = """function %(complete_func)s
    set -l offered (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp) COMP_CWORD=(commandline -t) \
%(prog_name)s)
    for each in $offered
        set -l parts (string split -m 1 -- "," $each)
        switch $parts[1]
            case dir
                __fish_complete_directories $parts[2]
            case file
                __fish_complete_path $parts[2]
            case plain
                printf "%%s\\\\n" $parts[2]
        end
    end
end

complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""
"""Unlike click's, it keeps the text after a comma."""


class _Checked(ShellComplete):
    """Shared by all shells: filter candidates, and stay silent if a line can't be parsed yet."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[Any]]:
        found = super().get_completions(args, incomplete)
        return [item for item in found if is_offered(str(item.value), incomplete)]

    def complete(self) -> str:
        try:
            return super().complete()
        except (IndexError, ValueError):  # a lone quote, or a missing word number
            return ""


class Bash(_Checked, BashComplete):
    """Bash inserts a candidate unchanged."""

    source_template = _BASH

    def format_completion(self, item: CompletionItem[Any]) -> str:
        return f"{item.type},{quoted_for_bash(str(item.value), self._word())}"

    @staticmethod
    def _word() -> str:
        """The word at the cursor, as typed."""
        words, number = os.environ.get("COMP_WORDS", "").split("\n"), int(os.environ.get("COMP_CWORD", "0"))
        return words[number] if 0 <= number < len(words) else ""


class Zsh(_Checked, ZshComplete):
    """Zsh quotes inserted text."""


class Fish(_Checked, FishComplete):
    """Fish quotes inserted text."""

    source_template = _FISH


def register() -> None:
    """Register these classes with click."""
    for shell in (Bash, Zsh, Fish):
        add_completion_class(shell)
    power = get_completion_class("powershell")  # click 8.5 and later
    if power is not None:
        added = {"format_completion": _format_for_powershell(power)}
        add_completion_class(type("PowerShell", (_Checked, power), added), "powershell")


def is_offered(value: str, typed: str) -> bool:
    """Whether a candidate is printable and wouldn't become an option by accident."""
    return value.isprintable() and (typed.startswith("-") or not value.startswith("-"))


def quoted_for_bash(value: str, typed: str) -> str:
    """Quote a candidate for bash, after a word that may have an open quote.

    Args:
        typed: the word so far.
    """
    quote = _open_quote(typed)
    if quote == "'":
        return value.replace("'", "'\\''")
    if quote == '"':
        return re.sub(r'[\\"$`]', r"\\\g<0>", value).replace("!", "\"'!'\"")  # a backslash before ! would stay
    return re.sub(r"[^\w@%+=:,./-]", _escaped, value)


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match[0]}" if match[0].isascii() else match[0]


def _open_quote(typed: str) -> str:
    """The quote left open in a word, or empty text."""
    within = ""
    characters = iter(typed)
    for character in characters:
        if character == "\\" and within != "'":
            next(characters, "")
        elif character == within:
            within = ""
        elif not within and character in "'\"":
            within = character
    return within


def quoted_for_powershell(value: str) -> str:
    """Quote a candidate with single quotes unless it's one plain word; PowerShell has five kinds of single quote."""
    return value if re.fullmatch(r"[\w./-]+", value) else "'" + re.sub("['\u2018-\u201b]", r"\g<0>\g<0>", value) + "'"


def _format_for_powershell(power: type[ShellComplete]) -> Any:
    def format_completion(self: ShellComplete, item: CompletionItem[Any]) -> str:
        value = quoted_for_powershell(str(item.value))
        return power.format_completion(self, CompletionItem(value, item.type, item.help))

    return format_completion

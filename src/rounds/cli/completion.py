"""Completion in bash, zsh, fish and PowerShell: what is offered are names of notes, which anybody may have chosen.

A candidate is inserted as text of a command line. So it comes quoted, once: zsh and fish quote what they insert
themselves, bash and PowerShell take it as it is. None with a control character is offered, nor one that the shell would
take for an option.
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
"""Unlike click's, it takes a candidate neither for a pattern of files nor its backslashes for its own."""

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
"""Unlike click's, it keeps what stands after a comma."""


class _Checked(ShellComplete):
    """What all shells share: which candidates are offered; and silence where a line can't be read yet."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[Any]]:
        found = super().get_completions(args, incomplete)
        return [item for item in found if is_offered(str(item.value), incomplete)]

    def complete(self) -> str:
        try:
            return super().complete()
        except (IndexError, ValueError):  # a quote and nothing yet, or no number of a word
            return ""


class Bash(_Checked, BashComplete):
    """Bash inserts a candidate as it is."""

    source_template = _BASH

    def format_completion(self, item: CompletionItem[Any]) -> str:
        return f"{item.type},{quoted_for_bash(str(item.value), self._word())}"

    @staticmethod
    def _word() -> str:
        """The word at the cursor, as it is typed."""
        words, number = os.environ.get("COMP_WORDS", "").split("\n"), int(os.environ.get("COMP_CWORD", "0"))
        return words[number] if 0 <= number < len(words) else ""


class Zsh(_Checked, ZshComplete):
    """Zsh quotes what it inserts."""


class Fish(_Checked, FishComplete):
    """Fish quotes what it inserts."""

    source_template = _FISH


def register() -> None:
    """Have click use these classes."""
    for shell in (Bash, Zsh, Fish):
        add_completion_class(shell)
    power = get_completion_class("powershell")  # of click from 8.5 on
    if power is not None:
        added = {"format_completion": _format_for_powershell(power)}
        add_completion_class(type("PowerShell", (_Checked, power), added), "powershell")


def is_offered(value: str, typed: str) -> bool:
    """Whether a candidate is text that can stand in a command line, and would not be an option nobody asked for."""
    return value.isprintable() and (typed.startswith("-") or not value.startswith("-"))


def quoted_for_bash(value: str, typed: str) -> str:
    """A candidate as bash inserts it after a word that may have a quote open.

    Args:
        typed: the word so far.
    """
    quote = _open_quote(typed)
    if quote == "'":
        return value.replace("'", "'\\''")
    if quote == '"':
        return re.sub(r'[\\"$`]', r"\\\g<0>", value).replace("!", "\"'!'\"")  # a backslash would not go from before !
    return re.sub(r"[^\w@%+=:,./-]", _escaped, value)


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match[0]}" if match[0].isascii() else match[0]


def _open_quote(typed: str) -> str:
    """The quote that a word leaves open, or an empty text."""
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
    """A candidate in single quotes where it is more than one word, of which PowerShell knows five kinds."""
    return value if re.fullmatch(r"[\w./-]+", value) else "'" + re.sub("['\u2018-\u201b]", r"\g<0>\g<0>", value) + "'"


def _format_for_powershell(power: type[ShellComplete]) -> Any:
    def format_completion(self: ShellComplete, item: CompletionItem[Any]) -> str:
        value = quoted_for_powershell(str(item.value))
        return power.format_completion(self, CompletionItem(value, item.type, item.help))

    return format_completion

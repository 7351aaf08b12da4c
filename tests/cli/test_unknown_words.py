"""Somebody who isn't in the vault yet, in commands that name people."""

import shlex

import pytest

from cli.running import Runner

NOOR = "Partners/Noor Haddad.md"


@pytest.mark.parametrize(
    ("words", "written"),
    [
        (("log", "Noor Haddad", "coffee", "it's \"fine\"; $5 & up", "--on", "yesterday"),
         "- 2026-11-22 coffee: it's \"fine\"; $5 & up\n"),
        (("log", "noor", "haddad", "coffee", "prefers fax"), "- 2026-11-23 coffee: prefers fax\n"),
        (("plan", "Noor", "Haddad", "send the one-pager", "--by", "friday"), "- [ ] send the one-pager 📅 2026-11-27"),
        (("meet", "noor", "haddad", "tue", "12:30", "Heart Coffee"), "- [ ] 12:30 coffee: at Heart Coffee 📅 2026-11-24"),
        (("set", "noor haddad", "stage=met", "city=Portland"), "stage: met\n"),
        (("refer", "out", "noor", "haddad"), "stage: found\n"),
        (("intro", "Noor Haddad"), "stage: found\n"),
    ],
)  # fmt: skip
def test_the_hint_is_the_whole_command(nobody: Runner, words: tuple[str, ...], written: str) -> None:
    """Without a terminal: what adds them and does what was typed, quoted for the shell, so that nothing is lost."""
    result = nobody(*words)
    assert result.exit_code == 3
    start = "To add them and go on: "
    hint = next(line for line in result.stderr.splitlines() if line.startswith(start)).removeprefix(start)
    adding, doing = hint.split(" && ")
    assert shlex.split(adding) == ["rounds", "add", "Noor Haddad"]
    assert shlex.split(doing) == ["rounds", *words]
    for command in (adding, doing):
        nobody.good(*shlex.split(command)[1:])
    assert written in nobody.note(NOOR)


def test_two_who_are_unknown(rounds: Runner) -> None:
    """Both are added by the one command; who is known is not."""
    result = rounds("log", "dana", "Noor Haddad", "Zoe Ito", "event", "grand rounds")
    hint = "rounds add 'Noor Haddad' && rounds add 'Zoe Ito' && rounds log dana 'Noor Haddad' 'Zoe Ito' event 'grand rounds'"
    assert result.stderr.splitlines()[-1] == f"To add them and go on: {hint}"


def test_similar_names_come_first(rounds: Runner) -> None:
    """Who was perhaps meant, and then how to add somebody else."""
    result = rounds("log", "Danna Whitaker", "coffee", "prefers fax")
    _, meant, adding = result.stderr.splitlines()
    assert meant.startswith("Did you mean Dana Whitlock")
    assert adding.startswith("To add them and go on: rounds add 'Danna Whitaker' && ")


@pytest.mark.parametrize("words", [("show", "xyzzy"), ("done", "xyzzy"), ("edit", "xyzzy"), ("trash", "xyzzy")])
def test_what_needs_somebody_known_says_only_how_to_add_them(nobody: Runner, words: tuple[str, ...]) -> None:
    """There is nothing to go on with."""
    result = nobody(*words)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (3, "To add them: rounds add Xyzzy")


def test_a_note_that_is_nobody_s_is_meant(nobody: Runner) -> None:
    """A misspelled Practice is not somebody new."""
    (nobody.folder / "Practice.md").write_text("---\ntype: practice\n---\n")
    result = nobody("set", "Practise", "name=Juniper")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (3, "Did you mean Practice?")


def test_what_is_no_name_is_not_offered_as_one(nobody: Runner) -> None:
    """An email address goes where it belongs."""
    assert nobody("log", "noor@x.example", "call", "hi").stderr.splitlines()[-1] == (
        "Add them with: rounds add NAME --email noor@x.example"
    )


@pytest.mark.usefixtures("terminal")
def test_on_a_terminal_they_are_added_after_a_yes(nobody: Runner) -> None:
    """One question, and then all of it; one undo takes all of it back."""
    result = nobody("log", "noor haddad", "coffee", "prefers fax", typed="y\n")
    assert result.exit_code == 0
    assert 'Add "Noor Haddad" as a new partner? [y/N]: ' in result.stderr
    assert "- 2026-11-23 coffee: prefers fax\n" in nobody.note(NOOR)
    nobody.good("undo")
    assert not (nobody.folder / NOOR).exists()
    assert nobody("undo").exit_code == 3


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("typed", ["\n", "n\n", "rounds show maria\n", "cd ~\n"])
def test_anything_but_a_yes_adds_nobody(nobody: Runner, typed: str) -> None:
    """Enter means no, and so does a line that was pasted; a command of ours is said not to have been run."""
    result = nobody("log", "Noor Haddad", "coffee", "prefers fax", typed=typed)
    assert result.exit_code == (130 if "rounds" in typed else 3)
    assert ('"rounds show maria" isn\'t an answer to this question.' in result.stderr) is ("rounds" in typed)
    assert not (nobody.folder / "Partners").exists()


@pytest.mark.usefixtures("terminal")
def test_what_can_not_be_done_adds_nobody(nobody: Runner) -> None:
    """The act fails after the yes: nobody is left behind."""
    result = nobody("plan", "Noor Haddad", "send it", "--by", "smarch", typed="y\n")
    assert result.exit_code == 2
    assert not (nobody.folder / NOOR).exists()


def test_a_name_of_several_words_needs_no_quotes(rounds: Runner) -> None:
    """The words of the name are not taken for the text, where the first one alone would do."""
    text = rounds.good("plan", "dana", "whitlock", "send", "the one-pager")
    assert text.startswith("Dana Whitlock: - [ ] send the one-pager ^f-")
    assert rounds.good("plan", "dana", "dana's form").startswith("Dana Whitlock: - [ ] dana's form ^f-")


def test_a_role_of_several_words_needs_no_quotes(rounds: Runner) -> None:
    """It is not the school whose name begins so, nor is its second word taken for the text."""
    assert rounds.good("plan", "school", "counselor", "send it").startswith("Beatriz Quintal: - [ ] send it ^f-")
    assert rounds.json("log", "internist", "dana", "event", "grand rounds")["logged"][0]["name"] == "Raymond Oxley"

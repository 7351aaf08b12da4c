"""`rounds check` and `tidy`: what is wrong, and what is missing."""

import json
import re

from cli.running import Runner
from rounds.vault.vault import Vault

FINCH = "Partners/Leopold Finch.md"


def test_problems_with_their_place(rounds: Runner) -> None:
    """A line each with path, line, column and level, the hint indented below; exit code 1 with an error."""
    result = rounds("check")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert re.fullmatch(r"Partners/Ines Calloway\.md:6:37: error: .+", lines[0])
    assert f'{FINCH}:4:8: error: stage: "actve" is not one of its values' in lines
    hint = lines[lines.index(f'{FINCH}:4:8: error: stage: "actve" is not one of its values') + 1]
    assert hint.startswith('    Did you mean "active"?')


def test_the_state_of_the_installation_is_talk(rounds: Runner) -> None:
    """It follows on stderr, so that stdout holds problems alone."""
    result = rounds("check")
    heads = [line.split()[0] for line in result.stderr.splitlines() if line]
    assert heads == ["version", "vault", "index", "notes", "timezone", "watching"]
    assert str(rounds.folder) in result.stderr


def test_a_clean_vault(nobody: Runner) -> None:
    """No problems, exit code 0."""
    result = nobody("check")
    assert (result.exit_code, result.stdout) == (0, "No problems.\n")


def test_the_index_is_compared_with_one_made_from_nothing(nobody: Runner) -> None:
    """If it's right, that is said on stderr; what differs is an error among the problems, and is put right."""
    nobody.good("add", "Dana", "--role", "therapist")
    result = nobody("check", "--deep")
    assert (result.exit_code, result.stdout) == (0, "No problems.\n")
    assert result.stderr.startswith("The index holds just what follows from 1 note.\n")

    vault = Vault.open(nobody.folder)
    vault.ask(lambda index: index.connection.execute("UPDATE notes SET role = ' | midwife | ' WHERE title = 'Dana'"))
    vault.close()
    result = nobody("check", "--deep")
    assert result.exit_code == 1
    line = "Partners/Dana.md:1:1: error: the index had something else for this note than its file: properties"
    assert line in result.stdout.splitlines()
    assert nobody("check", "--deep").exit_code == 0
    assert nobody("check", "--deep", "--staged").exit_code == 2


def test_warnings_alone_are_no_failure(nobody: Runner) -> None:
    """An unknown key in rounds.toml is a warning: listed, and the exit code stays 0."""
    settings = nobody.folder / "rounds.toml"
    settings.write_text(settings.read_text() + "[month]\ngaol = 2\n")
    result = nobody("check")
    assert result.exit_code == 0
    assert 'rounds.toml:4:1: warning: unknown key "gaol" in [month]\n' in result.stdout


def test_settings_that_can_not_be_read(nobody: Runner) -> None:
    """A rounds.toml that is no TOML is a problem among the others; commands that only read say it and go on."""
    nobody.good("add", "Dana", "--role", "therapist")
    (nobody.folder / "rounds.toml").write_text('vault = "test"\ntimezone = \n')
    (nobody.folder / "Partners" / "Sam.md").write_text("---\nstage: actve\n---\n")
    result = nobody("check")
    assert result.exit_code == 1
    assert re.match(r"rounds\.toml:2:12: error: .+\n    .+\nPartners/Sam\.md:2:8: error: ", result.stdout)
    result = nobody("list")
    assert (result.exit_code, "Dana" in result.stdout) == (0, True)
    assert result.stderr.startswith("rounds.toml:2:12: ")
    result = nobody("feed", "write")
    assert result.exit_code == 1
    assert "rounds: rounds.toml:2:12: " in result.stderr


def test_check_json(rounds: Runner) -> None:
    """Problems, the number of errors, and the installation in one document; the exit code is the same."""
    result = rounds("check", "--json")
    assert result.exit_code == 1
    assert result.stderr == ""
    answer = json.loads(result.stdout)
    assert list(answer) == ["problems", "errors", "installation"]
    assert answer["errors"] == 2
    assert list(answer["installation"]) == ["version", "vault", "index", "notes", "timezone", "watching"]


def test_tidy_only_shows(rounds: Runner) -> None:
    """Without --apply nothing is written."""
    before = rounds.note("Partners/Dana Whitlock.md")
    text = rounds.good("tidy")
    assert "Partners/Dana Whitlock.md: id: " in text
    assert text.endswith("would be written (rounds tidy --apply).\n")
    assert rounds.note("Partners/Dana Whitlock.md") == before


def test_tidy_apply(rounds: Runner) -> None:
    """--apply writes ids and dates of last contact; broken notes are left alone; then all is tidy."""
    before = rounds.note("Partners/Ines Calloway.md")
    shown = rounds.json("tidy")
    answer = rounds.json("tidy", "--apply")
    assert answer == {**shown, "applied": True}
    assert list(answer) == ["changes", "applied", "refused"]
    assert "\nid: " in rounds.note("Partners/Dana Whitlock.md")
    assert rounds.note("Partners/Ines Calloway.md") == before
    assert rounds.good("tidy") == "Nothing is missing.\n"


def test_tidy_an_empty_vault(nobody: Runner) -> None:
    """Nothing is there to tidy; a mistyped option is an error."""
    assert nobody.good("tidy") == "Nothing is missing.\n"
    assert nobody("tidy", "--aply").exit_code == 2


def test_partners_that_are_all_gone_are_a_problem_until_it_was_meant(rounds: Runner) -> None:
    """The list goes on with what was known, and says so; --yes-really lets them go."""
    rounds.good("list")
    (rounds.folder / "Partners").rename(rounds.folder.parent / "away")
    listed = rounds("list", "--count")
    assert int(listed.stdout) > 30
    assert "notes are gone from Partners at once" in listed.stderr
    checked = rounds("check")
    assert checked.exit_code == 1
    assert checked.stdout.startswith(".:1:1: error: ")
    assert "rounds --yes-really check" in checked.stdout
    rounds("--yes-really", "check")
    assert rounds("list", "--count").stdout == "0\n"

"""`rounds search`: the text of all notes."""

from cli.running import Runner


def test_passages(rounds: Runner) -> None:
    """Each note with its path and the passage, without marks where there is no terminal."""
    text = rounds.good("search", "waitlist")
    assert "Sam Lee  (Partners/Sam Lee.md)\n    - 2026-10-06 call: has a waitlist now" in text
    assert "waitlist" in text
    assert not {"\x02", "\x03", "␂", "␃", "\x1b"} & set(text)


def test_a_phrase_that_the_shell_unquoted(rounds: Runner) -> None:
    """A word with a blank among others is a phrase."""
    hits = rounds.json("search", "ask how long", "type:partner")["hits"]
    assert [hit["name"] for hit in hits] == ["Priya Natarajan"]


def test_nothing_found(rounds: Runner, nobody: Runner) -> None:
    """Nothing found is said and is no error."""
    assert rounds.good("search", "xyzzy") == "Nothing was found.\n"
    assert nobody.json("search", "xyzzy") == {"hits": [], "count": 0}


def test_a_limit_is_told(rounds: Runner) -> None:
    """Where there may be more, the way to see it is said."""
    text = rounds.good("search", "the", "--limit", "2")
    assert text.endswith("Only the first 2 notes are shown; for more: --limit 8\n")


def test_faults(rounds: Runner) -> None:
    """Nothing to search for, and a query that can't be read, are errors of use."""
    assert rounds("search").exit_code == 2
    result = rounds("search", '"open')
    assert result.exit_code == 2
    assert '  "open\n  ^\n' in result.stderr


def test_json(rounds: Runner) -> None:
    """The passage without marks."""
    answer = rounds.json("search", "waitlist")
    assert answer["count"] == len(answer["hits"])
    assert list(answer["hits"][0]) == ["path", "type", "name", "passage"]
    assert "\x02" not in answer["hits"][0]["passage"]

from cli.running import Runner

DANA = "Partners/Dana Whitlock.md"


def test_undo_takes_back_what_one_command_did(rounds: Runner) -> None:
    """All of it: an event with several people is one change."""
    others = ("Partners/Dana Whitlock.md", "Partners/Joel Brandvold.md")
    before = [rounds.note(path) for path in others]
    rounds.good("log", "dana whitlock", "joel brandvold", "event", "grand rounds")
    assert rounds.good("undo").splitlines() == [
        "Undone: logged event for Dana Whitlock and 1 more", *(f"  {path}" for path in others)
    ]  # fmt: skip
    assert [rounds.note(path) for path in others] == before


def test_nothing_to_undo(rounds: Runner) -> None:
    """It is said, with exit code 3."""
    result = rounds("undo")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "there is nothing to undo" in result.stderr


def test_undo_shows_both_versions_where_it_can_not_tell(rounds: Runner) -> None:
    """Exit code 1, and the note stays as it is."""
    rounds.good("set", "dana whitlock", "city=Salem")
    place = rounds.folder / DANA
    place.write_text(place.read_text().replace("city: Salem", "city: Bend"))
    before = place.read_text()
    result = rounds("undo")
    assert result.exit_code == 1
    assert "there now: city: Bend" in result.stderr
    assert "yours: (nothing)" in result.stderr
    assert place.read_text() == before


def test_json(rounds: Runner) -> None:
    """The change that was undone."""
    rounds.good("log", "dana whitlock", "call", "x")
    found = rounds.json("undo")["undone"]
    assert (found["what"], found["by"], found["state"], found["paths"]) == (
        "logged call for Dana Whitlock", "rounds", "undone", [DANA],
    )  # fmt: skip


def test_what_a_save_had_to_say_is_said(rounds: Runner) -> None:
    """On stderr: a hard link was broken."""
    (rounds.folder / "Other.md").hardlink_to(rounds.folder / DANA)
    result = rounds("log", "dana whitlock", "call", "x")
    assert result.exit_code == 0
    assert "had another name, a hard link" in result.stderr
    assert "hard link" not in result.stdout

"""What the guard remembers of lines can be dropped."""

from rounds.domain.guard import whole_notes


def test_forgotten_lines_are_judged_again() -> None:
    """With the same result, and nothing of them stays in memory."""
    lines = ("prefers email", "my client Rebecca Thornbury had panic in session")
    before = [whole_notes.is_clean(line) for line in lines]
    whole_notes.forget_lines()
    assert not whole_notes._clean(())
    assert [whole_notes.is_clean(line) for line in lines] == before == [True, False]

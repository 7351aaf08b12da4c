"""Gaps: niche x role, and where nobody is known (guide, lines 1 to 4)."""

from rounds.domain.gaps_introductions_suggestions import Cell, Niche, Role, gaps

CHILDREN = Niche("Children", ("pediatrician", "school counselor"))
EVERY = Niche("Every practice", ("Psychiatrist", "pediatrician"), own=False)
ROLES = [
    Role("pediatrician", ("pediatrics",), ("hospital directory",)), Role("psychiatrist"), Role("coach"),
]  # fmt: skip


def row(cell: Cell) -> tuple[str, str, dict[str, int]]:
    return cell.niche.name, cell.role.name, {stage: number for stage, number in cell.stages.items() if number}


def test_each_cell_counts_partners_by_stage_and_empty_ones_come_first() -> None:
    """Then those where nobody has been met; own niches before what every practice needs."""
    found = gaps(
        [CHILDREN, EVERY], ROLES,
        [(["psychiatrist"], "found", False, 2), (["pediatrics"], "met", False, 1), (["pediatrician"], "active", False, 3), (["coach"], "met", False, 1)],
    )  # fmt: skip
    assert [cell.role.name for cell in found] == ["pediatrician", "school counselor", "psychiatrist", "pediatrician"]
    assert [cell.known for cell in found] == [4, 0, 2, 4]
    found = sorted(found, key=Cell.order)
    assert [row(cell) for cell in found] == [
        ("Children", "school counselor", {}),
        ("Every practice", "psychiatrist", {"found": 2}),
        ("Children", "pediatrician", {"met": 1, "active": 3}),
        ("Every practice", "pediatrician", {"met": 1, "active": 3}),
    ]
    assert [(cell.empty, cell.open) for cell in found] == [(True, True), (False, True), (False, False), (False, False)]


def test_roles_are_known_by_other_names_and_a_partner_with_two_names_of_one_counts_once() -> None:
    """Case, aliases and diacritics make no other role; a stage that is none counts as found."""
    (cell,) = gaps([Niche("N", ("PEDIATRICIAN",))], ROLES, [(["pediatrician", "pediatrics"], "actve", False, 1)])
    assert row(cell) == ("N", "pediatrician", {"found": 1})
    assert cell.role.where == ("hospital directory",)


def test_who_is_not_a_fit_fills_no_gap() -> None:
    """Nobody to count on is there, met or not; resting partners are known."""
    for met in (False, True):
        (cell,) = gaps([Niche("N", ("coach",))], ROLES, [(["coach"], "not a fit", met, 1)])
        assert (cell.empty, cell.open) == (True, True)
    (cell,) = gaps([Niche("N", ("coach",))], ROLES, [(["coach"], "resting", False, 1)])
    assert (cell.empty, cell.open) == (False, True)


def test_who_rests_has_been_met_where_the_log_has_a_meeting() -> None:
    """To rest takes nothing back of what was (guide, line 23)."""
    (cell,) = gaps([Niche("N", ("coach",))], ROLES, [(["coach"], "resting", True, 1), (["coach"], "found", False, 1)])
    assert (cell.known, cell.met, cell.open) == (2, 1, False)
    assert row(cell) == ("N", "coach", {"found": 1, "resting": 1})


def test_a_role_without_a_note_counts_too() -> None:
    """Users add to the lists of a niche what they like; each role stands once."""
    (cell,) = gaps([Niche("N", ("sleep doctor", "Sleep Doctor"))], [], [(["sleep doctor"], "met", False, 1)])
    assert row(cell) == ("N", "sleep doctor", {"met": 1})

from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.file_names_copies import Plan, Stamp, plan

A, B = (1, 1, 10, 100), (2, 2, 20, 200)


def test_equal_stamps_need_nothing() -> None:
    """What the stat call says is unchanged is not read."""
    assert plan({"a.md": A}, {"a.md": A}) == Plan((), {}, ())


def test_new_changed_and_gone_files_are_told_apart() -> None:
    """A new file and one whose stamp moved are read; one that is gone is removed."""
    assert plan({"new.md": A, "old.md": B}, {"old.md": A, "gone.md": (9, 9, 9, 9)}) == Plan(
        ("new.md", "old.md"), {}, ("gone.md",)
    )


def test_a_renamed_file_is_moved_and_read() -> None:
    """Same inode, size and mtime under another path is the same file; a rename moves ctime."""
    renamed = (1, 99, 10, 100)
    assert plan({"b.md": renamed}, {"a.md": A}) == Plan(("b.md",), {"b.md": "a.md"}, ())


def test_a_copy_is_no_move() -> None:
    """Where the old path is still there, the new one is a new note."""
    assert plan({"a.md": A, "b.md": A}, {"a.md": A}) == Plan(("b.md",), {}, ())


def test_one_file_moves_to_one_path_only() -> None:
    """Two hard links of a file that is gone: one is the moved note, the other is new."""
    found = plan({"b.md": A, "c.md": A}, {"a.md": A})
    assert found.moved == {"b.md": "a.md"}
    assert found.read == ("b.md", "c.md")


_STAMPS = st.tuples(*[st.integers(0, 2)] * 4)
_DISKS = st.dictionaries(st.sampled_from("abcdef"), _STAMPS)


@given(_DISKS, _DISKS)
def test_a_plan_accounts_for_every_path(disk: dict[str, Stamp], indexed: dict[str, Stamp]) -> None:
    """Done as planned, the index holds exactly the paths of the disk; nothing is read that is known to be equal."""
    found = plan(disk, indexed)
    after = (indexed.keys() - set(found.removed) - set(found.moved.values())) | set(found.read)
    assert after == disk.keys()
    assert all(indexed.get(path) != disk[path] for path in found.read)
    assert len(set(found.moved.values())) == len(found.moved)
    assert not set(found.moved.values()) & set(found.removed)

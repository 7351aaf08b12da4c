from contextlib import nullcontext

import pytest

from disks import DISKS, NotMountedError, mounted
from faults.run import short


def test_on_a_disk_that_can_do_less_an_act_is_done_as_a_whole_or_not_at_all() -> None:
    """Killed or failing at any call, with and without the undo: the old notes or the new ones, and none that is empty."""
    report = short("fat")
    assert report.failures == []
    assert report.counts["shim: killed"] > 0
    assert report.counts["shim: refused"] > 0


def test_on_such_a_disk_a_command_is_done_as_a_whole_or_not_at_all() -> None:
    """Six commands here, at calls of their own; `make faults` tries all of them, at every call."""
    report = short("fat-commands")
    assert report.failures == []
    assert report.counts["killed"] > 0


@pytest.mark.parametrize("kind", sorted(DISKS))
def test_a_real_disk_is_tried_where_it_can_be_mounted(kind: str) -> None:
    """It is what its row says; elsewhere this is skipped by the name of what is missing."""
    disk = DISKS[kind]
    try:
        with mounted(kind) as place:
            (place / "A.md").write_text("x")
            assert (place / "a.MD").exists() is disk.one_case
            with nullcontext() if disk.links else pytest.raises(OSError, match="not permitted"):
                (place / "B.md").hardlink_to(place / "A.md")
            with pytest.raises(OSError, match="Invalid argument") if disk.windows_names else nullcontext():
                (place / "con.md").touch()
    except NotMountedError as error:
        pytest.skip(str(error))

import pickle
from pathlib import Path

import pytest

from faults.acts import a_copy, make
from faults.calls import Recorder
from faults.commands import WRITING
from faults.run import short


def test_what_was_said_to_be_done_is_there_after_the_power_went_off() -> None:
    """And all else that holds after a kill; whatever of the rest the disk has kept, in whatever order."""
    report = short("power")
    assert report.failures == []
    assert min(report.counts["after it was said to be done"], report.counts["before that"]) > 5
    assert report.counts["not at all"] > 0


@pytest.mark.parametrize(("name", "most"), [("set", 3), ("plan", 3), ("add", 3), ("trash", 4), ("log", 10)])
def test_a_save_asks_the_disk_for_no_more_than_it_needs(tmp_path: Path, name: str, most: int) -> None:
    """The journal, the file and its folder; of three notes, nine times and the end of the change."""
    make(str(tmp_path))
    with a_copy(str(tmp_path)) as place:
        record, told = Recorder(place.folder), tmp_path / "calls"
        code = place.child(WRITING[name].words, record, done=lambda: told.write_bytes(pickle.dumps(record.calls)))
        assert code == 0, place.said
        assert sum(call[0] == "synced" for call in pickle.loads(told.read_bytes())) == most

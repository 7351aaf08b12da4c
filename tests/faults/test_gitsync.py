import pytest

from conftest import tool
from faults.run import TOPICS, short

pytestmark = pytest.mark.no_cover


@pytest.fixture(autouse=True)
def tools() -> None:
    for name in ("git", "strace"):
        tool(name)


@pytest.mark.parametrize("topic", ["git-sync-killed", "git-sync-failing", "git-sync-moving"])
def test_no_word_is_lost_in_a_sync_that_is_cut_off(topic: str) -> None:
    """Whoever does what the messages say gets on, and has all words of both devices."""
    report = short(topic)
    assert report.failures == []
    assert report.runs == TOPICS[topic].short


def test_a_merge_driver_that_is_cut_off_says_nothing_that_is_not_so() -> None:
    """Neither that it has merged, nor that both versions are between marks."""
    report = short("merge-note")
    assert report.failures == []
    assert report.counts["stopped"] > 0
    assert report.counts["marked"] + report.counts["merged"] > 0

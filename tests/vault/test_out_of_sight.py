"""Folders and notes that are there and can't be looked at: what was known of them is kept, and it is said."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES, EIO, ENOENT, ENOTCONN, ESTALE
from pathlib import Path

import pytest

from conftest import TODAY
from rounds.calendar.write_feeds import write_feeds
from rounds.index import scan
from rounds.index.parallel_parse import MANY
from rounds.vault.problems import all_problems
from rounds.vault.vault import Vault
from unprivileged import as_nobody, commons, give, unlistable
from vault.notes import rows

ERRORS = (EACCES, EIO, ESTALE, ENOTCONN)


def partner(number: int) -> str:
    return f"---\ntype: partner\nid: partner{number:02}\nstage: met\n---\n\n## Log\n\n- 2026-02-04 email: {number}\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A vault of thirteen notes, eight of them in a folder below another."""
    root = tmp_path / "vault"
    (root / "Partners" / "East").mkdir(parents=True)
    (root / "rounds.toml").write_text('vault = "sight"\ntimezone = "America/Los_Angeles"\n')
    for number in range(13):
        (root / "Partners" / ("East" if number < 8 else "") / f"P{number}.md").write_text(partner(number))
    return root


@pytest.fixture
def opened(place: Path) -> Iterator[Vault]:
    vault = Vault.open(place, clock=lambda: TODAY)
    vault.sync()
    yield vault
    vault.close()


def paths(vault: Vault) -> set[str]:
    return {str(path) for (path,) in rows(vault, "SELECT path FROM notes")}


def feed(vault: Vault) -> bytes:
    (written,) = write_feeds(vault)
    return Path(written.path).read_bytes()


# A folder -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ERRORS)
@pytest.mark.parametrize("after", [0, 3])
def test_a_folder_that_can_not_be_listed_is_away(
    opened: Vault, monkeypatch: pytest.MonkeyPatch, number: int, after: int
) -> None:
    """Also in the middle of its listing: index and feed keep what they had; it is over as soon as it can be listed."""
    known, calendar = paths(opened), feed(opened)
    with unlistable(monkeypatch, "East/", number, after=after):
        for _ in range(2):
            assert not opened.sync()
            assert paths(opened) == known
            assert feed(opened) == calendar
            assert opened.vanished is not None
            assert opened.vanished.message == (
                f"Partners/East: this folder can't be read: {os.strerror(number)}; its last known content is kept"
            )
            (problem,) = [each for each in all_problems(opened) if each.path == "Partners/East"]
            assert (problem.level, problem.hint) == ("error", opened.vanished.hint)
    assert not opened.sync()
    assert opened.vanished is None
    assert (all_problems(opened), paths(opened), feed(opened)) == ([], known, calendar)


def test_the_rest_is_followed_meanwhile(opened: Vault, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Changes, new notes and deletions elsewhere are taken in, and what changed in the folder once it is back."""
    with unlistable(monkeypatch, "East/"):
        (place / "Partners" / "P8.md").write_text(partner(8).replace("met", "active"))
        (place / "Partners" / "P13.md").write_text(partner(13))
        (place / "Partners" / "P9.md").unlink()
        report = opened.sync()
        assert (report.added, report.changed, report.removed) == (
            ("Partners/P13.md",), ("Partners/P8.md",), ("Partners/P9.md",),
        )  # fmt: skip
        assert opened.vanished is not None
        assert not opened.sync()
        (place / "Partners" / "East" / "P0.md").unlink()
        (place / "Partners" / "East" / "P1.md").write_text(partner(1).replace("met", "active"))
    report = opened.sync()
    assert (report.changed, report.removed) == (("Partners/East/P1.md",), ("Partners/East/P0.md",))


def test_other_settings_are_read_into_its_notes_when_it_is_back(
    opened: Vault, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their rows are still those of the old settings then."""
    for number in range(8):
        path = place / "Partners" / "East" / f"P{number}.md"
        path.write_text(path.read_text().replace("type: partner\n", ""))
    opened.sync()
    with unlistable(monkeypatch, "East/"):
        (place / "rounds.toml").write_text('vault = "sight"\n[folders]\npartners = "People"\n')
        opened.sync()
    opened.sync()
    assert opened.index.rows("SELECT count(*) FROM notes WHERE type = 'partner'") == [(5,)]


def test_who_is_sure_has_its_notes_taken_out(opened: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--yes-really`: also where it was said before; that the folder can't be read is still true."""
    with unlistable(monkeypatch, "East/"):
        opened.sync()
        opened.sure = True
        assert len(opened.sync().removed) == 8
        assert len(paths(opened)) == 5
        assert opened.vanished is not None
        opened.sure = False
        assert not opened.sync()
        assert len(paths(opened)) == 5
    assert len(opened.sync().added) == 8


def test_most_of_what_can_be_seen_is_still_asked_about(
    opened: Vault, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One folder out of sight hides no loss of another."""
    for number in range(20, 32):
        (place / f"N{number}.md").write_text("x")
    opened.sync()
    with unlistable(monkeypatch, "East/"):
        for number in range(20, 32):
            (place / f"N{number}.md").unlink()
        opened.sync()
        assert opened.vanished is not None
        assert "12 of 25 notes are gone" not in opened.vanished.message
        assert "12 of 12 notes are gone from ." in opened.vanished.message


def test_a_folder_that_goes_while_we_look_is_gone(opened: Vault, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was still listed in the one above: a second look finds that it is not, and nobody is told of a trouble."""
    real = scan.listing

    @contextmanager
    def listing(folder: str) -> Iterator[Iterator[os.DirEntry[str]]]:
        east = place / "Partners" / "East"
        if folder.endswith("East/") and east.exists():
            for path in sorted(east.iterdir()):
                path.unlink()
            east.rmdir()
        with real(folder) as entries:
            yield entries

    with monkeypatch.context() as patch:
        patch.setattr(scan, "listing", listing)
        assert len(opened.sync().removed) == 8
    assert opened.vanished is None


def test_a_folder_that_is_named_and_never_there_is_away(opened: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """As at a mount that hangs half in the air: the look is given up, the notes are not."""
    with unlistable(monkeypatch, "East/", ENOENT):
        assert not opened.sync()
        assert len(paths(opened)) == 13


@pytest.mark.skipif(os.name != "posix", reason="needs links")
@pytest.mark.parametrize("round_", [False, True])
def test_a_folder_in_whose_place_there_is_a_link_is_away(opened: Vault, place: Path, *, round_: bool) -> None:
    """Linked folders are not followed: whoever has moved it elsewhere is told, and loses nothing unasked."""
    known, calendar = paths(opened), feed(opened)
    east = place / "Partners" / "East"
    east.rename(place.parent / "elsewhere")
    east.symlink_to(east if round_ else place.parent / "elsewhere")
    for _ in range(2):
        assert not opened.sync()
        assert opened.vanished is not None
        assert "it is a link, and Rounds follows no linked folders" in opened.vanished.message
        assert (paths(opened), feed(opened)) == (known, calendar)
    opened.sure = True
    assert len(opened.sync().removed) == 8
    opened.sure = False
    opened.sync()
    assert opened.vanished is None


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_other_links_are_nobody_s_business(opened: Vault, place: Path) -> None:
    """Linked folders and files that never were notes here."""
    (place / "Elsewhere").symlink_to(place.parent)
    (place / "picture.png").symlink_to(place / "nowhere.png")
    (place / "Never.md").symlink_to(place / "nowhere")
    opened.sync()
    assert (opened.vanished, all_problems(opened)) == (None, [])


@pytest.mark.parametrize("name", ["lost+found", "System Volume Information"])
def test_what_a_file_system_keeps_to_itself_is_nobody_s_business(
    opened: Vault, place: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A vault may be a whole disk."""
    (place / name).mkdir()
    with unlistable(monkeypatch, f"{name}/"):
        opened.sync()
        assert opened.vanished is None


# At the first index ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "stage:met"])
def test_nothing_ends_where_the_first_index_can_not_see_it(
    opened: Vault, place: Path, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    """The index is new, the feed had events: those of notes that may lie in the folder stand as they stood."""
    (place / "rounds.toml").write_text(
        f'vault = "sight"\ntimezone = "America/Los_Angeles"\n[feeds.reminders]\nquery = "{query}"\n'
    )
    opened.sync()
    calendar = feed(opened)
    opened.index.replace()
    with unlistable(monkeypatch, "East/"):
        assert len(opened.sync().added) == 5
        assert opened.vanished is not None
        assert feed(opened) == calendar
        opened.sure = True
        assert feed(opened) != calendar
        opened.sure = False
    assert len(opened.sync().added) == 8
    assert feed(opened).count(b"BEGIN:VEVENT") == calendar.count(b"BEGIN:VEVENT")


def test_a_mail_to_a_known_note_still_ends(opened: Vault, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What can be seen to be done is."""
    feed(opened)
    opened.index.replace()
    with unlistable(monkeypatch, "East/"):
        (place / "Partners" / "P8.md").write_text(partner(8) + "- 2026-11-22 call: x\n")
        opened.sync()
        assert feed(opened).count(b"SUMMARY:\xe2\x9c\x93") == 1


# A note ---------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that fails to be read")
@pytest.mark.usefixtures("two_cores")
@pytest.mark.parametrize("many", [False, True])
def test_a_note_that_can_not_be_read_keeps_what_it_had(opened: Vault, place: Path, *, many: bool) -> None:
    """EIO, of the system itself; in the helper's process too."""
    calendar = feed(opened)
    if many:
        for number in range(MANY):
            (place / "Partners" / f"New {number}.md").write_text("---\ntype: partner\n---\n")
    for number in range(13):
        path = place / "Partners" / ("East" if number < 8 else "") / f"P{number}.md"
        path.unlink()
        path.symlink_to("/proc/self/mem")
    opened.sync()
    assert len(paths(opened)) == 13 + MANY * many
    assert feed(opened) == calendar
    found = all_problems(opened)
    assert {(each.message, each.level) for each in found} == {("the file can't be read: Input/output error", "error")}
    assert len(found) == 13


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_a_linked_note_whose_target_is_away_keeps_what_it_had(opened: Vault, place: Path) -> None:
    """Its link leads nowhere now."""
    path = place / "Partners" / "P8.md"
    path.rename(place.parent / "P8")
    path.symlink_to(place.parent / "P8")
    opened.sync()
    known, calendar = paths(opened), feed(opened)
    (place.parent / "P8").rename(place.parent / "away")
    assert not opened.sync()
    assert (paths(opened), feed(opened)) == (known, calendar)
    (problem,) = all_problems(opened)
    assert problem.path == "Partners/P8.md"
    assert "it is a link that leads nowhere" in problem.message
    (place.parent / "away").rename(place.parent / "P8")
    opened.sync()
    assert (opened.vanished, all_problems(opened)) == (None, [])


# As the system does it ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [0, 0o444, 0o311])
@pytest.mark.parametrize("anew", [False, True])
def test_a_folder_that_may_not_be_looked_into(opened: Vault, place: Path, monkeypatch: pytest.MonkeyPatch, mode: int, *, anew: bool) -> None:  # fmt: skip
    """Neither listed, nor listed but its files looked at: all is kept, also by an index that is new."""
    with commons() as folder:
        for kind in ("CACHE", "DATA"):
            monkeypatch.setenv(f"XDG_{kind}_HOME", str(folder / kind))
        root = folder / "vault"
        feed(opened)  # all is loaded: Python itself may lie where nobody else can read
        shutil.move(place, root)
        give(folder)
        with as_nobody():
            vault = Vault.open(root, clock=lambda: TODAY)
            vault.sync()
            calendar = feed(vault)
            (root / "Partners" / "East").chmod(mode)
            if anew:
                vault.index.replace()
            vault.sync()
            assert len(paths(vault)) == (5 if anew else 13)
            assert feed(vault) == calendar
            assert vault.vanished is not None
            assert "Permission denied" in vault.vanished.message
            assert [each for each in all_problems(vault) if each.path.startswith("Partners/East")]
            (root / "Partners" / "East").chmod(0o755)
            vault.sync()
            assert (len(paths(vault)), all_problems(vault)) == (13, [])
            vault.close()


def test_what_is_only_in_the_cloud_is_not_read_for_client_information(
    opened: Vault, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading it would download it. It's read once it is here."""
    monkeypatch.setattr(scan, "_MAY_BE_AWAY", True)
    monkeypatch.setattr(scan, "_is_away", lambda _: True)
    opened.sync()
    for note in place.rglob("P*.md"):
        note.write_text(f"{note.read_text()}\nMy client John Smith, born 3/4/1990\n")
    assert {each.message.partition(";")[0] for each in all_problems(opened)} == {
        "the note can't be read: it is in the cloud and not on this machine"
    }
    monkeypatch.setattr(scan, "_is_away", lambda _: False)
    opened.sync()
    assert {each.path for each in all_problems(opened) if each.about_client} == paths(opened)

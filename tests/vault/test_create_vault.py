"""Making a vault from the template, and the sample network of the demo."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from derived import derive
from rounds.domain.log_followups import LogEntry
from rounds.domain.partner_referral_release import STAGES, STATUSES
from rounds.domain.reminders.reminder import Facts, Reminder, State
from rounds.errors import RoundsError
from rounds.notes.properties import day_of, partner_of
from rounds.notes.read_note import Note, read_note
from rounds.notes.schema import FOLDERS, folder_types
from rounds.storage.rounds_toml import read_settings
from rounds.vault import create_vault as create
from rounds.vault.create_vault import (
    SAMPLE_VAULT,
    copy_sample,
    copy_template,
    dated,
    machine_timezone,
    template_root,
    timezone_named,
)
from vault.test_template import GUIDES, NICHES

TODAY = date(2026, 11, 23)
DAYS = [TODAY, date(2026, 1, 3), date(2028, 2, 29), date(2027, 6, 13)]
"""A Monday, a Saturday early in the year, a leap day, a Sunday in summer."""


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "Referrals"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "vault"
    copy_sample(folder, TODAY)
    return folder


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def notes(root: Path, kind: str = "") -> dict[str, Note]:
    found = {}
    for name, data in files(root).items():
        if name.endswith(".md") and not name.startswith("Templates/"):
            note = read_note(name, data, folder_types(FOLDERS))
            if kind in ("", note.type):
                found[note.path] = note
    return found


def test_a_new_vault_is_the_template(target: Path) -> None:
    """Everything of the template is there, byte for byte, but for the two settings that init writes."""
    written = copy_template(target)
    made, template = files(target), files(template_root())
    assert sorted(written) == sorted(made) == sorted(template)
    assert [name for name in made if made[name] != template[name]] == ["rounds.toml"]


def test_init_writes_id_and_timezone_only(target: Path) -> None:
    """A random id of twelve characters and a time zone go into rounds.toml; every other byte stays."""
    copy_template(target)
    settings, problems = read_settings(str(target))
    assert problems == ()
    assert re.fullmatch(r"[a-z2-7]{12}", settings.vault)
    assert settings.timezone
    before = (template_root() / "rounds.toml").read_text(encoding="utf-8").splitlines()
    after = (target / "rounds.toml").read_text(encoding="utf-8").splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [new.split(" = ")[0] for _, new in changed] == ["vault", "timezone"]
    assert all(old.partition("#")[2] == new.partition("#")[2] for old, new in changed)


def test_every_vault_has_its_own_id(tmp_path: Path) -> None:
    """Two vaults never share an id."""
    copy_template(tmp_path / "a")
    copy_template(tmp_path / "b")
    assert read_settings(str(tmp_path / "a"))[0].vault != read_settings(str(tmp_path / "b"))[0].vault


def test_a_second_run_adds_only_what_is_missing(target: Path) -> None:
    """Running init again changes nothing; a file that is gone comes back."""
    copy_template(target)
    before = files(target)
    assert copy_template(target) == []
    (target / "Playbook/Roles/midwife.md").unlink()
    assert copy_template(target) == ["Playbook/Roles/midwife.md"]
    assert files(target) == before


def test_never_over_an_existing_file(target: Path) -> None:
    """What is there stays as it is: a note, settings of one's own, and even a link that leads nowhere."""
    target.mkdir()
    (target / "Practice.md").write_bytes(b"mine\r\n")
    (target / "rounds.toml").write_bytes(b'vault = ""\n')
    (target / "Inbox.md").symlink_to("nowhere.md")
    written = copy_sample(target, TODAY)
    assert {"Practice.md", "rounds.toml", "Inbox.md"}.isdisjoint(written)
    assert (target / "Practice.md").read_bytes() == b"mine\r\n"
    assert (target / "rounds.toml").read_bytes() == b'vault = ""\n'
    assert not (target / "nowhere.md").exists()


@pytest.mark.parametrize("place", ["Notes/Work/Referrals", "Notes"])
def test_no_obsidian_vault_inside_another(tmp_path: Path, place: str) -> None:
    """Inside an existing Obsidian vault, or at its top, Obsidian's own settings are left alone."""
    (tmp_path / "Notes/.obsidian").mkdir(parents=True)
    written = copy_template(tmp_path / place)
    assert "Practice.md" in written
    assert not [name for name in written if name.startswith(".obsidian/")]
    assert list((tmp_path / "Notes/.obsidian").iterdir()) == []


def test_folders_that_lead_out_of_the_vault_are_left_alone(tmp_path: Path, target: Path) -> None:
    """A linked folder elsewhere is read-only (vault format, Writing); one inside the vault is used."""
    shared = tmp_path / "shared"
    shared.mkdir()
    (target / "Own").mkdir(parents=True)
    (target / "Playbook").symlink_to(shared, target_is_directory=True)
    (target / "Views").symlink_to("Own", target_is_directory=True)
    copy_template(target)
    assert list(shared.iterdir()) == []
    assert (target / "Own/Partners.base").is_file()


def test_a_vault_can_be_reached_through_a_link(tmp_path: Path) -> None:
    """The folder named for the vault may itself be a link."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "vault").symlink_to("disk", target_is_directory=True)
    assert "Practice.md" in copy_template(tmp_path / "vault")
    assert (tmp_path / "disk/Practice.md").is_file()


def test_a_file_in_the_way_is_said(target: Path) -> None:
    """Where a folder is needed and a file stands, init says which and overwrites nothing."""
    target.mkdir()
    (target / "Views").write_text("notes of mine")
    with pytest.raises(RoundsError, match="Views is a file, and a folder is needed there"):
        copy_template(target)
    assert (target / "Views").read_text() == "notes of mine"
    assert not (target / "rounds.toml").exists()


def test_the_mark_of_a_vault_comes_last(target: Path) -> None:
    """rounds.toml is written last, so that an interrupted run leaves no half vault that looks whole."""
    assert copy_template(target)[-1] == "rounds.toml"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- @{-12} coffee", "- 2026-11-11 coffee"),
        ("due @{+5}, now @{+0}", "due 2026-11-28, now 2026-11-23"),
        ("Referrals/@{-400 %Y}/@{-400} in X.md", "Referrals/2025/2025-10-19 in X.md"),
        ("@kim @{12} @{-12|%Y} {-12}", "@kim @{12} @{-12|%Y} {-12}"),
    ],
)
def test_day_tokens(text: str, expected: str) -> None:
    """`@{-12}` is the day twelve days ago, `@{-400 %Y}` the year of a day; nothing else is a token."""
    assert dated(text, TODAY) == expected


def test_timezone_of_the_machine(tmp_path: Path) -> None:
    """TZ counts first, then where /etc/localtime leads."""
    zone = tmp_path / "zoneinfo/posix/America/Los_Angeles"
    zone.parent.mkdir(parents=True)
    zone.touch()
    (tmp_path / "localtime").symlink_to(zone)
    linked = tmp_path / "localtime"
    assert machine_timezone({"TZ": "Europe/Berlin"}, linked) == "Europe/Berlin"
    assert machine_timezone({"TZ": ":/usr/share/zoneinfo/Asia/Tokyo"}, linked) == "Asia/Tokyo"
    assert machine_timezone({"TZ": "<+03>-3"}, linked) == "America/Los_Angeles"
    assert machine_timezone({}, linked) == "America/Los_Angeles"


def test_timezone_of_a_machine_whose_files_do_not_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows: the settings of the system count, and what they say wrong is not known."""
    found = iter(["America/Denver", "Nowhere/Land", None])
    monkeypatch.setattr("tzlocal.get_localzone_name", lambda: next(found))
    assert [machine_timezone({}, tmp_path / "none") for _ in range(3)] == ["America/Denver", "", ""]

    def contradiction() -> str:
        raise LookupError("two settings")

    monkeypatch.setattr("tzlocal.get_localzone_name", contradiction)
    assert machine_timezone({}, tmp_path / "none") == ""


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("America/New_York", "America/New_York"), ("america/new_york", "America/New_York"), ("utc", "UTC"),
        ("New York", "America/New_York"), ("los  angeles", "America/Los_Angeles"), ("Nowhere", ""),
    ],
)  # fmt: skip
def test_a_time_zone_is_known_by_its_city(text: str, zone: str) -> None:
    assert timezone_named(text) == zone


@pytest.mark.parametrize("today", [TODAY, date(2026, 1, 5)])
def test_sample_is_reproducible(tmp_path: Path, today: date) -> None:
    """The same day gives the same bytes."""
    first = copy_sample(tmp_path / "a", today)
    assert copy_sample(tmp_path / "b", today) == first
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_sample_moves_with_the_day(tmp_path: Path) -> None:
    """Dates are laid around today, in file names too, and a referral lies in the folder of its own year."""
    made = copy_sample(tmp_path / "a", date(2026, 1, 5))
    assert "Referrals/2026/2026-01-03 in Maria Alvarez.md" in made
    assert "Referrals/2025/2025-12-20 out Priya Natarajan.md" in made
    assert "- 2025-12-24 coffee: prefers fax over email" in (tmp_path / "a/Partners/Maria Alvarez.md").read_text()


def test_sample_brings_the_template(sample: Path) -> None:
    """The sample is a whole vault: the template's files with their own bytes, but for those that the sample fills."""
    made, template = files(sample), files(template_root())
    assert set(template) <= set(made)
    differing = {name for name in template if made[name] != template[name]}
    assert differing == {"Practice.md", "Inbox.md", "rounds.toml"}
    settings, problems = read_settings(str(sample))
    assert (settings.vault, settings.timezone, problems) == (SAMPLE_VAULT, "America/Los_Angeles", ())
    assert re.fullmatch(r"[a-z2-7]{12}", SAMPLE_VAULT)


def test_sample_leaves_no_token(sample: Path) -> None:
    """No day token is left in a name or a text."""
    for name, data in files(sample).items():
        assert "@{" not in name + data.decode()


def test_sample_file_names_are_portable(sample: Path) -> None:
    """Every name is one that Windows can hold (vault format, Writing), here and in the package."""
    packaged = files(Path(create.__file__).parents[1] / "sample")
    assert len(packaged) > 60
    for name in [*files(sample), *packaged]:
        assert not re.search(r'[<>:"|?*\\]|[. ](/|$)', name), name


def test_sample_has_the_habits_of_obsidian(sample: Path) -> None:
    """One file has CRLF line endings, one can't be read, one holds a wrong value, two people share a name."""
    read = notes(sample)
    assert [name for name, data in files(sample).items() if b"\r\n" in data] == ["Partners/Owen Farraday.md"]
    assert b"\n" not in files(sample)["Partners/Owen Farraday.md"].replace(b"\r\n", b"")
    assert [path for path, note in read.items() if not note.readable] == ["Partners/Ines Calloway.md"]
    wrong = {path: [p.message for p in note.problems] for path, note in read.items() if note.readable and note.problems}
    assert wrong == {"Partners/Leopold Finch.md": ['stage: "actve" is not one of its values']}
    titles = [note.title for note in notes(sample, "partner").values()]
    assert {title for title in titles if titles.count(title) > 1} == {"Sam Lee"}


def test_sample_covers_roles_and_stages(sample: Path) -> None:
    """About forty partners and six organizations: every role of the guide, every stage, most without an id."""
    partners = notes(sample, "partner").values()
    assert 38 <= len(partners) <= 44
    assert len(notes(sample, "organization")) == 6
    roles = {Path(name).stem for name in notes(sample, "role")}
    of_guide = {role for niche in GUIDES for role in NICHES[niche]}
    assert {note.properties.get("role") for note in partners if note.readable} == of_guide < roles
    assert {note.properties.get("stage") for note in partners if note.readable} >= set(STAGES)
    ids = [note.id for note in partners if note.id]
    assert 3 <= len(set(ids)) == len(ids) <= 10
    assert all(re.fullmatch(r"[a-z2-7]{12}", key) for key in ids)


def test_sample_referrals_and_releases(sample: Path) -> None:
    """Referrals in both directions and most statuses; a client is a random code, and partner_id is the partner's own."""
    ids = {note.title: note.id for note in notes(sample, "partner").values() if note.id}
    referrals = [note.properties for note in notes(sample, "referral").values()]
    releases = [note.properties for note in notes(sample, "release").values()]
    assert len(referrals) == 10
    assert {each["direction"] for each in referrals} == {"in", "out"}
    assert len({each["status"] for each in referrals} & set(STATUSES)) >= 7
    for each in [*referrals, *releases]:
        assert each["partner_id"] == ids[str(each["partner"]).strip("[]")]
        assert re.fullmatch(r"R-[0-9A-HJKMNP-TV-Z]{6}", str(each.get("client", "R-000000")))
    codes = [each["client"] for each in referrals if "client" in each]
    assert len(codes) == len(set(codes))


def test_sample_releases_in_every_state(sample: Path) -> None:
    """One release is valid, one ends soon, one has ended, one was revoked, one ends with an event."""
    states = []
    for note in notes(sample, "release").values():
        ends = day_of(note.properties.get("expires"))
        if "revoked" in note.properties:
            states.append("revoked")
        elif ends is None:
            states.append(str(note.properties["expires_event"]))
        else:
            states.append("ended" if ends < TODAY else "soon" if ends <= TODAY + timedelta(30) else "valid")
    assert sorted(states) == ["end of the assessment", "ended", "revoked", "soon", "valid"]


def test_sample_links_lead_somewhere(sample: Path) -> None:
    """Every link of the sample names exactly one note; a linked date stands for a day, and a table is no note."""
    read = notes(sample)
    stems = [Path(path).stem for path in read]
    for path, note in read.items():
        for link in note.links:
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}|.+\.base", link.target):
                assert stems.count(link.target) == 1, f"{path}: {link}"


def test_sample_is_fiction(sample: Path) -> None:
    """Telephones, addresses and sites are of the ranges kept for examples."""
    for name, data in files(sample).items():
        text = data.decode()
        if name.startswith(("Partners/", "Organizations/", "Practice", "Attachments/")):
            assert all(number.startswith("01") for number in re.findall(r"503-555-(\d{4})", text)), name
            assert not re.findall(r"\d{3}-(?!555-)\d{3}-\d{4}", text), name
            assert all(site.endswith(".example") for site in re.findall(r"@([a-z]+\.\w+)", text)), name


def reminders(root: Path, today: date) -> list[Reminder]:
    read = notes(root)
    referrals: dict[str, list[LogEntry]] = {}
    for note in read.values():
        when = day_of(note.properties.get("date"))
        if note.type == "referral" and when is not None:
            partner = str(note.properties["partner"]).strip("[]")
            referrals.setdefault(partner, []).append(LogEntry(when, "referral", ""))
    facts = []
    for path, note in read.items():
        if note.type in {"partner", "organization"}:
            done = [LogEntry(f.touched, f.kind, f.text) for f in note.followups if f.touched]
            log = (*note.log, *done, *referrals.get(Path(path).stem, ()))
            facts.append(
                Facts(
                    partner_of(path, note.title, path, note.properties),
                    log,
                    note.followups,
                    ruled=note.type == "partner",
                )
            )
    return derive(facts, read_settings(str(root))[0], today)


@pytest.mark.parametrize("today", DAYS)
def test_sample_gives_every_day_something_to_do(target: Path, today: date) -> None:
    """On any day the list shows thank-yous, check-ins, a coffee with a time, and follow-ups late and to come."""
    copy_sample(target, today)
    found = [(r.rule, r.name, r.state(today), r.time is not None) for r in reminders(target, today)]
    now = [(rule, name) for rule, name, state, _ in found if state in (State.OVERDUE, State.DUE)]
    assert {name for rule, name in now if rule == "thanks"} == {
        "Beatriz Quintal",
        "Tamsin Achebe",
        "Dana Whitlock",
    }
    assert {name for rule, name in now if rule == "check-in"} == {
        "Arlo Winterbourne", "Gideon Stark-Moreno", "Marcus Tilley", "Rosalind Pike",
    }  # fmt: skip
    assert ("meeting", "Priya Natarajan", State.DUE, True) in found
    assert ("follow-up", "Maria Alvarez", State.OVERDUE, False) in found
    assert len([1 for rule, _, state, _ in found if rule == "follow-up" and state is State.PLANNED]) >= 8


def test_sample_follow_ups_are_written_in_every_way(sample: Path) -> None:
    """Emoji, Dataview and plain dates, a time, a kind, recurrence, done, cancelled, with and without a block id."""
    followups = [f for note in notes(sample).values() for f in note.followups]
    assert all(f.due for f in followups if f.status == "open")
    assert {f.status for f in followups} == {"open", "done", "cancelled"}
    assert [f.text for f in followups if f.recurrence] == ["our quarterly one, Sam picks the place"]
    assert {f.block for f in followups} == {"", "f-k3q9", "f-8m2d"}
    text = b"\n".join(data for name, data in files(sample).items() if name.startswith("Partners/")).decode()
    for form in ("[due:: 2026-11-25]", "by 2026-11-28", "📅 2026-11-24", "🛫", "⏫", "✅", "❌", "🔁"):
        assert form in text

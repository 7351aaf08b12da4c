"""Two notes about one person become one: links, ids, the trash; one undo; nothing in between."""

from pathlib import Path

import pytest

from rounds.errors import ChangedMeanwhileError, EditRefusedError, RoundsError
from rounds.storage import files
from rounds.vault import history_undo as history
from rounds.vault.merge_people import Merge, plan, write
from rounds.vault.referrals import referrals, releases
from rounds.vault.vault import Vault
from vault.notes import put

FILES = {
    "Partners/Sam Lee.md": "---\ntype: partner\nrole: midwife\nid: sam0\nknows: ['[[Sam Leigh]]']\n---\n\n## Log\n\n- 2026-11-02 email: a\n",
    "Partners/North/Sam Leigh.md": "---\ntype: partner\nrole: doula\ncity: Bend\nid: lei0\norganization: '[[../../Organizations/Alder]]'\n"
    "# prefers mornings\n---\n\nSee [the form](../../Attachments/a%20b.png) and [[./Ana]].\n\n## Log\n\n- 2026-11-20 call: b\n",
    "Partners/North/Ana.md": "---\ntype: partner\nid: ana0\nintroduced_by: Sam Leigh\nknows:\n  - '[[Sam Leigh]]'\n  - '[[Sam Lee]]'\n---\n\n"
    "[[Sam Leigh|her]], [x](Sam%20Leigh.md), [[North/Sam Leigh#Log]], ![[/Partners/North/Sam Leigh]], [y](./Sam%20Leigh.md), `[[Sam Leigh]]`\n",
    "Organizations/Alder.md": "---\ntype: organization\n---\n\n## People\n- [[Partners/North/Sam Leigh.md]]\n",
    "Referrals/2026-11-10.md": "---\ntype: referral\npartner: '[[Sam Leigh]]'\npartner_id: lei0\ndirection: out\ndate: 2026-11-10\nstatus: sent\n---\n",
    "Referrals/2026-11-11.md": "---\ntype: referral\npartner: '[[Gone]]'\npartner_id: lei0\ndirection: out\ndate: 2026-11-11\nstatus: sent\n---\n",
    "Releases/2026-11-10.md": "---\ntype: release\npartner: '[[Sam Leigh]]'\npartner_id: lei0\nclient: R-7K3QXM\nsigned: 2026-11-01\n---\n",
    "Templates/T.md": "---\nwith: '[[Sam Leigh]]'\n---\n",
}  # fmt: skip
BASE = 'filters:\n  and:\n    - file.hasLink("Sam Leigh")\n    - knows.contains(link("Partners/North/Sam Leigh"))\n'
CANVAS = '{"nodes":[{"id":"a","type":"file","file":"Partners/North/Sam Leigh.md"},{"id":"b","type":"text","text":"[[Sam Leigh]]"}]}'


@pytest.fixture
def two(empty: Vault) -> Vault:
    """A vault in which many files lead to Sam Leigh, who is Sam Lee."""
    root = Path(empty.root)
    for path, text in {"Views/V.base": BASE, "Map.canvas": CANVAS}.items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text)
    put(empty, FILES)
    return empty


def planned(vault: Vault, *take: str) -> Merge:
    return plan(vault, vault.entry("Partners/Sam Lee.md"), vault.entry("Partners/North/Sam Leigh.md"), take)


def snapshot(vault: Vault) -> dict[str, str]:
    root = Path(vault.root)
    return {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*") if path.is_file()}


def test_everything_leads_to_the_note_that_is_kept(two: Vault) -> None:
    """Each link in its own form, and not in code; referrals by link and by id; relative links as seen from there."""
    done = write(two, planned(two))
    two.sync()
    now = snapshot(two)
    assert done.trash == ".trash/Sam Leigh.md"
    assert now[done.trash] == FILES["Partners/North/Sam Leigh.md"]
    assert "Partners/North/Sam Leigh.md" not in now
    assert now["Partners/North/Ana.md"].endswith(
        "[[Sam Lee|her]], [x](Sam%20Lee.md), [[Partners/Sam Lee#Log]], ![[/Partners/Sam Lee]], [y](../Sam%20Lee.md), `[[Sam Leigh]]`\n"
    )
    ana = two.entry("Partners/North/Ana.md").properties
    assert (ana["introduced_by"], ana["knows"]) == ("Sam Lee", ["[[Sam Lee]]"])
    assert "[[Partners/Sam Lee.md]]" in now["Organizations/Alder.md"]
    assert now["Templates/T.md"] == "---\nwith: '[[Sam Lee]]'\n---\n"
    assert now["Views/V.base"] == BASE.replace("Partners/North/Sam Leigh", "Partners/Sam Lee").replace("Leigh", "Lee")
    assert now["Map.canvas"] == CANVAS.replace("Partners/North/Sam Leigh.md", "Partners/Sam Lee.md").replace(
        "Leigh", "Lee"
    )
    assert [each.partner for each in referrals(two)] == ["Partners/Sam Lee.md"] * 2
    assert [each.partner for each in releases(two)] == ["Partners/Sam Lee.md"]
    assert two.entry("Partners/Sam Lee.md").properties["organization"] == "[[../Organizations/Alder]]"
    kept = now["Partners/Sam Lee.md"]
    assert "See [the form](../Attachments/a%20b.png) and [[./North/Ana]]." in kept
    assert kept.index("email: a") < kept.index("call: b") < kept.index("not kept: role doula; # prefers mornings")
    assert two.entry("Partners/Sam Lee.md").properties["aliases"] == ["Sam Leigh"]
    assert "knows" not in kept or "Sam Leigh" not in kept.split("---")[1].split("aliases")[0]


def test_one_undo_takes_all_of_it_back(two: Vault) -> None:
    before = snapshot(two)
    write(two, planned(two))
    assert history.undo(two).what == "merged Sam Leigh into Sam Lee"
    assert snapshot(two) == before


def test_a_value_that_is_taken(two: Vault) -> None:
    """The other one is in the log then."""
    merge = planned(two, "role")
    assert [(each.key, each.kept, each.other) for each in merge.differing] == [("role", "midwife", "doula")]
    write(two, merge)
    text = Path(two.root, "Partners/Sam Lee.md").read_text()
    assert "role: doula\n" in text
    assert "not kept: role midwife; # prefers mornings" in text


def test_a_plan_writes_nothing(two: Vault) -> None:
    before = snapshot(two)
    merge = planned(two)
    assert merge.relinked == [
        "Map.canvas", "Organizations/Alder.md", "Partners/North/Ana.md", "Referrals/2026-11-10.md", "Referrals/2026-11-11.md",
        "Releases/2026-11-10.md", "Templates/T.md", "Views/V.base",
    ]  # fmt: skip
    assert snapshot(two) == before


def test_a_link_names_the_folder_where_a_namesake_is(two: Vault) -> None:
    """A link by the name alone would lead to two notes."""
    put(two, {"Partners/South/Sam Lee.md": "---\ntype: partner\nid: other\n---\n"})
    write(two, planned(two))
    assert "[[Partners/Sam Lee|her]]" in Path(two.root, "Partners/North/Ana.md").read_text()
    assert "partner: '[[Partners/Sam Lee]]'" in Path(two.root, "Referrals/2026-11-10.md").read_text()


def test_two_of_one_name(empty: Vault) -> None:
    """In two folders: links that could mean either lead to the one that is left."""
    put(empty, {
        "Partners/Sam Lee.md": "---\ntype: partner\n---\n", "Partners/B/Sam Lee.md": "---\ntype: partner\ncity: Bend\n---\n",
        "Partners/Ana.md": "---\ntype: partner\n---\n[[Sam Lee]] [[B/Sam Lee]]\n",
    })  # fmt: skip
    merge = plan(empty, empty.entry("Partners/Sam Lee.md"), empty.entry("Partners/B/Sam Lee.md"))
    write(empty, merge)
    assert merge.links.left == []
    assert Path(empty.root, "Partners/Ana.md").read_text().endswith("[[Sam Lee]] [[Partners/Sam Lee]]\n")
    assert "aliases" not in Path(empty.root, "Partners/Sam Lee.md").read_text()


def test_dates_are_written_as_people_write_them(empty: Vault) -> None:
    """Without quotes, as every other command does."""
    put(empty, {
        "Partners/Sam Lee.md": "---\ntype: partner\nlast_contact: 2026-01-02\n---\n",
        "Partners/Lee Sam.md": "---\ntype: partner\naccepting: open\naccepting_checked: 2026-03-04\nlast_contact: 2026-03-04\n---\n",
    })  # fmt: skip
    write(empty, plan(empty, empty.entry("Partners/Sam Lee.md"), empty.entry("Partners/Lee Sam.md")))
    text = Path(empty.root, "Partners/Sam Lee.md").read_text()
    assert "accepting: open\naccepting_checked: 2026-03-04\nlast_contact: 2026-03-04\n" in text


def test_an_organization_keeps_its_members(empty: Vault) -> None:
    """Those that name it as text too."""
    put(empty, {
        "Organizations/Alder.md": "---\ntype: organization\n---\n", "Organizations/Alder Clinic.md": "---\ntype: organization\nphone: '503-555-0144'\n---\n",
        "Partners/Ana.md": "---\ntype: partner\norganization: Alder Clinic\n---\n",
    })  # fmt: skip
    write(empty, plan(empty, empty.entry("Organizations/Alder.md"), empty.entry("Organizations/Alder Clinic.md")))
    assert "organization: Alder\n" in Path(empty.root, "Partners/Ana.md").read_text()
    assert "503-555-0144" in Path(empty.root, "Organizations/Alder.md").read_text()


@pytest.mark.parametrize("value", ["{a: 1}", "[[1, 2], x]"])
def test_a_property_of_properties_is_named(empty: Vault, value: str) -> None:
    """With its note and what to do; once the kept note has it too, the two are merged."""
    put(
        empty,
        {"Partners/A.md": "---\ntype: partner\n---\n", "Partners/B.md": f"---\ntype: partner\nmine: {value}\n---\n"},
    )
    with pytest.raises(EditRefusedError) as caught:
        plan(empty, empty.entry("Partners/A.md"), empty.entry("Partners/B.md"))
    assert caught.value.message == "Partners/B.md: mine is more than a text or a list and can't be moved"
    assert caught.value.hint == "Put a link in quotes, or copy mine into Partners/A.md in an editor. Then merge again."
    put(empty, {"Partners/A.md": f"---\ntype: partner\nmine: {value}\n---\n"})
    write(empty, plan(empty, empty.entry("Partners/A.md"), empty.entry("Partners/B.md")))
    assert f"mine: {value}\n" in Path(empty.root, "Partners/A.md").read_text()


def test_a_note_that_changed_after_the_plan(two: Vault) -> None:
    """What was typed into the other one meanwhile would be lost; what was typed into the kept one is merged."""
    merge = planned(two)
    with Path(two.root, "Partners/Sam Lee.md").open("a") as note:
        note.write("- 2026-11-21 call: meanwhile\n")
    other = Path(two.root, "Partners/North/Sam Leigh.md")
    text = other.read_text()
    other.write_text(text + "more\n")
    with pytest.raises(ChangedMeanwhileError):
        write(two, merge)
    other.write_text(text)
    write(two, merge)
    kept = Path(two.root, "Partners/Sam Lee.md").read_text()
    assert "meanwhile" in kept
    assert "call: b" in kept


def test_what_cannot_be_read_is_told_or_stops_it(two: Vault) -> None:
    """A third note that can't be read keeps its links, and that's said; one of the two that can't be read stops it."""
    put(two, {"Partners/Odd.md": "---\nemail: [\n---\n[[Sam Leigh]]\n"})
    assert [path for path, _ in planned(two).links.left] == ["Partners/Odd.md"]
    put(two, {"Partners/Sam Lee.md": "---\ntype: partner\n---\n%% open\n"})
    with pytest.raises(EditRefusedError, match="doesn't close it"):
        planned(two)


@pytest.mark.parametrize("at", range(9))
def test_all_or_nothing(two: Vault, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """Whichever write fails, the notes are as they were."""
    before, merge, calls = snapshot(two), planned(two), [0]
    real = files.write

    def failing(*args: object, **options: object) -> list[str]:
        calls[0] += 1
        if calls[0] == at + 1:
            raise RoundsError("the disk is full")
        return real(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "write", failing)
    with pytest.raises(RoundsError, match="disk is full"):
        write(two, merge)
    monkeypatch.undo()
    assert snapshot(two) == before

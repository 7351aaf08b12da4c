"""Links in every form, wherever somebody is named: on the command line, in properties, in text (vault format, Links)."""

from pathlib import Path

import pytest

from cli.running import Runner

NOTES = {
    "Partners/Dana Whitlock.md": (
        '---\ntype: partner\nid: d1\nrole: therapist\nstage: met\norganization: "[RC](../Organizations/Rose%20City.md)"\n'
        'introduced_by: "[Sam](<Sam Lee.md>)"\n---\n\n'
        "## Follow-ups\n\n- [ ] Ask [Sam](Sam%20Lee.md) and [[../Organizations/Rose City|the clinic]] about fax 📅 2026-11-23\n\n"
        "## Log\n\n- 2026-11-01 call: with [Sam](Sam%20Lee.md) and [[Sam Lee|her colleague]]\n"
    ),
    "Partners/Sam Lee.md": "---\ntype: partner\nid: s1\nrole: doula\nstage: met\naliases: [Sammy]\n---\n",
    "Organizations/Rose City.md": (
        "---\ntype: organization\nid: o1\nphone: '555-0100'\n---\n\n## Log\n\n- 2026-11-10 event: met [Sam](../Partners/Sam%20Lee.md)\n"
    ),
    "Referrals/2026/2026-11-20 out Dana Whitlock.md": (
        '---\ntype: referral\npartner: "[Dee](../../Partners/Dana%20Whitlock.md)"\ndirection: out\ndate: "2026-11-20"\nstatus: sent\nid: r1\n---\n'
    ),
    "Releases/2026 Dana.md": (
        '---\ntype: release\npartner: "[[../Partners/Dana Whitlock|Dee]]"\nclient: R-7K3QXM\nsigned: "2026-11-01"\nexpires: "2027-11-01"\nid: q1\n---\n'
    ),
}


@pytest.fixture
def linked(nobody: Runner) -> Runner:
    """A vault whose links are in the forms that Obsidian writes with "Use [[Wikilinks]]" turned off, and relative ones."""
    for path, text in NOTES.items():
        file = nobody.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return nobody


@pytest.mark.parametrize(
    "who",
    ["[[Dana Whitlock|Dee]]", "[[Partners/Dana Whitlock#Log]]", "[Dee](../Partners/Dana%20Whitlock.md)", "[[/Partners/Dana Whitlock.md]]"],
)  # fmt: skip
def test_a_link_names_somebody_on_the_command_line(linked: Runner, who: str) -> None:
    """As it is copied from a note."""
    assert linked.json("show", who)["note"]["path"] == "Partners/Dana Whitlock.md"
    linked.good("log", who, "call", "left word")
    linked.good("set", who, "city=Portland")
    note = linked.note("Partners/Dana Whitlock.md")
    assert "- 2026-11-23 call: left word\n" in note
    assert "city: Portland\n" in note


def test_a_link_that_the_shell_has_cut_is_one(linked: Runner) -> None:
    """Without quotes it comes as two words."""
    linked.good("log", "[[Dana", "Whitlock]]", "call", "left word")
    assert "- 2026-11-23 call: left word\n" in linked.note("Partners/Dana Whitlock.md")


def test_links_in_properties_lead_where_they_say(linked: Runner) -> None:
    """Organization, introducer, partner of a referral and of a release; none of them is a problem."""
    assert linked.good("check") == "No problems.\n"
    assert linked.json("list", 'organization:"rose city"', "--json")["count"] == 1
    assert linked.json("list", 'link:"sam lee"')["count"] == 1
    assert [each["path"] for each in linked.json("show", "rose city")["members"]] == ["Partners/Dana Whitlock.md"]
    (referral,) = linked.json("referrals")["referrals"]
    assert referral["partner"] == "Dana Whitlock"
    assert linked.json("release", "list")["releases"][0]["partner"] == "Dana Whitlock"
    assert str(linked.json("show", "dana")["note"]["last_contact"]) == "2026-11-20"
    assert str(linked.json("show", "sam lee")["note"]["last_contact"]) == "2026-11-10"
    assert "555-0100" in linked.good("show", "dana")


def test_text_shows_links_as_readers_see_them(linked: Runner, home: Path) -> None:
    """The alias, else the name; never brackets, in Today, in somebody's history, in a table and in a feed."""
    words = "Ask Sam and the clinic about fax"
    assert words in " ".join(linked.good("today", "--all").split())
    shown = " ".join(linked.good("show", "dana").split())
    assert words in shown
    assert "with Sam and her colleague" in shown
    assert "](" not in shown
    assert "RC" in linked.good("list", "dana", "--columns", "name,organization")
    linked.good("feed", "write")
    feeds = "".join(file.read_text() for file in home.rglob("*.ics")).replace("\n ", "")
    assert words in feeds
    assert "](" not in feeds

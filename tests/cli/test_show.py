"""`rounds show`: what is known of somebody."""

from cli.running import Runner


def test_facts_reminders_and_what_happened(rounds: Runner) -> None:
    """Facts first, then reminders, then the timeline with the newest first."""
    text = rounds.good("show", "dana")
    assert text.startswith("Dana Whitlock\nPartners/Dana Whitlock.md\n\nrole             family physician\n")
    assert text.index("Reminders") < text.index("What happened")
    assert "2026-11-10  reply: yes, mornings only\n2026-11-06  email: about her column\n" in text


def test_reminders_are_in_order_of_day(nobody: Runner) -> None:
    """A promise in December stands below a call in November; of one day, what has a time comes first."""
    nobody.good("add", "Sam Lee", "--role", "therapist")
    nobody.good("plan", "sam", "thanks: for the lunch", "--by", "2026-12-04")
    nobody.good("plan", "sam", "send the list", "--by", "2026-11-27")
    nobody.good("plan", "sam", "call: about the group", "--by", "2026-11-27 15:00")
    text = nobody.good("show", "sam")
    places = [text.index(words) for words in ("about the group", "send the list", "for the lunch")]
    assert places == sorted(places)
    assert [each["due"] for each in nobody.json("show", "sam")["reminders"]] == [
        "2026-11-27",
        "2026-11-27",
        "2026-12-04",
    ]


def test_details_of_the_organization(rounds: Runner) -> None:
    """What the partner's note leaves out comes from the organization, and is marked so."""
    assert "fax              +1 503-555-0151 (organization)\n" in rounds.good("show", "dana")
    answer = rounds.json("show", "dana")
    assert answer["inherited"]["fax"] == "+1 503-555-0151"
    assert "phone" not in answer["inherited"]


def test_an_organization_and_other_notes(rounds: Runner) -> None:
    """Organizations are shown too, and by its very name any other note."""
    assert rounds.good("show", "rose", "city", "pediatrics").startswith("Rose City Pediatrics\nOrganizations/")
    assert rounds.good("show", "Practice").startswith("Juniper Hale\nPractice.md\n")


def test_members_and_front_desk_of_an_organization(rounds: Runner) -> None:
    """Front desk, members with role and stage, and its own log."""
    text = rounds.good("show", "rose", "city", "pediatrics")
    assert "Front desk\nFront desk: Lou, mornings\n" in text
    assert "Members\nMaria Alvarez  pediatrician  active\nSam Lee        pediatrician  contacted\n" in text
    assert "2026-08-19  call: Imani explained how faxes get to the doctors\n" in text
    answer = rounds.json("show", "rose", "city", "pediatrics")
    assert [each["name"] for each in answer["members"]] == ["Maria Alvarez", "Sam Lee"]
    assert answer["people"][0] == "Front desk: Lou, mornings"


def test_problems_of_the_note(rounds: Runner) -> None:
    """What is wrong in the note is shown with its place."""
    text = rounds.good("show", "ines")
    assert "This note can't be read just now" in text
    assert "Problems\n6:37: error: " in text


def test_a_typo_finds_the_near_one(rounds: Runner) -> None:
    """One misspelled name is taken for its only neighbor; nobody near is an error."""
    assert rounds.good("show", "dana whitlok").startswith("Dana Whitlock\n")
    result = rounds("show", "xyzzy")
    assert result.exit_code == 3
    assert result.stderr.startswith('rounds: there is nobody named "xyzzy"\n')


def test_several_are_listed(rounds: Runner) -> None:
    """Two of a name are listed with their paths, and each path is a name too."""
    result = rounds("show", "sam lee")
    assert result.exit_code == 4
    assert "  Sam Lee (Partners/Sam Lee.md)\n" in result.stderr
    assert rounds.good("show", "Partners/Sam Lee.md").startswith("Sam Lee\nPartners/Sam Lee.md\n")


def test_an_empty_vault(nobody: Runner) -> None:
    """The way to add somebody is said."""
    result = nobody("show", "dana")
    assert result.exit_code == 3
    assert "rounds add" in result.stderr


def test_json(rounds: Runner) -> None:
    """Stable keys, ISO dates."""
    answer = rounds.json("show", "dana")
    assert list(answer) == ["note", "inherited", "members", "people", "reminders", "timeline", "problems"]
    assert answer["timeline"][0] == {
        "date": "2026-11-10", "kind": "reply", "text": "yes, mornings only", "who": "", "rule": "", "until": None,
        "line": answer["timeline"][0]["line"],
    }  # fmt: skip
    problem = rounds.json("show", "ines")["problems"][0]
    assert list(problem) == ["path", "line", "column", "level", "message", "hint"]


def test_a_referral_says_who_referred(rounds: Runner) -> None:
    """In words, not as the property has it."""
    text = rounds.good("show", "Referrals/2026/2026-09-24 out Annika Rowe.md")
    assert "referred    by you\n" in text
    assert "direction" not in text
    assert "referral to Annika" in rounds.good("show", "annika")

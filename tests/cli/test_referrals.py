"""`rounds refer`, `rounds referrals`, `rounds release` and `rounds match`."""

import re
from pathlib import Path

import pytest

from cli.running import Runner
from rounds.cli.json_shapes import keys_of
from rounds.domain.partner_referral_release import AUTHORIZATION

WREN = "Referrals/2026/2026-11-14 out Wren Castellane.md"


@pytest.mark.parametrize(("direction", "status"), [("out", "sent"), ("in", "received")])
def test_refer_needs_nothing_but_who(rounds: Runner, direction: str, status: str) -> None:
    """`rounds refer out WHO`, `rounds refer in WHO`."""
    path = f"Referrals/2026/2026-11-23 {direction} Maria Alvarez.md"
    assert (
        rounds.good("refer", direction, "maria", "alvarez")
        == f"{path}: {direction}, 2026-11-23, {status}, open since today\n"
    )
    assert f"direction: {direction}\n" in rounds.note(path)


def test_refer_with_all_that_is_known(rounds: Runner) -> None:
    """Options, a day in words, JSON with stable keys."""
    answer = rounds.json(
        "refer", "out", "priya", "--client", "R-7K3QXM", "--reason", "medication", "--status", "scheduled", "--date",
        "yesterday", "--release", "2026-11-03 Priya Natarajan", "--options", "3", "--clinician", "kim",
    )  # fmt: skip
    assert list(answer["referral"]) == keys_of("REFERRAL")
    assert answer["referral"] == {
        "path": "Referrals/2026/2026-11-22 out Priya Natarajan.md", "partner": "Priya Natarajan", "direction": "out",
        "date": "2026-11-22", "status": "scheduled", "open": True, "days": 1, "client": "R-7K3QXM",
        "reason": "medication", "acknowledged": None, "closed": None, "release": "valid",
    }  # fmt: skip
    assert "options_given: 3\nclinician: kim\n" in rounds.note(answer["referral"]["path"])


def test_without_a_valid_release_it_is_said(rounds: Runner) -> None:
    """Nothing about a client is shared before one is signed (guide, line 25); writing it down is allowed."""
    result = rounds("refer", "out", "maria", "--client", "new")
    assert result.exit_code == 0
    assert re.search(r"R-[0-9A-Z]{6}, no release$", result.stdout)
    assert result.stderr.startswith("No valid release is on file for this client and partner.")
    assert re.search(r"\nNote in the chart who R-\w{6} stands for", result.stderr)
    assert rounds("refer", "out", "priya", "--client", "R-7K3QXM").stderr == ""
    assert rounds("refer", "out", "maria").stderr == ""


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("refer", "out", "maria", "--client", "JD"), 2, "initials derive from a client's name"),
        (("refer", "in", "maria", "--client", "Jane Doe"), 2, "a name, or anything else that derives from a client"),
        (("refer", "out", "maria", "--client", "R-7K3QXM-JD-2026"), 2, "longer than a code"),
        (("refer", "out", "xyzzy"), 3, "nobody named"),
        (("refer", "out", "sam"), 4, "could be one of"),
        (("refer", "out", "maria", "--reason", "gossip"), 2, "is not one of"),
        (("refer", "out", "maria", "--release", "none"), 3, "no release"),
        (("refer", "set", "maria"), 2, "WHO and STATUS"),
        (("refer", "set", "wren", "vanished"), 2, "no status"),
        (
            ("release", "add", "maria", "--client", "new", "--signed", "today", "--scope", "progress"),
            2,
            "ends on a day",
        ),
        (
            ("release", "add", "maria", "--client", "new", "--signed", "today", "--event", "x", "--scope", "all"),
            2,
            "no scope",
        ),
        (("release", "revoke", "dana"), 3, "nothing is filed"),
        (("match",), 2, "the client's needs are missing"),
        (("match", "--role", "psychiatrst"), 2, "nobody has the role"),
    ],
)
def test_what_can_not_be(rounds: Runner, words: tuple[str, ...], code: int, said: str) -> None:
    """Each fault has its exit code and says what is wrong; no note is written."""
    before = sorted(Path(rounds.folder).rglob("*.md"))
    result = rounds(*words)
    assert result.exit_code == code
    assert said in result.stderr
    assert "Jane" not in result.stderr
    assert sorted(Path(rounds.folder).rglob("*.md")) == before


def test_what_check_proposes_works(rounds: Runner) -> None:
    """A code that stands for two people is a warning, and the new one that it proposes mends it."""
    rounds.good("refer", "in", "maria", "--client", "R-7K3QXM")
    assert "client: the code R-7K3QXM is also in" in rounds("check").stdout
    answer = rounds.json("set", "2026-11-23 in Maria Alvarez", "client=new")
    assert re.fullmatch(r"R-[0-9A-Z]{6}", answer["note"]["properties"]["client"])
    assert "the code R-7K3QXM" not in rounds("check").stdout


def test_a_status(rounds: Runner) -> None:
    """By partner or code; its date comes with it."""
    assert "scheduled, open 9 days" in rounds.good("refer", "set", "wren", "scheduled")
    assert (
        rounds.json("refer", "set", "R-C8W2HN", "completed", "--date", "yesterday")["referral"]["closed"]
        == "2026-11-22"
    )
    assert "status: completed\n" in rounds.note(WREN)


def test_referrals_open_first_and_for_how_long(rounds: Runner) -> None:
    """The longest open first, each with its release."""
    rows = rounds.good("referrals").splitlines()
    assert rows[1].startswith(
        "Annika Rowe        out  2026-09-24  started       open 60 days           R-M5J0DA  medical"
    )
    assert rows[1].endswith("no release")
    assert [("open" in row, "closed" in row) for row in rows[1:11]] == [(True, False)] * 6 + [(False, True)] * 4
    assert rows[-1] == "6 referrals open of 10."
    assert [row.split("  ")[-1].strip() for row in rows if row.startswith(("Priya", "Luc"))] == [
        "release valid", "release expired", "medication",
    ]  # fmt: skip


def test_referrals_of_a_query(rounds: Runner) -> None:
    """The query language, and JSON with stable keys."""
    answer = rounds.json("referrals", "is:open", "direction:in")
    assert [each["partner"] for each in answer["referrals"]] == ["Keiko Marlowe", "Ingrid Solheim", "Maria Alvarez"]
    assert list(answer["referrals"][0]) == keys_of("REFERRAL")
    assert answer["open"] == 3
    assert rounds.good("referrals", "dana") == "No referrals match.\n"


def test_nothing_yet(nobody: Runner) -> None:
    """An empty vault says how to begin."""
    assert "rounds refer out WHO" in nobody.good("referrals")
    assert "rounds release add WHO" in nobody.good("release", "list")
    assert nobody.good("match", "--city", "Portland") == "Nobody fits.\n"


def test_the_register(rounds: Runner) -> None:
    """States by date, those that end soon first; plainly a register and no legal advice."""
    result = rounds("release", "list")
    assert [line.split()[3] for line in result.stdout.splitlines()[1:]] == [
        "expiring", "valid", "valid", "expired", "revoked",
    ]  # fmt: skip
    assert result.stderr == "This is a register of dates, not legal advice; the signed form stays in the chart.\n"
    answer = rounds.json("release", "list", "ingrid")
    assert list(answer["releases"][0]) == keys_of("RELEASE")
    assert answer["releases"][0]["state"] == "expiring"


def test_what_a_valid_authorization_has_is_shown(rounds: Runner) -> None:
    """45 CFR 164.508(c), with the register's place beside the chart."""
    result = rounds(
        "release", "add", "maria", "--client", "new", "--signed", "nov 20", "--expires", "2027-11-20", "--scope",
        "progress,school", "--scope", "progress",
    )  # fmt: skip
    assert re.fullmatch(
        r"Releases/2026-11-20 Maria Alvarez\.md: R-\w{6}, valid, 2026-11-20, 2027-11-20, progress, school\n",
        result.stdout,
    )
    for line in AUTHORIZATION:
        assert f"- {line}\n" in result.stderr
    for word in ("Psychotherapy notes", "substance-use records", "Illinois", "not legal advice"):
        assert word in result.stderr
    answer = rounds.json(
        "release",
        "add",
        "wren",
        "--client",
        "R-C8W2HN",
        "--signed",
        "today",
        "--event",
        "end of treatment",
        "--scope",
        "other",
    )
    assert list(answer) == ["release", "authorization", "register"]
    assert answer["release"]["expires_event"] == "end of treatment"


def test_revoke(rounds: Runner) -> None:
    """By client code; the state follows."""
    assert rounds.json("release", "revoke", "R-7K3QXM")["release"]["state"] == "revoked"
    assert rounds.json("referrals", "R-7K3QXM")["referrals"][0]["release"] == "revoked"


def test_match(rounds: Runner) -> None:
    """More than one name, ranked, with the reasons in words; the organization's insurance and city count."""
    result = rounds(
        "match", "--role", "psychiatrist", "--specialty", "perinatel", "--insurance", "aetna", "--city", "portland"
    )
    assert result.stdout.splitlines()[:6] == [
        "Priya Natarajan  psychiatrist, Portland, referrals by portal",
        "  + psychiatrist",
        "  + perinatal psychiatry",
        "  + takes Aetna",
        "  + in Portland",
        "  ? has a waitlist",
    ]
    assert "Odette Marsh  psychiatrist\n" in result.stdout
    assert result.stderr == "Give the client more than one name; the choice is theirs.\n"


def test_match_json(rounds: Runner) -> None:
    """Stable keys; old "accepting" is marked."""
    rounds.good("set", "maria", "accepting_checked=2026-01-01")
    answer = rounds.json("match", "--age", "9", "--count", "2")
    assert len(answer["matches"]) == 2 < answer["count"]
    assert list(answer["matches"][0]) == keys_of("MATCH")
    (maria,) = [each for each in rounds.json("match", "--age", "9")["matches"] if each["name"] == "Maria Alvarez"]
    assert maria["stale"] is True
    assert maria["reasons"][-1]["words"] == "takes new clients (checked 326 days ago: ask again)"


def test_one_name_alone_is_said(rounds: Runner) -> None:
    """A client should be given more than one."""
    assert "Only one name fits" in rounds("match", "--specialty", "stuttering").stderr

"""Referrals and releases: how they are written, how one is meant, and what the register knows."""

import re
from datetime import date
from pathlib import Path

import pytest

from rounds.errors import AmbiguousError, NotFoundError, RoundsError, UsageError
from rounds.notes.document import Document
from rounds.notes.schema import KEYS
from rounds.vault import client_codes
from rounds.vault.find_note import find
from rounds.vault.problems import all_problems, problems_of
from rounds.vault.referrals import add_release, refer, referrals, releases, revoke, set_status
from rounds.vault.set_properties import parse_setting, set_properties
from rounds.vault.vault import NoteRecord, Vault
from vault.notes import text, write

TODAY = date(2026, 11, 23)


def partner(vault: Vault, name: str) -> NoteRecord:
    return find(vault, name, ("partner",))


def problems(vault: Vault, key: str) -> list[str]:
    vault.sync()
    return [str(problem) for problem in all_problems(vault) if problem.message.startswith(key)]


def test_a_referral_needs_nothing_but_partner_and_direction(vault: Vault) -> None:
    """The always present properties, in the format's order, in a file of the format's name."""
    path = refer(vault, partner(vault, "maria"), "out")
    assert path == "Referrals/2026/2026-11-23 out Maria Alvarez.md"
    found = re.sub(r"(?m)^id: .*\n", "", text(vault, path))
    assert found == (
        '---\ntype: referral\npartner: "[[Maria Alvarez]]"\npartner_id: m7raq4xk2vdn\ndirection: out\n'
        "date: 2026-11-23\nstatus: sent\n---\n"
    )
    vault.sync()
    assert problems_of(vault, path) == []


def test_all_that_may_be_known_of_it(vault: Vault) -> None:
    """In the format's order; a status writes its date with it."""
    path = refer(
        vault, partner(vault, "priya"), "in", on=date(2025, 3, 4), status="acknowledged", client="r-7k3qxm",
        reason="medication", release="2026-11-03 priya natarajan", options=3, clinician="@kim",
    )  # fmt: skip
    assert path == "Referrals/2025/2025-03-04 in Priya Natarajan.md"
    found = Document.parse(text(vault, path).encode()).properties
    assert [*found] == [key for key in KEYS["referral"] if key != "closed"]
    assert (found["client"], found["acknowledged"], found["options_given"], found["clinician"]) == (
        "R-7K3QXM", "2025-03-04", 3, "kim",
    )  # fmt: skip
    assert found["release"] == "[[2026-11-03 Priya Natarajan]]"
    vault.sync()
    assert problems_of(vault, path) == []


def test_a_second_one_of_a_day_gets_a_number(vault: Vault) -> None:
    """Nothing is overwritten, and none of them is taken for a sync tool's copy."""
    paths = [refer(vault, partner(vault, "maria"), "out") for _ in range(3)]
    assert [path.rpartition("/")[2] for path in paths[1:]] == [
        "2026-11-23 out Maria Alvarez 2.md", "2026-11-23 out Maria Alvarez 3.md",
    ]  # fmt: skip
    vault.sync()
    assert [problems_of(vault, path) for path in paths] == [[], [], []]
    assert sum(filed.referral.date == TODAY for filed in referrals(vault)) == 3


def test_a_namesake_is_linked_by_file_name(vault: Vault) -> None:
    """The link leads to the one who was meant."""
    path = refer(vault, vault.entry("Partners/Sam Lee (Rose City Pediatrics).md"), "out")
    assert 'partner: "[[Sam Lee (Rose City Pediatrics)]]"' in text(vault, path)
    vault.sync()
    (filed,) = [each for each in referrals(vault) if each.referral.path == path]
    assert filed.partner == "Partners/Sam Lee (Rose City Pediatrics).md"


def test_a_long_name_fits(vault: Vault) -> None:
    """A namesake's file name may be as long as file systems take; the referral's is cut, its link is not."""
    name = f"{'é' * 60} ({'ö' * 60})"
    write(vault, "---\n---\n", f"Partners/{name}.md")
    path = refer(vault, vault.entry(f"Partners/{name}.md"), "out")
    assert f'partner: "[[{name}]]"' in text(vault, path)


def test_the_partner_keeps_the_id(vault: Vault) -> None:
    """A partner without a stored id gets it with the first referral: one that derives from the path dies with it."""
    dana = partner(vault, "dana")
    assert "\nid:" not in text(vault, dana.path)
    path = refer(vault, dana, "out")
    Path(vault.root, dana.path).rename(Path(vault.root, "Partners/Dana Whitlock-Ray.md"))
    vault.sync()
    (filed,) = [each for each in referrals(vault) if each.referral.path == path]
    assert filed.partner == "Partners/Dana Whitlock-Ray.md"


def test_a_referral_is_a_touch(vault: Vault) -> None:
    """It counts as contact on its day (vault format, Referral)."""
    refer(vault, partner(vault, "keiko"), "in")
    vault.sync()
    assert partner(vault, "keiko").last_contact == TODAY


def test_codes_are_made_here(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """`R-` and six random Crockford characters from `secrets`, unique in the vault."""
    drawn = iter("7K3QXM" + "ABCDEF")  # the first is a code that the vault has
    monkeypatch.setattr("secrets.choice", lambda letters: next(drawn))
    path = refer(vault, partner(vault, "maria"), "out", client="new")
    assert "client: R-ABCDEF\n" in text(vault, path)
    monkeypatch.undo()
    codes = {client_codes.new_code(vault) for _ in range(50)}
    assert len(codes) == 50
    assert all(re.fullmatch(r"R-[0-9A-HJKMNP-TV-Z]{6}", code) for code in codes)


@pytest.mark.parametrize("client", ["JD", "Jane Doe", "R-JD", "R-SMTH", "R-7K3QXM7K3Q", "2026-01-01", "12345678"])
def test_a_name_or_initials_are_refused(vault: Vault, client: str) -> None:
    """With the reason, without repeating them, and nothing is written; by `set` neither."""
    before = sorted(Path(vault.root).rglob("*.md"))
    with pytest.raises(UsageError) as refused:
        refer(vault, partner(vault, "maria"), "out", client=client)
    assert client not in f"{refused.value.message} {refused.value.hint}"
    assert "write new in its place" in refused.value.hint
    with pytest.raises(UsageError):
        set_properties(vault, referrals(vault)[0].referral.path, [parse_setting(f"client={client}")])
    assert sorted(Path(vault.root).rglob("*.md")) == before


def test_a_release_names_partner_and_client(vault: Vault) -> None:
    """The client of a referral is that of its release; one of another partner or client does not cover it."""
    name = "2026-11-03 Priya Natarajan"
    assert "client: R-7K3QXM\n" in text(vault, refer(vault, partner(vault, "priya"), "out", release=name))
    for who, client in (("maria", ""), ("priya", "R-C8W2HN"), ("priya", "new")):
        with pytest.raises(UsageError, match="another partner or client"):
            refer(vault, partner(vault, who), "out", client=client, release=name)


def test_a_code_of_another_length_may_be_read_but_not_made(vault: Vault) -> None:
    """4 to 8 characters are read where they stand; a new one of four letters may be a name."""
    write(vault, '---\ntype: release\npartner: "[[Maria Alvarez]]"\nclient: R-4TZ9\n---\n', "Releases/a.md")
    assert problems(vault, "client") == []
    assert "client: R-4TZ9\n" in text(vault, refer(vault, partner(vault, "maria"), "out", client="R-4TZ9"))


@pytest.mark.parametrize("kind", ["referral", "release"])
def test_a_client_that_is_no_code_is_a_problem(vault: Vault, kind: str) -> None:
    """Written by hand, too; the problem does not repeat it."""
    write(vault, f'---\ntype: {kind}\npartner: "[[Maria Alvarez]]"\nclient: Jane Doe\n---\n', "Referrals/a.md")
    (problem,) = problems(vault, "client")
    assert problem.startswith("Referrals/a.md:4:9: client: that is not a client code")
    assert "Jane" not in problem


def test_one_code_for_two_people_is_a_problem(vault: Vault) -> None:
    """The same code in two referrals that don't belong together (vault format, Referral), where it can be mended."""
    refer(vault, partner(vault, "maria"), "in", client="R-7K3QXM")  # priya has it since the 7th
    (problem,) = problems(vault, "client")
    assert problem == (
        "Referrals/2026/2026-11-23 in Maria Alvarez.md:8:9: client: the code R-7K3QXM is also in "
        "Referrals/2026/2026-11-07 out Priya Natarajan.md, of somebody else"
    )
    set_properties(vault, "Referrals/2026/2026-11-23 in Maria Alvarez.md", [parse_setting("client=new")])
    assert problems(vault, "client") == []


def test_one_client_sent_on_is_none(vault: Vault) -> None:
    """In from one partner, out to others, back again: one client."""
    refer(vault, partner(vault, "maria"), "in", client="R-AAAAAA", on=date(2026, 10, 1))
    refer(vault, partner(vault, "wren"), "out", client="R-AAAAAA", on=date(2026, 10, 9))
    refer(vault, partner(vault, "wren"), "in", client="R-AAAAAA", on=date(2026, 11, 9))
    assert problems(vault, "client") == []


@pytest.mark.parametrize("who", ["wren", "R-C8W2HN", "r-c8w2hn", "2026-11-14 out Wren Castellane"])
def test_a_status_by_partner_code_or_note(vault: Vault, who: str) -> None:
    """The partner's open referral, the client's code or the note: all mean the one."""
    path = set_status(vault, who, "scheduled")
    assert path == "Referrals/2026/2026-11-14 out Wren Castellane.md"
    assert "\nstatus: scheduled\n" in text(vault, path)


@pytest.mark.parametrize(
    ("status", "key"),
    [("acknowledged", "acknowledged"), ("completed", "closed"), ("declined", "closed"), ("lost", "closed"),
     ("started", None), ("scheduled", None)],
)  # fmt: skip
def test_a_status_writes_its_date(vault: Vault, status: str, key: str | None) -> None:
    """`acknowledged` and `closed`, where the status says so."""
    before = text(vault, "Referrals/2026/2026-11-14 out Wren Castellane.md")
    path = set_status(vault, "wren", status, on=date(2026, 11, 20))
    added = {*text(vault, path).splitlines()} - {*before.splitlines()}
    assert {line for line in added if not line.startswith("id")} == {
        f"status: {status}", *([f"{key}: 2026-11-20"] if key else []),
    }  # fmt: skip


def test_opening_one_again_takes_the_date_away(vault: Vault) -> None:
    """Else it would be closed still. A closed one is meant by name where no open one is there."""
    path = set_status(vault, "wren", "lost")
    vault.sync()
    assert "closed: 2026-11-23" in text(vault, path)
    assert set_status(vault, "wren", "started") == path
    assert "closed" not in text(vault, path)


def test_none_or_several(vault: Vault) -> None:
    """Never guessed."""
    refer(vault, partner(vault, "wren"), "out")
    vault.sync()
    with pytest.raises(AmbiguousError) as several:
        set_status(vault, "wren", "lost")
    assert several.value.candidates == ("2026-11-14 out Wren Castellane R-C8W2HN", "2026-11-23 out Wren Castellane")
    for who in ("dana", "xyzzy", "R-0000"):
        with pytest.raises(NotFoundError):
            set_status(vault, who, "lost")
    with pytest.raises(UsageError, match="no status"):
        set_status(vault, "wren", "vanished")


def test_the_release_beside_a_referral(vault: Vault) -> None:
    """The linked one, else the best that this partner and this client have; one of another client counts for nothing."""
    found = {each.referral.path[-30:]: each for each in referrals(vault)}
    (priya,) = [each for name, each in found.items() if "11-07 out Priya" in name]
    assert priya.release is not None
    assert priya.release.state == "valid"
    revoke(vault, "priya")
    wren = "Referrals/2026/2026-11-14 out Wren Castellane.md"
    set_properties(vault, wren, [parse_setting("client=R-7K3QXM")])
    vault.sync()
    now = {each.referral.path: each for each in referrals(vault)}
    assert str(now[priya.referral.path].release.state) == "revoked"  # type: ignore[union-attr]
    assert now[wren].release is None
    add_release(
        vault, partner(vault, "priya"), client="R-7K3QXM", signed=TODAY, expires=date(2027, 1, 1), event="", scope=[]
    )
    vault.sync()
    again = {each.referral.path: each for each in referrals(vault)}[priya.referral.path]
    assert str(again.release.state) == "revoked"  # type: ignore[union-attr] # it is the linked one


def test_a_release_is_registered(vault: Vault) -> None:
    """In the format's order, in a file named by day and partner; a second one gets a number."""
    made = [
        add_release(
            vault, partner(vault, "maria"), client="R-AAAAAA", signed=date(2026, 11, 20), expires=date(2027, 11, 20),
            event="", scope=["progress", "school"],
        )
        for _ in range(2)
    ]  # fmt: skip
    assert made == ["Releases/2026-11-20 Maria Alvarez.md", "Releases/2026-11-20 Maria Alvarez 2.md"]
    assert re.sub(r"(?m)^id: .*\n", "", text(vault, made[0])) == (
        '---\ntype: release\npartner: "[[Maria Alvarez]]"\npartner_id: m7raq4xk2vdn\nclient: R-AAAAAA\n'
        "signed: 2026-11-20\nexpires: 2027-11-20\nscope:\n  - progress\n  - school\n---\n"
    )
    vault.sync()
    assert problems_of(vault, made[0]) == []


@pytest.mark.parametrize(
    "dates",
    [
        {"signed": TODAY, "expires": None},
        {"signed": TODAY, "expires": date(2026, 11, 1)},
        {"signed": date(2026, 12, 1), "expires": date(2027, 1, 1)},
    ],
)
def test_a_release_that_can_not_be(vault: Vault, dates: dict[str, date]) -> None:
    """It ends, and after it was signed, which it is by now."""
    with pytest.raises(UsageError):
        add_release(vault, partner(vault, "maria"), client="new", event="", scope=["other"], **dates)


def test_revoking(vault: Vault) -> None:
    """By partner, code or note; once."""
    path = revoke(vault, "R-C8W2HN", on=date(2026, 11, 20))
    assert "\nrevoked: 2026-11-20\n" in text(vault, path)
    vault.sync()
    assert {str(each.state) for each in releases(vault) if each.release.path == path} == {"revoked"}
    with pytest.raises(RoundsError, match="already"):
        revoke(vault, "wren")


def test_what_was_meant_to_be_revoked_covers_nothing(vault: Vault) -> None:
    """A revocation without a proper date is a problem, but never passed over."""
    path = "Releases/2026-11-03 Priya Natarajan.md"
    write(vault, text(vault, path).replace("scope:", "revoked: last week\nscope:"), path)
    assert {str(each.state) for each in releases(vault) if each.release.path == path} == {"revoked"}
    assert "revoked: 2026-11-23\n" in text(vault, revoke(vault, "R-7K3QXM"))


def test_releases_that_end_soon_come_first(vault: Vault) -> None:
    """Expiring by the days of rounds.toml, then valid, expired, revoked."""
    assert [str(each.state) for each in releases(vault)] == ["expiring", "valid", "valid", "expired", "revoked"]
    Path(vault.root, "rounds.toml").write_text("[reminders.release]\ndays = 10\n")
    vault.sync()
    assert str(releases(vault)[0].state) == "valid"

"""`rounds find`: what is sent, what is shown, what is written, and what a hostile answer can't do."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from calendars.hostile import dripping, hostile
from cli.running import Runner, command, environment
from conftest import started
from imports.registry_server import COUNSELOR, Registry, address, clinic, npi, person, running

PORTLAND = ("--city", "Portland", "--state", "or")


def point_to(home: Path, url: str) -> None:
    config = home / "config/rounds/config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(f'registry = "{url}"\n')


@pytest.fixture
def here(home: Path) -> Iterator[Registry]:
    """A registry with two psychiatrists, a counselor and a clinic, named in config.toml."""
    people = (person(1, "Ana", "Cruz"), person(2, "Bo", "Ngata"), person(3, "Cy", "Doe", COUNSELOR))
    with running(Registry(*people, clinic(4, "Oak Clinic"))) as found:
        point_to(home, found.url)
        yield found


def files(runner: Runner) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in runner.folder.rglob("*") if path.is_file()}


def states(answer: dict[str, object]) -> dict[str, str]:
    return {row["name"]: row["state"] for row in answer["rows"]}  # type: ignore[attr-defined]


def test_matches_are_shown_and_nothing_is_written(rounds: Runner, here: Registry) -> None:
    before = files(rounds)
    said = rounds.good("find", "psychiatrist", *PORTLAND)
    assert "1 [x] new         Ana Cruz\n" in said
    assert (
        "role psychiatrist; credentials MD; phone 503-555-0142; fax 503-555-0143; npi 0000000014; city Portland" in said
    )
    assert "2 rows: 2 new. Ticked: 2." in said
    assert "Nothing was written. To import the 2 ticked rows, add --yes" in said
    assert files(rounds) == before


def test_what_is_sent_is_said_in_full_the_first_time(rounds: Runner, here: Registry) -> None:
    """Only the search words are sent; later they alone are named."""
    first, later = (rounds("find", "psychiatrist", *PORTLAND).stderr for _ in range(2))
    assert "This asks the public NPI registry at 127.0.0.1, over the internet" in first
    assert "It sends the search words below and nothing from your notes." in first
    words = "Asking 127.0.0.1 for: Psychiatry or Child & Adolescent Psychiatry, Portland, OR\n"
    assert first.endswith(words)
    assert later == words
    assert here.asked[:2] == [
        {"version": "2.1", "enumeration_type": "NPI-1", "city": "Portland", "state": "OR", "address_purpose": "LOCATION",
         "taxonomy_description": text, "limit": "200"}
        for text in ("Psychiatry", "Child & Adolescent Psychiatry")
    ]  # fmt: skip


def test_who_is_added_is_found_once_and_undone_at_once(rounds: Runner, here: Registry) -> None:
    """Stage `found`, a source, no reminder; known ones are marked the next time."""
    before, due = files(rounds), rounds.json("today")["due"]
    assert rounds.json("find", "psychiatrist", *PORTLAND, "--yes")["written"] == [
        "Partners/Ana Cruz.md",
        "Partners/Bo Ngata.md",
    ]
    note = rounds.note("Partners/Ana Cruz.md")
    for line in ("role: psychiatrist", "stage: found", 'phone: "503-555-0142"', 'fax: "503-555-0143"', "city: Portland",
                 'npi: "0000000014"', "address: 12 Oak St, Ste 4, Portland, OR 97201-1234", "source: NPI registry"):  # fmt: skip
        assert f"\n{line}\n" in note
    assert rounds.json("today")["due"] == due
    here.providers.append(person(5, "Di", "Ott"))
    again = rounds.json("find", "psychiatrist", *PORTLAND)
    assert states(again) == {"Ana Cruz": "same", "Bo Ngata": "same", "Di Ott": "new"}
    rounds.good("undo")
    assert {path: data for path, data in files(rounds).items() if "/.trash/" not in path} == before


def test_ticks_begin_empty_on_a_terminal(rounds: Runner, here: Registry, terminal: None) -> None:
    """A search finds strangers: each is chosen. Enter means no."""
    result = rounds("find", "psychiatrist", *PORTLAND, typed="2\nyes\n")
    assert result.exit_code == 0, result.output
    assert "1 [ ] new         Ana Cruz" in result.stdout
    assert not (rounds.folder / "Partners/Ana Cruz.md").exists()
    assert rounds.note("Partners/Bo Ngata.md")
    assert (
        "Nothing is ticked, so nothing was written." in rounds("find", "psychiatrist", *PORTLAND, typed="1\n\n").stdout
    )


def test_a_query_ticks(rounds: Runner, here: Registry, terminal: None) -> None:
    result = rounds("find", "psychiatrist", *PORTLAND, "--only", "ana", "--yes")
    assert result.exit_code == 0
    assert rounds.note("Partners/Ana Cruz.md")
    assert not (rounds.folder / "Partners/Bo Ngata.md").exists()


def test_a_role_is_searched_for_by_the_names_of_its_taxonomies(rounds: Runner, here: Registry) -> None:
    """And only those with one of its codes count, even if it isn't their first."""
    school = {"code": "101YS0200X", "desc": "Counselor, School"}
    here.providers += [
        person(6, "Ed", "Fox", ("101YS0200X", "Counselor, School")),
        person(
            7,
            "Flo",
            "Gray",
            taxonomies=[{"code": "363A00000X", "desc": "Physician Assistant", "primary": True}, school],
        ),
    ]
    assert list(states(rounds.json("find", "counsellor", *PORTLAND))) == ["Cy Doe"]
    here.asked.clear()
    found = rounds.json("find", "school", "counselor", *PORTLAND)
    assert [(row["name"], row["adds"]["role"]) for row in found["rows"]] == [
        ("Ed Fox", ["school counselor"]), ("Flo Gray", ["school counselor"]),
    ]  # fmt: skip
    assert [each["taxonomy_description"] for each in here.asked] == ["School", "Counselor"]


def test_a_role_of_ones_own_is_searched_for_by_its_codes(rounds: Runner, here: Registry) -> None:
    (rounds.folder / "Playbook/Roles/mind doctor.md").write_text("---\ntype: role\ntaxonomy: [2084A0401X]\n---\n")
    here.providers.append(person(8, "Gil", "Hay", ("2084A0401X", "Psychiatry & Neurology, Addiction Psychiatry")))
    found = rounds.json("find", "mind doctor", *PORTLAND)
    assert [(row["name"], row["adds"]["role"]) for row in found["rows"]] == [("Gil Hay", ["mind doctor"])]


def test_a_role_that_is_not_in_the_playbook_is_pointed_out_and_searched_for_as_typed(
    rounds: Runner, here: Registry
) -> None:
    """Another name of a role of the playbook isn't new, and neither is a search without a role."""
    result = rounds("find", "psychatrist", *PORTLAND)
    assert result.exit_code == 0
    assert [each["taxonomy_description"] for each in here.asked] == ["psychatrist"]
    assert result.stderr.count("The role psychatrist is new here. Did you mean psychiatrist?") == 1
    assert "Nobody in the registry fits. Try fewer words, or another spelling." in result.stderr
    for typed in (("counsellor",), ("family", "attorney"), ("--name", "Ana Cruz")):
        assert "is new here" not in rounds("find", *typed, *PORTLAND).stderr


def test_a_misspelled_role_is_asked_about_on_a_terminal(rounds: Runner, here: Registry, terminal: None) -> None:
    """Yes searches for the role of the playbook; Enter searches as typed."""
    result = rounds("find", "psychatrist", *PORTLAND, typed="y\n\n")
    assert "The role psychatrist is new here. Did you mean psychiatrist?" in result.output
    assert {each["taxonomy_description"] for each in here.asked} == {"Psychiatry", "Child & Adolescent Psychiatry"}
    assert "Ana Cruz" in result.stdout
    here.asked.clear()
    rounds("find", "psychatrist", *PORTLAND, typed="\n\n")
    assert [each["taxonomy_description"] for each in here.asked] == ["psychatrist"]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        (("--name", "Ana Cruz"), {"first_name": "Ana", "last_name": "Cruz"}),
        (("--name", "Dr. Ana M. Cruz, MD"), {"first_name": "Ana", "last_name": "Cruz"}),
        (("--name", "van der Berg, Ana"), {"first_name": "Ana", "last_name": "van der Berg"}),
        (("--name", "Cr*"), {"last_name": "Cr*"}),
        (("--organization", "oak*"), {"organization_name": "oak*", "enumeration_type": "NPI-2"}),
        (("--name", "Cruz", "--city", "Portland, or"),
         {"last_name": "Cruz", "city": "Portland", "state": "OR", "address_purpose": "LOCATION"}),
    ],
)  # fmt: skip
def test_search_words(rounds: Runner, here: Registry, typed: tuple[str, ...], sent: dict[str, str]) -> None:
    rounds.good("find", *typed)
    assert here.asked == [{"version": "2.1", "enumeration_type": "NPI-1", "limit": "200"} | sent]


def test_an_organization_is_added_as_one(rounds: Runner, here: Registry) -> None:
    assert rounds.json("find", "--organization", "oak*", "--yes", "--all")["written"] == ["Organizations/Oak Clinic.md"]
    assert "npi: " in rounds.note("Organizations/Oak Clinic.md")


def test_the_practice_that_was_searched_for_counts(rounds: Runner, here: Registry) -> None:
    """Somebody with two practices: the one in that city. A mailing address doesn't count."""
    second = address("SALEM", telephone_number="503-555-0177")
    here.providers[:] = [person(1, "Ana", "Cruz", practiceLocations=[second]), person(2, "Bo", "Ngata")]
    found = rounds.json("find", "psychiatrist", "--city", "salem")
    assert [(row["name"], row["adds"]["phone"], row["adds"]["city"]) for row in found["rows"]] == [
        ("Ana Cruz", ["503-555-0177"], ["Salem"])
    ]


def test_more_than_are_shown(rounds: Runner, here: Registry) -> None:
    here.providers += [person(n, "Ana", f"Cruz{n}") for n in range(100, 160)]
    said = rounds.good("find", "psychiatrist", *PORTLAND)
    assert "50 rows" in said
    assert "The registry has more. Narrow the search, or show more with --count." in said
    assert rounds.json("find", "psychiatrist", *PORTLAND)["more"] is True
    assert rounds.json("find", "psychiatrist", *PORTLAND, "--count", "70")["more"] is False


@pytest.mark.parametrize(
    "words",
    [("psychiatrist",), ("--state", "OR"), (), ("psychiatrist", "--state", "Oregon"), ("--name", "a", "--organization", "b"),
     ("--verify", "--city", "Portland"), ("psychiatrist", "--city", "x", "--count", "1201")],
)  # fmt: skip
def test_a_search_that_is_none_is_refused_here(rounds: Runner, here: Registry, words: tuple[str, ...]) -> None:
    assert rounds("find", *words).exit_code == 2
    assert here.asked == []


def test_words_about_a_client_are_not_sent(rounds: Runner, here: Registry) -> None:
    """In any option; but as typed on purpose."""
    words = "my client Dana Moore"
    for typed in (("--name", words), ("--city", words), (words, "--state", "OR"), ("--organization", words)):
        result = rounds("find", *typed)
        assert result.exit_code == 7
        assert "Nothing was sent." in result.stderr
    assert here.asked == []
    rounds.good("find", "--name", words, "--keep-as-is")
    assert len(here.asked) == 1


def test_words_about_a_client_are_asked_about_on_a_terminal(rounds: Runner, here: Registry, terminal: None) -> None:
    result = rounds("find", "--name", "my client Dana Moore", typed="edit\nAna Cruz\n\n")
    assert result.exit_code == 0, result.output
    assert [each["last_name"] for each in here.asked] == ["Cruz"]
    assert rounds("find", "--name", "my client Dana Moore", typed="stop\n").exit_code != 0
    assert len(here.asked) == 1


# Where else ----------------------------------------------------------------------------------------------------------


def test_where_else_to_look(rounds: Runner, here: Registry) -> None:
    """The playbook's places with links that search the web; an introduction has none."""
    found = rounds.json("find", "pediatrician", *PORTLAND)["places"]
    links = {each["words"]: each["link"] for each in found}
    linkedin = urlsplit(links["LinkedIn search, pediatrician and your city"])
    assert (linkedin.netloc, parse_qs(linkedin.query)) == (
        "www.linkedin.com",
        {"keywords": ["pediatrician Portland OR"]},
    )
    web = urlsplit(links["State chapter of the American Academy of Pediatrics"])
    assert parse_qs(web.query)["q"] == ["State chapter of the American Academy of Pediatrics Portland OR"]
    assert "A therapist's introduction" in rounds.good("find", "psychiatrist", *PORTLAND)
    assert rounds.json("find", "psychiatrist", *PORTLAND)["places"][-1]["link"] == ""


def test_a_role_that_the_registry_lacks_asks_nobody(rounds: Runner, here: Registry) -> None:
    """A lawyer is no health care provider: only where to look."""
    result = rounds("find", "family", "attorney", "--city", "Portland")
    assert result.exit_code == 0
    assert here.asked == []
    assert "it has no entry for: family lawyer" in result.stderr
    assert result.stdout.startswith("Where to look:\n  State bar directory, family law section\n    https://")
    assert rounds.json("find", "coach")["places"][0]["link"].endswith("keywords=coach%20Portland%20Oregon")
    rounds.good("set", "Practice", "city=")
    assert rounds.json("find", "coach")["places"][0]["link"].endswith("keywords=coach")


@pytest.mark.parametrize("role", ["clergy", "family lawyer"])
def test_every_role_has_former_clients_as_a_source_with_the_ethics_beside(rounds: Runner, role: str) -> None:
    """Only what they name unasked (guide, line 4); the note it leads to says what may be written down."""
    places = rounds.json("find", role)["places"]
    assert places[-1]["words"].startswith("A client who has finished treatment and names someone unasked")
    note = rounds.note("Playbook/Where partners come from.md")
    assert "never asked for" in note
    assert "without\n  who, when or a code" in note


def test_links_are_encoded(rounds: Runner, here: Registry) -> None:
    """Whatever the playbook and the city hold; a place with an address keeps it."""
    places = '["Board & list = x?#", \'See https://bar.example/find?a=1\', "Linkedin"]'
    (rounds.folder / "Playbook/Roles/odd.md").write_text(f"---\ntype: role\nwhere_to_find: {places}\n---\n")
    links = [each["link"] for each in rounds.json("find", "odd", "--city", "A&B \x1b[1m/#?é")["places"]]
    assert links[1] == "https://bar.example/find?a=1"
    assert parse_qs(urlsplit(links[0]).query)["q"][0].startswith("Board & list = x?# odd A&B ")
    assert parse_qs(urlsplit(links[2]).query)["keywords"][0].startswith("odd A&B ")
    assert all(link.isascii() and link.isprintable() for link in links)


# Verify --------------------------------------------------------------------------------------------------------------


def holders(runner: Runner) -> None:
    """Ana as in the registry but for the city and without fax; Bo under another name; somebody gone; a typo; nobody's."""
    for name, number, more in (
        ("Ana Cruz", npi(1), "city: Salem\nphone: 503-555-0142\nrole: psychiatrist\n"), ("Kim Fort", npi(2), "city: Bend\n"),
        ("Old Gone", npi(77), ""), ("Ty Po", "1234567890", ""), ("No Number", "", ""),
    ):  # fmt: skip
        (runner.folder / f"Partners/{name}.md").write_text(f'---\ntype: partner\nnpi: "{number}"\n{more}---\n')


def test_numbers_are_sent_only_after_a_yes(nobody: Runner, here: Registry) -> None:
    (nobody.folder / "Partners").mkdir()
    holders(nobody)
    result = nobody("find", "--verify")
    assert result.exit_code == 0
    assert (
        "Nothing was sent. To send 4 NPI numbers of your notes to 127.0.0.1: rounds find --verify --yes"
        in result.stderr
    )
    assert nobody.json("find", "--verify")["rows"] == []
    assert here.asked == []


def test_notes_are_compared_with_the_registry(nobody: Runner, here: Registry, terminal: None) -> None:
    """What a note lacks is proposed, what it has stays; another name, a gone number and a typo are said."""
    (nobody.folder / "Partners").mkdir()
    holders(nobody)
    result = nobody("find", "--verify", typed="y\nrest\nyes\n")
    assert result.exit_code == 0, result.output
    assert {*map(json.dumps, here.asked)} == {json.dumps({"version": "2.1", "number": npi(n)}) for n in (1, 2, 77)}
    assert "[x] update      Ana Cruz" in result.stdout
    assert "city stays Salem (the NPI registry has Portland)" in result.stdout
    assert "[ ] update      Bo Ngata" in result.stdout
    assert "Partners/Kim Fort.md" in result.stdout
    assert f"Old Gone\n      the registry has no active NPI {npi(77)}" in result.stdout
    assert "Ty Po\n      the check digit of its NPI 1234567890 is wrong" in result.stdout
    note = nobody.note("Partners/Ana Cruz.md")
    assert "city: Salem\n" in note
    assert 'fax: "503-555-0143"\n' in note
    assert "fax" not in nobody.note("Partners/Kim Fort.md")
    nobody.good("undo")
    assert "fax" not in nobody.note("Partners/Ana Cruz.md")
    here.asked.clear()
    assert nobody("find", "--verify", typed="\n").exit_code == 0
    assert here.asked == []


def test_a_value_that_differs_is_asked_about(nobody: Runner, here: Registry, terminal: None) -> None:
    """Kept or taken, one by one; a search for others doesn't ask about known people."""
    (nobody.folder / "Partners").mkdir()
    holders(nobody)
    assert nobody("find", "--verify", "name:cruz", typed="y\ntake\nyes\n").exit_code == 0
    assert "city: Portland\n" in nobody.note("Partners/Ana Cruz.md")
    nobody.good("set", "Ana Cruz", "city=Bend")
    result = nobody("find", "psychiatrist", *PORTLAND, typed="no\n")
    assert result.exit_code == 0, result.output
    assert "keep Bend" not in result.output


def test_a_query_chooses_whose_number_is_sent(nobody: Runner, here: Registry) -> None:
    (nobody.folder / "Partners").mkdir()
    holders(nobody)
    nobody.good("find", "--verify", "city:salem", "--yes")
    assert [each["number"] for each in here.asked] == [npi(1)]
    assert nobody("find", "--verify", "name:number", "--yes").exit_code == 2


def test_a_deactivated_provider_is_left_out(nobody: Runner, here: Registry) -> None:
    (nobody.folder / "Partners").mkdir()
    holders(nobody)
    here.providers[0]["basic"]["status"] = "D"
    rows = nobody.json("find", "--verify", "city:salem", "--yes")["rows"]
    assert [(row["name"], row["state"], row["why"]) for row in rows] == [
        ("Ana Cruz", "left out", "its NPI is deactivated")
    ]


# What comes from the network is data ---------------------------------------------------------------------------------

ODD = [
    {}, {"number": None}, {"number": [1]}, {"number": npi(1), "basic": "x", "addresses": "y", "taxonomies": 5},
    {"number": npi(1), "basic": {"first_name": ["A"], "last_name": {"a": 1}}, "addresses": [None, 5, {"address_purpose": 7}]},
    {"number": int(npi(999999999)), "basic": {"first_name": True, "last_name": 1e308}, "taxonomies": [{"code": None}]},
    person(1, "A\x1b[2J\r\n# na", "]]|[[ ../../x"), person(2, "=cmd()", "<script>"), person(3, "\u202eevil", "\ud800"),
    person(4, "a" * 5000, "b" * 5000), {**person(5, "Ana", "Cruz"), "addresses": [address("P\u2028ort: - [ ] x\n---")]},
    clinic(6, "../../etc/passwd"), clinic(7, "- [ ] call 📅 2026-12-01"), person(8, "My client", "Tim Reed"),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(ODD)))
def test_odd_results_never_break_it(nobody: Runner, here: Registry, number: int) -> None:
    """No traceback, no control characters, no file outside of its folder, and a vault without problems."""
    body = json.dumps({"result_count": 1, "results": [ODD[number]]}).encode()
    here.always = lambda _: (200, {}, body)
    result = nobody("find", "--name", "Cruz", "--yes", "--all")
    assert result.exit_code in {0, 1}
    assert all(each.isprintable() for text in (result.stdout, result.stderr) for each in text.split("\n"))
    written = [path for path in nobody.folder.parent.rglob("*") if path.is_file() and path.name != "rounds.toml"]
    assert {path.parent.name for path in written} <= {"Partners", "Organizations"}
    assert nobody.json("check")["problems"] == []
    assert nobody.json("today")["due"] == []


def test_offline_is_said(nobody: Runner, home: Path) -> None:
    """With what to do; nothing is written, and a second try works the same."""
    with running(Registry()) as gone:
        point_to(home, gone.url)
    result = nobody("find", "psychiatrist", "--city", "Portland", "--yes")
    assert result.exit_code == 1
    assert "rounds: 127.0.0.1 can't be reached\nIs this machine online? Nothing was written." in result.stderr


def test_a_wrong_address_is_said(nobody: Runner, home: Path) -> None:
    point_to(home, "http://npiregistry.cms.hhs.gov/api/")
    result = nobody("find", "psychiatrist", "--city", "Portland")
    assert result.exit_code == 1
    assert "config.toml: registry isn't an https address" in result.stderr


def test_it_can_be_stopped(nobody: Runner, home: Path) -> None:
    """Ctrl-C while an answer drips: at once, without a traceback, and nothing is written."""
    with hostile(dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b" ")) as url:
        point_to(home, url)
        words = command("find", "psychiatrist", "--city", "Portland", "--yes")
        with started(
            words, stderr=-1, stdout=-1, text=True, env=environment(ROUNDS_VAULT=str(nobody.folder))
        ) as program:
            assert program.stderr is not None
            said = ""
            while "Asking" not in said:
                said = program.stderr.readline()
                assert said
            time.sleep(0.5)
            begun = time.monotonic()
            program.send_signal(signal.SIGINT)
            assert program.wait(20) == 130
            assert time.monotonic() - begun < 5
            assert "Traceback" not in program.stderr.read()
    assert os.listdir(nobody.folder) == ["rounds.toml"]


def test_nothing_else_asks_the_registry(rounds: Runner, here: Registry) -> None:
    """Not the import of a saved answer, nor any other command of the network."""
    for words in (("list",), ("today",), ("check",), ("gaps",), ("suggest",), ("match", "--role", "psychiatrist")):
        rounds(*words)
    saved = rounds.folder.parent / "answer.json"
    saved.write_text(json.dumps({"results": here.providers}))
    rounds.good("import", str(saved), "--yes")
    assert here.asked == []

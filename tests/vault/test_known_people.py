"""Who is known in a vault: the guard is silent about them, and sees everybody else."""

from pathlib import Path
from threading import Thread
from time import sleep

import pytest

from rounds.domain.guard.guard import find
from rounds.index.findings import FindingRow, Unread
from rounds.storage import files
from rounds.vault import compliance, known_people
from rounds.vault.compliance import concerns
from rounds.vault.known_people import KnownPeople
from rounds.vault.list_search import property_names
from rounds.vault.text_findings import TextFindings
from rounds.vault.vault import Vault
from vault.notes import put

ALDER = "Organizations/Alder Clinic.md"
WREN = "Partners/Wren Castellanos.md"
NOTES = {
    "Practice.md": "---\ntype: practice\nname: Kim Doyle\nphone: '+1 503-555-0100'\n---\n",
    "Team/Theo Marchetti.md": "---\ntype: clinician\nhandle: theo\n---\n",
    ALDER: "---\ntype: organization\n---\n\n## People\n\n- Front desk: Lourdes, 503-555-0131\n",
    "Partners/Maria Alvarez.md": "---\ntype: partner\norganization: '[[Alder Clinic]]'\n---\n",
    "Partners/Dana Kowalczyk.md": "---\ntype: partner\norganization: Alder Clinic\naliases: [Danuta Wilk]\n---\n",
    "Partners/Dr. Ingrid Solberg.md": "---\ntype: partner\n---\n",
    WREN: "---\ntype: partner\naliases: [Birdie]\n---\n",
}


@pytest.fixture
def known(empty: Vault) -> Vault:
    put(empty, NOTES)
    return empty


def found(vault: Vault, line: str, path: str = "Partners/Maria Alvarez.md") -> list[str]:
    """What is said about a line in a note."""
    put(vault, {path: f"{NOTES.get(path, '')}\n{line}\n"})
    return [problem.message for problem in concerns(vault, TextFindings({}))[0] if problem.path == path]


@pytest.mark.parametrize(
    "line",
    [
        "our client Wren Castellanos starts with us",  # any partner, by full name
        "our client Wren P. Castellanos starts with us",
        "our client Castellanos, Wren starts with us",
        "our client Ingrid Solberg starts with us",  # whose note has a title
        "our client Ingrid Solberg PhD starts with us",
        "our client Danuta Wilk starts with us",  # an alias
        "pt Birdie sleeps better on the new dose",
        "our client called Kim Doyle",  # the practice and its team
        "pt left a message for K.D.",
        "our client started with Theo Marchetti",
        "pt left a message at 503-555-0100",
        "client call back: D.K. is on leave",  # colleagues at the same place, and their initials
        "client intake: Dana is away this week",
        "client intake: Dana K. is away this week",
        "client intake: call Lourdes at 503-555-0131",  # its front desk
    ],
)
def test_who_is_known_is_silent(known: Vault, line: str) -> None:
    assert find(line) != []
    assert found(known, line) == []


@pytest.mark.parametrize(
    "line",
    [
        "our client Wren Thornbury starts with us",  # only the first name of a partner
        "our client Rebecca Castellanos starts with us",  # only the surname
        "client Dana starts with us",  # of a colleague, right after the word
        "our client Dana P. starts with us",  # with another initial
        "client Maria Kowalczyk starts with us",  # of two colleagues
        "our client Rebecca Thornbury starts with us",
    ],
)
def test_who_shares_a_name_is_seen(known: Vault, line: str) -> None:
    assert len(found(known, line)) == 1


def test_a_colleague_is_close_only_at_that_place(known: Vault) -> None:
    """The initials of somebody elsewhere may be a client's."""
    assert found(known, "pt D.K. sleeps better on the new dose", WREN) != []


def test_an_alias_of_two_is_nobody_in_particular(known: Vault) -> None:
    put(known, {"Partners/Lark Yamada.md": "---\ntype: partner\naliases: [Birdie]\n---\n"})
    assert found(known, "pt Birdie sleeps better on the new dose") != []


def test_a_note_of_a_client_makes_nobody_known(known: Vault) -> None:
    """In a vault that holds other things too."""
    put(known, {"Clients/Rebecca Thornbury.md": "notes\n"})
    assert found(known, "our client Rebecca Thornbury starts with us") != []


def test_it_is_looked_at_again_when_the_people_change(known: Vault) -> None:
    """A new partner, one that goes, a new colleague, the front desk: without a change of the note itself."""
    line = "client intake: Ottilie Brandvold and Sunniva will call, pt left a message for O.B."
    path = "Partners/Maria Alvarez.md"
    assert len(found(known, line)) > 1

    def now() -> list[str]:
        return [problem.message for problem in concerns(known, TextFindings({}))[0] if problem.path == path]

    new = "Partners/Ottilie Brandvold.md"
    put(known, {new: "---\ntype: partner\n---\n"})
    assert not any("Brandvold" in message for message in now())
    assert any("O.B." in message for message in now())
    put(known, {new: "---\ntype: partner\norganization: Alder Clinic\n---\n"})
    assert not any("O.B." in message for message in now())
    put(known, {ALDER: f"{NOTES[ALDER]}- Sunniva, intake\n"})
    assert now() == []
    Path(known.root, new).unlink()
    known.sync()
    assert any("Brandvold" in message for message in now())


def test_only_notes_that_depend_on_them_are_read_again(known: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    found(known, "our client asked for Rebecca Thornbury")
    put(known, {"Partners/Quiet.md": "---\ntype: partner\norganization: Alder Clinic\n---\n\nPrefers fax.\n"})
    concerns(known, TextFindings({}))
    read: list[str] = []
    real = compliance._read

    def counted(vault: Vault, people: KnownPeople, note: Unread, data: bytes) -> tuple[Unread, list[FindingRow]]:
        read.append(note.path)
        return real(vault, people, note, data)

    monkeypatch.setattr(compliance, "_read", counted)
    concerns(known, TextFindings({}))
    assert read == []
    put(known, {"Partners/New.md": "---\ntype: partner\norganization: Alder Clinic\n---\n"})
    concerns(known, TextFindings({}))
    assert sorted(read) == ["Partners/Maria Alvarez.md", "Partners/New.md"]


def test_another_version_of_the_guard_reads_all_notes_again(known: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after an update of Rounds with other weights or words: nothing stays from before."""
    assert found(known, "our client Rebecca Thornbury starts with us")
    assert compliance.look(known) == compliance.look(known)
    monkeypatch.setattr(compliance, "find_in_note", lambda *_: iter(()))
    assert compliance.look(known)[0]  # kept
    monkeypatch.setattr(known_people, "version", lambda: "another")
    assert compliance.look(known)[0] == []
    monkeypatch.undo()
    assert compliance.look(known)[0]


def test_the_version_of_the_guard_changes_with_each_of_its_files(monkeypatch: pytest.MonkeyPatch) -> None:
    before, real = known_people.version(), files.read
    for name in ("weights.tsv", "words.txt", "names.txt", "reading.py", "compliance_rules.py"):
        monkeypatch.setattr(
            files, "read", lambda path, name=name: (b"other", None) if path.endswith(name) else real(path)
        )
        assert known_people.version.__wrapped__() != before
    monkeypatch.undo()
    assert known_people.version.__wrapped__() == before


def test_notes_that_are_not_ours_are_left_alone(empty: Vault) -> None:
    """Only Rounds' own folders, notes with a type, and the folders of the settings are read; also after these change."""
    line = "our client Rebecca Thornbury starts with us\n"
    ours = ["Inbox.md", "Partners/Sam.md", "Typed/x.md", "y.md"]
    put(empty, dict.fromkeys(["Clients/x.md", *ours], line))
    put(empty, {"Typed/x.md": f"---\ntype: partner\n---\n{line}"})
    assert sorted(path for path, _ in compliance.look(empty)[0]) == ours
    settings(empty, '[tasks]\nfolders = ["Clients"]')
    assert sorted(path for path, _ in compliance.look(empty)[0]) == ["Clients/x.md", *ours]
    path = Path(empty.root, "rounds.toml")
    path.write_text(path.read_text().replace('["Clients"]', '["Partners"]'))
    empty.sync()
    assert sorted(path for path, _ in compliance.look(empty)[0]) == ours


def settings(vault: Vault, text: str) -> None:
    path = Path(vault.root, "rounds.toml")
    path.write_text(f"{path.read_text()}\n{text}\n")
    vault.sync()


def test_people_and_numbers_in_the_settings_are_known(known: Vault) -> None:
    settings(known, '[guard]\nknown = ["Rebecca Thornbury", "T.K.", "503-555-0177"]')
    assert found(known, "our client called Rebecca Thornbury at (503) 555-0177, pt left word for TK") == []
    assert found(known, "our client Rebecca Thornburg starts with us") != []


def test_words_in_the_settings_mean_a_client(known: Vault) -> None:
    """Looked for in every note at once, also in lines that were clean without them."""
    line = "the sandplayer Rebecca Thornbury drew a house"
    quiet = found(known, line)
    settings(known, '[guard]\nwords = ["Sandplayer", "explorer"]')
    path = "Partners/Maria Alvarez.md"
    loud = [problem for problem in concerns(known, TextFindings({}))[0] if problem.path == path]
    assert quiet == []
    assert [problem.level for problem in loud] == ["error"]


def test_names_and_words_without_letters_are_a_problem(known: Vault) -> None:
    settings(known, '[guard]\nknown = ["", "Rebecca Thornbury"]\nwords = ["-", 3]')
    messages = [problem.message for problem in known.settings_problems]
    assert sorted(messages) == ['known: "" is too short', "words should be a list of texts"]
    assert known.settings.guard.known == ("Rebecca Thornbury",)


def test_a_name_beside_a_word_for_clients_is_seen_in_a_partners_note_too(known: Vault) -> None:
    """The note makes nobody known by that; other partners' names stay silent."""
    put(known, {"Partners/Client Rebecca Thornbury.md": "---\ntype: partner\n---\n"})
    found = {problem.path: problem.message for problem in concerns(known, TextFindings({}))[0]}
    assert found == {
        "Partners/Client Rebecca Thornbury.md": "in the name of the note, this looks like a client's name "
        '(because of Client): "Rebecca Thornbury"'
    }


@pytest.mark.parametrize("folder", ["Clients", "Partners"])
@pytest.mark.parametrize("name", ["Rebecca Thornbury", "Dana Miller"])
def test_a_name_about_a_client_makes_nobody_known(empty: Vault, folder: str, name: str) -> None:
    """Also one of everyday words, which only its capitals show."""
    settings(empty, '[tasks]\nfolders = ["Clients"]')
    path = f"{folder}/client {name}.md"
    put(empty, {path: f"- [ ] call client {name}\n"})
    assert sorted(row.line for _, row in compliance.look(empty, [path])[0] if row.level == "error") == [0, 1]


@pytest.mark.parametrize("key", ["organization", "introduced_by", "assistant", "people", "contact", "city", "works_at"])
@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ("Rebecca Thornbury, my client", {3, 6}),
        ("client Rebecca Thornbury", {3, 6}),
        ("we share Rebecca Thornbury", {6}),
        ("Dana, a client of mine", {6}),
    ],
)
def test_a_property_about_a_client_makes_nobody_known(empty: Vault, key: str, value: str, lines: set[int]) -> None:
    """Neither for its own line nor for the others."""
    put(empty, {WREN: f"---\ntype: partner\n{key}: {value}\n---\n\n- [ ] our client {value}\n"})
    assert {row.line for _, row in compliance.look(empty, [WREN])[0]} >= lines


def test_nor_does_a_line_among_the_people_of_an_organization(known: Vault) -> None:
    people = "- our client Rebecca Thornbury, 503-555-0144"
    put(known, {ALDER: f"---\ntype: organization\n---\n\n## People\n\n{people}\n"})
    assert found(known, "our client Rebecca Thornbury starts with us")


@pytest.mark.parametrize(
    "value", ["Maria Ilic (patient coordinator)", "Maria Ilic Client Services", "Maria Ilic, client care"]
)
def test_the_jobs_of_an_office_are_about_no_client(empty: Vault, value: str) -> None:
    put(empty, {WREN: f"---\ntype: partner\nassistant: {value}\n---\n\n- [ ] Maria Ilic faxes us the client forms\n"})
    assert compliance.look(empty, [WREN])[0] == []


@pytest.mark.parametrize("names", ["team", "properties"])
def test_no_thread_waits_for_another_that_waits_for_it(vault: Vault, names: str) -> None:
    """One holds the index and asks who is known; another one asked before, and waits for the index."""

    def ask() -> object:
        return KnownPeople(vault)._team if names == "team" else [*property_names(vault)]

    def ask_with_the_index() -> None:
        with vault.lock:
            other.start()
            sleep(0.2)
            ask()

    other = Thread(target=ask, daemon=True)
    first = Thread(target=ask_with_the_index, daemon=True)
    first.start()
    first.join(20)
    assert not first.is_alive()
    other.join(20)
    assert not other.is_alive()

"""Client information at entry: what a command does before a byte is written."""

import os
import select
from pathlib import Path

import pytest

from cli.running import Runner, command, environment

ALVAREZ = "Partners/Maria Alvarez.md"
NAME = "our client Rebecca Thornbury starts with us"
SLUG = "client-rebecca-thornbury"
FREE = (
    "organization", "introduced_by", "people", "contact", "city", "works_at", "source", "title", "reason",
    "credentials", "address", "specialties", "knows", "birthday", "anything",
)  # fmt: skip
"""Properties that take any text, those that make people known among them."""


@pytest.mark.parametrize(
    "words",
    [
        ("log", "alvarez", "call", NAME),
        ("plan", "alvarez", "ask how Dana M. is doing"),
        ("meet", "alvarez", "friday", "coffee", NAME),
        ("set", "alvarez", "connection=client born 4/12/2009"),
        ("add", "Kim Brand", "connection=our client Rebecca Thornbury"),
    ],
)
def test_nothing_is_written_without_a_terminal(rounds: Runner, words: tuple[str, ...]) -> None:
    """Exit code 7, with the words that were found and the way to write them all the same."""
    before = {path: path.read_bytes() for path in rounds.folder.rglob("*.md")}
    result = rounds(*words)
    assert result.exit_code == 7, result.output
    assert "Nothing was written." in result.stderr
    assert "--keep-as-is" in result.stderr
    assert {path: path.read_bytes() for path in rounds.folder.rglob("*.md")} == before


def test_it_can_be_kept_as_it_is(rounds: Runner) -> None:
    rounds.good("log", "alvarez", "call", NAME, "--keep-as-is")
    assert NAME in rounds.note(ALVAREZ)


@pytest.mark.usefixtures("terminal")
def test_on_a_terminal_it_asks_and_writes_the_line_without_it(rounds: Runner) -> None:
    result = rounds("log", "alvarez", "call", NAME, typed="write\n\n")
    assert result.exit_code == 0, result.output
    assert "Without it: - 2026-11-23 call: our client [client] starts with us" in result.stderr
    assert "call: our client [client] starts with us" in rounds.note(ALVAREZ)


@pytest.mark.usefixtures("terminal")
def test_an_exception_is_marked_with_its_reason(rounds: Runner) -> None:
    rounds.good("log", "alvarez", "call", NAME, typed="keep\na colleague\n")
    assert f"{NAME} %% rounds: ok phi: a colleague %%" in rounds.note(ALVAREZ)
    assert ALVAREZ not in rounds("check").stdout


@pytest.mark.usefixtures("terminal")
def test_an_edited_line_is_looked_at_again(rounds: Runner) -> None:
    result = rounds("log", "alvarez", "call", NAME, typed="edit\n- 2026-11-23 call: pt Anna Lindgren\nstop\n")
    assert result.exit_code == 1
    assert "Anna Lindgren" in result.stderr
    assert "Lindgren" not in rounds.note(ALVAREZ)


def test_a_warning_is_one_line_and_goes_on(rounds: Runner) -> None:
    result = rounds("log", "alvarez", "call", "pt T.K. sleeps better on the new dose")
    assert result.exit_code == 0
    assert len([line for line in result.stderr.splitlines() if "client's initials" in line]) == 1


def test_undo_brings_back_what_was_there(rounds: Runner) -> None:
    """The guard looks at what people type, not at what undo puts back."""
    rounds.good("log", "alvarez", "call", NAME, "--keep-as-is")
    rounds.good("set", "alvarez", "city=Salem")
    rounds.good("undo")
    assert NAME in rounds.note(ALVAREZ)


@pytest.mark.usefixtures("terminal")
def test_a_property_stays_text(rounds: Runner) -> None:
    """Brackets would make a list of it, or break the front matter."""
    rounds.good("set", "alvarez", "connection=Rebecca Thornbury is our client", typed="write\n\n")
    assert "connection: (client) is our client\n" in rounds.note(ALVAREZ)


@pytest.mark.usefixtures("terminal")
def test_two_edits_that_lead_back_end(rounds: Runner) -> None:
    """A line edited into another one with client information, and that one back: it asks again."""
    first, second = f"- 2026-11-23 call: {NAME}", "- 2026-11-23 call: pt Anna Lindgren"
    result = rounds("log", "alvarez", "call", NAME, typed=f"edit\n{second}\nedit\n{first}\nstop\n")
    assert result.exit_code == 1
    assert "Lindgren" not in rounds.note(ALVAREZ)


def test_exceptions_are_listed_with_their_reasons(rounds: Runner) -> None:
    """Note, line, what is accepted, and why; in properties and in lines of any kind."""
    rounds.good("log", "alvarez", "call", f"{NAME} %% rounds: ok phi: a colleague %%")
    path = rounds.folder / "Partners/Kept.md"
    path.write_text(
        "---\ntype: partner\nconnection: client JD  # %% rounds: ok phi: a firm %%\n---\n\ncash %% rounds: ok gift %%\n"
    )
    found = rounds.json("check", "--exceptions")["exceptions"]
    assert found == [
        {"path": "Partners/Kept.md", "line": 3, "kind": "phi", "reason": "a firm", "text": "connection: client JD"},
        {"path": "Partners/Kept.md", "line": 6, "kind": "gift", "reason": "", "text": "cash"},
        {"path": ALVAREZ, "line": found[2]["line"], "kind": "phi", "reason": "a colleague",
         "text": f"- 2026-11-23 call: {NAME}"},
    ]  # fmt: skip
    shown = rounds.good("check", "--exceptions").splitlines()
    assert shown[:2] == ["Partners/Kept.md:3: phi: a firm", "    connection: client JD"]
    assert shown[-1] == "3 exceptions."
    assert rounds("check", "--exceptions", "--staged").exit_code == 2


def test_words_that_are_there_already_are_not_asked_about(rounds: Runner) -> None:
    """A tick adds no words; what is added beside it is looked at."""
    path = rounds.folder / ALVAREZ
    path.write_text(f"{path.read_text()}\n- [ ] {NAME} 📅 2026-11-20\n- [ ] Call the desk 📅 2026-11-21\n")
    result = rounds("done", "alvarez", "--number", "2")
    assert result.exit_code == 0, result.output
    assert f"- [x] {NAME} 📅 2026-11-20" in rounds.note(ALVAREZ)
    assert rounds("log", "alvarez", "call", NAME).exit_code == 7


@pytest.mark.usefixtures("terminal")
def test_words_alone_are_typed_to_edit_a_line(rounds: Runner) -> None:
    """Its date, kind, due date and mark stay; a property stays text."""
    rounds.good("log", "alvarez", "call", NAME, typed="edit\nprefers: fax\n")
    assert "\n- 2026-11-23 call: prefers: fax\n" in rounds.note(ALVAREZ)
    shown = rounds.good("plan", "alvarez", NAME, "--by", "friday", typed="edit\nask about the wait list\n")
    assert shown.startswith("Maria Alvarez: - [ ] ask about the wait list 📅 2026-11-27")
    assert "planned something for Maria Alvarez" in rounds.good("history")
    assert "\n- [ ] ask about the wait list 📅 2026-11-27" in rounds.note(ALVAREZ)
    rounds.good("set", "alvarez", "connection=Rebecca Thornbury is our client", typed="edit\nmet: at a [talk]\n")
    assert '\nconnection: "met: at a [talk]"\n' in rounds.note(ALVAREZ)
    assert rounds.json("show", "alvarez")["note"]["properties"]["connection"] == "met: at a [talk]"


@pytest.mark.usefixtures("terminal")
def test_a_list_in_brackets_stays_one(rounds: Runner) -> None:
    """An edit that would break the front matter is refused."""
    path = rounds.folder / "Partners/Flow.md"
    path.write_text("---\ntype: partner\naliases: [Flo]\n---\n")
    rounds.good("set", "flow", "aliases+=client Rebecca Thornbury", typed="edit\n[Flo, Florrie]\n")
    assert "aliases: [Flo, Florrie]\n" in path.read_text()
    before = path.read_text()
    result = rounds("set", "flow", "aliases+=client Rebecca Thornbury", typed="edit\n[Flo, [Florrie]\n")
    assert result.exit_code == 1
    assert path.read_text() == before


@pytest.mark.usefixtures("terminal")
def test_an_age_group_stands_for_a_birth_date(rounds: Runner) -> None:
    rounds.good("log", "alvarez", "call", "our client, born 4/12/2009, starts with us", typed="write\nteen\n")
    assert "our client, born teen, starts with us" in rounds.note(ALVAREZ)


@pytest.mark.usefixtures("terminal")
def test_each_person_is_asked_about(rounds: Runner) -> None:
    """Two clients in a line get two codes, and a birth date its age group."""
    codes = []
    for _ in range(2):
        rounds.good("refer", "out", "alvarez", "--client", "new")
        found = rounds.json("referrals", "is:open direction:out alvarez")["referrals"]
        codes += [each["client"] for each in found if each["client"] not in codes]
    text = f"{NAME}, and our client Dana Ruiz, born 3/4/2011"
    rounds.good("log", "alvarez", "call", text, typed=f"write\n{codes[0]}\n{codes[1]}\nteen\n")
    assert f"call: our client {codes[0]} starts with us, and our client {codes[1]}, born teen" in rounds.note(ALVAREZ)


@pytest.mark.usefixtures("terminal")
def test_codes_are_offered_and_never_filled_in(rounds: Runner) -> None:
    """Those of this partner; Enter leaves the neutral word."""
    rounds.good("refer", "out", "alvarez", "--client", "new")
    code = rounds.json("referrals", "is:open direction:out alvarez")["referrals"][0]["client"]
    shown = rounds("log", "alvarez", "call", NAME, typed="write\n\n")
    assert code in shown.stderr
    assert "our client [client] starts with us" in rounds.note(ALVAREZ)
    rounds.good("log", "alvarez", "email", NAME, typed=f"write\n{code}\n")
    assert f"email: our client {code} starts with us" in rounds.note(ALVAREZ)


@pytest.mark.parametrize(
    "words",
    [
        ("add", "Dana M., client"),
        ("add", "client Rebecca Thornbury", "--type", "organization"),
        ("add", "Kim Brand", "aliases=client Rebecca Thornbury"),
        ("add", "Kim Brand", "tags=client-dana-m"),
        ("set", "alvarez", "aliases+=client Rebecca Thornbury"),
        ("set", "alvarez", "tags+=client/dana-m"),
        ("set", "Practice", "summary=our client Rebecca Thornbury"),
        ("set", "Rose City Pediatrics", f"connection={NAME}"),
        ("rename", "alvarez", "client Rebecca Thornbury"),
        ("refer", "out", "alvarez", "--clinician", "client Rebecca Thornbury"),
        ("release", "add", "alvarez", "--client", "new", "--signed", "today", "--scope", "attendance", "--event", NAME),
        *((("add", "Kim Brand", f"{key}=Rebecca Thornbury, my client")) for key in FREE),
        *(("set", "alvarez", f"{key}=Rebecca Thornbury, my client") for key in FREE),
        ("add", "Kim Brand", "--role", "client Rebecca Thornbury"),
        ("add", "Kim Brand", "--organization", "Rebecca Thornbury, my client"),
        ("add", "Kim Brand", "--phone", "503-555-0117, client Rebecca Thornbury's mom"),
        ("add", "Kim Brand", f"{SLUG.replace('-', '_')}=yes"),
        ("set", "alvarez", f"{SLUG.replace('-', '_')}=yes"),
        ("log", "alvarez", "call", "hello", "--as", SLUG),
        ("plan", "alvarez", "hello", "--kind", SLUG),
        ("meet", "alvarez", "friday", "--kind", SLUG),
        ("meet", "alvarez", "friday", "Heart Coffee", "--kind", SLUG),
        ("done", "alvarez", "--number", "1", "hello", "--kind", SLUG),
        ("share", f"An article, {NAME}", "name:alvarez", "--again"),
        ("done", "alvarez", "--number", "1", NAME),
        ("skip", "alvarez", "--number", "1", NAME),
    ],
)
def test_every_entry_is_guarded(rounds: Runner, words: tuple[str, ...]) -> None:
    """Names, aliases, tags, organizations and words beside other acts: exit code 7, and the vault is as it was."""
    before = {path: path.read_bytes() for path in rounds.folder.rglob("*.md")}
    result = rounds(*words)
    assert result.exit_code == 7, result.output
    assert {path: path.read_bytes() for path in rounds.folder.rglob("*.md")} == before
    assert rounds(*words, "--keep-as-is").exit_code == 0


def test_a_draft_with_a_client_in_its_message_is_refused(rounds: Runner) -> None:
    """With the same exit code; words of the playbook are never kept as they are."""
    path = next((rounds.folder / "Playbook/Messages").glob("Personal*.md"))
    path.write_text(path.read_text() + f"\nP.S. {NAME}.\n")
    for more in ((), ("--keep-as-is",)):
        result = rounds("draft", "alvarez", path.stem, "--stdout", *more)
        assert (result.exit_code, result.stdout) == (7, "")
        assert "may be about a client" in result.stderr


@pytest.mark.parametrize("value", ["Rebecca Thornbury, my client", "our client Rebecca Thornbury"])
def test_a_property_about_a_client_stops_no_draft(rounds: Runner, value: str) -> None:
    """Neutral words go out in its place, in the draft and in its subject."""
    rounds.good("set", "alvarez", f"introduced_by={value}", "--keep-as-is")
    path = rounds.folder / "Playbook/Messages/Hello.md"
    head = 'kind: email\nchannel: email\nsubject: "{{ introducer.name }} said hello"\nneeds: [introduced_by]'
    path.write_text(f"---\ntype: message\n{head}\n---\n\n{{{{ introducer.name }}}} sent me to you.\n")
    result = rounds("draft", "alvarez", "hello", "--stdout")
    assert result.exit_code == 0, result.output
    assert "Thornbury" not in result.output
    assert "(client)" in result.stdout


@pytest.mark.usefixtures("terminal")
def test_a_name_is_given_anew_or_kept(rounds: Runner) -> None:
    """There is no room for a mark in it; another name is looked at too."""
    rounds.good("add", "Dana M., client", typed="edit\npt Anna Lindgren\nedit\nDana Moore\n")
    assert (rounds.folder / "Partners/Dana Moore.md").exists()
    rounds.good("add", "Client Rebecca Thornbury", typed="keep\n")
    assert (rounds.folder / "Partners/Client Rebecca Thornbury.md").exists()
    rounds.good("rename", "dana moore", "Dana M., client", typed="edit\nDana Mora\n")
    assert (rounds.folder / "Partners/Dana Mora.md").exists()


def test_a_rename_writes_all_links(rounds: Runner) -> None:
    """The name was looked at once; the links hold no new words, whatever stands around them."""
    path = rounds.folder / ALVAREZ
    other = rounds.folder / "Partners/Kim Brand.md"
    other.write_text("---\ntype: partner\n---\n\n- 2026-11-01 call: our client [[Maria Alvarez]], pt Anna Lindgren\n")
    rounds.good("rename", "maria alvarez", "Maria Alvarado")
    assert "[[Maria Alvarado]], pt Anna Lindgren" in other.read_text()
    assert not path.exists()


def test_the_inbox_files_the_others(rounds: Runner) -> None:
    """Exit code 7 says why some stay."""
    (rounds.folder / "Inbox.md").write_text(f"Maria Alvarez called: {NAME}\nSvetlana Birchwood email, prefers fax\n")
    result = rounds("inbox", "--yes")
    assert result.exit_code == 7
    assert rounds.note("Inbox.md") == f"Maria Alvarez called: {NAME}\n"
    assert rounds("inbox", "--yes", "--keep-as-is").exit_code == 0
    assert NAME in rounds.note(ALVAREZ)


@pytest.mark.usefixtures("terminal")
def test_the_inbox_asks_line_by_line(rounds: Runner) -> None:
    """Stopping leaves that line alone; the next ones go on."""
    (rounds.folder / "Inbox.md").write_text(
        f"Maria Alvarez called: {NAME}\nMaria Alvarez emailed: {NAME}\nSvetlana Birchwood email, prefers fax\n"
    )
    rounds.good("inbox", typed="yes\nstop\nyes\nwrite\n\nyes\n")
    assert rounds.note("Inbox.md") == f"Maria Alvarez called: {NAME}\n"
    assert "our client [client] starts with us" in rounds.note(ALVAREZ)


@pytest.mark.usefixtures("terminal")
def test_what_the_shell_keeps_is_said(rounds: Runner) -> None:
    """Once, and only for words of the command line."""
    result = rounds("log", "alvarez", "call", NAME, typed="stop\n")
    assert result.stderr.count("shell's history") == 1
    assert result.stderr.count("docs/client-information.md") == 1
    (rounds.folder / "Inbox.md").write_text(f"Maria Alvarez called: {NAME}\n")
    assert "shell's history" not in rounds("inbox", typed="yes\nstop\n").stderr


def test_a_refusal_shows_how_the_line_could_read(rounds: Runner) -> None:
    result = rounds("log", "alvarez", "call", NAME)
    assert 'It could say: "our client [client] starts with us"' in result.stderr


@pytest.mark.usefixtures("terminal")
def test_a_client_is_not_offered_as_a_new_partner(rounds: Runner) -> None:
    """An unknown name beside a word for clients; a plain one is offered as ever."""
    result = rounds("log", "client Rebecca Thornbury", "call", "hello", typed="y\n")
    assert result.exit_code == 7
    assert "as a new partner" not in result.stderr
    assert "as a new partner" in rounds("log", "Rebecca Thornbury", "call", "hello", typed="n\n").stderr
    assert rounds("show", "client Rebecca Thornbury").exit_code == 3


COPY = "Partners/Maria Alvarez (conflicted copy 2026-11-02 101010).md"


def copied(rounds: Runner) -> None:
    """A conflict copy with a line about a client."""
    (rounds.folder / COPY).write_text(f"{rounds.note(ALVAREZ)}- 2026-11-20 call: {NAME}\n")


def test_a_copy_with_client_information_is_not_merged_unseen(rounds: Runner) -> None:
    copied(rounds)
    result = rounds("conflicts", "--apply")
    assert result.exit_code == 7
    assert "--keep-as-is" in result.stderr
    assert (rounds.folder / COPY).exists()
    rounds.good("conflicts", "--apply", "--keep-as-is")
    assert NAME in rounds.note(ALVAREZ)


@pytest.mark.usefixtures("terminal")
def test_a_copy_is_asked_about(rounds: Runner) -> None:
    copied(rounds)
    rounds.good("conflicts", "--apply", typed="write\n\n")
    assert "call: our client [client] starts with us" in rounds.note(ALVAREZ)
    assert not (rounds.folder / COPY).exists()


def test_at_a_real_terminal(rounds: Runner, tmp_path: Path) -> None:
    """The program as a process at a pseudo-terminal; each answer is typed when its question is there."""
    pty = pytest.importorskip("pty", reason="pseudo-terminals")
    environ = environment(ROUNDS_VAULT=str(rounds.folder), HOME=str(tmp_path), COLUMNS="60", TERM="xterm", NO_COLOR="1")
    pid, master = pty.fork()
    if pid == 0:
        words = command("log", "alvarez", "call", "our client Rebecca Thornbury, born 4/12/2009, starts with us")
        os.execve(words[0], words, environ)
    seen = ""
    try:
        for question, answer in (("[write]:", "w\n"), ("a code in place", "\n"), ("an age group in place", "teen\n")):
            seen += _until(master, question)
            os.write(master, answer.encode())
        seen += _until(master, "\0")  # to its end
    finally:
        os.close(master)  # ends a program that still waits for an answer
        _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, seen
    assert "in place of [age group]" in seen
    assert "our client [client], born teen, starts with us" in rounds.note(ALVAREZ)


def _until(master: int, end: str) -> str:
    """What the terminal shows, up to a text, or to the end."""
    seen = ""
    while end not in seen and select.select([master], [], [], 60)[0]:
        try:
            seen += os.read(master, 65536).decode(errors="replace")
        except OSError:
            break
    return seen


@pytest.mark.usefixtures("terminal")
def test_the_same_name_typed_again_is_asked_about_again(rounds: Runner) -> None:
    """Only `keep` keeps it; nothing typed is no name either."""
    result = rounds(
        "add", "client Rebecca Thornbury", typed="edit\nclient Rebecca Thornbury\nedit\n\nedit\nKim Brand\n"
    )
    assert result.exit_code == 0, result.output
    assert rounds.note("Partners/Kim Brand.md")
    assert not (rounds.folder / "Partners/client Rebecca Thornbury.md").exists()

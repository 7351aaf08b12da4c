"""`rounds forget`: a text is shown everywhere, and then it is nowhere."""

import json
import os
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from cli.running import Runner, command, environment
from conftest import started, tool
from rounds.storage.tui_state import FormDrafts, Recent
from rounds.vault.today_export import write_today
from rounds.vault.vault import Vault
from traces import traces
from unprivileged import as_nobody, commons, give

TEXT = "Purple Lantern"
"""Nothing that the client guard would know: what it knows may not reach a feed at all."""

ANA, KIM = "Partners/Ana Ott.md", "Partners/Kim Oh.md"
SETTINGS = 'vault = "test"\ntimezone = "America/Los_Angeles"\n[feeds.reminders]\nlevel = "full"\n'


@pytest.fixture
def vault(tmp_path: Path) -> Runner:
    """Commands over a small vault whose feed shows everything."""
    folder = tmp_path / "vault"
    (folder / "Partners").mkdir(parents=True)
    (folder / "rounds.toml").write_text(SETTINGS)
    (folder / ANA).write_text("---\ntype: partner\nstage: met\nid: ana0\n---\n\n## Log\n\n- 2026-11-02 email: hello\n")
    (folder / KIM).write_text("---\ntype: partner\nstage: met\nid: kim0\n---\n\n## Log\n\n- 2026-11-02 email: hi\n")
    return Runner(folder)


def say(vault: Runner, *words: str) -> None:
    vault.good(*words, "--keep-as-is")


def written(vault: Runner) -> None:
    """The text in the notes, the undo history, and the feed."""
    say(vault, "log", "Ana", "call", f"about {TEXT}, sleep")
    say(vault, "plan", "Kim", f"ask how {TEXT} is", "--by", "friday")
    say(vault, "log", "Kim", "coffee", "nothing to hide")
    vault.good("feed", "write")


def left(vault: Runner) -> list[str]:
    """Every file of the vault, and of the data and cache of Rounds, that holds it."""
    return traces(vault.folder, Path(os.environ["XDG_DATA_HOME"]).parent, pattern="purple.{1,4}lantern")


def test_a_text_is_gone_from_everything_of_ours(vault: Runner) -> None:
    """Notes, trash, conflict copies, undo history, feeds, index with its log; the bytes of the files are looked at."""
    written(vault)
    (vault.folder / "Partners/Kim Oh.sync-conflict-20261101-120000-ABCDEFG.md").write_text(f"was with {TEXT.upper()}\n")
    (vault.folder / "Old.md").write_text(f"{TEXT} again\n")
    vault.good("trash", "--yes", "Old.md")
    (vault.folder / "Board.canvas").write_text(json.dumps({"nodes": [{"text": "purple-lantern's mother"}]}))
    before = left(vault)
    assert {path.rpartition("/")[2].partition(".")[2] for path in before} >= {"md", "jsonl", "sqlite", "ics", "json"}
    said = vault("forget", "--yes", typed=f"{TEXT}\n")
    assert said.exit_code == 0, said.output
    assert left(vault) == []
    assert TEXT.casefold() not in said.output.casefold()
    assert "- 2026-11-23 call: about [client], sleep\n" in vault.note(ANA)
    assert "was with [client]\n" in vault.note("Partners/Kim Oh.sync-conflict-20261101-120000-ABCDEFG.md")
    assert vault.note(".trash/Old.md") == "[client] again\n"
    assert json.loads(vault.note("Board.canvas")) == {"nodes": [{"text": "(client)'s mother"}]}
    assert "Nothing found." in vault.good("forget", "--yes", typed=f"{TEXT}\n")
    assert vault.json("list")["notes"][0]["name"] == "Ana Ott"


def test_without_a_yes_it_only_shows(vault: Runner) -> None:
    """Each line as it would be, without the text; nothing is written."""
    written(vault)
    before = left(vault)
    said = vault("forget", typed="purple  LANTERN\n")
    assert said.exit_code == 2
    assert "  11: - 2026-11-23 call: about [client], sleep\n" in said.stdout
    assert "In the undo history: 3 changes" in said.stdout
    assert str(Path(os.environ["HOME"], "data/rounds/test/feeds/reminders.ics")) in said.stdout
    assert "purple" not in said.output.casefold()
    assert left(vault) == before


def test_json_has_no_text(vault: Runner) -> None:
    """One document, with lines, files, and whether it is done."""
    written(vault)
    found = json.loads(vault.good("forget", "--yes", "--json", typed=f"{TEXT}\n"))
    assert [line["path"] for line in found["lines"]] == [ANA, KIM]
    assert (found["changes"], found["commits"], found["left"], found["forgotten"]) == (3, [], [], True)
    assert "lantern" not in json.dumps(found).casefold()


@pytest.mark.parametrize(
    ("answers", "ana", "kim"),
    [
        ("write\nkeep\ny\n", "about [client], sleep", f"ask how {TEXT} is"),
        ("remove\nwrite\ny\n", None, "ask how [client] is"),
        ("all\ny\n", "about [client], sleep", "ask how [client] is"),
        ("write\nwrite\nn\n", f"about {TEXT}, sleep", f"ask how {TEXT} is"),
        ("write\nstop\n", f"about {TEXT}, sleep", f"ask how {TEXT} is"),
    ],
)
def test_each_line_is_chosen(vault: Runner, terminal: None, answers: str, ana: str | None, kim: str) -> None:
    """Written so, removed or kept; nothing is written before the last yes. Kept lines keep their event in the feed."""
    written(vault)
    said = vault("forget", typed=f"{TEXT}\n{answers}")
    assert said.exit_code == 0, said.output
    assert f"- 2026-11-23 call: about {TEXT}, sleep\n" in said.stderr
    assert "There is no undo for this." in said.stderr
    assert (ana or "hello") in vault.note(ANA)
    assert ("call" in vault.note(ANA)) is (ana is not None)
    assert kim in vault.note(KIM)
    calendar = Path(os.environ["HOME"], "data/rounds/test/feeds/reminders.ics")
    assert (TEXT in calendar.read_text()) is (TEXT in kim)
    if "keep" in answers:
        assert "Done. It stays in 1 line that you kept." in said.stdout
    if ana != f"about {TEXT}, sleep":
        assert not [path for path in left(vault) if "journal" in path]


def test_no_older_act_is_undone_instead(vault: Runner) -> None:
    """A change that held it says so and stays; the one before it takes its id. A later one is undone as ever."""
    vault.good("log", "Kim", "email", "an innocent act")
    written(vault)
    vault.good("forget", "--yes", typed=f"{TEXT}\n")
    vault.good("log", "Ana", "reply", "later")
    assert "Undone: logged reply for Ana Ott" in vault.good("undo")
    before = vault.note(ANA), vault.note(KIM)
    said = vault("undo")
    assert said.exit_code == 1
    assert f"text in {KIM} was removed with rounds forget" in said.stderr
    assert (vault.note(ANA), vault.note(KIM)) == before
    found = vault.json("history")["changes"]
    assert [each["state"] for each in found] == ["saved", "undone", *["forgotten"] * 3, "saved"]
    assert not any(each["diff"] for each in found[2:5])
    assert '"ask how (client) is"' in found[3]["what"]
    assert "(its text was forgotten: no undo)" in vault.good("history")
    vault.good("undo", found[5]["id"])
    assert "an innocent act" not in vault.note(KIM)
    assert "nothing to hide" in vault.note(KIM)
    said = vault("undo", found[4]["id"])
    assert (said.exit_code, vault.note(ANA)) == (1, before[0])


def test_what_terminals_keep(vault: Runner) -> None:
    """Drafts keep their other words; lists lose the line; what can be made again is deleted."""
    opened = Vault.open(vault.folder)
    data = Path(opened.data)
    drafts = FormDrafts(str(data / "unsaved"))
    drafts.keep({"form": "LogTouch", "path": ANA, "holds": {"text": f"with {TEXT}"}})
    drafts.keep({"form": "LogTouch", "path": ANA, "holds": {"text": f"with {TEXT} in the park", "kind": "call"}})
    drafts.close()
    for query in ("stage:met", f'"{TEXT}"'):
        Recent(str(data / "recent-filters")).add(query)
    opened.close()
    for name in ("last-error.txt", "today.json", "card/card.html", "unsaved/x.jsonl.damaged-1"):
        (data / name).parent.mkdir(exist_ok=True)
        (data / name).write_text(f"{TEXT}\n")
    vault.good("forget", "--yes", typed=f"{TEXT}\n")
    assert left(vault) == []
    ((_, form),) = FormDrafts(str(data / "unsaved")).left()
    assert form["holds"] == {"text": "with [client] in the park", "kind": "call"}
    assert Recent(str(data / "recent-filters")).read() == ["stage:met"]
    assert not (data / "today.json").exists()


def test_an_open_form_is_named(vault: Runner) -> None:
    """What another window holds can't be changed: it says so, and the code says that not everything is done."""
    drafts = FormDrafts(str(Path(os.environ["HOME"], "data/rounds/test/unsaved")))
    drafts.keep({"form": "LogTouch", "path": ANA, "holds": {"text": TEXT}})
    said = vault("forget", "--yes", typed=f"{TEXT}\n")
    assert said.exit_code == 1
    assert "a form that isn't saved yet is open in another window" in said.stdout
    drafts.close()
    assert vault("forget", "--yes", typed=f"{TEXT}\n").exit_code == 0
    assert left(vault) == []


def test_today_stays_ours(vault: Runner) -> None:
    """A changed Today.md still counts as made by Rounds: nothing of it moves to the inbox."""
    say(vault, "plan", "Kim", f"ask how {TEXT} is", "--by", "today")
    vault.good("today", "--note")
    assert TEXT in vault.note("Today.md")
    vault.good("forget", "--yes", typed=f"{TEXT}\n")
    assert left(vault) == []
    opened = Vault.open(vault.folder)
    opened.sync()
    write_today(opened)
    opened.close()
    assert "ask how [client] is" in vault.note("Today.md")
    assert not (vault.folder / "Inbox.md").exists()


def test_old_events_lose_it(vault: Runner) -> None:
    """Events of a note that is gone or can't be read now, feeds that ended, and what a server was seen to have."""
    written(vault)
    folder = Path(os.environ["HOME"], "data/rounds/test")
    (vault.folder / KIM).write_text("---\nstage: [met\nid: kim0\n---\n")
    (folder / "remote").mkdir()
    rows = {"a@rounds": ["tag", "mark", False, f"Kim: {TEXT}", "2026-11-27", None, False]}
    (folder / "remote/phone-12345678.json").write_text(json.dumps(rows))
    questions = [["n", "follow-up", f"{TEXT}-1", "deleted", "phone"], ["n", "thanks", "2026-11-22", "deleted", "phone"]]
    asked = [[*each, None, None, None, None, False] for each in questions]
    (folder / "remote/.questions.json").write_text(json.dumps({"questions": asked}))
    vault.good("feed", "write")
    assert any(path.endswith("reminders.ics") for path in left(vault))
    vault.good("forget", "--yes", typed=f"{TEXT}\n")
    assert left(vault) == []
    calendar = (folder / "feeds/reminders.ics").read_text().replace("\n ", "")
    assert "SUMMARY:Kim Oh: ask how a client is" in calendar
    assert "SEQUENCE:1" in calendar
    assert json.loads((folder / "remote/phone-12345678.json").read_text())["a@rounds"][3] == "Kim: a client"
    assert json.loads((folder / "remote/.questions.json").read_text())["questions"] == asked[1:]


def test_one_note(vault: Runner) -> None:
    """With WHO, other notes, their changes and their events stay; the note's copies and former names are covered."""
    written(vault)
    say(vault, "rename", "Ana", "Anna Ott")
    say(vault, "log", "Anna", "call", f"{TEXT} once more")
    (vault.folder / ANA).write_text(f"another Ana, who met {TEXT}\n")
    copy = "Partners/Anna Ott.sync-conflict-20261101-120000-ABCDEFG.md"
    (vault.folder / copy).write_text(f"{TEXT} here\n")
    assert vault("forget", "Anna", "--yes", typed=f"{TEXT}\n").exit_code == 0
    assert TEXT not in vault.note("Partners/Anna Ott.md")
    assert TEXT in vault.note(KIM)
    assert TEXT in vault.note(ANA), "a new note with a former name"
    assert vault.note(copy) == "[client] here\n"
    changes = vault.json("history")["changes"]
    assert [each["state"] for each in changes] == ["forgotten", "saved", "saved", "saved", "forgotten"]
    assert [each["paths"][-1] == KIM for each in changes] == [False, False, True, True, False]
    assert TEXT in Path(os.environ["HOME"], "data/rounds/test/feeds/reminders.ics").read_text()
    vault.good("undo", changes[3]["id"])
    assert TEXT not in vault.note(KIM)


@pytest.mark.parametrize("name", ["Purple Lantern.md", "Purple Lantern.png"])
def test_names_of_files_are_left_to_the_user(vault: Runner, name: str) -> None:
    """Links lead to them; it says what to do, and that not everything is done."""
    (vault.folder / name).write_text("x\n")
    said = vault("forget", "--yes", typed=f"{TEXT}\n")
    assert said.exit_code == 1
    assert f"{name}: the file's name contains it: rename or delete the file" in said.stdout


def test_what_can_t_be_changed_is_named(vault: Runner) -> None:
    """A picture with the text in it, settings that would break, a file that can't be read."""
    (vault.folder / "scan.bin").write_bytes(b"\0" + TEXT.encode())
    (vault.folder / "x.toml").write_text(f"[{TEXT.replace(' ', '-')}]\n")
    (vault.folder / "y.png").write_bytes(b"\0\1")
    said = vault("forget", "--yes", typed=f"{TEXT}\n")
    assert said.exit_code == 1
    assert "scan.bin: it isn't plain text that Rounds can change" in said.stdout
    assert "x.toml: without these words it could no longer be read: change it by hand" in said.stdout
    assert "1 file of the vault can't be searched" in said.stdout
    assert left(vault) == ["scan.bin", "x.toml"]


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_a_file_that_can_t_be_read_or_written_is_named(vault: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may hold the text, or still does; the others are done."""
    with commons() as folder:
        for name in ("CACHE", "DATA", "CONFIG"):
            monkeypatch.setenv(f"XDG_{name}_HOME", str(folder / name))
        there = Runner(shutil.copytree(vault.folder, folder / "vault"))
        written(there)
        (there.folder / "Locked.md").write_text(TEXT)
        (there.folder / "Closed").mkdir()
        (there.folder / "Closed/A.md").write_text(TEXT)
        give(folder)
        (there.folder / "Locked.md").chmod(0)
        (there.folder / "Closed").chmod(0o500)
        with as_nobody():
            said = there("forget", "--yes", typed=f"{TEXT}\n")
        assert said.exit_code == 1
        assert "Locked.md: Permission denied" in said.stdout
        assert "Closed/A.md: could not be saved: Permission denied" in said.stdout
        assert traces(folder / "vault", folder / "DATA", pattern=TEXT) == ["Closed/A.md", "Locked.md"]


def test_other_bytes_stay(vault: Runner) -> None:
    """Line ends, a byte order mark, another encoding, a missing last line end."""
    before = f"\ufeff---\r\ntype: partner\r\n---\r\n- {TEXT} x\r\n\r\nend".encode() + b" caf\xe9"
    (vault.folder / "Odd.md").write_bytes(before)
    vault.good("forget", "--yes", typed=f"{TEXT}\n")
    assert (vault.folder / "Odd.md").read_bytes() == before.replace(TEXT.encode(), b"[client]")


def test_links_and_hard_links_are_named(vault: Runner, tmp_path: Path) -> None:
    """What leads out of the vault isn't changed; another name of a file keeps the text."""
    for name in ("out.md", "other name.md"):
        (tmp_path / name).write_text(f"{TEXT}\n")
    (vault.folder / "Out.md").symlink_to(tmp_path / "out.md")
    (vault.folder / "Named.md").hardlink_to(tmp_path / "other name.md")
    (vault.folder / "In.md").symlink_to("Named.md")
    said = vault("forget", "--yes", typed=f"{TEXT}\n")
    assert said.exit_code == 1
    assert "Out.md: Out.md leads outside the vault" in said.stdout
    assert "Named.md: had another name, a hard link, which keeps the text from before" in said.stdout
    assert vault.note("Named.md") == vault.note("In.md") == ""
    assert (tmp_path / "out.md").read_text() == f"{TEXT}\n"


def test_many_lines_are_not_changed_unseen(vault: Runner, terminal: None) -> None:
    """There is no undo: with --yes, a hundred lines at most; on a terminal, one answer may stand for all."""
    (vault.folder / "Long.md").write_text(f"{TEXT} x\n" * 101)
    said = vault("forget", "--yes", typed=f"{TEXT}\n")
    assert said.exit_code == 2
    assert "the text is in 101 lines, too many to change unseen" in said.stderr
    assert TEXT in vault.note("Long.md")
    assert vault("forget", typed=f"{TEXT}\nall\ny\n").exit_code == 0
    assert vault.note("Long.md") == "[client] x\n" * 101


def test_what_killed_writers_left(vault: Runner) -> None:
    """Temporary files of the journal, of saved states, and of notes; index files of older versions and of copies."""
    written(vault)
    data, cache = (Path(os.environ[f"XDG_{name}_HOME"]) / "rounds" for name in ("DATA", "CACHE"))
    for path in (
        data / "test/journal/0.z.0123abcd.tmp", data / "test/published/reminders.json.0123abcd.tmp",
        data / "test/today.json.0123abcd.tmp", cache / "test-0123abcd/index-v9.sqlite", vault.folder / ".~0123abcd.tmp",
    ):  # fmt: skip
        path.parent.mkdir(exist_ok=True)
        path.write_text(TEXT)
    (cache / "test-other").mkdir()
    (cache / "test-other/index-v15.sqlite").write_text(TEXT)
    vault.good("forget", "--yes", typed=f"{TEXT}\n")
    assert left(vault) == ["cache/rounds/test-other/index-v15.sqlite"], "that of a vault with another id"


def test_an_unknown_file_is_left(vault: Runner) -> None:
    """Nothing is deleted that Rounds doesn't know as its own."""
    path = Path(os.environ["XDG_DATA_HOME"], "rounds/test/mine.txt")
    path.parent.mkdir(parents=True)
    path.write_text(TEXT)
    said = vault("forget", "--yes", typed=f"{TEXT}\n")
    assert said.exit_code == 1
    assert f"{path}: Rounds doesn't make this file" in said.stdout
    assert path.read_text() == TEXT


def test_forms_about_others_stay(vault: Runner) -> None:
    """With WHO, a form about another note keeps the text."""
    folder = Path(os.environ["XDG_DATA_HOME"], "rounds/test/unsaved")
    folder.mkdir(parents=True)
    for name, path in (("a", ANA), ("b", KIM)):
        (folder / f"{name}.jsonl").write_text(json.dumps({"path": path, "holds": {"text": TEXT}}) + "\n")
    vault.good("forget", "Ana", "--yes", typed=f"{TEXT}\n")
    assert [TEXT in (folder / f"{name}.jsonl").read_text() for name in "ab"] == [False, True]


def test_what_comes_back_is_said(vault: Runner) -> None:
    """Another window may write the text again while it's taken out."""
    written(vault)
    path, over = Path(os.environ["XDG_DATA_HOME"], "rounds/test/today.json"), threading.Event()

    def keep_writing() -> None:
        while not over.wait(0.001):
            path.write_text(TEXT)

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        said = vault("forget", "--yes", typed=f"{TEXT}\n")
    finally:
        over.set()
        writer.join()
    assert said.exit_code == 1
    assert f"{path}: it still contains the text, or has it again" in said.stdout


@pytest.mark.skipif(os.name != "posix", reason="pipes have names on POSIX")
@pytest.mark.parametrize("how", ["empty", "cut", "other", "folder", "pipe"])
def test_damaged_files_of_ours(vault: Runner, how: str) -> None:
    """Whatever stands in the place of one, the others are done, and what still holds the text is named."""
    written(vault)
    data = Path(os.environ["XDG_DATA_HOME"], "rounds/test")
    for there, text in (
        ("remote/phone-12345678.json", "{}"),
        ("remote/.asked.json", "[]"),
        ("remote/.questions.json", "[]"),
        ("recent-filters", TEXT),
    ):
        (data / there).parent.mkdir(exist_ok=True)
        (data / there).write_text(text)
    homes = Path(os.environ["XDG_DATA_HOME"]).parent
    whole = shutil.copytree(homes, vault.folder.with_name("whole"))
    notes = shutil.copytree(vault.folder, vault.folder.with_name("notes"))
    for path in [each for each in homes.rglob("*") if each.is_file() and (how != "other" or "lock" not in each.name)]:
        name, before = path.relative_to(homes), path.read_bytes()
        path.unlink()
        if how in {"folder", "pipe"}:
            path.mkdir() if how == "folder" else os.mkfifo(path)
        else:
            path.write_bytes({"empty": b"", "cut": before[: len(before) // 2], "other": f'["{TEXT}", 1]'.encode()}[how])
        said = vault("forget", "--yes", typed=f"{TEXT}\n")
        assert said.exit_code in {0, 1}, (name, said.output)
        assert TEXT not in vault.note(ANA) + vault.note(KIM), name
        still = [
            each
            for each in left(vault)
            if Path(each).name not in said.stdout and f"{Path(each).parent}:" not in said.stdout
        ]
        assert not still, (name, said.output)
        shutil.rmtree(homes)
        shutil.copytree(whole, homes)
        shutil.rmtree(vault.folder)
        shutil.copytree(notes, vault.folder)


def test_nothing_is_done_while_the_notes_are_gone(rounds: Runner) -> None:
    """Most notes missing at once may be a drive that isn't there: the index has their last words, and keeps them."""
    rounds.good("log", "dana whitlock", "call", TEXT)
    shutil.rmtree(rounds.folder / "Partners")
    said = rounds("forget", "--yes", typed=f"{TEXT}\n")
    assert said.exit_code == 1
    assert "Nothing found" not in said.stdout
    assert {path.rpartition(".")[2] for path in left(rounds)} >= {"jsonl"}


def test_the_word_in_its_place_is_refused(vault: Runner) -> None:
    """It would be found again for ever."""
    assert vault("forget", "--yes", typed="Client\n").exit_code == 2


def test_the_text_is_no_argument(vault: Runner, terminal: None) -> None:
    """Whoever types it there is told so, and isn't asked to add a partner of that name."""
    said = vault("forget", *TEXT.split(), typed="y\n")
    assert said.exit_code == 3
    assert "leave out WHO: Rounds asks for the text" in said.stderr
    assert "your shell's history has it now" in said.stderr
    assert [path.name for path in sorted((vault.folder / "Partners").iterdir())] == ["Ana Ott.md", "Kim Oh.md"]


@pytest.mark.parametrize("text", ["", "ab", "Z. Q."])
def test_a_short_text_is_refused(vault: Runner, text: str) -> None:
    """It would be in far too many words."""
    said = vault("forget", "--yes", typed=f"{text}\n")
    assert said.exit_code == 2
    assert "at least 3 letters" in said.stderr


def git(vault: Runner, *words: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@x", "-C", str(vault.folder), *words],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def test_git_is_listed_and_left(vault: Runner, tmp_path: Path) -> None:
    """Pushed, not pushed, amended away, stashed, staged, in a message; each with what to do, and no commit changes."""
    tool("git")
    git(vault, "init", "-q", "-b", "main")
    git(vault, "add", "-A")
    git(vault, "commit", "-qm", "first")

    def commit(path: str, text: str, message: str = "x") -> str:
        (vault.folder / path).write_text(text)
        git(vault, "add", "-A")
        git(vault, "commit", "-qm", message)
        return git(vault, "rev-parse", "--short=10", "HEAD").strip()

    pushed = commit("ü A.md", f"with {TEXT}\n")
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "remote")], check=True)
    git(vault, "remote", "add", "origin", str(tmp_path / "remote"))
    git(vault, "push", "-q", "-u", "origin", "main")
    removed = commit("ü A.md", "clean\n")
    amended = commit("B.md", "purple-LANTERN\n")
    (vault.folder / "B.md").write_text("clean\n")
    git(vault, "commit", "-qa", "--amend", "-m", "y")
    said = commit("C.md", "clean\n", f"about {TEXT}")
    (vault.folder / "B.md").write_text(f"{TEXT}\n")
    git(vault, "stash", "-q")
    (vault.folder / "C.md").write_text(f"{TEXT}\n")
    git(vault, "add", "C.md")
    before = git(vault, "log", "--all", "--format=%H")
    result = vault("forget", "--yes", "--json", typed=f"{TEXT}\n")
    assert result.exit_code == 0, result.output
    found = {(each["where"], each["id"]): each["paths"] for each in json.loads(result.stdout)["commits"]}
    stash = git(vault, "rev-parse", "--short=10", "stash").strip()
    assert found == {
        ("staged", ""): ["C.md"], ("stash", stash): ["B.md"], ("commit", said): [], ("commit", removed): ["ü A.md"],
        ("reflog", amended): ["B.md"], ("pushed", pushed): ["ü A.md"],
    }  # fmt: skip
    assert git(vault, "log", "--all", "--format=%H") == before
    text = vault.good("forget", typed=f"{TEXT}\n")
    assert "Nothing found, except in git." in text
    for words in ("git add -u", "git stash drop", "git filter-repo", "--force", "git reflog expire"):
        assert words in text


def test_the_text_is_in_no_list_of_processes(vault: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git isn't told: what it is called with can be read by others."""
    tool("git")
    git(vault, "init", "-q")
    written(vault)
    git(vault, "add", "-A")
    git(vault, "commit", "-qm", "x")
    called: list[list[str]] = []
    real = subprocess.Popen

    def popen(words: list[str], **more: object) -> object:
        called.append(words)
        return real(words, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", popen)
    vault.good("forget", "--yes", typed=f"{TEXT}\n")
    assert called
    assert "lantern" not in str(called).casefold()


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals")
def test_the_text_is_typed_unseen(vault: Runner) -> None:
    """On a real terminal nothing of it is shown."""
    import pty

    master, slave = pty.openpty()
    with started(command("forget"), stdin=slave, stdout=slave, stderr=slave, close_fds=True,
                 env=environment(ROUNDS_VAULT=str(vault.folder)), start_new_session=True) as program:  # fmt: skip
        os.close(slave)
        seen = b""
        while b"isn't shown" not in seen:
            seen += os.read(master, 1000)
        os.write(master, f"{TEXT}\n".encode())
        try:
            while part := os.read(master, 1000):
                seen += part
        except OSError:
            pass
        assert program.wait(30) == 0
    os.close(master)
    assert b"Nothing found." in seen
    assert b"Lantern" not in seen

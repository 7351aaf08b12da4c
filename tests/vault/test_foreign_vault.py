"""A vault that was received: what its settings, a planted journal and its links name stays inside the vault."""

import json
import os
from contextlib import suppress
from pathlib import Path

import pytest

from rounds.errors import RoundsError, SettingsError
from rounds.index.scan import template_folders
from rounds.storage import files
from rounds.storage.journal import DONE, Journal, Step
from rounds.storage.user_config import cache_folder, data_folder
from rounds.vault.conflicts import apply, proposals
from rounds.vault.history_undo import undo
from rounds.vault.vault import Vault

NOTE = b"---\ntype: partner\nid: ann1\n---\n\n## Log\n\n- 2026-05-04 email: hi\n"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder beside the vault, with a file that must stay as it is."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "keys").write_bytes(b"theirs\n")
    return folder


@pytest.fixture
def vault(empty: Vault, outside: Path) -> Vault:
    """A vault with a note, a folder of git, and links out of it."""
    root = Path(empty.root)
    (root / "Partners").mkdir()
    (root / "Partners/Ann.md").write_bytes(NOTE)
    (root / ".git/hooks").mkdir(parents=True)
    (root / "out").symlink_to(outside)
    (root / "file").symlink_to(outside / "keys")
    (root / ".trash").symlink_to(outside)
    empty.sync()
    return empty


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


LEADING_OUT = [
    "../outside/keys", "../outside/new", "{outside}/keys", "{outside}/new", "out/keys", "out/new", "file", "Partners/../../outside/new",
    ".git/hooks/post-merge", ".GIT/hooks/post-merge", "Partners/a\0b", "..", "",
]  # fmt: skip


@pytest.mark.parametrize(
    "id_",
    ["../../x", "..", ".", "a/b", "a\\b", "/tmp/x", "a b", "abc", "x" * 65, "C:", "\u00e4\u00f6\u00fc\u00df", "abcd\n"],
)
def test_an_id_that_could_be_a_path_is_an_error(empty: Vault, home: Path, id_: str) -> None:
    """The place is named, nothing that needs the vault's own settings is written, and what is kept lies where it belongs."""
    root = Path(empty.root)
    quoted = id_.replace("\\", "\\\\").replace("\n", "\\n")
    (root / "rounds.toml").write_text(f'timezone = "America/Los_Angeles"\nvault = "{quoted}"\n', encoding="utf-8")
    received = Vault.open(root)
    received.sync()
    assert received.broken is not None
    assert (received.broken.line, received.broken.path) == (2, "rounds.toml")
    assert "4 to 64 letters" in received.broken.hint
    assert received.settings.timezone == "America/Los_Angeles"
    assert os.path.dirname(received.data) == str(home / "data/rounds")
    assert os.path.dirname(os.path.dirname(received.index.path)) == str(home / "cache/rounds")
    with pytest.raises(SettingsError, match="id of a vault"):
        received.need_settings()
    received.close()


@pytest.mark.parametrize("id_", ["test", "k3q9", "A-b_9", "x" * 64, "7m2kq4p9x3tz"])
def test_a_plain_id_is_one(empty: Vault, id_: str) -> None:
    """As `init` writes it, and as people have written it."""
    Path(empty.root, "rounds.toml").write_text(f'vault = "{id_}"\n')
    received = Vault.open(empty.root)
    assert (received.broken, received.vault_id) == (None, id_)


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".", "a\0b"])
def test_the_folders_of_a_vault_have_plain_names(name: str) -> None:
    """Whoever asks for them."""
    for folder in (cache_folder, data_folder):
        with pytest.raises(SettingsError):
            folder(name)


@pytest.mark.parametrize("path", LEADING_OUT)
def test_nothing_is_written_or_moved_out(vault: Vault, outside: Path, path: str) -> None:
    """Not by `..`, an absolute path or a link; nor into git's own folder."""
    path = path.format(outside=outside)
    before, kept = tree(outside), tree(Path(vault.root))
    for base in (None, files.digest(b"theirs\n")):
        with pytest.raises(RoundsError):
            files.write(vault.root, path, b"mine\n", base=base)
    if path != "file":  # the link itself may go elsewhere
        for old, new in (("Partners/Ann.md", path), (path, "Partners/New.md")):
            with pytest.raises(RoundsError):
                files.move(vault.root, old, new)
    assert tree(outside) == before
    assert tree(Path(vault.root)) == kept


@pytest.mark.parametrize("path", LEADING_OUT)
@pytest.mark.parametrize("kind", ["write", "write back", "move", "move back"])
@pytest.mark.parametrize("ended", [True, False])
def test_a_planted_journal_leads_nowhere(vault: Vault, outside: Path, path: str, kind: str, *, ended: bool) -> None:
    """Neither its undo nor what the next start takes back."""
    path = path.format(outside=outside)
    journal = Journal(os.path.join(vault.data, "journal"))
    step = {
        "write": Step("0123abcd", path, before=b"theirs\n", after=NOTE),
        "write back": Step("0123abcd", path, before=b"mine\n", after=b"theirs\n"),
        "move": Step("0123abcd", path, to="Partners/Ann.md"),
        "move back": Step("0123abcd", "Partners/New.md", to=path),
    }[kind]
    change = journal.start(os.path.realpath(vault.root), of=1 if ended else 2)
    journal.step(change, step)
    if ended:
        journal.end(change, step, DONE)
        journal.close(change, DONE)
    before, kept = tree(outside), tree(Path(vault.root))
    vault.writer.recover()
    with suppress(RoundsError):
        undo(vault)
    assert tree(outside) == before
    assert {name: data for name, data in tree(Path(vault.root)).items() if "/.trash/" not in name} == kept


@pytest.mark.parametrize("id_", ["../../outside/keys", "/../../../outside/keys", "a/b"])
def test_the_id_of_a_step_is_no_path(vault: Vault, outside: Path, id_: str) -> None:
    """A temporary file has it in its name, and what is left of one is removed."""
    journal = Journal(os.path.join(vault.data, "journal"))
    Path(vault.root, "Partners/.~").mkdir()
    (outside / "keys.tmp").write_bytes(b"")
    change = journal.start(os.path.realpath(vault.root), of=2)
    journal.step(change, Step(id_, "Partners/Ann.md", before=b"", after=b"theirs\n"))
    before = tree(outside)
    vault.writer.recover()
    assert tree(outside) == before


def test_the_trash_is_in_the_vault(vault: Vault, outside: Path) -> None:
    """A link in its place takes no note out."""
    before = tree(outside)
    with pytest.raises(RoundsError, match="leads outside"):
        vault.move("Partners/Ann.md", files.free_in_trash(vault.root, "Partners/Ann.md"))
    assert tree(outside) == before


@pytest.mark.parametrize("folder", ["../outside", "/etc", "a/../../outside", "C:/x", "a\\b", "..", "x\0y"])
def test_folders_of_settings_stay_in_the_vault(vault: Vault, folder: str) -> None:
    """Those of rounds.toml, which are then problems, and those of Obsidian's settings."""
    root = Path(vault.root)
    (root / ".obsidian").mkdir()
    (root / ".obsidian/templates.json").write_text(json.dumps({"folder": folder}))
    assert all(each == "etc/" for each in template_folders(vault.root))
    quoted = folder.replace("\\", "\\\\").replace("\0", "\\u0000")
    (root / "rounds.toml").write_text(f'vault = "test"\n[folders]\npartners = "{quoted}"\n')
    received = Vault.open(root)
    assert received.settings.folders["partners"] == "Partners"
    assert "isn't a folder of the vault" in received.settings_problems[0].message


def test_a_copy_that_is_a_link_out_is_not_merged(vault: Vault, outside: Path) -> None:
    """What is merged goes to everybody who has the vault; the note goes on as it is."""
    secret = outside / "secret"
    secret.write_bytes(NOTE + b"- 2026-05-05 call: my own secret\n")
    note = Path(vault.root, "Partners/Ann.md")
    Path(vault.root, "Partners/Ann.sync-conflict-20261101-120000-ABCDEFG.md").symlink_to(secret)
    vault.sync()
    for proposal in proposals(vault):
        apply(vault, proposal)
    assert note.read_bytes() == NOTE
    assert b"secret" in secret.read_bytes()

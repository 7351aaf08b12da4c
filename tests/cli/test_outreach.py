"""`rounds ready`, `rounds card`, `rounds prep` and `rounds share`."""

import email
from email.policy import SMTP
from pathlib import Path

import pytest

from cli.running import Runner
from rounds.cli import module_of

MARIA = "Partners/Maria Alvarez.md"
ARTICLE = "Sleep and worry, J. Doe, https://journal.example/sleep"


def write(rounds: Runner, path: str, text: str) -> None:
    (rounds.folder / path).parent.mkdir(parents=True, exist_ok=True)
    (rounds.folder / path).write_text(text, encoding="utf-8")


def test_ready(rounds: Runner) -> None:
    """The six points with advice; a too general niche is named as such, with what its own note says."""
    text = rounds.good("ready")
    assert "\nAll six are ready.\n" in text
    assert '"Children and teens" is too general to bring anybody to mind. Name an age and a difficulty' in text
    rounds.good("set", "Practice", "website=", "credentials=")
    found = rounds.json("ready")
    assert found["ready"] is False
    assert [point["name"] for point in found["points"] if not point["ready"]] == [
        "who you are", "a website that explains the services",
    ]  # fmt: skip


def test_ready_in_a_new_vault(nobody: Runner, rounds: Runner) -> None:
    """A Practice.md with nothing in it has six times advice; without one it is said how to get it."""
    assert nobody("ready").exit_code == 3
    write(nobody, "Practice.md", "---\ntype: practice\n---\n")
    found = nobody.json("ready")
    assert [point["ready"] for point in found["points"]] == [False] * 6
    assert all(point["advice"] for point in found["points"])
    assert nobody("card").exit_code == 6


def test_ready_for_one_of_a_team(rounds: Runner, home: Path) -> None:
    """In a group, the note of whoever works here goes over Practice.md."""
    write(rounds, "Team/Kim.md", "---\ntype: clinician\nhandle: kim\nname: Kim Doe\n---\n")
    (home / "config" / "rounds").mkdir(parents=True)
    (home / "config" / "rounds" / "config.toml").write_text('me = "@kim"\n')
    assert rounds.json("ready")["points"][0]["found"].startswith("Kim Doe, LCSW")
    assert rounds.json("draft", "harriet")["draft"]["subject"] == "A coffee sometime? - Kim Doe, therapist"


def test_card(rounds: Runner, home: Path) -> None:
    """Four files outside the vault, from Practice.md alone; made again they are unchanged."""
    before = sorted(rounds.folder.rglob("*"))
    found = rounds.json("card")
    assert [Path(path).name for path in found["files"]] == [
        "Juniper Hale.vcf", "Juniper Hale QR code.svg", "Juniper Hale QR code.png", "Juniper Hale summary.html",
    ]  # fmt: skip
    assert all(Path(path).is_relative_to(home) for path in found["files"])
    assert b"FN:Juniper Hale\\, LCSW\\, PMH-C\r\n" in Path(found["files"][0]).read_bytes()
    assert "<svg" in Path(found["files"][3]).read_text(encoding="utf-8")
    assert sorted(rounds.folder.rglob("*")) == before
    assert rounds.json("card")["written"] == []


def test_card_where_it_is_wanted(rounds: Runner) -> None:
    """In the vault only when told; nothing is written over unasked, and Practice.md is never written to."""
    to = str(rounds.folder / "Attachments")
    mine = (rounds.folder / "Attachments/Juniper Hale.vcf").read_bytes()
    practice = rounds.note("Practice.md")
    result = rounds("card", "--to", to)
    assert result.exit_code == 1
    assert "holds something else" in result.stderr
    assert not (rounds.folder / "Attachments/Juniper Hale summary.html").exists()
    result = rounds("card", "--to", to, "--replace", "--vcard", "4.0")
    assert result.exit_code == 0
    assert 'summary="Attachments/Juniper Hale summary.html"' in result.stderr
    now = (rounds.folder / "Attachments/Juniper Hale.vcf").read_bytes()
    assert now != mine
    assert b"VERSION:4.0\r\n" in now
    assert rounds.note("Practice.md") == practice


def test_a_blank_form_for_referrals(rounds: Runner, tmp_path: Path) -> None:
    """From Practice.md alone, beside the card; nothing is written over unasked, and the card stays unmade."""
    path = tmp_path / "out/form.html"
    path.parent.mkdir()
    found = rounds.json("card", "--referral-form", str(path))
    assert found == {"folder": str(path.parent), "files": [str(path)], "written": [str(path)]}
    page = path.read_text(encoding="utf-8")
    assert "to Juniper Hale, LCSW, PMH-C" in page
    assert [each.name for each in path.parent.iterdir()] == ["form.html"]
    assert rounds.good("card", "--referral-form", str(path)) == f"{path}\n"
    path.write_text("mine")
    result = rounds("card", "--referral-form", str(path))
    assert result.exit_code == 1
    assert "holds something else" in result.stderr
    rounds.good("card", "--referral-form", str(path), "--replace")
    assert path.read_text(encoding="utf-8") == page
    assert rounds("card", "maria", "--referral-form", str(path), "--replace").exit_code == 2


def test_a_form_carries_no_client(rounds: Runner, tmp_path: Path) -> None:
    """Neutral words stand for client information in Practice.md."""
    practice = rounds.folder / "Practice.md"
    text = practice.read_text(encoding="utf-8")
    lines = ["how_to_refer: call me, as for my client Dana Moore" if each.startswith("how_to_refer:") else each
             for each in text.split("\n")]  # fmt: skip
    practice.write_text("\n".join(lines), encoding="utf-8")
    result = rounds("card", "--referral-form", str(tmp_path / "form.html"))
    assert result.exit_code == 0
    page = (tmp_path / "form.html").read_text(encoding="utf-8")
    assert "call me, as for" in page
    assert "Dana" not in page
    assert "Client information stays here" in result.stderr


def test_prep(rounds: Runner) -> None:
    """Last touches, what is unknown, the questions of the playbook and the role, both whys (guide, 6, 14 to 17)."""
    found = rounds.json("prep", "dana")
    assert [touch["kind"] for touch in found["touches"]] == ["reply", "email"]
    assert list(found["unknown"]) == ["referral_includes", "referral_contact", "accepting"]
    assert found["role"]["name"] == "family physician"
    assert found["role"]["why_they_need_us"].startswith("Most mental-health care")
    assert found["role"]["why_we_need_them"]
    heads = [each["heading"] for each in found["questions"]]
    assert heads[:3] == ["Listen first", "Ask", "Then share"]
    assert heads[-1] == "Worth asking at a first coffee"
    text = rounds.good("prep", "dana")
    assert text.startswith("Dana Whitlock\n")
    for words in (
        "Still to learn",
        "who contacts referred clients",
        "Why they need you",
        "Why you need them",
    ):
        assert words in text
    assert "- What would make referring as easy as possible for you?" in text


def test_prep_knows_what_was_learned(rounds: Runner) -> None:
    """What is written on the partner, or shared by the organization, is no longer unknown."""
    rounds.good("set", "dana", "referral_includes=one page", "referral_contact=the front desk calls", "accepting=open")
    assert rounds.json("prep", "dana")["unknown"] == {}


def test_prep_with_the_users_own_questions(rounds: Runner) -> None:
    """The sheet follows the playbook as it is; without its note the template's questions stand in."""
    write(rounds, "Playbook/Coffee chat.md", "# Mine\n\nBe curious:\n\n- What do you\n  love?\n- And what not?\n")
    assert rounds.json("prep", "dana")["questions"][0] == {
        "heading": "Be curious", "items": ["What do you love?", "And what not?"],
    }  # fmt: skip
    (rounds.folder / "Playbook/Coffee chat.md").unlink()
    assert rounds.json("prep", "dana")["questions"][0]["heading"] == "Listen first"
    assert rounds("prep", "rose city").exit_code == 3


def test_share(rounds: Runner) -> None:
    """A mail of their own to each, never a bcc, and a follow-up on each note."""
    result = rounds("share", ARTICLE, "role:pediatrician", "stage:active")
    assert result.exit_code == 0
    drafts = result.stdout.split("-" * 20)
    assert len(drafts) == result.stdout.count("To: ") == result.stdout.count("mailto:") >= 1
    assert "bcc" not in result.stdout.lower()
    text = result.stdout
    assert (
        f"thought of your work at Rose City Pediatrics, and of our conversation earlier this month:\n\n{ARTICLE}\n"
        in text
    )
    assert "- [ ] article: sent? Sleep and worry, J. Doe 📅 2026-11-23" in rounds.note(MARIA)


def test_share_names_who_had_it(rounds: Runner) -> None:
    """Drafted or sent already, by title or link: left out and named, unless wanted again."""
    rounds.good("share", ARTICLE, "malvarez@rosecitypeds.example")
    result = rounds("share", ARTICLE, "malvarez@rosecitypeds.example")
    assert result.exit_code == 3
    assert "Maria Alvarez: left out, it is drafted already." in result.stderr
    rounds.good("done", "maria", "--rule", "follow-up", "--number", "1")
    rounds.good("log", "keiko", "article", "sent https://journal.example/sleep/ to her", "--on", "2026-11-20")
    found = rounds("share", "Another title, https://journal.example/sleep", "name:keiko")
    assert "Keiko Marlowe: left out, had it 20 Nov." in found.stderr
    assert rounds("share", "Another title, https://journal.example/sleep", "name:keiko", "--again").exit_code == 0


def test_share_leaves_out_who_rests(rounds: Runner) -> None:
    """Resting partners and those without an address are named, not written to."""
    result = rounds("share", ARTICLE, "name:petra OR name:odette OR name:maria")
    assert result.exit_code == 0
    assert "Petra Vance: left out" in result.stderr
    assert "Odette Marsh: left out, there is no email address." in result.stderr
    assert result.stdout.count("To: ") == 1


def test_mails_that_say_the_same_are_named(rounds: Runner) -> None:
    """Each recalls the last conversation; where nothing differs, it is said."""
    assert "say the same" not in rounds("share", ARTICLE, "name:maria OR name:keiko").stderr
    for name in ("Ada Okoro", "Lou Ito"):
        path = f"Partners/{name}.md"
        write(rounds, path, f"---\ntype: partner\nstage: active\nemail: {name.split()[0].lower()}@x.example\n---\n")
    result = rounds("share", ARTICLE, "name:maria OR name:okoro OR name:ito")
    assert "Note: the mails to Ada Okoro, Lou Ito say the same" in result.stderr


def test_share_is_no_mailing(rounds: Runner) -> None:
    """To many at once it is one: the limit is said, and nothing is written."""
    result = rounds("share", ARTICLE, "-stage:resting", "--limit", "2")
    assert result.exit_code == 2
    assert "mailing" in result.stderr
    assert "article: sent?" not in rounds.note(MARIA)
    assert rounds("share", " ", "maria").exit_code == 2


def test_share_as_mail_files(rounds: Runner, tmp_path: Path) -> None:
    """One file each, with one recipient."""
    found = rounds.json("share", ARTICLE, "name:maria OR name:keiko", "--eml", str(tmp_path / "mails"))
    mails = [email.message_from_bytes(Path(path).read_bytes(), policy=SMTP) for path in found["files"]]
    assert sorted(str(mail["To"]) for mail in mails) == [
        "Keiko Marlowe <keiko@marlowelactation.example>", "Maria Alvarez <malvarez@rosecitypeds.example>",
    ]  # fmt: skip
    assert {(mail["X-Unsent"], mail["Bcc"], mail["Cc"]) for mail in mails} == {("1", None, None)}
    Path(found["files"][0]).write_text("mine")
    again = rounds("share", "Other, A. Doe", "name:maria OR name:keiko", "--eml", str(tmp_path / "mails"))
    assert again.exit_code == 1
    assert "holds something else" in again.stderr
    assert "--replace" not in again.stderr, "it has no such option"
    assert Path(found["files"][0]).read_text() == "mine"


def test_messages_are_completed(rounds: Runner) -> None:
    """Once somebody is named, the playbook's messages are offered."""
    import click

    from rounds.cli.draft_share import draft
    from rounds.cli.options import message_completion
    from rounds.cli.session import Session

    rounds.good("list")
    context = click.Context(draft, obj=Session())
    context.obj.named = str(rounds.folder)
    context.params["words"] = ("maria",)
    parameter = next(each for each in draft.params if each.name == "words")
    assert message_completion(context, parameter, "nu") == ["Nudge"]
    context.params["words"] = ()
    assert message_completion(context, parameter, "mar") == ["Marcus Tilley", "Maria Alvarez"]


@pytest.mark.parametrize("name", ["draft", "prep", "share", "ready", "card", "export", "match", "agenda", "map"])
def test_nothing_is_sent(name: str) -> None:
    """No module of these commands knows how to send: no sockets, no SMTP, no HTTP. What does belongs to `feed` and `find` alone."""
    source = Path(__file__).parents[2] / "src/rounds"
    network = (
        "calendar.server",
        "calendar.feed_addresses_passwords",
        "calendar.caldav",
        "rounds.web_requests",
        "imports.registry",
    )
    texts = [source / f"cli/{module_of(name)}.py", *(source / "exports").glob("*.py")]
    assert not [
        p
        for p in texts
        if any(w in p.read_text() for w in ("smtplib", "http.client", "urlopen", "import socket", "niquests"))
    ]
    users = {p.stem for p in source.rglob("*.py") if any(f"{w} import" in p.read_text() for w in network)}
    assert users - {"find", "find_contacts", "registry"} == {
        "feed", "feed_publish", "watch_serve", "publish_back", "server", "feed_addresses_passwords", "caldav",
        "caldav_account", "inbox_tasks", "web",
    }  # fmt: skip

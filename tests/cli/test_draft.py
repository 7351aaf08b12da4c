"""`rounds draft`: chosen, filled in, checked, put where it can be sent from, and asked for afterwards."""

import email
import os
import re
import shutil
from email.policy import SMTP
from pathlib import Path

import pytest

from cli.conftest import Process
from cli.running import Runner
from rounds.exports import editor_clipboard_mail_obsidian as desktop

DANA, OWEN, MARIA = "Partners/Dana Whitlock.md", "Partners/Owen Farraday.md", "Partners/Maria Alvarez.md"
MESSAGES = "Playbook/Messages"
RELEASE = """---
type: release
partner: "[[Maria Alvarez]]"
partner_id: m7raq4xk2vdn
client: R-7K3QXM
signed: 2026-10-01
expires: 2027-03-01
scope:
  - attendance
---
"""


@pytest.fixture(autouse=True)
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was put on the clipboard."""
    texts: list[str] = []

    def copy(text: str) -> str:
        texts.append(text)
        return "xclip"

    monkeypatch.setattr(desktop, "copy", copy)
    return texts


@pytest.fixture
def released(rounds: Runner) -> Runner:
    """The sample with a valid release for R-7K3QXM and Maria Alvarez."""
    write(rounds, "Releases/2026-10-01 Maria.md", RELEASE)
    return rounds


def write(rounds: Runner, path: str, text: str) -> None:
    (rounds.folder / path).parent.mkdir(parents=True, exist_ok=True)
    (rounds.folder / path).write_text(text, encoding="utf-8")


def test_the_draft_is_shown_copied_and_asked_about(rounds: Runner, copied: list[str]) -> None:
    """Text on the clipboard, a mailto: link, and a follow-up for today whose tick logs the touch."""
    result = rounds("draft", "owen", "personal email")
    assert result.exit_code == 0
    subject = "Referral Collaboration Inquiry - Juniper Hale, Therapist Specializing in Children and teens"
    assert result.stdout.startswith(f"To: Owen Farraday <owen@farradayassessment.example>\nSubject: {subject}\n\n")
    assert "I'm writing because of your article on reading and worry, and" in result.stdout
    assert "mailto:owen@farradayassessment.example?subject=Referral%20Collaboration" in result.stdout
    assert "%0D%0A" in result.stdout
    assert copied[0].startswith("Dear Dr. Farraday,\n\nI'm writing because of")
    assert "on the clipboard (xclip)" in result.stderr
    assert "- [ ] email: sent? Personal email 📅 2026-11-23 ^f-" in rounds.note(OWEN)
    assert any(each["title"] == "sent? Personal email" for each in rounds.json("show", "owen")["reminders"])
    rounds.good("done", "owen", "--rule", "follow-up")
    assert rounds.json("show", "owen")["timeline"][0]["kind"] == "email"
    assert rounds.json("show", "owen")["note"]["last_contact"] == "2026-11-23"


def test_drafting_twice_asks_once(rounds: Runner) -> None:
    """A draft is one thing: another message to the same person takes the place of one that wasn't sent."""
    rounds.good("draft", "owen", "nudge")
    assert rounds.json("draft", "owen", "nudge")["planned"] is None
    rounds.good("set", "owen", "phone=503-555-0184")
    for message, line in (
        ("personal email", "email: sent? Personal email"),
        ("call script", "call: made? Call script"),
    ):
        rounds.good("draft", "owen", message)
        assert re.findall(r"- \[ \] (.*) 📅", rounds.note(OWEN)) == [line]
    rounds.good("draft", "owen", "thank-you")
    assert rounds.note(OWEN).count("- [ ]") == 2, "a thank-you is something else"


@pytest.mark.parametrize("kind", ["reply", "coffee", "call"])
def test_an_answer_closes_the_question(rounds: Runner, kind: str) -> None:
    """Whoever answers, meets, or is logged as written to has the message; so it counts as sent on its day."""
    rounds.good("set", "harriet", "phone=503-555-0100")
    rounds.good("draft", "harriet", "nudge" if kind != "call" else "call script")
    text = rounds.good("log", "harriet", kind, "said yes")
    assert "✅ 2026-11-23" in text
    note = rounds.note("Partners/Harriet Bloom.md")
    assert "- [ ]" not in note
    assert f"- 2026-11-23 {kind}: said yes" in note
    rounds.good("undo")
    assert "- [ ]" in rounds.note("Partners/Harriet Bloom.md")


def test_what_is_no_answer_leaves_the_question_open(rounds: Runner) -> None:
    """A note, or an entry for a day before the draft."""
    rounds.good("draft", "harriet", "nudge")
    rounds.good("log", "harriet", "note", "new website")
    rounds.good("log", "harriet", "reply", "an old one", "--on", "2026-11-20")
    assert "- [ ] email: sent? Nudge" in rounds.note("Partners/Harriet Bloom.md")


def test_without_an_address_another_way_is_named(rounds: Runner) -> None:
    """Fax, then post, then the phone; who prefers fax is not told that an address is missing."""
    rounds.good("set", "petra", "email=", "phone=503-555-0100")
    assert "Petra Vance has no email address; the phone is 503-555-0100." in rounds("draft", "petra", "check-in").stderr
    rounds.good("set", "petra", "address=1 Elm St")
    assert "it can go by post to 1 Elm St." in rounds("draft", "petra", "check-in").stderr
    rounds.good("set", "petra", "fax=503-555-0101")
    found = rounds("draft", "petra", "check-in").stderr
    assert "Petra Vance has no email address; the fax is 503-555-0101." in found
    assert "draft WHO MESSAGE --fax FILE" in found
    rounds.good("set", "petra", "referral_method=fax")
    found = rounds("draft", "petra", "check-in").stderr
    assert "Petra Vance prefers fax: 503-555-0101." in found
    assert "no email address" not in found


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        (("email=", "phone=503-555-0100", "address=1 Elm St"), "Call script"),
        (("email=", "phone=", "address=1 Elm St"), "First contact by post"),
        (("email=", "phone=503-555-0100", "fax=503-555-0101", "referral_method=fax"), "First contact by post"),
        (("email=", "phone=", "fax=503-555-0101"), "First contact by post"),
        (("email=", "phone="), "Introduction at an event"),
    ],
)
def test_the_channel_fits_the_person_and_says_why(rounds: Runner, properties: tuple[str, ...], message: str) -> None:
    write(rounds, "Partners/Ada Okoro.md", "---\ntype: partner\nrole: doula\nstage: found\n---\n")
    rounds.good("set", "okoro", *(each for each in properties if not each.endswith("=")), "source=a fair")
    result = rounds("draft", "okoro")
    assert rounds.json("draft", "okoro")["draft"]["message"] == message
    assert "Note: there is no email address, so this is for a" in result.stderr


def test_a_fax_has_a_cover_sheet(released: Runner, tmp_path: Path, copied: list[str]) -> None:
    """Numbers, the confidentiality notice, and the letter on the next page; about a client, the cover alone."""
    path = tmp_path / "fax.html"
    released.good("draft", "wren", "check-in", "--fax", str(path))
    page = path.read_text(encoding="utf-8")
    for words in (
        "Wren Castellane",
        "+1 503-555-0190",
        "Juniper Hale, LCSW, PMH-C",
        "Confidential.",
        "I wanted to ask",
    ):
        assert words in page
    assert path.stat().st_mode & 0o077 == 0
    assert copied == []
    assert released("draft", "wren", "check-in", "--fax", str(path), "--stdout").exit_code == 2
    released.good("set", "maria", "fax=503-555-0177")
    cover = tmp_path / "cover.html"
    released.good("draft", "maria", "update", "--client", "R-7K3QXM", "--fax", str(cover))
    page = cover.read_text(encoding="utf-8")
    assert "Confidential." in page
    assert not any(words in page for words in ("client", "Attendance", "R-7K3QXM"))
    missing = released("draft", "harriet", "nudge", "--fax", str(tmp_path / "x.html"))
    assert (missing.exit_code, (tmp_path / "x.html").exists()) == (6, False)
    assert "a fax needs partner.fax" in missing.stderr


def test_two_partners_are_introduced_to_each_other(rounds: Runner) -> None:
    """One message to both, each addressed as fits."""
    result = rounds("draft", "maria", "introducing", "--with", "keiko", "--stdout")
    assert result.stdout.startswith(
        "Subject: Introducing Maria Alvarez and Keiko Marlowe\n\nDear Dr. Alvarez, dear Keiko,"
    )
    assert "Keiko Marlowe, lactation consultant: [" in result.stdout
    assert "It is to both: add Keiko Marlowe <keiko@marlowelactation.example>." in result.stderr
    assert rounds("draft", "maria", "introducing", "--with", "maria").exit_code == 2
    assert "[the other colleague's name]" in rounds.good("draft", "maria", "introducing", "--stdout")


@pytest.mark.parametrize(
    ("who", "message", "to"),
    [
        ("harriet", "Nudge", "harriet@bloombirth.example"),
        ("odette", "Call script", ""),
        ("esme", "Request for a warm introduction", "keiko@marlowelactation.example"),
        ("maria", "Thanks for a referral", "malvarez@rosecitypeds.example"),
        ("keiko", "Check-in", "keiko@marlowelactation.example"),
    ],
)
def test_the_message_that_fits(rounds: Runner, who: str, message: str, to: str) -> None:
    """What is due, the stage, and the order of channels; a request goes to whoever could introduce (guide, line 9)."""
    found = rounds.json("draft", who)["draft"]
    assert (found["message"], found["to"]) == (message, to)


def test_a_message_that_a_user_added(rounds: Runner) -> None:
    """Works like those of the template, with properties of the user's own; Obsidian's comments stay out."""
    write(
        rounds, f"{MESSAGES}/Soccer.md",
        '---\ntype: message\nkind: email\nchannel: email\nsubject: "{{ partner.team }}"\n---\n%% mine %%Hi {{ partner.first_name }}\n',
    )  # fmt: skip
    write(rounds, OWEN, rounds.note(OWEN).replace("role:", "team: The Owls\nrole:", 1))
    found = rounds.json("draft", "owen", "soccer")["draft"]
    assert (found["subject"], found["body"]) == ("The Owls", "Hi Owen")
    assert rounds("draft", "dana", "soccer").exit_code == 6


OLD = """---
type: message
kind: email
channel: email
stage: {stage}
subject: {subject}
needs:
  - email
---

Dear {{{{ partner.first_name }}}},

{text}

{{{{ practice.name }}}}, {{{{ practice.credentials }}}}
{{{{ practice.practice_name }}}}
{{{{ practice.website }}}}
{{{{ practice.phone }}}}
"""


def test_a_playbook_from_before_keeps_working(rounds: Runner) -> None:
    """Its words are the user's; what isn't true in them is remarked on, and nothing new is asked for."""
    first = "I am writing because of {{ partner.connection }}.\n\nI work with {{ practice.ideal_client }}. {{ role.why_they_need_us }}"
    write(rounds, f"{MESSAGES}/Personal email.md", OLD.format(stage="found", subject="Hello", text=first))
    role = rounds.note("Playbook/Roles/educational psychologist.md")
    write(rounds, "Playbook/Roles/educational psychologist.md", re.sub(r"offer: .*\n", "", role))
    body = rounds.json("draft", "owen", "personal email")["draft"]["body"]
    assert body.startswith("Dear Owen,\n\nI am writing because of your article on reading and worry.\n\nI work with")
    write(rounds, f"{MESSAGES}/Nudge.md", OLD.format(stage="contacted", subject='"Re: Hello"', text="15 minutes?"))
    assert 'begins with "Re:", but no earlier mail' in rounds("draft", "harriet", "nudge").stderr
    text = "It has been a while. Privacy rules keep me from saying more."
    write(rounds, f"{MESSAGES}/Check-in.md", OLD.format(stage="active", subject="Hello", text=text))
    found = rounds("draft", "maria", "check-in").stderr
    assert '"It has been a while", but you were in touch' in found
    assert "confirm only with written permission" in found


def test_a_users_message_about_a_client(released: Runner) -> None:
    """Whatever its channel says, it needs a release and gets no link; and a secure channel alone is enough to be one."""
    for channel, flag in (("email", "true"), ("secure", "false")):
        head = f"type: message\nkind: email\nchannel: {channel}\nabout_client: {flag}\nsubject: Hello"
        write(released, f"{MESSAGES}/Mine.md", f"---\n{head}\n---\nSee [[Sam Lee|Sam]] about [client].\n")
        assert released("draft", "maria", "mine").exit_code == 2
        assert released("draft", "maria", "mine", "--client", "R-7K3QXM", "--eml", "x.eml").exit_code == 2
        found = released("draft", "maria", "mine", "--client", "R-7K3QXM")
        assert found.exit_code == 0
        assert "See Sam about [client]." in found.stdout
        assert "mailto:" not in found.stdout


def test_what_is_missing_is_named_without_a_terminal(rounds: Runner, copied: list[str]) -> None:
    """Exit code 6, every name at once, and nothing is made or written."""
    before = rounds.note("Partners/Harriet Bloom.md")
    write(rounds, "Practice.md", re.sub(r"phone: .*", "phone:", rounds.note("Practice.md")))
    result = rounds("draft", "harriet", "personal email")
    assert result.exit_code == 6
    assert result.stdout == ""
    assert "partner.connection, practice.phone" in result.stderr
    assert 'rounds set "Harriet Bloom" connection=' in result.stderr
    assert (copied, rounds.note("Partners/Harriet Bloom.md")) == ([], before)


@pytest.mark.usefixtures("terminal")
def test_what_is_missing_is_asked_for_and_saved(rounds: Runner, copied: list[str]) -> None:
    """On the partner and on Practice.md; what stands in brackets is asked for and kept nowhere."""
    write(rounds, "Practice.md", re.sub(r"phone: .*", "phone:", rounds.note("Practice.md")))
    rounds.good("draft", "harriet", "personal email", typed="your birth classes\n503-555-0199\nTuesday or Friday\n")
    assert "connection: your birth classes" in rounds.note("Partners/Harriet Bloom.md")
    assert "503-555-0199" in rounds.note("Practice.md")
    assert "because of your birth classes" in copied[0]
    assert "I could offer Tuesday or Friday" in copied[0]
    assert "503-555-0199" in copied[0]
    assert not holding(rounds.folder, "Tuesday or Friday")


@pytest.mark.usefixtures("terminal")
def test_a_role_without_a_note_gets_one(rounds: Runner) -> None:
    """A role of the user's own works: what a message needs of its note is asked for, and the note is made."""
    write(rounds, f"{MESSAGES}/Mine.md", "---\ntype: message\nsubject: Hello\n---\nHi. {{ role.offer }}\n")
    rounds.good("set", "owen", "role=yoga teacher")
    rounds.good("draft", "owen", "mine", typed="When pain and worry mix, I can help.\n\n")
    assert "offer: When pain and worry mix, I can help." in rounds.note("Playbook/Roles/yoga teacher.md")
    assert "When pain and worry mix, I can help." in rounds.json("draft", "owen", "mine")["draft"]["body"]


def test_what_is_written_for_oneself_stays_here(rounds: Runner) -> None:
    """Why a role needs us is a note for the practice; what we offer is said (guide, line 6)."""
    text = rounds.good("draft", "owen", "personal email", "--stdout")
    assert "An assessment names the difficulty" not in text
    assert "When a family asks you who can help" in text


@pytest.mark.usefixtures("terminal")
def test_no_answer_saves_nothing(rounds: Runner) -> None:
    """Enter at a question is no answer: exit code 6, and nothing is written, not even the answers before."""
    write(rounds, "Practice.md", re.sub(r"phone: .*", "phone:", rounds.note("Practice.md")))
    assert rounds("draft", "harriet", "personal email", typed="your classes\n\n").exit_code == 6
    assert "your classes" not in rounds.note("Partners/Harriet Bloom.md")


def test_stdout_alone(rounds: Runner, copied: list[str]) -> None:
    """The mail and nothing else; the clipboard is left alone."""
    text = rounds.good("draft", "harriet", "--stdout")
    assert text.startswith("Subject: A coffee sometime? - Juniper Hale, therapist")
    assert "mailto:" not in text
    assert text.endswith("+1 503-555-0142\n")
    assert copied == []


def test_a_mail_file(rounds: Runner, tmp_path: Path, copied: list[str]) -> None:
    """Opens as unsent; it is private, and never written over another one unasked."""
    path = tmp_path / "mail.eml"
    rounds.good("draft", "harriet", "--eml", str(path))
    mail = email.message_from_bytes(path.read_bytes(), policy=SMTP)
    assert (mail["X-Unsent"], mail["To"]) == ("1", "Harriet Bloom <harriet@bloombirth.example>")
    assert mail["From"] == "Juniper Hale <juniper@alderandfern.example>"
    assert path.stat().st_mode & 0o077 == 0
    assert copied == []
    path.write_text("mine")
    result = rounds("draft", "harriet", "--eml", str(path))
    assert (result.exit_code, path.read_text()) == (1, "mine")
    assert "holds something else" in result.stderr
    rounds.good("draft", "harriet", "--eml", str(path), "--replace")
    assert path.read_bytes().startswith(b"X-Unsent: 1\r\n")


def test_a_folder_is_no_mail_file(rounds: Runner, tmp_path: Path) -> None:
    """It is said what is in the way and what to do; --replace would be of no use, and nothing is planned."""
    before = rounds.note("Partners/Harriet Bloom.md")
    for more in ((), ("--replace",)):
        result = rounds("draft", "harriet", "--eml", str(tmp_path), *more)
        assert result.exit_code == 1
        assert (
            f"{tmp_path} is a folder\nNothing was written. Name a file in it, such as {tmp_path}/NAME" in result.stderr
        )
    (tmp_path / "file").write_text("mine")
    result = rounds("report", "--html", str(tmp_path / "file" / "year.html"))
    assert f"{tmp_path}/file is a file, not a folder\nNothing was written. Name another folder." in result.stderr
    assert rounds.note("Partners/Harriet Bloom.md") == before


def test_words_for_an_event_plan_nothing(rounds: Runner) -> None:
    """Guide, line 13: the introduction is ready, with the niche's people; whom one met is logged afterwards."""
    before = rounds.note("Partners/Hamish Oduya.md")
    answer = rounds.json("draft", "hamish", "event")
    assert (answer["draft"]["message"], answer["planned"]) == ("Introduction at an event", None)
    assert "I'm Juniper Hale, a therapist here in town" in answer["draft"]["body"]
    assert rounds.note("Partners/Hamish Oduya.md") == before


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("draft", "xyzzy"), 3),
        (("draft", "dana", "no such message"), 3),
        (("draft", "dana", "personal"), 4),
        (("draft", "rose city"), 2),
        (("draft", "dana", "nudge", "--client", "R-7K3QXM"), 2),
        (("draft", "dana", "nudge", "--stdout", "--eml", "x.eml"), 2),
        (("draft", "odette", "--eml", "x.eml"), 2),
        (("draft", "maria", "update"), 2),
        (("draft", "maria", "update", "--client", "J.K."), 2),
        (("draft", "maria", "update", "--client", "R-E6A4KR", "--eml", "x.eml"), 2),
        (("draft", "ines", "nudge"), 1),
    ],
)
def test_what_can_not_be_drafted(rounds: Runner, words: tuple[str, ...], code: int) -> None:
    """Each fault has its exit code, and nothing is written."""
    before = {path: path.read_bytes() for path in rounds.folder.rglob("*.md")}
    assert rounds(*words).exit_code == code
    assert {path: path.read_bytes() for path in rounds.folder.rglob("*.md")} == before


def test_a_draft_that_should_not_go_out(rounds: Runner, copied: list[str]) -> None:
    """A promise for a referral, or a client's code where none belongs: nothing is made, the words are named."""
    for text, words, code in (("I pay for each referral.", "promise", 1), ("It is about R-7K3QXM.", "client", 7)):
        write(rounds, f"{MESSAGES}/Bad.md", f"---\ntype: message\nkind: email\nsubject: Hi\n---\n{text}\n")
        result = rounds("draft", "dana", "bad")
        assert (result.exit_code, result.stdout, copied) == (code, "", [])
        assert words in result.stderr
    assert "sent?" not in rounds.note(DANA)


def test_a_template_that_does_too_much(rounds: Runner) -> None:
    """The place is named; exit code 1."""
    write(rounds, f"{MESSAGES}/Bad.md", "---\ntype: message\n---\nHi\n{% for a in partner.name %}{% endfor %}\n")
    result = rounds("draft", "dana", "bad")
    assert result.exit_code == 1
    assert "Bad.md:2 of the text" in result.stderr


# About a client -------------------------------------------------------------------------------------------------


def test_about_a_client_under_a_release(released: Runner, copied: list[str]) -> None:
    """With a valid release for that client and partner; by a secure channel: no link, and the code is not in it."""
    result = released("draft", "maria", "update", "--client", "r-7k3qxm")
    assert result.exit_code == 0
    assert "The release covers attendance until 2027-03-01." in copied[0]
    assert "mailto:" not in result.stdout
    assert "R-7K3QXM" not in result.stdout
    assert "secure channel only" in result.stderr
    assert re.search(r"- \[ \] email: sent\? 📅 2026-11-23 \^f-\w{4}\n", released.note(MARIA))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("client: R-7K3QXM", "client: R-AAAAAA"), "none is on file"),
        (("partner_id: m7raq4xk2vdn", "partner_id: another"), "none is on file"),
        (("scope:", "revoked: 2026-11-01\nscope:"), "was revoked on 2026-11-01"),
        (("scope:", "revoked: last week\nscope:"), "was revoked"),
        (("expires: 2027-03-01", "expires: 2026-11-22"), "expired on 2026-11-22"),
        (("expires: 2027-03-01\n", ""), "does not say in dates"),
        (("signed: 2026-10-01\n", ""), "does not say in dates"),
        (("signed: 2026-10-01", "signed: 2026-12-01"), "does not say in dates"),
    ],
)
def test_without_a_valid_release_only_the_frame_comes(
    rounds: Runner, copied: list[str], change: tuple[str, str], words: str
) -> None:
    """It says what is missing, and why; nothing about a client is in it, asked for, or planned (guide, line 25)."""
    write(rounds, "Releases/2026-10-01 Maria.md", RELEASE.replace(*change))
    result = rounds("draft", "maria", "update", "--client", "R-7K3QXM")
    assert result.exit_code == 0
    frame = "Dear Dr. Alvarez,\n\n(To be written once a release is signed.)\n\nWith kind regards,\n\nJuniper Hale"
    assert copied[0].startswith(frame)
    assert "[" not in copied[0]
    assert "Note: a valid release is missing" in result.stderr
    assert words in result.stderr
    assert "email: sent?" not in rounds.note(MARIA)


def test_a_message_without_a_frame_needs_a_release(rounds: Runner, copied: list[str]) -> None:
    """As those of a user, or of a playbook from before."""
    write(rounds, f"{MESSAGES}/Mine.md", "---\ntype: message\nchannel: secure\n---\nAbout [client].\n")
    result = rounds("draft", "maria", "mine", "--client", "R-7K3QXM")
    assert (result.exit_code, result.stdout, copied) == (1, "", [])
    assert "nothing about R-7K3QXM can be shared with Maria Alvarez: a valid release is missing" in result.stderr


@pytest.mark.parametrize(("given", "said"), [("3", True), ("1", False), ("", False)])
def test_a_letter_follows_the_referral_and_the_release(rounds: Runner, *, given: str, said: bool) -> None:
    """Several names only if `options_given` says so; a section only within the scope."""
    write(rounds, "Releases/2026-10-01 Maria.md", RELEASE.replace("attendance", "medication"))
    head = 'type: referral\npartner: "[[Maria Alvarez]]"\ndirection: out\ndate: 2026-11-20\nclient: R-7K3QXM'
    write(rounds, "Referrals/2026/x.md", f"---\n{head}\noptions_given: {given}\n---\n")
    body = rounds.json("draft", "maria", "letter", "--client", "R-7K3QXM")["draft"]["body"]
    assert ("more than one name" in body) is said
    assert "- Medication: [" in body
    for label in ("Reason for referral", "Diagnosis", "Attendance", "Work so far", "School", "first appointment"):
        assert label not in body


def test_re_after_a_mail_with_that_subject(rounds: Runner) -> None:
    """The log says which message was sent; a call, or a mail of which it says something else, gets no Re."""
    rounds.good("set", "harriet", "connection=your birth classes")
    rounds.good("draft", "harriet", "personal email")
    rounds.good("done", "harriet", "--rule", "follow-up", "--on", "2026-11-20")
    earlier = "Referral Collaboration Inquiry - Juniper Hale, Therapist Specializing in Perinatal mental health"
    assert rounds.json("draft", "harriet", "nudge")["draft"]["subject"] == f"Re: {earlier}"
    rounds.good("done", "harriet", "--rule", "follow-up", "--on", "2026-11-21")
    assert rounds.json("draft", "harriet", "nudge")["draft"]["subject"] == f"Re: {earlier}"
    rounds.good("log", "harriet", "call", "left a message")
    assert (
        rounds.json("draft", "harriet", "nudge")["draft"]["subject"] == "A coffee sometime? - Juniper Hale, therapist"
    )


def test_the_last_day_and_another_partner(rounds: Runner) -> None:
    """A release holds through its last day, and for its partner alone."""
    write(rounds, "Releases/2026-10-01 Maria.md", RELEASE.replace("2027-03-01", "2026-11-23"))
    assert "(none is on file)" not in rounds("draft", "maria", "update", "--client", "R-7K3QXM").stderr
    assert "(none is on file)" in rounds("draft", "priya", "update", "--client", "R-C8W2HN").stderr


def test_a_release_that_could_be_a_namesakes(rounds: Runner) -> None:
    """Where a link could mean either of two, only the id counts."""
    write(rounds, "Partners/Other/Maria Alvarez.md", "---\ntype: partner\nreferral_method: fax\n---\n")
    write(rounds, "Releases/2026-10-01 Maria.md", RELEASE.replace("partner_id: m7raq4xk2vdn\n", ""))
    for path in ("Partners/Other/Maria Alvarez.md", MARIA):
        assert "(none is on file)" in rounds("draft", path, "update", "--client", "R-7K3QXM").stderr
    write(rounds, "Releases/2026-10-01 Maria.md", RELEASE)
    assert "(none is on file)" not in rounds("draft", MARIA, "update", "--client", "R-7K3QXM").stderr


@pytest.mark.usefixtures("terminal")
def test_initials_are_in_the_draft_and_nowhere_else(released: Runner, home: Path, copied: list[str]) -> None:
    """What is typed about a client is kept nowhere: not in the vault, the index, the data or the cache."""
    result = released("draft", "maria", "update", "--client", "R-7K3QXM", typed="Q.Z.\nregular\n\n")
    assert result.exit_code == 0
    assert "a short update about Q.Z." in copied[0]
    assert not holding(released.folder, "Q.Z.")
    assert not holding(home, "Q.Z.")


def test_a_name_that_was_typed_as_a_code_is_not_repeated(rounds: Runner) -> None:
    """The refusal may end in a log."""
    result = rounds("draft", "maria", "update", "--client", "Quentin Zed")
    assert result.exit_code == 2
    assert "Quentin" not in result.output


def holding(folder: Path, text: str) -> list[Path]:
    """The files below a folder that hold a text."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if text.encode() in path.read_bytes()]


def test_without_a_display_it_does_not_wait(process: Process, demo: Path) -> None:
    """A process without terminal, display and clipboard prints the draft and ends."""
    environ = {name: "" for name in ("DISPLAY", "WAYLAND_DISPLAY", "TERM") if name in os.environ}
    done = process("draft", "harriet", "--vault", str(demo), environ=environ)
    assert done.returncode == 0
    assert done.stdout.startswith("To: Harriet Bloom")
    assert "clipboard" not in done.stderr


def test_a_call_where_there_is_an_address(rounds: Runner) -> None:
    """Sparingly: it is said where an email or an introduction would do (guide, line 9)."""
    assert "call only if there is neither" in rounds("draft", "bao", "call script").stderr
    assert "call only if there is neither" not in rounds("draft", "odette", "call script").stderr


CLIENT = "Rebecca Thornbury"


def planted(rounds: Runner, path: str, old: str, new: str) -> None:
    text = rounds.note(path)
    assert old in text
    write(rounds, path, text.replace(old, new))


def test_a_draft_carries_no_client_from_a_property(rounds: Runner, copied: list[str], tmp_path: Path) -> None:
    """Neutral words stand in its place: in the text, the link, the clipboard and the mail file; it is said once."""
    planted(rounds, OWEN, "reading and worry", f"worry, and our client {CLIENT}")
    result = rounds("draft", "owen", "personal email")
    assert "your article on worry, and our client (client), and" in result.stdout
    assert "our client (client)" in copied[0]
    said = "neutral words go out in its place, for Partners/Owen Farraday.md connection. To see it: rounds check"
    assert result.stderr.count(said) == 1
    assert "Thornbury" not in rounds("draft", "owen", "personal email", "--keep-as-is").stdout
    mail = rounds("draft", "owen", "personal email", "--eml", str(tmp_path / "owen.eml"))
    document = rounds("draft", "owen", "personal email", "--json")
    file = (tmp_path / "owen.eml").read_text()
    for text in (result.stdout, copied[0], mail.stdout, document.stdout, file):
        assert "Thornbury" not in text


def test_an_exception_in_a_property_is_in_the_draft(rounds: Runner, copied: list[str]) -> None:
    """As the user decided; without the mark, typed words with a client are refused."""
    planted(rounds, OWEN, "reading and worry", f"worry, and our client {CLIENT}  # %% rounds: ok phi: invented %%")
    assert rounds("draft", "owen", "personal email").exit_code == 0
    assert f"our client {CLIENT}" in copied[0]


@pytest.mark.parametrize(("option", "code"), [((), 7), (("--keep-as-is",), 0)])
@pytest.mark.usefixtures("terminal")
def test_a_name_is_not_typed_into_a_message_about_a_client(
    released: Runner, copied: list[str], option: tuple[str, ...], code: int
) -> None:
    """Initials and a code are enough here; the name is filled in where it is sent."""
    typed = f"our client {CLIENT}\nregular\n\n"
    result = released("draft", "maria", "update", "--client", "R-7K3QXM", *option, typed=typed)
    assert result.exit_code == code
    assert len(copied) == (not code)
    assert ("write the name where you send it" in result.stderr) == bool(code)


def test_shared_mails_carry_no_client(rounds: Runner, tmp_path: Path) -> None:
    """Neither from the article nor from the message."""
    folder = tmp_path / "mails"
    article = f"About our client {CLIENT}, https://example.com/a"
    assert rounds("share", article, "role:pediatrician", "--eml", str(folder)).exit_code == 7
    assert not folder.exists()
    kept = rounds("share", article, "role:pediatrician", "--eml", str(folder), "--again", "--keep-as-is")
    assert kept.exit_code == 0, kept.output
    assert all(CLIENT in file.read_text() for file in folder.iterdir())
    shutil.rmtree(folder)
    planted(rounds, f"{MESSAGES}/An article to share.md", "{{ article }}", "{{ partner.connection }}\n\n{{ article }}")
    planted(rounds, MARIA, "your grand-rounds talk on infant sleep", f"our client {CLIENT}")
    result = rounds("share", "Fog, https://example.com/a", "email:malvarez@rosecitypeds.example", "--eml", str(folder))
    assert result.exit_code == 0, result.output
    (file,) = folder.iterdir()
    assert "Thornbury" not in file.read_text()
    assert "(client)" in file.read_text()


def test_a_request_for_an_introduction_carries_no_client(rounds: Runner) -> None:
    planted(rounds, f"{MESSAGES}/Request for a warm introduction.md", "{{ partner.name }}", f"our client {CLIENT}")
    result = rounds("draft", "esme", "request for a warm introduction")
    assert result.exit_code == 7
    assert "Thornbury" not in result.stdout
